"""Texts for saved layouts: columns never break, and what is written is read back."""

import datetime as dt
import itertools
import unicodedata
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import assume, given, strategies as st

from sage_connect.errors import CodecError, ConfigurationError, FileFormatError
from sage_connect.ledger.settings import schema_of, settings_from, settings_to
from sage_connect.sage100.wire import (
    Column,
    DayFormat,
    DelimitedLayout,
    EntryRow,
    Losses,
    RowInstalment,
    RowShare,
    column_sheet,
    delimited,
    recognise,
)
from sage_connect.sage100.wire.damage import utf8_of
from sage_connect.sage100.wire.delimited import PRESETS

from .entry_rows import CENTS, CODES, a_row, letters, texts

SEMICOLON, FIXED, TAB = PRESETS["semicolon"], PRESETS["fixed-88"], PRESETS["tab-11"]
EVERYTHING = DelimitedLayout(
    columns=(
        Column.UNUSED,
        Column.DATE,
        Column.JOURNAL,
        Column.TYPE,
        Column.PIECE,
        Column.INVOICE_NUMBER,
        Column.REFERENCE,
        Column.ACCOUNT,
        Column.THIRD_PARTY,
        Column.LABEL,
        Column.METHOD,
        Column.DUE,
        Column.SIDE,
        Column.AMOUNT,
        Column.TAX_CODE,
        Column.SECTION,
        Column.UNUSED,
    ),
    separator="|",
    dates=DayFormat.LONG,
    decimal=".",
    encoding="iso8859-15",
)


def written(layout: DelimitedLayout, *rows: EntryRow) -> tuple[bytes, Losses]:
    losses = Losses()
    return b"".join(delimited.write(rows, layout, losses=losses)), losses


def read(data: bytes, layout: DelimitedLayout) -> list[EntryRow]:
    return list(delimited.rows(data, layout, name="in.txt"))


def told(losses: Losses) -> list[tuple[str, int]]:
    return [(one.field, one.count) for one in losses]


def unplaced(row: EntryRow) -> EntryRow:
    shares = tuple(attrs.evolve(one, line=0) for one in row.shares)
    return attrs.evolve(row, line=0, shares=shares)


def test_a_semicolon_layout_has_these_bytes() -> None:
    due = a_row(invoice_number="FA-1", third_party="DUPONT", label="Facture œuvre")
    sale = a_row(invoice_number="FA-1", account="706000", debit=False)

    data, losses = written(SEMICOLON, due, sale)

    assert data == (
        b"VTE;20260915;FA-1;411000;DUPONT;Facture \x9cuvre;120,00;0,00\r\n"
        b"VTE;20260915;FA-1;706000;;\xc9tude du pont;0,00;120,00\r\n"
    )
    assert told(losses) == []
    assert recognise(data).kind == "delimited"


def test_a_fixed_layout_has_these_bytes() -> None:
    data, losses = written(FIXED, a_row(), a_row(debit=False, label="x" * 36, line=4))

    assert data == (
        b"VTE   150926411000       \xc9tude du pont"
        b"                              120,00          0,00\r\n"
        b"VTE   150926411000       " + b"x" * 35 + b"          0,00        120,00\r\n"
    )
    assert {len(line) for line in data.split(b"\r\n")} == {88, 0}
    assert [(one.field, one.line) for one in losses] == [("label", 4)]


def test_a_tab_layout_has_these_bytes() -> None:
    row = a_row(piece="1", due=dt.date(2026, 10, 15), method="Chèque")

    data, losses = written(TAB, row)

    assert data == (
        b"G\tVTE\t150926\t1\t411000\t\t\xc9tude du pont\tCh\xe8que\t151026\t120,00\t0,00"
        b"\r\n"
    )
    assert told(losses) == []


def test_the_published_sample_is_read(spec: Path) -> None:
    (file,) = (spec / "sage100" / "samples" / "text").iterdir()
    data = file.read_bytes()

    found = read(data, TAB)

    assert len(found) > 2
    assert {(one.journal, one.date.year, one.piece) for one in found} == {
        ("VTE", 2020, "001")
    }
    assert (found[0].method, found[0].due) == ("Chèque", dt.date(2020, 7, 31))
    assert b"".join(delimited.write(found, TAB, losses=Losses())) == data


