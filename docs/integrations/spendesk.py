"""From Spendesk to Sage 100: prepared purchases with their receipts, then the bank's side.

    python spendesk.py export-folder --to sage100:./company --reports rapports

The folder holds purchases.csv, bank.csv and receipts/. Ends with 0 when all is well, 1 when
some were refused, 2 when nothing could be done, 3 when it is not known.
"""

import argparse
import csv
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import sage_connect as sage

Purchase = sage.PurchaseInvoice | sage.PurchaseCreditNote
KINDS: Mapping[str, tuple[type[Purchase], sage.PurchaseKind]] = {
    "Invoice purchase": (sage.PurchaseInvoice, sage.PurchaseKind.SUPPLIER_INVOICE),
    "Card purchase": (sage.PurchaseInvoice, sage.PurchaseKind.CARD_PAYMENT),
    "Expense claim": (sage.PurchaseInvoice, sage.PurchaseKind.EXPENSE_CLAIM),
    "Credit note": (sage.PurchaseCreditNote, sage.PurchaseKind.SUPPLIER_INVOICE),
    "Card refund": (sage.PurchaseCreditNote, sage.PurchaseKind.CARD_REFUND),
}
AXES = ("PROJET", "CENTRE")
FAULTS = (sage.SageConnectError, OSError, ArithmeticError, LookupError, ValueError)
Row = Mapping[str, str]


def purchases(folder: Path) -> Iterator[Purchase]:
    """Yield the purchases of the export: its rows are their lines."""
    rows = read(folder / "purchases.csv")
    for _, lines in groupby(rows, itemgetter("Payable ID")):
        yield purchase([*lines], folder / "receipts")


def purchase(rows: Sequence[Row], receipts: Path) -> Purchase:
    """Return one purchase. Amounts are positive; Sage's side follows from the kind."""
    first = rows[0]
    document, kind = KINDS[first["Type"]]
    start = day(first["Service start"])
    # A receipt that is not there is none: the check then says so.
    found = filter(Path.is_file, [receipts / first["Receipt"]])
    return document(
        kind=kind,
        number=first["Payable ID"],
        party_number=first["Invoice number"],
        date=day(first["Date"]),
        due=day(first["Due date"]),
        party=first["Supplier account"],
        currency=first["Currency"],
        lines=[line(row) for row in rows],
        gross=amount(first["Total"]),
        attachments=[
            sage.Attachment(name=one.name, content=one.read_bytes()) for one in found
        ],
        # Sage 100 has no place for it: refused, rather than posted without.
        deferral=sage.Deferral(start=start, end=day(first["Service end"]))
        if start
        else None,
    )


def line(row: Row) -> sage.Line:
    """Return a line, split over the sections of each axis: "P1:60|P2:40"."""
    shares = [
        sage.AnalyticShare(section, axis, weight=amount(weight or "1"))
        for axis in AXES
        for part in filter(None, row[axis].split("|"))
        for section, _, weight in [part.partition(":")]
    ]
    return sage.Line(
        description=row["Description"],
        unit_price=amount(row["Net"]),
        account=row["Expense account"],
        taxes=[sage.Tax(row["VAT code"], amount(row["VAT rate"]))],
        analytic=shares,
    )


def bank_entry(row: Row) -> sage.BankEntry:
    """Return a movement of the bank; it waits until its purchase is in Sage."""
    moved = amount(row["Amount"])
    return sage.BankEntry(
        number=row["Transaction ID"],
        date=day(row["Date"]),
        bank_account="SPENDESK",
        currency=row["Currency"],
        amount=abs(moved),
        direction=sage.BankDirection.OUT if moved < 0 else sage.BankDirection.IN,
        party=row["Payee"],
        settles=row["Payable ID"],
        description=row["Wording"],
    )


def read(path: Path) -> Iterator[Row]:
    """Yield the rows of a table as French spreadsheets write them."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file, delimiter=";")


def amount(text: str) -> Decimal:
    """Return "1 234,56" as an exact amount."""
    return Decimal("".join(text.split()).replace(",", "."))


def day(text: str) -> date | None:
    """Return "03/09/2026" as a day; what is missing is a finding, and no crash here."""
    return datetime.strptime(text, "%d/%m/%Y").date() if text else None  # noqa: DTZ007


def main() -> int:
    """Hand over what is new; write a report for each of the two journals."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="what Spendesk exported")
    parser.add_argument("--to", required=True, help="such as sage100:./company")
    parser.add_argument("--reports", type=Path, default=Path("rapports"))
    options = parser.parse_args()
    try:
        money = map(bank_entry, read(options.folder / "bank.csv"))
        with sage.connect(options.to) as ledger:
            batch = [*purchases(options.folder), *money]
            outcomes = ledger.documents.post_all(batch)
        print(outcomes.summary("fr"))
        options.reports.mkdir(exist_ok=True)
        for name, own in (("achats", False), ("banque", True)):
            part = (
                one for one in outcomes if isinstance(one.document, sage.BankEntry) is own
            )
            table = sage.Outcomes(part).to_csv(language="fr", bom=True)
            (options.reports / f"{name}.csv").write_text(table, "utf-8", newline="")
    except FAULTS as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 3 if isinstance(error, sage.OutcomeUnknownError) else 2
    return outcomes.exit_code


if __name__ == "__main__":
    sys.exit(main())
