from datetime import date
from decimal import Decimal

import pytest

from sage_connect.testing.importer import (
    ImportMessage,
    ImportResult,
    PostedLine,
    Share,
    TaxBalance,
)

from .flat_files import (
    ACCOUNT,
    BY_HAND,
    FIRST,
    JOURNAL,
    SECOND,
    YEAR,
    at,
    company,
    file,
    imported,
    odd,
    receivable,
    sale,
    share,
)


def test_a_file_written_by_hand_is_imported_and_read_back() -> None:
    importer, result = imported(BY_HAND)
    (piece,) = importer.pieces()

    assert result == ImportResult(accepted=True, entries=3)
    assert piece[:5] == ("VTE", date(2026, 9, 19), "FA1", "FA1", "BC 4471")
    assert piece.lines == (
        PostedLine(
            account="411000",
            third_party="DUPONT",
            side="D",
            amount=Decimal(1200),
            label="Façade côté cour",
            tax_code="",
            due=date(2026, 10, 19),
            analytic=(),
            currency="",
            currency_amount=None,
        ),
        PostedLine(
            account="706000",
            third_party="",
            side="C",
            amount=Decimal(1000),
            label="Études",
            tax_code="C20",
            due=None,
            analytic=(
                Share(1, "P2026-001", Decimal(600)),
                Share(1, "P2026-002", Decimal(400)),
            ),
            currency="",
            currency_amount=None,
        ),
        PostedLine(
            account="445710",
            third_party="",
            side="C",
            amount=Decimal(200),
            label="Façade côté cour",
            tax_code="C20",
            due=None,
            analytic=(),
            currency="",
            currency_amount=None,
        ),
    )


def test_what_was_posted_adds_up() -> None:
    importer, _ = imported(BY_HAND)
    balances = importer.balances()

    assert balances.accounts == {"411000": 1200, "706000": -1000, "445710": -200}
    assert balances.third_parties == {"DUPONT": 1200}
    assert balances.sections == {(1, "P2026-001"): -600, (1, "P2026-002"): -400}
    assert balances.vat == {"C20": TaxBalance(Decimal(-1000), Decimal(-200))}


def test_a_file_imported_twice_is_posted_twice_and_said_to_be() -> None:
    importer, first = imported(BY_HAND)
    second = importer.import_file(BY_HAND)

    assert (first.duplicated, second.duplicated) == (0, 3)
    assert second.accepted
    assert importer.pieces()[0] == importer.pieces()[1]
    assert importer.balances().third_parties == {"DUPONT": 2400}


def test_equal_lines_of_one_file_are_no_duplicates() -> None:
    result = imported(file(receivable(), receivable(), sale(), sale()))[1]

    assert (result.accepted, result.duplicated) == (True, 0)


def test_a_duplicate_is_found_although_sage_has_renumbered_it() -> None:
    importer, _ = imported(BY_HAND, renumbers=True)
    again = importer.import_file(BY_HAND)

    assert [piece.piece for piece in importer.pieces()] == ["1", "2"]
    assert again.duplicated == 3


def test_a_journal_numbered_by_hand_keeps_its_pieces() -> None:
    importer, _ = imported(BY_HAND, ("#MCJR VTE", 5, "0"), renumbers=True)

    assert [piece.piece for piece in importer.pieces()] == ["FA1"]


def test_pieces_are_counted_by_month_or_for_the_whole_file_as_the_journal_says() -> None:
    pair = (receivable(), sale(), receivable(f2="011026"), sale(f2="011026"))
    monthly, _ = imported(file(*pair), ("#MCJR VTE", 5, "3"), renumbers=True)
    whole, _ = imported(file(*pair), ("#MCJR VTE", 5, "2"), renumbers=True)

    assert [piece.piece for piece in monthly.pieces()] == ["1", "1"]
    assert [piece.piece for piece in whole.pieces()] == ["1", "2"]


