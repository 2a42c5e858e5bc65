"""The demo company as Sage 100 exports it, and the settings to post to it."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from ...model import fields
from ...sage100.settings import Accounts, Analytics, Journals, Policy, Sage100Settings
from ...sage100.wire import (
    AccountNature,
    AnalyticPlanRowAllocationType,
    AnalyticPlans,
    CompanyFile,
    Currencies,
    GeneralAccount,
    GeneralAccountCarryForward,
    GeneralAccountType,
    JournalRecord,
    JournalType,
    LevelNames,
    PaymentMethods,
    Record,
    Section,
    SectionType,
    TaxRate,
    TaxRateRateType,
    TaxType,
    ThirdParty,
    build,
    write,
)
from . import chart

YEAR: Final = 2026
MONTH: Final = 9
"""Month of the documents; the periods before it are closed up to June."""


def export_bytes(year: int = YEAR) -> bytes:
    """Return a complete export of the company in the flat format, `#VER 31`.

    It has two fiscal years, the calendar years `year - 1` and `year`, closed to the end of
    June, and no entries. Currency rates are the unit's price in the foreign currency
    (`quotation_mode` certain: 1 EUR = 1.08 USD).

    Args:
        year: The open fiscal year; years near 2026 only, since files carry two digits.
    """
    return b"".join(write(_records(year)))


def settings(year: int = YEAR) -> Sage100Settings:
    """Return settings that fit the company and the codes of its documents.

    Args:
        year: As for `export_bytes`.
    """
    return Sage100Settings(
        name=chart.NAME,
        period_start=dt.date(year, MONTH, 1),
        journals=Journals(sales="VTE", purchases="ACH", bank="BQ"),
        accounts=Accounts(
            customers="411000",
            sales="706000",
            sales_by_tax=fields.FrozenMap(
                {
                    "C10": "704000",
                    "C055": "701100",
                    "C021": "701200",
                    "CI00": "706200",
                    "CE00": "706300",
                }
            ),
            shipping="708500",
            suppliers="401000",
            employees="421000",
            purchases="606300",
        ),
        analytics=Analytics(plan=chart.PLAN, level=chart.LEVELS[0]),
        policy=Policy(create_suppliers=True, create_analytics=True),
    )


def settings_toml(year: int = YEAR) -> str:
    """Return `settings` as the text of a `sage_connect.toml`.

    Args:
        year: As for `export_bytes`.
    """
    own = settings(year)
    by_tax = "".join(
        f'{code} = "{account}"\n' for code, account in own.accounts.sales_by_tax.items()
    )
    return f"""\
[sage100]
name = "{own.name}"
period_start = {own.period_start}

[sage100.journals]
sales = "{own.journals.sales}"
purchases = "{own.journals.purchases}"
claims = "{own.journals.claims}"
cards = "{own.journals.cards}"
bank = "{own.journals.bank}"

[sage100.accounts]
customers = "{own.accounts.customers}"
suppliers = "{own.accounts.suppliers}"
employees = "{own.accounts.employees}"
purchases = "{own.accounts.purchases}"
sales = "{own.accounts.sales}"
shipping = "{own.accounts.shipping}"

[sage100.accounts.sales_by_tax]
{by_tax}
[sage100.analytics]
plan = "{own.analytics.plan}"
level = "{own.analytics.level}"

