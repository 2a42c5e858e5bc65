"""Every header and code page of the wild; one field edited, and the proof by diff."""

import difflib
import itertools

import pytest

from sage_connect.sage100 import wire
from sage_connect.sage100.wire import Losses, flat_rows
from sage_connect.testing.demo import export_bytes

from .entry_rows import a_row

FLAGS = (b"#FLG 000\n", b"#FLG 001\n", b"")
VERSIONS = (
    b"#VER 5\n",
    b"#VER 10\n",
    b"#VER 14\n",
    b"#VER 18\n",
    b"#VER 25\n",
    b"#VER 31\n",
)
CURRENCIES = (b"#DEV EUR\n", b"#DEV XPF\n", b"#DEV\n", b"")
COUNTS = {b"5": 26, b"10": 26, b"14": 37, b"18": 37, b"25": 39, b"31": 39}
LABEL = "#1 « Étude » à Orléans, ÈÊÔ"


def body(version: bytes, encoding: str) -> bytes:
    """Return an entry line and its section, as long as the version has it."""
    label = LABEL if encoding == "cp850" else "#1 « Étude » à Orléans"
    row = a_row(label="LABEL", reference="R")
    (record,) = wire.read(b"".join(flat_rows.write([row], losses=Losses()))).records
    cells = record.fields[: COUNTS[version.split()[1]]]
    lines = ["#MECG", *cells, "#MECA", "1", "NORD", "120,00", "0,00", ""]
    return "\n".join(lines).replace("LABEL", f"\\{label}").encode(encoding)


@pytest.mark.parametrize("end", [b"", b"#FIN\n"])
@pytest.mark.parametrize("encoding", ["cp850", "cp437"])
@pytest.mark.parametrize("line_end", [b"\r\n", b"\n", b"\r"])
def test_every_header_in_use_reads_and_comes_back(
    line_end: bytes, encoding: wire.Encoding, end: bytes
) -> None:
    for flag, version, currency in itertools.product(FLAGS, VERSIONS, CURRENCIES):
        data = flag + version + currency + body(version, encoding) + end
        data = data.replace(b"\n", line_end)

        file = wire.read(data, encoding=encoding)
        (row,) = flat_rows.rows(data, losses=Losses(), encoding=encoding)

        assert bytes(file) == data
        assert file.header.version_text == version.split()[1].decode()
        assert row.label.startswith("#1 « Étude » à Orléans")
        assert (row.label == LABEL) is (encoding == "cp850")
        assert [share.section for share in row.shares] == ["NORD"]
        has_reference = COUNTS[version.split()[1]] > 32
        assert row.reference == ("R" if has_reference else "")


def test_text_alone_differs_between_the_code_pages() -> None:
    both = body(b"#VER 31", "cp437")

    assert both == both.decode("cp437").encode("cp850")


def test_editing_one_field_moves_nothing_else() -> None:
    data = export_bytes() + b"what follows \x00\xff\r\n"
    lines = data.decode("cp850").splitlines(keepends=True)
    kinds = list(dict.fromkeys(record.flag for record in wire.read(data).records))
    edited = 0

    for flag in kinds:
        file = wire.read(data)
        at, record = next(
            (at, one) for at, one in enumerate(file.records) if one.flag == flag
        )
        field = next(
            (
                one
                for one in type(record).own_fields
                if type(one).__name__ == "Text" and len(record.fields[one.at]) > 3
            ),
            None,
        )
        if field is None:
            continue
        file.records[at] = record.replace(**{field.name: "WXYZ"})
        changed = bytes(file).decode("cp850").splitlines(keepends=True)

        diff = [
            line
            for line in difflib.unified_diff(lines, changed, n=0)
            if line[0] in "+-" and line[:3] not in {"+++", "---"}
        ]
        old = f"-{record.fields[field.at]}\r\n"
        assert diff == [old, "+WXYZ\r\n"]
        assert changed[record.line + field.at] == "WXYZ\r\n"
        edited += 1

    assert edited > 5
