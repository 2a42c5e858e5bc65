"""Receipts of posted documents, as plans: attach, list, give back, look after.

Each plan runs under the lock that `Workspace.registry` holds.
"""

from collections.abc import Mapping
from typing import Final

from ..errors import NotFoundError, StorageError
from ..model import Attachment, AttachmentInfo
from ..plan import FindFile, ListFolder, Plan, ReadFile, WriteFile
from ..validation import Report
from .receipts import (
    Manifest,
    Proven,
    added,
    folder_of,
    manifest_path,
    read_manifest,
    verified,
    written,
)
from .workspace import Workspace

_MANIFESTS: Final = "state/receipts"


def attach(
    workspace: Workspace, import_file: str, piece: Proven, attachment: Attachment
) -> Plan[str]:
    """Write a receipt beside those of its import file; return the file's name.

    The same receipt again is the same file. After a crash the manifest names what stands
    there, or attaching again makes it so.

    Raises:
        StorageError: The disk refused.
        FileFormatError: The manifest cannot be read.
    """
    manifest = yield from _manifest(workspace, import_file)
    manifest, files = added(manifest, piece, (attachment,))
    for path, content in written(manifest, files).items():
        yield from WriteFile(workspace.path(path), content)
    (name,) = files
    return name


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

    Raises:
        StorageError: A file is there and cannot be read.
        FileFormatError: A manifest cannot be read.
    """
    report = Report()
    for file in (yield from ListFolder(workspace.path(_MANIFESTS))):
        content = yield from ReadFile(file.path)
        manifest = read_manifest(content, file=file.path)
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
            content = yield from ReadFile(path)
            found[name] = Attachment(name=name, content=content).sha256
    return found


def _manifest(workspace: Workspace, import_file: str) -> Plan[Manifest]:
    path = workspace.path(manifest_path(import_file))
    if (yield from FindFile(path)) is None:
        return Manifest(import_file=import_file)
    content = yield from ReadFile(path)
    return read_manifest(content, file=path)
