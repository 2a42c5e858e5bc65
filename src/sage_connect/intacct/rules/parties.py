"""Ids, parties, employees, items and terms: how they are known, what may be created."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, TypeAlias

from ...model import (
    BankEntry,
    Customer,
    DimensionValue,
    Item,
    ItemKind,
    JournalEntry,
    PurchaseInvoice,
    Reference,
    Supplier,
)
from ...validation import Case, Fault, Mark, RuleBook, Severity, fault
from ...validation.finding import visible
from ...validation.registry import Faults
from ...validation.sets import digest_of
from ..kinds import AP_BILL, AR_INVOICE, kind_of
from ..resolve import (
    EMPLOYEES,
    PARTIES as PARTY_TYPES,
    TRADE,
    Trade,
    is_claim,
    is_out_of_use,
    is_sale,
    known_list,
    party_of,
    term_giver,
    terms_for,
)
from .book import HOME, NOTHING, PRODUCTS, existing, folded, settings_of, shown

PARTIES: Final = RuleBook(HOME)
_rule: Final = partial(PARTIES.rule, products=PRODUCTS)

Contact: TypeAlias = Customer | Supplier
_Master: TypeAlias = Customer | Supplier | Item | DimensionValue
_MASTER: Final = (*PARTY_TYPES, Item, DimensionValue)
_DUE: Final = (AR_INVOICE, AP_BILL)
_STOCK: Final = ItemKind.STOCK
_COUNTRY_CODE: Final = 2

# Said in public code and by users, confirmed by no page of Sage's: they only warn.
LENGTHS: Final[Mapping[str, int]] = {
    "customer": 20,
    "supplier": 20,
    "item": 30,
    "TASK": 20,
}
SIGNS: Final[Mapping[str, str]] = {
    "|": "ids of company, client and entity are joined by it",
    "'": "it ends a text in filters",
    "\\": "it escapes the next sign in filters",
    "%": "it stands for anything in filters",
    "#~#": "it stands between several values in one field",
    "--": "it stands between id and name where Intacct shows both",
}
"""What notations of the gateway's own use, and what for."""


# ------------------------------------------------------------------------------- ids
def id_fault(code: str) -> str:
    """Return what is wrong with an id: "blank", "control", "" for nothing.

    An empty id has a rule of every product.
    """
    if code != code.strip() or "  " in code:
        return "blank"
    return "" if code.isprintable() else "control"


@_rule("SC-IN-ID-FORM", on=_MASTER, source="dmo#ids", mark=Mark.INFERRED)
def id_can_be_told(subject: _Master, _: Case) -> Faults:
    """An id has no blanks around, no two together, and nothing that cannot be seen."""
    problem = id_fault(subject.code)
    return fault("/code", code=visible(subject.code), problem=problem) if problem else None


@_rule(
    "SC-IN-ID-SIGN",
    on=_MASTER,
    source="intacct-ids#signs",
    mark=Mark.UNCONFIRMED,
    severity=Severity.WARNING,
)
def id_has_no_reserved_sign(subject: _Master, _: Case) -> Faults:
    """An id has no sign that notations of the gateway's own use."""
    return [
        fault("/code", code=subject.code, sign=sign)
        for sign in SIGNS
        if sign in subject.code
    ] or None


@_rule(
    "SC-IN-ID-LENGTH",
    on=_MASTER,
    source="intacct-ids#lengths",
    mark=Mark.UNCONFIRMED,
    severity=Severity.WARNING,
)
def id_is_not_long(subject: _Master, _: Case) -> Faults:
    """An id is no longer than others have found it to be taken."""
    kind = (
        subject.dimension.upper() if isinstance(subject, DimensionValue) else subject.type
    )
    limit = LENGTHS.get(kind)
    if limit is None or len(subject.code) <= limit:
        return None
    return fault("/code", code=subject.code, length=len(subject.code), limit=limit)


