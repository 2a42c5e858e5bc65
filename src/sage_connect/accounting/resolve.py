"""Where a document goes in a business of Sage Accounting. Asked by rules and codec.

What no other part of a `Reference` has a place for stands in `CompanyOptions.own`, in
Sage's own words, under the keys that are named here. A key that is not there is not known;
a rule that needs it then says nothing. Flags are "true" or "false", days are ISO 8601,
lists have one entry a line. The date up to which the year end locks the books is no key of
these: it is `CompanyOptions.closed_through`.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from ..model import (
    BankEntry,
    Charge,
    ChargeKind,
    Customer,
    DueFrom,
    Item,
    ItemKind,
    JournalEntry,
    Line,
    Party,
    PartyBank,
    Payment,
    PaymentKind,
    PurchaseCreditNote,
    PurchaseInvoice,
    PurchaseKind,
    Reference,
    SalesCreditNote,
    SalesInvoice,
    Supplier,
)
from ..model.payment import FROM_CUSTOMERS, BankDirection
from .regions import region_id
from .settings import AccountingSettings, Numbering

COUNTRIES: Final = ("CA", "GB", "IE")
"""Where Sage Accounting is sold."""
FORMER_COUNTRIES: Final = ("DE", "ES", "FR", "US")
"""Where it was: businesses can still be read."""

_UNION: Final = (
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
)
UNION: Final = frozenset(_UNION.split())
"""Countries of the European Union."""

START: Final = "start"
STANDARD: Final = "standard"
PLUS: Final = "plus"
EDITIONS: Final = (START, STANDARD, PLUS)
"""What `CompanyOptions.edition` is; "" where it is not known."""
HOME_OF_VAT: Final = frozenset({"GB", "IM"})
"""Countries within the United Kingdom's VAT."""
EDITION_OF: Final[Mapping[str, str]] = {
    "START": START,
    "MICRO": START,
    "ACCOUNTS": STANDARD,
    # Two of Sage's pages name these two the other way round.
    "ACCOUNTING": "",
    "ACCOUNTING_10": "",
}
"""Edition by the id of an active subscription of `GET /businesses/{id}`."""

# ---------------------------------------------------- keys of `CompanyOptions.own`
SUBSCRIBED: Final = "subscribed"
"""Flag: whether a subscription of the business is active."""
TAX_SCHEME: Final = "tax_scheme"
"""Id of `financial_settings.tax_scheme`."""
NOT_REGISTERED: Final = "NOT_REGISTERED"
"""The `TAX_SCHEME` of a business that charges no VAT; no other id is published."""
MULTI_CURRENCY: Final = "multi_currency_enabled"
"""Flag of `financial_settings`."""
START_DATE: Final = "accounts_start_date"
"""Day of `financial_settings`: documents before it are refused."""
DESTINATION_VAT: Final = "destination_vat"
"""Flag of `financial_settings`."""
SEPARATE_NUMBERING: Final = "separate_invoice_credit_note_numbering"
"""Flag of `invoice_settings`: credit notes have a sequence of their own."""
ADDRESS_REGION: Final = "address_region"
"""Region of a Canadian business, such as "CA-ON"."""
CIS_CONTRACTOR: Final = "cis.contractor"
"""Flag of `cis_settings`: the business deducts from its suppliers."""
CIS_SUBCONTRACTOR: Final = "cis.subcontractor"
"""Flag of `cis_settings`: customers deduct from the business."""
CIS_REGISTERED: Final = "cis_registered"
"""References of the contacts with `cis_registered`, a line each."""
CIS_LABOUR: Final = "cis_labour"
"""Codes of the accounts with `cis_labour`, a line each."""
DELETED_CONTACTS: Final = "deleted_contacts"
"""References of deleted contacts, a line each: they stay taken."""
PAYMENT_METHODS: Final = "payment_methods"
"""Ids of `GET /payment_methods`, a line each."""
VISIBLE: Final = "visible:"
"""With an account's code: where it may be used, as "sales,journals": of banking, expenses,
journals, other_payments, other_receipts, reporting, sales (its `visible_in_*` flags)."""
BANK_TYPE: Final = "bank_account_type:"
"""With a bank account's code: id of its type, such as "CASH_IN_HAND"."""

Sale: TypeAlias = SalesInvoice | SalesCreditNote
Purchase: TypeAlias = PurchaseInvoice | PurchaseCreditNote
Trade: TypeAlias = Sale | Purchase
"""Documents with lines, charges and taxes."""
Settling: TypeAlias = Payment | BankEntry
"""What moves money through a bank account."""
Booked: TypeAlias = Trade | Settling | JournalEntry
"""The documents that are posted."""

