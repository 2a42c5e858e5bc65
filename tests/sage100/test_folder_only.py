"""A company whose server takes no program: a shared folder is all that both sides need."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from sage_connect import Sage100, State
from sage_connect.testing.demo import month, settings
from sage_connect.testing.demo.company import export_bytes
from sage_connect.testing.importer import Sage100Importer

from .bookings import paid, purchase


@pytest.fixture(autouse=True)
def _no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody start a process: neither an agent nor anything else."""

    def refused(*_: object, **__: object) -> Any:
        pytest.fail("a process was started")

    monkeypatch.setattr(subprocess, "Popen", refused)
    for name in ("fork", "posix_spawn", "system"):
        monkeypatch.setattr(os, name, refused, raising=False)


@pytest.mark.requirement("S123", "S124")
def test_purchases_go_and_come_back_through_a_folder_alone(folder: Path) -> None:
    documents = [one for one in month() if getattr(one, "type", "").startswith("purchase")]
    parties = [one for one in month() if getattr(one, "type", "") == "supplier"]
    sections = [one for one in month() if getattr(one, "type", "") == "dimension_value"]

    with Sage100(folder, settings()) as ledger:
        outcomes = ledger.documents.post_all([*sections, *parties, *documents])
    assert {one.state for one in outcomes} == {State.HANDED_OVER}

    # Sage, by a person or by its own scheduled task: file in, export out.
    sage = Sage100Importer(export_bytes())
    (file,) = (folder / "imports").glob("*.txt")
    assert sage.import_file(file.read_bytes()).messages == ()
    file.unlink()
    (folder / "exports" / "after.txt").write_bytes(sage.export())

    with Sage100(folder, settings()) as ledger:
        seen = ledger.confirm()
    assert len(seen.confirmed) == len(documents) > 100
    assert seen.report.ok


@pytest.mark.requirement("S124")
def test_what_sage_said_comes_back_as_text_and_names_the_document(folder: Path) -> None:
    with Sage100(folder, settings()) as ledger:
        ledger.documents.post_all([purchase("HA1"), paid("R1")])
    (file,) = (folder / "imports").glob("*.txt")
    wrong = file.read_bytes().replace(b"606400", b"606999", 1)
    said = Sage100Importer(export_bytes()).import_file(wrong).messages

    with Sage100(folder, settings()) as ledger:
        report = ledger.explain("\n".join(map(str, said)), file.name)

    assert said
    assert "HA1" in {one.document for one in report.errors}
