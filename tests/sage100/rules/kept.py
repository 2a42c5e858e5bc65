"""What rules refuse, and let pass, by how the company itself is set up in Sage."""

from decimal import Decimal

import attrs

from sage_connect.model import (
    Account,
    AccountKind,
    Journal,
    JournalKind,
    Reference,
    Tax,
    TaxCode,
)
from sage_connect.sage100.settings import Policy

from .company import (
    BANK,
    CREATING,
    DOLLARS,
    ENTRY,
    INVOICE,
    LINE,
    PAYMENT,
    PURCHASE,
    REFERENCE,
    SHARE,
    bank,
    company,
    entry,
    invoice,
    payment,
    plan,
    purchase,
    section,
    settings,
    with_line,
)
from .shape import Fixture


def _with(part: str, *items: object, source: Reference = REFERENCE) -> Reference:
    """Return a company with more records, or others instead of its own."""
    known = dict(getattr(source, part) or {})
    for one in items:
        code = getattr(one, "code")  # noqa: B009 - of any kind of master data
        axis = getattr(one, "dimension", "")
        known[(axis, code) if axis else code] = one
    return source.with_parts(**{part: known})


_SPLIT = with_line(analytic=(SHARE,))
_ANALYTIC_BANK_FEES = _with(
    "accounts",
    Account(code="627000", kind=AccountKind.EXPENSE, analytic=True),
    source=plan(mandatory=True),
)
_SUSPENSE_BANK_FEES = _with(
    "accounts",
    Account(code="627000", kind=AccountKind.EXPENSE, analytic=True),
    source=plan(mandatory=True, suspense="A1"),
)
_ANALYTIC_TAX = _with(
    "accounts", Account(code="445710", analytic=True), source=plan(mandatory=True)
)
_OTHER_PROVISIONAL = _with(
    "journals", Journal(code="OD", kind=JournalKind.PROVISIONAL), source=REFERENCE
)
_TIED = _with(
    "tax_codes",
    attrs.evolve((REFERENCE.tax_codes or {})["C20"], net_accounts=("708500",)),
    attrs.evolve((REFERENCE.tax_codes or {})["C20"], code="C10", net_accounts=("706000",)),
)
_BY_UNIT = _with("tax_codes", TaxCode(code="D3E", account="445710"))
_INCOME_ONLY = _with(
    "accounts",
    Account(code="706000", kind=AccountKind.OTHER, analytic=True),
    source=company(plan_allocations="1=1,2=1"),
)
_RESULT = _with(
    "accounts",
    Account(code="706000", kind=AccountKind.INCOME, analytic=True),
    source=company(plan_allocations="1=1,2=1"),
)
_GONE = REFERENCE.with_parts(
    journals={
        **(REFERENCE.journals or {}),
        "BQ": attrs.evolve((REFERENCE.journals or {})["BQ"], account="512900"),
    }
)
_LOST_PARTY = REFERENCE.with_parts(
    suppliers={
        "FOURN": attrs.evolve((REFERENCE.suppliers or {})["FOURN"], account="401900")
    }
)
_RATES = [Decimal(rate) for rate in range(1, 12)]
# Of taxes whose rates are not known: that there are many is the one fault.
_UNTAUGHT = attrs.evolve(
    REFERENCE,
    tax_codes={
        code: attrs.evolve(one, rates=())
        for code, one in (REFERENCE.tax_codes or {}).items()
    },
)
_ELEVEN = invoice(
    lines=tuple(attrs.evolve(LINE, taxes=(Tax("C20", rate),)) for rate in _RATES)
)
_REGISTERED = settings(policy=Policy(tax_register=True))
_TINY = attrs.evolve(LINE, unit_price=Decimal("0.01"))

