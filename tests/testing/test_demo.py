import os
import subprocess
import sys
import tomllib
from collections import Counter
from datetime import date
from decimal import Decimal

import attrs
import pytest

from sage_connect.model import (
    Customer,
    Document,
    MasterData,
    SalesCreditNote,
    SalesInvoice,
    totals,
)
from sage_connect.model.totals import due_parts, line_amount
from sage_connect.sage100 import wire
from sage_connect.sage100.settings import Policy, Sage100Settings
from sage_connect.testing.demo import (
    cases,
    export_bytes,
    faulty,
    month,
    settings,
    settings_toml,
)
from sage_connect.testing.importer import Sage100Importer

SALES = (SalesInvoice, SalesCreditNote)
PREFIXES = ["FA", "AV", "CB", "HA", "NF", "HAV", "CBR", "RG", "BQ", "OD"]


def sales(items: list[Document | MasterData]) -> list[SalesInvoice | SalesCreditNote]:
    return [item for item in items if isinstance(item, SALES)]


def texts_of(items: list[Document | MasterData]) -> str:
    return "".join(
        [
            *(text for sale in sales(items) for text in (sale.party, sale.reference)),
            *(line.description for sale in sales(items) for line in sale.lines),
            *(item.name for item in items if isinstance(item, Customer)),
        ]
    )


def test_the_export_is_taken_by_the_importer_into_an_empty_company() -> None:
    importer = Sage100Importer()
    result = importer.import_file(export_bytes())

    assert (result.accepted, result.messages) == (True, ())
    assert importer.export() == export_bytes()


def test_the_export_has_every_table_that_a_company_needs() -> None:
    found = Counter(record.flag for record in wire.read(export_bytes()).records)

    assert found.keys() == {
        "#MDOS", "#MDEV", "#MREG", "#MNIC", "#MANA", "#MPLG", "#MPCA", "#MPCT", "#MTAX",
        "#MCJR",
    }  # fmt: skip
    assert found["#MDOS"] == 1
    assert found["#MPLG"] >= 60
    assert export_bytes().endswith(b"#FIN\r\n")


def test_the_export_has_customers_of_france_europe_and_the_world_and_one_asleep() -> None:
    customers = [
        party
        for party in wire.read(export_bytes()).of(wire.ThirdParty)
        if party.type is wire.ThirdPartyType.CLIENT
    ]

    assert len(customers) >= 25
    assert {party.main_account for party in customers} == {"411000", "411100", "411200"}
    assert sum(party.dormant is True for party in customers) == 1


def test_names_fit_the_short_fields_and_differ_when_folded() -> None:
    parties = list(wire.read(export_bytes()).of(wire.ThirdParty))

    assert all(party.short_name == party.short_name.strip() for party in parties)
    assert max(Counter(party.number.casefold() for party in parties).values()) == 1


def test_accounts_of_taxes_journals_and_parties_are_in_the_chart() -> None:
    records = wire.read(export_bytes())
    chart = {account.account_number for account in records.of(wire.GeneralAccount)}
    named = {
        account
        for party in records.of(wire.ThirdParty)
        for account in party.attached_accounts
    }
    for tax in records.of(wire.TaxRate):
        named |= {tax.vat_account, *tax.net_accounts}
    named |= {journal.treasury_account for journal in records.of(wire.JournalRecord)} - {""}

    assert named <= chart


def test_registration_numbers_are_well_formed() -> None:
    records = wire.read(export_bytes())
    numbers = [party.siret for party in records.of(wire.ThirdParty)]
    numbers += [company.siret for company in records.of(wire.CompanyFile)]

    assert [number for number in numbers if number and not _luhn(number)] == []
    assert sum(map(bool, numbers)) >= 4


def _luhn(number: str) -> bool:
    doubled = [int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(number))]
    return sum(digit - 9 if digit > 9 else digit for digit in doubled) % 10 == 0


