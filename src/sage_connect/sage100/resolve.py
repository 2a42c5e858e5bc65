"""Which journal, account and analytic plan a document goes to. Asked by rules and codec."""

from ..model import (
    BankEntry,
    Charge,
    Customer,
    Dimension,
    Document,
    JournalEntry,
    Line,
    Payment,
    PurchaseCreditNote,
    PurchaseInvoice,
    Reference,
    SalesCreditNote,
    SalesInvoice,
    Supplier,
    TradeDocument,
)
from .settings import Sage100Settings


def journal_of(document: Document, settings: Sage100Settings) -> str:
    """Return the code of the journal that `document` goes to."""
    match document:
        case SalesInvoice() | SalesCreditNote():
            return settings.journals.sales
        case PurchaseInvoice() | PurchaseCreditNote():
            return settings.journals.purchases
        case Payment() | BankEntry():
            return settings.journals.bank
        case JournalEntry():
            return document.journal or settings.journals.general


def is_sale(document: TradeDocument) -> bool:
    """Return whether `document` is one to a customer."""
    return isinstance(document, SalesInvoice | SalesCreditNote)


def net_account(
    part: Line | Charge, document: TradeDocument, settings: Sage100Settings
) -> str:
    """Return the income or expense account of a line or charge; "" when nothing gives one.

    The part's own account comes first, then the one of its tax code, then the one of its
    purpose.
    """
    accounts = settings.accounts
    if part.account:
        return part.account
    if not is_sale(document):
        return accounts.purchases
    if isinstance(part, Charge) and accounts.shipping:
        return accounts.shipping
    for tax in part.taxes or document.taxes:
        if tax.code in accounts.sales_by_tax:
            return accounts.sales_by_tax[tax.code]
    return accounts.sales


def tax_account(code: str, settings: Sage100Settings, reference: Reference) -> str:
    """Return the VAT account of a tax code; "" when neither settings nor Sage give one."""
    if settings.accounts.taxes.get(code):
        return settings.accounts.taxes[code]
    known = (reference.tax_codes or {}).get(code)
    return known.account if known else ""


def party_of(document: TradeDocument, reference: Reference) -> Customer | Supplier | None:
    """Return what is known of the document's customer or supplier."""
    if is_sale(document):
        return (reference.customers or {}).get(document.party)
    return (reference.suppliers or {}).get(document.party)


def control_account(
    document: TradeDocument, settings: Sage100Settings, reference: Reference
) -> str:
    """Return the control account that the document's party is collected on, or ""."""
    known = party_of(document, reference)
    if known and known.account:
        return known.account
    accounts = settings.accounts
    return accounts.customers if is_sale(document) else accounts.suppliers


def plan_named(name: str, reference: Reference) -> Dimension | None:
    """Return the analytic plan with this number or name, in any case; None if unknown.

    An empty name means the company's default plan.
    """
    plans = reference.dimensions or {}
    if not name and reference.company:
        name = reference.company.own.get("default_analytic_plan", "")
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
