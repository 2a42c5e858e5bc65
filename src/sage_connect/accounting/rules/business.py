"""The business as a whole: its country, its edition, what it has switched on."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

from ...model import (
    BankEntry,
    Customer,
    DimensionValue,
    Document,
    Item,
    ItemKind,
    JournalEntry,
    MasterData,
    Payment,
    PurchaseCreditNote,
    PurchaseInvoice,
    PurchaseKind,
    SalesCreditNote,
    SalesInvoice,
    Supplier,
)
from ...validation import Case, Fault, Mark, Owner, RuleBook, Severity, fault
from ...validation.carried import Uncarried, uncarried
from ...validation.registry import Faults
from ...validation.settlement import allocated
from ..carries import CARRIED
from ..resolve import (
    BOOKED,
    CONTACTS,
    COUNTRIES,
    FORMER_COUNTRIES,
    MULTI_CURRENCY,
    PURCHASES,
    SALES,
    SETTLING,
    STANDARD,
    START,
    START_DATE,
    TRADE,
    Booked,
    Purchase,
    Sale,
    Settling,
    Trade,
    base_currency,
    day_of,
    flag,
    is_refund,
    is_settlement,
    option,
)
from ..settings import StartQuantity
from .book import HOME, PRODUCTS, TAKEN, is_foreign, settings_of

BUSINESS: Final = RuleBook(HOME)
_rule: Final = partial(BUSINESS.rule, products=PRODUCTS)
_start: Final = partial(
    _rule,
    mark=Mark.DOCUMENTED,
    owner=Owner.SAGE_ADMINISTRATOR,
    editions=(START,),
)

MOST_LINES: Final = 2000
"""A limit of ours: what a request of more than a megabyte meets at Sage, nobody tells."""

_SEARCHES: Final[dict[type, Uncarried]] = {
    kind: uncarried(kind, paths) for kind, paths in CARRIED.items()
}
_CARD_REFUND: Final = PurchaseKind.CARD_REFUND
_STOCK: Final = ItemKind.STOCK


@_rule(
    "SC-SA-NOT-CARRIED",
    on=TAKEN,
    source="library#carried",
    mark=Mark.OURS,
    adjustable=True,
)
def not_carried(subject: Document | MasterData, _: Case) -> Faults:
    """A filled field has a place in the API."""
    places = _SEARCHES[type(subject)](subject) or ()
    if isinstance(subject, BankEntry):
        places = (*places, *_uncarried_with_entry(subject))
    return [fault(place, field=place) for place in places] if places else None


def _uncarried_with_entry(entry: BankEntry) -> Iterator[str]:
    """Yield what one of the two kinds of bank entries has no place for.

    On the other side stands an account, or a party and what it settles.
    """
    if entry.settles and not is_settlement(entry):
        yield "/settles"
    if entry.reverses and is_settlement(entry):
        yield "/reverses"


@_rule(
    "SC-SA-COUNTRY",
    on=TAKEN,
    source="accounting-business#countries",
    mark=Mark.DOCUMENTED,
    needs=("country",),
)
def country_is_sold_to(_: Document | MasterData, case: Case) -> Faults:
    """The business is in a country of Sage Accounting."""
    if case.country in COUNTRIES or case.country in FORMER_COUNTRIES:
        return None
    return fault(country=case.country, countries=", ".join(COUNTRIES))


@_rule(
    "SC-SA-COUNTRY-FORMER",
    on=TAKEN,
    source="accounting-business#countries",
    mark=Mark.INFERRED,
    severity=Severity.WARNING,
    owner=Owner.SAGE_ADMINISTRATOR,
    countries=FORMER_COUNTRIES,
    batch=True,
)
def country_is_no_longer_sold_to() -> Callable[[object, Case], Faults]:
    """The business is in no country that Sage has withdrawn from; told once for a batch."""
    told = False

    def check(_: object, case: Case) -> Faults:
        nonlocal told
        if told:
            return None
        told = True
        return fault(country=case.country, countries=", ".join(COUNTRIES))

    return check


@_rule(
    "SC-SA-LINE-COUNT",
    on=(*TRADE, JournalEntry),
    source="library#size",
    mark=Mark.OURS,
    adjustable=True,
)
def lines_are_not_too_many(document: Trade | JournalEntry, _: Case) -> Faults:
    """A document is no larger than one request should be."""
    if isinstance(document, JournalEntry):
        place, count = "/movements", len(document.movements)
    else:
        place, count = "/lines", len(document.lines)
    if count <= MOST_LINES:
        return None
    return fault(place, count=count, limit=MOST_LINES)


@_rule(
    "SC-SA-BEFORE-START-DATE",
    on=TRADE,
    source="accounting-documents#start-date",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    needs=("company.own",),
)
def books_had_begun(document: Trade, case: Case) -> Faults:
    """A document is not of a day before the business's accounts start."""
    start = day_of(option(START_DATE, case.reference))
    if start is None or document.date is None or document.date >= start:
        return None
    return fault("/date", date=document.date, start=start)


