"""Taxes: what Sage computes anew, what it wants of trade abroad, what cannot be split."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import Any, Final

import attrs

from ...model import Charge, Item, Line, Tax, TaxMode
from ...model.money import minor_unit, round_half_up
from ...validation import Case, Fault, Mark, Owner, RuleBook, Severity, fault
from ...validation.book import COMMON
from ...validation.codes import tax_exists
from ...validation.registry import Faults
from ..resolve import (
    COUNTRIES,
    FORMER_COUNTRIES,
    HOME_OF_VAT,
    NOT_REGISTERED,
    PURCHASES,
    SALES,
    TAX_SCHEME,
    TRADE,
    UNION,
    Purchase,
    Sale,
    Trade,
    carriage_at,
    goods_or_services,
    option,
    party_of,
    sold_kinds,
    tax_region,
)
from ..settings import GroupTax
from .book import HOME, PRODUCTS, settings_of

TAXES: Final = RuleBook(HOME)
_rule: Final = partial(TAXES.rule, products=PRODUCTS)

ZERO_RATE: Final = "GB_ZERO"
_HUNDRED: Final = Decimal(100)
_NOUGHT: Final = Decimal()
_BY_LINE: Final = TaxMode.LINE
_ABROAD: Final = tuple(one for one in (*COUNTRIES, *FORMER_COUNTRIES) if one != "GB")


# ---------------------------------------------------------------------- on each line
@_rule(
    "SC-SA-TAX-MISSING",
    on=TRADE,
    source="olsgreen#tax-rate",
    mark=Mark.OBSERVED,
    needs=("company.own",),
)
def lines_are_taxed(document: Trade, case: Case) -> Faults:
    """Where the business is registered for VAT, each line has a tax rate, if only zero."""
    if document.tax_mode is not _BY_LINE:
        return None
    scheme = option(TAX_SCHEME, case.reference)
    if not scheme or scheme == NOT_REGISTERED:
        return None
    found: list[Fault] | None = None
    for at, line in enumerate(document.lines):
        if not line.taxes:
            found = found or []
            found.append(fault(f"/lines/{at}/taxes"))
    return found


@_rule(
    "SC-SA-NOT-REGISTERED",
    on=SALES,
    source="accounting-taxes#schemes",
    mark=Mark.INFERRED,
    severity=Severity.WARNING,
    owner=Owner.ACCOUNTANT,
    needs=("company.own",),
)
def business_charges_tax(document: Sale, case: Case) -> Faults:
    """A business that is not registered for VAT charges none."""
    if option(TAX_SCHEME, case.reference) != NOT_REGISTERED or not case.totals.tax:
        return None
    return fault(tax=case.totals.tax, currency=document.currency)


@_rule(
    "SC-SA-PURCHASE-TAX",
    on=PURCHASES,
    source="accounting-taxes#schemes",
    mark=Mark.INFERRED,
    severity=Severity.WARNING,
    owner=Owner.ACCOUNTANT,
    needs=("company.own",),
)
def tax_paid_is_part_of_the_price(document: Purchase, case: Case) -> Faults:
    """A business that is not registered for VAT keeps none apart: it pays the whole."""
    if option(TAX_SCHEME, case.reference) != NOT_REGISTERED or not case.totals.tax:
        return None
    return fault(tax=case.totals.tax, currency=document.currency)


@_rule(
    "SC-SA-TAX-DATE",
    on=TRADE,
    source="accounting-taxes#rates",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    needs=("tax_codes",),
)
def rate_holds_on_the_day(document: Trade, case: Case) -> Faults:
    """A tax rate has a percentage on the document's day."""
    known, day = case.reference.tax_codes or {}, document.date
    late: dict[str, dt.date] = {}
    parts: tuple[Trade | Line | Charge, ...]
    parts = (document, *document.lines, *document.charges)
    for part in parts:
        for tax in part.taxes:
            code = known.get(tax.code)
            first = code.rates[0].since if code is not None and code.rates else None
            if first is not None and day is not None and day < first:
                late[tax.code] = first
    if not late:
        return None
    return [
        fault(f"{place}/taxes/{at}", tax=tax.code, date=day, first=late[tax.code])
        for place, taxes in _taxed(document)
        for at, tax in enumerate(taxes)
        if tax.code in late
    ]


def _taxed(document: Trade) -> Iterator[tuple[str, tuple[Tax, ...]]]:
    if document.taxes:
        yield "", document.taxes
    for at, line in enumerate(document.lines):
        yield f"/lines/{at}", line.taxes
    for at, charge in enumerate(document.charges):
        yield f"/charges/{at}", charge.taxes


