"""What an analytic plan takes, and what it must be given: by account, side and line."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from ...model import (
    Account,
    AccountKind,
    BankEntry,
    Charge,
    Dimension,
    JournalEntry,
    Payment,
)
from ...validation import Case, Fault, Mark, Owner, RuleBook, Severity, fault
from ...validation.registry import Faults
from ..resolve import (
    BOOKED,
    SPLIT,
    TRADE,
    Booked,
    Split,
    Trade,
    coded,
    control_account,
    is_sale,
    plan_named,
    plan_number,
    split_parts,
    tax_account,
    uses,
)
from .accounts import tax_codes
from .analytics import is_split, project_of, said_of
from .book import HOME, NOTHING, PRODUCTS, option, settings_of

PLANS: Final = RuleBook(HOME)
_rule: Final = partial(PLANS.rule, products=PRODUCTS)

# As `#MANA` has what a plan takes, and `#MPCA` the side of a section.
_RESULT: Final = "1"
_ALL: Final = "2"
_SALES: Final = "1"
_PURCHASES: Final = "2"
_OF_RESULT: Final = {AccountKind.EXPENSE, AccountKind.INCOME}


@_rule(
    "SC-S100-PLAN-ALLOCATION",
    on=SPLIT,
    source="doc#plan-allocation",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    needs=("accounts", "dimensions", "company"),
)
def plan_takes_other_accounts(document: Split, case: Case) -> Faults:
    """A split goes to a plan that takes its account: income and expenses only, or all."""
    if not is_split(document):
        return None
    settings, reference = settings_of(case), case.reference
    found: list[Fault] = []
    for place, part, account in split_parts(document, settings):
        known = (reference.accounts or {}).get(account)
        # An account without the analytic option is another rule's.
        if isinstance(part, Charge) or known is None or not known.analytic:
            continue
        ways = (*dict.fromkeys(one.dimension for one in part.analytic), *part.dimensions)
        for way in ways:
            plan = plan_named(way or settings.analytics.plan, reference)
            if plan is not None and not _allocates(plan, known, case):
                found.append(fault(place, plan=plan.name, account=account))
    return found


def _allocates(plan: Dimension, account: Account, case: Case) -> bool:
    """Return whether a plan takes splits of an account, where the company says."""
    kind = coded(option(case, "plan_allocations")).get(plan.code, _ALL)
    return kind == _ALL or (kind == _RESULT and account.kind in _OF_RESULT)


@_rule(
    "SC-S100-SECTION-DOMAIN",
    on=TRADE,
    source="doc#plan-allocation",
    mark=Mark.INFERRED,
    severity=Severity.WARNING,
    owner=Owner.ACCOUNTANT,
    needs=("company",),
)
def section_of_the_other_side(document: Trade, case: Case) -> Faults:
    """A section is not one of the other side alone: purchases for a sale, or the reverse.

    Sage keeps the side of a section for projects; that entries should heed it is inferred.
    """
    listed = option(case, "section_domains")
    if not listed:
        return None
    other = _PURCHASES if is_sale(document) else _SALES
    domains, settings = coded(listed), settings_of(case)
    found: list[Fault] = []
    for place, plan, section in said_of(document):
        number = plan_number(plan, settings, case.reference)
        if domains.get(f"{number}\t{section}") == other:
            found.append(fault(place, section=section))
    return found


@_rule(
    "SC-S100-ANALYTIC-MANDATORY",
    on=BOOKED,
    source="kb#analytics",
    mark=Mark.DOCUMENTED,
    needs=("accounts", "dimensions"),
    batch=True,
)
def analytic_mandatory() -> Callable[[Booked, Case], Faults]:
    """A line is split over every mandatory plan that has no suspense section.

    Money and taxes stand on lines of their own, which nothing can split.
    """
    return _unsplit(suspense=False)


@_rule(
    "SC-S100-ANALYTIC-SUSPENSE",
    on=BOOKED,
    source="kb#analytics",
    mark=Mark.DOCUMENTED,
    severity=Severity.WARNING,
    needs=("accounts", "dimensions"),
    batch=True,
)
def analytic_suspense() -> Callable[[Booked, Case], Faults]:
    """A line that says nothing of a mandatory plan goes to its suspense section."""
    return _unsplit(suspense=True)


def _unsplit(*, suspense: bool) -> Callable[[Booked, Case], Faults]:
    plans: list[Dimension] | None = None

    def check(document: Booked, case: Case) -> Faults:
        nonlocal plans
        if plans is None:
            plans = [
                plan
                for plan in (case.reference.dimensions or {}).values()
                if plan.mandatory and bool(plan.suspense) is suspense
            ]
        return list(_unsplit_parts(document, plans, case)) if plans else None

    return check


def _unsplit_parts(document: Booked, plans: list[Dimension], case: Case) -> Iterator[Fault]:
    accounts = case.reference.accounts or {}
    for place, account, said in _all_parts(document, case):
        known = accounts.get(account)
        if known is None or not known.analytic:
            continue
        for plan in plans:
            if plan.code not in said and _allocates(plan, known, case):
                yield fault(
                    place,
                    plan=plan.name,
                    account=account,
                    suspense=plan.suspense or NOTHING,
                )


def _all_parts(document: Booked, case: Case) -> Iterator[tuple[str, str, set[str]]]:
    """Yield each line of the piece: pointer, account, and the plans it is split over."""
    settings, reference = settings_of(case), case.reference
    if isinstance(document, Payment | BankEntry):
        for place, giver in uses(document, settings, reference):
            yield place, giver.code, set()
        return
    project = project_of(document)
    whole = {plan_number("", settings, reference)} if project else set[str]()
    for place, part, account in split_parts(document, settings):
        names = [share.dimension for share in getattr(part, "analytic", ())]
        names += getattr(part, "dimensions", ())
        said = (plan_number(one, settings, reference) for one in names)
        yield place, account, whole.union(said)
    if not isinstance(document, JournalEntry):
        yield "/party", control_account(document, settings, reference), set()
        for place, code in tax_codes(document).items():
            yield place, tax_account(code, settings, reference), set()
