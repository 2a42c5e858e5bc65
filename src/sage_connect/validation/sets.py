"""Rules on a batch as a whole. Each keeps at most 200 bytes for a document."""

from collections.abc import Iterable
from decimal import ROUND_CEILING, Decimal
from hashlib import blake2b
from typing import Any, Final

from ..model import (
    BankEntry,
    Customer,
    DimensionValue,
    Document,
    Item,
    JournalEntry,
    MasterData,
    OpenDocument,
    Payment,
    PaymentKind,
    PurchaseCreditNote,
    PurchaseInvoice,
    Supplier,
    TradeDocument,
)
from ..model.money import minor_unit
from .document import Trade
from .finding import Fault, Mark, fault
from .registry import Case, Check, RuleBook
from .settlement import allocated

SETS: Final = RuleBook("sage_connect.validation")

SETTLES: Final = {
    PaymentKind.CUSTOMER_RECEIPT: "sales_invoice",
    PaymentKind.CUSTOMER_REFUND: "sales_credit_note",
    PaymentKind.SUPPLIER_PAYMENT: "purchase_invoice",
    PaymentKind.SUPPLIER_REFUND: "purchase_credit_note",
}
"""Which type of document each kind of payment settles."""


def identity_of(document: Document | MasterData) -> tuple[str, str, str]:
    """Return type, party or dimension, and code, of what may be posted once only.

    As the `Key` of a document: the party counts where numbers are unique for a party only.
    """
    if isinstance(document, Customer | Supplier | Item | DimensionValue):
        axis = document.dimension if isinstance(document, DimensionValue) else ""
        return document.type, axis, document.code
    own = document.source_id or document.number
    if isinstance(document, PurchaseInvoice | PurchaseCreditNote | Payment):
        return document.type, document.party, own
    return document.type, "", own


def digest_of(*parts: str) -> bytes:
    """Return what takes less memory than the names it stands for."""
    content = "\0".join(parts).encode("utf-8", "surrogatepass")
    return blake2b(content, digest_size=15).digest()


@SETS.rule(
    "SC-DUP-BATCH",
    on=(
        *(TradeDocument, Payment, JournalEntry, BankEntry),
        *(Customer, Supplier, Item, DimensionValue),
    ),
    source="library#key",
    mark=Mark.OURS,
    batch=True,
)
def identities_are_different() -> Check:
    """No identity stands twice in a batch."""
    seen: dict[bytes, int | str] = {}

    def check(document: Any, case: Case) -> Fault | None:
        identity = identity_of(document)
        own = identity[-1]
        if not own or own.isspace():
            return None
        # Another name than the identity is remembered; the identity itself is not.
        name = getattr(document, "number", "") or own
        here = case.index if name == own else f"{name} (#{case.index + 1})"
        first = seen.setdefault(digest_of(*identity), here)
        if first is here:
            return None
        field = "code" if hasattr(document, "code") else "number"
        path = "/source_id" if getattr(document, "source_id", "") else f"/{field}"
        first, second = (
            one if isinstance(one, str) else f"{own} (#{one + 1})" for one in (first, here)
        )
        return fault(path, identity=own, first=first, second=second)

    return check


@SETS.rule(
    "SC-PAY-OVERPAID",
    on=(TradeDocument, Payment),
    source="vtiger#overpayment",
    mark=Mark.DOCUMENTED,
    prefers=("open_documents",),
    batch=True,
)
def nothing_is_paid_twice() -> Check:
    """No document is paid more than is left of it, by all payments of a batch together.

    A remainder counts as paid too much, unless the payment says that it stays on account.
    """
    # In minor units: a small int takes a third of a Decimal's memory.
    left: dict[str, int] = {}

    def check(document: Trade | Payment, case: Case) -> Iterable[Fault] | None:
        if isinstance(document, Payment):
            return _overpaid(document, case, left) or None
        if document.number:
            due = _minor(case.totals.due, document.currency)
            place = _place(document.type, document.party, document.number)
            left.setdefault(place, due)
        return None

    return check


