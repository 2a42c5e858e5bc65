"""Receipts beside import files: equal bytes, safe names, and never silently lost."""

import csv
import datetime as dt
import io
import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

from sage_connect import (
    Attachment,
    Customer,
    FileFormatError,
    Key,
    NotFoundError,
    PurchaseCreditNote,
    PurchaseInvoice,
    Sage100,
    State,
    StorageError,
    UnsupportedError,
)
from sage_connect.drive import BlockingDriver
from sage_connect.plan import (
    AppendFile,
    DeleteFile,
    DeleteFolder,
    MoveFile,
    WriteFile,
)
from sage_connect.sage100.receipts import SHEET, Proven, batch_receipts
from sage_connect.sage100.settings import Policy, ReceiptPolicy
from sage_connect.testing.demo import settings

from .bookings import Post, purchase
from .conftest import a_line, an_invoice
from .exporting import forget_contents

PDF = Attachment(
    name="facture.pdf",
    content=b"%PDF-1.4\n\x00\xff",
    media_type="application/pdf",
    description="Facture signée",
)
KEY = Key(scope="any", kind="sales_invoice", id="FA1")
WRITES = (AppendFile, WriteFile, MoveFile, DeleteFile, DeleteFolder)


def other(name: str = "facture.pdf", content: bytes = b"another") -> Attachment:
    return Attachment(name=name, content=content)


def receipts_of(folder: Path) -> dict[str, bytes]:
    """Return the receipts in the folder by name, without the manifests."""
    return {
        path.name: path.read_bytes()
        for path in (folder / "receipts").rglob("*")
        if path.is_file() and not path.name.startswith("manifest.")
    }


def stems(folder: Path, name: str) -> set[str]:
    return {path.stem for path in (folder / name).glob("*")}


@pytest.mark.requirement("S109")
def test_receipts_stand_beside_the_import_file_byte_for_byte(
    ledger: Sage100, folder: Path
) -> None:
    receipt = ledger.sales_invoices.post(an_invoice(attachments=(PDF,)))

    assert {"VTE_FA1_facture.pdf": PDF.content} == receipts_of(folder)
    assert stems(folder, "imports") == stems(folder, "receipts")
    assert ledger.attachments.get(receipt, "VTE_FA1_facture.pdf") == PDF
    (info,) = ledger.attachments.list(receipt)
    assert (info.name, info.size, info.sha256) == (PDF.name, 11, PDF.sha256)
    assert (info.media_type, info.description) == (PDF.media_type, PDF.description)


@pytest.mark.requirement("S109")
def test_both_manifests_name_piece_party_and_check_sum(
    ledger: Sage100, folder: Path
) -> None:
    numbered = an_invoice("F-2026-1", attachments=(PDF,))
    receipt = ledger.sales_invoices.post(numbered)

    (place,) = (folder / "receipts").iterdir()
    (row,) = json.loads((place / "manifest.json").read_bytes())["receipts"]
    assert row == {
        "key": receipt.key.digest,
        "kind": "sales_invoice",
        "journal": "VTE",
        "piece": "SC0000001",
        "invoice_number": "F-2026-1",
        "third_party": "DUPONT",
        "date": "2026-09-15",
        "file": "VTE_SC0000001_facture.pdf",
        "name": "facture.pdf",
        "media_type": "application/pdf",
        "description": "Facture signée",
        "size": 11,
        "sha256": PDF.sha256,
    }
    sheet = (place / SHEET).read_bytes()
    assert sheet.startswith(b"\xef\xbb\xbf")
    (line,) = csv.DictReader(io.StringIO(sheet.decode("utf-8-sig")), delimiter=";")
    assert line["N° pièce"] == "SC0000001"
    assert line["N° facture"] == "F-2026-1"
    assert line["N° compte tiers"] == "DUPONT"
    assert line["Libellé"] == "Facture signée"
    assert line["SHA-256"] == PDF.sha256


