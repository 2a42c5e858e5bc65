"""What a trial needs: faults on demand, a state that survives, many clients at once."""

import concurrent.futures
import json
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from sage_connect.testing.accounting import (
    AccountingSimulator,
    Charset,
    Drop,
    Failure,
    Fault,
    Html,
    Slow,
    Throttle,
    Truncate,
    WrongBusiness,
)

from .desk import Desk, Start

CONTACT = {"name": "New Ltd", "contact_type_ids": ["CUSTOMER"]}


def new_ones(desk: Desk) -> int:
    """Return how many of our contacts arrived."""
    contacts = desk.simulator.books().all("contacts")
    return sum(doc["name"] == CONTACT["name"] for doc in contacts)


@pytest.mark.parametrize(
    ("fault", "status", "done"),
    [
        (Throttle(), 429, 0),
        (Failure(), 500, 0),
        (Failure(after_commit=True), 500, 1),
        (Failure(status=502), 502, 0),
        (Html(), 200, 0),
        (Html(status=503), 503, 0),
        (Truncate(keep=10), 201, 1),
        (Charset(), 201, 1),
        (WrongBusiness(), 201, 1),
        (Slow(seconds=0.2), 201, 1),
        (Slow(seconds=0.2, after_commit=False), 201, 1),
    ],
)
def test_a_fault_meets_one_request(
    desk: Desk, fault: Fault, status: int, done: int
) -> None:
    trouble = desk.simulator.fail(fault, method="POST", path="/contacts")

    met = desk.send("POST", "/contacts", CONTACT)
    stood = new_ones(desk)
    spared = desk.send("POST", "/contacts", CONTACT)

    assert (status, done, 1) == (met.status_code, stood, trouble.met)
    assert spared.status_code == 201
    assert status == desk.simulator.calls[-2].status


@pytest.mark.parametrize(("after", "done"), [(False, 0), (True, 1)])
def test_a_connection_breaks_before_or_after_the_work(
    desk: Desk,
    after: bool,  # noqa: FBT001 - a parameter of the test
    done: int,
) -> None:
    desk.simulator.fail(Drop(after_commit=after), path="/contacts")

    with pytest.raises(httpx.TransportError):
        desk.send("POST", "/contacts", CONTACT)

    assert (done, 0) == (new_ones(desk), desk.simulator.calls[-1].status)


@pytest.mark.parametrize("wait", [3, "Wed, 21 Oct 2026 07:28:00 GMT", None])
def test_a_throttled_client_may_hear_how_long_to_wait(
    desk: Desk, wait: int | str | None
) -> None:
    desk.simulator.fail(Throttle(retry_after=wait))
    reply = desk.http.get("/contacts")

    assert (429, None if wait is None else str(wait)) == (
        reply.status_code,
        reply.headers.get("Retry-After"),
    )


def test_what_is_broken_looks_broken(desk: Desk) -> None:
    def met(fault: Fault) -> httpx.Response:
        desk.simulator.fail(fault)
        return desk.http.get("/contacts")

    with pytest.raises(json.JSONDecodeError):
        met(Truncate()).json()
    with pytest.raises(UnicodeDecodeError):
        met(Charset()).content.decode("utf-8")
    assert met(WrongBusiness()).headers["X-Business"] == "0" * 32
    assert met(Html()).headers["Content-Type"].partition(";")[0] == "text/html"
    assert met(Failure()).json()[0]["$dataCode"] == "UnexpectedError"


def test_a_slow_answer_is_slow_and_holds_up_nobody_else(desk: Desk) -> None:
    desk.simulator.fail(Slow(seconds=1.0), path="/contacts")
    with concurrent.futures.ThreadPoolExecutor() as pool:
        begun = time.monotonic()
        slow = pool.submit(desk.http.get, "/contacts")
        while not desk.simulator.books().count("contacts") or not _is_asked(slow):
            time.sleep(0.01)
        desk.http.get("/products")
        quick = time.monotonic() - begun
        slow.result()
        slowly = time.monotonic() - begun

    assert quick < 0.9 < slowly


def _is_asked(slow: concurrent.futures.Future[httpx.Response]) -> bool:
    return slow.running()


def test_big_reads_fail_as_they_do_in_production(desk: Desk) -> None:
    trouble = desk.simulator.fail(
        Failure(status=504), path="/contacts", query={"attributes": "all"}, times=None
    )

    answers = [
        desk.http.get("/contacts", params=query).status_code
        for query in ({}, {"attributes": "all"}, {"attributes": "name"})
    ]

    assert (answers, trouble.met) == ([200, 504, 200], 1)


def test_chance_is_the_same_in_every_run(start: Start) -> None:
    def answers() -> list[int]:
        desk = start()
        desk.simulator.fail(Throttle(), times=None, chance=0.3, seed=7)
        return [desk.http.get("/user").status_code for _ in range(40)]

    first = answers()

    assert first == answers()
    assert 5 < first.count(429) < 20


def test_everything_can_be_well_again(desk: Desk) -> None:
    desk.simulator.fail(Failure(), times=None)
    broken = desk.http.get("/user").status_code
    desk.simulator.mend()

    assert [broken, desk.http.get("/user").status_code] == [500, 200]


