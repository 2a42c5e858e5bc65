"""A month of purchases of the demo company: suppliers, cards, employees and what is new."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple, TypeAlias

import attrs

from ...model import (
    Address,
    AnalyticShare,
    DimensionValue,
    Instalment,
    Line,
    PurchaseCreditNote,
    PurchaseInvoice,
    PurchaseKind,
    Supplier,
    Tax,
    totals,
)
from . import chart
from .chance import CENT, Chance
from .company import MONTH, YEAR

D20: Final = Tax("D20", Decimal(20))
D10: Final = Tax("D10", Decimal(10))
D055: Final = Tax("D055", Decimal("5.5"))
D00: Final = Tax("D00", Decimal(0))
DE00: Final = Tax("DE00", Decimal(0))
IM20: Final = Tax("IM20", Decimal(20))

CARD: Final = "card payment"
CARD_REFUND: Final = "card refund"
CLAIM: Final = "expense claim"
CREDIT_NOTE: Final = "supplier's credit note"
DEBITED: Final = "purchase paid by direct debit"
FOREIGN: Final = "purchase in a foreign currency"
INSTALMENTS: Final = "purchase in instalments"
UNION: Final = "purchase within the EU"
"""Cases whose documents are settled, or taxed, in a way of their own."""


class _Offer(NamedTuple):
    """What somebody sells us: least and highest price, and the tax on it."""

    party: str
    description: str
    account: str
    low: int
    high: int
    tax: Tax | None = D20


_TRADE: Final = (
    _Offer("PAPETERIE", "Ramettes et enveloppes", "606400", 20, 180),
    _Offer("PAPETERIE", "Cartouches d'encre, série « Azur »", "606400", 40, 260),
    _Offer("BOISLOIRE", "Plateaux de chêne, 27 mm", "607000", 300, 2600),
    _Offer("BOISLOIRE", "Hêtre étuvé, premier choix", "607000", 250, 1900),
    _Offer("QUINCAILL", "Vis, équerres et charnières", "606300", 15, 240),
    _Offer("QUINCAILL", "Outillage à main de l'atelier", "606300", 60, 700),
    _Offer("BETENG", "Étude de structure, béton armé", "604000", 700, 4200),
    _Offer("GUERIN", "Livraison de mobilier à Genève", "624200", 120, 900),
    _Offer("LEMERY", "Mission d'expertise comptable", "622600", 350, 1400),
)
_PUBLISHED: Final = (
    _Offer("EDITIONS", "Annuaire des bâtisseurs", "618100", 25, 90, D055),
    _Offer("EDITIONS", "Modèles de plans, abonnement", "606400", 60, 240),
    _Offer("EDITIONS", "Déplacement du conférencier", "625100", 40, 160, D10),
)
_DEBITED: Final = (
    _Offer("ENERGIE", "Électricité de l'atelier", "606100", 180, 640),
    _Offer("TELECOM", "Téléphonie et accès à Internet", "626000", 45, 190),
    _Offer("BAILLEUR", "Loyer de l'atelier, octobre", "613200", 900, 2400),
    _Offer("PREVOTE", "Assurance décennale, échéance", "616100", 300, 1100, D00),
)
_ASSETS: Final = (
    _Offer("INFOCENTRE", "Station de travail, écran 32 pouces", "218300", 1400, 4200, IM20),
    _Offer("INFOCENTRE", "Licence de conception", "205000", 900, 3800, IM20),
    _Offer("MOBIPRO", "Établi réglable en hauteur", "218400", 700, 2900, IM20),
)
_ABROAD: Final = (
    # With the currency, and euros for one unit of it.
    (_Offer("BOSTONCAD", "3D rendering, façade", "604100", 200, 2800, DE00),
     "USD", Decimal("0.9270")),
    (_Offer("BOSTONCAD", "Structural review", "604100", 200, 2800, DE00),
     "USD", Decimal("0.9248")),
    (_Offer("THAMES", "Reclaimed oak boards", "607300", 200, 2800, DE00),
     "GBP", Decimal("1.1622")),
)  # fmt: skip
# VAT of it is owed by the buyer: an entry of its own says both sides of it.
_STEEL: Final = _Offer("HOLZWERK", "Tischbeine, Stahl, Größe 71", "607200", 180, 1500, None)
_SPENT_BY_CARD: Final = (
    _Offer("STATION", "Gazole, fourgon de l'atelier", "625100", 45, 110),
    _Offer("VOYAGES", "Tours-Paris, aller et retour", "625100", 38, 130, D10),
    _Offer("BISTROT", "Déjeuner de chantier, 4 couverts", "625700", 48, 140, D10),
    _Offer("QUINCAILL", "Colle à bois, dépannage", "606300", 8, 60),
    _Offer("TELECOM", "Recharge de téléphone", "626000", 10, 35),
)
_CLAIMED: Final = (
    # An employee claims it.
    _Offer("", "Péage et parking, visite à Blois", "625100", 6, 48),
    _Offer("", "Nuit d'hôtel, salon du meuble", "625100", 75, 160, D10),
    _Offer("", "Repas avec l'équipe du chantier", "625700", 18, 64, D10),
    _Offer("", "Petites fournitures de chantier", "606300", 5, 40),
)
_EMPLOYEES: Final = tuple(row.code for row in chart.PARTIES if row.account == "421000")
_PROJECTS: Final = tuple(f"P2026-00{number}" for number in range(1, 9))
_CENTRES: Final = ("ETUDES", "ATELIER", "BOUTIQUE")

_NEW_SUPPLIERS: Final = (
    # Code, name, street, postal code, city, and whether it is an employee.
    ("VITRERIE", "Vitrerie de l'Orée", "21 rue du Verre", "37000", "Tours", False),
    ("FORGERON", "Forge Hervé Maçon", "Les Forêts", "37150", "Bléré", False),
    ("TAPISSIER", "Tapisserie Noël & Zoé", "3 rue du Cygne", "41000", "Blois", False),
    ("DASILVA", "Inês da Silva", "8 rue Néricault", "37000", "Tours", True),
)
_NEW_EMPLOYEES: Final = tuple(row[0] for row in _NEW_SUPPLIERS if row[-1])
_NEW_PROJECTS: Final = (
    ("P2026-009", "Passerelle de l'Île Simon"),
    ("P2026-010", "Crèche des Bégonias"),
)
_NEW_CENTRE: Final = ("LOGISTIQUE", "Dépôt et livraisons")

_INVOICE: Final = PurchaseKind.SUPPLIER_INVOICE
_PREFIXES: Final = {
    _INVOICE: "HA",
    PurchaseKind.CARD_PAYMENT: "CB",
    PurchaseKind.EXPENSE_CLAIM: "NF",
}
_CREDIT_PREFIXES: Final = {
    _INVOICE: "HAV",
    PurchaseKind.CARD_REFUND: "CBR",
}
_LAST: Final = dt.date(YEAR, MONTH, 30)

Purchase: TypeAlias = PurchaseInvoice | PurchaseCreditNote
_Maker: TypeAlias = Callable[[Chance], PurchaseInvoice]


def new_suppliers() -> tuple[Supplier, ...]:
    """Return the suppliers, and the employee, that are new in the month."""
    return tuple(
        Supplier(
            code=code,
            name=name,
            account="421000" if employee else "401000",
            address=Address(lines=(street,), postal_code=post, city=city, country="FR"),
            employee=employee,
        )
        for code, name, street, post, city, employee in _NEW_SUPPLIERS
    )


def new_sections() -> tuple[DimensionValue, ...]:
    """Return the analytic sections that are new in the month."""
    code, name = _NEW_CENTRE
    level = chart.LEVELS[0]
    return (
        *(
            DimensionValue(dimension=chart.PLAN, code=project, name=called, level=level)
            for project, called in _NEW_PROJECTS
        ),
        DimensionValue(dimension=chart.CENTRES, code=code, name=name, level=level),
    )


def purchases(seed: int) -> Iterator[tuple[str, Purchase]]:
    """Yield case and document: invoices in order of date, then the credit notes."""
    chance = Chance(seed + 1)
    names = [name for name, (_, count) in _CASES.items() for _ in range(count)]
    chance.shuffle(names)
    serials = dict.fromkeys(_PREFIXES.values(), 0)
    bought: list[tuple[str, PurchaseInvoice]] = []
    for at, name in enumerate(names):
        blank = _CASES[name][0](chance)
        prefix = _PREFIXES[blank.kind]
        serials[prefix] += 1
        day = dt.date(YEAR, MONTH, 1 + at * 28 // len(names))
        invoiced = blank.kind is _INVOICE
        own = attrs.evolve(
            blank,
            number=f"{prefix}{YEAR}-{serials[prefix]:04}",
            # No two suppliers happen to use one number, so that it can be looked up.
            party_number=f"{blank.party[:4]}-{2300 + 7 * at}" if invoiced else "",
            date=day,
            due=blank.due or (day + dt.timedelta(30) if invoiced else _LAST),
        )
        bought.append((name, own))
    yield from bought
    yield from _credit_notes(bought)


def _credit_notes(
    bought: Sequence[tuple[str, PurchaseInvoice]],
) -> Iterator[tuple[str, PurchaseCreditNote]]:
    """Yield credit notes on each tenth card payment, and on some suppliers' invoices."""
    cards = [one for name, one in bought if name == CARD]
    invoices = [one for name, one in bought if name == _ONE_RATE]
    for name, kind, taken in (
        (CREDIT_NOTE, _INVOICE, invoices[4::5]),
        (CARD_REFUND, PurchaseKind.CARD_REFUND, cards[3::8]),
    ):
        prefix = _CREDIT_PREFIXES[kind]
        for at, one in enumerate(taken, start=1):
            yield (
                name,
                PurchaseCreditNote(
                    kind=kind,
                    number=f"{prefix}{YEAR}-{at:04}",
                    party_number=f"AV-{one.party_number}" if one.party_number else "",
                    date=dt.date(YEAR, MONTH, 29),
                    party=one.party,
                    currency=one.currency,
                    # Alternately all of it, and its first line.
                    lines=one.lines if at % 2 else one.lines[:1],
                    reverses=one.number,
                ),
            )


