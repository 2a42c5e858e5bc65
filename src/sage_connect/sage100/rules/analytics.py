"""Analytic plans, levels and sections, and the accounts that take a split."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from ...model import (
    AccountKind,
    Charge,
    Dimension,
    DimensionValue,
    JournalEntry,
    Line,
    Movement,
)
from ...model.fields import NOTHING as UNSAID
from ...validation import Case, Fault, Mark, Owner, RuleBook, Severity, fault
from ...validation.finding import step_of
from ...validation.registry import Faults
from ..labels import spelled
from ..resolve import (
    SPLIT,
    TRADE,
    Split,
    Trade,
    plan_named,
    plan_number,
    split_parts,
)
from ..settings import Sage100Settings
from .book import (
    HOME,
    NOTHING,
    PRODUCTS,
    forbids_dormant,
    is_code,
    nearest,
    option,
    settings_of,
    shown,
)

ANALYTICS: Final = RuleBook(HOME)
_rule: Final = partial(ANALYTICS.rule, products=PRODUCTS)

SECTION_LENGTH: Final = 13
NAME_LENGTH: Final = 35
# Verdicts that a rule remembers: enough for a batch, and flat in memory.
_REMEMBERED: Final = 2000

Judge = Callable[[str, str, Case], Mapping[str, Any] | None]
"""Looks at one plan name and one section; returns the values of a fault, or None."""


def is_split(document: Split) -> bool:
    """Return whether a line is split itself. Asked by every rule here, so it is quick."""
    for line in _lines(document):  # noqa: SIM110 - `any` takes three times as long
        if line.analytic or line.dimensions is not UNSAID:
            return True
    return False


def _lines(document: Split) -> tuple[Line | Movement, ...]:
    if isinstance(document, JournalEntry):
        return document.movements
    return document.lines


def said_of(document: Split) -> list[tuple[str, str, str]]:
    """Return place, plan name and section of everything analytic that a document says."""
    said: list[tuple[str, str, str]] = []
    if project_of(document):
        said.append(("/project", "", project_of(document)))
    name = "movements" if isinstance(document, JournalEntry) else "lines"
    for at, line in enumerate(_lines(document)):
        for number, share in enumerate(line.analytic):
            said.append((f"/{name}/{at}/analytic/{number}", share.dimension, share.value))
        for plan, section in line.dimensions.items():
            place = f"/{name}/{at}/dimensions/{step_of(plan)}"
            said.append((place, plan, section))
    return said


def project_of(document: Split) -> str:
    """Return the project of a document; "" for none, and for a journal entry."""
    return "" if isinstance(document, JournalEntry) else document.project


def _each_share(judge: Judge, field: str = "value") -> Callable[[], Callable[..., Faults]]:
    """Return the factory of a rule that judges plan and section, and remembers."""

    def factory() -> Callable[[Split, Case], Faults]:
        verdicts: dict[tuple[str, str], Mapping[str, Any] | None] = {}
        right: set[str] = {""}

        def check(document: Split, case: Case) -> Faults:
            if project_of(document) in right and not is_split(document):
                return None
            found: list[Fault] = []
            for place, plan, section in said_of(document):
                if (plan, section) not in verdicts:
                    if len(verdicts) >= _REMEMBERED:
                        verdicts.clear()
                        right.intersection_update(("",))
                    verdicts[plan, section] = judge(plan, section, case)
                values = verdicts[plan, section]
                if values is None:
                    right.update((section,) if place == "/project" else ())
                else:
                    whole = place if "/analytic/" not in place else f"{place}/{field}"
                    found.append(Fault(whole, values))
            return found or None

        return check

    return factory


def _section(plan: str, section: str, case: Case) -> DimensionValue | None:
    number = plan_number(plan, settings_of(case), case.reference)
    return (case.reference.dimension_values or {}).get((number, section))


def _is_of_settings(plan: str, settings: Sage100Settings, case: Case) -> bool:
    """Return whether a plan is the one that projects and the level belong to."""
    ours = plan_number("", settings, case.reference)
    return bool(ours) and plan_number(plan, settings, case.reference) == ours


@_rule(
    "SC-S100-PLAN-UNKNOWN",
    on=SPLIT,
    source="ooti#plan",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    batch=True,
)
def plan_unknown() -> Callable[[Split, Case], Faults]:
    """The analytic plan exists in Sage, by name or number."""

    def judge(plan: str, _: str, case: Case) -> Mapping[str, Any] | None:
        settings = settings_of(case)
        if plan_number(plan, settings, case.reference):
            return None
        return plan_values(plan or settings.analytics.plan, case)

    return _each_share(judge, "dimension")()


def plan_values(wanted: str, case: Case) -> Mapping[str, Any]:
    """Return what the sentence on an unknown plan names."""
    plans = case.reference.dimensions or {}
    names = [plan.name for plan in plans.values()]
    listed = (f"{plan.code} {plan.name}" for plan in plans.values())
    return {
        "plan": wanted or NOTHING,
        "nearest": nearest(wanted, names),
        "known": shown(listed),
    }


@_rule(
    "SC-S100-LEVEL-UNKNOWN",
    on=SPLIT,
    source="ooti#level",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    needs=("dimensions",),
    batch=True,
)
def level_unknown() -> Callable[[Split, Case], Faults]:
    """The level of analysis of the settings exists in Sage."""

    def judge(plan: str, _: str, case: Case) -> Mapping[str, Any] | None:
        settings = settings_of(case)
        if not settings.analytics.level or not _is_of_settings(plan, settings, case):
            return None
        known = plan_named(settings.analytics.plan, case.reference)
        return None if known is None else level_values(settings.analytics.level, known)

    return _each_share(judge, "dimension")()


def level_values(wanted: str, plan: Dimension) -> Mapping[str, Any] | None:
    """Return what the sentence on an unknown level names; None when the plan has it."""
    if wanted.casefold() in (level.casefold() for level in plan.levels):
        return None
    return {
        "level": wanted,
        "plan": plan.name,
        "nearest": nearest(wanted, plan.levels),
        "known": shown(plan.levels),
    }


@_rule(
    "SC-S100-SECTION-UNKNOWN",
    on=SPLIT,
    source="library#analytics",
    mark=Mark.INFERRED,
    owner=Owner.ACCOUNTANT,
    needs=("dimensions", "dimension_values"),
    batch=True,
)
def section_unknown() -> Callable[[Split, Case], Faults]:
    """The section exists in its plan, or comes in the same batch."""

    def judge(plan: str, section: str, case: Case) -> Mapping[str, Any] | None:
        settings = settings_of(case)
        number = plan_number(plan, settings, case.reference)
        values = case.reference.dimension_values or {}
        if not number or (number, section) in values:
            return None
        near = nearest(section, (code for own, code in values if own == number))
        name = _plan_name(number, case)
        return {"section": section, "plan": name, "nearest": near}

    return _each_share(judge)()


def _plan_name(number: str, case: Case) -> str:
    plan = (case.reference.dimensions or {}).get(number)
    return plan.name if plan else number


@_rule(
    "SC-S100-SECTION-CODE",
    on=SPLIT,
    source="doc#lengths",
    mark=Mark.DOCUMENTED,
    batch=True,
)
def section_code() -> Callable[[Split, Case], Faults]:
    """A section that Sage does not have yet could be written: length, case, characters."""

    def judge(plan: str, section: str, case: Case) -> Mapping[str, Any] | None:
        if _section(plan, section, case) is not None:
            return None
        fixed = int(option(case, "section_length") or 0)
        if is_code(section, fixed or SECTION_LENGTH) and len(section) >= fixed:
            return None
        expected = str(fixed) if fixed else f"1-{SECTION_LENGTH}"
        return {"section": section, "expected": expected, "length": len(section)}

    return _each_share(judge)()


@_rule(
    "SC-S100-SECTION-LEVEL",
    on=SPLIT,
    source="ooti#level",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    needs=("dimensions", "dimension_values"),
    batch=True,
)
def section_level() -> Callable[[Split, Case], Faults]:
    """A section of the settings' plan stands on the settings' level."""

    def judge(plan: str, section: str, case: Case) -> Mapping[str, Any] | None:
        settings = settings_of(case)
        wanted = settings.analytics.level
        if not wanted or not _is_of_settings(plan, settings, case):
            return None
        known = _section(plan, section, case)
        if known is None or known.level.casefold() == wanted.casefold():
            return None
        return {"section": section, "level": known.level or NOTHING, "wanted": wanted}

    return _each_share(judge)()


@_rule(
    "SC-S100-SECTION-TOTAL",
    on=SPLIT,
    source="library#analytics",
    mark=Mark.INFERRED,
    owner=Owner.ACCOUNTANT,
    needs=("dimensions", "dimension_values"),
    batch=True,
)
def section_total() -> Callable[[Split, Case], Faults]:
    """A section takes entries: it is no total."""

    def judge(plan: str, section: str, case: Case) -> Mapping[str, Any] | None:
        known = _section(plan, section, case)
        return {"section": section} if known is not None and known.total else None

    return _each_share(judge)()


@_rule(
    "SC-S100-SECTION-DORMANT",
    on=SPLIT,
    source="doc#dormant",
    mark=Mark.INFERRED,
    owner=Owner.ACCOUNTANT,
    needs=("dimensions", "dimension_values"),
    batch=True,
    adjustable=True,
)
def section_dormant() -> Callable[[Split, Case], Faults]:
    """A section is not asleep."""

    def judge(plan: str, section: str, case: Case) -> Mapping[str, Any] | None:
        known = _section(plan, section, case)
        if known is None or known.active or not forbids_dormant(case):
            return None
        return {"section": section}

    return _each_share(judge)()


@_rule(
    "SC-S100-SPLIT-TWICE",
    on=SPLIT,
    source="library#analytics",
    mark=Mark.OURS,
)
def split_twice(document: Split, case: Case) -> Faults:
    """A line says a plan in one way: the shares of two ways would be added together."""
    if not is_split(document):
        return None
    settings = settings_of(case)
    found: list[Fault] = []
    name = "movements" if isinstance(document, JournalEntry) else "lines"
    for at, line in enumerate(_lines(document)):
        ways = [*dict.fromkeys(one.dimension for one in line.analytic), *line.dimensions]
        if len(ways) < 2:  # noqa: PLR2004 - one way
            continue
        first: dict[str, str] = {}
        for way in ways:
            number = plan_number(way, settings, case.reference) or way
            if number in first:
                found = found or []
                found.append(
                    fault(
                        f"/{name}/{at}", plan=way or NOTHING, other=first[number] or NOTHING
                    )
                )
            first.setdefault(number, way)
    return found


@_rule(
    "SC-S100-SPLIT-SIGN",
    on=SPLIT,
    source="library#analytics",
    mark=Mark.OURS,
)
def split_of_one_sign(document: Split, _: Case) -> Faults:
    """The shares of a line are all above zero, or all below: a section has no side."""
    if not is_split(document):
        return None
    name = "movements" if isinstance(document, JournalEntry) else "lines"
    return [
        fault(f"/{name}/{at}/analytic", least=min(amounts), most=max(amounts))
        for at, line in enumerate(_lines(document))
        if (amounts := [one.amount for one in line.analytic if one.amount is not None])
        and min(amounts) < 0 < max(amounts)
    ]


@_rule(
    "SC-S100-ANALYTIC-NOT-ALLOWED",
    on=SPLIT,
    source="spendesk#axes",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    needs=("accounts",),
)
def analytic_not_allowed(document: Split, case: Case) -> Faults:
    """A line that is split itself stands on an account with the analytic option."""
    return _split_on(document, case, closed=False)


@_rule(
    "SC-ANALYTIC-ON-NON-EXPENSE",
    on=SPLIT,
    source="spendesk#axes",
    mark=Mark.DOCUMENTED,
    needs=("accounts",),
)
def analytic_on_non_expense(document: Split, case: Case) -> Faults:
    """No line of a third party, a bank or a tax is split: only income and expenses are."""
    return _split_on(document, case, closed=True)


def _split_on(document: Split, case: Case, *, closed: bool) -> Faults:
    if not is_split(document):
        return None
    found: list[Fault] = []
    for place, part, account in split_parts(document, settings_of(case)):
        if isinstance(part, Charge) or not (part.analytic or part.dimensions):
            continue
        if not _takes_split(account, case) and _is_closed(account, case) is closed:
            name = "analytic" if part.analytic else "dimensions"
            found.append(fault(f"{place}/{name}", account=account))
    return found


def _is_closed(account: str, case: Case) -> bool:
    """Return whether an account is of a kind that never takes a split."""
    known = (case.reference.accounts or {}).get(account)
    if known is None:
        return False
    taxes = (case.reference.tax_codes or {}).values()
    of_tax = any(one.account == account for one in taxes)
    return known.control or of_tax or known.kind is AccountKind.BANK


@_rule(
    "SC-S100-PROJECT-LEFT-OUT",
    on=TRADE,
    source="spendesk#axes",
    mark=Mark.DOCUMENTED,
    severity=Severity.WARNING,
    owner=Owner.ACCOUNTANT,
    needs=("accounts",),
)
def project_left_out(document: Trade, case: Case) -> Faults:
    """The document's project reaches its lines: their accounts have the analytic option."""
    if not document.project:
        return None
    found: list[Fault] = []
    for place, part, account in split_parts(document, settings_of(case)):
        own = getattr(part, "analytic", ()) or getattr(part, "dimensions", ())
        if not own and not _takes_split(account, case):
            values = {"project": document.project, "account": account}
            found.append(fault(f"{place}/account", **values))
    return found


