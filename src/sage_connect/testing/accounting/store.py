"""The state of a simulator: one SQLite database, in a file or in memory."""

import contextlib
import json
import sqlite3
import threading
from collections.abc import Generator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from .notes import Notes

Doc: TypeAlias = dict[str, Any]
"""A record. Never changed in place: what is kept is shared."""

COLUMNS: Final = (
    "contact",
    "date",
    "due",
    "status",
    "kind",
    "account",
    "link",
    "code",
    "words",
    "debit",
    "credit",
)
"""What records can be found by, beside resource and id."""

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS records(
 seq INTEGER PRIMARY KEY, business TEXT NOT NULL, resource TEXT NOT NULL, id TEXT NOT NULL,
 doc TEXT NOT NULL, created TEXT, updated TEXT, deleted TEXT, contact TEXT, date TEXT,
 due TEXT, status TEXT, kind TEXT, account TEXT, link TEXT, code TEXT, words TEXT,
 debit INTEGER, credit INTEGER);
CREATE UNIQUE INDEX IF NOT EXISTS by_id ON records(id, resource, business);
CREATE INDEX IF NOT EXISTS by_resource ON records(business, resource, seq);
CREATE INDEX IF NOT EXISTS by_contact_and_day ON records(contact, resource, date)
 WHERE contact IS NOT NULL;
CREATE INDEX IF NOT EXISTS by_link ON records(link, resource) WHERE link IS NOT NULL;
CREATE INDEX IF NOT EXISTS by_account ON records(account, resource)
 WHERE account IS NOT NULL;
CREATE INDEX IF NOT EXISTS by_code ON records(code, resource, business)
 WHERE code IS NOT NULL;
