"""Items of a batch made ready to go: pieces with their numbers, records, bytes."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any, Final

import attrs

from ..ledger import PreviewEntry
from ..ledger.batch import Batch, content_digest
from ..model import Customer, DimensionValue, Reference, Supplier
from ..model.convert import to_dict
from .codec import Posted, entry_bytes, import_file, master_bytes
from .piece import Piece
from .pieces import PieceMaker
from .registry import Entry, Registry
from .settings import Sage100Settings
from .standing import names_of, owner_of, settled_by

NEXT: Final = "?"
"""What stands for a piece number that only the registry can give."""
MASTER: Final = (Customer, Supplier, DimensionValue)
"""Master data that is written."""
_PIECE_LENGTH: Final = 13


def is_piece_number(number: str) -> bool:
    """Return whether a document's number can be its piece number too.

    Letters and digits are safe. Whether Sage takes a hyphen in this field is not known (it
    does not in a fixed asset's number), so such a number stands in the invoice number's
    field alone and the piece gets one of the registry's own.
    """
    return (
        0 < len(number) <= _PIECE_LENGTH
        and number.isascii()
        and number.isalnum()
        and number == number.upper()
    )


# An entry has its time once it is handed over.
_NEVER: Final = dt.datetime.min.replace(tzinfo=dt.UTC)


@attrs.frozen(kw_only=True)
class Ready:
    """An item that may go, and what it becomes.

    Attributes:
        at: Its position in the batch.
        number: Its piece number or code.
        content: Its records.
        piece: Its piece; None for master data.
    """

    at: int
    number: str
    content: bytes
    piece: Piece | None = None


class Writer:
    """Makes items ready to go, and takes them into the registry."""

    def __init__(
        self, settings: Sage100Settings, reference: Reference, registry: Registry
    ) -> None:
        self._settings = settings
        self._reference = reference
        self._registry = registry
        self._pieces = PieceMaker(settings, reference)

    def ready(self, batch: Batch, at: int, item: Any, *, posting: bool) -> Ready:
        """Return what an item becomes.

        Raises:
            CodecError: It cannot be written; nothing of it is taken.
        """
        key = batch.keys[at]
        entry = Entry(
            digest=key.digest,
            content=content_digest(batch.items[at]),
            kind=item.type,
            id=key.id,
            file="",
            at=_NEVER,
        )
        if isinstance(item, MASTER):
            content = master_bytes(item, self._settings, self._reference)
            self._registry.take(attrs.evolve(entry, id=item.code, master=to_dict(item)))
            return Ready(at=at, number=item.code, content=content)
        piece = self._pieces.piece(item)
        number = self._number(item.number, piece)
        shown = number if posting or number == item.number else NEXT
        posted = Posted(piece=piece, number=shown, digest=key.digest)
        content = entry_bytes(posted, self._reference)
        self._registry.take(
            attrs.evolve(
                entry,
                id=number,
                journal=piece.journal,
                number=item.number,
                names=names_of(item),
                owner=owner_of(item),
                reverses=item.reverses,
                gross=piece.gross,
                currency=item.currency,
                settles=tuple(part for _, part in settled_by(item, self._registry)),
            )
        )
        return Ready(at=at, number=shown, content=content, piece=piece)

    def _number(self, number: str, piece: Piece) -> str:
        used = self._registry.pieces.get(piece.journal, ())
        if is_piece_number(number) and number not in used:
            return number
        return self._registry.next_piece(piece.journal)


def file_of(ready: Sequence[Ready], reference: Reference) -> bytes:
    """Return the import file of a batch; b"" for none."""
    return import_file((one.content for one in ready), reference) if ready else b""


def entries_of(ready: Ready) -> Iterator[PreviewEntry]:
    """Yield the lines of an item as a preview shows them."""
    piece = ready.piece
    if piece is None:
        return
    for line in piece.lines:
        yield PreviewEntry(
            document=piece.invoice_number,
            journal=piece.journal,
            date=piece.date,
            piece=ready.number,
            account=line.account,
            party=line.third_party,
            label=line.label,
            debit=str(line.amount) if line.debit else "",
            credit="" if line.debit else str(line.amount),
            analytic=", ".join(f"{one.section} {one.amount}" for one in line.shares),
        )
