"""Where a document goes: journals, accounts, analytic plans. Asked by rules and codec."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from ..model import (
    BankDirection,
    BankEntry,
    Charge,
    ChargeKind,
    Customer,
    Dimension,
    JournalEntry,
    JournalKind,
    Line,
    Movement,
    Party,
    Payment,
    PurchaseCreditNote,
    PurchaseInvoice,
    PurchaseKind,
    Reference,
    SalesCreditNote,
    SalesInvoice,
)
from ..model.payment import FROM_CUSTOMERS
from .settings import Sage100Settings

Sale: TypeAlias = SalesInvoice | SalesCreditNote
Trade: TypeAlias = Sale | PurchaseInvoice | PurchaseCreditNote
"""Documents with lines, charges and taxes."""
Entered: TypeAlias = Payment | BankEntry | JournalEntry
"""Documents that say, or nearly say, what is debited and credited."""
Split: TypeAlias = Trade | JournalEntry
"""Documents whose lines may be split over analytic sections."""
Booked: TypeAlias = Trade | Entered
"""The documents that become pieces."""

_SALES: Final = (SalesInvoice, SalesCreditNote)
PURCHASES: Final = (PurchaseInvoice, PurchaseCreditNote)
TRADE: Final = (*_SALES, *PURCHASES)
"""As `Trade`, for `isinstance`."""
ENTERED: Final = (Payment, BankEntry, JournalEntry)
"""As `Entered`."""
SPLIT: Final = (*TRADE, JournalEntry)
"""As `Split`."""
BOOKED: Final = (*TRADE, *ENTERED)
"""As `Booked`."""
_SHIPPING: Final = ChargeKind.SHIPPING
_CARDS: Final = {PurchaseKind.CARD_PAYMENT, PurchaseKind.CARD_REFUND}


class Giver(NamedTuple):
    """A code and the setting that gives it.

    Attributes:
        code: A journal or an account; "" when nothing gives one.
        setting: Name of the setting; "" where the document, or Sage, gives it.
    """

    code: str
    setting: str = ""


def option(name: str, reference: Reference) -> str:
    """Return an option of the company in Sage's own words; "" where no export tells."""
    return reference.company.own.get(name, "") if reference.company else ""


@lru_cache(maxsize=64)
def coded(listed: str) -> Mapping[str, str]:
    """Return an option that lists a value for each code: "EUR=1,USD=2".

    Of two rows with one code the first counts, as it does in Sage's lists.
    """
    found: dict[str, str] = {}
    for row in listed.split(","):
        code, _, value = row.partition("=")
        if code:
            found.setdefault(code, value)
    return found


def base_currency(reference: Reference) -> str:
    """Return the currency the books are kept in; euros where no export tells."""
    return (reference.company.base_currency if reference.company else "") or "EUR"


def is_sale(document: Trade) -> bool:
    """Return whether a document is a customer's, not a supplier's."""
    return isinstance(document, _SALES)


def journal_of(
    document: Booked, settings: Sage100Settings, reference: Reference
) -> tuple[Giver, JournalKind | None]:
    """Return the journal a document goes to, and the kind it must be; None for any."""
    journals = settings.journals
    match document:
        case JournalEntry():
            return Giver(document.journal), None
        case Payment() | BankEntry():
            return _bank_journal(document, settings, reference), JournalKind.BANK
        case PurchaseInvoice() | PurchaseCreditNote():
            if document.kind is PurchaseKind.EXPENSE_CLAIM and journals.claims:
                return Giver(journals.claims, "journals.claims"), JournalKind.PURCHASES
            if document.kind in _CARDS and journals.cards:
                return Giver(journals.cards, "journals.cards"), JournalKind.PURCHASES
            return Giver(journals.purchases, "journals.purchases"), JournalKind.PURCHASES
        case _:
            return Giver(journals.sales, "journals.sales"), JournalKind.SALES


def _bank_journal(
    document: Payment | BankEntry, settings: Sage100Settings, reference: Reference
) -> Giver:
    code = document.bank_account
    known = (reference.bank_accounts or {}).get(code)
    if known is not None and known.journal:
        return Giver(known.journal)
    # A bank's journal names the bank as well as the bank's own code does.
    if code and (reference.journals is None or code in reference.journals):
        return Giver(code)
    return Giver(settings.journals.bank, "journals.bank")


def bank_account(
    document: Payment | BankEntry, settings: Sage100Settings, reference: Reference
) -> Giver:
    """Return the general account of the bank or cash box that money moves through."""
    known = (reference.bank_accounts or {}).get(document.bank_account)
    if known is not None and known.account:
        return Giver(known.account)
    code = _bank_journal(document, settings, reference).code
    journal = (reference.journals or {}).get(code)
    if journal is not None and journal.account:
        return Giver(journal.account)
    return Giver(settings.accounts.bank, "accounts.bank")


def net_account(part: Line | Charge, document: Trade, settings: Sage100Settings) -> str:
    """Return the income or expense account of a part; "" when nothing gives one.

    The part's own account comes first, then the one of its purpose or tax code.
    """
    return part.account or net_giver(part, document, settings).code


def net_giver(part: Line | Charge, document: Trade, settings: Sage100Settings) -> Giver:
    """Return the account of a part that names none, and the setting that gives it."""
    accounts = settings.accounts
    sale = isinstance(document, _SALES)
    if isinstance(part, Charge) and sale and part.kind is _SHIPPING and accounts.shipping:
        return Giver(accounts.shipping, "accounts.shipping")
    side = "sales" if sale else "purchases"
    by_tax = accounts.sales_by_tax if sale else accounts.purchases_by_tax
    for tax in part.taxes or document.taxes:
        if by_tax.get(tax.code):
            return Giver(by_tax[tax.code], f"accounts.{side}_by_tax[{tax.code}]")
    return Giver(accounts.sales if sale else accounts.purchases, f"accounts.{side}")


