"""Bad input, as a folder and a disk can give it: told by place, cause and cure."""

import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sage_connect import (
    ConfigurationError,
    Customer,
    FileFormatError,
    Sage100,
    SageConnectError,
    SalesInvoice,
    State,
    StorageError,
)
from sage_connect.testing.demo import export_bytes, month, settings, settings_toml

from .conftest import an_invoice

EXPORT = "exports/company.txt"


def posted(folder: Path, *documents: SalesInvoice | Customer) -> list[State]:
    """Post in a session of its own, and return what became of each."""
    with Sage100(folder, settings()) as ledger:
        return [outcome.state for outcome in ledger.documents.post_all(documents)]


def refusal(folder: Path, kind: type[SageConnectError]) -> SageConnectError:
    """Return the error that opening, loading and posting ends with; nothing is written."""

    def written() -> list[str]:
        # The lock of whoever looks is no document.
        return sorted(str(one) for one in folder.rglob("*") if "state" not in one.parts)

    before = written()

    def use() -> None:
        with Sage100.open(folder) as ledger:
            ledger.company.load()
            ledger.documents.post_all([an_invoice()])

    with pytest.raises(kind) as caught:
        use()
    assert written() == before
    return caught.value


def files(folder: Path) -> list[Path]:
    """Return what was handed over."""
    return sorted((folder / "imports").glob("*"))


# ------------------------------------------------------------------ the export


def test_an_export_that_is_cut_off_anywhere_is_refused(folder: Path) -> None:
    whole = export_bytes()
    kinds = Counter[str]()
    for size in range(0, len(whole) - len(b"#FIN\r\n"), 100):
        (folder / EXPORT).write_bytes(whole[:size])
        with Sage100(folder, settings()) as ledger:
            try:
                ledger.company.load()
                kinds["accepted"] += 1
            except FileFormatError as error:
                told = "company.txt" in error.file and error.code and error.fix
                kinds["told" if told else str(error)] += 1
            except ValueError as error:
                kinds[repr(error)] += 1

    assert set(kinds) == {"told"}


def test_an_export_with_a_damaged_date_is_told_by_file_and_line(folder: Path) -> None:
    whole = export_bytes()
    # A fiscal year's last day, in the record of the company.
    (folder / EXPORT).write_bytes(whole.replace(b"\r\n311226\r\n", b"\r\n3x1226\r\n", 1))

    error = refusal(folder, SageConnectError)

    assert isinstance(error, FileFormatError)
    assert ("company.txt" in error.file, error.line > 0, error.fix != "") == (True,) * 3


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (b"PK\x03\x04\x14\0\0\0\x08\0\xad\x4c\x76\x5b" * 9, "The file is a ZIP archive"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "The file is a PDF"),
        (b'<?xml version="1.0"?>\n<x/>', "The file is XML"),
        (bytes(range(256)) * 8, "The file is"),
        (
            b"JournalCode\tJournalLib\tEcritureNum\tEcritureDate\r\n",
            "The file is",
        ),
    ],
    ids=["empty", "zip", "pdf", "xml", "garbage", "fec"],
)
def test_what_is_no_export_is_told_by_what_it_is(
    content: bytes, words: str, folder: Path
) -> None:
    (folder / "exports" / "other.bin").write_bytes(content)

    error = refusal(folder, FileFormatError)

    assert isinstance(error, FileFormatError)
    assert (error.code, error.file.endswith("other.bin")) == ("SC-FILE-KIND", True)
    assert words in error.message


def test_folders_and_hidden_files_are_no_exports(folder: Path) -> None:
    (folder / "exports" / "old").mkdir()
    (folder / "exports" / "old" / "x.txt").write_bytes(b"no export")
    (folder / "exports" / ".DS_Store").write_bytes(b"\0\1")

    assert posted(folder, an_invoice()) == [State.HANDED_OVER]


def test_an_export_with_line_feeds_is_read_alike(folder: Path) -> None:
    (folder / EXPORT).write_bytes(export_bytes().replace(b"\r\n", b"\n"))

    assert posted(folder, an_invoice()) == [State.HANDED_OVER]


def test_without_the_company_in_the_export_nothing_is_posted(folder: Path) -> None:
    whole = export_bytes()
    start = whole.index(b"#MDOS")
    end = whole.index(b"\r\n#", start) + 2
    (folder / EXPORT).write_bytes(whole[:start] + whole[end:])

    with Sage100(folder, settings()) as ledger:
        (outcome,) = ledger.documents.post_all([an_invoice()])

    assert (outcome.state, files(folder)) == (State.REFUSED, [])
    assert "SC-S100-NO-EXPORT" in outcome.report.by_code


