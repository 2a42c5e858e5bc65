"""Conditions on records, made of the operators of query or of a where-string."""

import re
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

import attrs

from . import facts, refusals, values
from .company import Company
from .facts import DATE, STAMP, Facts
from .nodes import Node
from .store import Row

Test: TypeAlias = Callable[[Row], bool]

# Codes that where-strings name states by (stated).
_CODES: Final = {
    ("GLBATCH", "STATE"): {
        "I": "Draft",
        "S": "Submitted",
        "X": "Partially Approved",
        "A": "Approved",
        "P": "Posted",
        "R": "Declined",
        "L": "Reversal pending",
        "Z": "Reversed",
    }
}
_ORDER: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "equalto": lambda one, other: one == other,
    "notequalto": lambda one, other: one != other,
    "lessthan": lambda one, other: one < other,
    "lessthanorequalto": lambda one, other: one <= other,
    "greaterthan": lambda one, other: one > other,
    "greaterthanorequalto": lambda one, other: one >= other,
}


@attrs.frozen
class Condition:
    """A condition.

    Attributes:
        test: Whether a record fits.
        equal: Fields that must have one of some texts, where the condition says so; by
            these records are found without looking at all of them.
    """

    test: Test
    equal: Sequence[tuple[str, Sequence[str]]] = ()


EVERYTHING: Final = Condition(lambda _row: True)


class Conditions:
    """Makes conditions on the records of an object.

    Args:
        company: Whoever asks.
        known: Facts of the object.
        folded: Whether capitals and small letters are one.
        coded: Whether states may be named by their codes.
    """

    def __init__(
        self, company: Company, known: Facts, *, folded: bool = False, coded: bool = False
    ) -> None:
        self._company = company
        self._known = known
        self._folded = folded
        self._coded = coded

    def of(self, node: Node) -> Condition:
        """Return the condition of a filter of query: one operator.

        Raises:
            Refused: It is none, or names a field that is not on the object.
        """
        operator = node.tag.lower()
        if operator in {"and", "or"}:
            parts = [self.of(child) for child in node]
            if len(parts) < 2:  # noqa: PLR2004 - documented
                raise self.wrong(f"'{operator}' needs two or more conditions")
            return both(parts) if operator == "and" else either(parts)
        field = node.value("field").upper()
        return self.on(field, operator, [one.text for one in node.all("value")])

    def on(self, field: str, operator: str, texts: Sequence[str]) -> Condition:
        """Return the condition that a field fits some texts.

        Raises:
            Refused: There is no such field or operator, or a text is not of its type.
        """
        company, known = self._company, self._known
        if not values.exists(company, known, field):
            raise refusals.bad_field(known.name, field)
        if operator in {"isnull", "isnotnull"}:
            wanted = operator == "isnull"
            return Condition(
                lambda row: (values.value(company, known, row, field) == "") is wanted
            )
        if not texts:
            raise self.wrong(f"'{operator}' needs a value")
        if operator in {"like", "notlike"}:
            return self._like(field, operator == "like", texts[0])
        return self._compared(field, operator, texts)

    def _compared(self, field: str, operator: str, texts: Sequence[str]) -> Condition:
        kind = values.kind_of(self._known, field)
        wanted = [self._typed(field, kind, text) for text in texts]
        read = self._reader(field, kind)
        equal: Sequence[tuple[str, Sequence[str]]] = ()
        if operator in _ORDER:
            compare, other = _ORDER[operator], wanted[0]
            if operator == "equalto" and not self._folded:
                equal = ((field, [texts[0]]),)
            return Condition(
                # Nothing compares with nothing, as in SQL.
                lambda row: (one := read(row)) is not None and compare(one, other),
                equal,
            )
        if operator == "between":
            if len(wanted) != 2:  # noqa: PLR2004 - documented
                raise self.wrong("'between' needs two values")
            low, high = wanted
            return Condition(
                lambda row: (one := read(row)) is not None and low <= one <= high
            )
        if operator not in {"in", "notin"}:
            raise self.wrong(f"'{operator}' is no operator")
        among, inside = frozenset(wanted), operator == "in"
        if inside and not self._folded:
            equal = ((field, list(texts)),)
        return Condition(
            lambda row: (one := read(row)) is not None and (one in among) is inside, equal
        )

    def _like(self, field: str, wanted: bool, pattern: str) -> Condition:  # noqa: FBT001
        flags = re.DOTALL | (re.IGNORECASE if self._folded else re.NOFLAG)
        wild = {"%": ".*", "_": "."}
        text = "".join(wild.get(one, re.escape(one)) for one in pattern)
        fits = re.compile(text, flags).fullmatch
        company, known = self._company, self._known

        def test(row: Row) -> bool:
            own = values.value(company, known, row, field)
            return own != "" and (fits(own) is not None) is wanted

        return Condition(test)

    def _reader(self, field: str, kind: facts.Kind) -> Callable[[Row], Any]:
        company, known, folded = self._company, self._known, self._folded

        def read(row: Row) -> Any:
            found = values.typed(kind, values.value(company, known, row, field))
            return found.lower() if folded and isinstance(found, str) else found

        return read

    def _typed(self, field: str, kind: facts.Kind, text: str) -> Any:
        codes = _CODES.get((self._known.name, field), {}) if self._coded else {}
        said = codes.get(text, text)
        found = values.typed(kind, said)
        if found is None and kind in {DATE, STAMP}:
            # An ISO date is refused so (seen).
            raise refusals.bad_field(self._known.name, field)
        if found is None:
            return _Nothing()
        return found.lower() if self._folded and isinstance(found, str) else found

    def wrong(self, text: str) -> refusals.Refused:
        """Return the refusal of a condition that is not built as it must be."""
        return refusals.business(
            f"Invalid filter: {text}", number="Query Failed", object=self._known.name
        )


class _Nothing:
    """A text that is no value of the type it is compared in: unlike everything."""

    def __lt__(self, other: object) -> bool:
        return False

    __gt__ = __le__ = __ge__ = __lt__


def both(parts: Sequence[Condition]) -> Condition:
    """Return the condition that all conditions hold."""
    tests = [part.test for part in parts]
    return Condition(
        lambda row: all(test(row) for test in tests),
        [one for part in parts for one in part.equal],
    )


def either(parts: Sequence[Condition]) -> Condition:
    """Return the condition that one of some holds."""
    tests = [part.test for part in parts]
    return Condition(lambda row: any(test(row) for test in tests))


def negated(part: Condition) -> Condition:
    """Return the condition that another does not hold."""
    return Condition(lambda row: not part.test(row))
