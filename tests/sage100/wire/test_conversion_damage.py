"""Damaged files are refused or told as they are converted, and so is what is assumed."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest

import sage_connect
from sage_connect.errors import CodecError, FileFormatError
from sage_connect.sage100 import wire
from sage_connect.sage100.wire import Losses, Target, delimited, fec, flat_rows, pnm
from sage_connect.sage100.wire.delimited import PRESETS
from sage_connect.testing.demo import export_bytes, month, settings_toml
from sage_connect.testing.importer import Sage100Importer

from .conversions import (
    FEC,
    FLAT,
    PNM,
    ROWS,
    SEMICOLON,
    converted,
    fields,
    flat,
    plain,
    text,
)
from .entry_rows import a_row

# ------------------------------------------------------------------ damaged files


BLOCK = flat(ROWS[0]).split(b"#DEV EUR\r\n")[1].removesuffix(b"#FIN\r\n")
TWO = (FLAT[31], SEMICOLON)
DAMAGED = (*FLAT.values(), *PNM.values(), FEC, SEMICOLON)


@pytest.mark.parametrize("target", DAMAGED)
@pytest.mark.parametrize(
    "data",
    [plain() + BLOCK * 3, plain().replace(BLOCK[:7], b"#FIN\r\n#MECG\r\n", 1) + BLOCK],
)
def test_what_follows_the_end_of_a_flat_file_is_refused(
    data: bytes, target: Target
) -> None:
    with pytest.raises(FileFormatError, match="after #FIN") as caught:
        converted(data, target)

    line = data.split(b"\r\n").index(b"#FIN") + 2
    assert (caught.value.code, caught.value.file) == ("SC-FLAT-AFTER-END", "in.txt")
    assert caught.value.line == line


@pytest.mark.parametrize("target", DAMAGED)
def test_a_flat_file_without_end_is_told_or_refused(target: Target) -> None:
    whole = plain().removesuffix(b"#FIN\r\n")

    _, job = converted(whole, target)

    assert "#FIN" in fields(job)
    cut = whole.rindex(b"#MECG")
    with pytest.raises(FileFormatError, match="cut off") as caught:
        converted(whole[:cut], target)
    assert (caught.value.code, caught.value.line) == ("SC-FLAT-NO-END", 4)
    assert "VTE 09/2026: 120.00" in caught.value.message


@pytest.mark.parametrize("target", [FLAT[31], FLAT[25], SEMICOLON])
def test_a_flat_file_that_is_cut_anywhere_is_never_taken_for_a_whole_one(
    target: Target,
) -> None:
    data = plain()
    for at in range(len(b"#FLG 000\r\n#VER 31\r\n#DEV EUR\r\n"), len(data) - 3):
        try:
            _, job = converted(data[:at], target)
        except FileFormatError:
            continue
        assert "#FIN" in fields(job), data[at - 20 : at]


def test_an_imbalance_is_told_by_journal_and_month() -> None:
    later = attrs.evolve(ROWS[1], date=dt.date(2026, 10, 1), label="x")
    other = attrs.evolve(ROWS[0], journal="ACH", label="x")
    data = flat(*ROWS, later, other, other)

    for target in DAMAGED:
        _, job = converted(data, target)
        lines = [at for at, one in enumerate(data.split(b"\r\n"), 1) if one == b"#MECG"]

        (told,) = [one for one in job.losses if one.field == "balance"]
        assert (told.count, told.line, told.example) == (
            2,
            lines[2],
            "VTE 10/2026: -120.00",
        )


@pytest.mark.parametrize("target", DAMAGED)
def test_a_flat_file_that_went_through_utf8_is_refused(target: Target) -> None:
    data = flat().decode("cp850").encode("utf-8")

    with pytest.raises(FileFormatError, match="found UTF-8") as caught:
        converted(data, target)

    assert (caught.value.code, caught.value.file) == ("SC-FLAT-UTF8", "in.txt")
    assert data.split(b"\r\n")[caught.value.line - 1] == "Étude du pont".encode()


@pytest.mark.parametrize("target", DAMAGED)
def test_a_flat_file_in_windows_1252_is_told(target: Target) -> None:
    rows = [attrs.evolve(row, journal="VTE", label="Réglé") for row in ROWS]
    data = flat(*rows).decode("cp850").encode("cp1252")

    _, job = converted(data, target)

    (told,) = [one for one in job.losses if "Windows-1252" in one.reason]
    assert (told.field, told.count) == ("label", 2)
    assert data.split(b"\r\n")[told.line - 1] == "Réglé".encode("cp1252")
    _, sound = converted(flat(*rows), target)
    assert not any("1252" in one.reason for one in sound.losses)


def test_a_damaged_text_of_an_unknown_record_is_told_by_its_flag() -> None:
    data = plain().replace(b"#FIN", b"#ODD\r\nt\xe9l\xe9\r\n#FIN")

    _, job = converted(data, FLAT[25])

    told = [(one.field, one.example) for one in job.losses if "1252" in one.reason]
    assert told == [("#ODD", b"t\xe9l\xe9".decode("cp850"))]


@pytest.mark.parametrize(
    ("field", "target"),
    [
        *((field, target) for field in ("date", "amount", "side") for target in TWO),
        ("due_date", SEMICOLON),
    ],
)
def test_an_unreadable_line_is_refused(field: str, target: Target) -> None:
    at = getattr(wire.EntryLine, field).at
    record = next(wire.read(plain()).of(wire.EntryLine))
    cells = [*record.cells()]
    cells[at] = "x"
    broken = "\r\n".join(("#MECG", *cells, "")).encode("cp850")

    with pytest.raises(FileFormatError) as caught:
        converted(plain().replace(bytes(record), broken, 1), target)

    assert (caught.value.file, caught.value.line) == ("in.txt", 5 + at)


# ------------------------------------------------------------------ names, numbers


def test_a_fec_takes_the_names_of_the_file() -> None:
    rows = (
        a_row(journal="VTE", third_party="DUPONT", label="x"),
        a_row(journal="VTE", account="706000", debit=False, label="x"),
    )
    export = wire.read(export_bytes())
    tables = [
        next(export.of(wire.GeneralAccount)).replace(
            account_number="411000", label="Clients é"
        ),
        next(export.of(wire.JournalRecord)).replace(code="VTE", label="Ventes"),
        next(export.of(wire.ThirdParty)).replace(number="DUPONT", name="Dupont SA"),
    ]
    head = b"".join(wire.write(tables)).removesuffix(b"#FIN\r\n")
    data = head + flat(*rows).split(b"#DEV EUR\r\n")[1]

    out, job = converted(data, FEC)
    found = list(fec.rows(out))

    assert [one.journal_name for one in found] == ["Ventes"] * 2
    assert [one.account_name for one in found] == ["Clients é", ""]
    assert [one.third_party_name for one in found] == ["Dupont SA", ""]
    assert [one.example for one in job.losses if one.field == "account_name"] == ["706000"]


def test_entries_without_a_piece_keep_apart_in_a_fec() -> None:
    pair = [a_row(label="x"), a_row(label="x", debit=False)]
    three = [
        a_row(label="x", amount=Decimal(0)),
        a_row(label="x", amount=Decimal(2)),
        a_row(label="x", amount=Decimal(1), debit=False),
        a_row(label="x", amount=Decimal(1), debit=False),
    ]
    numbered = [attrs.evolve(one, piece="7") for one in pair]

    out, _ = converted(flat(*pair, *pair, *three, *numbered, *numbered), FEC)
    semicolon, _ = converted(text(*pair, *pair), FEC, layout=PRESETS["semicolon"])

    numbers = [one.number for one in fec.rows(out)]
    assert numbers == ["1", "1", "2", "2", *["3"] * 4, *["4"] * 4]
    assert [one.number for one in fec.rows(semicolon)] == ["1", "1", "2", "2"]


# ------------------------------------------------------------------ currencies of PNM


def in_currency(*codes: str) -> bytes:
    """Return a balanced PNM file whose lines are in these currencies."""
    rows = [
        a_row(label="x", debit=not at % 2, extra={"pnm.amount_currency": code})
        for at, code in enumerate(codes)
    ]
    return b"".join(pnm.write(rows, company="X", currency="", losses=Losses()))


@pytest.mark.parametrize(
    ("target", "named"),
    [(FLAT[31], b"#DEV USD"), (FLAT[5], b""), (FEC, b""), (SEMICOLON, b"")],
)
def test_the_currency_of_a_pnm_file_is_taken_from_its_lines(
    target: Target, named: bytes
) -> None:
    euro, quiet = converted(in_currency("EUR", "EUR"), target)
    blank, none = converted(in_currency("", ""), target)
    out, job = converted(in_currency("USD", "USD"), target)

    assert named in out
    assert [(one.line, one.example) for one in job.losses if one.field == "#DEV"] == [
        (2, "USD")
    ]
    assert euro == blank
    for one in (quiet, none, job):
        assert not [name for name in fields(one) if "currency" in name]
    assert "#DEV" not in [*fields(quiet), *fields(none)]


@pytest.mark.parametrize("codes", [("EUR", "USD"), ("", "USD"), ("USD", "")])
def test_a_pnm_file_in_several_currencies_is_refused_elsewhere(
    codes: tuple[str, str],
) -> None:
    data = in_currency(*codes)

    with pytest.raises(FileFormatError, match=r"found one in") as caught:
        converted(data, FLAT[31])

    assert (caught.value.code, caught.value.line) == ("SC-PNM-CURRENCY-MIXED", 3)
    assert caught.value.file == "in.txt"
    assert converted(data, attrs.evolve(PNM[199], company="X"))[0] == data


def test_a_pnm_file_in_another_currency_is_told_where_lines_are_short() -> None:
    wide, there = converted(in_currency("USD", "USD"), PNM[199])
    narrow, job = converted(wide, PNM[138])
    back, again = converted(narrow, PNM[199])

    assert (fields(there), fields(again)) == ([], [])
    assert fields(job) == ["#DEV"]
    assert b"USD" in wide
    assert b"EUR" not in back


def test_a_flat_file_in_another_base_currency_says_so_in_pnm() -> None:
    out, job = converted(flat(currency="XPF"), PNM[199])

    assert {one.extra["pnm.amount_currency"] for one in pnm.rows(out)} == {"XPF"}
    assert "#DEV" not in fields(job)


# ------------------------------------------------------------------ the demo's month


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """The import file of the demo's month, and the export of the company that took it."""
    folder = tmp_path_factory.mktemp("company")
    (folder / "exports").mkdir()
    (folder / "exports" / "company.txt").write_bytes(export_bytes())
    (folder / "sage_connect.toml").write_text(settings_toml(), "utf-8")
    with sage_connect.connect(f"sage100:{folder}") as ledger:
        ledger.documents.post_all(month())
    sage = Sage100Importer(export_bytes())
    (file,) = (folder / "imports").glob("*.txt")
    assert sage.import_file(file.read_bytes()).accepted
    return file.read_bytes(), sage.export()


