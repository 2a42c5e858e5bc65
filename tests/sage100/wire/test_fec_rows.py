"""A FEC is read as rows and written from rows; what is lost on the way is told."""

import datetime as dt
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, reject, strategies as st

from sage_connect import CodecError, FileFormatError, UnsupportedError
from sage_connect.sage100 import wire
from sage_connect.sage100.wire import EntryRow, Losses, RowInstalment, RowShare, fec
from sage_connect.sage100.wire.fec import writing

from .fec_files import CLEAN, HEADER, LINES, NAME, added, cell, joined, sided, swap

DAY = dt.date(2026, 1, 15)


def a_row(**changes: Any) -> EntryRow:
    values: dict[str, Any] = {
        "journal": "VTE",
        "journal_name": "Ventes",
        "number": "1",
        "date": DAY,
        "account": "411000",
        "account_name": "Clients",
        "piece": "F1",
        "piece_date": DAY,
        "label": "Facture",
        "debit": True,
        "amount": Decimal("10.00"),
        "validated_on": DAY,
    }
    return EntryRow(**values | changes)


def written(
    *rows: EntryRow, **options: Any
) -> tuple[list[list[str]], list[tuple[str, str]]]:
    """Write rows; return their cells, and what was lost."""
    losses = Losses()
    data = b"".join(fec.write(rows, losses=losses, **options))
    separator = options.get("separator", "\t")
    lines = data.decode(options.get("encoding", "utf-8")).split("\r\n")
    assert lines[-1] == ""
    lost = [(loss.field, loss.example) for loss in losses]
    return [line.split(separator) for line in lines[1:-1]], lost


def test_a_row_has_every_column() -> None:
    rows = list(fec.rows(CLEAN, name=NAME))

    assert rows[2] == EntryRow(
        journal="VTE",
        journal_name="Ventes",
        number="2",
        date=DAY,
        account="411000",
        account_name="Clients",
        third_party="DUPONT",
        third_party_name="Société DUPONT",
        piece="P2",
        piece_date=DAY,
        label="Écriture 2",
        debit=True,
        amount=Decimal("120.00"),
        lettering="A",
        lettered_on=dt.date(2026, 3, 1),
        validated_on=DAY,
        line=4,
    )
    assert [row.kind for row in rows] == ["opening"] * 2 + ["normal"] * 11
    assert [row.line for row in rows] == list(range(2, 15))
    assert (rows[7].currency, rows[7].currency_amount) == ("USD", Decimal("100.00"))
    assert (rows[7].debit, rows[8].debit) == (True, False)


@pytest.mark.parametrize(
    "data",
    [
        sided(),
        sided("-1", "+1"),
        CLEAN.replace(b"\t", b"|"),
        b"\xef\xbb\xbf" + CLEAN,
        CLEAN.replace(b"\r\n", b"\n"),
        CLEAN.replace(b"\r\n", b"\r"),
        CLEAN.decode().encode("iso8859-15"),
        CLEAN[:-2],
        CLEAN + b"\r\n",
        CLEAN + b"\t" * 17 + b"\r\n",
        swap("\t20260115\t", "\t15/01/2026\t", 99)(),
        CLEAN.replace(b"120,00", b"1,2E2"),
        CLEAN.replace(b"\t0,00", b"\t"),
        swap("PieceRef", "PIECEREF")(),
    ],
    ids=range(14),
)
def test_forms_of_a_file_give_the_same_rows(data: bytes) -> None:
    assert list(fec.rows(data)) == list(fec.rows(CLEAN))


def test_columns_of_cash_basis_books_are_kept() -> None:
    first = next(fec.rows(added(4)))

    assert first.method == "Chèque"
    assert first.extra == {"DateRglt": "20260302", "NatOp": "Vente", "IdClient": "C1"}
    assert first == next(
        fec.rows(b"".join(fec.write(fec.rows(added(4)), losses=Losses(), regime="BNC")))
    )


