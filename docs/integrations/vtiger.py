"""From Vtiger to Sage Accounting: organizations, contacts, products, services, invoices.

    python vtiger.py export.json --to accounting:vtiger --report report.csv

Organizations and items go with the invoices that name them. Ends with 0 when all is well,
1 when some were refused, 2 when nothing could be done, 3 when it is not known.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import sage_connect as sage

FAULTS = (sage.SageConnectError, OSError, ArithmeticError, LookupError, ValueError)
Row = Mapping[str, Any]


class Crm:
    """The records of an export, and how they name one another."""

    def __init__(self, modules: Mapping[str, list[Row]]) -> None:
        self.modules = modules
        self.accounts = {row["id"]: row for row in modules["Accounts"]}
        sold = [*modules["Products"], *modules["Services"]]
        self.items = {row["id"]: item(row) for row in sold}

    def documents(self) -> Iterator[sage.Document | sage.MasterData]:
        """Yield everything, in any order: `post_all` knows what needs what."""
        yield from map(self.customer, self.modules["Accounts"])
        yield from self.items.values()
        yield from map(self.invoice, self.modules["Invoice"])

    def customer(self, row: Row) -> sage.Customer:
        """Return an organization with the contacts that belong to it."""
        rows = (one for one in self.modules["Contacts"] if one["account_id"] == row["id"])
        people = [person(one) for one in rows]
        return sage.Customer(
            code=row["account_no"],
            name=row["accountname"],
            currency=row["currency"],
            tax_number=row["vat_number"],
            # Where there are persons, Sage writes to them.
            email="" if people else row["email1"],
            phone=row["phone"],
            address=address(row, "bill"),
            delivery_address=address(row, "ship") if row.get("ship_street") else None,
            people=people,
        )

    def invoice(self, row: Row) -> sage.SalesInvoice:
        """Return an invoice as it is in Vtiger: what Sage cannot take, the check says."""
        shipping, rate = Decimal(row["hdnS_H_Amount"]), Decimal(row["conversion_rate"])
        taxed = taxes({"VAT": row.get("shtax", "0")})
        return sage.SalesInvoice(
            source_id=row["id"],
            number=row["invoice_no"],
            date=day(row["invoicedate"]),
            due=day(row["duedate"]),
            party=self.accounts.get(row["account_id"], {}).get("account_no", ""),
            currency=row["currency"],
            # Vtiger tells units for one of the base currency; documents the reverse.
            exchange_rate=None if rate == 1 else round(1 / rate, 10),
            lines=[self.line(one) for one in row["LineItems"]],
            charges=[sage.Charge(amount=shipping, taxes=taxed)] if shipping else [],
            tax_mode=sage.TaxMode("group" if row["hdnTaxType"] == "group" else "line"),
            taxes=taxes(row.get("group_taxes", {})),
            adjustment=Decimal(row["txtAdjustment"]) or None,
            gross=Decimal(row["hdnGrandTotal"]),
            notes=row["subject"],
        )

    def line(self, row: Row) -> sage.Line:
        """Return a line of an invoice; its discount is a percentage or an amount."""
        percent = Decimal(row.get("discount_percent", 0))
        amount = Decimal(row.get("discount_amount", 0))
        sold = self.items[row["productid"]]
        return sage.Line(
            item=sold.code,
            description=row["comment"] or sold.description or sold.code,
            quantity=Decimal(row["quantity"]),
            unit_price=Decimal(row["listprice"]),
            discount=sage.Percent(percent) if percent else sage.Amount(amount),
            taxes=taxes(row.get("taxes", {})),
        )


def item(row: Row) -> sage.Item:
    """Return a product or a service."""
    kind = sage.ItemKind.PRODUCT if "product_no" in row else sage.ItemKind.SERVICE
    return sage.Item(
        code=row.get("product_no") or row["service_no"],
        kind=kind,
        description=row["description"],
        sales_price=Decimal(row["unit_price"]),
        active=row["discontinued"] == "1",
    )


def person(row: Row) -> sage.Person:
    """Return somebody to talk to at an organization."""
    name, title = f"{row['firstname']} {row['lastname']}".strip(), row["title"]
    return sage.Person(name=name, job_title=title, email=row["email"], phone=row["phone"])


def address(row: Row, which: str) -> sage.Address:
    """Return one of the two addresses of an organization."""
    lines, city, code = [row[f"{which}_street"]], row[f"{which}_city"], row[f"{which}_code"]
    country = row[f"{which}_country"]
    return sage.Address(lines=lines, city=city, postal_code=code, country=country)


def taxes(rates: Mapping[str, str]) -> list[sage.Tax]:
    """Return taxes by name and rate; the settings say which rates of Sage they are."""
    exact = {name: Decimal(rate).normalize() for name, rate in rates.items()}
    return [sage.Tax(f"{name} {rate:f}", rate) for name, rate in exact.items()]


def day(text: str) -> date | None:
    """Return a day; what is missing is a finding of the check, and no crash here."""
    return date.fromisoformat(text) if text else None


def main() -> int:
    """Post what is new; say what became of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("export", type=Path, help="what Vtiger exported, JSON")
    parser.add_argument("--to", required=True, help="such as accounting:vtiger")
    parser.add_argument("--report", type=Path, default=Path("report.csv"))
    options = parser.parse_args()
    try:
        crm = Crm(json.loads(options.export.read_text("utf-8")))
        with sage.connect(options.to) as ledger:
            outcomes = ledger.documents.post_all(crm.documents())
        print(outcomes.summary())
        options.report.write_text(outcomes.to_csv(bom=True), "utf-8", newline="")
    except FAULTS as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 3 if isinstance(error, sage.OutcomeUnknownError) else 2
    return outcomes.exit_code


if __name__ == "__main__":
    sys.exit(main())