@pytest.mark.parametrize(
    ("cells", "messages"),
    [
        ({"f1": "VEN"}, [at(1, JOURNAL)]),
        ({"f1": "VTE "}, [at(1, JOURNAL)]),
        ({"f1": "VTX"}, [odd(5, 1)]),
        ({"f2": ""}, [odd(6, 2)]),
        ({"f2": "310226"}, [odd(6, 2)]),
        ({"f2": "19092026"}, [odd(6, 2)]),
        ({"f2": "150127"}, [at(2, YEAR)]),
        ({"f2": "150626"}, [at(2, "La période est clôturée à la ligne {} !")]),
        ({"f4": "FACTURE-000001"}, [odd(8, 4)]),
        ({"f4": "fa1"}, [odd(8, 4)]),
        ({"f7": "412000"}, [at(7, ACCOUNT)]),
        ({"f7": ""}, [at(7, ACCOUNT)]),
        ({"f7": "411200"}, [odd(11, 7)]),
        ({"f9": ""}, [odd(13, 9)]),
        ({"f9": "INCONNU"}, [at(9, "Le compte tiers n'existe pas à la ligne {} !")]),
        ({"f9": "ANCIEN"}, [odd(13, 9)]),
        ({"f7": "512000"}, [odd(11, 7)]),
        ({"f11": ""}, [odd(15, 11)]),
        ({"f11": "x" * 70}, [odd(15, 11)]),
        ({"f11": "Fac\tture"}, [odd(15, 11)]),
        ({"f11": "Fac\nture"}, [odd(15, 11)]),
        ({"f12": "31"}, [odd(16, 12)]),
        ({"f13": "311126"}, [odd(17, 13)]),
        ({"f17": "2"}, [odd(21, 17)]),
        ({"f18": ""}, [odd(22, 18)]),
        ({"f18": "100.00"}, [odd(22, 18)]),
        ({"f18": "1 000,00"}, [odd(22, 18)]),
        ({"f18": "100,000"}, [odd(22, 18)]),
        ({"f18": "-100,00"}, [odd(22, 18)]),
        ({"f18": "100000000000,00"}, [odd(22, 18)]),
        ({"f26": "C99"}, [at(26, "Le code taxe n'existe pas à la ligne {} !")]),
        ({"f16": "9"}, [at(16, "La devise 9 n'existe pas dans la liste à la ligne {} !")]),
        ({"f16": "2"}, [odd(29, 25)]),
    ],
)
def test_a_wrong_field_of_a_line_is_named_by_its_physical_line(
    cells: dict[str, str], messages: list[ImportMessage]
) -> None:
    same = {name: text for name, text in cells.items() if name in {"f1", "f2"} and text}
    # The other line is in the same journal and month, so that nothing else is wrong.
    importer, result = imported(file(receivable(**cells), sale(**same)))

    assert [message for message in result.messages if message.line < SECOND] == messages
    assert not result.accepted
    assert importer.export() == company()


def test_a_piece_out_of_balance_is_refused_by_journal_and_month() -> None:
    result = imported(file(receivable(f18="100,01"), sale()))[1]
    text = (
        "Les écritures générales ne sont pas équilibrées pour le journal VTE "
        f"septembre 2026 à la ligne {SECOND}"
    )

    assert result.messages == (ImportMessage(text=text, line=SECOND, record="#MECG"),)


def test_sage_balances_by_journal_and_month_but_not_by_piece() -> None:
    # Two pieces that are wrong by the same amount: the library must look closer than Sage.
    records = (
        receivable(f18="100,01"),
        sale(),
        receivable(f4="FA2", f18="99,99"),
        sale(f4="FA2"),
    )

    assert imported(file(*records))[1].accepted


def test_a_balanced_piece_over_two_months_is_refused_for_both() -> None:
    result = imported(file(receivable(), sale(f2="011026")))[1]

    assert [message.line for message in result.messages] == [FIRST, SECOND]


def test_a_journal_may_be_balanced_by_sage_itself_which_hides_the_fault() -> None:
    options = (("#MDOS", 66, "1"), ("#MDOS", 69, "758000"), ("#MDOS", 68, "471000"))
    importer, result = imported(file(receivable(f18="100,01"), sale()), *options)

    assert (result.accepted, result.entries) == (True, 3)
    assert importer.balances().accounts["758000"] == Decimal("-0.01")


def test_a_journal_is_not_balanced_without_an_account_for_the_gap() -> None:
    assert not imported(file(receivable(f18="100,01"), sale()), ("#MDOS", 66, "1"))[
        1
    ].accepted


def test_an_unknown_account_is_created_from_its_first_ten_characters_where_allowed() -> (
    None
):
    options = (("#MDOS", 42, "1"), ("#MDOS", 33, "0"))
    importer, result = imported(file(receivable(), sale(f7="7060001234567")), *options)
    created = importer.record("#MPLG", "7060001234")

    assert (result.accepted, result.created) == (True, 1)
    assert created is not None
    assert created[:3] == ("7060001234", "0", "Compte à créer")
    assert importer.balances().accounts == {"411000": 100, "7060001234": -100}


def test_an_account_created_once_is_found_by_its_first_ten_characters_again() -> None:
    options = (("#MDOS", 42, "1"), ("#MDOS", 33, "0"))
    records = (
        receivable(),
        sale(f7="7060001234567"),
        receivable(),
        sale(f7="7060001234999"),
    )
    importer, result = imported(file(*records), *options)

    assert (result.accepted, result.created) == (True, 1)
    assert importer.balances().accounts == {"411000": 200, "7060001234": -200}


