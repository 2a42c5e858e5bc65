"""Files attached to posted documents."""

import base64
from collections.abc import Sequence
from typing import Final

from ..errors import CodecError, NotFoundError, OutcomeUnknownError, UnsupportedError
from ..model import Attachment, AttachmentInfo
from ..plan import Plan
from .kinds import Kind
from .paging import listing
from .rules.accounts import DOUBTFUL_FILES, TAKEN_FILES, media_type_of
from .rules.limits import FILE_SIZE
from .service import Request, Service, path_id
from .wire.bodies import ATTACHMENT_CREATE
from .wire.body import written
from .wire.shapes import Attachment as Record, decode_attachment

_PATH: Final = "/attachments"
_PAGE: Final = 20
"""Records on a page, as Sage asks for attachments."""
_UNTYPED: Final = "application/octet-stream"
_TRIES: Final = 3


class Files:
    """The attachments of one business. The API has no guard against a repeated upload."""

    def __init__(self, service: Service) -> None:
        self._service: Service = service

    def attach(self, kind: Kind, id: str, attachment: Attachment) -> Plan[str]:
        """Attach a file, unless the very same is attached already; return its id.

        After a lost answer it is looked up, and sent again only where it is not there.

        Raises:
            UnsupportedError: Sage takes none for this kind of document.
            CodecError: It is too large, or of a type that Sage does not take; nothing was
                sent.
            OutcomeUnknownError: Contact was lost, and the file is not there so far.
        """
        if not kind.context:
            raise UnsupportedError(
                f"Sage Accounting takes no attachments to {kind.resource.replace('_', ' ')}"
            )
        media_type = _checked(attachment)
        known = yield from self._same(kind, id, attachment)
        if known:
            return known
        body = {
            "file": base64.b64encode(attachment.content).decode(),
            "file_name": attachment.name,
            "mime_type": media_type,
            "description": attachment.description or None,
            "file_size": len(attachment.content),
            "attachment_context_type_id": kind.context,
            "attachment_context_id": id,
        }
        wrapped = ATTACHMENT_CREATE.wrapped(
            "attachment", {name: one for name, one in body.items() if one is not None}, None
        )
        request = Request(method="POST", path=_PATH, body=written(wrapped))
        lost: OutcomeUnknownError | None = None
        for _ in range(_TRIES):
            try:
                record = yield from self._service.record(request, decode_attachment)
            except OutcomeUnknownError as error:
                lost = error
                known = yield from self._same(kind, id, attachment)
                if known:
                    return known
            else:
                return record.id
        raise OutcomeUnknownError(
            f"contact was lost while {attachment.name!r} was being attached; it is not "
            "there so far. Repeat it: what is attached then is not attached again"
        ) from lost

    def lacking(
        self, kind: Kind, id: str, attachments: Sequence[Attachment]
    ) -> Plan[Sequence[Attachment]]:
        """Return which of `attachments` a document does not have, by name and size.

        Not by content, which would have to be fetched.
        """
        if not attachments or not kind.context:
            return attachments
        listed = yield from self.listed(kind, id)
        there = {(one.name, one.size) for one in listed}
        return [one for one in attachments if (one.name, len(one.content)) not in there]

    def _same(self, kind: Kind, id: str, attachment: Attachment) -> Plan[str]:
        """Return the id of the very same file where it is attached already; else ""."""
        for one in (yield from self.listed(kind, id)):
            if one.name == attachment.name and one.size == len(attachment.content):
                content = yield from self._content(one.id)
                if content == attachment.content:
                    return one.id
        return ""

    def _content(self, file: str) -> Plan[bytes]:
        request = Request(
            method="GET",
            path=f"{_PATH}/{path_id(file)}/file",
            accept=_UNTYPED,
            repeatable=True,
        )
        reply = yield from self._service.send(request)
        return reply.body

    def listed(self, kind: Kind, id: str) -> Plan[Sequence[AttachmentInfo]]:
        """Return what is attached to a document, in order.

        Sage does not tell a digest: `sha256` is empty.
        """
        query = {
            "attachment_context_type_id": kind.context,
            "attachment_context_id": id,
            "attributes": "file_name,mime_type,description,file_size",
        }
        following = listing(
            self._service, _PATH, query, decode_attachment, items_per_page=_PAGE
        )
        found: list[AttachmentInfo] = []
        page = yield from following()
        while True:
            found.extend(_info(one) for one in page.items)
            if page.next is None:
                return found
            page = yield from page.next()

    def given_back(self, kind: Kind, id: str, file: str) -> Plan[Attachment]:
        """Return an attached file, byte for byte.

        Raises:
            NotFoundError: The document has no such attachment.
        """
        for one in (yield from self.listed(kind, id)):
            if one.id == file:
                content = yield from self._content(file)
                return Attachment(
                    name=one.name,
                    content=content,
                    media_type=one.media_type,
                    description=one.description,
                )
        raise NotFoundError(f"{id!r} has no attachment {file!r}")


def _checked(attachment: Attachment) -> str:
    """Return the media type of a file that Sage takes.

    Raises:
        CodecError: It does not.
    """
    size, media_type = len(attachment.content), media_type_of(attachment)
    if size > FILE_SIZE:
        raise CodecError(
            f"{attachment.name!r} has {size} bytes; Sage takes up to {FILE_SIZE}",
            path="/content",
            code="SC-SA-FILE-SIZE",
            fix="Attach a smaller copy, or several parts.",
        )
    if media_type not in TAKEN_FILES | DOUBTFUL_FILES:
        raise CodecError(
            f"{attachment.name!r} is of the type {media_type or 'unknown'!r}, which Sage "
            "does not take",
            path="/media_type",
            code="SC-SA-FILE-TYPE",
            fix="Attach a PDF, a JPEG or a PNG.",
        )
    return media_type


def _info(record: Record) -> AttachmentInfo:
    return AttachmentInfo(
        id=record.id,
        name=record.file_name or record.displayed_as or "",
        media_type=record.mime_type or "",
        description=record.description or "",
        size=record.file_size or 0,
        sha256="",
    )