def _bought(party: str, lines: Sequence[Line], **more: Any) -> PurchaseInvoice:
    values: dict[str, Any] = {"currency": "EUR", **more}
    return PurchaseInvoice(date=None, party=party, lines=tuple(lines), **values)


def _line(chance: Chance, offer: _Offer) -> Line:
    return Line(
        description=offer.description,
        unit_price=chance.price(offer.low, offer.high),
        account=offer.account,
        taxes=() if offer.tax is None else (offer.tax,),
    )


def _one_of(
    chance: Chance, offers: Sequence[_Offer], kind: PurchaseKind = _INVOICE
) -> PurchaseInvoice:
    offer = chance.one(offers)
    return _bought(offer.party, [_line(chance, offer)], kind=kind)


def _stock(chance: Chance, count: int = 1) -> PurchaseInvoice:
    """Return an invoice of one supplier: several lines are of what it sells."""
    party = chance.one(_TRADE).party
    sold = [one for one in _TRADE if one.party == party]
    lines = [
        attrs.evolve(_line(chance, chance.one(sold)), quantity=Decimal(1 + chance.below(6)))
        for _ in range(count)
    ]
    return _bought(party, lines)


def _one_rate(chance: Chance) -> PurchaseInvoice:
    return _stock(chance, 1 + chance.below(3))


