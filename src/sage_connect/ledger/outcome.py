"""What became of a document."""

import datetime as dt
import enum
from typing import Any, Generic

import attrs
from typing_extensions import TypeVar

from ..errors import DocumentRejectedError, SageConnectError
from ..model import Attachment, Document, MasterData, Reference
from ..model.fields import FrozenMap, mapping
from ..validation import Report
from .key import Key

D_co = TypeVar("D_co", covariant=True, default=Any)


class State(enum.StrEnum):
    """What became of a document. The value is what JSON carries."""

    CREATED = "CREATED"
    """The product has it."""
    UPDATED = "UPDATED"
    """The product had it and has taken the change: of master data, or by an edit."""
    UNCHANGED = "UNCHANGED"
    """It had been posted before, with the same content; nothing was sent."""
    HANDED_OVER = "HANDED_OVER"
    """It stands whole in an import file, or in the product's queue: what became of it, an
    export or the product's answer will tell."""
    CONFIRMED = "CONFIRMED"
    """An export shows that the handed-over document was imported."""
    SKIPPED = "SKIPPED"
    """A setting leaves it out, such as the period's start; nothing was sent."""
    REFUSED = "REFUSED"
    """Our rules refused it; nothing was sent."""
    FAILED = "FAILED"
    """The product refused it, or took it back; nothing of it stands."""
    NOT_RUN = "NOT_RUN"
    """Something that it depends on failed; nothing was sent."""
    UNKNOWN = "UNKNOWN"
    """Contact was lost: it may stand or not. `documents.reconcile(key)` looks it up."""


POSTED = frozenset(
    {State.CREATED, State.UPDATED, State.UNCHANGED, State.HANDED_OVER, State.CONFIRMED}
)
"""States in which the product has, or will be given, the document exactly once."""


@attrs.frozen(kw_only=True)
class Receipt(Generic[D_co]):
    """Proof that a document was posted, or handed over.

    Attributes:
        key: The key that it stands under.
        id: The product's own identity of it: a UUID, a record number, a piece in Sage 100.
        document: What was posted.
        posted_at: An aware instant in UTC.
        details: What else the product said, in its own words: journal, piece, file…
    """

    key: Key
    id: str
    document: D_co
    posted_at: dt.datetime
    details: FrozenMap[str] = mapping()


@attrs.frozen(kw_only=True)
class Outcome(Generic[D_co]):
    """What became of one document of a batch.

    Attributes:
        document: As it was given.
        key: Its key.
        state: What became of it.
        receipt: Where it is posted; else None.
        report: What the rules said of it, warnings included.
        error: What stopped it, where it failed or is unknown; else None.
    """

    document: D_co
    key: Key
    state: State
    receipt: Receipt[D_co] | None = None
    report: Report = attrs.field(factory=Report)
    error: SageConnectError | None = None

    @property
    def posted(self) -> bool:
        """True when the product has it, or will be given it, exactly once."""
        return self.state in POSTED

    def unwrap(self) -> Receipt[D_co]:
        """Return the receipt, or raise what stopped the document.

        Raises:
            DocumentRejectedError: A rule failed, or a setting left it out.
            SageConnectError: What the back end met.
        """
        if self.receipt is not None and self.posted:
            return self.receipt
        if self.error is not None:
            raise self.error
        raise DocumentRejectedError(self.report)


@attrs.frozen(kw_only=True)
class PreviewEntry:
    """One line that posting would write, as a person reads it.

    Attributes:
        document: Name of the document it comes from.
        journal: Journal code, or "" where the product has none.
        date: Day.
        piece: Piece or entry number; a placeholder where it is given only at posting.
        account: General account.
        party: Third party, or "".
        label: What stands on the line.
        debit: In the base currency, "" for none.
        credit: In the base currency, "" for none.
        analytic: Section and amount of each share, "" for none.
    """

    document: str
    journal: str
    date: dt.date | None
    piece: str
    account: str
    party: str = ""
    label: str = ""
    debit: str = ""
    credit: str = ""
    analytic: str = ""


@attrs.frozen(kw_only=True)
class Preview:
    """What posting would do, frozen: entries, bytes and settings of one moment.

    Attributes:
        documents: What would be posted, in order.
        report: What the rules say of them.
        entries: The lines that would be written.
        content: The bytes that would be sent, secrets masked.
        settings: The settings they were made with.
        reference: The reference data they were made with.
        files: What would be written beside `content`: attachments, and the lists of them.
    """

    documents: tuple[Document | MasterData, ...]
    report: Report
    entries: tuple[PreviewEntry, ...]
    content: bytes = attrs.field(repr=lambda content: f"<{len(content)} bytes>")
    settings: object = attrs.field(repr=False)
    reference: Reference = attrs.field(repr=False)
    files: tuple[Attachment, ...] = ()
