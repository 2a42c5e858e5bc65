"""Which accounts and which analytic plan a document goes to. Asked by rules and codec."""

from typing import TypeAlias

from ..model import (
    Charge,
    ChargeKind,
    Customer,
    Dimension,
    Line,
    Reference,
    SalesCreditNote,
    SalesInvoice,
)
from .settings import Sage100Settings

Sale: TypeAlias = SalesInvoice | SalesCreditNote
"""The documents that become pieces."""


def base_currency(reference: Reference) -> str:
    """Return the currency the books are kept in; euros where no export tells."""
    return (reference.company.base_currency if reference.company else "") or "EUR"


def net_account(part: Line | Charge, document: Sale, settings: Sage100Settings) -> str:
    """Return the income account of a line or charge; "" when nothing gives one.

    The part's own account comes first, then the one of its purpose or tax code.
    """
    accounts = settings.accounts
    if part.account:
        return part.account
    shipping = isinstance(part, Charge) and part.kind is ChargeKind.SHIPPING
    if shipping and accounts.shipping:
        return accounts.shipping
    for tax in part.taxes or document.taxes:
        if accounts.sales_by_tax.get(tax.code):
            return accounts.sales_by_tax[tax.code]
    return accounts.sales


def tax_account(code: str, settings: Sage100Settings, reference: Reference) -> str:
    """Return the VAT account of a tax code; "" when neither settings nor Sage give one."""
    if settings.accounts.taxes.get(code):
        return settings.accounts.taxes[code]
    known = (reference.tax_codes or {}).get(code)
    return known.account if known else ""


def customer_of(document: Sale, reference: Reference) -> Customer | None:
    """Return what is known of the document's customer."""
    return (reference.customers or {}).get(document.party)


def control_account(document: Sale, settings: Sage100Settings, reference: Reference) -> str:
    """Return the control account that the document's customer is collected on, or ""."""
    known = customer_of(document, reference)
    return (known.account if known else "") or settings.accounts.customers


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
