"""A password stands in no output whatever happens: a canary is looked for everywhere."""

import logging
import os
import pickle
import subprocess
import sys
import traceback
from pathlib import Path

import attrs
import pytest

from sage_connect import Sage100, SageConnectError, Secret
from sage_connect.testing.demo import faulty, month, settings, settings_toml

from .conftest import an_invoice

CANARY = "c4n4ry-Ünïque-7391"


@pytest.mark.requirement("S11")
def test_a_password_stands_in_nothing_that_a_run_says_or_writes(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    own = attrs.evolve(settings(), user="<Administrateur>", password=Secret(CANARY))
    said: list[object] = [own, repr(own), str(own)]
    with Sage100(folder, own) as ledger:
        said.append(ledger)
        ledger.company.load()
        said.append(ledger.company.preflight().to_html())
        preview = ledger.documents.preview(month()[:20])
        said += [preview, preview.settings, preview.content]
        outcomes = ledger.documents.post_all(
            [*month(), *(one.document for one in faulty())]
        )
        said += outcomes
        said += [report.to_json() for one in outcomes for report in [one.report]]
        try:
            ledger.sales_invoices.post(an_invoice(party=""))
        except SageConnectError as error:
            said.append("".join(traceback.format_exception(error, chain=True)))
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(own)
    said += [record.getMessage() for record in caplog.records]
    said += [path.read_bytes() for path in folder.rglob("*") if path.is_file()]

    assert own.password.reveal() == CANARY
    assert [one for one in said if CANARY in str(one) or CANARY in repr(one)] == []
    assert [
        one for one in said if isinstance(one, bytes) and CANARY.encode("cp850") in one
    ] == []


@pytest.mark.requirement("S11")
def test_a_password_from_the_environment_stands_in_no_output_of_a_command(
    folder: Path,
) -> None:
    (folder / "sage_connect.toml").write_text(
        settings_toml().replace("[sage100]\n", '[sage100]\npassword = {env = "PW"}\n', 1),
        "utf-8",
    )
    documents = folder / "documents.json"
    documents.write_text('[{"type": "sales_invoice", "number": "F1"}]', "utf-8")
    for command in ("check", "post"):
        done = subprocess.run(
            [
                *(sys.executable, "-X", "dev", "-m", "sage_connect.cli"),
                *(command, documents, "--to", f"sage100:{folder}"),
            ],
            env={**os.environ, "PW": CANARY},
            capture_output=True,
            check=False,
        )
        assert done.returncode == 1, done.stderr
        assert CANARY.encode() not in done.stdout + done.stderr
