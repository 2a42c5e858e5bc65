"""Numbers of entries that run on, the name of a file and the year that it closes."""

import datetime as dt

import pytest

from sage_connect import CodecError
from sage_connect.sage100.wire import fec
from sage_connect.sage100.wire.fec import numbering

from .fec_files import CLEAN, HEADER, NAME, but_the_note, joined, row


def codes(data: bytes, name: str = NAME) -> list[str]:
    return [fault.code for fault in but_the_note(fec.inspect(data, name=name))]


@pytest.mark.parametrize(
    ("day", "closing", "told"),
    [
        ("20270101", "20261231", [("SC-FEC-DATE-AFTER-YEAR", "error")]),
        ("20251231", "20261231", [("SC-FEC-DATE-BEFORE-YEAR", "warning")]),
        ("20260101", "20261231", []),
        ("20240229", "20250228", [("SC-FEC-DATE-BEFORE-YEAR", "warning")]),
        ("20240301", "20250228", []),
        ("20260115", "20270115", [("SC-FEC-DATE-BEFORE-YEAR", "warning")]),
    ],
)
def test_days_outside_the_year_of_the_name_are_told(
    day: str, closing: str, told: list[tuple[str, str]]
) -> None:
    lines = [HEADER, row("BQ", 1, day, "512000", "1,00", "0,00")]

    faults = fec.inspect(joined(lines), name=f"732829320FEC{closing}.txt").faults

    assert [
        (one.code, one.severity) for one in faults if one.line == 2 and "DATE" in one.code
    ] == told


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", []),
        ("standard input", []),
        ("export.txt", ["SC-FEC-NAME"]),
        ("FEC20261231.txt", ["SC-FEC-NAME"]),
        ("732829320FEC20261331.txt", ["SC-FEC-NAME"]),
        ("732829320FEC19991231.txt", ["SC-FEC-NAME"]),
        ("732829321FEC20261231.txt", ["SC-FEC-NAME-SIREN"]),
        ("73282932FEC20261231.txt", ["SC-FEC-NAME-SIREN"]),
        ("732829320fec20261231", []),
    ],
)
def test_the_name_is_judged(name: str, told: list[str]) -> None:
    assert codes(CLEAN, name) == told


def numbered(*entries_: tuple[str, str]) -> bytes:
    """Return a file of two-row entries of these journals and numbers."""
    lines = [HEADER]
    for at, (journal, number) in enumerate(entries_):
        for account, debit, credit in (("512000", at, 0), ("706000", 0, at)):
            line = row(journal, 0, "20260115", account, f"{debit},50", f"{credit},50")
            parts = line.split("\t")
            parts[2] = number
            parts[11:13] = [f"{at},50", ""] if account == "512000" else ["", f"{at},50"]
            lines.append("\t".join(parts))
    return joined(lines)


@pytest.mark.parametrize(
    ("entries_", "told"),
    [
        ("V1 V2 B1 B2", [("SC-FEC-NUMBER-BY-JOURNAL", 6)]),
        ("V1 B1 V2 B2 V3 B3", [("SC-FEC-NUMBER-BY-JOURNAL", 4)]),
        (
            "V1 B1 V2 B2 V4 B3 V5 B4 V6 B5",
            [("SC-FEC-NUMBER-BY-JOURNAL", 4), ("SC-FEC-NUMBER-GAP", 10)],
        ),
        ("V1001 B2001 V1002 B2002 V1003 B2003", [("SC-FEC-NUMBER-BY-JOURNAL", 0)]),
        ("V1 B2 V3 B4 V4", [("SC-FEC-NUMBER-JOURNALS", 10)]),
        ("V1 B2 V4 B5", [("SC-FEC-NUMBER-GAP", 6)]),
        ("V1 B2 A9", [("SC-FEC-NUMBER-GAP", 6)]),
        ("V1 B3 V2 B4", [("SC-FEC-NUMBER-ORDER", 6)]),
        ("V1 V2 V3 V300 V301", [("SC-FEC-NUMBER-GAP", 8)]),
        ("Vx-1 Bx-2 Vx-3", []),
        ("V2 V3 V4", [("SC-FEC-NUMBER-FIRST", 2)]),
        ("V2026002 V2026003 B2026004", [("SC-FEC-NUMBER-FIRST", 2)]),
        ("V2026001 V2026002 B2026003", []),
        ("V4571 V4572", []),
        ("V3 V2 V4", [("SC-FEC-NUMBER-FIRST", 4), ("SC-FEC-NUMBER-ORDER", 4)]),
        (
            "V1 B2 V2 B3 V3 B4",
            [("SC-FEC-NUMBER-BY-JOURNAL", 6), ("SC-FEC-NUMBER-FIRST", 4)],
        ),
        ("V1/26 V2/26 V3/26 V4/26", [("SC-FEC-NUMBER-FORM", 0)]),
    ],
)
def test_numbers_run_on_over_the_file_or_by_journal(
    entries_: str, told: list[tuple[str, int]]
) -> None:
    journals = {"V": "VTE", "B": "BQ", "A": "ACH"}
    data = numbered(*((journals[one[0]], one[1:]) for one in entries_.split()))

    faults = but_the_note(fec.inspect(data))

    assert sorted((one.code, one.line) for one in faults) == sorted(told)


def test_counting_stops_where_numbers_stand_too_far_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(numbering, "PAGES", 3)

    told = codes(numbered(("VTE", "1"), ("VTE", "9000"), ("VTE", "90000")))

    assert told == ["SC-FEC-NUMBER-FORM"]


def test_many_steps_are_not_all_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbering, "_STEPS", 0)

    faults = but_the_note(
        fec.inspect(numbered(("VTE", "1"), ("BQ", "1"), ("VTE", "3"), ("BQ", "3")))
    )

    assert [(one.code, one.line) for one in faults] == [("SC-FEC-NUMBER-GAP", 0)]


def test_legal_names_go_both_ways() -> None:
    name = fec.legal_name("732 829 320", dt.date(2026, 12, 31))

    assert name == NAME
    assert fec.parse_name(f"/home/x/{name}") == fec.LegalName(
        "732829320", dt.date(2026, 12, 31)
    )


@pytest.mark.parametrize(
    ("siren", "closing", "error"),
    [
        ("732829321", dt.date(2026, 12, 31), CodecError),
        ("12345", dt.date(2026, 12, 31), CodecError),
        ("73282932\u0660", dt.date(2026, 12, 31), CodecError),
        ("732829320", dt.datetime(2026, 12, 31), TypeError),  # noqa: DTZ001 - refused
    ],
)
def test_a_name_that_cannot_be_is_not_made(
    siren: str, closing: dt.date, error: type[Exception]
) -> None:
    with pytest.raises(error):
        fec.legal_name(siren, closing)


@pytest.mark.parametrize(
    "name", ["a.txt", "732829321FEC20261231.txt", "732829320FEC20260231"]
)
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(CodecError):
        fec.parse_name(name)
