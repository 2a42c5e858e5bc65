"""How a business of Sage Accounting is set up for a program: the steps of the guide."""

from typing import Final

from ..validation.guide import Guide, Step
from .rules.book import HOME

GUIDE: Final = Guide(
    home=HOME,
    product="Sage Accounting",
    steps=(
        Step(
            name="app",
            where="https://developerselfservice.sageone.com",
            entries=(
                ("Callback URL", "{redirect_uri}"),
                ("Client ID", "{client_id}"),
            ),
            faults=("SC-SA-CLIENT",),
            proofs=("SC-SA-OK-BUSINESS",),
        ),
        Step(
            name="sign_in",
            faults=(
                "SC-SA-REAUTH-NEEDED",
                "SC-SA-TOKEN",
                "SC-SA-TOKEN-DAMAGED",
                "SC-SA-TOKEN-LOST",
            ),
            proofs=("SC-SA-OK-BUSINESS",),
        ),
        Step(
            name="business",
            entries=(("business", "{business}"),),
            faults=(
                "SC-SA-BUSINESS",
                "SC-SA-NO-BUSINESS",
                "SC-SA-SUBSCRIPTION",
                "SC-SA-COUNTRY-FORMER",
            ),
            proofs=("SC-SA-OK-BUSINESS",),
        ),
        Step(
            name="rights",
            where="Settings > Manage Business Users",
            faults=("SC-SA-RIGHTS", "SC-SA-ROLE"),
            proofs=("SC-SA-OK-RIGHTS",),
        ),
        Step(
            name="bank",
            where="Banking",
            entries=(
                ("bank_account", "{bank_account}"),
                ("payment_method", "{payment_method}"),
            ),
            faults=(
                "SC-SA-NO-BANK-ACCOUNT",
                "SC-SA-BANK-UNKNOWN",
                "SC-SA-BANK-INACTIVE",
                "SC-SA-METHOD-UNKNOWN",
            ),
            proofs=("SC-SA-OK-BANK",),
        ),
        Step(
            name="accounts",
            where="Settings > Chart of Accounts",
            entries=(
                ("accounts.sales", "{accounts.sales}"),
                ("accounts.purchases", "{accounts.purchases}"),
                ("accounts.shipping", "{accounts.shipping}"),
            ),
            faults=("SC-SA-MAP-ACCOUNT", "SC-SA-ACCOUNT-VISIBLE"),
            proofs=("SC-SA-OK-ACCOUNTS",),
        ),
        Step(
            name="taxes",
            where="Settings > VAT details",
            faults=("SC-SA-MAP-TAX", "SC-SA-TAXES-NONE"),
            proofs=("SC-SA-OK-TAXES", "SC-SA-UNREGISTERED"),
        ),
        Step(
            name="dates",
            where="Settings > Accounts opening balances",
            entries=(("period_start", "{period_start}"),),
            faults=("SC-SA-LOCKED",),
            proofs=("SC-SA-OK-DATES",),
        ),
    ),
)
