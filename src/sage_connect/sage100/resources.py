"""Posting to a company of Sage 100, as plans: check, make pieces, hand them over once."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from ..errors import (
    CodecError,
    ConfigurationError,
    FileFormatError,
    NotFoundError,
    StorageError,
    UnsupportedError,
)
from ..ledger import (
    BackEnd,
    Capabilities,
    Health,
    HealthState,
    Key,
    Outcome,
    Postable,
    Preview,
    PreviewEntry,
    Receipt,
    State,
    translated,
)
from ..ledger.batch import Batch, checked, content_digest, seat_of
from ..ledger.capabilities import Verb
from ..model import Attachment, AttachmentInfo, Customer, Document, Reference, totals
from ..model.convert import from_dict, to_dict
from ..model.fields import FrozenMap
from ..plan import FindFile, Now, Plan
from ..validation import Checker, Report, Severity
from .capabilities import CAPABILITIES, EXPORT_MENU, without_export
from .carries import tells_alike
from .codec import Posted, customer_bytes, entry_bytes, import_file
from .pieces import Piece, piece_of
from .preflight import preflight
from .receipt_folder import attach, given_back, listed, looked_after
from .receipts import Proven, batch_receipts
from .registry import ZERO, Entry, Registry
from .rules import BOOK
from .settings import Policy, ReceiptPolicy, Sage100Settings
from .workspace import Listing, Workspace, scope_of

_NEXT: Final = "?"
_PIECE_LENGTH: Final = 13
_REVERSED: Final[Mapping[str, str]] = {
    "sales_credit_note": "sales_invoice",
    "sales_invoice": "sales_credit_note",
}


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
class _Ready:
    """An item that may go, and what it becomes.

    Attributes:
        at: Its position in the batch.
        number: Its piece number or code.
        content: Its records.
        piece: Its piece; None for a customer.
    """

    at: int
    number: str
    content: bytes
    piece: Piece | None = None


class Sage100Books(BackEnd):
    """One company of Sage 100, through its workspace folder."""

    def __init__(self, folder: str, settings: Sage100Settings) -> None:
        super().__init__()
        self.workspace: Workspace = Workspace(folder)
        self.settings: Sage100Settings = settings
        self._scope: str = ""
        self._read: Listing = ()

    # ---- what needs no step

    @property
    def capabilities(self) -> Capabilities:
        """What Sage 100 by file can do; without an export, nothing is read."""
        known = self.reference is None or self.reference.company is not None
        return CAPABILITIES if known else without_export()

    @property
    def scope(self) -> str:
        """Company name and SIRET; once something was posted, as they were then."""
        return self._scope or scope_of(self.reference or Reference(), self.settings.name)

    def check(self, items: Sequence[Postable], reference: Reference) -> Report:
        """Apply the common rules and Sage 100's own, and try to write each item. Pure."""
        batch = self._batch(items)
        self._prepare(batch, reference, Registry())
        return batch.report

    def preview(self, items: Sequence[Postable], reference: Reference) -> Preview:
        """Return the entries and the file that `post` would hand over.

        A piece number that only the registry can give is shown as "?".
        """
        batch = self._batch(items)
        ready = self._prepare(batch, reference, Registry(), shown=True)
        return Preview(
            documents=tuple(items),
            report=batch.report,
            entries=tuple(entry for one in ready for entry in _entries(one)),
            content=_file(ready, reference),
            settings=self.settings,
            reference=reference,
            files=tuple(
                Attachment(name=path, content=content)
                for path, content in self._receipts(batch, ready, _NEXT).items()
            ),
        )

    def _batch(self, items: Sequence[Postable]) -> Batch:
        return Batch(items, scope=self.scope, book=BOOK)

    def _prepare(
        self, batch: Batch, reference: Reference, registry: Registry, *, shown: bool = False
    ) -> list[_Ready]:
        """Judge what is pending and write each item by itself.

        What cannot be written is refused alone. What may go is taken into `registry`, so
        that a later item of the batch meets it.
        """
        own = {at: self._own(batch.items[at]) for at in batch.pending}
        known = _with_customers(reference, registry)
        checker = Checker(
            book=BOOK,
            target="sage100",
            country="FR",
            settings=self.settings,
            rounding=self.settings.rounding,
            severities=_severities(self.settings.policy),
        )
        batch.judge(checked(checker, [*own.values()], known))
        writing = _writable(known, own.values())
        ready: list[_Ready] = []
        for at in batch:
            item = own[at]
            if self._collides(batch, at, item, registry):
                continue
            try:
                ready.append(self._ready(batch, at, item, writing, registry, shown=shown))
            except (CodecError, ArithmeticError) as error:
                # The rules should have said so; whatever it is, it stops this one only.
                path = error.path if isinstance(error, CodecError) else ""
                batch.find(at, "SC-S100-UNWRITABLE", reason=str(error), field=path or "-")
                batch.settle(at, State.REFUSED)
        return ready

    def _own(self, item: Postable) -> Postable:
        return translated(item, self.settings.mapping)

    def _collides(self, batch: Batch, at: int, item: Any, registry: Registry) -> bool:
        """Refuse a number of another document, and credit beyond the invoice."""
        number, digest = getattr(item, "number", ""), batch.keys[at].digest
        other = registry.numbers.get((item.type, number), digest)
        if number and other != digest:
            taken = registry.entries[other].id
            batch.find(at, "SC-S100-NUMBER-TAKEN", "/number", number=number, id=taken)
            batch.settle(at, State.REFUSED)
            return True
        reverses = getattr(item, "reverses", "")
        original = registry.numbers.get((_REVERSED.get(item.type, ""), reverses), "")
        if reverses and original:
            whole = registry.entries[original].gross
            back = registry.taken_back.get((item.type, reverses), ZERO)
            if back + totals(item, self.settings.rounding).gross > whole:
                values = {"number": reverses, "whole": whole, "back": back}
                batch.find(at, "SC-OVER-CREDITED", "/reverses", **values)
                batch.settle(at, State.REFUSED)
                return True
        return False

    def _ready(
        self,
        batch: Batch,
        at: int,
        item: Any,
        reference: Reference,
        registry: Registry,
        *,
        shown: bool,
    ) -> _Ready:
        key, given = batch.keys[at], batch.items[at]
        entry = Entry(
            digest=key.digest,
            content=content_digest(given),
            kind=item.type,
            id=key.id,
            file="",
            at=_NEVER,
        )
        if isinstance(item, Customer):
            content = customer_bytes(item, self.settings, reference)
            registry.take(attrs.evolve(entry, id=item.code, party=to_dict(item)))
            return _Ready(at=at, number=item.code, content=content)
        piece = piece_of(item, self.settings, reference)
        free = item.number not in registry.pieces.get(piece.journal, ())
        number = item.number
        if not (is_piece_number(number) and free):
            number = registry.next_piece(piece.journal)
        registry.take(
            attrs.evolve(
                entry,
                id=number,
                journal=piece.journal,
                number=item.number,
                reverses=item.reverses,
                gross=totals(item, self.settings.rounding).gross,
            )
        )
        if shown and number != item.number:
            number = _NEXT
        posted = Posted(piece=piece, number=number, digest=key.digest)
        content = entry_bytes(posted, reference)
        return _Ready(at=at, number=number, content=content, piece=piece)

    # ---- plans

    def load(self) -> Plan[Reference]:
        """Read every export in the folder; keep and return what they say.

        Raises:
            UnsupportedError: There is no export to read.
        """
        reference = yield from self._fresh()
        if reference.company is None and reference.accounts is None:
            raise UnsupportedError(
                f"expected an export of the company in {self.workspace.path('exports')}, "
                "found none",
                code="SC-S100-NO-EXPORT",
                fix=f"In Sage, {EXPORT_MENU}, and save the file there.",
            )
        return reference

    def _fresh(self) -> Plan[Reference]:
        """Return what the exports say, read again only where they have changed."""
        yield from self.workspace.require()
        exports = yield from self.workspace.exports()
        if self.reference is None or exports != self._read:
            expenses = self.settings.accounts.expenses
            reference = yield from self.workspace.read(exports, expenses=expenses)
            self.reference: Reference | None = reference
            self._read = exports
        return self.reference

    def post(self, items: Sequence[Postable] | Preview) -> Plan[tuple[Outcome[Any], ...]]:
        """Hand the accepted items over in one import file, each once.

        Raises:
            ConfigurationError: No workspace; a preview that no longer holds; a registry of
                another company.
            StorageError: Another process posts to this folder, or holds the company's file;
                the disk refused. Nothing was handed over; posting again is safe.
            FileFormatError: An export cannot be read.
        """
        given = items.documents if isinstance(items, Preview) else tuple(items)
        reference = yield from self._fresh()
        if isinstance(items, Preview):
            self._require_fresh(items, reference)
        if not given:
            return ()
        settings = self.settings
        if settings.company_file:
            yield from self.workspace.require_free(settings.company_file, settings.wait)
        registry = yield from self.workspace.registry(
            reference, name=settings.name, wait=settings.wait
        )
        self._scope = registry.scope
        batch = self._batch(given)
        self._recognise(batch, registry, reference)
        ready = self._prepare(batch, reference, registry)
        if isinstance(items, Preview):
            _require_as_shown(items, batch, ready)
        yield from self._hand_over(batch, ready, registry, reference)
        return batch.outcomes

    def _require_fresh(self, preview: Preview, reference: Reference) -> None:
        if preview.settings != self.settings:
            raise _stale("the settings have changed")
        if preview.reference.taken_at != reference.taken_at:
            raise _stale("it was made without the company's newest export")

    def _recognise(self, batch: Batch, registry: Registry, reference: Reference) -> None:
        """Settle what Sage has, or was given: the same is UNCHANGED, other is refused."""
        for at in batch.pending:
            item, key = batch.items[at], batch.keys[at]
            entry = registry.entries.get(key.digest)
            if entry is not None and entry.content == content_digest(item):
                batch.settle(at, State.UNCHANGED, receipt=_receipt(key, item, entry))
            elif isinstance(item, Customer):
                own, day = self._own(item), reference.taken_at
                known = (reference.customers or {}).get(key.id)
                if day is not None and tells_alike(own, known):
                    receipt: Receipt[Any] = Receipt(
                        key=key, id=key.id, document=item, posted_at=day
                    )
                    batch.settle(at, State.UNCHANGED, receipt=receipt)
            elif entry is not None:
                batch.find(at, "SC-KEY-CONFLICT", id=entry.id)
                batch.settle(at, State.REFUSED)

    def _hand_over(
        self,
        batch: Batch,
        ready: Sequence[_Ready],
        registry: Registry,
        reference: Reference,
    ) -> Plan[None]:
        if not ready:
            return
        content = _file(ready, reference)
        now = yield from Now()
        name = self.workspace.batch_name(registry, content)
        file = self.workspace.file_name(name, now)
        digests = [batch.keys[one.at].digest for one in ready]
        entries = [
            attrs.evolve(registry.entries[digest], file=file, at=now) for digest in digests
        ]
        beside = self._receipts(batch, ready, file)
        yield from self.workspace.hand_over(
            registry, content, entries, batch=name, file=file, now=now, beside=beside
        )
        for one, entry in zip(ready, entries, strict=True):
            receipt = _receipt(batch.keys[one.at], batch.items[one.at], entry)
            batch.settle(one.at, State.HANDED_OVER, receipt=receipt)

    def _receipts(
        self, batch: Batch, ready: Sequence[_Ready], file: str
    ) -> Mapping[str, bytes]:
        """Return what must stand beside an import file, by path below the workspace."""

        def proven(one: _Ready, journal: str) -> tuple[Proven, tuple[Attachment, ...]]:
            key, item = batch.keys[one.at], batch.items[one.at]
            piece = self._proven(key, item, journal=journal, piece=one.number)
            return piece, getattr(item, "attachments", ())

        given = (proven(one, one.piece.journal) for one in ready if one.piece is not None)
        return batch_receipts(file, given)

    def _proven(
        self, key: Key, document: Any, *, journal: str, piece: str, number: str = ""
    ) -> Proven:
        own: Any = None if document is None else self._own(document)
        return Proven(
            key=key.digest,
            kind=key.kind,
            journal=journal,
            piece=piece,
            invoice_number=getattr(own, "number", number),
            third_party=getattr(own, "party", ""),
            date=getattr(own, "date", None),
        )

    def reconcile(self, key: Key) -> Plan[Receipt[Document | None] | None]:
        """Look the key up in the registry of what was handed over."""
        entry = (yield from self._registered()).entries.get(key.digest)
        return None if entry is None else _receipt(key, None, entry)

    def _registered(self) -> Plan[Registry]:
        """Return the registry, locked."""
        reference = yield from self._fresh()
        registry = yield from self.workspace.registry(
            reference, name=self.settings.name, wait=self.settings.wait
        )
        self._scope = registry.scope
        return registry

    def _entry(self, receipt: Receipt[Any]) -> Plan[Entry]:
        """Return what was handed over as `receipt` says; the folder is then locked."""
        entry = (yield from self._registered()).entries.get(receipt.key.digest)
        if entry is None:
            raise NotFoundError(f"{receipt.id!r} was not handed over from this folder")
        return entry

    def attach(self, receipt: Receipt[Any], attachment: Attachment) -> Plan[str]:
        """Keep a file beside the import file of a document; return its name there.

        Raises:
            NotFoundError: The document was not handed over from this folder.
            StorageError: The disk refused.
            UnsupportedError: Master data carry no files.
        """
        if receipt.document is not None:
            self.capabilities.require(seat_of(receipt.document), Verb.ATTACH)
        entry = yield from self._entry(receipt)
        if entry.party:
            self.capabilities.require(f"{entry.kind}s", Verb.ATTACH)
        piece = self._proven(
            receipt.key,
            receipt.document,
            journal=entry.journal,
            piece=entry.id,
            number=entry.number,
        )
        return (yield from attach(self.workspace, entry.file, piece, attachment))

    def attachments(self, receipt: Receipt[Any]) -> Plan[Sequence[AttachmentInfo]]:
        """Return what the manifest has of a document.

        Raises:
            NotFoundError: The document was not handed over from this folder.
        """
        entry = yield from self._entry(receipt)
        return (yield from listed(self.workspace, entry.file, entry.digest))

    def attachment(self, receipt: Receipt[Any], id: str) -> Plan[Attachment]:
        """Return a file that was attached to a document.

        Raises:
            NotFoundError: There is none, or the document was not handed over from here.
            StorageError: It is lost, or has been changed.
        """
        entry = yield from self._entry(receipt)
        return (yield from given_back(self.workspace, entry.file, entry.digest, id))

    def verify_attachments(self) -> Plan[Report]:
        """Compare every receipt with what was attached."""
        yield from self._registered()
        return (yield from looked_after(self.workspace))

    def preflight(self) -> Plan[Report]:
        """Look at folder, export, company file and settings; write nothing."""
        file = self.settings.company_file
        reference, broken = Reference(), None
        try:
            reference = yield from self._fresh()
        except (ConfigurationError, FileFormatError, StorageError) as error:
            # A report of everything is asked for; this is its first line.
            broken = error
        facts = (yield from self.workspace.company_file(file)) if file else None
        known = None if reference.company is None else reference
        return preflight(self.settings, known, company_file=facts, broken=broken)

    def health(self) -> Plan[Health]:
        """Say whether the workspace folder is there."""
        found = yield from FindFile(self.workspace.folder)
        if found is not None and found.is_folder:
            return Health(state=HealthState.OK)
        reason = f"{self.workspace.folder!r} is no folder"
        return Health(state=HealthState.DOWN, reason=reason)


