"""Once, whole and alike: what was found by trying to lose, double or alter a posting."""

import datetime as dt
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest

from sage_connect import (
    AnalyticShare,
    ConfigurationError,
    Customer,
    DocumentRejectedError,
    Mapping,
    Sage100,
    SalesInvoice,
    State,
    StorageError,
    Supplier,
    Tax,
    UnsupportedError,
)
from sage_connect.sage100.settings import Accounts, ExportPolicy, Policy, Sage100Settings
from sage_connect.testing.demo import export_bytes, settings
from sage_connect.testing.importer import Sage100Importer

from .bookings import CREATING, paid, purchase
from .conftest import a_line, an_invoice

NEW = Customer(code="NOUVEAU", name="Nouveau client", account="411000")
ALLOWING = Sage100Settings(
    name="ATELIER DÉMO SARL",
    accounts=Accounts(customers="411000", taxes={"C20": "445710"}),
    policy=Policy(export=ExportPolicy.ALLOW),
)


def codes(outcome: Any) -> set[str]:
    return {one.code for one in outcome.report}


def file_count(folder: Path) -> int:
    return len(list((folder / "imports").glob("*")))


def a_share(value: str, amount: str) -> AnalyticShare:
    return AnalyticShare(value, amount=Decimal(amount))


def test_a_second_invoice_reaches_a_customer_who_was_just_handed_over(
    ledger: Sage100, folder: Path
) -> None:
    first = ledger.documents.post_all([NEW, an_invoice("FA1", party="NOUVEAU")])
    alone = ledger.documents.post_all([an_invoice("FA2", party="NOUVEAU")])
    again = ledger.documents.post_all([NEW, an_invoice("FA3", party="NOUVEAU")])

    assert [one.state for one in first] == [State.HANDED_OVER] * 2
    assert [one.state for one in alone] == [State.HANDED_OVER]
    assert [one.state for one in again] == [State.UNCHANGED, State.HANDED_OVER]
    assert file_count(folder) == 3


def test_what_sage_has_is_never_written_over(ledger: Sage100, folder: Path) -> None:
    known = ledger.customers.get("DUPONT")
    changed = attrs.evolve(known, name="Dupont et fils")
    other = attrs.evolve(NEW, name="Autre nom")

    same, skipped, invoice = ledger.documents.post_all([known, changed, an_invoice()])
    ledger.documents.post_all([NEW])
    (handed,) = ledger.documents.post_all([other])

    assert [one.state for one in (same, skipped, invoice, handed)] == [
        State.UNCHANGED,
        State.SKIPPED,
        State.HANDED_OVER,
        State.SKIPPED,
    ]
    assert "SC-S100-EXISTING-OVERWRITE" in codes(handed)
    assert file_count(folder) == 2


def test_a_number_stands_for_one_document(ledger: Sage100, folder: Path) -> None:
    ledger.sales_invoices.post(an_invoice("FA1"))

    later, first, second = ledger.documents.post_all(
        [
            an_invoice("FA1", source_id="id-1"),
            an_invoice("FA2", source_id="id-2"),
            an_invoice("FA2", source_id="id-3"),
        ]
    )

    assert [one.state for one in (later, first, second)] == [
        State.REFUSED,
        State.HANDED_OVER,
        State.REFUSED,
    ]
    assert "SC-S100-NUMBER-TAKEN" in codes(later) & codes(second)
    assert file_count(folder) == 2


def test_no_more_is_taken_back_than_was_invoiced(ledger: Sage100) -> None:
    receipt = ledger.sales_invoices.post(an_invoice())
    ledger.documents.reverse(receipt, number="AV1")

    with pytest.raises(DocumentRejectedError, match="SC-OVER-CREDITED"):
        ledger.documents.reverse(receipt, number="AV2")


def test_a_posting_before_there_is_an_export_is_known_after_it(folder: Path) -> None:
    export = folder / "exports" / "company.txt"
    content = export.read_bytes()
    export.unlink()
    with Sage100(folder, ALLOWING) as ledger:
        (before,) = ledger.documents.post_all([an_invoice()])
    export.write_bytes(content)
    with Sage100(folder, ALLOWING) as ledger:
        after, more = ledger.documents.post_all([an_invoice(), an_invoice("FA2")])

    assert [one.state for one in (before, after, more)] == [
        State.HANDED_OVER,
        State.UNCHANGED,
        State.HANDED_OVER,
    ]
    assert before.key == after.key