def _takes_split(account: str, case: Case) -> bool:
    # An account that Sage does not have is another rule's.
    known = (case.reference.accounts or {}).get(account)
    return known is None or known.analytic


@_rule(
    "SC-ANALYTIC-UNKNOWN",
    on=DimensionValue,
    source="spendesk#analytics",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    needs=("dimension_values",),
)
def section_new(section: DimensionValue, case: Case) -> Faults:
    """A section that Sage does not have is written only where the policy says so."""
    known = (case.reference.dimension_values or {}).get((section.dimension, section.code))
    allowed = settings_of(case).policy.create_analytics
    if allowed or (known is not None and known is not section):
        return None
    name = _plan_name(section.dimension, case)
    return fault("/code", section=section.code, plan=name)


@_rule(
    "SC-S100-SECTION-RECORD",
    on=DimensionValue,
    source="doc#lengths",
    mark=Mark.DOCUMENTED,
)
def section_record(section: DimensionValue, case: Case) -> Faults:
    """A section that is written has a plan of Sage, a fitting code, a name and a level."""
    found: list[Fault] = []
    reference = case.reference
    plan = (reference.dimensions or {}).get(section.dimension)
    if reference.dimensions is not None and plan is None:
        found.append(fault("/dimension", problem="section_plan", value=section.dimension))
    fixed = int(option(case, "section_length") or 0)
    most = fixed or SECTION_LENGTH
    if not is_code(section.code, most) or len(section.code) < fixed:
        found.append(fault("/code", problem="section_code", value=section.code))
    # A character that nobody sees may be all of it, and is not written.
    if not 0 < len(spelled(section.name, settings_of(case).policy)) <= NAME_LENGTH:
        found.append(fault("/name", problem="section_name", value=section.name or NOTHING))
    level = section.level or settings_of(case).analytics.level
    if plan and level and level_values(level, plan):
        found.append(fault("/level", problem="section_level", value=level))
    return found
