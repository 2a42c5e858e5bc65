"""Documents for property tests (hypothesis): valid ones, and wild ones to be refused.

Given a `Reference`, documents name only what is in it and is active: parties, accounts,
taxes with their rates, journals, days of open years. Without one, codes are made up.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, Final, TypeAlias, TypeVar

import attrs

from ..errors import ConfigurationError
from ..model import (
    AccountKind,
    Address,
    Allocation,
    AnalyticShare,
    Customer,
    Document,
    DocumentState,
    Item,
    ItemKind,
    JournalEntry,
    Line,
    Movement,
    Party,
    Payment,
    PaymentKind,
    Percent,
    PurchaseCreditNote,
    PurchaseInvoice,
    Reference,
    SalesCreditNote,
    SalesInvoice,
    Supplier,
    Tax,
    TaxDirection,
)
from ..model.money import MINOR_UNITS, apportion, minor_unit

try:
    from hypothesis import strategies as st
except ImportError as _missing:
    raise ConfigurationError(
        "sage_connect.testing.strategies needs hypothesis, which is not installed",
        fix='Install it with: pip install "sage-connect[testing]"',
    ) from _missing

_A = TypeVar("_A")
_Trade: TypeAlias = SalesInvoice | SalesCreditNote | PurchaseInvoice | PurchaseCreditNote
_D = TypeVar("_D", SalesInvoice, SalesCreditNote, PurchaseInvoice, PurchaseCreditNote)
_SALES: Final = (SalesInvoice, SalesCreditNote)
_NOTHING: Final = st.just("")
_YEAR: Final = (dt.date(2026, 1, 1), dt.date(2026, 12, 31))
_RATES: Final = tuple(map(Decimal, ("0", "2.1", "5.5", "10", "20")))
# In every Western code page; a sign that spreadsheets read as a formula never comes first.
_LETTERS: Final = (
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,'/()éèêëàâçùûüîïôöÉÇ"
)
_CODE: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_NASTY: Final = (
    "œuvre Œ",
    "prix 12 €",
    "\N{GRINNING FACE}",
    "e\N{COMBINING ACUTE ACCENT}",
    "tab\there",
    "line\nbreak",
    "carriage\rreturn",
    "nul\0byte",
    "bell\a",
    "substitute\x1a",
    "=1+1",
    "+33",
    "-5",
    "@SUM(A1)",
    '"quoted"; and; more',
    "  padded  ",
    "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}",
    "\N{RIGHT-TO-LEFT OVERRIDE}txet",
    "\N{LATIN SMALL LETTER L WITH STROKE}\N{RIGHTWARDS ARROW}",
    "x" * 500,
    "\ud800",
)


def currencies() -> st.SearchStrategy[str]:
    """Return active ISO 4217 codes, with 0 to 4 decimal places."""
    return st.sampled_from(sorted(MINOR_UNITS))


def amounts(
    currency: str = "EUR", *, least: int = 1, most: int = 10**8
) -> st.SearchStrategy[Decimal]:
    """Return amounts in whole minor units of `currency`.

    Args:
        currency: ISO 4217 code.
        least: Smallest, in minor units: 1 is a cent.
        most: Largest, in minor units.
    """
    unit = minor_unit(currency)
    return st.integers(least, most).map(lambda units: units * unit)


def texts(*, least: int = 0, most: int = 40, wild: bool = False) -> st.SearchStrategy[str]:
    """Return text as people write it; or what formats, tables and screens stumble over.

    Args:
        least: Fewest characters.
        most: Most characters, of text that is not wild.
        wild: Also control characters, emoji, formula signs, separators, lone surrogates,
            very long text, and any other Unicode.
    """
    plain = st.text(_LETTERS, min_size=least, max_size=most).map(str.strip)
    plain = plain.filter(lambda text: len(text) >= least)
    if not wild:
        return plain
    return st.one_of(plain, st.sampled_from(_NASTY), st.text(min_size=least, max_size=99))


def codes(*, most: int = 8) -> st.SearchStrategy[str]:
    """Return codes of capital letters and digits."""
    return st.text(_CODE, min_size=1, max_size=most)


def customers(*, wild: bool = False) -> st.SearchStrategy[Customer]:
    """Return customers; wild ones are refused by the rules.

    Args:
        wild: With a fault.
    """
    valid = st.builds(Customer, **_party())
    return valid if not wild else _spoilt(valid, (_no_code, _no_currency))


def suppliers(*, wild: bool = False) -> st.SearchStrategy[Supplier]:
    """Return suppliers; wild ones are refused by the rules.

    Args:
        wild: With a fault.
    """
    valid = st.builds(Supplier, **_party(), employee=st.booleans())
    return valid if not wild else _spoilt(valid, (_no_code, _no_currency))


def items() -> st.SearchStrategy[Item]:
    """Return products and services."""
    prices = st.none() | amounts()
    return st.builds(
        Item,
        code=codes(),
        description=texts(least=1),
        kind=st.sampled_from(ItemKind),
        sales_price=prices,
        purchase_price=prices,
        currency=st.just("EUR"),
        notes=texts(),
    )


def sales_invoices(
    reference: Reference | None = None, *, wild: bool = False
) -> st.SearchStrategy[SalesInvoice]:
    """Return invoices to customers.

    Args:
        reference: What they may name.
        wild: With a fault that the rules refuse.
    """
    return _trade(SalesInvoice, reference, wild)


def sales_credit_notes(
    reference: Reference | None = None, *, wild: bool = False
) -> st.SearchStrategy[SalesCreditNote]:
    """Return credit notes to customers.

    Args:
        reference: What they may name.
        wild: With a fault that the rules refuse.
    """
    return _trade(SalesCreditNote, reference, wild)


def purchase_invoices(
    reference: Reference | None = None, *, wild: bool = False
) -> st.SearchStrategy[PurchaseInvoice]:
    """Return invoices of suppliers.

    Args:
        reference: What they may name.
        wild: With a fault that the rules refuse.
    """
    return _trade(PurchaseInvoice, reference, wild)


def purchase_credit_notes(
    reference: Reference | None = None, *, wild: bool = False
) -> st.SearchStrategy[PurchaseCreditNote]:
    """Return credit notes of suppliers.

    Args:
        reference: What they may name.
        wild: With a fault that the rules refuse.
    """
    return _trade(PurchaseCreditNote, reference, wild)


@st.composite
def payments(
    draw: st.DrawFn, reference: Reference | None = None, *, wild: bool = False
) -> Payment:
    """Return payments on account, and payments in part or in full of open documents.

    Args:
        draw: Given by hypothesis.
        reference: What they may name.
        wild: With a fault that the rules refuse.
    """
    known = reference or Reference()
    opened = [
        one
        for one in (known.open_documents or {}).values()
        if one.outstanding > 0 and one.kind in {"sales_invoice", "purchase_invoice"}
    ]
    number = draw(codes())
    day = draw(_days(known))
    picked = draw(st.none() | st.sampled_from(opened)) if opened else None
    if picked is not None:
        sales = picked.kind == "sales_invoice"
        unit = minor_unit(picked.currency)
        most = int(picked.outstanding / unit)
        amount = draw(st.just(picked.outstanding) | amounts(picked.currency, most=most))
        party, currency = picked.party, picked.currency
        settled = [Allocation(picked.number, amount)]
    else:
        sales = draw(st.booleans())
        party, currency = draw(_parties(known, sales=sales))
        amount = draw(amounts(currency))
        settled = []
    kind = PaymentKind.CUSTOMER_RECEIPT if sales else PaymentKind.SUPPLIER_PAYMENT
    payment = Payment(
        kind=kind,
        number=f"P{number}",
        date=day,
        party=party,
        currency=currency,
        exchange_rate=_rate_of(currency, known),
        amount=amount,
        bank_account=draw(_one_of(known.bank_accounts)),
        allocations=tuple(settled),
        reference=draw(texts(most=20)),
    )
    faults = (_no_name, _no_day, _no_currency, _no_amount)
    return draw(_spoilt(st.just(payment), faults)) if wild else payment


@st.composite
def journal_entries(
    draw: st.DrawFn, reference: Reference | None = None, *, wild: bool = False
) -> JournalEntry:
    """Return balanced entries in the base currency.

    Args:
        draw: Given by hypothesis.
        reference: What they may name.
        wild: With a fault that the rules refuse.
    """
    known = reference or Reference()
    currency = (known.company and known.company.base_currency) or "EUR"
    accounts = draw(st.lists(_accounts(known, None), min_size=2, max_size=4))
    total = draw(amounts(currency, least=len(accounts)))
    weights = [Decimal(1)] * (len(accounts) - 1)
    parts = apportion(total, weights, minor_unit(currency))
    sides = [Movement(account=accounts[0], debit=total)]
    for account, part in zip(accounts[1:], parts, strict=True):
        sides.append(Movement(account=account, credit=part, description=draw(texts())))
    entry = JournalEntry(
        number=f"J{draw(codes())}",
        journal=draw(_one_of(known.journals, made_up=codes(most=3))),
        date=draw(_days(known)),
        currency=currency,
        movements=sides,
        description=draw(texts(least=1)),
    )
    faults = (_no_name, _no_day, _no_currency, _unbalanced)
    return draw(_spoilt(st.just(entry), faults)) if wild else entry


def documents(
    reference: Reference | None = None, *, wild: bool = False
) -> st.SearchStrategy[Document]:
    """Return documents of every kind that has a seat of its own.

    Args:
        reference: What they may name.
        wild: With a fault that the rules refuse.
    """
    return st.one_of(
        sales_invoices(reference, wild=wild),
        sales_credit_notes(reference, wild=wild),
        purchase_invoices(reference, wild=wild),
        purchase_credit_notes(reference, wild=wild),
        payments(reference, wild=wild),
        journal_entries(reference, wild=wild),
    )


@st.composite
def _trade(draw: st.DrawFn, kind: type[_D], reference: Reference | None, wild: bool) -> _D:  # noqa: FBT001 - ours alone
    known = reference or Reference()
    sales = kind in _SALES
    party, currency = draw(_parties(known, sales=sales))
    day = draw(_days(known))
    lines = draw(
        st.lists(_lines(known, currency, day, sales=sales), min_size=1, max_size=5)
    )
    due = draw(st.none() | st.integers(0, 90))
    document = kind(
        number=f"{kind.type[0].upper()}{draw(codes())}",
        source_id=draw(st.just("") | codes()),
        party_number=draw(texts(most=15)),
        date=day,
        due=None if due is None else day + dt.timedelta(days=due),
        party=party,
        currency=currency,
        exchange_rate=_rate_of(currency, known),
        lines=lines,
        reference=draw(texts(most=15)),
        notes=draw(texts()),
    )
    return draw(_spoilt(st.just(document), _FAULTS)) if wild else document


@st.composite
def _lines(
    draw: st.DrawFn, known: Reference, currency: str, day: dt.date, *, sales: bool
) -> Line:
    discounts = st.none() | st.integers(1, 99).map(lambda part: Percent(Decimal(part)))
    values = [
        AnalyticShare(one.code, one.dimension)
        for one in (known.dimension_values or {}).values()
        if one.active and not one.total
    ]
    plan = draw(st.sampled_from(values)).dimension if values else ""
    shares = [one for one in values if one.dimension == plan]
    wanted = AccountKind.INCOME if sales else AccountKind.EXPENSE
    picked = st.lists(st.sampled_from(shares), max_size=3, unique=True)
    return Line(
        description=draw(texts(least=1)),
        quantity=Decimal(draw(st.integers(1, 999))),
        unit_price=draw(amounts(currency, most=10**6)),
        discount=draw(discounts),
        account=draw(_accounts(known, wanted)),
        taxes=draw(_taxes(known, day, sales=sales)),
        analytic=tuple(draw(picked)) if shares else (),
    )


def _parties(known: Reference, *, sales: bool) -> st.SearchStrategy[tuple[str, str]]:
    """Codes of active parties, each with a currency that it trades in."""
    base = (known.company and known.company.base_currency) or "EUR"
    parties: Mapping[str, Party] | None = known.customers if sales else known.suppliers
    if parties is None:
        return codes().map(lambda code: (code, base))
    usable = [
        (one.code, one.currency or base)
        for one in parties.values()
        if one.active
        and (one.currency in {"", base} or one.currency in (known.exchange_rates or {}))
    ]
    return st.sampled_from(_some(usable, "active customer" if sales else "active supplier"))


def _accounts(known: Reference, wanted: AccountKind | None) -> st.SearchStrategy[str]:
    if known.accounts is None:
        return st.integers(600000, 799999).map(str)
    usable = [
        one
        for one in known.accounts.values()
        if one.active and not one.total and not one.control
    ]
    fitting = [one for one in usable if wanted in {None, one.kind}]
    return st.sampled_from(_some([one.code for one in fitting or usable], "account"))


def _taxes(
    known: Reference, day: dt.date, *, sales: bool
) -> st.SearchStrategy[tuple[Tax, ...]]:
    if known.tax_codes is None:
        made_up = st.builds(Tax, codes(most=5), st.sampled_from(_RATES))
        return st.just(()) | made_up.map(lambda tax: (tax,))
    way = TaxDirection.SALES if sales else TaxDirection.PURCHASES
    usable = [
        (Tax(one.code, rate),)
        for one in known.tax_codes.values()
        if one.active and one.direction in {way, TaxDirection.BOTH}
        for rate in (one.rate_on(day),)
        if rate is not None
    ]
    return st.sampled_from([(), *usable])


def _days(known: Reference) -> st.SearchStrategy[dt.date]:
    company = known.company
    if company is None or not company.fiscal_years:
        return st.dates(*_YEAR)
    closed = company.closed_through or dt.date.min
    spans = [
        (max(year.start, closed + dt.timedelta(days=1)), year.end)
        for year in company.fiscal_years
        if not year.closed and year.end > closed
    ]
    return st.one_of([st.dates(*span) for span in _some(spans, "open fiscal year")])


def _one_of(
    values: Mapping[str, Any] | None, *, made_up: st.SearchStrategy[str] = _NOTHING
) -> st.SearchStrategy[str]:
    """Codes of active values; `made_up` ones, or none, where they are not known."""
    usable = [code for code, one in (values or {}).items() if one.active]
    return st.sampled_from(usable) if usable else made_up


def _rate_of(currency: str, known: Reference) -> Decimal | None:
    rates = known.exchange_rates or {}
    base = known.company.base_currency if known.company else ""
    return rates[currency].rate if currency != base and currency in rates else None


def _some(values: Iterable[_A], what: str) -> list[_A]:
    found = list(values)
    if not found:
        raise ConfigurationError(f"the reference has no {what} that a document may name")
    return found


def _party() -> dict[str, st.SearchStrategy[Any]]:
    return {
        "code": codes(),
        "name": texts(least=1),
        "address": st.none()
        | st.builds(Address, lines=st.lists(texts(least=1), max_size=2), city=texts()),
        "email": st.sampled_from(["", "a@example.com"]),
        "phone": st.sampled_from(["", "01 23 45 67 89"]),
        "notes": texts(),
    }


# Faults: each turns any valid document into one that the rules must refuse.


def _spoilt(
    valid: st.SearchStrategy[_A], faults: tuple[Callable[[Any], Any], ...]
) -> st.SearchStrategy[_A]:
    return st.one_of([valid.map(fault) for fault in faults])


def _no_lines(one: _Trade) -> _Trade:
    return attrs.evolve(one, lines=())


def _two_taxes(one: _Trade) -> _Trade:
    taxes = (Tax("T1", Decimal(10)), Tax("T2", Decimal(20)))
    return attrs.evolve(one, lines=(attrs.evolve(one.lines[0], taxes=taxes),))


def _adjusted(one: _Trade) -> _Trade:
    return attrs.evolve(one, adjustment=Decimal("0.01"))


def _draft(one: _Trade) -> _Trade:
    return attrs.evolve(one, state=DocumentState.DRAFT)


def _no_party(one: _Trade) -> _Trade:
    return attrs.evolve(one, party="")


def _wrong_total(one: _Trade) -> _Trade:
    return attrs.evolve(one, gross=Decimal(10**12))


def _below_zero(one: _Trade) -> _Trade:
    line = attrs.evolve(one.lines[0], unit_price=-one.lines[0].unit_price, discount=None)
    return attrs.evolve(one, lines=(line,))


def _absurd(one: _Trade) -> _Trade:
    line = attrs.evolve(one.lines[0], unit_price=Decimal("1E+999"))
    return attrs.evolve(one, lines=(line,))


def _broken_number(one: _Trade) -> _Trade:
    return attrs.evolve(one, number=f"{one.number}\t\n")


def _no_name(one: Any) -> Any:
    return attrs.evolve(one, number="", source_id="")


def _no_day(one: Any) -> Any:
    return attrs.evolve(one, date=None)


def _no_currency(one: Any) -> Any:
    return attrs.evolve(one, currency="eur")


def _no_code(one: Any) -> Any:
    return attrs.evolve(one, code="")


def _no_amount(one: Payment) -> Payment:
    return attrs.evolve(one, amount=Decimal(), allocations=())


def _unbalanced(one: JournalEntry) -> JournalEntry:
    first = attrs.evolve(one.movements[0], debit=Decimal(10**9))
    return attrs.evolve(one, movements=(first, *one.movements[1:]))


_FAULTS: Final = (
    _no_lines,
    _two_taxes,
    _adjusted,
    _draft,
    _no_party,
    _wrong_total,
    _below_zero,
    _absurd,
    _broken_number,
    _no_name,
    _no_day,
    _no_currency,
)
