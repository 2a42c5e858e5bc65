"""The document as a whole: what it is posted with, its amounts, its currency, its dates."""

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from typing import Final

from ...model import (
    Customer,
    Item,
    JournalEntry,
    MasterData,
    Payment,
    PurchaseCreditNote,
    PurchaseInvoice,
    PurchaseKind,
    Reference,
    Supplier,
    TaxMode,
)
from ...model.money import MINOR_UNITS
from ...validation import Case, Fault, Mark, Owner, RuleBook, Severity, fault
from ...validation.carried import Uncarried, uncarried
from ...validation.registry import Faults
from ..carries import CARRIED
from ..labels import quantity_written
from ..pieces import invoice_number
from ..resolve import (
    BOOKED,
    ENTERED,
    SPLIT,
    TRADE,
    Booked,
    Entered,
    Split,
    Trade,
    base_currency,
    coded,
    method_number,
    parts,
)
from ..settings import ExportPolicy
from ..wire.values import AROUND
from .book import (
    HOME,
    NOTHING,
    PRODUCTS,
    TAKEN,
    THIRD_PARTIES,
    option,
    plain,
    settings_of,
    shown,
)

WHOLE: Final = RuleBook(HOME)
_rule: Final = partial(WHOLE.rule, products=PRODUCTS)

NEEDED: Final = {
    "company": "Paramètres société",
    "accounts": "Plan comptable",
    "journals": "Codes journaux",
    "tax_codes": "Taux de taxes",
    "customers": "Plan tiers",
}
"""Parts of an export without which nothing can be checked that matters, in Sage's words."""

NUMBER_LENGTH: Final = 17
FIRST_YEAR: Final = AROUND - 50
LAST_YEAR: Final = AROUND + 49

# Fourteen characters: eleven digits, the comma, two digits.
LIMIT: Final = Decimal(10) ** 11
_CENTS: Final = 2
# As `#MTAX` counts origins, from "domestic" = 0.
_INTRA_UNION: Final = "1"
_CENT: Final = Decimal("0.01")
_LEAST_RATE: Final = Decimal("0.000001")
_MOST_RATE: Final = Decimal(10) ** 7


_SEARCHES: Final[dict[type, Uncarried]] = {
    kind: uncarried(kind, paths) for kind, paths in CARRIED.items()
}


@_rule(
    "SC-S100-NOT-CARRIED",
    on=TAKEN,
    source="library#carried",
    mark=Mark.OURS,
    adjustable=True,
)
def not_carried(subject: Booked | MasterData, _: Case) -> Faults:
    """A filled field has a place in the import file."""
    places = _SEARCHES[type(subject)](subject)
    return [fault(place, field=place) for place in places] if places else None


@_rule(
    "SC-S100-NO-EXPORT",
    on=TAKEN,
    source="library#reference",
    mark=Mark.OURS,
    owner=Owner.ACCOUNTANT,
)
def no_export(_: Booked | MasterData, case: Case) -> Faults:
    """Nothing is posted unchecked, unless the policy says so."""
    if settings_of(case).policy.export is ExportPolicy.ALLOW:
        return None
    missing = missing_parts(case.reference)
    return fault(missing=", ".join(missing)) if missing else None


def missing_parts(reference: Reference) -> list[str]:
    """Return the parts that no export has told, in Sage's words."""
    return [word for part, word in NEEDED.items() if getattr(reference, part) is None]


@_rule(
    "SC-COMPANY-MISMATCH",
    on=TAKEN,
    source="ooti#company-name",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    needs=("company",),
)
def company_mismatch(_: Booked | MasterData, case: Case) -> Faults:
    """The export is that of the company of the settings."""
    given = settings_of(case).name
    company = case.reference.company
    if company is None or same_company(given, company.name):
        return None
    return fault(given=given, found=company.name)


def same_company(given: str, found: str) -> bool:
    """Return whether two company names are one, but for case, accents and blanks."""
    if not given or given == found:
        return True
    return plain(" ".join(given.split())) == plain(" ".join(found.split()))


@_rule(
    "SC-S100-COMPANY-SPELLING",
    on=TAKEN,
    source="ooti#company-name",
    mark=Mark.OURS,
    severity=Severity.WARNING,
    needs=("company",),
    batch=True,
)
def company_spelling() -> Callable[[object, Case], Faults]:
    """The company is spelt alike in the settings and in Sage; told once for a batch."""
    told = False

    def check(_: object, case: Case) -> Faults:
        nonlocal told
        given = settings_of(case).name
        company = case.reference.company
        if told or company is None or not given or given == company.name:
            return None
        told = True
        same = same_company(given, company.name)
        return fault(given=given, found=company.name) if same else None

    return check


