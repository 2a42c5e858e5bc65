"""Where a document goes in a company of Sage Intacct. Asked by rules and codec.

What no other part of a `Reference` has a place for stands in `CompanyOptions.own`, in
Intacct's own words, under the keys that are named here. A key that is not there is not
known; a rule that needs it then says nothing. Flags are "true" or "false", lists have one
entry a line.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar

from ..model import (
    BankEntry,
    Charge,
    Customer,
    Item,
    JournalEntry,
    Line,
    Party,
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
from ..model.payment import FROM_CUSTOMERS
from ..validation.finding import step_of
from .settings import IntacctSettings, Level

V = TypeVar("V")

# ---------------------------------------------------- keys of `CompanyOptions.own`
MODULES: Final = "modules"
"""Codes of the active subscriptions (`get_applications`), a line each: CO, GL, AR, AP…"""
MULTI_ENTITY: Final = "multi_entity"
"""Flag: whether the company has several entities."""
MULTI_CURRENCY: Final = "multi_currency"
"""Flag: whether transactions may be in another currency (`getFinancialSetup`)."""
MULTI_BASE: Final = "multi_base_currency"
"""Flag: whether entities keep their books in different currencies."""
REQUIRES: Final = "requires:"
"""With an account's code: dimensions that every movement on it must name, a line each."""
STATISTICAL_ACCOUNTS: Final = "statistical_accounts"
"""Codes of the statistical accounts, a line each."""
STATISTICAL_JOURNALS: Final = "statistical_journals"
"""Symbols of the statistical journals, a line each."""
EMPLOYEES: Final = "employees"
"""Ids of the employees, a line each."""
SOLUTION_OF: Final = "tax_solution:"
"""With a tax detail's id: the id of its tax solution."""
SOLUTIONS: Final = "tax_solutions"
"""Ids of the active tax solutions, a line each."""
CUSTOMER_TERMS: Final = "ar_terms"
"""Names of the terms of customers, a line each: those of vendors are others."""
SUPPLIER_TERMS: Final = "ap_terms"
"""Names of the terms of vendors, a line each."""
INACTIVE: Final = "inactive:"
"""With an object's name: codes of its records that are out of use, a line each."""
USER_DEFINED: Final = "user_dimensions"
"""Object names of the user-defined dimensions, a line each."""
IN_LEDGER: Final = "dimensions_in_gl"
"""Object names of the dimensions that the general ledger keeps, a line each."""
REVERSE_CHARGE: Final = "reverse_charge:"
"""With a tax detail's id: flag, whether it is one for the reverse charge."""
ENTITY_OF: Final = "entity_of:"
"""With a location's id: the entity that it lies in, where it is none itself."""
ATTACHMENT_FOLDERS: Final = "attachment_folders"
"""Names of the folders for attachments, a line each."""
VERSION: Final = "version"
"""Release of the company, such as "2025 R2", where something tells it."""
USER_TYPE: Final = "user.type"
"""`USERTYPE` of the user who signs in."""
USER_ADMIN: Final = "user.admin"
"""`ADMIN` of the user: "Off", "Limited" or "Full"."""
USER_STATUS: Final = "user.status"
"""`STATUS` of the user."""
USER_ROLES: Final = "user.roles"
"""Roles of the user in order, a line each."""
TOP_LEVEL: Final = "user.top_level"
"""Flag: whether the user reaches the top level of a company with several entities."""

STANDARD_DIMENSIONS: Final = (
    "LOCATION",
    "DEPARTMENT",
    "PROJECT",
    "TASK",
    "CUSTOMER",
    "VENDOR",
    "EMPLOYEE",
    "ITEM",
    "CLASS",
    "CONTRACT",
    "WAREHOUSE",
)
"""Dimensions that Intacct brings along, by object name, in the order of its lines."""
MOST_DIMENSIONS: Final = 20
"""How many dimensions the published integrations send with a line."""
MODULE_OF: Final[Mapping[str, str]] = {
    "PROJECT": "PA",
    "TASK": "PA",
    "CONTRACT": "CN",
    "WAREHOUSE": "INV",
}
"""The subscription that a dimension belongs to; its absence is inferred from the lookup of
a company without it."""

