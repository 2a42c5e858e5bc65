import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from sage_connect.errors import FileFormatError
from sage_connect.testing.demo import export_bytes
from sage_connect.testing.importer import ImportMessage, Sage100Importer

from .flat_files import (
    ACCOUNT,
    BY_HAND,
    FIRST,
    HEADER,
    SECOND,
    company,
    file,
    imported,
    odd,
    party,
    receivable,
    sale,
    share,
)


def test_a_new_customer_is_created_and_can_be_invoiced_in_the_same_file() -> None:
    importer, result = imported(file(party(), receivable(f9="POTERIE"), sale()))

    assert (result.accepted, result.created, result.entries) == (True, 1, 2)
    assert importer.customers()["POTERIE"] == "Poterie Céladon"


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"f1": ""}, 1),
        ({"f1": "Poterie"}, 1),
        ({"f1": "POTERIECELADON2026"}, 1),
        ({"f2": "x" * 70}, 2),
        ({"f3": "7"}, 3),
        ({"f15": "9"}, 15),
        ({"f8": "x" * 36}, 8),
    ],
)
def test_a_wrong_field_of_a_third_party_is_named(cells: dict[str, str], field: int) -> None:
    assert imported(file(party(**cells)))[1].messages == (
        odd(FIRST + field, field, "#MPCT"),
    )


@pytest.mark.parametrize("field", [4, 134])
def test_a_third_party_needs_accounts_that_exist(field: int) -> None:
    (message,) = imported(file(party(**{f"f{field}": "412000"})))[1].messages

    assert (message.text, message.field) == (ACCOUNT.format(FIRST + field), field)


def test_a_known_record_is_written_over_whole_with_its_empty_fields() -> None:
    importer, result = imported(file(party("DUPONT", "Dupont")))
    now = importer.record("#MPCT", "DUPONT")

    assert (result.created, result.updated) == (0, 1)
    assert now is not None
    assert (now[1], now[10], now[17]) == ("Dupont", "", "")


@pytest.mark.parametrize("mode", ["0", "2"])
def test_a_known_record_is_left_alone_where_the_company_says_so(mode: str) -> None:
    importer, result = imported(file(party("DUPONT", "Dupont")), ("#MDOS", 48, mode))

    assert (result.accepted, result.updated, result.untouched) == (True, 0, 1)
    assert importer.customers()["DUPONT"] == "Dupont & Fils"


def test_where_sage_asks_a_person_may_say_yes() -> None:
    importer = Sage100Importer(company(("#MDOS", 48, "2")), overwrites_when_asked=True)

    assert importer.import_file(file(party("DUPONT", "Dupont"))).updated == 1


def test_a_section_is_added_to_its_plan_once() -> None:
    fields = ["1", "P2026-009", "Pont de Saumur", *[""] * 19]
    importer, first = imported(file(("#MPCA", *fields)))
    second = importer.import_file(file(("#MPCA", *fields)))

    assert (first.created, second.created, second.updated) == (1, 0, 1)
    assert list(importer.sections("PROJET")).count("P2026-009") == 1


def test_a_section_needs_a_plan() -> None:
    fields = ["3", "P2026-009", "Pont de Saumur", *[""] * 19]

    assert imported(file(("#MPCA", *fields)))[1].messages == (odd(FIRST + 1, 1, "#MPCA"),)


def test_a_tax_code_needs_a_rate_and_an_account() -> None:
    tax = ("#MTAX", "TVA 8,5", "0", "8.5", "0", "445799", "C085", "0", "1", *[""] * 7)
    messages = imported(file(tax))[1].messages

    assert [message.field for message in messages] == [3, 5]


@pytest.mark.parametrize("fields", [38, 40])
def test_a_line_with_a_field_too_many_or_too_few_is_refused_at_its_flag(
    fields: int,
) -> None:
    result = imported(file(receivable(fields), sale()))[1]

    assert result.messages[0] == odd(FIRST)


@pytest.mark.parametrize(("version", "fields"), [(5, 26), (10, 26), (14, 37), (25, 39)])
def test_old_versions_are_imported_with_their_own_number_of_fields(
    version: int, fields: int
) -> None:
    header = ("#FLG 000", f"#VER {version}", "#DEV EUR")
    records = (receivable(fields), sale(fields))
    importer, result = imported(file(*records, header=header))

    assert (result.accepted, result.entries) == (True, 2)
    assert Sage100Importer(importer.export()).pieces() == importer.pieces()


@pytest.mark.parametrize(
    "header", [("#VER 31", "#DEV EUR"), ("#FLG 001", "#VER 31", "#DEV"), ("#VER 31",)]
)
def test_the_headers_of_old_exporters_are_taken(header: tuple[str, ...]) -> None:
    assert imported(file(receivable(), sale(), header=header))[1].accepted


def test_a_missing_end_is_tolerated() -> None:
    assert imported(file(receivable(), sale(), end=""))[1].accepted


def test_a_file_cut_off_within_a_record_is_refused() -> None:
    whole = file(receivable(), sale())

    assert imported(whole[: len(whole) - 30])[1].messages[0] == odd(SECOND)