def _several_rates(chance: Chance) -> PurchaseInvoice:
    lines = [_line(chance, one) for one in _PUBLISHED]
    return _bought("EDITIONS", lines[: 2 + chance.below(2)])


def _instalments(chance: Chance) -> PurchaseInvoice:
    invoice = _stock(chance, 2)
    gross = totals(invoice).gross
    first = (gross / 3).quantize(CENT)
    parts = (first, first, gross - first - first)
    days = (_LAST + dt.timedelta(30 * (at + 1)) for at in range(3))
    due = tuple(map(Instalment, days, parts))
    return attrs.evolve(invoice, due=due)


def _split(chance: Chance) -> PurchaseInvoice:
    """Return an invoice whose line is split over projects, and again over centres."""
    invoice = _stock(chance, 2)
    first = chance.below(6)
    weights = chance.one(((1, 1, 1), (60, 25, 15)))
    projects = tuple(
        AnalyticShare(section, chart.PLAN, Decimal(weight))
        for section, weight in zip(_PROJECTS[first : first + 3], weights, strict=True)
    )
    centres = tuple(
        AnalyticShare(section, chart.CENTRES, Decimal(weight))
        for section, weight in zip(
            _CENTRES, chance.one(((2, 1, 1), (1, 1, 1))), strict=True
        )
    )
    one, *rest = invoice.lines
    lines = (attrs.evolve(one, analytic=(*projects, *centres)), *rest)
    return attrs.evolve(invoice, lines=lines)


