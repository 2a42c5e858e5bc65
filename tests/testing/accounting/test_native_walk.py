"""A walk over every operation by the typed API, in both modes, on a real socket."""

import asyncio
import contextlib
import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

import pytest

from sage_connect.accounting import App, AsyncSageAccounting, Hosts, SageAccounting
from sage_connect.accounting.wire.facts import Field, Operation, Structure, facts
from sage_connect.errors import PermissionDeniedError
from sage_connect.plan import Secret
from sage_connect.testing.accounting import AccountingSimulator
from sage_connect.testing.modes import awaited

from .desk import Desk
from .filled import CHANGES
from .walking import OPERATIONS, Walk, offered


class Caller:
    """Calls verbs of `sage.api` and runs them to their end.

    Attributes:
        walk: Has a record of each resource.
        ledger: In either mode.
    """

    def __init__(
        self, walk: Walk, ledger: Any, run: Callable[[Any], Any], listed: Callable[..., Any]
    ) -> None:
        self.walk: Walk = walk
        self.ledger: Any = ledger
        self._run = run
        self._listed = listed

    def call(self, operation: Operation, *given: Any, verb: str = "", **named: Any) -> Any:
        """Return what `sage.api.<resource>.<verb>` gives; every record of a list."""
        resource = getattr(self.ledger.api, operation.resource)
        result = getattr(resource, verb or operation.verb)(*given, **named)
        return self._listed(result) if operation.many else self._run(result)


@contextlib.contextmanager
def _blocking(walk: Walk) -> Iterator[Caller]:
    simulator = walk.desk.simulator
    token = Secret(simulator.access_token)
    with SageAccounting(_app(simulator), token, simulator.business_id) as ledger:
        yield Caller(walk, ledger, lambda result: result, list)


@contextlib.contextmanager
def _awaiting(walk: Walk) -> Iterator[Caller]:
    simulator = walk.desk.simulator
    token = Secret(simulator.access_token)
    with asyncio.Runner() as runner:

        async def collected(pages: Any) -> list[Any]:
            return [one async for one in pages]

        ledger = AsyncSageAccounting(_app(simulator), token, simulator.business_id)
        try:
            yield Caller(
                walk,
                ledger,
                lambda result: runner.run(awaited(result)),
                lambda pages: runner.run(collected(pages)),
            )
        finally:
            runner.run(awaited(ledger.aclose()))


def _app(simulator: AccountingSimulator) -> App:
    hosts = Hosts(
        api=simulator.base_url,
        authorize=simulator.authorize_url,
        token=simulator.token_url,
        revoke=simulator.revoke_url,
    )
    return App(
        client_id=simulator.client_id,
        client_secret=simulator.client_secret,
        hosts=hosts,
    )


@pytest.fixture(scope="module", params=[_blocking, _awaiting])
def caller(request: pytest.FixtureRequest) -> Iterator[Caller]:
    """The typed API on a business of its own, in either mode."""
    desk = Desk(AccountingSimulator())
    with contextlib.closing(desk), request.param(Walk(desk)) as made:
        yield made

        assert desk.simulator.crashes == []


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: f"{o.method} {o.path}")
def test_every_operation_is_reached_by_its_verb(
    caller: Caller, operation: Operation
) -> None:
    given, named = _arguments(caller.walk, operation)
    calls = caller.walk.desk.simulator.calls
    before = len(calls)
    result: Any = None

    with _refused_unless_offered(operation):
        result = caller.call(operation, *given, **named)

    arrived = calls[before:]
    path = operation.path.replace("{key}", str(given[0]) if given else "")
    assert {(operation.method, path)} == {(one.method, one.path) for one in arrived}
    if operation.body:
        assert [operation.wrap] == list(json.loads(arrived[-1].body))
    if offered(operation):
        records = result if operation.many else [result]
        assert {_returned(operation)} >= {type(one).__name__ for one in records}


