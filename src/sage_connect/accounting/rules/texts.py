"""Texts and numbers: what is required, how long it may be, what Sage stumbles over."""

import html
import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final, TypeAlias

from ...model import (
    Address,
    BankEntry,
    Customer,
    DimensionValue,
    Item,
    ItemKind,
    JournalEntry,
    Party,
    Payment,
    PurchaseInvoice,
    Reference,
    SalesCreditNote,
    SalesInvoice,
    Supplier,
    TradeDocument,
)
from ...validation import Case, Check, Fault, Mark, RuleBook, Severity, fault
from ...validation.registry import Faults
from ...validation.sets import digest_of
from .. import resolve
from ..resolve import BOOKED, PURCHASES, SALES, TRADE, Booked, Purchase, Sale, Trade
from ..settings import AccountingSettings, Numbering
from .book import HOME, PRODUCTS, TAKEN, settings_of
from .limits import LIMITS, REGION_LENGTH

TEXTS: Final = RuleBook(HOME)
_rule: Final = partial(TEXTS.rule, products=PRODUCTS)

_Measured: TypeAlias = Iterator[tuple[str, str, int]]
"""Pointer, text as it is written, and how long it may be."""

_OURS: Final = Numbering.OURS
_REFERENCE: Final = LIMITS["SalesInvoice"]["reference"]
_VENDOR_REFERENCE: Final = LIMITS["PurchaseInvoice"]["vendor_reference"]
_NOTES: Final = LIMITS["SalesInvoice"]["notes"]
_PREFIX: Final = LIMITS["SalesInvoice"]["invoice_number_prefix"]
_ENTITY: Final = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);")
_SHAPES: Final[Mapping[ItemKind, str]] = {
    ItemKind.PRODUCT: "Product",
    ItemKind.SERVICE: "Service",
    ItemKind.STOCK: "StockItem",
}
# Regions whose codes Sage does not prescribe, and for which it states a length of its own.
_FREE_REGIONS: Final = frozenset({"GB", "IE"})


# ------------------------------------------------------------------------- required
@_rule(
    "SC-REQUIRED", on=TAKEN, source="accounting-documents#required", mark=Mark.DOCUMENTED
)
def required_is_given(subject: Any, case: Case) -> Faults:
    """What Sage requires and documents may leave open is filled."""
    match subject:
        case TradeDocument():
            found = list(_missing_in_trade(subject, case.reference))
        case Customer() | Supplier():
            found = list(_missing_in_contact(subject))
        case Item():
            found = list(_missing_in_item(subject, settings_of(case)))
        case _:
            found = _nameless_files(subject)
    return found or None


def _required(place: str, field: str) -> Fault:
    return fault(place, field=field)


def _missing_in_trade(document: TradeDocument, reference: Reference) -> Iterator[Fault]:
    for at, line in enumerate(document.lines):
        if not line.description or line.description.isspace():
            yield _required(f"/lines/{at}/description", "description")
    if (
        isinstance(document, PurchaseInvoice)
        and document.due in (None, ())
        and resolve.due_day(document, reference) is None
    ):
        yield _required("/due", "due_date")
    if document.attachments:
        yield from _nameless_files(document)


def _missing_in_contact(party: Party) -> Iterator[Fault]:
    if not party.name.strip():
        yield _required("/name", "name")
    for at, person in enumerate(party.people):
        if not person.name.strip():
            yield _required(f"/people/{at}/name", "name")


def _missing_in_item(item: Item, settings: AccountingSettings) -> Iterator[Fault]:
    if not (item.sales_account or settings.accounts.sales):
        yield _required("/sales_account", "sales_account")
    if item.kind is ItemKind.SERVICE:
        return
    if not (item.purchase_account or settings.accounts.purchases):
        yield _required("/purchase_account", "purchase_account")


def _nameless_files(subject: Any) -> list[Fault]:
    return [
        _required(f"/attachments/{at}/name", "name")
        for at, file in enumerate(getattr(subject, "attachments", ()))
        if not file.name.strip()
    ]


@_rule("SC-ITEM-DESCRIPTION-REQUIRED", on=Item, source="vtiger#items", mark=Mark.DOCUMENTED)
def item_is_described(item: Item, _: Case) -> Faults:
    """A product or service has a description."""
    return None if item.description.strip() else fault("/description", item=item.code)


@_rule("SC-SA-HTML-ENTITY", on=(*TRADE, Item), source="byte8#entities", mark=Mark.OBSERVED)
def text_is_no_markup(subject: Trade | Item, _: Case) -> Faults:
    """No description holds what looks like an HTML entity: Sage refuses it."""
    if isinstance(subject, Item):
        given = [("/description", subject.description)]
    else:
        given = [
            (f"/{name}/{at}/description", part.description)
            for name in ("lines", "charges")
            for at, part in enumerate(getattr(subject, name))
            if "&" in part.description
        ]
    found: list[Fault] | None = None
    for place, text in given:
        entity = _ENTITY.search(text)
        if entity is not None:
            found = found or []
            plain = html.unescape(entity[0])
            # What only looks like one does so no longer with a blank.
            plain = plain.replace("&", "& ") if plain == entity[0] else plain
            found.append(fault(place, entity=entity[0], plain=plain))
    return found


