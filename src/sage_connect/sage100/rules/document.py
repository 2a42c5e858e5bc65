"""The document as a whole: what it is posted with, its amounts, its currency, its dates."""

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import lru_cache, partial
from typing import Final

from ...model import (
    BankEntry,
    Customer,
    DimensionValue,
    Item,
    JournalEntry,
    Payment,
    PurchaseCreditNote,
    PurchaseInvoice,
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
from ..resolve import Sale, base_currency
from ..settings import ExportPolicy
from ..wire.values import AROUND
from .book import (
    HOME,
    PRODUCTS,
    SALES,
    option,
    plain,
    settings_of,
    shown,
)

WHOLE: Final = RuleBook(HOME)
_rule: Final = partial(WHOLE.rule, products=PRODUCTS)

TAKEN: Final = (*SALES, Customer)
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
def not_carried(subject: Sale | Customer, _: Case) -> Faults:
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
def no_export(_: Sale | Customer, case: Case) -> Faults:
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
def company_mismatch(_: Sale | Customer, case: Case) -> Faults:
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
    on=SALES,
    source="doc#import-balance",
    mark=Mark.DOCUMENTED,
    severity=Severity.WARNING,
    owner=Owner.SAGE_ADMINISTRATOR,
    needs=("company",),
    batch=True,
)
def auto_balance() -> Callable[[object, Case], Faults]:
    """Sage does not balance journals by itself, hiding faults; told once for a batch."""
    told = False

    def check(_: object, case: Case) -> Faults:
        nonlocal told
        if told or option(case, "import_journal_balance") != "1":
            return None
        told = True
        return fault()

    return check


@_rule(
    "SC-S100-KIND",
    on=(
        PurchaseInvoice,
        PurchaseCreditNote,
        Payment,
        JournalEntry,
        BankEntry,
        Supplier,
        Item,
        DimensionValue,
    ),
    source="library#capabilities",
    mark=Mark.OURS,
)
def kind_not_taken(
    subject: PurchaseInvoice
    | PurchaseCreditNote
    | Payment
    | JournalEntry
    | BankEntry
    | Supplier
    | Item
    | DimensionValue,
    _: Case,
) -> Faults:
    """Only sales and customers are posted by this version."""
    return fault(kind=subject.type)


@_rule(
    "SC-S100-NUMBER-LENGTH",
    on=SALES,
    source="doc#lengths",
    mark=Mark.DOCUMENTED,
)
def number_length(document: Sale, _: Case) -> Faults:
    """An invoice number has up to seventeen characters."""
    length = len(document.number)
    if length <= NUMBER_LENGTH:
        return None
    return fault("/number", number=document.number, length=length, limit=NUMBER_LENGTH)


