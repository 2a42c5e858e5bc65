"""The company before anybody posts, and what a demo has besides."""

from collections.abc import Mapping
from typing import Any, Final, Literal, TypeAlias

from . import chart
from .access import HEALTHY
from .company import Company
from .store import Row

Seed: TypeAlias = Literal["demo", "empty"]
"""What is there at the start: parties, items, projects and departments; or none of them.
Chart, journals, terms, taxes, banks, entities and the user are there in either."""

SOLUTION: Final = "United Kingdom - VAT"

# Id, name, currency; "" for the company's own.
_CUSTOMERS: Final = (
    ("ARDENT", "Ardent Heating Ltd", ""),
    ("BIRCH", "Birch & Sons", ""),
    ("CORNER", "Corner Cafe", ""),
    ("DOVER", "Dover Street Dental", ""),
    ("EIFFEL", "Eiffel Conseil SARL", "EUR"),
)
_VENDORS: Final = (
    ("HARBOUR", "Harbour Pipes Ltd", ""),
    ("INK", "Ink and Paper Co", ""),
    ("JUNIPER", "Juniper Power", ""),
)
_ITEMS: Final = (
    ("COPPER-15", "Copper pipe 15 mm, 3 m", "12.50"),
    ("VALVE-22", "Gate valve 22 mm", "8.99"),
    ("BOILER-24", "Combination boiler 24 kW", "1150"),
    ("CALLOUT", "Call-out, first hour", "65"),
    ("SERVICE-ANNUAL", "Annual boiler service", "89"),
)
_DEFINITIONS: Final = (
    ("SODOCUMENTPARAMS", "Sales Order"),
    ("SODOCUMENTPARAMS", "Sales Invoice"),
    ("PODOCUMENTPARAMS", "Purchase Order"),
    ("PODOCUMENTPARAMS", "Vendor Invoice"),
    ("INVDOCUMENTPARAMS", "Inventory Issue"),
)
_DEPARTMENTS: Final = (
    ("SALES", "Sales"),
    ("ENG", "Engineering"),
    ("ADMIN", "Administration"),
)
_PROJECTS: Final = (("P100", "Market hall"), ("P200", "Chapel house"))
_CLASSES: Final = (("RETAIL", "Retail"), ("TRADE", "Trade"))
_EMPLOYEES: Final = (("E-001", "Alex Field"), ("E-002", "Kim Stone"))


def seed_company(company: Company, seed: Seed) -> None:
    """Give a new company what it needs to post, and a demo what it needs to trade."""
    options = company.options
    company.store.take_note("company", options.company_id)
    company.store.take_note("country", "GB")
    company.store.take_note("controls", dict(chart.CONTROLS))
    _user(company)
    _entities(company)
    _accounts(company)
    _journals(company)
    _terms(company)
    _taxes(company)
    _banks(company)
    company.add("supdocfolder", {"NAME": "Attachments", "STATUS": "active"})
    for name in ("Intacct Daily Rate",):
        company.add("EXCHANGERATETYPES", {"NAME": name, "STATUS": "active"})
    for object, id in _DEFINITIONS:
        company.add(object, {"DOCID": id, "DESCRIPTION": id, "STATUS": "active"})
    if seed == "demo":
        _demo(company)


def _user(company: Company) -> None:
    options = company.options
    company.add("ROLES", {"NAME": "Admin", "DESCRIPTION": "All rights"})
    row = company.add(
        "USERINFO",
        {
            "LOGINID": options.user_id,
            "DESCRIPTION": options.user_id,
            "USERTYPE": "business user",
            "ADMIN": "Full",
            "STATUS": "active",
            "UNRESTRICTED": "true",
            "EMAIL": "api@example.com",
            "CONTACTINFO.CONTACTNAME": options.user_id,
            "CONTACTINFO.LASTNAME": "Alias",
            "CONTACTINFO.FIRSTNAME": "API",
            "_PASSWORD": options.user_password,
            "_RIGHTS": dict[str, str](),
            "_ENTITIES": list[str](),
        },
    )
    give_roles(company, row, ("Admin",))


