"""Every fault of a PNM file is found, told with its line and column, and only there."""

import tracemalloc
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from sage_connect import FileFormatError
from sage_connect.sage100 import wire
from sage_connect.sage100.wire import balance, pnm
from sage_connect.sage100.wire.pnm import judging
from sage_connect.sage100.wire.pnm.sentences import SENTENCES, PnmCode as Code

from .pnm_files import CLEAN, COLUMNS, COMPANY, RIGHT, file_of, movement, piece, put

LINES = piece()


def without(*numbers: int) -> bytes:
    """The clean file without some of its physical lines."""
    return file_of(*(line for number, line in enumerate(LINES, 2) if number not in numbers))


def other(line: int, change: Callable[[bytes], bytes]) -> bytes:
    """The clean file with one physical line changed."""
    lines = [COMPANY, *LINES]
    lines[line - 1] = change(lines[line - 1])
    return b"".join(lines)


FAULTY: list[tuple[Code, str, bytes, int, str]] = [
    (Code.COMPANY, "warning", CLEAN.replace(COMPANY, b"x" * 31 + b"\r\n"), 1, ""),
    (Code.COMPANY, "warning", CLEAN.replace(COMPANY, b" " * 30 + b"\r\n"), 1, ""),
    (Code.COMPANY_MISSING, "error", CLEAN.removeprefix(COMPANY), 1, ""),
    (Code.BOM, "error", b"\xef\xbb\xbf" + CLEAN, 1, ""),
    (Code.LENGTH, "error", other(6, lambda raw: raw[:-3] + raw[-2:]), 6, ""),
    (Code.LENGTH_MIXED, "error", other(6, lambda raw: raw.rstrip() + b"\r\n"), 6, ""),
    (Code.LENGTH, "error", other(6, lambda raw: raw[:-2] + b" \r\n"), 6, ""),
    (Code.LENGTH_MIXED, "error", other(6, lambda raw: raw[:138] + b"\r\n"), 6, ""),
    (Code.TRUNCATED, "error", CLEAN[:-30], 9, ""),
    (Code.TRUNCATED, "error", CLEAN[: -199 + 138 - 2], 9, ""),
    (Code.BLANK_LINE, "error", CLEAN + b" ", 10, ""),
    (Code.BLANK_LINE, "error", CLEAN + b" " * 199 + b"\r\n", 10, ""),
    (Code.BLANK_LINE, "error", other(6, lambda raw: b" \t\r\n" + raw), 6, ""),
    (Code.EMPTY_LINE, "error", other(6, lambda raw: b"\r\n" + raw), 6, ""),
    (Code.EMPTY_END, "error", CLEAN + b"\r\n" * 3, 12, ""),
    (Code.NO_LINE_END, "warning", CLEAN[:-2], 9, ""),
    (Code.NO_LINE_END, "warning", CLEAN[:-1], 9, ""),
    (Code.NO_LINE_END, "warning", CLEAN + b"\r\n\r", 11, ""),
    (Code.LINE_END, "error", CLEAN.replace(b"\r\n", b"\n"), 1, ""),
    (Code.LINE_END, "error", CLEAN.replace(b"\r\n", b"\r"), 1, ""),
    (Code.LINE_END_MIXED, "warning", other(6, lambda raw: raw[:-2] + b"\n"), 6, ""),
    (Code.LINE_END_MIXED, "warning", CLEAN.replace(b"\r\n", b"\n", 1), 1, ""),
    (Code.LINE_END_MIXED, "warning", CLEAN + b"\n\r\n", 10, ""),
    (Code.LINE_END_MIXED, "warning", CLEAN[:-2] + b"\n\r\n", 9, ""),
    (
        Code.UTF8,
        "error",
        CLEAN.replace(b"Facture Dupont", "Règlement clé ".encode(), 1),
        2,
        "label (52)",
    ),
    (
        Code.UTF8,
        "error",
        put(2, "label", "Facture réglée".encode().ljust(25)),
        2,
        "label (52)",
    ),
    (Code.UTF8, "error", CLEAN.replace(b"VIGNAL", "DORÉ".encode(), 1), 1, ""),
    (Code.NOT_ASCII, "warning", put(2, "label", "Facture réglée"), 2, "label (52)"),
    (Code.NOT_ASCII, "warning", CLEAN.replace(b"VIGNAL", b"DOR\xc9", 1), 1, ""),
    (
        Code.CODE_PAGE,
        "warning",
        put(2, "label", "Facture réglée".encode("cp850").ljust(25)),
        2,
        "label (52)",
    ),
    (Code.BYTE, "error", put(2, "label", b"Facture \x81".ljust(25)), 2, "label (52)"),
    (Code.CONTROL, "error", put(2, "label", b"Facture\tA".ljust(25)), 2, "label (52)"),
    (Code.CONTROL, "error", put(2, "reserved", b"\x00".ljust(26)), 2, "reserved (113)"),
    (Code.CONTROL, "error", CLEAN.replace(b"VIGNAL", b"VIG\tNA", 1), 1, ""),
    (Code.LINE_TYPE, "error", put(6, "line_type", "B"), 6, "line_type (25)"),
    (Code.PIECE_TYPE, "warning", put(6, "piece_type", "ZZ"), 6, "piece_type (10)"),
    (Code.ENTRY_KIND, "error", put(6, "entry_kind", "Z"), 6, "entry_kind (105)"),
    (Code.ENTRY_KIND_EMPTY, "warning", put(6, "entry_kind", " "), 6, "entry_kind (105)"),
    (Code.ENTRY_NUMBER, "warning", put(6, "entry_number", "2A"), 6, "entry_number (106)"),
    (Code.EMPTY, "error", put(6, "account", ""), 6, "account (12)"),
    (Code.EMPTY, "error", put(6, "journal", ""), 6, "journal (1)"),
    (Code.LABEL, "warning", put(6, "label", ""), 6, "label (52)"),
    (Code.SHORT, "error", put(6, "account", "44"), 6, "account (12)"),
    (Code.CASE, "warning", put(6, "account", "445710a"), 6, "account (12)"),
    (Code.BLANKS, "warning", put(6, "account", " 445710"), 6, "account (12)"),
    (Code.BLANKS, "warning", put(6, "label", " Facture"), 6, "label (52)"),
    (Code.BLANKS, "warning", put(6, "account", "445710\xa0"), 6, "account (12)"),
    (Code.DATE, "error", put(6, "date", "310926"), 6, "date (4)"),
    (Code.DATE, "error", put(6, "date", "      "), 6, "date (4)"),
    (Code.DATE, "error", put(6, "date", "26/9/1"), 6, "date (4)"),
    (Code.DATE, "error", put(8, "due", "000000"), 8, "due (78)"),
    (Code.DATE, "error", put(6, "due", "310226"), 6, "due (78)"),
    (Code.SIDE, "error", put(6, "side", "0"), 6, "side (84)"),
    (Code.SIDE, "error", put(6, "side", " "), 6, "side (84)"),
    (Code.SIDE_MIXED, "warning", put(6, "side", "M"), 6, "side (84)"),
    (Code.AMOUNT, "error", put(6, "amount", "200,00"), 6, "amount (85)"),
    (Code.AMOUNT, "error", put(6, "amount", "2 000.00"), 6, "amount (85)"),
    (Code.AMOUNT, "error", put(6, "amount", ""), 6, "amount (85)"),
    (Code.AMOUNT, "error", put(6, "amount", "2.1234567"), 6, "amount (85)"),
    (
        Code.AMOUNT,
        "error",
        put(7, "currency_amount", "1300,00"),
        7,
        "currency_amount (142)",
    ),
    (Code.DECIMALS, "warning", put(6, "amount", "200"), 6, "amount (85)"),
    (Code.DECIMALS, "warning", put(6, "amount", "200.000"), 6, "amount (85)"),
    (
        Code.DECIMALS,
        "warning",
        put(7, "currency_amount", "1300.5"),
        7,
        "currency_amount (142)",
    ),
    (Code.ALIGNED, "note", put(6, "amount", b"200.00".ljust(20)), 6, "amount (85)"),
    (Code.NEGATIVE, "warning", put(6, "amount", "-200.00"), 6, "amount (85)"),
    (Code.ZERO, "warning", put(6, "amount", "0.00"), 6, "amount (85)"),
    (Code.METHOD, "warning", put(7, "method", "3"), 7, "method (77)"),
    (Code.THIRD_PARTY, "error", put(7, "party", ""), 7, "party (26)"),
    (Code.THIRD_PARTY, "error", put(8, "party", ""), 8, "party (26)"),
    (Code.SECTION, "error", put(3, "party", ""), 3, "party (26)"),
    (Code.DUE, "error", put(8, "due", "      "), 8, "due (78)"),
    (Code.STRAY, "warning", put(6, "party", "DUPONT"), 6, "party (26)"),
    (Code.STRAY, "warning", put(6, "plan", "1"), 6, "plan (165)"),
    (Code.RESERVED, "warning", put(6, "reserved", "x"), 6, "reserved (113)"),
    (Code.RESERVED, "warning", put(6, "unused_section", "x"), 6, "unused_section (175)"),
    (Code.PLAN, "error", put(5, "plan", ""), 5, "plan (165)"),
    (Code.PLAN, "error", put(5, "plan", "11"), 5, "plan (165)"),
    (Code.PLAN, "error", put(5, "plan", "0"), 5, "plan (165)"),
    (Code.CURRENCY, "error", put(6, "amount_currency", "eur"), 6, "amount_currency (139)"),
    (Code.CURRENCY, "error", put(7, "currency", "U"), 7, "currency (162)"),
    (Code.CURRENCY_PAIR, "error", put(7, "currency", ""), 7, "currency_amount (142)"),
    (
        Code.CURRENCY_PAIR,
        "error",
        put(7, "currency_amount", ""),
        7,
        "currency_amount (142)",
    ),
    (
        Code.CURRENCY_MIXED,
        "warning",
        put(6, "amount_currency", "USD"),
        6,
        "amount_currency (139)",
    ),
    (Code.PARENT, "error", file_of(LINES[1], *LINES), 2, "line_type (25)"),
    (Code.PARENT, "error", file_of(*LINES, LINES[4], LINES[7]), 11, "line_type (25)"),
    (Code.CHILD, "error", put(3, "account", "706100"), 3, "account (12)"),
    (Code.CHILD, "error", put(3, "journal", "ACH"), 3, "journal (1)"),
    (Code.CHILD, "error", put(3, "date", "200926"), 3, "date (4)"),
    (Code.CHILD, "error", put(3, "side", "D"), 3, "side (84)"),
    (Code.CHILD, "error", put(8, "party", "DURAND"), 8, "party (26)"),
    (Code.CHILD, "error", put(8, "date", "191026"), 8, "date (4)"),
    (Code.CHILD_TEXT, "warning", put(3, "label", "Other"), 3, "label (52)"),
    (Code.CHILD_TEXT, "warning", put(8, "entry_number", "9"), 8, "entry_number (106)"),
    (Code.ANALYTIC_SUM, "error", put(4, "amount", "400.01"), 3, "amount (85)"),
    (Code.ANALYTIC_SUM, "error", put(5, "amount", "999.99"), 5, "amount (85)"),
    (Code.INSTALMENT_SUM, "error", put(9, "amount", "600.01"), 8, "amount (85)"),
    (Code.BALANCE_MONTH, "error", put(6, "amount", "200.01"), 2, "amount (85)"),
    (Code.BALANCE_PIECE, "warning", put(6, "amount", "200.01"), 2, "amount (85)"),
    (Code.BALANCE_MONTH, "error", without(6), 2, "amount (85)"),
    (Code.TWICE, "warning", CLEAN + b"".join(LINES), 10, "reference (39)"),
    (Code.PIECE_DATES, "warning", put(6, "date", "180926"), 6, "date (4)"),
]
# Found in every file, or where none can be read; or met only when values are written.
ELSEWHERE = {Code.COMPANY_AGAIN, Code.NO_TRAILER, Code.NO_MOVEMENT, Code.ENDLESS, Code.MORE}
OF_WRITING = {Code.CHARACTER, Code.YEAR, Code.TOO_LONG, Code.ROUNDING, Code.COLUMN}


