"""What the rules refuse, and let pass, of purchases, money, entries and master data."""

import datetime as dt
from decimal import Decimal
from typing import Any

import attrs

from sage_connect.model import (
    Address,
    AnalyticShare,
    BankAccount,
    Charge,
    Deferral,
    Movement,
    PurchaseKind,
    Reference,
    Tax,
)
from sage_connect.model.fields import FrozenMap
from sage_connect.sage100.settings import Accounts, Journals, Policy

from .company import (
    ACCOUNTS,
    BANK,
    CREATING,
    DAY,
    ENTRY,
    LONG,
    PAYMENT,
    PURCHASE,
    REFERENCE,
    SECTION,
    SETTINGS,
    SUPPLIER,
    TRANSLITERATE,
    bank,
    company,
    entry,
    moved,
    payment,
    purchase,
    section,
    settings,
    supplier,
)
from .shape import Fixture

_SALES_ONLY = settings(accounts=Accounts(customers="411000", sales="706000"))
_DOLLARS = purchase(currency="USD", exchange_rate=Decimal("0.9"))
_PAID = attrs.evolve(PAYMENT, currency="USD", exchange_rate=Decimal("0.9"))
_USD_ENTRY = entry(
    currency="USD",
    exchange_rate=Decimal("0.9"),
    movements=tuple(
        attrs.evolve(one, currency_amount=Decimal("11.11")) for one in ENTRY.movements
    ),
)
_FAR = dt.date(2090, 1, 1)
_NO_BANKS = attrs.evolve(
    REFERENCE,
    journals={
        **(REFERENCE.journals or {}),
        "BQ": attrs.evolve((REFERENCE.journals or {})["BQ"], account=""),
    },
)


def _asleep(part: str, code: str, **changes: Any) -> Reference:
    """Return the company with one record of it asleep, or changed otherwise."""
    known = {**getattr(REFERENCE, part)}
    known[code] = attrs.evolve(known[code], **(changes or {"active": False}))
    return REFERENCE.with_parts(**{part: known})


