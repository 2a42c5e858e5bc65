"""Purchases, money, journal entries, suppliers and sections: the entries they become."""

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest

from sage_connect import (
    Allocation,
    AnalyticShare,
    BankDirection,
    BankEntry,
    Deferral,
    DimensionValue,
    DocumentRejectedError,
    Instalment,
    JournalEntry,
    Line,
    Movement,
    Outcome,
    Payment,
    PaymentKind,
    PurchaseCreditNote,
    PurchaseInvoice,
    PurchaseKind,
    Sage100,
    SalesInvoice,
    State,
    Supplier,
    Tax,
)
from sage_connect.sage100 import Sage100Settings, deferral_entries
from sage_connect.sage100.pieces import PieceMaker
from sage_connect.sage100.settings import Policy
from sage_connect.sage100.wire import EntryLine, Section, TaxRegister, ThirdParty, read
from sage_connect.testing.demo import settings
from sage_connect.testing.importer import Sage100Importer

from .conftest import reference_of_demo

DAY = dt.date(2026, 9, 10)
D20 = Tax("D20", Decimal(20))
CREATING = attrs.evolve(
    settings(), policy=Policy(create_suppliers=True, create_analytics=True)
)
Entry = tuple[str, str, str, str]
Imported = Callable[[], Sage100Importer]
Post = Callable[..., Sequence[Outcome[Any]]]


@pytest.fixture
def post(folder: Path) -> Post:
    """Post documents to the company, with settings that create what is new."""

    def posted(*documents: Any, by: Sage100Settings = CREATING) -> tuple[Outcome[Any], ...]:
        with Sage100(folder, by) as ledger:
            return ledger.documents.post_all(documents)

    return posted


def bought(price: str = "100.00", **changes: Any) -> Line:
    values: dict[str, Any] = {
        "description": "Papier",
        "unit_price": Decimal(price),
        "account": "606400",
        "taxes": (D20,),
    }
    return Line(**{**values, **changes})


def purchase(number: str = "HA1", **changes: Any) -> PurchaseInvoice:
    values: dict[str, Any] = {
        "number": number,
        "date": DAY,
        "party": "PAPETERIE",
        "currency": "EUR",
        "lines": (bought(),),
    }
    return PurchaseInvoice(**{**values, **changes})


def credit(number: str = "HAV1", **changes: Any) -> PurchaseCreditNote:
    given = attrs.asdict(purchase(number), recurse=False)
    return PurchaseCreditNote(**{**given, **changes})


def paid(number: str = "R1", **changes: Any) -> Payment:
    values: dict[str, Any] = {
        "kind": PaymentKind.SUPPLIER_PAYMENT,
        "number": number,
        "date": DAY,
        "party": "PAPETERIE",
        "currency": "EUR",
        "amount": Decimal("120.00"),
        "bank_account": "BQ",
        "allocations": (Allocation("HA1", Decimal("120.00")),),
    }
    return Payment(**{**values, **changes})


def moved(number: str = "B1", **changes: Any) -> BankEntry:
    values: dict[str, Any] = {
        "number": number,
        "date": DAY,
        "bank_account": "BQ",
        "currency": "EUR",
        "amount": Decimal("120.00"),
        "party": "PAPETERIE",
        "description": "CB PAPETERIE",
    }
    return BankEntry(**{**values, **changes})


def records(folder: Path) -> list[Any]:
    files = sorted((folder / "imports").glob("*.txt"))
    return [one for file in files for one in read(file.read_bytes()).records]


def lines(folder: Path) -> list[Entry]:
    """Return journal, account, third party and amount of each line, credit below 0."""
    found: list[Entry] = []
    for one in records(folder):
        if isinstance(one, EntryLine):
            assert one.amount is not None
            assert one.amount > 0, "the side turns, never the sign"
            sign = -1 if int(one.side) else 1
            amount = str(sign * one.amount)
            found.append((one.journal, one.account, one.third_party, amount))
    return found


