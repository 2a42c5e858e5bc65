"""Calls of token stores for an event loop: in threads of their own.

The pool of asyncio is small, and it also looks up names for HTTP. Were those who wait for a
token to wait in it, the one who holds the token might find no thread to go on with.
"""

import asyncio
import contextlib
import os
import queue
import threading
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import Future
from typing import Any, TypeAlias

from ..plan import LoadToken, SaveToken, TokenStore
from .stores import perform

_Step: TypeAlias = LoadToken | SaveToken


async def to_its_end(future: "asyncio.Future[Any]") -> Any:
    """Return what a thread's `future` comes to; when cancelled, only after it has ended."""
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        while not future.done():
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait([future])
        # Retrieved, lest asyncio report it as lost; the cancelling outranks it.
        future.exception()
        raise


async def in_thread(work: Callable[..., Any], *arguments: Any) -> Any:
    """Do blocking `work` in a thread; when cancelled, return only after it has ended."""
    # A future, not a task: a loop that shuts down cancels all tasks, shielded or not.
    loop = asyncio.get_running_loop()
    return await to_its_end(loop.run_in_executor(None, work, *arguments))


class Holder:
    """A thread that holds a name of a store, and makes the store's calls while it does.

    The same thread throughout, as with a driver that blocks: a store may have a connection,
    or a lock, for each thread.
    """

    def __init__(self, store: TokenStore, name: str) -> None:
        self._store: TokenStore = store
        self._name: str = name
        self._calls: queue.SimpleQueue[tuple[_Step, Future[Any]] | None] = (
            queue.SimpleQueue()
        )
        self._entered: Future[None] = Future()
        self._left: Future[None] = Future()

    async def enter(self) -> None:
        """Hold the name. When cancelled, return at once; the thread leaves by itself."""
        # A daemon: a program that ends does not wait for others to let the name go.
        threading.Thread(target=self._hold, name="sage-connect-token", daemon=True).start()
        try:
            await asyncio.wrap_future(self._entered)
        except BaseException:
            self._calls.put(None)
            raise

    async def perform(self, step: _Step) -> Any:
        """Perform a store's step in the thread; when cancelled, return after its end."""
        future: Future[Any] = Future()
        self._calls.put((step, future))
        return await to_its_end(asyncio.wrap_future(future))

    async def leave(self) -> None:
        """Let the name go; when cancelled, return after that."""
        self._calls.put(None)
        await to_its_end(asyncio.wrap_future(self._left))

    def _hold(self) -> None:
        try:
            with self._store.exclusive(self._name):
                _settle(self._entered, None)
                while (call := self._calls.get()) is not None:
                    _do(*call)
                    # Not kept until the next one comes.
                    del call
        except BaseException as error:  # noqa: BLE001 - whoever awaits it decides
            # Whichever is still awaited: the entry, or the end.
            waiting = self._left if self._entered.done() else self._entered
            _settle(waiting, error)
        else:
            _settle(self._left, None)


async def perform_apart(step: _Step) -> Any:
    """Perform a store's step in its own thread; when cancelled, return after its end."""
    future: Future[Any] = Future()
    threading.Thread(
        target=_do, args=(step, future), name="sage-connect-token", daemon=True
    ).start()
    return await to_its_end(asyncio.wrap_future(future))


def _do(step: _Step, future: "Future[Any]") -> None:
    try:
        reply = perform(step)
    except BaseException as error:  # noqa: BLE001 - whoever awaits it decides
        _settle(future, error)
    else:
        _settle(future, reply)


def _settle(future: "Future[Any]", result: Any) -> None:
    # Whoever awaited it may be gone.
    if not future.set_running_or_notify_cancel():
        return
    if isinstance(result, BaseException):
        future.set_exception(result)
    else:
        future.set_result(result)


class _Turn:
    """What the coroutines that want one name queue for."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.wanted: int = 0


class Turns:
    """Lets the coroutines of a loop that want the same name go one by one.

    So that one of them waits in a thread for other threads and processes, and no more.
    """

    def __init__(self) -> None:
        self._turns: dict[tuple[int, int, int, str], _Turn] = {}

    @contextlib.asynccontextmanager
    async def of(self, store: TokenStore, name: str) -> AsyncGenerator[None]:
        """Wait for a turn with `name`; it ends with the context."""
        # Neither a fork nor a later loop queues behind coroutines that are not there.
        loop = asyncio.get_running_loop()
        key = (os.getpid(), id(loop), id(store), name)
        turn = self._turns.setdefault(key, _Turn())
        turn.wanted += 1
        try:
            async with turn.lock:
                yield
        finally:
            turn.wanted -= 1
            if not turn.wanted:
                del self._turns[key]