CREATE TABLE IF NOT EXISTS sums(
 account TEXT PRIMARY KEY, debit INTEGER NOT NULL, credit INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS files(id TEXT PRIMARY KEY, content BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS notes(name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS codes(
 code TEXT PRIMARY KEY, asked TEXT NOT NULL, expires REAL NOT NULL);
CREATE TABLE IF NOT EXISTS tokens(
 seq INTEGER PRIMARY KEY, token TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
 scope TEXT NOT NULL, expires REAL NOT NULL, dead INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS repeats(
 business TEXT NOT NULL, id TEXT NOT NULL, resource TEXT NOT NULL, digest TEXT NOT NULL,
 status INTEGER NOT NULL, reply TEXT NOT NULL, at REAL NOT NULL,
 PRIMARY KEY(business, id)) WITHOUT ROWID;
"""
_INSERT: Final = (
    "INSERT INTO records(business,resource,id,doc,created,updated,deleted,"
    f"{','.join(COLUMNS)}) VALUES(?,?,?,?,?,?,?{',?' * len(COLUMNS)})"
)
_CHANGED: Final = "=?,".join(("doc", "updated", "deleted", *COLUMNS))
_UPDATE: Final = f"UPDATE records SET {_CHANGED}=? WHERE id=? AND resource=? AND business=?"  # noqa: S608 - columns of ours
_SELECT: Final = "SELECT"
_OF: Final = "FROM records WHERE business=? AND resource=?"
_written = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
# So many records are kept parsed: what invoices refer to, and the last ones posted.
_KEPT: Final = 5_000
_NOT_KEPT: Final = frozenset({"ledger_entries"})


class Store:
    """Records, tokens and whatever else survives a restart.

    Args:
        path: The file; "" for memory.

    Attributes:
        guard: Held by whoever works with the database, which knows one connection.
    """

    def __init__(self, path: str) -> None:
        self.guard: threading.RLock = threading.RLock()
        self._database: sqlite3.Connection = sqlite3.connect(
            path or ":memory:", check_same_thread=False, isolation_level=None
        )
        # A killed process loses nothing; only a fallen machine could.
        for line in ("journal_mode=WAL", "synchronous=OFF", "temp_store=MEMORY"):
            self._database.execute(f"PRAGMA {line}")
        self._database.executescript(_SCHEMA)
        self._kept: dict[tuple[str, str, str], Doc] = {}
        self.notes: Notes = Notes(self._database)

    def close(self) -> None:
        """Let go of the file."""
        with self.guard:
            self._database.close()

    @contextlib.contextmanager
    def work(self) -> Generator[None]:
        """Do everything inside, or nothing of it; nobody else works meanwhile."""
        with self.guard:
            self._database.execute("BEGIN")
            try:
                yield
            except BaseException:
                self._database.execute("ROLLBACK")
                self._kept.clear()
                raise
            self._database.execute("COMMIT")

    def run(self, statement: str, *values: object) -> list[Any]:
        """Run a statement and return its rows."""
        return self._database.execute(statement, values).fetchall()

    def insert(self, business: str, resource: str, doc: Doc, by: Mapping[str, Any]) -> None:
        """Keep a new record, to be found `by` the columns given."""
        self._database.execute(
            _INSERT,
            (
                business,
                resource,
                doc["id"],
                _written(doc),
                doc.get("created_at"),
                doc.get("updated_at"),
                doc.get("deleted_at"),
                *map(by.get, COLUMNS),
            ),
        )
        self._keep((business, resource, doc["id"]), doc)

    def update(self, business: str, resource: str, doc: Doc, by: Mapping[str, Any]) -> None:
        """Put a record in the place of the one with its id."""
        self._database.execute(
            _UPDATE,
            (
                _written(doc),
                doc.get("updated_at"),
                doc.get("deleted_at"),
                *map(by.get, COLUMNS),
                doc["id"],
                resource,
                business,
            ),
        )
        self._keep((business, resource, doc["id"]), doc)

    def erase(self, business: str, resource: str, id: str) -> None:
        """Forget a record as if it had never been."""
        self._kept.pop((business, resource, id), None)
        self._database.execute(
            "DELETE FROM records WHERE id=? AND resource=? AND business=?",
            (id, resource, business),
        )

    def get(self, business: str, resource: str, id: str) -> Doc | None:
        """Return a record, deleted or not; None if there is none."""
        key = (business, resource, id)
        kept = self._kept.get(key)
        if kept is not None:
            return kept
        row = self._database.execute(
            "SELECT doc FROM records WHERE id=? AND resource=? AND business=?",
            (id, resource, business),
        ).fetchone()
        if row is None:
            return None
        doc: Doc = json.loads(row[0])
        self._keep(key, doc)
        return doc

    def homes(self, business: str, id: str) -> list[str]:
        """Return the resources that have a record with this id."""
        rows = self.run(
            "SELECT resource FROM records WHERE id=? AND business=?", id, business
        )
        return [row[0] for row in rows]

    def select(
        self,
        business: str,
        resource: str,
        where: Sequence[tuple[str, object]] = (),
        *,
        order: str = "seq",
        limit: int = -1,
        offset: int = 0,
    ) -> list[Doc]:
        """Return the records of a resource.

        Args:
            business: Whose they are.
            resource: Such as "contacts".
            where: Conditions in SQL with one place each, and what goes there.
            order: Columns in SQL.
            limit: At most so many; -1 for all.
            offset: So many are passed over first.
        """
        rows = self._database.execute(
            f"{_SELECT} doc {_OF}{_also(where)} ORDER BY {order} LIMIT ? OFFSET ?",
            (business, resource, *(value for _, value in where), limit, offset),
        )
        return [json.loads(row[0]) for row in rows]

    def count(
        self, business: str, resource: str, where: Sequence[tuple[str, object]] = ()
    ) -> int:
        """Return how many records `select` would return."""
        row = self._database.execute(
            f"{_SELECT} COUNT(*) {_OF}{_also(where)}",
            (business, resource, *(value for _, value in where)),
        ).fetchone()
        return int(row[0])

    def _keep(self, key: tuple[str, str, str], doc: Doc) -> None:
        if key[1] in _NOT_KEPT:
            return
        if len(self._kept) >= _KEPT:
            self._kept.clear()
        self._kept[key] = doc


def _also(where: Sequence[tuple[str, object]]) -> str:
    return "".join(f" AND {condition}" for condition, _ in where)