@_rule(
    "SC-S100-AUTO-BALANCE",
    on=BOOKED,
    source="doc#import-balance",
    mark=Mark.DOCUMENTED,
    severity=Severity.WARNING,
    owner=Owner.SAGE_ADMINISTRATOR,
    needs=("company",),
    batch=True,
)
def auto_balance() -> Callable[[object, Case], Faults]:
    """Sage does not balance journals by itself, hiding faults; told once for a batch."""
    return _told_once("import_journal_balance")


@_rule(
    "SC-S100-AUTO-ANALYTIC",
    on=SPLIT,
    source="doc#import-balance",
    mark=Mark.DOCUMENTED,
    severity=Severity.WARNING,
    owner=Owner.SAGE_ADMINISTRATOR,
    needs=("company",),
    batch=True,
)
def auto_analytic() -> Callable[[object, Case], Faults]:
    """Sage does not balance analytic entries by itself either; told once for a batch."""
    return _told_once("import_analytic_balance")


def _told_once(name: str) -> Callable[[object, Case], Faults]:
    told = False

    def check(_: object, case: Case) -> Faults:
        nonlocal told
        if told or option(case, name) != "1":
            return None
        told = True
        return fault()

    return check


@_rule(
    "SC-S100-KIND",
    on=Item,
    source="library#capabilities",
    mark=Mark.OURS,
)
def kind_not_taken(subject: Item, _: Case) -> Faults:
    """Sage 100 Comptabilité keeps no items."""
    return fault(kind=subject.type)


@_rule(
    "SC-S100-CARD-REFUND",
    on=PurchaseInvoice,
    source="spendesk#purchases",
    mark=Mark.DOCUMENTED,
)
def refund_is_a_credit_note(document: PurchaseInvoice, _: Case) -> Faults:
    """What a card is refunded is a credit note: as an invoice it would be spent twice."""
    return fault("/kind") if document.kind is PurchaseKind.CARD_REFUND else None


@_rule(
    "SC-S100-REVERSE-CHARGE",
    on=(PurchaseInvoice, PurchaseCreditNote),
    source="doc#taxes",
    mark=Mark.INFERRED,
    owner=Owner.ACCOUNTANT,
    needs=("company", "tax_codes"),
)
def no_reverse_charge(document: PurchaseInvoice | PurchaseCreditNote, case: Case) -> Faults:
    """No tax of a purchase in the Union is owed to the supplier: it is due and deducted.

    Inferred: Sage has it as a pair of codes of intra-Union origin.
    """
    origins = coded(option(case, "tax_origins"))
    return [
        fault(f"{place}/taxes/{at}", tax=tax.code, rate=tax.rate)
        for place, part in (("", document), *parts(document))
        for at, tax in enumerate(part.taxes)
        if origins.get(tax.code) == _INTRA_UNION and (tax.rate or tax.amount)
    ]


@_rule(
    "SC-S100-DEFERRAL",
    on=TRADE,
    source="spendesk#deferrals",
    mark=Mark.DOCUMENTED,
)
def deferral_has_no_place(document: Trade, _: Case) -> Faults:
    """The period of a prepaid charge has no place in the file, and is not dropped."""
    deferral = document.deferral
    if deferral is None:
        return None
    return fault("/deferral", start=deferral.start or "?", end=deferral.end or "?")


@_rule(
    "SC-S100-METHOD-UNKNOWN",
    on=Payment,
    source="doc#payment-methods",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    needs=("company",),
)
def method_unknown(payment: Payment, case: Case) -> Faults:
    """A payment method is one of the company's list, by label or code."""
    if not payment.method or method_number(payment.method, case.reference) is not None:
        return None
    rows = option(case, "payment_methods").splitlines()
    names = [row.split("\t")[1] for row in rows]
    return fault("/method", method=payment.method, known=shown(names))


@_rule(
    "SC-S100-NUMBER-LENGTH",
    on=BOOKED,
    source="doc#lengths",
    mark=Mark.DOCUMENTED,
)
def number_length(document: Booked, _: Case) -> Faults:
    """An invoice number has up to seventeen characters."""
    number = invoice_number(document)
    if len(number) <= NUMBER_LENGTH:
        return None
    place = "/number" if number == document.number else "/party_number"
    return fault(place, number=number, length=len(number), limit=NUMBER_LENGTH)


