"""The state of a simulator: rows in memory, found by index, kept in a file if asked.

A file is a SQLite database that takes what changed at the end of each piece of work.
"""

import contextlib
import json
import sqlite3
import threading
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

Row: TypeAlias = dict[str, Any]
"""A record: texts as answers write them, by name in capitals. Never changed in place."""

SESSION: Final = ".session"
DONE: Final = ".done"
NOTE: Final = ".note"

_COMMON: Final = (
    "CUSTOMERID",
    "VENDORID",
    "EMPLOYEEID",
    "RECORDID",
    "RECORDKEY",
    "DOCNUMBER",
)
# What records are found by, beside RECORDNO.
_INDEXED: Final[Mapping[str, Sequence[str]]] = {
    SESSION: ("ID",),
    DONE: ("ID",),
    NOTE: ("ID",),
    "CONTACT": ("CONTACTNAME",),
    "ITEM": ("ITEMID",),
    "GLACCOUNT": ("ACCOUNTNO",),
    "STATACCOUNT": ("ACCOUNTNO",),
    "GLENTRY": ("BATCHNO", "ACCOUNTNO"),
    "GLBATCH": ("BATCH_TITLE", "REFERENCENO", "JOURNAL"),
    "ARPYMTDETAIL": ("PAYMENTKEY", "RECORDKEY", "ADVANCEKEY"),
    "APPYMTDETAIL": ("PAYMENTKEY", "RECORDKEY", "ADVANCEKEY"),
    "PROJECT": ("PROJECTID",),
    "CLASS": ("CLASSID",),
    "DEPARTMENT": ("DEPARTMENTID",),
    "LOCATION": ("LOCATIONID",),
    "LOCATIONENTITY": ("LOCATIONID",),
    "TAXDETAIL": ("DETAILID",),
    **dict.fromkeys(("SODOCUMENT", "PODOCUMENT", "INVDOCUMENT"), ("DOCID", "CUSTVENDID")),
    **dict.fromkeys(
        ("SODOCUMENTENTRY", "PODOCUMENTENTRY", "INVDOCUMENTENTRY"), ("DOCHDRNO",)
    ),
    "supdoc": ("SUPDOCID",),
    "supdocfolder": ("NAME",),
}
# Headers of all subledgers count together, and so do their lines.
_SEQUENCES: Final = {
    **dict.fromkeys(
        (
            "ARINVOICE", "ARADJUSTMENT", "ARADVANCE", "ARPYMT", "APBILL", "APADJUSTMENT",
            "APADVANCE", "APPYMT", "EEXPENSES", "EXPENSEADJUSTMENTS",
        ),
        ".header",
    ),
    **dict.fromkeys(
        (
            "ARINVOICEITEM", "ARADJUSTMENTITEM", "ARADVANCEITEM", "APBILLITEM",
            "APADJUSTMENTITEM", "EEXPENSESITEM", "EXPENSEADJUSTMENTSITEM",
        ),
        ".line",
    ),
    "LOCATIONENTITY": "LOCATION",
}  # fmt: skip


class Table:
    """The records of one object.

    Args:
        name: Of the object.

    Attributes:
        rows: By RECORDNO.
    """

    def __init__(self, name: str) -> None:
        self.rows: dict[int, Row] = {}
        self._indexes: dict[str, dict[str, dict[int, None]]] = {
            field: {} for field in _INDEXED.get(name, _COMMON)
        }

    def put(self, number: int, row: Row | None) -> None:
        """Keep a row in the place of the one that was there; None for none."""
        old = self.rows.get(number)
        for field, index in self._indexes.items():
            before = None if old is None else old.get(field)
            after = None if row is None else row.get(field)
            if before == after:
                continue
            if before is not None:
                index[before].pop(number, None)
            if after is not None:
                index.setdefault(after, {})[number] = None
        if row is None:
            self.rows.pop(number, None)
        else:
            self.rows[number] = row

    def by(self, field: str, value: str) -> list[Row]:
        """Return the rows whose field has a value, oldest first."""
        index = self._indexes.get(field)
        if index is None:
            return [row for row in self.rows.values() if row.get(field) == value]
        return [self.rows[number] for number in index.get(value, ())]

    def finds(self, field: str) -> bool:
        """Whether rows are found by a field without looking at all of them."""
        return field in self._indexes


