"""What Sage Intacct has a place for: model paths, as `uncarried` takes them.

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

_TRADE: Final = frozenset(
    {
        # The digest of the key travels as the control id of the function.
        "source_id",
        "number",
        "date",
        "party",
        "currency",
        "exchange_rate",
        "lines",
        "lines.description",
        # Folded into the text of the line, where the policy lets it.
        "lines.quantity",
        "lines.unit_price",
        "lines.discount",
        "lines.discount.value",
        "lines.item",
        "lines.account",
        *(f"lines.{path}" for path in _TAX),
        "lines.dimensions",
        # Refused by a rule of its own, which says what to do instead.
        "lines.analytic",
        "charges",
        "charges.amount",
        "charges.kind",
        "charges.description",
        "charges.account",
        *(f"charges.{path}" for path in _TAX),
        # Of the whole document: refused by a rule of its own.
        *_TAX,
        # As a line, where the settings give it an account.
        "adjustment",
        "tax_mode",
        "prices_include_tax",
        # Refused by a rule of its own: a tax detail says it.
        "reverse_charge",
        "net",
        "tax",
        "gross",
        "state",
        "reference",
        "notes",
        "attachments",
        "attachments.name",
        "attachments.content",
        "attachments.media_type",
        "attachments.description",
        "project",
        "entity",
        "reverses",
    }
)
# One day; several are refused by a rule of their own. Adjustments have none.
_DUE: Final = frozenset({"due", "due.due", "due.amount"})
_PURCHASE: Final = _TRADE | {"party_number", "kind"}

_CONTACT: Final = frozenset(
    {
        "code",
        "name",
        "currency",
        "tax_number",
        "address",
        *(
            f"address.{name}"
            for name in ("lines", "postal_code", "city", "region", "country")
        ),
        "email",
        "phone",
        "payment_term",
        "notes",
        "active",
    }
)

_HEAD: Final = ("source_id", "number", "date", "currency", "exchange_rate", "entity")

CARRIED: Final[Mapping[type, frozenset[str]]] = {
    SalesInvoice: _TRADE | _DUE,
    SalesCreditNote: _TRADE,
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
            # Nothing, or the whole of an advance; anything else is refused.
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
            # Money in only: what goes out is refused by a rule of its own.
            "direction",
            "account",
            "party",
            # Refused by a rule of its own: it is a payment.
            "settles",
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
            "attachments",
            "attachments.name",
            "attachments.content",
            "attachments.media_type",
            "attachments.description",
            "reverses",
            "movements",
            "movements.account",
            "movements.debit",
            "movements.credit",
            "movements.description",
            "movements.currency_amount",
            "movements.dimensions",
            "movements.analytic",
            "movements.analytic.value",
            "movements.analytic.dimension",
            "movements.analytic.weight",
            "movements.analytic.amount",
        }
    ),
    Customer: _CONTACT,
    Supplier: _CONTACT,
    Item: frozenset(
        {
            "code",
            "description",
            # A stock item is told of by a rule of its own.
            "kind",
            "sales_price",
            "purchase_price",
            # The base currency; any other is refused by a rule of its own.
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