def give_roles(company: Company, user: Row, roles: tuple[str, ...]) -> None:
    """Give a user roles in the place of those that the user had."""
    login = str(user["LOGINID"])
    for name in ("USERROLES", "ROLEUSERS"):
        for old in list(company.store.all(name)):
            if login in {old.get("USERID"), old.get("LOGINID")}:
                company.remove(name, old)
    for role in roles:
        named = {"USERID": login, "USERKEY": user["RECORDNO"], "ROLENAME": role}
        company.add("USERROLES", {**named, "USERNAME": login, "ROLEKEY": "1"})
        company.add("ROLEUSERS", {**named, "LOGINID": login, "NAME": role})


def give_rights(company: Company, user: Row, rights: Mapping[str, str]) -> Row:
    """Set the rights of a user, by policy or module, where they are not all."""
    for old in list(company.store.all("USERRIGHTS")):
        company.remove("USERRIGHTS", old)
    for policy, given in (rights or {"All": HEALTHY}).items():
        named = {"POLICYNAME": policy, "RIGHTS": given}
        company.add("USERRIGHTS", {"LOGINID": user["LOGINID"], **named})
    return company.change("USERINFO", user, {"_RIGHTS": dict(rights)})


def _entities(company: Company) -> None:
    for id, name in chart.ENTITIES:
        fields = {
            "LOCATIONID": id,
            "NAME": name,
            "STATUS": "active",
            "CURRENCY": company.options.base_currency,
            "TAXSOLUTIONID": SOLUTION,
        }
        if company.options.multi_entity:
            row = company.add("LOCATIONENTITY", fields)
            company.store.put("LOCATION", int(row["RECORDNO"]), row)
        else:
            company.add("LOCATION", fields)


def _accounts(company: Company) -> None:
    for row in chart.ACCOUNTS:
        company.add(
            "GLACCOUNT",
            {
                "ACCOUNTNO": row.number,
                "TITLE": row.title,
                "ACCOUNTTYPE": "incomestatement" if row.income else "balancesheet",
                "NORMALBALANCE": "credit" if row.credit else "debit",
                "CLOSINGTYPE": "closing account" if row.income else "non-closing account",
                "STATUS": "active",
                "REQUIREDEPT": "false",
                "REQUIRELOC": "false",
            },
        )
    company.add(
        "STATACCOUNT", {"ACCOUNTNO": "9000", "TITLE": "Hours worked", "STATUS": "active"}
    )
    for name, label, number in (
        ("ARACCOUNTLABEL", "Services", "4010"),
        ("APACCOUNTLABEL", "Goods", "5000"),
        ("EEACCOUNTLABEL", "Travel", "7400"),
    ):
        company.add(
            name,
            {
                "ACCOUNTLABEL": label,
                "DESCRIPTION": label,
                "GLACCOUNTNO": number,
                "STATUS": "active",
            },
        )


def _journals(company: Company) -> None:
    for symbol, title in chart.JOURNALS:
        company.add("GLJOURNAL", {"SYMBOL": symbol, "TITLE": title, "STATUS": "active"})
    company.add(
        "STATJOURNAL", {"SYMBOL": "SJ", "TITLE": "Statistical journal", "STATUS": "active"}
    )


def _terms(company: Company) -> None:
    for name, days in chart.TERMS:
        for object in ("ARTERM", "APTERM"):
            company.add(
                object,
                {
                    "NAME": name,
                    "DESCRIPTION": f"{days} days" if days != "0" else "At once",
                    "STATUS": "active",
                    "DUEDATE": days,
                    "DUEFROM": "from invoice/bill date",
                },
            )


