"""PNM files are read without loss, line by line and as neutral rows."""

import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from sage_connect import CodecError, FileFormatError
from sage_connect.sage100 import wire
from sage_connect.sage100.wire import pnm
from sage_connect.sage100.wire.rows import RowInstalment, RowShare

from .pnm_files import CLEAN, COMPANY, file_of, movement, piece, put


def in_blocks(data: bytes, size: int) -> Iterator[bytes]:
    for at in range(0, len(data), size):
        yield data[at : at + size]


def test_samples_come_back_byte_for_byte(spec: Path) -> None:
    files = sorted((spec / "sage100" / "samples" / "pnm").iterdir())

    assert files
    for file in files:
        data = file.read_bytes()
        with file.open("rb") as opened:
            found = pnm.read(opened, name=file.name)
        assert bytes(found) == data
        assert found.company == "Bijou SA"


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"])
@pytest.mark.parametrize("tail", [b"", b"\r\n", b"\r\n\r\n", b"\n" * 120, b" "])
def test_any_file_comes_back_byte_for_byte(end: bytes, tail: bytes) -> None:
    data = CLEAN.replace(b"\r\n", end) + tail

    assert bytes(pnm.read(data, name="a.pnm")) == data
    assert bytes(pnm.read(in_blocks(data, 7), name="a.pnm")) == data
    assert bytes(pnm.read(io.BytesIO(data), name="a.pnm")) == data


@given(
    st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b"x", b"VTE", b"\xe9"]), max_size=30)
)
def test_whatever_lines_a_file_has_it_comes_back(parts: list[bytes]) -> None:
    data = CLEAN + b"".join(parts)

    file = pnm.read(data)

    assert bytes(file) == data
    numbers = [line.line for line in file.lines]
    assert numbers == list(range(2, len(numbers) + 2))
    assert all(data[line.at :].startswith(line.raw) for line in file.lines)


def test_lines_that_cross_blocks_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire.flat, "BLOCK", 10)

    # The first block of 31 ends between the CR and the LF of the company's line.
    for size in (1, 9, 10, 31, 33, 201, 202):
        found = pnm.read(in_blocks(CLEAN, size), name="a.pnm")
        assert bytes(found) == CLEAN
        assert len(found.lines) == 8


def test_one_field_is_changed_and_no_other_byte() -> None:
    file = pnm.read(CLEAN)

    file.lines[5] = file.lines[5].replace(due=date(2026, 12, 1))
    file.lines[4] = file.lines[4].replace(amount=Decimal("200.1"), label="TVA 20 %")

    expected = put(7, "due", "011226")
    expected = put(6, "amount", "200.10", expected)
    expected = put(6, "label", "TVA 20 %", expected)
    assert bytes(file) == expected
    assert file.lines[5].due == date(2026, 12, 1)
    assert file.lines[4]["label"] == "TVA 20 %"


@pytest.mark.parametrize(
    ("changes", "column", "text"),
    [
        ({"currency_amount": Decimal("1300.125")}, "currency_amount", "1300.125"),
        ({"currency_amount": Decimal(1300)}, "currency_amount", "1300.00"),
        ({"plan": 3}, "plan", "3"),
        ({"entry_number": 12}, "entry_number", "12"),
        ({"due": None}, "due", ""),
        ({"date": date(2026, 1, 2)}, "date", "020126"),
        ({"date": "311299"}, "date", "311299"),
    ],
)
def test_values_are_written_as_the_column_has_them(
    changes: dict[str, Any], column: str, text: str
) -> None:
    line = pnm.read(CLEAN).lines[5].replace(**changes)

    assert line.raw + b"\r\n" == put(7, column, text).splitlines(keepends=True)[6]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"label": "x" * 26}, "SC-PNM-TOO-LONG"),
        ({"label": "Réglé"}, "SC-PNM-CHARACTER"),
        ({"label": "a\tb"}, "SC-PNM-CHARACTER"),
        ({"amount": Decimal("1.005")}, "SC-PNM-ROUNDING"),
        ({"amount": Decimal("NaN")}, "SC-PNM-AMOUNT"),
        ({"amount": Decimal(10) ** 17}, "SC-PNM-TOO-LONG"),
        ({"amount": Decimal(10) ** 20}, "SC-PNM-TOO-LONG"),
        ({"amount": Decimal("1E+9999")}, "SC-PNM-TOO-LONG"),
        ({"amount": Decimal("1E-9999")}, "SC-PNM-ROUNDING"),
        ({"date": date(1900, 1, 1)}, "SC-PNM-YEAR"),
        ({"colour": "red"}, "SC-PNM-COLUMN"),
        ({"plan": 12345678901}, "SC-PNM-TOO-LONG"),
    ],
)
def test_what_does_not_fit_is_refused_by_column(changes: dict[str, Any], code: str) -> None:
    line = pnm.read(CLEAN).lines[0]

    with pytest.raises(CodecError) as caught:
        line.replace(**changes)

    assert (caught.value.path, caught.value.code) == (next(iter(changes)), code)


