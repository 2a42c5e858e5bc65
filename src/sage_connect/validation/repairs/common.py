"""Which remedies answer the codes of the rules of every product."""

from typing import Final

from . import codes, dates, entries, money, payments, records, taxes, texts
from .remedy import Remedies

REPAIRS: Final[Remedies] = {
    "SC-ACCOUNT-INACTIVE": (codes.nearest_code,),
    "SC-ACCOUNT-TOTAL": (codes.nearest_code,),
    "SC-ACCOUNT-UNKNOWN": (codes.nearest_code,),
    "SC-AMOUNT-PRECISION": (money.round_amount,),
    "SC-CURRENCY-UNKNOWN": (texts.capitals,),
    "SC-DATE-OUTSIDE-YEARS": (dates.open_day,),
    "SC-DEFERRAL-DATES": (dates.dates_in_order,),
    "SC-DRAFT": (money.final,),
    "SC-DUP-BATCH": (records.once,),
    "SC-ENTRY-UNBALANCED": (entries.suspense,),
    "SC-INSTALMENT-INVALID": (dates.last_instalment,),
    "SC-INSTALMENTS-SUM": (dates.last_instalment,),
    "SC-INV-ADJUSTMENT": (money.adjustment_as_line,),
    "SC-INV-CONTACT-NOT-IN-SAGE": (codes.same_code, records.create_party),
    "SC-INV-GROUP-MODE": (taxes.tax_on_lines,),
    "SC-INV-NEGATIVE-TOTAL": (money.opposite_document,),
    "SC-LINE-MULTIPLE-TAXES": (taxes.without_zero_tax, taxes.one_tax, taxes.line_per_tax),
    "SC-MOVEMENT-SIDES": (entries.right_side,),
    "SC-PAY-ALLOCATIONS": (payments.rest_on_account,),
    "SC-PAY-AMOUNT": (payments.money_back, payments.to_account),
    "SC-PAY-CURRENCY": (payments.to_account,),
    "SC-PAY-DOCUMENT-UNKNOWN": (payments.to_account, texts.leave_out),
    "SC-PAY-OVERPAID": (payments.cap_overpayment,),
    "SC-PERIOD-CLOSED": (dates.open_day,),
    "SC-RATE-INVALID": (money.rate_of_ledger,),
    "SC-RATE-MISSING": (money.rate_of_ledger,),
    "SC-SPLIT-SHARES": (entries.whole_split,),
    "SC-SUPPLIER-UNKNOWN": (codes.same_code, records.create_party),
    "SC-TAX-AMOUNT": (money.computed_totals,),
    "SC-TAX-DIRECTION": (taxes.nearest_tax,),
    "SC-TAX-INACTIVE": (taxes.nearest_tax, texts.leave_out),
    "SC-TAX-MODE": (taxes.taxes_where_they_count,),
    "SC-TAX-RATE-MISMATCH": (taxes.nearest_tax,),
    "SC-TAX-UNKNOWN": (taxes.nearest_tax, texts.leave_out),
    "SC-TEXT-CONTROL": (texts.clean,),
    "SC-TOTAL-DECLARED": (money.computed_totals,),
    "SC-CUST-CODE-MISSING": (records.code_from_name,),
    "SC-CODE-MISSING": (records.code_from_name,),
    "SC-KEY-MISSING": (records.known_by_content,),
}
