"""Terminals, pipes, disks and people that do not behave."""

import codecs
import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from .conftest import SOURCE, Ended, a_line, an_invoice, command, handed_over, run, text

GOOD, FAULTY, UNREADABLE, UNKNOWN = 0, 1, 2, 3
POSIX_ONLY = pytest.mark.skipif(sys.platform == "win32", reason="a device of POSIX")
ODD = an_invoice("FÉ1", party="Société “Œuvre”")


@pytest.mark.parametrize(
    "env",
    [
        {"PYTHONIOENCODING": "ascii", "TERM": "dumb"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"FORCE_COLOR": "1", "COLUMNS": "20"},
    ],
    ids=["ascii", "C", "narrow"],
)
def test_no_terminal_is_too_poor_for_a_message(env: dict[str, str], folder: Path) -> None:
    to = ("--to", f"sage100:{folder}", "--language", "fr")

    told = run("check", "-", *to, stdin=text(ODD), env=env)
    for_a_program = run("check", "-", *to, "--json", stdin=text(ODD), env=env)

    assert (told.code, for_a_program.code) == (FAULTY, FAULTY)
    assert b"SC-INV-CONTACT-NOT-IN-SAGE" in told.out
    assert for_a_program.out.isascii()
    assert for_a_program.rows[0]["number"] == "FÉ1"


def test_findings_are_short_blocks_within_the_terminal(folder: Path) -> None:
    documents = text(ODD, an_invoice("FA2", lines=[a_line(account="799999")]))

    told = run(
        *("check", "-", "--to", f"sage100:{folder}"), stdin=documents, env={"COLUMNS": "80"}
    )

    lines = told.out.decode().splitlines()
    assert lines[0] == "FÉ1"
    assert lines[1] == "  error SC-INV-CONTACT-NOT-IN-SAGE third party"
    assert "FA2" in lines
    assert max(map(len, lines)) <= 80
    assert lines[-1] == "      2 REFUSED"
    assert [line.rstrip() for line in lines] == lines


def test_a_text_without_end_does_not_flood_the_terminal(folder: Path) -> None:
    documents = text(an_invoice(reference="x" * 100_000))

    told = run("check", "-", "--to", f"sage100:{folder}", stdin=documents)

    assert told.code == FAULTY
    assert len(told.out) < 5000


def test_of_very_many_findings_the_first_are_shown(folder: Path) -> None:
    documents = text(*(an_invoice(f"FA{at}", party="NOBODY") for at in range(300)))

    told = run("check", "-", "--to", f"sage100:{folder}", stdin=documents)

    assert "... and 100 more; --report FILE.html has them all" in told.out.decode()
    assert "    300 REFUSED" in told.out.decode()


def test_a_posted_file_is_named_for_the_one_who_imports_it(folder: Path) -> None:
    told = run("post", "-", "--to", f"sage100:{folder}", stdin=text(an_invoice()))
    again = run("post", "-", "--to", f"sage100:{folder}", stdin=text(an_invoice()))

    (name,) = handed_over(folder)
    assert f"For Sage to import: {name}" in told.out.decode()
    assert name not in again.out.decode()