def test_the_clean_file_has_no_fault() -> None:
    found = wire.inspect(CLEAN)

    assert [(one.severity, one.code) for one in found.faults] == [
        ("note", "SC-PNM-NO-TRAILER")
    ]
    assert (found.format, found.module, found.version, found.ok) == (
        "pnm",
        "accounting",
        None,
        True,
    )
    assert (found.records, found.records_by_flag) == (8, {"G": 2, "A": 3, "X": 1, "E": 2})
    assert found.totals.debit == found.totals.credit == Decimal("1200.00")
    assert found.totals.by_journal == {
        "VTE": wire.Sums(Decimal("1200.00"), Decimal("1200.00"))
    }


@pytest.mark.parametrize(
    ("code", "severity", "data", "line", "field"),
    FAULTY,
    ids=[f"{number}-{row[0].value}" for number, row in enumerate(FAULTY)],
)
def test_a_fault_is_found_where_it_is(
    code: Code, severity: str, data: bytes, line: int, field: str
) -> None:
    faults = [one for one in wire.inspect(data).faults if one.code == code.value]

    assert data != CLEAN
    assert [(one.severity, one.line, one.field) for one in faults] == [
        (severity, line, field)
    ]
    assert "{" not in faults[0].message
    assert faults[0].message.endswith(".")