ENTERED = (
    Fixture(
        "SC-S100-JOURNAL-CODE",
        "",
        PURCHASE,
        settings(journals=Journals(purchases="ach")),
        good=PURCHASE,
    ),
    Fixture("SC-S100-JOURNAL-CODE", "/journal", entry(journal="OPERATIONS"), good=ENTRY),
    Fixture("SC-S100-JOURNAL-UNKNOWN", "/journal", entry(journal="ODX"), good=ENTRY),
    Fixture(
        "SC-S100-JOURNAL-TYPE", "", PURCHASE, settings(journals=Journals(purchases="OD"))
    ),
    Fixture(
        "SC-S100-JOURNAL-TYPE",
        "",
        purchase(kind=PurchaseKind.EXPENSE_CLAIM),
        settings(journals=Journals(claims="VTE")),
        good=purchase(kind=PurchaseKind.EXPENSE_CLAIM),
    ),
    Fixture(
        "SC-S100-JOURNAL-TYPE",
        "",
        purchase(kind=PurchaseKind.CARD_PAYMENT),
        settings(journals=Journals(cards="VTE")),
        good=PURCHASE,
        good_settings=settings(journals=Journals(cards="VTE")),
    ),
    Fixture("SC-S100-JOURNAL-TYPE", "/bank_account", bank(bank_account="OD"), good=BANK),
    Fixture("SC-S100-JOURNAL-DORMANT", "/journal", entry(journal="VTO"), good=ENTRY),
    Fixture(
        "SC-S100-ACCOUNT-MISSING", "/lines/0/account", PURCHASE, _SALES_ONLY, good=PURCHASE
    ),
    Fixture(
        "SC-MAP-ACCOUNT",
        "/charges/0/account",
        purchase(charges=(Charge(amount=Decimal(5)),)),
        settings(accounts=attrs.evolve(ACCOUNTS, purchases="606999")),
        good=purchase(charges=(Charge(amount=Decimal(5)),)),
    ),
    Fixture(
        "SC-MAP-ACCOUNT",
        "/lines/0/account",
        PURCHASE,
        settings(
            accounts=attrs.evolve(ACCOUNTS, purchases_by_tax=FrozenMap({"D20": "606998"}))
        ),
        good=PURCHASE,
    ),
    Fixture(
        "SC-MAP-ACCOUNT",
        "/bank_account",
        bank(bank_account=""),
        settings(accounts=attrs.evolve(ACCOUNTS, bank="512999")),
        reference=_NO_BANKS,
        good=BANK,
    ),
    Fixture(
        "SC-MAP-ACCOUNT",
        "/account",
        supplier(account="", employee=True),
        attrs.evolve(CREATING, accounts=attrs.evolve(ACCOUNTS, employees="421999")),
        good=supplier(account="", employee=True),
        good_settings=CREATING,
    ),
    Fixture("SC-S100-ACCOUNT-LENGTH", "/account", bank(account="62700"), good=BANK),
    Fixture(
        "SC-S100-ACCOUNT-LENGTH",
        "/movements/0/account",
        moved(account="6063000"),
        good=ENTRY,
    ),
    Fixture(
        "SC-S100-ACCOUNT-CURRENCY",
        "/party",
        _DOLLARS,
        good=attrs.evolve(_USD_ENTRY, movements=_USD_ENTRY.movements[:1]),
    ),
    Fixture(
        "SC-S100-TAX-ACCOUNT",
        "/lines/0/taxes/0",
        purchase(
            lines=(attrs.evolve(PURCHASE.lines[0], taxes=(Tax("C21", Decimal("2.1")),)),)
        ),
        good=PURCHASE,
    ),
    Fixture("SC-S100-BANK-ACCOUNT", "/bank_account", bank(bank_account="CIC"), good=BANK),
    Fixture(
        "SC-S100-BANK-ACCOUNT",
        "/bank_account",
        payment(bank_account=""),
        reference=_NO_BANKS,
        good=payment(bank_account=""),
    ),
    Fixture("SC-S100-COUNTERPART", "/account", bank(account=""), good=BANK),
    Fixture(
        "SC-S100-CONTROL-ACCOUNT",
        "/party",
        purchase(party="NEUF"),
        _SALES_ONLY,
        good=purchase(party="NEUF"),
    ),
    Fixture(
        "SC-S100-CONTROL-ACCOUNT",
        "/account",
        supplier(account=""),
        _SALES_ONLY,
        good=supplier(account=""),
    ),
    Fixture(
        "SC-S100-CONTROL-ACCOUNT-KIND",
        "/party",
        bank(account="", party="CAISSE"),
        good=bank(account="", party="FOURN"),
    ),
    Fixture(
        "SC-S100-CONTROL-ACCOUNT-KIND",
        "/account",
        supplier(account="606300"),
        good=SUPPLIER,
    ),
    Fixture(
        "SC-S100-THIRD-PARTY-LINE", "/movements/0/party", moved(party="FOURN"), good=ENTRY
    ),
    Fixture(
        "SC-S100-THIRD-PARTY-LINE",
        "/movements/0/party",
        moved(account="401000"),
        good=ENTRY,
    ),
    Fixture("SC-S100-THIRD-PARTY-LINE", "/party", bank(party="FOURN"), good=BANK),
    Fixture(
        "SC-S100-THIRD-PARTY-UNKNOWN",
        "/movements/0/party",
        moved(account="401000", party="FOURM"),
        good=ENTRY,
    ),
    Fixture(
        "SC-S100-THIRD-PARTY-UNKNOWN",
        "/party",
        bank(account="", party="NEUF"),
        good=(supplier(code="NEUF"), bank(account="", party="NEUF")),
        good_settings=CREATING,
    ),
    Fixture(
        "SC-S100-THIRD-PARTY-CODE",
        "/movements/0/party",
        moved(account="401000", party="fourn"),
        good=ENTRY,
    ),
    Fixture("SC-S100-THIRD-PARTY-CODE", "/party", purchase(party="Fourn"), good=PURCHASE),
    Fixture("SC-S100-THIRD-PARTY-CODE", "/code", supplier(code="papier"), good=SUPPLIER),
    Fixture(
        "SC-CUST-CODE-DUPLICATE",
        "/code",
        supplier(code="DUPONT"),
        CREATING,
        good=SUPPLIER,
        good_settings=CREATING,
    ),
    Fixture(
        "SC-S100-SUPPLIER-NEW",
        "/code",
        SUPPLIER,
        good=SUPPLIER,
        good_settings=CREATING,
    ),
    Fixture("SC-ANALYTIC-UNKNOWN", "/code", SECTION, good=SECTION, good_settings=CREATING),
    Fixture(
        "SC-S100-SECTION-RECORD",
        "/code",
        section(code="p300"),
        CREATING,
        good=SECTION,
        good_settings=CREATING,
    ),
    Fixture("SC-S100-SECTION-RECORD", "/dimension", section(dimension="9"), good=SECTION),
    Fixture("SC-S100-SECTION-RECORD", "/name", section(name=""), good=SECTION),
    Fixture("SC-S100-SECTION-RECORD", "/level", section(level="Chantier"), good=SECTION),
    Fixture(
        "SC-S100-EXISTING-OVERWRITE",
        "/code",
        supplier(code="FOURN", name="Autre"),
        good=SUPPLIER,
    ),
    Fixture(
        "SC-S100-EXISTING-OVERWRITE",
        "/code",
        section(code="P100", name="Autre"),
        good=SECTION,
    ),
    Fixture(
        "SC-S100-CARD-REFUND",
        "/kind",
        purchase(kind=PurchaseKind.CARD_REFUND),
        good=purchase(kind=PurchaseKind.CARD_PAYMENT),
    ),
    Fixture(
        "SC-S100-DEFERRAL",
        "/deferral",
        purchase(deferral=Deferral(start=DAY, end=dt.date(2027, 3, 30))),
        good=PURCHASE,
    ),
    Fixture(
        "SC-S100-METHOD-UNKNOWN",
        "/method",
        payment(method="Troc"),
        good=payment(method="vir"),
    ),
    Fixture(
        "SC-S100-NUMBER-LENGTH",
        "/party_number",
        purchase(party_number="FACTURE-2026-000778"),
        good=purchase(number="HA-2026-00000000001"),
    ),
    Fixture("SC-S100-DATE", "/movements/0/due", moved(due=_FAR), good=moved(due=DAY)),
    Fixture("SC-S100-DATE", "/date", bank(date=_FAR), good=BANK),
    Fixture(
        "SC-S100-RATE-MISSING",
        "/exchange_rate",
        payment(currency="USD"),
        good=_PAID,
    ),
    Fixture("SC-S100-CURRENCY-UNKNOWN", "/currency", bank(currency="CHF"), good=BANK),
    Fixture("SC-S100-AMOUNT-RANGE", "/amount", bank(amount=Decimal(10) ** 12), good=BANK),
    Fixture(
        "SC-S100-AMOUNT-RANGE",
        "/movements/0/debit",
        moved(debit=Decimal(10) ** 12),
        good=ENTRY,
    ),
    Fixture(
        "SC-S100-AMOUNT-RANGE",
        "/exchange_rate",
        attrs.evolve(_PAID, exchange_rate=Decimal("1e-9")),
        good=_PAID,
    ),
    Fixture(
        "SC-S100-AMOUNT-DECIMALS",
        "/movements/0/debit",
        moved(debit=Decimal("10.005")),
        good=ENTRY,
    ),
    Fixture(
        "SC-S100-CURRENCY-AMOUNT",
        "/movements/0/currency_amount",
        attrs.evolve(ENTRY, currency="USD", exchange_rate=Decimal("0.9")),
        good=_USD_ENTRY,
    ),
    Fixture(
        "SC-S100-CURRENCY-AMOUNT",
        "/movements/0/currency_amount",
        moved(currency_amount=Decimal(11)),
        good=ENTRY,
    ),
    Fixture(
        "SC-ANALYTIC-ON-NON-EXPENSE",
        "/movements/0/analytic",
        moved(account="445660", analytic=(AnalyticShare("P100", "PROJET"),)),
        good=moved(analytic=(AnalyticShare("P100", "PROJET"),)),
    ),
    Fixture(
        "SC-S100-ANALYTIC-NOT-ALLOWED",
        "/movements/0/dimensions",
        moved(account="627000", dimensions={"PROJET": "P100"}),
        good=moved(dimensions={"PROJET": "P100"}),
    ),
    Fixture(
        "SC-S100-SECTION-UNKNOWN",
        "/movements/0/analytic/0/value",
        moved(analytic=(AnalyticShare("P999", "PROJET"),)),
        good=ENTRY,
    ),
    Fixture(
        "SC-S100-SPLIT-TWICE",
        "/movements/0",
        moved(analytic=(AnalyticShare("P100", "PROJET"),), dimensions={"1": "P100"}),
        good=ENTRY,
    ),
    Fixture(
        "SC-S100-TEXT-ENCODING",
        "/movements/0/description",
        moved(description="Дом"),
        good=ENTRY,
    ),
    Fixture("SC-S100-TEXT-ENCODING", "/description", bank(description="Дом"), good=BANK),
    Fixture("SC-S100-TEXT-ENCODING", "/number", purchase(number="\u2013"), good=PURCHASE),
    Fixture("SC-S100-TEXT-ENCODING", "/name", section(name="Дом"), good=SECTION),
    Fixture(
        "SC-S100-TEXT-ENCODING",
        "/allocations/0/number",
        payment(allocations=(attrs.evolve(PAYMENT.allocations[0], number="№1"),)),
        good=PAYMENT,
    ),
    Fixture(
        "SC-S100-TEXT-SPELT",
        "/description",
        bank(description="Cœur"),
        TRANSLITERATE,
        good=BANK,
        good_settings=TRANSLITERATE,
    ),
    Fixture(
        "SC-S100-TEXT-ONE-LINE", "/description", bank(description="Frais\nmars"), good=BANK
    ),
    Fixture("SC-S100-TEXT-LENGTH", "/description", bank(description=LONG), good=BANK),
    Fixture(
        "SC-S100-TEXT-LENGTH",
        "/movements/0/description",
        moved(description=LONG),
        good=ENTRY,
    ),
    Fixture(
        "SC-S100-TEXT-LENGTH",
        "/movements/0/tax_code",
        moved(tax_code="NORMAL"),
        good=moved(tax_code="D20"),
    ),
    Fixture(
        "SC-S100-TEXT-LENGTH",
        "/reference",
        payment(reference="virement " * 9),
        good=PAYMENT,
    ),
    Fixture("SC-S100-TEXT-LENGTH", "/name", supplier(name="N" * 70), good=SUPPLIER),
    Fixture(
        "SC-S100-LABEL-CUT",
        "/allocations/0/number",
        payment(allocations=(attrs.evolve(PAYMENT.allocations[0], number=LONG),)),
        settings(policy=Policy(cut_labels=True)),
        good=PAYMENT,
        good_settings=settings(policy=Policy(cut_labels=True)),
    ),
    Fixture(
        "SC-S100-TEXT-BLANKS", "/party_number", purchase(party_number="F 1 "), good=PURCHASE
    ),
    Fixture("SC-S100-TEXT-HASH", "/description", bank(description=r"\#7"), good=bank()),
    Fixture(
        "SC-S100-TEXT-HASH", "/party_number", purchase(party_number=r"\#7"), good=PURCHASE
    ),
    Fixture(
        "SC-S100-ADDRESS-LINES",
        "/address/lines",
        supplier(address=Address(lines=("a", "b", "c"))),
        good=SUPPLIER,
    ),
    Fixture("SC-S100-NAME-MISSING", "/name", supplier(name=""), good=SUPPLIER),
    Fixture(
        "SC-S100-NOT-CARRIED",
        "/notes",
        payment(notes="Merci"),
        good=PAYMENT,
    ),
    Fixture(
        "SC-S100-NO-EXPORT",
        "",
        ENTRY,
        reference=attrs.evolve(REFERENCE, journals=None),
        good=ENTRY,
    ),
    Fixture(
        "SC-COMPANY-MISMATCH",
        "",
        PAYMENT,
        settings(name="AUTRE"),
        good=PAYMENT,
        good_settings=SETTINGS,
    ),
    Fixture(
        "SC-S100-THIRD-PARTY-LINE",
        "/lines/0/account",
        purchase(lines=(attrs.evolve(PURCHASE.lines[0], account="401000"),)),
        good=PURCHASE,
    ),
    Fixture(
        "SC-S100-THIRD-PARTY-LINE",
        "/charges/0/account",
        purchase(charges=(Charge(amount=Decimal(5), account="401000"),)),
        good=PURCHASE,
    ),
    Fixture(
        "SC-S100-THIRD-PARTY-LINE",
        "/movements/0/party",
        moved(account="411000", party="FOURN"),
        good=moved(account="401000", party="FOURN"),
    ),
    Fixture(
        "SC-S100-THIRD-PARTY-DORMANT",
        "/movements/1/party",
        ENTRY,
        reference=_asleep("suppliers", "FOURN"),
        good=ENTRY,
    ),
    Fixture(
        "SC-S100-ACCOUNT-CLOSED",
        "/party",
        PURCHASE,
        reference=_asleep("accounts", "401000"),
        good=PURCHASE,
    ),
    Fixture(
        "SC-S100-ACCOUNT-CLOSED",
        "/bank_account",
        BANK,
        reference=_asleep("accounts", "512000"),
        good=BANK,
    ),
    Fixture(
        "SC-S100-ACCOUNT-CLOSED",
        "/lines/0/taxes/0",
        PURCHASE,
        reference=_asleep("accounts", "445660"),
        good=PURCHASE,
    ),
    Fixture(
        "SC-S100-REVERSE-CHARGE",
        "/lines/0/taxes/0",
        PURCHASE,
        reference=company(tax_origins="C20=0,D20=1"),
        good=PURCHASE,
        good_reference=company(tax_origins="C20=1,D20=0"),
    ),
    Fixture(
        "SC-S100-CURRENCY-BALANCE",
        "/movements",
        attrs.evolve(
            _USD_ENTRY,
            movements=(
                _USD_ENTRY.movements[0],
                attrs.evolve(_USD_ENTRY.movements[1], currency_amount=Decimal(11)),
            ),
        ),
        good=_USD_ENTRY,
    ),
    Fixture(
        "SC-S100-SPLIT-SIGN",
        "/lines/0/analytic",
        purchase(
            lines=(
                attrs.evolve(
                    PURCHASE.lines[0],
                    analytic=(
                        AnalyticShare("P100", "PROJET", amount=Decimal(150)),
                        AnalyticShare("P100", "PROJET", amount=Decimal(-50)),
                    ),
                ),
            )
        ),
        good=moved(analytic=(AnalyticShare("P100", "PROJET", amount=Decimal(10)),)),
    ),
    Fixture(
        "SC-S100-ZERO-PIECE",
        "",
        entry(
            movements=(
                attrs.evolve(ENTRY.movements[0], debit=Decimal(0)),
                attrs.evolve(ENTRY.movements[1], credit=Decimal(0)),
            )
        ),
        good=ENTRY,
    ),
    Fixture(
        "SC-S100-ZERO-PIECE",
        "/amount",
        bank(currency="USD", exchange_rate=Decimal("0.4"), amount=Decimal("0.01")),
        good=bank(currency="USD", exchange_rate=Decimal("0.5"), amount=Decimal("0.01")),
    ),
    Fixture(
        "SC-S100-ZERO-LINE",
        "/movements/2",
        entry(movements=(*ENTRY.movements, Movement(account="627000", debit=Decimal(0)))),
        good=ENTRY,
    ),
    Fixture(
        "SC-S100-BANK-ACCOUNT",
        "/bank_account",
        bank(bank_account="SG"),
        reference=attrs.evolve(
            REFERENCE, bank_accounts={"SG": BankAccount(code="SG", name="Générale")}
        ),
        good=BANK,
    ),
    Fixture(
        "SC-S100-ACCOUNT-CURRENCY",
        "/bank_account",
        BANK,
        reference=_asleep("accounts", "512000", currency="USD", active=True),
        good=BANK,
    ),
)