def test_a_company_without_any_name_is_not_posted_to(folder: Path) -> None:
    (folder / "exports" / "company.txt").unlink()
    nameless = attrs.evolve(ALLOWING, name="")

    with Sage100(folder, nameless) as ledger, pytest.raises(ConfigurationError) as told:
        ledger.sales_invoices.post(an_invoice())

    assert told.value.code == "SC-S100-NO-EXPORT"
    assert not (folder / "imports").exists()


def test_an_older_registry_is_told_by_the_files_it_does_not_know(folder: Path) -> None:
    registry = folder / "state" / "registry.ndjson"
    with Sage100(folder, settings()) as ledger:
        ledger.sales_invoices.post(an_invoice())
        older = registry.read_bytes()
        ledger.sales_invoices.post(an_invoice("FA2"))
    registry.write_bytes(older)

    with Sage100(folder, settings()) as ledger, pytest.raises(StorageError) as told:
        ledger.sales_invoices.post(an_invoice("FA2"))

    assert told.value.code == "SC-S100-REGISTRY"
    assert file_count(folder) == 2


@pytest.mark.parametrize(
    ("lines", "rate"),
    [
        ((a_line("0.01", "0", "C00"),), "0.3"),
        ((a_line("100.00", "0", "C00"), a_line("0.01", "0", "C00")), "0.3"),
        (tuple(a_line("0.01", "0", "C00") for _ in range(100)), "0.5"),
    ],
    ids=["nothing is left", "a line is lost", "the residue is larger than a line"],
)
def test_what_conversion_would_lose_is_refused_and_stops_no_other(
    ledger: Sage100, lines: Any, rate: str
) -> None:
    tiny = an_invoice(
        "FA1",
        party="HARBOR",
        currency="USD",
        exchange_rate=Decimal(rate),
        lines=tuple(attrs.evolve(one, account="706300") for one in lines),
    )
    tiny = attrs.evolve(tiny, party=a_dollar_customer(ledger))

    report = ledger.sales_invoices.check(tiny)
    refused, posted = ledger.documents.post_all([tiny, an_invoice("FA2")])

    assert (refused.state, posted.state) == (State.REFUSED, State.HANDED_OVER)
    assert "SC-S100-CONVERSION" in codes(refused)
    assert {one.code for one in report} == codes(refused)


def a_dollar_customer(ledger: Sage100) -> str:
    return next(one.code for one in ledger.customers.list(currency="USD"))


def test_a_split_below_zero_stands_on_the_side_of_its_line(
    ledger: Sage100, folder: Path
) -> None:
    sections = [
        one.code
        for one in ledger.dimension_values.list(dimension="1", total=False, active=True)
    ]
    shares = (a_share(sections[0], "-60.00"), a_share(sections[1], "-40.00"))
    lines = (a_line("300.00"), a_line("-100.00", analytic=shares))

    outcomes = ledger.documents.post_all([an_invoice(lines=lines), an_invoice("FA2")])

    sage = Sage100Importer(export_bytes())
    for file in (folder / "imports").iterdir():
        assert sage.import_file(file.read_bytes()).messages == ()
    assert outcomes[1].state is State.HANDED_OVER
    if outcomes[0].posted:
        split = [s.amount for p in sage.pieces() for x in p.lines for s in x.analytic]
        assert split == [Decimal("60.00"), Decimal("40.00")]


def test_an_export_that_came_since_counts(folder: Path) -> None:
    day = dt.date(2026, 7, 20)
    own = attrs.evolve(settings(), period_start=None)
    with Sage100(folder, own) as ledger:
        first = ledger.sales_invoices.post(an_invoice("FA1", date=day))
        export = folder / "exports" / "company.txt"
        closed = export.read_bytes().replace(b"\r\n300626\r\n", b"\r\n310726\r\n")
        export.write_bytes(closed)
        os.utime(export, (1_800_000_000, 1_800_000_000))
        (outcome,) = ledger.documents.post_all([an_invoice("FA2", date=day)])

    assert first.id == "FA1"
    assert codes(outcome) == {"SC-PERIOD-CLOSED"}


