"""One business's records, as one request sees them."""

import functools
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs

from ..clock import Clock
from . import displayed, refusals
from .fixtures import PATHLESS, codes
from .options import Options
from .store import Doc, Store

PATHS: Final[Mapping[str, str]] = {"payments_on_account": "contact_payments"}
"""Records below another resource's path; every other one has its own."""


@attrs.frozen
class Company:
    """What a request may do with the records of its business.

    Attributes:
        business: Its id.
        country: Of the business: ISO 3166, in capitals.
        currency: Base currency.
        store: Where the records are.
        clock: The simulator's.
        options: The simulator's.
    """

    business: str
    country: str
    currency: str
    store: Store
    clock: Clock
    options: Options

    def get(self, resource: str, id: str) -> Doc | None:
        """Return a record or an entry of a code list; None if there is none."""
        entry = entries(resource).get(id)
        return entry if entry is not None else self.store.get(self.business, resource, id)

    def live(self, resource: str, id: Any) -> Doc | None:
        """Return a record that is not deleted; None if there is none."""
        doc = self.get(resource, str(id))
        return None if doc is None or doc.get("deleted_at") else doc

    def need(self, resource: str, id: Any) -> Doc:
        """Return the record that a body refers to.

        Raises:
            Refused: There is none; 422.
        """
        doc = self.live(resource, id)
        if doc is None:
            raise refusals.unknown_reference()
        return doc

    def exists(self, resource: str, id: str) -> bool:
        """Whether a body may refer to a record.

        Lines take stock items by `product_id` too, which is inferred.
        """
        homes = (resource, "stock_items") if resource == "products" else (resource,)
        return any(self.live(home, id) is not None for home in homes)

    def setting(self, name: str) -> Doc:
        """Return the one record of a resource without ids."""
        doc = self.store.get(self.business, name, "")
        return doc if doc is not None else {"id": "", "$path": f"/{name}"}

    def add(self, resource: str, doc: Mapping[str, Any], *, id: str = "") -> Doc:
        """Keep a new record and return it with id, name, path and times.

        Args:
            resource: Such as "contacts".
            doc: Its fields; those that begin with `_` are never shown.
            id: Its own; "" for a new one of 32 hexadecimal digits.
        """
        now = self.clock.stamp()
        id = id or uuid.uuid4().hex
        full: Doc = {
            "id": id,
            "displayed_as": None,
            "$path": f"/{PATHS.get(resource, resource)}/{id}",
            "created_at": now,
            "updated_at": now,
            **doc,
        }
        full["displayed_as"] = displayed.displayed_as(resource, full)
        self.store.insert(self.business, resource, full, _found_by(resource, full))
        return full

    def save(self, resource: str, doc: Mapping[str, Any], *, touch: bool = True) -> Doc:
        """Put a changed record in the place of the one before; return it.

        Args:
            resource: Such as "contacts".
            doc: All its fields.
            touch: Whether `updated_at` becomes now.
        """
        full: Doc = {**doc}
        if touch:
            full["updated_at"] = self.clock.stamp()
        if full["id"]:
            full["displayed_as"] = displayed.displayed_as(resource, full)
        self.store.update(self.business, resource, full, _found_by(resource, full))
        return full

    def change(self, resource: str, doc: Doc, **changes: Any) -> Doc:
        """Save a record with some fields changed; return it."""
        return self.save(resource, {**doc, **changes})

    def put_setting(self, name: str, doc: Mapping[str, Any]) -> Doc:
        """Keep the one record of a resource without ids; return it."""
        full: Doc = {"id": "", "$path": f"/{name}", **doc, "updated_at": self.clock.stamp()}
        known = self.store.get(self.business, name, "") is not None
        (self.store.update if known else self.store.insert)(self.business, name, full, {})
        return full

    def delete(self, resource: str, doc: Doc, **changes: Any) -> Doc:
        """Mark a record as deleted: lists show it under `deleted_since` only."""
        return self.change(resource, doc, deleted_at=self.clock.stamp(), **changes)

    def erase(self, resource: str, doc: Doc) -> None:
        """Forget a record as if it had never been."""
        self.store.erase(self.business, resource, doc["id"])

    def all(self, resource: str, where: Sequence[tuple[str, object]] = ()) -> list[Doc]:
        """Return the records of a resource that are not deleted."""
        return self.store.select(self.business, resource, (("deleted IS ?", None), *where))

    def coded(self, resource: str, code: str) -> Doc | None:
        """Return the record with a code that is unique in its resource, deleted or not."""
        found = self.store.select(self.business, resource, (("code=?", code),), limit=1)
        return found[0] if found else None

    def head(self, resource: str, id: str) -> Doc | None:
        """Return what stands where a record is referred to: id, name, path."""
        doc = self.get(resource, id)
        if doc is None:
            return None
        head = {"id": doc["id"], "displayed_as": doc["displayed_as"]}
        if "$path" in doc:
            head["$path"] = doc["$path"]
        return head


@functools.cache
def entries(resource: str) -> Mapping[str, Doc]:
    """Return a code list by id; empty for resources that are none."""
    found: dict[str, Doc] = {}
    for id, text in codes().lists.get(resource, {}).items():
        doc: Doc = {"id": id, "displayed_as": text}
        if resource not in PATHLESS:
            doc["$path"] = f"/{resource}/{id}"
        found[id] = doc | _EXTRA.get(resource, _nothing)(id, text)
    return found


def _nothing(_id: str, _text: str) -> Doc:
    return {}


def _region(id: str, text: str) -> Doc:
    return {"code": id.partition("-")[2], "name": text, "_country": id[:2]}


def _tax_type(id: str, _text: str) -> Doc:
    federal = id in {"GB_VAT", "IE_VAT", "CA_GST_HST"}
    return {
        "country": id[:2],
        "federal_tax": federal,
        "address_regions": [],
        "tax_rates": [],
    }


def _named(_id: str, text: str) -> Doc:
    return {"name": text, "description": text}


_EXTRA: Final = {
    "address_regions": _region,
    "business_types": _named,
    "tax_types": _tax_type,
}
_ACCOUNTS: Final = ("ledger_account", "bank_account", "stock_item", "from_bank_account")


def _found_by(resource: str, doc: Doc) -> Mapping[str, Any]:
    account = next(
        (doc[name] for name in _ACCOUNTS if isinstance(doc.get(name), str)), None
    )
    return {
        "contact": doc.get("contact"),
        "date": doc.get("date"),
        "due": doc.get("due_date") or doc.get("expiry_date"),
        "status": doc.get("status"),
        "kind": doc.get("transaction_type"),
        "account": account,
        "link": doc.get("_link"),
        "code": doc.get("_code"),
        "words": displayed.words(resource, doc),
        "debit": doc.get("_debit"),
        "credit": doc.get("_credit"),
    }
