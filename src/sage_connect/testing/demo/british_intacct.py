"""The same month in a British company of Sage Intacct.

The documents are those of the British business of Sage Accounting; codes stay the caller's,
and `settings` maps them. Centres are departments, and jobs are projects.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeVar

import attrs

from ...intacct.settings import Accounts, IntacctSettings
from ...ledger import Mapping as Codes
from ...model import Document, MasterData, Payment, fields
from . import british, british_faults, chart
from .books import SEED
from .company import MONTH, YEAR
from .faults import Faulty

D = TypeVar("D")

_TAXES: Final = {
    "C20": "UK Sale Goods Standard Rate",
    "C10": "UK Sale Goods Reduced Rate",
    "C055": "UK Sale Goods Reduced Rate",
    "C021": "UK Sale Goods Zero Rate",
    "CI00": "UK Sale Goods Zero Rate",
    "CE00": "UK Sale Goods Zero Rate",
    "D20": "UK Purchase Goods Standard Rate",
    "D10": "UK Purchase Goods Reduced Rate",
    "D055": "UK Purchase Goods Reduced Rate",
    "D00": "UK Purchase Exempt Rate",
    "DE00": "UK Purchase Goods Zero Rate",
    "IM20": "UK Purchase Goods Standard Rate",
}
_METHODS: Final = {"ELECTRONIC": "EFT", "CHECK": "Printed Check", "CASH": "Cash"}
_CODES: Final = {
    # What the API of Sage Accounting refuses, the gateway has other words for, or takes.
    "SC-INV-GROUP-MODE": "SC-IN-GROUP-TAX",
    "SC-LINE-MULTIPLE-TAXES": "",
    "SC-RATE-MISSING": "",
    "SC-REQUIRED": "",
    "SC-SA-ABROAD-ZERO": "",
    "SC-SA-ACCOUNT-VISIBLE": "",
    "SC-SA-ADDRESS-LINES": "",
    "SC-SA-ANALYSIS-UNKNOWN": "SC-IN-DIMENSION-VALUE",
    "SC-SA-BANK-ENTRY-ACCOUNT": "SC-IN-BANK-ACCOUNT",
    "SC-SA-BANK-TRANSFER": "",
    "SC-SA-BANK-UNKNOWN": "SC-IN-BANK-UNKNOWN",
    "SC-SA-BASE-CURRENCY": "SC-IN-CURRENCY-AMOUNT",
    "SC-SA-CIS-NOT-SET": "SC-IN-NOT-CARRIED",
    "SC-SA-METHOD-UNKNOWN": "SC-IN-METHOD",
    "SC-SA-NOT-CARRIED": "",
    "SC-SA-REFERENCE-LENGTH": "",
    "SC-SA-TAX-MISSING": "",
    "SC-SA-TEXT-LENGTH": "",
}
"""What a fault is found as; "" where it is none, and the document is left out."""


def settings() -> IntacctSettings:
    """Return settings that fit the company and the codes of the documents."""
    return IntacctSettings(
        period_start=dt.date(YEAR, MONTH, 1),
        bank_account="BANK",
        customer_term="N30",
        supplier_term="N30",
        bank_journal="CDJ",
        attachments_folder="Attachments",
        share_dimension="PROJECT",
        accounts=Accounts(
            sales="4010",
            purchases="5000",
            shipping="4905",
            advances="1105",
        ),
        mapping=Codes(
            accounts=fields.FrozenMap(british.ACCOUNTS),
            taxes=fields.FrozenMap(_TAXES),
            journals=fields.FrozenMap({"OD": "GJ"}),
            bank_accounts=fields.FrozenMap({"BQ": "BANK", "CAI": "CASH", "BQD": "BANKUSD"}),
            dimensions=fields.FrozenMap(
                {chart.PLAN: "PROJECT", chart.CENTRES: "DEPARTMENT"}
            ),
        ),
    )


def month(seed: int = SEED) -> list[Document | MasterData]:
    """Return all documents of the month in posting order, what is new in it first."""
    return [*map(_own, british.month(seed))]


def cases(seed: int = SEED) -> Mapping[str, tuple[Document, ...]]:
    """Return the documents by business case, as `demo.cases` does."""
    found = british.cases(seed).items()
    return {name: tuple(map(_own, documents)) for name, documents in found}


def faulty() -> list[Faulty]:
    """Return the faulty documents, to be posted after `month`."""
    return [*_faulty()]


def _faulty() -> Iterator[Faulty]:
    for one in british_faults.faulty():
        code = _CODES.get(one.code, one.code)
        if code:
            yield Faulty(_own(one.document), code)


def _own(document: D) -> D:
    whole: Any = document
    if isinstance(whole, Payment):
        whole = attrs.evolve(whole, method=_METHODS.get(whole.method, whole.method))
    changed: D = whole
    return changed
