"""Every fault of a FEC is found, told with its line and field, and found only there."""

import itertools
import tracemalloc
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from sage_connect import FileFormatError
from sage_connect.sage100 import wire
from sage_connect.sage100.wire import fec
from sage_connect.sage100.wire.fec import Code, checking, entries, numbering, reading
from sage_connect.sage100.wire.fec.faults import SENTENCES

from .fec_files import (
    CLEAN,
    HEADER,
    LINES,
    NAME,
    added,
    but_the_note,
    cell,
    cells,
    joined,
    moved,
    row,
    sided,
    swap,
)


def codes(data: bytes, name: str = NAME) -> list[str]:
    return [fault.code for fault in but_the_note(fec.inspect(data, name=name))]


def found_in(data: bytes, code: Code, name: str = NAME) -> list[tuple[str, int, str]]:
    return [
        (one.severity, one.line, one.field)
        for one in fec.inspect(data, name=name).faults
        if one.code == code.value
    ]


def recut(change: Callable[[list[str]], list[str]]) -> Callable[[], bytes]:
    """Cut every line into its cells, change them and put them together again."""
    return lambda: joined(["\t".join(change(line.split("\t"))) for line in LINES])


FAULTY: list[tuple[Code, str, Callable[[], bytes], int, str]] = [
    (Code.BOM, "note", lambda: b"\xef\xbb\xbf" + CLEAN, 1, ""),
    (
        Code.UTF8,
        "error",
        lambda: CLEAN.replace("Écriture 6".encode(), b"\xc9criture 6", 1),
        13,
        "",
    ),
    (Code.UTF8, "error", swap("Écriture 6", "Ã‰criture 6"), 13, "EcritureLib (11)"),
    (Code.UTF8, "error", swap("collectée", "collect\ufffde"), 6, "CompteLib (6)"),
    (
        Code.UTF8,
        "error",
        lambda: (
            CLEAN.decode().encode("iso8859-15").replace(b"\xc9criture 6", "É".encode(), 1)
        ),
        13,
        "EcritureLib (11)",
    ),
    (
        Code.CP1252,
        "warning",
        lambda: CLEAN.decode().replace("Écriture 6", "L\u2019écriture", 1).encode("cp1252"),
        13,
        "",
    ),
    (Code.CONTROL, "error", swap("Écriture 6", "Écriture\x076"), 13, "EcritureLib (11)"),
    (
        Code.CONTROL,
        "error",
        lambda: CLEAN.replace(b"\t", b"|").replace(b"Capital", b"Capi\ttal", 1),
        3,
        "CompteLib (6)",
    ),
    (Code.NBSP, "warning", swap("Écriture 6", "Écriture\xa06"), 13, "EcritureLib (11)"),
    (Code.SEPARATOR, "error", lambda: CLEAN.replace(b"\t", b";"), 1, ""),
    (Code.SEPARATOR, "error", lambda: CLEAN.replace(b"\t", b","), 1, ""),
    (Code.HEADER, "error", lambda: joined(LINES[1:]), 1, ""),
    (Code.COLUMN_NAME, "error", swap("CompteNum", "CompteNun"), 1, "CompteNun (5)"),
    (Code.COLUMN_NAME, "error", swap("Debit", "Soll"), 1, "Soll (12)"),
    (
        Code.COLUMN_NAME,
        "error",
        swap("JournalCode", '"JournalCode"'),
        1,
        '"JournalCode" (1)',
    ),
    (Code.COLUMN_CASE, "note", swap("PieceRef", "PIECEREF"), 1, "PIECEREF (9)"),
    (Code.COLUMN_TWICE, "error", swap("CompteLib", "CompteNum"), 1, "CompteNum (6)"),
    (
        Code.COLUMN_MISSING,
        "error",
        recut(lambda one: one[:13] + one[14:]),
        1,
        "EcritureLet",
    ),
    (Code.COLUMN_UNKNOWN, "warning", recut(lambda one: [*one, "Zone"]), 1, "Zone (19)"),
    (
        Code.COLUMN_ORDER,
        "warning",
        recut(lambda one: [one[1], one[0], *one[2:]]),
        1,
        "JournalLib",
    ),
    (Code.COLUMN_FEW, "error", recut(lambda one: one[:8]), 1, ""),
    (Code.NO_ROWS, "error", lambda: joined([HEADER]), 1, ""),
    (Code.ROW_EMPTY, "error", lambda: joined([*LINES[:4], "", *LINES[4:]]), 5, ""),
    (Code.ROW_EMPTY, "error", lambda: joined([*LINES[:4], "\t" * 17, *LINES[4:]]), 5, ""),
    (Code.ROW_EMPTY, "error", lambda: CLEAN + b"\r\n", 15, ""),
    (Code.ROW_COUNT, "error", swap("Écriture 6", "Écrit\ture 6"), 13, ""),
    (Code.ROW_TWICE, "warning", lambda: joined([*LINES[:5], *LINES[4:]]), 6, ""),
    (Code.HEADER_AGAIN, "error", lambda: CLEAN + CLEAN, 15, ""),
    (Code.TRUNCATED, "error", lambda: CLEAN[:-20], 14, ""),
    (Code.NO_LINE_END, "note", lambda: CLEAN[:-2], 14, ""),
    (
        Code.LINE_END_MIXED,
        "warning",
        lambda: CLEAN.replace(b"\r\nBQ", b"\nBQ", 1),
        6,
        "",
    ),
    (Code.EMPTY, "error", cell(5, "CompteLib", ""), 5, "CompteLib (6)"),
    (Code.EMPTY, "error", cell(5, "EcritureNum", ""), 5, "EcritureNum (3)"),
    (Code.EMPTY, "error", cell(5, "EcritureLib", "  "), 5, "EcritureLib (11)"),
    (Code.EMPTY, "error", cell(5, "CompteNum", ""), 5, "CompteNum (5)"),
    (Code.EMPTY, "error", cell(5, "EcritureDate", ""), 5, "EcritureDate (4)"),
    (Code.EMPTY, "error", cell(5, "EcritureDate", " "), 5, "EcritureDate (4)"),
    (Code.EMPTY_REMARK, "warning", cell(5, "PieceRef", ""), 5, "PieceRef (9)"),
    (Code.EMPTY_REMARK, "warning", cell(5, "PieceDate", " "), 5, "PieceDate (10)"),
    (Code.EMPTY_REMARK, "warning", cell(5, "ValidDate", ""), 5, "ValidDate (16)"),
    (Code.EMPTY_REMARK, "warning", cell(5, "JournalLib", ""), 5, "JournalLib (2)"),
    (Code.EMPTY_REMARK, "warning", cell(5, "JournalCode", ""), 5, "JournalCode (1)"),
    (Code.BLANKS, "warning", cell(5, "CompteNum", "706000 "), 5, "CompteNum (5)"),
    (Code.BLANKS, "warning", cell(5, "JournalCode", " VTE"), 5, "JournalCode (1)"),
    (Code.DATE, "error", cell(5, "EcritureDate", "20261301"), 5, "EcritureDate (4)"),
    (Code.DATE, "error", cell(5, "PieceDate", "20260230"), 5, "PieceDate (10)"),
    (Code.DATE, "error", cell(5, "ValidDate", "x"), 5, "ValidDate (16)"),
    (Code.DATE, "error", cell(4, "DateLet", "2026"), 4, "DateLet (15)"),
    (Code.DATE_FORM, "note", cell(5, "EcritureDate", "15/01/2026"), 5, "EcritureDate (4)"),
    (Code.DATE_FORM, "note", cell(5, "ValidDate", "2026-01-15 10:30"), 5, "ValidDate (16)"),
    (Code.DATE_CENTURY, "warning", cell(5, "PieceDate", "18991231"), 5, "PieceDate (10)"),
    (Code.AMOUNT, "error", cell(5, "Credit", "cent"), 5, "Credit (13)"),
    (Code.AMOUNT, "error", cell(5, "Debit", "1E999"), 5, "Debit (12)"),
    (Code.AMOUNT, "error", cell(5, "Credit", "1,2,3"), 5, "Credit (13)"),
    (Code.AMOUNT_POINT, "error", cell(5, "Credit", "100.00"), 5, "Credit (13)"),
    (Code.AMOUNT_THOUSANDS, "error", cell(5, "Credit", "1 100,00"), 5, "Credit (13)"),
    (Code.AMOUNT_THOUSANDS, "error", cell(5, "Credit", "1.100,00"), 5, "Credit (13)"),
    (Code.AMOUNT_EXPONENT, "note", cell(5, "Credit", "1E2"), 5, "Credit (13)"),
    (Code.AMOUNT_CENTS, "warning", cell(5, "Credit", "100,005"), 5, "Credit (13)"),
    (Code.SIDE, "error", lambda: sided().replace(b"\tD\t", b"\tX\t", 1), 2, "Sens (13)"),
    (Code.BOTH, "warning", cell(5, "Debit", "1,00"), 5, "Debit (12)"),
    (Code.NEITHER, "warning", cell(5, "Credit", ""), 5, "Debit (12)"),
    (
        Code.NEITHER,
        "warning",
        lambda: sided().replace(b"500,00", b"0,00", 1),
        2,
        "Montant (12)",
    ),
    (Code.ACCOUNT, "warning", cell(5, "CompteNum", "7X6000"), 5, "CompteNum (5)"),
    (Code.ACCOUNT, "warning", cell(5, "CompteNum", "70"), 5, "CompteNum (5)"),
    (Code.ACCOUNT_NAMES, "warning", cell(12, "CompteLib", "Ventes"), 12, "CompteNum (5)"),
    (Code.ACCOUNT_NAMES, "warning", cell(13, "CompAuxLib", "Durant"), 13, "CompAuxNum (7)"),
    (Code.THIRD_PARTY, "warning", cell(4, "CompAuxLib", ""), 4, "CompAuxNum (7)"),
    (Code.THIRD_PARTY, "warning", cell(4, "CompAuxNum", ""), 4, "CompAuxNum (7)"),
    (
        Code.THIRD_PARTY_ACCOUNT,
        "warning",
        cells((5, "CompAuxNum", "DUPONT"), (5, "CompAuxLib", "Société DUPONT")),
        5,
        "CompAuxNum (7)",
    ),
    (Code.LETTERING, "warning", cell(4, "DateLet", ""), 4, "EcritureLet (14)"),
    (Code.LETTERING, "warning", cell(4, "EcritureLet", ""), 4, "DateLet (15)"),
    (Code.CURRENCY, "warning", cell(9, "Idevise", ""), 9, "Montantdevise (17)"),
    (Code.CURRENCY, "warning", cell(9, "Montantdevise", ""), 9, "Idevise (18)"),
    (Code.CURRENCY, "warning", cell(9, "Idevise", "$"), 9, "Idevise (18)"),
    (Code.CURRENCY_BASE, "warning", cell(9, "Idevise", "EUR"), 9, "Idevise (18)"),
    (Code.AMOUNT, "error", cell(9, "Montantdevise", "x"), 9, "Montantdevise (17)"),
    (Code.ENTRY_DATES, "error", cell(5, "EcritureDate", "20260116"), 5, "EcritureDate (4)"),
    (Code.ENTRY_JOURNALS, "error", cell(5, "JournalCode", "OD"), 5, "JournalCode (1)"),
    (
        Code.ENTRY_SPLIT,
        "warning",
        moved([1, 2, 3, 4, 5, 7, 8, 6, *range(9, 15)]),
        8,
        "EcritureNum (3)",
    ),
    (
        Code.ENTRY_TWICE,
        "warning",
        lambda: joined([*LINES, *(line.replace("\t6\t", "\t7\t") for line in LINES[12:])]),
        15,
        "",
    ),
    (Code.BALANCE_ENTRY, "error", cell(5, "Credit", "100,01"), 4, "Debit (12)"),
    (Code.BALANCE, "error", cell(5, "Credit", "100,01"), 14, "Debit (12)"),
    (Code.BALANCE_END, "error", lambda: joined(LINES[:-1]), 13, "Debit (12)"),
    (
        Code.NUMBER_AGAIN,
        "error",
        cells((13, "EcritureNum", "2"), (14, "EcritureNum", "2")),
        13,
        "EcritureNum (3)",
    ),
    (
        Code.NUMBER_JOURNALS,
        "warning",
        cells((13, "EcritureNum", "4"), (14, "EcritureNum", "4")),
        13,
        "EcritureNum (3)",
    ),
    (
        Code.NUMBER_GAP,
        "error",
        cells((13, "EcritureNum", "9"), (14, "EcritureNum", "9")),
        13,
        "EcritureNum (3)",
    ),
    (
        Code.NUMBER_ORDER,
        "warning",
        moved([1, 2, 3, *range(7, 15), 4, 5, 6]),
        12,
        "EcritureNum (3)",
    ),
    (
        Code.NUMBER_FORM,
        "warning",
        cells((13, "EcritureNum", "A"), (14, "EcritureNum", "A")),
        13,
        "EcritureNum (3)",
    ),
    (
        Code.NUMBER_FIRST,
        "warning",
        lambda: joined([HEADER, *LINES[3:]]),
        2,
        "EcritureNum (3)",
    ),
    (Code.VALID_EARLY, "warning", cell(14, "ValidDate", "20260409"), 14, "ValidDate (16)"),
    (Code.ALIKE, "warning", cell(13, "CompAuxNum", "Dürand"), 13, "CompAuxNum (7)"),
    (Code.ALIKE, "warning", cell(14, "JournalCode", "Vte"), 14, "JournalCode (1)"),
    (Code.VALID_ORDER, "warning", moved([1, *range(4, 15), 2, 3]), 13, "ValidDate (16)"),
    (Code.OPENING_ORDER, "warning", moved([1, *range(4, 15), 2, 3]), 13, "JournalCode (1)"),
]
# Told of the name or of numbers as a whole, when values are written, or before all else.
OTHERWISE = {
    Code.NO_TRAILER,
    Code.NAME,
    Code.NAME_SIREN,
    Code.DATE_AFTER,
    Code.DATE_BEFORE,
    Code.NUMBER_BY_JOURNAL,
    Code.EBCDIC,
    Code.ROW_LONG,
    Code.CHARACTER,
    Code.MORE,
}


