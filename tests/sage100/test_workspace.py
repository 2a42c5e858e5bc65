"""The folder, the company's file and the registry, as the driver meets them."""

import datetime as dt
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest

from sage_connect import (
    CodecError,
    Sage100,
    SalesInvoice,
    StorageError,
    UnsupportedError,
)
from sage_connect.drive import BlockingDriver
from sage_connect.ledger import HealthState
from sage_connect.plan import ListFolder, ReadFile
from sage_connect.sage100.pieces import PieceMaker
from sage_connect.sage100.wire import OwnBank, build, read, record_bytes
from sage_connect.sage100.workspace import Workspace
from sage_connect.testing.demo import settings

from .conftest import a_line, an_invoice, reference_of_demo

HOLDER = """
import fcntl, sys
file = open(sys.argv[1], "rb+")
fcntl.lockf(file, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.readline()
"""


def told(report: Any) -> set[str]:
    return {one.code for one in report if one.severity.value == "error"}


@pytest.mark.requirement("S12", "S20")
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("TEST1", "SC-S100-PATH-EXTENSION"),
        ("TEST1.gcm", "SC-S100-PATH-MODULE"),
        ("MISSING.mae", "SC-S100-PATH-MISSING"),
        ("FOLDER.mae", "SC-S100-PATH-FOLDER"),
    ],
)
def test_preflight_tells_what_is_wrong_with_the_company_file(
    folder: Path, tmp_path: Path, name: str, code: str
) -> None:
    (tmp_path / "TEST1").write_bytes(b"")
    (tmp_path / "TEST1.gcm").write_bytes(b"")
    (tmp_path / "FOLDER.mae").mkdir()
    own = attrs.evolve(settings(), company_file=str(tmp_path / name))

    with Sage100(folder, own) as ledger:
        report = ledger.company.preflight()

    assert told(report) == {code}


def test_preflight_of_a_company_in_order_has_no_error(folder: Path, tmp_path: Path) -> None:
    company = tmp_path / "TEST1.MAE"
    company.write_bytes(b"[CBASE]\r\nServeurSQL=SRV\\SAGE100\r\n")
    own = attrs.evolve(settings(), company_file=str(company))

    with Sage100(folder, own) as ledger:
        assert told(ledger.company.preflight()) == set()
        assert ledger.company.health().state is HealthState.OK


@pytest.mark.requirement("S26")
def test_posting_waits_for_the_company_as_long_as_it_is_told(
    folder: Path, tmp_path: Path
) -> None:
    company = tmp_path / "TEST1.mae"
    company.write_bytes(b"[CBASE]\r\n")
    own = attrs.evolve(settings(), company_file=str(company), wait=20)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(company)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with holder, Sage100(folder, own) as ledger:
        assert holder.stdout
        assert holder.stdin
        holder.stdout.readline()
        assert told(ledger.company.preflight()) == {"SC-S100-FILE-IN-USE"}
        started = time.monotonic()
        holder.stdin.write("\n")
        holder.stdin.flush()
        receipt = ledger.sales_invoices.post(an_invoice())

    assert receipt.id == "FA1"
    assert time.monotonic() - started < 10


def test_a_folder_that_is_gone_is_down(tmp_path: Path) -> None:
    with Sage100(tmp_path / "gone", settings()) as ledger:
        health = ledger.company.health()

    assert health.state is HealthState.DOWN
    assert "gone" in health.reason


def test_without_an_export_nothing_is_read_and_the_menu_is_named(folder: Path) -> None:
    (folder / "exports" / "company.txt").unlink()

    with Sage100(folder, settings()) as ledger:
        with pytest.raises(UnsupportedError, match="Fichier > Exporter > Format Sage"):
            ledger.company.load()
        with pytest.raises(UnsupportedError, match="Fichier > Exporter > Format Sage"):
            list(ledger.accounts.list())


def sealed(text: str) -> bytes:
    return f"{text} {zlib.crc32(text.encode()):08x}\n".encode()


@pytest.mark.parametrize(
    "line",
    ['{"v":2,"batch":"x","entries":[]}', '{"v":1,"called_off":"never was"}'],
    ids=["a newer version", "calls off what is not there"],
)
def test_a_registry_that_makes_no_sense_is_refused(folder: Path, line: str) -> None:
    with Sage100(folder, settings()) as ledger:
        ledger.sales_invoices.post(an_invoice())
    registry = folder / "state" / "registry.ndjson"
    registry.write_bytes(registry.read_bytes() + sealed(line))

    with Sage100(folder, settings()) as ledger, pytest.raises(StorageError) as refused:
        ledger.sales_invoices.post(an_invoice("FA2"))

    assert refused.value.code == "SC-S100-REGISTRY"