def codes(outcome: Outcome[Any]) -> set[str]:
    return {one.code for one in outcome.report.errors}


TRADE_CASES: dict[str, tuple[Any, list[Entry]]] = {
    "supplier invoice": (
        purchase(),
        [
            ("ACH", "401000", "PAPETERIE", "-120.00"),
            ("ACH", "606400", "", "100.00"),
            ("ACH", "445660", "", "20.00"),
        ],
    ),
    "card payment": (
        purchase(kind=PurchaseKind.CARD_PAYMENT),
        [
            ("ACH", "401000", "PAPETERIE", "-120.00"),
            ("ACH", "606400", "", "100.00"),
            ("ACH", "445660", "", "20.00"),
        ],
    ),
    "expense claim": (
        purchase(
            kind=PurchaseKind.EXPENSE_CLAIM,
            party="MARTIN",
            lines=(bought("80.00", account="625100", taxes=()),),
        ),
        [("ACH", "421000", "MARTIN", "-80.00"), ("ACH", "625100", "", "80.00")],
    ),
    "credit note": (
        credit(),
        [
            ("ACH", "401000", "PAPETERIE", "120.00"),
            ("ACH", "606400", "", "-100.00"),
            ("ACH", "445660", "", "-20.00"),
        ],
    ),
    "card refund": (
        credit(kind=PurchaseKind.CARD_REFUND, lines=(bought("2.50"),)),
        [
            ("ACH", "401000", "PAPETERIE", "3.00"),
            ("ACH", "606400", "", "-2.50"),
            ("ACH", "445660", "", "-0.50"),
        ],
    ),
}
EMPLOYEE = Supplier(code="MARTIN", name="Julie Martin", employee=True)


@pytest.mark.requirement("S104", "S105", "S106", "S107", "S108")
@pytest.mark.parametrize("case", TRADE_CASES)
def test_a_purchase_becomes_a_balanced_piece(
    case: str,
    post: Post,
    folder: Path,
    imported: Imported,
) -> None:
    document, expected = TRADE_CASES[case]

    outcomes = post(EMPLOYEE, document)

    assert [one.state for one in outcomes] == [State.HANDED_OVER] * 2
    assert lines(folder) == expected
    imported()


@pytest.mark.requirement("S103")
def test_a_months_purchases_go_in_one_call_and_one_file(
    post: Post, folder: Path, imported: Imported
) -> None:
    documents = [purchase(f"HA{at}", lines=(bought(f"{at}.37"),)) for at in range(1, 41)]

    outcomes = post(*documents)

    assert {one.state for one in outcomes} == {State.HANDED_OVER}
    (_,) = (folder / "imports").glob("*.txt")
    assert sum(len(one.lines) for one in imported().pieces()) == 120


def test_the_suppliers_number_stands_in_the_invoice_field_and_ours_is_the_piece(
    post: Post, folder: Path
) -> None:
    post(purchase("HA7", party_number="F-2026-778"))

    entry = records(folder)[0]
    assert (entry.piece, entry.invoice_number) == ("HA7", "F-2026-778")
    assert entry.label == "Facture F-2026-778 HA7"


def test_two_suppliers_may_use_one_number(post: Post, folder: Path) -> None:
    outcomes = post(purchase("F1"), purchase("F1", party="BETENG"))

    assert [one.state for one in outcomes] == [State.HANDED_OVER] * 2
    pieces = {(one.third_party, one.piece) for one in records(folder) if one.third_party}
    assert pieces == {("PAPETERIE", "F1"), ("BETENG", "SC0000002")}


def test_instalments_stand_on_the_suppliers_lines(post: Post, folder: Path) -> None:
    due = (
        Instalment(dt.date(2026, 10, 10), Decimal("70.00")),
        Instalment(dt.date(2026, 11, 10), Decimal("50.00")),
    )

    post(purchase(due=due))

    owed = [one for one in records(folder) if one.account == "401000"]
    assert [(one.due_date, one.amount) for one in owed] == [
        (one.due, one.amount) for one in due
    ]