def test_a_preview_without_the_newest_export_is_not_posted(folder: Path) -> None:
    with Sage100(folder, ALLOWING) as ledger:
        blind = ledger.documents.preview([an_invoice(party="INCONNU")])
        with pytest.raises(ConfigurationError) as stale:
            ledger.documents.post_all(blind)

    assert stale.value.code == "SC-PREVIEW-STALE"
    assert not (folder / "imports").exists()


def test_check_and_preview_say_what_posting_does(ledger: Sage100) -> None:
    bad = attrs.evolve(NEW, name="日本")
    batch: list[Any] = [an_invoice("FA1", party="NOUVEAU"), bad, an_invoice("FA2")]

    report = ledger.documents.check(batch)
    preview = ledger.documents.preview(batch)
    outcomes = ledger.documents.post_all(preview)

    assert [one.state for one in outcomes] == [
        State.NOT_RUN,
        State.REFUSED,
        State.HANDED_OVER,
    ]
    assert "SC-DEPENDENCY" in {one.code for one in report.of(0)}
    assert report.findings == preview.report.findings
    assert {one.document for one in preview.entries} == {"FA2"}


def test_a_cent_makes_no_tax_on_what_bears_none(ledger: Sage100) -> None:
    invoice = an_invoice(lines=(a_line("100.00", "0", "C00"),), gross=Decimal("100.01"))

    (outcome,) = ledger.documents.post_all([invoice])

    assert outcome.state is State.REFUSED
    assert "SC-TOTAL-DECLARED" in codes(outcome)


def test_two_dimensions_that_become_one_are_not_lost(folder: Path) -> None:
    own = attrs.evolve(settings(), mapping=Mapping(dimensions={"A": "1", "B": "1"}))
    with Sage100(folder, own) as ledger:
        section, other = [
            one.code
            for one in ledger.dimension_values.list(dimension="1", total=False, active=True)
        ][:2]
        line = a_line("10.00", dimensions={"A": section, "B": other})
        (outcome,) = ledger.documents.post_all([an_invoice(lines=(line,))])

    assert outcome.state is State.REFUSED


def test_stray_files_among_the_exports_are_no_exports(folder: Path) -> None:
    for name in ("desktop.ini", "Thumbs.db", ".DS_Store"):
        (folder / "exports" / name).write_bytes(b"\x00\x01")

    with Sage100(folder, settings()) as ledger:
        assert ledger.documents.post_all([an_invoice()])[0].posted


def test_an_export_with_blank_options_is_read(folder: Path) -> None:
    export = folder / "exports" / "company.txt"
    lines = export.read_bytes().split(b"\r\n")
    at = lines.index(b"#MDOS")
    lines[at + 48] = lines[at + 66] = b""
    export.write_bytes(b"\r\n".join(lines))

    with Sage100(folder, settings()) as ledger:
        company = ledger.company.load().company

    assert company is not None
    assert company.own["import_update_mode"] == ""


def test_a_base_currency_without_its_code_is_that_of_the_header(folder: Path) -> None:
    export = folder / "exports" / "company.txt"
    lines = export.read_bytes().split(b"\r\n")
    at = lines.index(b"#MDEV")
    assert lines[at + 7] == b"EUR"
    lines[at + 7] = b""
    export.write_bytes(b"\r\n".join(lines))

    with Sage100(folder, settings()) as ledger:
        company = ledger.company.load().company

    assert company is not None
    assert company.base_currency == "EUR"


def test_directories_look_up_by_what_they_have(ledger: Sage100) -> None:
    assert ledger.exchange_rates.get("USD").currency == "USD"
    assert [one.currency for one in ledger.exchange_rates.search("usd")] == ["USD"]
    with pytest.raises(TypeError, match="accounts have no 'colour'"):
        list(ledger.accounts.list(colour=1))


def test_a_receipt_without_its_document_reverses_nothing(ledger: Sage100) -> None:
    receipt = ledger.sales_invoices.post(an_invoice())
    found: Any = ledger.documents.reconcile(receipt.key)

    with pytest.raises(UnsupportedError, match="has no document"):
        ledger.documents.reverse(found, number="AV1")


