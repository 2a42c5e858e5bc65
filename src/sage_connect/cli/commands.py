"""The commands: they read, call the library, show, and choose an exit code."""

import json
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, ParamSpec

import click
from click.core import ParameterSource

from .. import __version__
from ..errors import ConfigurationError
from . import show
from .ending import FAULTY, GOOD, ended, output

if TYPE_CHECKING:
    from .demo import Demo, Product
    from .documents import Results
    from .guide import Product as Guided

P = ParamSpec("P")
_SECRET = "SAGE_CONNECT_CLIENT_SECRET"  # noqa: S105 - the name of a variable

_DEMOS = {
    "sage100": "sage-connect-demo",
    "accounting": "sage-connect-demo-accounting",
    "intacct": "sage-connect-demo-intacct",
    "all": "sage-connect-demo-all",
}
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


def _told(*, posts: bool = False) -> Callable[[Callable[P, int]], Callable[P, None]]:
    """Turn what a command returns into the exit code, and any error into a line."""

    def told(command: Callable[P, int]) -> Callable[P, None]:
        @wraps(command)
        def run(*args: P.args, **kwargs: P.kwargs) -> None:
            sys.exit(ended(lambda: command(*args, **kwargs), posts=posts))

        return run

    return told


def _print_json(value: Any) -> None:
    # ASCII: the program that reads may expect any encoding.
    click.echo(json.dumps(value, indent=2))


@cli.command()
@click.argument("docs", type=click.Path())
@click.option(
    "--to",
    "target",
    required=True,
    help="Target, such as sage100:FOLDER or accounting:PROFILE.",
)
@_JSON
@_REPORT
@_LANGUAGE
@_told()
def check(
    docs: str, target: str, *, as_json: bool, report: str | None, language: str
) -> int:
    """Say everything that is wrong with the documents in DOCS. Sends nothing.

    DOCS is a JSON, NDJSON or CSV file, or - for standard input.
    """
    from .documents import check_documents

    _require_report(report, docs)
    with show.working("Checking..."):
        checked = check_documents(docs, target)
    return _finish(checked, as_json=as_json, report=report, language=language)


@cli.command()
@click.argument("docs", type=click.Path())
@click.option(
    "--to",
    "target",
    required=True,
    help="Target, such as sage100:FOLDER or accounting:PROFILE.",
)
@_JSON
@_REPORT
@_LANGUAGE
@_told(posts=True)
def post(
    docs: str, target: str, *, as_json: bool, report: str | None, language: str
) -> int:
    """Post the documents in DOCS, each exactly once.

    DOCS is a JSON, NDJSON or CSV file, or - for standard input. Documents that were posted
    before are left alone.
    """
    from .documents import post_documents

    _require_report(report, docs)
    with show.working("Posting..."):
        posted = post_documents(docs, target)
    return _finish(posted, as_json=as_json, report=report, language=language)


@cli.command()
@click.argument("docs", type=click.Path())
@click.option(
    "--to",
    "target",
    required=True,
    help="Target, such as sage100:FOLDER or accounting:PROFILE.",
)
@click.option(
    "--out", type=click.Path(dir_okay=False), help="Write the repaired documents as JSON."
)
@click.option("--only", "names", multiple=True, help="Only this repair; may be repeated.")
@click.option("--guesses", is_flag=True, help="Also what a person has to look at.")
@click.option("--totals", is_flag=True, help="Also what changes a document's total.")
@_JSON
@_LANGUAGE
@_told()
def repair(
    docs: str,
    target: str,
    *,
    out: str | None,
    names: tuple[str, ...],
    guesses: bool,
    totals: bool,
    as_json: bool,
    language: str,
) -> int:
    """Show what would make refused documents in DOCS acceptable. Sends nothing.

    Each repair was tried. DOCS stays as it is: --out writes the documents with all of them
    made, for `post`. The exit code is 1 where something is refused all the same.
    """
    from .repairing import repair_documents, repair_rows, write_documents

    with show.working("Trying..."):
        found = repair_documents(docs, target, names=names, guesses=guesses, totals=totals)
    if out is not None:
        write_documents(found, out)
    with output():
        if as_json:
            _print_json(repair_rows(found, language))
        else:
            show.repairs(found, language)
    return GOOD if found.report.ok else FAULTY


