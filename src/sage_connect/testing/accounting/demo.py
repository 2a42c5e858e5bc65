"""What a demo business has besides: customers, suppliers, products, services."""

from decimal import Decimal
from typing import Any, Final

from . import fixtures
from .company import Company
from .rooms import room_of
from .store import Doc

_PLACES: Final = {
    "GB": ("Newtown", "NT1 2AB", ""),
    "IE": ("Ballymore", "D01 X2Y3", ""),
    "CA": ("Maplewood", "K1A 0B1", "CA-ON"),
}
# Name, reference, country, currency; "" for the business's own.
_CUSTOMERS: Final = (
    ("Ardent Heating Ltd", "ARDENT", "", ""),
    ("Birch & Sons", "BIRCH", "", ""),
    ("Corner Cafe", "CORNER", "", ""),
    ("Dover Street Dental", "DOVER", "", ""),
    ("Eiffel Conseil SARL", "EIFFEL", "FR", "EUR"),
)
_SUPPLIERS: Final = (
    ("Harbour Pipes Ltd", "HARBOUR", "", ""),
    ("Ink and Paper Co", "INK", "", ""),
    ("Juniper Power", "JUNIPER", "", ""),
)
_PRODUCTS: Final = (
    ("COPPER-15", "Copper pipe 15 mm, 3 m", "12.50"),
    ("VALVE-22", "Gate valve 22 mm", "8.99"),
    ("BOILER-24", "Combination boiler 24 kW", "1150.00"),
)
_SERVICES: Final = (
    ("CALLOUT", "Call-out, first hour", "65.00"),
    ("SERVICE-ANNUAL", "Annual boiler service", "89.00"),
)


def seed_demo(company: Company) -> None:
    """Give a business people to trade with and things to sell."""
    for kind, rows in (("CUSTOMER", _CUSTOMERS), ("VENDOR", _SUPPLIERS)):
        for name, reference, country, currency in rows:
            if currency not in {"", company.currency} and not _deals(company):
                continue
            room_of("contacts").create(
                company, _contact(company, kind, name, reference, country, currency)
            )
    accounts = company.setting("business_settings")["default_ledger_accounts"]
    for at, (code, description, price) in enumerate(_PRODUCTS):
        type_ = fixtures.steady_id(
            company.business, "product_sales_price_types", "Sales Price"
        )
        body = {
            **_item(company, code, description),
            "purchase_ledger_account_id": accounts["product_purchase_ledger_account"],
            "sales_ledger_account_id": accounts["product_sales_ledger_account"],
            "cost_price": Decimal(price) / 2,
            "sales_prices": [
                {"product_sales_price_type_id": type_, "price": Decimal(price)}
            ],
        }
        room_of("products").create(company, body)
        if at == 0 and company.options.edition == "plus":
            stocked = {
                **body,
                "item_code": f"STOCK-{code}",
                "quantity_in_stock": Decimal(100),
            }
            room_of("stock_items").create(company, stocked)
    for code, description, price in _SERVICES:
        type_ = fixtures.steady_id(company.business, "service_rate_types", "Rate")
        body = {
            **_item(company, code, description),
            "sales_ledger_account_id": accounts["service_sales_ledger_account"],
            "sales_rates": [{"service_rate_type_id": type_, "rate": Decimal(price)}],
        }
        room_of("services").create(company, body)


def _deals(company: Company) -> bool:
    return company.options.deals_in_currencies


def _contact(company: Company, kind: str, *about: str) -> Doc:
    name, reference, country, currency = about
    city, code, region = _PLACES[company.country] if not country else ("Lyon", "69001", "")
    return {
        "name": name,
        "reference": reference,
        "contact_type_ids": [kind],
        **({"currency_id": currency} if currency else {}),
        "main_address": {
            "address_line_1": "1 Station Road",
            "city": city,
            "postal_code": code,
            "region": region or None,
            "country_id": country or company.country,
        },
        "main_contact_person": {
            "name": f"Accounts of {name}",
            "email": f"{reference.lower()}@example.com",
        },
    }


def _item(company: Company, code: str, description: str) -> dict[str, Any]:
    rates = company.all("tax_rates")
    standard = next((rate["id"] for rate in rates if rate["name"] == "STANDARD"), None)
    return {
        "item_code": code,
        "description": description,
        "sales_tax_rate_id": standard or rates[0]["id"],
        "purchase_tax_rate_id": standard or rates[0]["id"],
    }
