"""Documents for a business as it stands: mostly right, each field sometimes wrong.

Right ones are built from what the business has. Up to two fields are then made wrong, each
by a `Wrong`: the path of the field, and what may stand there instead.
"""

import datetime as dt
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any, Final, NamedTuple, TypeAlias

import attrs
from hypothesis import strategies as st

from sage_connect.model import (
    Address,
    Allocation,
    Amount,
    BankDirection,
    BankEntry,
    Charge,
    ChargeKind,
    Customer,
    DimensionValue,
    DocumentState,
    DueFrom,
    Instalment,
    Item,
    ItemKind,
    JournalEntry,
    Line,
    Movement,
    PartyBank,
    PartyTerm,
    Payment,
    PaymentKind,
    Percent,
    Person,
    PurchaseCreditNote,
    PurchaseInvoice,
    Reference,
    SalesCreditNote,
    SalesInvoice,
    Supplier,
    Tax,
    TaxMode,
    Withholding,
    totals,
)
from sage_connect.model.fields import FrozenMap

D = Decimal
DAY: Final = dt.date(2026, 11, 2)
DUE: Final = dt.date(2026, 12, 2)
SALES: Final = (SalesInvoice, SalesCreditNote)
NUMBERS: Final = itertools.count(1)
Draw: TypeAlias = Callable[[st.SearchStrategy[Any]], Any]

CENTS: Final = st.decimals(D("0.01"), D(9999), places=2)
TEXT: Final = st.text(st.sampled_from("aZ9 éÉ&;#\n'\"€"), min_size=1, max_size=30).filter(
    str.strip
)
CODES: Final = ("", " ", "NOBODY", "ardent", "ARDENT ", "HARBOUR", "ARDENT", "EIFFEL", "é")
ACCOUNTS: Final = ("", "1100", "1200", "2200", "4000", "5000", "0030", "30", "9998", "x")
CURRENCIES: Final = ("", "?", "EUR", "USD", "gbp", "KWD", "JPY")
LONG: Final = tuple("x" * size for size in (26, 32, 51, 101, 201, 256, 2001, 4001))
ODD: Final = ("", "  ", "a\tb", "Nuts &amp; bolts", "&#8364;", "\u200b", "€ &c.", *LONG)
ODD_AMOUNTS: Final = tuple(
    map(D, ("0", "-1", "0.001", "1E-30", "99999999999.99", "9999999999999", "1E13", "1E15"))
)
RATES: Final = (None, D(0), D(-1), D(1), D("0.85"), D("0.86"), D("1.176"), D("1E-12"))
NO_DAYS: Final = (None, dt.date(1, 1, 1), dt.date(2023, 12, 31), dt.date(9999, 12, 31))


class Wrong(NamedTuple):
    """A field that may be wrong.

    Attributes:
        path: Its name, or that of the part and its own: "lines.account".
        values: What may stand there.
    """

    path: str
    values: Sequence[Any]
    """A function makes one anew each time: what is unique must not have been there."""


def _number(kind: str) -> str:
    return f"{kind}-{next(NUMBERS)}"


