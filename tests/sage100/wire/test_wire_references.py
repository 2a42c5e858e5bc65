"""What a full export refers to is looked up in its own tables, fiscal years and options."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from sage_connect.sage100 import wire
from sage_connect.testing.demo import export_bytes

EXPORT = export_bytes().removesuffix(b"#FIN\r\n")
PARTY = next(wire.read(EXPORT).of(wire.ThirdParty))
ACCOUNT = PARTY.main_account


def line(account: str, side: wire.Side, **more: Any) -> wire.EntryLine:
    values: dict[str, Any] = {
        "journal": "VTE",
        "date": date(2026, 9, 19),
        "piece": "F1",
        "label": "Facture",
        "amount": Decimal(100),
    }
    return wire.entry_writer()(**values | {"account": account, "side": side} | more)


def piece(**more: Any) -> bytes:
    """A piece of the demo company, `more` on its second line."""
    split = wire.analytic_writer()(
        plan_no=1, section=more.pop("section", "P2026-001"), amount=Decimal(100)
    )
    dated = {
        key: more.pop(key)
        for key in ("date", "journal", "piece", "closed_on")
        if key in more
    }
    party = more.pop("party", PARTY.number)
    first = line(more.pop("control", ACCOUNT), wire.Side.DEBIT, third_party=party, **dated)
    second = line(more.pop("account", "706000"), wire.Side.CREDIT, **dated, **more)
    return wire.record_bytes([first, second, split])


def export(made: bytes) -> bytes:
    return b"%b%b#FIN\r\n" % (EXPORT, made)


FIRST = EXPORT.count(b"\r\n") + 1
SECOND = FIRST + 40


def told(data: bytes) -> list[tuple[str, str, int, str]]:
    return [(f.code, f.severity, f.line, f.field) for f in wire.inspect(data).faults]


SECTION = next(wire.read(EXPORT).of(wire.Section)).section


def test_a_sound_export_has_no_fault() -> None:
    assert told(export(piece(section=SECTION))) == []


@pytest.mark.parametrize(
    ("more", "place", "field"),
    [
        ({"journal": "ZZZ"}, FIRST + 1, "journal (1)"),
        ({"account": "999999"}, SECOND + 7, "account (7)"),
        ({"counterpart_account": "999999"}, SECOND + 8, "counterpart_account (8)"),
        ({"party": "NOBODY"}, FIRST + 9, "third_party (9)"),
        ({"tax_code": "XX"}, SECOND + 26, "tax_code (26)"),
        ({"currency_no": 31}, SECOND + 16, "currency_no (16)"),
        ({"method_no": 29}, SECOND + 12, "method_no (12)"),
        ({"section": "NOWHERE"}, SECOND + 40 + 2, "section (2)"),
    ],
)
def test_a_code_that_no_table_of_the_file_has_is_told(
    more: dict[str, Any], place: int, field: str
) -> None:
    data = export(piece(**{"section": SECTION} | more))

    assert told(data) == [("SC-FLAT-REFERENCE", "error", place, field)]


def test_a_code_that_lacks_is_told_once_with_its_lines_and_the_one_like_it() -> None:
    name = PARTY.number
    twice = piece(section=SECTION) + piece(section=SECTION, piece="F2")
    made = twice.replace(
        b"\r\n%b\r\n" % name.encode(), b"\r\n%b\r\n" % name.lower().encode()
    )

    (fault,) = [f for f in wire.inspect(export(made)).faults if "REFERENCE" in f.code]

    assert f"{name.lower()!r} is used on 2 lines" in fault.message
    assert f"(is it {name!r}?)" in fault.message


def test_a_file_for_import_may_name_what_only_the_company_has() -> None:
    company = next(iter(wire.read(EXPORT).records))
    partial = EXPORT.replace(bytes(company), b"")

    assert told(b"%b%b#FIN\r\n" % (partial, piece(account="999999"))) == []


def test_a_table_with_a_damaged_record_says_nothing_of_what_lacks() -> None:
    name = PARTY.number.encode()
    data = export(piece(section=SECTION)).replace(
        b"#MPCT\r\n" + name + b"\r\n", b"#MPCT\r\n"
    )

    assert [code for code, *_ in told(data)] == ["SC-FLAT-COUNT"]


@pytest.mark.parametrize("account", ["4457", "4457101"])
def test_an_account_of_another_length_than_the_company_has_is_told(account: str) -> None:
    data = export(piece(section=SECTION, account=account))

    expected = ("SC-FLAT-CODE-LENGTH", "error", SECOND + 7, "account (7)")
    assert told(data) == [expected]


def test_an_account_of_the_chart_with_another_length_is_told() -> None:
    data = export(piece(section=SECTION)).replace(b"\r\n706000\r\n", b"\r\n7060001\r\n")

    fault, *_ = wire.inspect(data).faults

    assert (fault.code, fault.field) == ("SC-FLAT-CODE-LENGTH", "account_number (1)")


def test_a_company_with_accounts_of_any_length_has_none_that_is_wrong() -> None:
    company = next(wire.read(EXPORT).of(wire.CompanyFile))
    free = EXPORT.replace(bytes(company), bytes(company.replace(account_length=0)))
    made = piece(section=SECTION, account="4457101")

    (fault,) = told(b"%b%b#FIN\r\n" % (free, made))

    assert fault[0] == "SC-FLAT-REFERENCE"


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2030, 9, 15), [("SC-FLAT-FISCAL-YEAR", "error", FIRST + 2, "date (2)")]),
        (date(2026, 3, 15), [("SC-FLAT-CLOSED-PERIOD", "warning", FIRST + 2, "date (2)")]),
        (date(2026, 6, 30), [("SC-FLAT-CLOSED-PERIOD", "warning", FIRST + 2, "date (2)")]),
        (date(2026, 7, 1), []),
        (date(2026, 12, 31), []),
        (date(2027, 1, 1), [("SC-FLAT-FISCAL-YEAR", "error", FIRST + 2, "date (2)")]),
    ],
)
def test_a_day_is_judged_by_the_fiscal_years_of_the_file(
    day: date, expected: list[tuple[str, str, int, str]]
) -> None:
    assert told(export(piece(section=SECTION, date=day))) == expected


def test_an_archived_entry_of_a_closed_period_is_no_fault() -> None:
    made = piece(section=SECTION, date=date(2026, 3, 15), closed_on=date(2026, 4, 2))

    assert told(export(made)) == []


def test_a_closed_month_is_told_once() -> None:
    made = b"".join(
        piece(section=SECTION, date=date(2026, 3, day)).replace(b"F1", b"F%d" % day)
        for day in (20, 4, 15)
    )

    assert [code for code, *_ in told(export(made))] == ["SC-FLAT-CLOSED-PERIOD"]


def test_a_day_that_cannot_be_read_lies_nowhere() -> None:
    made = piece(section=SECTION).replace(b"190926", b"310926")

    assert {code for code, *_ in told(export(made))} == {"SC-FLAT-DATE"}


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"party": ""}, "SC-FLAT-PARTY-MISSING"),
        ({"control": "512000"}, "SC-FLAT-PARTY-STRAY"),
        ({"control": "421000"}, "SC-FLAT-PARTY-ACCOUNT"),
    ],
)
def test_accounts_and_third_parties_go_together_as_the_chart_has_it(
    more: dict[str, Any], code: str
) -> None:
    data = export(piece(section=SECTION, **more))

    assert told(data) == [(code, "warning", FIRST + 9, "third_party (9)")]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (
            lambda data: data.replace(b"#MCJR\r\nVTE\r\n", b"#MCJR\r\nVte\r\n"),
            "journal (1)",
        ),
        (
            lambda data: data.replace(PARTY.number.encode(), b"CAF\x90", 1),
            "",
        ),
    ],
)
def test_codes_that_differ_in_accents_or_case_only_are_told(
    change: Callable[[bytes], bytes], field: str
) -> None:
    data = change(export(piece(section=SECTION, party="CAFE")))

    faults = [f for f in wire.inspect(data).faults if f.code == "SC-FLAT-ALIKE"]

    assert [f.severity for f in faults] == ["warning"]
    assert not field or faults[0].field == field


@pytest.mark.parametrize(
    ("flag", "kind"), [(b"#MDOS", wire.CompanyFile), (b"#MDEV", wire.Currencies)]
)
def test_a_record_of_which_a_file_has_one_is_told_when_it_stands_twice(
    flag: bytes, kind: type[wire.Record]
) -> None:
    record = bytes(next(wire.read(EXPORT).of(kind)))
    data = export(b"").replace(record, record * 2)

    (fault,) = wire.inspect(data).faults

    assert fault.code == "SC-FLAT-DUPLICATE"
    assert fault.message.startswith(f"{flag.decode()} was already given on line ")
