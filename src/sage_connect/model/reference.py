"""What is known of a ledger, frozen, so that pure code can ask it."""

import datetime as dt
import itertools
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final, Protocol, Self, TypeVar

import attrs

from .._card import Markup, card, table
from . import fields
from .chart import (
    Account,
    BankAccount,
    CompanyOptions,
    Dimension,
    DimensionValue,
    Entity,
    ExchangeRate,
    Journal,
    PaymentTerm,
    TaxCode,
)
from .item import Item
from .party import Customer, Supplier


class _Coded(Protocol):
    @property
    def code(self) -> str: ...


C = TypeVar("C", bound=_Coded)
_EXAMPLES: Final = 4


@attrs.frozen(kw_only=True)
class OpenDocument:
    """A posted document that is not settled, or not in full.

    Attributes:
        number: Its number.
        kind: The document's type, such as "sales_invoice".
        party: Code of the customer or supplier.
        currency: ISO 4217 code of both amounts.
        total: Gross amount.
        outstanding: What is left to settle.
        date: Day of the document.
        due: Day it falls due.
    """

    number: str = attrs.field(validator=fields.is_text)
    kind: str = attrs.field(validator=fields.is_text)
    party: str = fields.text()
    currency: str = fields.text()
    total: Decimal = attrs.field(converter=fields.exact, validator=fields.is_number)
    outstanding: Decimal = attrs.field(converter=fields.exact, validator=fields.is_number)
    date: dt.date | None = fields.day()
    due: dt.date | None = fields.day()


@attrs.frozen(kw_only=True, repr=False)
class Reference:
    """An immutable snapshot of a ledger's master data, open documents and options.

    A part that is None was not read: what depends on it is "not checked", never "fine". An
    empty part was read, and the ledger has none.

    Attributes:
        taken_at: When it was read, an aware instant; None for one made by hand.
        company: Options of the company.
        accounts: By code; as all the others.
        journals: Books of first entry.
        tax_codes: Taxes.
        customers: Customers.
        suppliers: Suppliers.
        items: Products and services.
        dimensions: Axes of analysis.
        dimension_values: By `(dimension, code)`.
        bank_accounts: Bank accounts.
        payment_terms: Terms.
        entities: Entities.
        exchange_rates: By currency.
        open_documents: By `(party, number)`: a supplier's numbers are unique for him only.
    """

    taken_at: dt.datetime | None = None
    company: CompanyOptions | None = None
    accounts: Mapping[str, Account] | None = None
    journals: Mapping[str, Journal] | None = None
    tax_codes: Mapping[str, TaxCode] | None = None
    customers: Mapping[str, Customer] | None = None
    suppliers: Mapping[str, Supplier] | None = None
    items: Mapping[str, Item] | None = None
    dimensions: Mapping[str, Dimension] | None = None
    dimension_values: Mapping[tuple[str, str], DimensionValue] | None = None
    bank_accounts: Mapping[str, BankAccount] | None = None
    payment_terms: Mapping[str, PaymentTerm] | None = None
    entities: Mapping[str, Entity] | None = None
    exchange_rates: Mapping[str, ExchangeRate] | None = None
    open_documents: Mapping[tuple[str, str], OpenDocument] | None = None

    def knows(self, *parts: str) -> bool:
        """Return whether every one of `parts` (attribute names) was read."""
        return all(getattr(self, part) is not None for part in parts)

    def age(self, now: dt.datetime) -> dt.timedelta | None:
        """Return how old the snapshot is at `now`, an aware instant; None if not known."""
        return None if self.taken_at is None else now - self.taken_at

    def with_parts(self, **parts: Any) -> Self:
        """Return a copy in which the named parts are replaced."""
        return attrs.evolve(self, **parts)

    def _parts(self) -> dict[str, Mapping[Any, Any] | None]:
        names = (field.name for field in attrs.fields(Reference))
        return {
            name.replace("_", " "): getattr(self, name)
            for name in names
            if name not in {"taken_at", "company"}
        }

    def contents(self) -> Markup:
        """Return how much there is of each part, as a table of a card."""
        rows = (
            (name, *((None, "not read") if part is None else (len(part), _some(part))))
            for name, part in self._parts().items()
        )
        return table(("what is known", "number", "such as"), rows)

    def __repr__(self) -> str:
        name = self.company.name if self.company else ""
        read = ", ".join(
            f"{len(part):,} {part_name}"
            for part_name, part in self._parts().items()
            if part is not None
        )
        return f"<Reference{f' of {name}' if name else ''}: {read or 'nothing read'}>"

    def _repr_html_(self) -> str:
        company = self.company
        return card(
            (company.name if company else "") or "Reference",
            self.contents(),
            facts={
                "country": company.country if company else "",
                "currency": company.base_currency if company else "",
                "read at": self.taken_at,
            },
        )


def _some(part: Mapping[Any, Any]) -> str:
    # Some parts are by two codes.
    names = (key if isinstance(key, str) else " · ".join(key) for key in part)
    shown = ", ".join(itertools.islice(names, _EXAMPLES))
    return f"{shown}, …" if len(part) > _EXAMPLES else shown


def by_code(values: Iterable[C]) -> dict[str, C]:
    """Index master data by its code; of two with the same code the later one stands."""
    return {value.code: value for value in values}