@POSIX_ONLY
def test_who_stops_reading_early_changes_no_exit_code(folder: Path) -> None:
    documents = text(*(an_invoice(f"FA{at}") for at in range(300)), ODD)
    reading, writing = os.pipe()
    os.close(reading)
    try:
        ended = run(
            *("post", "-", "--to", f"sage100:{folder}", "--json"),
            stdin=documents,
            stdout=writing,
        )
        told = run("explain", "--all", stdout=writing)
    finally:
        os.close(writing)

    assert (ended.code, ended.err, len(handed_over(folder))) == (FAULTY, "", 1)
    assert (told.code, told.err) == (GOOD, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_full_disk_under_the_output_is_told(folder: Path) -> None:
    to = ("post", "-", "--to", f"sage100:{folder}", "--json")
    with Path("/dev/full").open("wb") as full:
        ended = run(*to, stdin=text(an_invoice()), stdout=full)
    again = run(*to, stdin=text(an_invoice()))

    assert ended.code == UNREADABLE
    assert "cannot write to standard output: no space is left" in ended.err
    assert again.states == ["UNCHANGED"]


@POSIX_ONLY
def test_closed_streams_stop_nothing(folder: Path) -> None:
    documents = folder.parent / "mes documents.json"
    documents.write_bytes(text(an_invoice()))
    line = f'"$0" -m sage_connect.cli "$@" --to "sage100:{folder}" --json'

    def closed(what: str, name: str | Path) -> int:
        shell = ["sh", "-c", f"exec {line} {what}", sys.executable, "post", str(name)]
        return subprocess.run(shell, check=False, capture_output=True).returncode

    codes = [closed(">&-", documents), closed("2>&-", "no such"), closed("<&-", "-")]

    assert codes == [GOOD, UNREADABLE, UNREADABLE]
    assert len(handed_over(folder)) == 1


def test_it_works_from_another_folder_with_any_name(folder: Path, tmp_path: Path) -> None:
    documents = tmp_path / "mes documents é.json"
    documents.write_bytes(text(an_invoice()))
    report = tmp_path / "un rapport é.html"

    ended = run(
        *("post", documents.name, "--to", f"sage100:{folder.name}", "--json"),
        *("--report", report.name),
        cwd=tmp_path,
        env={"LC_ALL": "C"},
    )

    assert (ended.code, ended.states) == (GOOD, ["HANDED_OVER"])
    assert report.is_file()


def test_a_report_is_written_as_its_name_asks(folder: Path, tmp_path: Path) -> None:
    # The second document cannot be read: positions are still those of the file.
    documents = text(an_invoice(), an_invoice("FA2", odd=1), ODD)

    def report(name: str) -> bytes:
        to = ("--to", f"sage100:{folder}", "--json", "--report", tmp_path / name)
        assert run("check", "-", *to, stdin=documents).code == FAULTY
        return (tmp_path / name).read_bytes()

    rows = list(csv.DictReader(io.StringIO(report("r.csv").decode("utf-8-sig"))))
    whole = json.loads(report("r.JSON"))
    page = report("r.html").decode()

    assert list(dict.fromkeys(row["document"] for row in rows)) == ["#2", "FÉ1"]
    assert list(dict.fromkeys(row["index"] for row in rows)) == ["1", "2"]
    assert rows[0]["message"].endswith("sales_invoice") or "odd" in rows[0]["message"]
    assert (whole["documents"], whole["ok"]) == (3, False)
    assert whole["unchecked"]
    assert "SC-DOC-UNREADABLE" in page
    assert report("r.csv")[:3] == codecs.BOM_UTF8


def test_a_report_that_cannot_be_written_loses_no_result(
    folder: Path, tmp_path: Path
) -> None:
    to = ("post", "-", "--to", f"sage100:{folder}", "--json", "--report")
    (tmp_path / "file").touch()

    ended = run(*to, tmp_path / "file" / "r.html", stdin=text(an_invoice()))
    wrong = run(*to, tmp_path / "r.pdf", stdin=text(an_invoice("FA2")))

    assert (wrong.code, "ends in .html, .csv, .json" in wrong.err) == (2, True)
    assert (ended.code, ended.states) == (UNREADABLE, ["HANDED_OVER"])
    assert "r.html: a part of its path is a file" in ended.err
    assert len(handed_over(folder)) == 1


def test_a_report_never_takes_the_place_of_the_documents(
    folder: Path, tmp_path: Path
) -> None:
    documents = tmp_path / "documents.json"
    documents.write_bytes(text(an_invoice()))

    ended = run("post", documents, "--to", f"sage100:{folder}", "--report", documents)

    assert (UNREADABLE, text(an_invoice())) == (ended.code, documents.read_bytes())
    assert handed_over(folder) == []


def test_sixteen_at_once_post_each_document_once(folder: Path) -> None:
    settings = folder / "sage_connect.toml"
    told = settings.read_text("utf-8").replace("[sage100]", "[sage100]\nwait = 60", 1)
    settings.write_text(told, encoding="utf-8")
    documents = text(*(an_invoice(f"FA{at}") for at in range(20)))

    def post(_: int) -> Ended:
        to = ("--to", f"sage100:{folder}", "--json")
        return run("post", "-", *to, stdin=documents)

    with ThreadPoolExecutor(16) as sixteen:
        ended = list(sixteen.map(post, range(16)))

    states = Counter(state for one in ended for state in one.states)
    assert {GOOD} == {one.code for one in ended}
    assert states == {"HANDED_OVER": 20, "UNCHANGED": 300}
    assert len(handed_over(folder)) == 1


@POSIX_ONLY
def test_a_locked_folder_is_told_with_its_owner(folder: Path) -> None:
    import fcntl  # noqa: PLC0415 - absent on Windows

    to = ("post", "-", "--to", f"sage100:{folder}", "--json")
    (folder / "state").mkdir()
    with (folder / "state" / "lock").open("wb") as lock:
        lock.write(b"process 4711 on compta")
        lock.flush()
        fcntl.flock(lock, fcntl.LOCK_EX)
        held = run(*to, stdin=text(an_invoice()))
    free = run(*to, stdin=text(an_invoice()))

    assert (held.code, held.out) == (UNREADABLE, b"")
    assert "SC-S100-FOLDER-IN-USE" in held.err
    assert "process 4711 on compta" in held.err
    assert free.states == ["HANDED_OVER"]


@POSIX_ONLY
def test_an_interrupted_post_is_repeated_without_harm(folder: Path) -> None:
    documents = folder.parent / "many.json"
    documents.write_bytes(text(*(an_invoice(f"FA{at:04}") for at in range(1500))))
    to = ("post", documents, "--to", f"sage100:{folder}", "--json")
    codes = set[int]()
    # An interrupt within the measurement of coverage would leave its lock taken for ever.
    env = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    for delay in (0.5, 0.7, 0.9):
        with subprocess.Popen(
            command(*to),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**env, "PYTHONPATH": SOURCE},
        ) as process:
            time.sleep(delay)
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=120)
            codes.add(process.returncode)
            assert err == b"" or b"nothing" in err or b"Interrupted" in err

    last = run(*to)

    assert codes <= {GOOD, UNKNOWN, 130}
    assert {"HANDED_OVER", "UNCHANGED"} >= set(last.states)
    content = b"".join(
        (folder / "imports" / name).read_bytes() for name in handed_over(folder)
    )
    times = Counter(
        content.count(f"\r\nFA{at:04}\r\n".encode()) for at in range(0, 1500, 50)
    )
    assert len(times) == 1
