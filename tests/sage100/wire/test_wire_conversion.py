"""From any format to any other: recognised, converted, and nothing lost unseen."""

import datetime as dt
import io
import itertools
from decimal import Decimal
from typing import Any

import attrs
import pytest

import sage_connect
from sage_connect.errors import FileFormatError, UnsupportedError
from sage_connect.sage100 import wire
from sage_connect.sage100.wire import (
    Conversion,
    EntryRow,
    Losses,
    RowShare,
    Target,
    delimited,
    flat_rows,
)
from sage_connect.sage100.wire.delimited import PRESETS
from sage_connect.testing.demo import export_bytes, month, settings_toml
from sage_connect.testing.importer import Sage100Importer

from .entry_rows import a_row

FLAT = {number: Target(kind="flat", number=number) for number in (31, 25, 14, 5)}
SEMICOLON = Target(kind="delimited", layout=PRESETS["semicolon"])
ROWS = (
    a_row(third_party="DUPONT", invoice_number="FA-1"),
    a_row(account="706000", label="Été", debit=False, invoice_number="FA-1"),
)


def flat(*rows: EntryRow, **how: Any) -> bytes:
    return b"".join(flat_rows.write(rows or ROWS, losses=Losses(), **how))


def text(*rows: EntryRow) -> bytes:
    return b"".join(delimited.write(rows or ROWS, PRESETS["semicolon"], losses=Losses()))


def converted(data: Any, target: Target, **how: Any) -> tuple[bytes, Conversion]:
    job = wire.convert(data, target, name="in.txt", **how)
    return b"".join(job), job


def fields(job: Conversion) -> list[str]:
    return [one.field for one in job.losses]


@pytest.mark.parametrize("version", FLAT)
@pytest.mark.parametrize("source", FLAT)
def test_flat_files_of_every_version_become_each_other(version: int, source: int) -> None:
    data, job = converted(flat(version=source), FLAT[version])

    assert data == flat(version=version)
    # No file of #VER 5 names its base currency.
    assumed = ["#DEV"] if source == 5 != version else []
    assert (job.rows, fields(job)) == (2, assumed)


@pytest.mark.parametrize("version", FLAT)
def test_flat_and_delimited_become_each_other(version: int) -> None:
    out, there = converted(flat(version=version), SEMICOLON)
    back, again = converted(out, FLAT[version], layout=PRESETS["semicolon"])

    assert out == text()
    assert back == flat(version=version)
    assert [there.rows, *fields(there), again.rows, *fields(again)] == [2, 2]


def test_a_whole_company_stays_whole_in_its_own_version() -> None:
    export = export_bytes()
    untidy = export.replace(b"\r\n", b"\n") + b"\n \x1a"

    data, job = converted(untidy, FLAT[31])

    assert data == export
    assert (job.rows, fields(job)) == (0, [])


def test_a_flag_that_nobody_published_is_told_when_a_company_is_written_anew() -> None:
    data = flat().replace(b"#FIN", b"#ODD\r\nx\r\n#FIN")

    out, job = converted(data, FLAT[31])

    assert out == flat()
    assert [(one.field, one.line) for one in job.losses] == [
        ("#ODD", data.split(b"\r\n").index(b"#ODD") + 1)
    ]


def test_a_shifted_record_is_refused_when_a_company_is_written_anew() -> None:
    data = flat().replace(b"DUPONT\r\n", b"")

    with pytest.raises(FileFormatError, match="38 fields") as caught:
        converted(data, FLAT[31])

    assert (caught.value.file, caught.value.line) == ("in.txt", 4)


@pytest.mark.parametrize("target", [FLAT[25], FLAT[5], SEMICOLON])
def test_master_data_is_told_by_flag(target: Target) -> None:
    entries = flat().split(b"#DEV EUR\r\n")[1]
    data = export_bytes().removesuffix(b"#FIN\r\n") + entries

    _, job = converted(data, target)
    counts = {one.field: one.count for one in job.losses}

    assert counts == wire.inspect(export_bytes()).records_by_flag
    assert job.rows == 2


