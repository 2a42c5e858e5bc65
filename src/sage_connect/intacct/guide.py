"""How a company of Sage Intacct is set up for a program: the steps of the guide.

Labels and menu paths are those of Intacct's screens in English, as a published guide of
another integration and Sage's own pages word them; menus differ by release and language.
"""

from typing import Final

from ..validation.guide import Guide, Step
from .rules.book import HOME
from .smart_events import HOOKS

_USERS: Final = "Company > Admin > Web Services users (or Users)"
_SIGNED_IN: Final = ("SC-IN-OK-SENDER",)
# Whatever of the user can be read is right when nothing of it is told as wrong.
_USER: Final = ("SC-IN-OK-USER", "SC-IN-OK-SENDER")

GUIDE: Final = Guide(
    home=HOME,
    product="Sage Intacct",
    steps=(
        Step(
            name="gateway",
            entries=(("gateway", "{gateway}"),),
            faults=(
                "SC-IN-UNREACHABLE",
                "SC-IN-OFFLINE",
                "SC-IN-UNAVAILABLE",
                "SC-IN-ENDPOINT",
                "SC-IN-NOT-SAGE",
            ),
            proofs=_SIGNED_IN,
        ),
        Step(
            name="subscriptions",
            where="Company > Admin > Subscriptions",
            faults=("SC-IN-MODULE-MISSING",),
            proofs=("SC-IN-OK-MODULES",),
            unread=("modules",),
        ),
        Step(
            name="sender",
            where="Company > Setup > Company > Security > Web Services authorizations",
            entries=(("Sender ID", "{sender_id}"), ("Status", "Active")),
            faults=("SC-IN-SENDER-NOT-AUTHORISED", "SC-IN-SENDER"),
            proofs=_SIGNED_IN,
        ),
        Step(
            name="user",
            where=f"{_USERS} > Add",
            entries=(
                ("User ID", "{user_id}"),
                ("Last name", "API"),
                ("First name", "sage_connect"),
                ("Email address", "<yours>"),
                ("User name", "API alias"),
            ),
            faults=("SC-IN-SIGN-IN", "SC-IN-CREDENTIALS"),
            proofs=_SIGNED_IN,
        ),
        Step(
            name="user_type",
            where=_USERS,
            entries=(("User type", "Business"),),
            faults=("SC-IN-USER-TYPE",),
            proofs=_USER,
            unread=("user_type",),
        ),
        Step(
            name="user_admin",
            where=_USERS,
            entries=(("Admin privileges", "Full"),),
            faults=("SC-IN-USER-PRIVILEGE",),
            proofs=_USER,
            unread=("user_admin",),
        ),
        Step(
            name="user_status",
            where=_USERS,
            entries=(("Status", "Active"),),
            faults=("SC-IN-USER-INACTIVE",),
            proofs=_USER,
            unread=("user_status",),
        ),
        Step(
            name="role",
            where=f"{_USERS}, Roles information",
            entries=(("Role, first line", "Admin"),),
            faults=("SC-IN-ROLE",),
            proofs=_USER,
            unread=("user_roles",),
        ),
        Step(
            name="top_level",
            where=f"{_USERS}, User entities",
            entries=(("User entities", "Top level"),),
            faults=("SC-IN-TOP-LEVEL",),
            proofs=_USER,
            unread=("user_entities",),
        ),
        Step(
            name="company_id",
            where="Company > Setup > Company (Company Info)",
            entries=(("Company ID", "{company_id}"),),
            faults=("SC-IN-SIGN-IN",),
            proofs=_SIGNED_IN,
        ),
        Step(
            name="rights",
            where="Company > Admin > Roles > Subscriptions",
            faults=("SC-IN-RIGHTS", "SC-IN-PERMISSION"),
            proofs=("SC-IN-OK-RIGHTS",),
        ),
        Step(
            name="entities",
            where="Company > Setup > Entities",
            entries=(("Entity ID", "{entity}"),),
            faults=(
                "SC-IN-ENTITY-ID",
                "SC-IN-ENTITY-NONE",
                "SC-IN-ENTITY-UNKNOWN",
                "SC-IN-LEVEL",
                "SC-IN-LEVEL-SINGLE",
            ),
            proofs=("SC-IN-OK-ENTITIES",),
        ),
        Step(
            name="accounts",
            where="General Ledger > Accounts",
            entries=(
                ("accounts.sales", "{accounts.sales}"),
                ("accounts.purchases", "{accounts.purchases}"),
                ("accounts.shipping", "{accounts.shipping}"),
                ("accounts.advances", "{accounts.advances}"),
            ),
            faults=("SC-IN-MAP-ACCOUNT", "SC-IN-CHART"),
            proofs=("SC-IN-OK-ACCOUNTS",),
        ),
        Step(
            name="journals",
            where="General Ledger > Setup > Journals",
            faults=("SC-IN-JOURNAL-UNKNOWN",),
            proofs=("SC-IN-OK-JOURNALS",),
        ),
        Step(
            name="taxes",
            where="Taxes > Tax solutions, Tax details",
            faults=("SC-IN-MAP-SOLUTION", "SC-IN-MAP-TAX"),
            proofs=("SC-IN-OK-TAXES",),
        ),
        Step(
            name="bank",
            where="Cash Management > Checking accounts",
            entries=(("bank_account", "{bank_account}"),),
            faults=("SC-IN-BANK-UNSET", "SC-IN-BANK-UNKNOWN", "SC-IN-BANK-INACTIVE"),
            proofs=("SC-IN-OK-BANK",),
        ),
        Step(
            name="terms",
            where="Accounts Receivable > Setup > AR terms, "
            "Accounts Payable > Setup > AP terms",
            entries=(
                ("customer_term", "{customer_term}"),
                ("supplier_term", "{supplier_term}"),
            ),
            faults=("SC-IN-TERM-UNKNOWN",),
            proofs=("SC-IN-OK-TERMS",),
        ),
        Step(
            name="dimensions",
            where="Platform Services > Objects, General Ledger > Setup > Configuration",
            faults=("SC-IN-DIMENSIONS-MANY",),
            proofs=("SC-IN-OK-DIMENSIONS",),
        ),
        Step(
            name="folder",
            where="Company > Attachments > Folders",
            entries=(("Folder", "{attachments_folder}"),),
            faults=("SC-IN-FOLDER-UNKNOWN",),
            needs="attachments_folder",
        ),
        Step(
            name="policy",
            entries=(("Policy ID", "{policy_id}"),),
            faults=("SC-IN-POLICY",),
            needs="policy_id",
        ),
        Step(
            name="smart_events",
            where="Platform Services (or Customization Services) > Smart Events",
            entries=tuple((f"{one.object}, {one.topic}", one.body) for one in HOOKS),
        ),
    ),
)
