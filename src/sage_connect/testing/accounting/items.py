"""Products, services and the types of their prices."""

import re
import uuid
from collections.abc import Iterable
from typing import Any, Final

from typing_extensions import override

from . import refusals
from .bodies import recorded
from .calls import Call
from .company import Company
from .digits import number, text
from .records import Records
from .store import Doc

# Kind of price to the type it is of, the field of its name and its value.
_PRICES: Final = {
    "sales_prices": ("product_sales_price_type", "price"),
    "sales_rates": ("service_rate_type", "rate"),
}


class Catalogue(Records):
    """Products or services."""

    @override
    def create(self, company: Company, body: Doc) -> Doc:
        doc: Doc = {"active": True, **self._sent(company, body, {})}
        if self.resource == "products":
            doc.setdefault("catalog_item_type", "PRODUCT")
        return company.add(self.resource, doc)

    @override
    def update(self, company: Company, doc: Doc, body: Doc) -> Doc:
        return company.save(self.resource, {**doc, **self._sent(company, body, doc)})

    @override
    def shown(self, company: Company, doc: Doc, call: Call, *, alone: bool) -> Doc:
        state = {
            "deletable": True,
            "deactivatable": True,
            "used_on_recurring_invoice": False,
        }
        return {**state, **doc}

    def _sent(self, company: Company, body: Doc, old: Doc) -> Doc:
        sent = recorded(body)
        for name in _PRICES:
            if name in body:
                sent[name] = priced(company, name, body[name] or (), old.get(name) or ())
            elif not old and name in _HAS[self.resource]:
                sent[name] = []
        return sent


_HAS: Final = {
    "products": frozenset({"sales_prices"}),
    "services": frozenset({"sales_rates"}),
    "stock_items": frozenset({"sales_prices"}),
}


def priced(
    company: Company, name: str, sent: Iterable[Doc], old: Iterable[Doc]
) -> list[Doc]:
    """Return the prices of an item, each with id and name."""
    type_name, value_name = _PRICES[name]
    now, known = company.clock.stamp(), {row.get(type_name): row for row in old}
    found: list[Doc] = []
    for row in sent:
        fields = recorded(row)
        type_ = company.get(f"{type_name}s", str(fields.get(type_name))) or {}
        title = fields.get(f"{value_name}_name") or type_.get("name")
        found.append(
            {
                f"{value_name}_includes_tax": False,
                **fields,
                "id": known.get(type_.get("id"), {}).get("id") or uuid.uuid4().hex,
                "displayed_as": title,
                "created_at": now,
                "updated_at": now,
                f"{value_name}_name": title,
                value_name: text(number(fields.get(value_name))),
            }
        )
    return found


class PriceTypes(Records):
    """Names of prices and rates."""

    @override
    def delete(self, company: Company, doc: Doc, call: Call) -> None:
        used = re.compile(re.escape(doc["id"]))
        for resource in ("products", "services", "stock_items"):
            if any(used.search(str(item)) for item in company.all(resource)):
                raise refusals.in_use("You cannot delete a price type that is in use.")
        company.delete(self.resource, doc)


class Categories(Records):
    """Categories of an analysis type."""

    @override
    def create(self, company: Company, body: Doc) -> Doc:
        made = super().create(company, body)
        self._list(company, made.get("analysis_type"))
        return made

    @override
    def delete(self, company: Company, doc: Doc, call: Call) -> None:
        wanted = f'"{doc["id"]}"'
        for row in company.store.run(
            "SELECT resource FROM records WHERE business=? AND instr(doc,?)>0"
            " AND resource NOT IN ('analysis_types',?)",
            company.business,
            wanted,
            self.resource,
        ):
            if row:
                # Sage's guide on analysis types.
                raise refusals.in_use(
                    "You cannot delete an Analysis Type Category that is in use."
                )
        company.delete(self.resource, doc)
        self._list(company, doc.get("analysis_type"))

    def _list(self, company: Company, type_: Any) -> None:
        doc = company.live("analysis_types", type_) if type_ else None
        if doc is not None:
            ids = [
                row["id"]
                for row in company.all(self.resource)
                if row.get("analysis_type") == type_
            ]
            company.change("analysis_types", doc, analysis_type_categories=ids)


class AnalysisTypes(Records):
    """Analysis types; Sage gives three."""

    @override
    def update(self, company: Company, doc: Doc, body: Doc) -> Doc:
        sent = recorded({name: body[name] for name in body if name not in _CATEGORIES})
        for row in body.get("analysis_type_categories") or ():
            if isinstance(row, dict):
                company.add("analysis_type_categories", {**row, "analysis_type": doc["id"]})
        own = [
            row["id"]
            for row in company.all("analysis_type_categories")
            if row.get("analysis_type") == doc["id"]
        ]
        return company.save(self.resource, {**doc, **sent, "analysis_type_categories": own})


_CATEGORIES: Final = frozenset({"analysis_type_categories"})