def test_the_export_of_another_company_posts_nothing(folder: Path) -> None:
    name = "ATELIER DÉMO SARL".encode("cp850")
    other = folder / "exports" / "other.txt"
    other.write_bytes(export_bytes().replace(name, b"AUTRE SOCIETE SAS", 1))
    os.utime(other, (time.time() + 60, time.time() + 60))

    with Sage100(folder, settings()) as ledger:
        (outcome,) = ledger.documents.post_all([an_invoice()])

    assert (outcome.state, files(folder)) == (State.REFUSED, [])
    assert list(outcome.report.by_code) == ["SC-COMPANY-MISMATCH"]


# ------------------------------------------------------------------ the workspace


@pytest.mark.parametrize("name", ["nowhere", "file"])
def test_a_workspace_that_is_no_folder_is_told(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    error = refusal(tmp_path / name, ConfigurationError)

    assert error.code == "SC-S100-WORKSPACE"
    assert str(tmp_path / name) in error.message
    assert "exports/" in error.fix


@pytest.mark.parametrize("name", ["exports", "imports", "state"])
def test_a_file_in_the_place_of_a_folder_is_told(name: str, folder: Path) -> None:
    (folder / EXPORT).rename(folder / "kept.txt")
    (folder / "exports").rmdir()
    (folder / name).write_bytes(b"")
    if name != "exports":
        (folder / "exports").mkdir()
        (folder / "kept.txt").rename(folder / EXPORT)

    error = refusal(folder, StorageError)

    assert name in error.message
    assert "a part of its path is a file, not a folder" in error.message
    assert error.fix


def test_a_file_of_another_product_in_the_workspace_is_told(folder: Path) -> None:
    (folder / "accdata.dta").write_bytes(b"x")

    error = refusal(folder, ConfigurationError)

    assert (error.code, "accdata.dta" in error.message) == ("SC-S100-EDITION", True)


SETTINGS = settings_toml()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[sage100\nx", "line 1, column 9"),
        (f"wait = 3\n{SETTINGS}", '"wait" stands outside of any table'),
        (SETTINGS.replace("name =", "nmae ="), '"name"?'),
        (f"{SETTINGS}\n[sage100.foo]\nx = 1\n", 'unknown field "foo"'),
        (SETTINGS.replace('"411000"', "411000", 1), "accounts.customers: expected text"),
        (SETTINGS.replace("[sage100]", "[sage100]\nwait = nan"), "finite number"),
        (SETTINGS.replace("2026-09-01", "2026-09-01T10:00:00Z"), "period_start"),
        (f"{SETTINGS}\n[sage100]\n", "twice"),
    ],
)
def test_settings_that_are_wrong_are_told_by_name(
    content: str, words: str, folder: Path
) -> None:
    (folder / "sage_connect.toml").write_text(content, encoding="utf-8")

    error = refusal(folder, ConfigurationError)

    assert words in str(error)


def test_an_unknown_setting_is_told_with_its_file_and_cure(folder: Path) -> None:
    wrong = SETTINGS.replace("name =", "nmae =")
    (folder / "sage_connect.toml").write_text(wrong, encoding="utf-8")

    error = refusal(folder, ConfigurationError)

    assert ("sage_connect.toml" in str(error), error.fix != "") == (True, True)


def test_a_misspelt_table_of_settings_is_told(folder: Path) -> None:
    wrong = SETTINGS.replace("[sage100", "[sage10")
    (folder / "sage_connect.toml").write_text(wrong, encoding="utf-8")

    error = refusal(folder, ConfigurationError)

    assert "sage10" in str(error)


# ------------------------------------------------------------------ the disk


MOUNT = shutil.which("mount") or ""
UNMOUNT = shutil.which("umount") or ""


