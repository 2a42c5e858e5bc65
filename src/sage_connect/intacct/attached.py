"""Attachments: they go out with their document, and stand or fall with it."""

from pathlib import PurePosixPath
from typing import Any, Final

import attrs

from ..model import Attachment
from . import functions
from .codec.encoded import Encoded
from .settings import IntacctSettings

_LENGTH: Final = 17


def has_files(item: Any) -> bool:
    """Return whether an item comes with attachments."""
    return bool(getattr(item, "attachments", ()))


def files_id(digest: str) -> str:
    """Return the id under which a document's attachments are kept, from its key's digest.

    Its length is that of the shortest field that Intacct links attachments by [inferred].
    """
    return f"SC-{digest[:_LENGTH]}"


def attached(
    encoded: Encoded, item: Any, digest: str, settings: IntacctSettings
) -> Encoded:
    """Return `encoded` with a function before it that keeps the item's attachments."""
    if not has_files(item):
        return encoded
    files: tuple[Attachment, ...] = item.attachments
    function = functions.AttachmentsCreate(
        control_id=f"{digest}-files",
        attachments_id=files_id(digest),
        attachments_name=files_id(digest),
        attachment_folder_name=settings.attachments_folder,
        description=next((one.description for one in files if one.description), None),
        files=[_file(one, at, files) for at, one in enumerate(files)],
    )
    return attrs.evolve(encoded, functions=(function, *encoded.functions))


def _file(one: Attachment, at: int, files: tuple[Attachment, ...]) -> Any:
    path = PurePosixPath(one.name)
    # Names have no dot and are unique within the record.
    stem = path.stem.replace(".", "_") or "file"
    names = [PurePosixPath(other.name).stem.replace(".", "_") for other in files[:at]]
    name = f"{stem}-{at + 1}" if stem in names else stem
    return functions.AttachmentFile(
        file_name=name, extension=path.suffix.removeprefix("."), content=one.content
    )
