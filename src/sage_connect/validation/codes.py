"""Rules that look codes and days up in what is known of the ledger."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

from ..model import (
    Account,
    BankEntry,
    Charge,
    Customer,
    Document,
    Item,
    Line,
    Movement,
    Party,
    Payment,
    PurchaseCreditNote,
    PurchaseInvoice,
    SalesCreditNote,
    SalesInvoice,
    Supplier,
    TaxCode,
    TaxDirection,
    TradeDocument,
)
from .document import POSTED, Trade, currency_of_party, party_kind
from .finding import Fault, Mark, Owner, Severity, fault
from .registry import Case, RuleBook

CODES: Final = RuleBook("sage_connect.validation")

_Taxed: TypeAlias = TradeDocument | Line | Charge
_TAXED: Final = (TradeDocument, Line, Charge)
_NO_TAXES: Final[Mapping[str, TaxCode]] = {}
# Looked up once: a member of an enumeration is slow to reach.
_BOTH: Final = TaxDirection.BOTH
_SIDES: Final = {TaxDirection.SALES: "sales_", TaxDirection.PURCHASES: "purchase_"}


@CODES.rule(
    "SC-TAX-UNKNOWN",
    on=(*_TAXED, Movement),
    source="ooti#vat-code",
    mark=Mark.DOCUMENTED,
    needs=("tax_codes",),
)
def tax_exists(part: _Taxed | Movement, case: Case) -> Iterable[Fault] | None:
    """A tax code exists in the ledger."""
    known = case.reference.tax_codes or _NO_TAXES
    if isinstance(part, Movement):
        if not part.tax_code or part.tax_code in known:
            return None
        return [fault("/tax_code", tax=part.tax_code)]
    faults: list[Fault] | None = None
    for at, tax in enumerate(part.taxes):
        if tax.code not in known:
            faults = [*(faults or ()), fault(f"/taxes/{at}/code", tax=tax.code)]
    return faults


@CODES.rule(
    "SC-TAX-INACTIVE",
    on=(*_TAXED, Movement),
    source="library#taxes",
    mark=Mark.OURS,
    needs=("tax_codes",),
    adjustable=True,
)
def tax_is_offered(part: _Taxed | Movement, case: Case) -> Iterable[Fault] | None:
    """A tax code is still in use in the ledger."""
    known = case.reference.tax_codes or _NO_TAXES
    if isinstance(part, Movement):
        code = known.get(part.tax_code)
        return [fault("/tax_code", tax=code.code)] if code and not code.active else None
    faults: list[Fault] | None = None
    for at, tax in enumerate(part.taxes):
        code = known.get(tax.code)
        if code is not None and not code.active:
            faults = [*(faults or ()), fault(f"/taxes/{at}/code", tax=tax.code)]
    return faults


@CODES.rule(
    "SC-TAX-RATE-MISMATCH",
    on=_TAXED,
    source="analytics#tax-codes",
    mark=Mark.OBSERVED,
    owner=Owner.ACCOUNTANT,
    needs=("tax_codes",),
    adjustable=True,
)
def tax_rate_is_the_codes(part: _Taxed, case: Case) -> Iterable[Fault] | None:
    """A tax has the rate that its code has on the document's day."""
    known = case.reference.tax_codes or _NO_TAXES
    faults: list[Fault] | None = None
    for at, tax in enumerate(part.taxes):
        code = known.get(tax.code)
        rate = None if code is None else code.rate_on(case.document.date)
        if rate is not None and rate != tax.rate:
            found = fault(
                f"/taxes/{at}/rate", tax=tax.code, rate=tax.rate, ledger_rate=rate
            )
            faults = [*(faults or ()), found]
    return faults


@CODES.rule(
    "SC-TAX-DIRECTION",
    on=_TAXED,
    source="analytics#tax-codes",
    mark=Mark.OBSERVED,
    needs=("tax_codes",),
)
def tax_goes_the_same_way(part: _Taxed, case: Case) -> Iterable[Fault] | None:
    """A sale carries a tax for sales, a purchase one for purchases."""
    known = case.reference.tax_codes or _NO_TAXES
    faults: list[Fault] | None = None
    for at, tax in enumerate(part.taxes):
        code = known.get(tax.code)
        if code is None or code.direction is _BOTH:
            continue
        kind: str = case.document.type
        if not kind.startswith(_SIDES[code.direction]):
            found = fault(
                f"/taxes/{at}/code", tax=tax.code, direction=code.direction, kind=kind
            )
            faults = [*(faults or ()), found]
    return faults


_NO_ACCOUNTS: Final[Mapping[str, Account]] = {}
_ON_ACCOUNTS: Final = (Line, Charge, Movement, BankEntry, Customer, Supplier, Item)


def _accounts_of(subject: Any) -> tuple[tuple[str, str], ...]:
    if isinstance(subject, Item):
        return (
            ("/sales_account", subject.sales_account),
            ("/purchase_account", subject.purchase_account),
        )
    return (("/account", subject.account),)


