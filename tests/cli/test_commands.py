"""What each command promises: its JSON, its exit code, and nothing else on its output."""

import json
from pathlib import Path

import pytest

from sage_connect.testing.demo import export_bytes

from .conftest import a_customer, a_line, an_invoice, handed_over, run, text

GOOD, FAULTY, UNREADABLE = 0, 1, 2


def test_inspect_says_what_is_in_a_file(folder: Path) -> None:
    export = folder / "exports" / "company.txt"

    found = run("inspect", export, "--json")
    by_hand = run("inspect", "-", "--json", stdin=export.read_bytes())
    told = run("inspect", export)

    whole = json.loads(found.out)
    assert (found.code, whole["format"], whole["version"]) == (GOOD, "flat", 31)
    assert {"debit", "credit", "by_journal"} == set(whole["totals"])
    assert (whole, GOOD) == (json.loads(by_hand.out), by_hand.code)
    assert f"{export}: flat version 31, {whole['records']} records\n" == told.out.decode()


def test_inspect_names_line_and_field_of_a_fault(folder: Path, tmp_path: Path) -> None:
    run("post", "-", "--to", f"sage100:{folder}", stdin=text(an_invoice()))
    (name,) = handed_over(folder)
    content = (folder / "imports" / name).read_bytes()
    damaged = tmp_path / "damaged.txt"
    damaged.write_bytes(content.replace(b"\r\n150926\r\n", b"\r\n150996x\r\n", 1))

    found = run("inspect", damaged, "--json")
    told = run("inspect", damaged)

    whole = json.loads(found.out)
    first = whole["faults"][0]
    assert (found.code, told.code) == (FAULTY, FAULTY)
    assert set(first) == {"severity", "code", "line", "field", "message"}
    assert (first["severity"], first["code"]) == ("error", "SC-FLAT-DATE")
    assert content.split(b"\r\n")[first["line"] - 1] == b"150926"
    assert "(" in first["field"]
    assert whole["totals"]["by_journal"]["VTE"]["debit"] == "120.00"
    place = f"  error SC-FLAT-DATE line {first['line']}, {first['field']}"
    assert place in told.out.decode()


@pytest.mark.parametrize(
    ("content", "kind", "code"),
    [
        (b"PK\x03\x04xl/workbook.xml", "archive", "SC-FILE-KIND"),
        (b"", "empty", "SC-FILE-KIND"),
        (b"%PDF-1.7", "document", "SC-FILE-KIND"),
        (
            b"#VER 31\r\n#MLIB\r\n" + b"x" * 5_000_000,
            "flat",
            "SC-FLAT-TOO-LONG",
        ),
    ],
)
def test_inspect_tells_in_json_what_it_cannot_read(
    content: bytes, kind: str, code: str
) -> None:
    found = run("inspect", "-", "--json", stdin=content)
    told = json.loads(found.out)

    assert (found.code, told["format"]) == (2, kind)
    assert [(one["severity"], one["code"]) for one in told["faults"]] == [("error", code)]
    assert code in found.err


@pytest.mark.parametrize("command", ["inspect", "convert", "check", "post"])
def test_a_file_that_is_not_there_is_told_by_name(
    command: str, folder: Path, tmp_path: Path
) -> None:
    more = {"inspect": (), "convert": (tmp_path / "out",)}
    ended = run(command, "no such.x", *more.get(command, ("--to", f"sage100:{folder}")))

    assert (ended.code, ended.out) == (UNREADABLE, b"")
    assert "cannot read no such.x: there is no such file or folder." in ended.err
    assert "Correct the path" in ended.err


def test_convert_rewrites_byte_for_byte(tmp_path: Path) -> None:
    source, out = tmp_path / "a.txt", tmp_path / "b.txt"
    # What a careful writer would not leave: mixed line ends, a foreign flag, a tail.
    content = export_bytes().replace(b"\r\n", b"\n", 7) + b"\r\n#ODD\r\n\x00\xff tail"
    source.write_bytes(content)

    ended = run("convert", source, out)
    piped = run("convert", "-", tmp_path / "c.txt", stdin=content)
    over = run("convert", source, source)

    assert [ended.code, piped.code, over.code] == [GOOD] * 3
    assert {content} == {file.read_bytes() for file in tmp_path.iterdir()}
    assert f"{len(content)} bytes" in ended.out.decode()


def test_convert_writes_nothing_when_it_cannot_read(tmp_path: Path) -> None:
    out = tmp_path / "kept.txt"
    out.write_bytes(b"what stood there")

    ended = run("convert", "-", out, stdin=b"PK\x03\x04 archive")
    nowhere = run("convert", "-", "-", stdin=export_bytes())

    assert (ended.code, nowhere.code) == (UNREADABLE, UNREADABLE)
    assert "SC-FILE-KIND: The file is a ZIP archive. Unpack it" in ended.err
    assert out.read_bytes() == b"what stood there"
    assert "OUT is the name of a file" in nowhere.err


def test_check_judges_each_document_and_writes_nothing(folder: Path) -> None:
    documents = text(an_invoice(), an_invoice("FA2", party="NOBODY"))
    before = sorted(folder.rglob("*"))

    ended = run("check", "-", "--to", f"sage100:{folder}", "--json", stdin=documents)

    assert (ended.code, ended.states) == (FAULTY, ["ACCEPTED", "REFUSED"])
    assert ended.codes == [[], ["SC-INV-CONTACT-NOT-IN-SAGE"]]
    assert {"number", "state", "key", "id", "findings"} == set(ended.rows[0])
    assert ("", before) == (ended.err, sorted(folder.rglob("*")))


