"""What a full export says of the company: everything in it, once, and nothing else."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, strategies as st

from sage_connect import (
    AccountKind,
    Customer,
    DueFrom,
    JournalKind,
    PartyBank,
    PartyTerm,
    Reference,
    Sage100,
    State,
    TaxDirection,
    ValueMode,
)
from sage_connect.model.convert import reference_from_json, reference_to_json
from sage_connect.sage100.export import ExportFile, reference_of
from sage_connect.sage100.settings import Accounts, Analytics, Sage100Settings
from sage_connect.sage100.wire import (
    AccountNature,
    AnalyticPlans,
    BreakValue,
    CompanyFile,
    Currencies,
    GeneralAccount,
    GeneralAccountType,
    ImportUpdateMode,
    JournalRecord,
    JournalType,
    LevelNames,
    OwnBank,
    PaymentMethods,
    PieceNumbering,
    Record,
    Section,
    SectionType,
    TaxDirection as SageDirection,
    TaxRate,
    TaxRateRateType,
    TaxType,
    ThirdParty,
    ThirdPartyBank,
    ThirdPartyContact,
    ThirdPartyTerm,
    ThirdPartyTermCondition,
    ThirdPartyTermSplitType,
    ThirdPartyType,
    build,
    write,
)
from sage_connect.testing.demo import export_bytes, settings

from .conftest import an_invoice

WRITTEN = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
COMPANY = build(CompanyFile, company_name="TWIN", base_currency_no=1)
EURO = build(
    Currencies,
    currencies=[
        {"label": "Euro", "iso_code": "EUR"},
        {"label": "Dollar", "iso_code": "USD"},
    ],
)


def export(*records: Record) -> bytes:
    return b"".join(write([COMPANY, EURO, *records]))


def read(*records: Record, **options: Any) -> Reference:
    file = ExportFile(name="twin.txt", content=export(*records), modified=WRITTEN)
    return reference_of([file], **options)


def a_party(number: str, type: Any = ThirdPartyType.SUPPLIER, **values: Any) -> ThirdParty:
    given_: dict[str, Any] = {
        "name": f"Tiers {number}",
        "main_account": "401000",
        "attached_accounts": ("401000",),
    }
    return build(ThirdParty, number=number, type=type, **{**given_, **values})


def an_account(number: str, nature: Any = AccountNature.NONE, **values: Any) -> Any:
    return build(
        GeneralAccount,
        account_number=number,
        label=f"Compte {number}",
        type=GeneralAccountType.DETAIL,
        nature=nature,
        **values,
    )


def a_journal(code: str, type: JournalType, account: str = "") -> JournalRecord:
    return build(
        JournalRecord,
        code=code,
        label=code,
        type=type,
        numbering=PieceNumbering.CONTINUOUS_PER_JOURNAL,
        treasury_account=account,
    )


@pytest.fixture
def twin(tmp_path: Path) -> Iterator[Any]:
    """Open a company whose export is what is given."""
    opened: list[Sage100] = []

    def open_(*records: Record, **settings_: Any) -> Sage100:
        (tmp_path / "exports").mkdir()
        (tmp_path / "exports" / "twin.txt").write_bytes(export(*records))
        ledger = Sage100(tmp_path, Sage100Settings(name="TWIN", **settings_))
        opened.append(ledger)
        return ledger

    yield open_
    for ledger in opened:
        ledger.close()


@pytest.mark.requirement("S97")
@given(
    st.lists(
        st.lists(
            st.fixed_dictionaries(
                {"short_name": st.sampled_from(["", "BNP", "CA"])},
                optional={
                    "journal": st.sampled_from(["BQ", "BQ2"]),
                    "iban": st.sampled_from(["FR76", "FR77"]),
                    "account_number": st.sampled_from(["1", "2"]),
                },
            ),
            max_size=4,
        ),
        max_size=3,
    )
)
def test_n_bank_accounts_are_n(banks: list[list[dict[str, str]]]) -> None:
    records = [build(OwnBank, label="Banque", accounts=rows) for rows in banks]

    found = read(*records).bank_accounts or {}

    # A row with nothing in it is no bank account.
    rows = [row for rows in banks for row in rows if any(row.values())]
    assert len(found) == len(rows)
    assert [(row.get("journal", ""), row.get("iban", "")) for row in rows] == [
        (one.journal, one.iban) for one in found.values()
    ]


@pytest.mark.requirement("S97")
def test_a_bank_account_has_the_account_of_its_journal_wherever_that_stands(
    twin: Any,
) -> None:
    rows = [
        {"short_name": "BNP", "journal": "BQ", "currency_no": 2, "iban": "FR7612345"},
        {"short_name": "OLD", "journal": "BX", "dormant": True},
    ]
    ledger = twin(
        build(OwnBank, label="BNP Paribas", accounts=rows),
        a_journal("BQ", JournalType.TREASURY_BANK, "512000"),
    )

    first, second = ledger.bank_accounts.list()
    assert (first.code, first.name, first.account) == ("BNP", "BNP Paribas", "512000")
    assert (first.journal, first.currency, first.iban) == ("BQ", "USD", "FR7612345")
    assert (first.active, second.active, second.account) == (True, False, "")


@pytest.mark.requirement("S98")
def test_tax_codes_have_their_account_rate_and_direction(twin: Any) -> None:
    def a_tax(code: str, rate: str, **values: Any) -> TaxRate:
        given_: dict[str, Any] = {
            "rate_type": TaxRateRateType.RATE_PERCENT,
            "direction": SageDirection.DEDUCTIBLE_ON_PURCHASES,
        }
        return build(
            TaxRate,
            label=code,
            tax_code=code,
            rate=Decimal(rate),
            type=TaxType.VAT_ON_DEBITS,
            vat_account=f"4457{len(code)}",
            **{**given_, **values},
        )

    ledger = twin(
        a_tax("D20", "20", net_accounts=("606000", "601000")),
        a_tax("C055", "5.5", direction=SageDirection.COLLECTED_ON_SALES),
        a_tax("ECO", "0.12", rate_type=TaxRateRateType.AMOUNT),
    )

    found = [
        (one.code, one.account, one.rate_on(None), one.direction, one.net_accounts)
        for one in ledger.tax_codes.list()
    ]
    assert found == [
        ("D20", "44573", Decimal(20), TaxDirection.PURCHASES, ("606000", "601000")),
        ("C055", "44574", Decimal("5.5"), TaxDirection.SALES, ()),
        # So much for a unit is no rate in per cent.
        ("ECO", "44573", None, TaxDirection.PURCHASES, ()),
    ]


@pytest.mark.requirement("S99")
@pytest.mark.parametrize(
    ("accounts", "expected"),
    [
        (Accounts(), ["601000", "606100", "681000"]),
        (Accounts(expenses=("60", "2")), ["215000", "601000", "606100"]),
    ],
    ids=["class 6", "settable"],
)
def test_expense_accounts_are_class_6_or_what_the_settings_say(
    twin: Any, accounts: Accounts, expected: list[str]
) -> None:
    ledger = twin(
        an_account("215000", AccountNature.FIXED_ASSET),
        an_account("401000", AccountNature.SUPPLIER),
        an_account("512600", AccountNature.BANK),
        an_account("601000", AccountNature.EXPENSE),
        an_account("606100"),
        an_account("681000", AccountNature.EXPENSE),
        an_account("706000", AccountNature.INCOME),
        an_account("791000", AccountNature.EXPENSE),
        accounts=accounts,
    )

    assert expected == [one.code for one in ledger.accounts.list(kind="expense")]
    assert ledger.accounts.get("706000").kind is AccountKind.INCOME
    assert ledger.accounts.get("791000").kind is AccountKind.OTHER


@pytest.mark.requirement("S100")
def test_suppliers_are_no_customers_and_have_their_control_account(twin: Any) -> None:
    ledger = twin(
        a_party("DUPONT", ThirdPartyType.CLIENT),
        a_party("EDF", main_account="401100", attached_accounts=("401100", "408000")),
        a_party("MARTIN", ThirdPartyType.EMPLOYEE, main_account="421000"),
        a_party("ETAT", ThirdPartyType.OTHER),
    )

    found = [(one.code, one.account, one.employee) for one in ledger.suppliers.list()]
    assert found == [
        ("EDF", "401100", False),
        ("MARTIN", "421000", True),
        # An "other" third party may stand on either side.
        ("ETAT", "401000", False),
    ]
    assert ledger.suppliers.get("EDF").control_accounts == ("408000",)
    assert [one.code for one in ledger.customers.list()] == ["DUPONT", "ETAT"]


@pytest.mark.requirement("S100")
def test_a_party_has_its_banks_and_terms_and_no_others(twin: Any) -> None:
    ledger = twin(
        build(PaymentMethods, methods=[{"label": "Chèque"}, {"label": "Virement"}]),
        a_party("EDF"),
        build(
            ThirdPartyBank,
            is_main=True,
            label="BNP",
            bank_code="30004",
            branch="00001",
            account_number="12345",
            key="76",
            iban="FR7630004",
            bic="BNPAFRPP",
            currency_no=1,
        ),
        build(ThirdPartyBank, is_main=False, label="Chase", currency_no=2),
        # What no part of the reference is about is passed over.
        build(ThirdPartyContact, last_name="Martin"),
        build(
            ThirdPartyTerm,
            method_no=2,
            condition=ThirdPartyTermCondition.END_OF_MONTH,
            days=30,
            day_of_month_1=10,
            split_type=ThirdPartyTermSplitType.PERCENTAGE,
            split_value=Decimal(40),
        ),
        build(
            ThirdPartyTerm,
            method_no=1,
            condition=ThirdPartyTermCondition.END_OF_CIVIL_MONTH,
            split_type=ThirdPartyTermSplitType.FIXED_AMOUNT,
            split_value=Decimal(100),
        ),
        build(
            ThirdPartyTerm,
            method_no=3,
            split_type=ThirdPartyTermSplitType.BALANCING_REMAINDER,
        ),
        a_party("ETAT", ThirdPartyType.OTHER),
        build(ThirdPartyBank, is_main=True, label="Trésor", currency_no=1),
        a_party("ORANGE"),
    )

    edf = ledger.suppliers.get("EDF")
    assert edf.banks == (
        PartyBank(
            name="BNP",
            iban="FR7630004",
            bic="BNPAFRPP",
            number="30004 00001 12345 76",
            currency="EUR",
            main=True,
        ),
        PartyBank(name="Chase", currency="USD"),
    )
    assert edf.terms == (
        PartyTerm(
            method="Virement",
            days=30,
            due_from=DueFrom.END_OF_MONTH,
            on_days=(10,),
            percent=Decimal(40),
        ),
        PartyTerm(
            method="Chèque", due_from=DueFrom.END_OF_CIVIL_MONTH, amount=Decimal(100)
        ),
        PartyTerm(),
    )
    for seat in (ledger.customers, ledger.suppliers):
        assert [bank.name for bank in seat.get("ETAT").banks] == ["Trésor"]
    assert ledger.suppliers.get("ORANGE").banks == ()


@pytest.mark.requirement("S101")
def test_the_tree_of_plans_levels_and_sections_is_the_twin_s(twin: Any) -> None:
    tree = {
        "PROJET": {"Production cost": ["P1", "P2"], "Overhead": ["P9"], "": ["P0"]},
        "SERVICE": {"Production cost": ["S1"]},
    }
    levels = ["Production cost", "Overhead"]
    records = [
        build(
            Section,
            plan_no=number,
            section=code,
            label=f"Section {code}",
            type=SectionType.TOTAL if code == "P0" else SectionType.DETAIL,
            level_no=levels.index(level) + 1 if level else None,
        )
        for number, plan in enumerate(tree.values(), start=1)
        for level, codes in plan.items()
        for code in codes
    ]
    plans = [
        {"label": "PROJET", "mandatory": True, "suspense_section": "P9"},
        {"label": "SERVICE"},
    ]
    ledger = twin(
        build(LevelNames, levels=levels), build(AnalyticPlans, plans=plans), *records
    )

    found: dict[str, dict[str, list[str]]] = {}
    for plan in ledger.dimensions.list():
        assert plan.levels == tuple(levels)
        for section in ledger.dimension_values.list(dimension=plan.code):
            by_level = found.setdefault(plan.name, {})
            by_level.setdefault(section.level, []).append(section.code)
    assert tree == found
    projet, service = ledger.dimensions.list()
    assert (projet.mandatory, projet.suspense) == (True, "P9")
    assert (service.mandatory, service.suspense) == (False, "")
    assert [one.code for one in ledger.dimension_values.list(total=True)] == ["P0"]


@pytest.mark.requirement("S102")
def test_journals_have_their_types(twin: Any) -> None:
    kinds = {
        "ACH": (JournalType.PURCHASE, JournalKind.PURCHASES),
        "VTE": (JournalType.SALES, JournalKind.SALES),
        "BQ": (JournalType.TREASURY_BANK, JournalKind.BANK),
        "OD": (JournalType.GENERAL, JournalKind.GENERAL),
        "SIT": (JournalType.SITUATION_PROVISIONAL, JournalKind.PROVISIONAL),
    }
    ledger = twin(*(a_journal(code, type) for code, (type, _) in kinds.items()))

    assert {one.code: one.kind for one in ledger.journals.list()} == {
        code: kind for code, (_, kind) in kinds.items()
    }
    assert [one.code for one in ledger.journals.list(kind="bank")] == ["BQ"]


PARTED = build(
    AnalyticPlans,
    plans=[
        {
            "label": "PROJET",
            "break_name_1": "Ville",
            "break_length_1": 2,
            "break_name_3": "Numéro",
            "break_length_3": 4,
        }
    ],
)
TOWNS = (
    build(BreakValue, plan_no=1, break_no=1, code="PA", label="Paris"),
    build(BreakValue, plan_no=1, break_no=1, code="LY", label="Lyon"),
)
NUMBER = build(BreakValue, plan_no=1, break_no=3, code="0001", label="Premier")


@pytest.mark.requirement("S101", "S120")
def test_a_plan_tells_what_its_section_numbers_are_made_of() -> None:
    free, fixed = (
        (read(PARTED, *values).dimensions or {})["1"]
        for values in (TOWNS, (*TOWNS, NUMBER))
    )

    town, number = free.parts
    assert (town.name, town.length, dict(town.values)) == (
        "Ville",
        2,
        {"PA": "Paris", "LY": "Lyon"},
    )
    assert (number.name, number.length, dict(number.values)) == ("Numéro", 4, {})
    assert (free.value_mode, fixed.value_mode) == (ValueMode.FREE, ValueMode.FIXED)
    whole = (read(build(AnalyticPlans, plans=[{"label": "X"}])).dimensions or {})["1"]
    assert whole.value_mode is ValueMode.FIXED


@pytest.mark.requirement("S120")
@pytest.mark.parametrize(
    ("values", "analytics", "refused"),
    [
        (TOWNS, Analytics(plan="PROJET"), True),
        (TOWNS, Analytics(plan="PROJET", free_values=True), False),
        ((*TOWNS, NUMBER), Analytics(plan="PROJET"), False),
    ],
    ids=["free", "free, and allowed", "fixed"],
)
def test_a_plan_of_free_values_is_refused_at_preflight(
    folder: Path, values: Any, analytics: Analytics, *, refused: bool
) -> None:
    added = b"".join(bytes(one) for one in (PARTED, *values))
    (folder / "exports" / "more.txt").write_bytes(
        b"#FLG 000\r\n#VER 31\r\n#DEV EUR\r\n" + added + b"#FIN\r\n"
    )
    own = attrs.evolve(settings(), analytics=analytics)
    with Sage100(folder, own) as ledger:
        report = ledger.company.preflight()

    found = [one for one in report.errors if one.code == "SC-S100-PLAN-FREE-VALUES"]
    assert bool(found) is refused
    for one in found:
        assert (one.path, one.document) == ("/analytics/plan", "settings")
        assert "Numéro" in one.message("fr")
        assert "Enumérés analytiques" in one.fix("en")


@pytest.mark.parametrize(
    ("options", "closed"),
    [
        ({}, [False, False]),
        ({"last_closed_period": dt.date(2026, 6, 30)}, [True, False]),
        ({"last_closed_period": dt.date(2024, 6, 30)}, [False, False]),
        ({"last_closing_date": dt.date(2025, 12, 31)}, [True, False]),
        # The day on which somebody did it, and not the end of a year.
        ({"last_closing_date": dt.date(2026, 3, 15)}, [False, False]),
    ],
)
def test_years_that_are_closed_say_so(options: Any, closed: list[bool]) -> None:
    company = build(
        CompanyFile,
        company_name="TWIN",
        base_currency_no=1,
        fiscal_year_start_1=dt.date(2026, 1, 1),
        fiscal_year_end_1=dt.date(2026, 12, 31),
        fiscal_year_start_2=dt.date(2025, 1, 1),
        fiscal_year_end_2=dt.date(2025, 12, 31),
        **options,
    )

    found = read(company).company

    assert found is not None
    assert [year.start.year for year in found.fiscal_years] == [2025, 2026]
    assert closed == [year.closed for year in found.fiscal_years]


def test_what_decides_an_import_is_told_in_sage_s_own_codes() -> None:
    options: dict[str, Any] = {
        "import_update_mode": ImportUpdateMode(2),
        "import_analytic_balance": True,
        "import_gap_debit_account": "471000",
        "import_gap_credit_account": "472000",
        "protect_piece_no": True,
        "continuous_numbering": True,
        "create_account_on_entry": True,
        "forbid_dormant": False,
        "default_analytic_plan": 2,
    }

    company = read(build(CompanyFile, company_name="TWIN", **options)).company

    assert company is not None
    assert {name: company.own[name] for name in options} == {
        name: str(int(value)) for name, value in options.items()
    }
    assert company.own["carry_field"] == "0"


def test_a_snapshot_keeps_all_of_it() -> None:
    reference = read(
        PARTED,
        *TOWNS,
        a_party("EDF", attached_accounts=("401000", "408000")),
        build(ThirdPartyBank, is_main=True, label="BNP", iban="FR76", currency_no=1),
        build(ThirdPartyTerm, method_no=1, days=30, split_value=Decimal(100)),
    )

    again = reference_from_json(reference_to_json(reference))

    assert reference == again
    supplier = (again.suppliers or {})["EDF"]
    assert (len(supplier.banks), len(supplier.terms)) == (1, 1)
    assert (again.dimensions or {})["1"].parts[0].values["PA"] == "Paris"


def test_a_customer_whose_banks_sage_knows_is_still_the_same_customer(
    folder: Path,
) -> None:
    with Sage100(folder, settings()) as ledger:
        plain = ledger.customers.get("DUPONT")
    path = folder / "exports" / "company.txt"
    lines = export_bytes().split(b"\r\n")
    at = lines.index(b"DUPONT")
    following = next(n for n in range(at, len(lines)) if lines[n].startswith(b"#"))
    bank = bytes(build(ThirdPartyBank, is_main=True, label="BNP", currency_no=1))
    lines[following:following] = bank.removesuffix(b"\r\n").split(b"\r\n")
    path.write_bytes(b"\r\n".join(lines))
    given_ = Customer(**{f.name: getattr(plain, f.name) for f in attrs.fields(Customer)})

    with Sage100(folder, settings()) as ledger:
        assert len(ledger.customers.get("DUPONT").banks) == 1
        moved = attrs.evolve(given_, banks=(PartyBank(name="Autre"),))
        same, other, invoice = ledger.documents.post_all([given_, moved, an_invoice()])
        report = ledger.customers.check(given_)

    assert (same.state, other.state) == (State.UNCHANGED, State.SKIPPED)
    assert invoice.state is State.HANDED_OVER
    assert tuple(report) == ()
