"""Documents that cannot be: each is told by place, cause and cure, and stops no other."""

import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import a_line, an_invoice, handed_over, run, text

FAULTY, UNREADABLE = 1, 2

PRICE = b'"100.00"'


def _with_price(raw: bytes) -> bytes:
    return json.dumps(an_invoice()).encode().replace(PRICE, raw)


UNREAD: dict[str, tuple[bytes, str, str]] = {
    "unknown field": (text(an_invoice(odd=1))[1:-1], "/odd", 'unknown field "odd"'),
    "misspelt": (text(an_invoice(refrence=""))[1:-1], "/refrence", '"reference"?'),
    "no number of JSON": (_with_price(b"NaN"), "/lines/0/unit_price", "NaN is no number"),
    "beyond reason": (_with_price(b"1e400"), "/lines/0/unit_price", "1E+400"),
    "beyond reach": (_with_price(b"1e9999999999999999999"), "/lines/0/unit_price", "expon"),
    "endless": (_with_price(b"9" * 5000), "/lines/0/unit_price", "5000 digits"),
    "comma": (_with_price(b'"1,50"'), "/lines/0/unit_price", '"1.50"'),
    "nested": (_with_price(b"[" * 500 + b"]" * 500), "/lines/0/unit_price", "found a list"),
    "twice": (text(an_invoice())[1:-2] + b',"date":"2026-09-16"}', "/date", "stands twice"),
    "wrong types": (
        text(an_invoice(date=3, lines={}))[1:-1],
        "/date",
        "/lines: expected a",
    ),
    "no such day": (text(an_invoice(date="2026-02-30"))[1:-1], "/date", "day of the calen"),
    "other day": (text(an_invoice(date="15/09/2026"))[1:-1], "/date", "as 2026-10-31"),
    "half a character": (text(an_invoice("\ud800"))[1:-1], "/number", "U+D800"),
    "no object": (b"null", "", "found null"),
    "no type": (b"{}", "/type", "this field is missing"),
    "other type": (b'{"type": "sales_invoce"}', "/type", '"sales_invoice"?'),
    "cut off": (text(an_invoice())[1:60], "", "this is no JSON"),
    "no UTF-8": (text(an_invoice("X"))[1:-1].replace(b'"X"', b'"\xe9"'), "", "0xE9"),
    "too long": (text(an_invoice(notes="x" * 10_000_000))[1:-1], "", "more than 10000000"),
}


def test_a_document_that_cannot_be_read_stops_no_other(folder: Path) -> None:
    lines = [one for one, _, _ in UNREAD.values()]
    content = b"\n".join([text(an_invoice())[1:-1], *lines, text(an_invoice("FA2"))[1:-1]])
    # A file whose second line is cut off, or null, has to be named NDJSON.
    (folder.parent / "many.ndjson").write_bytes(content)

    ended = run(
        *("post", "many.ndjson", "--to", f"sage100:{folder}", "--json"), cwd=folder.parent
    )

    assert (ended.code, ended.err) == (FAULTY, "")
    first, *unread, last = ended.rows
    assert (first["state"], last["state"]) == ("HANDED_OVER", "HANDED_OVER")
    for at, (name, (_, path, words)) in enumerate(UNREAD.items()):
        (finding,) = unread[at]["findings"]
        assert (name, unread[at]["state"]) == (name, "REFUSED")
        assert (name, finding["code"]) == (name, "SC-DOC-UNREADABLE")
        assert (name, finding["path"]) == (name, path)
        assert words in finding["message"], name
        assert f"line {at + 2}" in finding["message"], name
        assert len(finding["message"]) < 2000, name
        assert finding["fix"], name
    assert len(handed_over(folder)) == 1


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "absurd": ({"lines": [a_line(unit_price="9" * 29)]}, "SC-AMOUNT-RANGE"),
    "product absurd": (
        {"lines": [a_line(unit_price="9" * 29, quantity="9" * 29)]},
        "SC-AMOUNT-RANGE",
    ),
    "too large for its field": (
        {"lines": [a_line(unit_price="9" * 12)]},
        "SC-S100-AMOUNT-RANGE",
    ),
    "nothing": ({"lines": [a_line(unit_price="0")]}, "SC-S100-ZERO-PIECE"),
    "below zero": ({"lines": [a_line(unit_price="-5")]}, "SC-INV-NEGATIVE-TOTAL"),
    "far future": ({"date": "9999-12-31"}, "SC-S100-DATE"),
    "no party": ({"party": ""}, "SC-CUST-CODE-MISSING"),
    "party in small letters": ({"party": "dupont"}, "SC-S100-THIRD-PARTY-CODE"),
    "control character": ({"number": "A\0B"}, "SC-TEXT-CONTROL"),
    "line break": ({"number": "A\r\n#FIN"}, "SC-TEXT-CONTROL"),
    "no character of Sage": (
        {"lines": [a_line(description="\U0001f600")]},
        "SC-S100-TEXT-ENCODING",
    ),
}


