"""What a record is recognised by as the one that a document was posted as."""

import datetime as dt
import enum
from collections.abc import Iterator
from typing import Any, Final

import attrs

from .codec.encoded import Encoded
from .ids import SUPPLIER
from .kinds import Kind
from .resolve import mark_of

IDENTITY: Final = frozenset(
    {
        "/contact_id",
        "/date",
        "/reference",
        "/vendor_reference",
        "/invoice_number",
        "/credit_note_number",
    }
)
"""Fields that no calculation of Sage's changes: what differs there is another document."""


class Fit(enum.IntEnum):
    """How surely a record carries a mark."""

    NOT = 0
    """It does not."""
    THEIRS = 1
    """It carries the other side's number, as one does that was typed by hand."""
    BEGINS = 2
    """Behind our number something else stands: what was referred to then, or a number that
    has a blank in it."""
    EXACT = 3
    """It is the one."""


@attrs.frozen(kw_only=True)
class Mark:
    """What a document is found by.

    Attributes:
        number: The number that it carries in Sage; "" where Sage numbers.
        own: What its reference begins with that is its own; "" where nothing is.
        reference: What stands in its reference, as it would be posted now.
        party_number: The other side's number on a purchase.
        day: Its date.
        contact: Id of its contact; "" where it has none, or is not known.
    """

    number: str = ""
    own: str = ""
    reference: str = ""
    party_number: str = ""
    contact: str = ""
    day: dt.date | None = None

    @classmethod
    def of(cls, kind: Kind, encoded: Encoded) -> "Mark":
        """Return what the record made of `encoded` will be found by."""
        return cls(
            number=encoded.body.get(kind.number, "") if kind.number else "",
            own=encoded.mark,
            reference=encoded.body.get("reference", ""),
            party_number=encoded.body.get("vendor_reference", ""),
            contact=encoded.body.get("contact_id", ""),
            day=encoded.body.get("date"),
        )

    @property
    def sought(self) -> str:
        """What to search for.

        Where something of its own stands there, without what the caller refers to: that is
        no part of a document's identity, and may have changed.
        """
        return self.own or self.reference

    def fit(self, kind: Kind, record: Any) -> Fit:
        """Return how surely `record` carries it; that it was found is no proof."""
        contact = getattr(record, "contact", None)
        if self.contact and contact is not None and contact.id != self.contact:
            return Fit.NOT
        if kind.number and self.number:
            prefix = getattr(record, f"{kind.number}_prefix", None) or ""
            said = getattr(record, kind.number)
            same = said in {self.number, f"{prefix}{self.number}"}
            return Fit.EXACT if same else Fit.NOT
        said = record.reference or ""
        if self.own:
            if said in {self.own, self.reference}:
                return Fit.EXACT
            if said.startswith(f"{self.own} "):
                return Fit.BEGINS
        if self.party_number and record.vendor_reference == self.party_number:
            return Fit.THEIRS
        return Fit.NOT


def beginnings(reference: str) -> Iterator[str]:
    """Give everything in `reference` that may be a number: up to a blank, or all of it."""
    at = reference.find(" ")
    while at >= 0:
        yield reference[:at]
        at = reference.find(" ", at + 1)
    yield reference


def marks_of(kind: Kind, id: str, contact: str) -> Iterator[Mark]:
    """Give what a record may be found by: its number, or what its reference begins with."""
    own = mark_of(id)
    if kind.number:
        yield Mark(number=id, own=own, reference=own, contact=contact)
    # Where Sage numbers, ours stands in the reference.
    yield Mark(own=own, reference=own, contact=contact)
    if own != id:
        # A long number of a journal stands there, of a purchase in the supplier's place.
        theirs = id if kind.side == SUPPLIER else ""
        yield Mark(own=id, reference=id, party_number=theirs, contact=contact)
