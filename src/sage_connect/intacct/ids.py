"""Intacct's own record numbers of what payments settle, and of what stands already."""

import attrs

from .kinds import AP_BILL, AR_INVOICE

Table = dict[tuple[str, str, str], str]


def _table() -> Table:
    return {}


@attrs.define(kw_only=True)
class Ids:
    """Record numbers by what documents call them. Grows while a batch is posted.

    Attributes:
        read: True once they were read from the company.
        documents: By object, party and number: an invoice and an adjustment may share a
            number. Payments stand there once they are to be taken back.
        masters: Record number of master data, by object, "" and id.
        taxes: Record number of tax details, by id.
    """

    read: bool = False
    documents: Table = attrs.field(factory=_table)
    masters: Table = attrs.field(factory=_table)
    taxes: dict[str, str] = attrs.field(factory=dict[str, str])

    def settled(self, party: str, number: str, *, received: bool) -> str | None:
        """Return the record number of the invoice or bill that a payment settles."""
        kind = AR_INVOICE if received else AP_BILL
        return self.documents.get((kind.object, party, number))
