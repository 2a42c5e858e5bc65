"""The United Kingdom's Construction Industry Scheme: tax that the payer keeps back."""

from decimal import Decimal
from functools import partial
from typing import Final

from ...validation import Case, Mark, Owner, RuleBook, fault
from ...validation.registry import Faults
from ..resolve import (
    CIS_CONTRACTOR,
    CIS_LABOUR,
    CIS_REGISTERED,
    CIS_SUBCONTRACTOR,
    COUNTRIES,
    FORMER_COUNTRIES,
    TRADE,
    Trade,
    carriage_at,
    flag,
    given_accounts,
    is_sale,
    listed,
    option,
    party_of,
)
from .book import HOME, NOTHING, PRODUCTS, settings_of, shown

CIS: Final = RuleBook(HOME)
_rule: Final = partial(CIS.rule, products=PRODUCTS, on=TRADE)
_british: Final = partial(_rule, countries=("GB",))

SCHEME: Final = "CIS"
RATES: Final = (Decimal(0), Decimal(20), Decimal(30))
"""Gross, standard, higher."""
_RATES: Final = frozenset(RATES)
_ABROAD: Final = tuple(one for one in (*COUNTRIES, *FORMER_COUNTRIES) if one != "GB")
_NOUGHT: Final = Decimal()


@_rule(
    "SC-SA-CIS-COUNTRY",
    source="accounting-cis#country",
    mark=Mark.DOCUMENTED,
    countries=_ABROAD,
)
def withholding_is_british(document: Trade, case: Case) -> Faults:
    """Only a British business has withholding."""
    if document.withholding is None:
        return None
    return fault("/withholding", scheme=document.withholding.code, country=case.country)


@_british(
    "SC-SA-CIS-RATE", source="accounting-cis#rates", mark=Mark.DOCUMENTED, adjustable=True
)
def rate_is_of_the_scheme(document: Trade, _: Case) -> Faults:
    """The rate is one of the scheme's: 0, 20 or 30 per cent."""
    kept = document.withholding
    if kept is None or kept.rate in _RATES:
        return None
    rates = ", ".join(map(str, RATES))
    return fault("/withholding/rate", rate=kept.rate, rates=rates)


@_british("SC-SA-CIS-SCHEME", source="accounting-cis#country", mark=Mark.DOCUMENTED)
def scheme_is_cis(document: Trade, _: Case) -> Faults:
    """What is kept back is CIS: Sage has no place for another scheme."""
    kept = document.withholding
    if kept is None or kept.code == SCHEME:
        return None
    return fault("/withholding/code", scheme=kept.code or NOTHING)


@_british(
    "SC-SA-CIS-HOME",
    source="accounting-cis#contact",
    mark=Mark.DOCUMENTED,
    prefers=("customers", "suppliers"),
)
def cis_is_at_home(document: Trade, case: Case) -> Faults:
    """A document under CIS is in sterling, with a contact in the United Kingdom."""
    if document.withholding is None:
        return None
    party = party_of(document, case.reference)
    country = party.address.country if party and party.address else ""
    if document.currency == "GBP" and country in {"", "GB"}:
        return None
    place = "/party" if document.currency == "GBP" else "/currency"
    told = {"currency": document.currency, "country": country or NOTHING}
    return fault(place, party=document.party, **told)


@_british(
    "SC-SA-CIS-NOT-SET",
    source="accounting-cis#settings",
    mark=Mark.DOCUMENTED,
    owner=Owner.SAGE_ADMINISTRATOR,
    needs=("company.own",),
)
def cis_is_set_up(document: Trade, case: Case) -> Faults:
    """CIS is set up in the business: as subcontractor to sell, as contractor to buy."""
    if document.withholding is None:
        return None
    sale = is_sale(document)
    name = CIS_SUBCONTRACTOR if sale else CIS_CONTRACTOR
    if flag(name, case.reference) is not False:
        return None
    return fault("/withholding", role=name.partition(".")[2])


@_british(
    "SC-SA-CIS-CUSTOMER",
    source="accounting-cis#contact",
    mark=Mark.DOCUMENTED,
    owner=Owner.SAGE_ADMINISTRATOR,
    needs=("company.own",),
)
def contact_is_registered(document: Trade, case: Case) -> Faults:
    """The contact is registered for CIS, which is done on screen only."""
    company = case.reference.company
    if document.withholding is None or company is None:
        return None
    known = company.own.get(CIS_REGISTERED)
    if known is None or document.party in listed(known):
        return None
    kind = "customer" if is_sale(document) else "supplier"
    return fault("/party", party=document.party, kind=kind)


@_british(
    "SC-SA-CIS-BASE",
    source="accounting-cis#base",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    needs=("company.own",),
)
def base_is_the_labour(document: Trade, case: Case) -> Faults:
    """The base is the net of the lines on labour accounts: no VAT, no materials."""
    kept = document.withholding
    labour = listed(option(CIS_LABOUR, case.reference))
    if kept is None or not labour:
        return None
    sums = case.totals
    carriage = carriage_at(document)
    charged = enumerate(sums.charges)
    nets = [*sums.lines, *(net for at, net in charged if at != carriage)]
    given = given_accounts(document, settings_of(case), case.reference)
    # An adjustment, which comes last, is no labour.
    posted = zip(nets, given, strict=False)
    base = sum((net for net, (_, giver) in posted if giver.code in labour), _NOUGHT)
    if base == kept.base:
        return None
    accounts = shown(labour)
    return fault("/withholding/base", base=kept.base, labour=base, accounts=accounts)