@st.composite
def layouts(draw: st.DrawFn) -> DelimitedLayout:
    """Return any layout that can say what `rows_for` makes."""
    sided = draw(st.booleans())
    needed = [Column.JOURNAL, Column.DATE, Column.ACCOUNT, Column.LABEL]
    needed += [Column.AMOUNT, Column.SIDE] if sided else [Column.DEBIT, Column.CREDIT]
    columns = draw(st.permutations([*needed, Column.UNUSED]))
    fixed = draw(st.booleans())
    decimal = draw(st.sampled_from(",."))
    separators = [one for one in ";\t|:,~" if one != decimal]
    widths = {Column.LABEL: 40, Column.DATE: 8, Column.UNUSED: 2}
    return DelimitedLayout(
        columns=tuple(columns),
        separator="" if fixed else draw(st.sampled_from(separators)),
        widths=tuple(widths.get(one, 14) for one in columns) if fixed else (),
        dates=draw(st.sampled_from(DayFormat)),
        decimal=decimal,
        encoding=draw(st.sampled_from(["cp1252", "iso8859-15", "cp850", "cp437", "ascii"])),
    )


def looks_saved_as_utf8(file: bytes) -> bool:
    """Tell whether a line reads as UTF-8 too ("Â¡"): it is taken for one saved as such."""
    return any(utf8_of(line) for line in file.split(b"\r\n"))


@given(st.data())
def test_what_is_written_is_read_back(data: st.DataObject) -> None:
    layout = data.draw(layouts())
    known = letters(layout.encoding).replace(layout.separator or ";", "")
    short = CODES.filter(lambda code: len(code) <= 6)
    rows = st.builds(
        a_row,
        journal=short,
        account=short,
        label=texts(known, 40),
        debit=st.booleans(),
        amount=CENTS,
        date=st.dates(dt.date(1976, 1, 1), dt.date(2075, 12, 31)),
    )
    given_rows = data.draw(st.lists(rows, max_size=4))

    file, losses = written(layout, *given_rows)
    assume(not looks_saved_as_utf8(file))

    assert given_rows == [unplaced(one) for one in read(file, layout)]
    assert told(losses) == []
    assert file.count(b"\r\n") == file.count(b"\n") == len(given_rows)


@given(st.data(), st.text(max_size=80), st.text(max_size=20))
def test_a_text_never_breaks_columns(data: st.DataObject, label: str, number: str) -> None:
    layout = attrs.evolve(
        SEMICOLON, separator=data.draw(st.sampled_from(";\t|")), encoding="cp1252"
    )
    losses = Losses()
    row = a_row(label=label, invoice_number=number)

    refused: CodecError | None = None
    file = b""
    try:
        file = b"".join(delimited.write([row], layout, losses=losses))
    except CodecError as error:
        refused = error

    if refused is not None:
        assert refused.path in {"label", "invoice_number"}
        assert refused.fix
        return
    assume(not looks_saved_as_utf8(file))
    (found,) = read(file, layout)
    cells = file.decode("cp1252").removesuffix("\r\n").split(layout.separator)
    assert len(cells) == 8
    assert not [cell for cell in cells if cell[:1] in {"=", "+", "-", "@"}]
    changed = {one.field for one in losses}
    if "label" not in changed:
        assert found.label == unicodedata.normalize("NFC", label)
    if "invoice_number" not in changed:
        assert found.invoice_number == number


def test_every_column_is_read_back() -> None:
    row = a_row(
        piece="P1",
        invoice_number="FA-1",
        reference="R 1",
        third_party="DUPONT",
        label="5 € d'œuvre",
        method="Chèque",
        due=dt.date(2026, 10, 15),
        tax_code="C20",
        debit=False,
        shares=(RowShare(section="NORD", amount=Decimal("120.00"), plan=1),),
    )

    data, losses = written(EVERYTHING, row)

    assert data == (
        "|15092026|VTE|G|P1|FA-1|R 1|411000|DUPONT|5 € d'œuvre|Chèque|15102026|C|120.00|C20"
        "|NORD|\r\n"
    ).encode("iso8859-15")
    assert [unplaced(one) for one in read(data, EVERYTHING)] == [row]
    assert told(losses) == []


def test_an_unused_column_is_kept_apart() -> None:
    data, _ = written(EVERYTHING, a_row())

    (found,) = read(b"x" + data.replace(b"\r\n", b"y\r\n"), EVERYTHING)

    assert dict(found.extra) == {"column 1": "x", "column 17": "y"}
    assert told(written(EVERYTHING, found)[1]) == [("column 1", 1), ("column 17", 1)]


def test_an_empty_journal_or_date_repeats_the_line_above() -> None:
    data = b"VTE;20260915;;411000;;a;1,00;0,00\r\n;;;706000;;b;;1,00\r\nOD;;;1;;c;2,00;\r\n"

    found = read(data, SEMICOLON)

    assert [one.journal for one in found] == ["VTE", "VTE", "OD"]
    assert {one.date for one in found} == {dt.date(2026, 9, 15)}
    assert [(one.debit, str(one.amount)) for one in found] == [
        (True, "1.00"),
        (False, "1.00"),
        (True, "2.00"),
    ]


