"""What Sage says of an import file, translated back to documents, lines and fields."""

import asyncio
import datetime as dt
import random
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from sage_connect import (
    AnalyticShare,
    AsyncSage100,
    ConfigurationError,
    Customer,
    DimensionValue,
    Owner,
    Sage100,
    Supplier,
)
from sage_connect.sage100.faults import messages_in
from sage_connect.sage100.wire import Section, ThirdParty, read
from sage_connect.testing.demo import export_bytes, month, settings
from sage_connect.testing.importer import ImportMessage, ImportResult, Sage100Importer
from sage_connect.validation import Finding

from .bookings import CREATING, Post
from .conftest import a_line, an_invoice
from .exporting import forget_contents

UNBALANCED = "Les écritures générales ne sont pas équilibrées pour le journal"
BAD = ("", "?", "-1", "99", "ZZZ", "320299", "1,234", "x" * 80, "999999", "\x07")


@pytest.fixture
def file(folder: Path, ledger: Sage100) -> Path:
    """The import file of a customer and a month of sales, one split over a project."""
    section = next(
        one.code
        for one in ledger.dimension_values.list(dimension="1", total=False, active=True)
    )
    new = Customer(code="NOUVEAU", name="Nouveau", account="411000")
    split = an_invoice("FA-9", lines=(a_line("9.00", analytic=(AnalyticShare(section),)),))
    ledger.documents.post_all([new, split, *month()[-30:]])
    (path,) = (folder / "imports").iterdir()
    return path


def lines_of(file: Path) -> list[str]:
    return file.read_bytes().decode("cp850").split("\r\n")


def damage(file: Path, line: int, text: str) -> ImportResult:
    """Put another text on a line, from 1, and let Sage import the file."""
    lines = lines_of(file)
    lines[line - 1] = text
    file.write_bytes("\r\n".join(lines).encode("cp850"))
    return Sage100Importer(export_bytes()).import_file(file.read_bytes())


def line_of(file: Path, flag: str, field: int, *, last: bool = False) -> int:
    """Return the physical line of a field in the first, or last, record with a flag."""
    found = [at for at, text in enumerate(lines_of(file), start=1) if text == flag]
    return (found[-1] if last else found[0]) + field


def owner_of(file: Path, line: int) -> str:
    """Return the number, or code, of what a line belongs to: read by hand."""
    lines = lines_of(file)
    for at in range(line - 1, -1, -1):
        if lines[at] in {"#MECG", "#MPCT"}:
            return lines[at + 5] if lines[at] == "#MECG" else lines[at + 1]
    return ""


def explained(folder: Path, said: str) -> list[Finding]:
    with Sage100(folder, settings()) as ledger:
        return list(ledger.explain(said))


def places(findings: list[Finding]) -> list[tuple[str, ...]]:
    names = ("line", "record", "field")
    return [(one.document, *(one.values[name] for name in names)) for one in findings]


def expected(file: Path, messages: tuple[ImportMessage, ...]) -> list[tuple[str, ...]]:
    return [
        (
            owner_of(file, one.line),
            str(one.line),
            one.record or "\u2013",
            str(one.field or "\u2013"),
        )
        for one in messages
    ]


CASES = {
    "SC-S100-SAGE-JOURNAL": ("#MECG", 1, "NIX"),
    "SC-S100-SAGE-YEAR": ("#MECG", 2, "010119"),
    "SC-S100-SAGE-ACCOUNT": ("#MECG", 7, "999999"),
    "SC-S100-SAGE-THIRD-PARTY": ("#MECG", 9, "PERSONNE"),
    "SC-S100-SAGE-CURRENCY": ("#MECG", 16, "31"),
    "SC-S100-SAGE-INCONSISTENT": ("#MECG", 17, "7"),
    "SC-S100-SAGE-TAX": ("#MECG", 26, "NIX"),
    "SC-S100-SAGE-SECTION": ("#MECA", 2, "NIX"),
}


@pytest.mark.requirement("S157")
@pytest.mark.parametrize(("code", "case"), CASES.items(), ids=CASES)
def test_a_message_leads_to_document_line_and_field(
    folder: Path, file: Path, code: str, case: tuple[str, int, str]
) -> None:
    flag, field, text = case
    line = line_of(file, flag, field)
    result = damage(file, line, text)

    findings = explained(folder, "\n".join(one.text for one in result.messages))

    own = [one for one in findings if one.code == code]
    assert (owner_of(file, line), str(line), flag, str(field)) in places(own)
    assert own[0].values["found"] == text
    assert text in own[0].message()
    assert own[0].document in own[0].message("fr")


