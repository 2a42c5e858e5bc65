"""A ledger of either mode behind one face, so that one test serves both."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

from ..ledger import Capabilities, Outcome, Postable, Preview
from ..plan import Driver, Plan, Step, relayed
from ..validation import Report


class _Watched:
    """A driver, and the steps that it was asked for."""

    def __init__(self, driver: Driver[Any]) -> None:
        self._driver = driver
        self.asked: list[Step[Any]] = []

    def drive(self, plan: Plan[Any], /) -> Any:
        return self._driver.drive(relayed(plan, self._noted))

    def close(self) -> Any:
        return self._driver.close()

    def _noted(self, step: Step[Any]) -> Plan[Any]:
        self.asked.append(step)
        return (yield step)


class Books:
    """A ledger of either mode, whose verbs are run to their end.

    Attributes:
        ledger: The ledger itself.
        asked: Every step that its driver was asked for.

    Args:
        ledger: The ledger.
        run: Runs what it gives to its end; None for a blocking one.
    """

    def __init__(
        self, ledger: Any, run: Callable[[Awaitable[Any]], Any] | None = None
    ) -> None:
        self.ledger: Any = ledger
        self._run: Callable[[Awaitable[Any]], Any] | None = run
        watched = _Watched(ledger._driver)  # noqa: SLF001 - to see that nothing is sent
        ledger._driver = watched  # noqa: SLF001 - the same
        self.asked: list[Step[Any]] = watched.asked

    @property
    def capabilities(self) -> Capabilities:
        """What the ledger can do."""
        found: Capabilities = self.ledger.capabilities
        return found

    def run(self, result: Any) -> Any:
        """Return the result of a verb, awaited where it must be."""
        return result if self._run is None else self._run(result)

    def all(self, pages: Any) -> list[Any]:
        """Return every item of a listing."""
        if self._run is None:
            return [*pages]
        collected: list[Any] = self._run(_collected(pages))
        return collected

    def post(self, documents: Iterable[Postable] | Preview) -> Sequence[Outcome[Any]]:
        """Post a batch and return its outcomes."""
        outcomes: Sequence[Outcome[Any]] = self.run(
            self.ledger.documents.post_all(documents)
        )
        return outcomes

    def check(self, documents: Iterable[Postable]) -> Report:
        """Check a batch."""
        report: Report = self.ledger.documents.check(documents)
        return report

    def preview(self, documents: Iterable[Postable]) -> Preview:
        """Preview a batch."""
        preview: Preview = self.ledger.documents.preview(documents)
        return preview


async def awaited(result: Awaitable[Any]) -> Any:
    """Return what an awaiting verb gives, as the coroutine that event loops ask for."""
    return await result


async def _collected(pages: Any) -> list[Any]:
    return [item async for item in pages]