[sage100.policy]
create_suppliers = {str(own.policy.create_suppliers).lower()}
create_analytics = {str(own.policy.create_analytics).lower()}
"""


def _records(year: int) -> Iterator[Record]:
    """Yield the records in the order in which Sage exports its sections."""
    yield _company(year)
    yield build(
        Currencies,
        currencies=[
            {
                "label": label,
                "iso_code": code,
                "iso_numeric": number,
                "rate": rate,
                "unit": unit,
                "sub_unit": sub_unit,
                "euro_zone": code == "EUR",
            }
            for label, code, number, rate, unit, sub_unit in chart.CURRENCIES
        ],
    )
    yield build(
        PaymentMethods,
        methods=[{"label": label, "code": code} for label, code in chart.METHODS],
    )
    yield build(LevelNames, levels=chart.LEVELS)
    yield build(
        AnalyticPlans,
        plans=[
            {
                "label": label,
                "allocation_type": AnalyticPlanRowAllocationType.EXPENSE_AND_INCOME,
            }
            for label in (chart.PLAN, chart.CENTRES)
        ],
    )
    for number, label in chart.TOTALS:
        yield _account(number, label, total=True)
    for number, label in chart.ACCOUNTS:
        yield _account(number, label)
    number, label = chart.DORMANT_ACCOUNT
    yield _account(number, label, dormant=True)
    for section in chart.SECTIONS:
        yield build(
            Section,
            plan_no=section.plan,
            section=section.code,
            label=section.label,
            type=SectionType.TOTAL if section.total else SectionType.DETAIL,
            level_no=section.level,
            dormant=section.dormant,
        )
    for party in chart.PARTIES:
        yield _party(party)
    for tax in chart.TAXES:
        yield build(
            TaxRate,
            label=tax.label,
            rate_type=TaxRateRateType.RATE_PERCENT,
            rate=tax.rate,
            type=TaxType.VAT_INTRA_EU
            if tax.code in {"CI20", "DI20"}
            else TaxType.VAT_ON_DEBITS,
            vat_account=tax.account,
            tax_code=tax.code,
            direction=tax.direction,
            origin=tax.origin,
            net_accounts=tax.net,
        )
    for journal in chart.JOURNALS:
        yield build(
            JournalRecord,
            code=journal.code,
            label=journal.label,
            type=journal.type,
            numbering=journal.numbering,
            treasury_account=journal.account,
            analytic_entry=journal.type is not JournalType.TREASURY_BANK,
            dormant=journal.dormant,
        )


def _company(year: int) -> CompanyFile:
    return build(
        CompanyFile,
        company_name=chart.NAME,
        activity="Architecture et mobilier",
        address="12 rue de l'Établi",
        postal_code="37000",
        city="TOURS",
        country="FRANCE",
        siret=chart.SIRET,
        ape_code="7111Z",
        vat_id="FR71991002007",
        fiscal_year_start_1=dt.date(year - 1, 1, 1),
        fiscal_year_end_1=dt.date(year - 1, 12, 31),
        fiscal_year_start_2=dt.date(year, 1, 1),
        fiscal_year_end_2=dt.date(year, 12, 31),
        last_closing_date=dt.date(year - 1, 12, 31),
        last_closed_period=dt.date(year, 6, 30),
        account_length=6,
        zero_padding=True,
        base_currency_no=1,
        default_analytic_plan=1,
        opening_journal="AN",
        opening_account="110000",
        profit_account="120000",
        loss_account="129000",
        suspense_account="471000",
        forbid_dormant=True,
        share_capital=Decimal(50000),
        legal_form="SARL",
    )


def _account(
    number: str, label: str, *, total: bool = False, dormant: bool = False
) -> GeneralAccount:
    nature = chart.nature_of(number)
    result = nature in {AccountNature.EXPENSE, AccountNature.INCOME}
    control = number in chart.CONTROL
    carried = (
        GeneralAccountCarryForward.DETAIL if control else GeneralAccountCarryForward.BALANCE
    )
    return build(
        GeneralAccount,
        account_number=number,
        type=GeneralAccountType.TOTAL if total else GeneralAccountType.DETAIL,
        label=label,
        short_label=label[:17].rstrip(),
        nature=nature,
        carry_forward=GeneralAccountCarryForward.NONE if result else carried,
        analytic=result and not total,
        due_date=control,
        lettering=control,
        third_party=control,
        currency=number in chart.FOREIGN,
        dormant=dormant,
    )


def _party(party: chart.PartyRow) -> ThirdParty:
    return build(
        ThirdParty,
        number=party.code,
        name=party.name,
        short_name=party.name[:17].rstrip(),
        type=party.type,
        main_account=party.account,
        attached_accounts=(party.account,),
        address=party.address,
        postal_code=party.postal_code,
        city=party.city,
        country=party.country,
        vat_id=party.vat_id,
        siret=party.siret,
        currency_no=party.currency,
        dormant=party.dormant,
    )
