"""XML made to harm: refused at once, in little memory, with an error of ours."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sage_connect.errors import BrokenReplyError
from sage_connect.intacct.wire.reply import parse_reply, reply_of
from sage_connect.intacct.wire.xml import MOST_TAGS, read_tree

from .answers import answer, record, result

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
LAUGHS = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10))
LONG = "a" * 50_000
HOSTILE = {
    "external entity": f'{HEAD}<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>',
    "external type": f'{HEAD}<!DOCTYPE r SYSTEM "http://127.0.0.1:9/r.dtd"><r/>',
    "parameter entity": '<!DOCTYPE r [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]><r/>',
    "billion laughs": f'<!DOCTYPE r [<!ENTITY l0 "ha">{LAUGHS}]><r>&l9;</r>',
    "quadratic blow-up": f'<!DOCTYPE r [<!ENTITY a "{LONG}">]><r>{"&a;" * 50_000}</r>',
    "default attributes": '<!DOCTYPE r [<!ATTLIST r a CDATA "x">]><r/>',
    "a type after a comment": f"{HEAD}<!-- --><?x y?>\n<!doctype r []><r/>",
    "HTML": "<!DOCTYPE html><html><body>Service unavailable</body></html>",
    "an entity of nobody": "<response>&nbsp;</response>",
    "deep nesting": "<response>" + "<a>" * 1_000_000,
    "huge text": f"<response>{'x' * 20_000_000}</response>",
    "huge section": f"<response><![CDATA[{'x' * 20_000_000}]]></response>",
    "huge attribute": f'<response a="{"x" * 20_000_000}"/>',
    "huge name": f"<{'r' * 20_000_000}/>",
    "countless elements": f"<response>{'<a/>' * (MOST_TAGS + 1)}</response>",
    "countless comments": f"<response>{'<!---->' * (MOST_TAGS + 1)}</response>",
    "endless prolog": "<!-- -->" * 2_000_000 + "<response/>",
    "endless instructions": "<?x ?>" * 2_000_000 + "<response/>",
    "a type in UTF-7": '<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE r []><r/>',
    "no encoding": '<?xml version="1.0" encoding="x-unknown"?><response/>',
    "cut off": "<response><control><status>succ",
    "two roots": "<response/><response/>",
    "crossed tags": "<response><a></response></a>",
    "illegal character": "<response>\x01</response>",
    "text": "The service is unavailable",
    "JSON": '{"ok": true}',
    "blank": " \n ",
    "nothing": "",
    "a declaration alone": HEAD,
    "a comment alone": "<!-- ",
}
UNREADABLE = {
    "UTF-16": f"{HEAD}<response/>".encode("utf-16"),
    "UTF-16 without a mark": f"{HEAD}<response/>".encode("utf-16-be"),
    "EBCDIC": f"{HEAD}<response/>".encode("cp037"),
    "bytes that are no UTF-8": b"<response>\xe9</response>",
}
BODIES = {name: text.encode() for name, text in HOSTILE.items()} | UNREADABLE


def pieces(body: bytes) -> Iterator[bytes]:
    for at in range(0, len(body), 65_536):
        yield body[at : at + 65_536]


def streamed(body: bytes) -> object:
    return list(reply_of(pieces(body)))


@pytest.mark.parametrize("read", [parse_reply, read_tree, streamed])
@pytest.mark.parametrize("name", BODIES)
def test_what_is_no_answer_is_refused_at_once(
    name: str, read: Callable[[bytes], object]
) -> None:
    began = time.process_time()

    with pytest.raises(BrokenReplyError) as caught:
        read(BODIES[name])

    assert time.process_time() - began < 3
    assert len(str(caught.value)) < 300
    assert "root:" not in str(caught.value)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="asks Linux")
@pytest.mark.parametrize("way", ["whole", "in pieces"])
def test_an_answer_of_countless_parts_takes_bounded_memory(way: str) -> None:
    script = f"""
from sage_connect.errors import BrokenReplyError
from sage_connect.intacct.wire.reply import parse_reply, reply_of
def endless():
    yield b"<response>"
    while True:
        yield b"<a>" + b"<b>text</b>" * 5000
        yield b"</a>"
try:
    if {way!r} == "whole":
        parse_reply(b"<response>" + b"<a><b>text</b></a>" * 12_000_000)
    else:
        list(reply_of(endless()))
except BrokenReplyError:
    print(open("/proc/self/status").read().split("VmHWM:")[1].split()[0])
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, timeout=60
    )

    assert int(done.stdout) / 1024 < 600


def test_what_an_answer_may_hold_is_no_attack() -> None:
    rows = "".join(record("CUSTOMER", NAME=f"No {at} & sons <Ltd>") for at in range(3))
    body = answer(result(rows, listtype="CUSTOMER")).replace(
        b"<response>", b'<!-- by a proxy --><?x y?>\n<response xmlns:xi="urn:x">'
    )

    for given in (body, b"\n " + body, b"\xef\xbb\xbf" + body):
        names = [one["NAME"] for one in parse_reply(given).results[0].records]
        assert names == [f"No {at} & sons <Ltd>" for at in range(3)]


def test_an_include_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("swordfish")
    include = (
        '<NAME xmlns:xi="http://www.w3.org/2001/XInclude">'
        f'<xi:include href="{secret.as_uri()}" parse="text"/></NAME>'
    )

    found = parse_reply(answer(result(f"<CUSTOMER>{include}</CUSTOMER>")))

    assert "swordfish" not in str(found.results[0].records[0].plain())


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "windows-1252"])
def test_an_answer_may_say_its_encoding(encoding: str) -> None:
    body = answer(result(record("CUSTOMER", NAME="Café"))).decode()
    body = body.replace("UTF-8", encoding)

    (found,) = parse_reply(body.encode(encoding)).results[0].records

    assert found["NAME"] == "Café"


def test_a_tree_can_be_had_of_what_is_no_answer() -> None:
    root = read_tree(b"<!-- of a policy --><callback><id>7</id></callback>")

    assert (root.tag, root.findtext("id")) == ("callback", "7")
