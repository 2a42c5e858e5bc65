"""Sage Accounting v3.1 on a loopback socket."""

import asyncio
import threading
import time
import traceback
from collections.abc import Mapping, Sequence
from typing import Any, Final, Self, get_args

from ..clock import Clock
from ..exchange import Dropped
from ..serving import Server
from . import faults, seeding
from .books import Books
from .calls import Answer, Call, Seen, answer
from .company import Company
from .engine import Engine
from .faults import Drop, Fault, Slow, Trouble, Troubles
from .fixtures import country as country_of
from .oauth import OAuth
from .options import COUNTRIES, WITHDRAWN, Options
from .refusals import Complaint, written
from .seeding import Seed
from .store import Store

_BASE: Final = "/v3.1"
_AUTHORIZE: Final = "/oauth2/auth/central"
_TICK: Final = 0.05


class AccountingSimulator:
    """A business in Sage Accounting that answers on 127.0.0.1; a context manager.

    It keeps what Sage documents, marks what it assumes, and knows nothing of our client:
    programs by others work against it unmodified.

    Args:
        country: Of the business: "gb", "ie" or "ca".
        seed: What is there at the start.
        state: A file that keeps everything for the next run; "" for memory.
        port: Where to listen; 0 for a free port.
        **options: Fields of `Options`.

    Attributes:
        clock: What time it is there.
        options: Its settings.
        oauth: The app and its tokens.
        calls: Every request that arrived, in order.
        crashes: Tracebacks of faults of its own, answered with status 500; empty unless
            the simulator has a mistake.

    Raises:
        ValueError: The country is one where Sage Accounting is not sold, the state is of
            another country, or the seed is unknown.
    """

    def __init__(
        self,
        country: str = "gb",
        seed: Seed = "demo",
        state: str = "",
        port: int = 0,
        **options: Any,
    ) -> None:
        if country in WITHDRAWN:
            raise ValueError(
                f"Sage Accounting is withdrawn in {country!r}: no new business"
            )
        if country not in COUNTRIES:
            raise ValueError(f"country is one of {sorted(COUNTRIES)}, not {country!r}")
        if seed not in get_args(Seed):
            raise ValueError(f"seed is one of {get_args(Seed)}, not {seed!r}")
        self.options: Options = Options(**options)
        self.calls: list[Seen] = []
        self.crashes: list[str] = []
        self._country = country
        self._troubles = Troubles()
        self._store = Store(str(state))
        try:
            self.clock: Clock = Clock(self._store.notes.get("ahead") or 0.0)
            self._plant(seed)
            self.oauth: OAuth = OAuth(self._store, self.clock, self.options, country)
            self._engine = Engine(self._store, self.clock, self.options, country)
            self._closing = threading.Event()
            self._server = Server(self._handle, port)
        except BaseException:
            self._store.close()
            raise
        self._server.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop; what stood in a state file stays there."""
        self._closing.set()
        self._server.close()
        self._store.close()

    # --- where it is

    @property
    def url(self) -> str:
        """The address of the server, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.port}"

    @property
    def base_url(self) -> str:
        """Base address of the API."""
        return f"{self.url}{_BASE}"

    @property
    def authorize_url(self) -> str:
        """Address of the consent page."""
        return f"{self.url}{_AUTHORIZE}"

    @property
    def token_url(self) -> str:
        """Address of the token endpoint."""
        return f"{self.url}/token"

    @property
    def revoke_url(self) -> str:
        """Address where refresh tokens are revoked."""
        return f"{self.url}/revoke"

    @property
    def client_id(self) -> str:
        """Id of the app; has a slash, as real ones have."""
        return self.oauth.client_id

    @property
    def client_secret(self) -> str:
        """Secret of the app."""
        return self.oauth.client_secret

    @property
    def access_token(self) -> str:
        """An access token that is valid now."""
        return self.oauth.pair().access

    @property
    def refresh_token(self) -> str:
        """The newest refresh token, the only one that is good."""
        return self.oauth.pair().refresh

    @property
    def refreshes(self) -> int:
        """How many refreshes gave new tokens."""
        return self.oauth.refreshes

    @property
    def invalid_grants(self) -> int:
        """How often the token endpoint answered `invalid_grant`."""
        return self.oauth.invalid_grants

    @property
    def businesses(self) -> Sequence[str]:
        """Ids of the businesses that the user sees."""
        with self._store.guard:
            return [doc["id"] for doc in self._store.select("", "businesses")]

    @property
    def business_id(self) -> str:
        """Id of the first business; "" if there is none."""
        return next(iter(self.businesses), "")

    @property
    def lead(self) -> str:
        """Id of the business that a request without `X-Business` is for."""
        with self._store.guard:
            return str(self._store.notes.get("lead") or "")

    @lead.setter
    def lead(self, business: str) -> None:
        if business not in self.businesses:
            raise ValueError(f"{business!r} is no business here")
        with self._store.work():
            self._store.notes.put("lead", business)

    def ready_line(self) -> dict[str, str]:
        """Return what a client needs, for the command line to print."""
        pair = self.oauth.pair()
        return {
            "base_url": self.base_url,
            "authorize_url": self.authorize_url,
            "token_url": self.token_url,
            "revoke_url": self.revoke_url,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "access_token": pair.access,
            "refresh_token": pair.refresh,
            "business_id": self.business_id,
        }

    # --- what a test does to it

    def fail(
        self,
        fault: Fault,
        *,
        method: str = "",
        path: str = "",
        query: Mapping[str, str] | None = None,
        times: int | None = 1,
        chance: float = 1.0,
        seed: int = 0,
    ) -> Trouble:
        """Let a fault meet requests that come.

        Args:
            fault: What goes wrong.
            method: Of the requests it meets; "" for any.
            path: Of theirs, or the beginning of it up to a slash: "/sales_invoices",
                "/token"; "" for any.
            query: Parameters that they have, such as `{"attributes": "all"}`.
            times: How many it meets; None for all.
            chance: How likely it meets one that fits.
            seed: Of that chance, so that a trial can be repeated.

        Returns:
            What counts the requests it has met.
        """
        trouble = Trouble(
            fault,
            method=method,
            path=path,
            query=query or {},
            times=times,
            chance=chance,
            seed=seed,
        )
        return self._troubles.plan(trouble)

    def mend(self) -> None:
        """Let everything go well again."""
        self._troubles.clear()

    def books(self, business: str = "") -> Books:
        """Return what stands in the books of a business.

        Args:
            business: Its id; "" for the first one.
        """
        return Books(self._company(business or self.business_id))

    def advance(self, seconds: float) -> None:
        """Set the clock forward, so that expiry needs no waiting."""
        with self._store.work():
            self.clock.ahead += seconds
            self._store.notes.put("ahead", self.clock.ahead)

    def _plant(self, seed: Seed) -> None:
        known = self._store.notes.get("country")
        if known is not None:
            if known != self._country:
                raise ValueError(f"the state is of {known!r}, not of {self._country!r}")
            return
        ids = seeding.business_ids(self._country, self.options.businesses)
        with self._store.work():
            self._store.notes.put("country", self._country)
            if seed == "none":
                ids = []
            seeding.seed_user(self._company(""), ids)
            for id in ids:
                seeding.seed_business(self._company(id), seed)
            self._store.notes.put("lead", next(iter(ids), ""))

    def _company(self, business: str) -> Company:
        template = country_of(self._country)
        return Company(
            business,
            template.code,
            template.currency,
            self._store,
            self.clock,
            self.options,
        )

    async def _handle(self, call: Call, raw: str) -> Answer:
        fault = self._troubles.of(call, call.path.removeprefix(_BASE))
        if fault is None:
            made = self._answer(call)
        else:
            made = await self._faulty(call, raw, fault)
        self._note(call, raw, made.status)
        return made

    async def _faulty(self, call: Call, raw: str, fault: Fault) -> Answer:
        if isinstance(fault, Drop) and not fault.after_commit:
            self._note(call, raw, 0)
            raise Dropped
        if isinstance(fault, Slow) and not fault.after_commit:
            await self._wait(fault.seconds)
        made = faults.instead(fault)
        if made is not None:
            return made
        made = self._answer(call)
        if isinstance(fault, Drop):
            self._note(call, raw, 0)
            raise Dropped
        if isinstance(fault, Slow) and fault.after_commit:
            await self._wait(fault.seconds)
        return faults.spoilt(fault, made)

    async def _wait(self, seconds: float) -> None:
        """Wait in real time, unless the simulator closes."""
        until = time.monotonic() + seconds
        # Another thread closes it, which no event of this loop hears of.
        while not self._closing.is_set() and (left := until - time.monotonic()) > 0:  # noqa: ASYNC110
            await asyncio.sleep(min(left, _TICK))

    def _note(self, call: Call, raw: str, status: int) -> None:
        path = call.path.removeprefix(_BASE)
        self.calls.append(
            Seen(
                method=call.method,
                path=path,
                query=raw,
                status=status,
                at=self.clock.seconds(),
                business=call.headers.get("x-business", ""),
                body=call.body,
            )
        )

    def _answer(self, call: Call) -> Answer:
        try:
            if call.path.startswith(f"{_BASE}/"):
                return self._engine.answer(
                    Call(
                        method=call.method,
                        path=call.path.removeprefix(_BASE),
                        query=call.query,
                        headers=call.headers,
                        body=call.body,
                    )
                )
            return self._beside(call)
        except Exception:  # noqa: BLE001 - a mistake of ours is told as a fault of theirs
            self.crashes.append(traceback.format_exc())
            complaint = Complaint("UnexpectedError", "An unexpected error occurred.")
            return answer(500, [written(complaint, "path", "")])

    def _beside(self, call: Call) -> Answer:
        if call.path == _AUTHORIZE and call.method == "GET":
            return self.oauth.authorize(call)
        if call.path == "/token" and call.method == "POST":
            return self.oauth.token(call)
        if call.path == "/revoke" and call.method == "POST":
            return self.oauth.revoke(call)
        return Answer(status=404)