@_rule(
    "SC-SA-INSTALMENTS",
    on=(SalesInvoice, PurchaseInvoice),
    source="accounting-documents#due",
    mark=Mark.DOCUMENTED,
)
def there_is_one_due_date(document: SalesInvoice | PurchaseInvoice, _: Case) -> Faults:
    """An invoice falls due on one day."""
    due = document.due
    if not isinstance(due, tuple) or len(due) <= 1:
        return None
    return fault("/due", count=len(due))


@_rule(
    "SC-SA-CARD-REFUND",
    on=PurchaseInvoice,
    source="library#direction",
    mark=Mark.OURS,
)
def refund_is_a_credit_note(document: PurchaseInvoice, _: Case) -> Faults:
    """What a card is refunded is a credit note: as an invoice it would be spent twice."""
    return fault("/kind") if document.kind is _CARD_REFUND else None


# ------------------------------------------------------------------------- currency
@_rule(
    "SC-SA-CURRENCY-OFF",
    on=(*TRADE, Payment, *CONTACTS),
    source="accounting-business#currency",
    mark=Mark.DOCUMENTED,
    owner=Owner.SAGE_ADMINISTRATOR,
    needs=("company.base_currency", "company.own"),
)
def foreign_currency_is_on(
    subject: Trade | Payment | Customer | Supplier, case: Case
) -> Faults:
    """A foreign currency needs the business's multi-currency setting."""
    if not is_foreign(subject.currency, case) or case.edition == START:
        return None
    if flag(MULTI_CURRENCY, case.reference) is not False:
        return None
    base = base_currency(case.reference)
    return fault("/currency", currency=subject.currency, base=base)


@_rule(
    "SC-SA-BASE-CURRENCY",
    on=(BankEntry, JournalEntry),
    source="accounting-money#currency",
    mark=Mark.DOCUMENTED,
    needs=("company.base_currency",),
)
def entry_is_in_the_base_currency(document: BankEntry | JournalEntry, case: Case) -> Faults:
    """Journals and other payments are in the currency of the books."""
    if not is_foreign(document.currency, case):
        return None
    if isinstance(document, BankEntry) and is_settlement(document):
        return None
    base = base_currency(case.reference)
    kind, currency = document.type, document.currency
    return fault("/currency", currency=currency, base=base, kind=kind)


# -------------------------------------------------------------------------- editions
@_start(
    "SC-SA-EDITION-CURRENCY",
    on=(*BOOKED, *CONTACTS),
    source="accounting-business#start",
    needs=("company.base_currency",),
)
def start_has_one_currency(subject: Booked | Customer | Supplier, case: Case) -> Faults:
    """Start keeps everything in the currency of the books."""
    if not is_foreign(subject.currency, case):
        return None
    base = base_currency(case.reference)
    return fault("/currency", currency=subject.currency, base=base)


@_start("SC-SA-EDITION-PURCHASE", on=PURCHASES, source="accounting-business#start")
def start_has_no_purchases(document: Purchase, _: Case) -> Faults:
    """Start takes no purchase invoices and no credit notes of suppliers."""
    return fault(kind=document.type)