# ------------------------------------------------------------------------ what is right
class Shop:
    """What right documents of a business name.

    Args:
        reference: What is known of it.
        start: Whether it has the edition with the least.
    """

    def __init__(self, reference: Reference, *, start: bool = False) -> None:
        company = reference.company
        assert company is not None
        self.reference: Reference = reference
        self.currency: str = company.base_currency
        self.start: bool = start
        self.registered: bool = company.own.get("tax_scheme") != "NOT_REGISTERED"
        codes = (reference.tax_codes or {}).values()
        rated = [(one.code, one.rate_on(DAY)) for one in codes if one.active]
        self.taxes: list[Tax] = [
            Tax(code, rate) for code, rate in rated if rate is not None
        ]
        self.banks: list[str] = [
            one.code
            for one in (reference.bank_accounts or {}).values()
            if one.active and one.currency in {"", self.currency}
        ]

    def accounts(self, scope: str) -> list[str]:
        """Return the accounts that may be used somewhere."""
        own = self.reference.company
        assert own is not None
        return [
            code
            for code, one in (self.reference.accounts or {}).items()
            if one.active
            and scope in own.own.get(f"visible:{code}", "").split(",")
            and code not in (self.reference.bank_accounts or {})
        ]

    def parties(self, *, sold: bool) -> list[Any]:
        """Return customers or suppliers."""
        reference = self.reference
        known = (reference.customers if sold else reference.suppliers) or {}
        return [one for one in known.values() if not one.code.startswith("HMRC")]

    def rate(self, currency: str) -> Decimal | None:
        """Return the business's rate of a currency; None for its own."""
        known = (self.reference.exchange_rates or {}).get(currency)
        return None if known is None else known.rate


def _line(draw: Draw, shop: Shop, kind: type[Any], *, abroad: bool) -> Line:
    sold = kind in SALES
    accounts = shop.accounts("sales" if sold else "expenses")
    items = [
        one.code
        for one in (shop.reference.items or {}).values()
        if one.kind is ItemKind.PRODUCT and one.active
    ]
    taxes = [one for one in shop.taxes if one.code == "GB_ZERO"] if abroad else shop.taxes
    quantity = "1" if shop.start else draw(st.sampled_from(["1", "1", "3", "0.5", "2.25"]))
    discount = st.one_of(st.none(), st.none(), st.just(Percent(D(10))))
    return Line(
        description=draw(TEXT),
        quantity=D(quantity),
        unit_price=draw(CENTS),
        discount=draw(discount) if sold else None,
        account=draw(st.sampled_from([*accounts, "", ""])),
        item=draw(st.sampled_from(["", "", *items])) if not shop.start else "",
        taxes=(draw(st.sampled_from(taxes)),) if taxes and shop.registered else (),
    )


def _trade(draw: Draw, shop: Shop, kind: type[Any]) -> Any:
    sold = kind in SALES
    party = draw(st.sampled_from(shop.parties(sold=sold)))
    currency = party.currency or shop.currency
    country = party.address.country if party.address else ""
    company = shop.reference.company
    british = company is not None and company.country == "GB"
    abroad = sold and british and country not in {"", "GB"}
    count = draw(st.integers(1, 3))
    fields: dict[str, Any] = {
        "number": _number("T"),
        "date": DAY,
        "party": party.code,
        "currency": currency,
        "exchange_rate": shop.rate(currency),
        "lines": [_line(draw, shop, kind, abroad=abroad) for _ in range(count)],
    }
    if kind in {SalesInvoice, PurchaseInvoice}:
        fields["due"] = draw(
            st.sampled_from([DUE, DAY] if kind is PurchaseInvoice else [DUE, None])
        )
    if draw(st.booleans()):
        fields["reference"] = draw(TEXT)[:20].strip()
    if not abroad and shop.taxes and draw(st.integers(0, 3)) == 0:
        taxes = (draw(st.sampled_from(shop.taxes)),) if shop.registered else ()
        charge = Charge(
            amount=draw(CENTS), kind=draw(st.sampled_from(ChargeKind)), taxes=taxes
        )
        fields["charges"] = [charge]
    if draw(st.integers(0, 4)) == 0 and party.currency == shop.currency and not abroad:
        fields["prices_include_tax"] = True
    return kind(**fields)


def _receipt(draw: Draw, shop: Shop, owed: Any, kind: PaymentKind) -> Payment:
    due = totals(owed).due
    whole = draw(st.booleans()) or due < D("0.02")
    amount = due if whole else (due / 2).quantize(D("0.01"))
    return Payment(
        number=_number("R"),
        kind=kind,
        date=DAY,
        party=owed.party,
        currency=owed.currency,
        exchange_rate=owed.exchange_rate,
        amount=amount,
        bank_account=shop.banks[0] if owed.currency == shop.currency else "1230",
        method=draw(st.sampled_from(["", "CASH"])),
        allocations=(Allocation(owed.number, amount),),
    )