@_rule(
    "SC-IN-ID-TWIN",
    on=_MASTER,
    source="library#codes",
    mark=Mark.OURS,
    severity=Severity.WARNING,
    prefers=("customers", "suppliers", "dimension_values"),
    batch=True,
)
def ids_look_different() -> Callable[[_Master, Case], Faults]:
    """No two records of a kind differ in case or blanks only; a pair is told of once.

    Of items, those that the company has are looked at by a rule that refuses.
    """
    known: dict[str, str] | None = None
    told: set[str] = set()

    def check(party: _Master, case: Case) -> Faults:
        nonlocal known
        reference = case.reference
        if known is None:
            # Of several alike, the first stands.
            known = {
                kind + folded(code): code
                for kind, codes in (
                    (Customer.type, reference.customers),
                    (Supplier.type, reference.suppliers),
                )
                for code in reversed([*(codes or ())])
            }
            known |= {
                axis + folded(code): code
                for axis, code in reversed([*(reference.dimension_values or ())])
            }
        kind = party.type
        if isinstance(party, DimensionValue):
            kind = party.dimension.upper()
        fold = kind + folded(party.code)
        other = known.setdefault(fold, party.code)
        if other == party.code or fold in told or not party.code:
            return None
        told.add(fold)
        return fault("/code", code=party.code, other=other)

    return check


@_rule(
    "SC-IN-ITEM-ID-IMMUTABLE",
    on=Item,
    source="dmo#item-id",
    mark=Mark.DOCUMENTED,
    needs=("items",),
)
def item_keeps_its_id(item: Item, case: Case) -> Faults:
    """The id of an item never changes: another one would make a second item.

    What can be seen of a change is an id that differs in case or blanks only.
    """
    known = case.reference.items or {}
    if item.code in known and known[item.code] is not item:
        return None
    fold = folded(item.code)
    for code, one in known.items():
        if one is not item and code != item.code and folded(code) == fold:
            return fault("/code", code=item.code, known=code)
    return None


@_rule(
    "SC-IN-ITEM-TWIN",
    on=Item,
    source="dmo#item-id",
    mark=Mark.INFERRED,
    severity=Severity.WARNING,
    needs=("items",),
    batch=True,
)
def items_are_described_apart() -> Callable[[Item, Case], Faults]:
    """No new item has the description of one that Intacct has: it may be the same."""
    known: dict[bytes, str] | None = None

    def check(item: Item, case: Case) -> Faults:
        nonlocal known
        items = case.reference.items or {}
        if known is None:
            known = {
                digest_of(folded(items[code].description)): code
                # Of several alike, the first stands.
                for code in reversed([*items])
                if items[code].description.strip()
            }
        other = known.get(digest_of(folded(item.description)), "")
        stands = items.get(item.code)
        if not other or other == item.code or (stands is not None and stands is not item):
            return None
        return fault("/code", code=item.code, known=other, text=item.description)

    return check


# ---------------------------------------------------------------------- what is made
@_rule("SC-IN-PARTY-NEW", on=PARTY_TYPES, source="library#policy", mark=Mark.OURS)
def party_may_be_made(party: Contact, case: Case) -> Faults:
    """A party that the company lacks is created only where the policy says so."""
    policy = settings_of(case).policy
    customer = isinstance(party, Customer)
    if policy.create_customers if customer else policy.create_suppliers:
        return None
    known = case.reference.customers if customer else case.reference.suppliers
    if known is None or existing(party, case) is not None:
        return None
    setting = "policy.create_customers" if customer else "policy.create_suppliers"
    return fault("/code", code=party.code, kind=party.type, setting=setting)


@_rule(
    "SC-IN-ITEM-NEW",
    on=Item,
    source="library#policy",
    mark=Mark.OURS,
    needs=("items",),
)
def item_may_be_made(item: Item, case: Case) -> Faults:
    """An item that the company lacks is created only where the policy says so."""
    known = (case.reference.items or {}).get(item.code)
    is_known = known is not None and known is not item
    if settings_of(case).policy.create_items or is_known:
        return None
    return fault("/code", code=item.code)


