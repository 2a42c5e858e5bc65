"""A process that shares a token: `python token_worker.py FOLDER MODE COUNT`.

For each line on its input it asks for tokens and writes one line: what tells the tokens
apart, or the code of the error. A line is JSON:

* `ahead`: seconds that the clock of this process is ahead of real time;
* `die`: the point at which a fork of this process is killed; before and after each step
  there is one.

The settings come from the environment variable `APP`.
"""

import asyncio
import datetime as dt
import hashlib
import json
import os
import signal
import sys
from typing import Any

from sage_connect.accounting.session import App, Hosts, Session
from sage_connect.drive import AwaitingDriver, BlockingDriver, FileTokens
from sage_connect.drive.http import _tls
from sage_connect.errors import SageConnectError
from sage_connect.plan import Now, Plan, Secret, Step, Wait, relayed


def shifted(plan: Plan[Any], ahead: float, die: int) -> Plan[Any]:
    """Return `plan` by another clock, in a process that is killed at a point of it."""
    points = iter(range(10_000))

    def reached() -> None:
        if next(points) == die:
            os.kill(os.getpid(), signal.SIGKILL)

    def each(step: Step[Any]) -> Plan[Any]:
        reached()
        # Nobody here is without our lock, whom to wait for.
        reply: Any = None if isinstance(step, Wait) else (yield step)
        reached()
        if isinstance(step, Now):
            return reply + dt.timedelta(seconds=ahead)
        return reply

    return relayed(plan, each)


def told(token: Secret) -> str:
    return hashlib.sha256(token.reveal().encode()).hexdigest()[:16]


def main(folder: str, mode: str, count: int) -> None:
    settings = json.loads(os.environ["APP"])
    app = App(
        settings["client_id"],
        settings["client_secret"],
        hosts=Hosts(token=settings["token_url"]),
    )
    store = FileTokens(folder)
    session = Session(app, store)
    blocking, awaiting = BlockingDriver(), AwaitingDriver()

    def asked(line: dict[str, Any]) -> Plan[Secret]:
        return shifted(session.token(), line["ahead"], line.get("die", -1))

    async def gathered(line: dict[str, Any]) -> set[str]:
        tokens = await asyncio.gather(*(awaiting.drive(asked(line)) for _ in range(count)))
        return {told(token) for token in tokens}

    def answered(line: dict[str, Any]) -> str:
        try:
            if mode == "awaiting":
                tokens = runner.run(gathered(line))
            else:
                tokens = {told(blocking.drive(asked(line))) for _ in range(count)}
        except SageConnectError as error:
            return error.code or type(error).__name__
        return " ".join(sorted(tokens))

    # Once for all forks.
    _tls("")
    with asyncio.Runner() as runner:
        for text in sys.stdin:
            line = json.loads(text)
            if "die" in line:
                # Killed is a fork, whose memory is lost with it: the next begins anew.
                child = os.fork()
                if not child:
                    print(answered(line), flush=True)
                    os._exit(0)
                _, status = os.waitpid(child, 0)
                if os.WIFSIGNALED(status):
                    print("killed", flush=True)
            else:
                print(answered(line), flush=True)
        runner.run(awaiting.close())
    blocking.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
