"""Stock: how many of an item there are, and what moves them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from typing_extensions import override

from . import refusals
from .bodies import recorded
from .calls import Call
from .company import Company
from .digits import ZERO, amount, number, text
from .items import priced
from .records import Records
from .store import Doc
from .trade import Trade

TOO_FEW: Final = "You cannot fulfil this invoice as you do not have enough stock."
"""Sage's inventory guide; it does not name the item."""


def take(company: Company, trade: Trade, doc: Doc) -> None:
    """Move the stock that an issued artefact moves.

    Raises:
        Refused: A sale needs more than there is; stock is never negative (documented).
    """
    _move(company, trade, doc, 1)


def give_back(company: Company, trade: Trade, doc: Doc) -> None:
    """Move it back, since the artefact is void or issued anew."""
    _move(company, trade, doc, -1)


def _move(company: Company, trade: Trade, doc: Doc, way: int) -> None:
    outward = -1 if trade.sales else 1
    for line in doc[trade.lines]:
        resource, _, id = str(line.get("product") or "").partition("/")
        if resource != "stock_items":
            continue
        quantity = number(line["quantity"]) * outward * trade.sign * way
        changed(company, company.need("stock_items", id), quantity, TOO_FEW)


def changed(company: Company, item: Doc, quantity: Decimal, refusal: str) -> Doc:
    """Return an item after its stock has changed by a quantity.

    Raises:
        Refused: Less than nothing would be left.
    """
    left = number(item.get("quantity_in_stock")) + quantity
    if left < ZERO:
        raise refusals.invalid(refusal)
    return company.save("stock_items", {**item, **valued(item, left)})


def valued(item: Mapping[str, Any], quantity: Decimal) -> Doc:
    """Return what the quantity of an item makes of its values."""
    last = number(item.get("last_cost_price") or item.get("cost_price"))
    average = number(item.get("average_cost_price") or last)
    return {
        "quantity_in_stock": text(quantity),
        "last_cost_price": text(last),
        "last_cost_price_stock_value": amount(last * quantity),
        "average_cost_price": text(average),
        "average_cost_price_stock_value": amount(average * quantity),
    }


class Movements(Records):
    """Stock that comes and goes by hand."""

    @override
    def create(self, company: Company, body: Doc) -> Doc:
        item = company.need("stock_items", body["stock_item_id"])
        quantity = number(body["quantity"])
        there = number(item.get("quantity_in_stock"))
        cost = number(body.get("cost_price"))
        if quantity > ZERO:
            # The average of what there was and what comes.
            worth = number(item.get("average_cost_price")) * there + cost * quantity
            average = worth / (there + quantity)
            item = {**item, "average_cost_price": text(average.quantize(Decimal("0.01")))}
            item["last_cost_price"] = text(cost)
            item["cost_price_last_updated"] = body["date"]
        # An adjustment out has a negative quantity (documented).
        changed(company, item, quantity, "There is not enough stock.")
        number_ = str(company.store.count(company.business, self.resource) + 1)
        return company.add(self.resource, {"movement_number": number_, **recorded(body)})

    @override
    def update(self, company: Company, doc: Doc, body: Doc) -> Doc:
        if body.get("quantity") is not None:
            item = company.need("stock_items", doc["stock_item"])
            difference = number(body["quantity"]) - number(doc["quantity"])
            changed(company, item, difference, "There is not enough stock.")
        return super().update(company, doc, body)

    @override
    def delete(self, company: Company, doc: Doc, call: Call) -> None:
        item = company.need("stock_items", doc["stock_item"])
        changed(company, item, -number(doc["quantity"]), "There is not enough stock.")
        company.erase(self.resource, doc)


class Items(Records):
    """Things of which a stock is kept."""

    @override
    def create(self, company: Company, body: Doc) -> Doc:
        sent = recorded(body)
        sent["sales_prices"] = priced(
            company, "sales_prices", body.get("sales_prices") or (), ()
        )
        zeros = ("reorder_level", "reorder_quantity", "weight_converted")
        doc: Doc = {
            **dict.fromkeys(zeros, "0.0"),
            "measurement_unit": "kg",
            "weight": "0.0",
            "active": True,
            **sent,
        }
        there = number(body.get("quantity_in_stock"))
        if there < ZERO:
            # Stock is never negative (documented; the words are not).
            raise refusals.invalid(
                "must be greater than or equal to 0", "quantity_in_stock"
            )
        doc |= valued(doc, there)
        # Seen in Sage's own sample: a bare number where its neighbours are text.
        weight = number(doc["weight"])
        doc["weight"] = int(weight) if weight == weight.to_integral() else text(weight)
        return company.add(self.resource, doc)

    @override
    def update(self, company: Company, doc: Doc, body: Doc) -> Doc:
        changed: Doc = {**doc, **recorded(body)}
        if body.get("sales_prices") is not None:
            old, name = doc["sales_prices"], "sales_prices"
            changed[name] = priced(company, name, body[name], old)
        return company.save(self.resource, changed)
