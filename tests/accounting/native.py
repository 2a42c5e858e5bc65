"""The native API on a simulator, and bodies that its business takes."""

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any

from sage_connect.accounting.api import Api
from sage_connect.accounting.service import Pace, Patience, Service, TokenSource
from sage_connect.drive import AwaitingDriver, BlockingDriver, HttpOptions
from sage_connect.ledger import Health, HealthState
from sage_connect.plan import Plan, Secret
from sage_connect.testing.accounting import AccountingSimulator
from sage_connect.testing.modes import awaited

QUICK = Patience(delays=(0.01, 0.02, 0.02), throttled=0.01)
LATE = HttpOptions(read_timeout=0.3)


class Fresh(TokenSource):
    """A token of the simulator that is good now, however far its clock was set."""

    def __init__(self, simulator: AccountingSimulator) -> None:
        self._simulator = simulator

    def token(self) -> Plan[Secret]:
        yield from ()
        return Secret(self._simulator.access_token)

    def renewed(self, stale: Secret) -> Plan[Secret]:
        del stale
        return (yield from self.token())

    def health(self) -> Plan[Health]:
        yield from ()
        return Health(state=HealthState.OK)


def service_on(
    simulator: AccountingSimulator, base: str = "", pace: Pace | None = None
) -> Service:
    """Return the way to the simulator's first business."""
    return Service(
        base or simulator.base_url,
        Fresh(simulator),
        business=simulator.business_id,
        pace=pace,
        patience=QUICK,
    )


class Native:
    """The API in either mode, whose verbs are run to their end.

    Attributes:
        api: Of either mode.
        simulator: Whom it asks.
    """

    def __init__(
        self,
        simulator: AccountingSimulator,
        api: Api[Any],
        runner: asyncio.Runner | None = None,
    ) -> None:
        self.simulator: AccountingSimulator = simulator
        self.api: Api[Any] = api
        self._runner = runner
        self._known: dict[str, str] = {}

    def run(self, result: Any) -> Any:
        """Return the result of a verb, awaited where it must be."""
        return result if self._runner is None else self._runner.run(awaited(result))

    def all(self, pages: Any) -> list[Any]:
        """Return every item of a listing."""
        if self._runner is None:
            return [*pages]

        async def collected() -> list[Any]:
            return [one async for one in pages]

        return self._runner.run(collected())

    def account(self, code: int) -> str:
        """Return the id of a ledger account."""
        if not self._known:
            for one in self.all(self.api.ledger_accounts.list(attributes="nominal_code")):
                self._known[str(one.nominal_code)] = one.id
        return self._known[str(code)]

    def contact(self, reference: str = "ARDENT") -> str:
        """Return the id of a contact."""
        if reference not in self._known:
            (one,) = self.all(self.api.contacts.list(search=reference))
            self.account(4000)
            self._known[reference] = one.id
        return self._known[reference]

    def invoice(self, number: object = 0, **more: Any) -> Any:
        """Return the body of a sales invoice."""
        line = {
            "description": f"Work {number}",
            "ledger_account_id": self.account(4000),
            "quantity": 1,
            "unit_price": "10.00",
            "tax_rate_id": "GB_STANDARD",
            "tax_amount": "2.00",
        }
        return {
            "contact_id": self.contact(),
            "date": "2026-03-01",
            "reference": f"R{number}",
            "invoice_lines": [line],
            **more,
        }

    def post(self, number: object = 0, key: str = "") -> Any:
        """Post a sales invoice."""
        body = self.invoice(number)
        return self.run(self.api.sales_invoices.create(body, key=key or f"key {number}"))

    def references(self) -> list[str]:
        """Return the references of the invoices that the books hold, in order."""
        held = self.simulator.books().all("sales_invoices")
        return sorted(one["reference"] for one in held)


@contextlib.contextmanager
def reached(
    simulator: AccountingSimulator,
    mode: str = "blocking",
    *,
    base: str = "",
    http: HttpOptions | None = None,
    pace: Pace | None = None,
) -> Iterator[Native]:
    """Open the API in a mode; give its connections back in the end."""
    service = service_on(simulator, base, pace)
    if mode == "blocking":
        with contextlib.closing(BlockingDriver(http)) as driver:
            yield Native(simulator, Api(driver, service))
        return
    with asyncio.Runner() as runner:
        awaiting = AwaitingDriver(http)
        yield Native(simulator, Api(awaiting, service), runner)
        runner.run(awaiting.close())