def test_numbers_stay_in_a_flat_file_and_are_named_elsewhere() -> None:
    line = wire.entry_writer()(
        journal="VTE",
        date=dt.date(2026, 9, 15),
        account="411000",
        label="x",
        side=wire.Side.DEBIT,
        amount=Decimal(1),
        currency_no=2,
        currency_amount=Decimal(2),
        method_no=1,
    )
    tables = [
        wire.build(wire.Currencies, currencies=[{}, {"iso_code": "USD"}]),
        wire.build(wire.PaymentMethods, methods=[{"label": "Chèque"}]),
    ]
    data = b"".join(wire.write([*tables, line]))
    tab = Target(kind="delimited", layout=PRESETS["tab-11"])

    old, numbered = converted(data, FLAT[25])
    out, named = converted(data, tab)

    assert old == b"".join(wire.write([line])).replace(b"#VER 31", b"#VER 25")
    assert fields(numbered) == ["#MDEV", "#MREG", "balance"]
    assert "\tChèque\t".encode("cp1252") in out
    assert fields(named) == ["#MDEV", "#MREG", "currency", "currency_amount", "balance"]


@pytest.mark.parametrize(
    ("target", "expected"),
    [(FLAT[31], []), (FLAT[14], []), (FLAT[5], ["#DEV"]), (SEMICOLON, ["#DEV"])],
)
def test_a_base_currency_that_the_file_no_longer_names_is_told(
    target: Target, expected: list[str]
) -> None:
    for version in (31, 14):
        out, job = converted(flat(currency="XPF", version=version), target)

        assert fields(job) == expected
        assert [(one.line, one.example) for one in job.losses] == [(3, "XPF")] * len(
            expected
        )
        assert (b"#DEV XPF" in out) is not bool(expected)


@pytest.mark.parametrize("header", [b"#DEV\r\n", b""])
def test_a_base_currency_that_no_file_names_is_the_euro_and_told(header: bytes) -> None:
    data = plain().replace(b"#DEV EUR\r\n", header)

    out, job = converted(data, FLAT[14])
    whole, told = converted(data, FLAT[31])
    pnm, unnamed = converted(data, PNM[199])

    assert (out, whole) == (converted(plain(), FLAT[14])[0], plain())
    for one in (job, told):
        assert [(loss.field, "EUR" in loss.reason) for loss in one.losses] == [
            ("#DEV", True)
        ]
    # A PNM file need not name it.
    assert b"EUR" not in pnm
    assert "#DEV" not in fields(unnamed)


@pytest.mark.parametrize(
    ("data", "message", "fix"),
    [
        (b"", "empty", "Exporter"),
        (b"PK\x03\x04", "ZIP", "Unpack"),
        (text(), "delimited text", "--from semicolon"),
        (export_bytes(), "expected lines of entries, found none", "Export entries"),
    ],
)
def test_what_cannot_be_converted_is_refused_with_a_cure(
    data: bytes, message: str, fix: str
) -> None:
    with pytest.raises(FileFormatError, match=message) as caught:
        converted(data, FLAT[25])

    assert (caught.value.file, fix in caught.value.fix) == ("in.txt", True)


def test_a_layout_is_believed_without_a_look() -> None:
    fixed = PRESETS["fixed-88"]
    data = b"".join(delimited.write(ROWS, fixed, losses=Losses()))

    out, job = converted(data, FLAT[31], layout=fixed)

    assert (job.rows, out.count(b"#MECG")) == (2, 2)
    with pytest.raises(FileFormatError, match="layout is the one"):
        converted(flat(), FLAT[31], layout=fixed)


def test_a_version_that_is_never_written_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="#VER 10"):
        converted(flat(), Target(kind="flat", number=10))


@pytest.mark.parametrize("size", [1, 50, 5000])
def test_the_source_may_come_in_blocks_of_any_size(size: int) -> None:
    data = flat(*ROWS * 100)

    out, job = converted(
        (data[at : at + size] for at in range(0, len(data), size)), SEMICOLON
    )
    by_file, _ = converted(io.BytesIO(data), SEMICOLON)

    assert out == by_file == text(*ROWS * 100)
    assert job.rows == 200


def test_memory_stays_flat() -> None:
    endless = flat_rows.write(itertools.repeat(ROWS[0]), losses=Losses())

    job = wire.convert(endless, SEMICOLON)

    assert sum(map(len, itertools.islice(job, 3000))) == 3000 * len(text(ROWS[0]))
    assert job.rows == 3000