@pytest.mark.requirement("S112", "S113")
def test_expenses_are_split_over_several_plans_to_the_cent(
    post: Post, imported: Imported
) -> None:
    thirds = tuple(AnalyticShare(f"P2026-00{at}", "PROJET") for at in (1, 2, 3))
    axis = (AnalyticShare("ATELIER", "CENTRE"),)

    post(purchase(lines=(bought("100.00", analytic=(*thirds, *axis)),)))

    (piece,) = imported().pieces()
    (split,) = (one for one in piece.lines if one.account == "606400")
    shares = [(one.plan, one.section, one.amount) for one in split.analytic]
    assert shares == [
        (1, "P2026-001", Decimal("33.34")),
        (1, "P2026-002", Decimal("33.33")),
        (1, "P2026-003", Decimal("33.33")),
        (2, "ATELIER", Decimal("100.00")),
    ]


@pytest.mark.requirement("S118")
@pytest.mark.parametrize("account", ["401000", "445660", "512000"])
def test_no_axis_stands_on_a_suppliers_a_tax_or_a_bank_line(
    account: str, post: Post, folder: Path
) -> None:
    wrong = JournalEntry(
        number="OD1",
        journal="OD",
        date=DAY,
        currency="EUR",
        movements=(
            Movement(
                account=account,
                debit=Decimal(10),
                party="PAPETERIE" if account == "401000" else "",
                analytic=(AnalyticShare("P2026-001", "PROJET"),),
            ),
            Movement(account="606400", credit=Decimal(10)),
        ),
    )

    (refused, ours) = post(wrong, purchase(project="P2026-001"))

    assert codes(refused) == {"SC-ANALYTIC-ON-NON-EXPENSE"}
    assert ours.state is State.HANDED_OVER
    split_on = [
        before.account
        for before, one in zip(records(folder), records(folder)[1:], strict=False)
        if not isinstance(one, EntryLine)
    ]
    assert split_on == ["606400"]


PAYMENTS: dict[PaymentKind, list[Entry]] = {
    PaymentKind.CUSTOMER_RECEIPT: [
        ("BQ", "512000", "", "120.00"),
        ("BQ", "411000", "DUPONT", "-120.00"),
    ],
    PaymentKind.CUSTOMER_REFUND: [
        ("BQ", "512000", "", "-120.00"),
        ("BQ", "411000", "DUPONT", "120.00"),
    ],
    PaymentKind.SUPPLIER_PAYMENT: [
        ("BQ", "512000", "", "-120.00"),
        ("BQ", "401000", "PAPETERIE", "120.00"),
    ],
    PaymentKind.SUPPLIER_REFUND: [
        ("BQ", "512000", "", "120.00"),
        ("BQ", "401000", "PAPETERIE", "-120.00"),
    ],
}


@pytest.mark.parametrize("kind", PaymentKind)
def test_a_payment_moves_money_between_bank_and_party(
    kind: PaymentKind,
    post: Post,
    folder: Path,
    imported: Imported,
) -> None:
    party = "DUPONT" if kind.startswith("customer") else "PAPETERIE"

    (outcome,) = post(paid(kind=kind, party=party, allocations=(), on_account=Decimal(120)))

    assert outcome.state is State.HANDED_OVER
    assert lines(folder) == PAYMENTS[kind]
    imported()