@pytest.mark.parametrize(
    "operation",
    [one for one in OPERATIONS if one.method == "GET" and one.query],
    ids=lambda o: o.path,
)
def test_every_parameter_is_typed_and_sent(caller: Caller, operation: Operation) -> None:
    given, _ = _arguments(caller.walk, operation)
    named = {
        name: _asked(operation, name, field)
        for name, field in operation.query.items()
        if name != "page"
    }
    calls = caller.walk.desk.simulator.calls
    before = len(calls)

    with _refused_unless_offered(operation):
        caller.call(operation, *given, **named)

    sent = parse_qs(calls[before].query)
    assert named.keys() == sent.keys() - {"page"}
    assert {name: [_spelt(value)] for name, value in named.items()} == {
        name: sent[name] for name in named
    }


@pytest.mark.parametrize(
    "operation",
    [one for one in OPERATIONS if "void_reason" in one.query],
    ids=lambda o: o.path,
)
def test_what_was_issued_is_voided_by_a_verb_of_its_own(
    caller: Caller, operation: Operation
) -> None:
    id = caller.walk.created(operation.resource) if offered(operation) else "x"
    void: Any = None

    with _refused_unless_offered(operation):
        void = caller.call(operation, id, verb="void", reason="Walked over")

    arrived = caller.walk.desk.simulator.calls[-1]
    assert (arrived.method, arrived.path) == ("DELETE", f"/{operation.resource}/{id}")
    assert parse_qs(arrived.query) == {"void_reason": ["Walked over"]}
    assert not offered(operation) or void.status.id == "VOID"


def _refused_unless_offered(operation: Operation) -> Any:
    """Expect a refusal where no British business has the operation."""
    if offered(operation):
        return contextlib.nullcontext()
    return pytest.raises(PermissionDeniedError, match="No active subscription")


def _returned(operation: Operation) -> str:
    """Return the name of what the verb gives; a draft is deleted without a word."""
    if operation.verb == "file":
        return "bytes"
    return operation.returns if operation.verb != "delete" else "NoneType"


def _arguments(walk: Walk, operation: Operation) -> tuple[list[Any], dict[str, Any]]:
    """Return what the verb of an operation is to be given."""
    resource, verb = operation.resource, operation.verb
    if verb == "list":
        named = {"attributes": "all"} if "attributes" in operation.query else {}
        return [], named | ({"usage": "sales"} if "usage" in operation.query else {})
    if verb == "release" or (verb == "delete" and operation.status == 200):
        if not offered(operation):
            return ["x"], {}
        draft = {**walk.body(resource), "status_id": "DRAFT"}
        return [walk.desk.post(f"/{resource}", draft)["id"]], {}
    given: list[Any] = []
    if "{key}" in operation.path:
        given.append(walk.created(resource) if offered(operation) else "x")
    if operation.body:
        given.append(_body(walk, operation))
    return given, {}


def _body(walk: Walk, operation: Operation) -> dict[str, Any]:
    fields = facts().bodies[operation.body]
    if not offered(operation):
        return _least(fields)
    if operation.verb == "update":
        return _typed(fields, CHANGES[operation.resource])
    return _typed(fields, walk.body(operation.resource))


def _typed(fields: Structure, plain: Mapping[str, Any]) -> dict[str, Any]:
    """Return a body of JSON as a caller in Python writes it."""
    return {name: _value(fields[name], value) for name, value in plain.items()}


def _value(field: Field, plain: Any) -> Any:
    if isinstance(plain, list):
        return [_value(field, one) for one in plain]
    if field.fields:
        return _typed(field.fields, plain)
    if field.kind == "number":
        return Decimal(plain)
    return dt.date.fromisoformat(plain) if field.kind == "date" else plain


def _least(fields: Structure) -> dict[str, Any]:
    """Return a body of what is required alone."""
    least: dict[str, Any] = {}
    for name, field in fields.items():
        if field.required:
            one = _least(field.fields) if field.fields else _EXAMPLES[field.kind]
            least[name] = [one] if field.many else one
    return least


_EXAMPLES: dict[str, Any] = {
    "text": "x",
    "number": Decimal("12.50"),
    "integer": 7,
    "flag": True,
    "date": dt.date(2026, 3, 1),
    "instant": dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC),
}


def _asked(operation: Operation, name: str, field: Field) -> Any:
    if name == "sort":
        return f"{operation.sort[0]}:desc"
    if name in {"attributes", "nested_attributes"}:
        return "all"
    return field.values[0] if field.values else _EXAMPLES[field.kind]


def _spelt(value: Any) -> str:
    """Return how a value stands in a query."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return str(value)
