"""Lines that belong to headers, and records that are worked out rather than kept."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from .company import Company
from .store import Row

NONE: Final[Sequence[Row]] = ()

LINES: Final[Mapping[str, tuple[str, str, str]]] = {
    # Header: what holds the lines, the object of a line, its field for the header.
    "APADJUSTMENT": ("APADJUSTMENTITEMS", "APADJUSTMENTITEM", "RECORDKEY"),
    "APBILL": ("APBILLITEMS", "APBILLITEM", "RECORDKEY"),
    "APPYMT": ("APPYMTDETAILS", "APPYMTDETAIL", "PAYMENTKEY"),
    "ARADJUSTMENT": ("ARADJUSTMENTITEMS", "ARADJUSTMENTITEM", "RECORDKEY"),
    "ARADVANCE": ("ARADVANCEITEMS", "ARADVANCEITEM", "RECORDKEY"),
    "ARINVOICE": ("ARINVOICEITEMS", "ARINVOICEITEM", "RECORDKEY"),
    "ARPYMT": ("ARPYMTDETAILS", "ARPYMTDETAIL", "PAYMENTKEY"),
    "EEXPENSES": ("EEXPENSESITEMS", "EEXPENSESITEM", "RECORDKEY"),
    "GLBATCH": ("ENTRIES", "GLENTRY", "BATCHNO"),
}


def lines_of(
    company: Company, name: str, row: Row
) -> Iterable[tuple[str, str, Sequence[Row]]]:
    """Return the lines of a header: what holds them, their object, the lines."""
    if name not in LINES:
        return ()
    holder, line, field = LINES[name]
    return ((holder, line, company.store.by(line, field, row["RECORDNO"])),)


def virtual(company: Company, name: str) -> Sequence[Row]:
    """Return the records of an object that is worked out; `NONE` for one that is kept."""
    if name == "GLDETAIL":
        from .ledger import details  # noqa: PLC0415 - which builds on lines

        return list(details(company))
    return NONE