def test_a_payment_of_several_invoices_has_a_line_for_each_and_its_method(
    post: Post, folder: Path
) -> None:
    settled = (Allocation("HA1", Decimal("100.00")), Allocation("HA2", Decimal("20.00")))

    post(
        purchase("HA1"),
        purchase("HA2"),
        paid(amount=Decimal("150.00"), allocations=settled, on_account=Decimal(30)),
        paid("R2", method="vir", allocations=(), on_account=Decimal(120)),
    )

    money = [one for one in records(folder) if one.journal == "BQ"]
    assert [(one.label, one.amount, one.method_no) for one in money] == [
        ("Règlement R1", Decimal("150.00"), 0),
        ("Règlement R1 HA1", Decimal("100.00"), 0),
        ("Règlement R1 HA2", Decimal("20.00"), 0),
        ("Règlement R1", Decimal("30.00"), 0),
        ("Règlement R2", Decimal("120.00"), 4),
        ("Règlement R2", Decimal("120.00"), 4),
    ]


def test_the_banks_own_account_takes_dollars_or_the_payment_is_refused(
    post: Post, folder: Path
) -> None:
    received = paid(
        kind=PaymentKind.CUSTOMER_RECEIPT,
        party="HUDSON",
        currency="USD",
        exchange_rate=Decimal("0.9262"),
        amount=Decimal("100.01"),
        allocations=(),
        on_account=Decimal("100.01"),
    )

    (outcome,) = post(received)

    assert codes(outcome) == {"SC-S100-ACCOUNT-CURRENCY"}
    assert not lines(folder)


def test_a_payment_in_dollars_balances_in_euros() -> None:
    received = paid(
        kind=PaymentKind.CUSTOMER_RECEIPT,
        party="HUDSON",
        currency="USD",
        exchange_rate=Decimal("0.9262"),
        amount=Decimal("100.01"),
        allocations=(
            Allocation("F1", Decimal("33.33")),
            Allocation("F2", Decimal("33.33")),
        ),
        on_account=Decimal("33.35"),
    )

    piece = PieceMaker(settings(), reference_of_demo()).piece(received)

    assert [(one.debit, one.amount, one.currency_amount) for one in piece.lines] == [
        (True, Decimal("92.63"), Decimal("100.01")),
        (False, Decimal("30.87"), Decimal("33.33")),
        (False, Decimal("30.87"), Decimal("33.33")),
        (False, Decimal("30.89"), Decimal("33.35")),
    ]


@pytest.mark.requirement("S111")
@pytest.mark.parametrize(
    "money", [paid(), moved(settles="HA1")], ids=["payment", "bank entry"]
)
def test_money_waits_until_its_purchase_was_handed_over(
    money: Any, post: Post, folder: Path
) -> None:
    (early,) = post(money)
    assert (early.state, codes(early)) == (State.REFUSED, {"SC-BANK-BEFORE-PURCHASE"})
    assert not lines(folder)

    (bought_,) = post(purchase())
    (late,) = post(money)
    assert (bought_.state, late.state) == (State.HANDED_OVER, State.HANDED_OVER)


@pytest.mark.requirement("S111")
def test_a_purchase_that_is_refused_holds_its_money_back(post: Post, folder: Path) -> None:
    money, wrong = post(moved(settles="HA1"), purchase(party="INCONNU"))

    assert (money.state, wrong.state) == (State.REFUSED, State.REFUSED)
    assert codes(wrong) == {"SC-SUPPLIER-UNKNOWN"}
    assert not lines(folder)


def test_another_suppliers_purchase_of_the_same_number_does_not_count(
    post: Post,
) -> None:
    _, money = post(purchase("HA1", party="BETENG"), paid())

    assert codes(money) == {"SC-BANK-BEFORE-PURCHASE"}


def test_money_of_a_purchase_that_was_typed_in_goes_where_the_policy_says_so(
    post: Post, folder: Path
) -> None:
    lenient = attrs.evolve(CREATING, policy=Policy(settle_unknown=True))

    (outcome,) = post(moved(settles="HA1"), by=lenient)

    assert outcome.state is State.HANDED_OVER
    assert lines(folder) == [
        ("BQ", "512000", "", "-120.00"),
        ("BQ", "401000", "PAPETERIE", "120.00"),
    ]
    assert records(folder)[0].label == "CB PAPETERIE HA1"