def _project(chance: Chance) -> PurchaseInvoice:
    return attrs.evolve(_stock(chance, 2), project=chance.one(_PROJECTS))


def _new_project(chance: Chance) -> PurchaseInvoice:
    section, _ = chance.one(_NEW_PROJECTS)
    share = AnalyticShare(_NEW_CENTRE[0], chart.CENTRES)
    invoice = _stock(chance)
    first = attrs.evolve(
        invoice.lines[0], analytic=(AnalyticShare(section, chart.PLAN), share)
    )
    return attrs.evolve(invoice, lines=(first,))


def _fixed_asset(chance: Chance) -> PurchaseInvoice:
    return _one_of(chance, _ASSETS)


def _foreign(chance: Chance) -> PurchaseInvoice:
    offer, currency, rate = chance.one(_ABROAD)
    lines = [_line(chance, offer)]
    return _bought(offer.party, lines, currency=currency, exchange_rate=rate)


def _union(chance: Chance) -> PurchaseInvoice:
    return _one_of(chance, [_STEEL])


def _new_supplier(chance: Chance) -> PurchaseInvoice:
    code, *_ = chance.one([row for row in _NEW_SUPPLIERS if not row[-1]])
    offer = _Offer(code, "Fourniture et pose, hors échafaudage", "604000", 200, 1800)
    return _one_of(chance, [offer])


def _debited(chance: Chance) -> PurchaseInvoice:
    return _one_of(chance, _DEBITED)


def _card(chance: Chance) -> PurchaseInvoice:
    return _one_of(chance, _SPENT_BY_CARD, PurchaseKind.CARD_PAYMENT)


def _claim(chance: Chance) -> PurchaseInvoice:
    party = chance.one((*_EMPLOYEES, *_NEW_EMPLOYEES))
    lines = [_line(chance, chance.one(_CLAIMED)) for _ in range(1 + chance.below(3))]
    return _bought(
        party, lines, kind=PurchaseKind.EXPENSE_CLAIM, project=chance.one(_PROJECTS)
    )


_ONE_RATE: Final = "supplier's invoice"
_CASES: Final[Mapping[str, tuple[_Maker, int]]] = {
    _ONE_RATE: (_one_rate, 36),
    "purchase at several VAT rates": (_several_rates, 14),
    INSTALMENTS: (_instalments, 10),
    "purchase for a project": (_project, 14),
    "purchase split over two plans": (_split, 18),
    "fixed asset": (_fixed_asset, 6),
    FOREIGN: (_foreign, 10),
    UNION: (_union, 6),
    "new supplier": (_new_supplier, 6),
    "new project": (_new_project, 5),
    DEBITED: (_debited, 8),
    CARD: (_card, 34),
    CLAIM: (_claim, 22),
}
"""What makes an invoice of each case, and how many there are."""
CASES: Final = (*_CASES, CREDIT_NOTE, CARD_REFUND)
"""Names of the cases, as they are told of."""
