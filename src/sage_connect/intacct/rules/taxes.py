"""Taxes: the solution they are of, what a line takes, and where they are posted."""

from collections.abc import Iterator
from functools import partial
from typing import Final

from ...model import Charge, Line, SalesInvoice, Tax, TaxMode
from ...validation import Case, Fault, Mark, Owner, RuleBook, fault
from ...validation.amounts import one_tax_a_line
from ...validation.registry import Faults
from ..kinds import AP_ADJUSTMENT, AR_ADJUSTMENT, EXPENSES, kind_of
from ..resolve import (
    REVERSE_CHARGE,
    SEVERAL_TAXES,
    SOLUTION_OF,
    SOLUTIONS,
    TAX,
    TRADE,
    Trade,
    country_of_solution,
    flag,
    has_module,
    known_list,
    option,
    solution_of,
)
from ..settings import IntacctSettings, Taxes
from .book import HOME, PRODUCTS, settings_of, shown

TAXES: Final = RuleBook(HOME)
_rule: Final = partial(TAXES.rule, products=PRODUCTS)

_BY_LINE: Final = TaxMode.LINE
_AS_LINES: Final = Taxes.LINES
# Their lines have no place for tax entries.
_WITHOUT_ENTRIES: Final = (AR_ADJUSTMENT, AP_ADJUSTMENT, EXPENSES)


def as_lines(document: Trade, settings: IntacctSettings) -> bool:
    """Return whether a document's taxes are posted as lines of their own."""
    if settings.policy.taxes is _AS_LINES:
        return True
    if type(document) is SalesInvoice:
        return False
    return kind_of(document, settings) in _WITHOUT_ENTRIES


def taxes_of(document: Trade) -> Iterator[tuple[str, Tax]]:
    """Yield each tax of lines and charges, and where it stands."""
    for at, line in enumerate(document.lines):
        for place, tax in enumerate(line.taxes):
            yield f"/lines/{at}/taxes/{place}", tax
    for at, charge in enumerate(document.charges):
        for place, tax in enumerate(charge.taxes):
            yield f"/charges/{at}/taxes/{place}", tax


def line_takes_taxes(part: Line | Charge, case: Case) -> Faults:
    """A line has several tax details only where the tax solution's country has such.

    Australia and the United Kingdom are stated, one tax for South Africa; of others nothing
    is said. What is posted as lines of its own may be any number.
    """
    if len(part.taxes) <= 1:
        return None
    settings, document = settings_of(case), case.document
    if as_lines(document, settings):
        return None
    solution = solution_of(document, settings, case.reference)
    if solution and country_of_solution(solution, case.reference) in SEVERAL_TAXES:
        return None
    return one_tax_a_line(part, case)


@_rule("SC-IN-GROUP-TAX", on=TRADE, source="intacct-taxes#entries", mark=Mark.DOCUMENTED)
def taxes_stand_on_lines(document: Trade, _: Case) -> Faults:
    """Taxes stand on lines: Intacct has no tax of the whole document."""
    return None if document.tax_mode is _BY_LINE else fault("/tax_mode")


@_rule(
    "SC-IN-TAX-MODULE",
    on=TRADE,
    source="intacct-taxes#solutions",
    mark=Mark.INFERRED,
    owner=Owner.SAGE_ADMINISTRATOR,
    needs=("company.own",),
)
def company_has_a_tax_solution(document: Trade, case: Case) -> Faults:
    """Taxes are posted as entries only where the company has a tax solution.

    Without the subscription there is no tax detail either, whose account a line could have.
    """
    known = known_list(SOLUTIONS, case.reference)
    if not case.reference.tax_codes and has_module(TAX, case.reference) is False:
        known = frozenset[str]()
    elif as_lines(document, settings_of(case)):
        return None
    if known or known is None:
        return None
    place = next((place for place, _ in taxes_of(document)), "")
    return fault(place) if place else None