def test_documents_without_receipts_make_no_folder(ledger: Sage100, folder: Path) -> None:
    ledger.sales_invoices.post(an_invoice())

    assert not (folder / "receipts").exists()
    assert tuple(ledger.attachments.verify()) == ()


@pytest.mark.requirement("S109")
def test_like_names_do_not_collide_and_like_content_is_stored_once(
    ledger: Sage100, folder: Path
) -> None:
    twice = attrs.evolve(PDF, name="copie.pdf")
    one = an_invoice("FA1", attachments=(PDF, twice, PDF, other("FACTURE.PDF")))
    two = an_invoice("FA2", attachments=(PDF,))
    first, second = ledger.documents.post_all([one, two])

    assert receipts_of(folder) == {
        "VTE_FA1_facture.pdf": PDF.content,
        "VTE_FA1_FACTURE_2.PDF": b"another",
        "VTE_FA2_facture.pdf": PDF.content,
    }
    listed = [(x.name, x.id) for x in ledger.attachments.list(first.unwrap())]
    assert listed == [
        ("facture.pdf", "VTE_FA1_facture.pdf"),
        ("copie.pdf", "VTE_FA1_facture.pdf"),
        ("FACTURE.PDF", "VTE_FA1_FACTURE_2.PDF"),
    ]
    assert len(ledger.attachments.list(second.unwrap())) == 1


@pytest.mark.requirement("S109")
@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda file: file.unlink(), "SC-S100-RECEIPT-LOST"),
        (lambda file: file.write_bytes(b"other"), "SC-S100-RECEIPT-CHANGED"),
    ],
    ids=["lost", "changed"],
)
def test_a_lost_or_changed_receipt_is_told_and_can_be_attached_again(
    ledger: Sage100, folder: Path, damage: Any, code: str
) -> None:
    receipt = ledger.sales_invoices.post(an_invoice(attachments=(PDF, other("b.txt"))))
    assert tuple(ledger.attachments.verify()) == ()
    (file,) = (folder / "receipts").rglob("VTE_FA1_facture.pdf")
    damage(file)

    (finding,) = ledger.attachments.verify()
    with pytest.raises(StorageError) as refused:
        ledger.attachments.get(receipt, "VTE_FA1_facture.pdf")

    assert (finding.code, finding.document) == (code, "FA1")
    for language in ("en", "fr"):
        assert "VTE_FA1_facture.pdf" in finding.message(language)
        assert "{" not in finding.message(language) + finding.fix(language)
    assert refused.value.code == code
    ledger.attachments.attach(receipt, PDF)
    assert tuple(ledger.attachments.verify()) == ()


def test_a_folder_that_is_gone_is_every_receipt_lost(ledger: Sage100, folder: Path) -> None:
    ledger.sales_invoices.post(an_invoice(attachments=(PDF,)))
    ledger.sales_invoices.post(an_invoice("FA2", attachments=(PDF,)))
    (folder / "receipts").rename(folder / "archive")

    report = ledger.attachments.verify()

    assert [one.code for one in report] == ["SC-S100-RECEIPT-LOST"] * 2
    assert {one.document for one in report} == {"FA1", "FA2"}


@pytest.mark.requirement("S109")
def test_a_file_is_attached_to_what_was_handed_over(ledger: Sage100, folder: Path) -> None:
    receipt = ledger.sales_invoices.post(an_invoice())
    bare: Any = ledger.documents.reconcile(receipt.key)

    id = ledger.attachments.attach(receipt, PDF)
    again = ledger.attachments.attach(receipt, PDF)
    unknown = ledger.attachments.attach(bare, other())

    assert (id, again, unknown) == (
        "VTE_FA1_facture.pdf",
        "VTE_FA1_facture.pdf",
        "VTE_FA1_facture_2.pdf",
    )
    assert receipts_of(folder) == {id: PDF.content, unknown: b"another"}
    assert [one.id for one in ledger.attachments.list(bare)] == [id, unknown]
    (place,) = (folder / "receipts").iterdir()
    rows = json.loads((place / "manifest.json").read_bytes())["receipts"]
    assert [row["invoice_number"] for row in rows] == ["FA1", "FA1"]
    assert [row["third_party"] for row in rows] == ["DUPONT", "DUPONT"]
    assert rows[0]["date"] == rows[1]["date"] == "2026-09-15"
    assert tuple(ledger.attachments.verify()) == ()


