"""Sage Intacct's XML gateway on a loopback socket."""

import asyncio
import gzip
import threading
import time
import traceback
from collections.abc import Mapping, Sequence
from typing import Any, Final, Self, get_args

import attrs

from ..clock import Clock
from ..exchange import Answer, Call, Dropped
from ..serving import Server
from . import faults, seeding
from .books import Books
from .callbacks import Callbacks
from .company import Company, Seat
from .engine import Engine, Made, objects_of
from .envelope import HeadError, Request, opened
from .faults import Cut, Drop, Fault, Slow, Trouble, Troubles
from .options import Options
from .seeding import Seed
from .store import Row, Store
from .written import Head

_PATH: Final = "/ia/xml/xmlgw.phtml"
_TICK: Final = 0.05
_WORTH: Final = 2_000


@attrs.frozen(kw_only=True)
class Seen:
    """A request that reached the simulator.

    Attributes:
        functions: Names of its functions; empty for a request that was not understood.
        control_ids: Their ids.
        control_id: Of the request.
        unique: Whether `uniqueid` was true.
        location: Entity of the login; None for none, or for a session.
        status: HTTP status that was answered; 0 where the connection was dropped.
        at: When, in seconds since 1970 by the simulator's clock.
        headers: By name in small letters.
        body: As it came.
    """

    functions: tuple[str, ...] = ()
    control_ids: tuple[str, ...] = ()
    control_id: str = ""
    unique: bool = False
    location: str | None = None
    status: int
    at: float
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str], repr=False)
    body: bytes = attrs.field(default=b"", repr=False)


