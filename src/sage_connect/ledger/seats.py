"""The seats of a ledger: what a user calls, in either mode, on top of a back end."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, Generic

import attrs
from typing_extensions import TypeVar

from ..errors import UnsupportedError
from ..model import Attachment, AttachmentInfo, Document, MasterData, Reference
from ..model.reversal import reversal
from ..plan import Driver, M, Now, Pages, Plan, Seat, operation
from ..validation import Report
from ..validation.repairs import Repairs
from .back_end import BackEnd, Health, Postable, code_of
from .batch import seat_of
from .capabilities import Verb
from .key import Key
from .outcome import Outcome, Preview, Receipt
from .outcomes import Outcomes

T = TypeVar("T", default=Any)


class _Place(Seat[M], Generic[M]):
    """A seat of one name on one back end."""

    def __init__(self, driver: Driver[M], back_end: BackEnd, name: str) -> None:
        super().__init__(driver)
        self._back_end: BackEnd = back_end
        self._name: str = name

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} {self._name} of {self._back_end.capabilities.product}>"
        )


class Directory(_Place[M], Generic[T, M]):
    """Master data to look up."""

    @operation
    def get(self, code: str) -> Plan[T]:
        """Return the value with this code.

        Raises:
            NotFoundError: There is none.
            UnsupportedError: The product does not let it be read.
        """
        value: T = yield from self._back_end.get(self._name, code)
        return value

    def list(self, **filters: object) -> Pages[T, M]:
        """Iterate over the values whose attributes equal all `filters`.

        `accounts.list(kind="expense")` gives the expense accounts.
        """

        def accepts(value: object) -> bool:
            for name in filters:
                if not hasattr(value, name):
                    raise TypeError(f"{self._name} have no {name!r} to be listed by")
            return all(getattr(value, name) == wanted for name, wanted in filters.items())

        return self._pages(accepts)

    def search(self, text: str) -> Pages[T, M]:
        """Iterate over the values whose code or name contains `text`, in any case."""
        wanted = text.casefold()

        def accepts(value: Any) -> bool:
            name = getattr(value, "name", getattr(value, "description", ""))
            return wanted in f"{code_of(value)} {name}".casefold()

        return self._pages(accepts)

    def _pages(self, accepts: Callable[[Any], bool]) -> Pages[T, M]:
        return Pages(self._driver, self._back_end.pages(self._name, accepts))


class Register(Directory[T, M]):
    """Master data that may also be sent."""

    def check(self, value: T, *, reference: Reference | None = None) -> Report:
        """Apply the common and the product's rules. Pure; sends nothing."""
        return self._back_end.check(
            _given((value,), self._name), self._back_end.known(reference)
        )

    def preview(self, value: T, *, reference: Reference | None = None) -> Preview:
        """Return the records and bytes that `upsert` would make. Pure."""
        return self._back_end.preview(
            _given((value,), self._name), self._back_end.known(reference)
        )

    @operation
    def upsert(self, values: Iterable[T]) -> Plan[Outcomes[T]]:
        """Create what is new and update what has changed; one outcome each, in order.

        Raises:
            UnsupportedError: The product does not take this kind from outside.
        """
        self._back_end.capabilities.require(self._name, Verb.CREATE)
        outcomes: tuple[Outcome[T], ...] = yield from self._back_end.post(
            _given(values, self._name)
        )
        return Outcomes(outcomes)

    @operation
    def post(self, value: T) -> Plan[Receipt[T]]:
        """Create or update one value.

        Raises:
            DocumentRejectedError: A rule failed; nothing was sent.
            UnsupportedError: The product does not take this kind from outside.
        """
        self._back_end.capabilities.require(self._name, Verb.CREATE)
        outcomes: tuple[Outcome[T], ...] = yield from self._back_end.post(
            _given((value,), self._name)
        )
        return outcomes[0].unwrap()


