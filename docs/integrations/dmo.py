"""From Sage Distribution and Manufacturing Operations to Sage Intacct.

    python dmo.py export.json --profile dmo --report report.csv

Items, customers, suppliers; the stock journal; receivables and payables. Ends with 0 when
all is well, 1 when some were refused, 2 when nothing could be done, 3 when it is not known.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import sage_connect as sage

FAULTS = (sage.SageConnectError, OSError, ArithmeticError, LookupError, ValueError)
Row = Mapping[str, Any]
D = TypeVar("D", bound=sage.TradeDocument)
P = TypeVar("P", bound=sage.Party)
STOCK = sage.StockJournal(
    # The settings say which accounts of Intacct these are.
    code="STK",
    currency="GBP",
    stock="stock",
    received="received not invoiced",
    cost="cost of sales",
    revenue="sales",
    unbilled="shipped not invoiced",
    adjustments="price differences",
    item_dimension="ITEM",
)


def documents(export: Mapping[str, list[Row]]) -> Iterator[sage.Document | sage.MasterData]:
    """Yield everything, in any order: `post_all` knows what needs what."""
    yield from map(item, export["items"])
    yield from (party(sage.Customer, row) for row in export["customers"])
    yield from (party(sage.Supplier, row) for row in export["suppliers"])
    yield from (STOCK.receipt(goods(row), **head(row)) for row in export["receipts"])
    for row in export["shipments"]:
        # Income is recognised as the goods leave; the invoice then bills it.
        yield STOCK.shipment(goods(row), revenue=True, **head(row))
    for row in export["sales_invoices"]:
        account = "shipped not invoiced" if row["shipment"] else "sales"
        yield trade(sage.SalesInvoice, row, account)
    yield from (
        trade(sage.SalesCreditNote, row, "sales") for row in export["sales_credits"]
    )
    received = {row["number"]: goods(row) for row in export["receipts"]}
    for row in export["purchase_invoices"]:
        bill = trade(sage.PurchaseInvoice, row, "received not invoiced")
        yield bill
        # What it costs beyond, or below, what its goods were taken in for.
        difference = STOCK.settlement(bill, received[row["receipt"]])
        yield from [] if difference is None else [difference]


def head(row: Row) -> dict[str, Any]:
    """Return what every entry of the stock journal says."""
    day = date.fromisoformat(row["date"])
    return {"number": row["number"], "date": day, "reference": row["order"]}


def goods(row: Row) -> list[sage.Goods]:
    """Return what came or went."""
    return [
        sage.Goods(
            item=one["item"],
            quantity=Decimal(one["quantity"]),
            unit_cost=Decimal(one["unit_cost"]),
            unit_price=Decimal(one["unit_price"]) if "unit_price" in one else None,
            dimensions=one.get("dimensions", {}),
        )
        for one in row["lines"]
    ]


def item(row: Row) -> sage.Item:
    """Return an item, which Intacct keeps as one without stock of its own."""
    code, price = row["item_id"], Decimal(row["price"])
    return sage.Item(code=code, description=row["name"], sales_price=price)


def party(kind: type[P], row: Row) -> P:
    """Return a customer or a supplier."""
    line, city, code, country = (
        row[one] for one in ("street", "city", "postcode", "country")
    )
    place = sage.Address(lines=[line], city=city, postal_code=code, country=country)
    own = {"currency": row["currency"], "email": row["email"]}
    return kind(code=row["id"], name=row["name"], address=place, **own)


def trade(kind: type[D], row: Row, account: str) -> D:
    """Return an invoice, a credit memo or a bill."""
    return kind(
        number=row["number"],
        party_number=row.get("supplier_number", ""),
        date=date.fromisoformat(row["date"]),
        due=date.fromisoformat(row["due"]) if "due" in row else None,
        party=row["party"],
        currency=row["currency"],
        entity=row["site"],
        reverses=row.get("invoice", ""),
        gross=Decimal(row["total"]),
        lines=[
            sage.Line(
                item=one["item"],
                description=one["text"],
                quantity=Decimal(one["quantity"]),
                unit_price=Decimal(one["unit_price"]),
                account=account,
                taxes=[sage.Tax(one["tax"], Decimal(one["rate"]))],
                dimensions=one["dimensions"],
            )
            for one in row["lines"]
        ],
    )


def main() -> int:
    """Post what is new; say what became of it, and what is left to pay."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("export", type=Path, help="what was exported, JSON")
    parser.add_argument("--profile", default="dmo", help="of sage_connect.toml")
    parser.add_argument("--report", type=Path, default=Path("report.csv"))
    options = parser.parse_args()
    try:
        export = json.loads(options.export.read_text("utf-8"))
        with sage.SageIntacct.open(options.profile) as ledger:
            outcomes = ledger.documents.post_all(documents(export))
            print(outcomes.summary())
            options.report.write_text(outcomes.to_csv(bom=True), "utf-8", newline="")
            for one in outcomes:
                if one.receipt and isinstance(one.document, sage.SalesInvoice):
                    left = ledger.sales_invoices.settlement(one.receipt)
                    print(f"{one.document.number}: {left.due} due, {left.prepaid} prepaid")
    except FAULTS as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 3 if isinstance(error, sage.OutcomeUnknownError) else 2
    return outcomes.exit_code


if __name__ == "__main__":
    sys.exit(main())
