"""A whole ledger in memory: for tutorials, tests, and trying a batch before a real one."""

import datetime as dt
from collections.abc import Callable, Mapping as MappingOf, Sequence
from decimal import Decimal
from typing import Any, Final

import attrs

from ..drive.awaiting import AwaitingDriver
from ..drive.blocking import BlockingDriver
from ..errors import ConfigurationError, NotFoundError
from ..ledger import (
    DIRECTORIES,
    OUTBOXES,
    REGISTERS,
    AsyncClosing,
    BackEnd,
    Capabilities,
    Closing,
    Health,
    HealthState,
    Key,
    Mapping,
    OpenReadableLedger,
    Outcome,
    Postable,
    Preview,
    PreviewEntry,
    Receipt,
    State,
    Verb,
    judged,
    translated,
)
from ..ledger.batch import (
    Batch,
    checked,
    content_digest,
    content_text,
    merged,
    open_document,
    order,
    seat_of,
)
from ..ledger.settings import are_severities
from ..model import (
    Attachment,
    AttachmentInfo,
    BankEntry,
    Document,
    Movement,
    OpenDocument,
    Payment,
    PurchaseCreditNote,
    PurchaseInvoice,
    Reference,
    SalesCreditNote,
    SalesInvoice,
)
from ..model.fields import NOTHING, FrozenMap, frozen
from ..plan import Async, Driver, Now, Page, Plan, Sync
from ..validation import Checker, Report, Severity
from ..validation.book import COMMON
from .bookkeeping import balances, movements, preview_entries

PRODUCT: Final = "the ledger in memory"
_PAGE: Final = 100
_CAPABILITIES: Final = Capabilities(
    product=PRODUCT,
    can={
        **dict.fromkeys(DIRECTORIES, frozenset({Verb.READ, Verb.LIST})),
        **dict.fromkeys(
            REGISTERS,
            frozenset({Verb.READ, Verb.LIST, Verb.CREATE, Verb.UPDATE, Verb.IDEMPOTENCY}),
        ),
        **dict.fromkeys(
            (*OUTBOXES, "bank_entries"),
            frozenset(
                {
                    Verb.READ,
                    Verb.LIST,
                    Verb.CREATE,
                    Verb.REVERSE,
                    Verb.ATTACH,
                    Verb.IDEMPOTENCY,
                }
            ),
        ),
    },
    reasons={
        **dict.fromkeys(
            (f"{seat}.{verb}" for seat in OUTBOXES for verb in (Verb.UPDATE, Verb.VOID)),
            "what is posted is final; take it back with `documents.reverse`",
        ),
        **dict.fromkeys(DIRECTORIES, "give them in the reference that it is made with"),
    },
    default_reason="only posted documents can be taken back or carry attachments",
)


@attrs.frozen(kw_only=True)
class MemorySettings:
    """How a ledger in memory is posted to.

    Attributes:
        scope: Name of the books, part of every key.
        period_start: Documents before this day are SKIPPED; None to take them all.
        mapping: The caller's codes to those of the reference.
        severities: Rules made stricter or milder, by their code.
    """

    scope: str = "memory"
    period_start: dt.date | None = None
    mapping: Mapping = Mapping()
    severities: FrozenMap[Severity] = attrs.field(
        default=NOTHING, converter=frozen, validator=are_severities
    )


@attrs.frozen
class _Posted:
    """A document that stands in the books.

    Attributes:
        receipt: Its receipt, with the document in the caller's codes.
        digest: Of its content.
        moved: What it did to the books.
    """

    receipt: Receipt[Any]
    digest: str
    moved: tuple[Movement, ...]


