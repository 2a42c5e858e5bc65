"""The workspace folder of a company, as plans: settings, exports, registry, handing over.

```
FOLDER/
├── sage_connect.toml   settings, if any
├── exports/            from Sage: what can be read back
├── imports/            to Sage: whole files, each handed over once
├── receipts/           a folder for each import file whose documents have attachments
└── state/              the registry of what was handed over, and its lock
```
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Final

import attrs

from ..errors import ConfigurationError, FileFormatError, StorageError
from ..ledger.settings import profile, settings_from
from ..model import Reference
from ..plan import (
    AppendFile,
    DeleteFile,
    DeleteFolder,
    FileInfo,
    FindFile,
    Hold,
    ListFolder,
    MoveFile,
    Plan,
    Probe,
    ReadFile,
    ScanFile,
    Wait,
    WriteFile,
)
from .export import EXPENSES, Reading
from .preflight import CompanyFileFacts, other_product
from .receipts import folder_of, manifest_path
from .registry import (
    Entry,
    Registry,
    batch_line,
    called_off_line,
    confirmed_bytes,
    damaged,
    import_files,
    opening_line,
    read_confirmed,
    read_registry,
)
from .settings import Sage100Settings

SETTINGS_FILE: Final = "sage_connect.toml"
OURS: Final = "sage_connect-"
"""What the names of our import files begin with."""
OUR_OWN: Final = "SC-S100-EXPORT-OURS"
"""Code of an import file of ours among the exports."""

_PENDING: Final = ".pending"
_NOTHING: Final[Mapping[str, bytes]] = MappingProxyType({})
_BATCH_DIGITS: Final = 16
_POLL: Final = 0.2
_HEAD: Final = 4096
# What file managers leave behind.
_STRAY: Final = frozenset({"desktop.ini", "thumbs.db"})

Listing = tuple[FileInfo, ...]


@attrs.frozen
class Workspace:
    """One company's folder.

    Attributes:
        folder: Its path, as the caller wrote it.
    """

    folder: str

    def path(self, *parts: str) -> str:
        """Return a path below the folder. Windows takes both slashes."""
        return "/".join((self.folder.rstrip("/\\") or "/", *parts))

    def require(self) -> Plan[None]:
        """Raise ConfigurationError unless the folder is there."""
        found = (yield from FindFile(self.folder)) if self.folder else None
        if found is None or not found.is_folder:
            told = "no such folder" if found is None else "a file, not a folder"
            raise ConfigurationError(
                f"expected a workspace folder at {self.folder!r}, found {told}",
                code="SC-S100-WORKSPACE",
                fix="Make the folder, with the company's export from Sage in exports/.",
            )

    def settings(self, environment: Mapping[str, str]) -> Plan[Sage100Settings]:
        """Read the settings that stand in the folder; the defaults where none do.

        Args:
            environment: Where secrets are looked up that the file leaves out.

        Raises:
            ConfigurationError: No folder, one of another product, or wrong settings.
        """
        yield from self.require()
        for found in (yield from ListFolder(self.folder)):
            head = yield from ReadFile(found.path, limit=_HEAD)
            foreign = other_product(found.name, head)
            if foreign is not None:
                message, fix = foreign.message(), foreign.fix()
                raise ConfigurationError(message, code=foreign.code, fix=fix)
        path = self.path(SETTINGS_FILE)
        content = yield from ReadFile(path, missing=b"")
        try:
            table = profile(content, "sage100")
            return settings_from(Sage100Settings, table, environment=environment)
        except ConfigurationError as error:
            raise ConfigurationError(
                f"{path}: {error.message}",
                code=error.code,
                fix=error.fix or "Correct the file; the manual names every setting.",
            ) from error

    def exports(self) -> Plan[Listing]:
        """List the exports, without hidden files and those of file managers."""
        found = yield from ListFolder(self.path("exports"))
        return tuple(
            file
            for file in found
            if not file.name.startswith(".") and file.name.casefold() not in _STRAY
        )

    def read(
        self, exports: Listing, *, expenses: Sequence[str] = EXPENSES
    ) -> Plan[Reference]:
        """Return what the exports say of the company.

        Args:
            exports: As `exports` lists them.
            expenses: How the numbers of expense accounts begin.

        Raises:
            FileFormatError: One of them cannot be read, or is an import file of ours.
        """
        path = self.path("state", "registry.ndjson")
        ours = import_files((yield from ReadFile(path, missing=b"")))
        reading = Reading(tuple(expenses))
        for found in sorted(exports, key=lambda one: one.modified):
            # It would prove by itself that it was imported.
            if ours and (yield from ScanFile(found.path, _sha256)) in ours:
                raise _our_own(found)
            yield from ScanFile(
                found.path,
                partial(reading.take, name=found.name, modified=found.modified),
            )
        return reading.reference()

    def company_file(self, path: str) -> Plan[CompanyFileFacts]:
        """Look at the company's file, without opening its data."""
        found = yield from FindFile(path)
        if found is None or found.is_folder:
            there = found is not None
            return CompanyFileFacts(path=path, exists=there, is_folder=there)
        in_use = yield from Probe(path)
        try:
            head = yield from ReadFile(path, limit=_HEAD)
        except StorageError:
            # Sage may hold it so that nobody else reads it; the report says which.
            return CompanyFileFacts(path=path, exists=True, readable=False, in_use=in_use)
        return CompanyFileFacts(path=path, exists=True, head=head, in_use=in_use)

    def require_free(self, file: str, wait: float) -> Plan[None]:
        """Wait until nobody has the company's file open, at most `wait` seconds.

        Raises:
            StorageError: Somebody still has.
        """
        while (yield from Probe(file)):
            if wait <= 0:
                raise StorageError(
                    "expected the company's file to be free, found it open elsewhere",
                    file=file,
                    code="SC-S100-FILE-IN-USE",
                    fix="Close the company in Sage 100, then post again.",
                )
            yield from Wait(min(_POLL, wait))
            wait -= _POLL

    def registry(self, reference: Reference, *, name: str, wait: float) -> Plan[Registry]:
        """Lock the folder, read the registry, and mend what a crash may have left.

        Args:
            reference: What the exports say; the registry must be of that company.
            name: Company name of the settings, where there is no export.
            wait: Seconds to wait for another process.

        Raises:
            StorageError: Another process posts here, or the registry cannot be trusted.
            ConfigurationError: It belongs to another company, or the company has no name.
        """
        yield from Hold(self.path("state", "lock"), wait=wait, code="SC-S100-FOLDER-IN-USE")
        path = self.path("state", "registry.ndjson")
        registry, ends = yield from self._read_registry()
        pending = yield from self._pending_files()
        # A crash that cuts a line short leaves the pending file, which is written first.
        if not pending and not ends:
            raise damaged(path, "its end is missing")
        if registry.torn:
            yield from WriteFile(path, registry.kept)
        _require_known((yield from self._imports()), registry, path)
        if registry.last in pending:
            # The last batch was prepared and never left.
            yield from AppendFile(path, called_off_line(registry.last))
            content = yield from ReadFile(path)
            registry = read_registry(content, file=path)
        for file in pending.values():
            yield from self._throw_away(file)
        registry.scope = _scope(registry.scope, reference, name)
        return registry

    def require_registry(self) -> Plan[None]:
        """Raise StorageError where the registry cannot be trusted; without the lock.

        Another process may be posting. A file stands in `imports/` after its line in the
        registry, and beside a line that is being written there is a pending file: so they
        are looked at in this order, and twice where something seems to be missing.
        """
        path = self.path("state", "registry.ndjson")
        imports = yield from self._imports()
        registry, ends = yield from self._read_registry()
        if not ends and not (yield from self._pending_files()):
            again, ends = yield from self._read_registry()
            if not ends and again.kept == registry.kept:
                raise damaged(path, "its end is missing")
            registry = again
        _require_known(imports, registry, path)

    def _read_registry(self) -> Plan[tuple[Registry, bool]]:
        """Return the registry, and whether its end is there."""
        path = self.path("state", "registry.ndjson")
        found = yield from FindFile(path)
        content = (yield from ReadFile(path)) if found else b""
        registry = read_registry(content, file=path)
        return registry, not registry.torn and (found is None or bool(content))

    def confirmed(self, registry: Registry) -> Plan[dict[str, str]]:
        """Return what exports have shown so far: name of the export by digest of the key.

        What an import file of ours seemed to show, to an earlier version, is left out.

        Raises:
            StorageError: It cannot be read.
        """
        path = self.path("state", "confirmed.ndjson")
        shown = read_confirmed((yield from ReadFile(path, missing=b"")), file=path)
        return {key: file for key, file in shown.items() if file not in registry.files}

    def keep_confirmed(self, confirmed: Mapping[str, str]) -> Plan[None]:
        """Write what exports have shown so far, whole."""
        path = self.path("state", "confirmed.ndjson")
        yield from WriteFile(path, confirmed_bytes(confirmed))

    def _imports(self) -> Plan[Listing]:
        return (yield from ListFolder(self.path("imports")))

    def _pending_files(self) -> Plan[dict[str, FileInfo]]:
        found = yield from ListFolder(self.path("state"))
        return {
            file.name.removesuffix(_PENDING).rpartition("-")[2]: file
            for file in found
            if file.name.endswith(_PENDING)
        }

    def _throw_away(self, pending: FileInfo) -> Plan[None]:
        """Remove what a batch that never left has written; the pending file goes last."""
        name = pending.name.removesuffix(_PENDING)
        if name.startswith(OURS):
            yield from DeleteFile(self.path(manifest_path(name)))
            yield from DeleteFolder(self.path(folder_of(name)))
        yield from DeleteFile(pending.path)

    def batch_name(self, registry: Registry, content: bytes) -> str:
        """Return the name of a batch: no two of a registry have the same."""
        before = hashlib.sha256(registry.kept).digest()
        return hashlib.sha256(before + content).hexdigest()[:_BATCH_DIGITS]

    def file_name(self, batch: str, now: dt.datetime) -> str:
        """Return the name of a batch's import file."""
        return f"{OURS}{now:%Y%m%d}-{batch}.txt"

    def hand_over(
        self,
        registry: Registry,
        content: bytes,
        entries: Sequence[Entry],
        *,
        batch: str,
        file: str,
        now: dt.datetime,
        beside: Mapping[str, bytes] = _NOTHING,
    ) -> Plan[None]:
        """Make a batch durable, enter it into the registry, hand it over by one rename.

        Args:
            registry: Of the company.
            content: The import file.
            entries: What it holds.
            batch: Name of the batch.
            file: Name of the import file.
            now: The moment.
            beside: What must stand beside it, by path below the workspace.

        Raises:
            StorageError: The disk refused. Nothing was handed over.
        """
        line = batch_line(
            batch=batch,
            file=file,
            sha256=hashlib.sha256(content).hexdigest(),
            at=now,
            entries=entries,
            content=content,
        )
        opening = b"" if registry.kept else opening_line(registry.scope)
        # Each step is durable before the next; what a crash leaves, `registry` puts right.
        # A pending file that is cut short has no line in the registry and is thrown away.
        pending = self.path("state", file.removesuffix(".txt") + _PENDING)
        target = self.path("imports", file)
        yield from AppendFile(pending, content)
        for path, one in beside.items():
            yield from WriteFile(self.path(path), one)
        yield from AppendFile(self.path("state", "registry.ndjson"), opening + line)
        try:
            yield from MoveFile(pending, target)
        except StorageError:
            # It may have failed after the rename, in making the folders durable.
            if (yield from FindFile(target)) is None:
                raise


