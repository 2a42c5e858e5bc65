"""Contacts and items: how they are known, what Sage locks, what it has one place for."""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from typing import Final, TypeAlias

from ...model import Address, Customer, DueFrom, Item, ItemKind, Party, Supplier
from ...validation import Case, Fault, Mark, RuleBook, Severity, fault
from ...validation.registry import Faults
from ..regions import COUNTRIES as KNOWN_COUNTRIES, REGIONS, folded, region_id
from ..resolve import (
    CONTACTS,
    DELETED_CONTACTS,
    PURCHASES,
    SERVICES,
    TRADE,
    Purchase,
    Trade,
    base_currency,
    listed,
    option,
    sold_kinds,
    terms_of,
)
from .book import HOME, NOTHING, PRODUCTS, is_foreign, settings_of
from .limits import LIMITS

PARTIES: Final = RuleBook(HOME)
_rule: Final = partial(PARTIES.rule, products=PRODUCTS)

Contact: TypeAlias = Customer | Supplier

REFERENCE_LENGTH: Final = LIMITS["Contact"]["reference"]
ADDRESS_LINES: Final = 2
_SEVERAL: Final = 2


def existing(party: Contact, case: Case) -> Party | None:
    """Return the contact of this type and reference that Sage has; None for none.

    A batch's own parties may be in the reference too, for the documents' sake.
    """
    reference = case.reference
    known: Mapping[str, Party] | None
    known = reference.customers if isinstance(party, Customer) else reference.suppliers
    found = (known or {}).get(party.code)
    return None if found is party else found


# ------------------------------------------------------------------------ references
@_rule(
    "SC-SA-REFERENCE-LENGTH",
    on=CONTACTS,
    source="accounting-contacts#reference",
    mark=Mark.DOCUMENTED,
)
def reference_fits(party: Contact, case: Case) -> Faults:
    """A contact's reference has up to ten characters, without blanks around."""
    code = party.code
    if len(code) <= REFERENCE_LENGTH and code == code.strip():
        return None
    if existing(party, case) is not None:
        return None
    return fault("/code", code=code, length=len(code), limit=REFERENCE_LENGTH)


@_rule(
    "SC-SA-REFERENCE-TAKEN",
    on=CONTACTS,
    source="accounting-contacts#reference",
    mark=Mark.DOCUMENTED,
    prefers=("customers", "suppliers"),
    batch=True,
)
def reference_is_one_contacts() -> Callable[[Contact, Case], Faults]:
    """A reference is a customer's or a supplier's: a contact is one of the two.

    Of two in a batch, one is told of; what Sage itself has is never at fault.
    """
    seen: dict[str, str] = {}
    told: set[str] = set()

    def check(party: Contact, case: Case) -> Faults:
        code = party.code
        first = seen.setdefault(code, party.type)
        if code in told or existing(party, case) is not None:
            return None
        customer = isinstance(party, Customer)
        reference = case.reference
        others: Mapping[str, Party] | None
        others = reference.suppliers if customer else reference.customers
        other = (others or {}).get(code)
        if first == party.type and other is None:
            return None
        told.add(code)
        kind = "supplier" if customer else "customer"
        name = other.name if other is not None else ""
        return fault("/code", code=code, kind=kind, name=name or NOTHING)

    return check


@_rule(
    "SC-SA-REFERENCE-TWIN",
    on=CONTACTS,
    source="library#codes",
    mark=Mark.OURS,
    severity=Severity.WARNING,
    prefers=("customers", "suppliers"),
    batch=True,
)
def references_look_different() -> Callable[[Contact, Case], Faults]:
    """No two references differ in case, accents or blanks only."""
    known: dict[str, str] | None = None
    # The ledger's own, and what comes with the batch, may look alike among themselves.
    twins: dict[str, set[str]] = {}

    def check(party: Contact, case: Case) -> Faults:
        nonlocal known
        if known is None:
            known = {}
            for code in (
                *(case.reference.customers or ()),
                *(case.reference.suppliers or ()),
            ):
                first = known.setdefault(folded(code), code)
                if first != code:
                    twins.setdefault(folded(code), {first}).add(code)
        fold = folded(party.code)
        other = known.setdefault(fold, party.code)
        if other == party.code:
            other = min(twins.get(fold, set()) - {other}, default=other)
        if other == party.code or not fold:
            return None
        return fault("/code", code=party.code, other=other)

    return check


@lru_cache(maxsize=8)
def _reserved(references: str) -> frozenset[str]:
    # Asked for every contact; a business may have deleted thousands.
    return frozenset(map(folded, listed(references)))