SPLIT_DIMENSIONS: Final = tuple(one for one in STANDARD_DIMENSIONS if one != "TASK")
"""Dimensions that a share of a movement may name."""
MADE_DIMENSIONS: Final = ("DEPARTMENT", "LOCATION", "CLASS", "PROJECT")
"""Dimensions whose values are made as such; those of the user come beside them."""
SEVERAL_TAXES: Final = frozenset({"AU", "GB"})
"""Countries whose tax solutions take several tax details on a line."""
_COUNTRY_NAMES: Final[Mapping[str, str]] = {
    "AUSTRALIA": "AU",
    "UNITED KINGDOM": "GB",
    "UK": "GB",
    "SOUTH AFRICA": "ZA",
}
# Modules without which a kind of document has no place.
RECEIVABLES: Final = "AR"
PAYABLES: Final = "AP"
LEDGER: Final = "GL"
CASH: Final = "CM"
EXPENSES: Final = "EE"
TAX: Final = "TX"

SALES: Final = (SalesInvoice, SalesCreditNote)
PURCHASES: Final = (PurchaseInvoice, PurchaseCreditNote)
TRADE: Final = (*SALES, *PURCHASES)
BOOKED: Final = (*TRADE, Payment, JournalEntry, BankEntry)
PARTIES: Final = (Customer, Supplier)
Sale: TypeAlias = SalesInvoice | SalesCreditNote
Purchase: TypeAlias = PurchaseInvoice | PurchaseCreditNote
Trade: TypeAlias = Sale | Purchase
Booked: TypeAlias = Trade | Payment | JournalEntry | BankEntry


class Giver(NamedTuple):
    """A code and what gives it.

    Attributes:
        code: An account; "" when nothing gives one.
        setting: Name of the setting; "" where the document or an item gives it.
    """

    code: str
    setting: str = ""


def option(name: str, reference: Reference) -> str:
    """Return an option of the company by its key; "" where it is not known."""
    return reference.company.own.get(name, "") if reference.company else ""


def flag(name: str, reference: Reference) -> bool | None:
    """Return a flag of the company by its key; None where it is not known."""
    return {"true": True, "false": False}.get(option(name, reference))


@lru_cache(maxsize=64)
def listed(lines: str) -> frozenset[str]:
    """Return the entries of a list of the company."""
    return frozenset(line for line in lines.splitlines() if line)


def known_list(name: str, reference: Reference) -> frozenset[str] | None:
    """Return a list of the company by its key; None where it is not known."""
    company = reference.company
    if company is None or name not in company.own:
        return None
    return listed(company.own[name])


def has_module(code: str, reference: Reference) -> bool | None:
    """Return whether a subscription is active; None where that is not known."""
    modules = known_list(MODULES, reference)
    return None if modules is None else code in modules


def base_currency(reference: Reference) -> str:
    """Return the currency of the books; "" where it is not known, or is the entities'."""
    return reference.company.base_currency if reference.company else ""


def told_currency(document: Any, reference: Reference) -> str | None:
    """Return a document's currency where it has to be told; None where it has not."""
    foreign = document.currency != base_currency(reference)
    told = foreign or flag(MULTI_CURRENCY, reference)
    return document.currency if told and document.currency else None


def books_currency(
    document: Any, settings: "IntacctSettings", reference: Reference
) -> str | None:
    """Return the currency of the books that a document stands in; None if not known."""
    known = (reference.entities or {}).get(entity_of(document, settings))
    return (known.currency if known else "") or base_currency(reference) or None


def is_sale(document: Trade) -> bool:
    """Return whether a document is a customer's, not a supplier's."""
    return isinstance(document, SALES)


def is_claim(document: Any) -> bool:
    """Return whether a purchase is an employee's claim: an expense report in Intacct."""
    kind = getattr(document, "kind", None)
    return isinstance(document, PurchaseInvoice) and kind is PurchaseKind.EXPENSE_CLAIM


def is_statistical(entry: JournalEntry, reference: Reference) -> bool:
    """Return whether an entry counts something else than money."""
    return entry.journal in listed(option(STATISTICAL_JOURNALS, reference))


