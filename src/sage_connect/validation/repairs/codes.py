"""Remedies for codes: the nearest that there is, or the one that was meant."""

from collections.abc import Collection, Iterator
from typing import Any

from ...model.fields import FrozenMap
from ..finding import Finding
from ..registry import Case
from .known import folded, listed, nearest, offered, values_of
from .places import at, is_map, left_out, put
from .remedy import remedy


def _offered(document: Any, finding: Finding, case: Case) -> Collection[str]:
    dimension = finding.values.get("dimension", "")
    return offered(document, finding.path, case.reference, dimension)


@remedy("nearest-code")
def nearest_code(document: Any, finding: Finding, case: Case) -> Iterator[Any]:
    """Write the nearest code that the ledger has: of an account, a journal, a section."""
    code = at(document, finding.path)
    if not isinstance(code, str) or not code:
        return
    proposed = [*listed(finding), *_offered(document, finding, case)]
    if finding.path.endswith("account"):
        # Another class of accounts is another place in the books.
        proposed = [one for one in proposed if one[:1] == code[:1]]
        proposed = nearest(code, dict.fromkeys(proposed)) or proposed
    else:
        proposed = nearest(code, dict.fromkeys(proposed))
    for name in dict.fromkeys(proposed):
        if name != code:
            yield put(document, finding.path, name)


@remedy("same-code", guess=False)
def same_code(document: Any, finding: Finding, case: Case) -> Iterator[Any]:
    """Write a code as the ledger does, where capitals, accents or blanks alone differ."""
    code = at(document, finding.path)
    if not isinstance(code, str) or not code:
        return
    known = _offered(document, finding, case)
    for name in known:
        if name != code and folded(name) == folded(code):
            yield put(document, finding.path, name)


@remedy("leave-out-split")
def leave_out_split(document: Any, finding: Finding, _: Case) -> Iterator[Any]:
    """Leave the split over sections, and the dimensions, of a line or movement out."""
    steps = finding.path.split("/")
    line = "/".join(steps[:3])
    for name in ("analytic", "dimensions"):
        emptied = left_out(document, f"{line}/{name}")
        if emptied is not None and emptied != document:
            yield emptied


@remedy("listed-code")
def listed_code(document: Any, finding: Finding, case: Case) -> Iterator[Any]:
    """Write a code of those that the ledger has, the first that is accepted."""
    if not isinstance(at(document, finding.path), str):
        return
    for name in (*listed(finding), *_offered(document, finding, case)):
        yield put(document, finding.path, name)


@remedy("required-value")
def required_value(document: Any, finding: Finding, case: Case) -> Iterator[Any]:
    """Name a value of a dimension that the account requires."""
    line = finding.path.removesuffix("/dimensions")
    dimensions = at(document, f"{line}/dimensions")
    given = finding.values.get("dimension") or finding.values.get("plan", "")
    for known in (case.reference.dimensions or {}).values():
        if not is_map(dimensions) or given not in {known.code, known.name}:
            continue
        for value in values_of(case.reference, known.code):
            named = FrozenMap({**dimensions, given: value})
            yield put(document, f"{line}/dimensions", named)