class Store:
    """All records.

    Args:
        path: The file; "" for memory alone.

    Attributes:
        guard: Held by whoever works with it.
    """

    def __init__(self, path: str) -> None:
        self.guard: threading.RLock = threading.RLock()
        self._tables: dict[str, Table] = {}
        self._next: dict[str, int] = {}
        self._undo: list[tuple[str, int, Row | None]] = []
        self._depth = 0
        self._database: sqlite3.Connection | None = None
        if path:
            self._database = sqlite3.connect(
                path, check_same_thread=False, isolation_level=None
            )
            self._load(self._database)

    def close(self) -> None:
        """Let go of the file."""
        with self.guard:
            if self._database is not None:
                self._database.close()

    @contextlib.contextmanager
    def work(self) -> Generator[None]:
        """Do everything inside, or nothing of it; work in work is undone by itself."""
        with self.guard:
            mark = len(self._undo)
            self._depth += 1
            try:
                yield
            except BaseException:
                self.back_to(mark)
                raise
            finally:
                self._depth -= 1
                if self._depth == 0:
                    self._commit()

    def mark(self) -> int:
        """Return where work stands, for `back_to`."""
        return len(self._undo)

    def back_to(self, mark: int) -> None:
        """Undo everything since a mark."""
        while len(self._undo) > mark:
            name, number, row = self._undo.pop()
            self.table(name).put(number, row)

    def table(self, name: str) -> Table:
        """Return the records of an object."""
        found = self._tables.get(name)
        if found is None:
            found = self._tables[name] = Table(name)
        return found

    def tables(self) -> Iterator[str]:
        """Return the names of the objects that have records."""
        return iter(list(self._tables))

    def next(self, name: str) -> int:
        """Return the RECORDNO of the next record of an object; it is never given again."""
        sequence = _SEQUENCES.get(name, name)
        number = self._next.get(sequence, 0) + 1
        self._next[sequence] = number
        return number

    def put(self, name: str, number: int, row: Row | None) -> None:
        """Keep a row, or delete it; undone with the work it is part of."""
        table = self.table(name)
        self._undo.append((name, number, table.rows.get(number)))
        table.put(number, row)

    def get(self, name: str, number: int) -> Row | None:
        """Return a record; None if there is none."""
        return self.table(name).rows.get(number)

    def by(self, name: str, field: str, value: str) -> list[Row]:
        """Return the records whose field has a value, oldest first."""
        return self.table(name).by(field, value)

    def all(self, name: str) -> Iterable[Row]:
        """Return all records of an object."""
        return self.table(name).rows.values()

    def note(self, name: str) -> Any:
        """Return what is noted under a name; None for nothing."""
        found = self.by(NOTE, "ID", name)
        return found[0]["VALUE"] if found else None

    def take_note(self, name: str, value: Any) -> None:
        """Note something."""
        found = self.by(NOTE, "ID", name)
        number = int(found[0]["RECORDNO"]) if found else self.next(NOTE)
        self.put(NOTE, number, {"RECORDNO": str(number), "ID": name, "VALUE": value})

    def _commit(self) -> None:
        changed = {(name, number) for name, number, _ in self._undo}
        self._undo.clear()
        if self._database is None or not changed:
            return
        rows = [
            (name, number, None if row is None else json.dumps(row, separators=(",", ":")))
            for name, number in changed
            for row in (self.get(name, number),)
        ]
        gone = [(name, number) for name, number, text in rows if text is None]
        kept = [row for row in rows if row[2] is not None]
        counts = [
            (sequence, self._next.get(sequence, 0))
            for sequence in {_SEQUENCES.get(name, name) for name, _ in changed}
        ]
        self._database.execute("BEGIN")
        self._database.executemany("INSERT OR REPLACE INTO rows VALUES(?,?,?)", kept)
        self._database.executemany("DELETE FROM rows WHERE name=? AND number=?", gone)
        self._database.executemany("INSERT OR REPLACE INTO counts VALUES(?,?)", counts)
        self._database.execute("COMMIT")

    def _load(self, database: sqlite3.Connection) -> None:
        # A killed process loses nothing; only a fallen machine could.
        for line in ("journal_mode=WAL", "synchronous=OFF", "temp_store=MEMORY"):
            database.execute(f"PRAGMA {line}")
        database.executescript(
            "CREATE TABLE IF NOT EXISTS rows(name TEXT, number INTEGER, row TEXT NOT NULL,"
            " PRIMARY KEY(name, number)) WITHOUT ROWID;"
            "CREATE TABLE IF NOT EXISTS counts(name TEXT PRIMARY KEY, last INTEGER)"
            " WITHOUT ROWID;"
        )
        for name, number, text in database.execute(
            "SELECT name,number,row FROM rows ORDER BY name,number"
        ):
            self.table(name).put(number, json.loads(text))
        self._next.update(database.execute("SELECT name,last FROM counts").fetchall())
