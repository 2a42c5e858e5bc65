"""Documents for trials of what is done to them once they are posted."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sage_connect import (
    Allocation,
    Line,
    Payment,
    PurchaseCreditNote,
    PurchaseInvoice,
    SalesCreditNote,
    SalesInvoice,
    Tax,
)
from sage_connect.accounting import SageAccounting
from sage_connect.model import PaymentKind
from sage_connect.testing.accounting import AccountingSimulator
from sage_connect.testing.modes import Books

from .business import connected

DAY = dt.date(2026, 11, 2)
DUE = dt.date(2026, 12, 2)
STANDARD = Tax("GB_STANDARD", Decimal(20))
CUSTOMER = "ARDENT"
SUPPLIER = "HARBOUR"


def _values(number: str, net: str, account: str, party: str) -> dict[str, Any]:
    line = Line(
        description="Bolts", unit_price=Decimal(net), account=account, taxes=[STANDARD]
    )
    return {
        "number": number,
        "date": DAY,
        "party": party,
        "currency": "GBP",
        "lines": [line],
    }


def an_invoice(number: str, net: str = "100", **more: Any) -> SalesInvoice:
    """To a customer; 20 % tax comes on top."""
    return SalesInvoice(**{"due": DUE, **_values(number, net, "4000", CUSTOMER), **more})


def a_credit(number: str, net: str = "100", **more: Any) -> SalesCreditNote:
    """To a customer."""
    return SalesCreditNote(**{**_values(number, net, "4000", CUSTOMER), **more})


def a_purchase(number: str, net: str = "100", **more: Any) -> PurchaseInvoice:
    """Of a supplier."""
    return PurchaseInvoice(**{"due": DUE, **_values(number, net, "7500", SUPPLIER), **more})


def a_purchase_credit(number: str, net: str = "100", **more: Any) -> PurchaseCreditNote:
    """Of a supplier."""
    return PurchaseCreditNote(**{**_values(number, net, "7500", SUPPLIER), **more})


def a_receipt(number: str, amount: str, *parts: tuple[str, str], **more: Any) -> Payment:
    """From a customer; what it does not allocate stays on account."""
    allocations = [Allocation(name, Decimal(part)) for name, part in parts]
    rest = Decimal(amount) - sum(part.amount for part in allocations)
    return Payment(
        **{
            "number": number,
            "date": DAY,
            "party": CUSTOMER,
            "currency": "GBP",
            "amount": Decimal(amount),
            "bank_account": "1200",
            "allocations": allocations,
            "on_account": rest or None,
            **more,
        }
    )


def a_supplier_payment(number: str, amount: str, *parts: tuple[str, str]) -> Payment:
    """To a supplier."""
    kind = PaymentKind.SUPPLIER_PAYMENT
    return a_receipt(number, amount, *parts, party=SUPPLIER, kind=kind)


def posted(books: Books, *documents: Any) -> list[Any]:
    """Post them all; return Sage's record ids."""
    return [one.unwrap().id for one in books.post(documents)]


def record(simulator: AccountingSimulator, resource: str, id: str) -> Mapping[str, Any]:
    """Return a record as it stands in the books."""
    stand = simulator.books().all(resource)
    gone = simulator.books().all(resource, deleted=True)
    (found,) = [one for one in (*stand, *gone) if one["id"] == id]
    return found


def status(simulator: AccountingSimulator, resource: str, id: str) -> str:
    """Return the status of a document."""
    told: str = record(simulator, resource, id)["status"]["id"]
    return told


def outstanding(simulator: AccountingSimulator, resource: str, id: str) -> Decimal:
    """Return what is left to settle of a document."""
    return Decimal(record(simulator, resource, id)["outstanding_amount"])


def allocations(simulator: AccountingSimulator) -> dict[str, Any]:
    """Return what settles what: of each payment, and of all allocations."""
    books = simulator.books()
    payments = {one["reference"]: _shares(one) for one in books.all("contact_payments")}
    others = sorted(_shares(one) for one in books.all("contact_allocations"))
    return {"payments": payments, "allocations": others}


def _shares(one: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    return sorted(
        (each["artefact"]["id"], each["amount"], each.get("discount") or "0.0")
        for each in one["allocated_artefacts"]
    )


def allocate(sage: SageAccounting, **shares: str) -> str:
    """Set documents off, as Sage's own words have it: number to signed amount."""
    ids = {number: id for (_, _, number), id in sage._books.ids.artefacts.items()}
    made = sage.api.contact_allocations.create(
        {
            "transaction_type_id": "CUSTOMER_ALLOCATION",
            "contact_id": sage._books.ids.parties["customer", CUSTOMER],
            "allocated_artefacts": [
                {"artefact_id": ids[number], "amount": Decimal(amount)}
                for number, amount in shares.items()
            ],
        }
    )
    return made.id


def settled(simulator: AccountingSimulator, n: int) -> str:
    """Post an invoice of 240 that two payments and two allocations settle in part."""
    with connected(simulator) as sage:
        books = Books(sage)
        a, b, c, d = f"A{n}", f"B{n}", f"C{n}", f"D{n}"
        id, *_ = posted(
            books,
            an_invoice(a, "200"),
            an_invoice(b, "50"),
            a_credit(c, "40"),
            a_credit(d, "20"),
            a_receipt(f"P{n}", "60", (a, "60")),
            a_receipt(f"Q{n}", "50", (a, "30"), (b, "10")),
        )
        allocate(sage, **{a: "20", c: "-20"})
        allocate(sage, **{a: "12", b: "12", d: "-24"})
        return str(id)


def changed(n: int, net: str = "210") -> SalesInvoice:
    return an_invoice(f"A{n}", net, notes="Changed")