def _mounted(place: Path, *options: str) -> Callable[[], None]:
    place.mkdir()
    if not (MOUNT and UNMOUNT):
        pytest.skip("no file system can be mounted on this machine")
    done = subprocess.run([MOUNT, *options, str(place)], check=False, capture_output=True)
    if done.returncode:
        pytest.skip("only an administrator may mount a file system")

    def unmount() -> None:
        subprocess.run([UNMOUNT, str(place)], check=True)

    return unmount


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 KiB."""
    if not sys.platform.startswith("linux"):
        pytest.skip("file systems in memory are of Linux")
    place = tmp_path / "tiny"
    unmount = _mounted(place, "-t", "tmpfs", "-o", "size=64k", "tmpfs")
    yield place
    unmount()


def test_a_full_disk_hands_nothing_over_and_heals(tiny: Path) -> None:
    folder = tiny / "company"
    (folder / "exports").mkdir(parents=True)
    (folder / EXPORT).write_bytes(export_bytes())
    documents = [one for one in month() if isinstance(one, SalesInvoice | Customer)]

    with pytest.raises(StorageError) as full:
        posted(folder, *documents)
    left = files(folder)
    subprocess.run([MOUNT, "-o", "remount,size=5m", str(tiny)], check=True)
    after = Counter(posted(folder, *documents))

    assert "no space is left on the disk" in full.value.message
    assert (full.value.fix, left) == ("Make room, then repeat.", [])
    assert after == {State.HANDED_OVER: len(documents)}
    assert len(files(folder)) == 1


def test_a_workspace_that_may_not_be_written_is_checked_and_not_posted_to(
    folder: Path, tmp_path: Path
) -> None:
    place = tmp_path / "read-only"
    unmount = _mounted(place, "--bind", str(folder))
    try:
        options = [MOUNT, "-o", "remount,bind,ro", str(place)]
        subprocess.run(options, check=True, capture_output=True)
        with Sage100(place, settings()) as ledger:
            ledger.company.load()
            report = ledger.documents.check([an_invoice()])
            with pytest.raises(StorageError) as refused:
                ledger.documents.post_all([an_invoice()])
    finally:
        unmount()

    assert report.ok
    assert "the file system is read-only" in refused.value.message
    assert refused.value.fix


# ------------------------------------------------------------------ what was posted before


@pytest.mark.parametrize("damage", ["cut", "zeros"])
def test_a_registry_that_lost_its_end_is_no_reason_to_post_twice(
    damage: str, folder: Path
) -> None:
    posted(folder, an_invoice())
    # Sage has taken the file; only the registry knows of it.
    for file in files(folder):
        file.unlink()
    registry = folder / "state" / "registry.ndjson"
    content = registry.read_bytes()
    registry.write_bytes(content[:-7] if damage == "cut" else bytes(len(content)))

    error = refusal(folder, StorageError)

    assert error.code == "SC-S100-REGISTRY"
    assert "posted twice" in error.fix


def test_a_file_that_the_registry_forgot_is_told_as_such(folder: Path) -> None:
    posted(folder, an_invoice())
    registry = folder / "state" / "registry.ndjson"
    registry.write_bytes(registry.read_bytes()[:-7])

    with pytest.raises(StorageError) as caught:
        posted(folder, an_invoice())

    assert (caught.value.code, "Move it away" in caught.value.fix) == (
        "SC-S100-REGISTRY",
        False,
    )


def test_an_older_registry_is_no_reason_to_post_twice(folder: Path) -> None:
    posted(folder, an_invoice("FA1"))
    registry = folder / "state" / "registry.ndjson"
    backup = registry.read_bytes()
    posted(folder, an_invoice("FA2"))
    registry.write_bytes(backup)

    with pytest.raises(StorageError) as caught:
        posted(folder, an_invoice("FA3"), an_invoice("FA2"))

    assert caught.value.code == "SC-S100-REGISTRY"


def test_a_customer_that_is_sent_again_is_known_to_its_next_invoice(folder: Path) -> None:
    new = Customer(code="NEUF", name="Neuf", account="411000")
    posted(folder, new, an_invoice("FA1", party="NEUF"))

    again = posted(folder, new, an_invoice("FA2", party="NEUF"))

    assert again == [State.UNCHANGED, State.HANDED_OVER]


def test_a_customer_that_sage_would_take_for_one_handed_over_is_refused(
    folder: Path,
) -> None:
    posted(folder, Customer(code="NEUF", name="Neuf", account="411000"))

    assert posted(folder, Customer(code="NÉUF", name="Autre", account="411000")) == [
        State.REFUSED
    ]


@pytest.mark.parametrize(
    ("one", "other"), [("ABC", "abc"), ("ABC", "ÀBC"), ("ABC", "ABC "), ("E1", "É1")]
)
def test_of_customers_that_are_one_to_sage_at_most_one_is_handed_over(
    one: str, other: str, folder: Path
) -> None:
    states = posted(
        folder,
        Customer(code=one, name="Un", account="411000"),
        Customer(code=other, name="Deux", account="411000"),
    )

    assert State.REFUSED in states
    assert states.count(State.HANDED_OVER) < 2


def test_a_thousand_invoices_are_posted_once_while_sage_takes_the_files(
    folder: Path,
) -> None:
    taken: list[bytes] = []
    for start in range(0, 1000, 200):
        batch = [an_invoice(f"FA{at:04}") for at in range(start, min(start + 300, 1000))]
        posted(folder, *batch)
        for file in files(folder):
            taken.append(file.read_bytes())
            file.unlink()

    whole = b"".join(taken)
    times = {whole.count(b"\r\nFA%04d\r\n" % at) for at in range(1000)}
    assert {one.endswith(b"#FIN\r\n") for one in taken} == {True}
    assert len(times) == 1
    assert len(taken) == 5
