"""Every link of the built site leads somewhere, whoever wrote it."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from lxml import etree, html

HOME = "http://site/"
ATTRIBUTES = ("href", "src", "poster", "data-src")


def test_every_link_within_the_site_leads_somewhere(site: Path) -> None:
    links = {
        (page, link)
        for page in sorted(site.rglob("*.html"))
        for link in _links(page)
        if not urlsplit(link).scheme
    }

    lost = [
        f"{page.relative_to(site)}: {link}"
        for page, link in links
        if _lost(site, page, link)
    ]

    assert sorted(lost) == []
    assert len(links) > 5000


def test_everything_that_the_search_finds_is_there(site: Path) -> None:
    index = json.loads((site / "search" / "search_index.json").read_text("utf-8"))
    places = [one["location"] for one in index["docs"]]

    lost = [place for place in places if _lost(site, site / "index.html", place)]

    assert lost == []
    assert len(places) > 1000


def _links(page: Path) -> Iterator[str]:
    for element in _tree(page).iter(etree.Element):
        for name in ATTRIBUTES:
            if (link := element.get(name)) is not None:
                yield link
        for candidate in (element.get("srcset") or "").split(","):
            if words := candidate.split():
                yield words[0]


def _lost(site: Path, page: Path, link: str) -> bool:
    # Where the site is served from is not known: only 404.html has links from its root.
    at = HOME + page.relative_to(site).as_posix().removesuffix("index.html")
    address, fragment = urldefrag(urljoin(at, link))
    target = site / unquote(urlsplit(address).path).lstrip("/")
    if address.endswith("/"):
        target /= "index.html"
    if not address.startswith(HOME) or not target.is_file():
        return True
    return (
        bool(fragment)
        and target.suffix == ".html"
        and unquote(fragment) not in _ids(target)
    )


@cache
def _ids(page: Path) -> frozenset[str]:
    return frozenset(map(str, _tree(page).xpath("//@id | //a/@name")))


@cache
def _tree(page: Path) -> html.HtmlElement:
    return html.fromstring(page.read_bytes())
