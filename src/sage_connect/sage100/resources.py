"""Posting to a company of Sage 100, as plans: check, make pieces, hand them over once."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

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
from ..model import (
    Attachment,
    AttachmentInfo,
    DimensionValue,
    Document,
    Reference,
)
from ..model.fields import FrozenMap
from ..plan import FindFile, Now, Plan
from ..validation import Checker, Report
from .capabilities import CAPABILITIES, EXPORT_MENU, without_export
from .known import is_in_sage, name_of, with_batch, with_handed_over
from .piece import Piece
from .preflight import preflight
from .receipt_folder import attach, given_back, listed, looked_after
from .receipts import Proven, batch_receipts, proven_by
from .registry import Entry, Registry
from .resolve import plan_number
from .rules import BOOK, checker
from .settings import Sage100Settings
from .standing import Standing
from .workspace import Listing, Workspace, scope_of
from .writer import MASTER, NEXT, Ready, Writer, entries_of, file_of

if TYPE_CHECKING:
    from ..validation.repairs import Remedies


class Sage100Books(BackEnd):
    """One company of Sage 100, through its workspace folder."""

    def __init__(self, folder: str, settings: Sage100Settings) -> None:
        super().__init__()
        self.workspace: Workspace = Workspace(folder)
        self.settings: Sage100Settings = settings
        self._scope: str = ""
        self._read: Listing = ()
        # Severities that make no sense are told before anything is done.
        checker(settings)

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

    def checker(self, reference: Reference) -> Checker:  # noqa: ARG002 - FR, whatever it says
        """Return what applies the rules."""
        return checker(self.settings)

    @property
    def remedies(self) -> "Remedies":
        """What repairs are made of."""
        from .repairs import REPAIRS

        return REPAIRS

    def preview(self, items: Sequence[Postable], reference: Reference) -> Preview:
        """Return the entries and the file that `post` would hand over.

        A piece number that only the registry can give is shown as "?".
        """
        batch = self._batch(items)
        ready = self._prepare(batch, reference, None)
        return Preview(
            documents=tuple(items),
            report=batch.report,
            entries=tuple(entry for one in ready for entry in entries_of(one)),
            content=file_of(ready, reference),
            settings=self.settings,
            reference=reference,
            files=tuple(
                Attachment(name=path, content=content)
                for path, content in self._receipts(batch, ready, NEXT).items()
            ),
        )

    def _batch(self, items: Sequence[Postable]) -> Batch:
        return Batch(items, scope=self.scope, book=BOOK)

    def _prepare(
        self, batch: Batch, reference: Reference, registry: Registry | None
    ) -> list[Ready]:
        """Judge what is pending and write each item by itself.

        What cannot be written is refused alone. What may go is taken into `registry`, so
        that a later item of the batch meets it. Without one nothing is posted: piece
        numbers are only shown, and what was handed over before is not looked at.
        """
        posting = registry is not None
        registry = registry or Registry()
        own = {at: self._own(batch.items[at], reference) for at in batch.pending}
        known = with_handed_over(reference, registry)
        batch.judge(checked(self.checker(known), [*own.values()], known))
        writer = Writer(self.settings, with_batch(known, own.values()), registry)
        standing = Standing(batch, registry, self.settings, known)
        pending = set(batch.pending)
        masters = {at: one for at, one in own.items() if isinstance(one, MASTER)}
        going = {name_of(one) for at, one in masters.items() if at in pending}
        for at, one in masters.items():
            # Of two with one code the second is refused, and the first still gives it.
            if at not in pending and name_of(one) not in going:
                standing.lose(one)
        ready: list[Ready] = []
        for at in batch:
            item = own[at]
            if standing.refuses(at, item, posting=posting):
                continue
            try:
                ready.append(writer.ready(batch, at, item, posting=posting))
            except (CodecError, ArithmeticError) as error:
                # The rules should have said so; whatever it is, it stops this one only.
                place = error.path if isinstance(error, CodecError) else ""
                path = place if place.startswith("/") else ""
                values = {"reason": str(error), "field": place or "-"}
                batch.find(at, "SC-S100-UNWRITABLE", path, **values)
                batch.settle(at, State.REFUSED)
                if at in masters:
                    standing.lose(masters[at])
        return ready

    def _own(self, item: Postable, reference: Reference) -> Postable:
        """Return `item` in Sage's own codes; a plan that is named, by its number."""
        own = translated(item, self.settings.mapping)
        if isinstance(own, DimensionValue):
            plan = plan_number(own.dimension, self.settings, reference)
            return attrs.evolve(own, dimension=plan or own.dimension)
        return own

    # ---- plans

    def load(self) -> Plan[Reference]:
        """Read every export in the folder; keep and return what they say.

        Raises:
            UnsupportedError: There is no export to read.
            FileFormatError: One cannot be read, or is an import file of ours.
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
        registry = yield from self._registry(reference)
        batch = self._batch(given)
        self._recognise(batch, registry, reference)
        ready = self._prepare(batch, reference, registry)
        if isinstance(items, Preview):
            self._require_as_shown(items, ready, reference)
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

    def _require_as_shown(
        self, preview: Preview, ready: Sequence[Ready], reference: Reference
    ) -> None:
        """Raise unless what goes is a part of what the preview shows.

        A piece number is the one thing that may differ: the registry gives it. What was
        posted since, or the registry refuses, does not go, and its outcome says why.
        """
        now = self._prepare(self._batch(preview.documents), reference, None)
        if file_of(now, reference) != preview.content:
            raise _stale("the same documents would be shown otherwise now")
        shown = {one.at: _unnumbered(one) for one in now}
        for one in ready:
            if shown.get(one.at) != _unnumbered(one):
                raise _stale("something would be posted that it does not show")

    def _recognise(self, batch: Batch, registry: Registry, reference: Reference) -> None:
        """Settle what Sage has, or was given: the same is UNCHANGED, other is refused."""
        for at in batch.pending:
            item, key = batch.items[at], batch.keys[at]
            entry = registry.entries.get(key.digest)
            if entry is not None and entry.content == content_digest(item):
                batch.settle(at, State.UNCHANGED, receipt=_receipt(key, item, entry))
            elif isinstance(item, MASTER):
                own, day = self._own(item, reference), reference.taken_at
                if day is not None and is_in_sage(own, reference):
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
        ready: Sequence[Ready],
        registry: Registry,
        reference: Reference,
    ) -> Plan[None]:
        if not ready:
            return
        content = file_of(ready, reference)
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
        export = (yield from self.workspace.confirmed(registry)).get(key.digest)
        if export is None:
            return receipt
        shown = {**receipt.details, "state": State.CONFIRMED.value, "export": export}
        return attrs.evolve(receipt, details=FrozenMap(shown))

    def _receipts(
        self, batch: Batch, ready: Sequence[Ready], file: str
    ) -> Mapping[str, bytes]:
        """Return what must stand beside an import file, by path below the workspace."""

        def proven(one: Ready, piece: Piece) -> tuple[Proven, tuple[Attachment, ...]]:
            key, item = batch.keys[one.at], batch.items[one.at]
            proof = proven_by(piece, key=key.digest, kind=key.kind, number=one.number)
            return proof, getattr(item, "attachments", ())

        given = (proven(one, one.piece) for one in ready if one.piece is not None)
        return batch_receipts(file, given)

    def _entry(self, receipt: Receipt[Any]) -> Plan[tuple[Entry, Registry]]:
        """Return what was handed over as `receipt` says; the folder is then locked."""
        registry = yield from self.registry()
        entry = registry.entries.get(receipt.key.digest)
        if entry is None:
            raise NotFoundError(f"{receipt.id!r} was not handed over from this folder")
        return entry, registry

    def attach(self, receipt: Receipt[Any], attachment: Attachment) -> Plan[str]:
        """Keep a file beside the import file of a document; return its name there.

        Raises:
            NotFoundError: The document was not handed over from this folder.
            StorageError: The disk refused.
            UnsupportedError: Master data carry no files.
        """
        if receipt.document is not None:
            self.capabilities.require(seat_of(receipt.document), Verb.ATTACH)
        entry, registry = yield from self._entry(receipt)
        if entry.master:
            self.capabilities.require(f"{entry.kind}s", Verb.ATTACH)
        return (yield from attach(self.workspace, entry, registry, attachment))

    def attachments(self, receipt: Receipt[Any]) -> Plan[Sequence[AttachmentInfo]]:
        """Return what the manifest has of a document.

        Raises:
            NotFoundError: The document was not handed over from this folder.
        """
        entry, _ = yield from self._entry(receipt)
        return (yield from listed(self.workspace, entry.file, entry.digest))

    def attachment(self, receipt: Receipt[Any], id: str) -> Plan[Attachment]:
        """Return a file that was attached to a document.

        Raises:
            NotFoundError: There is none, or the document was not handed over from here.
            StorageError: It is lost, or has been changed.
        """
        entry, _ = yield from self._entry(receipt)
        return (yield from given_back(self.workspace, entry.file, entry.digest, id))

    def verify_attachments(self) -> Plan[Report]:
        """Compare every receipt with what was attached."""
        yield from self.registry()
        return (yield from looked_after(self.workspace))

    def preflight(self) -> Plan[Report]:
        """Look at folder, export, registry, company file and settings; write nothing."""
        file = self.settings.company_file
        reference, broken = Reference(), None
        try:
            reference = yield from self._fresh()
            yield from self.workspace.require_registry()
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


def _receipt(key: Key, document: Any, entry: Entry) -> Receipt[Any]:
    details = {"journal": entry.journal, "piece": entry.id, "file": entry.file}
    return Receipt(
        key=key,
        id=entry.id,
        document=document,
        posted_at=entry.at,
        details=FrozenMap({name: text for name, text in details.items() if text}),
    )


def _unnumbered(ready: Ready) -> list[PreviewEntry]:
    return [attrs.evolve(one, piece="") for one in entries_of(ready)]


def _stale(reason: str) -> ConfigurationError:
    return ConfigurationError(
        f"the preview no longer holds: {reason}; nothing was posted",
        code="SC-PREVIEW-STALE",
        fix="Make the preview again, look at it, and post that.",
    )