@pytest.mark.parametrize(
    "data",
    [
        CLEAN,
        sided(),
        sided("-1", "+1"),
        added(3),
        added(4),
        CLEAN.replace(b"\t", b"|"),
        CLEAN.replace(b"\r\n", b"\n"),
        CLEAN.replace(b"\r\n", b"\r"),
        CLEAN.decode().encode("iso8859-15"),
        CLEAN.replace("é".encode(), b"e")
        .replace("É".encode(), b"E")
        .replace("À".encode(), b"A"),
        CLEAN.replace(b"Montantdevise", b"MontantDevise"),
        CLEAN.replace(b"0,00\t120,00", b"\t120"),
        CLEAN.replace(b"\t120,00\t", b"\t+120,000\t").replace(b"\t0,00\t", b"\t0,00-\t"),
    ],
    ids=range(13),
)
def test_a_sound_file_has_no_fault(data: bytes) -> None:
    found = fec.inspect(data, name=f"C:\\fec\\{NAME}")

    assert [fault.severity for fault in found.faults] == ["note"]
    assert but_the_note(found) == []
    assert (found.format, found.module, found.version) == ("fec", "accounting", None)
    assert (found.ok, found.records, found.records_by_flag) == (True, 13, {})
    assert found.totals.debit == found.totals.credit == Decimal("962.00")
    assert found.totals.by_journal["BQ"] == wire.Sums(Decimal(120), Decimal(120))