# -------------------------------------------------------------------------- lengths
@_rule("SC-SA-TEXT-LENGTH", on=TAKEN, source="accounting-api#lengths", mark=Mark.INFERRED)
def texts_fit(subject: Any, case: Case) -> Faults:
    """No text is longer than Sage's field for it."""
    found: list[Fault] | None = None
    for place, text, limit in _measured(subject, case):
        if len(text) > limit:
            found = found or []
            found.append(fault(place, length=len(text), limit=limit, text=text))
    return found


def _measured(subject: Any, case: Case) -> _Measured:
    match subject:
        case TradeDocument():
            return _of_trade(subject, settings_of(case))
        case Payment() | BankEntry():
            return _of_settling(subject)
        case JournalEntry():
            return _of_entry(subject)
        case Customer() | Supplier():
            return _of_contact(subject, case.country)
        case Item():
            return _of_item(subject)
        case _:
            return _of_category(subject)


def _of_trade(document: Any, settings: AccountingSettings) -> _Measured:
    # A reference that is made of several fields is shortened at the document's own.
    place = "/reference" if document.reference else "/number"
    yield place, resolve.reference_of(document, settings), _REFERENCE
    yield "/notes", resolve.notes_of(document), _NOTES
    if isinstance(document, PURCHASES):
        place = "/party_number" if document.party_number else "/number"
        yield place, resolve.vendor_reference_of(document), _VENDOR_REFERENCE


def _of_settling(document: Payment | BankEntry) -> _Measured:
    place = "/reference" if document.reference else "/number"
    shape = "ContactPayment" if isinstance(document, Payment) else "OtherPayment"
    yield place, resolve.settling_reference(document), LIMITS[shape]["reference"]


def _of_entry(entry: JournalEntry) -> _Measured:
    place = "/reference" if entry.reference else "/number"
    yield place, resolve.entry_reference(entry), LIMITS["Journal"]["reference"]
    told = resolve.entry_description(entry)
    yield "/description", told, LIMITS["Journal"]["description"]


def _of_contact(party: Party, home: str) -> _Measured:
    limits, person = LIMITS["Contact"], LIMITS["ContactPerson"]
    for name in ("name", "tax_number", "notes"):
        yield f"/{name}", getattr(party, name), limits[name]
    yield "/email", party.email, person["email"]
    yield "/phone", party.phone, person["telephone"]
    for name in ("address", "delivery_address"):
        address: Address | None = getattr(party, name)
        if address is not None:
            yield from _of_address(f"/{name}", address, address.country or home)
    for at, one in enumerate(party.people):
        yield f"/people/{at}/phone", one.phone, person["telephone"]
        for name in ("name", "job_title", "email", "mobile"):
            yield f"/people/{at}/{name}", getattr(one, name), person[name]


def _of_address(place: str, address: Address, country: str) -> _Measured:
    limits = LIMITS["Address"]
    for at, street in enumerate(address.lines):
        yield f"{place}/lines/{at}", street, limits["address_line_1"]
    for name in ("city", "postal_code"):
        yield f"{place}/{name}", getattr(address, name), limits[name]
    free = country in _FREE_REGIONS
    yield f"{place}/region", address.region, REGION_LENGTH if free else limits["region"]


def _of_item(item: Item) -> _Measured:
    limits = LIMITS[_SHAPES[item.kind]]
    yield "/code", item.code, limits["item_code"]
    yield "/description", item.description, limits["description"]
    yield "/notes", item.notes, limits["notes"]


def _of_category(value: DimensionValue) -> _Measured:
    limits = LIMITS["AnalysisTypeCategory"]
    yield "/code", value.code, limits["code"]
    yield "/name", value.name, limits["name"]


# -------------------------------------------------------------------------- numbers
@_rule(
    "SC-SA-NUMBER-PREFIX",
    on=SALES,
    source="accounting-api#numbers",
    mark=Mark.UNCONFIRMED,
    severity=Severity.WARNING,
    batch=True,
)
def number_has_a_short_prefix() -> Check:
    """What stands before the digits of a sale's number is no longer than Sage's prefix.

    Whether Sage minds where the number is given whole, it does not say. Told once for each
    prefix of a batch.
    """
    told: set[str] = set()

    def check(document: Sale, case: Case) -> Faults:
        number = document.number
        prefix = number.rstrip("0123456789")
        if len(prefix) <= _PREFIX or prefix in told:
            return None
        if settings_of(case).policy.numbering is not _OURS:
            return None
        told.add(prefix)
        return fault("/number", number=number, prefix=prefix, limit=_PREFIX)

    return check