@_rule(
    "SC-IN-TAX-SOLUTION",
    on=TRADE,
    source="intacct-taxes#solutions",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    needs=("company.own",),
)
def details_are_of_the_solution(document: Trade, case: Case) -> Faults:
    """Tax details are of the document's tax solution, which is the same for all of them."""
    settings, reference = settings_of(case), case.reference
    if as_lines(document, settings):
        return None
    company = reference.company
    wanted = settings.tax_solution
    found: list[Fault] | None = None
    for place, tax in taxes_of(document):
        known = company.own.get(SOLUTION_OF + tax.code, "") if company else ""
        # The first that is known is what the others are compared with.
        wanted = wanted or known
        if known and known != wanted:
            found = found or []
            found.append(fault(place, tax=tax.code, solution=known, wanted=wanted))
    return found


@_rule(
    "SC-IN-TAX-SOLUTION-NONE",
    on=TRADE,
    source="intacct-taxes#solutions",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    needs=("company.own",),
)
def solution_can_be_told(document: Trade, case: Case) -> Faults:
    """Where there are several tax solutions, the settings or the tax details say which."""
    settings, reference = settings_of(case), case.reference
    known = known_list(SOLUTIONS, reference)
    if not known or as_lines(document, settings):
        return None
    if settings.tax_solution:
        if settings.tax_solution in known or not any(taxes_of(document)):
            return None
    elif len(known) == 1:
        return None
    for place, tax in taxes_of(document):
        if settings.tax_solution or not option(f"{SOLUTION_OF}{tax.code}", reference):
            return fault(place, known=shown(known), setting=settings.tax_solution or "?")
    return None


@_rule(
    "SC-IN-LEGISLATION",
    on=TRADE,
    source="dmo#legislation",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    needs=("company.own",),
)
def details_are_of_the_legislation(document: Trade, case: Case) -> Faults:
    """A tax detail is of a tax solution that the settings allow."""
    allowed = settings_of(case).legislation
    if not allowed:
        return None
    found: list[Fault] = []
    for place, tax in taxes_of(document):
        known = option(f"{SOLUTION_OF}{tax.code}", case.reference)
        if known and known not in allowed:
            values = {"solution": known, "allowed": ", ".join(allowed)}
            found.append(fault(place, tax=tax.code, **values))
    return found or None


@_rule(
    "SC-IN-TAX-ACCOUNT",
    on=TRADE,
    source="library#taxes",
    mark=Mark.OURS,
    owner=Owner.ACCOUNTANT,
    needs=("tax_codes",),
)
def details_have_accounts(document: Trade, case: Case) -> Faults:
    """A tax that is posted as a line of its own has an account: that of its tax detail."""
    if not as_lines(document, settings_of(case)):
        return None
    known = case.reference.tax_codes or {}
    charged = {total.code for total in case.totals.taxes if total.amount}
    found: list[Fault] = []
    for place, tax in taxes_of(document):
        code = known.get(tax.code)
        if code is not None and not code.account and tax.code in charged:
            found.append(fault(place, tax=tax.code))
    return found or None


@_rule(
    "SC-IN-REVERSE-CHARGE",
    on=TRADE,
    source="intacct-taxes#reverse-charge",
    mark=Mark.INFERRED,
    owner=Owner.ACCOUNTANT,
    needs=("company.own",),
)
def reverse_charge_is_a_tax_detail(document: Trade, case: Case) -> Faults:
    """Where the customer accounts for the tax, the tax detail is one for reverse charge.

    Intacct tells it by the tax detail alone: a document that says otherwise would show
    another tax in its return.
    """
    said, reference = document.reverse_charge, case.reference
    found: list[Fault] = []
    for place, tax in taxes_of(document) if said else ():
        if flag(f"{REVERSE_CHARGE}{tax.code}", reference) is False:
            found.append(fault(place, tax=tax.code))
    return found or None
