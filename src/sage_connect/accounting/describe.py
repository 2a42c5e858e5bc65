"""What one business needs for a kind of document: its fields, and what they may hold.

Made from what was read of the business, so that a screen can offer just what its books
have. Nothing here refuses anything: the rules do.
"""

import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

import attrs

from ..errors import ConfigurationError
from ..ledger.settings import descriptions
from ..model import (
    BankEntry,
    Customer,
    Item,
    JournalEntry,
    Payment,
    PaymentKind,
    PurchaseCreditNote,
    PurchaseInvoice,
    Reference,
    SalesCreditNote,
    SalesInvoice,
    Supplier,
)
from . import resolve
from .carries import CARRIED
from .rules.limits import LIMITS
from .settings import AccountingSettings

KINDS: Final[Mapping[str, type]] = {
    "sales_invoices": SalesInvoice,
    "sales_credit_notes": SalesCreditNote,
    "purchase_invoices": PurchaseInvoice,
    "purchase_credit_notes": PurchaseCreditNote,
    "payments": Payment,
    "bank_entries": BankEntry,
    "journal_entries": JournalEntry,
    "customers": Customer,
    "suppliers": Supplier,
    "items": Item,
}
"""What can be described, by the seat that takes it."""

_TRADE: Final = frozenset({"number", "date", "party", "currency", "lines"})
_REQUIRED: Final[Mapping[type, frozenset[str]]] = {
    SalesInvoice: _TRADE,
    SalesCreditNote: _TRADE,
    PurchaseInvoice: _TRADE | {"due"},
    PurchaseCreditNote: _TRADE,
    Payment: frozenset({"number", "date", "party", "currency", "amount"}),
    BankEntry: frozenset({"number", "date", "currency", "amount"}),
    JournalEntry: frozenset({"number", "date", "currency", "movements"}),
    Customer: frozenset({"code", "name"}),
    Supplier: frozenset({"code", "name"}),
    Item: frozenset({"code", "description"}),
}
_OF_LINES: Final = frozenset({"lines.description", "lines.unit_price"})
_SALES: Final = (SalesInvoice, SalesCreditNote)
_TRADES: Final = (*_SALES, PurchaseInvoice, PurchaseCreditNote)
_SETTLING: Final = (Payment, BankEntry)
_SCOPES: Final[Mapping[type, frozenset[str]]] = {
    SalesInvoice: frozenset({"sales"}),
    SalesCreditNote: frozenset({"sales"}),
    PurchaseInvoice: frozenset({"expenses"}),
    PurchaseCreditNote: frozenset({"expenses"}),
    BankEntry: frozenset({"other_payments", "other_receipts"}),
    JournalEntry: frozenset({"journals"}),
}
# Where a text of ours goes: shape and field of Sage's.
_LENGTHS: Final[Mapping[str, tuple[str, str]]] = {
    "sales_invoices.reference": ("SalesInvoice", "reference"),
    "sales_credit_notes.reference": ("SalesCreditNote", "reference"),
    "purchase_invoices.party_number": ("PurchaseInvoice", "vendor_reference"),
    "purchase_credit_notes.party_number": ("PurchaseCreditNote", "vendor_reference"),
    "payments.reference": ("ContactPayment", "reference"),
    "customers.code": ("Contact", "reference"),
    "customers.name": ("Contact", "name"),
    "suppliers.code": ("Contact", "reference"),
    "suppliers.name": ("Contact", "name"),
    "items.code": ("Product", "item_code"),
    "items.description": ("Product", "description"),
}


@attrs.frozen
class Choice:
    """A value that a field may have.

    Attributes:
        code: What a document says.
        name: What it is called in the business.
    """

    code: str
    name: str = ""


@attrs.frozen(kw_only=True)
class FieldModel:
    """A field of a kind of document, in this business.

    Attributes:
        path: Dotted, below the document: "lines.account".
        required: True where a document without it is refused.
        about: What it means.
        choices: What it may hold; () for anything.
        longest: Characters that Sage takes; None where it does not say.
    """

    path: str
    required: bool = False
    about: str = ""
    choices: tuple[Choice, ...] = ()
    longest: int | None = None


@attrs.frozen(kw_only=True)
class Model:
    """What a business needs for a kind of document.

    Attributes:
        kind: The seat that takes it, such as "sales_invoices".
        fields: All that the business has a place for, in the document's own order.
    """

    kind: str
    fields: tuple[FieldModel, ...]

    def field(self, path: str) -> FieldModel:
        """Return the field at a dotted path.

        Raises:
            KeyError: This business has no place for it.
        """
        for one in self.fields:
            if one.path == path:
                return one
        raise KeyError(path)

    @property
    def required(self) -> tuple[str, ...]:
        """Paths of the fields without which a document is refused."""
        return tuple(one.path for one in self.fields if one.required)


def describe(kind: str, reference: Reference, settings: AccountingSettings) -> Model:
    """Return what the business needs for a kind of document. Pure.

    Choices are Sage's own codes; a mapping of the settings stands before them.

    Args:
        kind: A seat, such as "sales_invoices".
        reference: What was read of the business.
        settings: How it is posted to.

    Raises:
        ConfigurationError: No such kind.
    """
    cls = KINDS.get(kind)
    if cls is None:
        raise ConfigurationError(
            f"expected a kind of documents, found {kind!r}",
            fix=f"Kinds: {', '.join(KINDS)}.",
        )
    needed = _required(cls, reference, settings)
    return Model(
        kind=kind,
        fields=tuple(
            FieldModel(
                path=path,
                required=path in needed,
                about=about,
                choices=tuple(_choices(path, cls, reference)),
                longest=_longest(kind, path),
            )
            # A discount is one of two kinds, whose value has one path.
            for path, about in dict(_paths(cls)).items()
            if path in CARRIED[cls]
        ),
    )


