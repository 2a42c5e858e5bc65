"""Each extra alone on a bare Python does its job; without it, the cure is told."""

import ast
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import html

from . import programs
from .conftest import ROOT, Bare

MINUTE = 60

# What needs an extra, and which.
NEEDS = {
    "from sage_connect.testing import AccountingSimulator": "testing",
    "from sage_connect.testing import IntacctSimulator": "testing",
    "from sage_connect.testing import SimulatedAccounting": "testing",
    "from sage_connect.testing.serving import Server": "testing",
    "from sage_connect.testing import strategies": "testing",
    "sage_connect.connect('simulator:accounting')": "testing",
    "sage_connect.connect('simulator:intacct')": "testing",
    "sage_connect.connect_async('simulator:intacct')": "testing",
    "to_frame(MemoryLedger(), 'customers')": "frames",
    "frame_of([], library='polars')": "frames",
    "frame_of([], library='arrow')": "frames",
    "sage_connect.check([]).to_frame()": "frames",
    "sage_connect.check([]).to_frame(library='polars')": "frames",
    "tax_id('FR', '732 829 320 00074')": "taxid",
    "iban('FR7630006000011234567890189')": "taxid",
    "bic('AGRIFRPP')": "taxid",
}


def test_what_lacks_its_extra_says_how_to_install_it(
    wheel: Path, bare: Callable[..., Bare], tmp_path: Path
) -> None:
    code = programs.LACKING.format(statements=list(NEEDS))

    told = dict(ast.literal_eval(bare(str(wheel)).answer(code, tmp_path)))

    assert [
        (statement, told[statement])
        for statement, extra in NEEDS.items()
        if not told[statement].endswith(f'pip install "sage-connect[{extra}]"')
    ] == []


@pytest.mark.parametrize("extra", ["", "[taxid]"])
def test_the_command_line_without_its_extra_says_how_to_install_it(
    extra: str, wheel: Path, sdist: Path, bare: Callable[..., Bare], tmp_path: Path
) -> None:
    python = bare(f"{sdist}{extra}" if extra else str(wheel))

    done = python.command("demo", folder=tmp_path)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        'sage-connect needs its extra: pip install "sage-connect[cli]"\n'
    )


def test_the_extra_cli_brings_all_that_the_demo_of_every_product_needs(
    wheel: Path, bare: Callable[..., Bare], tmp_path: Path
) -> None:
    python = bare(f"{wheel}[cli]")
    begun = time.monotonic()

    done = python.command("demo", "--to", "all", folder=tmp_path)

    assert (done.returncode, done.stderr) == (0, "")
    assert time.monotonic() - begun < MINUTE
    page = html.parse(tmp_path / "sage-connect-demo-all" / "report.html").getroot()
    text = page.text_content()
    assert [
        said
        for said in (
            "Sage 100",
            "Sage Accounting",
            "Sage Intacct",
            "say why and what to do",
        )
        if said not in text
    ] == []
    # It can be sent on: it fetches nothing.
    assert page.xpath("//@src[not(starts-with(., 'data:'))] | //link/@href") == []


def test_the_extra_testing_brings_what_the_simulators_and_the_strategies_need(
    wheel: Path, bare: Callable[..., Bare], tmp_path: Path
) -> None:
    python = bare(f"{wheel}[testing]")

    assert python.answer(programs.SIMULATED, tmp_path) == "accounting F1\nintacct F1\n"
    assert python.answer(programs.DRAWN, tmp_path) == "drawn\n"


def test_the_extra_taxid_brings_what_judges_numbers(
    sdist: Path, bare: Callable[..., Bare], tmp_path: Path
) -> None:
    number, codes = bare(f"{sdist}[taxid]").answer(programs.JUDGED, tmp_path).splitlines()

    assert number == "73282932000074"
    assert codes == "['SC-TAXID-INVALID']"


@pytest.mark.slow
def test_the_extra_frames_brings_three_libraries_that_keep_every_cent(
    wheel: Path, bare: Callable[..., Bare], tmp_path: Path
) -> None:
    *sums, lengths = bare(f"{wheel}[frames]").answer(programs.FRAMED, tmp_path).splitlines()

    assert sums == ["{'Decimal'} 1234567890.37"] * 3
    assert lengths == "0 0"


@pytest.mark.slow
def test_the_extra_notebooks_brings_what_the_notebooks_need(
    wheel: Path, bare: Callable[..., Bare], tmp_path: Path
) -> None:
    python = bare(f"{wheel}[notebooks]")
    (tmp_path / "run.py").write_text(programs.NOTEBOOK)

    for notebook in sorted((ROOT / "docs" / "notebooks").glob("*.ipynb")):
        done = subprocess.run(
            [python.scripts / "python", "-I", "run.py", notebook],
            cwd=tmp_path,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
