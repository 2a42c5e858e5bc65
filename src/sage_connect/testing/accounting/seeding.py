"""New businesses: what they have before anybody posts."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, Literal, TypeAlias

from . import access, banks, chart
from .company import Company
from .demo import seed_demo
from .digits import text
from .fixtures import Rate, country, steady_id
from .store import Doc

Seed: TypeAlias = Literal["demo", "empty", "none"]
"""What is there at the start: customers, suppliers, products and services; a new business
without any; no business at all."""

_PRICES: Final = ("Sales Price", "Trade", "Wholesale")
_NAMES: Final = ("Demo Business", "Second Business", "Third Business")
# A business needs a day before which nothing can be posted; real ones choose it.
_TERMS: Final = {"customer_credit_days": 30, "vendor_credit_days": 30}


def business_ids(country_code: str, count: int) -> list[str]:
    """Return the ids of the businesses of a country; the same in every run."""
    return [steady_id("business", country_code, str(at)) for at in range(count)]


def seed_user(company: Company, businesses: list[str]) -> None:
    """Make the user and the businesses that the user sees."""
    options, now = company.options, company.clock.stamp()
    company.add(
        "user",
        {
            "displayed_as": "Demo User",
            "first_name": "Demo",
            "last_name": "User",
            "initials": "DU",
            "email": "demo@example.com",
            "locale": f"en-{company.country}",
            "name": "Demo User",
        },
        id="user",
    )
    for at, id in enumerate(businesses):
        name = _NAMES[at] if at < len(_NAMES) else f"Business {at + 1}"
        company.add(
            "businesses",
            {
                "name": f"{name} {company.country}",
                "country": company.country,
                "address_line_1": "1 High Street",
                "city": "Newtown",
                "postal_code": "",
                "region": "",
                "telephone": "",
                "mobile": "",
                "website": "",
                "is_demo": False,
                "subscriptions": [access.subscription(options, now)],
            },
            id=id,
        )


def seed_business(company: Company, seed: Seed) -> None:
    """Give a new business its chart, rates, accounts and settings."""
    _rates(company)
    _chart(company)
    _items(company)
    _profiles(company)
    _settings(company)
    _banks(company)
    _system_contacts(company)
    if seed == "demo":
        seed_demo(company)


def _id(company: Company, *parts: str) -> str:
    return steady_id(company.business, *parts)


def _rates(company: Company) -> None:
    for rate in country(company.country.lower()).rates:
        parts = [_id(company, "tax_rates", name) for name in rate.components]
        company.add(
            "tax_rates", _rate(rate, parts), id=rate_id(company, rate.id or rate.name)
        )


def _rate(rate: Rate, components: list[str]) -> Doc:
    percentage = text(Decimal(rate.percentage))
    return {
        "name": rate.name,
        "_text": rate.text,
        "percentage": percentage,
        "percentages": [
            {"percentage": percentage, "from_date": "1900-01-01", "to_date": None}
        ],
        "is_visible": True,
        "is_combined_rate": bool(components),
        "component_tax_rates": components,
        "retailer": False,
        "editable": False,
        "deletable": False,
        **({"_regions": list(rate.regions)} if rate.regions else {}),
    }


def rate_id(company: Company, name: str) -> str:
    """Return the id of a tax rate of the template: a code, or hexadecimal in Canada."""
    return (
        name if name.startswith(f"{company.country}_") else _id(company, "tax_rates", name)
    )


def _chart(company: Company) -> None:
    for row in country(company.country.lower()).accounts:
        fields = {
            "tax_rate": rate_id(company, row.tax) if row.tax else None,
            "is_control_account": bool(row.control),
            "control_name": row.control or None,
            **chart.visibility(row.visible_in),
        }
        doc = chart.account(row.code, row.name, row.type, fields)
        company.add("ledger_accounts", doc, id=_id(company, "ledger_accounts", row.code))


def _items(company: Company) -> None:
    for name in _PRICES:
        company.add(
            "product_sales_price_types",
            {"name": name, "active": True},
            id=_id(company, "product_sales_price_types", name),
        )
    company.add(
        "service_rate_types",
        {"name": "Rate", "active": True},
        id=_id(company, "service_rate_types", "Rate"),
    )
    for at in ("1", "2", "3"):
        company.add(
            "analysis_types",
            {
                "name": f"Analysis type {at}",
                "active_areas": [],
                "analysis_type_level": ["TRANSACTION"],
                "analysis_type_categories": [],
            },
            id=_id(company, "analysis_types", at),
        )


def _profiles(company: Company) -> None:
    """Registrations for a tax; which ones a business has is assumed."""
    types = (
        ("CA_GST_HST", "CA_QST") if company.country == "CA" else (f"{company.country}_VAT",)
    )
    for type_ in types if company.options.tax_registered else ():
        doc = {
            "name": type_,
            "tax_type": type_,
            "tax_number": "123456789",
            "collect_tax": True,
            "tax_return_frequency": "QUARTERLY",
        }
        company.add("tax_profiles", doc, id=_id(company, "tax_profiles", type_))


def _settings(company: Company) -> None:
    year = company.clock.today().year
    registered = company.options.tax_registered
    company.put_setting(
        "financial_settings",
        {
            "year_end_date": f"{year}-12-31",
            "year_end_lockdown_date": None,
            "accounting_type": "accrual",
            "accounts_start_date": None,
            "base_currency": company.currency,
            "multi_currency_enabled": company.options.deals_in_currencies,
            "use_live_exchange_rates": True,
            "mtd_activation_status": "mtd_unavailable",
            "mtd_connected": False,
            # Seen in production: blank rather than null.
            "mtd_authenticated_date": "",
            "tax_scheme": "STANDARD" if registered else "NOT_REGISTERED",
            "tax_return_frequency": "QUARTERLY" if registered else None,
            "tax_number": f"{company.country}123456789" if registered else None,
            "general_tax_number": "",
            "default_irpf_rate": "0.0",
            "sales_tax_calculation": "invoice" if registered else None,
            "purchase_tax_calculation": "invoice" if registered else None,
            "postponed_accounting": False,
            "destination_vat": False,
        },
    )
    company.put_setting("invoice_settings", _invoice_settings())
    template = country(company.country.lower())
    company.put_setting(
        "business_settings",
        {
            "default_ledger_accounts": {
                f"{purpose}_ledger_account": _id(company, "ledger_accounts", code)
                for purpose, code in template.defaults.items()
            },
            "_controls": {
                row.control: _id(company, "ledger_accounts", row.code)
                for row in template.accounts
                if row.control
            },
            "business_type": "LIMITED_COMPANY",
            "country_of_registration": {
                "GB": "ENGLAND_AND_WALES",
                "IE": "REPUBLIC_OF_IRELAND",
            }.get(company.country),
            "business_created_at": company.clock.stamp(),
            "wizard_complete": True,
        },
    )
    company.put_setting(
        "email_settings", {"default_messages": [], "pdf_attached": True, "send_bcc": False}
    )
    company.put_setting("cis_settings", {"contractor": False, "subcontractor": False})
    company.put_setting("migrations", {"status": "NOT_STARTED"})


def _invoice_settings() -> Doc:
    # Numbers are integers, prefixes stand apart (documented); the prefixes themselves are
    # those of the samples, but for estimates and credit notes, which are assumed.
    headings = ("Sales Invoice", "Sales Credit Note", "Sales Quote", "Sales Estimate")
    return {
        "next_invoice_number": 1,
        "next_credit_note_number": 1,
        "next_quote_number": 1,
        "_next_estimate_number": 1,
        "separate_invoice_credit_note_numbering": True,
        "sales_invoice_number_prefix": "SI-",
        "sales_credit_note_number_prefix": "SCN-",
        "quote_number_prefix": "SQ-",
        "estimate_number_prefix": "SE-",
        "quick_entry_prefix": "QE-",
        "quote_default_days_to_expiry": 30,
        "estimate_default_days_to_expiry": 30,
        **_TERMS,
        "customer_credit_terms": "date_from_invoice",
        "vendor_credit_terms": "date_from_payment",
        "document_headings": {
            **{text.lower().replace(" ", "_"): text for text in headings},
            "pro_forma": "Pro Forma Invoice",
            "statement": "Statement",
            "remittance_advice": "Remittance Advice",
            "delivery_note": "Delivery Note",
        },
        "line_item_titles": {
            "description": "Description",
            "unit_price": "Price",
            "quantity": "Qty",
            "discount": "Discount",
        },
        "footer_details": {"column_1": "", "column_2": "", "column_3": ""},
        "print_contact_details": {
            "business_name": True,
            "due_date": True,
            "default_delivery_address": "INVOICE_ADDRESS",
        },
        "print_statements": {"days_overdue": True, "table_of_balances": True},
    }


def _banks(company: Company) -> None:
    """A new business has a current account and one for cash (documented)."""
    accounts = {row["control_name"]: row for row in company.all("ledger_accounts")}
    for control, type_, method in (
        ("BANK_CURRENT", "CHECKING", "CREDIT_DEBIT"),
        ("BANK_CASH", "CASH_IN_HAND", "CASH"),
    ):
        account = accounts[control]
        company.add(
            "bank_accounts",
            banks.opened(
                account, type_, {"default_payment_method": method}, company.currency
            ),
            id=_id(company, "bank_accounts", type_),
        )


def _system_contacts(company: Company) -> None:
    """Contacts of Sage's own, as the quick start shows them in a British business."""
    if company.country != "GB":
        return
    for name, reference, type_ in (
        ("HMRC Reclaimed", "HMRC Rec", "CUSTOMER"),
        ("HMRC Payments", "HMRC Pay", "VENDOR"),
    ):
        fields: Mapping[str, Any] = {
            "name": name,
            "reference": reference,
            "_code": reference.lower(),
            "contact_types": [type_],
            "currency": company.currency,
            "system": True,
            "deletable": False,
            "is_active": True,
        }
        company.add("contacts", fields, id=_id(company, "contacts", reference))
