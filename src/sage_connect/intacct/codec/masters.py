"""Customers, vendors, items and values of dimensions, as Intacct has them."""

from typing import Any, Final

from ...model import Address, Customer, DimensionValue, Item, Party, Reference
from .. import functions
from ..resolve import MADE_DIMENSIONS
from ..settings import IntacctSettings
from .encoded import Encoded, Writing

NON_INVENTORY: Final = "Non-Inventory"
ACTIVE: Final = "active"
INACTIVE: Final = "inactive"
_STREETS: Final = 2
CUSTOMER: Final = "CUSTOMER"
VENDOR: Final = "VENDOR"
ITEM: Final = "ITEM"
NAME_OF: Final = {
    CUSTOMER: ("CUSTOMERID", "NAME"),
    VENDOR: ("VENDORID", "NAME"),
    ITEM: ("ITEMID", "NAME"),
    "DEPARTMENT": ("DEPARTMENTID", "TITLE"),
    "LOCATION": ("LOCATIONID", "NAME"),
    "CLASS": ("CLASSID", "NAME"),
    "PROJECT": ("PROJECTID", "NAME"),
    "EMPLOYEE": ("EMPLOYEEID", "TITLE"),
    "TASK": ("TASKID", "NAME"),
    "CONTRACT": ("CONTRACTID", "NAME"),
    "WAREHOUSE": ("WAREHOUSEID", "NAME"),
}
"""Fields with id and name of each object that is a dimension."""
USER_NAME: Final = ("id", "name")
"""The same of a user-defined dimension [seen in public code]."""
PROJECT_CATEGORY: Final = "Contract"
_CONTACT: Final = "DISPLAYCONTACT."
_MAIL: Final = "DISPLAYCONTACT.MAILADDRESS."


def object_of(item: Any) -> str:
    """Return the object that master data is kept as."""
    match item:
        case Customer():
            return CUSTOMER
        case Party():
            return VENDOR
        case Item():
            return ITEM
        case _:
            name: str = item.dimension.upper()
            return name


class MasterCodec:
    """Writes master data, for one company. It is always kept at the top level.

    Args:
        settings: How it is posted to.
        reference: What is known of it.
    """

    def __init__(self, settings: IntacctSettings, reference: Reference) -> None:
        self._settings: IntacctSettings = settings
        self._reference: Reference = reference

    def encode(self, item: Any, key: str, *, stands: bool) -> Encoded:
        """Return what creates, or changes, master data.

        Args:
            item: In Intacct's codes, accepted by the rules.
            key: Digest of its key.
            stands: True where the company has it.
        """
        out = Writing()
        match item:
            case Party():
                function = self._party(item, out, stands=stands)
            case Item():
                function = self._item(item, out, stands=stands)
            case _:
                function = _value(item, out, stands=stands)
        function.control_id = key
        return out.encoded(None, function, number=item.code)

    def _party(self, party: Party, out: Writing, *, stands: bool) -> Any:
        fields: dict[str, Any] = {
            "primary_phone_no": party.phone or None,
            "primary_email_address": party.email or None,
            "tax_id": party.tax_number or None,
            "payment_term": party.payment_term or None,
            "comments": party.notes or None,
            "default_currency": party.currency or None,
            "active": party.active,
            **_address(party.address, out),
        }
        name = party.name or party.code
        out.expect("NAME", name, "/name")
        out.expect(f"{_CONTACT}PHONE1", party.phone, "/phone")
        out.expect(f"{_CONTACT}EMAIL1", party.email, "/email")
        out.expect("TAXID", party.tax_number, "/tax_number")
        out.expect("TERMNAME", party.payment_term, "/payment_term")
        out.expect("COMMENTS", party.notes, "/notes")
        out.expect("CURRENCY", party.currency, "/currency")
        out.expect("STATUS", ACTIVE if party.active else INACTIVE, "/active")
        if isinstance(party, Customer):
            out.expect("CUSTOMERID", party.code, "/code")
            out.expect("OFFSETGLACCOUNTNO", party.account, "/account")
            made = functions.CustomerUpdate if stands else functions.CustomerCreate
            return made(
                customer_id=party.code,
                customer_name=name,
                offset_ar_gl_account_no=party.account or None,
                **fields,
            )
        out.expect("VENDORID", party.code, "/code")
        created = functions.VendorUpdate if stands else functions.VendorCreate
        return created(
            vendor_id=party.code,
            vendor_name=name,
            **fields,
        )

    def _item(self, item: Item, out: Writing, *, stands: bool) -> Any:
        name = item.description or item.code
        fields: dict[str, Any] = {
            "item_id": item.code,
            "item_name": name,
            "active": item.active,
            "base_price": item.sales_price,
            "standard_cost": item.purchase_price,
            "revenue_gl_account_no": item.sales_account or None,
            "expense_gl_account_no": item.purchase_account or None,
            "note": item.notes or None,
        }
        out.expect("ITEMID", item.code, "/code")
        out.expect("NAME", name, "/description")
        out.expect("STATUS", ACTIVE if item.active else INACTIVE, "/active")
        out.expect("BASEPRICE", item.sales_price, "/sales_price")
        out.expect("STANDARD_COST", item.purchase_price, "/purchase_price")
        out.expect("INCOMEACCTKEY", item.sales_account, "/sales_account")
        out.expect("EXPENSEACCTKEY", item.purchase_account, "/purchase_account")
        out.expect("NOTE", item.notes, "/notes")
        if stands:
            # What kind of item it is cannot be changed.
            return functions.ItemUpdate(**fields)
        return functions.ItemCreate(item_type=NON_INVENTORY, **fields)


def _address(address: Address | None, out: Writing) -> dict[str, Any]:
    if address is None:
        return {}
    streets = list(address.lines[: _STREETS - 1])
    rest = ", ".join(address.lines[_STREETS - 1 :])
    first, second = (*streets, rest, "")[:_STREETS] if streets else (rest, "")
    fields = {
        "address_line1": (first, "ADDRESS1", "/address/lines/0"),
        "address_line2": (second, "ADDRESS2", "/address/lines/1"),
        "city": (address.city, "CITY", "/address/city"),
        "state_province": (address.region, "STATE", "/address/region"),
        "zip_postal_code": (address.postal_code, "ZIP", "/address/postal_code"),
        "iso_country_code": (address.country, "COUNTRYCODE", "/address/country"),
    }
    for value, field, path in fields.values():
        out.expect(f"{_MAIL}{field}", value, path)
    return {name: value or None for name, (value, _, _) in fields.items()}


def _value(value: DimensionValue, out: Writing, *, stands: bool) -> Any:
    name = value.name or value.code
    kind = object_of(value)
    id_field, name_field = NAME_OF.get(kind, USER_NAME)
    if kind not in MADE_DIMENSIONS:
        # Of user-defined ones Intacct gives the id: the name is what lines carry.
        out.expect(name_field, value.code, "/code")
        made = functions.Update if stands else functions.Create
        return made(object=value.dimension, fields={"name": value.code})
    out.expect(id_field, value.code, "/code")
    out.expect(name_field, name, "/name")
    status = ACTIVE if value.active else INACTIVE
    out.expect("STATUS", status, "/active")
    lower = kind.lower()
    fields: dict[str, Any] = {
        f"{lower}_id": value.code,
        f"{lower}_name": name,
        "active": value.active,
    }
    if kind == "PROJECT" and not stands:
        fields["project_category"] = PROJECT_CATEGORY
    title = kind.capitalize()
    chosen: Any = getattr(functions, f"{title}Update" if stands else f"{title}Create")
    return chosen(**fields)