def test_the_token_endpoint_can_fail_too(desk: Desk) -> None:
    desk.simulator.fail(Drop(after_commit=True), path="/token")
    simulator = desk.simulator
    before = simulator.refresh_token
    with pytest.raises(httpx.TransportError):
        httpx.post(
            simulator.token_url,
            data={
                "client_id": simulator.client_id,
                "client_secret": simulator.client_secret,
                "grant_type": "refresh_token",
                "refresh_token": before,
            },
        )

    assert before != simulator.refresh_token


# --- many clients


def test_many_clients_get_numbers_without_gap_or_double(desk: Desk) -> None:
    body = desk.invoice()

    def post(_: int) -> str:
        return str(desk.post("/sales_invoices", body)["invoice_number"])

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(post, range(100)))

    assert {f"SI-{at}" for at in range(1, 101)} == set(numbers)
    assert desk.simulator.books().is_balanced()


def test_a_client_may_close_after_each_request(desk: Desk) -> None:
    replies = [
        desk.http.get("/contacts", headers={"Connection": "close"}) for _ in range(3)
    ]

    assert [(reply.status_code, reply.json()["$total"]) for reply in replies] == [
        (200, 10)
    ] * 3
    assert {reply.headers["Connection"] for reply in replies} == {"close"}


# --- a state that survives


def test_everything_survives_a_restart(tmp_path: Path) -> None:
    state = str(tmp_path / "state.db")
    first = Desk(AccountingSimulator(state=state))
    body = first.invoice(idempotency_id="a" * 32)
    made = first.post("/sales_invoices", body)
    file = first.post(
        "/attachments", {"file": "SGk=", "file_name": "a", "mime_type": "text/plain"}
    )
    first.simulator.advance(60)
    before = first.simulator.ready_line()
    first.close()

    second = Desk(AccountingSimulator(state=state))
    second.http.headers["Authorization"] = f"Bearer {before['access_token']}"
    after = second.simulator.ready_line()

    assert made == second.post("/sales_invoices", body)
    assert second.http.get(f"/attachments/{file['id']}/file").content == b"Hi"
    assert second.post("/sales_invoices", second.invoice())["invoice_number"] == "SI-2"
    moving = {"base_url", "authorize_url", "token_url", "revoke_url"}
    assert {name: before[name] for name in before.keys() - moving} == {
        name: after[name] for name in after.keys() - moving
    }
    assert second.simulator.clock.ahead == 60
    assert second.simulator.books().is_balanced()
    second.close()


def test_a_state_belongs_to_one_country(tmp_path: Path) -> None:
    state = str(tmp_path / "state.db")
    AccountingSimulator(country="ie", state=state).close()

    with pytest.raises(ValueError, match="'ie'"):
        AccountingSimulator(country="gb", state=state)


def test_what_was_answered_survives_a_kill(tmp_path: Path) -> None:
    state = tmp_path / "state.db"
    code = (
        "import json, sys, time\n"
        "from sage_connect.testing.accounting import AccountingSimulator\n"
        "simulator = AccountingSimulator(state=sys.argv[1])\n"
        "print(json.dumps(simulator.ready_line()), flush=True)\n"
        "time.sleep(60)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(state)], stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        headers = {"Authorization": f"Bearer {ready['access_token']}"}
        reply = httpx.post(
            f"{ready['base_url']}/contacts", json={"contact": CONTACT}, headers=headers
        )
        process.kill()
    with AccountingSimulator(state=str(state)) as simulator:
        names = [doc["name"] for doc in simulator.books().all("contacts")]

    assert reply.status_code == 201
    assert "New Ltd" in names


# --- seeds, silence, starting


@pytest.mark.parametrize(("seed", "contacts"), [("demo", 10), ("empty", 2)])
def test_a_business_starts_with_people_or_without(
    start: Start, seed: str, contacts: int
) -> None:
    assert contacts == start(seed=seed).get("/contacts")["$total"]


def test_a_user_may_have_no_business_at_all(start: Start) -> None:
    desk = start(seed="none")

    assert desk.get("/businesses")["$total"] == 0
    assert desk.simulator.business_id == ""
    assert desk.http.get("/contacts").status_code == 404


def test_a_seed_or_an_option_that_is_unknown_is_told() -> None:
    with pytest.raises(ValueError, match="seed"):
        AccountingSimulator(seed="full")  # type: ignore[arg-type]  # on purpose
    with pytest.raises(TypeError, match="colour"):
        AccountingSimulator(colour="red")


def test_it_starts_quickly_and_says_nothing() -> None:
    code = (
        "import logging, time\n"
        "logging.basicConfig(level=logging.DEBUG)\n"
        "from sage_connect.testing.accounting import AccountingSimulator\n"
        "begun = time.process_time()\n"
        "with AccountingSimulator() as simulator:\n"
        "    spent = time.process_time() - begun\n"
        "assert spent < 1, spent\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    spoken = [line for line in done.stderr.splitlines() if "asyncio" not in line]
    assert (done.stdout, spoken) == ("", [])
