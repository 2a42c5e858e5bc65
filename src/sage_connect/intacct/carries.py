"""What Intacct has a place for: model paths, as `uncarried` takes them.

A filled field that is not named here is a finding, never dropped in silence. What has a
place, but not for every value, has a rule of its own.
"""

from collections.abc import Mapping
from typing import Final

from ..model import (
    BankEntry,
    Customer,
    DimensionValue,
    Item,
    JournalEntry,
    Payment,
    PurchaseCreditNote,
    PurchaseInvoice,
    SalesCreditNote,
    SalesInvoice,
    Supplier,
)

_TAX: Final = ("taxes", "taxes.code", "taxes.rate", "taxes.amount")
_FILES: Final = (
    "attachments",
    "attachments.name",
    "attachments.content",
    "attachments.media_type",
    "attachments.description",
)
_TRADE: Final = frozenset(
    {
        # Beside the number it travels as the external id.
        "source_id",
        "number",
        "date",
        "party",
        "currency",
        "exchange_rate",
        "lines",
        # With the quantity, where that is not one.
        "lines.description",
        "lines.quantity",
        # As the amount of the line.
        "lines.unit_price",
        "lines.discount",
        "lines.discount.value",
        "lines.item",
        "lines.account",
        *(f"lines.{path}" for path in _TAX),
        "lines.dimensions",
        # A line of its own for each share.
        "lines.analytic",
        "lines.analytic.value",
        "lines.analytic.dimension",
        "lines.analytic.weight",
        "lines.analytic.amount",
        "charges",
        "charges.amount",
        "charges.kind",
        "charges.description",
        "charges.account",
        *(f"charges.{path}" for path in _TAX),
        # As a line, where the settings give it an account.
        "adjustment",
        "tax_mode",
        "prices_include_tax",
        "reverse_charge",
        "net",
        "tax",
        "gross",
        "state",
        "reference",
        "notes",
        "project",
        "entity",
        "reverses",
    }
)
_INVOICE: Final = _TRADE | {"due", "due.due", "due.amount", *_FILES}
_PURCHASE: Final = frozenset({"party_number", "kind"})
_ADDRESS: Final = ("lines", "postal_code", "city", "region", "country")
_PARTY: Final = frozenset(
    {
        "code",
        "name",
        "account",
        "currency",
        "tax_number",
        "address",
        *(f"address.{name}" for name in _ADDRESS),
        "email",
        "phone",
        "payment_term",
        "notes",
        "active",
    }
)
_HEAD: Final = ("source_id", "number", "date", "currency", "exchange_rate", "entity")

CARRIED: Final[Mapping[type, frozenset[str]]] = {
    SalesInvoice: _INVOICE,
    SalesCreditNote: _TRADE,
    PurchaseInvoice: _INVOICE | _PURCHASE,
    PurchaseCreditNote: _TRADE | _PURCHASE,
    Payment: frozenset(
        {
            *_HEAD,
            "kind",
            "party",
            "amount",
            "method",
            "bank_account",
            "allocations",
            "allocations.number",
            "allocations.amount",
            # What the allocations leave, said or not.
            "on_account",
            "reference",
            "notes",
            "reverses",
        }
    ),
    BankEntry: frozenset(
        {
            *_HEAD,
            "bank_account",
            "amount",
            "direction",
            "account",
            "party",
            "description",
            "reference",
        }
    ),
    JournalEntry: frozenset(
        {
            *_HEAD,
            "journal",
            "description",
            "reference",
            "notes",
            "reverses",
            "reversed_on",
            *_FILES,
            "movements",
            "movements.account",
            "movements.debit",
            "movements.credit",
            "movements.description",
            # As the customer or the vendor of the movement.
            "movements.party",
            "movements.currency_amount",
            "movements.dimensions",
            # Split within one of Intacct's own dimensions.
            "movements.analytic",
            "movements.analytic.value",
            "movements.analytic.dimension",
            "movements.analytic.weight",
            "movements.analytic.amount",
        }
    ),
    Customer: _PARTY,
    # Whom vendors' bills stand on is set up in Intacct.
    Supplier: _PARTY - {"account"},
    Item: frozenset(
        {
            "code",
            "description",
            "kind",
            "sales_price",
            "purchase_price",
            "currency",
            "sales_account",
            "purchase_account",
            "notes",
            "active",
        }
    ),
    DimensionValue: frozenset({"dimension", "code", "name", "active"}),
}
"""Paths that are carried, by type of document; a type that is not here is not taken."""