@_rule(
    "SC-S100-DATE",
    on=BOOKED,
    source="library#flat-values",
    mark=Mark.INFERRED,
)
def date_out_of_window(document: Booked, _: Case) -> Faults:
    """A date is one that two digits of a year can say."""
    if (
        not isinstance(document, ENTERED)
        and type(document.due) is not tuple
        and _sayable(document.date)
        and _sayable(document.due)
    ):
        return None
    return [
        fault(place, date=day.isoformat(), first=FIRST_YEAR, last=LAST_YEAR)
        for place, day in _days(document)
        if not _sayable(day)
    ]


def _sayable(day: object) -> bool:
    return not isinstance(day, dt.date) or FIRST_YEAR <= day.year <= LAST_YEAR


def _days(document: Booked) -> Iterator[tuple[str, dt.date]]:
    if document.date is not None:
        yield "/date", document.date
    if isinstance(document, JournalEntry):
        for at, movement in enumerate(document.movements):
            if movement.due is not None:
                yield f"/movements/{at}/due", movement.due
    elif isinstance(document, ENTERED):
        return
    elif isinstance(document.due, dt.date):
        yield "/due", document.due
    elif document.due:
        for at, part in enumerate(document.due):
            if part.due is not None:
                yield f"/due/{at}/due", part.due


@_rule(
    "SC-S100-GROUP-TAXES",
    on=TRADE,
    source="doc#taxes",
    mark=Mark.INFERRED,
)
def group_taxes(document: Trade, _: Case) -> Faults:
    """A document taxed as a whole has one tax: an entry line names one tax code."""
    if document.tax_mode is TaxMode.LINE or len(document.taxes) < 2:  # noqa: PLR2004 - one tax
        return None
    return fault("/taxes", taxes=", ".join(tax.code for tax in document.taxes))


@_rule(
    "SC-S100-CURRENCY-UNKNOWN",
    on=(*BOOKED, *THIRD_PARTIES),
    source="doc#currencies",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
)
def currency_unknown(subject: Booked | Customer | Supplier, case: Case) -> Faults:
    """A foreign currency stands in the company's table, whose position is what is written.

    Without an export the books are taken to be in euros, and no other currency has a
    position: its amounts must never be written as euros.
    """
    currency = subject.currency
    if currency == base_currency(case.reference):
        return None
    if not currency and isinstance(subject, Customer | Supplier):
        return None
    known = coded(option(case, "currency_numbers"))
    if currency in known:
        return None
    return fault("/currency", currency=currency, known=shown(sorted(known)))


@_rule(
    "SC-S100-RATE-MISSING",
    on=BOOKED,
    source="doc#currencies",
    mark=Mark.OURS,
)
def rate_missing(document: Booked, case: Case) -> Faults:
    """A foreign document says its rate: the rate in Sage's table may be of any day."""
    base = base_currency(case.reference)
    if document.exchange_rate is not None or document.currency == base:
        return None
    return fault("/exchange_rate", currency=document.currency, base=base)


@_rule(
    "SC-S100-AMOUNT-RANGE",
    on=BOOKED,
    source="library#flat-values",
    mark=Mark.DOCUMENTED,
)
def amount_range(document: Booked, case: Case) -> Faults:
    """Every amount has at most fourteen characters, in the document's and base currency."""
    limit = LIMIT
    rate = document.exchange_rate
    if rate is not None and document.currency != base_currency(case.reference):
        if rate <= 0:
            return None
        if not _LEAST_RATE <= rate < _MOST_RATE:
            return fault("/exchange_rate", amount=rate, limit=_MOST_RATE - 1)
        limit = min(limit, LIMIT / rate)
    if not isinstance(document, ENTERED) and not -limit < case.totals.gross < limit:
        return fault(amount=case.totals.gross, limit=limit - _CENT)
    for place, amount in _amounts(document, case):
        if not -limit < amount < limit:
            return fault(place, amount=amount, limit=limit - _CENT)
    return None


def _amounts(document: Booked, case: Case) -> Iterator[tuple[str, Decimal]]:
    """Yield pointer and amount of everything that is written as it is."""
    if isinstance(document, ENTERED):
        yield from _entered_amounts(document)
        return
    for at, amount in enumerate(case.totals.lines):
        yield f"/lines/{at}", amount
    for at, amount in enumerate(case.totals.charges):
        yield f"/charges/{at}", amount


def _entered_amounts(document: Entered) -> Iterator[tuple[str, Decimal]]:
    if not isinstance(document, JournalEntry):
        yield "/amount", document.amount
        for at, part in enumerate(getattr(document, "allocations", ())):
            yield f"/allocations/{at}/amount", part.amount
        return
    for at, one in enumerate(document.movements):
        for name in ("debit", "credit", "currency_amount"):
            amount = getattr(one, name)
            if amount is not None:
                yield f"/movements/{at}/{name}", amount