@_rule(
    "SC-SA-REFERENCE-RESERVED",
    on=CONTACTS,
    source="byte8#references",
    mark=Mark.OBSERVED,
    severity=Severity.WARNING,
    needs=("company.own",),
)
def reference_is_free(party: Contact, case: Case) -> Faults:
    """A new contact's reference is not that of a deleted one, which stays taken.

    That those which differ in capitals or blanks only are one to Sage is not published.
    """
    if folded(party.code) not in _reserved(option(DELETED_CONTACTS, case.reference)):
        return None
    return None if existing(party, case) else fault("/code", code=party.code)


# ---------------------------------------------------------------------- what is made
@_rule(
    "SC-SA-CUSTOMER-NEW",
    on=Customer,
    source="library#policy",
    mark=Mark.OURS,
    needs=("customers",),
)
def customer_may_be_made(customer: Customer, case: Case) -> Faults:
    """A customer that the business lacks is created only where the policy says so."""
    if settings_of(case).policy.create_customers or existing(customer, case):
        return None
    return fault("/code", code=customer.code)


@_rule(
    "SC-SA-SUPPLIER-NEW",
    on=Supplier,
    source="library#policy",
    mark=Mark.OURS,
    needs=("suppliers",),
)
def supplier_may_be_made(supplier: Supplier, case: Case) -> Faults:
    """A supplier that the business lacks is created only where the policy says so."""
    if settings_of(case).policy.create_suppliers or existing(supplier, case):
        return None
    return fault("/code", code=supplier.code)


@_rule(
    "SC-SA-ITEM-NEW",
    on=Item,
    source="library#policy",
    mark=Mark.OURS,
    needs=("items",),
)
def item_may_be_made(item: Item, case: Case) -> Faults:
    """An item that the business lacks is created only where the policy says so."""
    known = (case.reference.items or {}).get(item.code)
    is_known = known is not None and known is not item
    if settings_of(case).policy.create_items or is_known:
        return None
    return fault("/code", code=item.code)


# -------------------------------------------------------------- what there is a place for
@_rule(
    "SC-SA-CONTACT-CURRENCY",
    on=CONTACTS,
    source="accounting-contacts#currency",
    mark=Mark.OBSERVED,
)
def currency_is_kept(party: Contact, case: Case) -> Faults:
    """The currency of a contact that Sage has is not changed: it is locked to one."""
    known = existing(party, case)
    if known is None or not known.currency or party.currency in {"", known.currency}:
        return None
    return fault(
        "/currency", code=party.code, currency=party.currency, known=known.currency
    )


@_rule(
    "SC-SA-ADDRESS-LINES",
    on=CONTACTS,
    source="accounting-api#address",
    mark=Mark.DOCUMENTED,
)
def address_has_two_lines(party: Contact, _: Case) -> Faults:
    """An address has two lines beside postal code and city."""
    found = [
        fault(f"{place}/lines", count=len(address.lines), limit=ADDRESS_LINES)
        for place, address in _addresses(party)
        if len(address.lines) > ADDRESS_LINES
    ]
    return found or None


@_rule(
    "SC-SA-ADDRESS-COUNTRY",
    on=CONTACTS,
    source="accounting-api#address",
    mark=Mark.DOCUMENTED,
)
def country_is_a_code(party: Contact, _: Case) -> Faults:
    """The country of an address is a code of two letters, as Sage's list has it."""
    found = [
        fault(f"{place}/country", country=address.country)
        for place, address in _addresses(party)
        if address.country and address.country not in KNOWN_COUNTRIES
    ]
    return found or None


@_rule(
    "SC-SA-ADDRESS-REGION",
    on=CONTACTS,
    source="accounting-api#regions",
    mark=Mark.DOCUMENTED,
)
def region_is_known(party: Contact, case: Case) -> Faults:
    """The region of an address in Canada or the USA is one that Sage knows."""
    found: list[Fault] = []
    for place, address in _addresses(party):
        # Where nothing is said, an address is in the country of the business.
        country = address.country or case.country
        regions = REGIONS.get(country)
        if regions is None or not address.region or region_id(address.region, country):
            continue
        values = {"region": address.region, "country": country}
        found.append(fault(f"{place}/region", known=", ".join(regions), **values))
    return found or None


def _addresses(party: Party) -> Iterator[tuple[str, Address]]:
    if party.address is not None:
        yield "/address", party.address
    if party.delivery_address is not None:
        yield "/delivery_address", party.delivery_address


@_rule(
    "SC-SA-CONTACT-BANKS", on=CONTACTS, source="accounting-api#banks", mark=Mark.DOCUMENTED
)
def one_bank_account(party: Contact, _: Case) -> Faults:
    """A contact has one bank account."""
    count = len(party.banks)
    return fault("/banks", count=count) if count > 1 else None