def test_every_code_has_a_faulty_example() -> None:
    assert {row[0] for row in FAULTY} | ELSEWHERE | OF_WRITING == set(Code)
    assert set(SENTENCES) == set(Code)


@pytest.mark.parametrize(
    ("code", "severity", "data", "line", "field"),
    FAULTY,
    ids=[f"{number}-{row[0].value}" for number, row in enumerate(FAULTY)],
)
def test_a_reader_stops_at_an_error_of_a_line_and_at_nothing_else(
    code: Code, severity: str, data: bytes, line: int, field: str
) -> None:
    # Of the file as a whole, or of sums: what a reader does not judge.
    passing = {
        Code.BOM,
        Code.EMPTY_END,
        Code.LINE_END,
        Code.ANALYTIC_SUM,
        Code.INSTALMENT_SUM,
        Code.BALANCE_MONTH,
    }
    stops = (severity == "error" and code not in passing) or code is Code.SIDE_MIXED
    if line == 1 and code in {Code.UTF8, Code.CONTROL}:
        stops = False

    if not stops:
        assert list(pnm.rows(data, name="a.pnm"))
        return
    with pytest.raises(FileFormatError) as caught:
        list(pnm.rows(data, name="a.pnm"))

    assert (caught.value.file, caught.value.line) == ("a.pnm", line)
    assert caught.value.code == code.value
    assert caught.value.message.startswith(f"{field}: " if field else "")