def test_what_was_not_handed_over_from_here_takes_no_receipt(
    ledger: Sage100, folder: Path
) -> None:
    receipt = ledger.sales_invoices.post(an_invoice(attachments=(PDF,)))
    foreign = attrs.evolve(receipt, key=attrs.evolve(receipt.key, id="FA9"))
    customer = Customer(code="NOUVEAU", name="Nouveau", account="411000")
    master = ledger.customers.post(customer)
    bare: Any = ledger.documents.reconcile(master.key)
    before = receipts_of(folder)

    with pytest.raises(NotFoundError, match="not handed over"):
        ledger.attachments.attach(foreign, PDF)
    with pytest.raises(NotFoundError, match="no receipt 'x"):
        ledger.attachments.get(receipt, "x.pdf")
    for party in (master, bare):
        with pytest.raises(UnsupportedError, match="attach customers"):
            ledger.attachments.attach(party, PDF)
    assert before == receipts_of(folder)


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:-5],
        lambda text: text.replace(b'"version": 1', b'"version": 2'),
        lambda text: text.replace(b"VTE_FA1_facture.pdf", b"../../exports/company.txt"),
        lambda text: text.replace(b'"size"', b'"colour"'),
        lambda _: b"[]",
        lambda _: b"",
    ],
    ids=["cut", "newer", "outside", "unknown field", "another thing", "emptied"],
)
def test_a_manifest_that_cannot_be_trusted_is_refused(
    ledger: Sage100, folder: Path, damage: Any
) -> None:
    receipt = ledger.sales_invoices.post(an_invoice(attachments=(PDF,)))
    (file,) = (folder / "state" / "receipts").iterdir()
    file.write_bytes(damage(file.read_bytes()))

    for ask in (
        ledger.attachments.verify,
        lambda: ledger.attachments.get(receipt, "x"),
        lambda: ledger.attachments.attach(receipt, PDF),
    ):
        with pytest.raises(FileFormatError) as refused:
            ask()
        assert refused.value.code == "SC-S100-RECEIPT-MANIFEST"
        assert Path(refused.value.file) == file
        assert "manifest.json" in refused.value.fix


def test_a_preview_shows_the_receipts(ledger: Sage100, folder: Path) -> None:
    preview = ledger.documents.preview(
        [an_invoice(attachments=(PDF,)), an_invoice("F-2", attachments=(PDF,))]
    )
    ledger.documents.post_all(preview)

    names = [Path(one.name).name for one in preview.files]
    assert {"VTE_FA1_facture.pdf", "VTE___facture.pdf", SHEET} <= set(names)
    assert not (folder / "receipts" / "?").exists()
    assert len(receipts_of(folder)) == 2


@pytest.mark.parametrize("name", ["facture  12.pdf", "a" * 200, "con.pdf", "x ."])
def test_a_name_that_we_would_give_no_more_is_still_read(
    ledger: Sage100, folder: Path, name: str
) -> None:
    receipt = ledger.sales_invoices.post(an_invoice(attachments=(PDF,)))
    (kept,) = (folder / "state" / "receipts").iterdir()
    (file,) = (folder / "receipts").rglob("*.pdf")
    kept.write_bytes(kept.read_bytes().replace(file.name.encode(), name.encode()))
    file.rename(file.with_name(name))

    assert tuple(ledger.attachments.verify()) == ()
    assert ledger.attachments.get(receipt, name) == PDF


