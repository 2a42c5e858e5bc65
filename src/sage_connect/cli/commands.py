"""The commands: they read, call the library, show, and choose an exit code."""

import json
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

import click

from .. import __version__
from ..errors import SageConnectError
from . import show

P = ParamSpec("P")

FAULTY = 1
UNREADABLE = 2
UNKNOWN = 3

_LANGUAGE = click.option(
    "--language",
    type=click.Choice(["en", "fr"]),
    default="en",
    show_default=True,
    help="Language of the sentences.",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON for a program.")
_REPORT = click.option(
    "--report",
    type=click.Path(dir_okay=False),
    help="Write the findings to a .html, .csv or .json file.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sage-connect")
def cli() -> None:
    """One typed ledger for every Sage: check, post exactly once, explain every refusal."""


def _told(command: Callable[P, int]) -> Callable[P, None]:
    """Turn what a command returns into the exit code, and an error of ours into a line."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            code = command(*args, **kwargs)
        except SageConnectError as error:
            show.error(error)
            code = UNREADABLE
        sys.exit(code)

    return run


@cli.command()
@click.argument("docs", type=click.Path())
@click.option("--to", "target", required=True, help="Target, such as sage100:FOLDER.")
@_JSON
@_REPORT
@_LANGUAGE
@_told
def check(
    docs: str, target: str, *, as_json: bool, report: str | None, language: str
) -> int:
    """Say everything that is wrong with the documents in DOCS. Sends nothing.

    DOCS is a JSON, NDJSON or CSV file, or - for standard input.
    """
    from .documents import check_documents

    checked = check_documents(docs, target)
    return _finish(checked, as_json=as_json, report=report, language=language)


@cli.command()
@click.argument("docs", type=click.Path())
@click.option("--to", "target", required=True, help="Target, such as sage100:FOLDER.")
@_JSON
@_REPORT
@_LANGUAGE
@_told
def post(
    docs: str, target: str, *, as_json: bool, report: str | None, language: str
) -> int:
    """Post the documents in DOCS, each exactly once.

    DOCS is a JSON, NDJSON or CSV file, or - for standard input. Documents that were posted
    before are left alone.
    """
    from .documents import post_documents

    with show.working("Posting…"):
        posted = post_documents(docs, target)
    return _finish(posted, as_json=as_json, report=report, language=language)


def _finish(results: Any, *, as_json: bool, report: str | None, language: str) -> int:
    if report:
        show.write_report(report, results.report, language)
    if as_json:
        click.echo(json.dumps(results.rows(language), ensure_ascii=False, indent=2))
    else:
        show.results(results, language)
    code: int = results.exit_code
    return code


@cli.command()
@click.argument("file", type=click.Path())
@_JSON
@_told
def inspect(file: str, *, as_json: bool) -> int:
    """Say what is in a file of Sage, and everything that is wrong with it."""
    from .files import inspect_file, inspection_row

    inspection = inspect_file(file)
    if as_json:
        click.echo(json.dumps(inspection_row(inspection), ensure_ascii=False, indent=2))
    else:
        show.inspection(file, inspection)
    return 0 if inspection.ok else FAULTY


@cli.command()
@click.argument("file", type=click.Path())
@click.argument("out", type=click.Path(dir_okay=False))
@_told
def convert(file: str, out: str) -> int:
    """Read FILE and write it to OUT, byte for byte."""
    from .files import convert_file

    size, records = convert_file(file, out)
    click.echo(f"{out}: {records} records, {size} bytes")
    return 0


@cli.command()
@click.argument("code", required=False)
@click.option("--all", "everything", is_flag=True, help="Explain every code.")
@_JSON
@_LANGUAGE
@_told
def explain(code: str | None, *, everything: bool, as_json: bool, language: str) -> int:
    """Say what a code such as SC-TAX-UNKNOWN means, and what to do about it."""
    from .explain import explained

    if not code and not everything:
        raise click.UsageError("name a CODE, or ask for --all")
    rules = explained(None if everything else code, language)
    if as_json:
        click.echo(
            json.dumps(rules if everything else rules[0], ensure_ascii=False, indent=2)
        )
    else:
        show.rules(rules)
    return 0


@cli.command()
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("sage-connect-demo"),
    show_default=True,
    help="Where the demo company lives.",
)
@_LANGUAGE
@_told
def demo(folder: Path, language: str) -> int:
    """Post a month of sales of an invented company, and explain what is refused.

    A second run posts nothing twice.
    """
    from .demo import run_demo

    with show.working("Posting a month of sales…"):
        result = run_demo(folder, language=language)
    show.demo(result)
    return 0 if result.good else FAULTY