class Outbox(_Place[M], Generic[T, M]):
    """Documents of one kind, to be posted. Every ledger has these."""

    def check(self, document: T, *, reference: Reference | None = None) -> Report:
        """Apply the common and the product's rules. Pure; sends nothing.

        Args:
            document: To be looked at; it is not changed.
            reference: What to check against; by default what `company.load()` read.
        """
        return self._back_end.check(
            _given((document,), self._name), self._back_end.known(reference)
        )

    def preview(self, document: T, *, reference: Reference | None = None) -> Preview:
        """Return the entries and bytes that `post` would make, secrets masked. Pure."""
        return self._back_end.preview(
            _given((document,), self._name), self._back_end.known(reference)
        )

    @operation
    def post(self, document: T) -> Plan[Receipt[T]]:
        """Check, encode and hand over one document.

        Raises:
            DocumentRejectedError: A rule failed; nothing was sent.
            RemoteError: The product refused.
            OutcomeUnknownError: Contact was lost after sending; carries document and key.
            UnsupportedError: The product does not take this kind.
        """
        self._back_end.capabilities.require(self._name, Verb.CREATE)
        outcomes: tuple[Outcome[T], ...] = yield from self._back_end.post(
            _given((document,), self._name)
        )
        return outcomes[0].unwrap()

    @operation
    def post_all(self, documents: Iterable[T]) -> Plan[Outcomes[T]]:
        """Post in batches that the product allows; one outcome per document, in order.

        One bad document never stops the others.

        Raises:
            UnsupportedError: The product does not take this kind.
        """
        self._back_end.capabilities.require(self._name, Verb.CREATE)
        outcomes: tuple[Outcome[T], ...] = yield from self._back_end.post(
            _given(documents, self._name)
        )
        return Outcomes(outcomes)


class Collection(Outbox[T, M]):
    """Documents that can also be read back."""

    @operation
    def get(self, id: str) -> Plan[T]:
        """Return the document with the product's own identity `id`, as on its receipt.

        Raises:
            NotFoundError: There is none.
        """
        document: Any = yield from self._back_end.read(self._name, id)
        return document  # type: ignore[no-any-return] # the back end gives this seat's kind

    @operation
    def find(self, key: Key) -> Plan[T | None]:
        """Return the document posted under `key`, looked up by the key's parts."""
        document: Any = yield from self._back_end.find(self._name, key)
        return document  # type: ignore[no-any-return] # the back end gives this seat's kind

    def list(
        self, *, since: date | None = None, party: str = "", open: bool | None = None
    ) -> Pages[T, M]:
        """Iterate lazily: `for` in sync mode, `async for` in async mode.

        Args:
            since: Only documents of this day or later.
            party: Only those of this customer or supplier.
            open: Only those with (True) or without (False) something left to settle.
        """
        return Pages(
            self._driver,
            self._back_end.documents(self._name, since=since, party=party, open=open),
        )


class Documents(Seat[M]):
    """Mixed batches, sorted by what depends on what."""

    def __init__(self, driver: Driver[M], back_end: BackEnd) -> None:
        super().__init__(driver)
        self._back_end: BackEnd = back_end

    def check(
        self, documents: Iterable[Postable], *, reference: Reference | None = None
    ) -> Report:
        """Return everything wrong with all of them, before anything is sent. Pure."""
        return self._back_end.check(_given(documents), self._back_end.known(reference))

    def repairs(
        self,
        documents: Iterable[Postable],
        *,
        reference: Reference | None = None,
        names: Iterable[str] = (),
        guesses: bool = False,
        totals: bool = False,
    ) -> Repairs:
        """Return what would make refused documents acceptable, tried and previewed. Pure.

        Nothing is changed: post `repairs(...).documents` to take all of it.

        Args:
            documents: To be looked at; they stay as they are.
            reference: As for `check`.
            names: Only these repairs, such as "nearest-code"; empty for all that follow.
            guesses: True to offer also what a person has to look at: another account, tax
                or day, a record made first, something left out.
            totals: True to offer also what changes net, tax, gross or money moved.
        """
        return self._back_end.repairs(
            _given(documents),
            self._back_end.known(reference),
            names=names,
            guesses=guesses,
            totals=totals,
        )

    def preview(
        self, documents: Iterable[Postable], *, reference: Reference | None = None
    ) -> Preview:
        """Return the entries and bytes that `post_all` would make, frozen. Pure."""
        return self._back_end.preview(_given(documents), self._back_end.known(reference))

    @operation
    def post_all(self, documents: Iterable[Postable] | Preview) -> Plan[Outcomes]:
        """Post master data, documents, then payments; one outcome each, in input order.

        Posting the same documents again posts nothing: their outcomes are UNCHANGED.

        Args:
            documents: What to post; or a preview, which is then posted just as it was
                shown, or not at all.

        Raises:
            ConfigurationError: The preview no longer holds; nothing was sent.
        """
        batch = documents if isinstance(documents, Preview) else _given(documents)
        outcomes: Sequence[Outcome[Any]] = yield from self._back_end.post(batch)
        return Outcomes(outcomes)

    @operation
    def reverse(
        self,
        receipt: Receipt[Document],
        *,
        number: str,
        day: date | None = None,
        source_id: str = "",
    ) -> Plan[Receipt[Document]]:
        """Take a posted document back by the opposite document; nothing is ever deleted.

        Args:
            receipt: Of the document to take back.
            number: Of the reversal (a credit note for an invoice).
            day: Of the reversal; the document's own when None.
            source_id: The caller's identity of the reversal, or "".

        Raises:
            DocumentRejectedError: A rule failed; nothing was sent.
            UnsupportedError: The product cannot take this kind back.
        """
        # What is not typed so may come from `reconcile`: it need not know the document.
        if receipt.document is None:  # pyright: ignore[reportUnnecessaryComparison]
            raise UnsupportedError(
                f"{receipt.id!r} cannot be reversed: its receipt has no document.",
                fix="Give the receipt that posting returned, or post the opposite.",
            )
        self._back_end.capabilities.require(seat_of(receipt.document), Verb.REVERSE)
        opposite = reversal(receipt.document, number=number, day=day, source_id=source_id)
        outcomes = yield from self._back_end.post((opposite,))
        done: Receipt[Document] = outcomes[0].unwrap()
        return done

    @operation
    def reconcile(self, key: Key) -> Plan[Receipt[Document | None] | None]:
        """Look up what stands under `key` after a lost contact; None when nothing does.

        The receipt's document is None where the product does not give it back.

        Raises:
            OutcomeUnknownError: It still cannot be told.
        """
        receipt = yield from self._back_end.reconcile(key)
        return receipt


