"""Reading flat files: every byte comes back, whatever the file looks like."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, strategies as st

from sage_connect.errors import FileFormatError
from sage_connect.sage100 import wire
from sage_connect.sage100.wire import flat

HEAD = b"#FLG 000\r\n#VER 31\r\n#DEV EUR\r\n"
PIECES = st.sampled_from(
    [
        *(b"#", b"#MECG", b"#MECA", b"#MPLG", b"#MINF", b"#FIN", b"#ZZZ", b"#VER 5"),
        *(
            b"\r\n",
            b"\r",
            b"\n",
            b" ",
            b"\t",
            b"0,00",
            b"\x82",
            b"\\#",
            b"1",
            b"\x00",
            b"\xff",
        ),
    ]
)
NOISE = st.lists(PIECES | st.binary(max_size=5), max_size=60).map(b"".join)


def some_file(size: int, *, line_end: bytes = b"\r\n") -> bytes:
    lines = [b"#FLG 000", b"#VER 31", b"#DEV EUR"]
    for number in range(size):
        lines += [b"#MECA", b"1", b"SECT%d" % number, b"10,00", b"0,00"]
    return line_end.join([*lines, b"#FIN", b""])


def test_samples_come_back_byte_for_byte(spec: Path) -> None:
    files = sorted((spec / "sage100" / "samples" / "flat").iterdir())

    assert files
    for file in files:
        data = file.read_bytes()
        assert bytes(wire.read(data, name=file.name)) == data
        for record in wire.read(data).records:
            assert (
                record.layout.fits(len(record.fields), wire.read(data).header.version)
                == "yes"
            )


@given(NOISE)
@example(b"#MECG\r\n1 client\r\n#1 client\r\n#FIN\r\nrest")
@example(b"#MINF\r\nA\nB\r\n#FIN")
@example(b"\r#MECA\n1\r")
@example(b"text before any flag\r\n#MECG\r\n")
@example(b"#FIN\r\n\r")
@example(b"#MECG \x00")
def test_every_byte_comes_back(noise: bytes) -> None:
    data = HEAD + noise

    file = wire.read(data)

    assert bytes(file) == data
    assert b"".join(file.chunks()) == data


@given(NOISE, st.integers(1, 7))
def test_the_size_of_the_blocks_does_not_matter(noise: bytes, size: int) -> None:
    data = HEAD + noise
    whole = wire.read(data)
    before, flat.BLOCK = flat.BLOCK, max(size * 5, len(HEAD) + 1)
    try:
        cut = wire.read(data[at : at + size] for at in range(0, len(data), size))
    finally:
        flat.BLOCK = before

    # What the header is, the first block decides; in life it holds a quarter megabyte.
    if (cut.header, cut.dialect) == (whole.header, whole.dialect):
        assert [(r.flag, r.line, r.fields) for r in cut.records] == [
            (r.flag, r.line, r.fields) for r in whole.records
        ]
        assert (cut.trailer, cut.trailer_line) == (whole.trailer, whole.trailer_line)
    assert bytes(cut) == data


@pytest.mark.parametrize("line_end", [b"\r\n", b"\n", b"\r"])
def test_all_line_ends_give_the_same_records(line_end: bytes) -> None:
    data = some_file(3, line_end=line_end)
    file = wire.read(io.BytesIO(data))

    assert [r.section for r in file.of(wire.AnalyticLine)] == ["SECT0", "SECT1", "SECT2"]
    assert [r.line for r in file.records] == [4, 9, 14]
    assert file.trailer_line == 19
    assert bytes(file) == data


def test_mixed_line_ends_give_the_same_records() -> None:
    data = (
        HEAD + b"#MECA\n1\rS1\r\n10,00\n0,00\r\n#MECA\r\n2\r\nS2\r\n5,00\r\n0,00\n#FIN\r\n"
    )
    file = wire.read(data)

    assert [r.fields for r in file.records] == [
        ("1", "S1", "10,00", "0,00"),
        ("2", "S2", "5,00", "0,00"),
    ]
    assert (file.records[1].line, file.trailer_line) == (9, 14)
    assert bytes(file) == data


def test_a_bare_line_feed_in_a_formula_is_text() -> None:
    free = b"#MINF\r\n1\r\nName\r\n0\r\n10\r\n0\r\n=A\nB\r\n"
    data = HEAD + free + b"#MECA\r\n1\r\nS\r\n1,00\r\n\r\n#FIN\r\n"
    file = wire.read(data)
    record = next(file.of(wire.FreeFields))

    assert record.free_fields[0].formula == "=A\nB"
    assert [r.line for r in file.records] == [4, 11]
    assert bytes(file) == data


def test_data_that_begins_with_a_number_sign_is_data() -> None:
    file = wire.read(HEAD + b"#MLIB\r\nA\r\n#1 client\r\n#MLIB\r\nB\r\n\\#2\r\n#FIN\r\n")

    first, second = file.of(wire.CannedLabel)
    assert first.fields == ("A", "#1 client")
    assert second.fields == ("B", "\\#2")
    assert getattr(second, type(second).own_fields[1].name) == "#2"


@pytest.mark.parametrize(
    ("head", "module", "version", "currency"),
    [
        (b"#FLG 000\r\n#VER 31\r\n#DEV EUR\r\n#MPLG\r\n", "accounting", 31, "EUR"),
        (b"#FLG 001\r\n#VER 18\r\n#DEV EUR\r\n#MECG\r\n", "accounting", 18, "EUR"),
        (b"#FLG 000\r\n#VER 14\r\n#DEV\r\n#MECG\r\n", "accounting", 14, ""),
        (b"#VER 14\r\n#DEV EUR\r\n#MECG\r\n", "accounting", 14, "EUR"),
        (b"#FLG 000\r\n#VER 10\r\n#DEV XPF\r\n#MECG\r\n", "accounting", 10, "XPF"),
        (b"#FLG 000\r\n#VER 5\r\n#MECG\r\n", "accounting", 5, None),
        (b"#VER 5\r\n#MECG\r\n", "accounting", 5, None),
        (b"#MECG\r\n", "accounting", None, None),
        (b"#FLG 000\r\n#VER 33\r\n#CPAI\r\n", "commercial_management", 33, None),
        (b"#FLG 000\r\n#VER 33\r\n#MPLG\r\n", "commercial_management", 33, None),
        (b"#FLG 000\r\n#VER 19\r\n#CART\r\n", "commercial_management", 19, None),
        (b"#FLG 000\r\n#VER 23\r\n#IIMO\r\n", "fixed_assets", 23, None),
        (b"#FLG 000\r\n#VER 23\r\n#DEV EUR\r\n#MECG\r\n", "accounting", 23, "EUR"),
        (
            b"#FLG 000\r\n#VER 33\r\n#DEV EUR\r\n#CPAI\r\n",
            "commercial_management",
            33,
            "EUR",
        ),
        (
            b"#FLG 000\r\n#VER 31\r\n#DEV EUR\r\n#CMOTIF\r\n#MECG\r\n",
            "accounting",
            31,
            "EUR",
        ),
        (b"#FLG 000\r\n#VER x\r\n#DEV EUR\r\n#MECG\r\n", "accounting", None, "EUR"),
    ],
)
def test_the_header_tells_module_and_version(
    head: bytes, module: str, version: int | None, currency: str | None
) -> None:
    file = wire.read(head)

    assert (file.dialect.module, file.dialect.version) == (module, version)
    assert file.header.currency == currency
    assert bytes(file) == head


@pytest.mark.parametrize(
    "end",
    [b"", b"#FIN", b"#FIN ", b"#FIN\r\n", b"#FIN\r\n\x1a", b"#FIN\r\nmore\r\n#MECG\r\n"],
)
def test_the_end_may_look_like_anything(end: bytes) -> None:
    data = HEAD + b"#MECA\r\n1\r\nS\r\n1,00\r\n\r\n" + end
    file = wire.read(data)

    assert [record.fields for record in file.records] == [("1", "S", "1,00", "")]
    assert file.trailer.encode("cp850") == end
    assert bytes(file) == data


def test_a_file_may_be_nothing_but_its_header() -> None:
    assert wire.read(HEAD).records == []
    assert bytes(wire.read(HEAD)) == HEAD


def test_a_stream_reads_a_file_block_by_block() -> None:
    asked: list[int] = []

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            asked.append(size or 0)
            return super().read(size)

    stream = wire.stream(Slow(some_file(20_000)))
    next(stream)

    assert len(asked) <= 3
    assert sum(1 for _ in stream) == 19_999
    assert stream.trailer == "#FIN\r\n"


@pytest.mark.parametrize(
    "blocks",
    [
        (HEAD if not n else b"x" * 100_000 for n in range(1_000)),
        (HEAD + b"#MLIB\r\n" if not n else b"x" * 100_000 for n in range(1_000)),
        (HEAD + b"#FIN\r\n" if not n else b"x" * 100_000 for n in range(1_000)),
        (HEAD + b"#MLIB\r\n" if not n else b"\r\n#1 " * 20_000 for n in range(1_000)),
        (HEAD + b"#FIN\r\n" if not n else b"\r\n#MLIB" * 20_000 for n in range(1_000)),
    ],
    ids=["header", "record", "trailer", "number signs", "flags after the end"],
)
def test_an_endless_record_is_refused_in_bounded_memory(blocks: Iterator[bytes]) -> None:
    with pytest.raises(FileFormatError) as caught:
        for _ in wire.stream(blocks, name="huge.txt"):
            pass

    assert (caught.value.code, caught.value.file) == ("SC-FLAT-TOO-LONG", "huge.txt")
    assert next(blocks, None) is not None


@pytest.mark.parametrize(
    "follows", [b"what follows\r\n", b"#MECG\r\n1\r\n", b"#1\r", b"x\n#"]
)
def test_a_long_trailer_is_kept_whole(
    follows: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flat, "BLOCK", 64)
    data = some_file(2) + follows * 50

    file = wire.read(data)

    assert (len(file.records), bytes(file)) == (2, data)
    assert file.trailer.encode() == b"#FIN\r\n" + follows * 50


def test_what_is_not_flat_is_refused_with_advice() -> None:
    with pytest.raises(FileFormatError) as caught:
        wire.read(b"%PDF-1.7 ...", name="export.pdf")

    assert "export.pdf: SC-FILE-KIND: The file is a PDF" in str(caught.value)
    assert "Format Sage" in caught.value.fix


def test_text_is_no_source() -> None:
    with pytest.raises(TypeError, match="binary mode"):
        wire.read("#FLG 000")  # type: ignore[arg-type]  # refused at run time too
    with pytest.raises(TypeError, match="binary mode"):
        wire.read(io.StringIO("#FLG 000"))  # type: ignore[arg-type]  # as above


def test_another_code_page_can_be_asked_for() -> None:
    data = HEAD + b"#MLIB\r\nA\r\n\x9d\r\n#FIN\r\n"

    assert [
        wire.read(data, encoding=name).records[0].fields[1] for name in ("cp850", "cp437")
    ] == [
        "Ø",
        "¥",
    ]
    assert bytes(wire.read(data, encoding="cp437")) == data
