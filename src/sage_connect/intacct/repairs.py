"""Which remedies answer the codes of Sage Intacct's rules."""

from typing import Final

from ..validation.repairs import (
    Remedies,
    accounts,
    codes,
    dates,
    entries,
    joined,
    money,
    payments,
    records,
    settings,
    taxes,
    texts,
)
from ..validation.repairs.common import REPAIRS as COMMON
from .settings import Taxes

_BANK: Final = (codes.nearest_code, payments.only_bank_account)
_VALUE: Final = (codes.nearest_code, records.create_value, texts.leave_out)
_JOURNAL: Final = (codes.nearest_code, codes.listed_code)

_OWN: Final[Remedies] = {
    "SC-IN-ADDRESS-COUNTRY": (texts.country_code, texts.leave_out),
    "SC-IN-ALLOCATION": (codes.leave_out_split,),
    "SC-IN-BANK-INACTIVE": _BANK,
    "SC-IN-BANK-NONE": _BANK,
    "SC-IN-BANK-UNKNOWN": (*_BANK, settings.nearest_setting),
    "SC-IN-CHART": (codes.nearest_code,),
    "SC-IN-CURRENCY-AMOUNT": (texts.leave_out, entries.amount_from_rate),
    "SC-IN-DIMENSION-INACTIVE": (codes.nearest_code, texts.leave_out),
    "SC-IN-DIMENSION-OFF": (texts.leave_out,),
    "SC-IN-DIMENSION-UNKNOWN": (texts.leave_out,),
    "SC-IN-DIMENSION-VALUE": _VALUE,
    "SC-IN-ENTITY-ID": (codes.same_code, codes.nearest_code),
    "SC-IN-FOLDER-NONE": (texts.leave_out,),
    "SC-IN-FOLDER-UNKNOWN": (settings.nearest_at("/attachments_folder"),),
    "SC-IN-GROUP-TAX": (taxes.tax_on_lines,),
    "SC-IN-ID-FORM": (texts.clean,),
    "SC-IN-INSTALMENTS": (dates.one_due_date,),
    "SC-IN-ITEM-ID-IMMUTABLE": (codes.same_code, codes.nearest_code),
    "SC-IN-ITEM-INACTIVE": (codes.nearest_code, texts.leave_out),
    "SC-IN-ITEM-NEW": (settings.allowed("create_items"),),
    "SC-IN-ITEM-UNKNOWN": (codes.nearest_code, records.create_item, texts.leave_out),
    "SC-IN-JOURNAL-INACTIVE": _JOURNAL,
    "SC-IN-JOURNAL-NONE": _JOURNAL,
    "SC-IN-JOURNAL-UNKNOWN": _JOURNAL,
    "SC-IN-LEGISLATION": (taxes.nearest_tax,),
    "SC-IN-MAP-ACCOUNT": (settings.nearest_setting,),
    "SC-IN-METHOD": (codes.nearest_code, codes.listed_code, texts.leave_out),
    "SC-IN-NOT-CARRIED": (texts.leave_out, texts.leave_out_holder),
    "SC-IN-OVERPAID": (payments.advance_apart,),
    "SC-IN-PARTY-NEW": (settings.allowed("create_customers", "create_suppliers"),),
    "SC-IN-QUANTITY": (money.fold_quantity,),
    "SC-IN-SHARES": (codes.leave_out_split,),
    "SC-IN-STATISTICAL-ACCOUNT": (codes.nearest_code,),
    "SC-IN-STATISTICAL-JOURNAL": (codes.nearest_code,),
    "SC-IN-TASK-LENGTH": (texts.leave_out,),
    "SC-IN-TAX-ACCOUNT": (taxes.nearest_tax,),
    "SC-IN-TAX-SOLUTION": (taxes.nearest_tax,),
    "SC-IN-TERM-UNKNOWN": (codes.nearest_code, texts.leave_out, settings.nearest_setting),
    "SC-IN-TEXT-LENGTH": (texts.cut,),
    "SC-IN-TEXT-XML": (texts.clean,),
    "SC-IN-DUE-NONE": (dates.due_on_its_day,),
    "SC-IN-NUMBER-TWICE": (records.number_apart,),
    "SC-IN-ACCOUNT-NONE": (accounts.usual_account,),
    "SC-IN-REVERSED-ON": (dates.next_day,),
    "SC-IN-TAX-SOLUTION-NONE": (settings.nearest_at("/tax_solution"),),
    "SC-IN-MOVEMENT-PARTY": (codes.same_code, texts.leave_out),
    "SC-IN-STATISTICAL-CURRENCY": (texts.leave_out, entries.base_currency),
    "SC-IN-ENTITY-SINGLE": (texts.leave_out,),
    "SC-IN-LOCATION-ELSEWHERE": (
        codes.nearest_code,
        texts.leave_out,
        codes.leave_out_split,
    ),
    "SC-IN-TERM-INACTIVE": (codes.nearest_code, texts.leave_out, dates.due_on_its_day),
    "SC-IN-RECEIPT-PARTY": (codes.same_code, texts.leave_out),
    "SC-IN-RECEIPT-PARTY-INACTIVE": (texts.leave_out,),
    "SC-IN-COMING-INACTIVE": (texts.leave_out,),
    "SC-IN-CURRENCY-SAME": (texts.leave_out,),
    "SC-IN-ENTITY-NONE": (codes.same_code, codes.listed_code),
    "SC-IN-ENTITY-UNKNOWN": (codes.same_code, codes.listed_code),
    "SC-IN-ENTITY-INACTIVE": (codes.same_code, codes.listed_code),
    "SC-IN-DIMENSION-REQUIRED": (codes.required_value,),
    "SC-IN-BANK-ACCOUNT": (accounts.usual_account,),
    "SC-IN-TAX-MODULE": (settings.set_to("/policy/taxes", Taxes.LINES),),
}

REPAIRS: Final = joined(COMMON, _OWN)
"""Those of every product, and its own."""
