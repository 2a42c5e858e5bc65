"""The site and the report of the demo, as somebody reads them in a browser.

Chromium is the machine's own: `CHROMIUM` names it, or it is on the path. It reaches this
machine alone. What a page asks for elsewhere, and what it writes to the console, fails the
test that opened it.
"""

import os
import re
import shutil
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal, TypeAlias

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    expect,
    sync_playwright,
)

from sage_connect.targets import every_rule
from sage_connect.validation import describe

ROOT = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
POSTED = ("CREATED", "HANDED_OVER")

Scheme: TypeAlias = Literal["light", "dark"]
Open: TypeAlias = Callable[..., Page]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip("no Chromium on the path, nor one that CHROMIUM names")
    alone = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=[alone])
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium: Browser) -> Iterator[Open]:
    """Opens pages; at the end, none of them may have complained or looked elsewhere."""
    complaints: list[str] = []
    contexts = []

    def opened(url: str, *, scheme: Scheme = "light", width: int = 1280) -> Page:
        context = chromium.new_context(
            color_scheme=scheme, viewport={"width": width, "height": 900}
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        home = re.match(r"file:/|http://127\.0\.0\.1:\d+/", url)
        assert home is not None

        def asked(at: str) -> None:
            if not at.startswith((home[0], "data:", "blob:")):
                complaints.append(f"{url} asked for {at}")

        def failed(request: Request) -> None:
            # What is still on its way when the reader leaves the page is no fault.
            if request.failure != "net::ERR_ABORTED":
                complaints.append(f"{request.url}: {request.failure}")

        def said(line: ConsoleMessage) -> None:
            if line.type == "error":
                complaints.append(f"{line.page and line.page.url}: {line.text}")

        context.on("request", lambda request: asked(request.url))
        context.on("requestfailed", failed)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", said)
        page.goto(url)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing: what is missing shows in the browser."""


@pytest.fixture(scope="module")
def home(site: Path) -> Iterator[str]:
    """Where the site is served."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("typed", "at", "read"),
    [
        ("SC-CURRENCY-UNKNOWN", "reference/rules/#sc-currency-unknown", "h3"),
        ("lettrage", "glossary/", "td"),
    ],
)
def test_the_search_finds_a_word_and_leads_to_it(
    typed: str, at: str, read: str, home: str, opened: Open
) -> None:
    page = opened(home)
    _search(page, typed)

    page.locator(f".md-search-result__link[href^='{home}{at}']").click()

    page.wait_for_url(home + at)
    found = page.locator(f"article {read}", has_text=re.compile(typed, re.IGNORECASE))
    expect(found.first).to_be_visible()


def test_the_search_says_when_a_word_stands_nowhere(home: str, opened: Open) -> None:
    page = opened(home)
    _search(page, "qqxyzzy")

    expect(page.locator(".md-search-result__meta")).to_have_text("No matching documents")


def test_tabs_and_links_lead_from_home_to_the_tutorial_and_to_a_how_to(
    home: str, opened: Open
) -> None:
    page = opened(home)
    tabs = page.get_by_role("navigation", name="Tabs")

    tabs.get_by_role("link", name="Tutorial").click()
    expect(_heading(page)).to_contain_text("Your first invoice")
    page.get_by_role("link", name="setting up a workspace").click()
    expect(_heading(page)).to_contain_text("Set up a Sage 100 workspace")
    tabs.get_by_role("link", name="How to").click()
    page.locator(".md-sidebar").get_by_role(
        "link", name="Connect to Sage Accounting"
    ).click()
    expect(_heading(page)).to_contain_text("Connect to Sage Accounting")


def test_the_footer_leads_on_and_back(home: str, opened: Open) -> None:
    page = opened(f"{home}how-to/accounting-connect/")

    page.get_by_role("link", name="Next: Post a first invoice to Sage Accounting").click()
    expect(_heading(page)).to_contain_text("Post a first invoice to Sage Accounting")
    page.get_by_role("link", name="Previous: Connect to Sage Accounting").click()
    expect(_heading(page)).to_contain_text("Connect to Sage Accounting")


def test_on_a_telephone_the_menu_leads_to_a_how_to(home: str, opened: Open) -> None:
    page = opened(home, width=390)
    menu = page.locator(".md-sidebar--primary")

    page.locator(".md-header__button[for=__drawer]").click()
    for name in ("How to", "Sage Intacct"):
        menu.locator("label.md-nav__link", has_text=re.compile(rf"^\s*{name}\s*$")).click()
    menu.get_by_role("link", name="Connect to Sage Intacct").click()

    expect(_heading(page)).to_contain_text("Connect to Sage Intacct")


