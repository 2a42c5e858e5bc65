"""Receipts and scans that travel with a document."""

import hashlib

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
