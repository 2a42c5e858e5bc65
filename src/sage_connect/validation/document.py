"""Rules on a document by itself: who, when, in which currency, under which identity."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter
from typing import Any, Final, TypeAlias

from ..model import (
    Allocation,
    BankEntry,
    Charge,
    Customer,
    DimensionValue,
    Document,
    DocumentState,
    Item,
    JournalEntry,
    Line,
    Movement,
    Payment,
    PurchaseCreditNote,
    PurchaseInvoice,
    SalesCreditNote,
    SalesInvoice,
    Supplier,
    TradeDocument,
)
from ..model.money import MINOR_UNITS
from .finding import Fault, Mark, fault, visible
from .registry import Case, RuleBook

DOCUMENT: Final = RuleBook("sage_connect.validation")

POSTED: Final = (TradeDocument, Payment, JournalEntry, BankEntry)
"""What stands in the books on a day of its own."""

# Looked up once: a member of an enumeration is slow to reach.
_DRAFT: Final = DocumentState.DRAFT

Trade: TypeAlias = SalesInvoice | SalesCreditNote | PurchaseInvoice | PurchaseCreditNote
"""Any invoice or credit note, with its type."""

Settled: TypeAlias = Trade | Payment | BankEntry


@DOCUMENT.rule("SC-KEY-MISSING", on=POSTED, source="library#key", mark=Mark.OURS)
def identity_is_given(document: Document, _case: Case) -> Fault | None:
    """A document has a source id or a number: without, it could be posted twice."""
    return None if (document.source_id or document.number).strip() else fault("/number")


@DOCUMENT.rule(
    "SC-INV-DATE-REQUIRED", on=POSTED, source="vtiger#required", mark=Mark.DOCUMENTED
)
def date_is_given(document: Document, _case: Case) -> Fault | None:
    """A document has a date."""
    return fault("/date") if document.date is None else None


@DOCUMENT.rule(
    "SC-INV-CONTACT-REQUIRED",
    on=(TradeDocument, Payment),
    source="vtiger#required",
    mark=Mark.DOCUMENTED,
)
def party_is_given(document: Trade | Payment, case: Case) -> Fault | None:
    """A document names its customer or supplier."""
    if document.party.strip() or _lacks_customer_code(document, case):
        return None
    return fault("/party")


@DOCUMENT.rule(
    "SC-CUST-CODE-MISSING",
    on=(Customer, SalesInvoice, SalesCreditNote),
    source="ooti#client-code",
    mark=Mark.DOCUMENTED,
)
def customer_has_a_code(
    subject: Customer | SalesInvoice | SalesCreditNote, case: Case
) -> Fault | None:
    """A customer has a code, and so has the customer of each of its invoices."""
    if isinstance(subject, Customer):
        return None if subject.code.strip() else fault("/code", customer=subject.name)
    return fault("/party", customer="?") if _lacks_customer_code(subject, case) else None


def _lacks_customer_code(document: Trade | Payment, case: Case) -> bool:
    # Sage 100 knows a customer by nothing else; elsewhere the contact itself is missing.
    return (
        case.target == "sage100"
        and isinstance(document, SalesInvoice | SalesCreditNote)
        and not document.party.strip()
    )


@DOCUMENT.rule(
    "SC-CODE-MISSING",
    on=(Supplier, Item, DimensionValue),
    source="library#codes",
    mark=Mark.OURS,
)
def master_data_has_a_code(
    subject: Supplier | Item | DimensionValue, _case: Case
) -> Fault | None:
    """A supplier, an item, a section has a code to be named by."""
    return None if subject.code.strip() else fault("/code", kind=subject.type)


@DOCUMENT.rule("SC-INV-NO-LINES", on=TradeDocument, source="library#lines", mark=Mark.OURS)
def there_are_lines(document: Trade, _case: Case) -> Fault | None:
    """An invoice or credit note has a line."""
    return None if document.lines else fault("/lines")


@DOCUMENT.rule("SC-DRAFT", on=TradeDocument, source="library#state", mark=Mark.OURS)
def document_is_final(document: Trade, _case: Case) -> Fault | None:
    """A draft is never posted."""
    return fault("/state") if document.state is _DRAFT else None


@DOCUMENT.rule(
    "SC-CURRENCY-UNKNOWN",
    on=(*POSTED, Customer, Supplier, Item),
    source="iso4217#codes",
    mark=Mark.DOCUMENTED,
)
def currency_exists(subject: Any, _case: Case) -> Fault | None:
    """A currency is an active code of ISO 4217."""
    currency: str = subject.currency
    # Master data may leave it open.
    if currency in MINOR_UNITS or (not currency and not isinstance(subject, POSTED)):
        return None
    return fault("/currency", currency=currency)


@DOCUMENT.rule(
    "SC-INV-CURRENCY-MISMATCH",
    on=(TradeDocument, Payment),
    source="vtiger#currency",
    mark=Mark.DOCUMENTED,
    needs=("party",),
)
def currency_is_the_partys(document: Trade | Payment, case: Case) -> Fault | None:
    """The document's currency is the party's own, where the party has one."""
    currency = currency_of_party(document, case)
    if not currency or currency == document.currency:
        return None
    return fault(
        "/currency",
        currency=document.currency,
        party=document.party,
        party_currency=currency,
    )


def party_kind(document: Trade | Payment) -> str:
    """Return "customer" or "supplier": who the party of `document` is."""
    if isinstance(document, Payment):
        return "customer" if document.kind.startswith("customer") else "supplier"
    return "customer" if document.type.startswith("sales") else "supplier"


def currency_of_party(document: Trade | Payment, case: Case) -> str | None:
    """Return the currency of the document's party, "" for any; None if it is not known."""
    kind = party_kind(document)
    newcomer = case.newcomers.get((kind, document.party))
    if newcomer is not None:
        return newcomer
    reference = case.reference
    known = reference.customers if kind == "customer" else reference.suppliers
    party = (known or {}).get(document.party)
    return None if party is None else party.currency


