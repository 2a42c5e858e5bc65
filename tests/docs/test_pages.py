"""Every Python, console, TOML and JSON block of every page is true.

A page's blocks run in order, in a folder of their own that holds what `sage-connect demo`
sets up, and an `invoices.csv`. For a page that names "accounting:main", a simulated
business runs meanwhile, and the folder holds its profile; likewise a company for one that
names "intacct:main". Python blocks share one namespace
a page. A console block is run line by line and compared with what it shows, like a doctest:
`...` stands for anything; a command that shows nothing has to end well.
"""

import doctest
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sybil import Example, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser, SkipParser

from sage_connect import Sage100Settings, SalesCreditNote
from sage_connect.accounting import AccountingProfile
from sage_connect.intacct import IntacctProfile
from sage_connect.ledger.settings import profiles, settings_from
from sage_connect.model.convert import read, to_csv
from sage_connect.testing import AccountingSimulator
from sage_connect.testing.demo import export_bytes, month, settings_toml
from sage_connect.testing.intacct import IntacctSimulator
from sage_connect.testing.simulated import write_intacct_profile, write_profile

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
SHOWN = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def run_console(example: Example) -> None:
    code = 0
    for command in example.parsed.split("$ ")[1:]:
        line, _, expected = command.partition("\n")
        if line == "echo $?":
            shown = f"{code}\n"
        elif line.startswith("sage-connect "):
            done = subprocess.run(
                [sys.executable, "-m", "sage_connect.cli", *shlex.split(line)[1:]],
                env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "200"},
                capture_output=True,
                encoding="utf-8",
                check=False,
            )
            code, shown = done.returncode, done.stdout + done.stderr
        else:
            continue
        if not expected.strip():
            assert code == 0, shown
        elif not doctest.OutputChecker().check_output(expected, shown, SHOWN):
            raise AssertionError(f"$ {line}\nexpected:\n{expected}\nfound:\n{shown}")


ENVIRONMENT = dict.fromkeys(
    (
        "SAGE_PASSWORD",
        "SAGE_CLIENT_SECRET",
        "INTACCT_SENDER_PASSWORD",
        "INTACCT_USER_PASSWORD",
    ),
    "secret",
)


SETTINGS: dict[str, type[Any]] = {
    "sage100": Sage100Settings,
    "accounting": AccountingProfile,
    "intacct": IntacctProfile,
}
_SIGNING_IN = ("sender_id", "sender_password", "company_id", "user_id", "user_password")
ALWAYS: dict[str, dict[str, Any]] = {
    "sage100": {},
    "accounting": {"client_id": "1/2", "client_secret": "secret"},
    "intacct": dict.fromkeys(_SIGNING_IN, "secret"),
}


def read_toml(example: Example) -> None:
    for name, table in profiles(example.parsed.encode()).items():
        product = name.partition(":")[0]
        # Pages show a part of the table; these stand in every one.
        whole = {**ALWAYS[product], **table}
        settings_from(SETTINGS[product], whole, environment=ENVIRONMENT)


def read_json(example: Example) -> None:
    value = json.loads(example.parsed)
    if "type" in (value[0] if isinstance(value, list) else value):
        assert {None} == {one.error for one in read(example.parsed.encode())}


def read_csv(example: Example) -> None:
    assert {None} == {one.error for one in read(example.parsed.encode())}


POLICIES = {"RESULTS": "http://127.0.0.1:1"}
INTACCT = """bank_account = "BANK"
customer_term = "N30"
supplier_term = "N30"
attachments_folder = "Attachments"

["intacct:main".accounts]
sales = "4000"
purchases = "5000"
"""

SYBIL = Sybil(
    parsers=[
        PythonCodeBlockParser(),
        CodeBlockParser("console", run_console),
        CodeBlockParser("toml", read_toml),
        CodeBlockParser("json", read_json),
        CodeBlockParser("csv", read_csv),
        SkipParser(),
    ],
    path=str(ROOT),
)


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.mark.parametrize("page", [page.relative_to(ROOT).as_posix() for page in PAGES])
def test_what_a_page_shows_is_true(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stack: ExitStack
) -> None:
    company = tmp_path / "sage-connect-demo" / "company"
    (company / "exports").mkdir(parents=True)
    (company / "exports" / "company.txt").write_bytes(export_bytes())
    (company / "sage_connect.toml").write_text(settings_toml(), "utf-8")
    sale = next(one for one in month() if isinstance(one, SalesCreditNote))
    (tmp_path / "invoices.csv").write_bytes(to_csv([sale]))
    # Pages write files where they stand.
    monkeypatch.chdir(tmp_path)
    document = SYBIL.parse(ROOT / page)
    if "accounting:main" in document.text:
        sage = stack.enter_context(AccountingSimulator())
        write_profile(tmp_path, sage)
    if "intacct:main" in document.text:
        gateway = stack.enter_context(IntacctSimulator(policies=POLICIES))
        write_intacct_profile(tmp_path, gateway, settings=INTACCT)
    # Annotations and pickles look the page's own names up in a module.
    module = ModuleType("page")
    monkeypatch.setitem(sys.modules, "page", module)
    namespace: dict[str, Any] = vars(module)
    document.namespace = namespace

    for example in document.examples():
        example.evaluate()


def test_pages_with_code_are_found() -> None:
    examples = {
        page.name: len(list(SYBIL.parse(page).examples()))
        for page in (ROOT / "docs").rglob("*.md")
    }

    assert examples["first-invoice.md"] > 5