@_rule(
    "SC-IN-ITEM-STOCK",
    on=Item,
    source="dmo#items",
    mark=Mark.DOCUMENTED,
    severity=Severity.NOTE,
)
def item_is_kept_without_stock(item: Item, _: Case) -> Faults:
    """Items are kept as non-inventory items: stock is the business of what sends them."""
    return fault("/kind", code=item.code) if item.kind is _STOCK else None


@_rule(
    "SC-IN-ADDRESS-COUNTRY",
    on=PARTY_TYPES,
    source="intacct-documents#address",
    mark=Mark.DOCUMENTED,
)
def country_is_a_code(party: Contact, _: Case) -> Faults:
    """The country of an address is an ISO code of two letters."""
    country = party.address.country if party.address is not None else ""
    if not country or _is_country(country):
        return None
    return fault("/address/country", country=country)


def _is_country(text: str) -> bool:
    return len(text) == _COUNTRY_CODE and text.isascii() and text.isalpha()


# ------------------------------------------------------------------- what is named
@_rule(
    "SC-IN-ITEM-UNKNOWN",
    on=TRADE,
    source="intacct-dimensions#values",
    mark=Mark.OBSERVED,
    needs=("items",),
)
def item_exists(document: Trade, case: Case) -> Faults:
    """A line's item exists, or comes in the same batch."""
    known = case.reference.items or {}
    found: list[Fault] | None = None
    for at, line in enumerate(document.lines):
        if line.item and line.item not in known:
            found = found or []
            found.append(fault(f"/lines/{at}/item", item=line.item))
    return found


@_rule(
    "SC-IN-ITEM-INACTIVE",
    on=TRADE,
    source="intacct-dimensions#values",
    mark=Mark.INFERRED,
    needs=("items",),
    adjustable=True,
)
def item_is_in_use(document: Trade, case: Case) -> Faults:
    """A line's item is still in use."""
    known = case.reference.items or {}
    found: list[Fault] | None = None
    for at, line in enumerate(document.lines):
        item = known.get(line.item) if line.item else None
        if item is not None and not item.active:
            found = found or []
            found.append(fault(f"/lines/{at}/item", item=line.item))
    return found


@_rule(
    "SC-IN-EMPLOYEE",
    on=PurchaseInvoice,
    source="intacct-documents#expenses",
    mark=Mark.DOCUMENTED,
    needs=("company.own",),
)
def employee_exists(document: PurchaseInvoice, case: Case) -> Faults:
    """An expense claim is of an employee whom the company has."""
    if not is_claim(document) or not document.party.strip():
        return None
    known = known_list(EMPLOYEES, case.reference)
    if known is None or document.party in known:
        return None
    return fault("/party", party=document.party, known=shown(known))


def _either(code: str, reference: Reference) -> Contact | None:
    """Return the customer, else the vendor, of an id; None where there is neither."""
    return (reference.customers or {}).get(code) or (reference.suppliers or {}).get(code)


@_rule(
    "SC-IN-RECEIPT-PARTY",
    on=BankEntry,
    source="intacct-dimensions#values",
    mark=Mark.OBSERVED,
    needs=("customers", "suppliers"),
)
def party_of_a_receipt_exists(entry: BankEntry, case: Case) -> Faults:
    """The party of money without a document is a customer or a vendor of the company."""
    if not entry.party or _either(entry.party, case.reference) is not None:
        return None
    return fault("/party", party=entry.party)


@_rule(
    "SC-IN-RECEIPT-PARTY-INACTIVE",
    on=BankEntry,
    source="intacct-dimensions#values",
    mark=Mark.INFERRED,
    needs=("customers", "suppliers"),
    adjustable=True,
)
def party_of_a_receipt_is_in_use(entry: BankEntry, case: Case) -> Faults:
    """The party of money without a document is still in use."""
    found = _either(entry.party, case.reference)
    if found is None or found.active:
        return None
    return fault("/party", party=entry.party)


