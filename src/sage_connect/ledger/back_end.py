"""What a product's rooms provide: plans and pure functions, without a mode and without I/O.

Every seat of every ledger is built on this one class, so that what a verb promises is kept
in one place and a new product writes only what is its own.
"""

import abc
import datetime as dt
import enum
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from ..errors import NotFoundError, UnsupportedError
from ..model import (
    Attachment,
    AttachmentInfo,
    Document,
    ExchangeRate,
    MasterData,
    Reference,
)
from ..plan import Page, Plan
from ..validation import Checker, Report, Severity
from .capabilities import Capabilities, Verb
from .key import Key
from .outcome import Outcome, Preview, Receipt, State

if TYPE_CHECKING:
    from ..validation.repairs import Remedies, Repairs

Postable: TypeAlias = Document | MasterData
"""What a batch may hold: documents, and the master data that they need."""


class HealthState(enum.StrEnum):
    """How a connection is."""

    OK = "ok"
    EXPIRING = "expiring"
    REAUTH_NEEDED = "reauth_needed"
    THROTTLED = "throttled"
    DOWN = "down"


@attrs.frozen(kw_only=True)
class Health:
    """How a connection is, and why.

    Attributes:
        state: In one word.
        reason: In a sentence; "" when all is well.
        at: When it was so: an aware instant in UTC; None where nobody looked at a clock.
    """

    state: HealthState
    reason: str = ""
    at: dt.datetime | None = None


def judged(report: Report) -> State | None:
    """Return SKIPPED or REFUSED where `report` stops its document; None where it may go.

    A setting that leaves a document out comes first: what else is wrong with it then does
    not matter.
    """
    if any(one.severity is Severity.SKIP for one in report):
        return State.SKIPPED
    return None if report.ok else State.REFUSED


def code_of(value: Any) -> str:
    """Return what master data is looked up by: its code, or an exchange rate's currency."""
    code: str = value.currency if isinstance(value, ExchangeRate) else value.code
    return code


