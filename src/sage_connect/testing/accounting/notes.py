"""Small things that a simulator keeps by name."""

import json
import sqlite3
from typing import Any


class Notes:
    """Values by name, in the database."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def get(self, name: str) -> Any:
        """Return a value; None if there is none."""
        row = self._database.execute(
            "SELECT value FROM notes WHERE name=?", (name,)
        ).fetchone()
        return None if row is None else json.loads(row[0])

    def put(self, name: str, value: Any) -> None:
        """Keep a value in place of the one before."""
        self._database.execute(
            "INSERT INTO notes(name,value) VALUES(?,?)"
            " ON CONFLICT(name) DO UPDATE SET value=excluded.value",
            (name, json.dumps(value)),
        )
