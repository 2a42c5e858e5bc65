"""What `convert` promises: OUT whole or not at all, and every loss told."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sage_connect.sage100 import wire
from sage_connect.sage100.wire import Losses, delimited, flat_rows
from sage_connect.sage100.wire.delimited import PRESETS
from sage_connect.testing.demo import export_bytes

from .conftest import Ended, run, text

GOOD, FAULTY, UNREADABLE = 0, 1, 2
LAYOUT = """
columns = ["Code journal", "Date de pièce", "N° compte général", "Sens", "Montant"]
separator = "|"
dates = "jjmmaaaa"
"""


def lines(*rows: Any) -> bytes:
    return b"".join(flat_rows.write(rows, losses=Losses()))


def a_row(**changes: Any) -> wire.EntryRow:
    (row,) = delimited.rows(
        "VTE;20260915;FA-1;411000;DUPONT;Étude;120,00;0,00".encode("cp1252"),
        PRESETS["semicolon"],
    )
    values = {name: getattr(row, name) for name in ("journal", "date", "account", "label")}
    return wire.EntryRow(
        **{**values, "debit": True, "amount": Decimal("120.00"), **changes}
    )


@pytest.fixture
def entries(tmp_path: Path) -> Path:
    file = tmp_path / "écritures.txt"
    file.write_bytes(lines(a_row(), a_row(debit=False, account="706000")))
    return file


def row_of(ended: Ended) -> dict[str, Any]:
    row: dict[str, Any] = json.loads(ended.out)
    return row


def test_nothing_lost_is_good(entries: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"

    told = run("convert", entries, out, "--to", "delimited:semicolon")
    found = run("convert", entries, out, "--to", "delimited:semicolon", "--json")
    back = run("convert", out, tmp_path / "b.txt", "--to", "flat:31", "--from", "semicolon")

    content = out.read_bytes()
    assert content.startswith(
        "VTE;20260915;;411000;;Étude;120,00;0,00\r\n".encode("cp1252")
    )
    assert f"{out}: 2 rows, {len(content)} bytes\n" == told.out.decode()
    assert {"bytes": len(content), "rows": 2, "losses": []} == row_of(found)
    assert [told.code, found.code, back.code] == [GOOD] * 3
    assert (tmp_path / "b.txt").read_bytes() == entries.read_bytes()


def test_every_loss_is_told(tmp_path: Path) -> None:
    export = export_bytes().removesuffix(b"#FIN\r\n")
    both = a_row(reference="R1"), a_row(reference="R2", debit=False)
    rows = lines(*both).split(b"#DEV EUR\r\n")[1]
    out = tmp_path / "out.txt"

    found = run("convert", "-", out, "--to", "flat:5", "--json", stdin=export + rows)
    told = run("convert", "-", out, "--to", "flat:5", stdin=export + rows)

    losses = {one["field"]: one for one in row_of(found)["losses"]}
    flags = wire.inspect(export_bytes()).records_by_flag
    assert (found.code, told.code) == (FAULTY, FAULTY)
    assert set(losses) == {*flags, "reference"}
    assert {flag: losses[flag]["count"] for flag in flags} == flags
    line = (export + rows).split(b"\r\n").index(b"#MECG") + 1
    reference = losses["reference"]
    assert set(reference) == {"field", "count", "line", "example", "reason"}
    assert (2, line, "R1") == (reference["count"], reference["line"], reference["example"])
    assert "#VER 5" in reference["reason"]
    for word in (
        "not as it was",
        "count",
        "first line",
        "reason",
        "#MDOS",
        "R1",
        str(line),
    ):
        assert word in told.out.decode()
    assert b"#VER 5\r\n#MECG" in out.read_bytes()


def test_a_copy_tells_its_size_as_json(entries: Path, tmp_path: Path) -> None:
    found = run("convert", entries, tmp_path / "copy.txt", "--json")

    size = len(entries.read_bytes())
    assert {"bytes": size, "rows": 2, "losses": []} == row_of(found)
    assert found.code == GOOD


@pytest.mark.parametrize("kind", ["pnm:199", "fec"])
def test_every_file_that_is_recognised_may_be_copied(
    kind: str, entries: Path, tmp_path: Path
) -> None:
    file, copy = tmp_path / "file", tmp_path / "copy"
    company = ["--company", "X"] if kind.startswith("pnm") else []
    run("convert", entries, file, "--to", kind, *company)
    # Untidy, and without its last line end: a copy is equal to the last byte.
    file.write_bytes(file.read_bytes().replace(b"\r\n", b"\n", 1).removesuffix(b"\r\n"))

    found = run("convert", file, copy, "--json")

    assert (found.code, copy.read_bytes()) == (GOOD, file.read_bytes())
    size = len(file.read_bytes())
    assert {"bytes": size, "rows": 2, "losses": []} == row_of(found)


@pytest.mark.parametrize("size", [1, 70_000])
def test_a_copy_of_a_damaged_file_keeps_every_byte(
    size: int, entries: Path, tmp_path: Path
) -> None:
    data = entries.read_bytes() * size + b"#FIN\r\n\x00tail"
    if size > 1:
        data = data[:600_000]

    ended = run("convert", "-", tmp_path / "copy", stdin=data)

    assert (ended.code, (tmp_path / "copy").read_bytes()) == (GOOD, data)


@pytest.mark.parametrize(
    ("content", "cure"), [(b"PK\x03\x04", "Unpack"), (b"a;b;c;d;e;f;g;h\r\n", "Describe")]
)
def test_what_cannot_be_copied_is_refused_with_a_cure(
    content: bytes, cure: str, tmp_path: Path
) -> None:
    ended = run("convert", "-", tmp_path / "copy", stdin=content)

    assert (ended.code, (tmp_path / "copy").exists()) == (UNREADABLE, False)
    assert cure in ended.err


@pytest.mark.parametrize(
    "sheet", ["sub/../out.csv", "link.csv", "écritures.txt", "sub/../écritures.txt"]
)
@pytest.mark.parametrize("content", [b"what stood there", b""])
def test_the_sheet_overwrites_neither_the_file_read_nor_the_one_written(
    sheet: str, content: bytes, entries: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.csv"
    (tmp_path / "sub").mkdir()
    (tmp_path / "link.csv").symlink_to(out)
    if content:
        out.write_bytes(content)
    before = entries.read_bytes()

    ended = run(
        "convert", entries, out, "--to", "delimited:semicolon", "--sheet", tmp_path / sheet
    )

    assert (ended.code, entries.read_bytes()) == (UNREADABLE, before)
    assert "name them apart" in " ".join(ended.err.split())
    assert out.exists() == bool(content)
    assert not content or out.read_bytes() == content


def test_a_second_name_of_the_file_read_is_the_same_file(
    entries: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.txt"
    other.hardlink_to(entries)

    ended = run(
        "convert", entries, tmp_path / "o", "--to", "delimited:tab-11", "--sheet", other
    )

    assert (ended.code, "name them apart" in " ".join(ended.err.split())) == (2, True)


def test_out_and_sheet_appear_both_or_neither(entries: Path, tmp_path: Path) -> None:
    out, sheet = tmp_path / "out.csv", tmp_path / "sheet.md"
    to = ["--to", "delimited:semicolon", "--sheet"]

    unwritable = run("convert", entries, out, *to, entries / "sheet.md")
    damaged = run("convert", "-", out, *to, sheet, stdin=entries.read_bytes() + b"tail")

    assert [unwritable.code, damaged.code] == [UNREADABLE] * 2
    assert "sheet.md" in unwritable.err
    assert [entries] == list(tmp_path.iterdir())


def test_a_layout_may_stand_in_a_file(entries: Path, tmp_path: Path) -> None:
    layout, out, sheet = (tmp_path / name for name in ("l.toml", "out.txt", "sheet.md"))
    layout.write_text(LAYOUT, "utf-8")
    target = f"delimited:{layout}"

    there = run("convert", entries, out, "--to", target, "--sheet", sheet)
    back = run("convert", out, tmp_path / "b", "--to", "flat:31", "--from", layout)
    french = run(
        "convert", entries, out, "--to", target, "--sheet", sheet, "--language", "fr"
    )

    assert (
        out.read_bytes()
        == b"VTE|15092026|411000|D|120,00\r\nVTE|15092026|706000|C|120,00\r\n"
    )
    assert [there.code, french.code] == [FAULTY] * 2
    assert "label" in there.out.decode()
    # Sage takes no line without a label.
    assert (back.code, "label" in back.err) == (UNREADABLE, True)
    assert "jjmmaaaa" in sheet.read_text("utf-8")
    assert "## Dans Sage" in sheet.read_text("utf-8")


def test_the_sheet_is_english_unless_asked(entries: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.md"

    run("convert", entries, tmp_path / "o", "--to", "delimited:tab-11", "--sheet", sheet)

    assert "## In Sage" in sheet.read_text("utf-8")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--to", "flat:10"], "--to: expected one of flat:31"),
        (["--to", "csv"], "found 'csv'"),
        (["--to", "delimited:nothing"], "expected a layout (semicolon, fixed-88, tab-11)"),
        (["--to", "delimited:no.toml"], "no.toml: there is no such file"),
        (["--to", "flat:31", "--from", "nothing"], "expected a layout"),
        (["--to", "flat:31", "--sheet", "s.md"], "--sheet is for"),
        (["--to", "delimited:tab-11", "--sheet", "out.txt"], "name them apart"),
        (["--to", "pnm:199"], "--company"),
        (["--to", "flat:31", "--company", "X"], "--company is for"),
        (["--from", "semicolon"], "add --to"),
        (["--sheet", "s.md"], "add --to"),
        (["--company", "X"], "add --to"),
    ],
)
def test_wrong_usage_writes_nothing(
    options: list[str], message: str, entries: Path, tmp_path: Path
) -> None:
    place = tmp_path / "empty"
    place.mkdir()

    ended = run("convert", entries, "out.txt", *options, cwd=place)

    assert (ended.code, ended.out) == (UNREADABLE, b"")
    assert message in " ".join(ended.err.split())
    assert list(place.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"columns = [", "expected TOML in UTF-8"),
        (b"columns = ['\xe9']", "expected TOML in UTF-8"),
        (b"column = 1", "column"),
        (b"columns = ['Code journal']", "columns: expected"),
    ],
)
def test_a_layout_file_that_is_none_is_refused(
    content: bytes, message: str, entries: Path, tmp_path: Path
) -> None:
    layout, out = tmp_path / "l.toml", tmp_path / "out.txt"
    layout.write_bytes(content)

    ended = run("convert", entries, out, "--to", f"delimited:{layout}")

    assert (ended.code, out.exists()) == (UNREADABLE, False)
    assert message in ended.err
    assert str(layout) in ended.err


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"PK\x03\x04", "ZIP archive"),
        (b"a;b;c;d;e;f;g;h\r\n", "--from semicolon"),
        (export_bytes(), "expected lines of entries, found none"),
        (lines(a_row(), a_row()).replace(b"150926", b"150999x", 1), "date"),
        (
            lines(a_row(), a_row(tax_code="A=B")).replace(b"#FIN", b"#MECG\r\n1\r\n"),
            "fields",
        ),
    ],
)
def test_what_cannot_be_converted_leaves_what_stood_there(
    content: bytes, message: str, tmp_path: Path
) -> None:
    out = tmp_path / "out.txt"
    out.write_bytes(b"what stood there")

    ended = run("convert", "-", out, "--to", "flat:14", stdin=content)

    assert (ended.code, ended.out, out.read_bytes()) == (
        UNREADABLE,
        b"",
        b"what stood there",
    )
    assert message in ended.err
    assert [out] == list(tmp_path.iterdir())


def test_a_file_may_be_converted_onto_itself(entries: Path) -> None:
    ended = run("convert", entries, entries, "--to", "flat:25")

    assert ended.code == GOOD
    assert b"#VER 25" in entries.read_bytes()


def test_a_pnm_file_begins_with_the_company(entries: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.pnm"

    run("convert", entries, out, "--to", "pnm:138", "--company", "ATELIER DEMO")
    back = run("convert", out, tmp_path / "back.txt", "--to", "flat:31")

    assert out.read_bytes().startswith(b"ATELIER DEMO")
    assert back.code in {GOOD, FAULTY}


@pytest.mark.parametrize("wrong", [text(), b""])
def test_an_empty_file_is_told(wrong: bytes, tmp_path: Path) -> None:
    ended = run("convert", "-", tmp_path / "o", "--to", "flat:31", stdin=wrong)

    assert ended.code == UNREADABLE
    assert "Traceback" not in ended.err