def test_a_registry_that_was_emptied_is_refused(folder: Path) -> None:
    with Sage100(folder, settings()) as ledger:
        ledger.sales_invoices.post(an_invoice())
    (folder / "state" / "registry.ndjson").write_bytes(b"")
    for file in (folder / "imports").iterdir():
        file.unlink()

    with Sage100(folder, settings()) as ledger, pytest.raises(StorageError) as refused:
        ledger.sales_invoices.post(an_invoice())

    assert refused.value.code == "SC-S100-REGISTRY"


def test_preflight_tells_of_a_registry_that_cannot_be_trusted(folder: Path) -> None:
    with Sage100(folder, settings()) as ledger:
        assert ledger.company.preflight().ok
        ledger.sales_invoices.post(an_invoice())
        older = (folder / "state" / "registry.ndjson").read_bytes()
        ledger.sales_invoices.post(an_invoice("FA2"))
    registry = folder / "state" / "registry.ndjson"
    whole = registry.read_bytes()

    for damaged in (b"", whole[:-5], b"x" + whole, older, None):
        registry.unlink(missing_ok=True)
        if damaged is not None:
            registry.write_bytes(damaged)
        with Sage100(folder, settings()) as ledger:
            report = ledger.company.preflight()
        assert told(report.of(0)) == {"SC-S100-REGISTRY"}
        assert [one.code for one in report.of(1)] == ["SC-S100-NOT-RUN"]
    registry.write_bytes(whole)
    with Sage100(folder, settings()) as ledger:
        assert ledger.company.preflight().ok


class Meanwhile(BlockingDriver):
    """Another process posts: `then` happens after the first look at the registry."""

    def __init__(self, then: Callable[[], object]) -> None:
        super().__init__()
        self.then = then

    def drive(self, plan: Any, /) -> Any:
        return super().drive(self._interrupted(plan))

    def _interrupted(self, plan: Any) -> Any:
        reply: Any = None
        looked = False
        try:
            while True:
                step = plan.send(reply)
                if looked and isinstance(step, ListFolder):
                    self.then()
                reply = yield step
                looked = isinstance(step, ReadFile)
        except StopIteration as end:
            return end.value


@pytest.mark.parametrize("last", [1, 300])
def test_a_line_that_is_just_being_written_is_no_damage(folder: Path, last: int) -> None:
    with Sage100(folder, settings()) as ledger:
        ledger.sales_invoices.post(an_invoice())
    registry = folder / "state" / "registry.ndjson"
    whole = registry.read_bytes()
    look = Workspace(str(folder)).require_registry

    registry.write_bytes(whole[:-last])
    Meanwhile(lambda: registry.write_bytes(whole)).drive(look())

    registry.write_bytes(whole[:-last])
    for file in (folder / "imports").iterdir():
        file.rename(folder / "state" / f"{file.stem}.pending")
    BlockingDriver().drive(look())

    for file in (folder / "state").glob("*.pending"):
        file.unlink()
    with pytest.raises(StorageError, match="its end is missing"):
        BlockingDriver().drive(look())


def test_the_company_s_own_banks_are_bank_accounts(folder: Path) -> None:
    export = folder / "exports" / "company.txt"
    content = read(export.read_bytes())
    rows = [{"journal": "BQ", "short_name": "BNP", "iban": "FR76"}, {"short_name": "X"}]
    bank = record_bytes([build(OwnBank, label="Banque", accounts=rows)])
    end = b"#FIN\r\n"
    export.write_bytes(bytes(content).removesuffix(end) + bank + end)

    with Sage100(folder, settings()) as ledger:
        found, other = ledger.bank_accounts.list()

    assert (found.code, found.journal, found.iban) == ("BNP", "BQ", "FR76")
    assert (other.code, other.journal) == ("X", "")


def test_what_is_no_settings_is_told(folder: Path) -> None:
    anything: Any = {"name": "x"}

    with pytest.raises(TypeError, match="Sage100Settings, not dict"):
        Sage100(folder, anything)


def test_what_is_of_another_kind_is_told(ledger: Sage100) -> None:
    anything: Any = {}
    invoice: Any = an_invoice()

    with pytest.raises(TypeError, match="expected documents or master data, found dict"):
        ledger.documents.post_all([anything])
    with pytest.raises(TypeError, match="expected sales credit notes, found SalesInvoice"):
        ledger.sales_credit_notes.check(invoice)


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"date": None}, "/date"),
        ({"lines": (a_line("0.00"),)}, ""),
        ({"due": [(dt.date(2026, 10, 1), Decimal("1.00"))]}, "/due"),
        (
            {
                "due": [
                    (dt.date(2026, 10, 1), Decimal("150.00")),
                    (dt.date(2026, 11, 1), Decimal("-30.00")),
                ]
            },
            "/due",
        ),
    ],
)
def test_no_piece_is_made_of_what_no_rule_has_seen(
    changes: dict[str, Any], path: str
) -> None:
    invoice: SalesInvoice = an_invoice(**changes)

    with pytest.raises(CodecError) as refused:
        PieceMaker(settings(), reference_of_demo()).piece(invoice)

    assert refused.value.path == path
    assert refused.value.fix