def _require_report(report: str | None, docs: str) -> None:
    show.require_report(report)
    # What cannot be looked at is told when it is read or written.
    with suppress(OSError):
        if report is not None and Path(report).samefile(docs):
            raise ConfigurationError(
                f"expected a report beside the documents, found {report!r} for both",
                fix="Give the report a name of its own.",
            )


def _finish(found: "Results", *, as_json: bool, report: str | None, language: str) -> int:
    # First what was done, then its report, which a full disk may refuse.
    with output():
        if as_json:
            _print_json(found.rows(language))
        else:
            show.results(found, language)
    code = found.exit_code
    if report is None:
        return code

    def write() -> int:
        show.write_report(report, found.report, language)
        return code

    return max(code, ended(write))


@cli.command()
@click.argument("file", type=click.Path())
@_JSON
@_told()
def inspect(file: str, *, as_json: bool) -> int:
    """Say what is in a file of Sage, and everything that is wrong with it.

    FILE may be - for standard input.
    """
    from .files import Unreadable, inspect_file, inspection_row, name_of, unreadable_row

    inspection = inspect_file(file)
    if isinstance(inspection, Unreadable):
        if as_json:
            with output():
                _print_json(unreadable_row(inspection))
        raise inspection.problem
    with output():
        if as_json:
            _print_json(inspection_row(inspection))
        else:
            show.inspection(name_of(file), inspection)
    return GOOD if inspection.ok else FAULTY


@cli.command()
@click.argument("file", type=click.Path())
@click.argument("out", type=click.Path(dir_okay=False))
@click.option(
    "--to",
    "target",
    metavar="FORMAT",
    help="Format of OUT: flat:31|25|14|5, pnm:199|138, fec or delimited:LAYOUT.",
)
@click.option("--from", "layout", metavar="LAYOUT", help="Layout of FILE, if delimited.")
@click.option("--company", default="", help="Name on the first line of a PNM file.")
@click.option(
    "--sheet",
    type=click.Path(dir_okay=False),
    help="Write how to enter the layout into Sage, for delimited:LAYOUT.",
)
@_JSON
@_LANGUAGE
@_told()
def convert(
    file: str,
    out: str,
    *,
    target: str | None,
    layout: str | None,
    company: str,
    sheet: str | None,
    as_json: bool,
    language: str,
) -> int:
    """Read FILE and write it to OUT: byte for byte, or in another format.

    FILE may be - for standard input. LAYOUT is semicolon, fixed-88, tab-11 or a TOML file.
    With --to, all that OUT does not say as FILE does is listed, and the exit code is 1.
    """
    from .conversion import conversion_row, convert_file
    from .files import STANDARD_INPUT

    if out == STANDARD_INPUT:
        raise click.UsageError("OUT is the name of a file: it appears whole or not at all")
    with show.working("Converting..."):
        done = convert_file(
            file,
            out,
            target=target,
            layout=layout,
            company=company,
            sheet=sheet,
            language="fr" if language == "fr" else "en",
        )
    with output():
        if as_json:
            _print_json(conversion_row(done))
        else:
            show.conversion(out, done)
    return FAULTY if done.losses else GOOD


@cli.command()
@click.argument("code", required=False)
@click.option("--all", "everything", is_flag=True, help="Explain every code.")
@_JSON
@_LANGUAGE
@_told()
def explain(code: str | None, *, everything: bool, as_json: bool, language: str) -> int:
    """Say what a code such as SC-TAX-UNKNOWN means, and what to do about it."""
    from .explain import explained

    if not code and not everything:
        raise click.UsageError("name a CODE, or ask for --all")
    rules = explained(None if everything else code, language)
    with output():
        if as_json:
            _print_json(rules if everything else rules[0])
        else:
            show.rules(rules)
    return GOOD


