"""Receipts of posted documents, as plans: attach, list, give back, look after.

Each plan runs under the lock that `Workspace.registry` holds.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Final

from ..errors import NotFoundError, StorageError
from ..model import Attachment, AttachmentInfo
from ..plan import FindFile, ListFolder, Plan, ReadFile, WriteFile
from ..validation import Report
from .booked import lines_of
from .codec import DIGEST_LENGTH
from .receipts import (
    MANIFEST,
    SHEET,
    Manifest,
    Proven,
    added,
    folder_of,
    manifest_csv,
    manifest_path,
    read_manifest,
    verified,
    written,
)
from .registry import Entry, Registry, contents
from .workspace import Workspace

_MANIFESTS: Final = "state/receipts"


def attach(
    workspace: Workspace, entry: Entry, registry: Registry, attachment: Attachment
) -> Plan[str]:
    """Write a receipt beside those of its import file; return the file's name.

    The same receipt again is the same file; what else people put into the folder is not
    written over. After a crash the manifest names what stands there, or attaching again
    makes it so.

    Raises:
        StorageError: The disk refused.
        FileFormatError: The manifest cannot be read.
    """
    manifest = yield from _manifest(workspace, entry.file)
    rows = manifest.of(entry.digest)
    piece = rows[0].of if rows else _handed_over(entry, registry)
    strangers = yield from _strangers(workspace, manifest, attachment)
    manifest, files = added(manifest, piece, (attachment,), strangers=strangers)
    for path, content in written(manifest, files).items():
        yield from WriteFile(workspace.path(path), content)
    (name,) = files
    return name


def _handed_over(entry: Entry, registry: Registry) -> Proven:
    """Return the piece of a document as it stands in its import file."""
    reference = entry.digest[:DIGEST_LENGTH]
    files = (content for name, content in contents(registry) if name == entry.file)
    lines = lines_of(files, {reference}).get(reference, [])
    return Proven(
        key=entry.digest,
        kind=entry.kind,
        journal=entry.journal,
        piece=entry.id,
        # An earlier version kept no files: then our own number is all that is known.
        invoice_number=lines[0].invoice_number if lines else entry.number,
        third_party=next((one.third_party for one in lines if one.third_party), ""),
        date=dt.date.fromisoformat(lines[0].date) if lines else None,
    )


def _strangers(
    workspace: Workspace, manifest: Manifest, attachment: Attachment
) -> Plan[Mapping[str, str]]:
    """Return the digests of what the manifest does not name, "" where they must differ."""
    known = {one.file for one in manifest.receipts}
    found: dict[str, str] = {}
    for file in (yield from ListFolder(workspace.path(folder_of(manifest.import_file)))):
        if file.name not in known:
            same_size = file.size == len(attachment.content)
            found[file.name] = (yield from _digest(file.path)) if same_size else ""
    return found


def listed(
    workspace: Workspace, import_file: str, key: str
) -> Plan[tuple[AttachmentInfo, ...]]:
    """Return what is attached to the document whose key has the digest `key`."""
    manifest = yield from _manifest(workspace, import_file)
    return tuple(one.info for one in manifest.of(key))


def given_back(
    workspace: Workspace, import_file: str, key: str, id: str
) -> Plan[Attachment]:
    """Return a receipt, byte for byte as it was attached.

    Raises:
        NotFoundError: The document has none of this name.
        StorageError: It is lost, or has been changed.
    """
    manifest = yield from _manifest(workspace, import_file)
    for one in manifest.of(key):
        if one.file == id:
            break
    else:
        raise NotFoundError(f"no receipt {id!r} is attached to this document")
    path = workspace.path(folder_of(import_file), one.file)
    found = yield from FindFile(path)
    content = (yield from ReadFile(path)) if found else b""
    attachment = Attachment(
        name=one.name,
        content=content,
        media_type=one.media_type,
        description=one.description,
    )
    sound = {one.file: attachment.sha256} if found else {}
    for fault in verified(Manifest(import_file=import_file, receipts=(one,)), sound):
        raise StorageError(fault.message(), file=path, code=fault.code, fix=fault.fix())
    return attachment


def looked_after(workspace: Workspace) -> Plan[Report]:
    """Compare all receipts with the manifests; read each file once.

    The lists in a folder that a crash left behind, or that are gone, are written anew.

    Raises:
        StorageError: A file is there and cannot be read, or a list cannot be written.
        FileFormatError: A manifest cannot be read.
    """
    report = Report()
    for file in (yield from ListFolder(workspace.path(_MANIFESTS))):
        content = yield from ReadFile(file.path)
        manifest = read_manifest(content, file=file.path)
        yield from _mend_lists(workspace, manifest, content)
        found = yield from _digests(workspace, manifest)
        one = verified(manifest, found)
        report = Report(
            findings=(*report, *one), documents=report.documents + one.documents
        )
    return report


def _digests(workspace: Workspace, manifest: Manifest) -> Plan[Mapping[str, str]]:
    folder = folder_of(manifest.import_file)
    found: dict[str, str] = {}
    for name in {one.file for one in manifest.receipts}:
        path = workspace.path(folder, name)
        if (yield from FindFile(path)) is not None:
            found[name] = yield from _digest(path)
    return found


def _digest(path: str) -> Plan[str]:
    return hashlib.sha256((yield from ReadFile(path))).hexdigest()


def _mend_lists(workspace: Workspace, manifest: Manifest, content: bytes) -> Plan[None]:
    folder = folder_of(manifest.import_file)
    if (yield from FindFile(workspace.path(folder))) is None:
        # Moved away on purpose, perhaps: there is nobody to read a list.
        return
    copy, sheet = workspace.path(folder, MANIFEST), workspace.path(folder, SHEET)
    kept = yield from ReadFile(copy, missing=b"")
    if kept != content or (yield from FindFile(sheet)) is None:
        yield from WriteFile(sheet, manifest_csv(manifest))
        yield from WriteFile(copy, content)


def _manifest(workspace: Workspace, import_file: str) -> Plan[Manifest]:
    path = workspace.path(manifest_path(import_file))
    if (yield from FindFile(path)) is None:
        return Manifest(import_file=import_file)
    content = yield from ReadFile(path)
    return read_manifest(content, file=path)
