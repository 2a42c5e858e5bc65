"""A profile: one company, with all that is needed to reach it, by a name.

```toml
["intacct:main"]
sender_id = "vendor"
sender_password = { env = "INTACCT_SENDER_PASSWORD" }
company_id = "acme"
user_id = "api-user"
user_password = { env = "INTACCT_USER_PASSWORD" }
bank_account = "BOA"
```
"""

from collections.abc import Mapping
from typing import Final

import attrs

from ..ledger import settings as ledger
from ..model import fields
from ..plan import Plan, Secret
from .credentials import GATEWAY, Credentials
from .settings import IntacctSettings

PRODUCT: Final = "intacct"

_SHAPE: Final = (
    'Write a table ["intacct:NAME"] with sender_id, sender_password, company_id, user_id '
    "and user_password."
)


@attrs.frozen(kw_only=True)
class IntacctProfile(IntacctSettings):
    """A table of `sage_connect.toml`: how to reach a company, and how to post to it.

    Attributes:
        sender_id: Web Services licence of the vendor, as typed: its case matters.
        sender_password: Its password; from the environment where the table lacks it.
        company_id: What a person types as Company ID to sign in (Company > Company Info).
        user_id: Of a Web Services user.
        user_password: Of that user; from the environment where the table lacks it.
        client_id: The client's company, where `company_id` is a console's.
        policy_id: Transport policy of requests that are answered later; "" for none.
        gateway: Where sessions are asked for; Sage's own, unless it is a simulator.
        trusted_hosts: Hosts beside those of Sage that may be sent to.
    """

    sender_id: str = attrs.field(validator=fields.is_text)
    sender_password: Secret
    company_id: str = attrs.field(validator=fields.is_text)
    user_id: str = attrs.field(validator=fields.is_text)
    user_password: Secret
    client_id: str = fields.text()
    policy_id: str = fields.text()
    gateway: str = fields.text(GATEWAY)
    trusted_hosts: tuple[str, ...] = attrs.field(
        default=(), converter=fields.as_tuple, validator=fields.all_are(str)
    )

    @property
    def credentials(self) -> Credentials:
        """Who signs in."""
        return Credentials(
            sender_id=self.sender_id,
            sender_password=self.sender_password,
            company_id=self.company_id,
            user_id=self.user_id,
            user_password=self.user_password,
            client_id=self.client_id,
        )

    @property
    def settings(self) -> IntacctSettings:
        """How it is posted to."""
        names = attrs.fields_dict(IntacctSettings)
        return IntacctSettings(**{name: getattr(self, name) for name in names})


def read_profile(
    name: str, path: str, environment: Mapping[str, str]
) -> Plan[IntacctProfile]:
    """Return the profile `name` of the file at `path`; with "", the only one.

    Args:
        name: What follows "intacct:".
        path: Of a `sage_connect.toml`.
        environment: Where secrets are looked up that the file leaves out.

    Raises:
        ConfigurationError: No such file or profile, or wrong settings.
        StorageError: The file cannot be read.
    """
    return (
        yield from ledger.read_profile(
            IntacctProfile,
            path,
            environment,
            table=f"{PRODUCT}:{name}" if name else PRODUCT,
            product="Sage Intacct",
            shape=_SHAPE,
        )
    )
