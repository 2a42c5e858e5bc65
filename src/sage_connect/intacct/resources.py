"""A company of Sage Intacct as a back end: what the seats of a ledger are built on."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from ..errors import ConfigurationError, NotFoundError, SageConnectError
from ..ledger import (
    BackEnd,
    Capabilities,
    Health,
    Key,
    Outcome,
    Postable,
    Preview,
    Receipt,
    Verb,
)
from ..ledger.batch import Batch, checked
from ..ledger.showing import preview_entries
from ..model import BankEntry, Document, Reference
from ..plan import Now, Page, Plan
from ..validation import Checker, Report
from .callback import Callback
from .capabilities import capabilities_of
from .codec.decoding import Decoding, amount_of, day_of, text_of
from .codec.encoded import Encoded
from .fitting import as_given, money_of, own_of
from .ids import Ids
from .kinds import AP_BILL, AR_INVOICE, AR_PAYMENT, BY_SEAT, Kind, kinds_of, stands
from .known import Reading
from .opened import SAID, called
from .posting import Posting
from .preflight import preflight
from .queueing import Queued, Queueing, require_documents, require_policy
from .records import Records
from .resolve import charge_giver, has_module, line_giver, number_of
from .rules import BOOK, checker
from .service import Service
from .settings import IntacctSettings
from .showing import preview_content
from .standing import receipt_of
from .wire.filters import Filtering
from .wire.queries import field
from .wire.record import Record

if TYPE_CHECKING:
    from ..validation.repairs import Remedies


class IntacctBooks(BackEnd):
    """One company of Sage Intacct.

    Args:
        service: The way to it.
        settings: How it is posted to.
    """

    def __init__(self, service: Service, settings: IntacctSettings) -> None:
        super().__init__()
        self.service: Service = service
        self.settings: IntacctSettings = settings
        self.records: Records = Records(service, settings.conventions.lookup_size)
        self.ids: Ids = Ids()
        # By key, of documents that carry another number than their key.
        self.numbers: dict[Key, str] = {}
        self._names: dict[tuple[str, str], str] = {}
        # Severities that make no sense are told before anything is asked.
        checker(settings, Reference())

    # ---- what needs no step

    @property
    def capabilities(self) -> Capabilities:
        """What the company can do, as far as its modules and this user's rights go."""
        return capabilities_of(self.reference)

    @property
    def scope(self) -> str:
        """The id of the company."""
        return self.service.credentials.company_id

    def check(self, items: Sequence[Postable], reference: Reference) -> Report:
        """Apply the common rules and Sage Intacct's. Pure."""
        own = [own_of(item, self.settings, reference) for item in items]
        return as_given(checked(self.checker(reference), own, reference), items, own)

    def checker(self, reference: Reference) -> Checker:
        """Return what applies the rules."""
        return checker(self.settings, reference)

    @property
    def remedies(self) -> "Remedies":
        """What repairs are made of."""
        from .repairs import REPAIRS

        return REPAIRS

    def preview(self, items: Sequence[Postable], reference: Reference) -> Preview:
        """Return the functions that `post` would send. Pure."""
        posting = self._posting(Batch(items, scope=self.scope, book=BOOK), reference)
        posting.judge()
        shown = [*posting.shown()]
        settings = self.settings
        return Preview(
            documents=tuple(items),
            report=posting.report,
            entries=tuple(
                entry
                for own, _ in shown
                for entry in preview_entries(
                    own,
                    lambda line, of: line_giver(line, of, settings, reference).code,
                    lambda charge: charge_giver(charge, settings).code,
                )
            ),
            content=preview_content(encoded for _, encoded in shown),
            settings=settings,
            reference=reference,
            files=tuple(one for own, _ in shown for one in getattr(own, "attachments", ())),
        )

    def _posting(self, batch: Batch, reference: Reference) -> Posting:
        return Posting(*self._posted(batch, reference))

    def _posted(self, batch: Batch, reference: Reference) -> tuple[Any, ...]:
        return (
            batch,
            self.records,
            self.ids,
            self.settings,
            reference,
            self.checker(reference),
        )

    def load(self) -> Plan[Reference]:
        """Read accounts, journals, taxes, dimensions, parties, items and what is open."""
        known = yield from Reading(self.records, self.settings).known()
        self.ids = known.ids
        self._names = dict(known.numbers)
        self.reference: Reference | None = known.reference
        return known.reference

    def _loaded(self) -> Plan[Reference]:
        return self.reference or (yield from self.load())

    def read(self, seat: str, id: str) -> Plan[Document]:
        """Return the document with the record number `id`.

        Raises:
            NotFoundError: There is none.
        """
        self.capabilities.require(seat, Verb.READ)
        reference = yield from self._loaded()
        for kind in _subscribed(BY_SEAT[seat], reference):
            found = yield from self.records.whole(kind, [id])
            if found:
                (document,) = yield from self._decoded(kind, found, reference)
                return document
        raise NotFoundError(
            f"{seat.replace('_', ' ')}: there is no record {id!r} in Intacct"
        )

    def _decoded(
        self, kind: Kind, records: Sequence[Record], reference: Reference
    ) -> Plan[tuple[Document, ...]]:
        lines = yield from self.records.lines(kind, [one[kind.id] for one in records])
        yield from self._name_settled(kind, lines)
        decoding = Decoding(reference, self._names)
        return tuple(
            decoding.document(kind, one, lines.get(one[kind.id], ())) for one in records
        )

    def _name_settled(self, kind: Kind, lines: Any) -> Plan[None]:
        """Learn the numbers of what payments settle: their details have records only."""
        if "TRX_PAYMENTAMOUNT" not in kind.line_fields:
            return
        other = AR_INVOICE if kind is AR_PAYMENT else AP_BILL
        keys = {text_of(row, "RECORDKEY") for rows in lines.values() for row in rows}
        unknown = [one for one in keys if one and (other.object, one) not in self._names]
        for record in (yield from self.records.whole(other, sorted(unknown))):
            self._names[other.object, record[other.id]] = text_of(record, other.number)

    def documents(
        self, seat: str, *, since: date | None, party: str, open: bool | None
    ) -> Callable[[], Plan[Page[Any]]]:
        """Return the plan of the first page of a seat's documents, without reversed ones.

        Args:
            seat: Such as "payments".
            since: Only of this day or later.
            party: Only of this customer or vendor.
            open: Only with (True) or without (False) something left to settle.
        """
        self.capabilities.require(seat, Verb.LIST)
        code = self.settings.mapping.parties.get(party, party)

        def first(at: int = 0) -> Plan[Page[Any]]:
            reference = yield from self._loaded()
            kind = _subscribed(BY_SEAT[seat], reference)[at]
            where = _narrowed(kind, since, code)
            page = yield from self.records.first(kind.object, kind.header, where)
            return (yield from shown(at, page, reference))

        def shown(at: int, page: Page[Any], reference: Reference) -> Plan[Page[Any]]:
            kinds = _subscribed(BY_SEAT[seat], reference)
            kind = kinds[at]
            kept = [one for one in page.items if _is_wanted(kind, one, since, open)]
            documents = yield from self._decoded(kind, kept, reference)
            following = page.next

            def after() -> Plan[Page[Any]]:
                if following is None:
                    return (yield from first(at + 1))
                return (yield from shown(at, (yield from following()), reference))

            ends = following is None and at + 1 == len(kinds)
            return Page(documents, None if ends else after)

        return first

    # ---- writing

    def post(self, items: Sequence[Postable] | Preview) -> Plan[tuple[Outcome[Any], ...]]:
        """Post each item once; one outcome for each, in order."""
        given = items.documents if isinstance(items, Preview) else items
        if not given:
            return ()
        reference = yield from self._loaded()
        if isinstance(items, Preview):
            self._require_fresh(items, reference)
        batch = Batch(given, scope=self.scope, book=BOOK)
        posting = self._posting(batch, reference)
        for item, own, key in zip(batch.items, posting.own, batch.keys, strict=True):
            if isinstance(item, Document) and number_of(own) != key.id:
                self.numbers[key] = number_of(own)
        try:
            yield from posting.run()
        finally:
            # Whatever was posted is known from now on.
            self.reference = posting.reference
        return batch.outcomes

    def queue(self, items: Sequence[Postable], policy_id: str) -> Plan[Queued]:
        """Have documents carried out later; see `IntacctDocuments.queue`."""
        policy = policy_id or self.service.policy_id
        require_policy(policy)
        require_documents(items)
        reference = yield from self._loaded()
        batch = Batch(items, scope=self.scope, book=BOOK)
        queueing = Queueing(*self._posted(batch, reference))
        waiting = yield from queueing.queue(policy)
        return Queued(outcomes=batch.outcomes, waiting=waiting)

    def settle(
        self, items: Sequence[Postable], callback: Callback
    ) -> Plan[tuple[Outcome[Any], ...]]:
        """Say what became of queued documents; see `IntacctDocuments.settle`."""
        require_documents(items)
        reference = yield from self._loaded()
        batch = Batch(items, scope=self.scope, book=BOOK)
        queueing = Queueing(*self._posted(batch, reference))
        try:
            yield from queueing.settle(callback)
        finally:
            self.reference = queueing.reference
        return batch.outcomes

    def _require_fresh(self, preview: Preview, reference: Reference) -> None:
        remade = self.preview(preview.documents, reference)
        if preview.settings != self.settings or remade.content != preview.content:
            raise ConfigurationError(
                "the preview no longer holds: settings or books have changed since it was "
                "made; nothing was posted",
                code="SC-PREVIEW-STALE",
                fix="Make the preview again, look at it, and post that.",
            )

    def reconcile(self, key: Key) -> Plan[Receipt[Document | None] | None]:
        """Look a key up by its parts: number and party.

        A document stands under its number, whatever its source id; a supplier's document
        under his number of it, and then ours stands beside.
        """
        reference = yield from self._loaded()
        kinds = kinds_of(key.kind, self.settings)
        if not kinds:
            raise NotFoundError(f"{key.kind} is no document of Sage Intacct")
        kinds = _subscribed(kinds, reference)
        number = self.numbers.get(key) or key.number or key.id
        party = self.settings.mapping.parties.get(key.party, key.party)
        for kind in kinds:
            records = yield from self.records.numbered(kind, [number])
            if kind.object in SAID:
                # A supplier's own number may be what it stands under.
                records += yield from called(self.records, kind, key.number, party)
            for record in records:
                # Where numbers are unique by themselves a key names no party.
                named = bool(kind.party and party)
                if (named and text_of(record, kind.party) != party) or not stands(
                    kind, record
                ):
                    continue
                document: Document | None
                (document,) = yield from self._decoded(kind, [record], reference)
                if key.kind == BankEntry.type:
                    document = money_of(document, self.settings, reference)
                if document is None or document.type != key.kind:
                    # Credit may stand among invoices, below zero.
                    continue
                number = text_of(record, kind.number)
                encoded = Encoded(kind=kind, functions=(), header={}, number=number)
                return receipt_of(key, document, encoded, record, (yield from Now()))
        return None

    # ---- the company

    def preflight(self) -> Plan[Report]:
        """Report what is right, and what has to be set up before anything can be posted."""
        try:
            reference = yield from self.load()
        except SageConnectError as error:
            return preflight(self.settings, None, broken=error)
        return preflight(self.settings, reference)

    def health(self) -> Plan[Health]:
        """Try the connection once."""
        return self.service.health()


def _subscribed(kinds: Sequence[Kind], reference: Reference) -> tuple[Kind, ...]:
    """Return the kinds whose subscription the company may have; all where it has none.

    What does not belong to it is refused when it is read, and would hide the others.
    """
    there = [one for one in kinds if has_module(one.module, reference) is not False]
    return tuple(there or kinds)


def _narrowed(kind: Kind, since: date | None, party: str) -> Filtering | None:
    """Return what a list is narrowed to by Intacct; None for nothing."""
    where: Filtering | None = None
    if since is not None:
        where = field(kind.date) >= since
    if party and kind.party:
        by_party = field(kind.party) == party
        where = by_party if where is None else where & by_party
    return where


def _is_wanted(
    kind: Kind,
    record: Record,
    since: date | None,
    open: bool | None,  # noqa: FBT001 - as `list` asks
) -> bool:
    """Return whether a record belongs into a list, which the narrowing cannot all say."""
    day = day_of(record, kind.date)
    left = "TRX_TOTALDUE" in kind.fields and bool(amount_of(record, "TRX_TOTALDUE"))
    return (
        stands(kind, record)
        and (since is None or day is None or day >= since)
        and (open is None or left is open)
    )
