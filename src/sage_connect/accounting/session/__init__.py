"""OAuth 2 of Sage Accounting, as plans: signing in, a token that is good now, revoking."""

from .app import COUNTRIES, App, Hosts
from .grant import Grant
from .sign_in import AuthorizationRequest, OAuth
from .tokens import Session

__all__ = (
    "COUNTRIES",
    "App",
    "AuthorizationRequest",
    "Grant",
    "Hosts",
    "OAuth",
    "Session",
)
