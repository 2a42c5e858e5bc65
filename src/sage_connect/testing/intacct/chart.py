"""The chart of accounts of the company, a usual one of the United Kingdom."""

from typing import Final, NamedTuple


class AccountRow(NamedTuple):
    """An account; `income` for one of the profit and loss account."""

    number: str
    title: str
    income: bool = False
    credit: bool = False


ACCOUNTS: Final = (
    AccountRow("0030", "Office equipment"),
    AccountRow("0031", "Office equipment depreciation", credit=True),
    AccountRow("0040", "Furniture and fixtures"),
    AccountRow("0041", "Furniture and fixtures depreciation", credit=True),
    AccountRow("1001", "Stock"),
    AccountRow("1100", "Trade debtors"),
    AccountRow("1105", "Customer advances", credit=True),
    AccountRow("1110", "Other debtors"),
    AccountRow("1200", "Bank current account"),
    AccountRow("1210", "Cash in hand"),
    AccountRow("1220", "Bank account in dollars"),
    AccountRow("1230", "Undeposited funds"),
    AccountRow("2100", "Trade creditors", credit=True),
    AccountRow("2101", "Other creditors", credit=True),
    AccountRow("2110", "Employee expenses payable", credit=True),
    AccountRow("2120", "Goods received not invoiced", credit=True),
    AccountRow("2200", "VAT on sales", credit=True),
    AccountRow("2201", "VAT on purchases"),
    AccountRow("2203", "VAT reverse charge", credit=True),
    AccountRow("2211", "National insurance", credit=True),
    AccountRow("2220", "Net wages", credit=True),
    AccountRow("3200", "Retained earnings", credit=True),
    AccountRow("4000", "Sales of goods", income=True, credit=True),
    AccountRow("4010", "Sales of services", income=True, credit=True),
    AccountRow("4900", "Other income", income=True, credit=True),
    AccountRow("4905", "Carriage on sales", income=True, credit=True),
    AccountRow("4920", "Discounts allowed", income=True),
    AccountRow("5000", "Cost of goods", income=True),
    AccountRow("5010", "Subcontractors", income=True),
    AccountRow("5050", "Stock adjustments", income=True),
    AccountRow("5100", "Carriage", income=True),
    AccountRow("7000", "Gross wages", income=True),
    AccountRow("7006", "Employer's national insurance", income=True),
    AccountRow("7100", "Rent and rates", income=True),
    AccountRow("7200", "Heat, light and power", income=True),
    AccountRow("7400", "Travel and entertainment", income=True),
    AccountRow("7500", "Office costs", income=True),
    AccountRow("7600", "Professional fees", income=True),
    AccountRow("7610", "Insurance", income=True),
    AccountRow("7800", "Repairs and small tools", income=True),
    AccountRow("7900", "Bank charges and interest", income=True),
    AccountRow("8000", "Depreciation", income=True),
    AccountRow("8211", "Exchange differences", income=True),
)

CONTROLS: Final = {
    "AR": "1100",
    "AP": "2100",
    "EE": "2110",
    "ADVANCE": "1105",
    "BANK": "1200",
    "UNDEPOSITED": "1230",
    "EXCHANGE": "8211",
    "DISCOUNT": "4920",
}
"""Accounts that the company posts to by itself, by purpose."""

JOURNALS: Final = (
    ("GJ", "General journal"),
    ("STK", "Stock journal"),
    ("APJ", "Purchases journal"),
    ("ARJ", "Sales journal"),
    ("CDJ", "Cash disbursements"),
    ("CRJ", "Cash receipts"),
    ("PYRJ", "Payroll journal"),
)
"""Symbol and title."""

TAXES: Final = (
    # Id, rate, kind of rate, whether sold.
    ("UK Sale Goods Standard Rate", "20", "Standard", True),
    ("UK Sale Services Standard Rate", "20", "Standard", True),
    ("UK Sale Goods Reduced Rate", "5", "Reduced", True),
    ("UK Sale Goods Zero Rate", "0", "Zero", True),
    ("UK Sale Exempt Rate", "0", "Exempt", True),
    ("UK Purchase Goods Standard Rate", "20", "Standard", False),
    ("UK Purchase Services Standard Rate", "20", "Standard", False),
    ("UK Purchase Goods Reduced Rate", "5", "Reduced", False),
    ("UK Purchase Goods Zero Rate", "0", "Zero", False),
    ("UK Purchase Exempt Rate", "0", "Exempt", False),
    ("UK Purchase Reverse Charge", "0", "Reverse charge VAT", False),
)

TERMS: Final = (("N15", "15"), ("N30", "30"), ("N45", "45"), ("N60", "60"), ("NOW", "0"))
"""Name and days; of customers and vendors alike."""

ENTITIES: Final = (("100", "London"), ("200", "Leeds"))
"""Id and name."""