def test_what_a_row_has_no_field_for_is_in_extra() -> None:
    data = cell(2, "ValidDate", "20260101 10:30")().replace(
        b"Idevise\r\n", b"Idevise\tZone\r\n"
    )
    data = data.replace(b"\t\r\n", b"\t\tNord\r\n").replace(b"USD\r\n", b"USD\t\r\n")

    rows = list(fec.rows(data))

    assert rows[0].validated_on == dt.date(2026, 1, 1)
    assert rows[0].extra == {"Zone": "Nord", "ValidDate": "20260101 10:30"}
    assert rows[7].extra == {}


def test_a_row_with_both_amounts_comes_as_two() -> None:
    data = cell(9, "Credit", "1,00")()

    both = [row for row in fec.rows(data) if row.line == 9]

    assert [(one.debit, one.amount) for one in both] == [
        (True, Decimal(92)),
        (False, Decimal(1)),
    ]
    assert [one.currency for one in both] == ["USD", ""]


def test_a_row_without_an_amount_keeps_its_side() -> None:
    empty = fec.rows(cell(5, "Credit", "")())
    zero = fec.rows(cell(6, "Debit", "")().replace(b"\t\t20,00\t", b"\t\t0,00\t"))

    assert [(row.debit, row.amount) for row in empty if row.line == 5] == [
        (True, Decimal(0))
    ]
    assert [(row.debit, row.amount) for row in zero if row.line == 6] == [
        (False, Decimal(0))
    ]


def test_nothing_in_a_foreign_currency_is_nothing() -> None:
    data = cell(5, "Montantdevise", "0,00")()

    assert {row.currency_amount for row in fec.rows(data) if row.line == 5} == {None}


def test_letters_of_windows_are_read_as_such() -> None:
    data = CLEAN.decode().replace("Écriture 6", "L\u2019œuvre €", 1).encode("cp1252")
    odd = CLEAN.decode("utf-8").encode("iso8859-15").replace(b"\xc9criture 6", b"\x81", 1)

    assert [row.label for row in fec.rows(data)][11] == "L\u2019œuvre €"
    assert [row.label for row in fec.rows(odd)][11] == "\x81"
    assert ("SC-FEC-CONTROL", 13) in [(f.code, f.line) for f in fec.inspect(odd).faults]


@pytest.mark.parametrize(
    ("data", "code", "line", "words"),
    [
        (cell(5, "Credit", "100.00")(), "SC-FEC-AMOUNT-POINT", 5, "Credit (13)"),
        (cell(9, "Montantdevise", "x")(), "SC-FEC-AMOUNT", 9, "Montantdevise (17)"),
        (cell(5, "EcritureDate", "20261301")(), "SC-FEC-DATE", 5, "EcritureDate (4)"),
        (cell(5, "EcritureDate", "")(), "SC-FEC-EMPTY", 5, "EcritureDate (4)"),
        (cell(5, "ValidDate", "x")(), "SC-FEC-DATE", 5, "ValidDate (16)"),
        (sided("?"), "SC-FEC-SIDE", 3, "Sens (13)"),
        (swap("Écriture 6", "Écrit\ture 6")(), "SC-FEC-ROW-COUNT", 13, "19 columns"),
        (CLEAN[:-20], "SC-FEC-TRUNCATED", 14, "stops inside a row"),
        (CLEAN.replace(b"\t", b";"), "SC-FEC-SEPARATOR", 1, "semicolons"),
        (joined(LINES[1:]), "SC-FEC-HEADER", 1, "names of the columns"),
        (swap("CompteNum", "CompteNun")(), "SC-FEC-COLUMN-NAME", 1, "'CompteNum'"),
        (
            joined(["\t".join(line.split("\t")[:11]) for line in LINES]),
            "SC-FEC-COLUMN-MISSING",
            1,
            "Debit",
        ),
        (CLEAN.replace("É".encode(), b"\xc9", 1), "SC-FEC-UTF8", 2, "damaged"),
    ],
)
def test_what_cannot_be_read_is_refused_by_line(
    data: bytes, code: str, line: int, words: str
) -> None:
    with pytest.raises(
        FileFormatError, match=words.replace("(", r"\(").replace(")", r"\)")
    ) as caught:
        list(fec.rows(data, name="a.txt"))

    assert (caught.value.code, caught.value.line, caught.value.file) == (
        code,
        line,
        "a.txt",
    )


