"""The same month in a British business of Sage Accounting.

Documents, amounts before tax and texts are those of the demo company. What the country
decides is said otherwise: pounds for euros, euros for pounds, the United Kingdom's rates of
VAT, countries of parties. What Sage Accounting has one kind of record for is one kind of
document: cards and claims are purchases. Codes stay the caller's; `settings` maps them.
"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any, Final, TypeVar

import attrs

from ...accounting.settings import AccountingSettings, Accounts, Policy
from ...ledger import Mapping as Codes
from ...model import (
    Address,
    Customer,
    DimensionValue,
    Document,
    MasterData,
    Party,
    Payment,
    PurchaseCreditNote,
    PurchaseInvoice,
    PurchaseKind,
    Rounding,
    Supplier,
    Tax,
    TradeDocument,
    fields,
    totals,
)
from . import (
    chart,
    entries as of_entries,
    money as of_money,
    purchases as of_purchases,
    sales as of_sales,
)
from .books import SEED
from .company import MONTH, YEAR

D = TypeVar("D")

CURRENCY: Final = "GBP"
DOLLAR_BANK: Final = "1220"
"""Nominal code of the bank account in dollars, which a new business does not have."""
PROJECTS: Final = "Analysis type 1"
CENTRES: Final = "Analysis type 2"
"""Names of the analysis types that take the demo company's analytic plans."""

_TAXES: Final = {
    # Code, British rate, and what a document then states.
    "C20": ("GB_STANDARD", "20"),
    "C10": ("GB_LOWER", "5"),
    "C055": ("GB_LOWER", "5"),
    "C021": ("GB_ZERO", "0"),
    "CI00": ("GB_ZERO", "0"),
    "CE00": ("GB_ZERO", "0"),
    "D20": ("GB_STANDARD", "20"),
    "D10": ("GB_LOWER", "5"),
    "D055": ("GB_LOWER", "5"),
    "D00": ("GB_EXEMPT", "0"),
    "DE00": ("GB_ZERO", "0"),
    "IM20": ("GB_STANDARD", "20"),
}
_FRENCH: Final = {row.code: row.rate for row in chart.TAXES}
_UNTAXED: Final = (Tax("DE00", Decimal(0)),)
ACCOUNTS: Final = {
    "401000": "2100",
    "401100": "2100",
    "411100": "1100",
    "411200": "1100",
    "164000": "2101",
    "205000": "0030",
    "218300": "0030",
    "218400": "0040",
    "280500": "0031",
    "281830": "0031",
    "281840": "0041",
    "408100": "2101",
    "418100": "1110",
    "421000": "2220",
    "431000": "2211",
    "445200": "2203",
    "445662": "2203",
    "580000": "1110",
    "604000": "5010",
    "604100": "5010",
    "606100": "7200",
    "606300": "7800",
    "606400": "7500",
    "607000": "5000",
    "607200": "5000",
    "607300": "5000",
    "613200": "7100",
    "616100": "7610",
    "618100": "7500",
    "622600": "7600",
    "624200": "5100",
    "625100": "7400",
    "625700": "7400",
    "626000": "7500",
    "627000": "7900",
    "641000": "7000",
    "645000": "7006",
    "661100": "7900",
    "666000": "8211",
    "681100": "8000",
    "701100": "4000",
    "701200": "4000",
    "704000": "4010",
    "706000": "4010",
    "706200": "4010",
    "706300": "4010",
    "707000": "4000",
    "707200": "4000",
    "707300": "4000",
    "708500": "4905",
    "758000": "4900",
    "766000": "8211",
    "768000": "4900",
}
_PARTIES: Final = {
    # A reference has ten characters at most.
    "MAIRIETOURS": "MAIRIE",
    "BRASSERIEHALLES": "BRASSERIE",
}
_METHODS: Final = {
    "VIR": "ELECTRONIC",
    "PRE": "ELECTRONIC",
    "LCR": "ELECTRONIC",
    "CHQ": "CHECK",
    "ESP": "CASH",
}
_COUNTRIES: Final = {
    "FRANCE": "GB",
    "ROYAUME-UNI": "FR",
    "ALLEMAGNE": "DE",
    "BELGIQUE": "BE",
    "ESPAGNE": "ES",
    "ITALIE": "IT",
    "PORTUGAL": "PT",
    "ETATS-UNIS": "US",
    "SUISSE": "CH",
    "MAROC": "MA",
    "FR": "GB",
}
_SWAPPED: Final = {"EUR": "GBP", "GBP": "EUR"}
# Pounds for a euro, by which rates in euros become rates in pounds.
_POUNDS: Final = Decimal("0.85")
_RATE_PLACES: Final = Decimal("0.0001")
_BASE: Final = of_entries.Base(
    CURRENCY,
    tuple((one * _POUNDS).quantize(_RATE_PLACES) for one in of_entries.EUROS.dollars),
)


def settings() -> AccountingSettings:
    """Return settings that fit the business and the codes of the documents."""
    return AccountingSettings(
        period_start=dt.date(YEAR, MONTH, 1),
        accounts=Accounts(sales="4010", purchases="5000", shipping="4905"),
        # Rates of the day are some per cent off those that the business has on record.
        policy=Policy(rate_tolerance=Decimal("0.05")),
        mapping=Codes(
            accounts=fields.FrozenMap(ACCOUNTS),
            taxes=fields.FrozenMap({code: own for code, (own, _) in _TAXES.items()}),
            parties=fields.FrozenMap(_PARTIES),
            journals=fields.FrozenMap({"OD": ""}),
            bank_accounts=fields.FrozenMap(
                {"BQ": "1200", "CAI": "1210", "BQD": DOLLAR_BANK}
            ),
            dimensions=fields.FrozenMap({chart.PLAN: PROJECTS, chart.CENTRES: CENTRES}),
        ),
    )