@cli.command()
@click.argument("product", type=click.Choice(["sage100", "accounting", "intacct"]))
@click.option(
    "--profile",
    metavar="NAME",
    help="Whose values to show: a table of sage_connect.toml; of sage100 a workspace.",
)
@click.option(
    "--check", "looks", is_flag=True, help="Connect, and say which steps are done."
)
@_JSON
@_LANGUAGE
@_told()
def guide(
    product: "Guided", *, profile: str | None, looks: bool, as_json: bool, language: str
) -> int:
    """Print the steps to set PRODUCT up: where on screen, what to enter, how to verify.

    With --check the exit code is 1 when a step is not done.
    """
    from .guide import guide_of, rows, told

    if looks and profile is None:
        raise click.UsageError("--check needs a --profile to connect with")
    steps = told(product, profile, language, looks=looks)
    with output():
        if as_json:
            _print_json(rows(steps, language))
        else:
            show.guide(guide_of(product).product, steps, language)
    return FAULTY if any(one.findings for one in steps) else GOOD


@cli.command()
@click.argument("product", type=click.Choice(["accounting", "intacct"]))
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="Where to listen; a free port by default.",
)
@click.option(
    "--country",
    type=click.Choice(["gb", "ie", "ca"]),
    default="gb",
    show_default=True,
    help="Of the business in Sage Accounting.",
)
@click.option(
    "--edition",
    type=click.Choice(["plus", "standard", "start"]),
    default="plus",
    show_default=True,
    help="What the business in Sage Accounting has subscribed to.",
)
@click.option(
    "--seed",
    type=click.Choice(["demo", "empty", "none"]),
    default="demo",
    show_default=True,
    help="What is there at the start; none: a user of Sage Accounting without a business.",
)
@click.option(
    "--businesses",
    type=click.IntRange(1, 100),
    default=1,
    show_default=True,
    help="How many the user of Sage Accounting sees.",
)
@click.option(
    "--state",
    type=click.Path(dir_okay=False),
    default="",
    help="File that keeps everything for the next time.",
)
@_told()
def simulate(product: str, **options: Any) -> int:
    """Run a simulator of PRODUCT on this machine until it is stopped.

    One line of JSON tells where it is and what a client needs. Nothing is sent anywhere.
    """
    from .simulate import serve

    if product == "intacct":
        for name in ("country", "edition", "businesses"):
            context = click.get_current_context()
            if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
                raise click.UsageError(f"--{name} is an option of accounting.")
            del options[name]
    return serve(product, options)


@cli.command()
@click.option(
    "--to",
    "product",
    type=click.Choice(["sage100", "accounting", "intacct", "all"]),
    default="sage100",
    show_default=True,
    help="Which product is simulated; all: one after the other, and one report.",
)
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    show_default="sage-connect-demo, or sage-connect-demo-PRODUCT",
    help="Where the demo company lives.",
)
@_LANGUAGE
@_told()
def demo(product: "Product | Literal['all']", folder: Path | None, language: str) -> int:
    """Post a month of an invented company's books, and explain what is refused.

    Nothing leaves this machine. A second run posts nothing twice.
    """
    from .demo import PRODUCTS, run_demo, write_overview

    place = folder or Path(_DEMOS[product])
    if product == "all":
        results: list[Demo] = []
        for one in PRODUCTS:
            with show.working(f"Posting a month of books to {one}..."):
                results.append(run_demo(place / one, language=language, product=one))
            with output():
                show.demo(results[-1], brief=True)
        overview = write_overview(place, results)
        with output():
            show.overview(overview)
        return GOOD if all(one.good for one in results) else FAULTY
    with show.working("Posting a month of books..."):
        result = run_demo(place, language=language, product=product)
    with output():
        show.demo(result)
    return GOOD if result.good else FAULTY


@cli.group()
def auth() -> None:
    """Sign in to a product as a person, see how the sign-in is, or sign out."""