def test_post_hands_over_once_under_the_keys_that_check_told(folder: Path) -> None:
    documents = text(a_customer("NEUF"), an_invoice(party="NEUF"), an_invoice("FA2"))
    to = ("--to", f"sage100:{folder}", "--json")

    checked = run("check", "-", *to, stdin=documents)
    posted = run("post", "-", *to, stdin=documents)
    again = run("post", "-", *to, stdin=text(a_customer("NEUF"), an_invoice("FA2")))

    assert (posted.code, posted.states) == (GOOD, ["HANDED_OVER"] * 3)
    assert (again.code, again.states) == (GOOD, ["UNCHANGED"] * 2)
    assert [row["key"] for row in checked.rows] == [row["key"] for row in posted.rows]
    assert [row["id"] for row in posted.rows] == ["NEUF", "FA1", "FA2"]
    assert len(handed_over(folder)) == 1


@pytest.mark.requirement("S34")
def test_no_document_is_no_work(folder: Path) -> None:
    ended = run("post", "-", "--to", f"sage100:{folder}", "--json", stdin=b"[]")

    assert (ended.code, ended.rows, handed_over(folder)) == (GOOD, [], [])


def test_a_setting_that_leaves_a_document_out_is_no_failure(folder: Path) -> None:
    early = text(an_invoice(date="2026-08-31"))

    ended = run("post", "-", "--to", f"sage100:{folder}", "--json", stdin=early)

    assert (ended.code, ended.states, handed_over(folder)) == (GOOD, ["SKIPPED"], [])


def test_a_changed_document_is_refused_under_its_old_key(folder: Path) -> None:
    to = ("--to", f"sage100:{folder}", "--json")
    run("post", "-", *to, stdin=text(an_invoice()))

    changed = run("post", "-", *to, stdin=text(an_invoice(lines=[a_line(unit_price="9")])))

    assert (changed.code, changed.codes) == (FAULTY, [["SC-KEY-CONFLICT"]])
    assert len(handed_over(folder)) == 1


def test_documents_may_be_json_ndjson_or_a_table(folder: Path, tmp_path: Path) -> None:
    header = "type;number;date;party;currency;lines.description;lines.unit_price"
    row = "sales_invoice;FA3;2026-09-15;DUPONT;EUR;Étude;100.00;706000;C20;20"
    table = f"{header};lines.account;lines.taxes.code;lines.taxes.rate\r\n{row}\r\n"
    files = {
        "one.json": json.dumps(an_invoice("FA1"), indent=2).encode(),
        "two.ndjson": text(an_invoice("FA2"))[1:-1] + b"\r\n\r\n",
        "three.csv": b"\xef\xbb\xbf" + table.encode(),
    }
    states: list[str] = []
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
        ended = run("check", name, "--to", f"sage100:{folder}", "--json", cwd=tmp_path)
        states += ended.states

    assert states == ["ACCEPTED"] * 3


def test_explain_knows_every_code_that_is_shown() -> None:
    english = run("explain", "--all", "--json")
    french = run("explain", "--all", "--json", "--language", "fr")
    one = run("explain", "sc-flat-no-end")
    near = run("explain", "SC-TAX-UNKNWN")

    rows = json.loads(english.out)
    codes = [row["code"] for row in rows]
    wanted = {"SC-DOC-UNREADABLE", "SC-S100-REGISTRY", "SC-FILE-KIND", "SC-TAX-UNKNOWN"}
    wanted |= {"SC-SA-COUNTRY", "SC-SA-THROTTLED"}
    assert wanted | set(codes) == set(codes)
    assert codes == [row["code"] for row in json.loads(french.out)]
    assert all(row["message"] and row["fix"] and row["title"] for row in rows)
    assert (one.code, one.out[:14]) == (GOOD, b"SC-FLAT-NO-END")
    assert (near.code, "Did you mean SC-TAX-UNKNOWN" in near.err) == (UNREADABLE, True)


def test_explain_tells_one_code_to_a_program() -> None:
    ended = run("explain", "SC-DOC-UNREADABLE", "--json", "--language", "fr")

    told = json.loads(ended.out)
    assert told["code"] == "SC-DOC-UNREADABLE"
    assert told["message"].endswith("(détail en anglais)\u00a0: {error}")
    assert "document" in told["fix"]


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("nosuch",),
        ("check",),
        ("check", "x"),
        ("check", "x", "--to", "y", "--odd"),
        ("explain",),
        ("post", "x", "--to", "memory:", "--language", "de"),
    ],
)
def test_wrong_usage_is_told_with_help(arguments: tuple[str, ...]) -> None:
    ended = run(*arguments)

    assert (ended.code, ended.out, "Usage:" in ended.err) == (UNREADABLE, b"", True)


@pytest.mark.parametrize("target", ["", "sage100", "sage:x", "sage100:", "sage100:nowhere"])
def test_an_unknown_target_is_told_with_those_there_are(
    target: str, tmp_path: Path
) -> None:
    ended = run("check", "-", "--to", target, stdin=text(an_invoice()), cwd=tmp_path)

    assert (ended.code, ended.out) == (UNREADABLE, b"")
    assert "sage100" in ended.err or "Make the folder" in ended.err


def test_the_demo_posts_a_month_and_a_second_run_nothing(tmp_path: Path) -> None:
    first = run("demo", "--folder", "mon dossier", cwd=tmp_path)
    before = (tmp_path / "mon dossier" / "company" / "imports").iterdir()
    second = run("demo", "--folder", "mon dossier", cwd=tmp_path, env={"LC_ALL": "C"})

    assert (first.code, second.code) == (GOOD, GOOD)
    assert len(list(before)) == 1
    assert "HANDED_OVER" in first.out.decode()
    assert "HANDED_OVER" not in second.out.decode("utf-8", "replace")
    assert (tmp_path / "mon dossier" / "report.html").is_file()
