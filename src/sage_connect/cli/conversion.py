"""`convert`: files of entries, rewritten byte for byte or in another format."""

import os
import tomllib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final, Literal

import attrs
import click

from ..drive.files import read_file, write_file
from ..errors import ConfigurationError
from ..ledger.settings import settings_from
from ..sage100.wire import (
    DelimitedLayout,
    Loss,
    Target,
    column_sheet,
    convert,
    pnm,
    recognise,
    stream,
)
from ..sage100.wire.delimited import PRESETS
from ..sage100.wire.fec.lines import Lines
from ..sage100.wire.flat import blocks_of as whole_blocks_of
from .files import blocks_of, name_of

_TARGETS: Final = {
    "flat:31": Target(kind="flat", number=31),
    "flat:25": Target(kind="flat", number=25),
    "flat:14": Target(kind="flat", number=14),
    "flat:5": Target(kind="flat", number=5),
    "pnm:199": Target(kind="pnm", number=199),
    "pnm:138": Target(kind="pnm", number=138),
    "fec": Target(kind="fec"),
}
_DELIMITED: Final = "delimited:"


@attrs.frozen(kw_only=True)
class Converted:
    """What a conversion did.

    Attributes:
        bytes: Size of the file written.
        rows: Lines of entries in it; where it is a copy, records.
        losses: What it does not say as the file read does.
        copied: Whether it is a copy.
    """

    bytes: int
    rows: int
    losses: Sequence[Loss] = ()
    copied: bool = False


def convert_file(
    path: str,
    out: str,
    *,
    target: str | None,
    layout: str | None,
    company: str,
    sheet: str | None,
    language: Literal["en", "fr"],
) -> Converted:
    """Convert the file at `path`, or standard input; `out` appears whole or not at all.

    Args:
        path: The file, or "-".
        out: The file to write.
        target: Such as "flat:14"; None for a copy.
        layout: Name or TOML file of the layout of a delimited `path`.
        company: Name on the first line of a PNM file.
        sheet: Where to write the column sheet, when all of `path` was read; None for
            nowhere.
        language: Of the column sheet.

    Raises:
        FileFormatError, CodecError: It cannot be read or converted; nothing is written.
        StorageError: It cannot be read, or `out` cannot be written.
        ConfigurationError: A layout that does not fit.
    """
    if target is None:
        if layout or company or sheet:
            raise click.UsageError("--from, --company and --sheet need a format: add --to")
        return _copy(path, out)
    wanted = _target(target, company)
    if sheet and wanted.kind != "delimited":
        raise click.UsageError("--sheet is for --to delimited:LAYOUT")
    if sheet and (_same(sheet, out) or _same(sheet, path)):
        raise click.UsageError("FILE, OUT and --sheet are three files: name them apart")
    blocks = convert(
        blocks_of(path),
        wanted,
        name=name_of(path),
        layout=None if layout is None else layout_named(layout),
    )

    def all_read() -> None:
        # While OUT is still to appear: with both of them, or with neither.
        if sheet:
            write_file(sheet, column_sheet(wanted.layout, language).encode("utf-8"))

    size = _write(out, blocks, all_read)
    return Converted(bytes=size, rows=blocks.rows, losses=tuple(blocks.losses))


def _same(one: str, other: str) -> bool:
    """Tell whether two paths name one file, which may not exist yet."""
    first, second = Path(one), Path(other)
    if first.exists() and second.exists():
        return first.samefile(second)
    # Names that differ in their case alone are one on Windows.
    return os.path.normcase(first.resolve()) == os.path.normcase(second.resolve())


def _copy(path: str, out: str) -> Converted:
    name = name_of(path)
    records = 0

    def chunks() -> Iterator[bytes]:
        nonlocal records
        held: deque[bytes] = deque()

        def kept() -> Iterator[bytes]:
            for block in blocks_of(path):
                held.append(block)
                yield block

        for _ in _records(kept(), name):
            records += 1
            while held:
                yield held.popleft()
        yield from held

    size = _write(out, chunks())
    return Converted(bytes=size, rows=records, copied=True)


def _records(source: Iterator[bytes], name: str) -> Iterator[object]:
    """Read a file of any kind that is recognised, record by record."""
    blocks = whole_blocks_of(source)
    start = next(blocks, b"")
    whole = chain((start,), blocks)
    kind = recognise(start, name).kind
    if kind == "fec":
        lines = chain.from_iterable(texts for _, texts in Lines(whole, name=name))
        # The first has the names of the columns.
        return islice(lines, 1, None)
    return (pnm.stream if kind == "pnm" else stream)(whole, name=name)


def _write(
    out: str, blocks: Iterator[bytes], all_read: Callable[[], None] = lambda: None
) -> int:
    size = 0

    def counted() -> Iterator[bytes]:
        nonlocal size
        for block in blocks:
            size += len(block)
            yield block
        all_read()

    write_file(out, counted())
    return size


def _target(text: str, company: str) -> Target:
    if text.startswith(_DELIMITED):
        found = Target(kind="delimited", layout=layout_named(text.removeprefix(_DELIMITED)))
    elif text in _TARGETS:
        found = _TARGETS[text]
    else:
        known = ", ".join([*_TARGETS, f"{_DELIMITED}LAYOUT"])
        raise click.UsageError(f"--to: expected one of {known}, found {text!r}")
    if found.kind == "pnm" and not company:
        raise click.UsageError("the first line of a PNM file names the company: --company")
    if company and found.kind != "pnm":
        raise click.UsageError("--company is for --to pnm")
    return attrs.evolve(found, company=company)


def layout_named(text: str) -> DelimitedLayout:
    """Return the layout that is known by a name, or described by a TOML file.

    Raises:
        ConfigurationError: There is none of this name; the file is no TOML, or describes no
            layout.
        StorageError: The file cannot be read.
    """
    if text in PRESETS:
        return PRESETS[text]
    if not text.lower().endswith(".toml"):
        raise ConfigurationError(
            f"expected a layout ({', '.join(PRESETS)}) or a .toml file, found {text!r}",
            fix="Describe the layout in a TOML file and give its path.",
        )
    try:
        table = tomllib.loads(read_file(text).decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(
            f"{text}: expected TOML in UTF-8, found {error}", fix="Correct the file."
        ) from error
    try:
        return settings_from(DelimitedLayout, table)
    except ConfigurationError as error:
        raise ConfigurationError(f"{text}: {error.message}", fix=error.fix) from error


def conversion_row(done: Converted) -> dict[str, Any]:
    """Return what `convert --json` prints."""
    return {
        "bytes": done.bytes,
        "rows": done.rows,
        "losses": [
            {
                "field": one.field,
                "count": one.count,
                "line": one.line,
                "example": one.example,
                "reason": one.reason,
            }
            for one in done.losses
        ],
    }