# ------------------------------------------------------------------ PNM and FEC


PNM = {
    width: Target(kind="pnm", number=width, company="ATELIER DEMO") for width in (199, 138)
}
FEC = Target(kind="fec")


def essence(data: bytes) -> list[tuple[object, ...]]:
    """Return what every format can say of the rows of a flat file."""
    return [
        (
            one.journal,
            one.date,
            one.account,
            one.label,
            one.debit,
            one.amount,
            one.third_party,
        )
        for one in flat_rows.rows(data, losses=Losses())
    ]


def plain() -> bytes:
    return flat(*(attrs.evolve(row, label="Etude", journal="VTE") for row in ROWS))


@pytest.mark.parametrize("width", [199, 138])
def test_flat_files_become_pnm_and_come_back(width: int) -> None:
    out, there = converted(plain(), PNM[width])
    back, again = converted(out, FLAT[31])

    assert {len(line) for line in out.split(b"\r\n")[1:] if line} == {width}
    assert essence(back) == essence(plain())
    assert there.rows == again.rows == 2
    assert "label" not in fields(there)


def test_a_loss_on_the_way_to_pnm_is_told() -> None:
    long = a_row(label="x" * 69, third_party="D" * 13)

    out, job = converted(flat(long, attrs.evolve(long, debit=False)), PNM[138])

    assert b"x" * 26 not in out
    assert "label" in fields(job)


def test_sections_survive_pnm_with_plans() -> None:
    share = RowShare(section="NORD", amount=Decimal("120.00"), plan=2)
    rows = (
        attrs.evolve(ROWS[0], label="x"),
        a_row(debit=False, label="x", shares=(share,)),
    )

    out, _ = converted(flat(*rows), PNM[199])
    back, _ = converted(out, FLAT[31])

    found = list(flat_rows.rows(back, losses=Losses()))
    assert [(one.section, one.plan) for one in found[1].shares] == [("NORD", 2)]


def test_flat_files_become_fec_and_come_back() -> None:
    out, there = converted(plain(), FEC)
    back, again = converted(out, FLAT[31])

    assert essence(back) == essence(plain())
    assert there.rows == again.rows == 2


def test_pnm_becomes_fec_and_delimited() -> None:
    pnm, _ = converted(plain(), PNM[199])

    fec, _ = converted(pnm, FEC)
    semicolon, _ = converted(fec, SEMICOLON)

    back, _ = converted(semicolon, FLAT[31], layout=PRESETS["semicolon"])
    assert essence(back) == essence(plain())


# ------------------------------------------------------------------ damaged files


BLOCK = flat(ROWS[0]).split(b"#DEV EUR\r\n")[1].removesuffix(b"#FIN\r\n")
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

    with pytest.raises(FileFormatError, match="is UTF-8") as caught:
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


@pytest.mark.parametrize("field", ["date", "amount", "side"])
def test_an_unreadable_line_of_a_whole_company_is_refused(field: str) -> None:
    at = getattr(wire.EntryLine, field).at
    record = next(wire.read(plain()).of(wire.EntryLine))
    cells = [*record.cells()]
    cells[at] = "x"
    data = plain().replace(
        bytes(record), b"\r\n".join(one.encode("cp850") for one in ("#MECG", *cells, "")), 1
    )

    with pytest.raises(FileFormatError) as caught:
        converted(data, FLAT[31])

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
    found = list(wire.fec.rows(out))

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

    numbers = [one.number for one in wire.fec.rows(out)]
    assert numbers == ["1", "1", "2", "2", *["3"] * 4, *["4"] * 4]
    assert [one.number for one in wire.fec.rows(semicolon)] == ["1", "1", "2", "2"]


# ------------------------------------------------------------------ currencies of PNM


def in_currency(*codes: str) -> bytes:
    """Return a balanced PNM file whose lines are in these currencies."""
    rows = [
        a_row(label="x", debit=not at % 2, extra={"pnm.amount_currency": code})
        for at, code in enumerate(codes)
    ]
    return b"".join(wire.pnm.write(rows, company="X", currency="", losses=Losses()))


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

    assert {one.extra["pnm.amount_currency"] for one in wire.pnm.rows(out)} == {"XPF"}
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