@pytest.mark.parametrize("width", [105, 112, 138, 141, 164, 199])
def test_every_published_length_is_sound(width: int) -> None:
    lines = [LINES[0], LINES[1], LINES[2], *LINES[4:]]
    short = file_of(*(line[:width] + b"\r\n" for line in lines))

    assert [one.code for one in wire.inspect(short).faults] == ["SC-PNM-NO-TRAILER"]


@pytest.mark.parametrize("empty", [b"", b"\r\n", b"\r\n\r\n"])
def test_one_or_two_empty_lines_may_end_a_file(empty: bytes) -> None:
    assert [one.code for one in wire.inspect(CLEAN + empty).faults] == ["SC-PNM-NO-TRAILER"]


def test_a_file_of_no_published_length_is_told_in_sages_words() -> None:
    found = wire.inspect(file_of(*(line[:198] + b"\r\n" for line in LINES)))

    assert {(one.code, one.line) for one in found.faults if one.line} == {
        ("SC-PNM-LENGTH", line) for line in range(2, 10)
    }
    assert "105 or 112 or 138 or 141 or 164 or 199" in found.faults[0].message
    assert "Format de fichier incorrect !" in found.faults[0].message


def test_a_file_that_lost_all_its_line_ends_is_refused() -> None:
    with pytest.raises(FileFormatError, match="line 1: SC-PNM-ENDLESS"):
        wire.inspect(CLEAN.replace(b"\r\n", b"") * 4, name="a.pnm")


@pytest.mark.parametrize("data", [COMPANY, COMPANY + b"\r\n\r\n", b"ATELIER"])
def test_a_company_without_a_movement_is_an_error(data: bytes) -> None:
    found = wire.inspect(data, name="a.pnm")

    assert "SC-PNM-NO-MOVEMENT" in {one.code for one in found.faults}
    assert not found.ok
    with pytest.raises(FileFormatError, match="SC-PNM-NO-MOVEMENT"):
        list(pnm.rows(data, name="a.pnm"))


