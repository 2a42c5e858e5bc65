"""Transaction definitions: what Order Entry, Purchasing and Inventory post, and how.

A company makes its own, changes them, and adds steps between them. So they are read when
they are asked for, and none is known here by name.
"""

import difflib
import enum
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import attrs

from ..errors import (
    DocumentRejectedError,
    NotFoundError,
    PermissionDeniedError,
    SageConnectError,
)
from ..plan import Plan
from ..validation import Report
from ..validation.registry import finding_of
from . import functions
from .codec.decoding import text_of
from .records import Records
from .rules import BOOK
from .rules.book import NOTHING, shown
from .wire.queries import field
from .wire.record import Record

UNKNOWN: Final = "SC-IN-DEFINITION-UNKNOWN"
_NEAREST: Final = 3
# Of an application that is not subscribed to, or not open to this user.
_CLOSED: Final = (PermissionDeniedError, NotFoundError)


class Area(enum.StrEnum):
    """The application that a definition belongs to."""

    ORDER_ENTRY = "order_entry"
    PURCHASING = "purchasing"
    INVENTORY = "inventory"


class Books(enum.StrEnum):
    """What transactions of a definition post to."""

    SUBLEDGER = "subledger"
    """Receivables or payables, and by them the general ledger."""
    LEDGER = "ledger"
    NOTHING = "nothing"
    OTHER = "other"
    """A word of Intacct's that is not known here; `record` has it."""


@attrs.frozen(kw_only=True)
class Definition:
    """A transaction definition, as it is set up now.

    Attributes:
        name: What transactions name it by, such as "Sales Invoice".
        area: Its application.
        template: Its type: Quote, Order, List, Invoice, Adjustment or Other.
        category: Its place in the workflow: Quote, Order, Shipping, Invoice, Return …
        description: Free text.
        books: Accounting: what is posted to.
        stock: Accounting: what of the stock changes, in Intacct's words: No, Quantity,
            Value, Quantity and Value.
        conversion: Workflow: what becomes of a transaction that is converted in part.
        edited: Security: until when a transaction may be changed.
        deleted: Security: until when it may be deleted.
        restricted: Security: True where only some users may use it.
        numbered: True where Intacct numbers its transactions.
        active: False for one that is no longer in use.
        record: All that was read of it.
    """

    name: str
    area: Area
    template: str = ""
    category: str = ""
    description: str = ""
    books: Books = Books.OTHER
    stock: str = ""
    conversion: str = ""
    edited: str = ""
    deleted: str = ""
    restricted: bool = False
    numbered: bool = False
    active: bool = True
    record: Record = attrs.field(repr=False, eq=False)


@attrs.frozen(kw_only=True)
class Transacted:
    """A transaction that was made.

    Attributes:
        key: What Intacct answers as its key.
        definition: Its definition, as it was when it was made; None where it may not be
            read: then it was not looked at before either.
        state: Where it stands in the workflow, as read back: Draft, Pending, Closed …; ""
            where it could not be read.
    """

    key: str
    definition: Definition | None
    state: str = ""


Transaction: TypeAlias = (
    functions.OrderEntryTransactionCreate
    | functions.PurchasingTransactionCreate
    | functions.InventoryTransactionCreate
)
"""What makes a transaction by a definition."""

_OBJECTS: Final[Mapping[Area, tuple[str, str]]] = {
    Area.ORDER_ENTRY: ("SODOCUMENTPARAMS", "SODOCUMENT"),
    Area.PURCHASING: ("PODOCUMENTPARAMS", "PODOCUMENT"),
    Area.INVENTORY: ("INVDOCUMENTPARAMS", "INVDOCUMENT"),
}
_BOOKS: Final = {"A": Books.SUBLEDGER, "G": Books.LEDGER, "N": Books.NOTHING}
_FIELDS: Final = (
    "DOCID",
    "DOCCLASS",
    "CATEGORY",
    "DESCRIPTION",
    "UPDATES_GL",
    "UPDATES_INV",
    "IN_OUT",
    "CONVTYPE",
    "USERPERM",
    "EDITTYPE",
    "DELTYPE",
    "ENABLE_SEQNUM",
    "STATUS",
    "WHENMODIFIED",
)