@pytest.mark.parametrize(
    "changes", [{"amount": 1.5}, {"date": 3}, {"label": Decimal(1)}, {"plan": True}]
)
def test_a_value_of_the_wrong_type_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match=next(iter(changes))):
        pnm.read(CLEAN).lines[0].replace(**changes)


def test_accents_are_written_where_they_are_asked_for() -> None:
    line = pnm.read(CLEAN).lines[0].replace(encoding="cp1252", label="Réglé à 20 €")

    assert line["label"] == "Réglé à 20 €"
    assert line.raw[51:76] == "Réglé à 20 €".encode("cp1252").ljust(25)
    with pytest.raises(CodecError, match="Windows-1252"):
        line.replace(encoding="cp1252", label="日本")


def test_a_short_line_has_no_column_beyond_its_end() -> None:
    line = pnm.read(file_of(movement(105, account="411", side="D", amount="1.00"))).lines[0]

    assert line["currency"] == line["entry_number"] == ""
    assert (line.currency_amount, line.due) == (None, None)
    with pytest.raises(CodecError, match="105 characters has no column 'currency'"):
        line.replace(currency="USD")


def test_values_that_cannot_be_read_are_refused_by_column() -> None:
    line = pnm.read(put(2, "amount", "x")).lines[0]
    dated = pnm.read(put(2, "date", "xxxxxx")).lines[0]

    with pytest.raises(CodecError, match="amount: 'x' is not an amount"):
        _ = line.amount
    with pytest.raises(CodecError, match="date: 'xxxxxx' is not a date"):
        _ = dated.date


@pytest.mark.requirement("S112", "S113")
def test_lines_are_read_as_rows_with_their_parts() -> None:
    sale, tax, party = pnm.rows(CLEAN)

    assert (sale.journal, sale.date, sale.piece_type) == ("VTE", date(2026, 9, 19), "FC")
    assert (sale.account, sale.third_party, sale.debit) == ("706000", "", False)
    assert (sale.reference, sale.label, sale.kind) == ("F7", "Facture Dupont", "normal")
    assert (sale.amount, sale.line) == (Decimal("1000.00"), 2)
    assert sale.shares == (
        RowShare(section="PARIS", amount=Decimal("600.00"), plan=1, line=3),
        RowShare(section="LYON", amount=Decimal("400.00"), plan=1, line=4),
        RowShare(section="STUDIO", amount=Decimal("1000.00"), plan=2, line=5),
    )
    assert dict(sale.extra) == {"pnm.entry_number": "1", "pnm.amount_currency": "EUR"}
    assert (tax.line, tax.due, tax.method, tax.currency_amount) == (6, None, "", None)
    assert (party.third_party, party.debit, party.due) == (
        "DUPONT",
        True,
        date(2026, 11, 30),
    )
    assert (party.method, party.currency, party.currency_amount) == (
        "L",
        "USD",
        Decimal("1300.00"),
    )
    assert party.instalments == (
        RowInstalment(due=date(2026, 10, 31), amount=Decimal("600.00"), method="L", line=8),
        RowInstalment(due=date(2026, 11, 30), amount=Decimal("600.00"), method="L", line=9),
    )
    assert dict(party.extra) == {
        "pnm.entry_number": "3",
        "pnm.amount_currency": "EUR",
        "pnm.E1.currency_amount": "650.00",
        "pnm.E1.currency": "USD",
        "pnm.E2.currency_amount": "650.00",
        "pnm.E2.currency": "USD",
    }


def test_what_a_row_has_no_field_for_is_kept() -> None:
    data = put(2, "reserved", "r")
    data = put(2, "unused_section", "u", data)
    data = put(2, "plan", "4", data)
    data = put(6, "party", "STRAY", data)
    data = put(3, "label", "Other", data)
    data = put(3, "due", "010127", data)
    data = put(5, "unused_section", "v", data)
    data = put(8, "date", "180926", data)
    data = put(8, "entry_number", "", data)

    sale, tax, party = pnm.rows(data)

    assert dict(sale.extra) == {
        "pnm.entry_number": "1",
        "pnm.reserved": "r",
        "pnm.amount_currency": "EUR",
        "pnm.plan": "4",
        "pnm.unused_section": "u",
        "pnm.A1.label": "Other",
        "pnm.A1.due": "010127",
        "pnm.A3.unused_section": "v",
    }
    assert (tax.third_party, tax.extra["pnm.party"]) == ("", "STRAY")
    assert (party.extra["pnm.E1.date"], party.extra["pnm.E1.entry_number"]) == (
        "180926",
        "",
    )


