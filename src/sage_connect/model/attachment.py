"""Receipts and scans that travel with a document."""

import hashlib
from typing import Self

import attrs

from . import fields


@attrs.frozen(kw_only=True)
class Attachment:
    """A file that proves a document.

    Attributes:
        name: File name with extension, without a folder.
        content: The bytes themselves.
        media_type: Such as "application/pdf"; "" when not known.
        description: What it shows.
    """

    name: str = attrs.field(validator=fields.is_text)
    content: bytes = attrs.field(
        validator=attrs.validators.instance_of(bytes),
        repr=lambda content: f"<{len(content)} bytes>",
    )
    media_type: str = fields.text()
    description: str = fields.text()

    @property
    def sha256(self) -> str:
        """The SHA-256 of the content, 64 hexadecimal digits."""
        return hashlib.sha256(self.content).hexdigest()


@attrs.frozen(kw_only=True)
class AttachmentInfo:
    """What is known of a file attached to a posted document, without its content.

    Attributes:
        id: The product's own identity of it.
        name: File name as it was given.
        media_type: Such as "application/pdf"; "" when not known.
        description: What it shows.
        size: In bytes.
        sha256: Of the content, 64 hexadecimal digits.
    """

    id: str
    name: str
    media_type: str = ""
    description: str = ""
    size: int
    sha256: str

    @classmethod
    def of(cls, attachment: Attachment, *, id: str) -> Self:
        """Describe an attachment that stands under `id`."""
        return cls(
            id=id,
            name=attachment.name,
            media_type=attachment.media_type,
            description=attachment.description,
            size=len(attachment.content),
            sha256=attachment.sha256,
        )