@_rule(
    "SC-SA-CONTACT-PEOPLE",
    on=CONTACTS,
    source="accounting-api#people",
    mark=Mark.DOCUMENTED,
    severity=Severity.WARNING,
)
def people_stand_at_an_address(party: Contact, _: Case) -> Faults:
    """People beside the main one are kept at the contact's address."""
    count = len(party.people)
    if count < _SEVERAL or party.address is not None:
        return None
    return fault("/people", count=count)


@_rule(
    "SC-SA-CONTACT-PERSON",
    on=CONTACTS,
    source="accounting-api#people",
    mark=Mark.DOCUMENTED,
)
def party_and_person_say_the_same(party: Contact, _: Case) -> Faults:
    """A contact has one address for mail and one telephone: those of its main person."""
    if not party.people:
        return None
    main = next((one for one in party.people if one.main), party.people[0])
    given = (("/email", party.email, main.email), ("/phone", party.phone, main.phone))
    return [
        fault(place, own=own, persons=persons, name=main.name or NOTHING)
        for place, own, persons in given
        if own and persons and own != persons
    ] or None


@_rule(
    "SC-SA-CONTACT-TERMS",
    on=CONTACTS,
    source="accounting-api#terms",
    mark=Mark.DOCUMENTED,
    prefers=("payment_terms",),
)
def terms_are_days(party: Contact, case: Case) -> Faults:
    """Terms are days after the document's date, or the end of its month."""
    if party.terms:
        if terms_of(party, case.reference) is not None:
            return None
        return fault("/terms", terms=_spelt(party))
    known = (case.reference.payment_terms or {}).get(party.payment_term)
    if known is None or terms_of(party, case.reference) is not None:
        return None
    return fault("/payment_term", terms=party.payment_term)


@_rule(
    "SC-SA-PAYMENT-TERM",
    on=CONTACTS,
    source="accounting-api#terms",
    mark=Mark.DOCUMENTED,
    needs=("payment_terms",),
)
def terms_are_not_named(party: Contact, case: Case) -> Faults:
    """Terms are said in days: Sage keeps none that a code could name."""
    code = party.payment_term
    if not code or party.terms or code in (case.reference.payment_terms or {}):
        return None
    return fault("/payment_term", code=code)


def _spelt(party: Party) -> str:
    return "; ".join(
        f"{one.days}" + ("" if one.due_from is DueFrom.DATE else f" {one.due_from}")
        for one in party.terms
    )


# ---------------------------------------------------------------------------- items
@_rule(
    "SC-SA-ITEM-KIND",
    on=Item,
    source="accounting-api#items",
    mark=Mark.DOCUMENTED,
    needs=("items",),
)
def kind_is_kept(item: Item, case: Case) -> Faults:
    """An item that Sage has keeps its kind: it is in one of three lists."""
    known = (case.reference.items or {}).get(item.code)
    if known is None or known.kind is item.kind:
        return None
    return fault("/kind", code=item.code)


@_rule(
    "SC-SA-ITEM-CURRENCY",
    on=Item,
    source="accounting-api#prices",
    mark=Mark.INFERRED,
    needs=("company.base_currency",),
)
def prices_are_in_the_base_currency(item: Item, case: Case) -> Faults:
    """Prices of items are in the currency of the books."""
    if not is_foreign(item.currency, case):
        return None
    base = base_currency(case.reference)
    return fault("/currency", currency=item.currency, base=base)


@_rule(
    "SC-SA-ITEM-UNKNOWN",
    on=TRADE,
    source="accounting-documents#known",
    mark=Mark.DOCUMENTED,
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
    "SC-SA-ITEM-INACTIVE",
    on=TRADE,
    source="accounting-documents#known",
    mark=Mark.INFERRED,
    severity=Severity.WARNING,
    needs=("items",),
)
def item_is_in_use(document: Trade, case: Case) -> Faults:
    """A line's item is still offered."""
    known = case.reference.items or {}
    found: list[Fault] | None = None
    for at, line in enumerate(document.lines):
        item = known.get(line.item) if line.item else None
        if item is not None and not item.active:
            found = found or []
            found.append(fault(f"/lines/{at}/item", item=line.item))
    return found


@_rule(
    "SC-SA-SERVICE-BOUGHT",
    on=PURCHASES,
    source="accounting-documents#services",
    mark=Mark.UNCONFIRMED,
    severity=Severity.WARNING,
    needs=("items",),
)
def service_is_not_bought(document: Purchase, case: Case) -> Faults:
    """A purchase names products: its lines may have no place for a service."""
    if SERVICES not in sold_kinds(document, case.reference):
        return None
    known = case.reference.items or {}
    return [
        fault(f"/lines/{at}/item", item=line.item)
        for at, line in enumerate(document.lines)
        if line.item in known and known[line.item].kind is ItemKind.SERVICE
    ]