def test_without_padding_a_short_account_is_unknown() -> None:
    result = imported(file(receivable(f7="411"), sale()), ("#MDOS", 49, "0"))[1]

    assert result.messages == (at(7, ACCOUNT),)


def test_a_tax_register_stays_with_its_line() -> None:
    register = ("#MRGT", *["0"] * 91)
    importer, result = imported(file(receivable(), register, sale()))

    assert result.accepted
    assert importer.pieces()[0].lines[0].analytic == ()
    assert "\r\n".join(("#MRGT", *["0"] * 91, "#MECG")).encode() in importer.export()


def test_an_account_of_another_length_is_padded_or_cut_without_a_word() -> None:
    importer, result = imported(file(receivable(f7="411"), sale(f7="70600012")))

    assert result.accepted
    assert importer.balances().accounts == {"411000": 100, "706000": -100}


@pytest.mark.parametrize("account", ["700", "706900"])
def test_a_total_and_a_dormant_account_take_no_entry(account: str) -> None:
    result = imported(file(receivable(), sale(f7=account)), ("#MDOS", 33, "0"))[1]

    assert result.messages == (odd(SECOND + 7, 7),)


def test_a_dormant_account_takes_entries_where_the_company_allows_it() -> None:
    assert imported(file(receivable(), sale(f7="706900")), ("#MDOS", 118, "0"))[1].accepted


def test_negative_amounts_come_in_with_the_option_for_negative_reversals() -> None:
    data = file(receivable(f18="-100,00"), sale(f18="-100,00"))
    importer, result = imported(data, ("#MDOS", 64, "1"))

    assert result.accepted
    assert importer.balances().third_parties == {"DUPONT": -100}


def test_a_foreign_currency_needs_an_account_that_takes_it() -> None:
    cells = {"f16": "2", "f14": "1,080000", "f25": "108,00"}
    debit = receivable(f7="411200", f9="HUDSON", **cells)
    importer, accepted = imported(file(debit, sale(f7="706300", **cells)))
    refused = imported(file(debit, sale(**cells)))[1]

    assert accepted.accepted
    assert importer.pieces()[0].lines[0][-2:] == ("USD", Decimal(108))
    assert refused.messages == (odd(SECOND + 16, 16),)


UNSPLIT = ImportMessage(
    text=(
        "Le solde des écritures analytiques n'est pas équilibré à la ligne "
        f"{SECOND}, veuillez définir une section d'attente"
    ),
    line=SECOND,
    record="#MECG",
)
SHARE = SECOND + 40


@pytest.mark.parametrize(
    ("shares", "message"),
    [
        ((share("1", "P2026-001", "99,99"),), UNSPLIT),
        ((share("1", "P2026-001", "100,01"),), UNSPLIT),
        ((share("3", "P2026-001", "100,00"),), odd(SHARE + 1, 1, "#MECA")),
        ((share("12", "P2026-001", "100,00"),), odd(SHARE + 1, 1, "#MECA")),
        ((share("1", "P2026-001", "100.00"),), odd(SHARE + 3, 3, "#MECA")),
        (
            (share("1", "P2026-999", "100,00"),),
            ImportMessage(
                text=f"La section analytique n'existe pas à la ligne {SHARE + 2} !",
                line=SHARE + 2,
                field=2,
                record="#MECA",
            ),
        ),
    ],
)
def test_an_analytic_part_must_fit_its_line(
    shares: tuple[tuple[str, ...], ...], message: ImportMessage
) -> None:
    assert message in imported(file(receivable(), sale(), *shares))[1].messages


@pytest.mark.parametrize("section", ["P2026", "P2025-014"])
def test_a_total_and_a_dormant_section_take_nothing(section: str) -> None:
    result = imported(file(receivable(), sale(), share("1", section, "100,00")))[1]

    assert result.messages == (
        ImportMessage(
            text=f"La section analytique n'existe pas à la ligne {SHARE + 2} !",
            line=SHARE + 2,
            field=2,
            record="#MECA",
        ),
    )


def test_an_account_without_the_analytic_option_is_not_split() -> None:
    part = share("1", "P2026-001", "100,00")

    assert imported(file(receivable(), part, sale()))[1].messages == (
        odd(FIRST + 40, record="#MECA"),
    )


def test_a_mandatory_plan_is_owed_by_income_and_not_by_other_accounts() -> None:
    result = imported(file(receivable(), sale()), ("#MANA", 5, "1"))[1]

    assert result.messages == (UNSPLIT,)


def test_a_section_of_suspense_receives_what_was_not_split() -> None:
    suspense = (("#MANA", 5, "1"), ("#MANA", 2, "SIEGE"))
    part = share("1", "P2026-001", "60,00")
    importer, result = imported(file(receivable(), sale(), part), *suspense)

    assert result.accepted
    assert importer.balances().sections == {(1, "P2026-001"): -60, (1, "SIEGE"): -40}
