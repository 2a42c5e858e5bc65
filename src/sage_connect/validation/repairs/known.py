"""What the ledger has that could be meant: codes like a code, usable accounts, parties."""

import difflib
import heapq
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

from ...model import (
    Account,
    AccountKind,
    Payment,
    Reference,
    SalesCreditNote,
    SalesInvoice,
    TradeDocument,
)
from ...model.payment import FROM_CUSTOMERS
from ..finding import Finding
from .places import at

_CLOSE: Final = 0.5
_OFFERED: Final = 4
_NO_CODES: Final = frozenset({"", "\u2013", "\u2026"})
_PARTS: Final = {
    "bank_account": "bank_accounts",
    "dimension": "dimensions",
    "entity": "entities",
    "item": "items",
    "journal": "journals",
    "payment_term": "payment_terms",
    "tax_code": "tax_codes",
    "code": "items",
}


def folded(code: str) -> str:
    """Return a code without capitals, accents and blanks."""
    parts = unicodedata.normalize("NFKD", "".join(code.split()).casefold())
    return "".join(one for one in parts if not unicodedata.combining(one))


def nearest(code: str, names: Iterable[str]) -> list[str]:
    """Return the few of `names` most like `code`, the most like first; never itself."""
    matcher = difflib.SequenceMatcher()
    matcher.set_seq2(folded(code))
    close: list[tuple[float, str]] = []
    for name in names:
        matcher.set_seq1(folded(name))
        # Cheap bounds first: charts have thousands of accounts.
        if name != code and matcher.real_quick_ratio() >= _CLOSE <= matcher.quick_ratio():
            ratio = matcher.ratio()
            if ratio >= _CLOSE:
                close.append((-ratio, name))
    return [name for _, name in heapq.nsmallest(_OFFERED, close)]


def listed(finding: Finding) -> Iterator[str]:
    """Yield the codes that a finding itself proposes, the best first."""
    for name in ("nearest", "fitting", "known"):
        for one in finding.values.get(name, "").removesuffix(" …").split(", "):
            if one not in _NO_CODES:
                yield one


def offered(
    document: Any, path: str, reference: Reference, dimension: str = ""
) -> Collection[str]:
    """Return the codes that may stand at `path` of a document.

    Args:
        document: The document.
        path: Where the code stands.
        reference: What is known of the ledger.
        dimension: What the document's project is a value of; "" for any.
    """
    *above, last = path.split("/")
    if last.isdigit() or (above and above[-1] == "dimensions"):
        return values_of(reference, last)
    match last:
        case "account" | "sales_account" | "purchase_account":
            return [one.code for one in usable(reference)]
        case "value":
            share = at(document, "/".join(above))
            return values_of(reference, share.dimension)
        case "project":
            return values_of(reference, dimension)
        case "party":
            # Another party is never near: that one is wrong is seen by a person only.
            wanted = folded(str(at(document, path, "")))
            return [one for one in _parties(document, reference) if folded(one) == wanted]
        case _:
            part: Mapping[str, Any] | None = getattr(reference, _PARTS.get(last, ""), None)
            known = (part or {}).values()
            return [one.code for one in known if getattr(one, "active", True)]


def values_of(reference: Reference, dimension: str) -> list[str]:
    """Return the values of a dimension; of all dimensions for ""."""
    values = (reference.dimension_values or {}).values()
    return [one.code for one in values if dimension in {"", one.dimension}]


def _parties(document: Any, reference: Reference) -> Collection[str]:
    if is_of_customers(document):
        return reference.customers or ()
    return reference.suppliers or ()


def is_of_customers(document: Any) -> bool:
    """Return whether the party of `document` is a customer."""
    if isinstance(document, TradeDocument):
        return isinstance(document, SalesInvoice | SalesCreditNote)
    if isinstance(document, Payment):
        return document.kind in FROM_CUSTOMERS
    return False


def usable(reference: Reference) -> Iterator[Account]:
    """Yield the accounts that can be posted to: in use, and no totals."""
    for one in (reference.accounts or {}).values():
        if one.active and not one.total:
            yield one


def of_kind(kind: AccountKind | None, reference: Reference) -> Iterator[Account]:
    """Yield the usable accounts of one kind."""
    return (one for one in usable(reference) if one.kind is kind)