def test_columns_that_rows_can_do_without_may_lack() -> None:
    data = joined(["\t".join(line.split("\t")[:13]) for line in LINES])

    assert [row.amount for row in fec.rows(data)] == [row.amount for row in fec.rows(CLEAN)]
    assert {row.validated_on for row in fec.rows(data)} == {None}


def test_a_text_file_is_not_taken_for_bytes() -> None:
    with pytest.raises(TypeError, match="binary"):
        fec.rows(CLEAN.decode())  # type: ignore[arg-type] # what is refused


# ------------------------------------------------------------------ writing


@pytest.mark.parametrize("separator", ["\t", "|"])
@pytest.mark.parametrize("amounts", ["debit_credit", "montant_sens"])
def test_a_file_is_written_as_it_was_read(separator: str, amounts: Any) -> None:
    data = CLEAN if amounts == "debit_credit" else sided()
    losses = Losses()

    blocks = fec.write(fec.rows(data), losses=losses, separator=separator, amounts=amounts)

    assert b"".join(blocks) == data.replace(b"\t", separator.encode())
    assert list(losses) == []


def test_the_sample_is_written_as_it_was_read(spec: Path) -> None:
    (sample,) = (spec / "sage100" / "samples" / "fec").iterdir()
    data = sample.read_bytes()

    blocks = fec.write(fec.rows(data), losses=Losses(), encoding="iso8859-15")

    assert b"".join(blocks) == data


TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=8
).filter(lambda text: "|" not in text and not writing._ODD.search(text))
SOME = st.one_of(st.none(), st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31)))
AMOUNT = st.decimals(-(10**12), 10**12, allow_nan=False, places=2)


@st.composite
def rows_of_a_file(draw: st.DrawFn) -> EntryRow:
    foreign = draw(st.one_of(st.none(), AMOUNT))
    return a_row(
        number=draw(st.integers(1, 10**9).map(str)),
        journal=draw(TEXT),
        label=draw(TEXT) or "x",
        piece=draw(TEXT),
        account_name=draw(TEXT) or "x",
        third_party=draw(TEXT),
        date=draw(st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31))),
        lettered_on=draw(SOME),
        validated_on=draw(SOME),
        debit=draw(st.booleans()),
        # Nothing stands on neither side.
        amount=draw(AMOUNT.filter(bool)),
        currency="" if foreign is None else "USD",
        currency_amount=foreign,
    )


@given(
    rows=st.lists(rows_of_a_file(), max_size=5),
    separator=st.sampled_from(["\t", "|"]),
    amounts=st.sampled_from(["debit_credit", "montant_sens"]),
)
def test_rows_survive_a_file(rows: list[EntryRow], separator: str, amounts: Any) -> None:
    losses = Losses()
    data = b"".join(fec.write(rows, losses=losses, separator=separator, amounts=amounts))

    # A journal may happen to be called like one of opening entries.
    back = [attrs.evolve(row, line=0, kind="normal") for row in fec.rows(data)]

    assert list(losses) == []
    assert back == rows


@given(st.decimals(-(10**9), 10**9, allow_nan=False, allow_infinity=False))
def test_an_amount_is_never_rounded(amount: Decimal) -> None:
    try:
        ((cells, *_), _) = written(a_row(amount=amount))
    except CodecError:
        # Longer than any amount that is read back.
        reject()

    (back,) = fec.rows(joined([HEADER, "\t".join(cells)]))
    assert back.amount == amount


