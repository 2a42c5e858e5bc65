"""A profile: one business, with all that is needed to reach it, by a name.

```toml
["accounting:main"]
client_id = "8c1f.../4d2a..."
client_secret = { env = "SAGE_CLIENT_SECRET" }
redirect_uri = "http://localhost:8421/callback"
business = "6d81b437602d0df554b802e50fa9a5f8"
bank_account = "1200"
```
"""

from collections.abc import Mapping
from typing import Final

import attrs

from ..ledger import settings as ledger
from ..model import fields
from ..plan import Plan, Secret
from .session import App, Hosts
from .settings import AccountingSettings

PRODUCT: Final = "accounting"

_SHAPE: Final = 'Write a table ["accounting:NAME"] with client_id and client_secret.'


@attrs.frozen(kw_only=True)
class AccountingProfile(AccountingSettings):
    """A table of `sage_connect.toml`: how to reach a business, and how to post to it.

    Attributes:
        client_id: Id of your app, as registered with Sage.
        client_secret: Secret of your app; from the environment where the table lacks it.
        redirect_uri: Where Sage sends people back to when they have signed in: letter by
            letter as registered.
        tokens: Folder of the sign-ins, counted from the file's own; "~" is the home folder.
        business: Id of the business; "" where the user has only one.
        user: Whose sign-in, in your own words, where the folder holds several.
        hosts: Where requests go; Sage's own addresses, unless it is a simulator.
    """

    client_id: str = attrs.field(validator=fields.is_text)
    client_secret: Secret
    redirect_uri: str = fields.text()
    tokens: str = fields.text("~/.sage_connect/tokens")
    business: str = fields.text()
    user: str = fields.text()
    hosts: Hosts = fields.one_of(Hosts, Hosts())

    @property
    def app(self) -> App:
        """The app."""
        return App(self.client_id, self.client_secret, self.redirect_uri, hosts=self.hosts)

    @property
    def settings(self) -> AccountingSettings:
        """How it is posted to."""
        names = attrs.fields_dict(AccountingSettings)
        return AccountingSettings(**{name: getattr(self, name) for name in names})


def read_profile(
    name: str, path: str, environment: Mapping[str, str]
) -> Plan[AccountingProfile]:
    """Return the profile `name` of the file at `path`; with "", the only one.

    Args:
        name: What follows "accounting:".
        path: Of a `sage_connect.toml`.
        environment: Where secrets are looked up that the file leaves out.

    Raises:
        ConfigurationError: No such file or profile, or wrong settings.
        StorageError: The file cannot be read.
    """
    return (
        yield from ledger.read_profile(
            AccountingProfile,
            path,
            environment,
            table=f"{PRODUCT}:{name}" if name else PRODUCT,
            product="Sage Accounting",
            shape=_SHAPE,
        )
    )
