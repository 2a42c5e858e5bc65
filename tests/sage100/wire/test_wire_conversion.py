"""From any format to any other: recognised, converted, and nothing lost unseen."""

import datetime as dt
import io
import itertools
from decimal import Decimal

import attrs
import pytest

from sage_connect.errors import FileFormatError, UnsupportedError
from sage_connect.sage100 import wire
from sage_connect.sage100.wire import (
    Losses,
    RowShare,
    Target,
    delimited,
    flat_rows,
)
from sage_connect.sage100.wire.delimited import PRESETS
from sage_connect.testing.demo import export_bytes

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