@pytest.mark.parametrize(
    ("code", "severity", "make", "line", "field"),
    FAULTY,
    ids=[f"{number}-{one[0].value}" for number, one in enumerate(FAULTY)],
)
def test_a_fault_is_found_where_it_is(
    code: Code, severity: str, make: Callable[[], bytes], line: int, field: str
) -> None:
    data = make()

    faults = [one for one in fec.inspect(data, name=NAME).faults if one.code == code]

    assert data != CLEAN
    assert [(one.severity, one.line, one.field) for one in faults] == [
        (severity, line, field)
    ]
    assert "{" not in faults[0].message
    assert faults[0].message.endswith(".")


def test_every_code_has_a_faulty_example() -> None:
    assert {one[0] for one in FAULTY} | OTHERWISE == set(Code)
    assert set(SENTENCES) == set(Code)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (swap("Écriture 6", "Écrit\ture 6"), ["SC-FEC-ROW-COUNT"]),
        (cell(5, "Credit", "100.00"), ["SC-FEC-AMOUNT-POINT"]),
        (cell(5, "JournalLib", ""), ["SC-FEC-EMPTY-REMARK"]),
        (cell(14, "PieceDate", "x"), ["SC-FEC-DATE"]),
        (cell(14, "EcritureNum", "6 "), ["SC-FEC-BLANKS"]),
        (
            lambda: joined([*LINES, *LINES[10:12]]),
            ["SC-FEC-VALID-ORDER", "SC-FEC-NUMBER-AGAIN"],
        ),
        (lambda: CLEAN.replace(b"\t", b","), ["SC-FEC-SEPARATOR"]),
        (swap("Écriture 3", "Écrit\r\nure 3"), ["SC-FEC-ROW-COUNT"] * 2),
    ],
)
def test_one_fault_is_not_told_as_many(make: Callable[[], bytes], told: list[str]) -> None:
    assert codes(make()) == told