def is_received(payment: Payment) -> bool:
    """Return whether a payment's party is a customer."""
    return payment.kind in FROM_CUSTOMERS


def is_refund(payment: Payment) -> bool:
    """Return whether money goes back."""
    return payment.kind in {PaymentKind.CUSTOMER_REFUND, PaymentKind.SUPPLIER_REFUND}


def is_advance(payment: Payment) -> bool:
    """Return whether a customer pays before there is anything to settle."""
    return payment.kind is PaymentKind.CUSTOMER_RECEIPT and not payment.allocations


def party_of(document: Trade | Payment, reference: Reference) -> Party | None:
    """Return the party of a document; None where it is not known."""
    customers = (
        is_received(document) if isinstance(document, Payment) else is_sale(document)
    )
    known: Mapping[str, Party] | None
    known = reference.customers if customers else reference.suppliers
    return (known or {}).get(document.party)


def number_of(document: Any) -> str:
    """Return the number that a document carries in Intacct; "" where Intacct numbers.

    A bill carries the supplier's own number, where it is told.
    """
    if isinstance(document, PURCHASES) and document.party_number.strip():
        return document.party_number
    # Intacct takes blanks for nothing, and would give a number of its own.
    number: str = document.number if document.number.strip() else document.source_id
    return number


def reference_of(document: Any) -> str:
    """Return what stands in the field for a reference.

    Our number comes first, where a bill carries its supplier's.
    """
    own = ""
    if isinstance(document, PURCHASES) and document.party_number.strip():
        own = document.number if document.number.strip() else document.source_id
    return " ".join(filter(None, (own, document.reference)))


def line_giver(
    line: Line, document: Trade, settings: IntacctSettings, reference: Reference
) -> Giver:
    """Return the account of a line: its own, its item's, or the one of the settings."""
    if line.account:
        return Giver(line.account)
    item: Item | None = (reference.items or {}).get(line.item)
    sale = is_sale(document)
    if item is not None:
        own = item.sales_account if sale else item.purchase_account
        if own:
            return Giver(own)
    if sale:
        return Giver(settings.accounts.sales, "accounts.sales")
    return Giver(settings.accounts.purchases, "accounts.purchases")


def charge_giver(charge: Charge, settings: IntacctSettings) -> Giver:
    """Return the account of a charge: its own, or the one of the settings."""
    if charge.account:
        return Giver(charge.account)
    return Giver(settings.accounts.shipping, "accounts.shipping")


def entity_of(document: Any, settings: IntacctSettings) -> str:
    """Return the entity that a document is posted in; "" for the top level.

    Master data is always kept at the top level.
    """
    if not isinstance(document, BOOKED):
        return ""
    if document.entity:
        return document.entity
    level = settings.levels.get(document.type, settings.level.value)
    return settings.entity if level == Level.ENTITY.value else ""


def dimensions_of(
    part: Any, document: Any, settings: IntacctSettings
) -> dict[str, tuple[str, str]]:
    """Return the dimensions of a line or movement by object name: value and path.

    The path is that within the part; one that begins with "/" is the document's. The
    document's project counts on every line, and the item of a line is a dimension of it;
    what the line itself says wins. Those that the settings turn off are left out.
    """
    found: dict[str, tuple[str, str]] = {}
    project: str = getattr(document, "project", "")
    if project:
        found["PROJECT"] = (project, "/project")
    item: str = getattr(part, "item", "")
    if item:
        found["ITEM"] = (item, "item")
    for name, value in part.dimensions.items():
        found[name.upper()] = (value, f"dimensions/{step_of(name)}")
    return {
        name: one
        for name, one in found.items()
        if name not in settings.inactive_dimensions and one[0]
    }


def bank_of(document: Payment | BankEntry, settings: IntacctSettings) -> Giver:
    """Return the bank account of a payment: its own, or the one of the settings."""
    if document.bank_account:
        return Giver(document.bank_account)
    return Giver(settings.bank_account, "bank_account")


def account_givers(
    document: Trade, settings: IntacctSettings, reference: Reference
) -> Iterator[tuple[str, Giver]]:
    """Yield the account of everything that is posted as a line, and where it stands."""
    for at, line in enumerate(document.lines):
        yield f"/lines/{at}/account", line_giver(line, document, settings, reference)
    for at, charge in enumerate(document.charges):
        yield f"/charges/{at}/account", charge_giver(charge, settings)
    if document.adjustment:
        yield "/adjustment", Giver(settings.accounts.adjustments, "accounts.adjustments")