@CODES.rule(
    "SC-ACCOUNT-UNKNOWN",
    on=_ON_ACCOUNTS,
    source="ooti#accounts",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    needs=("accounts",),
)
def account_exists(subject: Any, case: Case) -> Iterable[Fault] | None:
    """A general account exists, on the caller's side and on the ledger's."""
    accounts = case.reference.accounts or _NO_ACCOUNTS
    faults: list[Fault] | None = None
    for path, code in _accounts_of(subject):
        # "" is the ledger's default, which its settings name.
        if code and code not in accounts:
            found = fault(path, account=code, side=_side_without(code, case))
            faults = [*(faults or ()), found]
    return faults


def _side_without(code: str, case: Case) -> str:
    mapped = getattr(getattr(case.settings, "mapping", None), "accounts", None)
    # A code that is not what the mapping makes of another has no place in the mapping.
    return "mapping" if mapped and code not in mapped.values() else "sage"


@CODES.rule(
    "SC-ACCOUNT-TOTAL",
    on=_ON_ACCOUNTS,
    source="doc#accounts",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    needs=("accounts",),
)
def account_takes_movements(subject: Any, case: Case) -> Iterable[Fault] | None:
    """A general account is no heading."""
    accounts = case.reference.accounts or _NO_ACCOUNTS
    faults: list[Fault] | None = None
    for path, code in _accounts_of(subject):
        account = accounts.get(code)
        if account is not None and account.total:
            faults = [*(faults or ()), fault(path, account=code)]
    return faults


@CODES.rule(
    "SC-ACCOUNT-INACTIVE",
    on=_ON_ACCOUNTS,
    source="doc#accounts",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    needs=("accounts",),
    adjustable=True,
)
def account_is_in_use(subject: Any, case: Case) -> Iterable[Fault] | None:
    """A general account is still in use."""
    accounts = case.reference.accounts or _NO_ACCOUNTS
    faults: list[Fault] | None = None
    for path, code in _accounts_of(subject):
        account = accounts.get(code)
        if account is not None and not account.active:
            faults = [*(faults or ()), fault(path, account=code)]
    return faults


@CODES.rule(
    "SC-INV-CONTACT-NOT-IN-SAGE",
    on=(SalesInvoice, SalesCreditNote, Payment),
    source="vtiger#contact",
    mark=Mark.DOCUMENTED,
    needs=("party",),
)
def party_exists(document: Trade | Payment, case: Case) -> Fault | None:
    """The customer exists in the ledger, or comes in the same batch."""
    return _unknown(document, case, "customer")


@CODES.rule(
    "SC-SUPPLIER-UNKNOWN",
    on=(PurchaseInvoice, PurchaseCreditNote, Payment),
    source="spendesk#suppliers",
    mark=Mark.DOCUMENTED,
    needs=("party",),
)
def supplier_exists(
    document: PurchaseInvoice | PurchaseCreditNote | Payment, case: Case
) -> Fault | None:
    """The supplier exists in the ledger, or comes in the same batch."""
    return _unknown(document, case, "supplier")


def _unknown(document: Trade | Payment, case: Case, kind: str) -> Fault | None:
    if party_kind(document) != kind or not document.party.strip():
        return None
    if currency_of_party(document, case) is not None:
        return None
    return fault("/party", party=document.party, kind=kind)


@CODES.rule(
    "SC-PARTY-INACTIVE",
    on=(TradeDocument, Payment),
    source="doc#parties",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    needs=("party",),
    adjustable=True,
)
def party_is_in_use(document: Trade | Payment, case: Case) -> Fault | None:
    """The party is still in use in the ledger."""
    kind = party_kind(document)
    parties: Mapping[str, Party] | None = (
        case.reference.customers if kind == "customer" else case.reference.suppliers
    )
    party = (parties or {}).get(document.party)
    if party is None or party.active or (kind, party.code) in case.newcomers:
        return None
    return fault("/party", party=document.party, kind=kind)


@CODES.rule(
    "SC-DATE-OUTSIDE-YEARS",
    on=POSTED,
    source="entries#years",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    needs=("company.fiscal_years",),
)
def day_is_in_a_year(document: Document, case: Case) -> Fault | None:
    """The document's day lies in a fiscal year of the company."""
    company, day = case.reference.company, document.date
    if company is None or day is None:
        return None
    years = company.fiscal_years
    for year in years:
        if day in year:
            return None
    first, last = min(one.start for one in years), max(one.end for one in years)
    return fault("/date", date=day, first=first, last=last)


@CODES.rule(
    "SC-PERIOD-CLOSED",
    on=POSTED,
    source="entries#closing",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
    needs=("company",),
)
def period_is_open(document: Document, case: Case) -> Fault | None:
    """The document's day lies in no closed period."""
    company, day = case.reference.company, document.date
    if company is None or day is None:
        return None
    closed = company.closed_through
    if closed is not None and day <= closed:
        return fault("/date", date=day, closed=closed)
    for year in company.fiscal_years:
        if year.closed and day in year:
            return fault("/date", date=day, closed=year.end)
    return None


@CODES.rule(
    "SC-PERIOD-BEFORE-START",
    on=POSTED,
    source="ooti#period-start",
    mark=Mark.DOCUMENTED,
    severity=Severity.SKIP,
)
def period_has_begun(document: Document, case: Case) -> Fault | None:
    """The document's day is not before the start that the settings give.

    Such a document is left out rather than refused: its outcome is SKIPPED.
    """
    start: dt.date | None = getattr(case.settings, "period_start", None)
    day = document.date
    if start is None or day is None or day >= start:
        return None
    return fault("/date", date=day, start=start)