@pytest.mark.requirement("S25")
def test_what_can_be_read_and_not_be_posted_is_refused_alone(folder: Path) -> None:
    documents = [
        an_invoice(**{"number": f"R{at}", **changes})
        for at, (changes, _) in enumerate(REFUSED.values())
    ]

    ended = run(
        *("post", "-", "--to", f"sage100:{folder}", "--json"),
        stdin=text(*documents, an_invoice()),
    )

    assert (ended.code, ended.states) == (
        FAULTY,
        ["REFUSED"] * len(documents) + ["HANDED_OVER"],
    )
    for (name, (_, code)), found in zip(REFUSED.items(), ended.codes, strict=False):
        assert code in found, name
    assert all(
        one["message"] and one["fix"] for row in ended.rows for one in row["findings"]
    )


WHOLE = {
    "garbage": (bytes(range(128, 256)), "is not UTF-8"),
    "empty": (b"", "the file is empty"),
    "blank": (b" \r\n ", "the file is empty"),
    "UTF-16": (json.dumps(an_invoice()).encode("utf-16"), "UTF-16"),
    "byte order mark": (b"\xef\xbb\xbf" + text(an_invoice()), "byte order mark"),
    "Latin-1": (b'[{"number": "\xe9"}]', "byte 0xE9 at column 14 is not UTF-8"),
    "cut off": (text(an_invoice())[:-5], "this is no JSON"),
    "two values": (text(an_invoice()) + b" x", "expected the end of the file"),
    "deep": (b"[" * 100_000, "nested too deeply"),
    "unknown column": (b"type,number,odd\nsales_invoice,F1,x\n", 'unknown column "odd"'),
    "column twice": (b"type,number,number\n", 'column "number" stands twice'),
    "no heading": (b"sales_invoice;FA9\r\n", "unknown column"),
    "open quote": (b'type,number\nsales_invoice,"F\n', "line 2: this is no CSV"),
    "a FEC": (b"JournalCode\tJournalLib\tEcritureNum\r\n", 'column "JournalCode"'),
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_file_that_cannot_be_read_posts_nothing(name: str, folder: Path) -> None:
    content, words = WHOLE[name]

    ended = run("post", "-", "--to", f"sage100:{folder}", "--json", stdin=content)

    assert (ended.code, ended.out) == (UNREADABLE, b"")
    assert words in ended.err
    assert "standard input" in ended.err
    assert (handed_over(folder), (folder / "state").exists()) == ([], False)


def test_rows_of_a_table_that_do_not_fit_stop_no_other(folder: Path) -> None:
    heading = (
        "type,number,date,party,currency,lines.description,lines.unit_price,"
        "lines.account,lines.taxes.code,lines.taxes.rate"
    )
    rows = (
        "sales_invoice,FA1,2026-09-15,DUPONT,EUR,a,100.00,706000,C20,20",
        "sales_invoice,FA2,2026-09-15",
        "sales_invoice,FA3,2026-09-15,DUPONT,EUR,b,one,706000,C20,20",
    )

    ended = run(
        *("post", "-", "--to", f"sage100:{folder}", "--json"),
        stdin="\r\n".join((heading, *rows)).encode(),
    )

    assert ended.states == ["HANDED_OVER", "REFUSED", "REFUSED"]
    messages = [row["findings"][0]["message"] for row in ended.rows[1:]]
    assert "line 3: 3 cells in this row, where the first row has 10" in messages[0]
    assert "line 4: /lines/0/unit_price: expected decimal text" in messages[1]
