"""What Sage Accounting has a place for: model paths, as `uncarried` takes them.

A filled field that is not named here is a finding, never dropped in silence. What has a
place, but not for every value (instalments, a second tax), has a rule of its own.
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

_LINE: Final = (
    "lines",
    "lines.description",
    "lines.quantity",
    "lines.unit_price",
    "lines.item",
    "lines.account",
    *(f"lines.{path}" for path in _TAX),
    # Categories of analysis.
    "lines.dimensions",
)

_TRADE: Final = frozenset(
    {
        # The digest of the key travels as the idempotency id.
        "source_id",
        "number",
        "date",
        "party",
        "currency",
        "exchange_rate",
        *_LINE,
        "charges",
        "charges.amount",
        "charges.kind",
        "charges.description",
        "charges.account",
        *(f"charges.{path}" for path in _TAX),
        # Of the whole document: split into its lines, where the policy says so.
        *_TAX,
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
        # Notes also tell the document that is taken back.
        "notes",
        "reverses",
        "attachments",
        "attachments.name",
        "attachments.content",
        "attachments.media_type",
        "attachments.description",
        "project",
        "withholding",
        "withholding.rate",
        "withholding.base",
        "withholding.code",
    }
)
# Notes tell the kind.
_PURCHASE: Final = _TRADE | {"party_number", "kind"}
# One day; several are refused by a rule of their own. Credit notes have none.
_DUE: Final = frozenset({"due", "due.due", "due.amount"})
_DISCOUNT: Final = frozenset({"lines.discount", "lines.discount.value"})

_ADDRESS: Final = ("lines", "postal_code", "city", "region", "country")
_CONTACT: Final = frozenset(
    {
        "code",
        "name",
        # The account of sales to it, or of purchases from it, that Sage proposes.
        "account",
        "currency",
        "tax_number",
        "address",
        *(f"address.{name}" for name in _ADDRESS),
        "delivery_address",
        *(f"delivery_address.{name}" for name in _ADDRESS),
        "people",
        *(
            f"people.{name}"
            for name in ("name", "job_title", "email", "phone", "mobile", "main")
        ),
        "email",
        "phone",
        "payment_term",
        "terms",
        "terms.days",
        "terms.due_from",
        "banks",
        "banks.name",
        "banks.iban",
        "banks.bic",
        "banks.number",
        "banks.main",
        "notes",
    }
)

_HEAD: Final = ("source_id", "number", "date", "currency", "exchange_rate", "reverses")

CARRIED: Final[Mapping[type, frozenset[str]]] = {
    SalesInvoice: _TRADE | _DUE | _DISCOUNT,
    SalesCreditNote: _TRADE | _DISCOUNT,
    PurchaseInvoice: _PURCHASE | _DUE,
    PurchaseCreditNote: _PURCHASE,
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
            # What the allocations leave is a payment on account, said or not.
            "on_account",
            "reference",
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
            # Where no account stands on the other side.
            "settles",
            "description",
            "reference",
        }
    ),
    JournalEntry: frozenset(
        {
            *(one for one in _HEAD if one != "exchange_rate"),
            # There is one journal; what else is named there is told by a rule.
            "journal",
            "description",
            "reference",
            "attachments",
            "attachments.name",
            "attachments.content",
            "attachments.media_type",
            "attachments.description",
            "movements",
            "movements.account",
            "movements.debit",
            "movements.credit",
            "movements.description",
            "movements.dimensions",
        }
    ),
    Customer: _CONTACT,
    Supplier: _CONTACT,
    Item: frozenset(
        {
            "code",
            "description",
            "kind",
            "sales_price",
            "purchase_price",
            # The base currency; any other is refused by a rule of its own.
            "currency",
            "sales_account",
            "purchase_account",
            "tax_code",
            "notes",
            "active",
        }
    ),
    DimensionValue: frozenset({"dimension", "code", "name"}),
}
"""Paths that are carried, by type of document; a type that is not here is not taken."""