SALES: Final = (SalesInvoice, SalesCreditNote)
PURCHASES: Final = (PurchaseInvoice, PurchaseCreditNote)
TRADE: Final = (*SALES, *PURCHASES)
"""As `Trade`, for `isinstance`."""
SETTLING: Final = (Payment, BankEntry)
"""As `Settling`."""
BOOKED: Final = (*TRADE, *SETTLING, JournalEntry)
"""As `Booked`."""
CONTACTS: Final = (Customer, Supplier)
"""What becomes a contact."""

_SHIPPING: Final = ChargeKind.SHIPPING
_REFUNDS: Final = frozenset({PaymentKind.CUSTOMER_REFUND, PaymentKind.SUPPLIER_REFUND})


class Giver(NamedTuple):
    """A code and what gives it.

    Attributes:
        code: An account; "" when nothing gives one.
        setting: Name of the setting; "" where the document, or Sage, gives it.
    """

    code: str
    setting: str = ""


class Terms(NamedTuple):
    """When what a contact owes falls due, as Sage counts it.

    Attributes:
        days: `credit_days`.
        counted: `credit_terms`.
    """

    days: int
    counted: str


def option(name: str, reference: Reference) -> str:
    """Return an option of the business by its key; "" where it is not known."""
    return reference.company.own.get(name, "") if reference.company else ""


def flag(name: str, reference: Reference) -> bool | None:
    """Return a flag of the business by its key; None where it is not known."""
    return {"true": True, "false": False}.get(option(name, reference))


@lru_cache(maxsize=64)
def listed(lines: str) -> frozenset[str]:
    """Return the entries of a list of the business."""
    return frozenset(line for line in lines.splitlines() if line)


@lru_cache(maxsize=64)
def day_of(text: str) -> dt.date | None:
    """Return a day of the business; None where it is not known."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def base_currency(reference: Reference) -> str:
    """Return the currency of the books; "" where it is not known."""
    return reference.company.base_currency if reference.company else ""


def is_sale(document: Trade) -> bool:
    """Return whether a document is a customer's, not a supplier's."""
    return isinstance(document, SALES)


def party_of(document: Trade | Payment, reference: Reference) -> Party | None:
    """Return the contact of a document; None where it is not known."""
    customers = (
        document.kind in FROM_CUSTOMERS
        if isinstance(document, Payment)
        else is_sale(document)
    )
    known: Mapping[str, Party] | None
    known = reference.customers if customers else reference.suppliers
    return (known or {}).get(document.party)


# ------------------------------------------------------------------------- accounts
def line_giver(
    line: Line, document: Trade, settings: AccountingSettings, reference: Reference
) -> Giver:
    """Return the account of a line: its own, its item's, or that of the settings."""
    if line.account:
        return Giver(line.account)
    sale = is_sale(document)
    item = (reference.items or {}).get(line.item) if line.item else None
    if item is not None:
        own = item.sales_account if sale else item.purchase_account
        if own:
            return Giver(own)
    if sale:
        return Giver(settings.accounts.sales, "accounts.sales")
    return Giver(settings.accounts.purchases, "accounts.purchases")


def charge_giver(charge: Charge, settings: AccountingSettings) -> Giver:
    """Return the account of a charge that is posted as a line."""
    if charge.account:
        return Giver(charge.account)
    return Giver(settings.accounts.shipping, "accounts.shipping")


def carriage_at(document: Trade) -> int:
    """Return which charge is the carriage of a sale, which is no line; -1 for none.

    There is one place for it, and its account is the business's. Charges that name their
    own are posted as lines, and so are further ones, and all those of purchases.
    """
    if is_sale(document):
        for at, charge in enumerate(document.charges):
            if charge.kind is _SHIPPING and not charge.account:
                return at
    return -1


def given_accounts(
    document: Trade, settings: AccountingSettings, reference: Reference
) -> Iterator[tuple[str, Giver]]:
    """Yield the place and the account of everything that is posted as a line."""
    for at, line in enumerate(document.lines):
        yield f"/lines/{at}/account", line_giver(line, document, settings, reference)
    carriage = carriage_at(document) if document.charges else -1
    for at, charge in enumerate(document.charges):
        if at != carriage:
            yield f"/charges/{at}/account", charge_giver(charge, settings)
    if document.adjustment and settings.accounts.adjustments:
        given = Giver(settings.accounts.adjustments, "accounts.adjustments")
        yield "/adjustment", given


def scope_of(subject: Trade | BankEntry | JournalEntry | Customer | Supplier) -> str:
    """Return where the accounts of a document or contact must be visible: "sales"."""
    match subject:
        case SalesInvoice() | SalesCreditNote() | Customer():
            return "sales"
        case BankEntry():
            way_in = subject.direction is BankDirection.IN
            return "other_receipts" if way_in else "other_payments"
        case JournalEntry():
            return "journals"
        case _:
            return "expenses"