def test_many_open_entries_are_told_one_after_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(entries, "OPEN", 2)
    lines = [
        HEADER,
        *(row("BQ", at, "20260115", "512000", "1,00", "") for at in range(1, 6)),
    ]

    assert found_in(joined(lines), Code.BALANCE_ENTRY) == [
        ("error", at, "Debit (12)") for at in range(2, 7)
    ]


def test_many_faults_of_one_kind_hide_no_other() -> None:
    lines = [line.replace("Écriture 6", "Écriture\x076") for line in LINES]
    data = joined(lines).replace(b",00\t", b".00\t")

    faults = fec.inspect(data, name=NAME, limit=2).faults

    more = [one for one in faults if one.code == "SC-FEC-MORE"]
    assert [one.severity for one in more] == ["error", "error"]
    assert "11 more faults SC-FEC-AMOUNT-POINT were found in Debit (12)" in more[0].message
    assert [one.line for one in faults if one.code == "SC-FEC-CONTROL"] == [13, 14]


def test_a_year_in_another_base_currency_may_have_euros() -> None:
    data = CLEAN.replace(b"USD", b"EUR")

    assert but_the_note(fec.inspect(data, name=NAME, base="XPF")) == []


def test_opening_journals_can_be_named() -> None:
    data = joined(
        [line.replace("À nouveau", "Divers") for line in (HEADER, *LINES[3:], *LINES[1:3])]
    )

    told = codes(data)

    assert "SC-FEC-OPENING-ORDER" in told
    assert "SC-FEC-OPENING-ORDER" not in [
        one.code for one in fec.inspect(data, name=NAME, opening=()).faults
    ]


