"""What an import file of Sage 100 has a place for: model paths, as `uncarried` takes them.

A filled field that is not named here is a finding, never dropped in silence.
"""

from collections.abc import Mapping
from typing import Final

from ..model import (
    BankEntry,
    Customer,
    DimensionValue,
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
        # Identity: the number in field 5 of the entry, the key's digest in field 33.
        "source_id",
        "number",
        # Labels tell the reference and the document that is taken back.
        "reference",
        "reverses",
        "date",
        "due",
        "due.due",
        "due.amount",
        "party",
        "currency",
        "exchange_rate",
        # A draft is refused; the others say how amounts are computed.
        "state",
        "tax_mode",
        "prices_include_tax",
        "net",
        "tax",
        "gross",
        "project",
        # It has no place, which a rule of its own says, with what to do instead.
        "deferral",
        *_TAX,
        "lines",
        "lines.description",
        "lines.quantity",
        "lines.unit_price",
        "lines.discount",
        "lines.discount.value",
        "lines.item",
        "lines.account",
        *(f"lines.{path}" for path in _TAX),
        "lines.dimensions",
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
    }
)

# Field 5 holds the supplier's number, and the kind chooses journal, account and label.
_PURCHASE: Final = _TRADE | {"party_number", "kind"}

_PARTY: Final = frozenset(
    {
        "code",
        "name",
        "account",
        "currency",
        "tax_number",
        "registration",
        "address",
        "address.lines",
        "address.postal_code",
        "address.city",
        "address.region",
        "address.country",
        "email",
        "phone",
        "active",
    }
)

_HEAD: Final = ("source_id", "number", "date", "currency", "exchange_rate", "reverses")

CARRIED: Final[Mapping[type, frozenset[str]]] = {
    SalesInvoice: _TRADE,
    SalesCreditNote: _TRADE,
    PurchaseInvoice: _PURCHASE,
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
            # What the allocations leave stands on the party's account, said or not.
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
            "movements",
            *(
                f"movements.{name}"
                for name in (
                    *("account", "debit", "credit", "description", "party", "due"),
                    *("tax_code", "currency_amount", "dimensions", "analytic"),
                    *("analytic.value", "analytic.dimension", "analytic.weight"),
                    "analytic.amount",
                )
            ),
        }
    ),
    Customer: _PARTY,
    Supplier: _PARTY | {"employee"},
    DimensionValue: frozenset({"dimension", "code", "name", "level", "total", "active"}),
}
"""Paths that are carried, by type of document; a type that is not here is not taken."""