@pytest.mark.parametrize("name", ["", ".", "..", "C:x", "a/b", "a\\\\b", "a\\u0000"])
def test_a_name_that_leaves_the_folder_is_refused(
    ledger: Sage100, folder: Path, name: str
) -> None:
    ledger.sales_invoices.post(an_invoice(attachments=(PDF,)))
    (kept,) = (folder / "state" / "receipts").iterdir()
    kept.write_bytes(kept.read_bytes().replace(b"VTE_FA1_facture.pdf", name.encode()))

    with pytest.raises(FileFormatError, match="no name of a file in the folder"):
        ledger.attachments.verify()


@pytest.mark.parametrize(
    ("theirs", "given"),
    [
        ("VTE_FA1_note.pdf", "VTE_FA1_note_2.pdf"),
        ("vte_fa1_NOTE.pdf", "VTE_FA1_note_2.pdf"),
        ("VTE_FA1_other.pdf", "VTE_FA1_note.pdf"),
    ],
)
@pytest.mark.parametrize("content", [b"a person's own", b"OURS"], ids=["long", "as long"])
def test_a_persons_file_in_the_folder_is_not_written_over(
    ledger: Sage100, folder: Path, theirs: str, given: str, content: bytes
) -> None:
    receipt = ledger.sales_invoices.post(an_invoice(attachments=(PDF,)))
    (place,) = (folder / "receipts").iterdir()
    (place / theirs).write_bytes(content)

    id = ledger.attachments.attach(receipt, other("note.pdf", b"ours"))

    assert id == given
    assert receipts_of(folder) == {
        "VTE_FA1_facture.pdf": PDF.content,
        theirs: content,
        given: b"ours",
    }
    assert ledger.attachments.attach(receipt, other("note.pdf", b"ours")) == given


def test_verifying_writes_lists_anew_that_were_left_behind(
    ledger: Sage100, folder: Path
) -> None:
    receipt = ledger.sales_invoices.post(an_invoice(attachments=(PDF,)))
    (place,) = (folder / "receipts").iterdir()
    lists = [place / "manifest.csv", place / "manifest.json"]
    before = [file.read_bytes() for file in lists]
    ledger.attachments.attach(receipt, other())
    after = [file.read_bytes() for file in lists]
    for file, old in zip(lists, before, strict=True):
        file.write_bytes(old)

    assert ledger.attachments.verify().ok
    assert after == [file.read_bytes() for file in lists]
    lists[0].unlink()
    assert ledger.attachments.verify().ok
    assert after == [file.read_bytes() for file in lists]
    # What a person notes down in the sheet is left alone.
    lists[0].write_bytes(b"own notes")
    assert ledger.attachments.verify().ok
    assert lists[0].read_bytes() == b"own notes"


def test_the_invoice_number_in_the_list_is_the_one_that_stands_in_sage(
    post: Post, folder: Path
) -> None:
    (outcome,) = post(purchase("HA1", party_number="F-778", attachments=(PDF,)))
    (plain,) = post(purchase("HA2", party_number="F-779"))

    with Sage100(folder, settings()) as ledger:
        known: Any = ledger.documents.reconcile(outcome.key)
        unknown: Any = ledger.documents.reconcile(plain.key)
        ledger.attachments.attach(known, other())
        ledger.attachments.attach(outcome.unwrap(), other("c.pdf", b"c"))
        ledger.attachments.attach(unknown, other())

    rows = [
        (row["invoice_number"], row["third_party"], row["date"])
        for file in (folder / "receipts").rglob("manifest.json")
        for row in json.loads(file.read_bytes())["receipts"]
    ]
    assert sorted(rows) == [
        *[("F-778", "PAPETERIE", "2026-09-10")] * 3,
        ("F-779", "PAPETERIE", "2026-09-10"),
    ]


