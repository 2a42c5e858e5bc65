"""Which record of Sage's each kind of document is, and how it is found again."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

from ..model import (
    BankEntry,
    JournalEntry,
    Payment,
    PurchaseCreditNote,
    PurchaseInvoice,
    SalesCreditNote,
    SalesInvoice,
)
from .ids import CUSTOMER, SUPPLIER
from .wire import shapes


@attrs.frozen(kw_only=True)
class Kind:
    """A resource that documents are posted to.

    Attributes:
        resource: Such as "sales_invoices".
        wrap: The key that a body stands under.
        decoder: Name of the function of `wire.shapes` that reads a record.
        number: Field with the document's own number; "" where there is none.
        side: Whose party it has.
        searched: True where `search` finds a reference.
        by_contact: True where a list may be narrowed to one contact.
        by_date: True where a list may be narrowed to a span of days.
        context: What attachments call it; "" where it takes none.
        voided: True where a delete voids and asks for a reason.
        statuses: True where records have a status, so that they may be drafts or void.
        idempotent: True where the API itself guards against a repeated write.
        nested: True where a record shows its parts whole only when asked to.
    """

    resource: str
    wrap: str
    decoder: str
    number: str = ""
    side: str = ""
    searched: bool = False
    by_contact: bool = True
    by_date: bool = True
    context: str = ""
    voided: bool = False
    statuses: bool = False
    idempotent: bool = True
    nested: bool = False

    @property
    def decode(self) -> Callable[[dict[str, Any]], Any]:
        """What reads a record; its shapes are loaded when it is first asked for."""
        found: Callable[[dict[str, Any]], Any] = getattr(shapes, self.decoder)
        return found

    @property
    def told(self) -> str:
        """Attributes that a list needs to tell for its records to be recognised."""
        own = self.number or ("vendor_reference" if self.side == SUPPLIER else "")
        names = ("reference", "date", own, "contact" if self.by_contact else "")
        return ",".join(filter(None, names))

    @property
    def path(self) -> str:
        """Where its records are."""
        return f"/{self.resource}"


SALES_INVOICES: Final = Kind(
    resource="sales_invoices",
    wrap="sales_invoice",
    decoder="decode_sales_invoice",
    number="invoice_number",
    side=CUSTOMER,
    searched=True,
    voided=True,
    statuses=True,
)
SALES_CREDIT_NOTES: Final = Kind(
    resource="sales_credit_notes",
    wrap="sales_credit_note",
    decoder="decode_sales_credit_note",
    number="credit_note_number",
    side=CUSTOMER,
    searched=True,
    voided=True,
    statuses=True,
)
PURCHASE_INVOICES: Final = Kind(
    resource="purchase_invoices",
    wrap="purchase_invoice",
    decoder="decode_purchase_invoice",
    side=SUPPLIER,
    searched=True,
    context="PURCHASE_INVOICE",
    statuses=True,
)
PURCHASE_CREDIT_NOTES: Final = Kind(
    resource="purchase_credit_notes",
    wrap="purchase_credit_note",
    decoder="decode_purchase_credit_note",
    side=SUPPLIER,
    searched=True,
    context="PURCHASE_CREDIT_NOTE",
    statuses=True,
)
CONTACT_PAYMENTS: Final = Kind(
    resource="contact_payments",
    wrap="contact_payment",
    decoder="decode_contact_payment",
)
CONTACT_ALLOCATIONS: Final = Kind(
    resource="contact_allocations",
    wrap="contact_allocation",
    decoder="decode_contact_allocation",
    by_date=False,
)
OTHER_PAYMENTS: Final = Kind(
    resource="other_payments",
    wrap="other_payment",
    decoder="decode_other_payment",
    by_contact=False,
    context="OTHER_PAYMENT",
)
JOURNALS: Final = Kind(
    resource="journals",
    wrap="journal",
    decoder="decode_journal",
    by_contact=False,
    by_date=False,
    context="JOURNAL",
)
CONTACTS: Final = Kind(
    resource="contacts",
    wrap="contact",
    decoder="decode_contact",
    searched=True,
    nested=True,
)
PRODUCTS: Final = Kind(
    resource="products", wrap="product", decoder="decode_product", searched=True
)
SERVICES: Final = Kind(
    resource="services", wrap="service", decoder="decode_service", searched=True
)
STOCK_ITEMS: Final = Kind(
    resource="stock_items",
    wrap="stock_item",
    decoder="decode_stock_item",
    searched=True,
)
CONTACT_PERSONS: Final = Kind(
    resource="contact_persons",
    wrap="contact_person",
    decoder="decode_contact_person",
    by_date=False,
)
BANK_ACCOUNTS: Final = Kind(
    resource="bank_accounts",
    wrap="bank_account",
    decoder="decode_bank_account",
    by_contact=False,
    by_date=False,
)
CATEGORIES: Final = Kind(
    resource="analysis_type_categories",
    wrap="analysis_type_category",
    decoder="decode_analysis_type_category",
    idempotent=False,
)

KINDS: Final[Mapping[str, Kind]] = {
    one.resource: one
    for one in (
        SALES_INVOICES,
        SALES_CREDIT_NOTES,
        PURCHASE_INVOICES,
        PURCHASE_CREDIT_NOTES,
        CONTACT_PAYMENTS,
        OTHER_PAYMENTS,
        JOURNALS,
        CONTACTS,
        PRODUCTS,
        SERVICES,
        STOCK_ITEMS,
        CATEGORIES,
    )
}
"""By resource."""

DOCUMENTS: Final[Mapping[type, Kind]] = {
    SalesInvoice: SALES_INVOICES,
    SalesCreditNote: SALES_CREDIT_NOTES,
    PurchaseInvoice: PURCHASE_INVOICES,
    PurchaseCreditNote: PURCHASE_CREDIT_NOTES,
    Payment: CONTACT_PAYMENTS,
    BankEntry: OTHER_PAYMENTS,
    JournalEntry: JOURNALS,
}
"""Where documents of each kind are posted."""

BY_SEAT: Final[Mapping[str, Kind]] = {
    "sales_invoices": SALES_INVOICES,
    "sales_credit_notes": SALES_CREDIT_NOTES,
    "purchase_invoices": PURCHASE_INVOICES,
    "purchase_credit_notes": PURCHASE_CREDIT_NOTES,
    "payments": CONTACT_PAYMENTS,
    "journal_entries": JOURNALS,
    "bank_entries": OTHER_PAYMENTS,
}
"""By the seat that their documents are read from."""
