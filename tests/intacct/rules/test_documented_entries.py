"""Entries, claims and money of a published integration, and what is explained."""

from typing import Any

import attrs
import pytest

import sage_connect
from sage_connect.cli.explain import explained
from sage_connect.intacct.rules import BOOK
from sage_connect.intacct.settings import IntacctSettings
from sage_connect.model import (
    Allocation,
    Customer,
    Payment,
    PaymentKind,
    PurchaseKind,
    Reference,
    Supplier,
)
from sage_connect.model.fields import FrozenMap
from sage_connect.model.reference import by_code
from sage_connect.validation import Finding, Report

from .cases_money import PAID
from .company import (
    CLAIM,
    CREDIT,
    CREDITED,
    CUSTOMER,
    DEBIT,
    ENTRY,
    INVOICE,
    ITEM,
    PAYMENT,
    PURCHASE,
    REFERENCE,
    SETTINGS,
    VALUE,
    D,
    company,
    entry,
    invoice,
    known,
)
from .shape import checked


def only(report: Report, code: str) -> Finding:
    (found,) = (one for one in report if one.code == code)
    return found


def codes(report: Report) -> list[str]:
    return sorted({one.code for one in report})


# ------------------------------------------------------------------------- entries
@pytest.mark.requirement("S219")
def test_an_unknown_journal_is_told_with_those_that_there_are() -> None:
    found = only(checked(entry(journal="OD")), "SC-IN-JOURNAL-UNKNOWN")

    assert "GJ, OLD, STAT" in found.message()


@pytest.mark.requirement("S243")
def test_a_mixed_entry_balances_in_each_entity() -> None:
    apart = company(multi_base_currency="true")
    here, there = (
        FrozenMap({"LOCATION": place, "DEPARTMENT": "OPS"}) for place in ("LONDON", "FR1")
    )
    goods = attrs.evolve(DEBIT, dimensions=here)
    stock = attrs.evolve(CREDITED, dimensions=there)

    crossed = checked(entry(goods, stock), reference=apart)
    level = checked(
        entry(
            goods,
            attrs.evolve(CREDITED, dimensions=here),
            attrs.evolve(DEBIT, dimensions=there),
            stock,
        ),
        reference=apart,
    )

    told = {one.values["entity"]: one.values["difference"] for one in crossed}
    assert told == {"UK1": "10", "FR1": "-10"}
    assert level.ok
    assert not checked(entry(goods, attrs.evolve(CREDITED, credit=D(9)))).ok


@pytest.mark.requirement("S243")
def test_where_all_entities_have_one_currency_intacct_balances_them() -> None:
    here, there = (FrozenMap({"LOCATION": place}) for place in ("LONDON", "PARIS"))

    assert checked(
        entry(
            attrs.evolve(DEBIT, dimensions=here), attrs.evolve(CREDITED, dimensions=there)
        )
    ).ok


# -------------------------------------------------------------- purchases and money
def test_a_claim_is_an_employees_and_no_suppliers() -> None:
    stranger = attrs.evolve(CLAIM, party="PAPER")
    # A vendor of the same id, idle and in euros, is another.
    twin = known(
        suppliers=by_code([Supplier(code="EMP1", name="E", currency="EUR", active=False)])
    )

    assert checked(CLAIM).ok
    assert checked(CLAIM, reference=twin).ok
    assert codes(checked(attrs.evolve(PURCHASE, party="EMP1"), reference=twin)) == [
        "SC-INV-CURRENCY-MISMATCH",
        "SC-PARTY-INACTIVE",
    ]
    assert codes(checked(stranger)) == ["SC-IN-EMPLOYEE"]


@pytest.mark.requirement("S242")
def test_a_document_of_a_module_that_is_off_is_refused() -> None:
    only_sales = company(modules="AR\nCO\nGL")

    report = checked((INVOICE, PURCHASE, CLAIM, PAYMENT, PAID, ENTRY), reference=only_sales)

    told = {one.index: one.values["module"] for one in report}
    assert told == {1: "AP", 2: "EE", 4: "AP"}


