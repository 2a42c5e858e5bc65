"""From a request to its answer, by the facts of its operation."""

import hashlib
import json
import uuid
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

import attrs

from ...accounting.wire.facts import Operation
from ..clock import Clock
from . import listing, refusals, shapes
from .access import Access
from .bodies import BodyCheck
from .calls import Answer, Call, answer
from .company import Company
from .kinds import is_object
from .options import Options
from .records import Records
from .refusals import Complaint, Refused
from .rooms import room_of
from .routes import Route, routed
from .store import Doc, Store

_DAYS: Final = 86_400
REPEAT_DAYS: Final = 7
"""For so long the same request returns the first result (documented)."""

# "The core endpoints": no business is needed, none is echoed (documented).
_CORE: Final = frozenset({"businesses", "user"})
# One page of everything (documented), whatever size other lists have.
_ALL_ON_ONE_PAGE: Final = 2_147_483_647


@attrs.frozen
class _Asked:
    """A request that may be answered.

    Attributes:
        company: The business it is for.
        route: Its operation and the id in its path.
        room: Who knows the resource.
        call: The request.
    """

    company: Company
    route: Route
    room: Records
    call: Call

    @property
    def operation(self) -> Operation:
        """The operation."""
        return self.route.operation


class Engine:
    """What answers requests; knows no sockets.

    Args:
        store: The state.
        clock: The simulator's.
        options: The simulator's.
        country: ISO 3166, in small letters.
    """

    def __init__(self, store: Store, clock: Clock, options: Options, country: str) -> None:
        self.options: Options = options
        self._store = store
        self._clock = clock
        self._access = Access(store, clock, options, country)

    def answer(self, call: Call) -> Answer:
        """Return the answer to a request below the base address; never raises."""
        wrap = ""
        headers: dict[str, str] = {self.options.request_id_header: uuid.uuid4().hex}
        try:
            with self._store.work():
                route = routed(call.method, call.path)
                wrap = route.operation.wrap
                user = self._access.user(call)
                company = self._access.company(call, route.operation)
                if route.operation.resource not in _CORE:
                    # Documented: each reply but those of the core endpoints.
                    headers["x-business"] = company.business
                self._access.check(route.operation, user)
                room = room_of(route.operation.resource)
                made = self._made(_Asked(company, route, room, call))
        except Refused as refused:
            style = self.options.source_style
            faults = [
                refusals.written(complaint, style, wrap) for complaint in refused.complaints
            ]
            made = answer(refused.status, faults)
        return attrs.evolve(made, headers={**made.headers, **headers})

    def _made(self, asked: _Asked) -> Answer:
        verb, room, company = asked.operation.verb, asked.room, asked.company
        if verb == "list":
            return self._list(asked)
        if verb == "create":
            return self._once(asked, lambda body: room.create(company, _said(body)))
        id = self._access.lead() if verb == "lead" else asked.route.id
        return self._to_one(asked, room.read(company, id))

    def _to_one(self, asked: _Asked, doc: Doc) -> Answer:
        verb, room, company = asked.operation.verb, asked.room, asked.company
        if verb == "update":
            return self._once(asked, lambda body: room.update(company, doc, body))
        if verb == "delete":
            gone = room.delete(company, doc, asked.call)
            return Answer(status=204) if gone is None else self._shown(asked, gone)
        if verb in {"get", "lead"}:
            return self._shown(asked, doc)
        done = room.act(company, verb, doc, asked.call)
        return done if isinstance(done, Answer) else self._shown(asked, done)

    def _list(self, asked: _Asked) -> Answer:
        call, operation = asked.call, asked.operation
        rows = asked.room.rows(asked.company, call)
        page = (
            listing.listed(asked.company, operation, call.query)
            if rows is None
            else listing.chosen(rows, call.query)
        )
        wanted = shapes.asked(call.query.get("attributes"))
        nested = _nested(operation, call)
        items = [
            shapes.render(
                asked.company,
                operation.returns,
                asked.room.shown(asked.company, doc, call, alone=False),
                wanted,
                nested,
            )
            for doc in page.docs
        ]
        reply = listing.envelope(page, call.path, call.query, items)
        if operation.resource == "businesses" and "items_per_page" not in call.query:
            # Documented: this list names its page size in another way.
            del reply["$itemsPerPage"]
            reply["$items_per_page"] = _ALL_ON_ONE_PAGE
        return answer(200, reply)

    def _shown(self, asked: _Asked, doc: Doc) -> Answer:
        call, operation = asked.call, asked.operation
        full = asked.room.shown(asked.company, doc, call, alone=True)
        ready = full.get("_answer")
        if isinstance(ready, Answer):
            return ready
        # A single record shows everything unless told otherwise (documented).
        wanted = shapes.asked(call.query.get("attributes") or "all")
        nested = _nested(operation, call)
        shape = operation.returns
        return answer(
            operation.status, shapes.render(asked.company, shape, full, wanted, nested)
        )

    def _once(self, asked: _Asked, act: Callable[[Doc], Doc]) -> Answer:
        """Act on a checked body, and not again on the same `idempotency_id`."""
        sent = _sent(asked)
        id = str(sent.get("idempotency_id") or "") if asked.operation.idempotent else ""
        digest = hashlib.sha256(asked.call.body).hexdigest()
        if id:
            known = self._repeated(asked, id, digest)
            if known is not None:
                return known
        check = BodyCheck(asked.company.exists)
        body = check.body(asked.operation.body, asked.operation.returns, sent)
        if check.complaints:
            raise Refused(422, *check.complaints)
        made = self._shown(asked, act(body))
        if id:
            self._store.run(
                "INSERT OR REPLACE INTO repeats VALUES(?,?,?,?,?,?,?)",
                asked.company.business,
                id,
                asked.operation.resource,
                digest,
                made.status,
                made.content.decode(),
                self._clock.seconds(),
            )
        return made

    def _repeated(self, asked: _Asked, id: str, digest: str) -> Answer | None:
        """Return the first result of a repeated request; None if it is the first."""
        rows = self._store.run(
            "SELECT resource,digest,status,reply FROM repeats"
            " WHERE business=? AND id=? AND at>?",
            asked.company.business,
            id,
            self._clock.seconds() - REPEAT_DAYS * _DAYS,
        )
        if not rows:
            return None
        resource, first, status, reply = rows[0]
        if resource != asked.operation.resource:
            # Code and text are documented, the status is not.
            raise Refused(
                self.options.mismatch_status,
                Complaint("IdempotencyResourceMismatch", "Entity type mismatch"),
            )
        if first != digest and self.options.same_id_other_body == "refused":
            raise refusals.invalid("The request differs from the first with this id.")
        kept: Mapping[str, Any] = json.loads(reply)
        return answer(status, kept)


def _said(body: Doc) -> Doc:
    """Return a body without nulls, which say nothing about a new record."""
    return {name: value for name, value in body.items() if value is not None}


def _nested(operation: Operation, call: Call) -> shapes.Names:
    if "nested_attributes" not in operation.query:
        return ()
    return shapes.asked(call.query.get("nested_attributes"))


def _sent(asked: _Asked) -> dict[str, Any]:
    """Return what stands under the key of the operation's body.

    Raises:
        Refused: The body is not JSON (415, documented), or is not built so.
    """
    if "json" not in asked.call.headers.get("content-type", ""):
        raise Refused(
            415,
            Complaint("UnsupportedMediaType", "The content type must be application/json."),
        )
    try:
        value = json.loads(asked.call.body, parse_float=Decimal)
    except ValueError:
        # Which status Sage gives here is not documented.
        raise Refused(400, Complaint("ParseError", "The body is not JSON.")) from None
    wrap = asked.operation.wrap
    if not is_object(value) or not is_object(value.get(wrap)):
        # That the key is needed is documented; the words for its absence are assumed.
        raise Refused(422, refusals.required(wrap))
    sent: dict[str, Any] = value[wrap]
    return sent