class MemoryBackEnd(BackEnd):
    """Books in memory, as honest as a product: it checks, keeps, settles and reads back."""

    def __init__(self, reference: Reference | None, settings: MemorySettings) -> None:
        super().__init__()
        self._settings: MemorySettings = settings
        self._given: Reference = reference or Reference()
        # Severities that make no sense are told before anything is done.
        self.checker(self._given)
        # What it is given it knows: a check needs no `load` before.
        self.reference = reference
        self._master: dict[str, dict[Any, Any]] = {
            seat: dict(getattr(self._given, seat) or {})
            for seat in (*DIRECTORIES, *REGISTERS)
        }
        self._posted: dict[Key, _Posted] = {}
        self._open: dict[tuple[str, str], OpenDocument] = dict(
            self._given.open_documents or {}
        )
        self._lines: list[str] = []
        self._attached: dict[str, list[Attachment]] = {}

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""
        return _CAPABILITIES

    @property
    def scope(self) -> str:
        """The name it was given."""
        return self._settings.scope

    @property
    def content(self) -> bytes:
        """All that was posted, in order: a line of JSON each, in the ledger's codes."""
        return _joined(self._lines)

    def balances(self) -> MappingOf[tuple[str, str, str], Decimal]:
        """Return what the books come to by account, party and axis; debit above zero."""
        return balances([one for kept in self._posted.values() for one in kept.moved])

    def attached(self, receipt: Receipt[Any]) -> tuple[Attachment, ...]:
        """Return what was attached to a posted document, in order."""
        return tuple(self._attached.get(receipt.id, ()))

    def check(self, items: Sequence[Postable], reference: Reference) -> Report:
        """Apply the common rules. Pure."""
        own = [translated(item, self._settings.mapping) for item in items]
        return checked(self.checker(reference), own, reference)

    def checker(self, reference: Reference) -> Checker:
        """Return what applies the common rules."""
        company = reference.company
        return Checker(
            book=COMMON,
            target="memory",
            country=company.country if company else "",
            settings=self._settings,
            severities=self._settings.severities,
        )

    def preview(self, items: Sequence[Postable], reference: Reference) -> Preview:
        """Return entries and lines of JSON of what the rules accept. Pure."""
        report = self.check(items, reference)
        own = [translated(item, self._settings.mapping) for item in items]
        known = merged(reference, own)
        entries: list[PreviewEntry] = []
        lines: list[str] = []
        for at in order(own):
            if judged(report.of(at)) is None:
                lines.append(content_text(own[at]))
                entries.extend(preview_entries(own[at], movements(own[at], known)))
        return Preview(
            documents=tuple(items),
            report=report,
            entries=tuple(entries),
            content=_joined(lines),
            settings=self._settings,
            reference=reference,
        )

    def load(self) -> Plan[Reference]:
        """Take a snapshot; what the ledger was made without stays "not known"."""
        now = yield from Now()
        snapshot = self._live(now)
        self.reference: Reference | None = snapshot
        return snapshot

    def post(self, items: Sequence[Postable] | Preview) -> Plan[tuple[Outcome[Any], ...]]:
        """Post each item once; what was posted before is not checked again."""
        now = yield from Now()
        batch = Batch(
            items.documents if isinstance(items, Preview) else items,
            scope=self.scope,
            book=COMMON,
        )
        for at in batch.pending:
            if (seat_of(batch.items[at]), Verb.CREATE) not in self.capabilities:
                batch.find(at, "SC-UNSUPPORTED-KIND", kind=batch.items[at].type)
                batch.settle(at, State.REFUSED)
            else:
                self._settle_known(batch, at)
        pending = batch.pending
        live = self._live(now)
        report = self.check([batch.items[at] for at in pending], live)
        if isinstance(items, Preview):
            self._demand_fresh(items, pending, report)
        batch.judge(report)
        own = {at: translated(batch.items[at], self._settings.mapping) for at in pending}
        known = merged(live, own.values())
        for at in batch:
            # A key that stands twice in the batch is refused by SC-DUP-BATCH.
            self._keep(batch, at, own[at], now, known)
        return batch.outcomes

    def reconcile(self, key: Key) -> Plan[Receipt[Document] | None]:
        """Return the receipt of the document that stands under `key`."""
        yield from ()
        kept = self._posted.get(key)
        return None if kept is None else kept.receipt

    def preflight(self) -> Plan[Report]:
        """Find nothing: there is nothing to set up."""
        yield from ()
        return Report()

    def health(self) -> Plan[Health]:
        """Be well."""
        yield from ()
        return Health(state=HealthState.OK)

    def entries(self, seat: str) -> Plan[MappingOf[Any, Any]]:
        """Return master data as they stand now, whatever `load` has read."""
        self.capabilities.require(seat, Verb.READ)
        yield from ()
        return self._master[seat]

    def read(self, seat: str, id: str) -> Plan[Document]:
        """Return the document that was given `id` on its receipt.

        Raises:
            NotFoundError: There is none.
        """
        yield from ()
        for kept in self._of(seat):
            if kept.receipt.id == id:
                document: Document = kept.receipt.document
                return document
        raise NotFoundError(f"{seat.replace('_', ' ')}: there is no {id!r}")

    def documents(
        self, seat: str, *, since: dt.date | None, party: str, open: bool | None
    ) -> Callable[[], Plan[Page[Any]]]:
        """Return the plan of the first hundred documents that fit."""

        def accepts(document: Any) -> bool:
            if since is not None and document.date < since:
                return False
            if party and getattr(document, "party", "") != party:
                return False
            return open is None or self._is_open(document) is open

        def page(start: int) -> Callable[[], Plan[Page[Any]]]:
            def plan() -> Plan[Page[Any]]:
                yield from ()
                all_ = [kept.receipt.document for kept in self._of(seat)]
                fitting = [document for document in all_ if accepts(document)]
                end = start + _PAGE
                following = page(end) if end < len(fitting) else None
                return Page(tuple(fitting[start:end]), following)

            return plan

        return page(0)

    def attach(self, receipt: Receipt[Any], attachment: Attachment) -> Plan[str]:
        """Keep the file beside the document.

        Raises:
            NotFoundError: The receipt is of other books.
            UnsupportedError: Master data carry no files.
        """
        yield from ()
        self.capabilities.require(seat_of(receipt.document), Verb.ATTACH)
        if receipt.key not in self._posted:
            raise NotFoundError(f"no document {receipt.id!r} stands in {self.scope!r}")
        files = self._attached.setdefault(receipt.id, [])
        files.append(attachment)
        return f"{receipt.id}/{len(files)}"

    def attachments(self, receipt: Receipt[Any]) -> Plan[Sequence[AttachmentInfo]]:
        """Describe the files that are kept beside the document."""
        yield from ()
        return tuple(
            AttachmentInfo.of(one, id=f"{receipt.id}/{number}")
            for number, one in enumerate(self.attached(receipt), start=1)
        )

    def attachment(self, receipt: Receipt[Any], id: str) -> Plan[Attachment]:
        """Return a file that is kept beside the document.

        Raises:
            NotFoundError: There is none.
        """
        for one in (yield from self.attachments(receipt)):
            if one.id == id:
                return self.attached(receipt)[int(id.rpartition("/")[2]) - 1]
        raise NotFoundError(f"{receipt.id!r} has no attachment {id!r}")

    def _of(self, seat: str) -> list[_Posted]:
        return [
            kept for kept in self._posted.values() if seat_of(kept.receipt.document) == seat
        ]

    def _live(self, now: dt.datetime) -> Reference:
        parts: dict[str, Any] = {
            seat: dict(values)
            for seat, values in self._master.items()
            if getattr(self._given, seat) is not None
        }
        opened = {key: one for key, one in self._open.items() if one.outstanding}
        return self._given.with_parts(taken_at=now, open_documents=opened, **parts)

    def _is_open(self, document: Any) -> bool:
        mine = translated(document, self._settings.mapping)
        number = mine.number or mine.source_id
        found = self._open.get((getattr(mine, "party", ""), number))
        return found is not None and found.outstanding != 0

    def _demand_fresh(
        self, preview: Preview, pending: Sequence[int], report: Report
    ) -> None:
        verdicts = [judged(report.of(place)) for place in range(len(pending))]
        shown = [judged(preview.report.of(at)) for at in pending]
        remade = self.preview(preview.documents, preview.reference)
        if (
            preview.settings != self._settings
            or verdicts != shown
            or remade.content != preview.content
        ):
            raise ConfigurationError(
                "the preview no longer holds: settings or books have changed since it was "
                "made. Nothing was posted.",
                code="SC-PREVIEW-STALE",
                fix="Make a new preview and look at it.",
            )

    def _settle_known(self, batch: Batch, at: int) -> None:
        item, key = batch.items[at], batch.keys[at]
        kept = self._posted.get(key)
        if kept is None:
            return
        if kept.digest == content_digest(item):
            batch.settle(at, State.UNCHANGED, receipt=kept.receipt)
        else:
            batch.find(at, "SC-KEY-CONFLICT", key=key.digest, id=kept.receipt.id)
            batch.settle(at, State.REFUSED)

    def _keep(
        self, batch: Batch, at: int, own: Any, now: dt.datetime, known: Reference
    ) -> None:
        if seat_of(own) in REGISTERS:
            self._upsert(batch, at, own, now)
            return
        item, key = batch.items[at], batch.keys[at]
        id = f"M{len(self._posted) + 1:06}"
        receipt = Receipt(key=key, id=id, document=item, posted_at=now)
        moved = movements(own, known)
        self._posted[key] = _Posted(receipt, content_digest(item), moved)
        self._lines.append(content_text(own))
        self._settle_debts(own)
        batch.settle(at, State.CREATED, receipt=receipt)

    def _upsert(self, batch: Batch, at: int, own: Any, now: dt.datetime) -> None:
        values = self._master[seat_of(own)]
        code = (own.dimension, own.code) if hasattr(own, "dimension") else own.code
        if code not in values:
            state = State.CREATED
        else:
            state = State.UNCHANGED if values[code] == own else State.UPDATED
        if state is not State.UNCHANGED:
            values[code] = own
            self._lines.append(content_text(own))
        receipt = Receipt(
            key=batch.keys[at], id=own.code, document=batch.items[at], posted_at=now
        )
        batch.settle(at, state, receipt=receipt)

    def _settle_debts(self, item: Any) -> None:
        """Let a posted document open what it leaves to pay, or settle what it pays."""
        match item:
            case (
                SalesInvoice()
                | SalesCreditNote()
                | PurchaseInvoice()
                | PurchaseCreditNote()
            ):
                number = item.number or item.source_id
                opened = attrs.evolve(open_document(item), number=number)
                left = self._take((item.party, item.reverses), opened.outstanding)
                self._open[item.party, number] = attrs.evolve(opened, outstanding=left)
            case Payment():
                for part in item.allocations:
                    # A payment that is taken back leaves its documents unpaid again.
                    amount = -part.amount if item.reverses else part.amount
                    self._take((item.party, part.number), amount)
            case BankEntry():
                self._take((item.party, item.settles), item.amount)
            case _:
                pass

    def _take(self, place: tuple[str, str], amount: Decimal) -> Decimal:
        """Take `amount` off what is outstanding at `place`; return what it did not need."""
        found = self._open.get(place)
        if found is None:
            return amount
        taken = min(amount, found.outstanding)
        self._open[place] = attrs.evolve(found, outstanding=found.outstanding - taken)
        return amount - taken