def test_a_workspace_has_a_name() -> None:
    with Sage100("", settings()) as ledger, pytest.raises(ConfigurationError) as told:
        ledger.sales_invoices.post(an_invoice())

    assert told.value.code == "SC-S100-WORKSPACE"


def test_an_error_after_the_hand_over_does_not_deny_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    force = os.fsync

    def fails_for_imports(descriptor: int) -> None:
        if Path(f"/proc/self/fd/{descriptor}").readlink().name == "imports":
            raise OSError(5, "Input/output error")
        force(descriptor)

    with Sage100(folder, settings()) as ledger:
        ledger.sales_invoices.post(an_invoice("FA0"))
        monkeypatch.setattr(os, "fsync", fails_for_imports)
        (outcome,) = ledger.documents.post_all([an_invoice()])

    assert outcome.state is State.HANDED_OVER
    assert file_count(folder) == 2


def test_the_returned_line_and_the_sold_one_have_positive_quantities(
    ledger: Sage100, folder: Path
) -> None:
    lines = (a_line("10.00", quantity=Decimal(5)), a_line("10.00", quantity=Decimal(-2)))

    ledger.sales_invoices.post(an_invoice(lines=lines))

    (file,) = (folder / "imports").iterdir()
    assert b"-" not in file.read_bytes().replace(b"P2026-", b"")


def test_a_tax_of_the_settings_comes_before_that_of_sage(folder: Path) -> None:
    own = settings()
    accounts = attrs.evolve(own.accounts, taxes={"C20": "445712"})
    with Sage100(folder, attrs.evolve(own, accounts=accounts)) as ledger:
        preview = ledger.documents.preview([an_invoice()])
        assert preview.entries == ()
        ledger.company.load()
        preview = ledger.documents.preview([an_invoice(taxes=(), lines=(a_line("1.00"),))])

    assert "445712" in {one.account for one in preview.entries}
    assert isinstance(preview.documents[0], SalesInvoice)
    assert preview.documents[0].lines[0].taxes == (Tax("C20", Decimal(20)),)


def test_a_preview_is_posted_although_the_registry_refuses_a_part_of_it(
    folder: Path,
) -> None:
    with Sage100(folder, CREATING) as ledger:
        ledger.company.load()
        preview = ledger.documents.preview([purchase("HA9"), paid("R1")])
        outcomes = ledger.documents.post_all(preview)

    assert [one.state for one in outcomes] == [State.HANDED_OVER, State.REFUSED]
    assert {one.code for one in outcomes[1].report.errors} == {"SC-BANK-BEFORE-PURCHASE"}


def test_a_preview_is_posted_twice_and_changes_nothing(folder: Path) -> None:
    with Sage100(folder, CREATING) as ledger:
        ledger.company.load()
        given = [purchase("HA1", party_number="F-77"), purchase("", source_id="i1")]
        preview = ledger.documents.preview(given)
        first = ledger.documents.post_all(preview)
        second = ledger.documents.post_all(preview)

    assert {one.state for one in first} == {State.HANDED_OVER}
    assert {one.state for one in second} == {State.UNCHANGED}


def test_a_piece_number_that_was_taken_since_is_no_reason_to_stop(folder: Path) -> None:
    with Sage100(folder, CREATING) as ledger:
        ledger.company.load()
        preview = ledger.documents.preview([purchase("1")])
        ledger.documents.post_all([purchase("1", party="BETENG")])
        (outcome,) = ledger.documents.post_all(preview)

    assert outcome.unwrap().id == "SC0000002"


def test_what_a_preview_does_not_show_is_not_posted(folder: Path) -> None:
    newcomer = Supplier(code="NOUVEAUF", name="Nouveau")
    with Sage100(folder, CREATING) as ledger:
        ledger.company.load()
        preview = ledger.documents.preview(
            [purchase("H1", party="NOUVEAUF"), purchase("H2")]
        )
        ledger.documents.post_all([newcomer])
        with pytest.raises(ConfigurationError, match="does not show"):
            ledger.documents.post_all(preview)