@_rule(
    "SC-SA-NUMBER-TWICE",
    on=SALES,
    source="gas#unique",
    mark=Mark.OBSERVED,
    prefers=("open_documents", "company.own"),
    batch=True,
)
def numbers_are_unique() -> Check:
    """No sale has the number of another, in the batch or among what is open.

    Invoices and credit notes count apart where the business numbers them apart. An open
    document of the same customer may be this very one, posted before.
    """
    seen: dict[str, int] = {}
    taken: dict[str, str] | None = None

    def check(document: Sale, case: Case) -> Faults:
        nonlocal taken
        number = document.number
        if not number or settings_of(case).policy.numbering is not _OURS:
            return None
        if taken is None:
            taken = _open_numbers(case)
        own = _sequence(document.type, case) + number
        first = seen.setdefault(own, case.index)
        if first != case.index:
            return fault("/number", number=number, other=f"#{first + 1}")
        party = taken.get(own, document.party)
        return (
            None
            if party == document.party
            else fault("/number", number=number, other=party)
        )

    return check


def _sequence(kind: str, case: Case) -> str:
    apart = resolve.flag(resolve.SEPARATE_NUMBERING, case.reference)
    return "-" if apart is not False and kind == SalesCreditNote.type else ""


def _open_numbers(case: Case) -> dict[str, str]:
    """Return the parties of open sales by number."""
    kinds = (SalesInvoice.type, SalesCreditNote.type)
    return {
        _sequence(one.kind, case) + one.number: one.party
        for one in (case.reference.open_documents or {}).values()
        if one.kind in kinds
    }


@_rule(
    "SC-SA-NUMBER-TWIN",
    on=SALES,
    source="gas#unique",
    mark=Mark.UNCONFIRMED,
    severity=Severity.WARNING,
    prefers=("open_documents", "company.own"),
    batch=True,
)
def numbers_look_different() -> Check:
    """No sale's number differs from another's in capitals alone.

    Numbers are unique; whether Sage tells capitals apart, it does not say.
    """
    # Digests, since names would take more memory: of the folded number, and of itself.
    seen: dict[int, int] = {}
    taken: dict[str, str] | None = None

    def check(document: Sale, case: Case) -> Faults:
        nonlocal taken
        number = document.number
        if number.upper() == number.lower():
            return None
        if settings_of(case).policy.numbering is not _OURS:
            return None
        if taken is None:
            taken = {name.casefold(): name for name in _open_numbers(case)}
        apart = _sequence(document.type, case)
        own = apart + number
        other = taken.get(own.casefold(), own)
        if other != own:
            return fault("/number", number=number, other=other.removeprefix(apart))
        mark = _digest(number)
        first = seen.setdefault(_digest(own.casefold()), case.index * _MOST + mark)
        if first % _MOST == mark:
            return None
        return fault("/number", number=number, other=f"#{first // _MOST + 1}")

    return check


_MOST: Final = 1 << 56


def _digest(*names: str) -> int:
    return int.from_bytes(digest_of(*names)[:7], "big")


@_rule("SC-SA-NUMBER-SHARED", on=BOOKED, source="library#key", mark=Mark.OURS, batch=True)
def numbers_tell_documents_apart() -> Check:
    """No two documents of a kind share a number, whatever their source ids.

    A document with a number is found by it: Sage has no place for a source id beside it.
    Sales that keep their number are looked at by `SC-SA-NUMBER-TWICE`.
    """
    # Digests, as above.
    seen: dict[int, int] = {}

    def check(document: Booked, case: Case) -> Faults:
        number = document.number
        if not number:
            return None
        if isinstance(document, SALES) and settings_of(case).policy.numbering is _OURS:
            return None
        by_party = isinstance(document, (*PURCHASES, Payment))
        party: str = getattr(document, "party", "") if by_party else ""
        mark = _digest(document.source_id or number)
        place = _digest(document.type, party, number)
        first = seen.setdefault(place, case.index * _MOST + mark)
        # Of one identity there is one document, which another rule says.
        if first % _MOST == mark:
            return None
        return fault("/number", number=number, other=f"#{first // _MOST + 1}")

    return check


@_rule(
    "SC-SA-VENDOR-REFERENCE-TWICE",
    on=PURCHASES,
    source="accounting-api#vendor-reference",
    mark=Mark.UNCONFIRMED,
    severity=Severity.WARNING,
    batch=True,
)
def supplier_numbers_are_unique() -> Check:
    """A supplier's number stands once in a batch; Sage itself does not look."""
    seen: dict[bytes, int] = {}

    def check(document: Purchase, case: Case) -> Faults:
        number = document.party_number
        if not number:
            return None
        own = digest_of(document.type, document.party, number)
        first = seen.setdefault(own, case.index)
        if first == case.index:
            return None
        return fault("/party_number", number=number, other=f"#{first + 1}")

    return check
