"""From OOTI to Sage 100: a team's customers, projects and invoices, each handed over once.

    python ooti.py export.json --to sage100:./tours --report rapport.csv

With --check nothing is handed over. Ends with 0 when all is well, 1 when some documents
were refused, 2 when nothing could be done, 3 when it is not known what became of one.
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
PLAN, LEVEL = "PROJET", "Production cost"
"""Project cost COA and level; another company's are named in the settings' mapping."""
LANGUAGE = "fr"


class Export:
    """What OOTI gives for one team: its clients, its projects, its invoices."""

    def __init__(self, text: str) -> None:
        # Amounts are never binary: 0.1 has to stay 0.1.
        self.whole: dict[str, Any] = json.loads(text, parse_float=Decimal)
        self.clients = {one["id"]: one for one in self.whole["clients"]}
        self.projects = {one["id"]: one for one in self.whole["projects"]}

    def documents(self) -> Iterator[sage.Document | sage.MasterData]:
        """Yield everything, in any order: `post_all` knows what needs what."""
        yield from map(customer, self.whole["clients"])
        yield from map(section, self.whole["projects"])
        yield from map(self.invoice, self.whole["invoices"])

    def invoice(self, row: Mapping[str, Any]) -> sage.SalesInvoice | sage.SalesCreditNote:
        """Return an invoice, or the credit note that takes one back."""
        kind = sage.SalesCreditNote if row["kind"] == "credit_note" else sage.SalesInvoice
        draft = row["status"] == "draft"
        return kind(
            # Two organisations, or two teams of one, may use the same number.
            source_id=f"{self.whole['org_id']}/{self.whole['team_id']}/{row['id']}",
            number=row["number"],
            date=day(row["date"]),
            due=day(row["due_date"]),
            party=self.clients[row["client"]]["client_code"],
            currency=row["currency"],
            lines=[self.line(item) for item in row["items"]],
            # What OOTI shows its user has to come out here too, to the cent.
            gross=Decimal(row["total_incl"]),
            state=sage.DocumentState.DRAFT if draft else sage.DocumentState.FINAL,
            reverses=row.get("cancels", ""),
        )

    def line(self, item: Mapping[str, Any]) -> sage.Line:
        """Return a line, split over its projects to the cent."""
        return sage.Line(
            description=item["title"],
            quantity=Decimal(item.get("quantity", 1)),
            unit_price=Decimal(item["amount"]),
            taxes=[sage.Tax(item["vat"], Decimal(item["vat_rate"]))],
            analytic=[
                sage.AnalyticShare(
                    self.projects[one["id"]]["code"], PLAN, weight=Decimal(one["share"])
                )
                for one in item["projects"]
            ],
        )


def customer(row: Mapping[str, Any]) -> sage.Customer:
    """Return a client; one without a code is refused, and so are its invoices."""
    address = sage.Address(
        lines=[row["address"]],
        postal_code=row["zipcode"],
        city=row["city"],
        country=row["country"],
    )
    return sage.Customer(
        code=row["client_code"], name=row["name"], address=address, email=row["email"]
    )


def section(row: Mapping[str, Any]) -> sage.DimensionValue:
    """Return a project as a section of the analytic plan."""
    return sage.DimensionValue(
        dimension=PLAN, level=LEVEL, code=row["code"], name=row["title"]
    )


def day(text: str | None) -> date | None:
    """Return a day; what is missing is a finding of the check, and no crash here."""
    return date.fromisoformat(text) if text else None


def run(options: argparse.Namespace) -> int:
    """Check, hand over, report; return the exit code."""
    documents = [*Export(options.export.read_text("utf-8")).documents()]
    with sage.connect(options.to) as ledger:
        ledger.company.load()
        if options.check:
            report = ledger.documents.check(documents)
            print(report.summary(LANGUAGE))
            # What would make them acceptable, tried beforehand; nothing is changed.
            print(ledger.documents.repairs(documents, guesses=True).preview(LANGUAGE))
            return 0 if report.ok else 1
        outcomes = ledger.documents.post_all(documents)
    print(outcomes.summary(LANGUAGE))
    # OOTI sets its blue mark by this file: columns source_id and state.
    table = outcomes.to_csv(language=LANGUAGE, bom=True)
    options.report.write_text(table, "utf-8", newline="")
    return outcomes.exit_code


def main() -> int:
    """Read the command line; say what stopped the run, and what to do about it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("export", type=Path, help="what OOTI exported, JSON")
    parser.add_argument("--to", required=True, help="such as sage100:./tours")
    parser.add_argument("--report", type=Path, default=Path("rapport.csv"))
    parser.add_argument("--check", action="store_true", help="hand nothing over")
    try:
        return run(parser.parse_args())
    except FAULTS as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 3 if isinstance(error, sage.OutcomeUnknownError) else 2


if __name__ == "__main__":
    sys.exit(main())