def _require_known(imports: Listing, registry: Registry, path: str) -> None:
    for file in imports:
        if file.name.startswith(OURS) and file.name not in registry.files:
            raise damaged(path, f"it does not know {file.name}, which stands in imports/")


def _sha256(blocks: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for block in blocks:
        digest.update(block)
    return digest.hexdigest()


def _our_own(found: FileInfo) -> FileFormatError:
    return FileFormatError(
        "expected an export of Sage, found an import file of ours, which proves nothing",
        file=found.path,
        code=OUR_OWN,
        fix="Take it out of exports/. Import it in Sage if that was not done, then export "
        "the company from Sage into exports/.",
    )


def scope_of(reference: Reference, name: str) -> str:
    """Return the books of a company: name and SIRET of its export, else its name alone."""
    company = reference.company
    return name if company is None else f"{company.name}|{company.registration}"


def _scope(known: str, reference: Reference, name: str) -> str:
    """Return the scope of keys: once something was posted, as it was then."""
    scope = scope_of(reference, name)
    if not scope:
        raise ConfigurationError(
            "expected the company's name, in an export or in the settings, found neither",
            code="SC-S100-NO-EXPORT",
            fix="Export the company from Sage into exports/, or set `name`.",
        )
    if not known or reference.company is None or known == scope:
        return known or scope
    # Posted before there was an export: the name alone tells the company.
    if known.casefold() == reference.company.name.casefold():
        return known
    raise ConfigurationError(
        f"the registry belongs to {known!r}, the export to {scope!r}",
        code="SC-COMPANY-MISMATCH",
        fix="Give each company a folder of its own. If this company was renamed in Sage, "
        "ask for help before posting: documents could be posted twice.",
    )
