"""The user, and the businesses that the user sees."""

from typing_extensions import override

from . import refusals
from .company import Company
from .records import Records
from .store import Doc

USER_ID = "user"


class Users(Records):
    """The one user; belongs to no business."""

    @override
    def read(self, company: Company, id: str) -> Doc:
        del id
        doc = company.get(self.resource, USER_ID)
        if doc is None:
            raise refusals.no_such_record()
        return doc

    @override
    def update(self, company: Company, doc: Doc, body: Doc) -> Doc:
        changed = {**doc, **body}
        changed["name"] = f"{changed['first_name']} {changed['last_name']}"
        return company.save(self.resource, changed)


class Businesses(Records):
    """The businesses; kept apart from the records inside them."""
