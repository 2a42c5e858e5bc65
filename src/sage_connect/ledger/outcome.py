"""What became of a document."""

import datetime as dt
import enum
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Generic

import attrs
from typing_extensions import TypeVar

from .._card import counted
from ..errors import DocumentRejectedError, SageConnectError
from ..model import Attachment, Document, MasterData, Reference
from ..model.fields import FrozenMap, mapping
from ..validation import Report
from . import cards
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


@attrs.frozen(kw_only=True, repr=False)
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

    def __repr__(self) -> str:
        return f"<Receipt of {_named(self.key)}: {self.id}>"

    def _repr_html_(self) -> str:
        return cards.receipt_card(self)


@attrs.frozen(kw_only=True, repr=False)
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

    @classmethod
    def _columns_(cls) -> Mapping[str, type]:
        """Return the columns of a frame."""
        return dict.fromkeys(
            (
                "kind",
                "number",
                "party",
                "date",
                "currency",
                "amount",
                "state",
                "id",
                "posted_at",
                "codes",
                "error",
            ),
            str,
        ) | {"date": dt.date, "amount": Decimal, "posted_at": dt.datetime}

    def _row_(self) -> Mapping[str, Any]:
        """Return what a frame says of it, by `_columns_`."""
        return {
            "kind": self.key.kind,
            "number": self.key.number or self.key.id,
            "party": getattr(self.document, "party", "") or self.key.party,
            "date": getattr(self.document, "date", None),
            "currency": getattr(self.document, "currency", ""),
            "amount": cards.amount_of(self.document),
            "state": self.state.value,
            "id": self.receipt.id if self.receipt else "",
            "posted_at": self.receipt.posted_at if self.receipt else None,
            "codes": " ".join(dict.fromkeys(one.code for one in self.report)),
            "error": "" if self.error is None else str(self.error),
        }

    def __repr__(self) -> str:
        why = "" if self.error is None else f": {self.error!r}"
        if not self.posted and not why and self.report.errors:
            why = f": {', '.join(dict.fromkeys(one.code for one in self.report.errors))}"
        return f"<Outcome {self.state.value} of {_named(self.key)}{why}>"

    def _repr_html_(self) -> str:
        return cards.outcome_card(self)


def _named(key: Key) -> str:
    return f"{key.kind} {key.number or key.id}"


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


@attrs.frozen(kw_only=True, repr=False)
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
    content: bytes
    settings: object
    reference: Reference
    files: tuple[Attachment, ...] = ()

    def __repr__(self) -> str:
        refused = len({one.index for one in self.report.errors})
        return (
            f"<Preview of {counted(len(self.documents), 'document')}: "
            f"{counted(len(self.entries), 'entry line')}, "
            f"{counted(len(self.content), 'byte')}, {refused:,} refused>"
        )

    def _repr_html_(self) -> str:
        return cards.preview_card(self)