class BackEnd(abc.ABC):
    """A product, as plans. Not for use by several threads at once.

    Attributes:
        reference: What `load` read last; None before.
    """

    def __init__(self) -> None:
        self.reference: Reference | None = None

    @property
    @abc.abstractmethod
    def capabilities(self) -> Capabilities:
        """What the product can do; narrowed by what `load` found."""

    @property
    @abc.abstractmethod
    def scope(self) -> str:
        """The books that keys belong to."""

    @abc.abstractmethod
    def check(self, items: Sequence[Postable], reference: Reference) -> Report:
        """Apply every rule that fits. Pure."""

    @abc.abstractmethod
    def checker(self, reference: Reference) -> Checker:
        """Return what applies the rules, as `check` does."""

    @property
    def remedies(self) -> "Remedies":
        """What repairs are made of. Imported here: most programs never ask for one."""
        from ..validation.repairs.common import REPAIRS

        return REPAIRS

    def repairs(
        self,
        items: Sequence[Postable],
        reference: Reference,
        *,
        names: Iterable[str],
        guesses: bool,
        totals: bool,
    ) -> "Repairs":
        """Return what would make refused items acceptable under the settings. Pure."""
        from ..validation.repairs import Search

        checker = self.checker(reference)
        case = checker.case(reference)
        search = Search(
            check=lambda batch, _: self.check(batch, reference),
            cases=lambda _: case,
            remedies=self.remedies,
            names=frozenset(names),
            guesses=guesses,
            totals=totals,
            fixed=True,
        )
        return search.run(items, case.settings)

    @abc.abstractmethod
    def preview(self, items: Sequence[Postable], reference: Reference) -> Preview:
        """Return what `post` would do. Pure."""

    @abc.abstractmethod
    def load(self) -> Plan[Reference]:
        """Read the reference data, keep it and return it."""

    @abc.abstractmethod
    def post(self, items: Sequence[Postable] | Preview) -> Plan[tuple[Outcome[Any], ...]]:
        """Post each item once; one outcome for each, in order. Loads what it needs."""

    @abc.abstractmethod
    def reconcile(self, key: Key) -> Plan[Receipt[Document | None] | None]:
        """Look up what stands under `key`; None when surely nothing does.

        The receipt's document is None where the product does not give it back.
        """

    @abc.abstractmethod
    def preflight(self) -> Plan[Report]:
        """Report every setting and precondition that is wrong. Writes nothing."""

    @abc.abstractmethod
    def health(self) -> Plan[Health]:
        """Say how the connection is."""

    def known(self, reference: Reference | None) -> Reference:
        """Return `reference`, else what was loaded, else one that knows nothing."""
        return reference or self.reference or Reference()

    def entries(self, seat: str) -> Plan[Mapping[Any, Any]]:
        """Return a seat's master data by code, read first if need be."""
        self.capabilities.require(seat, Verb.READ)
        reference = self.reference or (yield from self.load())
        found: Mapping[Any, Any] | None = getattr(reference, seat)
        return {} if found is None else found

    def get(self, seat: str, code: str) -> Plan[Any]:
        """Return one value of a seat's master data.

        Raises:
            NotFoundError: There is none.
        """
        for value in (yield from self.entries(seat)).values():
            if code_of(value) == code:
                return value
        raise NotFoundError(f"{seat.replace('_', ' ')}: there is no {code!r}")

    def pages(
        self, seat: str, accepts: Callable[[Any], bool]
    ) -> Callable[[], Plan[Page[Any]]]:
        """Return the plan of the first page of a seat's values that `accepts` takes."""

        def first() -> Plan[Page[Any]]:
            values = (yield from self.entries(seat)).values()
            return Page(tuple(value for value in values if accepts(value)))

        return first

    def find(self, seat: str, key: Key) -> Plan[Document | None]:
        """Return the document that stands under `key`, read back; None when none does."""
        self.capabilities.require(seat, Verb.READ)
        receipt = yield from self.reconcile(key)
        return None if receipt is None else receipt.document

    def read(self, seat: str, id: str) -> Plan[Document]:
        """Return the document with the product's own identity `id`, read back.

        Raises:
            NotFoundError: There is none; the default.
        """
        self.capabilities.require(seat, Verb.READ)
        yield from ()
        raise NotFoundError(f"{seat.replace('_', ' ')}: there is no {id!r}")

    def documents(
        self, seat: str, *, since: date | None, party: str, open: bool | None
    ) -> Callable[[], Plan[Page[Any]]]:
        """Return the plan of the first page of a seat's documents, as `list` asks.

        Raises:
            UnsupportedError: The product's documents cannot be listed; the default.
        """
        asked = f"since={since}, party={party!r}, open={open}"
        raise UnsupportedError(
            f"{self.capabilities.product} cannot list {seat.replace('_', ' ')} ({asked}): "
            f"{self.capabilities.reason(seat, Verb.LIST)}."
        )

    def attach(self, receipt: Receipt[Any], attachment: Attachment) -> Plan[str]:
        """Attach a file to a posted document; return the attachment's id.

        Raises:
            UnsupportedError: The product takes none; the default.
        """
        yield from ()
        raise UnsupportedError(
            f"{self.capabilities.product} takes no attachments: {attachment.name!r} was "
            f"not attached to {receipt.id!r}."
        )

    def attachments(self, receipt: Receipt[Any]) -> Plan[Sequence[AttachmentInfo]]:
        """Return what is attached to a posted document.

        Raises:
            UnsupportedError: The product does not tell; the default.
        """
        yield from ()
        raise UnsupportedError(
            f"{self.capabilities.product} lists no attachments of {receipt.id!r}."
        )

    def attachment(self, receipt: Receipt[Any], id: str) -> Plan[Attachment]:
        """Return a file that is attached to a posted document.

        Raises:
            UnsupportedError: The product does not give it back; the default.
        """
        yield from ()
        raise UnsupportedError(
            f"{self.capabilities.product} gives back no attachment {id!r} of "
            f"{receipt.id!r}."
        )

    def verify_attachments(self) -> Plan[Report]:
        """Look for attached files that are lost or changed.

        Raises:
            UnsupportedError: The product keeps them itself; the default.
        """
        yield from ()
        raise UnsupportedError(
            f"{self.capabilities.product} keeps attachments where nobody can change them."
        )