KEPT = (
    Fixture(
        "SC-S100-JOURNAL-RESERVED",
        "/journal",
        ENTRY,
        reference=_OTHER_PROVISIONAL,
        good=ENTRY,
    ),
    Fixture(
        "SC-S100-JOURNAL-RESERVED",
        "/journal",
        ENTRY,
        reference=company(opening_journal="OD"),
        good=ENTRY,
        good_reference=company(opening_journal="AN"),
    ),
    Fixture(
        "SC-S100-JOURNAL-RESERVED", "", INVOICE, reference=company(journals_ifrs="VTE=1")
    ),
    Fixture(
        "SC-S100-JOURNAL-RESERVED",
        "",
        INVOICE,
        reference=company(journals_protected="VTE=1"),
        good_reference=company(journals_protected="ACH=1"),
    ),
    Fixture(
        "SC-S100-JOURNAL-ANALYTIC",
        "/lines/1",
        _SPLIT,
        reference=company(journals_without_analytic="VTE=1"),
        good=_SPLIT,
        good_reference=company(journals_without_analytic="BQ=1"),
    ),
    Fixture(
        "SC-S100-JOURNAL-ANALYTIC",
        "/movements/0",
        entry(movements=(attrs.evolve(ENTRY.movements[0], analytic=(SHARE,)),)),
        reference=company(journals_without_analytic="OD=1"),
        good=ENTRY,
        good_reference=company(journals_without_analytic="OD=1"),
    ),
    Fixture(
        "SC-S100-ACCOUNT-GONE", "/bank_account", PAYMENT, reference=_GONE, good=PAYMENT
    ),
    Fixture(
        "SC-S100-ACCOUNT-GONE",
        "/party",
        PURCHASE,
        reference=_LOST_PARTY,
        good=bank(bank_account="BQ"),
        good_reference=_LOST_PARTY,
    ),
    Fixture(
        "SC-S100-AUTO-ANALYTIC",
        "",
        INVOICE,
        reference=company(import_analytic_balance="1"),
        good=BANK,
        good_reference=company(import_analytic_balance="1"),
    ),
    Fixture(
        "SC-S100-PLAN-ALLOCATION",
        "/lines/1",
        _SPLIT,
        reference=_INCOME_ONLY,
        good=_SPLIT,
        good_reference=_RESULT,
    ),
    Fixture(
        "SC-S100-PLAN-ALLOCATION",
        "/lines/1",
        with_line(dimensions={"2": "A1"}),
        reference=company(plan_allocations="1=2,2=0"),
        good=with_line(dimensions={"2": "A1"}),
        good_reference=company(plan_allocations="1=0,2=2"),
    ),
    Fixture(
        "SC-S100-ANALYTIC-MANDATORY",
        "/account",
        BANK,
        reference=_ANALYTIC_BANK_FEES,
        good=BANK,
        good_reference=_SUSPENSE_BANK_FEES,
    ),
    Fixture(
        "SC-S100-ANALYTIC-MANDATORY",
        "/lines/0/taxes/0",
        INVOICE,
        reference=_ANALYTIC_TAX,
        good=purchase(),
        good_reference=_with(
            "accounts", Account(code="606300", analytic=False), source=_ANALYTIC_TAX
        ),
    ),
    Fixture(
        "SC-S100-ANALYTIC-SUSPENSE",
        "/account",
        BANK,
        reference=_SUSPENSE_BANK_FEES,
        good=BANK,
    ),
    Fixture(
        "SC-S100-SECTION-DOMAIN",
        "/lines/1/analytic/0",
        _SPLIT,
        reference=company(section_domains="1\tP100=2"),
        good=_SPLIT,
        good_reference=company(section_domains="1\tP100=1"),
    ),
    Fixture(
        "SC-S100-SECTION-DOMAIN",
        "/project",
        purchase(project="P100"),
        reference=company(section_domains="1\tP100=1"),
        good=invoice(project="P100"),
        good_reference=company(section_domains="1\tP100=1"),
    ),
    Fixture(
        "SC-S100-TAX-TIED",
        "/lines/0/taxes/0/code",
        INVOICE,
        reference=_TIED,
        good=with_line(account="708500"),
        good_reference=_with(
            "tax_codes",
            source=_TIED.with_parts(
                tax_codes={k: v for k, v in (_TIED.tax_codes or {}).items() if k != "C10"}
            ),
        ),
    ),
    Fixture(
        "SC-S100-SECTION-RECORD",
        "/name",
        section(name="\u200b"),
        attrs.evolve(CREATING, policy=Policy(create_analytics=True, transliterate=True)),
        good=section(),
        good_settings=CREATING,
    ),
    Fixture(
        "SC-S100-TAX-NO-RATE",
        "/lines/1/taxes/0",
        with_line(taxes=(Tax("D3E", Decimal(1)),)),
        reference=_BY_UNIT,
        good_reference=_BY_UNIT,
    ),
    Fixture(
        "SC-S100-REGISTER-TAXES",
        "/lines",
        _ELEVEN,
        _REGISTERED,
        _UNTAUGHT,
        good=_ELEVEN,
    ),
    Fixture(
        "SC-S100-REGISTER-TAXES",
        "/lines",
        _ELEVEN,
        _REGISTERED,
        _UNTAUGHT,
        good=attrs.evolve(_ELEVEN, lines=_ELEVEN.lines[:10]),
        good_settings=_REGISTERED,
    ),
    Fixture(
        "SC-S100-CONVERSION",
        "/exchange_rate",
        attrs.evolve(DOLLARS, lines=(LINE, _TINY), exchange_rate=Decimal("0.1")),
        good=attrs.evolve(DOLLARS, lines=(LINE, _TINY)),
    ),
    Fixture(
        "SC-S100-PARITY-ROUNDED",
        "/exchange_rate",
        attrs.evolve(
            DOLLARS,
            exchange_rate=Decimal("0.123456789"),
            lines=(attrs.evolve(LINE, unit_price=Decimal(10**8)),),
        ),
        good=attrs.evolve(
            DOLLARS,
            exchange_rate=Decimal("0.123456"),
            lines=(attrs.evolve(LINE, unit_price=Decimal(10**8)),),
        ),
    ),
    Fixture(
        "SC-S100-PARITY-ROUNDED",
        "/exchange_rate",
        payment(currency="USD", amount=Decimal(10**8), exchange_rate=Decimal("0.92")),
        reference=company(currencies_quoted_certain="USD"),
        good=payment(currency="USD", amount=Decimal(100), exchange_rate=Decimal("0.92")),
        good_reference=company(currencies_quoted_certain="USD"),
    ),
)