def test_the_fec_of_a_company_passes_inspection(books: tuple[bytes, bytes]) -> None:
    out, job = converted(books[1], FEC)

    found = wire.inspect(out, name="732829320FEC20261231.txt")

    assert (found.ok, found.records) == (True, job.rows)
    assert not {"account_name", "balance"} & set(fields(job))


def test_our_own_import_file_becomes_pnm(books: tuple[bytes, bytes]) -> None:
    # A PNM third party has 13 characters.
    data = books[0].replace(b"BRASSERIEHALLES", b"BRASSERIE")

    out, job = converted(data, PNM[199])

    assert wire.inspect(out).ok
    (told,) = [one for one in job.losses if one.field == "currency_amount"]
    assert told.count == sum(
        one.currency_amount is not None for one in flat_rows.rows(data, losses=Losses())
    )


# ------------------------------------------------------------------ damaged delimited texts


def test_a_text_that_ends_inside_a_line_is_told_or_refused() -> None:
    whole = text().removesuffix(b"120,00\r\n") + b"1234,50\r\n"
    layout = PRESETS["semicolon"]

    for end in (b"\r\n", b"\r", b"\n", b"\r\n \t\x1a"):
        _, job = converted(whole.removesuffix(b"\r\n") + end, FLAT[31], layout=layout)
        assert fields(job) == ["balance"]
    for cut in range(len(whole) - 2, whole.index(b"\r\n") + 2, -1):
        try:
            _, job = converted(whole[:cut], FLAT[31], layout=layout)
        except FileFormatError:
            continue
        assert fields(job)[0] == "line end"
        told = next(iter(job.losses))
        shown = whole[:cut].decode("cp1252").split("\n")[1]
        assert (told.line, told.example) == (2, shown)