def bank_of(document: Settling, settings: AccountingSettings) -> Giver:
    """Return the code of the bank account that money moves through."""
    if document.bank_account:
        return Giver(document.bank_account)
    return Giver(settings.bank_account, "bank_account")


def only_bank(reference: Reference) -> str:
    """Return the code of the one bank account that there is; "" for none, or several."""
    known = reference.bank_accounts or {}
    return next(iter(known)) if len(known) == 1 else ""


def is_settlement(document: Settling) -> bool:
    """Return whether a bank entry is a party's payment: it has no account of its own."""
    return isinstance(document, BankEntry) and bool(document.party and not document.account)


def is_refund(document: Settling, reference: Reference) -> bool:
    """Return whether money goes back: to a customer, or from a supplier."""
    if isinstance(document, Payment):
        return document.kind in _REFUNDS
    if not is_settlement(document):
        return False
    way_in = document.direction is BankDirection.IN
    return way_in is not (document.party in (reference.customers or ()))


# ---------------------------------------------------------------------------- texts
LONGEST_REFERENCE: Final = 25
"""Characters that a `reference` takes."""
REVERSES: Final = "Reverses "
"""What a text begins with that tells which document is taken back."""


def _joined(*texts: str) -> str:
    return " ".join(dict.fromkeys(text for text in texts if text))


def reference_of(document: Trade, settings: AccountingSettings) -> str:
    """Return the `reference` of a document: what a search finds it by.

    A sale that keeps its own number needs it there only where nothing else stands: Sage
    holds the number itself to be unique. Others begin with our number.
    """
    return _joined(mark_in(document, settings), document.reference)


def mark_in(document: Booked, settings: AccountingSettings) -> str:
    """Return what the reference of a document begins with: our number, or source id.

    "" where it stands elsewhere: in the number of a sale that has a reference, and, where
    it is too long, in the place of the supplier's number.
    """
    mark = document.number or mark_of(document.source_id)
    if isinstance(document, SALES):
        ours = settings.policy.numbering is Numbering.OURS and document.number
        return "" if ours and document.reference else mark
    if isinstance(document, PURCHASES):
        told = not document.party_number and len(mark) > LONGEST_REFERENCE
        return "" if told else mark
    return mark


def mark_of(identity: str) -> str:
    """Return what stands for a source id in a reference: a digest, where it is too long."""
    if len(identity) <= LONGEST_REFERENCE:
        return identity
    digest = hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()
    return f"sc-{digest}"[:LONGEST_REFERENCE]


def vendor_reference_of(document: Purchase) -> str:
    """Return the `vendor_reference` of a purchase: the supplier's number, or ours."""
    return document.party_number or document.number


_KINDS: Final[Mapping[PurchaseKind, str]] = {
    PurchaseKind.CARD_PAYMENT: "Card payment",
    PurchaseKind.EXPENSE_CLAIM: "Expense claim",
    PurchaseKind.CARD_REFUND: "Card refund",
}


def notes_of(document: Trade) -> str:
    """Return the `notes` of a document, with what has no field of its own.

    That is what a purchase proves, unless it is a supplier's invoice, and what a document
    takes back.
    """
    kind = _KINDS.get(document.kind, "") if isinstance(document, PURCHASES) else ""
    taken = f"{REVERSES}{document.reverses}" if document.reverses else ""
    if not kind and not taken:
        return document.notes
    return "\n".join(text for text in (document.notes, kind, taken) if text)


def told_in(notes: str) -> tuple[str, PurchaseKind, str]:
    """Return notes without what `notes_of` told in them: what is proved, and taken back."""
    before, last, number = notes.rpartition(REVERSES)
    reverses = ""
    if last and (not before or before.endswith("\n")):
        notes, reverses = before.removesuffix("\n"), number
    for kind, name in _KINDS.items():
        if notes == name or notes.endswith(f"\n{name}"):
            return notes.removesuffix(name).removesuffix("\n"), kind, reverses
    return notes, PurchaseKind.SUPPLIER_INVOICE, reverses


def settling_reference(document: Settling) -> str:
    """Return the `reference` of a payment or bank entry."""
    mark = document.number or mark_of(document.source_id)
    return _joined(mark, document.reference)


def entry_reference(entry: JournalEntry) -> str:
    """Return the `reference` of a journal, which needs one."""
    return _joined(entry.number or mark_of(entry.source_id), entry.reference)


def entry_description(entry: JournalEntry) -> str:
    """Return the `description` of a journal; what it takes back is told there."""
    return _joined(entry.description, f"{REVERSES}{entry.reverses}" * bool(entry.reverses))


