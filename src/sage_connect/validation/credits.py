"""Rules on credit notes against the documents that they take back."""

from collections.abc import Callable
from decimal import Decimal
from typing import Final, TypeAlias

import attrs

from ..model import (
    PurchaseCreditNote,
    PurchaseInvoice,
    SalesCreditNote,
    SalesInvoice,
)
from ..model.money import minor_unit
from .book import COMMON
from .finding import fault
from .registry import Case, Faults, RuleBook
from .sets import digest_of

_Invoice: TypeAlias = SalesInvoice | PurchaseInvoice
_Credit: TypeAlias = SalesCreditNote | PurchaseCreditNote

_TYPES: Final = (SalesInvoice, PurchaseInvoice, SalesCreditNote, PurchaseCreditNote)


def no_more_is_credited_than_invoiced() -> Callable[[_Invoice | _Credit, Case], Faults]:
    """All credit notes of a batch take back no more than their invoice came to.

    What was taken back before is not known here: posting looks it up.
    """
    # In minor units: a small int takes a third of a Decimal's memory.
    wholes: dict[bytes, int] = {}
    backs: dict[bytes, int] = {}

    def check(document: _Invoice | _Credit, case: Case) -> Faults:
        if isinstance(document, SalesInvoice | PurchaseInvoice):
            name = document.number or document.source_id
            place = digest_of(document.type, document.party, name)
            wholes.setdefault(place, _minor(case.totals.gross, document.currency))
            return None
        if not document.reverses:
            return None
        sold = isinstance(document, SalesCreditNote)
        kind = SalesInvoice.type if sold else PurchaseInvoice.type
        place = digest_of(kind, document.party, document.reverses)
        opened = (case.reference.open_documents or {}).get(
            (document.party, document.reverses)
        )
        currency = document.currency
        whole = wholes.get(place)
        if opened is not None and (opened.kind, opened.currency) == (kind, currency):
            whole = _minor(opened.total, currency)
        if whole is None:
            return None
        back, gross = backs.get(place, 0), _minor(case.totals.gross, currency)
        if back + gross > whole:
            unit = minor_unit(currency)
            values = {"whole": whole * unit, "back": back * unit or 0}
            return fault("/reverses", number=document.reverses, **values)
        backs[place] = back + gross
        return None

    return check


def _minor(amount: Decimal, currency: str) -> int:
    return int((amount / minor_unit(currency)).to_integral_value())


CREDITS: Final = RuleBook(
    COMMON.home,
    (
        attrs.evolve(
            COMMON["SC-OVER-CREDITED"],
            on=_TYPES,
            batch=True,
            prefers=("open_documents",),
            check=no_more_is_credited_than_invoiced,
        ),
    ),
)
"""Common codes that what is open in a service's books tells before anything is sent."""