def area_of(transaction: Transaction) -> Area:
    """Return the application that a transaction belongs to."""
    match transaction:
        case functions.OrderEntryTransactionCreate():
            return Area.ORDER_ENTRY
        case functions.PurchasingTransactionCreate():
            return Area.PURCHASING
        case _:
            return Area.INVENTORY


def definitions(
    records: Records, areas: Iterable[Area] = tuple(Area), name: str = ""
) -> Plan[tuple[Definition, ...]]:
    """Return the definitions of a company as they are now.

    What the company has not subscribed to, or the user may not read, is left out.

    Args:
        records: The way to its records.
        areas: Of which applications.
        name: The only one to read; "" for all.
    """
    found: list[Definition] = []
    for area in areas:
        found += (yield from _read(records, area, name)) or ()
    return tuple(found)


def _read(records: Records, area: Area, name: str = "") -> Plan[list[Definition] | None]:
    """Return the definitions of an application; None where they may not be read."""
    object_name, _ = _OBJECTS[area]
    where = field("DOCID") == name if name else None
    try:
        rows = yield from records.every(object_name, _FIELDS, where)
    except _CLOSED:
        return None
    return [_definition(area, row) for row in rows]


def _definition(area: Area, row: Record) -> Definition:
    def is_true(name: str) -> bool:
        return text_of(row, name).lower() in {"true", "t"}

    return Definition(
        name=text_of(row, "DOCID"),
        area=area,
        template=text_of(row, "DOCCLASS"),
        category=text_of(row, "CATEGORY"),
        description=text_of(row, "DESCRIPTION"),
        books=_BOOKS.get(text_of(row, "UPDATES_GL"), Books.OTHER),
        stock=text_of(row, "UPDATES_INV"),
        conversion=text_of(row, "CONVTYPE"),
        edited=text_of(row, "EDITTYPE"),
        deleted=text_of(row, "DELTYPE"),
        restricted=is_true("USERPERM"),
        numbered=is_true("ENABLE_SEQNUM"),
        active=text_of(row, "STATUS").lower() != "inactive",
        record=row,
    )


def transact(records: Records, transaction: Transaction, entity: str) -> Plan[Transacted]:
    """Make a transaction by a definition that the company has now.

    Raises:
        DocumentRejectedError: It names none, or one that is not in use; nothing was sent.
        CodecError: It lacks something; nothing was sent.
        OutcomeUnknownError: It may have been made.
        RemoteError: Intacct refused it.
    """
    area = area_of(transaction)
    wanted = str(transaction.transaction_definition or "")
    known = yield from _read(records, area)
    definition = next((one for one in known or () if one.name == wanted), None)
    if known is not None and (definition is None or not definition.active):
        usable = [one.name for one in known if one.active]
        near = difflib.get_close_matches(wanted, usable, n=_NEAREST)
        raise DocumentRejectedError(_unknown(wanted, near or usable))
    result = yield from records.service.one(transaction, entity=entity)
    state = yield from _state(records, area, result.key)
    return Transacted(key=result.key, definition=definition, state=state)


def _unknown(wanted: str, known: Sequence[str]) -> Report:
    values = {"definition": wanted or NOTHING, "known": shown(known)}
    found = finding_of(BOOK[UNKNOWN], "/transaction_definition", values)
    return Report(findings=(attrs.evolve(found, index=0, document="#1"),), documents=1)


def _state(records: Records, area: Area, key: str) -> Plan[str]:
    _, object_name = _OBJECTS[area]
    # Its key is seen as "Definition-number"; of others it is a record number.
    by = "RECORDNO" if key.isdigit() else "DOCID"
    wanted: Any = field(by) == key
    try:
        rows = yield from records.every(object_name, ["DOCID", "STATE"], wanted)
    except SageConnectError:
        # It is made: an error of this look would say that it is not.
        return ""
    return text_of(rows[0], "STATE") if rows else ""
