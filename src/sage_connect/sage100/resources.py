"""Posting to a workspace folder, as plans: read the export, check, hand over, remember.

```
FOLDER/
├── sage_connect.toml   settings, if any
├── exports/            from Sage: what can be read back
├── imports/            to Sage: whole files, each handed over once
└── state/              the registry of what was handed over, and its lock
```
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ..errors import ConfigurationError, StorageError, UnsupportedError
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
    judged,
    translated,
)
from ..ledger.batch import Batch, checked, content_digest, key_of, merged
from ..ledger.settings import profile, settings_from
from ..model import Customer, Document, Reference, SalesCreditNote, SalesInvoice, Supplier
from ..model.fields import FrozenMap
from ..plan import (
    AppendFile,
    DeleteFile,
    FindFile,
    Hold,
    ListFolder,
    MoveFile,
    Now,
    Plan,
    Probe,
    ReadFile,
    Wait,
    WriteFile,
)
from ..validation import Checker, Report
from .capabilities import CAPABILITIES, EXPORT_MENU, without_export
from .codec import Posted, encoded
from .export import ExportFile, reference_of
from .pieces import Piece, piece_of
from .preflight import CompanyFileFacts, other_product, preflight
from .registry import (
    Entry,
    Registry,
    batch_line,
    called_off_line,
    opening_line,
    read_registry,
)
from .rules import BOOK
from .settings import Sage100Settings

_NEXT: Final = "?"
_BATCH_DIGITS: Final = 16
_POLL: Final = 0.2
_HEAD: Final = 4096
SETTINGS_FILE: Final = "sage_connect.toml"


def _is_piece_number(number: str) -> bool:
    # Letters and digits are safe. Whether Sage takes a hyphen in this field is not known
    # (it does not in a fixed asset's number), so such a number stands in the invoice
    # number's field alone and the piece gets one of the registry's own.
    return (
        0 < len(number) <= 13  # noqa: PLR2004 - length of the field
        and number.isascii()
        and number.isalnum()
        and number == number.upper()
    )


def settings_in(folder: str, environment: Mapping[str, str]) -> Plan[Sage100Settings]:
    """Read the settings that stand in a workspace folder; the defaults where none do.

    Args:
        folder: The workspace.
        environment: Where secrets are looked up that the file leaves out.

    Raises:
        ConfigurationError: No folder, one of another product, or settings that are wrong.
    """
    yield from require_folder(folder)
    for found in (yield from ListFolder(folder)):
        head = yield from ReadFile(found.path, limit=_HEAD)
        foreign = other_product(found.name, head)
        if foreign is not None:
            message, fix = foreign.message(), foreign.fix()
            raise ConfigurationError(message, code=foreign.code, fix=fix)
    content = yield from ReadFile(f"{folder}/{SETTINGS_FILE}", missing=b"")
    table = profile(content, "sage100")
    return settings_from(Sage100Settings, table, environment=environment)


def require_folder(folder: str) -> Plan[None]:
    """Raise ConfigurationError unless `folder` is one."""
    found = yield from FindFile(folder)
    if found is None or not found.is_folder:
        told = "no such folder" if found is None else "a file, not a folder"
        raise ConfigurationError(
            f"expected a workspace folder at {folder!r}, found {told}",
            code="SC-S100-WORKSPACE",
            fix="Make the folder, with the company's export from Sage in exports/.",
        )


class Sage100Books(BackEnd):
    """One company of Sage 100, through its workspace folder."""

    def __init__(self, folder: str, settings: Sage100Settings) -> None:
        super().__init__()
        self.folder: str = folder
        self.settings: Sage100Settings = settings
        self._scope: str = ""

    # ---- what needs no step

    @property
    def capabilities(self) -> Capabilities:
        """What Sage 100 by file can do; without an export, nothing is read."""
        known = self.reference is None or self.reference.company is not None
        return CAPABILITIES if known else without_export()

    @property
    def scope(self) -> str:
        """Company name and SIRET; once something was posted, as they were then."""
        return self._scope or self._scope_of(self.reference or Reference())

    def _scope_of(self, reference: Reference) -> str:
        company = reference.company
        if company is None:
            return self.settings.name
        return f"{company.name}|{company.registration}"

    def _path(self, *parts: str) -> str:
        # Windows takes both slashes.
        return "/".join((self.folder.rstrip("/\\") or "/", *parts))

    def _checker(self) -> Checker:
        policy = self.settings.policy
        return Checker(
            book=BOOK,
            target="sage100",
            country="FR",
            settings=self.settings,
            rounding=self.settings.rounding,
            severities={"SC-S100-NOT-CARRIED": policy.not_carried},
        )

    def check(self, items: Sequence[Postable], reference: Reference) -> Report:
        """Apply the common rules and Sage 100's own. Pure."""
        own = [translated(item, self.settings.mapping) for item in items]
        return checked(self._checker(), own, reference)

    def preview(self, items: Sequence[Postable], reference: Reference) -> Preview:
        """Return the entries and the file that `post` would hand over.

        A piece number that only the registry can give is shown as "?".
        """
        report = self.check(items, reference)
        parties, posted, entries = self._shown(items, report, reference)
        content = b""
        if parties or posted:
            content = b"".join(encoded(parties, posted, self.settings, reference))
        return Preview(
            documents=tuple(items),
            report=report,
            entries=tuple(entries),
            content=content,
            settings=self.settings,
            reference=reference,
        )

    def _shown(
        self, items: Sequence[Postable], report: Report, reference: Reference
    ) -> tuple[list[Customer | Supplier], list[Posted], list[PreviewEntry]]:
        own = [translated(item, self.settings.mapping) for item in items]
        known = merged(reference, own)
        scope = self._scope or self._scope_of(reference)
        parties: list[Customer | Supplier] = []
        posted: list[Posted] = []
        entries: list[PreviewEntry] = []
        for at, item in enumerate(own):
            if judged(report.of(at)) is not None:
                continue
            match item:
                case Customer() | Supplier():
                    parties.append(item)
                case SalesInvoice() | SalesCreditNote():
                    piece = piece_of(item, self.settings, known)
                    number = item.number if _is_piece_number(item.number) else _NEXT
                    digest = key_of(items[at], scope).digest
                    posted.append(Posted(piece=piece, number=number, digest=digest))
                    entries.extend(_entries(piece, number))
                case _:
                    pass
        return parties, posted, entries

    # ---- plans

    def load(self) -> Plan[Reference]:
        """Read every export in the folder; keep and return what they say.

        Raises:
            UnsupportedError: There is no export to read.
        """
        reference = yield from self._read_exports()
        if reference.company is None and reference.accounts is None:
            raise UnsupportedError(
                f"expected an export of the company in {self._path('exports')}, found none",
                code="SC-S100-NO-EXPORT",
                fix=f"In Sage, {EXPORT_MENU}, and save the file there.",
            )
        return reference

    def _read_exports(self) -> Plan[Reference]:
        yield from require_folder(self.folder)
        files: list[ExportFile] = []
        for found in (yield from ListFolder(self._path("exports"))):
            if not found.name.startswith("."):
                content = yield from ReadFile(found.path)
                files.append(
                    ExportFile(name=found.name, content=content, modified=found.modified)
                )
        self.reference = reference_of(files)
        return self.reference

    def post(self, items: Sequence[Postable] | Preview) -> Plan[tuple[Outcome[Any], ...]]:
        """Hand the accepted items over in one import file, each once.

        Raises:
            ConfigurationError: No workspace; a preview that no longer holds; a registry of
                another company.
            StorageError: Another process posts to this folder, or holds the company's file;
                the disk refused. Nothing was handed over.
            FileFormatError: An export cannot be read.
        """
        preview = items if isinstance(items, Preview) else None
        if preview is not None and preview.settings != self.settings:
            raise _stale("the settings have changed since")
        reference = preview.reference if preview else self.reference
        if reference is None:
            reference = yield from self._read_exports()
        given = items.documents if isinstance(items, Preview) else tuple(items)
        if not given:
            return ()
        yield from require_folder(self.folder)
        yield from self._require_company_free()
        yield from Hold(
            self._path("state", "lock"),
            wait=self.settings.wait,
            code="SC-S100-FOLDER-IN-USE",
        )
        registry = yield from self._registry(reference)
        batch = Batch(given, scope=self._scope, book=BOOK)
        self._recognise(batch, registry, reference)
        pending = [given[at] for at in batch.pending]
        if preview is not None and len(pending) < len(given):
            raise _stale("a document of it was posted in the meantime")
        batch.judge(self.check(pending, reference) if pending else Report())
        yield from self._hand_over(batch, registry, reference)
        return batch.outcomes

    def _require_company_free(self) -> Plan[None]:
        file = self.settings.company_file
        if not file:
            return
        left = self.settings.wait
        while (yield from Probe(file)):
            if left <= 0:
                raise StorageError(
                    "expected the company's file to be free, found it open elsewhere",
                    file=file,
                    code="SC-S100-FILE-IN-USE",
                    fix="Close the company in Sage 100, then post again.",
                )
            yield from Wait(min(_POLL, left))
            left -= _POLL

    def _registry(self, reference: Reference) -> Plan[Registry]:
        """Read the registry and put right what a crash may have left. Needs the lock."""
        path = self._path("state", "registry.ndjson")
        content = yield from ReadFile(path, missing=b"")
        registry = read_registry(content, file=path)
        if not content:
            yield from self._require_no_lost_registry()
        if registry.torn:
            yield from WriteFile(path, registry.kept)
        pending = yield from self._pending_files()
        if registry.last in pending:
            # The last batch was prepared and never left.
            yield from AppendFile(path, called_off_line(registry.last))
            content = yield from ReadFile(path)
            registry = read_registry(content, file=path)
        for file in pending.values():
            yield from DeleteFile(file)
        scope = self._scope_of(reference)
        if registry.scope and reference.company is not None and registry.scope != scope:
            raise ConfigurationError(
                f"the registry belongs to {registry.scope!r}, the export to {scope!r}",
                code="SC-COMPANY-MISMATCH",
                fix="Give each company a folder of its own. If this company was renamed in "
                "Sage, ask for help before posting: documents could be posted twice.",
            )
        self._scope = registry.scope or scope
        return registry

    def _require_no_lost_registry(self) -> Plan[None]:
        found = yield from ListFolder(self._path("imports"))
        ours = [file.name for file in found if file.name.startswith("sage_connect-")]
        if ours:
            raise StorageError(
                f"expected the registry of what was handed over, found none, though "
                f"{ours[0]} stands in imports/",
                file=self._path("state", "registry.ndjson"),
                code="SC-S100-REGISTRY",
                fix="Put the file back from a backup: without it documents would be posted "
                "twice.",
            )

    def _pending_files(self) -> Plan[dict[str, str]]:
        found = yield from ListFolder(self._path("state"))
        return {
            file.name.removesuffix(".pending"): file.path
            for file in found
            if file.name.endswith(".pending")
        }

    def _recognise(self, batch: Batch, registry: Registry, reference: Reference) -> None:
        """Settle what Sage has, or was given: the same is UNCHANGED, other is refused."""
        for at in batch.pending:
            item, key = batch.items[at], batch.keys[at]
            entry = registry.entries.get(key.digest)
            if entry is not None and entry.content == content_digest(item):
                batch.settle(at, State.UNCHANGED, receipt=_receipt(key, item, entry))
            elif isinstance(item, Customer | Supplier):
                self._recognise_party(batch, at, item, reference)
            elif entry is not None:
                batch.find(at, "SC-KEY-CONFLICT", id=entry.id)
                batch.settle(at, State.REFUSED)

    def _recognise_party(
        self, batch: Batch, at: int, party: Customer | Supplier, reference: Reference
    ) -> None:
        own = translated(party, self.settings.mapping)
        part = reference.customers if isinstance(party, Customer) else reference.suppliers
        if reference.taken_at is not None and (part or {}).get(own.code) == own:
            receipt: Receipt[Any] = Receipt(
                key=batch.keys[at],
                id=own.code,
                document=party,
                posted_at=reference.taken_at,
            )
            batch.settle(at, State.UNCHANGED, receipt=receipt)

    def _hand_over(
        self, batch: Batch, registry: Registry, reference: Reference
    ) -> Plan[None]:
        own = {
            at: translated(batch.items[at], self.settings.mapping) for at in batch.pending
        }
        known = merged(reference, own.values())
        parties: list[Customer | Supplier] = []
        posted: list[Posted] = []
        leaving: list[int] = []
        ids: dict[int, tuple[str, str]] = {}
        for at in batch:
            item = own[at]
            match item:
                case Customer() | Supplier():
                    parties.append(item)
                    ids[at] = (item.code, "")
                case SalesInvoice() | SalesCreditNote():
                    piece = piece_of(item, self.settings, known)
                    number = self._number(item.number, piece.journal, registry)
                    digest = batch.keys[at].digest
                    posted.append(Posted(piece=piece, number=number, digest=digest))
                    ids[at] = (number, piece.journal)
                case _:
                    batch.find(at, "SC-UNSUPPORTED-KIND", kind=item.type)
                    batch.settle(at, State.REFUSED)
                    continue
            leaving.append(at)
        if not leaving:
            return
        content = b"".join(encoded(parties, posted, self.settings, known))
        now = yield from Now()
        name = hashlib.sha256(content).hexdigest()[:_BATCH_DIGITS]
        file = f"sage_connect-{now:%Y%m%d}-{name}.txt"
        entries = [
            Entry(
                digest=batch.keys[at].digest,
                content=content_digest(batch.items[at]),
                kind=batch.items[at].type,
                id=ids[at][0],
                journal=ids[at][1],
                batch=name,
                file=file,
                at=now,
            )
            for at in leaving
        ]
        line = batch_line(
            batch=name,
            file=file,
            sha256=hashlib.sha256(content).hexdigest(),
            at=now,
            entries=entries,
        )
        opening = b"" if registry.scope else opening_line(self._scope)
        # Each step is durable before the next; what a crash leaves, `_registry` puts right.
        # A pending file that is cut short has no line in the registry and is thrown away.
        pending = self._path("state", f"{name}.pending")
        yield from AppendFile(pending, content)
        yield from AppendFile(self._path("state", "registry.ndjson"), opening + line)
        yield from MoveFile(pending, self._path("imports", file))
        for at, entry in zip(leaving, entries, strict=True):
            receipt = _receipt(batch.keys[at], batch.items[at], entry)
            batch.settle(at, State.HANDED_OVER, receipt=receipt)

    def _number(self, number: str, journal: str, registry: Registry) -> str:
        used = registry.pieces.get(journal, set())
        if _is_piece_number(number) and number not in used:
            return registry.take_piece(journal, number)
        return registry.next_piece(journal)

    def reconcile(self, key: Key) -> Plan[Receipt[Document | None] | None]:
        """Look the key up in the registry of what was handed over."""
        yield from require_folder(self.folder)
        yield from Hold(
            self._path("state", "lock"),
            wait=self.settings.wait,
            code="SC-S100-FOLDER-IN-USE",
        )
        reference = self.reference or (yield from self._read_exports())
        registry = yield from self._registry(reference)
        entry = registry.entries.get(key.digest)
        return None if entry is None else _receipt(key, None, entry)

    def preflight(self) -> Plan[Report]:
        """Look at folder, export, company file and settings; write nothing."""
        file = self.settings.company_file
        facts = (yield from self._company_file()) if file else None
        reference = yield from self._read_exports()
        known = None if reference.company is None else reference
        return preflight(self.settings, known, company_file=facts)

    def _company_file(self) -> Plan[CompanyFileFacts]:
        path = self.settings.company_file
        found = yield from FindFile(path)
        if found is None or found.is_folder:
            return CompanyFileFacts(
                path=path, exists=found is not None, is_folder=found is not None
            )
        in_use = yield from Probe(path)
        try:
            head = yield from ReadFile(path, limit=_HEAD)
        except StorageError:
            # Sage may hold it so that nobody else reads it; the report says which.
            return CompanyFileFacts(path=path, exists=True, readable=False, in_use=in_use)
        return CompanyFileFacts(path=path, exists=True, head=head, in_use=in_use)

    def health(self) -> Plan[Health]:
        """Say whether the workspace folder is there."""
        found = yield from FindFile(self.folder)
        if found is not None and found.is_folder:
            return Health(state=HealthState.OK)
        return Health(state=HealthState.DOWN, reason=f"{self.folder} is not there")


def _receipt(key: Key, document: Any, entry: Entry) -> Receipt[Any]:
    details = {"journal": entry.journal, "piece": entry.id, "file": entry.file}
    return Receipt(
        key=key,
        id=entry.id,
        document=document,
        posted_at=entry.at,
        details=FrozenMap({name: text for name, text in details.items() if text}),
    )


def _entries(piece: Piece, number: str) -> list[PreviewEntry]:
    return [
        PreviewEntry(
            document=piece.invoice_number,
            journal=piece.journal,
            date=piece.date,
            piece=number,
            account=line.account,
            party=line.third_party,
            label=line.label,
            debit=str(line.amount) if line.debit else "",
            credit="" if line.debit else str(line.amount),
            analytic=", ".join(f"{one.section} {one.amount}" for one in line.shares),
        )
        for line in piece.lines
    ]


def _stale(reason: str) -> ConfigurationError:
    return ConfigurationError(
        f"the preview no longer holds: {reason}; nothing was posted",
        code="SC-PREVIEW-STALE",
        fix="Make the preview again, look at it, and post that.",
    )
