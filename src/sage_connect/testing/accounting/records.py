"""How records come, change and go where nothing more is known of them."""

from collections.abc import Sequence
from typing import ClassVar

from typing_extensions import override

from . import refusals
from .bodies import recorded
from .calls import Answer, Call
from .company import Company, entries
from .kinds import is_object
from .store import Doc


class Records:
    """A resource whose records are kept as they are sent.

    Attributes:
        resource: Such as "addresses".
    """

    defaults: ClassVar[Doc] = {}
    """Fields of a new record where the body says nothing."""

    def __init__(self, resource: str) -> None:
        self.resource: str = resource

    def create(self, company: Company, body: Doc) -> Doc:
        """Keep a new record from a checked body.

        Raises:
            Refused: A rule forbids it; nothing was kept.
        """
        return company.add(self.resource, {**self.defaults, **recorded(body)})

    def update(self, company: Company, doc: Doc, body: Doc) -> Doc:
        """Change a record by the fields that are sent (documented for one-field updates).

        Raises:
            Refused: A rule forbids it; nothing was changed.
        """
        return company.save(self.resource, {**doc, **recorded(body)})

    def delete(self, company: Company, doc: Doc, call: Call) -> Doc | None:
        """Delete a record; return it where the reply shows it.

        Raises:
            Refused: A rule forbids it; nothing was deleted.
        """
        del call
        company.delete(self.resource, doc)
        return None

    def read(self, company: Company, id: str) -> Doc:
        """Return the record at a path.

        Raises:
            Refused: There is none; 404.
        """
        doc = company.live(self.resource, id)
        if doc is None:
            raise refusals.no_such_record()
        return doc

    def rows(self, company: Company, call: Call) -> Sequence[Doc] | None:
        """Return what a list holds; None for the records that the query asks for."""
        del company, call
        return None

    def shown(self, company: Company, doc: Doc, call: Call, *, alone: bool) -> Doc:
        """Return a record with the fields that are worked out when it is read.

        Args:
            company: Whose it is.
            doc: The record.
            call: The request.
            alone: Whether it is read by its id, rather than in a list.
        """
        del company, call, alone
        return doc

    def act(self, company: Company, verb: str, doc: Doc, call: Call) -> Doc | Answer:
        """Do what only some resources know, such as "release"; return what is shown."""
        del company, verb, call
        return doc


class Setting(Records):
    """A resource with one record and no ids."""

    @override
    def read(self, company: Company, id: str) -> Doc:
        del id
        return company.setting(self.resource)

    @override
    def update(self, company: Company, doc: Doc, body: Doc) -> Doc:
        sent = recorded(body)
        merged: Doc = {
            name: {**doc[name], **value}
            if is_object(value) and is_object(doc.get(name))
            else value
            for name, value in sent.items()
            # Parts and numbers are not taken away by null; assumed.
            if value is not None or not isinstance(doc.get(name), (dict, int))
        }
        return company.put_setting(self.resource, {**doc, **merged})


class CodeList(Records):
    """A list that is the same for every business."""

    @override
    def read(self, company: Company, id: str) -> Doc:
        del company
        found = entries(self.resource).get(id)
        if found is None:
            raise refusals.no_such_record()
        return found

    @override
    def rows(self, company: Company, call: Call) -> Sequence[Doc]:
        del company
        found = list(entries(self.resource).values())
        country = call.query.get("country_id")
        return [doc for doc in found if country is None or doc.get("_country") == country]