def records() -> list[MasterData]:
    """Return what the business has before the month: parties, projects, centres."""
    plans = {1: chart.PLAN, 2: chart.CENTRES}
    return [
        *(
            DimensionValue(dimension=plans[one.plan], code=one.code, name=one.label)
            for one in chart.SECTIONS
            if not one.total and not one.dormant
        ),
        *(_party(row) for row in chart.PARTIES if not row.dormant),
    ]


def cases(seed: int = SEED) -> Mapping[str, tuple[Document, ...]]:
    """Return the documents by business case, as `demo.cases` does."""
    parts = (of_sales, of_purchases, of_money, of_entries)
    found: dict[str, list[Document]] = {name: [] for part in parts for name in part.CASES}
    for name, document in _documents(seed):
        found[name].append(document)
    return {name: tuple(documents) for name, documents in found.items()}


def month(seed: int = SEED) -> list[Document | MasterData]:
    """Return all documents of the month in posting order, what is new in it first."""
    return [
        *map(british, of_purchases.new_sections()),
        *map(british, of_sales.newcomers()),
        *map(british, of_purchases.new_suppliers()),
        *(document for _, document in _documents(seed)),
    ]


@cache
def _documents(seed: int) -> tuple[tuple[str, Document], ...]:
    sold = [(name, british(one)) for name, one in of_sales.sales(seed)]
    bought = [(name, british(one)) for name, one in of_purchases.purchases(seed)]
    # What is paid and entered follows from what was sold and bought in pounds.
    moved = [
        (name, british(one)) for name, one in of_money.money(seed, sold, bought, _BASE)
    ]
    entered = of_entries.entries(seed, [*sold, *bought, *moved], _BASE)
    return (*sold, *bought, *moved, *entered)


def british(document: D) -> D:
    """Return a document of the demo company as the British business has it.

    Money of the base currency is given in it already.
    """
    whole: Any = document
    match whole:
        case TradeDocument():
            whole = _trade(whole)
        case Payment():
            whole = attrs.evolve(whole, method=_METHODS.get(whole.method, whole.method))
        case Party():
            whole = _contact(whole)
        case DimensionValue():
            whole = attrs.evolve(whole, level="")
        case _:
            pass
    changed: D = whole
    return changed


def _trade(document: Any) -> Any:
    bought = isinstance(document, PurchaseInvoice | PurchaseCreditNote)
    # Where the buyer owes the tax, the line says so.
    untaxed = _UNTAXED if bought else ()
    changes: dict[str, Any] = {
        "currency": _SWAPPED.get(document.currency, document.currency),
        "lines": [
            attrs.evolve(one, taxes=_taxes(one.taxes) or untaxed) for one in document.lines
        ],
        "charges": [attrs.evolve(one, taxes=_taxes(one.taxes)) for one in document.charges],
        "taxes": _taxes(document.taxes),
    }
    if document.exchange_rate is not None:
        changes["exchange_rate"] = _rate(document.currency, document.exchange_rate)
    if bought:
        changes["kind"] = PurchaseKind.SUPPLIER_INVOICE
    else:
        changes["number"] = _number(document.number)
        changes["reverses"] = _number(document.reverses)
    bare = attrs.evolve(document, net=None, tax=None, gross=None)
    plain = attrs.evolve(bare, **changes)
    if document.gross != totals(bare, Rounding.DOCUMENT).gross:
        # It states none, or wrong ones, which stay wrong.
        return attrs.evolve(plain, net=document.net, tax=document.tax, gross=document.gross)
    sums = totals(plain, Rounding.DOCUMENT)
    return attrs.evolve(plain, net=sums.net, tax=sums.tax, gross=sums.gross)


def _number(number: str) -> str:
    # Prefixes of Sage's own numbers have six characters at most.
    return number.replace(f"{YEAR}-", f"{YEAR % 100}-")


def _taxes(taxes: tuple[Tax, ...]) -> tuple[Tax, ...]:
    return tuple(
        # Another rate than the code's is a fault, and stays one.
        attrs.evolve(one, rate=Decimal(_TAXES[one.code][1]))
        if _FRENCH.get(one.code) == one.rate
        else one
        for one in taxes
    )


def _rate(currency: str, rate: Decimal) -> Decimal:
    # Euros for a pound become pounds for a euro.
    pounds = 1 / rate if currency == CURRENCY else rate * _POUNDS
    return pounds.quantize(_RATE_PLACES)


def _contact(party: Any) -> Any:
    address = party.address
    if address is not None:
        country = _COUNTRIES.get(address.country, address.country)
        address = attrs.evolve(address, country=country)
    changes: dict[str, Any] = {"account": "", "address": address}
    if isinstance(party, Supplier):
        changes["employee"] = False
    return attrs.evolve(party, **changes)


def _party(row: chart.PartyRow) -> Customer | Supplier:
    customer = row.type is chart.PartyRow._field_defaults["type"]
    kind = Customer if customer else Supplier
    code = chart.CURRENCIES[row.currency - 1][1] if row.currency else "EUR"
    country = _COUNTRIES[row.country]
    return kind(
        code=row.code,
        name=row.name,
        currency=_SWAPPED.get(code, code),
        address=Address(
            lines=(row.address,),
            postal_code=row.postal_code,
            city=row.city,
            country=country,
        ),
        tax_number="" if country == "GB" else row.vat_id,
    )