def test_the_settings_name_what_the_export_has() -> None:
    own = settings()
    records = wire.read(export_bytes())
    accounts = {account.account_number for account in records.of(wire.GeneralAccount)}
    levels = {level for names in records.of(wire.LevelNames) for level in names.levels}
    plans = [plan.label for table in records.of(wire.AnalyticPlans) for plan in table.plans]
    named = {own.accounts.customers, own.accounts.sales, own.accounts.shipping}

    assert isinstance(own, Sage100Settings)
    assert named | set(own.accounts.sales_by_tax.values()) <= accounts
    assert own.analytics.level in levels
    assert own.analytics.plan in plans


def test_the_settings_text_says_the_same_as_the_settings() -> None:
    table = tomllib.loads(settings_toml())["sage100"]
    own = settings()

    assert (table["name"], table["period_start"]) == (own.name, own.period_start)
    assert table["journals"] == attrs.asdict(own.journals)
    assert table["accounts"].pop("sales_by_tax") == dict(own.accounts.sales_by_tax)
    assert table["accounts"].items() <= attrs.asdict(own.accounts).items()
    assert table["analytics"].items() <= attrs.asdict(own.analytics).items()
    assert Policy(**table["policy"]) == own.policy


def test_another_year_moves_the_fiscal_years() -> None:
    (company,) = wire.read(export_bytes(2027), around=2027).of(wire.CompanyFile)

    assert company.fiscal_year_start_2 == date(2027, 1, 1)
    assert settings(2027).period_start == date(2027, 9, 1)


def test_the_month_has_its_documents_in_dozens_of_cases() -> None:
    by_case = cases()
    documents = [one for one in month() if isinstance(one, Document)]

    assert len(documents) >= 500
    assert len(by_case) >= 40
    assert min(map(len, by_case.values())) >= 3
    assert {one for own in by_case.values() for one in own} == set(documents)
    assert sum(map(len, by_case.values())) == len(documents)


def test_equal_seeds_give_an_equal_month_and_others_another() -> None:
    assert month() == month()
    assert month(1) == month(1)
    assert month(1) != month()
    assert len(month(1)) >= 500


def test_the_month_is_the_same_in_another_process() -> None:
    code = "from sage_connect.testing.demo import month; print(hash(repr(month())))"
    # Hashes of text are fixed for both, so that equal texts have equal ones.
    done = [
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            env={"PYTHONHASHSEED": "0", "PYTHONPATH": os.pathsep.join(sys.path)},
        ).stdout
        for _ in range(2)
    ]

    assert done[0] == done[1]


def test_numbers_run_without_gaps_and_fit_a_piece() -> None:
    by_prefix: dict[str, list[str]] = {}
    for one in month():
        if isinstance(one, Document):
            by_prefix.setdefault(one.number[: one.number.index("2026")], []).append(
                one.number
            )

    assert [*by_prefix] == PREFIXES
    for prefix, numbers in by_prefix.items():
        assert sorted(numbers) == [
            f"{prefix}2026-{at:04}" for at in range(1, len(numbers) + 1)
        ]
        assert max(map(len, numbers)) <= 13


def test_dates_rise_within_the_month() -> None:
    by_kind: dict[type, list[date]] = {}
    for one in month():
        if isinstance(one, Document):
            assert one.date is not None
            by_kind.setdefault(type(one), []).append(one.date)

    assert len(by_kind) == 7
    for days in by_kind.values():
        assert days == sorted(days)
        assert {(day.year, day.month) for day in days} == {(2026, 9)}


def test_every_party_is_in_the_export_or_new_in_the_month() -> None:
    new = {item.code for item in month() if isinstance(item, Customer)}
    known = set(Sage100Importer(export_bytes()).customers())

    assert len(new) >= 3
    assert new & known == set()
    assert {sale.party for sale in sales(month())} <= new | known


def test_every_rate_is_that_of_its_tax_code() -> None:
    rates = {tax.tax_code: tax.rate for tax in wire.read(export_bytes()).of(wire.TaxRate)}
    taxes = {tax for sale in sales(month()) for line in sale.lines for tax in line.taxes}

    assert {tax.code: tax.rate for tax in taxes}.items() <= rates.items()
    assert len(taxes) >= 6


def test_texts_have_accents_and_all_fit_the_code_page() -> None:
    texts = texts_of(month())

    assert texts.encode("cp850").decode("cp850") == texts
    assert set("éèêàôÉ'«") <= set(texts)


