"""Which remedies answer the codes of Sage 100's rules."""

from collections.abc import Iterator
from typing import Any, Final

from ..model.fields import FrozenMap
from ..validation import Case, Finding
from ..validation.repairs import (
    Instead,
    Remedies,
    accounts,
    codes,
    dates,
    entries,
    joined,
    known,
    money,
    payments,
    records,
    remedy,
    settings,
    taxes,
    texts,
)
from ..validation.repairs.common import REPAIRS as COMMON
from ..validation.repairs.places import at, put
from .settings import ExportPolicy, ReceiptPolicy
from .wire.spelling import plainer


@remedy("transliterate", guess=False)
def _transliterate(document: Any, finding: Finding, _: Case) -> Iterator[Any]:
    """Spell a text in the characters of code page 850."""
    text = texts.text_of(document, finding)
    if text is not None:
        yield put(document, finding.path, "".join(_spelt(one) for one in text))


def _spelt(sign: str) -> str:
    plain = _CYRILLIC.get(sign.lower())
    if plain is None:
        return plainer(sign, "cp850")
    return plain if sign.islower() else plain.capitalize()


_CYRILLIC: Final = dict(
    zip(
        "абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґ",
        (
            *("a", "b", "v", "g", "d", "e", "zh", "z", "i", "y", "k", "l", "m", "n", "o"),
            *("p", "r", "s", "t", "u", "f", "kh", "ts", "ch", "sh", "shch", "", "y", ""),
            *("e", "yu", "ya", "i", "yi", "ye", "g"),
        ),
        strict=True,
    )
)
"""Cyrillic letters as passports spell them; a repair shows them before it is made."""


@remedy("tax-account")
def _tax_account(document: Any, finding: Finding, case: Case) -> Iterator[Any]:
    """Give a tax the account of collected (4457) or deductible (4456) VAT of the chart."""
    start = "4457" if known.is_of_customers(document) else "4456"
    tax = getattr(at(document, finding.path), "code", "")
    if not tax:
        return
    for one in known.usable(case.reference):
        if one.code.startswith(start):
            named = FrozenMap({**case.settings.accounts.taxes, tax: one.code})
            given = put(case.settings, "/accounts/taxes", named)
            yield Instead(documents=(document,), settings=given)


_SECTION: Final = (
    codes.nearest_code,
    records.create_value,
    codes.leave_out_split,
    texts.leave_out,
)

_JOURNAL: Final = (settings.nearest_setting, codes.nearest_code, codes.listed_code)

_OWN: Final[Remedies] = {
    "SC-ANALYTIC-ON-NON-EXPENSE": (codes.leave_out_split,),
    "SC-ANALYTIC-UNKNOWN": (settings.allowed("create_analytics"),),
    "SC-CUST-CODE-DUPLICATE": (codes.same_code, records.once),
    "SC-MAP-ACCOUNT": (settings.nearest_setting,),
    "SC-S100-ACCOUNT-CLOSED": (codes.nearest_code, _tax_account),
    "SC-S100-ACCOUNT-CURRENCY": (codes.nearest_code,),
    "SC-S100-ACCOUNT-LENGTH": (codes.nearest_code, settings.nearest_setting),
    "SC-S100-ADDRESS-LINES": (texts.join_lines,),
    "SC-S100-AMOUNT-DECIMALS": (money.round_amount,),
    "SC-S100-ANALYTIC-NOT-ALLOWED": (codes.leave_out_split,),
    "SC-S100-BANK-ACCOUNT": (
        codes.nearest_code,
        payments.only_bank_account,
        codes.listed_code,
    ),
    "SC-S100-CARD-REFUND": (money.card_refund_as_credit_note,),
    "SC-S100-CONTROL-ACCOUNT": (accounts.control_account,),
    "SC-S100-CONTROL-ACCOUNT-KIND": (accounts.control_account,),
    "SC-S100-CUSTOMER-NEW": (settings.allowed("create_customers"),),
    "SC-S100-DEFERRAL": (texts.leave_out,),
    "SC-S100-JOURNAL-CODE": (texts.capitals, *_JOURNAL),
    "SC-S100-JOURNAL-DORMANT": _JOURNAL,
    "SC-S100-JOURNAL-TYPE": _JOURNAL,
    "SC-S100-JOURNAL-UNKNOWN": _JOURNAL,
    "SC-S100-LEVEL-UNKNOWN": (settings.nearest_at("/analytics/level"),),
    "SC-S100-MAP-ACCOUNT-CLOSED": (settings.nearest_setting,),
    "SC-S100-METHOD-UNKNOWN": (codes.nearest_code, texts.leave_out),
    "SC-S100-NAME-MISSING": (texts.name_as_code,),
    "SC-S100-NOT-CARRIED": (texts.leave_out,),
    "SC-S100-PLAN-ALLOCATION": (codes.leave_out_split,),
    "SC-S100-PLAN-UNKNOWN": (
        codes.nearest_code,
        settings.nearest_at("/analytics/plan"),
        codes.leave_out_split,
    ),
    "SC-S100-RATE-MISSING": (money.rate_of_ledger,),
    "SC-S100-SECTION-CODE": (texts.capitals, *_SECTION),
    "SC-S100-SECTION-DORMANT": _SECTION,
    "SC-S100-SECTION-LEVEL": _SECTION,
    "SC-S100-SECTION-RECORD": (texts.capitals, texts.name_as_code, texts.leave_out),
    "SC-S100-SECTION-TOTAL": _SECTION,
    "SC-S100-SECTION-UNKNOWN": _SECTION,
    "SC-S100-SPLIT-SIGN": (codes.leave_out_split,),
    "SC-S100-SPLIT-TWICE": (codes.leave_out_split,),
    "SC-S100-SUPPLIER-NEW": (settings.allowed("create_suppliers"),),
    "SC-S100-TEXT-BLANKS": (texts.clean,),
    "SC-S100-TEXT-ENCODING": (_transliterate,),
    "SC-S100-TEXT-HASH": (texts.without_backslash,),
    "SC-S100-TEXT-LENGTH": (texts.cut,),
    "SC-S100-THIRD-PARTY-CODE": (texts.capitals, texts.clean),
    "SC-S100-THIRD-PARTY-LINE": (accounts.own_control_account, texts.leave_out),
    "SC-S100-THIRD-PARTY-UNKNOWN": (codes.nearest_code,),
    "SC-S100-ACCOUNT-MISSING": (accounts.usual_account,),
    "SC-S100-GROUP-TAXES": (taxes.without_zero_tax,),
    "SC-S100-CURRENCY-AMOUNT": (entries.amount_from_rate, texts.leave_out),
    "SC-S100-TAX-ACCOUNT": (_tax_account,),
    "SC-S100-DATE": (dates.open_day, texts.leave_out),
    "SC-S100-REGISTER-TAXES": (settings.set_to("/policy/tax_register", value=False),),
    "SC-S100-COUNTERPART": (accounts.usual_account,),
    "SC-S100-NO-EXPORT": (settings.set_to("/policy/export", ExportPolicy.ALLOW),),
    "SC-S100-RECEIPT-MISSING": (settings.set_to("/policy/receipts", ReceiptPolicy.WARN),),
    "SC-S100-ANALYTIC-MANDATORY": (codes.required_value,),
}

REPAIRS: Final = joined(COMMON, _OWN)
"""Those of every product, and its own."""
