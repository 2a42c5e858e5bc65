"""Speed, many at a time, what is rarely asked, and what the simulator is made of."""

import ast
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

import sage_connect.testing.intacct as package
from sage_connect.testing.intacct import Drop, Failure, Throttle

from .desk import Desk, Start, date, invoice


def test_the_simulator_takes_nothing_of_the_client_but_the_facts() -> None:
    """What the client learns wrongly, its simulator must not repeat."""
    folder = Path(str(package.__file__)).parent
    taken = {
        f"{'.' * node.level}{node.module}"
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom)
        and (node.level > 1 or "sage" in str(node.module))
    }

    assert taken == {
        "...intacct.wire.object_facts",
        "..clock",
        "..exchange",
        "..serving",
    }


def test_many_posts_do_not_slow_it_down(desk: Desk) -> None:
    """Processor time of a tenth of the posts, the first against the last one."""
    engine = desk.simulator._engine
    bodies = [
        desk.body(invoice(number=f"N{at}"), unique=True).encode() for at in range(3_000)
    ]
    taken = list[float]()
    for at in range(0, len(bodies), 300):
        since = time.process_time()
        for body in bodies[at : at + 300]:
            engine.answer(body)
        taken.append(time.process_time() - since)

    assert desk.simulator.books().count("ARINVOICE") == 3_000
    assert min(taken[-3:]) < 2 * min(taken[:3])


@pytest.mark.slow
def test_twenty_thousand_posts_are_fast_to_the_end(desk: Desk) -> None:
    engine = desk.simulator._engine
    bodies = [
        desk.body(invoice(number=f"N{at}"), unique=True).encode() for at in range(20_000)
    ]
    since = time.process_time()
    for body in bodies:
        engine.answer(body)

    assert 20_000 / (time.process_time() - since) > 400
    assert desk.simulator.books().is_balanced()


def test_one_function_id_is_executed_once_whoever_sends_it(desk: Desk) -> None:
    body = desk.body(invoice(number="N1"), ids=("one",), unique=True)

    def send(_: int) -> int:
        reply = httpx.post(desk.simulator.endpoint, content=body, trust_env=False)
        return reply.text.count("<key>")

    with ThreadPoolExecutor(8) as pool:
        keys = sum(pool.map(send, range(64)))

    assert (keys, desk.simulator.books().count("ARINVOICE")) == (1, 1)


def test_a_storm_loses_and_doubles_nothing_for_whoever_repeats_an_id(desk: Desk) -> None:
    """With the guard that is documented, and nothing of our client."""
    simulator = desk.simulator
    simulator.fail(Drop(after_commit=True), times=None, chance=0.3, seed=1)
    simulator.fail(Drop(), times=None, chance=0.1, seed=2)
    simulator.fail(Failure(status=503), times=None, chance=0.1, seed=3)
    simulator.fail(Throttle(), times=None, chance=0.1, seed=4)
    for at in range(200):
        body = desk.body(invoice(number=f"N{at}"), ids=(f"id-{at}",), unique=True)
        while True:
            try:
                reply = desk.post(body)
            except httpx.TransportError:
                continue
            if reply.status == 200:
                break
        assert reply.errors in ([], [simulator.options.repeat_number])

    numbers = [row["RECORDID"] for row in simulator.books().all("ARINVOICE")]
    assert sorted(numbers) == sorted(f"N{at}" for at in range(200))


@pytest.mark.requirement("S252", "S253")
def test_orders_follow_their_definitions(desk: Desk) -> None:
    order = (
        "<create_sotransaction><transactiontype>{}</transactiontype>"
        f"<datecreated>{date('09/01/2026')}</datecreated><customerid>ARDENT</customerid>"
        "<documentno>1</documentno><sotransitems><sotransitem><itemid>CALLOUT</itemid>"
        "<quantity>2</quantity><unit>{}</unit><price>65</price></sotransitem>"
        "</sotransitems></create_sotransaction>"
    )

    assert desk.ask(order.format("Nonsense", "Each")).results == ["failure"]
    assert desk.ask(order.format("Sales Order", "each")).errors[0] == "BL03000018"
    assert desk.ask(order.format("Sales Order", "Each")).key == "Sales Order-1"
    assert desk.query("SODOCUMENT", "DOCID TOTAL").records == [
        {"DOCID": "Sales Order-1", "TOTAL": "130"}
    ]
    assert [row["LINE_NO"] for row in desk.simulator.books().all("SODOCUMENTENTRY")] == [
        "0"
    ]


def test_relations_views_and_reports_are_read(start: Start) -> None:
    desk = start(reports={"Ours": "CLASS"})
    desk.ask(invoice())
    related = desk.ask(
        "<readRelated><object>ARINVOICE</object><keys>1</keys>"
        "<relation>CUSTOMER</relation><fields>NAME</fields></readRelated>"
    )
    view = desk.ask("<readView><view>CLASS#ours</view></readView>")
    run = desk.ask("<readReport><report>Ours</report><pagesize>1</pagesize></readReport>")
    id = run.say("operation/result/data/report_results/REPORTID")
    page = desk.ask(f"<readMore><reportId>{id}</reportId></readMore>")

    assert related.records == [{"NAME": "Ardent Heating Ltd"}]
    assert len(view.tree.findall("operation/result/data/view/class")) == 2
    assert (page.data["count"], page.data["numremaining"]) == ("1", "1")


def test_the_command_line_tells_where_it_is_and_keeps_its_state(tmp_path: Path) -> None:
    """The same company twice, in processes of their own."""
    state = str(tmp_path / "company.db")
    keys = list[str]()
    for number in ("N1", "N2"):
        with _served("--seed", "demo", "--state", state) as process:
            assert process.stdout is not None
            ready = json.loads(process.stdout.readline())
            keys.append(_posted(ready, number))
            process.terminate()
            assert process.wait(10) == 0
        assert list(ready) == [
            "endpoint",
            "sender_id",
            "sender_password",
            "company_id",
            "user_id",
            "user_password",
            "entities",
        ]
        assert ready["entities"] == ["100", "200"]

    assert keys == ["1", "2"]


@pytest.mark.parametrize("options", [("--country", "gb"), ("--seed", "none")])
def test_what_intacct_does_not_have_is_no_option_of_it(options: tuple[str, str]) -> None:
    with _served(*options) as process:
        assert process.wait(20) == 2


def _served(*options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "sage_connect.cli", "simulate", "intacct", *options]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env=os.environ,
    )  # fmt: skip


def _posted(ready: dict[str, str], number: str) -> str:
    body = (
        "<request><control><senderid>{sender_id}</senderid><password>sender pass&amp;word"
        "</password><controlid>x</controlid><uniqueid>false</uniqueid>"
        "<dtdversion>3.0</dtdversion></control><operation><authentication><login><userid>"
        "{user_id}</userid><companyid>{company_id}</companyid><password>user &lt;pass&gt; "
        "word</password></login></authentication><content><function controlid='f'>"
    ).format_map(ready)
    ended = "</function></content></operation></request>"
    content = f"{body}{invoice(number=number)}{ended}"
    reply = httpx.post(ready["endpoint"], content=content, trust_env=False)
    return reply.text.partition("<key>")[2].partition("</key>")[0]