def test_money_back_is_the_reversal_of_a_payment() -> None:
    refund = attrs.evolve(PAYMENT, kind=PaymentKind.CUSTOMER_REFUND)

    found = only(
        sage_connect.check([refund], target="intacct", settings=SETTINGS), "SC-IN-REFUND"
    )

    assert "documents.reverse" in found.fix()


def test_an_overpayment_is_found_before_anything_is_sent() -> None:
    too_much = attrs.evolve(
        PAYMENT, amount=D("100.01"), allocations=(Allocation("SI-1", D("100.01")),)
    )

    assert codes(checked(too_much)) == ["SC-PAY-OVERPAID"]


def test_a_card_s_purchase_names_a_way_out() -> None:
    by_card = attrs.evolve(PURCHASE, kind=PurchaseKind.CARD_PAYMENT)

    assert "ChargeCardTransactionCreate" in only(checked(by_card), "SC-IN-CARD").fix()


def test_a_credit_note_needs_no_due_date() -> None:
    assert checked(attrs.evolve(CREDIT, party="BERLIN", currency="EUR")).ok


# ------------------------------------------------------------------- what is explained
@pytest.mark.requirement("S191", "S199", "S252", "S254")
@pytest.mark.parametrize(
    ("code", "place"),
    [
        ("SC-IN-SENDER-NOT-AUTHORISED", "Web Services authorizations"),
        ("SC-IN-SIGN-IN", "Company > Setup > Company"),
        ("SC-IN-DEFINITION-UNKNOWN", "Transaction definitions"),
        ("SC-IN-USER-TYPE", "Business"),
        ("SC-IN-USER-PRIVILEGE", "Full"),
        ("SC-IN-USER-INACTIVE", "Active"),
        ("SC-IN-ROLE", "Admin"),
        ("SC-IN-TOP-LEVEL", "top level"),
    ],
)
def test_whoever_sets_it_up_is_told_where_on_screen(code: str, place: str) -> None:
    english, french = (explained(code, language)[0] for language in ("en", "fr"))

    assert place in str(english["fix"])
    assert place in str(french["fix"])


def test_what_only_the_gateway_finds_is_explained_without_values() -> None:
    for code in ("SC-IN-THROTTLED", "SC-IN-REPEATED", "SC-IN-VAGUE", "SC-IN-PERMISSION"):
        assert BOOK[code].check is None
        assert "{" not in str(explained(code, "en")[0]["message"])


def test_without_any_reference_only_what_the_document_shows_is_found() -> None:
    report = sage_connect.check(
        [INVOICE, PAYMENT, CUSTOMER],
        target="intacct",
        settings=IntacctSettings(bank_account="MAIN"),
        reference=Reference(),
    )

    assert tuple(report) == ()
    assert len(report.unchecked) > 20


def test_settings_of_another_product_are_refused() -> None:
    with pytest.raises(sage_connect.ConfigurationError, match="IntacctSettings"):
        sage_connect.check(
            [INVOICE], target="intacct", settings=sage_connect.AccountingSettings()
        )


def test_what_is_new_in_a_batch_is_known_to_its_documents() -> None:
    batch: list[Any] = [
        Payment(
            number="R-9",
            date=INVOICE.date,
            party="NEWCO",
            currency="GBP",
            amount=D(120),
            allocations=(Allocation("SI-90", D(120)),),
        ),
        attrs.evolve(
            invoice(number="SI-90", party="NEWCO", due=None),
            lines=(
                attrs.evolve(
                    INVOICE.lines[0],
                    item="DESK",
                    dimensions=FrozenMap({"DEPARTMENT": "SOUTH"}),
                ),
            ),
        ),
        Customer(code="NEWCO", name="New", payment_term="N30"),
        ITEM,
        VALUE,
    ]

    report = sage_connect.check(
        batch, target="intacct", reference=REFERENCE, settings=SETTINGS
    )

    assert tuple(report) == ()