class IntacctSimulator:
    """A company in Sage Intacct that answers on 127.0.0.1; a context manager.

    It keeps what Sage documents, marks what it assumes, and knows nothing of our client:
    programs by others work against it unmodified.

    Args:
        seed: What is there at the start.
        state: A file that keeps everything for the next run; "" for memory.
        port: Where to listen; 0 for a free port.
        **options: Fields of `Options`.

    Attributes:
        clock: What time it is there.
        options: Its settings.
        calls: Every request that arrived, in order.
        callbacks: Deliveries of asynchronous results.
        crashes: Tracebacks of faults of its own, answered with status 500; empty unless
            the simulator has a mistake.

    Raises:
        ValueError: The seed is unknown, or the state is of another company.
    """

    def __init__(
        self, seed: Seed = "demo", state: str = "", port: int = 0, **options: Any
    ) -> None:
        if seed not in get_args(Seed):
            raise ValueError(f"seed is one of {get_args(Seed)}, not {seed!r}")
        self.options: Options = Options(**options)
        self.calls: list[Seen] = []
        self.crashes: list[str] = []
        self.callbacks: Callbacks = Callbacks()
        self._troubles = Troubles()
        self._running = 0
        self._store = Store(str(state))
        try:
            self.clock: Clock = Clock(self._store.note("ahead") or 0.0)
            self._plant(seed)
            self._engine = Engine(self._store, self.clock, self.options)
            self._closing = threading.Event()
            self._server = Server(self._handle, port)
        except BaseException:
            self._store.close()
            raise
        self._engine.endpoint = self.endpoint
        self._server.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop; what stood in a state file stays there."""
        self._closing.set()
        self._server.close()
        self.callbacks.wait()
        self._store.close()

    # --- where it is

    @property
    def url(self) -> str:
        """The address of the server, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.port}"

    @property
    def endpoint(self) -> str:
        """The address of the gateway."""
        return f"{self.url}{_PATH}"

    @property
    def entities(self) -> Sequence[str]:
        """Ids of the company's entities."""
        with self._store.guard:
            rows = self._store.all("LOCATIONENTITY")
            return [str(row["LOCATIONID"]) for row in rows]

    @property
    def running(self) -> int:
        """How many requests are being answered."""
        return self._running

    def ready_line(self) -> dict[str, Any]:
        """Return what a client needs, for the command line to print."""
        options = self.options
        return {
            "endpoint": self.endpoint,
            "sender_id": options.sender_id,
            "sender_password": options.sender_password,
            "company_id": options.company_id,
            "user_id": options.user_id,
            "user_password": options.user_password,
            "entities": list(self.entities),
        }

    # --- what a test does to it

    def fail(
        self,
        fault: Fault,
        *,
        function: str = "",
        object: str = "",
        times: int | None = 1,
        after: int = 0,
        chance: float = 1.0,
        seed: int = 0,
    ) -> Trouble:
        """Let a fault meet requests that come.

        Args:
            fault: What goes wrong.
            function: One of those in the requests it meets, such as "create_invoice"; ""
                for any.
            object: One that they name, such as "GLBATCH"; "" for any.
            times: How many it meets; None for all.
            after: So many that fit are left in peace first.
            chance: How likely it meets one that fits.
            seed: Of that chance, so that a trial can be repeated.

        Returns:
            What counts the requests it has met.
        """
        trouble = Trouble(
            fault,
            function=function,
            object=object,
            times=times,
            after=after,
            chance=chance,
            seed=seed,
        )
        return self._troubles.plan(trouble)

    def mend(self) -> None:
        """Let everything go well again."""
        self._troubles.clear()

    def books(self, location: str = "") -> Books:
        """Return what stands in the books.

        Args:
            location: An entity, to see what it sees; "" for everything.
        """
        return Books(self._company(location))

    def advance(self, seconds: float) -> None:
        """Set the clock forward, so that expiry needs no waiting."""
        with self._store.work():
            self.clock.ahead += seconds
            self._store.take_note("ahead", self.clock.ahead)

    def end_sessions(self) -> None:
        """Let every session be over."""
        with self._store.work():
            self._engine.access.end_sessions()

    def user(
        self,
        *,
        type: str | None = None,
        admin: str | None = None,
        status: str | None = None,
        roles: tuple[str, ...] | None = None,
        rights: Mapping[str, str] | None = None,
        entities: tuple[str, ...] | None = None,
    ) -> None:
        """Change the user that signs in, as an administrator does on screen.

        Args:
            type: Such as "business user" or "employee user".
            admin: "Full", "true" (limited) or "false".
            status: "active" or "inactive".
            roles: Names of the user's roles.
            rights: By menu item or module, such as `{"AP bills": "List|View"}`, where they
                are not all; "" for none.
            entities: The only ones that the user may work in; empty for all, and the top
                level.
        """
        company = self._company("")
        with self._store.work():
            (row,) = self._store.by("USERINFO", "LOGINID", self.options.user_id)
            named = {"USERTYPE": type, "ADMIN": admin, "STATUS": status}
            changes: Row = {name: text for name, text in named.items() if text is not None}
            if entities is not None:
                changes["_ENTITIES"] = list(entities)
            row = company.change("USERINFO", row, changes)
            if roles is not None:
                seeding.give_roles(company, row, roles)
            if rights is not None:
                seeding.give_rights(company, row, rights)

    def change(self, name: str, number: str, **fields: str) -> None:
        """Change a record behind everybody's back, as somebody on screen would.

        Args:
            name: Of the object.
            number: RECORDNO of the record.
            **fields: Texts by name in capitals.
        """
        company = self._company("")
        with self._store.work():
            row = self._store.get(name, int(number))
            if row is None:
                raise ValueError(f"{name} {number} does not exist")
            company.change(name, row, fields)

    # --- how it answers

    def _plant(self, seed: Seed) -> None:
        known = self._store.note("company")
        if known is not None:
            if known != self.options.company_id:
                raise ValueError(
                    f"the state is of {known!r}, not of {self.options.company_id!r}"
                )
            return
        with self._store.work():
            seeding.seed_company(self._company(""), seed)

    def _company(self, location: str) -> Company:
        user: Row = {"RECORDNO": "1", "LOGINID": self.options.user_id}
        seat = Seat(user=user, sender="", location=location, private=True)
        return Company(self._store, self.clock, self.options, seat)

    async def _handle(self, call: Call, _raw: str) -> Answer:
        if call.path.rstrip("/") not in {"", _PATH}:
            return Answer(status=404)
        if call.method != "POST":
            return Answer(status=405, headers={"allow": "POST"})
        try:
            request = opened(call.body)
        except HeadError:
            # Refused below, in the shape it is documented in.
            made = self._answer(call.body, None, None)
            self._note(call, None, made.status)
            return made
        names = [asked.name for asked in request.functions]
        fault = self._troubles.of(names, objects_of(request))
        most = self.options.concurrency
        self._running += 1
        try:
            if most is not None and self._running > most:
                made = faults.throttled(request.head)
            elif fault is None:
                made = self._answer(call.body, request, None)
            else:
                made = await self._faulty(call, request, fault)
        finally:
            self._running -= 1
        self._note(call, request, made.status)
        return self._packed(call, made)

    async def _faulty(self, call: Call, request: Request, fault: Fault) -> Answer:
        if isinstance(fault, Drop) and not fault.after_commit:
            self._note(call, request, 0)
            raise Dropped
        if isinstance(fault, Slow) and not fault.after_commit:
            await self._wait(fault.seconds)
        made = faults.instead(fault, request.head)
        if made is not None:
            return made
        made = self._answer(call.body, request, fault)
        if isinstance(fault, Drop):
            self._note(call, request, 0)
            raise Dropped
        if isinstance(fault, Cut):
            self._note(call, request, 0)
            raise Dropped(made, fault.keep)
        if isinstance(fault, Slow) and fault.after_commit:
            await self._wait(fault.seconds)
        return faults.spoilt(fault, made)

    async def _wait(self, seconds: float) -> None:
        """Wait in real time, unless the simulator closes."""
        until = time.monotonic() + seconds
        # Another thread closes it, which no event of this loop hears of.
        while not self._closing.is_set() and (left := until - time.monotonic()) > 0:  # noqa: ASYNC110
            await asyncio.sleep(min(left, _TICK))

    def _answer(self, body: bytes, request: Request | None, fault: Fault | None) -> Answer:
        try:
            made: Made = (
                self._engine.answer(body)
                if request is None
                else self._engine.answer_to(request, fault)
            )
        except Exception:  # noqa: BLE001 - a mistake of ours is told as a fault of theirs
            self.crashes.append(traceback.format_exc())
            return faults.spoilt(faults.Failure(status=500), Answer(status=500))
        later = made.later
        if later is not None:
            self.callbacks.send(
                self.options.policies[later.policy], lambda: self._engine.done(later)
            )
        return made.answer

    def _note(self, call: Call, request: Request | None, status: int) -> None:
        head = Head() if request is None else request.head
        functions = () if request is None else request.functions
        self.calls.append(
            Seen(
                functions=tuple(asked.name for asked in functions),
                control_ids=tuple(asked.control_id for asked in functions),
                control_id=head.control_id,
                unique=request is not None and request.unique,
                location=None if request is None else request.login.location,
                status=status,
                at=self.clock.seconds(),
                headers=call.headers,
                body=call.body,
            )
        )

    def _packed(self, call: Call, made: Answer) -> Answer:
        accepted = "gzip" in call.headers.get("accept-encoding", "")
        if not self.options.gzip or not accepted or len(made.content) < _WORTH:
            return made
        return attrs.evolve(
            made,
            content=gzip.compress(made.content, 1),
            headers={**made.headers, "content-encoding": "gzip"},
        )