@pytest.mark.parametrize("seed", [2026, 7])
def test_every_document_is_consistent_and_positive(seed: int) -> None:
    added = [totals(sale) for sale in sales(month(seed))]

    assert [one for one in added if not one.consistent] == []
    assert min(one.gross for one in added) > 0


def test_stated_totals_differ_from_ours_by_rounding_somewhere() -> None:
    stated = cases()["stated totals"]
    differing = [
        sale
        for sale in stated
        if isinstance(sale, SALES)
        and sale.tax != totals(attrs.evolve(sale, net=None, tax=None, gross=None)).tax
    ]

    assert len(stated) > len(differing) > 0


def test_instalments_add_up_to_the_invoice() -> None:
    for invoice in cases()["instalments at 30 and 60 days"]:
        assert isinstance(invoice, SalesInvoice)
        assert isinstance(invoice.due, tuple)
        gross = totals(invoice).gross
        parts = due_parts(invoice, gross)
        assert sum(part.amount for part in invoice.due) == gross
        assert [(part.due, part.amount) for part in invoice.due] == list(parts)


def test_a_discount_leaves_something_of_its_line() -> None:
    for invoice in cases()["discounts"]:
        assert isinstance(invoice, SalesInvoice)
        assert all(
            0 < line_amount(line) < line.quantity * line.unit_price
            for line in invoice.lines
        )


def test_foreign_invoices_are_in_the_currency_of_their_customer() -> None:
    records = wire.read(export_bytes())
    (table,) = records.of(wire.Currencies)
    currencies = {
        party.number: table.currencies[(party.currency_no or 1) - 1].iso_code
        for party in records.of(wire.ThirdParty)
    }
    foreign = [sale for sale in sales(month()) if sale.party in currencies]

    assert [sale for sale in foreign if sale.currency != currencies[sale.party]] == []
    assert {sale.currency for sale in foreign} == {"EUR", "USD", "GBP", "CHF"}
    assert all((sale.exchange_rate is None) is (sale.currency == "EUR") for sale in foreign)


def test_a_credit_note_takes_back_an_invoice_of_its_customer() -> None:
    invoices = {one.number: one for one in sales(month()) if isinstance(one, SalesInvoice)}
    notes = [one for one in sales(month()) if isinstance(one, SalesCreditNote)]

    assert len(notes) >= 15
    for note in notes:
        invoice = invoices[note.reverses]
        assert (note.party, note.currency) == (invoice.party, invoice.currency)
        assert totals(note).gross <= totals(invoice).gross


def test_projects_are_sections_of_the_plan() -> None:
    known = Sage100Importer(export_bytes()).sections("PROJET").keys()
    named = {sale.project for sale in sales(month())} - {""}
    split = {
        share.value
        for sale in sales(month())
        for line in sale.lines
        for share in line.analytic
    }

    assert named | split <= known
    assert len(split) >= 5


def test_there_are_faults_of_many_kinds_and_each_names_its_rule() -> None:
    codes = {one.code for one in faulty()}

    assert len(faulty()) >= 70
    assert len(codes) >= 60
    assert all(code.startswith("SC-") for code in codes)


def test_a_faulty_document_differs_from_a_sound_one_in_little() -> None:
    sound = SalesInvoice(
        number="", date=date(2026, 9, 30), party="DUPONT", currency="EUR", lines=()
    )
    for one in faulty():
        if isinstance(one.document, SalesInvoice):
            changed = attrs.asdict(one.document, recurse=False).items()
            usual = attrs.asdict(sound, recurse=False)
            names = {name for name, value in changed if usual[name] != value}
            assert len(names - {"number", "lines"}) <= 3


def test_one_fault_is_a_number_of_the_month_used_again() -> None:
    numbers = {sale.number for sale in sales(month())}
    again = [
        one
        for one in faulty()
        if isinstance(one.document, SALES) and one.document.number in numbers
    ]

    assert [one.code for one in again] == ["SC-DUP-BATCH"]


def test_the_absurd_amount_is_more_than_a_file_can_hold() -> None:
    (absurd,) = (one.document for one in faulty() if one.code == "SC-AMOUNT-RANGE")

    assert isinstance(absurd, SalesInvoice)
    assert totals(absurd).gross > Decimal(10) ** 11
