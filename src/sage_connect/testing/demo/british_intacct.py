"""The same month in a British company of Sage Intacct.

The documents are those of the British business of Sage Accounting; codes stay the caller's,
and `settings` maps them. Centres are departments, and jobs are projects.
"""

import datetime as dt
from typing import Final

from ...intacct.settings import Accounts, IntacctSettings, Policy
from ...ledger import Mapping as Codes
from ...model import fields
from . import british, chart
from .company import MONTH, YEAR

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


def settings() -> IntacctSettings:
    """Return settings that fit the company and the codes of the documents."""
    return IntacctSettings(
        period_start=dt.date(YEAR, MONTH, 1),
        bank_account="BANK",
        customer_term="N30",
        supplier_term="N30",
        attachments_folder="Attachments",
        accounts=Accounts(
            sales="4010",
            purchases="5000",
            shipping="4905",
            adjustments="",
            advances="1105",
        ),
        policy=Policy(),
        mapping=Codes(
            accounts=fields.FrozenMap(british.ACCOUNTS),
            taxes=fields.FrozenMap(_TAXES),
            journals=fields.FrozenMap({"OD": "GJ"}),
            bank_accounts=fields.FrozenMap(
                {"BQ": "BANK", "CAI": "CASH", "BQD": "BANKUSD"}
            ),
            dimensions=fields.FrozenMap({chart.PLAN: "PROJECT", chart.CENTRES: "DEPARTMENT"}),
        ),
    )