@_rule(
    "SC-S100-DATE",
    on=SALES,
    source="library#flat-values",
    mark=Mark.INFERRED,
)
def date_out_of_window(document: Sale, _: Case) -> Faults:
    """A date is one that two digits of a year can say."""
    if (
        type(document.due) is not tuple
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


def _days(document: Sale) -> Iterator[tuple[str, dt.date]]:
    if document.date is not None:
        yield "/date", document.date
    if isinstance(document.due, dt.date):
        yield "/due", document.due
    elif document.due:
        for at, part in enumerate(document.due):
            if part.due is not None:
                yield f"/due/{at}/due", part.due


@_rule(
    "SC-S100-GROUP-TAXES",
    on=SALES,
    source="doc#taxes",
    mark=Mark.INFERRED,
)
def group_taxes(document: Sale, _: Case) -> Faults:
    """A document taxed as a whole has one tax: an entry line names one tax code."""
    if document.tax_mode is TaxMode.LINE or len(document.taxes) < 2:  # noqa: PLR2004 - one tax
        return None
    return fault("/taxes", taxes=", ".join(tax.code for tax in document.taxes))


@lru_cache(maxsize=64)
def _numbers(text: str) -> frozenset[str]:
    return frozenset(pair.partition("=")[0] for pair in text.split(",") if pair)


@_rule(
    "SC-S100-CURRENCY-UNKNOWN",
    on=TAKEN,
    source="doc#currencies",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
)
def currency_unknown(subject: Sale | Customer, case: Case) -> Faults:
    """A foreign currency stands in the company's table, whose position is what is written.

    Without an export the books are taken to be in euros, and no other currency has a
    position: its amounts must never be written as euros.
    """
    currency = subject.currency
    if currency == base_currency(case.reference):
        return None
    if not currency and isinstance(subject, Customer):
        return None
    known = _numbers(option(case, "currency_numbers"))
    if currency in known:
        return None
    return fault("/currency", currency=currency, known=shown(sorted(known)))


@_rule(
    "SC-S100-RATE-MISSING",
    on=SALES,
    source="doc#currencies",
    mark=Mark.OURS,
)
def rate_missing(document: Sale, case: Case) -> Faults:
    """A foreign document says its rate: the rate in Sage's table may be of any day."""
    base = base_currency(case.reference)
    if document.exchange_rate is not None or document.currency == base:
        return None
    return fault("/exchange_rate", currency=document.currency, base=base)


@_rule(
    "SC-S100-AMOUNT-RANGE",
    on=SALES,
    source="library#flat-values",
    mark=Mark.DOCUMENTED,
)
def amount_range(document: Sale, case: Case) -> Faults:
    """Every amount has at most fourteen characters, in the document's and base currency."""
    sums = case.totals
    limit = LIMIT
    rate = document.exchange_rate
    if rate is not None and document.currency != base_currency(case.reference):
        if rate <= 0:
            return None
        if not _LEAST_RATE <= rate < _MOST_RATE:
            return fault("/exchange_rate", amount=rate, limit=_MOST_RATE - 1)
        limit = min(limit, LIMIT / rate)
    if not -limit < sums.gross < limit:
        return fault(amount=sums.gross, limit=limit - _CENT)
    for at, amount in enumerate((*sums.lines, *sums.charges)):
        if not -limit < amount < limit:
            lines = len(sums.lines)
            place = f"/lines/{at}" if at < lines else f"/charges/{at - lines}"
            return fault(place, amount=amount, limit=limit - _CENT)
    return None


@_rule(
    "SC-S100-AMOUNT-DECIMALS",
    on=SALES,
    source="library#flat-values",
    mark=Mark.OBSERVED,
)
def amount_decimals(document: Sale, case: Case) -> Faults:
    """Amounts have two decimals, also in currencies that have more."""
    if MINOR_UNITS.get(document.currency, _CENTS) <= _CENTS:
        return None
    sums = case.totals
    amounts = (*sums.lines, *sums.charges, *(tax.amount for tax in sums.taxes), sums.gross)
    fine = next((one for one in amounts if one % _CENT), None)
    if fine is None:
        return None
    return fault("/currency", amount=fine, currency=document.currency)


@_rule(
    "SC-S100-QUANTITY-DECIMALS",
    on=SALES,
    source="library#flat-values",
    mark=Mark.OBSERVED,
    severity=Severity.NOTE,
)
def quantity_decimals(document: Sale, _: Case) -> Faults:
    """A quantity that does not fit into its field is left out; amounts are not touched."""
    found: list[Fault] | None = None
    for at, line in enumerate(document.lines):
        if quantity_written(line.quantity) is None:
            found = found or []
            found.append(fault(f"/lines/{at}/quantity", quantity=line.quantity))
    return found


@_rule(
    "SC-S100-ZERO-PIECE",
    on=SALES,
    source="pnm-s#pnm",
    mark=Mark.INFERRED,
)
def zero_piece(document: Sale, case: Case) -> Faults:
    """A document comes to something on at least one line."""
    if not document.lines:
        return None
    sums = case.totals
    if sums.gross or any(sums.lines) or any(sums.charges):
        return None
    return fault()


@_rule(
    "SC-S100-ZERO-LINE",
    on=SALES,
    source="pnm-s#pnm",
    mark=Mark.INFERRED,
    severity=Severity.NOTE,
)
def zero_line(_: Sale, case: Case) -> Faults:
    """A line that comes to nothing is left out of the entry."""
    lines = case.totals.lines
    if all(lines) or not any(lines):
        return None
    return [fault(f"/lines/{at}") for at, amount in enumerate(lines) if not amount]
