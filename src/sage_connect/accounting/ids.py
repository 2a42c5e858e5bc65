"""Sage's own identities of what documents name by code, and back."""

from collections.abc import Mapping
from typing import Any, Final

import attrs

from ..model import Customer, Item, ItemKind, Party, Supplier

CUSTOMER: Final = "customer"
SUPPLIER: Final = "supplier"
SIDES: Final[Mapping[type, str]] = {Customer: CUSTOMER, Supplier: SUPPLIER}

ITEM_RESOURCES: Final[Mapping[ItemKind, str]] = {
    ItemKind.PRODUCT: "products",
    ItemKind.SERVICE: "services",
    ItemKind.STOCK: "stock_items",
}
"""Where items of each kind are kept."""

Table = dict[Any, str]


def _table() -> Table:
    return {}


@attrs.define(kw_only=True)
class Ids:
    """What Sage calls each thing. Grows while a batch is posted.

    Attributes:
        read: True once they were read from the business.
        parties: Contact by `(side, code)`.
        accounts: Ledger account by nominal code.
        taxes: Tax rate by its id: the code is the id.
        items: `(resource, id)` by item code, resource being products, services or
            stock_items.
        banks: Bank account by the nominal code of its ledger account.
        types: Analysis type by name.
        categories: Analysis category by `(type, category)`.
        artefacts: Documents that can be settled, by `(type, party, number)`: an invoice and
            a credit note may share a number.
        payments: Payments that are to be given back, by `(side, party, number)`.
        rests: What they have left on account, by the same.
    """

    read: bool = False
    parties: Table = attrs.field(factory=_table)
    accounts: Table = attrs.field(factory=_table)
    taxes: Table = attrs.field(factory=_table)
    items: dict[str, tuple[str, str]] = attrs.field(factory=dict[str, tuple[str, str]])
    banks: Table = attrs.field(factory=_table)
    types: Table = attrs.field(factory=_table)
    categories: Table = attrs.field(factory=_table)
    artefacts: Table = attrs.field(factory=_table)
    payments: Table = attrs.field(factory=_table)
    rests: Table = attrs.field(factory=_table)

    def account(self, code: str) -> str | None:
        """Return the id of a ledger account: "0050" and "50" are the same."""
        return _numbered(self.accounts, code)

    def bank(self, code: str) -> str | None:
        """Return the id of a bank account by its nominal code."""
        return _numbered(self.banks, code)


def _numbered(table: Table, code: str) -> str | None:
    found = table.get(code)
    return table.get(code.lstrip("0")) if found is None and code.isdigit() else found


@attrs.frozen(kw_only=True)
class Names:
    """What we call each of Sage's ids.

    Attributes:
        parties: Code by contact id.
        accounts: Nominal code by ledger account id.
        items: Item code by id.
        banks: Nominal code by bank account id.
        categories: `(type, category)` by id.
    """

    parties: Mapping[str, str]
    accounts: Mapping[str, str]
    items: Mapping[str, str]
    banks: Mapping[str, str]
    categories: Mapping[str, tuple[str, str]]

    @classmethod
    def of(cls, ids: Ids) -> "Names":
        """Turn `ids` round."""
        return cls(
            parties={id: code for (_, code), id in ids.parties.items()},
            accounts={id: code for code, id in ids.accounts.items()},
            items={id: code for code, (_, id) in ids.items.items()},
            banks={id: code for code, id in ids.banks.items()},
            categories={id: pair for pair, id in ids.categories.items()},
        )


def known_id(ids: Ids, item: Any) -> str | None:
    """Return the id of master data that the business has, by its code."""
    match item:
        case Party():
            return ids.parties.get((SIDES[type(item)], item.code))
        case Item():
            return ids.items.get(item.code, ("", None))[1]
        case _:
            return ids.categories.get((item.dimension, item.code))


def learn(ids: Ids, item: Any, id: str) -> None:
    """Keep the id of master data that was just created."""
    match item:
        case Party():
            ids.parties[SIDES[type(item)], item.code] = id
        case Item():
            ids.items[item.code] = (ITEM_RESOURCES[item.kind], id)
        case _:
            ids.categories[item.dimension, item.code] = id