def test_bank_fees_and_interest_go_to_their_account(
    post: Post, folder: Path, imported: Imported
) -> None:
    fees = moved("B1", party="", account="627000", amount=Decimal(3), description="Frais")
    interest = moved(
        "B2", party="", account="758000", direction=BankDirection.IN, amount=Decimal(1)
    )

    post(fees, interest)

    assert lines(folder) == [
        ("BQ", "512000", "", "-3.00"),
        ("BQ", "627000", "", "3.00"),
        ("BQ", "512000", "", "1.00"),
        ("BQ", "758000", "", "-1.00"),
    ]
    imported()


ACCRUAL = JournalEntry(
    number="OD1",
    journal="OD",
    date=DAY,
    currency="EUR",
    description="Facture à recevoir",
    reference="septembre",
    movements=(
        Movement(
            account="606400",
            debit=Decimal("50.00"),
            analytic=(AnalyticShare("P2026-001", "PROJET"),),
        ),
        Movement(account="401000", credit=Decimal("50.00"), party="PAPETERIE", due=DAY),
    ),
)


def test_a_journal_entry_is_written_as_it_is_said(
    post: Post, folder: Path, imported: Imported
) -> None:
    (outcome,) = post(ACCRUAL)

    assert outcome.state is State.HANDED_OVER
    assert lines(folder) == [
        ("OD", "606400", "", "50.00"),
        ("OD", "401000", "PAPETERIE", "-50.00"),
    ]
    first = records(folder)[0]
    assert first.label == "Facture à recevoir septembre"
    imported()


@pytest.mark.requirement("S107")
def test_a_reversal_turns_the_side_and_not_the_sign(folder: Path) -> None:
    with Sage100(folder, CREATING) as ledger:
        receipts = [
            ledger.documents.post_all([one])[0].unwrap()
            for one in (purchase(), ACCRUAL, moved(party="", account="627000"))
        ]
        for at, receipt in enumerate(receipts):
            ledger.documents.reverse(receipt, number=f"EX{at}")

    sums: dict[tuple[str, str, str], Decimal] = {}
    for journal, account, party, amount in lines(folder):
        place = journal, account, party
        sums[place] = sums.get(place, Decimal()) + Decimal(amount)
    assert set(sums.values()) == {Decimal()}


@pytest.mark.requirement("S116", "S117")
def test_suppliers_and_sections_are_created_only_where_the_policy_says_so(
    post: Post, folder: Path, imported: Imported
) -> None:
    supplier = Supplier(code="NOUVEAUF", name="Nouveau fournisseur")
    section = DimensionValue(
        dimension="PROJET", code="P2026-050", name="Pont", level="Production cost"
    )
    document = purchase(party="NOUVEAUF", project="P2026-050")

    held = post(document, supplier, section, by=attrs.evolve(CREATING, policy=Policy()))
    assert [one.state for one in held] == [State.NOT_RUN, State.REFUSED, State.REFUSED]
    assert codes(held[1]) == {"SC-S100-SUPPLIER-NEW"}
    assert codes(held[2]) == {"SC-ANALYTIC-UNKNOWN"}
    assert not records(folder)

    taken = post(document, supplier, section)
    assert [one.state for one in taken] == [State.HANDED_OVER] * 3
    kinds = [type(one) for one in records(folder)]
    assert kinds[:2] == [Section, ThirdParty]
    imported()


@pytest.mark.requirement("S116", "S117")
def test_an_unknown_supplier_or_section_blocks_its_document_alone(
    post: Post,
) -> None:
    outcomes = post(
        purchase("H1", party="INCONNU"), purchase("H2", project="INCONNU"), purchase("H3")
    )

    assert [codes(one) for one in outcomes] == [
        {"SC-SUPPLIER-UNKNOWN"},
        {"SC-S100-SECTION-UNKNOWN"},
        set(),
    ]