@pytest.mark.parametrize("line_end", [b"\r\n", b"\n", b"\r"])
@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_lines_may_end_in_any_way_and_anywhere(line_end: bytes, size: int) -> None:
    line = b"VTE;20260915;;411000;;a;1,00;0,00"
    data = line_end.join([line, line, b"", line, b"\x1a"])

    blocks = (data[at : at + size] for at in range(0, len(data), size))
    found = list(delimited.rows(blocks, SEMICOLON))

    assert [one.line for one in found] == [1, 2, 4]


def test_blocks_that_end_in_the_middle_of_a_line_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sage_connect.sage100.wire.flat.BLOCK", 1)
    data, _ = written(SEMICOLON, a_row(), a_row(), a_row())

    assert [one.line for one in read(data, SEMICOLON)] == [1, 2, 3]


def test_blanks_at_the_end_of_a_fixed_line_may_be_missing() -> None:
    layout = attrs.evolve(
        FIXED,
        columns=(*FIXED.columns[:3], *FIXED.columns[4:], Column.LABEL),
        widths=(6, 6, 13, 14, 14, 35),
    )
    data, _ = written(layout, a_row())

    assert unplaced(read(data.replace(b"  \r\n", b"\r\n"), layout)[0]) == a_row()


@pytest.mark.parametrize(
    ("data", "layout", "line", "message"),
    [
        (b"\xef\xbb\xbfVTE;20260915", SEMICOLON, 1, "byte order mark"),
        (b"VTE;20260915;;411000;;a;1,00", SEMICOLON, 1, "expected 8 columns, found 7"),
        (b"\r\n;20260915;;4;;a;1,00;", SEMICOLON, 2, r"column 1 \(Code journal\)"),
        (
            b"VTE;;;4;;a;1,00;",
            SEMICOLON,
            1,
            r"column 2 \(Date de pièce\): expected a value",
        ),
        (b"VTE;150926;;4;;a;1,00;", SEMICOLON, 1, "a day as aaaammjj, found '150926'"),
        (b"VTE;20261315;;4;;a;1,00;", SEMICOLON, 1, "a day as aaaammjj"),
        (b"VTE;20260915;;4;;a;1.00;", SEMICOLON, 1, "amount such as 1234,50, found '1.00'"),
        (b"VTE;20260915;;4;;a;1 000,00;", SEMICOLON, 1, "amount such as"),
        (b"VTE;20260915;;4;;a;1,00;2,00", SEMICOLON, 1, "debit or credit, found '1.00 and"),
        (b"VTE;20260915;;4;;\x81;1,00;", SEMICOLON, 1, "byte 0x81 at position 18"),
        (
            b"A\tVTE\t150926\t\t4\t\ta\t\t\t1,00\t",
            TAB,
            1,
            r"\(Type\): expected G, found 'A'",
        ),
        (b"VTE   150926" + b"x" * 77, FIXED, 1, "expected 6 columns, found 7"),
        (
            b"|15092026|VTE|G||||4|||||X|1.00|||",
            EVERYTHING,
            1,
            r"\(Sens\): expected D or C, found 'X'",
        ),
        (b"|15092026|VTE|G||||4|||||D|1,00|||", EVERYTHING, 1, "such as 1234.50"),
        (b"|15092026|VTE|G||||4||||1|D|1.00|||", EVERYTHING, 1, "Date d'échéance"),
    ],
)
def test_a_line_that_cannot_be_read_is_refused_with_its_place(
    data: bytes, layout: DelimitedLayout, line: int, message: str
) -> None:
    with pytest.raises(FileFormatError, match=message) as caught:
        read(data, layout)

    assert (caught.value.file, caught.value.line) == ("in.txt", line)
    assert caught.value.fix


def test_a_line_without_end_is_refused() -> None:
    blocks = itertools.repeat(b"x" * 1_000_000)

    with pytest.raises(FileFormatError, match="found more"):
        next(delimited.rows(blocks, SEMICOLON))