def test_a_file_cut_at_any_byte_is_found_out_or_told_by_its_count() -> None:
    second = [line.replace(b"F7", b"F8") for line in LINES]
    data = file_of(*LINES, *second)
    unseen: list[int] = []

    for at in range(1, len(data)):
        found = wire.inspect(data[:at], name="a.pnm")
        codes = {one.code for one in found.faults}
        # At the end of a line sums and count alone can tell, and the report says so.
        assert "SC-PNM-NO-TRAILER" in codes or "SC-PNM-NO-MOVEMENT" in codes, at
        if found.ok:
            unseen.append(at)

    # Between two pieces, or between an X line and its instalments; without its line end
    # there is a warning besides.
    ends = [len(file_of(*[*LINES, *second][:count])) for count in (6, 8, 14, 16)]
    assert unseen == [
        at for end in ends for at in (end - 2, end - 1, end) if at < len(data)
    ]
    (note,) = wire.inspect(data[: ends[1]]).faults
    assert note.message.startswith("The file has 8 lines")


@pytest.mark.parametrize("name", ["ecritures_sage.pnm", "ecritures_multi_echeance.pnm"])
def test_samples_are_clean_and_no_cut_of_one_is_unseen(spec: Path, name: str) -> None:
    data = (spec / "sage100" / "samples" / "pnm" / name).read_bytes()

    assert [one.severity for one in wire.inspect(data).faults] == ["note"]
    for at in range(1, len(data)):
        found = wire.inspect(data[:at], name=name)
        inside = len(data[:at].rpartition(b"\r\n")[2]) not in {0, 199, 200}
        assert not (found.ok and inside), at


def test_the_place_of_a_cut_is_told_by_line_and_byte() -> None:
    (cut,) = (one for one in wire.inspect(CLEAN[:500]).faults if "TRUNCATED" in one.code)

    assert cut.line == 4
    assert "66 of 199" in cut.message
    assert "byte 500" in cut.message


def test_pieces_that_are_told_apart_or_come_back_are_balanced() -> None:
    lines = [
        movement(account="411000", side="D", amount="10.00", reference="A"),
        movement(account="411000", side="D", amount="20.00", reference="B"),
        movement(account="701000", side="C", amount="10.00", reference="A"),
        movement(account="701000", side="C", amount="20.00", reference="B"),
    ]

    assert [one.severity for one in wire.inspect(file_of(*lines)).faults] == ["note"]


def test_a_journal_has_to_balance_in_a_month_and_no_sooner() -> None:
    debit = movement(account="411000", side="D", amount="10.00", reference="")
    days = [debit, movement(account="701000", side="C", amount="10.00", date="300926")]
    months = [debit, movement(account="701000", side="C", amount="10.00", date="011026")]

    assert wire.inspect(file_of(*days)).ok
    found = [
        (one.line, "10.00" in one.message)
        for one in wire.inspect(file_of(*months)).faults
        if one.code == Code.BALANCE_MONTH.value
    ]
    assert found == [(2, True), (3, True)]


def test_two_faults_that_cancel_out_are_told_by_piece() -> None:
    lines = [
        movement(account="411000", side="D", amount="10.00", reference="A"),
        movement(account="701000", side="C", amount="11.00", reference="A"),
        movement(account="411000", side="D", amount="11.00", reference="B"),
        movement(account="701000", side="C", amount="10.00", reference="B"),
    ]
    found = wire.inspect(file_of(*lines))

    assert found.ok
    told = [(one.code, one.line) for one in found.faults if one.line]
    assert told == [("SC-PNM-BALANCE-PIECE", 2), ("SC-PNM-BALANCE-PIECE", 4)]


def test_many_open_pieces_are_told_without_growing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(balance, "_OPEN_PIECES", 3)
    lines = [
        movement(account="411000", side="D", amount="10.00", reference=str(at))
        for at in range(6)
    ]
    found = wire.inspect(file_of(*lines))

    assert [one.line for one in found.faults if "PIECE" in one.code] == [2, 3, 4, 5, 6, 7]


def test_what_follows_an_unreadable_line_is_no_orphan() -> None:
    broken = other(7, lambda raw: raw[:-3] + b"\r\n")
    codes = [one.code for one in wire.inspect(broken).faults]

    assert "SC-PNM-LENGTH" in codes
    assert "SC-PNM-PARENT" not in codes