def _paths(cls: type, at: str = "", whole: str = "") -> Iterator[tuple[str, str]]:
    """Yield every path below a class, in the order of its fields, and what it means."""
    hints = typing.get_type_hints(cls)
    about = descriptions(cls)
    for field in attrs.fields(cls):
        path = f"{at}{field.name}"
        # The one value of a part means what the part does.
        meant = about[field.name] or whole
        yield path, meant
        for part in _parts(hints[field.name]):
            yield from _paths(part, f"{path}.", meant)


def _parts(hint: Any) -> Iterator[type]:
    arguments = typing.get_args(hint)
    if not arguments and attrs.has(hint):
        yield hint
    for one in arguments:
        yield from _parts(one)


def _required(
    cls: type, reference: Reference, settings: AccountingSettings
) -> frozenset[str]:
    found = set(_REQUIRED[cls])
    if cls in _TRADES:
        found |= _OF_LINES
        own = settings.accounts
        if not (own.sales if cls in _SALES else own.purchases):
            found.add("lines.account")
        scheme = resolve.option(resolve.TAX_SCHEME, reference)
        if scheme and scheme != resolve.NOT_REGISTERED:
            found |= {"lines.taxes", "lines.taxes.code"}
    elif cls in _SETTLING and not settings.bank_account:
        # With one account alone, it is clear which.
        known = reference.bank_accounts
        if known is None or len(known) != 1:
            found.add("bank_account")
    elif cls is JournalEntry:
        found.add("movements.account")
    elif cls is Item and not settings.accounts.sales:
        found.add("sales_account")
    return frozenset(found)


def _longest(kind: str, path: str) -> int | None:
    place = _LENGTHS.get(f"{kind}.{path}")
    return None if place is None else LIMITS[place[0]][place[1]]


def _choices(path: str, cls: type, reference: Reference) -> Iterable[Choice]:
    last = path.rpartition(".")[2]
    if path in {"lines.taxes.code", "charges.taxes.code", "taxes.code"}:
        last = "tax_code"
    elif path == "lines.dimensions":
        last = "dimensions"
    found = _SOURCES.get(last)
    return () if found is None else found(cls, reference)


def _parties(cls: type, reference: Reference) -> Iterator[Choice]:
    # Which side a payment or a bank entry is of, only its kind tells.
    sold = cls in _SALES or cls in _SETTLING
    bought = cls not in _SALES
    for known in (
        reference.customers if sold else None,
        reference.suppliers if bought else None,
    ):
        for one in (known or {}).values():
            if one.active:
                yield Choice(one.code, one.name)


def _accounts(cls: type, reference: Reference) -> Iterator[Choice]:
    scopes = _SCOPES.get(cls, frozenset())
    for one in (reference.accounts or {}).values():
        visible = resolve.option(resolve.VISIBLE + one.code, reference).split(",")
        if scopes & {*visible}:
            yield Choice(one.code, one.name)


def _own_accounts(scope: str) -> Callable[[type, Reference], Iterator[Choice]]:
    def found(_: type, reference: Reference) -> Iterator[Choice]:
        for one in (reference.accounts or {}).values():
            visible = resolve.option(resolve.VISIBLE + one.code, reference)
            if scope in visible.split(","):
                yield Choice(one.code, one.name)

    return found


def _taxes(_: type, reference: Reference) -> Iterator[Choice]:
    for one in (reference.tax_codes or {}).values():
        if one.active:
            yield Choice(one.code, one.name)


def _banks(_: type, reference: Reference) -> Iterator[Choice]:
    for one in (reference.bank_accounts or {}).values():
        if one.active:
            yield Choice(one.code, one.name)


def _items(_: type, reference: Reference) -> Iterator[Choice]:
    for one in (reference.items or {}).values():
        if one.active:
            yield Choice(one.code, one.description)


def _currencies(cls: type, reference: Reference) -> Iterator[Choice]:
    base = resolve.base_currency(reference)
    if base:
        yield Choice(base)
    # Entries are in the currency of the books alone.
    if cls not in {BankEntry, JournalEntry}:
        for code in reference.exchange_rates or {}:
            if code != base:
                yield Choice(code)


def _methods(_: type, reference: Reference) -> Iterator[Choice]:
    for code in sorted(resolve.listed(resolve.option(resolve.PAYMENT_METHODS, reference))):
        yield Choice(code)


def _dimensions(_: type, reference: Reference) -> Iterator[Choice]:
    for dimension, code in reference.dimension_values or {}:
        yield Choice(f"{dimension}: {code}")


def _kinds(cls: type, _: Reference) -> Iterator[Choice]:
    if cls is Payment:
        yield from (Choice(one.value) for one in PaymentKind)


_SOURCES: Final[Mapping[str, Callable[[type, Reference], Iterator[Choice]]]] = {
    "party": _parties,
    "account": _accounts,
    "sales_account": _own_accounts("sales"),
    "purchase_account": _own_accounts("expenses"),
    "tax_code": _taxes,
    "bank_account": _banks,
    "item": _items,
    "currency": _currencies,
    "method": _methods,
    "dimensions": _dimensions,
    "kind": _kinds,
}
"""What a field of this name chooses from."""
