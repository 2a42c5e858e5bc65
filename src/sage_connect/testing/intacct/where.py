"""The where-strings of readByQuery, and the expressions of get_list."""

import re
from collections.abc import Iterator
from typing import Final

from . import refusals
from .filters import EVERYTHING, Condition, Conditions, both, either, negated

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<text>'(?:[^'\\]|\\.|'')*')|(?P<sign><=|>=|<>|!=|[<>=(),])"
    r"|(?P<word>[^\s<>=(),'!]+))"
)
_SIGNS: Final = {
    "=": "equalto",
    "<>": "notequalto",
    "!=": "notequalto",
    "<": "lessthan",
    "<=": "lessthanorequalto",
    ">": "greaterthan",
    ">=": "greaterthanorequalto",
    "LIKE": "like",
}
_ESCAPED: Final = re.compile(r"\\(.)")


def where(text: str, conditions: Conditions, object: str) -> Condition:
    """Return the condition that a where-string says.

    Raises:
        Refused: It cannot be read; that holds for ORDER BY too (seen).
    """
    if not text.strip():
        return EVERYTHING
    return _Reader(text, conditions, object).read()


class _Reader:
    def __init__(self, text: str, conditions: Conditions, object: str) -> None:
        self._conditions = conditions
        self._object = object
        self._tokens = list(self._split(text))
        self._at = 0

    def read(self) -> Condition:
        found = self._any()
        if self._at < len(self._tokens):
            raise self._wrong()
        return found

    def _any(self) -> Condition:
        parts = [self._all()]
        while self._take("OR"):
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else either(parts)

    def _all(self) -> Condition:
        parts = [self._one()]
        while self._take("AND"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else both(parts)

    def _one(self) -> Condition:
        if self._take("NOT"):
            return negated(self._one())
        if self._take("("):
            inside = self._any()
            self._need(")")
            return inside
        field = self._next().upper()
        if "." in field and not self._field_with_dot(field):
            raise self._wrong()
        if self._take("IS"):
            operator = "isnotnull" if self._take("NOT") else "isnull"
            self._need("NULL")
            return self._conditions.on(field, operator, ())
        turned = self._take("NOT")
        if self._take("IN"):
            return self._conditions.on(field, "notin" if turned else "in", self._list())
        operator = _SIGNS.get(self._next().upper(), "")
        if not operator or (turned and operator != "like"):
            raise self._wrong()
        operator = "notlike" if turned else operator
        return self._conditions.on(field, operator, [self._value()])

    def _field_with_dot(self, field: str) -> bool:
        # Fields of joined records cannot be asked for (documented), embedded ones can.
        return not field.startswith(".")

    def _list(self) -> list[str]:
        self._need("(")
        found = [self._value()]
        while self._take(","):
            found.append(self._value())
        self._need(")")
        return found

    def _value(self) -> str:
        token = self._next()
        if token.startswith("'"):
            return _ESCAPED.sub(r"\1", token[1:-1].replace("''", "'"))
        return token

    def _take(self, word: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at].upper() == word:
            self._at += 1
            return True
        return False

    def _need(self, word: str) -> None:
        if not self._take(word):
            raise self._wrong()

    def _next(self) -> str:
        if self._at >= len(self._tokens):
            raise self._wrong()
        self._at += 1
        return self._tokens[self._at - 1]

    def _split(self, text: str) -> Iterator[str]:
        at, text = 0, text.rstrip()
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                raise self._wrong()
            yield match.group().strip()
            at = match.end()

    def _wrong(self) -> refusals.Refused:
        return refusals.bad_field(self._object)