@DOCUMENT.rule(
    "SC-RATE-MISSING",
    on=(TradeDocument, Payment, BankEntry),
    source="doc#currency",
    mark=Mark.DOCUMENTED,
    needs=("company.base_currency", "exchange_rates"),
)
def foreign_currency_has_a_rate(document: Settled, case: Case) -> Fault | None:
    """A document in a foreign currency has a rate, its own or the ledger's."""
    company, rates = case.reference.company, case.reference.exchange_rates
    currency = document.currency
    if (
        document.exchange_rate is not None
        or company is None
        or currency == company.base_currency
        or currency in (rates or {})
    ):
        return None
    return fault("/exchange_rate", currency=currency, base=company.base_currency)


@DOCUMENT.rule(
    "SC-RATE-INVALID",
    on=POSTED,
    source="library#rates",
    mark=Mark.OURS,
    prefers=("company.base_currency",),
)
def rate_is_possible(document: Document, case: Case) -> Fault | None:
    """A rate is above zero, and 1 between the base currency and itself."""
    rate = document.exchange_rate
    if rate is None:
        return None
    company = case.reference.company
    base = company.base_currency if company else ""
    if rate > 0 and (rate == 1 or document.currency != base):
        return None
    return fault("/exchange_rate", rate=rate, currency=document.currency)


_Texts: TypeAlias = tuple[tuple[str, ...], Callable[[Any], tuple[str, ...]]]


def _texts(*names: str) -> _Texts:
    return names, attrgetter(*names)


_IDENTITY: Final = ("source_id", "number", "reference", "entity", "reverses")
# What a ledger finds things by; free texts may have line breaks.
_CODES: Final[dict[type, _Texts]] = {
    TradeDocument: _texts(*_IDENTITY, "party", "party_number", "project"),
    Payment: _texts(*_IDENTITY, "party", "method", "bank_account"),
    JournalEntry: _texts(*_IDENTITY, "journal"),
    BankEntry: _texts(*_IDENTITY, "party", "bank_account", "account", "settles"),
    Line: _texts("item", "account"),
    Charge: _texts("account", "kind"),
    # `attrgetter` makes a tuple of two names or more only.
    Allocation: _texts("number", "number"),
    Movement: _texts("account", "party", "tax_code"),
    Customer: _texts("code", "account", "tax_number", "registration", "payment_term"),
    Supplier: _texts("code", "account", "tax_number", "registration", "payment_term"),
    Item: _texts("code", "sales_account", "purchase_account", "tax_code"),
    DimensionValue: _texts("code", "dimension", "level"),
}
# Controls, and what is there without being seen: a code with one matches nothing.
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


@DOCUMENT.rule("SC-TEXT-CONTROL", on=tuple(_CODES), source="library#codes", mark=Mark.OURS)
def codes_can_be_read(subject: Any, _case: Case) -> Iterable[Fault] | None:
    """No code or number holds a tab, a line break or another invisible character."""
    trade = isinstance(subject, TradeDocument)
    names, values = _CODES[TradeDocument if trade else type(subject)]
    given = values(subject)
    faults: list[Fault] | None = None
    if not "".join(given).isprintable():
        faults = [
            found
            for name, value in dict(zip(names, given, strict=True)).items()
            for found in _unseen(f"/{name}", value)
        ]
    for at, tax in enumerate(getattr(subject, "taxes", ())):
        if not tax.code.isprintable():
            faults = [*(faults or ()), *_unseen(f"/taxes/{at}/code", tax.code)]
    return faults


def _unseen(path: str, value: str) -> Iterator[Fault]:
    for one in value:
        if unicodedata.category(one) in _UNSEEN:
            yield fault(path, value=visible(value), character=f"U+{ord(one):04X}")
            return