@pytest.mark.parametrize(
    ("change", "field", "expected"),
    [
        ({"label": "a;b"}, "label", "a b"),
        ({"label": "a\nb"}, "label", "a b"),
        ({"label": "=cmd|' /C calc'!A0"}, "label", "cmd|' /C calc'!A0"),
        ({"label": "-10 %"}, "label", "10 %"),
        ({"label": " +@1"}, "label", "1"),
        # What is only spelt with such a sign, or with a separator.
        ({"label": "\u2212\u0141"}, "label", "L"),
        ({"label": "a\uff1bb"}, "label", "a b"),
        ({"label": "x" * 70}, "label", "x" * 69),
        ({"third_party": "dupont"}, "third_party", "DUPONT"),
        ({"invoice_number": "x" * 18}, "invoice_number", ""),
    ],
)
def test_what_does_not_fit_is_changed_and_told(
    change: dict[str, Any], field: str, expected: str
) -> None:
    data, losses = written(SEMICOLON, a_row(line=8, **change))

    assert getattr(read(data, SEMICOLON)[0], field) == expected
    assert {one.field for one in losses} == {field}
    assert {one.line for one in losses} == {8}


@pytest.mark.parametrize("field", ["journal", "account", "third_party", "invoice_number"])
@pytest.mark.parametrize("text", ["A;B", "=AB", "-AB", "+AB", "@AB", "A\nB", "\u4e00"])
def test_a_code_that_would_break_the_text_is_refused(field: str, text: str) -> None:
    with pytest.raises(CodecError) as caught:
        written(SEMICOLON, a_row(line=8, **{field: text}))

    assert caught.value.path == field
    assert caught.value.message.startswith("line 8 of the file read: ")
    assert caught.value.fix


@pytest.mark.parametrize("field", ["journal", "account"])
def test_a_code_that_sage_would_repeat_from_above_is_refused(field: str) -> None:
    with pytest.raises(CodecError, match=f"{field}: expected a code, found none"):
        written(SEMICOLON, a_row(**{field: " "}))


def test_a_label_without_a_spelling_is_refused() -> None:
    with pytest.raises(CodecError, match="U\\+4E00"):
        written(SEMICOLON, a_row(label="a \u4e00"))


@pytest.mark.parametrize(
    "change", [{"amount": Decimal("0.001")}, {"amount": Decimal(10**12)}]
)
def test_an_amount_that_does_not_fit_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(CodecError, match="amount"):
        written(SEMICOLON, a_row(**change))


def test_a_year_that_would_be_read_as_another_is_refused() -> None:
    with pytest.raises(CodecError, match="1930"):
        written(TAB, a_row(date=dt.date(1930, 1, 1)))

    assert read(written(SEMICOLON, a_row(date=dt.date(930, 1, 2)))[0], SEMICOLON)[
        0
    ].date == dt.date(930, 1, 2)


def test_what_has_no_column_is_told() -> None:
    row = a_row(
        piece="1",
        currency="USD",
        currency_amount=Decimal(1),
        kind="opening",
        shares=(RowShare(section="A", amount=Decimal(120)),),
        extra={"ticking": "X"},
        line=5,
    )

    _, losses = written(SEMICOLON, row, row)

    assert {field for field, _ in told(losses)} == {
        "piece",
        "currency",
        "currency_amount",
        "kind",
        "shares",
        "ticking",
    }
    assert {(one.count, one.line) for one in losses} == {(2, 5)}
    assert "A 120" in {one.example for one in losses}


@pytest.mark.parametrize(
    ("shares", "fields"),
    [
        ([("A", 120, 1, None)], []),
        ([("A", 120, 0, Decimal(1))], ["shares.quantity"]),
        ([("A", 120, 2, None)], ["shares"]),
        ([("A", 100, 1, None)], ["shares"]),
        ([("A", 60, 1, None), ("B", 60, 1, None)], ["shares"]),
        ([("A", 120, 1, None), ("B", 120, 2, None)], ["shares"]),
    ],
)
def test_a_line_holds_one_section(shares: list[Any], fields: list[str]) -> None:
    parts = tuple(
        RowShare(section=section, amount=Decimal(amount), plan=plan, quantity=quantity)
        for section, amount, plan, quantity in shares
    )

    data, losses = written(EVERYTHING, a_row(shares=parts))

    assert [field for field, _ in told(losses)] == fields
    assert bool(read(data, EVERYTHING)[0].shares) is (fields != ["shares"])