@given(st.binary(max_size=300))
def test_any_bytes_behind_the_header_are_read_or_refused(noise: bytes) -> None:
    data = f"{HEADER}\r\n".encode() + noise

    assert isinstance(fec.inspect(data), wire.Inspection)
    with suppress(FileFormatError):
        list(fec.rows(data))


@given(st.lists(st.text("0123456789,.+-eE \xa0", max_size=12), min_size=1, max_size=4))
def test_reader_and_checker_agree_on_amounts(texts: list[str]) -> None:
    for text in texts:
        data = cell(5, "Credit", text)()
        errors = [one for one in fec.inspect(data).faults if "AMOUNT" in one.code]
        refused = any(one.severity == "error" for one in errors)
        if refused:
            with pytest.raises(FileFormatError, match="Credit"):
                list(fec.rows(data))
        else:
            list(fec.rows(data))


LOST: list[tuple[dict[str, Any], str, str]] = [
    ({"piece_type": "FC"}, "piece_type", "FC"),
    ({"due": DAY}, "due", "2026-01-15"),
    ({"method": "C"}, "method", "C"),
    ({"parity": Decimal(2)}, "parity", "2"),
    ({"quantity": Decimal(3)}, "quantity", "3"),
    ({"tax_code": "C20"}, "tax_code", "C20"),
    ({"entered_on": DAY}, "entered_on", "2026-01-15"),
    ({"extra": {"#MECG 9": "x"}}, "#MECG 9", "x"),
    ({"invoice_number": "FA1"}, "piece", "F1"),
    ({"reference": "R"}, "reference", "R"),
    ({"kind": "opening"}, "kind", "VTE"),
    ({"account": "512000", "third_party": "X"}, "third_party", "X"),
    ({"account_name": ""}, "account_name", "411000"),
    ({"label": ""}, "label", "411000"),
    ({"currency": "USD"}, "currency", "USD"),
    ({"currency": "EUR", "currency_amount": Decimal(9)}, "currency_amount", "9"),
    ({"label": "a\tb"}, "EcritureLib", "a\tb"),
    ({"label": "a\r\nb"}, "EcritureLib", "a\r\nb"),
    ({"label": "a\xa0b"}, "EcritureLib", "a\xa0b"),
]


@pytest.mark.parametrize(("changes", "field", "example"), LOST)
def test_what_a_file_does_not_say_is_told(
    changes: dict[str, Any], field: str, example: str
) -> None:
    _, lost = written(a_row(**changes))

    assert lost == [(field, example)]


def test_shares_and_instalments_are_told() -> None:
    _, lost = written(
        a_row(
            shares=(RowShare(section="PARIS", amount=Decimal(10)),),
            instalments=(RowInstalment(due=DAY, amount=Decimal(10)),),
        )
    )

    assert [field for field, _ in lost] == ["shares", "instalments"]


def test_simulated_rows_are_left_out_and_told() -> None:
    cells, lost = written(a_row(kind="simulation"), a_row())

    assert (len(cells), lost) == (1, [("kind", "simulation")])


def test_opening_rows_behind_others_are_told() -> None:
    opening = a_row(kind="opening", journal="AN")

    assert written(opening, a_row())[1] == []
    assert written(a_row(), opening)[1] == [("kind", "opening")]


def test_texts_stay_in_their_column() -> None:
    (cells,), _ = written(a_row(label="a|b\r\nc"), separator="|")

    assert cells[10] == "a b  c"


def test_the_base_currency_has_no_columns() -> None:
    row = a_row(currency="EUR", currency_amount=Decimal("10.00"))

    assert written(row)[0][0][16:] == ["", ""]
    assert written(row, base="XPF")[0][0][16:] == ["10,00", "EUR"]


