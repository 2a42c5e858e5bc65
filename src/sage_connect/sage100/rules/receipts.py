"""Receipts: what a purchase is proved by, and what becomes of it beside an import file."""

from functools import partial
from typing import Final

from ...model import PurchaseCreditNote, PurchaseInvoice
from ...validation import Case, Mark, Owner, RuleBook, fault
from ...validation.registry import Faults
from ..settings import ReceiptPolicy
from .book import HOME, PRODUCTS, settings_of

RECEIPTS: Final = RuleBook(HOME)
_rule: Final = partial(RECEIPTS.rule, products=PRODUCTS)

for _code in (
    "SC-S100-RECEIPT-LOST",
    "SC-S100-RECEIPT-CHANGED",
    "SC-S100-RECEIPT-MANIFEST",
):
    RECEIPTS.declare(
        _code,
        source="library#receipts",
        mark=Mark.OURS,
        owner=Owner.CUSTOMER_IT,
        products=PRODUCTS,
    )


@_rule(
    "SC-S100-RECEIPT-MISSING",
    on=(PurchaseInvoice, PurchaseCreditNote),
    source="library#receipts",
    mark=Mark.OURS,
    adjustable=True,
)
def receipt_missing(document: PurchaseInvoice | PurchaseCreditNote, case: Case) -> Faults:
    """A purchase has its receipt, where the policy asks for one."""
    if document.attachments or settings_of(case).policy.receipts is ReceiptPolicy.ALLOW:
        return None
    return fault("/attachments")
