import copy
import datetime as dt
import hashlib
import pickle
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given, strategies as st

from sage_connect.model import (
    Account,
    AccountKind,
    Attachment,
    BankDirection,
    BankEntry,
    CompanyOptions,
    Customer,
    DatedRate,
    ExchangeRate,
    FiscalYear,
    JournalEntry,
    Line,
    Movement,
    OpenDocument,
    Payment,
    PaymentKind,
    PurchaseCreditNote,
    PurchaseInvoice,
    PurchaseKind,
    Reference,
    SalesCreditNote,
    SalesInvoice,
    Tax,
    TaxCode,
    totals,
)
from sage_connect.model.convert import Record
from sage_connect.model.reference import by_code
from sage_connect.model.reversal import reversal

DAY = dt.date(2026, 10, 1)
LATER = dt.date(2026, 10, 2)


@given(st.data())
def test_every_record_is_pickled(records: st.SearchStrategy[Record], data: Any) -> None:
    record = data.draw(records)

    assert pickle.loads(pickle.dumps(record)) == record  # noqa: S301 - our own bytes


@given(st.data())
def test_equal_records_have_one_hash(records: st.SearchStrategy[Record], data: Any) -> None:
    record = data.draw(records)

    assert len({record, copy.deepcopy(record)}) == 1


@given(st.data())
def test_no_record_can_be_changed(records: st.SearchStrategy[Record], data: Any) -> None:
    record = data.draw(records)
    name = data.draw(st.sampled_from(sorted(attrs.fields_dict(type(record)))))

    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(record, name, getattr(record, name))


def test_no_record_takes_a_new_attribute() -> None:
    record: Any = Customer(code="C1")

    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        record.colour = "blue"


class TestAnAttachment:
    SCAN = Attachment(name="receipt.pdf", content=b"canary bytes")

    def test_does_not_show_its_bytes(self) -> None:
        assert "content=<12 bytes>" in repr(self.SCAN)
        assert "canary" not in repr(self.SCAN)

    def test_is_known_by_its_digest(self) -> None:
        assert self.SCAN.sha256 == hashlib.sha256(b"canary bytes").hexdigest()

    def test_holds_bytes_only(self) -> None:
        wrong: Any = "text"

        with pytest.raises(TypeError, match=r"content"):
            Attachment(name="receipt.pdf", content=wrong)


class TestATaxCode:
    CODE = TaxCode(
        code="C20",
        rates=(DatedRate(Decimal("19.6")), DatedRate(Decimal(20), dt.date(2014, 1, 1))),
    )

    @pytest.mark.parametrize(
        ("day", "rate"),
        [(dt.date(2013, 12, 31), "19.6"), (dt.date(2014, 1, 1), "20"), (None, "20")],
    )
    def test_has_the_rate_of_the_day(self, day: dt.date | None, rate: str) -> None:
        assert self.CODE.rate_on(day) == Decimal(rate)

    def test_has_no_rate_before_its_first(self) -> None:
        young = TaxCode(code="N", rates=(DatedRate(Decimal(20), DAY),))

        assert young.rate_on(DAY - dt.timedelta(days=1)) is None

    def test_has_no_rate_where_the_product_tells_none(self) -> None:
        assert TaxCode(code="N").rate_on(DAY) is None


@pytest.mark.parametrize(
    ("day", "inside"),
    [
        (dt.date(2025, 12, 31), False),
        (dt.date(2026, 1, 1), True),
        (dt.date(2026, 12, 31), True),
        (dt.date(2027, 1, 1), False),
    ],
)
def test_a_fiscal_year_has_its_first_and_its_last_day(
    day: dt.date, *, inside: bool
) -> None:
    year = FiscalYear(start=dt.date(2026, 1, 1), end=dt.date(2026, 12, 31))

    assert (day in year) is inside


class TestAReference:
    def test_tells_what_was_read(self) -> None:
        reference = Reference(customers={}, suppliers={})

        assert reference.knows("customers", "suppliers")
        assert not reference.knows("customers", "accounts")

    def test_has_an_age(self) -> None:
        taken = dt.datetime(2026, 10, 1, 8, tzinfo=dt.UTC)
        now = dt.datetime(2026, 10, 1, 9, tzinfo=dt.UTC)

        assert Reference(taken_at=taken).age(now) == dt.timedelta(hours=1)

    def test_made_by_hand_has_none(self) -> None:
        assert Reference().age(dt.datetime(2026, 10, 1, tzinfo=dt.UTC)) is None

    def test_is_copied_with_other_parts(self) -> None:
        before = Reference(company=CompanyOptions(name="Ateliers"))
        after = before.with_parts(customers={"C1": Customer(code="C1")})

        assert (before.customers, after.customers) == (None, {"C1": Customer(code="C1")})
        assert after.company is before.company

    def test_is_pickled(self) -> None:
        reference = Reference(
            accounts={"706": Account(code="706", kind=AccountKind.INCOME)},
            exchange_rates={"USD": ExchangeRate(currency="USD", rate=Decimal("0.9"))},
            open_documents={
                ("", "F-1"): OpenDocument(
                    number="F-1",
                    kind="sales_invoice",
                    total=Decimal(9),
                    outstanding=Decimal(3),
                )
            },
        )

        assert pickle.loads(pickle.dumps(reference)) == reference  # noqa: S301 - our own bytes