PAYS: Final[Mapping[type, PaymentKind]] = {
    SalesInvoice: PaymentKind.CUSTOMER_RECEIPT,
    SalesCreditNote: PaymentKind.CUSTOMER_REFUND,
    PurchaseInvoice: PaymentKind.SUPPLIER_PAYMENT,
    PurchaseCreditNote: PaymentKind.SUPPLIER_REFUND,
}


def _bank_entry(draw: Draw, shop: Shop, kind: type[Any]) -> BankEntry:
    direction = draw(st.sampled_from(BankDirection))
    way_in = direction is BankDirection.IN
    accounts = shop.accounts("other_receipts" if way_in else "other_payments")
    party = (
        "" if shop.start or draw(st.integers(0, 2)) else shop.parties(sold=way_in)[0].code
    )
    return kind(  # type: ignore[no-any-return]  # a class of the table below
        number=_number("B"),
        date=DAY,
        bank_account=draw(st.sampled_from(shop.banks)),
        currency=shop.currency,
        amount=draw(CENTS),
        direction=direction,
        account="" if party else draw(st.sampled_from(accounts)),
        party=party,
        description="" if party else draw(TEXT),
    )


def _entry(draw: Draw, shop: Shop, kind: type[Any]) -> JournalEntry:
    accounts = st.sampled_from(shop.accounts("journals"))
    parts = draw(st.lists(CENTS, min_size=1, max_size=3))
    movements = [Movement(account=draw(accounts), debit=part) for part in parts]
    movements.append(Movement(account=draw(accounts), credit=sum(parts, D())))
    return kind(  # type: ignore[no-any-return]  # as above
        number=_number("J"),
        journal="",
        date=DAY,
        currency=shop.currency,
        movements=movements,
        description=draw(TEXT),
    )


def _party(draw: Draw, shop: Shop, kind: type[Any]) -> Any:
    address = draw(st.one_of(st.none(), st.just(Address(lines=("1 Road",), city="Leeds"))))
    fields: dict[str, Any] = {
        "code": f"C{next(NUMBERS)}",
        "name": draw(TEXT),
        "address": address,
        "email": draw(st.sampled_from(["", "a@example.com"])),
        "terms": draw(st.sampled_from([(), (PartyTerm(days=14),)])),
        "currency": draw(st.sampled_from(["", shop.currency])),
    }
    if draw(st.integers(0, 3)) == 0:
        scope = "sales" if kind is Customer else "expenses"
        fields["account"] = draw(st.sampled_from(shop.accounts(scope)))
    return kind(**fields)


def _item(draw: Draw, shop: Shop, kind: type[Any]) -> Item:
    return kind(  # type: ignore[no-any-return]  # as above
        code=f"I{next(NUMBERS)}",
        description=draw(TEXT),
        kind=draw(st.sampled_from(ItemKind)),
        sales_price=draw(st.one_of(st.none(), CENTS)),
        purchase_price=draw(st.one_of(st.none(), CENTS)),
        sales_account=draw(st.sampled_from(["", *shop.accounts("sales")])),
        purchase_account=draw(st.sampled_from(["", *shop.accounts("expenses")])),
        tax_code=draw(st.sampled_from(["", *(one.code for one in shop.taxes)])),
    )


def _category(draw: Draw, shop: Shop, kind: type[Any]) -> DimensionValue:
    types = [*(shop.reference.dimensions or ())] or ["?"]
    code = f"V{next(NUMBERS)}"
    dimension = draw(st.sampled_from(types))
    return kind(dimension=dimension, code=code, name=code)  # type: ignore[no-any-return]  # as above


