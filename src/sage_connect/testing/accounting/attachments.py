"""Files attached to records."""

import base64
import uuid
from typing import Final

from typing_extensions import override

from . import refusals
from .bodies import recorded
from .calls import Answer, Call
from .company import Company
from .records import Records
from .refusals import Complaint, Refused
from .store import Doc

MOST_BYTES: Final = 2_621_440
"""2.5 MiB (documented)."""


class Attachments(Records):
    """Files, sent as Base64 inside JSON."""

    @override
    def create(self, company: Company, body: Doc) -> Doc:
        content = _content(str(body["file"]))
        doc = self._linked(company, body, {})
        # Ids of attachments are hyphenated (seen in production).
        id = str(uuid.uuid4())
        name = str(body["file_name"])
        doc |= {
            "file": None,
            "file_size": len(content),
            "file_extension": body.get("file_extension") or _extension(name),
            "is_public": bool(body.get("is_public")),
            "$file_path": f"/attachments/{id}/file",
        }
        company.store.run("INSERT INTO files VALUES(?,?)", id, content)
        return company.add(self.resource, doc, id=id)

    @override
    def update(self, company: Company, doc: Doc, body: Doc) -> Doc:
        changed = {**doc, **self._linked(company, body, doc)}
        if body.get("file"):
            content = _content(str(body["file"]))
            company.store.run("UPDATE files SET content=? WHERE id=?", content, doc["id"])
            changed["file_size"] = len(content)
        return company.save(self.resource, {**changed, "file": None})

    @override
    def act(self, company: Company, verb: str, doc: Doc, call: Call) -> Doc | Answer:
        """Return the bytes, whatever their type (documented)."""
        rows = company.store.run("SELECT content FROM files WHERE id=?", doc["id"])
        content: bytes = rows[0][0]
        if call.accepts("application/json"):
            return {**doc, "file": base64.b64encode(content).decode()}
        kind = {"content-type": "application/octet-stream"}
        return Answer(status=200, content=content, headers=kind)

    def _linked(self, company: Company, body: Doc, old: Doc) -> Doc:
        """Return the fields of an attachment with what it is attached to."""
        sent = recorded(body)
        context = sent.pop("attachment_context", old.get("_link"))
        type_ = sent.get("attachment_context_type") or old.get("attachment_context_type")
        if bool(context) is not bool(type_):
            # "Both or neither" is documented for reading, inferred for writing.
            missing = "id" if type_ else "type_id"
            raise Refused(422, refusals.required(f"attachment_context_{missing}"))
        if not context:
            return {**sent, "_link": None}
        homes = company.store.homes(company.business, str(context))
        if not homes:
            raise refusals.unknown_reference()
        origin = company.need(homes[0], context)
        return {
            **sent,
            "attachment_context": f"{homes[0]}/{context}",
            "_link": context,
            "transaction": origin.get("transaction"),
        }


def _content(file: str) -> bytes:
    try:
        content = base64.b64decode(file, validate=True)
    except ValueError:
        # What Sage answers is not documented.
        raise refusals.invalid("is not Base64", "file") from None
    if len(content) > MOST_BYTES:
        raise Refused(
            422, Complaint("RecordInvalid", f"must be at most {MOST_BYTES} bytes", "file")
        )
    return content


def _extension(name: str) -> str | None:
    return name.rpartition(".")[2].lower() if "." in name else None
