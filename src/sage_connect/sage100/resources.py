"""Posting to a company of Sage 100, as plans: check, make pieces, hand them over once."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from ..errors import CodecError, ConfigurationError, UnsupportedError
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
from ..ledger.batch import Batch, checked, content_digest
from ..model import (
    BankEntry,
    Customer,
    DimensionValue,
    Document,
    Payment,
    PaymentKind,
    Reference,
    Supplier,
    totals,
)
from ..model.convert import from_dict, to_dict
from ..model.fields import FrozenMap
from ..plan import FindFile, Now, Plan
from ..validation import Checker, Report, Severity
from .capabilities import CAPABILITIES, EXPORT_MENU, without_export
from .codec import Posted, entry_bytes, import_file, master_bytes
from .piece import Piece
from .pieces import PieceMaker
from .preflight import preflight
from .registry import ZERO, Entry, Registry
from .resolve import plan_number
from .rules import BOOK
from .settings import Sage100Settings
from .workspace import Listing, Workspace, scope_of

_NEXT: Final = "?"
_PIECE_LENGTH: Final = 13
_REVERSED: Final[Mapping[str, str]] = {
    "sales_credit_note": "sales_invoice",
    "sales_invoice": "sales_credit_note",
    "purchase_credit_note": "purchase_invoice",
    "purchase_invoice": "purchase_credit_note",
}
_MASTER: Final = (Customer, Supplier, DimensionValue)
# What money may belong to, in the order of likelihood.
_SETTLED: Final = (
    "purchase_invoice",
    "purchase_credit_note",
    "sales_invoice",
    "sales_credit_note",
)
_TO_SUPPLIERS: Final = {PaymentKind.SUPPLIER_PAYMENT, PaymentKind.SUPPLIER_REFUND}


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


class _Writer:
    """Makes items ready to go, and takes them into the registry."""

    def __init__(
        self, settings: Sage100Settings, reference: Reference, registry: Registry
    ) -> None:
        self._settings = settings
        self._reference = reference
        self._registry = registry
        self._pieces = PieceMaker(settings, reference)

    def ready(self, batch: Batch, at: int, item: Any, *, posting: bool) -> _Ready:
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
        if isinstance(item, _MASTER):
            content = master_bytes(item, self._settings, self._reference)
            self._registry.take(attrs.evolve(entry, id=item.code, master=to_dict(item)))
            return _Ready(at=at, number=item.code, content=content)
        piece = self._pieces.piece(item)
        number = self._number(item.number, piece)
        shown = number if posting or number == item.number else _NEXT
        posted = Posted(piece=piece, number=shown, digest=key.digest)
        content = entry_bytes(posted, self._reference)
        self._registry.take(
            attrs.evolve(
                entry,
                id=number,
                journal=piece.journal,
                number=item.number,
                owner=_owner(item),
                reverses=item.reverses,
                gross=piece.gross,
            )
        )
        return _Ready(at=at, number=shown, content=content, piece=piece)

    def _number(self, number: str, piece: Piece) -> str:
        used = self._registry.pieces.get(piece.journal, ())
        if is_piece_number(number) and number not in used:
            return number
        return self._registry.next_piece(piece.journal)


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
        self._prepare(batch, reference, None)
        return batch.report

    def preview(self, items: Sequence[Postable], reference: Reference) -> Preview:
        """Return the entries and the file that `post` would hand over.

        A piece number that only the registry can give is shown as "?".
        """
        batch = self._batch(items)
        ready = self._prepare(batch, reference, None)
        return Preview(
            documents=tuple(items),
            report=batch.report,
            entries=tuple(entry for one in ready for entry in _entries(one)),
            content=_file(ready, reference),
            settings=self.settings,
            reference=reference,
        )

    def _batch(self, items: Sequence[Postable]) -> Batch:
        return Batch(items, scope=self.scope, book=BOOK)

    def _prepare(
        self, batch: Batch, reference: Reference, registry: Registry | None
    ) -> list[_Ready]:
        """Judge what is pending and write each item by itself.

        What cannot be written is refused alone. What may go is taken into `registry`, so
        that a later item of the batch meets it. Without one nothing is posted: piece
        numbers are only shown, and what was handed over before is not looked at.
        """
        posting = registry is not None
        registry = registry or Registry()
        own = {at: self._own(batch.items[at], reference) for at in batch.pending}
        known = _with_parties(reference, registry)
        checker = Checker(
            book=BOOK,
            target="sage100",
            country="FR",
            settings=self.settings,
            rounding=self.settings.rounding,
            severities={"SC-S100-NOT-CARRIED": Severity(self.settings.policy.not_carried)},
        )
        batch.judge(checked(checker, [*own.values()], known))
        writer = _Writer(self.settings, _writable(known, own.values()), registry)
        ready: list[_Ready] = []
        for at in batch:
            item = own[at]
            if self._collides(batch, at, item, registry):
                continue
            if posting and self._comes_too_early(batch, at, item, registry):
                continue
            try:
                ready.append(writer.ready(batch, at, item, posting=posting))
            except (CodecError, ArithmeticError) as error:
                # The rules should have said so; whatever it is, it stops this one only.
                path = error.path if isinstance(error, CodecError) else ""
                batch.find(at, "SC-S100-UNWRITABLE", reason=str(error), field=path or "-")
                batch.settle(at, State.REFUSED)
        return ready

    def _own(self, item: Postable, reference: Reference) -> Postable:
        """Return `item` in Sage's own codes; a plan that is named, by its number."""
        own = translated(item, self.settings.mapping)
        if isinstance(own, DimensionValue):
            plan = plan_number(own.dimension, self.settings, reference)
            return attrs.evolve(own, dimension=plan or own.dimension)
        return own

    def _collides(self, batch: Batch, at: int, item: Any, registry: Registry) -> bool:
        """Refuse a number of another document, and credit beyond the invoice."""
        key = batch.keys[at]
        number, owner = getattr(item, "number", ""), _owner(item)
        other = registry.numbers.get((item.type, owner, number), key.digest)
        if number and other != key.digest:
            taken = registry.entries[other].id
            batch.find(at, "SC-S100-NUMBER-TAKEN", "/number", number=number, id=taken)
            batch.settle(at, State.REFUSED)
            return True
        reverses = getattr(item, "reverses", "")
        place = _REVERSED.get(item.type, ""), owner, reverses
        original = registry.numbers.get(place, "")
        if reverses and original:
            whole = registry.entries[original].gross
            back = registry.taken_back.get((item.type, owner, reverses), ZERO)
            if back + totals(item, self.settings.rounding).gross > whole:
                values = {"number": reverses, "whole": whole, "back": back}
                batch.find(at, "SC-OVER-CREDITED", "/reverses", **values)
                batch.settle(at, State.REFUSED)
                return True
        return False

    def _comes_too_early(
        self, batch: Batch, at: int, item: Any, registry: Registry
    ) -> bool:
        """Hold back money whose purchase was not handed over."""
        if self.settings.policy.settle_unknown:
            return False
        missing = [
            (path, number)
            for path, number in _settles(item)
            if not any((kind, item.party, number) in registry.numbers for kind in _SETTLED)
            and not any((kind, "", number) in registry.numbers for kind in _SETTLED)
        ]
        for path, number in missing:
            values = {"number": number, "party": item.party or "?"}
            batch.find(at, "SC-BANK-BEFORE-PURCHASE", path, **values)
        if missing:
            batch.settle(at, State.REFUSED)
        return bool(missing)

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
            reference = yield from self.workspace.read(exports)
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
        registry = yield from self._registry(reference)
        batch = self._batch(given)
        self._recognise(batch, registry, reference)
        ready = self._prepare(batch, reference, registry)
        if isinstance(items, Preview):
            _require_as_shown(items, batch, ready)
        yield from self._hand_over(batch, ready, registry, reference)
        return batch.outcomes

    def _registry(self, reference: Reference) -> Plan[Registry]:
        registry = yield from self.workspace.registry(
            reference, name=self.settings.name, wait=self.settings.wait
        )
        self._scope = registry.scope
        return registry

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
            elif isinstance(item, _MASTER):
                own, day = self._own(item, reference), reference.taken_at
                if day is not None and _in_sage(own, reference) == own:
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
        yield from self.workspace.hand_over(
            registry, content, entries, batch=name, file=file, now=now
        )
        for one, entry in zip(ready, entries, strict=True):
            receipt = _receipt(batch.keys[one.at], batch.items[one.at], entry)
            batch.settle(one.at, State.HANDED_OVER, receipt=receipt)

    @property
    def exports(self) -> Listing:
        """The exports that were read last."""
        return self._read

    def registry(self) -> Plan[Registry]:
        """Lock the folder and return what was handed over.

        Raises:
            StorageError: Another process posts here, or the registry cannot be trusted.
            ConfigurationError: No workspace, or a registry of another company.
        """
        reference = yield from self._fresh()
        return (yield from self._registry(reference))

    def reconcile(self, key: Key) -> Plan[Receipt[Document | None] | None]:
        """Look the key up in the registry of what was handed over.

        Once an export has shown the document, the receipt's details say so: `state` is
        CONFIRMED, and `export` names the file.
        """
        registry = yield from self.registry()
        entry = registry.entries.get(key.digest)
        if entry is None:
            return None
        receipt = _receipt(key, None, entry)
        export = (yield from self.workspace.confirmed()).get(key.digest)
        if export is None:
            return receipt
        shown = {**receipt.details, "state": State.CONFIRMED.value, "export": export}
        return attrs.evolve(receipt, details=FrozenMap(shown))

    def preflight(self) -> Plan[Report]:
        """Look at folder, export, company file and settings; write nothing."""
        file = self.settings.company_file
        reference = yield from self._fresh()
        facts = (yield from self.workspace.company_file(file)) if file else None
        known = None if reference.company is None else reference
        return preflight(self.settings, known, company_file=facts)

    def health(self) -> Plan[Health]:
        """Say whether the workspace folder is there."""
        found = yield from FindFile(self.workspace.folder)
        if found is not None and found.is_folder:
            return Health(state=HealthState.OK)
        reason = f"{self.workspace.folder!r} is no folder"
        return Health(state=HealthState.DOWN, reason=reason)