RIGHT: Final[Mapping[type, Callable[[Draw, Shop, type[Any]], Any]]] = {
    SalesInvoice: _trade,
    SalesCreditNote: _trade,
    PurchaseInvoice: _trade,
    PurchaseCreditNote: _trade,
    BankEntry: _bank_entry,
    JournalEntry: _entry,
    Customer: _party,
    Supplier: _party,
    Item: _item,
    DimensionValue: _category,
}

# ------------------------------------------------------------------------ what is wrong
VAT: Final = Tax("GB_STANDARD", D(20))
ZERO: Final = Tax("GB_ZERO", D(0))
TAXES: Final = (
    (),
    (VAT,),
    (ZERO,),
    (VAT, ZERO),
    (Tax("GB_NEVER", D(20)),),
    (Tax("GB_STANDARD", D("17.5")),),
    (Tax("GB_STANDARD", D(20), D("0.01")),),
    (Tax("GB_STANDARD", D(20), D(-5)),),
    (Tax("GB_STANDARD", D(-20)),),
)
_ADDRESSES: Final = (
    Address(lines=("1", "2", "3")),
    Address(country="France"),
    Address(country="ZZ"),
    Address(country="fr"),
    Address(region="x" * 46),
    Address(region="x" * 51, country="FR"),
    Address(region="Yorkshire", country="CA"),
    Address(region="ON", country="CA"),
    Address(region="Texas", country="US"),
    Address(postal_code="x" * 11),
    Address(lines=("x" * 51,)),
    Address(city="x" * 51),
)


def _fresh(size: int) -> str:
    """Return a number or code of a length that nothing else has."""
    return f"{next(NUMBERS)}".rjust(size, "x")