def _joined(lines: Sequence[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass")


class _InMemory:
    _books: MemoryBackEnd

    @property
    def content(self) -> bytes:
        """All that was posted, in order: a line of JSON each, in the ledger's codes."""
        return self._books.content

    def balances(self) -> MappingOf[tuple[str, str, str], Decimal]:
        """Return what the books come to by account, party and axis; debit above zero."""
        return self._books.balances()

    def attached(self, receipt: Receipt[Any]) -> tuple[Attachment, ...]:
        """Return what was attached to a posted document, in order."""
        return self._books.attached(receipt)


class MemoryLedger(_InMemory, OpenReadableLedger[Sync], Closing):
    """A ledger that lives as long as the object: nothing is read, written or sent.

    >>> ledger = MemoryLedger()
    >>> ledger.sales_invoices.list()
    <Pages: nothing is read before they are iterated>

    Args:
        reference: Its chart, taxes, parties and options. A part that it lacks is not
            checked: with no reference at all, any code is accepted.
        scope: Name of its books, part of every key.
        period_start: Documents before this day are SKIPPED.
        mapping: The caller's codes to those of the reference.
        severities: Rules made stricter or milder, by their code.
        driver: Whose clock dates the receipts; this computer's by default.
    """

    def __init__(
        self,
        reference: Reference | None = None,
        *,
        scope: str = "memory",
        period_start: dt.date | None = None,
        mapping: Mapping = Mapping(),  # noqa: B008 - frozen
        severities: MappingOf[str, Severity] = NOTHING,
        driver: Driver[Sync] | None = None,
    ) -> None:
        settings = MemorySettings(
            scope=scope, period_start=period_start, mapping=mapping, severities=severities
        )
        self._books = MemoryBackEnd(reference, settings)
        super().__init__(driver or BlockingDriver(), self._books)


class AsyncMemoryLedger(_InMemory, OpenReadableLedger[Async], AsyncClosing):
    """`MemoryLedger`, awaited.

    Args:
        reference: Its chart, taxes, parties and options; see `MemoryLedger`.
        scope: Name of its books, part of every key.
        period_start: Documents before this day are SKIPPED.
        mapping: The caller's codes to those of the reference.
        severities: Rules made stricter or milder, by their code.
        driver: Whose clock dates the receipts; this computer's by default.
    """

    def __init__(
        self,
        reference: Reference | None = None,
        *,
        scope: str = "memory",
        period_start: dt.date | None = None,
        mapping: Mapping = Mapping(),  # noqa: B008 - frozen
        severities: MappingOf[str, Severity] = NOTHING,
        driver: Driver[Async] | None = None,
    ) -> None:
        settings = MemorySettings(
            scope=scope, period_start=period_start, mapping=mapping, severities=severities
        )
        self._books = MemoryBackEnd(reference, settings)
        super().__init__(driver or AwaitingDriver(), self._books)
