"""Who may do what: senders, users, sessions, rights, modules."""

import datetime as dt
import secrets
from collections.abc import Mapping
from typing import Final

import attrs

from ..clock import Clock
from . import refusals
from .company import Company, Seat
from .envelope import Request
from .facts import Facts
from .options import Options
from .refusals import Denied
from .store import SESSION, Row, Store

HEALTHY: Final = "List|View|Add|Edit|Delete|Post|Reverse|Submit|Approve"
"""All rights of a policy."""

# The right that an operation needs.
_RIGHTS: Final[Mapping[str, str]] = {
    "READ": "View",
    "READ_BY_NAME": "View",
    "READ_BY_QUERY": "List",
    "QUERY": "List",
    "CREATE": "Add",
    "UPDATE": "Edit",
    "DELETE": "Delete",
    "REVERSE": "Reverse",
}


@attrs.frozen(kw_only=True)
class Signed:
    """Whoever has signed in.

    Attributes:
        seat: Who, from where.
        company: Code of the company.
        since: Since when.
        until: Until when.
        session: Its session; "" for a login.
    """

    seat: Seat
    company: str
    since: dt.datetime
    until: dt.datetime
    session: str = attrs.field(default="", repr=False)


class Access:
    """Checks senders, users and sessions.

    Args:
        store: The state.
        clock: The simulator's.
        options: The simulator's.
    """

    def __init__(self, store: Store, clock: Clock, options: Options) -> None:
        self._store = store
        self._clock = clock
        self._options = options

    def sender(self, request: Request) -> None:
        """Check the sender of a request.

        Raises:
            Denied: It is unknown, or its password is wrong.
        """
        options = self._options
        known = options.senders | {options.sender_id}
        sender = request.head.sender
        if sender not in known or request.password != options.sender_password:
            denied = refusals.wrong_sender()
            if options.sign_in_status != 200:  # noqa: PLR2004
                denied.complaint = attrs.evolve(denied.complaint, number="XMLGW_JPP0002")
                denied.status = options.sign_in_status
            raise denied

    def signed(self, request: Request) -> Signed:
        """Return who has signed in.

        Raises:
            Denied: Nobody.
        """
        login, options = request.login, self._options
        if options.expired:
            raise refusals.sign_in("Your demo company has expired.", refusals.DEMO_EXPIRED)
        if login.session:
            return self._by_session(request)
        if login.company != options.company_id:
            raise self._wrong()
        self._on_list(request.head.sender)
        found = self._store.by("USERINFO", "LOGINID", login.user)
        if not found or found[0].get("_PASSWORD") != login.password:
            raise self._wrong()
        location = self.place(found[0], login.location)
        return self._signed(request, found[0], location)

    def place(self, user: Row, location: str | None) -> str:
        """Return where a user comes to work who asked for a location.

        Args:
            user: The user's record.
            location: Entity; "" for the top level; None for wherever the user belongs.

        Raises:
            Denied: The user may not.
        """
        may = [str(one) for one in user.get("_ENTITIES", [])]
        if user.get("STATUS", "active") != "active":
            raise refusals.sign_in("The user account is not active.")
        if location is None:
            location = may[0] if may else ""
        if not location:
            if may:
                raise refusals.sign_in("The user has no access to the top level.")
            return ""
        entities = self._store.by("LOCATIONENTITY", "LOCATIONID", location)
        if not self._options.multi_entity or not entities:
            raise refusals.sign_in(f"The location '{location}' is invalid.")
        if may and location not in may:
            raise refusals.sign_in(f"The user has no access to location '{location}'.")
        return location

    def open_session(self, signed: Signed, location: str | None) -> tuple[str, str]:
        """Return the id and the location of a new session.

        Args:
            signed: Whoever asks.
            location: Entity; "" for the top level; None to stay.

        Raises:
            Denied: The user may not go there.
        """
        wanted = signed.seat.location if location is None else location
        place = self.place(signed.seat.user, wanted)
        id = secrets.token_urlsafe(24) + ".."
        number = self._store.next(SESSION)
        row: Row = {
            "RECORDNO": str(number),
            "ID": id,
            "USER": signed.seat.user["LOGINID"],
            "LOCATION": place,
            "SENDER": signed.seat.sender,
            "SINCE": self._clock.seconds(),
            "UNTIL": self._clock.seconds() + self._options.session_minutes * 60,
        }
        self._store.put(SESSION, number, row)
        return id, place

    def end_sessions(self) -> None:
        """Let every session be over."""
        for row in list(self._store.all(SESSION)):
            self._store.put(SESSION, int(row["RECORDNO"]), None)

    def _by_session(self, request: Request) -> Signed:
        rows = self._store.by(SESSION, "ID", request.login.session)
        now = self._clock.seconds()
        if not rows or rows[0]["UNTIL"] <= now:
            raise refusals.sign_in(
                "Your session has timed out or is invalid.", self._options.session_error
            )
        (row,) = rows
        self._on_list(request.head.sender)
        (user,) = self._store.by("USERINFO", "LOGINID", row["USER"]) or [Row()]
        if user.get("STATUS", "active") != "active":
            raise refusals.sign_in("The user account is not active.")
        # Slides forward at each call before it expires (documented).
        until = now + self._options.session_minutes * 60
        self._store.put(SESSION, int(row["RECORDNO"]), {**row, "UNTIL": until})
        signed = self._signed(request, user, row["LOCATION"])
        return attrs.evolve(signed, session=row["ID"])

    def _signed(self, request: Request, user: Row, location: str) -> Signed:
        now = self._clock.now()
        return Signed(
            seat=Seat(user=user, sender=request.head.sender, location=location),
            company=self._options.company_id,
            since=now,
            until=now + dt.timedelta(minutes=self._options.session_minutes),
        )

    def _on_list(self, sender: str) -> None:
        options = self._options
        if sender not in options.senders:
            raise refusals.unauthorised_sender(
                sender, options.company_id, options.unauthorised_sender_at
            )

    def _wrong(self) -> Denied:
        if self._options.sign_in_status == 200:  # noqa: PLR2004
            return refusals.sign_in()
        denied = refusals.sign_in(number="XMLGW_JPP0002")
        denied.status = self._options.sign_in_status
        return denied


def check(company: Company, facts: Facts, operation: str) -> None:
    """Check that whoever asks may do something with an object.

    Raises:
        Refused: The module is off, or the right is missing; the text is the same (seen).
    """
    if not company.options.has(facts.module) or not _may(company, facts, operation):
        raise refusals.unpermitted(operation, facts.name)


def _may(company: Company, facts: Facts, operation: str) -> bool:
    user = company.seat.user
    right = _RIGHTS.get(operation, "View")
    rights: Mapping[str, str] = user.get("_RIGHTS", {})
    for name in (facts.permission, facts.name, facts.module):
        if name in rights:
            return right in rights[name].split("|")
    reading = right in {"View", "List"}
    # The type caps what a role may give (seen).
    return reading or user.get("USERTYPE", "business user") not in {
        "view only user",
        "dashboard user",
    }
