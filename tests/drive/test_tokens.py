"""Steps of tokens by either driver: held alone, let go whatever happens, by few threads."""

import asyncio
import contextlib
import logging
import multiprocessing
import threading
import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sage_connect.drive import AwaitingDriver, BlockingDriver, FileTokens, MemoryTokens
from sage_connect.errors import NotSentError, StorageError
from sage_connect.plan import (
    Exclusively,
    LoadToken,
    Now,
    Plan,
    SaveToken,
    Secret,
    Step,
    T,
    TokenStore,
    Wait,
    relayed,
    retrying,
)
from sage_connect.testing import ScriptedDriver

Run = Callable[[Plan[Any]], Any]


def blocking(plan: Plan[T]) -> T:
    with closing(BlockingDriver()) as driver:
        return driver.drive(plan)


def awaiting(plan: Plan[T]) -> T:
    return asyncio.run(AwaitingDriver().drive(plan))


def scripted(plan: Plan[Any]) -> Any:
    return ScriptedDriver().drive(plan)


@pytest.fixture(params=[blocking, awaiting, scripted])
def run(request: pytest.FixtureRequest) -> Run:
    driven: Run = request.param
    return driven


class Watched(MemoryTokens):
    """Tokens in memory that note which thread does what, and how the name is left."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = list[tuple[str, int]]()
        self.held = 0

    def load(self, name: str) -> Secret | None:
        self.note("load")
        return super().load(name)

    def save(self, name: str, token: Secret) -> None:
        self.note("save")
        super().save(name, token)

    @contextlib.contextmanager
    def exclusive(self, name: str) -> Generator[None]:
        with super().exclusive(name):
            self.note("enter")
            self.held += 1
            try:
                yield
            except BaseException:
                self.note("failed")
                raise
            finally:
                self.held -= 1
            self.note("leave")

    def note(self, what: str) -> None:
        self.seen.append((what, threading.get_ident()))

    @property
    def told(self) -> list[str]:
        return [what for what, _ in self.seen]


def counted(store: TokenStore, *, pause: float = 0) -> Plan[int]:
    """Add one to the number that is kept, alone."""

    def alone() -> Plan[int]:
        token = yield from LoadToken(store, "name")
        number = int(token.reveal()) + 1 if token else 1
        if pause:
            yield from Wait(pause)
        yield from SaveToken(store, "name", Secret(str(number)))
        return number

    return (yield from Exclusively(store, "name", alone))


def test_a_token_is_saved_loaded_and_erased(run: Run) -> None:
    store = MemoryTokens()

    def plan() -> Plan[list[Secret | None]]:
        found = [(yield from LoadToken(store, "name"))]
        yield from SaveToken(store, "name", Secret("text"))
        found.append((yield from LoadToken(store, "name")))
        yield from SaveToken(store, "name", Secret(""))
        return [*found, (yield from LoadToken(store, "name"))]

    assert run(plan()) == [None, Secret("text"), None]


def test_one_thread_makes_all_calls_of_one_hold_and_leaves_it_without_an_error(
    run: Run,
) -> None:
    store = Watched()

    def failing() -> Plan[None]:
        yield from LoadToken(store, "name")
        yield from SaveToken(store, "name", Secret("mark"))
        raise ValueError("of the plan")

    def plan() -> Plan[str]:
        try:
            yield from Exclusively(store, "name", failing)
        except ValueError as error:
            return str(error)
        return ""

    assert run(plan()) == "of the plan"
    assert store.told == ["enter", "load", "save", "leave"]
    assert len({thread for _, thread in store.seen}) == 1


def test_a_store_that_fails_tells_the_plan(run: Run) -> None:
    class Failing(MemoryTokens):
        def load(self, name: str) -> Secret | None:
            raise StorageError(f"cannot read {name}")

        @contextlib.contextmanager
        def exclusive(self, name: str) -> Generator[None]:
            if name == "never":
                raise StorageError("cannot lock")
            yield
            raise StorageError("cannot let go")

    store = Failing()
    told = list[str]()

    def trying(step: Step[Any]) -> Plan[None]:
        try:
            yield from step
        except StorageError as error:
            told.append(str(error))

    def plan() -> Plan[None]:
        yield from trying(LoadToken(store, "name"))
        yield from trying(Exclusively(store, "name", lambda: iter(LoadToken(store, "b"))))
        yield from trying(Exclusively(store, "name", lambda: iter(Now())))
        yield from trying(Exclusively(store, "never", lambda: iter(Now())))

    run(plan())

    assert told == ["cannot read name", "cannot let go", "cannot let go", "cannot lock"]


def test_what_is_done_around_a_plan_is_done_to_its_steps_alone_too(run: Run) -> None:
    store = MemoryTokens()
    seen = list[str]()

    def noted(step: Step[Any]) -> Plan[Any]:
        seen.append(type(step).__name__)
        return (yield step)

    assert run(relayed(counted(store), noted)) == 1
    assert seen == ["Exclusively", "LoadToken", "SaveToken"]


def test_a_step_alone_is_repeated_and_not_the_whole_again() -> None:
    store = Watched()
    refused = NotSentError("no")

    def alone() -> Plan[str]:
        yield from LoadToken(store, "name")
        reply: str = yield from Asked()
        return reply

    def plan() -> Plan[str]:
        return (yield from Exclusively(store, "name", alone))

    driver = ScriptedDriver(refused, refused, "reply")
    assert driver.drive(retrying(plan(), (1, 2))) == "reply"
    driver = ScriptedDriver(refused, refused, refused)
    with pytest.raises(NotSentError):
        driver.drive(retrying(plan(), (1, 2)))
    driver.close()

    assert store.told == ["enter", "load", "leave"] * 2


class Asked(Step[str]):
    """Some step that a script answers."""


def test_two_hundred_coroutines_share_one_token_and_one_small_pool() -> None:
    store = Watched()

    async def main() -> list[int]:
        pool = ThreadPoolExecutor(1)
        asyncio.get_running_loop().set_default_executor(pool)
        driver = AwaitingDriver()
        drives = [driver.drive(counted(store)) for _ in range(200)]
        async with asyncio.timeout(30):
            return await asyncio.gather(*drives)

    assert sorted(asyncio.run(main())) == list(range(1, 201))


def test_those_who_wait_take_no_thread_of_the_pool() -> None:
    # Twenty drivers hold themselves up in threads; names are still looked up in the pool.
    store = MemoryTokens()

    async def main() -> str:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(1))
        with store.exclusive("name"):
            drives = [
                asyncio.create_task(AwaitingDriver().drive(counted(store)))
                for _ in range(20)
            ]
            await asyncio.sleep(0.1)
            async with asyncio.timeout(5):
                found = await loop.run_in_executor(None, lambda: "found")
        await asyncio.gather(*drives)
        return found

    assert asyncio.run(main()) == "found"
    assert store.load("name") == Secret("20")


def test_of_the_coroutines_that_want_one_name_one_waits_in_a_thread() -> None:
    store = MemoryTokens()

    async def main() -> int:
        driver = AwaitingDriver()
        before = threading.active_count()
        with store.exclusive("name"):
            drives = [asyncio.create_task(driver.drive(counted(store))) for _ in range(50)]
            await asyncio.sleep(0.1)
            waiting = threading.active_count() - before
        await asyncio.gather(*drives)
        return waiting

    assert asyncio.run(main()) == 1
    assert store.load("name") == Secret("50")


def test_a_coroutine_that_waits_is_cancelled_at_once_and_holds_nothing_later() -> None:
    store = Watched()

    async def main() -> None:
        driver = AwaitingDriver()
        store_thread = store.exclusive("name")
        store_thread.__enter__()
        waiting = asyncio.create_task(driver.drive(counted(store)))
        queueing = asyncio.create_task(driver.drive(counted(store)))
        await asyncio.sleep(0.05)
        began = time.monotonic()
        for task in (queueing, waiting):
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        assert time.monotonic() - began < 1
        store_thread.__exit__(None, None, None)
        async with asyncio.timeout(5):
            assert await driver.drive(counted(store)) == 1

    asyncio.run(main())

    assert store.held == 0


def test_a_holder_that_is_cancelled_lets_go_after_the_call_under_way() -> None:
    began, go_on = threading.Event(), threading.Event()

    class Slow(Watched):
        def save(self, name: str, token: Secret) -> None:
            began.set()
            assert go_on.wait(10)
            super().save(name, token)

    store = Slow()

    async def main() -> None:
        driver = AwaitingDriver()
        task = asyncio.create_task(driver.drive(counted(store)))
        await asyncio.to_thread(began.wait, 10)
        for _ in range(3):
            task.cancel()
            await asyncio.sleep(0.01)
            assert not task.done()
            assert store.held == 1
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert store.held == 0

    asyncio.run(main())

    assert store.told == ["enter", "load", "save", "leave"]


def test_a_loop_that_ends_lets_go_and_a_later_loop_may_hold() -> None:
    store = Watched()
    driver = AwaitingDriver()

    async def leaves_it() -> None:
        task = asyncio.create_task(driver.drive(counted(store, pause=60)))
        await asyncio.sleep(0.05)
        assert not task.done()

    asyncio.run(leaves_it())
    assert store.held == 0

    assert asyncio.run(driver.drive(counted(store))) == 1


@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("mode", [blocking, awaiting])
def test_a_fork_in_the_middle_of_a_hold_disturbs_nobody(mode: Run, tmp_path: Path) -> None:
    store = FileTokens(str(tmp_path))
    fork = multiprocessing.get_context("fork")

    def forking() -> Plan[int | None]:
        # The child ends in the middle of the plan, with the parent's lock in its hands.
        child = fork.Process(target=len, args=("",))
        child.start()
        child.join()
        with pytest.raises(StorageError):
            blocking(counted(FileTokens(str(tmp_path), wait=0)))
        yield from Now()
        return child.exitcode

    def plan() -> Plan[int | None]:
        return (yield from Exclusively(store, "name", forking))

    assert mode(plan()) == 0
    assert mode(counted(store)) == 1


def test_the_log_names_the_token_and_shows_none_of_it(
    run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    if run is scripted:
        pytest.skip("a script does not log")
    caplog.set_level(logging.INFO)
    store = MemoryTokens()
    store.save("a\nb", Secret("canary-1"))

    def alone() -> Plan[None]:
        yield from LoadToken(store, "a\nb")
        yield from SaveToken(store, "a\nb", Secret("canary-2"))

    def plan() -> Plan[None]:
        yield from Exclusively(store, "a\nb", alone)

    run(plan())

    told = [
        one.getMessage().rsplit(" ", 2)[0]
        for one in caplog.records
        if one.name == "sage_connect.drive"
    ]
    assert told == [
        "LoadToken 'a\\nb' done",
        "SaveToken 'a\\nb' done",
        "Exclusively 'a\\nb' done",
    ]


def test_the_steps_show_no_token_and_no_store() -> None:
    store = MemoryTokens()

    assert [
        repr(step)
        for step in (
            LoadToken(store, "name"),
            SaveToken(store, "name", Secret("canary")),
            Exclusively(store, "name", lambda: iter(Now())),
        )
    ] == [
        "LoadToken(name='name')",
        "SaveToken(name='name', token=Secret('***'))",
        "Exclusively(name='name')",
    ]
