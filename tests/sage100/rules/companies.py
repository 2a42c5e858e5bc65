"""The demo company, and companies that are set up otherwise, as Sage exports them."""

import datetime as dt
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

import attrs

from sage_connect.model import Reference
from sage_connect.sage100.export import ExportFile, reference_of
from sage_connect.sage100.settings import (
    Analytics,
    NotCarried,
    Policy,
    ReceiptPolicy,
    Sage100Settings,
)
from sage_connect.sage100.wire import (
    AnalyticPlanRowAllocationType as Allocates,
    AnalyticPlans,
    CompanyFile,
    CompanyFileImportJournalBalance,
    GeneralAccount,
    JournalRecord,
    Record,
    Section,
    TaxRate,
    ThirdParty,
    build,
    read,
    write,
)
from sage_connect.testing.demo import export_bytes, settings

WRITTEN: Final = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)


@attrs.frozen(kw_only=True)
class SetUp:
    """A company and how it is posted to."""

    export: bytes = attrs.field(repr=False)
    reference: Reference = attrs.field(repr=False)
    settings: Sage100Settings


def company(*changes: Callable[[Record], Record]) -> bytes:
    """Return the demo company's export with each record changed."""
    records = list(read(export_bytes()).records)
    for change in changes:
        records = [change(one) for one in records]
    return b"".join(write(records))


def option(**values: Any) -> Callable[[Record], Record]:
    """Change options of the company."""
    return lambda one: one.replace(**values) if isinstance(one, CompanyFile) else one


def each(
    kind: type[Record], key: str, changes: Mapping[str, Mapping[str, Any]]
) -> Callable[[Record], Record]:
    """Change records of a kind by their key."""

    def change(one: Record) -> Record:
        values = changes.get(getattr(one, key), {}) if isinstance(one, kind) else {}
        return one.replace(**values) if values else one

    return change


def plans(*rows: Mapping[str, Any]) -> Callable[[Record], Record]:
    """Change the analytic plans."""
    made = build(AnalyticPlans, plans=list(rows))
    return lambda one: made if isinstance(one, AnalyticPlans) else one


_PROJECT: Final = {"label": "PROJET", "allocation_type": Allocates.EXPENSE_AND_INCOME}
_CENTRE: Final = {"label": "CENTRE", "allocation_type": Allocates.EXPENSE_AND_INCOME}
_ALL: Final = {"allocation_type": Allocates.ALL}
_MANDATORY: Final = {"mandatory": True}
_EXPORTS: Final[Mapping[str, Callable[[], bytes]]] = {
    "demo": company,
    "mandatory": lambda: company(plans(_PROJECT, {**_CENTRE, **_MANDATORY})),
    "suspense": lambda: company(
        plans({**_PROJECT, **_MANDATORY, "suspense_section": "SIEGE"}, _CENTRE),
        each(GeneralAccount, "account_number", {"445660": {"analytic": True}}),
    ),
    "everything": lambda: company(
        plans({**_PROJECT, **_ALL}, {**_CENTRE, **_ALL, **_MANDATORY}),
        each(GeneralAccount, "account_number", {"471000": {"analytic": True}}),
    ),
    "lenient": lambda: company(
        option(
            forbid_dormant=False,
            account_length=0,
            create_account_on_entry=True,
            import_journal_balance=CompanyFileImportJournalBalance.PER_JOURNAL_AND_PERIOD,
            import_gap_debit_account="471000",
            import_gap_credit_account="471000",
            reversal_negative=True,
        ),
        each(Section, "section", {"ETUDES": {"dormant": True}}),
    ),
    "worn": lambda: company(
        each(
            GeneralAccount,
            "account_number",
            {
                "445711": {"dormant": True},
                "706000": {"currency": True},
                "512100": {"currency_no": 2},
                "401100": {"currency_no": 3},
                "606300": {"dormant": True},
            },
        ),
        each(JournalRecord, "code", {"CAI": {"treasury_account": "531900"}}),
        each(
            ThirdParty, "number", {"LEMERY": {"dormant": True}, "HUDSON": {"dormant": True}}
        ),
        each(ThirdParty, "number", {"TELECOM": {"main_account": "401999"}}),
        each(TaxRate, "tax_code", {"C055": {"vat_account": "445799"}}),
        each(Section, "section", {"ATELIER": {"dormant": True}}),
    ),
}
COMPANIES: Final = tuple(_EXPORTS)

_DEMO: Final = settings()
_WIDE: Final = Policy(settle_unknown=True, not_carried=NotCarried.WARNING)
POLICIES: Final = (
    attrs.evolve(_WIDE, create_suppliers=True, create_analytics=True),
    attrs.evolve(_WIDE, create_suppliers=True, create_analytics=True, transliterate=True),
    attrs.evolve(_WIDE, create_suppliers=True, cut_labels=True, tax_register=True),
    Policy(receipts=ReceiptPolicy.WARN),
)
ANALYTICS: Final = (
    _DEMO.analytics,
    Analytics(plan="PROJET"),
    Analytics(),
)


@cache
def known(name: str) -> tuple[bytes, Reference]:
    """Return a company's export, and what it says."""
    content = _EXPORTS[name]()
    file = ExportFile(name="company.txt", content=content, modified=WRITTEN)
    return content, reference_of([file])


def set_up(name: str, policy: Policy, analytics: Analytics) -> SetUp:
    """Return a company, posted to in one way."""
    content, reference = known(name)
    chosen = attrs.evolve(_DEMO, period_start=None, policy=policy, analytics=analytics)
    return SetUp(export=content, reference=reference, settings=chosen)
