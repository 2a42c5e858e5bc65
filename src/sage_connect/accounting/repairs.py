"""Which remedies answer the codes of Sage Accounting's rules."""

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

_BANK: Final = (codes.nearest_code, payments.only_bank_account)

_OWN: Final[Remedies] = {
    "SC-INV-RATE-MISMATCH": (money.rate_of_ledger,),
    "SC-ITEM-DESCRIPTION-REQUIRED": (texts.name_as_code,),
    "SC-REQUIRED": (
        texts.describe_line,
        texts.name_as_code,
        dates.due_on_its_day,
        accounts.usual_account,
    ),
    "SC-SA-ACCOUNT-VISIBLE": (codes.nearest_code,),
    "SC-SA-ADDRESS-COUNTRY": (texts.country_code, texts.leave_out),
    "SC-SA-ADDRESS-LINES": (texts.join_lines,),
    "SC-SA-ADDRESS-REGION": (texts.leave_out,),
    "SC-SA-ANALYSIS-TYPE": (codes.nearest_code,),
    "SC-SA-ANALYSIS-UNKNOWN": (codes.nearest_code, records.create_value, texts.leave_out),
    "SC-SA-BANK-CURRENCY": _BANK,
    "SC-SA-BANK-INACTIVE": _BANK,
    "SC-SA-BANK-MISSING": _BANK,
    "SC-SA-BANK-TYPE": _BANK,
    "SC-SA-BANK-UNKNOWN": _BANK,
    "SC-SA-BEFORE-START-DATE": (dates.open_day,),
    "SC-SA-CARD-REFUND": (money.card_refund_as_credit_note,),
    "SC-SA-CONTACT-BANKS": (texts.keep_first,),
    "SC-SA-CONTACT-PERSON": (texts.leave_out,),
    "SC-SA-CONTACT-TERMS": (texts.leave_out,),
    "SC-SA-CUSTOMER-NEW": (settings.allowed("create_customers"),),
    "SC-SA-EDITION-ADDRESS": (texts.leave_out,),
    "SC-SA-EDITION-ANALYSIS": (texts.leave_out, codes.leave_out_split),
    "SC-SA-FILE-SIZE": (texts.leave_out,),
    "SC-SA-FILE-TYPE": (texts.leave_out,),
    "SC-SA-HTML-ENTITY": (texts.plain_entities,),
    "SC-SA-INSTALMENTS": (dates.one_due_date,),
    "SC-SA-ITEM-ACCOUNT-VISIBLE": (codes.nearest_code, texts.leave_out),
    "SC-SA-ITEM-INACTIVE": (codes.nearest_code, texts.leave_out),
    "SC-SA-ITEM-NEW": (settings.allowed("create_items"),),
    "SC-SA-ITEM-UNKNOWN": (codes.nearest_code, records.create_item, texts.leave_out),
    "SC-SA-MAP-ACCOUNT": (settings.nearest_setting,),
    "SC-SA-METHOD-UNKNOWN": (codes.nearest_code, codes.listed_code, texts.leave_out),
    "SC-SA-NOT-CARRIED": (texts.leave_out, texts.leave_out_holder),
    "SC-SA-PAYMENT-TERM": (texts.leave_out,),
    "SC-SA-RATE-INVERSE": (money.rate_of_ledger,),
    "SC-SA-START-QUANTITY": (money.fold_quantity,),
    "SC-SA-SUPPLIER-NEW": (settings.allowed("create_suppliers"),),
    "SC-SA-TAX-DATE": (taxes.nearest_tax,),
    "SC-SA-TAX-MISSING": (taxes.no_tax,),
    "SC-SA-TEXT-LENGTH": (texts.cut,),
    "SC-SA-NUMBER-SHARED": (records.number_apart,),
    "SC-SA-NUMBER-TWICE": (records.number_apart,),
    "SC-SA-ACCOUNT-MISSING": (accounts.usual_account,),
    "SC-SA-GROUP-SPLIT": (taxes.without_zero_tax, taxes.tax_on_lines),
    "SC-SA-REFERENCE-LENGTH": (texts.clean,),
    "SC-SA-BASE-CURRENCY": (entries.base_currency,),
    "SC-INV-CHARGE-TAX": (money.charge_as_line,),
    "SC-SA-NO-BANK-ACCOUNT": (settings.set_to("/policy/dummy_bank", "Undeposited Funds"),),
    "SC-SA-BANK-ENTRY-ACCOUNT": (accounts.usual_account,),
}

REPAIRS: Final = joined(COMMON, _OWN)
"""Those of every product, and its own."""