SIDED = attrs.evolve(
    PRESETS["semicolon"],
    columns=(
        *PRESETS["semicolon"].columns[:-2],
        delimited.Column.SIDE,
        delimited.Column.AMOUNT,
    ),
)


@pytest.mark.parametrize(
    ("amounts", "layout", "column"),
    [
        (";", PRESETS["semicolon"], "column 8 (Montant crédit)"),
        ("0,00;", PRESETS["semicolon"], "column 8 (Montant crédit)"),
        (";0,00", PRESETS["semicolon"], "column 7 (Montant débit)"),
        ("D;", SIDED, "column 8 (Montant)"),
    ],
)
def test_a_line_without_an_amount_is_refused(
    amounts: str, layout: wire.DelimitedLayout, column: str
) -> None:
    data = f"VTE;20260915;;411000;;x;{amounts}\r\n".encode("cp1252")

    with pytest.raises(FileFormatError, match="expected an amount") as caught:
        converted(data, FLAT[31], layout=layout)

    assert column in caught.value.message
    nothing = f"VTE;20260915;;411000;;x;{amounts}".rpartition("x;")[0] + "x;"
    given = nothing + ("D;0,00" if layout is SIDED else "0,00;0,00")
    _, job = converted(given.encode("cp1252") + b"\r\n", FLAT[31], layout=layout)
    assert (job.rows, fields(job)) == (1, [])


