"""Who may do what: tokens, businesses, editions, roles."""

from collections.abc import Collection, Mapping
from typing import Final

import attrs

from ...accounting.wire.facts import Operation
from ..clock import Clock
from . import fixtures, refusals
from .calls import Call
from .company import Company
from .options import Options
from .refusals import Complaint, Refused
from .store import Doc, Store

_SUBSCRIPTIONS: Final = {
    "start": "START",
    "standard": "ACCOUNTING_10",
    "plus": "ACCOUNTING",
}
"""Official pages contradict each other on the last two."""
_NAMES: Final = {
    "start": "Accounting Start",
    "standard": "Accounting Standard",
    "plus": "Accounting",
}
# The announcement of 11 May 2020: Standard is Plus without stock and foreign currency.
_BARRED_IN_STANDARD: Final = frozenset(
    {
        "stock_items",
        "stock_movements",
        "currencies",
        "business_exchange_rates",
        "exchange_rates",
        "live_exchange_rates",
    }
)
_FULL: Final = "Full Access"
_CONTACTS: Final = frozenset({"addresses", "contact_persons", "contacts"})


@attrs.frozen
class User:
    """Whose token it is.

    Attributes:
        writes: Whether the token may be used to write.
    """

    writes: bool


class Access:
    """The guards at the door, in the order in which they stand.

    Args:
        store: The state.
        clock: The simulator's.
        options: The simulator's.
        country: ISO 3166, in small letters.
    """

    def __init__(self, store: Store, clock: Clock, options: Options, country: str) -> None:
        self._store = store
        self._clock = clock
        self._options = options
        self._country = fixtures.country(country)

    def user(self, call: Call) -> User:
        """Return whose token a request carries.

        Raises:
            Refused: It has none, or one that has run out. The code is documented, the words
                are assumed.
        """
        scheme, _, token = call.headers.get("authorization", "").partition(" ")
        rows = (
            self._store.run(
                "SELECT scope,expires FROM tokens WHERE token=? AND kind='access'",
                token.strip(),
            )
            if scheme.lower() == "bearer"
            else []
        )
        if not rows or rows[0][1] <= self._clock.seconds():
            raise Refused(
                401,
                Complaint(
                    "AuthorizationFailure", "The access token is invalid or has expired."
                ),
            )
        return User(writes=rows[0][0] != "readonly")

    def lead(self) -> str:
        """Return the id of the business that is used when none is named."""
        return str(self._store.notes.get("lead") or "")

    def company(self, call: Call, operation: Operation) -> Company:
        """Return the business that a request is for.

        Raises:
            Refused: `X-Business` names none that the user sees. What is answered then is
                not documented.
        """
        if operation.resource in {"businesses", "user"}:
            # These belong to the user; they are kept apart from every business.
            business = ""
        else:
            business = call.headers.get("x-business", "").strip() or self.lead()
            if self._store.get("", "businesses", business) is None:
                raise refusals.no_such_record()
        return Company(
            business,
            self._country.code,
            self._country.currency,
            self._store,
            self._clock,
            self._options,
        )

    def check(self, operation: Operation, user: User) -> None:
        """Check edition, country, scope and role.

        Raises:
            Refused: One of them forbids the operation.
        """
        if not self._offered(operation):
            # Seen in production: an edition that lacks it answers as if unpaid.
            raise Refused(
                401, Complaint("AuthorizationFailure", "No active subscription. (MSE)")
            )
        writes = operation.method != "GET"
        # What a readonly token is told is not documented; the role's refusal is taken.
        if (writes and not user.writes) or not self._allowed(operation):
            raise Refused(
                403,
                Complaint(
                    "MultiUserAccessDenied",
                    "The current user is not allowed to access that resource with that"
                    " method.",
                ),
            )

    def _offered(self, operation: Operation) -> bool:
        editions = operation.editions
        edition = self._options.edition
        if edition == "standard" and self._options.announced_standard:
            if operation.resource in _BARRED_IN_STANDARD:
                return False
            edition = "plus"
        return editions is None or self._country.code in editions.get(edition, ())

    def _allowed(self, operation: Operation) -> bool:
        roles = self._options.roles
        return all(
            roles.get(area, _FULL) in levels for area, levels in _levels(operation).items()
        )


def _levels(operation: Operation) -> Mapping[str, Collection[str]]:
    """Return the levels that an operation needs, by area.

    Those of contacts are in no list; Sage's page on access rights says that they can be
    read with no access, and that restricted access deletes nothing.
    """
    if operation.roles or operation.resource not in _CONTACTS or operation.method == "GET":
        return operation.roles
    deletes = operation.method == "DELETE"
    return {"Contacts": {_FULL} if deletes else {_FULL, "Restricted Access"}}


def subscription(options: Options, now: str) -> Doc:
    """Return the subscription of a business, as `GET /businesses/{id}` shows it."""
    return {
        "id": _SUBSCRIPTIONS[options.edition],
        "displayed_as": _NAMES[options.edition],
        "active": True,
        "status": "paying",
        "created_at": now,
        "updated_at": now,
    }
