"""What has been handed over, under which key: the guard against posting twice.

A file of lines beside the import files. Each line is a JSON object with its own check sum;
one that a crash cut short is told from a damaged one and dropped. A batch is handed over in
three steps, each durable before the next:

1. the import file is written, whole, as `state/sage_connect-DAY-BATCH.pending`, then what
   stands beside it (receipts);
2. a line is added here that names the batch, its keys and its file;
3. the pending file is renamed into `imports/`, which is the moment of handing over.

After a crash the pending file tells the rest: still there, the batch never left and is
called off; gone, it left, whatever has become of it in `imports/` since.
"""

import base64
import datetime as dt
import io
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple, TypeAlias

import attrs

from ..errors import StorageError

Place: TypeAlias = tuple[str, str, str]
"""Type of a document, owner of its number, and the number."""


class Settled(NamedTuple):
    """What money settles of one document.

    Attributes:
        place: The document's.
        amount: In the money's currency; below zero where it is given back.
    """

    place: Place
    amount: Decimal


_VERSION: Final = 1
ZERO: Final = Decimal()


@attrs.frozen(kw_only=True)
class Entry:
    """One document, or piece of master data, that was handed over.

    Attributes:
        digest: Digest of its key.
        content: Digest of its content.
        kind: Its type.
        id: Its identity: the piece in its journal, or the code.
        journal: Journal of the piece, or "".
        number: The document's own number, or "".
        names: What it is known by besides: the supplier's number, the caller's identity.
        owner: The party whose number it is, where numbers are unique for a party only.
        reverses: Number of the document that it takes back, or "".
        gross: Total with tax, in the document's currency; 0 for master data.
        currency: ISO 4217 code of `gross`, or "" for master data.
        settles: What it settles, where it is money.
        master: Master data as JSON would have it; empty for a document.
        file: Name of the import file.
        at: When, an aware instant in UTC.
    """

    digest: str
    content: str
    kind: str
    id: str
    journal: str = ""
    number: str = ""
    names: tuple[str, ...] = ()
    owner: str = ""
    reverses: str = ""
    gross: Decimal = ZERO
    currency: str = ""
    settles: tuple[Settled, ...] = ()
    master: Mapping[str, Any] = attrs.field(factory=dict[str, Any])
    file: str
    at: dt.datetime


@attrs.define(kw_only=True)
class Registry:
    """What was handed over for one company.

    Attributes:
        scope: The books that the keys belong to; "" for a new registry.
        entries: By digest of the key.
        pieces: Piece numbers used, by journal.
        numbers: Digest of the key that a document's number was used under, by type, owner
            and number.
        names: The same by what a document is known by besides.
        taken_back: What reversals of a document come to, by their type, owner and its
            number.
        settled: What money settles of a document, by its place.
        files: Names of the import files of all batches.
        last: The newest batch that was not called off; "" for none.
        newest: Name of its import file, or "".
        kept: The good lines, as bytes.
        torn: True when the last line was cut short: `kept` must be written back before
            anything is added.
    """

    scope: str = ""
    entries: dict[str, Entry] = attrs.field(factory=dict[str, Entry])
    pieces: dict[str, set[str]] = attrs.field(factory=dict[str, set[str]])
    numbers: dict[Place, str] = attrs.field(factory=dict[Place, str])
    names: dict[Place, str] = attrs.field(factory=dict[Place, str])
    taken_back: dict[Place, Decimal] = attrs.field(factory=dict[Place, Decimal])
    settled: dict[Place, Decimal] = attrs.field(factory=dict[Place, Decimal])
    files: set[str] = attrs.field(factory=set[str])
    last: str = ""
    newest: str = ""
    kept: bytes = attrs.field(default=b"", repr=False)
    torn: bool = False

    def next_piece(self, journal: str) -> str:
        """Return a piece number that this registry has not used in `journal`.

        A prefix keeps it apart from the numbers that people and Sage itself give.
        """
        used = self.pieces.get(journal, set())
        number = len(used) + 1
        while f"SC{number:07d}" in used:
            number += 1
        return f"SC{number:07d}"

    def place(self, place: Place) -> Place:
        """Return the place of the document that `place` names, by whatever name.

        Itself where none was handed over under it.
        """
        if place in self.numbers or place not in self.names:
            return place
        entry = self.entries[self.names[place]]
        return entry.kind, entry.owner, entry.number or entry.names[-1]

    def take(self, entry: Entry) -> None:
        """Remember what is handed over, or about to be."""
        self.entries[entry.digest] = entry
        if entry.journal:
            self.pieces.setdefault(entry.journal, set()).add(entry.id)
        for name in entry.names:
            self.names.setdefault((entry.kind, entry.owner, name), entry.digest)
        number = entry.number or (entry.names[-1] if entry.names else "")
        if number:
            self.numbers.setdefault((entry.kind, entry.owner, number), entry.digest)
        if entry.reverses:
            place = entry.kind, entry.owner, entry.reverses
            self.taken_back[place] = self.taken_back.get(place, ZERO) + entry.gross
        for place, amount in entry.settles:
            self.settled[place] = self.settled.get(place, ZERO) + amount


