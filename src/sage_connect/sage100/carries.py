"""What an import file of Sage 100 has a place for: model paths, as `uncarried` takes them.

A filled field that is not named here is a finding, never dropped in silence.
"""

from collections.abc import Mapping
from typing import Final

import attrs

from ..model import (
    BankEntry,
    Customer,
    DimensionValue,
    JournalEntry,
    Party,
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
        # Beside the file, with a manifest that names the piece.
        "attachments",
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
            "attachments",
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


def tells_alike(given: object, known: Party | None) -> bool:
    """Return whether `given` is a party that says nothing else than what is `known` of it.

    What an import file has no place for (banks, terms) counts only where it is given: who
    does not name a party's banks does not want them gone.
    """
    if known is None or type(given) is not type(known):
        return False
    carried = CARRIED.get(type(known), frozenset[str]())
    return all(
        getattr(given, field.name) in (field.default, getattr(known, field.name))
        if field.name not in carried
        else getattr(given, field.name) == getattr(known, field.name)
        for field in attrs.fields(type(known))
    )