# ------------------------------------------------------------------- amounts of tax
@_rule(
    "SC-SA-TAX-CENT",
    on=TRADE,
    source="accounting-taxes#computed",
    mark=Mark.UNCONFIRMED,
    severity=Severity.WARNING,
)
def tax_is_rounded_by_line(document: Trade, case: Case) -> Faults:
    """The tax of a document is that of its lines, each rounded half-up to two places.

    What the caller states is sent, where rounding explains it; whether Sage computes it
    anew is not published.
    """
    if document.reverse_charge or not _is_stated(document):
        return None
    sums, unit = case.totals, minor_unit(document.currency)
    parts: tuple[Line | Charge, ...] = (*document.lines, *document.charges)
    nets = (*sums.lines, *sums.charges)
    computed = sum(
        (
            round_half_up(net * tax.rate / _HUNDRED, unit)
            for part, net in zip(parts, nets, strict=True)
            for tax in part.taxes
        ),
        _NOUGHT,
    )
    if document.tax_mode is not _BY_LINE or computed == sums.tax:
        return None
    return fault("/tax", tax=sums.tax, computed=computed, currency=document.currency)


def _is_stated(document: Trade) -> bool:
    if document.prices_include_tax or document.tax is not None:
        return True
    if document.gross is not None:
        return True
    parts: tuple[Line | Charge, ...] = (*document.lines, *document.charges)
    for part in parts:
        for tax in part.taxes:
            if tax.amount is not None:
                return True
    return False


@_rule(
    "SC-INV-CHARGE-TAX", on=SALES, source="accounting-taxes#carriage", mark=Mark.DOCUMENTED
)
def carriage_is_taxed_as_sage_does(document: Sale, case: Case) -> Faults:
    """The tax of carriage is what Sage computes anew; else a balance would be left over."""
    at = carriage_at(document) if document.charges else -1
    if at < 0 or document.tax_mode is not _BY_LINE:
        return None
    charge, net = document.charges[at], case.totals.charges[at]
    if len(charge.taxes) != 1:
        return None
    (tax,), unit = charge.taxes, minor_unit(document.currency)
    computed = round_half_up(net * tax.rate / _HUNDRED, unit)
    if document.reverse_charge:
        stated = _NOUGHT
    elif tax.amount is not None:
        stated = tax.amount
    elif document.prices_include_tax:
        stated = round_half_up(charge.amount, unit) - net
    else:
        return None
    if stated == computed:
        return None
    values = {"tax": stated, "computed": computed, "rate": tax.rate, "net": net}
    return fault(f"/charges/{at}/taxes/0", currency=document.currency, **values)


@_rule(
    "SC-SA-CARRIAGE-TEXT",
    on=SALES,
    source="accounting-taxes#carriage",
    mark=Mark.DOCUMENTED,
    severity=Severity.NOTE,
)
def carriage_has_no_text(document: Sale, _: Case) -> Faults:
    """Carriage of a sale has no description of its own."""
    at = carriage_at(document) if document.charges else -1
    text = document.charges[at].description if at >= 0 else ""
    return fault(f"/charges/{at}/description", text=text) if text.strip() else None


@_rule("SC-INV-GROUP-MODE", on=TRADE, source="vtiger#group", mark=Mark.DOCUMENTED)
def taxes_stand_on_lines(document: Trade, case: Case) -> Faults:
    """Taxes stand on lines, unless the policy splits those of the whole document."""
    if document.tax_mode is _BY_LINE:
        return None
    if settings_of(case).policy.group_tax is GroupTax.SPLIT:
        return None
    return fault("/tax_mode")


@_rule("SC-SA-GROUP-SPLIT", on=TRADE, source="vtiger#group", mark=Mark.INFERRED)
def group_tax_can_be_split(document: Trade, case: Case) -> Faults:
    """A tax on the whole document is split into its lines only where no cent is lost.

    Documents are fitted before they are checked: what is not split by then, cannot be.
    """
    if document.tax_mode is _BY_LINE or not document.taxes:
        return None
    if settings_of(case).policy.group_tax is not GroupTax.SPLIT:
        return None
    told = ", ".join(tax.code for tax in document.taxes)
    return fault("/taxes", taxes=told, tax=case.totals.tax, currency=document.currency)


# --------------------------------------------------------------------- trade abroad
def _foreign_country(document: Sale, case: Case) -> str:
    """Return the country of a customer abroad; "" at home, or where it is not known."""
    party = party_of(document, case.reference)
    country = party.address.country if party and party.address else ""
    return "" if country in HOME_OF_VAT or len(country) != 2 else country  # noqa: PLR2004 - ISO 3166


def _not_zero_rated(document: Sale, **values: object) -> Faults:
    found = [
        fault(f"{place}/taxes/{at}", tax=tax.code, zero=ZERO_RATE, **values)
        for place, taxes in _taxed(document)
        for at, tax in enumerate(taxes)
        if tax.code != ZERO_RATE
    ]
    return found or None


