"""Whether a sale was typed into Sage by hand before it came here."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Final, TypeAlias

from ...model import OpenDocument, SalesCreditNote, SalesInvoice
from ...validation import Case, Mark, Owner, RuleBook, fault
from ...validation.registry import Faults
from ..resolve import SALES, Sale, option
from .book import HOME, PRODUCTS

EXISTING: Final = RuleBook(HOME)
_rule: Final = partial(EXISTING.rule, products=PRODUCTS)

_Looks: TypeAlias = tuple[str, str, dt.date | None, str, Decimal]
"""Type, party, day, currency and total: what makes two documents look the same."""

_PREFIXES: Final = {
    SalesInvoice.type: "sales_invoice_number_prefix",
    SalesCreditNote.type: "sales_credit_note_number_prefix",
}


@_rule(
    "SC-DUP-EXISTING",
    on=SALES,
    source="gas#duplicates",
    mark=Mark.INFERRED,
    owner=Owner.ACCOUNTANT,
    needs=("open_documents", "company.own"),
    batch=True,
    adjustable=True,
)
def nothing_was_typed_by_hand() -> Callable[[Sale, Case], Faults]:
    """No open sale that Sage numbered itself is of the same party, day and total.

    Where documents come under numbers such as Sage's own, nobody can tell a stranger's from
    one posted before, and nothing is said.
    """
    typed: dict[_Looks, str] | None = None

    def check(document: Sale, case: Case) -> Faults:
        nonlocal typed
        if typed is None:
            opened = (case.reference.open_documents or {}).values()
            typed = {
                (one.kind, one.party, one.date, one.currency, one.total): one.number
                for one in opened
                if _is_sages(one, case)
            }
        if not typed or _is_sages(document, case):
            return None
        total = case.totals.gross
        looks = document.type, document.party, document.date, document.currency, total
        number = typed.get(looks)
        return None if number is None else fault("", number=number)

    return check


def _is_sages(document: Sale | OpenDocument, case: Case) -> bool:
    """Return whether a number is such as Sage gives: its prefix, and digits."""
    kind = document.kind if isinstance(document, OpenDocument) else document.type
    if kind not in _PREFIXES:
        return False
    prefix = option(_PREFIXES[kind], case.reference) or ""
    digits = document.number.removeprefix(prefix)
    return document.number.startswith(prefix) and digits.isdecimal()