def _file(ready: Sequence[_Ready], reference: Reference) -> bytes:
    """Return the import file of a batch; b"" for none."""
    return import_file((one.content for one in ready), reference) if ready else b""


def _owner(item: Any) -> str:
    """Return the party whose numbers are unique for it only; "" for the company's own."""
    own = item.type.startswith(("purchase", "payment"))
    return str(item.party) if own else ""


def _settles(item: Any) -> Iterator[tuple[str, str]]:
    """Yield pointer and number of each purchase, or other document, that money settles."""
    if isinstance(item, BankEntry) and item.settles:
        yield "/settles", item.settles
    elif isinstance(item, Payment) and item.kind in _TO_SUPPLIERS and not item.reverses:
        for at, part in enumerate(item.allocations):
            yield f"/allocations/{at}/number", part.number


_PARTS: Final[Mapping[type, str]] = {
    Customer: "customers",
    Supplier: "suppliers",
    DimensionValue: "dimension_values",
}


def _place(item: Any) -> Any:
    """Return what a part of `Reference` has `item` under."""
    section = isinstance(item, DimensionValue)
    return (item.dimension, item.code) if section else item.code


def _in_sage(item: Any, reference: Reference) -> object:
    known: Mapping[Any, object] | None = getattr(reference, _PARTS[type(item)])
    return (known or {}).get(_place(item))


def _with_parties(reference: Reference, registry: Registry) -> Reference:
    """Return `reference` with the master data handed over since it was exported."""
    since = reference.taken_at
    if since is None:
        return reference
    handed = [
        from_dict(entry.master)
        for entry in registry.entries.values()
        if entry.master and entry.at > since
    ]
    changes: dict[str, Any] = {}
    for kind, part in _PARTS.items():
        known = getattr(reference, part)
        new = {_place(one): one for one in handed if isinstance(one, kind)}
        if new and known is not None:
            changes[part] = {**new, **known}
    return reference.with_parts(**changes) if changes else reference


def _writable(reference: Reference, items: Iterable[object]) -> Reference:
    """Return `reference` with the batch's master data, also where none is known."""
    given = [*items]
    changes: dict[str, Any] = {}
    for kind, part in _PARTS.items():
        new = {_place(one): one for one in given if isinstance(one, kind)}
        if new or kind is Customer:
            changes[part] = {**new, **(getattr(reference, part) or {})}
    return reference.with_parts(**changes)


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