def test_a_part_that_cannot_be_read_is_told_once() -> None:
    codes = [one.code for one in wire.inspect(put(3, "amount", "x")).faults]
    whole = [one.code for one in wire.inspect(put(2, "amount", "x")).faults]

    assert codes == ["SC-PNM-AMOUNT", "SC-PNM-NO-TRAILER"]
    assert "SC-PNM-ANALYTIC-SUM" not in whole


def test_a_date_that_cannot_be_read_is_told_and_no_balance_that_lacks_its_line() -> None:
    found = wire.inspect(put(6, "date", "xxxxxx"))

    told = [one.code for one in found.faults if one.severity == "error"]
    assert set(told) == {"SC-PNM-DATE"}
    assert found.totals.debit == found.totals.credit


def test_lines_that_cannot_be_read_leave_no_false_balance() -> None:
    for data in (
        put(6, "amount", "2OO.00"),
        put(6, "side", "X"),
        other(6, lambda raw: raw[:-3] + raw[-2:]),
    ):
        found = wire.inspect(data)

        assert not found.ok
        assert not [one for one in found.faults if "BALANCE" in one.code]


def test_a_file_appended_to_itself_is_told_by_its_pieces_too() -> None:
    codes = [one.code for one in wire.inspect(CLEAN + CLEAN).faults]

    assert codes == ["SC-PNM-COMPANY-AGAIN", "SC-PNM-TWICE", "SC-PNM-NO-TRAILER"]


def test_the_excerpt_of_a_damaged_line_is_the_field_itself() -> None:
    data = put(2, "label", "Facture réglée".encode().ljust(25))

    fault = next(one for one in wire.inspect(data).faults if one.code == "SC-PNM-UTF8")

    assert fault.message.startswith("The text 'Facture réglée' is UTF-8")


def test_faults_beyond_the_limit_are_counted() -> None:
    lines = [line.replace(b"N  ", b"Z  ") for line in LINES]
    found = wire.inspect(file_of(*lines), limit=3)

    # Three, that more were found, and the note that every file has.
    assert len(found.faults) == 5
    assert (found.faults[-1].code, found.faults[-1].severity) == ("SC-PNM-MORE", "error")
    assert not found.ok
    labels = file_of(*(line.replace(b"Facture Dupont", b" " * 14) for line in LINES))
    assert wire.inspect(labels, limit=3).faults[-1].severity == "warning"


@given(
    st.sampled_from(LINES),
    st.sampled_from(sorted(COLUMNS)),
    st.text(st.sampled_from(" 0123456789.-ABCDEFGHMNSXaé,~\t"), max_size=26),
    st.sampled_from([105, 112, 138, 141, 164, 199]),
)
def test_the_quick_look_lets_no_fault_pass(
    line: bytes, column: str, text: str, width: int
) -> None:
    at, size = COLUMNS[column]
    data = text.encode("cp1252")[:size]
    data = data.rjust(size) if column in RIGHT else data.ljust(size)
    changed = (line[: at - 1] + data + line[at - 1 + size :])[:width]
    found = pnm.PnmLine(changed)

    if judging.ordinary(found, width):
        assert list(judging.all_faults(found, width)) == []


def test_the_quick_look_is_enough_for_most_lines() -> None:
    lines = [pnm.PnmLine(line[:-2]) for line in LINES]

    assert [judging.ordinary(line, 199) for line in lines] == [True] * 5 + [False] * 3


@given(st.integers(0, len(CLEAN) - 1), st.integers(0, 255))
def test_anything_in_a_file_is_told_or_read(at: int, byte: int) -> None:
    data = CLEAN[:at] + bytes([byte]) + CLEAN[at + 1 :]

    found = wire.inspect(data, name="a.pnm")

    assert bytes(pnm.read(data, name="a.pnm")) == data
    lines_sound = all(
        one.severity != "error" or "SUM" in one.code or "BALANCE" in one.code
        for one in found.faults
    )
    if lines_sound and not any("SIDE-MIXED" in one.code for one in found.faults):
        assert list(pnm.rows(data, name="a.pnm"))


def test_a_long_file_is_inspected_in_flat_memory() -> None:
    def blocks(pieces: int) -> Iterator[bytes]:
        yield COMPANY
        block = b"".join(LINES)
        for _ in range(pieces):
            yield block

    peaks: list[int] = []
    for pieces in (500, 2500):
        tracemalloc.start()
        assert wire.inspect(blocks(pieces)).records == 8 * pieces
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < peaks[0] * 1.5