@pytest.mark.requirement("S157")
def test_every_message_of_many_faults_leads_back(folder: Path, file: Path) -> None:
    dice = random.Random(7)  # noqa: S311 - repeatable
    sound = file.read_bytes()
    entries = [
        at + 1 + dice.randint(0, 33)
        for at, text in enumerate(lines_of(file), start=0)
        if text in {"#MECG", "#MECA", "#MPCT"}
    ]
    seen: set[str] = set()
    with Sage100(folder, settings()) as ledger:
        for line in dice.sample(entries, 60):
            file.write_bytes(sound)
            lines = lines_of(file)
            if lines[line - 1].startswith("#"):
                continue
            result = damage(file, line, dice.choice(BAD))
            findings = list(ledger.explain("\n".join(one.text for one in result.messages)))
            single = [one for one in findings if one.code != "SC-S100-SAGE-UNBALANCED"]
            said = [one for one in result.messages if "équilibrées" not in one.text]
            assert places(single) == expected(file, tuple(said))
            assert [one.values["message"] for one in single] == [one.text for one in said]
            seen |= {one.code for one in findings}
    assert "SC-S100-SAGE-UNKNOWN" not in seen
    assert len(seen) >= 6


def test_a_message_on_a_customer_is_that_customers_to_its_last_field(
    folder: Path, file: Path
) -> None:
    # A single account is attached to the customer: field 134 is the last one.
    last = line_of(file, "#MPCT", 134)
    result = damage(file, last, "999999")

    (found,) = explained(folder, "\n".join(one.text for one in result.messages))

    assert lines_of(file)[last] == "#MECG"
    assert places([found]) == [("NOUVEAU", str(last), "#MPCT", "134")]
    assert found.values["found"] == "999999"


@pytest.mark.requirement("S157")
def test_a_journal_out_of_balance_is_everyones_of_that_month(
    folder: Path, ledger: Sage100
) -> None:
    ledger.documents.post_all(
        [
            an_invoice("FA1"),
            an_invoice("FA2", date=dt.date(2026, 8, 31)),
            an_invoice("FA3"),
        ]
    )
    (file,) = (folder / "imports").iterdir()
    result = damage(file, line_of(file, "#MECG", 18), "121,00")
    (said,) = result.messages

    findings = explained(folder, said.text)
    without_line = explained(folder, said.text.partition(" à la ligne")[0])
    other_month = explained(folder, said.text.replace("septembre", "mars"))

    assert {"SC-S100-SAGE-UNBALANCED"} == {one.code for one in findings}
    assert [one.document for one in findings] == ["FA1", "FA3"]
    assert [one.index for one in findings] == [0, 1]
    # Sage names the last line of the journal; the record is shown where it stands.
    assert [one.values["record"] for one in findings] == ["\u2013", "#MECG"]
    assert [one.document for one in without_line] == ["FA1", "FA3"]
    # Nobody posted then: what stands on the line is all there is.
    assert [one.document for one in other_month] == ["FA3"]


@pytest.mark.parametrize("month_name", ["09", "9", "SEPTEMBRE", "septembre"])
def test_a_month_is_known_by_name_and_number(
    folder: Path, ledger: Sage100, month_name: str
) -> None:
    ledger.sales_invoices.post(an_invoice())
    said = f"{UNBALANCED} VTE {month_name} 2026"

    assert [one.document for one in explained(folder, said)] == ["FA1"]


@pytest.mark.parametrize("month_name", ["13", "brumaire"])
def test_a_month_that_is_none_is_nobodys(
    folder: Path, ledger: Sage100, month_name: str
) -> None:
    ledger.sales_invoices.post(an_invoice())
    said = f"{UNBALANCED} VTE {month_name} 2026"

    (found,) = explained(folder, said)

    assert (found.document, found.index) == ("", -1)
    assert found.values["number"] == "\u2013"


def test_messages_on_the_whole_file(folder: Path, file: Path) -> None:
    sound = file.read_bytes()
    for broken, code in (
        (sound.replace(b"\r\n", b"\n"), "SC-S100-SAGE-FORMAT"),
        (sound.replace(b"#VER 31", b"#VER 33"), "SC-S100-SAGE-FILE"),
        (sound.replace(b"#DEV EUR", b"#DEV USD"), "SC-S100-SAGE-CURRENCY"),
    ):
        result = Sage100Importer(export_bytes()).import_file(broken)

        (found,) = explained(folder, result.messages[0].text)

        assert (found.code, found.document, found.index) == (code, "", -1)


def test_a_closed_period(folder: Path, file: Path) -> None:
    company = read(export_bytes())
    closed = company.records[0].replace(last_closed_period=dt.date(2026, 12, 31))
    company.records[0] = closed
    result = Sage100Importer(bytes(company)).import_file(file.read_bytes())

    findings = explained(folder, "\n".join(one.text for one in result.messages))

    assert {"SC-S100-SAGE-CLOSED"} == {one.code for one in findings}
    assert places(findings) == expected(file, result.messages)