def test_third_parties_stand_on_their_accounts_with_their_names() -> None:
    (cells,), lost = written(
        a_row(third_party="DUPONT", account_name="", journal_name=""),
        third_party_names={"DUPONT": "Dupont"},
        account_names={"411000": "Clients"},
        journal_names={"VTE": "Ventes"},
    )

    assert (cells[1], cells[5], cells[7], lost) == ("Ventes", "Clients", "Dupont", [])


def test_entries_without_numbers_are_numbered_in_order() -> None:
    debit = {"number": "", "debit": True}
    credit = {"number": "", "debit": False, "account": "706000"}
    rows = [
        a_row(**debit, piece="F1"),
        a_row(**credit, piece="F1"),
        a_row(**debit, piece="F2"),
        a_row(**debit, piece="F3"),
        a_row(**credit, piece="F2"),
        a_row(**credit, piece="F3"),
        a_row(**debit, piece="", invoice_number="A"),
        a_row(**credit | {"number": "77"}, piece="", invoice_number="A"),
    ]

    cells, lost = written(*rows)

    assert [one[2] for one in cells] == ["1", "1", "2", "3", "2", "3", "4", "4"]
    assert lost == [("number", "77")]


def test_open_entries_are_remembered_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "_OPEN", 1)
    rows = [a_row(number="", piece=piece) for piece in ("A", "B", "C", "B", "A")]

    assert [one[2] for one in written(*rows)[0]] == ["1", "2", "3", "2", "4"]


def test_letters_that_an_encoding_lacks_are_refused_or_spelt() -> None:
    row = a_row(label="Łódź \u2013 cœur")

    with pytest.raises(CodecError, match="'Ł'") as caught:
        written(row, encoding="iso8859-15")
    (cells,), lost = written(row, encoding="iso8859-15", transliterate=True)

    assert (caught.value.code, caught.value.path) == (
        "SC-FEC-CHARACTER",
        "row 1: EcritureLib",
    )
    assert cells[10] == "Lódz - cœur"
    assert lost == [("EcritureLib", "Łódź \u2013 cœur")]
    assert written(row, encoding="ascii", transliterate=True)[0][0][10] == "Lodz - coeur"
    with pytest.raises(CodecError, match="U\\+65E5"):
        written(a_row(label="日本"), encoding="ascii", transliterate=True)
    with pytest.raises(CodecError, match="U\\+D800"):
        written(a_row(label="\ud800"))
    assert written(a_row(label="é"), encoding="iso8859-15", transliterate=True)[1] == []


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"account": ""}, "row 1: CompteNum"),
        ({"amount": Decimal("NaN")}, "row 1: Montant"),
        ({"amount": Decimal("1e40")}, "row 1: Montant"),
        ({"amount": Decimal("1." + "1" * 40)}, "row 1: Montant"),
    ],
)
def test_what_cannot_be_written_is_refused_by_field(
    changes: dict[str, Any], path: str
) -> None:
    with pytest.raises(CodecError) as caught:
        written(a_row(**changes))

    assert (caught.value.path, caught.value.code[:7]) == (path, "SC-FEC-")


def test_a_number_is_wanted_where_the_first_row_has_one() -> None:
    with pytest.raises(CodecError, match="EcritureNum"):
        written(a_row(), a_row(number=""))


@pytest.mark.parametrize("changes", [{"amount": 1.5}, {"date": dt.datetime(2026, 1, 1)}])  # noqa: DTZ001 - refused
def test_other_types_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="row 1"):
        written(a_row(**changes))


@pytest.mark.parametrize(
    ("options", "words"),
    [({"separator": ";"}, "tabs"), ({"encoding": "cp850"}, "cp850")],
)
def test_what_the_law_does_not_know_is_not_written(
    options: dict[str, Any], words: str
) -> None:
    with pytest.raises(UnsupportedError, match=words):
        fec.write([], losses=Losses(), **options)
