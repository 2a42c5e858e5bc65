"""What a simulated Sage exports, and what people may have done to it."""

import json
import os
import time
import zlib
from collections.abc import Callable
from pathlib import Path

from sage_connect.sage100.confirmation import Confirmation
from sage_connect.sage100.wire import EntryLine, read, write
from sage_connect.testing.demo import export_bytes
from sage_connect.testing.importer import Sage100Importer

Edit = Callable[[list[EntryLine]], list[EntryLine]]


def edited(export: bytes, edit: Edit) -> bytes:
    """Return an export with its entry lines changed; analytic lines are left out."""
    records = [one for one in read(export).records if one.flag != "#MECA"]
    entries = [one for one in records if isinstance(one, EntryLine)]
    others = [one for one in records if not isinstance(one, EntryLine)]
    return b"".join(write([*others, *edit(entries)]))


def export_into(
    folder: Path, content: bytes, name: str = "later.txt", *, hours: int = 1
) -> None:
    """Save an export that Sage made some hours from now."""
    path = folder / "exports" / name
    path.write_bytes(content)
    at = time.time() + 3600 * hours
    os.utime(path, (at, at))


def drift(found: Confirmation) -> list[tuple[str, ...]]:
    """Return what was found, in short."""
    names = ("field", "old", "new", "account")
    return [
        (one.code, one.document, *(one.values.get(name, "") for name in names))
        for one in found.report
    ]


def changed(**changes: object) -> Edit:
    """Return an edit that changes the first line."""
    return lambda lines: [lines[0].replace(**changes), *lines[1:]]


def sage_of(folder: Path, **options: bool) -> Sage100Importer:
    company = Sage100Importer(export_bytes(), **options)
    for file in sorted((folder / "imports").glob("*.txt")):
        assert company.import_file(file.read_bytes()).accepted
    return company


def without_reference(lines: list[EntryLine]) -> list[EntryLine]:
    return [line.replace(reference="") for line in lines]


def forget_contents(folder: Path) -> None:
    """Make the registry one that an earlier version wrote."""
    path = folder / "state" / "registry.ndjson"
    lines: list[bytes] = []
    for line in path.read_bytes().splitlines():
        value = json.loads(line.rpartition(b" ")[0])
        value.pop("content", None)
        text = json.dumps(value, separators=(",", ":")).encode()
        lines.append(text + f" {zlib.crc32(text):08x}\n".encode())
    path.write_bytes(b"".join(lines))
