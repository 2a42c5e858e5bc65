"""Which remedies answer the codes of the rules of every product."""

from typing import Final

from . import codes, dates, money, texts
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
    "SC-DUP-BATCH": (codes.once,),
    "SC-ENTRY-UNBALANCED": (money.suspense,),
    "SC-INSTALMENT-INVALID": (dates.last_instalment,),
    "SC-INSTALMENTS-SUM": (dates.last_instalment,),
    "SC-INV-ADJUSTMENT": (money.adjustment_as_line,),
    "SC-INV-CONTACT-NOT-IN-SAGE": (codes.same_code, codes.create_party),
    "SC-INV-GROUP-MODE": (money.tax_on_lines,),
    "SC-INV-NEGATIVE-TOTAL": (money.opposite_document,),
    "SC-LINE-MULTIPLE-TAXES": (codes.without_zero_tax, codes.one_tax, money.line_per_tax),
    "SC-MOVEMENT-SIDES": (money.right_side,),
    "SC-PAY-ALLOCATIONS": (money.rest_on_account,),
    "SC-PAY-AMOUNT": (money.money_back, money.to_account),
    "SC-PAY-CURRENCY": (money.to_account,),
    "SC-PAY-DOCUMENT-UNKNOWN": (money.to_account, texts.leave_out),
    "SC-PAY-OVERPAID": (money.cap_overpayment,),
    "SC-PERIOD-CLOSED": (dates.open_day,),
    "SC-RATE-INVALID": (money.rate_of_ledger,),
    "SC-RATE-MISSING": (money.rate_of_ledger,),
    "SC-SPLIT-SHARES": (money.whole_split,),
    "SC-SUPPLIER-UNKNOWN": (codes.same_code, codes.create_party),
    "SC-TAX-AMOUNT": (money.computed_totals,),
    "SC-TAX-DIRECTION": (codes.nearest_tax,),
    "SC-TAX-INACTIVE": (codes.nearest_tax, texts.leave_out),
    "SC-TAX-MODE": (money.taxes_where_they_count,),
    "SC-TAX-RATE-MISMATCH": (codes.nearest_tax,),
    "SC-TAX-UNKNOWN": (codes.nearest_tax, texts.leave_out),
    "SC-TEXT-CONTROL": (texts.clean,),
    "SC-TOTAL-DECLARED": (money.computed_totals,),
    "SC-CUST-CODE-MISSING": (codes.code_from_name,),
    "SC-CODE-MISSING": (codes.code_from_name,),
    "SC-KEY-MISSING": (codes.known_by_content,),
}
