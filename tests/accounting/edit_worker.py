"""Edits an invoice that is settled, and is killed at a request: run by `test_edit`."""

import json
import os
import signal
import sys
from contextlib import ExitStack
from typing import Any

from tests.accounting.trading import an_invoice
from typing_extensions import override

from sage_connect.accounting import App, Hosts, SageAccounting
from sage_connect.drive import BlockingDriver
from sage_connect.plan import Secret, Send, Step


class DoomedDriver(BlockingDriver):
    """Kills its process once so many requests were answered."""

    left = 0

    @override
    def _perform(self, step: Step[Any], held: ExitStack) -> Any:
        reply = super()._perform(step, held)
        if isinstance(step, Send):
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return reply


def main(told: dict[str, Any]) -> None:
    hosts = Hosts(
        api=told["base_url"],
        authorize=told["authorize_url"],
        token=told["token_url"],
        revoke=told["revoke_url"],
    )
    app = App(told["client_id"], told["client_secret"], hosts=hosts)
    sage = SageAccounting(app, Secret(told["access_token"]), told["business_id"])
    sage.company.load()
    sage.close()
    driver = DoomedDriver()
    driver.left = told["at"]
    sage._driver = driver
    wanted = an_invoice("A1", "210", notes="Changed")
    sage.sales_invoices.edit(wanted, unallocate=True)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
