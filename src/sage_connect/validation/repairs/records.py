"""Remedies for records: made first, told apart, sent once, given an identity."""

from collections.abc import Iterator
from hashlib import blake2b
from itertools import count
from typing import Any, Final

import attrs

from ...model import (
    AnalyticShare,
    BankEntry,
    Customer,
    DimensionValue,
    Item,
    JournalEntry,
    Payment,
    Supplier,
)
from ...model.convert import to_json
from ..finding import Finding
from ..registry import Case
from .known import folded, is_of_customers
from .places import at, put
from .remedy import Instead, remedy

_CODE: Final = 10


@remedy("create-party")
def create_party(document: Any, _: Finding, case: Case) -> Iterator[Any]:
    """Send the customer or supplier first, under its code until somebody names it."""
    code: str = getattr(document, "party", "")
    if not code:
        return
    kind = Customer if is_of_customers(document) else Supplier
    made = kind(code=code, name=code, currency=document.currency)
    yield Instead(documents=(document,), newcomers=(made,))
    policy = f"/policy/create_{kind.type}s"
    if at(case.settings, policy) is False:
        settings = put(case.settings, policy, value=True)
        yield Instead(documents=(document,), newcomers=(made,), settings=settings)


@remedy("create-item")
def create_item(document: Any, finding: Finding, _: Case) -> Iterator[Any]:
    """Send the item first, described as on the line."""
    code = at(document, finding.path)
    line = at(document, finding.path.rpartition("/")[0])
    if isinstance(code, str) and code and hasattr(line, "description"):
        made = Item(code=code, description=line.description or code)
        yield Instead(documents=(document,), newcomers=(made,))


@remedy("create-value")
def create_value(document: Any, finding: Finding, _: Case) -> Iterator[Any]:
    """Send the value of the dimension first (a section, a category, a department)."""
    above, _slash, last = finding.path.rpartition("/")
    share = at(document, above if last == "value" else finding.path)
    if isinstance(share, AnalyticShare):
        dimension, code = share.dimension, share.value
    elif isinstance(share, str) and above.endswith("/dimensions"):
        dimension, code = last, share
    elif isinstance(share, str) and last == "project":
        dimension, code = finding.values.get("dimension", ""), share
    else:
        return
    made = DimensionValue(dimension=dimension, code=code, name=code)
    yield Instead(documents=(document,), newcomers=(made,))


@remedy("once")
def once(document: Any, _: Finding, case: Case) -> Iterator[Any]:
    """Send once what stands in the batch twice, alike in everything."""
    bare = _bare(document)
    if sum(1 for one in case.batch if _bare(one) == bare) > 1:
        yield Instead(documents=())


def _bare(record: Any) -> Any:
    code = getattr(record, "code", None)
    return attrs.evolve(record, code=folded(code)) if code is not None else record


@remedy("number-apart")
def number_apart(document: Any, finding: Finding, case: Case) -> Iterator[Any]:
    """Tell a payment or an entry apart from another one of its number.

    Not from one of the same party, day and amount: that is the same, sent twice.
    """
    if finding.path != "/number" or not isinstance(
        document, Payment | JournalEntry | BankEntry
    ):
        return
    namesakes = [
        one
        for one in case.batch
        if one is not document and getattr(one, "number", "") == document.number
    ]
    if not any(_is_twin(document, one) for one in namesakes):
        numbers = {getattr(one, "number", "") for one in case.batch}
        at_first = count(2)
        yield attrs.evolve(
            document,
            number=next(
                name for n in at_first if (name := f"{document.number}-{n}") not in numbers
            ),
        )


def _is_twin(one: Any, other: Any) -> bool:
    names = ("party", "date", "amount", "movements", "bank_account")
    return type(one) is type(other) and all(
        getattr(one, name, None) == getattr(other, name, None) for name in names
    )


@remedy("code-from-name")
def code_from_name(document: Any, finding: Finding, _: Case) -> Iterator[Any]:
    """Give a record without code the letters and digits of its name, in capitals."""
    name = folded(getattr(document, "name", "") or getattr(document, "description", ""))
    code = "".join(one for one in name if one.isascii() and one.isalnum()).upper()
    if code and finding.path == "/code":
        yield put(document, "/code", code[:_CODE])


@remedy("known-by-content")
def known_by_content(document: Any, finding: Finding, _: Case) -> Iterator[Any]:
    """Give a document without identity that of its content.

    The same content has the same identity at every time, so that nothing is posted twice;
    two documents alike in everything are taken for one.
    """
    if finding.path in {"/number", "/source_id", ""} and hasattr(document, "source_id"):
        digest = blake2b(to_json([document]), digest_size=10).hexdigest()
        yield attrs.evolve(document, source_id=f"content-{digest}")
