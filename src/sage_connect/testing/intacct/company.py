"""The simulated company as those see it who work on a request."""

import datetime as dt
import random
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import attrs

from ..clock import Clock
from . import facts, refusals
from .options import Options
from .store import Row, Store

US_DATE: Final = "%m/%d/%Y"
"""How dates are written in answers, whatever the company's locale (seen)."""

KEYS: Final[Mapping[str, str]] = {
    "APACCOUNTLABEL": "ACCOUNTLABEL",
    "APTERM": "NAME",
    "ARACCOUNTLABEL": "ACCOUNTLABEL",
    "ARTERM": "NAME",
    "CHECKINGACCOUNT": "BANKACCOUNTID",
    "CLASS": "CLASSID",
    "CONTACT": "CONTACTNAME",
    "CONTRACT": "CONTRACTID",
    "COSTTYPE": "COSTTYPEID",
    "CREDITCARD": "CARDID",
    "CUSTOMER": "CUSTOMERID",
    "CUSTTYPE": "NAME",
    "DEPARTMENT": "DEPARTMENTID",
    "EEACCOUNTLABEL": "ACCOUNTLABEL",
    "EMPLOYEE": "EMPLOYEEID",
    "EXCHANGERATETYPES": "NAME",
    "EXPENSEPAYMENTTYPE": "NAME",
    "GLACCOUNT": "ACCOUNTNO",
    "GLJOURNAL": "SYMBOL",
    "ITEM": "ITEMID",
    "ITEMGLGROUP": "NAME",
    "LOCATION": "LOCATIONID",
    "LOCATIONENTITY": "LOCATIONID",
    "PROJECT": "PROJECTID",
    "PROJECTSTATUS": "NAME",
    "PROJECTTYPE": "NAME",
    "REPORTINGPERIOD": "NAME",
    "ROLES": "NAME",
    "SAVINGSACCOUNT": "BANKACCOUNTID",
    "STATACCOUNT": "ACCOUNTNO",
    "STATJOURNAL": "SYMBOL",
    "TASK": "TASKID",
    "TAXDETAIL": "DETAILID",
    "TAXSOLUTION": "SOLUTIONID",
    "USERINFO": "LOGINID",
    "VENDOR": "VENDORID",
    "VENDTYPE": "NAME",
    "WAREHOUSE": "WAREHOUSEID",
}
"""The id of each object that has one of its own, beside RECORDNO."""

# Header and line objects of the subledgers; others that entities stamp.
_LOCAL: Final = frozenset({"LOCATION", "LOCATIONENTITY", "USERINFO", "ROLES"})


@attrs.frozen(kw_only=True)
class Seat:
    """Who asks, and from where.

    Attributes:
        user: The user's record.
        sender: The sender.
        location: The entity; "" for the top level.
        private: Whether records of private entities are asked for.
    """

    user: Row
    sender: str
    location: str
    private: bool = False


class Company:
    """The company, and whoever asks.

    Args:
        store: The state.
        clock: The simulator's.
        options: The simulator's.
        seat: Who asks.

    Attributes:
        store: The same.
        clock: The same.
        options: The same.
        seat: The same.
    """

    def __init__(self, store: Store, clock: Clock, options: Options, seat: Seat) -> None:
        self.store: Store = store
        self.clock: Clock = clock
        self.options: Options = options
        self.seat: Seat = seat

    def stamp(self) -> str:
        """Return the instant as answers write it."""
        return self.clock.now().strftime(f"{US_DATE} %H:%M:%S")

    def today(self) -> str:
        """Return the date as answers write it."""
        return self.clock.today().strftime(US_DATE)

    def add(self, name: str, fields: Mapping[str, Any]) -> Row:
        """Keep a new record, stamped with who made it, when and where.

        Args:
            name: Of the object.
            fields: What is known of it.
        """
        number = self.store.next(name)
        now, user = self.stamp(), str(self.seat.user.get("RECORDNO", "1"))
        row: Row = {
            "RECORDNO": str(number),
            **{field: value for field, value in fields.items() if value},
            "WHENMODIFIED": now,
            "CREATEDBY": user,
            "MODIFIEDBY": user,
        }
        known = facts.facts_of(name)
        audit = "AUWHENCREATED" if known and "AUWHENCREATED" in known.fields else ""
        row[audit or "WHENCREATED"] = now
        if self.seat.location and name not in _LOCAL:
            row |= self._stamped()
        self.store.put(name, number, row)
        return row

    def change(self, name: str, row: Row, changes: Mapping[str, Any]) -> Row:
        """Change a record; an empty text clears a field."""
        new = {**row, **changes}
        for field, value in changes.items():
            if value == "":
                del new[field]
        new["WHENMODIFIED"] = self.stamp()
        new["MODIFIEDBY"] = str(self.seat.user.get("RECORDNO", "1"))
        self.store.put(name, int(row["RECORDNO"]), new)
        return new

    def remove(self, name: str, row: Row) -> None:
        """Delete a record."""
        self.store.put(name, int(row["RECORDNO"]), None)

    def sees(self, row: Row) -> bool:
        """Whether whoever asks may see a record: its own entity's, or the top level's."""
        home = row.get("MEGAENTITYID", "")
        if self.seat.location:
            return home in {"", self.seat.location}
        return self.seat.private or home not in self.options.private_entities

    def visible(self, name: str) -> Iterator[Row]:
        """Yield the records of an object that whoever asks may see."""
        return (row for row in self.store.all(name) if self.sees(row))

    def named(self, name: str, id: str) -> Row | None:
        """Return the record with an id, if whoever asks may see it; None for none."""
        key = KEYS.get(name)
        if not key or not id:
            return None
        return next((row for row in self.store.by(name, key, id) if self.sees(row)), None)

    def numbered(self, name: str, number: str) -> Row | None:
        """Return the record with a RECORDNO, if whoever asks may see it; None for none."""
        if not number.isascii() or not number.isdigit():
            return None
        row = self.store.get(name, int(number))
        return row if row is not None and self.sees(row) else None

    def refer(self, name: str, id: str, label: str, object: str, field: str) -> Row:
        """Return the active record that something refers to.

        Raises:
            Refused: There is none, or it is not active.
        """
        row = self.named(name, id)
        if row is None or row.get("STATUS", "active") == "inactive":
            raise refusals.unknown_value(label, id, object, field)
        return row

    def shuffled(self, rows: Iterable[Row]) -> list[Row]:
        """Return rows in no order that anybody could rely on; another one each time."""
        found = list(rows)
        if self.options.order == "shuffled":
            number = self.store.next(".shuffle")
            # Not for secrets: a run must be repeatable.
            random.Random(f"{self.options.seed}-{number}").shuffle(found)  # noqa: S311
        return found

    def _stamped(self) -> Row:
        entity = self.named("LOCATIONENTITY", self.seat.location) or {}
        return {
            "MEGAENTITYKEY": entity.get("RECORDNO", ""),
            "MEGAENTITYID": self.seat.location,
            "MEGAENTITYNAME": entity.get("NAME", ""),
        }


def day_of(text: str) -> dt.date | None:
    """Return the date that a text says as requests write it; None for no date."""
    month, _, rest = text.strip().partition(" ")[0].partition("/")
    day, _, year = rest.partition("/")
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None


def day_text(day: dt.date) -> str:
    """Return a date as answers write it."""
    return day.strftime(US_DATE)