@_rule(
    "SC-SA-ABROAD-ZERO",
    on=SALES,
    source="byte8#zero-rated",
    mark=Mark.OBSERVED,
    owner=Owner.ACCOUNTANT,
    countries=("GB",),
    needs=("customers",),
    adjustable=True,
)
def sales_abroad_are_zero_rated(document: Sale, case: Case) -> Faults:
    """Sales of a British business to customers outside the EU are zero-rated."""
    country = _foreign_country(document, case)
    if not country or country in UNION:
        return None
    return _not_zero_rated(document, party=document.party, country=country)


@_rule(
    "SC-SA-UNION-ZERO",
    on=SALES,
    source="byte8#zero-rated",
    mark=Mark.INFERRED,
    severity=Severity.WARNING,
    owner=Owner.ACCOUNTANT,
    countries=("GB",),
    needs=("customers",),
)
def sales_to_the_union_are_zero_rated(document: Sale, case: Case) -> Faults:
    """Sales of a British business to customers in the EU are zero-rated, mostly.

    Not those of a business in Northern Ireland, nor under destination VAT.
    """
    country = _foreign_country(document, case)
    if country not in UNION:
        return None
    return _not_zero_rated(document, party=document.party, country=country)


@_rule(
    "SC-SA-GOODS-AND-SERVICES",
    on=SALES,
    source="byte8#goods-services",
    mark=Mark.OBSERVED,
    countries=("GB",),
    needs=("customers", "items"),
)
def abroad_goods_or_services(document: Sale, case: Case) -> Faults:
    """A sale abroad is of goods or of services, the same on all lines."""
    if not _foreign_country(document, case):
        return None
    kinds = sold_kinds(document, case.reference)
    return fault("/lines", party=document.party) if len(kinds) > 1 else None


@_rule(
    "SC-SA-GOODS-OR-SERVICES",
    on=SALES,
    source="byte8#goods-services",
    mark=Mark.INFERRED,
    severity=Severity.WARNING,
    countries=("GB",),
    needs=("customers", "items"),
)
def abroad_items_tell_what_is_sold(document: Sale, case: Case) -> Faults:
    """What is sold abroad is told by an item; without one it is reported as services."""
    if not _foreign_country(document, case) or sold_kinds(document, case.reference):
        return None
    kind = goods_or_services(document, case.reference)
    return fault("/lines", party=document.party, kind=kind)


@_rule(
    "SC-SA-REGION-MISSING",
    on=TRADE,
    source="apideck#region",
    mark=Mark.OBSERVED,
    countries=("CA",),
    needs=("party",),
)
def region_of_tax_is_known(document: Trade, case: Case) -> Faults:
    """In Canada a document names the province whose taxes apply."""
    party = party_of(document, case.reference)
    if party is None or tax_region(document, case.reference):
        return None
    return fault("/party", party=document.party)


# ---------------------------------------------------------------------------- items
def tax_exists_for(part: Any, case: Case) -> Faults:
    """A tax code exists in Sage, also that of an item."""
    if not isinstance(part, Item):
        return tax_exists(part, case)
    if not part.tax_code or part.tax_code in (case.reference.tax_codes or {}):
        return None
    return fault("/tax_code", tax=part.tax_code)


_UNKNOWN: Final = COMMON["SC-TAX-UNKNOWN"]
ITEM_TAXES: Final = RuleBook(
    COMMON.home,
    (attrs.evolve(_UNKNOWN, on=(*_UNKNOWN.on, Item), check=tax_exists_for),),
)
"""What common rules say of taxes holds for items too."""


# ------------------------------------------------------------------- reverse charge
@_rule(
    "SC-SA-REVERSE-CHARGE-COUNTRY",
    on=TRADE,
    source="accounting-taxes#reverse-charge",
    mark=Mark.DOCUMENTED,
    countries=_ABROAD,
)
def reverse_charge_is_british(document: Trade, case: Case) -> Faults:
    """The domestic reverse charge is the United Kingdom's."""
    if not document.reverse_charge:
        return None
    return fault("/reverse_charge", country=case.country)


@_rule(
    "SC-SA-REVERSE-CHARGE-NUMBER",
    on=SALES,
    source="accounting-taxes#reverse-charge",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    countries=("GB",),
    needs=("customers",),
)
def reverse_charge_needs_a_number(document: Sale, case: Case) -> Faults:
    """A customer who accounts for the VAT has a VAT number."""
    if not document.reverse_charge:
        return None
    party = party_of(document, case.reference)
    if party is None or party.tax_number.strip():
        return None
    return fault("/party", party=document.party)
