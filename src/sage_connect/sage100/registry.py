"""What has been handed over, under which key: the guard against posting twice.

A file of lines beside the import files. Each line is a JSON object with its own check sum;
one that a crash cut short is told from a damaged one and dropped. A batch is handed over in
three steps, each durable before the next:

1. the import file is written, whole, as `state/BATCH.pending`;
2. a line is added here that names the batch, its keys and its file;
3. the pending file is renamed into `imports/`, which is the moment of handing over.

After a crash the pending file tells the rest: still there, the batch never left and is
called off; gone, it left, whatever has become of it in `imports/` since.
"""

import datetime as dt
import json
import zlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

import attrs

from ..errors import StorageError

_VERSION: Final = 1


@attrs.frozen(kw_only=True)
class Entry:
    """One document, or third party, that was handed over.

    Attributes:
        digest: Digest of its key.
        content: Digest of its content.
        kind: Its type.
        id: Its identity: the piece in its journal, or the third party's code.
        journal: Journal of the piece, or "".
        batch: Batch that it left with.
        file: Name of the import file.
        at: When, an aware instant in UTC.
    """

    digest: str
    content: str
    kind: str
    id: str
    journal: str
    batch: str
    file: str
    at: dt.datetime


@attrs.define(kw_only=True)
class Registry:
    """What was handed over for one company.

    Attributes:
        scope: The books that the keys belong to; "" for a new registry.
        entries: By digest of the key; for a third party sent again, the newest.
        pieces: Piece numbers used, by journal.
        last: The newest batch that was not called off; "" for none.
        kept: The good lines, as bytes.
        torn: True when a crash cut the last line short: it is dropped, and `kept` must be
            written back before anything is added.
    """

    scope: str = ""
    entries: dict[str, Entry] = attrs.field(factory=dict[str, Entry])
    pieces: dict[str, set[str]] = attrs.field(factory=dict[str, set[str]])
    last: str = ""
    kept: bytes = attrs.field(default=b"", repr=False)
    torn: bool = False

    def next_piece(self, journal: str) -> str:
        """Return a piece number that this registry has not used in `journal`.

        A prefix keeps it apart from the numbers that people and Sage itself give.
        """
        used = self.pieces.setdefault(journal, set())
        number = len(used) + 1
        while f"SC{number:07d}" in used:
            number += 1
        return self.take_piece(journal, f"SC{number:07d}")

    def take_piece(self, journal: str, piece: str) -> str:
        """Mark `piece` as used in `journal`, and return it."""
        self.pieces.setdefault(journal, set()).add(piece)
        return piece


def read_registry(content: bytes, *, file: str) -> Registry:
    """Read a registry.

    Args:
        content: The file's bytes; b"" for a new one.
        file: Its path, for messages.

    Raises:
        StorageError: A line is damaged otherwise than by a crash: nobody can tell any more
            what was posted.
    """
    registry = Registry()
    at = 0
    batches: list[Mapping[str, Any]] = []
    for number, line in enumerate(content.splitlines(keepends=True), start=1):
        value = _line(line)
        if value is None:
            if at + len(line) == len(content) and not line.endswith(b"\n"):
                registry.torn = True
                break
            raise StorageError(
                f"line {number} of the registry is damaged, so what was already posted "
                "cannot be told",
                file=file,
                code="SC-S100-REGISTRY",
                fix="Put the file back from a backup. Do not delete it: documents would be "
                "posted twice.",
            )
        at += len(line)
        if "scope" in value:
            registry.scope = value["scope"]
        elif "called_off" in value:
            # Only the newest batch is ever called off; it may be prepared again later.
            batches.pop()
        else:
            batches.append(value)
    registry.kept = content[:at]
    for batch in batches:
        _enter(registry, batch)
    if batches:
        registry.last = batches[-1]["batch"]
    return registry


def opening_line(scope: str) -> bytes:
    """Return the first line of a registry."""
    return _sealed({"v": _VERSION, "scope": scope})


def batch_line(
    *, batch: str, file: str, sha256: str, at: dt.datetime, entries: Iterable[Entry]
) -> bytes:
    """Return the line of a batch that is about to be handed over."""
    rows = [[one.digest, one.content, one.kind, one.journal, one.id] for one in entries]
    return _sealed(
        {
            "v": _VERSION,
            "batch": batch,
            "file": file,
            "sha256": sha256,
            "at": at.isoformat(),
            "entries": rows,
        }
    )


def called_off_line(batch: str) -> bytes:
    """Return the line that says a batch was never handed over."""
    return _sealed({"v": _VERSION, "called_off": batch})


def _enter(registry: Registry, batch: Mapping[str, Any]) -> None:
    at = dt.datetime.fromisoformat(batch["at"])
    for digest, content, kind, journal, id in batch["entries"]:
        registry.entries[digest] = Entry(
            digest=digest,
            content=content,
            kind=kind,
            id=id,
            journal=journal,
            batch=batch["batch"],
            file=batch["file"],
            at=at,
        )
        if journal:
            registry.take_piece(journal, id)


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
