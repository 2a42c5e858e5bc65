"""Dimensions of lines: whether they are there, and whether an account asks for them."""

from collections.abc import Mapping
from typing import Any, Final

from . import refusals
from .company import Company
from .store import Row

# Field of a line: the object it names, and what the flag of an account is called.
DIMENSIONS: Final[Mapping[str, tuple[str, str]]] = {
    "LOCATIONID": ("LOCATION", "REQUIRELOC"),
    "DEPARTMENTID": ("DEPARTMENT", "REQUIREDEPT"),
    "PROJECTID": ("PROJECT", "REQUIREPROJECT"),
    "TASKID": ("TASK", "REQUIRETASK"),
    "CUSTOMERID": ("CUSTOMER", "REQUIRECUSTOMER"),
    "VENDORID": ("VENDOR", "REQUIREVENDOR"),
    "EMPLOYEEID": ("EMPLOYEE", "REQUIREEMPLOYEE"),
    "ITEMID": ("ITEM", "REQUIREITEM"),
    "CLASSID": ("CLASS", "REQUIRECLASS"),
    "CONTRACTID": ("CONTRACT", "REQUIRECONTRACT"),
    "WAREHOUSEID": ("WAREHOUSE", "REQUIREWAREHOUSE"),
}
_LABELS: Final = {
    "LOCATIONID": "Location",
    "DEPARTMENTID": "Department",
    "PROJECTID": "Project",
    "TASKID": "Task",
    "CUSTOMERID": "Customer",
    "VENDORID": "Vendor",
    "EMPLOYEEID": "Employee",
    "ITEMID": "Item",
    "CLASSID": "Class",
    "CONTRACTID": "Contract",
    "WAREHOUSEID": "Warehouse",
}


def checked(
    company: Company, line: Mapping[str, Any], account: Row, object: str
) -> dict[str, str]:
    """Return the dimensions of a line, the entity's location among them.

    Args:
        company: Whoever posts.
        line: What was sent, dimensions by the names of `DIMENSIONS`.
        account: The line's account.
        object: Of the line.

    Raises:
        Refused: One is not there, is of another entity, or is missing though the account
            asks for it.
    """
    found = dict[str, str]()
    for field, (name, _) in DIMENSIONS.items():
        id = str(line.get(field) or "")
        if id:
            company.refer(name, id, _LABELS[field], object, field)
            found[field] = id
    _place(company, found, object)
    for field, (_, flag) in DIMENSIONS.items():
        if account.get(flag) == "true" and field not in found:
            label = _LABELS[field].lower()
            raise refusals.missing(
                f"{label} dimension for account {account['ACCOUNTNO']}", object, field
            )
    for name, value in line.items():
        if name.startswith("GLDIM") and value:
            found[name] = str(value)
    for name in company.options.user_dimensions:
        flag = f"REQUIREGLDIM{name.upper()}"
        if account.get(flag) == "true" and f"GLDIM{name.upper()}" not in found:
            raise refusals.missing(f"{name} dimension", object, f"GLDIM{name.upper()}")
    return found


def _place(company: Company, found: dict[str, str], object: str) -> None:
    entity = company.seat.location
    if not entity:
        if company.options.location_required and "LOCATIONID" not in found:
            raise refusals.missing("location dimension", object, "LOCATIONID")
        return
    place = found.setdefault("LOCATIONID", entity)
    if place != entity and entity_of(company, place) != entity:
        # An entity's session is confined to it (documented).
        raise refusals.unknown_value("Location", place, object, "LOCATIONID")


def entity_of(company: Company, location: str) -> str:
    """Return the entity that a location belongs to; "" for none."""
    seen = set[str]()
    while location and location not in seen:
        seen.add(location)
        if company.store.by("LOCATIONENTITY", "LOCATIONID", location):
            return location
        rows = company.store.by("LOCATION", "LOCATIONID", location)
        location = str(rows[0].get("PARENTID", "")) if rows else ""
    return ""