def bank_entry_details(entry: BankEntry) -> str:
    """Return the `details` of a bank entry; what it takes back is told there."""
    return _joined(entry.description, f"{REVERSES}{entry.reverses}" * bool(entry.reverses))


# ---------------------------------------------------------------------------- terms
def due_day(document: Trade, reference: Reference) -> dt.date | None:
    """Return the one day a document falls due; None for none, or several.

    A purchase without one falls due by the terms of its supplier, where they are known:
    Sage wants the day, and computes it for sales only. What takes a credit note back is due
    at once.
    """
    due = document.due
    if isinstance(due, tuple) and due:
        return due[0].due if len(due) == 1 else None
    if isinstance(due, dt.date):
        return due
    if not isinstance(document, PurchaseInvoice) or document.date is None:
        return None
    if document.reverses:
        return document.date
    party = party_of(document, reference)
    if party is None:
        return None
    terms = terms_of(party, reference)
    return None if terms is None else _days_after(document.date, terms)


_A_MONTH_LATER: Final = dt.timedelta(days=31)


def _days_after(day: dt.date, terms: Terms) -> dt.date | None:
    try:
        if terms.counted.startswith("month_end"):
            next_month = (day.replace(day=1) + _A_MONTH_LATER).replace(day=1)
            day = next_month - dt.timedelta(days=1)
        return day + dt.timedelta(days=terms.days)
    except OverflowError:
        return None


def terms_of(party: Party, reference: Reference) -> Terms | None:
    """Return the terms of a party; None where it has none, or such as Sage cannot hold.

    Sage counts days from the document's date, or from the end of its month. Days that run
    to the end of a month are something else, unless there are none.
    """
    by = "invoice" if isinstance(party, Customer) else "payment"
    if party.terms:
        one = party.terms[0]
        days, at_month_end = one.days, one.due_from is not DueFrom.DATE
    else:
        known = (reference.payment_terms or {}).get(party.payment_term)
        if known is None:
            return None
        days, at_month_end = known.days, known.end_of_month
    if len(party.terms) > 1 or days < 0 or (at_month_end and days):
        return None
    return Terms(days, f"month_end_{by}" if at_month_end else f"date_from_{by}")


def bank_of_party(party: Party) -> PartyBank | None:
    """Return the bank account of a party that Sage has a place for: the main one."""
    main = next((bank for bank in party.banks if bank.main), None)
    return main or next(iter(party.banks), None)


# ------------------------------------------------------------------------- analysis
def project_type(project: str, reference: Reference) -> str:
    """Return the analysis type that `project` is the only category of; "" for none."""
    found = [
        dimension for dimension, code in reference.dimension_values or () if code == project
    ]
    return found[0] if len(found) == 1 else ""


def categories_of(line: Line, document: Trade, reference: Reference) -> Mapping[str, str]:
    """Return the analysis categories of a line by type; its own before the project."""
    if not document.project:
        return line.dimensions
    own = project_type(document.project, reference)
    return {own: document.project, **line.dimensions} if own else line.dimensions


# ----------------------------------------------------------------- trade and its places
_CANADA: Final = "CA"


def tax_region(document: Trade, reference: Reference) -> str:
    """Return the id of the province whose taxes a Canadian document is under: "CA-ON".

    It is that of the party, or of the business where the party's is not known or abroad;
    "" where neither is, and outside Canada.
    """
    company = reference.company
    if company is None or company.country != _CANADA:
        return ""
    party = party_of(document, reference)
    address = party.address if party is not None else None
    found = ""
    if address is not None and address.country in {"", _CANADA}:
        found = region_id(address.region, _CANADA)
    return found or region_id(option(ADDRESS_REGION, reference), _CANADA)


GOODS: Final = "GOODS"
SERVICES: Final = "SERVICES"


def sold_kinds(document: Trade, reference: Reference) -> frozenset[str]:
    """Return what the items of a document are: goods, services, both, or nothing said."""
    items: Mapping[str, Item] = reference.items or {}
    return frozenset(
        SERVICES if item.kind is ItemKind.SERVICE else GOODS
        for line in document.lines
        if line.item and (item := items.get(line.item)) is not None
    )


def goods_or_services(document: Trade, reference: Reference) -> str:
    """Return the one `eu_goods_services_type_id` that all lines of a document carry.

    Where no item tells, services: whoever sells goods abroad names them.
    """
    return GOODS if GOODS in sold_kinds(document, reference) else SERVICES


def needs_eu_type(document: Trade, reference: Reference) -> bool:
    """Return whether the lines of a sale must tell goods from services.

    Seen in production of a British business and a customer abroad.
    """
    company = reference.company
    if company is None or company.country != "GB" or not is_sale(document):
        return False
    party = party_of(document, reference)
    address = party.address if party is not None else None
    return address is not None and address.country not in {"", *HOME_OF_VAT}