@pytest.mark.parametrize(("letter", "kind"), [("A", "opening"), ("S", "simulation")])
def test_kinds_of_entry_are_read(letter: str, kind: str) -> None:
    assert next(iter(pnm.rows(put(2, "entry_kind", letter)))).kind == kind


def test_a_general_line_may_say_so() -> None:
    first = next(iter(pnm.rows(put(6, "line_type", "G"))))

    assert next(iter(pnm.rows(put(2, "line_type", "G")))) == first


def test_without_a_plan_column_sections_are_of_the_main_plan() -> None:
    lines = [piece(138)[at] for at in (0, 1, 2, 4, 5)]
    sale, _, party = pnm.rows(file_of(*lines))

    assert [one.plan for one in sale.shares] == [0, 0]
    assert (party.currency, party.currency_amount) == ("", None)


def test_accents_are_read_as_windows_1252() -> None:
    assert next(iter(pnm.rows(put(2, "label", "Réglé à 20 €")))).label == "Réglé à 20 €"


def test_years_are_read_around_the_year_that_is_named() -> None:
    first = next(iter(pnm.rows(put(2, "date", "010180").replace(b"190926", b"010180"))))
    later = next(iter(pnm.rows(CLEAN.replace(b"190926", b"010180"), around=2040)))

    assert (first.date.year, later.date.year) == (1980, 2080)


def test_lines_can_be_asked_for_one_by_one() -> None:
    lines = pnm.stream(CLEAN)

    assert (lines.width, lines.line_end, lines.tail) == (199, b"\r\n", b"")
    assert [next(lines).kind, next(lines).kind] == ["G", "A"]
    assert len(list(lines)) == 6


def test_a_byte_order_mark_is_no_part_of_the_name() -> None:
    assert pnm.read(b"\xef\xbb\xbf" + CLEAN).company == "ATELIER VIGNAL"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "SC-FILE-KIND"),
        (b"PK\x03\x04xl/", "SC-FILE-KIND"),
        (b"#FLG 000\r\n#VER 31\r\n", "SC-FILE-KIND"),
        (CLEAN.decode().encode("utf-16"), "SC-FILE-KIND"),
        (b"hello\r\nworld\r\n", "SC-PNM-LENGTH"),
        (b"hello", "SC-PNM-NO-MOVEMENT"),
        (CLEAN.removeprefix(COMPANY), "SC-PNM-COMPANY-MISSING"),
    ],
)
def test_what_is_no_pnm_file_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(FileFormatError) as caught:
        list(pnm.rows(data, name="a.txt"))

    assert (caught.value.code, caught.value.file) == (code, "a.txt")
    assert caught.value.fix or code != "SC-FILE-KIND"


def test_another_kind_of_file_is_refused_before_anything_is_read() -> None:
    with pytest.raises(FileFormatError):
        pnm.rows(b"PK\x03\x04xl/")
    with pytest.raises(TypeError, match="binary mode"):
        pnm.rows("text")  # type: ignore[arg-type] # what callers without types hand over


def test_a_file_cut_at_any_byte_gives_no_row_that_it_did_not_have() -> None:
    whole = [row.amount for row in pnm.rows(CLEAN)]

    for at in range(len(CLEAN)):
        # At the end of a line there is nothing to see: the inspection says so.
        inside = len(CLEAN[:at].rpartition(b"\r\n")[2]) not in {0, 199, 200}
        if inside or at <= len(COMPANY):
            with pytest.raises(FileFormatError):
                list(pnm.rows(CLEAN[:at], name="a.pnm"))
        else:
            found = [row.amount for row in pnm.rows(CLEAN[:at], name="a.pnm")]
            assert found == whole[: len(found)]


def test_records_are_public() -> None:
    assert wire.PnmFile is pnm.PnmFile
    assert wire.PnmLine is pnm.PnmLine
    assert wire.PnmStream is pnm.PnmStream


@pytest.mark.parametrize("name", ["export.txt", "EXPORT.PNM", ""])
@pytest.mark.parametrize(
    "data",
    [
        CLEAN,
        CLEAN.replace(b"\r\n", b"\n"),
        CLEAN.replace(b"VTE190926", b"VTE310226", 1),
        CLEAN.replace(b"Facture", "Réglée".encode()),
        CLEAN.replace(COMPANY, b""),
        CLEAN + b"    ",
        CLEAN[:-20],
        b"\xef\xbb\xbf" + CLEAN,
        CLEAN.replace(b"Facture Dupont", b"Facture\r\nDupont", 1),
    ],
)
def test_a_faulty_file_is_still_recognised(data: bytes, name: str) -> None:
    assert wire.recognise(data, name).kind == "pnm"


def test_a_name_tells_where_bytes_do_not() -> None:
    assert wire.recognise(COMPANY, "a.PNM").kind == "pnm"
    assert wire.recognise(COMPANY, "a.txt").kind == "unknown"