def test_a_registry_of_an_earlier_version_knows_our_own_number_only(
    ledger: Sage100, folder: Path
) -> None:
    receipt = ledger.sales_invoices.post(an_invoice())
    forget_contents(folder)
    ledger.attachments.attach(receipt, PDF)

    (file,) = (folder / "receipts").rglob("manifest.json")
    (row,) = json.loads(file.read_bytes())["receipts"]
    assert (row["invoice_number"], row["third_party"], row["date"]) == ("FA1", "", "")


def test_the_receipts_of_many_documents_are_put_together_in_proportion() -> None:
    def seconds(count: int) -> float:
        documents = [
            (
                Proven(
                    key=f"{at:032x}", kind="sales_invoice", journal="VTE", piece=str(at)
                ),
                (other(content=b"%d" % at),),
            )
            for at in range(count)
        ]
        begin = time.process_time()
        assert len(batch_receipts("x.txt", documents)) == count + 3
        return time.process_time() - begin

    few = min(seconds(500) for _ in range(3))
    assert min(seconds(5_000) for _ in range(2)) < 30 * few


def a_purchase(kind: Any = PurchaseInvoice, **changes: Any) -> Any:
    values = {
        "number": "A1",
        "date": dt.date(2026, 9, 15),
        "party": "PAPETERIE",
        "currency": "EUR",
        "lines": (a_line("10.00"),),
    }
    return kind(**{**values, **changes})


@pytest.mark.requirement("S109")
@pytest.mark.parametrize("kind", [PurchaseInvoice, PurchaseCreditNote])
@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (ReceiptPolicy.REQUIRE, ["error"]),
        (ReceiptPolicy.WARN, ["warning"]),
        (ReceiptPolicy.ALLOW, []),
    ],
)
def test_a_purchase_without_a_receipt_is_what_the_policy_says(
    folder: Path, kind: Any, policy: ReceiptPolicy, expected: list[str]
) -> None:
    own = settings()
    own = attrs.evolve(own, policy=attrs.evolve(own.policy, receipts=policy))

    def found(document: Any) -> list[str]:
        with Sage100(folder, own) as ledger:
            report = ledger.documents.check([document])
        return [
            one.severity.value for one in report if one.code == "SC-S100-RECEIPT-MISSING"
        ]

    assert expected == found(a_purchase(kind))
    assert found(a_purchase(kind, attachments=(PDF,))) == []
    assert found(an_invoice()) == []
    assert Policy().receipts is ReceiptPolicy.ALLOW


class CrashError(BaseException):
    """The machine stops."""


class Crashing(BlockingDriver):
    """Stops at the `at`-th step that changes the disk, before or after performing it."""

    def __init__(self, at: int, *, performed: bool) -> None:
        super().__init__()
        self.left = at
        self.performed = performed

    def drive(self, plan: Any, /) -> Any:
        return super().drive(self._counted(plan))

    def _counted(self, plan: Any) -> Any:
        reply: Any = None
        try:
            while True:
                step = plan.send(reply)
                stops = False
                if isinstance(step, WRITES):
                    self.left -= 1
                    stops = not self.left
                if stops and not self.performed:
                    raise CrashError
                reply = yield step
                if stops:
                    raise CrashError
        except StopIteration as end:
            return end.value
        finally:
            plan.close()


def crashes(folder: Path, work: Any, *, performed: bool) -> Iterator[int]:
    """Crash at the first step, then at the second, and so on until the work is done."""
    at = 1
    while True:
        ledger = Sage100(folder, settings())
        ledger._driver = Crashing(at, performed=performed)
        try:
            work(ledger, at)
        except CrashError:
            yield at
        else:
            return
        finally:
            ledger.close()
        at += 1


