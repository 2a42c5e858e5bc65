"""A month of sales of the demo company: valid documents of twelve business cases."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final, TypeAlias

import attrs

from ...model import (
    Address,
    Amount,
    AnalyticShare,
    Charge,
    Customer,
    Instalment,
    Line,
    Percent,
    Rounding,
    SalesCreditNote,
    SalesInvoice,
    Tax,
    totals,
)
from .chance import CENT, Chance
from .company import MONTH, YEAR

C20: Final = Tax("C20", Decimal(20))
C10: Final = Tax("C10", Decimal(10))
C055: Final = Tax("C055", Decimal("5.5"))
C021: Final = Tax("C021", Decimal("2.1"))
CI00: Final = Tax("CI00", Decimal(0))
CE00: Final = Tax("CE00", Decimal(0))

_FRENCH: Final = (
    "MAIRIETOURS", "TILLEULS", "CHATEAU", "MEDIABLOIS", "DUPONT", "LEFEVRE", "VELOCITE",
    "KERGUELEN", "BENOIT", "GARCIA", "LIBRAIRIE", "MUSEE", "CREPERIE", "SAINTGAUL",
    "NOTAIRES", "COOPBOIS",
)  # fmt: skip
_EUROPEAN: Final = ("BAUHAUS", "RUBENS", "CASTELLANA", "BRERA", "DOURO")
_FOREIGN: Final = (
    # Customer, currency, and euros for one unit of it.
    ("HUDSON", "USD", Decimal("0.9262")),
    ("PACIFIC", "USD", Decimal("0.9241")),
    ("CAMDEN", "GBP", Decimal("1.1605")),
    ("LEMAN", "CHF", Decimal("1.0518")),
)
_PROJECTS: Final = tuple(f"P2026-00{number}" for number in range(1, 9))

_WORK: Final = (
    # What is sold at 20 %, and its account; "" for the usual one of the tax code.
    ("Esquisse et avant-projet", ""),
    ("Dossier de permis de construire", ""),
    ("Études d'exécution", ""),
    ("Suivi de chantier, réunions hebdomadaires", ""),
    ("Étude thermique réglementaire", ""),
    ("Relevé de l'existant, façade côté cour", ""),
    ("Table « Établi » en chêne massif", "707000"),
    ("Bibliothèque sur mesure, hêtre huilé", "707000"),
    ("Comptoir d'accueil, frêne teinté", "707000"),
)
_RENOVATION: Final = (
    "Rénovation de cuisine, dépose comprise",
    "Réfection de parquet à l'ancienne",
    "Peinture intérieure, deux pièces",
    "Isolation des combles aménagés",
)
_BOOKS: Final = ("L'Atelier, 20 ans de projets", "Guide de la maison à énergie positive")
_REVIEWS: Final = ("Revue Tracé n° 12", "Revue Tracé n° 13")
_NEWCOMERS: Final = (
    ("BRASSERIEHALLES", "Brasserie des Halles", "6 place des Halles", "37000", "Tours"),
    ("GITEETANG", "Gîte de l'Étang", "Lieu-dit L'Étang", "36290", "Mézières-en-Brenne"),
    ("POTERIE", "Poterie Céladon", "14 rue du Four", "18000", "Bourges"),
    ("ECOLEDANSE", "École de danse Entrechats", "9 rue Bergère", "45000", "Orléans"),
)

Case: TypeAlias = Callable[[Chance], SalesInvoice]


def newcomers() -> tuple[Customer, ...]:
    """Return the customers that are new in the month."""
    return tuple(
        Customer(
            code=code,
            name=name,
            account="411000",
            address=Address(lines=(street,), postal_code=post, city=city, country="FR"),
            email=f"contact@{code.lower()}.example",
        )
        for code, name, street, post, city in _NEWCOMERS
    )


def sales(seed: int) -> Iterator[tuple[str, SalesInvoice | SalesCreditNote]]:
    """Yield case and document: invoices in order of date, then the credit notes."""
    chance = Chance(seed)
    names = [name for name, (_, count) in _CASES.items() for _ in range(count)]
    chance.shuffle(names)
    invoices: list[tuple[str, SalesInvoice]] = []
    for at, name in enumerate(names):
        day = dt.date(YEAR, MONTH, 1 + at * 28 // len(names))
        blank = _CASES[name][0](chance)
        due = blank.due if isinstance(blank.due, tuple) else day + dt.timedelta(30)
        invoices.append(
            (name, attrs.evolve(blank, number=f"FA{YEAR}-{at + 1:04}", date=day, due=due))
        )
    notes = [_credit_note(invoices[at][1], at) for at in range(5, len(invoices), 12)]
    numbered = (
        attrs.evolve(note, number=f"AV{YEAR}-{at:04}") for at, note in enumerate(notes, 1)
    )
    yield from invoices
    yield from ((_CREDIT_NOTES, note) for note in numbered)


def _credit_note(invoice: SalesInvoice, at: int) -> SalesCreditNote:
    """Return a credit note on an invoice: on all of it, or on its first line."""
    whole = at % 2 == 0
    return SalesCreditNote(
        date=dt.date(YEAR, MONTH, 29),
        party=invoice.party,
        currency=invoice.currency,
        exchange_rate=invoice.exchange_rate,
        lines=invoice.lines if whole else invoice.lines[:1],
        charges=invoice.charges if whole else (),
        prices_include_tax=invoice.prices_include_tax,
        project=invoice.project,
        reverses=invoice.number,
    )


def _invoice(party: str, lines: Sequence[Line], currency: str = "EUR") -> SalesInvoice:
    return SalesInvoice(date=None, party=party, currency=currency, lines=tuple(lines))


def _work(chance: Chance, tax: Tax = C20) -> Line:
    description, account = chance.one(_WORK)
    return Line(
        description=description,
        quantity=Decimal(1 + chance.below(20)) / 2,
        unit_price=chance.price(60, 900),
        account=account if tax is C20 else "",
        taxes=(tax,),
    )


def _sale(chance: Chance, description: str, price: int, tax: Tax) -> Line:
    return Line(
        description=description,
        quantity=Decimal(1 + chance.below(12)),
        unit_price=chance.price(price, price * 3),
        taxes=(tax,),
    )


def _several_rates(chance: Chance) -> SalesInvoice:
    lines = [
        _work(chance),
        _sale(chance, chance.one(_RENOVATION), 120, C10),
        _sale(chance, chance.one(_BOOKS), 18, C055),
    ]
    if chance.below(3) == 0:
        lines.append(_sale(chance, chance.one(_REVIEWS), 9, C021))
    return _invoice(chance.one(_FRENCH), lines)


def _discounts(chance: Chance) -> SalesInvoice:
    first, second = _work(chance), _work(chance)
    lines = (
        attrs.evolve(first, discount=Percent(Decimal(chance.one((5, 10, 15))))),
        attrs.evolve(second, discount=Amount(chance.price(2, 25))),
    )
    return _invoice(chance.one(_FRENCH), lines)


def _instalments(chance: Chance) -> SalesInvoice:
    invoice = _invoice(chance.one(_FRENCH), [_work(chance), _work(chance)])
    gross = totals(invoice).gross
    first = (gross * Decimal("0.4")).quantize(CENT)
    last = dt.date(YEAR, MONTH, 30)
    days = (last + dt.timedelta(30), last + dt.timedelta(60))
    due = (Instalment(days[0], first), Instalment(days[1], gross - first))
    return attrs.evolve(invoice, due=due)


def _project(chance: Chance) -> SalesInvoice:
    invoice = _invoice(chance.one(_FRENCH), [_work(chance), _work(chance)])
    return attrs.evolve(invoice, project=chance.one(_PROJECTS))


def _split_in_three(chance: Chance) -> SalesInvoice:
    first = chance.below(6)
    weights = chance.one(((1, 1, 1), (50, 30, 20)))
    shares = tuple(
        AnalyticShare(section, weight=Decimal(weight))
        for section, weight in zip(_PROJECTS[first : first + 3], weights, strict=True)
    )
    line = attrs.evolve(_work(chance), analytic=shares)
    # A hundred in thirds does not come out even.
    even = attrs.evolve(line, quantity=Decimal(1), unit_price=Decimal(100))
    return _invoice(chance.one(_FRENCH), [line, even])


def _carriage(chance: Chance) -> SalesInvoice:
    table = Line(
        description="Table « Établi » en chêne massif",
        quantity=Decimal(1 + chance.below(4)),
        unit_price=chance.price(480, 1450),
        account="707000",
        taxes=(C20,),
    )
    port = Charge(
        amount=chance.price(25, 180), description="Port et emballage", taxes=(C20,)
    )
    return attrs.evolve(_invoice(chance.one(_FRENCH), [table]), charges=(port,))


def _foreign_currency(chance: Chance) -> SalesInvoice:
    party, currency, rate = chance.one(_FOREIGN)
    lines = (
        _work(chance, CE00),
        Line(
            description="Mobilier de salon, série limitée",
            quantity=Decimal(1 + chance.below(5)),
            unit_price=chance.price(300, 2400),
            account="707300",
            taxes=(CE00,),
        ),
    )
    return attrs.evolve(_invoice(party, lines, currency), exchange_rate=rate)


def _without_tax(chance: Chance) -> SalesInvoice:
    if chance.below(3) == 0:
        return _invoice("MAROC", [_work(chance, CE00)])
    lines = (
        _work(chance, CI00),
        attrs.evolve(_work(chance, CI00), description="Banc en hêtre", account="707200"),
    )
    return _invoice(chance.one(_EUROPEAN), lines)


def _prices_with_tax(chance: Chance) -> SalesInvoice:
    lines = (
        _sale(chance, chance.one(_BOOKS), 19, C055),
        _sale(chance, "Tabouret d'atelier", 65, C20),
    )
    lines = (lines[0], attrs.evolve(lines[1], account="707000"))
    return attrs.evolve(_invoice(chance.one(_FRENCH), lines), prices_include_tax=True)


def _new_customer(chance: Chance) -> SalesInvoice:
    return _invoice(chance.one(_NEWCOMERS)[0], [_work(chance)])


def _stated_totals(chance: Chance) -> SalesInvoice:
    """Return an invoice that states totals rounded on the document, not on its lines."""
    lines = [
        Line(
            description=what,
            quantity=Decimal(3),
            unit_price=chance.price(10, 90),
            taxes=(C055,),
        )
        for what in (*_BOOKS, "Tiré à part numéroté")
    ]
    invoice = _invoice(chance.one(_FRENCH), lines)
    by_document = totals(invoice, Rounding.DOCUMENT)
    return attrs.evolve(
        invoice,
        net=by_document.net,
        tax=by_document.tax,
        gross=by_document.gross,
        reference=f"BC {4000 + chance.below(900)}",
    )


_CREDIT_NOTES: Final = "credit note on an invoice"
_CASES: Final[Mapping[str, tuple[Case, int]]] = {
    "several VAT rates": (_several_rates, 28),
    "discounts": (_discounts, 26),
    "instalments at 30 and 60 days": (_instalments, 26),
    "project": (_project, 22),
    "line split over three projects": (_split_in_three, 22),
    "carriage charged": (_carriage, 24),
    "foreign currency": (_foreign_currency, 22),
    "intra-EU and export without VAT": (_without_tax, 24),
    "prices including tax": (_prices_with_tax, 22),
    "new customer": (_new_customer, 8),
    "stated totals": (_stated_totals, 16),
}
"""What makes an invoice of each case, and how many there are."""
CASES: Final = (*_CASES, _CREDIT_NOTES)
"""Names of the cases, as they are told of."""