def test_a_text_in_utf8_is_refused() -> None:
    data = text().decode("cp1252").encode()

    with pytest.raises(FileFormatError, match=r"found UTF-8 in 'VTE.*Étude") as caught:
        converted(data, FLAT[31], layout=PRESETS["semicolon"])

    assert (caught.value.file, caught.value.line) == ("in.txt", 1)
    assert "ANSI" in caught.value.fix


# ------------------------------------------------------------------ how losses are told


def test_losses_of_a_fec_are_told_in_words() -> None:
    share = wire.RowShare(section="NORD", amount=Decimal("120.00"), plan=1)
    part = wire.RowInstalment(due=dt.date(2026, 10, 31), amount=Decimal("120.00"))
    losses = Losses()

    row = a_row(number="1", shares=(share,), instalments=(part,))
    list(fec.write([row], losses=losses))

    told = {one.field: one.example for one in losses}
    assert (told["shares"], told["instalments"]) == ("NORD 120.00", "2026-10-31 120.00")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"account": "4" * 14}, "SC-FLAT-LENGTH"),
        ({"account": ""}, "SC-FLAT-EMPTY"),
        ({"account": "411\x01000"}, "SC-FLAT-CONTROL"),
        ({"account": "411;000"}, "SC-FLAT-CHARACTER"),
        ({"account": "日本"}, "SC-FLAT-CHARACTER"),
        ({"label": "日本"}, "SC-FLAT-CHARACTER"),
    ],
)
def test_what_a_text_cannot_hold_is_refused_with_a_code(
    changes: dict[str, str], code: str
) -> None:
    with pytest.raises(CodecError) as caught:
        text(a_row(**changes))

    assert (caught.value.code, bool(caught.value.fix)) == (code, True)


# ------------------------------------------------------------------ what PNM cannot say


def as_pnm(row: wire.EntryRow, **how: Any) -> tuple[bytes, list[wire.Loss]]:
    losses = Losses()
    data = b"".join(pnm.write([row], company="X", losses=losses, **how))
    return data, list(losses)


@pytest.mark.parametrize("sign", ["\n", "\t", "\x00"])
def test_a_line_break_in_a_label_becomes_a_blank_as_in_every_format(sign: str) -> None:
    data, losses = as_pnm(a_row(label=f"a{sign}b"))

    assert next(iter(pnm.rows(data))).label == "a b"
    assert [(one.field, one.example) for one in losses] == [("label", f"a{sign}b")]


def test_an_amount_in_a_currency_without_a_name_is_told() -> None:
    data, losses = as_pnm(a_row(label="x", currency_amount=Decimal("7.50")))

    assert next(iter(pnm.rows(data))).currency_amount is None
    assert [(one.field, one.example) for one in losses] == [("currency_amount", "7.50")]


def test_a_plan_that_nobody_named_is_told() -> None:
    share = wire.RowShare(section="P", amount=Decimal("120.00"), line=7)
    data, losses = as_pnm(a_row(label="x", shares=(share,)), main_plan=3)
    narrow = as_pnm(a_row(label="x", shares=(share,)), width=138)[1]

    assert [one.plan for one in next(iter(pnm.rows(data))).shares] == [3]
    assert [(one.field, one.line, one.example) for one in losses] == [
        ("shares.plan", 7, "P")
    ]
    assert narrow == []


# ------------------------------------------------------------------ files seen at work


@pytest.mark.parametrize("target", DAMAGED)
@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("flat/ver25_payroll_od_no_FIN_REPLAY.txt", "#FIN"),
        ("pnm/ecritures_sage.pnm", ""),
        ("fec/732829320FEC20261231_SYNTHETIC_tab_latin9.txt", ""),
    ],
)
def test_files_seen_at_work_are_converted(
    name: str, told: str, target: Target, spec: Path
) -> None:
    data = (spec / "sage100" / "samples" / name).read_bytes()

    out, job = converted(data, target)

    assert out
    assert job.rows
    assert ("#FIN" in fields(job)) == bool(told)
    assert not [one for one in fields(job) if one.endswith("amount_currency")]