def test_a_file_that_was_cut_anywhere_is_told() -> None:
    sound = {len(joined(LINES[:at])) for at in (1, 3, 6, 8, 10, 12, 14)}

    silent = [end for end in range(len(HEADER) + 2, len(CLEAN)) if not codes(CLEAN[:end])]

    # Between two entries only the count of rows tells; the header alone has no rows.
    assert set(silent) == sound - {len(HEADER) + 2, len(CLEAN)}


@pytest.mark.parametrize("size", [1, 7, 300])
def test_the_size_of_the_blocks_does_not_matter(size: int) -> None:
    data = cell(5, "Credit", "100.00")().decode().encode("iso8859-15")
    blocks = (data[at : at + size] for at in range(0, len(data), size))

    assert fec.inspect(blocks, name=NAME) == fec.inspect(data, name=NAME)


def test_a_fec_is_recognised_and_inspected_as_such(spec: Path) -> None:
    (sample,) = (spec / "sage100" / "samples" / "fec").iterdir()
    with sample.open("rb") as file:
        found = wire.inspect(file, name=NAME)

    assert (found.format, found.records, but_the_note(found)) == ("fec", 7, [])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (CLEAN.decode().encode("utf-16"), "UTF-16"),
        (CLEAN.decode().encode("cp500", "replace"), "EBCDIC"),
        (b"#FLG 000\r\n#VER 31\r\n", "format Sage"),
        (b"%PDF-1.7", "PDF"),
        (HEADER.encode() + b"x" * 5_000_000, "longer than"),
    ],
)
def test_what_is_no_fec_is_named(data: bytes, words: str) -> None:
    with pytest.raises(FileFormatError, match=words) as caught:
        fec.inspect(data)

    assert caught.value.code
    with pytest.raises(FileFormatError, match=words):
        list(fec.rows(data))


def test_memory_is_a_few_bytes_an_entry() -> None:
    def blocks(count: int) -> "itertools.chain[bytes]":
        one = "".join(f"{line}\r\n" for line in LINES[3:6])
        body = (
            one.replace("\t2\t", f"\t{at}\t").replace("P2", f"P{at}").encode()
            for at in range(1, count + 1)
        )
        return itertools.chain([f"{HEADER}\r\n".encode()], body)

    def peak(count: int) -> int:
        tracemalloc.start()
        fec.inspect(blocks(count), name=NAME)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    small, large = peak(3_000), peak(12_000)

    assert (large - small) / 9_000 < 40