def test_a_rule_is_read_at_its_anchor_with_its_source(home: str, opened: Open) -> None:
    code = "SC-S100-FOLDER-IN-USE"
    english, french = (
        describe(every_rule(), language, code=code)[0] for language in ("en", "fr")
    )
    page = opened(f"{home}reference/rules/#{code.lower()}")

    heading = page.locator(f"#{code.lower()}")
    expect(heading).to_be_in_viewport()
    expect(_after(heading, 1)).to_contain_text(french["title"])
    facts = _after(heading, 2)
    expect(facts).to_contain_text(english["severity"])
    for told in (english, french):
        expect(_after(heading, 3)).to_contain_text(
            f"{_shown(told['message'])} {_shown(told['fix'])}"
        )
    facts.get_by_role("link", name=english["mark"], exact=True).click()
    page.wait_for_url("**/sources/#*")
    expect(page.locator(f"[id='{page.url.partition('#')[2]}']")).to_be_in_viewport()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_reader_chooses_between_light_and_dark(
    scheme: Scheme, home: str, opened: Open
) -> None:
    page = opened(home, scheme=scheme)
    first = _brightness(page)
    page.locator("label[for^=__palette_]:visible").click()
    expect(page.locator("body")).to_have_attribute(
        "data-md-color-scheme", "slate" if scheme == "light" else "default"
    )
    second = _brightness(page)
    page.goto(f"{home}glossary/")
    kept = _brightness(page)

    dark, light = sorted((first, second))
    assert (dark < 60, light > 200) == (True, True)
    assert (first > second) == (scheme == "light")
    assert kept == second


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Counter[str]]]:
    """The page on a demo of all products, and what became of the documents of each."""
    folder = tmp_path_factory.mktemp("demo")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "sage_connect.cli",
            "demo",
            "--to",
            "all",
            "--folder",
            folder,
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "200"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    lines = re.findall(r"business cases: (.*)\.$", done.stdout, re.MULTILINE)
    states = [
        Counter({state: int(number) for number, state in re.findall(r"(\d+) (\w+)", line)})
        for line in lines
    ]
    assert len(states) == 3
    return folder / "report.html", states


def test_the_report_of_the_demo_tells_the_counts_of_the_outcomes(
    demo: tuple[Path, list[Counter[str]]], opened: Open
) -> None:
    report, states = demo
    page = opened(report.as_uri())

    figures = dict(
        zip(
            page.locator(".figures dt").all_inner_texts(),
            map(int, page.locator(".figures dd").all_inner_texts()),
            strict=True,
        )
    )
    rows = [
        list(map(int, row.locator("td").all_inner_texts()[1:5]))
        for row in page.locator("table.entries tr:has(td)").all()
    ]

    assert rows == [
        [
            own.total(),
            posted := sum(own[state] for state in POSTED),
            own.total() - posted - own["SKIPPED"],
            own["SKIPPED"],
        ]
        for own in states
    ]
    assert figures["documents"] == sum(own.total() for own in states)
    assert figures["refused"] == sum(row[2] for row in rows)
    assert figures["left out"] == sum(row[3] for row in rows)


def test_the_filter_of_the_report_shows_as_many_findings_as_it_says(
    demo: tuple[Path, list[Counter[str]]], opened: Open
) -> None:
    page = opened(demo[0].as_uri())
    findings = page.locator(".document li")
    total = findings.count()
    shown: dict[str, int] = {}
    said: dict[str, int] = {}

    for choice in page.locator(".filter label").all():
        name, _, number = choice.inner_text().rpartition(" ")
        choice.click()
        said[name] = int(number)
        shown[name] = page.locator(".document li:visible").count()

    assert shown == said
    assert said["all"] == total == sum(said.values()) - said["all"]
    assert 0 < said["warnings"] < said["errors"] < total
    # No empty card is left where the last choice hides all that is in it.
    cards = page.locator(".document:visible").count()
    assert cards == page.locator(".document:visible:has(li:visible)").count()


def test_the_report_leads_to_that_of_each_product(
    demo: tuple[Path, list[Counter[str]]], opened: Open
) -> None:
    report, states = demo
    page = opened(report.as_uri())
    for name, own in zip(
        ("Sage 100", "Sage Accounting", "Sage Intacct"), states, strict=True
    ):
        page.get_by_role("link", name=name, exact=True).click()
        expect(_heading(page)).to_contain_text(name)
        told = page.locator(".cases table").first.locator("td").all_inner_texts()
        assert {one: str(count) for one, count in own.items()} == dict(
            zip(told[::2], told[1::2], strict=True)
        )
        case = page.locator(".cases details").nth(1)
        expect(case.locator("table")).to_be_hidden()
        case.locator("summary").click()
        expect(case.locator("table")).to_be_visible()
        page.go_back()


def test_the_report_follows_the_reader_in_light_and_dark_and_fits_a_telephone(
    demo: tuple[Path, list[Counter[str]]], opened: Open
) -> None:
    url = demo[0].as_uri()

    assert _brightness(opened(url)) > 200
    narrow = opened(url, scheme="dark", width=390)
    assert _brightness(narrow) < 60
    assert narrow.evaluate("document.documentElement.scrollWidth") == 390


def _search(page: Page, typed: str) -> None:
    box = page.get_by_role("textbox", name="Search")
    box.click()
    # The page listens to keys.
    box.press_sequentially(typed)


def _heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def _after(heading: Locator, nth: int) -> Locator:
    return heading.locator(f"xpath=following-sibling::*[{nth}]")


def _shown(template: str) -> str:
    """Return a sentence as a page shows it; the angles around its values are drawn."""
    return re.sub(r"\{(\w+)(?::\w+)?\}", r"\1", template).strip()


def _brightness(page: Page) -> int:
    """Return how bright the page's paper is, from 0 to 255."""
    colour: Any = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return max(map(int, re.findall(r"\d+", colour)[:3]))
