"""The Construction Industry Scheme (GB)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from typing_extensions import override

from . import chart
from .company import Company
from .digits import ZERO, amount, money, number, text
from .lines import Line
from .records import Setting
from .store import Doc
from .trade import Trade

SUFFERED: Final = "CIS_TAX_ASSET_WITHHELD"
DUE: Final = "CIS_TAX_LIABILITY_REALISED"
_HUNDRED: Final = Decimal(100)
# Numbers and names as in Sage's page on control accounts; the control names are assumed.
_ACCOUNTS: Final = (
    ("1131", "CIS Tax Asset Realised", "CURRENT_ASSETS", "CIS_TAX_ASSET_REALISED"),
    ("1132", "CIS Tax Asset Withheld", "CURRENT_ASSETS", SUFFERED),
    ("2502", "CIS Tax Liability Realised", "CURRENT_LIABILITY", DUE),
)
# The scheme's rates; their ids are nowhere published and assumed here.
_RATES: Final = (("0", "Gross"), ("20", "Standard"), ("30", "Higher"))


def rate_of(percentage: str) -> str:
    """Return the id of a deduction rate, "0", "20" or "30"."""
    return f"GB_CIS_{percentage}"


def deducted(company: Company, trade: Trade, lines: Sequence[Line], doc: Doc) -> Doc:
    """Return the CIS fields of an artefact; `_total` and `_base_total` are what is owed.

    The deduction is the rate of the net of lines on labour accounts, without VAT and
    materials (Sage's help on CIS). Whether Sage works it out when it is left out is not
    documented; what is sent wins. That what is withheld is never owed is inferred.
    """
    accounts = [company.need("ledger_accounts", line.account) for line in lines]
    labour = [
        line
        for line, account in zip(lines, accounts, strict=True)
        if account.get("cis_labour")
    ]
    percentage = _percentage(company, trade, company.need("contacts", doc["contact"]))
    fields: Doc = {
        "is_cis": percentage is not None and bool(labour),
        "has_cis_labour": bool(labour),
        "has_cis_materials": any(account.get("cis_materials") for account in accounts),
    }
    sent = doc.get("withholding_tax_amount")
    if (
        percentage is None
        or not labour
        or (sent is None and not company.options.cis_computed)
    ):
        return fields
    net = sum((line.net for line in labour), ZERO)
    base_net = sum((line.base_net for line in labour), ZERO)
    tax = money(net * percentage / _HUNDRED if sent is None else number(sent))
    base_tax = money(tax * base_net / net) if net else tax
    after, base_after = doc["_total"] - tax, doc["_base_total"] - base_tax
    return fields | {
        "cis_applicable_amount": amount(net),
        "base_currency_cis_applicable_amount": amount(base_net),
        "withholding_tax_rate": text(percentage),
        "withholding_tax_amount": amount(tax),
        "base_currency_withholding_tax_amount": amount(base_tax),
        "total_after_cis_deduction": amount(after),
        "base_currency_total_after_cis_deduction": amount(base_after),
        "_total": after,
        "_base_total": base_after,
    }


def withheld(doc: Doc) -> Decimal:
    """Return what is withheld of an artefact, in base currency."""
    return (
        number(doc.get("base_currency_withholding_tax_amount"))
        if doc.get("is_cis")
        else ZERO
    )


def _percentage(company: Company, trade: Trade, contact: Doc) -> Decimal | None:
    """Return the rate that applies: the supplier's own, or ours to our customers."""
    if not contact.get("cis_registered"):
        return None
    settings = company.setting("cis_settings")
    if trade.sales:
        rate_id = settings.get("tax_rate") if settings.get("subcontractor") else None
    else:
        own = contact["cis_settings"]["deduction_rate"]
        rate_id = own if settings.get("contractor") else None
    return number(company.need("tax_rates", rate_id)["percentage"]) if rate_id else None


class CisSettings(Setting):
    """Whether the business is a contractor or a subcontractor."""

    @override
    def update(self, company: Company, doc: Doc, body: Doc) -> Doc:
        if body.get("contractor") or body.get("subcontractor"):
            switch_on(company)
        return super().update(company, doc, body)


def switch_on(company: Company) -> None:
    """Add the accounts and rates of the scheme, once (documented)."""
    if company.coded("ledger_accounts", _ACCOUNTS[0][0]) is not None:
        return
    settings = company.setting("business_settings")
    controls = dict(settings["_controls"])
    for code, name, type_, control in _ACCOUNTS:
        fields = {
            "is_control_account": True,
            "control_name": control,
            **chart.visibility(frozenset({"journals", "reporting"})),
        }
        made = company.add("ledger_accounts", chart.account(code, name, type_, fields))
        controls[control] = made["id"]
    company.put_setting("business_settings", {**settings, "_controls": controls})
    for type_, what in (("SALES", "Sales"), ("DIRECT_EXPENSES", "Purchases")):
        for part in ("labour", "materials"):
            # The next free number of the category (documented).
            code = chart.free_code(company, frozenset({type_}))
            fields = {f"cis_{part}": True, "tax_rate": "GB_STANDARD"}
            name = f"CIS {what} - {part.capitalize()}"
            company.add("ledger_accounts", chart.account(code, name, type_, fields))
    for percentage, name in _RATES:
        company.add("tax_rates", _rate(percentage, name), id=rate_of(percentage))


def _rate(percentage: str, name: str) -> Doc:
    value = text(Decimal(percentage))
    return {
        "name": f"CIS {name}",
        "_text": f"CIS {name} {percentage}%",
        "status": "CIS",
        "percentage": value,
        "percentages": [{"percentage": value, "from_date": "1900-01-01", "to_date": None}],
        "is_visible": True,
        "is_combined_rate": False,
        "component_tax_rates": [],
        "retailer": False,
        "editable": False,
        "deletable": False,
    }