def tax_account(code: str, settings: Sage100Settings, reference: Reference) -> str:
    """Return the VAT account of a tax code; "" when neither settings nor Sage give one."""
    if settings.accounts.taxes.get(code):
        return settings.accounts.taxes[code]
    known = (reference.tax_codes or {}).get(code)
    return known.account if known else ""


def from_customer(document: Trade | Payment | BankEntry, reference: Reference) -> bool:
    """Return whether the party of a document is a customer, not a supplier."""
    match document:
        case Payment():
            return document.kind in FROM_CUSTOMERS
        case BankEntry():
            # Suppliers are paid; but either may be refunded.
            known = document.party in (reference.customers or {})
            other = document.party in (reference.suppliers or {})
            return known if known is not other else document.direction is BankDirection.IN
        case _:
            return isinstance(document, _SALES)


def party_of(document: Trade | Payment | BankEntry, reference: Reference) -> Party | None:
    """Return what is known of the document's customer or supplier."""
    customer = from_customer(document, reference)
    known = reference.customers if customer else reference.suppliers
    return (known or {}).get(document.party)


def party_account(party: Party, settings: Sage100Settings) -> Giver:
    """Return the control account of a party: its own, or the one of the settings."""
    if party.account:
        return Giver(party.account)
    return _control_setting(
        settings,
        customer=isinstance(party, Customer),
        employee=getattr(party, "employee", False),
    )


def _control_setting(settings: Sage100Settings, *, customer: bool, employee: bool) -> Giver:
    accounts = settings.accounts
    if customer:
        return Giver(accounts.customers, "accounts.customers")
    if employee and accounts.employees:
        return Giver(accounts.employees, "accounts.employees")
    return Giver(accounts.suppliers, "accounts.suppliers")


def control_account(
    document: Trade | Payment | BankEntry, settings: Sage100Settings, reference: Reference
) -> str:
    """Return the control account that the document's party is collected on, or ""."""
    return control_giver(document, settings, reference).code


def control_giver(
    document: Trade | Payment | BankEntry, settings: Sage100Settings, reference: Reference
) -> Giver:
    """Return the control account of the document's party, and the setting that gives it."""
    known = party_of(document, reference)
    if known is not None:
        return party_account(known, settings)
    # Nothing is known of the party: what the document is tells what it must be.
    return _control_setting(
        settings,
        customer=from_customer(document, reference),
        employee=getattr(document, "kind", None) is PurchaseKind.EXPENSE_CLAIM,
    )


def method_number(method: str, reference: Reference) -> int | None:
    """Return the position of a payment method in the company's list; None if it has none.

    A method is named by its label or its code in Sage, in any case.
    """
    return (
        _methods(option("payment_methods", reference)).get(method.casefold())
        if method
        else None
    )


@lru_cache(maxsize=8)
def _methods(listed: str) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for line in listed.splitlines():
        number, *names = line.split("\t")
        for name in filter(None, names):
            found.setdefault(name.casefold(), int(number))
    return found


def parts(document: Trade) -> Iterator[tuple[str, Line | Charge]]:
    """Yield every line and charge with its JSON pointer."""
    for at, line in enumerate(document.lines):
        yield f"/lines/{at}", line
    for at, charge in enumerate(document.charges):
        yield f"/charges/{at}", charge


def uses(
    document: Booked, settings: Sage100Settings, reference: Reference
) -> Iterator[tuple[str, Giver]]:
    """Yield every account a document is posted to but taxes', with its JSON pointer."""
    match document:
        case JournalEntry():
            for at, movement in enumerate(document.movements):
                yield f"/movements/{at}/account", Giver(movement.account)
            return
        case Payment():
            yield "/bank_account", bank_account(document, settings, reference)
        case BankEntry():
            yield "/bank_account", bank_account(document, settings, reference)
            if document.account:
                yield "/account", Giver(document.account)
                return
        case _:
            for place, part in parts(document):
                own = Giver(part.account) if part.account else None
                yield f"{place}/account", own or net_giver(part, document, settings)
    yield "/party", control_giver(document, settings, reference)


def split_parts(
    document: Split, settings: Sage100Settings
) -> Iterator[tuple[str, Line | Charge | Movement, str]]:
    """Yield what may be split over analytic sections: pointer, part and its account."""
    if isinstance(document, JournalEntry):
        for at, movement in enumerate(document.movements):
            yield f"/movements/{at}", movement, movement.account
        return
    for place, part in parts(document):
        yield place, part, net_account(part, document, settings)


def plan_named(name: str, reference: Reference) -> Dimension | None:
    """Return the analytic plan with this number or name, in any case; None if unknown.

    An empty name means the company's default plan.
    """
    plans = reference.dimensions or {}
    name = name or option("default_analytic_plan", reference)
    if name in plans:
        return plans[name]
    wanted = name.casefold()
    return next((plan for plan in plans.values() if plan.name.casefold() == wanted), None)


def plan_number(name: str, settings: Sage100Settings, reference: Reference) -> str:
    """Return the number, "1" to "11", of the plan of a share or project; or "".

    A share without a plan, and a project, belong to the plan of the settings.
    """
    plan = plan_named(name or settings.analytics.plan, reference)
    if plan:
        return plan.code
    given = name or settings.analytics.plan
    # Without an export a plan that is given by its number can still be written.
    return given if given.isdecimal() and reference.dimensions is None else ""