@_start("SC-SA-EDITION-ITEM", on=Item, source="accounting-business#start")
def start_has_no_items(_item: Item, _: Case) -> Faults:
    """Start keeps no products and services."""
    return fault()


@_start(
    "SC-SA-EDITION-ANALYSIS",
    on=(*SALES, BankEntry, JournalEntry, DimensionValue),
    source="accounting-business#start",
)
def start_has_no_analysis(document: Any, _: Case) -> Faults:
    """Start has no analysis types."""
    if isinstance(document, DimensionValue):
        return fault()
    found: list[Fault] = []
    if isinstance(document, SALES) and document.project:
        found.append(fault("/project"))
    for name in ("lines", "movements"):
        for at, part in enumerate(getattr(document, name, ())):
            if part.dimensions:
                found.append(fault(f"/{name}/{at}/dimensions"))
    return found or None


@_start("SC-SA-EDITION-ADDRESS", on=CONTACTS, source="accounting-business#start")
def start_has_one_address(party: Customer | Supplier, _: Case) -> Faults:
    """In Start a contact has one address."""
    if party.delivery_address in {None, party.address}:
        return None
    return fault("/delivery_address")


@_start("SC-SA-EDITION-REFUND", on=SETTLING, source="accounting-money#start")
def start_has_no_refunds(document: Settling, case: Case) -> Faults:
    """Start takes no refunds."""
    place = "/kind" if isinstance(document, Payment) else "/direction"
    return fault(place) if is_refund(document, case.reference) else None


@_start("SC-SA-EDITION-ON-ACCOUNT", on=SETTLING, source="accounting-money#start")
def start_allocates_all(document: Settling, _: Case) -> Faults:
    """In Start a payment is allocated in full."""
    if isinstance(document, BankEntry):
        if document.settles or not is_settlement(document):
            return None
        return fault("/settles", rest=document.amount, currency=document.currency)
    used = allocated(document)
    if used >= document.amount and not document.on_account:
        return None
    rest = document.on_account or document.amount - used
    return fault("/allocations", rest=rest, currency=document.currency)


@_start(
    "SC-SA-EDITION-ALLOCATION",
    on=SALES,
    source="accounting-business#start",
    severity=Severity.WARNING,
)
def start_allocates_nothing(document: Sale, _: Case) -> Faults:
    """In Start a credit note cannot be set off against what it takes back."""
    return fault("/reverses", number=document.reverses) if document.reverses else None


@_start("SC-SA-START-QUANTITY", on=SALES, source="accounting-business#start-quantity")
def start_has_no_quantities(document: Sale, case: Case) -> Faults:
    """In Start the quantity of a line is 1, unless the policy folds it into the price."""
    if settings_of(case).policy.start_quantity is StartQuantity.FOLD:
        return None
    found: list[Fault] | None = None
    for at, line in enumerate(document.lines):
        if line.quantity != 1:
            found = found or []
            found.append(fault(f"/lines/{at}/quantity", quantity=line.quantity))
    return found


@_rule(
    "SC-SA-EDITION-STANDARD",
    on=(SalesCreditNote, PurchaseCreditNote, Item, *TRADE, *CONTACTS, Payment),
    source="accounting-business#standard",
    mark=Mark.UNCONFIRMED,
    severity=Severity.NOTE,
    owner=Owner.SAGE_ADMINISTRATOR,
    editions=(STANDARD,),
    batch=True,
)
def standard_may_lack_this() -> Callable[[object, Case], Faults]:
    """Standard may lack credit notes, stock and foreign currency; told once for each.

    Sage's pages contradict one another: nothing is refused for it beforehand.
    """
    told: set[str] = set()

    def check(subject: Any, case: Case) -> Faults:
        lacking = _lacking_in_standard(subject, case)
        if not lacking or lacking in told:
            return None
        told.add(lacking)
        return fault(what=lacking)

    return check


def _lacking_in_standard(subject: Any, case: Case) -> str:
    if isinstance(subject, Item):
        return "stock_item" if subject.kind is _STOCK else ""
    if is_foreign(subject.currency, case):
        return "foreign_currency"
    if isinstance(subject, SalesCreditNote | PurchaseCreditNote):
        return subject.type
    return ""
