"""From Gas Engineer Software to Sage Accounting: customers, invoices, payments.

    python gas_engineer.py export.json --to accounting:gas-engineer --report report.csv

One way only, and each record once, however often it runs. Ends with 0 when all is well, 1
when some were refused, 2 when nothing could be done, 3 when it is not known.
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
METHODS = {"card": "CREDIT_DEBIT", "bank transfer": "ELECTRONIC", "cash": "CASH"}
"""How a customer paid, and what Sage Accounting calls it."""


class Jobs:
    """What was exported, and how its records name one another."""

    def __init__(self, export: Mapping[str, list[Row]]) -> None:
        self.export = export
        self.references = {row["id"]: row["reference"] for row in export["customers"]}
        self.invoices = {row["id"]: row for row in export["invoices"]}

    def documents(self) -> Iterator[sage.Document | sage.MasterData]:
        """Yield everything, in any order: `post_all` knows what needs what."""
        yield from map(customer, self.export["customers"])
        yield from map(self.invoice, self.export["invoices"])
        yield from map(self.payment, self.export["payments"])

    def invoice(self, row: Row) -> sage.SalesInvoice:
        """Return an invoice; of one under CIS, its customer keeps a part of the labour."""
        cis = {name: Decimal(text) for name, text in (row["cis"] or {}).items()}
        kept = sage.Withholding(rate=cis["rate"], base=cis["labour"]) if cis else None
        return sage.SalesInvoice(
            source_id=row["id"],
            number=row["number"],
            date=date.fromisoformat(row["issued_on"]),
            due=date.fromisoformat(row["due_on"]),
            party=self.references[row["customer_id"]],
            currency="GBP",
            lines=[line(one) for one in row["items"]],
            withholding=kept,
            gross=Decimal(row["total"]),
            notes=row["job"],
        )

    def payment(self, row: Row) -> sage.Payment:
        """Return a payment, which settles its invoice, or a part of it."""
        paid, amount = self.invoices[row["invoice_id"]], Decimal(row["amount"])
        return sage.Payment(
            source_id=row["id"],
            number=row["id"],
            date=date.fromisoformat(row["paid_on"]),
            party=self.references[paid["customer_id"]],
            currency="GBP",
            amount=amount,
            method=METHODS[row["method"]],
            allocations=[sage.Allocation(paid["number"], amount)],
        )


def customer(row: Row) -> sage.Customer:
    """Return a customer; their reference is what Sage shows."""
    place = row["address"]
    address = sage.Address(
        lines=[text for text in (place["line1"], place["line2"]) if text],
        city=place["town"],
        region=place["county"],
        postal_code=place["postcode"],
        country="GB",
    )
    return sage.Customer(
        code=row["reference"],
        name=row["name"],
        email=row["email"],
        phone=row["phone"],
        address=address,
    )


def line(row: Row) -> sage.Line:
    """Return a line; the settings say which account labour and materials are."""
    return sage.Line(
        description=row["description"],
        quantity=Decimal(row["quantity"]),
        unit_price=Decimal(row["unit_price"]),
        account=row["kind"],
        taxes=[sage.Tax(row["vat_rate"], Decimal(row["vat_rate"]))],
    )


def run(options: argparse.Namespace) -> int:
    """Post what is new; say what became of it; return the exit code."""
    jobs = Jobs(json.loads(options.export.read_text("utf-8")))
    with sage.connect(options.to) as ledger:
        # Sign-in, business, bank account: said with the place on screen, before any post.
        ready = ledger.company.preflight()
        if not ready.ok:
            print(ready.summary(), file=sys.stderr)
            return 2
        outcomes = ledger.documents.post_all(jobs.documents())
    print(outcomes.summary())
    options.report.write_text(outcomes.to_csv(bom=True), "utf-8", newline="")
    return outcomes.exit_code


def main() -> int:
    """Read the command line; say what stopped the run, and what to do about it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("export", type=Path, help="what was exported, JSON")
    parser.add_argument("--to", required=True, help="such as accounting:gas-engineer")
    parser.add_argument("--report", type=Path, default=Path("report.csv"))
    try:
        return run(parser.parse_args())
    except FAULTS as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 3 if isinstance(error, sage.OutcomeUnknownError) else 2


if __name__ == "__main__":
    sys.exit(main())