class Company(Seat[M]):
    """The company behind the ledger."""

    def __init__(self, driver: Driver[M], back_end: BackEnd) -> None:
        super().__init__(driver)
        self._back_end: BackEnd = back_end

    @operation
    def load(self) -> Plan[Reference]:
        """Read accounts, taxes, parties and options; they are kept for `check`.

        Raises:
            UnsupportedError: The product's data cannot be read; says how to provide them.
        """
        reference = yield from self._back_end.load()
        return reference

    @operation
    def preflight(self) -> Plan[Report]:
        """Report each setting and precondition that is wrong, and who mends it where."""
        report = yield from self._back_end.preflight()
        return report

    @operation
    def health(self) -> Plan[Health]:
        """Say how the connection is now: it is tried, once."""
        health = yield from self._back_end.health()
        now = yield from Now()
        return attrs.evolve(health, at=now)


class Attachments(Seat[M]):
    """Files attached to posted documents."""

    def __init__(self, driver: Driver[M], back_end: BackEnd) -> None:
        super().__init__(driver)
        self._back_end: BackEnd = back_end

    @operation
    def attach(self, receipt: Receipt[Any], attachment: Attachment) -> Plan[str]:
        """Attach a file to a posted document and return the attachment's id.

        Raises:
            UnsupportedError: The product takes none for this kind.
        """
        id = yield from self._back_end.attach(receipt, attachment)
        return id

    @operation
    def list(self, receipt: Receipt[Any]) -> Plan[Sequence[AttachmentInfo]]:
        """Return what is attached to a posted document, in order, without contents.

        Raises:
            NotFoundError: The receipt is of other books.
            UnsupportedError: The product does not tell.
        """
        found = yield from self._back_end.attachments(receipt)
        return found

    @operation
    def get(self, receipt: Receipt[Any], id: str) -> Plan[Attachment]:
        """Return a file that is attached to a posted document, byte for byte.

        Raises:
            NotFoundError: There is none.
            StorageError: It is lost, or is no longer what was attached.
            UnsupportedError: The product does not give it back.
        """
        found = yield from self._back_end.attachment(receipt, id)
        return found

    @operation
    def verify(self) -> Plan[Report]:
        """Look for files that are lost or changed where people can reach what was attached.

        Raises:
            UnsupportedError: The product keeps the files itself.
        """
        report = yield from self._back_end.verify_attachments()
        return report


def _given(values: Iterable[Any], seat: str = "") -> tuple[Any, ...]:
    """Return what is to be posted or checked, once it is known to be of the seat's kind."""
    items = tuple(values)
    for item in items:
        own = seat_of(item) if isinstance(item, Document | MasterData) else ""
        if not own or (seat and own != seat):
            wanted = seat.replace("_", " ") if seat else "documents or master data"
            raise TypeError(f"expected {wanted}, found {type(item).__name__}")
    return items