@pytest.mark.requirement("S109")
@pytest.mark.parametrize("performed", [False, True])
def test_a_crash_at_any_step_loses_and_doubles_nothing(
    folder: Path, *, performed: bool
) -> None:
    def batch(number: int) -> list[Any]:
        proof = other(content=f"proof {number}".encode())
        return [an_invoice(f"FA{number}", attachments=(PDF, proof))]

    def post(ledger: Sage100, number: int) -> None:
        ledger.documents.post_all(batch(number))

    steps = 0
    for at in crashes(folder, post, performed=performed):
        steps += 1
        with Sage100(folder, settings()) as ledger:
            (outcome,) = ledger.documents.post_all(batch(at))
            assert outcome.posted
            assert tuple(ledger.attachments.verify()) == ()
            kept = [one.sha256 for one in ledger.attachments.list(outcome.unwrap())]
        assert [one.sha256 for one in batch(at)[0].attachments] == kept
        # What was called off left nothing behind, and each file has its receipts.
        assert stems(folder, "imports") == stems(folder, "receipts")
        assert stems(folder, "imports") == stems(folder / "state", "receipts")
        assert len(stems(folder, "imports")) == at

    # The pending file, two receipts, three manifests, the registry, the hand-over.
    assert steps == 8


@pytest.mark.parametrize("performed", [False, True])
def test_a_crash_while_cleaning_up_is_cleaned_up(
    folder: Path, tmp_path: Path, *, performed: bool
) -> None:
    invoice = an_invoice(attachments=(PDF,))
    first = Sage100(folder, settings())
    first._driver = Crashing(7, performed=False)
    with pytest.raises(CrashError):
        first.documents.post_all([invoice])
    first.close()
    assert len(receipts_of(folder)) == 1

    called_off, steps = tmp_path / "called-off", 0
    for at in range(1, 6):
        shutil.copytree(folder, called_off)
        try:
            with Sage100(called_off, settings()) as ledger:
                ledger._driver = Crashing(at, performed=performed)
                ledger.documents.reconcile(KEY)
        except CrashError:
            steps += 1
        with Sage100(called_off, settings()) as ledger:
            assert ledger.documents.reconcile(KEY) is None
            assert list((called_off / "receipts").iterdir()) == []
            assert [one.name for one in (called_off / "state").glob("*.pending")] == []
            assert [*(called_off / "state" / "receipts").iterdir()] == []
            assert ledger.sales_invoices.post(invoice).id == "FA1"
        shutil.rmtree(called_off)

    # The line is called off; the manifest, the folder and the pending file go.
    assert steps == 4


@pytest.mark.parametrize("performed", [False, True])
def test_a_crash_while_attaching_is_put_right_by_attaching_again(
    folder: Path, *, performed: bool
) -> None:
    with Sage100(folder, settings()) as ledger:
        receipt = ledger.sales_invoices.post(an_invoice(attachments=(PDF,)))

    def attach(ledger: Sage100, at: int) -> None:
        ledger.attachments.attach(receipt, other(f"{at}.txt", f"{at}".encode()))

    for at in crashes(folder, attach, performed=performed):
        with Sage100(folder, settings()) as ledger:
            assert tuple(ledger.attachments.verify()) == ()
            attach(ledger, at)
            assert tuple(ledger.attachments.verify()) == ()
            listed = ledger.attachments.list(receipt)
        assert [one.name for one in listed] == [
            PDF.name,
            *(f"{n}.txt" for n in range(1, at + 1)),
        ]
    (place,) = (folder / "receipts").iterdir()
    (kept,) = (folder / "state" / "receipts").iterdir()
    assert kept.read_bytes() == (place / "manifest.json").read_bytes()


def test_a_disk_that_refuses_a_receipt_hands_nothing_over(folder: Path) -> None:
    (folder / "receipts").write_bytes(b"in the way")
    with Sage100(folder, settings()) as ledger, pytest.raises(StorageError):
        ledger.sales_invoices.post(an_invoice(attachments=(PDF,)))
    (folder / "receipts").unlink()

    with Sage100(folder, settings()) as ledger:
        (outcome,) = ledger.documents.post_all([an_invoice(attachments=(PDF,))])

    assert outcome.state is State.HANDED_OVER
    assert len(stems(folder, "imports")) == 1
    assert receipts_of(folder) == {"VTE_FA1_facture.pdf": PDF.content}