@_rule(
    "SC-S100-AMOUNT-DECIMALS",
    on=BOOKED,
    source="library#flat-values",
    mark=Mark.OBSERVED,
)
def amount_decimals(document: Booked, case: Case) -> Faults:
    """Amounts have two decimals, also in currencies that have more."""
    if isinstance(document, ENTERED):
        return [
            fault(place, amount=amount, currency=document.currency)
            for place, amount in _entered_amounts(document)
            if amount % _CENT
        ]
    if MINOR_UNITS.get(document.currency, _CENTS) <= _CENTS:
        return None
    sums = case.totals
    amounts = (*sums.lines, *sums.charges, *(tax.amount for tax in sums.taxes), sums.gross)
    fine = next((one for one in amounts if one % _CENT), None)
    if fine is None:
        return None
    return fault("/currency", amount=fine, currency=document.currency)


@_rule(
    "SC-S100-CURRENCY-AMOUNT",
    on=JournalEntry,
    source="doc#currency",
    mark=Mark.DOCUMENTED,
)
def currency_amount_of_a_foreign_entry(entry: JournalEntry, case: Case) -> Faults:
    """Movements of a foreign entry say their amount in its currency; of others, none."""
    foreign = entry.currency != base_currency(case.reference)
    return [
        fault(
            f"/movements/{at}/currency_amount",
            currency=entry.currency,
            amount=one.currency_amount or NOTHING,
            problem="amount_lacking" if foreign else "amount_unwanted",
        )
        for at, one in enumerate(entry.movements)
        if foreign is (one.currency_amount is None)
        or (one.currency_amount is not None and one.currency_amount <= 0)
    ]


@_rule(
    "SC-S100-QUANTITY-DECIMALS",
    on=TRADE,
    source="library#flat-values",
    mark=Mark.OBSERVED,
    severity=Severity.NOTE,
)
def quantity_decimals(document: Trade, _: Case) -> Faults:
    """A quantity that does not fit into its field is left out; amounts are not touched."""
    found: list[Fault] | None = None
    for at, line in enumerate(document.lines):
        if quantity_written(line.quantity) is None:
            found = found or []
            found.append(fault(f"/lines/{at}/quantity", quantity=line.quantity))
    return found


@_rule(
    "SC-S100-CURRENCY-BALANCE",
    on=JournalEntry,
    source="doc#currency",
    mark=Mark.OURS,
    severity=Severity.WARNING,
)
def currency_sides_balance(entry: JournalEntry, case: Case) -> Faults:
    """The amounts in currency of a foreign entry balance as those in the base currency."""
    if entry.currency == base_currency(case.reference):
        return None
    sides = {True: Decimal(), False: Decimal()}
    for one in entry.movements:
        sides[one.debit is not None] += one.currency_amount or 0
    if sides[True] == sides[False]:
        return None
    values = {"debit": sides[True], "credit": sides[False], "currency": entry.currency}
    return fault("/movements", **values)


@_rule(
    "SC-S100-ZERO-PIECE",
    on=BOOKED,
    source="pnm-s#pnm",
    mark=Mark.INFERRED,
)
def zero_piece(document: Booked, case: Case) -> Faults:
    """A document comes to something, on one line at least, in the base currency too."""
    if isinstance(document, JournalEntry):
        some = any(one.debit or one.credit for one in document.movements)
        return None if some or not document.movements else fault()
    if isinstance(document, ENTERED):
        foreign = document.currency != base_currency(case.reference)
        rate = document.exchange_rate if foreign else None
        amount = document.amount if rate is None else document.amount * rate
        return fault("/amount") if 0 < amount < _CENT / 2 else None
    if not document.lines:
        return None
    sums = case.totals
    if sums.gross or any(sums.lines) or any(sums.charges):
        return None
    return fault()


@_rule(
    "SC-S100-ZERO-LINE",
    on=(*TRADE, JournalEntry),
    source="pnm-s#pnm",
    mark=Mark.INFERRED,
    severity=Severity.NOTE,
)
def zero_line(document: Split, case: Case) -> Faults:
    """A line that comes to nothing is left out of the entry."""
    if isinstance(document, JournalEntry):
        sides = [one.debit or one.credit for one in document.movements]
        if all(sides) or not any(sides):
            return None
        return [fault(f"/movements/{at}") for at, one in enumerate(sides) if not one]
    lines = case.totals.lines
    if all(lines) or not any(lines):
        return None
    return [fault(f"/lines/{at}") for at, amount in enumerate(lines) if not amount]
