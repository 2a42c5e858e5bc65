"""General accounts, statistical accounts, and the chart that may be used."""

from collections.abc import Iterator
from functools import partial
from typing import Final, TypeAlias

from ...model import BankEntry, Item, JournalEntry, Payment
from ...validation import Case, Fault, Mark, Owner, RuleBook, fault
from ...validation.registry import Faults
from ..resolve import (
    STATISTICAL_ACCOUNTS,
    TRADE,
    Trade,
    account_givers,
    is_advance,
    is_statistical,
    listed,
    option,
)
from ..settings import IntacctSettings
from .book import HOME, NOTHING, PRODUCTS, settings_of

ACCOUNTS: Final = RuleBook(HOME)
_rule: Final = partial(ACCOUNTS.rule, products=PRODUCTS)

_Posted: TypeAlias = Trade | JournalEntry | BankEntry
_POSTED: Final = (*TRADE, JournalEntry, BankEntry)


def _all_have_their_own(document: Trade) -> bool:
    """Return whether nothing is left to the settings. The fast way out."""
    for line in document.lines:
        if not line.account:
            return False
    return not document.charges and not document.adjustment


@_rule(
    "SC-IN-ACCOUNT-NONE",
    on=TRADE,
    source="intacct-documents#accounts",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
)
def account_is_given(document: Trade, case: Case) -> Faults:
    """Everything that is posted as a line has an account, of its own or by the settings."""
    if _all_have_their_own(document):
        return None
    return [
        fault(place, setting=giver.setting)
        for place, giver in account_givers(document, settings_of(case), case.reference)
        # An adjustment without an account has a rule of every product.
        if not giver.code and place != "/adjustment"
    ] or None


@_rule(
    "SC-IN-MAP-ACCOUNT",
    on=(*TRADE, Payment),
    source="intacct-documents#accounts",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    needs=("accounts",),
)
def settings_name_accounts(document: Trade | Payment, case: Case) -> Faults:
    """An account that the settings or an item give exists, and is in use."""
    known = case.reference.accounts or {}
    if isinstance(document, Payment):
        code = settings_of(case).accounts.advances if is_advance(document) else ""
        account = known.get(code)
        if not code or (account is not None and account.active):
            return None
        return fault("/allocations", account=code, setting="accounts.advances")
    if _all_have_their_own(document):
        return None
    found: list[Fault] = []
    for place, (code, setting) in account_givers(
        document, settings_of(case), case.reference
    ):
        account = known.get(code)
        # What the document itself names has rules of every product.
        if not code or (not setting and _names(document, place, code)):
            continue
        if account is None or not account.active:
            found.append(fault(place, account=code, setting=setting or "items"))
    return found or None


def _names(document: Trade, place: str, code: str) -> bool:
    _, part, at, *_ = f"{place}/".split("/")
    if part == "adjustment":
        return False
    named: str = getattr(document, part)[int(at)].account
    return named == code


@_rule(
    "SC-IN-CHART",
    on=(*_POSTED, Item),
    source="dmo#chart",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
)
def account_is_of_the_chart(document: _Posted | Item, case: Case) -> Faults:
    """An account is of the chart that the settings allow, by how its code begins."""
    settings = settings_of(case)
    if not settings.chart:
        return None
    return [
        fault(place, account=code, chart=", ".join(settings.chart))
        for place, code in _accounts_of(document, settings, case)
        if code and not code.startswith(settings.chart)
    ] or None


def _accounts_of(
    document: _Posted | Item, settings: IntacctSettings, case: Case
) -> Iterator[tuple[str, str]]:
    match document:
        case Item():
            yield "/sales_account", document.sales_account
            yield "/purchase_account", document.purchase_account
        case BankEntry():
            yield "/account", document.account
        case JournalEntry():
            for at, movement in enumerate(document.movements):
                yield f"/movements/{at}/account", movement.account
        case _:
            for place, giver in account_givers(document, settings, case.reference):
                yield place, giver.code


@_rule(
    "SC-IN-STATISTICAL-ACCOUNT",
    on=_POSTED,
    source="intacct-ledger#statistical",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    needs=("company.own",),
)
def money_is_on_money_accounts(document: _Posted, case: Case) -> Faults:
    """Statistical accounts count something else than money: no money is posted to them."""
    told = option(STATISTICAL_ACCOUNTS, case.reference)
    if not told:
        return None
    if isinstance(document, JournalEntry) and is_statistical(document, case.reference):
        return None
    counting = listed(told)
    return [
        fault(place, account=code)
        for place, code in _accounts_of(document, settings_of(case), case)
        if code in counting
    ] or None


@_rule(
    "SC-IN-STATISTICAL-JOURNAL",
    on=JournalEntry,
    source="intacct-ledger#statistical",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    needs=("company.own",),
)
def statistics_are_on_statistical_accounts(entry: JournalEntry, case: Case) -> Faults:
    """A statistical journal takes statistical accounts only."""
    counting = listed(option(STATISTICAL_ACCOUNTS, case.reference))
    if not counting or not is_statistical(entry, case.reference):
        return None
    return [
        fault(
            f"/movements/{at}/account",
            account=movement.account or NOTHING,
            journal=entry.journal,
        )
        for at, movement in enumerate(entry.movements)
        if movement.account not in counting
    ] or None
