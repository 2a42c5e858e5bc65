"""Lists: which records, in which order, on which page."""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias
from urllib.parse import urlencode

import attrs

from ...accounting.wire.facts import Operation
from . import refusals
from .company import Company
from .displayed import words
from .store import Doc

Condition: TypeAlias = tuple[str, object]
Test: TypeAlias = Callable[[Company, Doc, str], bool]

MOST: Final = 200
USUAL: Final = 20
"""Documented: 1 to 200 items a page, 20 when nothing is said."""

_COLUMNS: Final = {
    "bank_account_id": "account",
    "contact_id": "contact",
    "ledger_account_id": "account",
    "stock_item_id": "account",
    "transaction_id": "link",
    "status_id": "status",
    "transaction_type_id": "kind",
}
_SORTED: Final = {
    "created_at": "created",
    "updated_at": "updated",
    "date": "date",
    "due_date": "due",
    "expiry_date": "due",
}
_COMPARED: Final = {"from_date": ">=", "to_date": "<="}


@attrs.frozen
class Page:
    """What a list shows.

    Attributes:
        docs: The records on the page.
        total: How many there are on all pages.
        page: Number of the page that is shown.
        size: Items on a full page.
    """

    docs: Sequence[Doc]
    total: int
    page: int
    size: int

    @property
    def last(self) -> int:
        """Number of the last page."""
        return max(1, -(-self.total // self.size))


def listed(company: Company, operation: Operation, query: Mapping[str, str]) -> Page:
    """Return the page of a list that a query asks for."""
    where, tests = _conditions(company, operation, query)
    order = _order(operation, query)
    store, business, resource = company.store, company.business, operation.resource
    if not tests:
        total = store.count(business, resource, where)
        number, size = _place(query, total)
        docs = store.select(
            business, resource, where, order=order, limit=size, offset=(number - 1) * size
        )
        return Page(docs, total, number, size)
    found = store.select(business, resource, where, order=order)
    return chosen([doc for doc in found if all(test(doc) for test in tests)], query)


def chosen(docs: Sequence[Doc], query: Mapping[str, str]) -> Page:
    """Return the page that a query asks for, of records in order."""
    number, size = _place(query, len(docs))
    return Page(docs[(number - 1) * size : number * size], len(docs), number, size)


def envelope(
    page: Page, path: str, query: Mapping[str, str], items: Sequence[Doc]
) -> dict[str, Any]:
    """Return the reply of a list.

    `$next` and `$back` are relative to the host, without `/v3.1`, and carry the query on
    (Sage's pagination guide, documented).
    """

    def link(number: int) -> str:
        rest = {
            name: value
            for name, value in query.items()
            if name not in {"page", "items_per_page"}
        }
        asked = {"page": str(number), "items_per_page": str(page.size), **rest}
        return f"{path}?{urlencode(asked)}"

    return {
        "$total": page.total,
        "$page": page.page,
        "$next": link(page.page + 1) if page.page < page.last else None,
        "$back": link(page.page - 1) if page.page > 1 else None,
        "$itemsPerPage": page.size,
        "$items": items,
    }


def _place(query: Mapping[str, str], total: int) -> tuple[int, int]:
    """Return number and size of the page.

    A page past the end is the last page again (Sage's pagination guide, documented). What
    becomes of a size above 200 is not; it is taken for 200.
    """
    size = min(max(_whole(query.get("items_per_page"), USUAL), 1), MOST)
    last = max(1, -(-total // size))
    return min(max(_whole(query.get("page"), 1), 1), last), size


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and re.fullmatch(r"-?\d{1,9}", text) else otherwise


def _order(operation: Operation, query: Mapping[str, str]) -> str:
    # Which order a list has by itself is not documented; ours is that of creation.
    key, _, way = query.get("sort", "").partition(":")
    if key not in operation.sort or key not in _SORTED:
        return "seq"
    down = " DESC" if way.lower() == "desc" else ""
    return f"{_SORTED[key]}{down},seq{down}"


def instant(text: str) -> str:
    """Return a date or an instant with zone as records have it: UTC, to the second.

    Raises:
        Refused: It is neither.
    """
    try:
        # In a query, the plus of a zone arrives as a blank.
        moment = dt.datetime.fromisoformat(text.strip().replace(" ", "+"))
    except ValueError:
        raise refusals.invalid("invalid date") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def day(text: str | None) -> str | None:
    """Return the date of a parameter; None for none."""
    return text[:10] if text else None


def _conditions(
    company: Company, operation: Operation, query: Mapping[str, str]
) -> tuple[list[Condition], list[Callable[[Doc], bool]]]:
    where: list[Condition] = []
    tests: list[Callable[[Doc], bool]] = []
    offered = {
        name: value for name, value in query.items() if name in operation.query and value
    }
    if "deleted_since" in offered:
        # Exclusive, while the next one is inclusive (Sage's filtering guide, documented).
        where.append(("deleted>?", instant(offered["deleted_since"])))
    else:
        where.append(("deleted IS ?", None))
    if operation.resource == "tax_rates" and "cis_only" not in offered:
        # Rates of the Construction Industry Scheme are listed by themselves (documented).
        where.append(("status IS ?", None))
    if "updated_or_created_since" in offered:
        where.append(("updated>=?", instant(offered["updated_or_created_since"])))
    if "search" in offered:
        text = offered["search"].strip().lower()
        where.append(("instr(words,?)>0", text))
        tests += _search(company, operation.resource, text)
    for name, value in offered.items():
        if name in _COMPARED:
            instant(value)
            where.append((f"date{_COMPARED[name]}?", value[:10]))
        elif name in _COLUMNS:
            where.append((f"{_COLUMNS[name]}=?", value))
        elif name in _TESTS:
            tests.append(_bound(_TESTS[name], company, value))
        elif name.endswith("_id"):
            tests.append(_bound(_equal(name[:-3]), company, value))
    return where, tests


def _bound(test: Test, company: Company, value: str) -> Callable[[Doc], bool]:
    return lambda doc: test(company, doc, value)


def _equal(field: str) -> Test:
    return lambda _, doc, value: doc.get(field) == value


def _search(company: Company, resource: str, text: str) -> list[Callable[[Doc], bool]]:
    """Match text as the option says: how Sage matches is not documented."""
    way = company.options.search
    if way == "substring":
        return []
    pattern = re.compile(
        rf"(?m)^{re.escape(text)}" if way == "prefix" else rf"\b{re.escape(text)}\b"
    )
    return [lambda doc: pattern.search(words(resource, doc) or "") is not None]


def _is(field: str, *, unless: bool = False) -> Test:
    return lambda _, doc, value: bool(doc.get(field)) is ((value == "true") is not unless)


def _only_if(test: Callable[[Company, Doc], bool]) -> Test:
    """A parameter that has an effect when true."""
    return lambda company, doc, value: value != "true" or test(company, doc)


def _has_attachments(company: Company, doc: Doc, value: str) -> bool:
    there = company.store.count(
        company.business, "attachments", (("link=?", doc["id"]), ("deleted IS ?", None))
    )
    return bool(there) is (value == "true")


def _email(company: Company, doc: Doc, value: str) -> bool:
    person = company.get("contact_persons", str(doc.get("main_contact_person")))
    return bool(person) and (person or {}).get("email") == value


def _control(_: Company, doc: Doc, value: str) -> bool:
    return value == "true" or not doc.get("is_control_account")


def _below(_: Company, doc: Doc) -> bool:
    return float(doc.get("quantity_in_stock") or 0) < float(doc.get("reorder_level") or 0)


_TESTS: Final[Mapping[str, Test]] = {
    "active": _is("active"),
    "address_region_id": lambda _, doc, value: value in doc.get("_regions", (value,)),
    "analysis_type_level": lambda _, doc, value: (
        value in (doc.get("analysis_type_level") or ())
    ),
    "attachment_context_id": lambda _, doc, value: doc.get("_link") == value,
    "below_reorder_level": _only_if(_below),
    "cis_only": lambda _, doc, value: (doc.get("status") == "CIS") is (value == "true"),
    "contact_type_id": lambda _, doc, value: value in (doc.get("contact_types") or ()),
    "email": _email,
    "exclude_stripe": _only_if(lambda _, doc: doc.get("bank_account_type") != "STRIPE"),
    "exclude_system": _only_if(lambda _, doc: not doc.get("system")),
    "filter_inactive_bank_accounts": _only_if(
        lambda _, doc: doc.get("is_active") is not False
    ),
    "filter_inactive_contacts": _only_if(lambda _, doc: doc.get("is_active") is not False),
    "has_attachments": _has_attachments,
    "not_visible_in": lambda _, doc, value: not doc.get(f"visible_in_{value}"),
    "object_guid": lambda _, doc, value: doc.get("object_guid") == value,
    "out_of_stock": _only_if(lambda _, doc: float(doc.get("quantity_in_stock") or 0) <= 0),
    "show_control_accounts": _control,
    "show_included_in_chart": _is("included_in_chart"),
    "updated_from_date": lambda _, doc, value: doc["updated_at"] >= instant(value),
    "updated_to_date": lambda _, doc, value: doc["updated_at"][:10] <= value[:10],
    "visible_in": lambda _, doc, value: bool(doc.get(f"visible_in_{value}")),
}
