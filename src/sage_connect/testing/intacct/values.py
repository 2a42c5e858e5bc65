"""What a field of a record is: kept, taken from a related record, or worked out."""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from . import facts
from .company import KEYS, Company, day_of
from .facts import BOOLEAN, DATE, INTEGER, NUMBER, STAMP, Facts
from .store import Row

_REQUIRE_OWN: Final = "REQUIREGLDIM"
ZERO: Final = Decimal(0)
_DIMENSIONS: Final = {
    "CUSTOMER": ("CUSTOMERID", "NAME"),
    "VENDOR": ("VENDORID", "NAME"),
    "LOCATION": ("LOCATIONID", "NAME"),
    "DEPARTMENT": ("DEPARTMENTID", "TITLE"),
    "PROJECT": ("PROJECTID", "NAME"),
    "CLASS": ("CLASSID", "NAME"),
    "ITEM": ("ITEMID", "NAME"),
    "EMPLOYEE": ("EMPLOYEEID", "EMPLOYEENAME"),
    "TASK": ("TASKID", "NAME"),
    "WAREHOUSE": ("WAREHOUSEID", "NAME"),
    "CONTRACT": ("CONTRACTID", "NAME"),
}
# Name here: the related object, the field here with its id, the field of it.
_DERIVED: Final[Mapping[str, tuple[str, str, str]]] = {
    **{f"{name}NAME": (name, id, title) for name, (id, title) in _DIMENSIONS.items()},
    **{f"{name}DIMKEY": (name, id, "RECORDNO") for name, (id, _) in _DIMENSIONS.items()},
    **{f"{name}KEY": (name, id, "RECORDNO") for name, (id, _) in _DIMENSIONS.items()},
    "DEPARTMENTTITLE": ("DEPARTMENT", "DEPARTMENTID", "TITLE"),
    "ACCOUNTTITLE": ("GLACCOUNT", "ACCOUNTNO", "TITLE"),
    "ACCOUNTKEY": ("GLACCOUNT", "ACCOUNTNO", "RECORDNO"),
    "OFFSETGLACCOUNTTITLE": ("GLACCOUNT", "OFFSETGLACCOUNTNO", "TITLE"),
    "PARENTNAME": ("", "PARENTID", ""),
}
# Journal lines name two dimensions without ID (documented).
_SHORT: Final = {"LOCATIONID": "LOCATION", "DEPARTMENTID": "DEPARTMENT"}
_OWED: Final = {
    "CUSTOMER": ("CUSTOMERID", ("ARINVOICE", "ARADJUSTMENT")),
    "VENDOR": ("VENDORID", ("APBILL", "APADJUSTMENT")),
}


def value(company: Company, known: Facts, row: Row, field: str) -> str:
    """Return the text of a field, "" for nothing.

    Args:
        company: Whoever asks.
        known: Facts of the object.
        row: The record.
        field: Its name in capitals; dots reach into embedded and related records.
    """
    kept = row.get(field)
    if kept is not None:
        return kept if isinstance(kept, str) else ""
    first, dot, rest = field.partition(".")
    if dot:
        return _related(company, known, row, first, rest)
    derived = _DERIVED.get(field)
    if derived is not None:
        return _taken(company, known, row, derived)
    if field == "TOTALDUE" and known.name in _OWED:
        return amount_text(owed(company, known.name, row))
    return ""


def exists(company: Company, known: Facts, field: str) -> bool:
    """Whether an object has a field, by whatever way."""
    if field in known.fields or field in company.options.custom_fields.get(known.name, ()):
        return True
    if known.name == "GLACCOUNT" and field.startswith(_REQUIRE_OWN):
        own = {name.upper() for name in company.options.user_dimensions}
        return field.removeprefix(_REQUIRE_OWN) in own
    first, dot, rest = field.partition(".")
    if dot:
        related = known.relations.get(first)
        if related is None:
            return False
        other = facts.facts_of(related[0])
        # The records of some related objects nobody has listed the fields of.
        return other is None or exists(company, other, rest)
    return field.startswith("GLDIM") and known.name.startswith(("GL", "AR", "AP", "EE"))


def kind_of(known: Facts, field: str) -> facts.Kind:
    """Return the type of a field, which may be one of a related record."""
    here = known.fields.get(field)
    first, dot, rest = field.partition(".")
    if here is None and dot and first in known.relations:
        other = facts.facts_of(known.relations[first][0])
        if other is not None:
            return kind_of(other, rest)
    return known.kind(field)


_BOOLEANS: Final = {"true": True, "false": False, "t": True, "f": False}
_AS: Final[Mapping[str, Callable[[str], Any]]] = {
    INTEGER: facts.number,
    NUMBER: facts.number,
    DATE: lambda text: moment(text),  # noqa: PLW0108 - defined below
    STAMP: lambda text: moment(text),  # noqa: PLW0108 - defined below
    BOOLEAN: lambda text: _BOOLEANS.get(text.lower()),
}


def typed(kind: facts.Kind, text: str) -> Any:
    """Return what a text says in its type; None for nothing, or for something else."""
    if text == "":
        return None
    convert = _AS.get(kind)
    return text if convert is None else convert(text)


def moment(text: str) -> dt.datetime | None:
    """Return the instant that a text says, a date being its start; None for none."""
    day = day_of(text)
    if day is None:
        return None
    _, _, clock = text.strip().partition(" ")
    try:
        time = dt.time.fromisoformat(clock) if clock else dt.time()
    except ValueError:
        return None
    return dt.datetime.combine(day, time)


def amount(row: Row, field: str) -> Decimal:
    """Return an amount of a record; zero for none."""
    text = row.get(field)
    return Decimal(text) if text else ZERO


def amount_text(number: Decimal) -> str:
    """Return an amount as answers write it: without zeros at the end."""
    plain = f"{number:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def owed(company: Company, name: str, row: Row) -> Decimal:
    """Return what a customer owes, or what a vendor is owed."""
    field, objects = _OWED[name]
    return sum(
        (
            amount(one, "TOTALDUE")
            for object in objects
            for one in company.store.by(object, field, row[field])
        ),
        ZERO,
    )


def _taken(company: Company, known: Facts, row: Row, derived: tuple[str, str, str]) -> str:
    name, here, there = derived
    if not name:
        id = row.get(here)
        parent = company.named(known.name, id) if id else None
        return "" if parent is None else str(parent.get("NAME", ""))
    id = row.get(here) or row.get(_SHORT.get(here, ""))
    if not id or (name == known.name and here == KEYS.get(name)):
        return ""
    other = company.named(name, id)
    if other is None and name == "LOCATION":
        other = company.named("LOCATIONENTITY", id)
    return "" if other is None else str(other.get(there, ""))


def _related(company: Company, known: Facts, row: Row, first: str, rest: str) -> str:
    related = known.relations.get(first)
    if related is None:
        return ""
    name, here = facts.home_of(related[0]), related[1]
    # A contact is named by a field of its own copy.
    id = row.get(here, "") if "." in here else value(company, known, row, here)
    if not id:
        return ""
    other = company.named(name, id)
    if other is None:
        other = company.numbered(name, id)
    target = facts.facts_of(name)
    if other is None or target is None:
        return ""
    return value(company, target, other, rest)