def test_lines_that_end_with_lf_are_no_lines_to_sage() -> None:
    result = imported(BY_HAND.replace(b"\r\n", b"\n"))[1]

    assert result.messages == (ImportMessage(text="Format de fichier incorrect !", line=1),)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xef\xbb\xbf" + BY_HAND,
        BY_HAND.decode("cp850").encode("utf-16"),
        b"PK\x03\x04",
    ],
)
def test_what_is_no_flat_file_is_refused_at_its_first_line(data: bytes) -> None:
    result = imported(data)[1]

    assert result.messages == (ImportMessage(text="Format de fichier incorrect !", line=1),)


def test_text_between_header_and_first_record_is_refused() -> None:
    result = imported(file(("VTE",)))[1]

    assert result.messages == (ImportMessage(text="Format de fichier incorrect !", line=4),)


@pytest.mark.parametrize("version", [23, 33])
def test_a_file_of_another_module_with_a_currency_is_unknown_at_line_3(
    version: int,
) -> None:
    header = ("#FLG 000", f"#VER {version}", "#DEV EUR")
    result = imported(file(receivable(), sale(), header=header))[1]

    assert result.messages == (ImportMessage(text="Fichier inconnu ligne : 3", line=3),)


def test_a_file_in_another_base_currency_is_refused() -> None:
    result = imported(file(receivable(), sale(), header=(*HEADER[:2], "#DEV XPF")))[1]

    assert [(message.line, "XPF" in message.text) for message in result.messages] == [
        (3, True)
    ]


def test_an_unknown_flag_and_an_orphan_are_refused_at_their_flags() -> None:
    orphan = share("1", "P2026-001", "1,00")
    result = imported(file(orphan, ("#ZZZZ", "x")))[1]

    assert result.messages == (odd(4, record="#MECA"), odd(9, record="#ZZZZ"))


def test_utf_8_is_imported_as_the_wrong_letters_without_a_word() -> None:
    importer, result = imported(BY_HAND.decode("cp850").encode("utf-8"))

    assert result.accepted
    assert importer.pieces()[0].lines[1].label == "├ëtudes"


def test_data_that_begins_with_a_number_sign_comes_back_as_it_was() -> None:
    importer, _ = imported(file(receivable(f11="\\#12 façade"), sale()))

    assert importer.pieces()[0].lines[0].label == "#12 façade"
    assert b"\r\n\\#12 fa" in importer.export()


def test_everything_wrong_is_told_in_the_order_of_the_file() -> None:
    result = imported(file(receivable(f1="VEN", f26="C99"), sale(f1="VEN", f7="799999")))[1]

    assert [message.line for message in result.messages] == [5, 30, 45, 51]


def test_a_refused_file_changes_nothing() -> None:
    importer, result = imported(file(party(), receivable(f9="POTERIE"), sale(f18="99,99")))

    assert not result.accepted
    assert importer.export() == company()


def test_an_export_is_imported_and_exported_again_to_the_byte() -> None:
    importer, _ = imported(BY_HAND)
    once = importer.export()
    empty = Sage100Importer()
    result = empty.import_file(export_bytes())

    assert Sage100Importer(once).export() == once
    assert result.accepted
    assert empty.export() == export_bytes()


def test_an_export_keeps_what_was_posted_in_closed_periods() -> None:
    importer, _ = imported(BY_HAND)
    closed = importer.export().replace(b"190926", b"150225")

    assert Sage100Importer(closed).pieces()[0].date == date(2025, 2, 15)


def test_what_is_no_export_cannot_be_begun_with() -> None:
    with pytest.raises(FileFormatError) as raised:
        Sage100Importer(b"PNM")

    assert raised.value.line == 1


def test_real_files_of_other_exporters_are_read(spec: Path) -> None:
    sample = (spec / "sage100/samples/flat/ver14_sale_analytic_REPLAY.txt").read_bytes()
    result = Sage100Importer().import_file(sample)
    texts = {message.text.rsplit(" à la ligne", 1)[0] for message in result.messages}

    # Its journal, year and accounts are of another company; its shape is sound.
    assert texts >= {
        "Le journal n'existe pas",
        "L'écriture n'appartient pas à un exercice",
        "Le compte général n'existe pas",
    }
    assert not any("incohérence" in text for text in texts)


def test_whatever_is_done_to_a_file_it_is_imported_whole_or_refused_with_a_reason() -> None:
    before = company()
    outcomes: set[bool] = set()
    for place in range(0, len(BY_HAND), 13):
        importer = Sage100Importer(before)
        result = importer.import_file(BY_HAND[:place] + b"1" + BY_HAND[place + 1 :])
        outcomes.add(result.accepted)

        if result.accepted:
            assert sum(len(piece.lines) for piece in importer.pieces()) == result.entries
            assert result.entries == 3
        else:
            assert importer.export() == before
            assert result.messages

    assert outcomes == {True, False}


def test_the_importer_knows_nothing_of_the_code_it_judges() -> None:
    code = (
        "import sys, sage_connect.testing.importer\n"
        "print(*(name for name in sys.modules if name.startswith('sage_connect.sage100.')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True
    )
    loaded = {name.split(".")[2] for name in done.stdout.split()}

    assert loaded == {"wire"}