def _place(kind: str, party: str, number: str) -> str:
    # As short as can be, for memory: a sale's is its number, which is there anyway.
    if kind == "sales_invoice":
        return number
    return f"{kind}\0{party if kind.startswith('purchase') else ''}\0{number}"


def _minor(amount: Decimal, currency: str) -> int:
    whole = amount / minor_unit(currency)
    return int(whole.to_integral_value(ROUND_CEILING))


def _overpaid(payment: Payment, case: Case, left: dict[str, int]) -> list[Fault]:
    kind, unit = SETTLES[payment.kind], minor_unit(payment.currency)
    faults: list[Fault] = []
    for at, part in enumerate(payment.allocations):
        place = _place(kind, payment.party, part.number)
        found = open_document(payment, part.number, case)
        if found is not None and found.currency in {"", payment.currency}:
            # What the ledger says comes before what a document of the batch, perhaps
            # posted long ago, adds up to.
            outstanding = _minor(found.outstanding, payment.currency)
            left[place] = min(left.get(place, outstanding), outstanding)
        owed = left.get(place)
        if owed is None:
            continue
        paid = _minor(part.amount, payment.currency)
        if paid > owed:
            path, owed_now = f"/allocations/{at}/amount", owed * unit
            faults.append(_too_much(payment, part.number, path, part.amount, owed_now))
        elif paid > 0:
            left[place] = owed - paid
    used = allocated(payment)
    if payment.allocations and payment.on_account is None and used < payment.amount:
        numbers = ", ".join(part.number for part in payment.allocations)
        faults.append(_too_much(payment, numbers, "/amount", payment.amount, used))
    return faults


def _too_much(
    payment: Payment, number: str, path: str, amount: Decimal, owed: Decimal
) -> Fault:
    return fault(
        path,
        amount=amount,
        owed=owed,
        excess=amount - owed,
        number=number,
        currency=payment.currency,
    )


def open_document(payment: Payment, number: str, case: Case) -> OpenDocument | None:
    """Return the open document that `payment` can settle under `number`; None for none."""
    opened = case.reference.open_documents or {}
    found = opened.get((payment.party, number))
    if found is None or found.kind not in {"", SETTLES[payment.kind]}:
        return None
    return found


@SETS.rule(
    "SC-PAY-CURRENCY",
    on=Payment,
    source="vtiger#currency",
    mark=Mark.INFERRED,
    needs=("open_documents",),
)
def payment_is_in_the_documents_currency(
    payment: Payment, case: Case
) -> Iterable[Fault] | None:
    """A payment is in the currency of the open documents that it settles."""
    faults: list[Fault] = []
    for at, part in enumerate(payment.allocations):
        found = open_document(payment, part.number, case)
        if found is not None and found.currency not in {"", payment.currency}:
            faults.append(
                fault(
                    f"/allocations/{at}",
                    number=part.number,
                    currency=payment.currency,
                    document_currency=found.currency,
                )
            )
    return faults or None


@SETS.rule(
    "SC-PAY-DOCUMENT-UNKNOWN",
    on=(TradeDocument, Payment),
    source="library#payments",
    mark=Mark.OURS,
    needs=("open_documents",),
    batch=True,
    adjustable=True,
)
def payments_settle_what_is_open() -> Check:
    """What a payment settles is open in the ledger, or comes in the same batch."""
    coming: set[bytes] = set()

    def check(document: Trade | Payment, case: Case) -> Iterable[Fault] | None:
        if not isinstance(document, Payment):
            # Nobody settles what another party owes.
            coming.add(digest_of(document.type, document.party, document.number))
            return None
        if document.reverses:
            # It gives back what a payment settled, and that need no longer be open.
            return None
        kind = SETTLES[document.kind]
        faults = [
            fault(
                f"/allocations/{at}/number",
                number=part.number or "?",
                kind=kind,
                party=document.party,
            )
            for at, part in enumerate(document.allocations)
            if open_document(document, part.number, case) is None
            and (
                not part.number
                or digest_of(kind, document.party, part.number) not in coming
            )
        ]
        return faults or None

    return check
