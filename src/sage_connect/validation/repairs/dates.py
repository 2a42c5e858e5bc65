"""Remedies for dates."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import attrs

from ...model import Deferral, Instalment, TradeDocument, totals
from ..finding import Finding
from ..registry import Case
from .places import is_parts
from .remedy import remedy


@remedy("open-day")
def open_day(document: Any, finding: Finding, case: Case) -> Iterator[Any]:
    """Move the document to the nearest day on which the books are open."""
    company, day = case.reference.company, getattr(document, "date", None)
    if company is None or day is None:
        return
    days: list[dt.date] = []
    closed = company.closed_through
    if closed is not None and day <= closed < dt.date.max:
        days.append(closed + dt.timedelta(1))
    days += [
        year.start if day < year.start else year.end
        for year in company.fiscal_years
        if not year.closed and day not in year
    ]
    # What an own start of the books is called by the rules that know of one.
    days.extend(_days(finding.values.get("start", "")))
    for one in sorted(days, key=lambda one: abs(one - day)):
        yield _moved(document, one)


def _days(text: str) -> Iterator[dt.date]:
    try:
        yield dt.date.fromisoformat(text)
    except ValueError:
        return


def _moved(document: Any, day: dt.date) -> Any:
    due = getattr(document, "due", None)
    if isinstance(due, dt.date) and due < day:
        return attrs.evolve(document, date=day, due=day)
    return attrs.evolve(document, date=day)


@remedy("one-due-date")
def one_due_date(document: Any, _: Finding, _case: Case) -> Iterator[Any]:
    """Let the whole fall due on the day of the last instalment."""
    due: Any = getattr(document, "due", None)
    if is_parts(due):
        days: list[dt.date] = [one.due for one in due if one.due is not None]
        yield attrs.evolve(document, due=max(days) if days else None)


@remedy("last-instalment")
def last_instalment(document: Any, _: Finding, case: Case) -> Iterator[Any]:
    """Give the last instalment what the others leave to be paid; drop empty ones."""
    if not isinstance(document, TradeDocument) or not isinstance(document.due, tuple):
        return
    parts = [one for one in document.due if one.due is not None and one.amount > 0]
    left = totals(document, case.rounding).due - sum(
        (one.amount for one in parts[:-1]), Decimal()
    )
    if parts and left > 0:
        yield attrs.evolve(document, due=(*parts[:-1], Instalment(parts[-1].due, left)))


@remedy("dates-in-order")
def dates_in_order(document: Any, _: Finding, _case: Case) -> Iterator[Any]:
    """Turn first and last day of the deferral round, or make the one known both."""
    deferral = getattr(document, "deferral", None)
    if deferral is None:
        return
    days = sorted(one for one in (deferral.start, deferral.end) if one is not None)
    if days:
        yield attrs.evolve(document, deferral=Deferral(start=days[0], end=days[-1]))


@remedy("due-on-its-day")
def due_on_its_day(document: Any, finding: Finding, _: Case) -> Iterator[Any]:
    """Let a document that says nothing of it fall due on its own day."""
    if finding.path == "/due" and not document.due and document.date:
        yield attrs.evolve(document, due=document.date)


@remedy("next-day")
def next_day(document: Any, _: Finding, _case: Case) -> Iterator[Any]:
    """Take an entry back on the day after it."""
    day: dt.date | None = getattr(document, "date", None)
    back = getattr(document, "reversed_on", None)
    if back is not None and day is not None and day < dt.date.max:
        yield attrs.evolve(document, reversed_on=day + dt.timedelta(1))