def test_instalments_become_lines() -> None:
    row = a_row(
        instalments=tuple(
            RowInstalment(due=dt.date(2026, month, 1), amount=Decimal(60))
            for month in (10, 11)
        )
    )

    data, losses = written(TAB, row)

    found = read(data, TAB)
    assert [str(one.due) for one in found] == ["2026-10-01", "2026-11-01"]
    assert [one.amount for one in found] == [Decimal(60)] * 2
    assert told(losses) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"columns": (Column.JOURNAL, Column.DATE)}, "N° compte général, Montant débit"),
        ({"columns": (*SEMICOLON.columns, Column.SIDE)}, "Montant too"),
        (
            {"columns": (*SEMICOLON.columns, Column.SIDE, Column.AMOUNT)},
            "found both",
        ),
        ({"columns": (*SEMICOLON.columns, Column.LABEL)}, "Libellé écriture twice"),
        ({"widths": (1, 2)}, "expected 8 widths"),
        ({"widths": (6, -1, 6, 6, 6, 6, 6, 6)}, "widths"),
        ({"separator": ""}, "a width for each column"),
        ({"separator": "", "widths": (6, 8, 0, 6, 6, 6, 6, 6)}, "a width for each column"),
        ({"widths": (6, 6, 6, 6, 6, 6, 6, 6)}, "expected 8 for dates"),
        ({"separator": ";;"}, "one sign"),
        ({"separator": "a"}, "one sign"),
        ({"separator": "-"}, "one sign"),
        ({"separator": '"'}, "one sign"),
        ({"separator": ","}, "decimal"),
        ({"decimal": "'"}, "decimal"),
        ({"encoding": "utf-8"}, "encoding"),
        ({"encoding": "utf-8-sig"}, "encoding"),
    ],
)
def test_a_layout_that_cannot_work_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        attrs.evolve(SEMICOLON, **change)


@pytest.mark.parametrize("layout", [*PRESETS.values(), EVERYTHING])
def test_a_layout_is_a_table_of_settings(layout: DelimitedLayout) -> None:
    table = settings_to(layout)

    assert settings_from(DelimitedLayout, table) == layout
    assert "columns" in schema_of(DelimitedLayout)["properties"]


def test_a_table_that_is_no_layout_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="N° compte tiers"):
        settings_from(DelimitedLayout, {"columns": ["N° compte tier"]})
    with pytest.raises(ConfigurationError, match="columns: expected"):
        settings_from(DelimitedLayout, {"columns": ["Code journal"]})


def test_a_width_is_the_most_that_a_column_may_have() -> None:
    layout = attrs.evolve(SEMICOLON, widths=(0, 8, 0, 0, 0, 35, 0, 0))

    data, losses = written(layout, a_row(label="x" * 36))

    assert read(data, layout)[0].label == "x" * 35
    assert told(losses) == [("label", 1)]


def test_a_wide_column_holds_no_more_than_sage_keeps() -> None:
    layout = attrs.evolve(FIXED, widths=(20, 8, 20, 80, 20, 20))

    data, losses = written(layout, a_row(label="x" * 70))

    assert read(data, layout)[0].label == "x" * 69
    assert told(losses) == [("label", 1)]
    assert len(data) == 170
    with pytest.raises(CodecError, match="at most 6"):
        written(layout, a_row(journal="ABCDEFG"))


@pytest.mark.parametrize("name", [*PRESETS])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_sheet_says_all_that_is_chosen_in_sage(name: str, language: Any) -> None:
    layout = PRESETS[name]

    sheet = column_sheet(layout, language)

    for column in layout.columns:
        assert f" | {column} | " in sheet
    for needed in (
        "Fichier > Format import/export paramétrable…",
        "Origine : Windows",
        "Délimiteur d'enregistrement : Retour chariot",
        "Séparateur décimal : Virgule",
        "Décimales : 2",
        "Identificateur de texte : Aucun",
        "Entête : Aucun",
        ".ema",
        "Excel",
        "Windows-1252",
        "CR LF",
        layout.dates,
        "Fichier > Importer > Format paramétrable"
        if language == "en"
        else "puis Fichier > Importer",
    ):
        assert needed in sheet.replace("Format\nparam", "Format param")
    separators = {"semicolon": "Point-virgule", "tab-11": "Tabulation", "fixed-88": "fixe"}
    assert separators[name] in sheet
    merged = "Interpréter les séparateurs identiques comme unique"
    assert (merged in sheet) is bool(layout.separator)
    assert ("| 61-74 |" in sheet) is (name == "fixed-88")


def test_the_sheet_of_an_unusual_layout() -> None:
    sheet = column_sheet(EVERYTHING)

    assert "Autre, « | »" in sheet
    assert "Séparateur décimal : Point" in sheet
    assert "ISO8859-15" in sheet
    assert "| 4 | Type | 1 |  | always G |" in sheet
    assert "| 13 | Sens | 1 |  | D or C |" in sheet
    assert "(leave this column out of the fields of Sage)" in sheet


def test_memory_stays_flat() -> None:
    endless = delimited.write(itertools.repeat(a_row()), SEMICOLON, losses=Losses())

    found = delimited.rows(endless, SEMICOLON)

    assert sum(1 for _ in itertools.islice(found, 20_000)) == 20_000