def _severities(policy: Policy) -> Mapping[str, Severity]:
    found = {"SC-S100-NOT-CARRIED": Severity(policy.not_carried)}
    if policy.receipts is ReceiptPolicy.WARN:
        found["SC-S100-RECEIPT-MISSING"] = Severity.WARNING
    return found


def _file(ready: Sequence[_Ready], reference: Reference) -> bytes:
    """Return the import file of a batch; b"" for none."""
    return import_file((one.content for one in ready), reference) if ready else b""


def _with_customers(reference: Reference, registry: Registry) -> Reference:
    """Return `reference` with the customers that were handed over since it was exported."""
    if reference.customers is None or reference.taken_at is None:
        return reference
    handed = {
        entry.id: from_dict(entry.party)
        for entry in registry.entries.values()
        if entry.party and entry.at > reference.taken_at
    }
    return reference.with_parts(customers={**handed, **reference.customers})


def _writable(reference: Reference, items: Iterable[object]) -> Reference:
    """Return `reference` with the batch's customers, also where none are known."""
    new = {item.code: item for item in items if isinstance(item, Customer)}
    return reference.with_parts(customers={**new, **(reference.customers or {})})


def _receipt(key: Key, document: Any, entry: Entry) -> Receipt[Any]:
    details = {"journal": entry.journal, "piece": entry.id, "file": entry.file}
    return Receipt(
        key=key,
        id=entry.id,
        document=document,
        posted_at=entry.at,
        details=FrozenMap({name: text for name, text in details.items() if text}),
    )


def _entries(ready: _Ready) -> Iterator[PreviewEntry]:
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


def _require_as_shown(preview: Preview, batch: Batch, ready: Sequence[_Ready]) -> None:
    """Raise unless what goes, and was not posted before, is what the preview shows."""
    before = {getattr(one.document, "number", "") for one in batch.settled if one.posted}
    shown = [one for one in preview.entries if one.document not in before]
    going = [entry for one in ready for entry in _entries(one)]
    if len(shown) == len(going):
        # A number that only the registry could give was not shown.
        going = [
            attrs.evolve(one, piece=_NEXT) if seen.piece == _NEXT else one
            for one, seen in zip(going, shown, strict=True)
        ]
    if shown != going:
        raise _stale("what would be posted now differs from what it shows")


def _stale(reason: str) -> ConfigurationError:
    return ConfigurationError(
        f"the preview no longer holds: {reason}; nothing was posted",
        code="SC-PREVIEW-STALE",
        fix="Make the preview again, look at it, and post that.",
    )