@_rule(
    "SC-IN-MOVEMENT-PARTY",
    on=JournalEntry,
    source="intacct-dimensions#values",
    mark=Mark.OBSERVED,
    needs=("customers", "suppliers"),
)
def party_of_a_movement_exists(entry: JournalEntry, case: Case) -> Faults:
    """The party of a movement is a customer or a vendor of the company."""
    found: list[Fault] | None = None
    for at, movement in enumerate(entry.movements):
        if movement.party and _either(movement.party, case.reference) is None:
            found = found or []
            found.append(fault(f"/movements/{at}/party", party=movement.party))
    return found


@_rule(
    "SC-IN-EMPLOYEE-INACTIVE",
    on=PurchaseInvoice,
    source="intacct-dimensions#values",
    mark=Mark.INFERRED,
    needs=("company.own",),
    adjustable=True,
)
def employee_is_in_use(document: PurchaseInvoice, case: Case) -> Faults:
    """The employee of an expense claim is still in use."""
    left = is_claim(document) and is_out_of_use("EMPLOYEE", document.party, case.reference)
    return fault("/party", party=document.party) if left else None


# ----------------------------------------------------------------------------- terms
def _falls_due(document: Trade, case: Case) -> bool:
    """Return whether Intacct wants a day or a term: of its invoices and bills."""
    return kind_of(document, settings_of(case)) in _DUE


@_rule(
    "SC-IN-TERM-UNKNOWN",
    on=(*PARTY_TYPES, *TRADE),
    source="dmo#terms",
    mark=Mark.DOCUMENTED,
    needs=("company.own",),
)
def term_exists(subject: Contact | Trade, case: Case) -> Faults:
    """A term is one of its side: those of customers and of vendors are apart."""
    if isinstance(subject, Customer | Supplier):
        customers, term, setting = isinstance(subject, Customer), subject.payment_term, ""
    elif subject.due or not _falls_due(subject, case):
        return None
    else:
        customers = is_sale(subject)
        term, setting = term_giver(subject, settings_of(case), case.reference)
        if not setting:
            # The party's own, which Intacct has from somewhere.
            return None
    known = terms_for(customers, case.reference)
    if not term or known is None or term in known:
        return None
    others = terms_for(not customers, case.reference) or frozenset()
    values = {"term": term, "setting": setting or NOTHING, "known": shown(known)}
    side = "customer" if customers else "supplier"
    elsewhere = "term_elsewhere" if term in others else "term_nowhere"
    place = "/due" if setting else "/payment_term"
    return fault(place, side=side, elsewhere=elsewhere, **values)


@_rule(
    "SC-IN-TERM-INACTIVE",
    on=(*PARTY_TYPES, *TRADE),
    source="intacct-documents#due",
    mark=Mark.INFERRED,
    needs=("company.own",),
    adjustable=True,
)
def term_is_in_use(subject: Contact | Trade, case: Case) -> Faults:
    """A term is still in use, whether the party, the settings or nobody else names it."""
    if isinstance(subject, Customer | Supplier):
        customers, term, setting = isinstance(subject, Customer), subject.payment_term, ""
    elif subject.due or not _falls_due(subject, case):
        return None
    else:
        customers = is_sale(subject)
        term, setting = term_giver(subject, settings_of(case), case.reference)
    if not is_out_of_use("ARTERM" if customers else "APTERM", term, case.reference):
        return None
    place = "/payment_term" if isinstance(subject, Customer | Supplier) else "/due"
    return fault(place, term=term, setting=setting or NOTHING)


@_rule(
    "SC-IN-DUE-NONE",
    on=TRADE,
    source="intacct-documents#due",
    mark=Mark.DOCUMENTED,
    needs=("party",),
)
def due_date_or_term_is_given(document: Trade, case: Case) -> Faults:
    """An invoice has a due date, or a term by which Intacct finds one.

    So has a credit note that is posted as an invoice below zero.
    """
    if document.due or not _falls_due(document, case):
        return None
    party = party_of(document, case.reference)
    if party is None or term_giver(document, settings_of(case), case.reference).code:
        return None
    setting = "customer_term" if is_sale(document) else "supplier_term"
    return fault("/due", party=document.party, setting=setting)