def read_registry(content: bytes, *, file: str) -> Registry:
    """Read a registry.

    Args:
        content: The file's bytes; b"" for a new one.
        file: Its path, for messages.

    Raises:
        StorageError: A line is damaged otherwise than by a crash, or of a newer version:
            nobody can tell any more what was posted.
    """
    registry = Registry()
    at = 0
    batches: list[Mapping[str, Any]] = []
    for number, line in enumerate(content.splitlines(keepends=True), start=1):
        value = _line(line)
        if value is None and at + len(line) == len(content) and not line.endswith(b"\n"):
            registry.torn = True
            break
        if value is None or value.get("v") != _VERSION:
            raise damaged(file, f"line {number} cannot be read")
        at += len(line)
        if "scope" in value:
            registry.scope = value["scope"]
        elif "called_off" in value:
            # Only the newest batch is ever called off.
            if not batches or batches.pop()["batch"] != value["called_off"]:
                raise damaged(file, f"line {number} calls off what is not there")
        else:
            batches.append(value)
    registry.kept = content[:at]
    for batch in batches:
        registry.files.add(batch["file"])
        for entry in _entries(batch):
            registry.take(entry)
    if batches:
        registry.last, registry.newest = batches[-1]["batch"], batches[-1]["file"]
    return registry


def contents(registry: Registry) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each import file, oldest first, one at a time.

    Batches of a registry that earlier versions wrote have no content and are left out.
    """
    for line in io.BytesIO(registry.kept):
        value = _line(line)
        # Every line was read before: one that cannot be is not in `kept`.
        if value and value.get("file") in registry.files and "content" in value:
            yield value["file"], zlib.decompress(base64.b64decode(value["content"]))


def import_files(content: bytes) -> frozenset[str]:
    """Return the SHA-256 of every import file that a registry can be read of.

    For a look without the lock, which must go on where the registry is damaged or is just
    being written: who is about to post reads it with `read_registry`.
    """
    values = filter(None, map(_line, io.BytesIO(content)))
    return frozenset(one["sha256"] for one in values if "sha256" in one)


def confirmed_bytes(confirmed: Mapping[str, str]) -> bytes:
    """Return the file of what exports have shown: name of the export by digest of key."""
    by_export: dict[str, list[str]] = {}
    for digest, export in confirmed.items():
        by_export.setdefault(export, []).append(digest)
    return b"".join(
        _sealed({"v": _VERSION, "export": export, "keys": digests})
        for export, digests in by_export.items()
    )


def read_confirmed(content: bytes, *, file: str) -> dict[str, str]:
    """Read what exports have shown.

    Raises:
        StorageError: A line is damaged, or of a newer version.
    """
    confirmed: dict[str, str] = {}
    for number, line in enumerate(content.splitlines(keepends=True), start=1):
        value = _line(line)
        if value is None or value.get("v") != _VERSION:
            raise StorageError(
                f"expected what exports have shown, but line {number} cannot be read",
                file=file,
                code="SC-S100-CONFIRMED",
                fix="Delete the file and confirm again: it is made anew from the exports "
                "that stand in the folder.",
            )
        confirmed.update(dict.fromkeys(value["keys"], value["export"]))
    return confirmed


def damaged(file: str, how: str) -> StorageError:
    """Return the error on a registry that cannot be trusted."""
    return StorageError(
        f"expected the whole registry of what was handed over, but {how}, so what was "
        "already posted cannot be told",
        file=file,
        code="SC-S100-REGISTRY",
        fix="Put back its newest copy, with everything handed over since; neither delete "
        "it nor go back to an older one: documents would be posted twice.",
    )


def opening_line(scope: str) -> bytes:
    """Return the first line of a registry."""
    return _sealed({"v": _VERSION, "scope": scope})


def batch_line(
    *,
    batch: str,
    file: str,
    sha256: str,
    at: dt.datetime,
    entries: Iterable[Entry],
    content: bytes,
) -> bytes:
    """Return the line of a batch that is about to be handed over.

    The file itself is kept in it, deflated to about a sixth of its size: what an export
    shows later is compared with it, and what Sage says of it is looked up in it, long after
    it has left `imports/`.
    """
    return _sealed(
        {
            "v": _VERSION,
            "batch": batch,
            "file": file,
            "sha256": sha256,
            "at": at.isoformat(),
            "entries": [_row(one) for one in entries],
            "content": base64.b64encode(zlib.compress(content)).decode("ascii"),
        }
    )


def called_off_line(batch: str) -> bytes:
    """Return the line that says a batch was never handed over."""
    return _sealed({"v": _VERSION, "called_off": batch})


# Short names, since every document ever handed over has a row.
_NAMES: Final = {
    "digest": "k",
    "content": "c",
    "kind": "t",
    "id": "i",
    "journal": "j",
    "number": "n",
    "names": "w",
    "owner": "o",
    "reverses": "r",
    "gross": "g",
    "currency": "u",
    "settles": "s",
    "master": "p",
}


def _row(entry: Entry) -> Mapping[str, Any]:
    values = {short: getattr(entry, name) for name, short in _NAMES.items()}
    values["g"] = str(entry.gross) if entry.gross else ""
    values["s"] = [[*one.place, str(one.amount)] for one in entry.settles]
    return {short: value for short, value in values.items() if value}


def _entries(batch: Mapping[str, Any]) -> Iterable[Entry]:
    at = dt.datetime.fromisoformat(batch["at"])
    for row in batch["entries"]:
        values = {name: row[short] for name, short in _NAMES.items() if short in row}
        values["gross"] = Decimal(row.get("g", "0"))
        values["names"] = tuple(row.get("w", ()))
        values["settles"] = tuple(
            Settled((kind, owner, number), Decimal(amount))
            for kind, owner, number, amount in row.get("s", ())
        )
        yield Entry(**values, file=batch["file"], at=at)


def _sealed(value: Mapping[str, Any]) -> bytes:
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return f"{text} {zlib.crc32(text.encode('ascii')):08x}\n".encode("ascii")


def _line(line: bytes) -> dict[str, Any] | None:
    """Return the value of a whole line; None for one that is damaged or cut short."""
    text, _, seal = line.rstrip(b"\n").rpartition(b" ")
    if not line.endswith(b"\n") or seal != f"{zlib.crc32(text):08x}".encode("ascii"):
        return None
    value: dict[str, Any] = json.loads(text)
    return value