_NUMBERS: Final = tuple(partial(_fresh, size) for size in (9, 26, 32, 51, 256))
_CODES: Final = tuple(partial(_fresh, size) for size in (10, 11, 30, 31, 256))
_DATED: Final = (Wrong("date", NO_DAYS), Wrong("number", ("", *_NUMBERS, "T\t1")))
_MONEY: Final = (
    Wrong("currency", CURRENCIES),
    Wrong("exchange_rate", RATES),
    Wrong("bank_account", ("", "1210", "1230", "1290", "4000", "?")),
    Wrong("amount", ODD_AMOUNTS),
    Wrong("party", CODES),
    Wrong("reference", ODD),
)
_TRADED: Final = (
    *_DATED,
    Wrong("number", ("OPEN-1", "open-1", "PAID-1", "paid-1")),
    Wrong("party", CODES),
    Wrong("currency", CURRENCIES),
    Wrong("exchange_rate", RATES),
    Wrong("due", (None, (), dt.date(2026, 1, 1), (Instalment(DAY, D(1)),) * 2)),
    Wrong("lines", ((),)),
    Wrong("lines.description", ODD),
    Wrong("lines.account", ACCOUNTS),
    Wrong("lines.item", ("?", "CALLOUT", "STOCK-COPPER-15", "OLD")),
    Wrong("lines.taxes", TAXES),
    Wrong("lines.quantity", tuple(map(D, ("0", "-1", "3.333", "1E9", "1E-9", "1E14")))),
    Wrong("lines.unit_price", ODD_AMOUNTS),
    Wrong(
        "lines.discount", (Percent(D(150)), Percent(D(-5)), Percent(D(100)), Amount(D(-1)))
    ),
    Wrong("lines.discount", (Amount(D("1E6")), Percent(D("33.333333")))),
    Wrong("lines.dimensions", (FrozenMap({"Analysis type 1": "?"}), FrozenMap({"": "X"}))),
    Wrong("lines.dimensions", (FrozenMap({"Analysis type 1": "NORTH"}),)),
    Wrong("charges", (tuple(Charge(amount=D(5), taxes=one) for one in TAXES),)),
    Wrong("charges", ((Charge(amount=D(-5), taxes=(VAT,)),), (Charge(amount=D("1E13")),))),
    Wrong("charges", ((Charge(amount=D(5), account="1200", taxes=(VAT,)),),)),
    Wrong("charges", ((Charge(amount=D(5), kind=ChargeKind.OTHER, description="&amp;"),),)),
    Wrong("charges", ((Charge(amount=D(5), taxes=(Tax(VAT.code, VAT.rate, D(2)),)),),)),
    Wrong("adjustment", (D("0.01"), D(-5))),
    Wrong("gross", (D(1), D("0.01"))),
    Wrong("tax", (D(1), D(0))),
    Wrong("taxes", ((VAT,), (VAT, ZERO))),
    Wrong("tax_mode", (TaxMode.GROUP,)),
    Wrong("prices_include_tax", (True,)),
    Wrong("reverse_charge", (True,)),
    Wrong("reference", ODD),
    Wrong("notes", ODD),
    Wrong("project", ("?", "NORTH")),
    Wrong(
        "withholding",
        (Withholding(rate=D(20), base=D(1)), Withholding(rate=D(120), base=D(1))),
    ),
    Wrong("reverses", ("OPEN-1", "NONE-1")),
    Wrong("state", (DocumentState.DRAFT,)),
    Wrong("entity", ("LEEDS",)),
    Wrong("party_number", (partial(_fresh, 31), partial(_fresh, 32))),
)
_CONTACT: Final = (
    Wrong("code", ("", " ", "CHANGED", "changed", "CHANGED2", "GONE1", "gone1", *_CODES)),
    Wrong("code", ("ardent", "birch", "a\tb", "CHANGED ")),
    Wrong("name", ODD),
    Wrong("account", ACCOUNTS),
    Wrong("currency", CURRENCIES),
    Wrong("tax_number", ("x" * 256,)),
    Wrong("address", _ADDRESSES),
    Wrong("delivery_address", _ADDRESSES),
    Wrong("email", ("x" * 101, "x")),
    Wrong("phone", ("x" * 51,)),
    Wrong("notes", ODD),
    Wrong("payment_term", ("?",)),
    Wrong("terms", ((PartyTerm(days=-1),), (PartyTerm(days=10**6),), (PartyTerm(),) * 2)),
    Wrong("terms", ((PartyTerm(days=9, due_from=DueFrom.END_OF_MONTH),),)),
    Wrong(
        "people", ((Person(name=""),), (Person(name="x" * 51),), (Person(name="A"),) * 2)
    ),
    Wrong("people", ((Person(name="A", email="x" * 101),), (Person(name="A", email="b"),))),
    Wrong("banks", ((PartyBank(iban="x" * 300),), (PartyBank(),) * 2)),
)
WRONG: Final[Mapping[type, Sequence[Wrong]]] = {
    **dict.fromkeys(
        (SalesInvoice, SalesCreditNote, PurchaseInvoice, PurchaseCreditNote), _TRADED
    ),
    Payment: (
        *_DATED,
        *_MONEY,
        Wrong("kind", tuple(PaymentKind)),
        Wrong("method", ("?", "CHECK")),
        Wrong(
            "allocations",
            ((), (Allocation("OPEN-1", D(1)),), (Allocation("PAID-1", D(1)),)),
        ),
        Wrong("allocations.number", ("", "NONE-1", "PURCH-1", "FOREIGN-1", "CREDIT-1")),
        Wrong("allocations.amount", ODD_AMOUNTS),
        Wrong("on_account", (D(0), D(1), D(-1))),
        Wrong("reverses", ("NONE-1",)),
        Wrong("notes", ("x",)),
    ),
    BankEntry: (
        *_DATED,
        *_MONEY,
        Wrong("account", ACCOUNTS),
        Wrong("direction", tuple(BankDirection)),
        Wrong("settles", ("OPEN-1", "PAID-1", "NONE-1", "PURCH-1", "CREDIT-1")),
        Wrong("description", ODD),
        Wrong("reverses", ("NONE-1",)),
    ),
    JournalEntry: (
        *_DATED,
        Wrong("journal", ("OD",)),
        Wrong("currency", CURRENCIES),
        Wrong("description", ODD),
        Wrong("reference", ODD),
        Wrong("movements", ((),)),
        Wrong("movements.account", ACCOUNTS),
        Wrong("movements.debit", (*ODD_AMOUNTS, None)),
        Wrong("movements.credit", ODD_AMOUNTS),
        Wrong("movements.description", ODD),
        Wrong("movements.dimensions", (FrozenMap({"Analysis type 1": "?"}),)),
        Wrong("movements.party", ("ARDENT",)),
    ),
    Customer: _CONTACT,
    Supplier: _CONTACT,
    Item: (
        Wrong("code", ("", " ", *_CODES, "SPARE", "spare")),
        Wrong("description", ODD),
        Wrong("notes", ODD),
        Wrong("kind", tuple(ItemKind)),
        Wrong("sales_account", ACCOUNTS),
        Wrong("purchase_account", ACCOUNTS),
        Wrong("sales_price", ODD_AMOUNTS),
        Wrong("purchase_price", ODD_AMOUNTS),
        Wrong("tax_code", ("GB_NEVER", "GB_ZERO")),
        Wrong("currency", CURRENCIES),
        Wrong("active", (False,)),
    ),
    DimensionValue: (
        Wrong("dimension", ("", "COLOUR")),
        Wrong("code", ("", *_CODES, "NORTH")),
        Wrong("name", ODD),
    ),
}