def test_of_two_with_one_code_the_later_stands() -> None:
    first, second = Customer(code="C1", name="A"), Customer(code="C1", name="B")

    assert by_code([first, second]) == {"C1": second}


def a_trade_document(cls: Any, **fields: Any) -> Any:
    line = Line(unit_price=Decimal("99.99"), taxes=(Tax("C20", Decimal(20)),))
    return cls(
        number="F-1",
        source_id="id-1",
        date=DAY,
        due=[(LATER, Decimal("119.99"))],
        party="C1",
        currency="EUR",
        lines=[line],
        project="P1",
        **fields,
    )


class TestAReversal:
    @pytest.mark.parametrize(
        ("kind", "opposite"),
        [
            (SalesInvoice, SalesCreditNote),
            (SalesCreditNote, SalesInvoice),
            (PurchaseInvoice, PurchaseCreditNote),
            (PurchaseCreditNote, PurchaseInvoice),
        ],
    )
    def test_of_an_invoice_is_a_credit_note_and_the_other_way(
        self, kind: Any, opposite: Any
    ) -> None:
        document = a_trade_document(kind)
        back: Any = reversal(document, number="A-1", day=LATER, source_id="id-2")

        assert type(back) is opposite
        assert (back.number, back.source_id, back.date) == ("A-1", "id-2", LATER)
        assert (back.reverses, back.due, back.project) == ("F-1", None, "P1")
        assert totals(back) == totals(document)

    def test_of_a_card_payment_is_a_refund_of_the_card_and_the_other_way_round(
        self,
    ) -> None:
        document = a_trade_document(PurchaseInvoice, kind=PurchaseKind.CARD_PAYMENT)
        back: Any = reversal(document, number="A-1")
        forth: Any = reversal(back, number="A-2")

        assert back.kind is PurchaseKind.CARD_REFUND
        assert forth.kind is PurchaseKind.CARD_PAYMENT

    def test_of_a_claim_keeps_what_it_proves(self) -> None:
        document = a_trade_document(PurchaseInvoice, kind=PurchaseKind.EXPENSE_CLAIM)
        back: Any = reversal(document, number="A-1")

        assert back.kind is PurchaseKind.EXPENSE_CLAIM

    def test_is_of_the_same_day_where_none_is_said(self) -> None:
        assert reversal(a_trade_document(SalesInvoice), number="A-1").date == DAY

    def test_names_the_callers_identity_where_there_is_no_number(self) -> None:
        document = attrs.evolve(a_trade_document(SalesInvoice), number="")

        assert reversal(document, number="A-1").reverses == "id-1"

    def test_of_an_entry_changes_sides(self) -> None:
        entry = JournalEntry(
            number="1",
            journal="OD",
            date=DAY,
            currency="EUR",
            movements=[
                Movement(account="606", debit=Decimal(10)),
                Movement(account="401", credit=Decimal(10), party="S1"),
            ],
        )
        back: Any = reversal(entry, number="2")

        assert [(one.debit, one.credit) for one in back.movements] == [
            (None, Decimal(10)),
            (Decimal(10), None),
        ]
        assert attrs.evolve(reversal(back, number="1"), reverses="") == entry

    @pytest.mark.parametrize(
        ("kind", "opposite"),
        [
            (PaymentKind.CUSTOMER_RECEIPT, PaymentKind.CUSTOMER_REFUND),
            (PaymentKind.CUSTOMER_REFUND, PaymentKind.CUSTOMER_RECEIPT),
            (PaymentKind.SUPPLIER_PAYMENT, PaymentKind.SUPPLIER_REFUND),
            (PaymentKind.SUPPLIER_REFUND, PaymentKind.SUPPLIER_PAYMENT),
        ],
    )
    def test_of_a_payment_is_a_refund_and_the_other_way(
        self, kind: PaymentKind, opposite: PaymentKind
    ) -> None:
        payment = Payment(
            kind=kind, number="R-1", date=DAY, party="C1", currency="EUR", amount=Decimal(5)
        )
        back: Any = reversal(payment, number="R-2")

        assert (back.kind, back.amount, back.reverses) == (opposite, Decimal(5), "R-1")

    @pytest.mark.parametrize(
        ("way", "opposite"),
        [(BankDirection.IN, BankDirection.OUT), (BankDirection.OUT, BankDirection.IN)],
    )
    def test_of_a_bank_entry_goes_the_other_way(
        self, way: BankDirection, opposite: BankDirection
    ) -> None:
        entry = BankEntry(
            number="B-1",
            date=DAY,
            bank_account="BNP",
            currency="EUR",
            amount=Decimal(5),
            direction=way,
        )
        back: Any = reversal(entry, number="B-2")

        assert (back.direction, back.amount, back.reverses) == (opposite, Decimal(5), "B-1")