def test_a_split_that_does_not_add_up(folder: Path, file: Path) -> None:
    share = line_of(file, "#MECA", 3)
    result = damage(file, share, "99,00")
    (said,) = result.messages
    wrapped = said.text.replace("définir", "\ndéfinir")

    (found,) = explained(folder, wrapped)

    assert found.code == "SC-S100-SAGE-ANALYTIC"
    assert found.document == "FA-9"
    assert places([found]) == expected(file, result.messages)


# ------------------------------------------------------------------ how people paste


def spellings(text: str) -> Iterator[str]:
    plain = "".join(
        one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one)
    )
    yield text
    yield plain
    yield text.upper()
    yield text.lower()
    yield text.replace(" ", "\u00a0")
    yield text.replace("'", "\u2019")
    yield text.replace(" !", "")
    yield text.replace("é", "?").replace("è", "?").replace("à", "?")
    yield text.replace("é", "\ufffd").replace("à", "\ufffd")
    yield text.encode().decode("cp1252", "replace")
    yield text.encode("cp1252").decode("cp850")
    yield f"  12:03:11  - {text}"


SAID = {
    "SC-S100-SAGE-FORMAT": "Format de fichier incorrect !",
    "SC-S100-SAGE-FILE": "Fichier inconnu ligne : 3",
    "SC-S100-SAGE-JOURNAL": "Le journal n'existe pas à la ligne 3 !",
    "SC-S100-SAGE-YEAR": "L'écriture n'appartient pas à un exercice à la ligne 3 !",
    "SC-S100-SAGE-CLOSED": "La période est clôturée à la ligne 3 !",
    "SC-S100-SAGE-CURRENCY": "La devise XYZ n'existe pas dans la liste à la ligne 3",
    "SC-S100-SAGE-ACCOUNT": "Le compte général n'existe pas à la ligne 3 !",
    "SC-S100-SAGE-ACCOUNT-LENGTH": "La longueur du compte est incorrecte ! ligne : 3 !",
    "SC-S100-SAGE-THIRD-PARTY": "Le compte tiers n'existe pas à la ligne 3 !",
    "SC-S100-SAGE-TAX": "Le code taxe n'existe pas à la ligne 3 !",
    "SC-S100-SAGE-SECTION": "La section analytique n'existe pas à la ligne 3 !",
    "SC-S100-SAGE-UNBALANCED": "Les écritures générales ne sont pas équilibrées pour le "
    "journal VTE août 2026 à la ligne 3",
    "SC-S100-SAGE-ANALYTIC": "Le solde des écritures analytiques n'est pas équilibré à la "
    "ligne 3, veuillez définir une section d'attente",
    "SC-S100-SAGE-INSTALMENTS": "Le total des échéances pour le compte 411000 n'est pas "
    "équilibré à la ligne 3",
    "SC-S100-SAGE-INCONSISTENT": "Une incohérence à la ligne 3 a été détectée !",
    "SC-S100-SAGE-ASSET": "L'immobilisation VEH1 existe déjà à la ligne 3",
}


@pytest.mark.requirement("S157")
@pytest.mark.parametrize(("code", "text"), SAID.items(), ids=SAID)
def test_a_message_is_known_however_it_was_pasted(code: str, text: str) -> None:
    for spelling in spellings(text):
        (found,) = messages_in(spelling)

        line = 0 if code == "SC-S100-SAGE-FORMAT" else 3
        assert (found.code, found.line) == (code, line), spelling
        assert found.text == spelling.strip()
        if code == "SC-S100-SAGE-UNBALANCED":
            assert found.month == ("vte", 2026, 8), spelling


@pytest.mark.requirement("S157")
def test_what_is_not_known_is_kept_word_for_word(folder: Path, file: Path) -> None:
    line = line_of(file, "#MECG", 7)
    said = f"Erreur 28999 : le plan s'est envolé (ligne {line})"

    (found,) = explained(folder, said)

    assert (found.code, found.values["message"]) == ("SC-S100-SAGE-UNKNOWN", said)
    assert places([found]) == [(owner_of(file, line), str(line), "#MECG", "7")]
    assert said in found.message()
    assert said in found.message("fr")