def muddled(document: Any, wrong: Wrong, value: Any) -> Any:
    """Return a document with one field made wrong; of several parts, that of the first."""
    value = value() if callable(value) else value
    part, _, field = wrong.path.partition(".")
    if not field:
        if not hasattr(document, part):
            return document
        return attrs.evolve(document, **{part: value})
    parts: Sequence[Any] = getattr(document, part)
    if not parts:
        return document
    changed = attrs.evolve(parts[0], **{field: value})
    return attrs.evolve(document, **{part: (changed, *parts[1:])})


@st.composite
def batches(draw: Draw, shop: Shop) -> list[Any]:
    """Return a document, with what pays it; most are right, some wrong here or there."""
    kinds = [kind for kind in RIGHT if not shop.start or kind not in _NOT_IN_START]
    kind = draw(st.sampled_from(kinds))
    found = [RIGHT[kind](draw, shop, kind)]
    if kind in PAYS and found[0].lines and draw(st.booleans()):
        found += _payments(draw, shop, found[0])
    elif draw(st.integers(0, 9)) == 0:
        found.append(_twin(draw, found[0]))
    return [_spoilt(draw, one) for one in found]


_NOT_IN_START: Final = (PurchaseInvoice, PurchaseCreditNote, Item, DimensionValue)


def _payments(draw: Draw, shop: Shop, owed: Any) -> Iterator[Payment]:
    kind = PAYS[type(owed)]
    if shop.start and kind is PaymentKind.CUSTOMER_REFUND:
        return
    if totals(owed).due <= 0:
        return
    for _ in range(draw(st.sampled_from([1, 1, 2]))):
        yield _receipt(draw, shop, owed, kind)


def _twin(draw: Draw, document: Any) -> Any:
    """Return another with the same name, or one that looks alike."""
    name = "code" if hasattr(document, "code") else "number"
    same = getattr(document, name)
    return attrs.evolve(document, **{name: draw(st.sampled_from([same, same.lower()]))})


def _spoilt(draw: Draw, document: Any) -> Any:
    wrongs = WRONG[type(document)]
    for _ in range(draw(st.sampled_from([0, 0, 1, 1, 1, 2]))):
        wrong = draw(st.sampled_from(wrongs))
        try:
            document = muddled(document, wrong, draw(st.sampled_from(wrong.values)))
        except (TypeError, ValueError):
            # The document's own class would not have it.
            continue
    return document