@auth.command("accounting")
@click.option(
    "--profile",
    "name",
    metavar="NAME",
    help="Of a table of sage_connect.toml, which then says all the rest.",
)
@click.option(
    "--client-id",
    envvar="SAGE_CONNECT_CLIENT_ID",
    show_envvar=True,
    help="Of the app, as registered with Sage.",
)
@click.option(
    "--redirect-uri",
    metavar="URL",
    default="http://localhost:8080/callback",
    show_default=True,
    help="On this machine; registered with Sage, letter by letter.",
)
@click.option("--country", default="", help="ca, gb or ie; by default the person chooses.")
@click.option("--locale", default="", help="Language of Sage's page, such as en-GB.")
@click.option(
    "--tokens",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("~/.sage_connect/tokens"),
    show_default=True,
    help="Where the sign-in rests.",
)
@click.option("--user", default="", help="Whose, where the folder keeps several.")
@click.option("--no-browser", is_flag=True, help="Print the address, and open nothing.")
@click.option("--status", is_flag=True, help="Say how the sign-in is; ask nobody.")
@click.option("--revoke", is_flag=True, help="Erase the sign-in, and tell Sage.")
@click.option("--base-url", metavar="URL", help="Another API, such as a simulator's.")
@click.option("--authorize-url", metavar="URL", help="Its page for signing in.")
@click.option("--token-url", metavar="URL", help="Its address for tokens.")
@click.option("--revoke-url", metavar="URL", help="Its address for revoking.")
@_JSON
@_told()
def auth_accounting(
    *,
    name: str | None,
    client_id: str | None,
    redirect_uri: str,
    country: str,
    locale: str,
    folder: Path,
    user: str,
    no_browser: bool,
    status: bool,
    revoke: bool,
    as_json: bool,
    **urls: str | None,
) -> int:
    """Sign in to Sage Accounting on Sage's own page, and keep the sign-in.

    The app's secret is taken from SAGE_CONNECT_CLIENT_SECRET, or asked for. With --status
    the exit code is 1 when the person has to sign in again.
    """
    from ..accounting import App
    from ..accounting.client import profile_named
    from .signing_in import hosts, row, sign_in, sign_out, status_of

    if status and revoke:
        raise click.UsageError("--status and --revoke do not go together")
    if name is not None:
        profile = profile_named(name)
        app, folder, user = profile.app, Path(profile.tokens), profile.user
    elif client_id:
        # Looking at what is here takes no secret.
        secret = "-" if status else _client_secret()
        app = App(client_id, secret, redirect_uri, hosts=hosts(urls))
        folder = folder.expanduser()
    else:
        raise click.UsageError("name the app: --profile or --client-id")
    if status:
        health = status_of(app, folder, user=user)
        with output():
            if as_json:
                _print_json({"state": health.state.value, "reason": health.reason})
            else:
                show.health(health)
        return FAULTY if health.state == "reauth_needed" else GOOD
    if revoke:
        sign_out(app, folder, user=user)
        with output():
            if as_json:
                _print_json({"revoked": True})
            else:
                click.echo("Signed out: erased here, and ended at Sage.")
        return GOOD
    signed_in = sign_in(
        app, folder, user=user, country=country, locale=locale, browser=not no_browser
    )
    with output():
        if as_json:
            _print_json(row(signed_in))
        else:
            show.signed_in(signed_in)
    return GOOD


def _client_secret() -> str:
    """Return the app's secret. No option gives it: others see those of a process."""
    secret = os.environ.get(_SECRET, "")
    if secret:
        return secret
    if sys.stdin is None or not sys.stdin.isatty():  # pyright: ignore[reportUnnecessaryComparison] # closed by the caller
        raise ConfigurationError(
            "the app's client_secret is not given",
            code="SC-SA-CLIENT",
            fix=f"Set {_SECRET} in the environment.",
        )
    asked: str = click.prompt("Client secret", hide_input=True, err=True)
    return asked