@pytest.mark.parametrize(
    ("pasted", "messages"),
    [
        ("", []),
        ("\n \n", []),
        (
            "Le journal n'existe pas !\nligne : 1 !",
            ["Le journal n'existe pas ! ligne : 1 !"],
        ),
        (
            "Le journal n'existe pas ! ligne : 1 ! Le compte général n'existe pas !",
            ["Le journal n'existe pas ! ligne : 1 !", "Le compte général n'existe pas !"],
        ),
        ("Format incorrect\n\nde ce fichier", ["Format incorrect de ce fichier"]),
        ("Fin de l'import.\nrien", ["Fin de l'import.", "rien"]),
        (
            "incohérence ligne 3\nincohérence ligne 9",
            ["incohérence ligne 3", "incohérence ligne 9"],
        ),
        ("import du jour", ["import du jour"]),
    ],
)
def test_messages_are_told_apart(pasted: str, messages: list[str]) -> None:
    assert messages == [one.text for one in messages_in(pasted)]


# ------------------------------------------------------------------ which file


def test_the_newest_file_is_meant_unless_another_is_named(folder: Path) -> None:
    said = "Le journal n'existe pas à la ligne 5 !"
    newest: list[str] = []
    with Sage100(folder, settings()) as ledger:
        receipts = []
        for number in ("FA1", "FA2", "FA3", "FA4", "FA5"):
            receipts.append(ledger.sales_invoices.post(an_invoice(number)))
            report = ledger.explain(said)
            newest.append(report[0].document)
        named = ledger.explain(said, file=receipts[0].details["file"])

    assert newest == ["FA1", "FA2", "FA3", "FA4", "FA5"]
    assert named[0].document == "FA1"
    assert named[0].owner is Owner.ACCOUNTANT


def test_a_file_that_has_left_is_read_from_the_registry(folder: Path, file: Path) -> None:
    line = line_of(file, "#MECG", 1)
    owner = owner_of(file, line)
    file.unlink()

    (found,) = explained(folder, f"Le journal n'existe pas à la ligne {line} !")

    assert (found.document, found.values["found"]) == (owner, "VTE")


def test_a_file_that_nobody_has_is_refused(folder: Path, file: Path) -> None:
    forget_contents(folder)
    file.unlink()

    with Sage100(folder, settings()) as ledger:
        for name in ("", "other.txt"):
            with pytest.raises(ConfigurationError) as unknown:
                ledger.explain("Format de fichier incorrect !", file=name)
            assert unknown.value.code == "SC-S100-FILE-UNKNOWN"
            assert file.name in str(unknown.value)


def test_the_awaiting_ledger_says_the_same(folder: Path, file: Path) -> None:
    said = f"Le journal n'existe pas à la ligne {line_of(file, '#MECG', 1)} !"

    async def run() -> tuple[list[Finding], int]:
        async with AsyncSage100(folder, settings()) as ledger:
            report = await ledger.explain(said)
            return list(report), len((await ledger.confirm()).waiting)

    findings, waiting = asyncio.run(run())

    assert explained(folder, said) == findings
    assert waiting == 31


def test_a_finding_can_be_put_into_a_table(folder: Path, file: Path) -> None:
    with Sage100(folder, settings()) as ledger:
        report = ledger.explain(f"Une incohérence à la ligne {line_of(file, '#MECG', 9)}")

    assert report.documents == 1
    assert owner_of(file, line_of(file, "#MECG", 9)) in report.to_csv(language="fr")
    assert attrs.evolve(report) == report


def test_a_section_and_a_supplier_of_one_code_are_told_apart(
    folder: Path, post: Post
) -> None:
    section = DimensionValue(dimension="PROJET", code="DUPX", name="Section")
    other_plan = DimensionValue(dimension="2", code="DUPX", name="Autre plan")
    supplier = Supplier(code="DUPX", name="Fournisseur", account="401000")
    posted = [one.unwrap() for one in post(section, supplier, other_plan)]
    (path,) = (folder / "imports").iterdir()
    records = [
        one
        for one in read(path.read_bytes()).records
        if isinstance(one, Section | ThirdParty)
    ]

    with Sage100(folder, CREATING) as ledger:
        told = [
            ledger.explain(f"Une incohérence à la ligne {one.line + 1} a été détectée !")
            for one in records
        ]
        damaged = path.read_bytes().replace(b"#MPCA\r\n1\r\n", b"#MPCA\r\n?\r\n")
        path.write_bytes(damaged)
        (nobodys,) = ledger.explain(f"incohérence à la ligne {records[0].line + 1}")

    assert isinstance(records[0], Section)
    kinds = {one.key.digest: one.key.kind for one in posted}
    found = [kinds[report[0].values["key"]] for report in told]
    assert found == [
        "dimension_value" if isinstance(one, Section) else "supplier" for one in records
    ]
    assert len({report[0].values["key"] for report in told}) == 3
    assert (nobodys.document, nobodys.values["found"]) == ("", "?")