def test_the_tax_register_is_written_where_it_is_asked_for(
    post: Post, folder: Path
) -> None:
    asked = attrs.evolve(CREATING, policy=Policy(tax_register=True))
    half = bought("50.00", account="606300")

    post(purchase(lines=(bought(), half)), credit(), by=asked)

    found = [one for one in records(folder) if isinstance(one, TaxRegister)]
    told = [
        (
            one.third_party,
            one.tax_code_1,
            one.tax_account_1,
            one.rate_1,
            one.base_1,
            one.tax_1,
        )
        for one in found
    ]
    assert told == [
        ("PAPETERIE", "D20", "445660", Decimal(20), Decimal(150), Decimal(30)),
        ("PAPETERIE", "D20", "445660", Decimal(20), Decimal(-100), Decimal(-20)),
    ]
    assert isinstance(records(folder)[1], TaxRegister)


@pytest.mark.requirement("S115")
def test_the_dates_of_a_prepaid_charge_are_refused_and_not_dropped(
    post: Post, folder: Path
) -> None:
    year = Deferral(start=DAY, end=dt.date(2027, 9, 9))

    (outcome,) = post(purchase(deferral=year))

    assert codes(outcome) == {"SC-S100-DEFERRAL"}
    assert not lines(folder)
    with pytest.raises(DocumentRejectedError, match="SC-S100-DEFERRAL"):
        outcome.unwrap()


@pytest.mark.requirement("S115")
@pytest.mark.parametrize("kind", [PurchaseInvoice, PurchaseCreditNote, SalesInvoice])
def test_the_entries_of_a_prepaid_charge_sum_to_nothing_and_to_the_net_amount(
    kind: type[Any],
) -> None:
    given = attrs.asdict(purchase(), recurse=False)
    given.pop("kind")
    year = Deferral(start=DAY, end=dt.date(2027, 9, 9))
    document = kind(**{**given, "deferral": year})

    first, *months = deferral_entries(document, account="606400")

    assert [one.date for one in months[:2]] == [dt.date(2026, 9, 30), dt.date(2026, 10, 31)]
    assert (len(months), months[-1].date) == (13, dt.date(2027, 9, 9))
    sides = [
        (one.movements[0].debit or Decimal()) - (one.movements[0].credit or Decimal())
        for one in (first, *months)
    ]
    assert sum(sides) == 0
    # What an invoice put on the account goes off it first: an expense by a credit.
    expected = -100 if kind is PurchaseInvoice else 100
    assert sides[0] == expected
    assert len({one.source_id for one in (first, *months)}) == 14


def test_the_entries_of_a_prepaid_charge_are_posted_beside_its_document(
    post: Post, folder: Path
) -> None:
    document = purchase(deferral=Deferral(start=DAY, end=dt.date(2026, 12, 31)))
    entries = deferral_entries(document, account="606400", prepaid="471000")

    outcomes = post(attrs.evolve(document, deferral=None), *entries)

    assert {one.state for one in outcomes} == {State.HANDED_OVER}
    left = sum(Decimal(row[3]) for row in lines(folder) if row[1] == "606400")
    assert left == Decimal("100.00")


@pytest.mark.parametrize(
    "wrong",
    [
        purchase(),
        purchase(deferral=Deferral(start=DAY, end=None)),
        purchase(deferral=Deferral(start=DAY, end=dt.date(2026, 1, 1))),
        purchase(deferral=Deferral(start=DAY, end=DAY), date=None),
        purchase(deferral=Deferral(start=DAY, end=DAY), lines=()),
    ],
    ids=["no deferral", "no end", "backwards", "no date", "no amount"],
)
def test_what_cannot_be_spread_is_said(wrong: PurchaseInvoice) -> None:
    with pytest.raises(ValueError, match=r"expected|before"):
        deferral_entries(wrong, account="606400")
