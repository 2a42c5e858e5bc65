"""Tax codes as Sage keeps them: tied to accounts, with a rate, ten to a register."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from ...model import TaxCode
from ...validation import Case, Fault, Mark, Owner, RuleBook, Severity, fault
from ...validation.registry import Faults
from ..codec import MOST_TAXES
from ..resolve import TRADE, Trade, net_account, parts
from .accounts import tax_codes
from .book import HOME, PRODUCTS, settings_of, shown

TAXES: Final = RuleBook(HOME)
_rule: Final = partial(TAXES.rule, products=PRODUCTS)


@_rule(
    "SC-S100-TAX-TIED",
    on=TRADE,
    source="analytics#tax-codes",
    mark=Mark.OBSERVED,
    severity=Severity.WARNING,
    owner=Owner.ACCOUNTANT,
    needs=("tax_codes",),
    batch=True,
)
def tax_is_tied_to_another_account() -> Callable[[Trade, Case], Faults]:
    """The tax code is one that Sage ties the account to, where it ties it to any.

    Only codes of the same side count. A wrong one falsifies the return without a word.
    """
    tied: Mapping[str, frozenset[str]] | None = None

    def check(document: Trade, case: Case) -> Faults:
        nonlocal tied
        known = case.reference.tax_codes or {}
        if tied is None:
            tied = _tied(known)
        if not tied:
            return None
        settings = settings_of(case)
        found: list[Fault] = []
        for place, part in parts(document):
            codes = tied.get(part.account or net_account(part, document, settings))
            for at, tax in enumerate(part.taxes if codes else ()):
                own = known.get(tax.code)
                if codes is None or own is None or tax.code in codes:
                    continue
                rivals = [one for one in codes if known[one].direction is own.direction]
                if rivals:
                    account = net_account(part, document, settings)
                    values = {"tax": tax.code, "account": account}
                    listed = shown(sorted(rivals))
                    found.append(fault(f"{place}/taxes/{at}/code", **values, tied=listed))
        return found

    return check


def _tied(known: Mapping[str, TaxCode]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for code, one in known.items():
        for account in one.net_accounts:
            found.setdefault(account, set()).add(code)
    return {account: frozenset(codes) for account, codes in found.items() if account}


@_rule(
    "SC-S100-TAX-NO-RATE",
    on=TRADE,
    source="doc#taxes",
    mark=Mark.INFERRED,
    severity=Severity.WARNING,
    owner=Owner.ACCOUNTANT,
    needs=("tax_codes",),
    batch=True,
)
def tax_has_no_rate() -> Callable[[Trade, Case], Faults]:
    """Sage has a rate for the tax: one of so much for a unit compares with none."""
    without: frozenset[str] | None = None

    def check(document: Trade, case: Case) -> Faults:
        nonlocal without
        if without is None:
            known = (case.reference.tax_codes or {}).values()
            without = frozenset(one.code for one in known if not one.rates)
        if not without:
            return None
        return [
            fault(place, tax=code)
            for place, code in tax_codes(document).items()
            if code in without
        ]

    return check


@_rule(
    "SC-S100-REGISTER-TAXES",
    on=TRADE,
    source="doc#tax-register",
    mark=Mark.DOCUMENTED,
)
def register_holds_its_taxes(_: Trade, case: Case) -> Faults:
    """A tax register has ten places, where one is written."""
    if not settings_of(case).policy.tax_register:
        return None
    count = len(case.totals.taxes)
    return fault("/lines", count=count, limit=MOST_TAXES) if count > MOST_TAXES else None