def sent_dimensions(
    named: Mapping[str, V], settings: IntacctSettings
) -> tuple[dict[str, V], tuple[str, ...]]:
    """Return the dimensions of a line that are sent, and the names of those that are not.

    Intacct's own come first, then the others as they are given; beyond the twentieth they
    are sent only where the policy says so.
    """
    if len(named) <= MOST_DIMENSIONS or settings.policy.extra_dimensions:
        return dict(named), ()
    names = sorted(named, key=lambda one: one not in STANDARD_DIMENSIONS)
    kept = frozenset(names[:MOST_DIMENSIONS])
    sent = {name: value for name, value in named.items() if name in kept}
    return sent, tuple(names[MOST_DIMENSIONS:])


def party_dimension(document: Any) -> str:
    """Return the dimension that the party of a document is on each of its lines."""
    if isinstance(document, SALES):
        return "CUSTOMER"
    if isinstance(document, PURCHASES):
        return "EMPLOYEE" if is_claim(document) else "VENDOR"
    return ""


def solution_of(
    document: Trade, settings: IntacctSettings, reference: Reference
) -> str | None:
    """Return the tax solution of a document; "" where none is to be told, None for unknown.

    It is that of the settings, the only one of the company, or the one that all of the
    document's tax details are of.
    """
    if settings.tax_solution:
        return settings.tax_solution
    known = known_list(SOLUTIONS, reference)
    if known is None:
        return None
    if len(known) == 1:
        return next(iter(known))
    parts: tuple[Line | Charge, ...] = (*document.lines, *document.charges)
    own = {
        option(f"{SOLUTION_OF}{tax.code}", reference)
        for part in parts
        for tax in part.taxes
    }
    return own.pop() if len(own) == 1 else ""


def country_of_solution(solution: str, reference: Reference) -> str:
    """Return the country of a tax solution, by its name: that is all that tells it.

    Of a name that tells none, it is the company's.
    """
    name = solution.upper()
    for beginning, country in _COUNTRY_NAMES.items():
        if name.startswith(beginning):
            return country
    return reference.company.country if reference.company else ""


def module_of(document: Any) -> str:
    """Return the subscription that a document or a party belongs to; "" for none."""
    if isinstance(document, (*SALES, Customer)):
        return RECEIVABLES
    if isinstance(document, (*PURCHASES, Supplier)):
        return EXPENSES if is_claim(document) else PAYABLES
    if isinstance(document, Payment):
        return RECEIVABLES if is_received(document) else PAYABLES
    if isinstance(document, JournalEntry):
        return LEDGER
    return CASH if isinstance(document, BankEntry) else ""


def terms_for(customers: bool, reference: Reference) -> frozenset[str] | None:  # noqa: FBT001 - one of two sides
    """Return the names of the terms of customers, or of vendors; None for not known.

    Terms of the same name on both sides are two.
    """
    return known_list(CUSTOMER_TERMS if customers else SUPPLIER_TERMS, reference)


def is_out_of_use(object: str, code: str, reference: Reference) -> bool:
    """Return whether a record is known to be inactive, of objects that we keep no more of.

    Args:
        object: Such as "ARTERM".
        code: Its code.
        reference: What is known of the company.
    """
    return bool(code) and code in listed(option(f"{INACTIVE}{object}", reference))


def term_giver(document: Trade, settings: IntacctSettings, reference: Reference) -> Giver:
    """Return the term of a document without a due date: of its party, or the settings'."""
    party = party_of(document, reference)
    if party is not None and party.payment_term:
        return Giver(party.payment_term)
    if is_sale(document):
        return Giver(settings.customer_term, "customer_term")
    return Giver(settings.supplier_term, "supplier_term")


def entity_of_location(location: str, reference: Reference) -> str:
    """Return the entity that a location lies in; "" where it is not known."""
    if location in (reference.entities or {}):
        return location
    return option(f"{ENTITY_OF}{location}", reference)
