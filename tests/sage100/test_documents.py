"""Purchases, journal entries, suppliers and sections: the entries they become."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest

from sage_connect import (
    AnalyticShare,
    Attachment,
    Deferral,
    DimensionValue,
    DocumentRejectedError,
    Instalment,
    JournalEntry,
    Mapping,
    Movement,
    PurchaseKind,
    Sage100,
    State,
    Supplier,
)
from sage_connect.sage100.settings import Policy
from sage_connect.sage100.wire import EntryLine, Section, TaxRegister, ThirdParty
from sage_connect.testing.demo import settings

from .bookings import (
    ACCRUAL,
    CREATING,
    DAY,
    Entry,
    Imported,
    Post,
    bought,
    codes,
    credit,
    lines,
    moved,
    purchase,
    records,
)

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


def test_refused_master_data_holds_back_what_names_it_by_another_name(post: Post) -> None:
    section = DimensionValue(
        dimension="1", code="NEUF", name="Neuf", level="Production cost"
    )
    split = (AnalyticShare("NEUF", "PROJET"),)
    mapping = attrs.evolve(
        settings(), policy=Policy(), mapping=Mapping(parties={"S1": "N"})
    )

    held, free = post(
        purchase("H1", lines=(bought(analytic=split),)), purchase("H2"), section, by=mapping
    )[:2]
    (named, _) = post(purchase("H3", party="N"), Supplier(code="S1", name="x"), by=mapping)

    assert (held.state, free.state) == (State.NOT_RUN, State.HANDED_OVER)
    assert codes(held) == {"SC-DEPENDENCY"}
    assert named.state is State.NOT_RUN


def test_a_suppliers_number_that_was_posted_before_is_a_warning(post: Post) -> None:
    first, second = post(
        purchase("H1", party_number="F-1"), purchase("H2", party_number="F-1")
    )

    assert (first.state, second.state) == (State.HANDED_OVER, State.HANDED_OVER)
    warned = {one.code for one in second.report}
    assert warned == {"SC-S100-PARTY-NUMBER-TWICE"}


def test_credit_in_another_currency_than_its_invoice_is_refused(post: Post) -> None:
    # A supplier and an account that take both, and no tax whose account would not.
    both = Supplier(code="NEUF", name="Neuf", account="401100")
    abroad = {"party": "NEUF", "lines": (bought(account="604100", taxes=()),)}
    post(both, purchase("H1", **abroad))[1].unwrap()
    dollars = credit("H2", **abroad, reverses="H1", currency="USD")

    (outcome,) = post(attrs.evolve(dollars, exchange_rate=Decimal(2)))

    assert outcome.state is State.REFUSED
    assert codes(outcome) == {"SC-S100-REVERSAL-CURRENCY"}


def test_a_journal_entry_keeps_its_proofs(post: Post, folder: Path) -> None:
    proof = Attachment(name="calcul.pdf", content=b"%PDF")

    (outcome,) = post(attrs.evolve(ACCRUAL, attachments=(proof,)))

    assert outcome.state is State.HANDED_OVER
    assert [one.read_bytes() for one in folder.glob("receipts/*/OD_*calcul.pdf")] == [
        b"%PDF"
    ]
