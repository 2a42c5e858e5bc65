"""A trial, run as a process of its own: posting is killed at random moments.

    python kill_trial.py FOLDER KILLS SEED [mutant]

Each round posts a batch. A child process posts; this one kills it (SIGKILL) at a random
moment and starts it again until it ends by itself. A reader polls `imports/` all the while;
now and then the files in it are taken away, as Sage's importer may do. At the end every
document must stand in the files once. `mutant` swaps two steps of the protocol: the trial
must then find duplicates, or it proves nothing.

Prints a JSON object and exits.
"""

import datetime as dt
import json
import os
import random
import signal
import sys
import threading
import time
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

from sage_connect import Attachment, Customer, Line, Sage100, SalesInvoice, Tax
from sage_connect.drive import BlockingDriver
from sage_connect.plan import AppendFile, MoveFile, Wait
from sage_connect.sage100.wire import EntryLine, ThirdParty, read
from sage_connect.testing.demo.company import export_bytes, settings

DOCUMENTS = 4


class Mutant(BlockingDriver):
    """Hands a file over before the registry knows of it: the wrong order."""

    def drive(self, plan: Any, /) -> Any:
        return super().drive(_handed_over_first(plan))


def _handed_over_first(plan: Any) -> Any:
    entered: AppendFile | None = None
    reply: Any = None
    try:
        while True:
            step = plan.send(reply)
            if isinstance(step, AppendFile) and step.path.endswith("registry.ndjson"):
                entered, reply = step, None
            elif isinstance(step, MoveFile) and entered is not None:
                reply = yield step
                # Wide enough for a trial of a few kills to hit it.
                yield Wait(0.05)
                yield entered
            else:
                reply = yield step
    except StopIteration as stop:
        return stop.value
    finally:
        plan.close()


def batch(number: int) -> list[Any]:
    """Return a customer of its own and invoices to it."""
    code = f"K{number:06d}"
    customer = Customer(code=code, name=f"Client {number}", account="411000")
    # One: the more is written, the rarer a kill falls between the last two steps.
    proofs = (Attachment(name="proof.pdf", content=code.encode()),)
    return [
        customer,
        *(
            SalesInvoice(
                number=f"{code}{at}",
                date=dt.date(2026, 9, 1 + at),
                party=code,
                currency="EUR",
                attachments=proofs if at == 0 else (),
                lines=(
                    Line(
                        description="Étude",
                        unit_price=Decimal("100.00") + at,
                        account="706000",
                        taxes=(Tax("C20", Decimal(20)),),
                    ),
                ),
            )
            for at in range(DOCUMENTS)
        ),
    ]


def post(folder: Path, number: int, *, mutant: bool) -> None:
    ledger = Sage100(folder, settings())
    if mutant:
        ledger._driver = Mutant()
    outcomes = ledger.documents.post_all(batch(number))
    if not all(outcome.posted for outcome in outcomes):
        raise SystemExit(f"{[(o.state, o.report.summary()) for o in outcomes]}")


def post_and_exit(folder: Path, number: int, *, mutant: bool) -> NoReturn:
    """Post in a forked child, which must never run on in the parent's code."""
    try:
        post(folder, number, mutant=mutant)
        os._exit(0)
    except BaseException as error:  # noqa: BLE001 - told by the exit code
        print(repr(error), file=sys.stderr, flush=True)
        os._exit(1)


class Reader(threading.Thread):
    """Reads every file that becomes visible, at once, and keeps what it saw."""

    def __init__(self, imports: Path) -> None:
        super().__init__(daemon=True)
        self.imports = imports
        self.partial: list[str] = []
        self.stop = threading.Event()
        self._seen: set[str] = set()

    def run(self) -> None:
        while not self.stop.is_set():
            for file in sorted(self.imports.glob("*")):
                if file.name in self._seen:
                    continue
                try:
                    content = file.read_bytes()
                except FileNotFoundError:
                    continue
                self._seen.add(file.name)
                if not content.endswith(b"#FIN\r\n"):
                    self.partial.append(file.name)


def trial(folder: Path, kills: int, seed: int, *, mutant: bool) -> dict[str, Any]:
    chance = random.Random(seed)  # noqa: S311 - a trial, and it can be repeated
    imports, taken = folder / "imports", folder / "taken"
    for place in (folder / "exports", imports, taken):
        place.mkdir(parents=True)
    (folder / "exports" / "company.txt").write_bytes(export_bytes())
    reader = Reader(imports)
    reader.start()
    killed = rounds = 0
    longest = 0.02
    while killed < kills:
        rounds += 1
        while True:
            child = os.fork()
            if not child:
                post_and_exit(folder, rounds, mutant=mutant)
            started = time.perf_counter()
            time.sleep(chance.uniform(0, longest))
            os.kill(child, signal.SIGKILL)
            _, status = os.waitpid(child, 0)
            if chance.random() < 0.3:
                for file in imports.glob("*.txt"):
                    file.rename(taken / file.name)
            if not os.WIFSIGNALED(status):
                # A child that had ended before the signal came; its own code counts.
                if os.waitstatus_to_exitcode(status) and not mutant:
                    raise SystemExit("posting failed")
                longest = max(longest, time.perf_counter() - started)
                break
            killed += 1
            longest = min(longest * 1.05, 0.2)
    reader.stop.set()
    reader.join()
    files = [*imports.glob("*.txt"), *taken.glob("*.txt")]
    lost = 0
    if not mutant:
        with Sage100(folder, settings()) as ledger:
            lost = len(ledger.attachments.verify())
    folders = {place.name for place in (folder / "receipts").iterdir()}
    return {
        **counted(files, rounds),
        "receipts_lost": lost + rounds - receipt_count(folder),
        "receipts_orphaned": len(folders ^ {file.stem for file in files}),
        "kills": killed,
        "rounds": rounds,
        "partial": len(reader.partial),
        "left_behind": sorted(file.name for file in (folder / "state").glob(".*")),
        "seed": seed,
    }


def receipt_count(folder: Path) -> int:
    """Return how many receipts the manifests name."""
    found = (folder / "state" / "receipts").glob("*.json")
    return sum(len(json.loads(file.read_bytes())["receipts"]) for file in found)


def counted(files: list[Path], rounds: int) -> dict[str, Any]:
    """Say what of `rounds` batches stands in the files not at all, or more than once."""
    pieces: Counter[str] = Counter()
    parties: Counter[str] = Counter()
    for file in files:
        flat = read(file.read_bytes(), name=file.name)
        pieces.update(one.invoice_number for one in flat.of(EntryLine) if one.third_party)
        parties.update(one.number for one in flat.of(ThirdParty))
    wanted = {one.number for number in range(1, rounds + 1) for one in batch(number)[1:]}
    return {
        "documents": len(wanted),
        "lost": len(wanted - set(pieces)),
        "duplicated": sum(count - 1 for count in pieces.values()),
        "parties_duplicated": sum(count - 1 for count in parties.values()),
    }


if __name__ == "__main__":
    arguments = sys.argv[1:]
    print(
        json.dumps(
            trial(
                Path(arguments[0]),
                int(arguments[1]),
                int(arguments[2]),
                mutant=arguments[3:] == ["mutant"],
            )
        )
    )