def test_a_line_in_another_encoding_is_told_wherever_it_stands() -> None:
    # Blocks of bytes as they come: the first ones say nothing of what comes later.
    sound = "".join(f"{line}\r\n" for line in LINES[1:]).encode()
    tail = sound.replace("Écriture 6".encode(), b"\xc9criture 6", 1)
    data = CLEAN + sound * 300 + tail

    assert [(one[0], one[1]) for one in found_in(data, Code.UTF8)] == [("error", 3926)]
    with pytest.raises(FileFormatError, match="line 3926"):
        list(fec.rows(data))

    latin = CLEAN.decode().replace("Écriture", "œuvre").encode("iso8859-15")
    mixed = latin.replace(b"\xbduvre 6", "À".encode(), 1).replace(b"Soci\xe9t\xe9", b"S")
    assert [(one[0], one[1]) for one in found_in(mixed, Code.UTF8)] == [("error", 13)]


def test_a_long_file_keeps_its_encoding() -> None:
    sound = "".join(f"{line}\r\n" for line in LINES[1:])
    data = (CLEAN.decode() + sound * 300).encode("iso8859-15")

    assert {row.account_name for row in fec.rows(data) if row.account == "445710"} == {
        "TVA collectée"
    }
    assert found_in(data, Code.UTF8) == found_in(data, Code.CP1252) == []


def test_line_ends_may_change_in_any_block() -> None:
    body = "".join(f"{line}\r\n" for line in LINES[1:]).encode()
    data = CLEAN + body * 300 + body.replace(b"\r\n", b"\n") * 300

    assert [line for _, line, _ in found_in(data, Code.LINE_END_MIXED)] == [3915]


def test_bounds_of_what_is_remembered_change_no_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    expected = fec.inspect(CLEAN, name=NAME), list(fec.rows(CLEAN))
    monkeypatch.setattr(checking, "_REMEMBERED", 0)
    monkeypatch.setattr(reading, "_REMEMBERED", 0)
    monkeypatch.setattr(numbering, "_STEPS", 0)
    monkeypatch.setattr(entries, "_ROWS", 0)

    assert (fec.inspect(CLEAN, name=NAME), list(fec.rows(CLEAN))) == expected


def test_an_entry_whose_rows_are_in_pieces_is_not_told_to_be_unbalanced() -> None:
    # The piece of another entry stands between, so that it is left and taken up again.
    lines = [*LINES[:4], LINES[6], LINES[7], f"{LINES[4]}\tx", LINES[5], *LINES[8:]]

    assert codes(joined(lines)) == [
        "SC-FEC-ROW-COUNT",
        "SC-FEC-VALID-ORDER",
        "SC-FEC-ENTRY-SPLIT",
    ]


def test_an_entry_with_an_amount_that_cannot_be_read_is_not_told_to_be_unbalanced() -> None:
    data = joined([*LINES[:4], *LINES[6:]]).replace(b"120,00\t0,00\tA", b"x\t0,00\tA", 1)

    told = codes(data)

    assert "SC-FEC-AMOUNT" in told
    assert not [one for one in told if "BALANCE" in one]


def test_missing_columns_are_told_once() -> None:
    lacking = joined(["\t".join(line.split("\t")[:17]) for line in LINES])

    assert codes(lacking) == ["SC-FEC-COLUMN-MISSING"]
    assert codes(b"VTE\tVentes\t1\r\n", NAME) == [
        "SC-FEC-HEADER",
        "SC-FEC-COLUMN-FEW",
        "SC-FEC-ROW-COUNT",
    ]


def test_montant_is_judged_like_debit_and_credit() -> None:
    assert [
        (one.code, one.field)
        for one in but_the_note(fec.inspect(sided().replace(b"500,00", b"5E2", 1)))
    ] == [("SC-FEC-AMOUNT-EXPONENT", "Montant (12)")]


def test_only_ascii_digits_are_digits() -> None:
    assert codes(cell(5, "PieceDate", "\u0662\u0660260115")()) == ["SC-FEC-DATE"]
    assert "SC-FEC-AMOUNT" in codes(cell(5, "Credit", "\u06611,00")())