def _taxes(company: Company) -> None:
    if not company.options.has("TX"):
        return
    company.add(
        "TAXSOLUTION",
        {
            "SOLUTIONID": SOLUTION,
            "DESCRIPTION": "VAT",
            "STATUS": "active",
            "TYPE": "System",
        },
    )
    for id, rate, kind, sold in chart.TAXES:
        company.add(
            "TAXDETAIL",
            {
                "DETAILID": id,
                "TAXUID": id,
                "DESCRIPTION": id,
                "TAXTYPE": "Sale" if sold else "Purchase",
                "VALUE": rate,
                "TAXRATE": kind,
                "GLACCOUNT": "2200" if sold else "2201",
                "TAXSOLUTIONID": SOLUTION,
                "STATUS": "active",
                "SYSGENERATED": "true",
            },
        )


def _banks(company: Company) -> None:
    for id, name, number, currency in (
        ("BANK", "Current account", "1200", "GBP"),
        ("CASH", "Cash box", "1210", "GBP"),
        ("BANKUSD", "Dollar account", "1220", "USD"),
    ):
        company.add(
            "CHECKINGACCOUNT",
            {
                "BANKACCOUNTID": id,
                "BANKNAME": name,
                "BANKACCOUNTNO": f"0000{number}",
                "GLACCOUNTNO": number,
                "BANKACCOUNTTYPE": "checking",
                "CURRENCY": currency,
                "STATUS": "active",
            },
        )


def _demo(company: Company) -> None:
    for object, key, title, rows in (
        ("DEPARTMENT", "DEPARTMENTID", "TITLE", _DEPARTMENTS),
        ("PROJECT", "PROJECTID", "NAME", _PROJECTS),
        ("CLASS", "CLASSID", "NAME", _CLASSES),
    ):
        for id, name in rows:
            company.add(object, {key: id, title: name, "STATUS": "active"})
    for id, name in _EMPLOYEES:
        company.add("CONTACT", {"CONTACTNAME": name, "PRINTAS": name, "STATUS": "active"})
        company.add(
            "EMPLOYEE",
            {
                "EMPLOYEEID": id,
                "EMPLOYEENAME": name,
                "CONTACT_NAME": name,
                "PERSONALINFO.CONTACTNAME": name,
                "STATUS": "active",
            },
        )
    for party in _CUSTOMERS:
        _party(company, "CUSTOMER", *party)
    for party in _VENDORS:
        _party(company, "VENDOR", *party)
    for id, name, price in _ITEMS:
        service = id in {"CALLOUT", "SERVICE-ANNUAL"}
        company.add(
            "ITEM",
            {
                "ITEMID": id,
                "NAME": name,
                "ITEMTYPE": "Non-Inventory",
                "PRODUCTTYPE": "Service" if service else "Item for Resale",
                "BASEPRICE": price,
                "COST_METHOD": "Standard",
                "STATUS": "active",
            },
        )


def _party(company: Company, object: str, id: str, name: str, currency: str) -> None:
    contact = f"{name}({object[0]}{id})"
    address = {
        "MAILADDRESS.ADDRESS1": "1 Station Road",
        "MAILADDRESS.CITY": "Lyon" if currency else "Newtown",
        "MAILADDRESS.ZIP": "69001" if currency else "NT1 2AB",
        "MAILADDRESS.COUNTRY": "France" if currency else "United Kingdom",
        "MAILADDRESS.COUNTRYCODE": "FR" if currency else "GB",
        "EMAIL1": f"{id.lower()}@example.com",
    }
    made = company.add(
        "CONTACT",
        {"CONTACTNAME": contact, "PRINTAS": name, "STATUS": "active", **address},
    )
    shown: Mapping[str, Any] = {
        f"DISPLAYCONTACT.{field}": text
        for field, text in {"CONTACTNAME": contact, "PRINTAS": name, **address}.items()
    }
    company.add(
        object,
        {
            f"{object}ID": id,
            "NAME": name,
            "TERMNAME": "N30",
            "CURRENCY": currency or company.options.base_currency,
            "STATUS": "active",
            "ONHOLD": "false",
            "ONETIME": "false",
            "DISPLAYCONTACTKEY": made["RECORDNO"],
            **shown,
        },
    )
