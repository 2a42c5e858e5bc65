"""Files that another program changed: the damage is named, and no fault follows from it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, strategies as st

from sage_connect.errors import FileFormatError
from sage_connect.sage100 import wire
from sage_connect.sage100.wire import balance, flat
from sage_connect.testing.demo import export_bytes

EXPORT = export_bytes()


def line(account: str, side: wire.Side, **more: Any) -> wire.EntryLine:
    values: dict[str, Any] = {
        "journal": "VTE",
        "date": date(2026, 9, 19),
        "piece": "F1",
        "label": "Facture",
        "amount": Decimal(100),
    }
    return wire.entry_writer()(**values | {"account": account, "side": side} | more)


def piece(number: str = "F1", **more: Any) -> bytes:
    more = {"piece": number} | more
    lines = [line("411", wire.Side.DEBIT, **more), line("701", wire.Side.CREDIT, **more)]
    return wire.record_bytes(lines)


HEAD = b"#FLG 000\r\n#VER 31\r\n#DEV EUR\r\n"


def made(*pieces: bytes) -> bytes:
    return b"%b%b#FIN\r\n" % (HEAD, b"".join(pieces))


def labelled(label: bytes) -> bytes:
    return made(piece().replace(b"Facture", label, 1))


def told(data: bytes, name: str = "") -> list[tuple[str, str, int, str]]:
    faults = wire.inspect(data, name=name).faults
    return [(f.code, f.severity, f.line, f.field) for f in faults]


def codes(data: bytes) -> list[str]:
    return [code for code, *_ in told(data)]


# ------------------------------------------------------------------ encodings


@pytest.mark.parametrize(
    "text",
    [
        "à",
        "il y a",
        "à payer",
        "solde à payer",
        "l\u2019achat",
        "cœur",
        "100 €",
        "50€",
        "Règlement",
    ],
)
def test_windows_text_is_told_and_plain_text_is_not(text: str) -> None:
    found = told(labelled(text.encode("cp1252")))

    expected = (
        [] if text.isascii() else [("SC-FLAT-CODE-PAGE", "warning", 15, "label (11)")]
    )
    assert found == expected


@pytest.mark.parametrize(
    "text",
    ["à payer", "Ça va", "ÇA", "FRANÇAIS", "FRANÇOIS 2", "Élève", "ÉCOLE", "L'HÔTEL", "où",
     "£ 100", "m³", "ÆBLE", "Noël", "Crème brûlée", "NÎMES", "Ô VIVE", "AÇ 2 Ça"],
)  # fmt: skip
def test_french_text_in_its_own_code_page_is_no_fault(text: str) -> None:
    assert told(labelled(text.encode("cp850"))) == []


def test_utf_8_is_told_once_with_a_count_and_hides_nothing() -> None:
    text = "é" * 40
    pieces = [piece(f"F{at}", label=text) for at in range(1200)]
    wrong = piece("F9999").replace(b"100,00", b"100,01", 1)
    data = made(*pieces, wrong).decode("cp850").encode()

    found = told(data)

    assert [code for code, *_ in found] == [
        "SC-FLAT-BALANCE-PIECE",
        "SC-FLAT-BALANCE-MONTH",
        "SC-FLAT-UTF8",
    ]
    assert found[-1] == ("SC-FLAT-UTF8", "error", 15, "label (11)")
    message = wire.inspect(data).faults[-1].message
    assert "one of 2400 in the file" in message
    assert "decode it as UTF-8 and encode the result as CP850" in message


@example(["\xe7ŠŠ"])  # in Windows-1252 these bytes are a sign of UTF-8 again
@given(
    st.lists(
        st.text("éèàùçôêîÉÀ\u2019€Šš½", min_size=1, max_size=9), min_size=1, max_size=4
    )
)
def test_a_recipe_repairs_the_file_or_is_not_given(texts: list[str]) -> None:
    data = made(
        *(
            piece(f"F{at}").replace(b"Facture", text.encode())
            for at, text in enumerate(texts)
        )
    )

    fault = wire.inspect(data).faults[-1]

    assert fault.code == "SC-FLAT-UTF8"
    if "decode it as UTF-8 and encode" in fault.message:
        repaired = data.decode().encode("cp850")
    elif "encode as Windows-1252 and read" in fault.message:
        repaired = data.decode().encode("cp1252")
    else:
        assert fault.message.endswith("so ask for it again.")
        return
    assert "SC-FLAT-UTF8" not in codes(repaired)


def test_an_impossible_recipe_is_not_given() -> None:
    twice = "Chèque".encode("cp850").decode("cp1252").encode()

    (fault,) = wire.inspect(labelled(twice)).faults

    assert "encode as Windows-1252 and read the result as CP850" in fault.message
    assert "encode the result as CP850" not in fault.message


# ------------------------------------------------------------------ spreadsheets


@pytest.mark.parametrize("added", [b";;", b";", b",,,", b"\t\t"])
def test_separators_that_a_spreadsheet_added_hide_no_other_fault(added: bytes) -> None:
    sound = EXPORT.replace(b"\r\n", added + b"\r\n")
    wrong = sound.replace(b"#MCJR", b"#mcjr", 1)
    place = EXPORT[: EXPORT.index(b"#MCJR")].count(b"\r\n") + 1

    assert told(sound) == [("SC-FLAT-SPREADSHEET", "error", 1, "")]
    assert ("SC-FLAT-FLAG-FORM", "error", place, "") in told(wrong)


def test_quotes_around_all_lines_are_taken_away() -> None:
    lines = EXPORT.split(b"\r\n")[:-1]
    quoted = b"".join(b'"%b"\r\n' % one.replace(b'"', b'""') for one in lines)
    blocks = [quoted[at : at + 999] for at in range(0, len(quoted), 999)]

    assert told(quoted) == [("SC-FLAT-SPREADSHEET", "error", 1, "")]
    assert wire.inspect(iter(blocks)) == wire.inspect(quoted)
    assert wire.inspect(quoted[:-2]).records == wire.inspect(EXPORT).records


def test_blocks_of_any_size_lose_what_a_spreadsheet_added(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sound = wire.inspect(EXPORT)
    monkeypatch.setattr(flat, "BLOCK", 64)

    found = wire.inspect(b"\xef\xbb\xbf" + EXPORT.replace(b"\r\n", b";;\r\n"))

    assert found.records_by_flag == sound.records_by_flag


@pytest.mark.parametrize(
    ("account", "code", "severity"),
    [
        (b"4,1E+05", "SC-FLAT-MANGLED", "error"),
        (b"4.11E+05", "SC-FLAT-MANGLED", "error"),
        (b"411 000", "SC-FLAT-MANGLED", "error"),
        (b"41100O", "SC-FLAT-LOOKALIKE", "warning"),
        (b"4I1000", "SC-FLAT-LOOKALIKE", "warning"),
    ],
)
def test_an_account_that_a_spreadsheet_or_a_hand_changed_is_told(
    account: bytes, code: str, severity: str
) -> None:
    data = made(piece().replace(b"\r\n411\r\n", b"\r\n%b\r\n" % account))

    assert told(data) == [(code, severity, 11, "account (7)")]


@pytest.mark.parametrize(
    "account", [b"411000", b"411DUPONT", b"FRAIS", b"4OO", b"1E0000001A"]
)
def test_an_account_with_letters_may_be_one(account: bytes) -> None:
    assert told(made(piece().replace(b"\r\n411\r\n", b"\r\n%b\r\n" % account))) == []


@pytest.mark.parametrize("number", [b"1,2E+11", b"1E+15"])
def test_a_number_of_a_piece_that_became_a_power_is_told(number: bytes) -> None:
    data = made(piece().replace(b"F1", number))

    assert told(data)[0] == ("SC-FLAT-MANGLED", "error", 8, "piece (4)")


def test_cells_in_quotes_are_told_once() -> None:
    data = made(piece(), piece("F2")).replace(b"Facture", b'"Facture; 2"')

    (fault,) = wire.inspect(data).faults

    assert (fault.code, fault.line, fault.field) == ("SC-FLAT-QUOTED", 15, "label (11)")
    assert "one of 4 in the file" in fault.message


# ------------------------------------------------------------------ flags and shifts


@pytest.mark.parametrize("number", [1, 2, 7, 11, 12, 16, 17, 18, 25])
def test_a_missing_line_is_told_with_where_the_shift_begins(number: int) -> None:
    lines = EXPORT.removesuffix(b"#FIN\r\n").split(b"\r\n")[:-1]
    own = piece(third_party="DUPONT").split(b"\r\n")[:-1]
    del own[number]
    data = b"\r\n".join([*lines, *own, b"#FIN", b""])

    found = wire.inspect(data)

    errors = [
        one
        for one in found.faults
        if one.severity == "error" and "REF" not in one.code and "LENGTH" not in one.code
    ]
    assert [(one.code, one.line) for one in errors] == [("SC-FLAT-COUNT", len(lines) + 1)]
    assert errors[0].field
    label = next(f.label for f in wire.EntryLine.own_fields if f.at == number - 1)
    first = int(errors[0].field.partition("(")[2][:-1])
    last = int(errors[0].message.partition(" on,")[0].rpartition("(")[2][:-1])
    assert first <= number <= last, label


def test_a_line_too_many_in_a_table_is_told_by_its_row() -> None:
    at = EXPORT.index(b"#MDEV")
    lines = EXPORT[at:].split(b"\r\n")
    lines.insert(23, b"x")

    (fault,) = wire.inspect(EXPORT[:at] + b"\r\n".join(lines)).faults

    assert (fault.code, fault.severity) == ("SC-FLAT-COUNT", "error")
    assert fault.field.startswith("currencies[1].")


@pytest.mark.parametrize("flag", [b"#MDOS", b"#MANA", b"#MDEV", b"#MNIC", b"#MREG"])
@pytest.mark.parametrize("too_many", [True, False])
def test_a_shift_in_a_record_of_the_company_is_an_error_and_nothing_else(
    flag: bytes, *, too_many: bool
) -> None:
    at = EXPORT.index(flag)
    lines = EXPORT[at:].split(b"\r\n")
    if too_many:
        lines.insert(20, b"x")
    else:
        del lines[20]

    assert codes(EXPORT[:at] + b"\r\n".join(lines)) == ["SC-FLAT-COUNT"]


def test_a_shift_is_told_where_the_count_of_fields_may_vary() -> None:
    at = EXPORT.index(b"#MPCT")
    line_ = EXPORT[:at].count(b"\r\n") + 1
    lines = EXPORT[at:].split(b"\r\n")
    lines.insert(15, b"x")

    assert told(EXPORT[:at] + b"\r\n".join(lines)) == [
        ("SC-FLAT-COUNT", "error", line_, "currency_no (15)")
    ]


def test_a_flag_in_lower_case_after_accounts_of_any_number_is_told() -> None:
    at = EXPORT.index(b"#MPCT", EXPORT.index(b"#MPCT") + 1)
    place = EXPORT[:at].count(b"\r\n") + 1

    for flag in (b"#mpct", b"MPCT"):
        data = EXPORT[:at] + flag + EXPORT[at + 5 :]
        assert told(data) == [("SC-FLAT-FLAG-FORM", "error", place, "")]
        assert wire.inspect(data).records == wire.inspect(EXPORT).records


def test_several_flags_without_their_sign_are_all_told() -> None:
    data = made(piece(), piece("F2")).replace(b"#MECG", b"MECG")
    data = data.replace(b"MECG", b"#MECG", 1)

    assert told(data) == [
        ("SC-FLAT-FLAG-FORM", "error", line_, "") for line_ in (44, 84, 124)
    ]


def test_a_record_of_twice_the_fields_that_make_no_other_is_only_too_long() -> None:
    data = made(
        piece().replace(b"#MECG\r\n" + piece().split(b"#MECG\r\n")[2], b"x\r\n" * 39)
    )

    assert codes(data)[0] == "SC-FLAT-COUNT"


def test_a_word_that_is_a_flag_may_be_a_text() -> None:
    assert told(labelled(b"MECG")) == []
    assert told(labelled(b"FIN")) == []


# ------------------------------------------------------------------ sums and ends


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"190926", b"310926", "SC-FLAT-DATE"),
        (b"100,00", b"100.00", "SC-FLAT-AMOUNT"),
        (b"\r\n0\r\n100,00", b"\r\nC\r\n100,00", "SC-FLAT-ENUM"),
        (b"Facture\r\n", b"", "SC-FLAT-COUNT"),
        (b"Facture\r\n", b"Facture\r\n\r\n", "SC-FLAT-COUNT"),
        (b"VTE\r\n190926\r\n\r\nF1\r\n", b"VTE\r\n190926\r\nF1\r\n", "SC-FLAT-COUNT"),
    ],
)
@pytest.mark.parametrize("last", [True, False])
def test_no_false_balance_follows_one_fault(
    old: bytes, new: bytes, code: str, *, last: bool
) -> None:
    if last and old.startswith(b"\r\n0"):
        old = old.replace(b"0\r\n1", b"1\r\n1")
    own = piece("F2").replace(b"F2", b"F1")
    whole = new.join(own.rsplit(old, 1)) if last else own.replace(old, new, 1)
    data = made(piece("A"), whole, piece("Z"))

    assert codes(data) == [code]


def test_a_piece_is_told_when_it_stands_twice_in_any_place() -> None:
    pieces = [piece(f"F{at}") for at in range(5)]
    for data, line_ in (
        (made(pieces[0], pieces[0], *pieces[1:]), 84),
        (made(*pieces, pieces[2]), 4 + 5 * 80),
        (made(*pieces, pieces[0]), 4 + 5 * 80),
    ):
        assert told(data) == [("SC-FLAT-TWICE", "warning", line_, "piece (4)")]


def test_each_line_of_a_piece_twice_is_told_once() -> None:
    first, second = piece().split(b"#MECG")[1:]
    data = made(b"".join(b"#MECG" + one for one in (first, first, second, second)))

    assert told(data) == [("SC-FLAT-TWICE", "warning", 4, "piece (4)")]


def test_all_entries_twice_are_told_piece_by_piece() -> None:
    pieces = [piece(f"F{at}") for at in range(30)]

    assert codes(made(*pieces, *pieces)) == ["SC-FLAT-TWICE"] * 30


def test_a_date_of_another_month_is_told_once_and_no_month_besides() -> None:
    data = made(piece().replace(b"190926", b"191026", 1))
    three = wire.record_bytes(
        [
            line("411", wire.Side.DEBIT, date=date(2026, 10, 19)),
            line("701", wire.Side.CREDIT, amount=Decimal(60)),
            line("702", wire.Side.CREDIT, amount=Decimal(40)),
        ]
    )

    assert told(data) == [("SC-FLAT-PIECE-DATES", "error", 46, "date (2)")]
    assert told(made(three)) == [("SC-FLAT-PIECE-DATES", "error", 46, "date (2)")]


@pytest.mark.parametrize("follows", [b"x" * 5_000_000, b"#x\r\n" * 1_300_000])
def test_much_after_the_end_is_content_after_the_end(follows: bytes) -> None:
    data = made(piece())

    assert told(data + follows) == [("SC-FLAT-AFTER-END", "error", 85, "")]
    assert told(HEAD + b"#FIN\r\n" + follows) == [("SC-FLAT-AFTER-END", "error", 5, "")]


def test_a_record_without_end_is_still_refused() -> None:
    with pytest.raises(FileFormatError, match="SC-FLAT-TOO-LONG"):
        wire.inspect(HEAD + piece() + b"x" * 5_000_000)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("export.txt", []), ("C:\\a\\X.PNM", ["SC-FILE-NAME"]), ("a.mae", ["SC-FILE-NAME"])],
)
def test_a_file_under_another_formats_name_is_noted(name: str, expected: list[str]) -> None:
    found = wire.inspect(made(piece()), name=name)

    assert [f.code for f in found.faults] == expected
    assert found.ok


def test_a_piece_whose_damaged_line_comes_later_is_not_told_to_be_unbalanced() -> None:
    # Another piece stands between, so that the first is left and its line comes after.
    first, second = piece("A").split(b"#MECG")[1:]
    rest = b"#MECG" + second.replace(b"190926", b"320926")
    data = made(b"#MECG" + first, piece("B"), rest)

    assert codes(data) == ["SC-FLAT-DATE"]


def test_so_many_damaged_pieces_are_remembered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(balance, "_OPEN_PIECES", 1)
    wrong = [piece(f"F{at}").replace(b"190926", b"320926", 1) for at in range(3)]

    told_ = codes(made(*wrong))

    assert told_.count("SC-FLAT-DATE") == 3
    assert told_.count("SC-FLAT-BALANCE-PIECE") == 2


def test_faults_of_a_third_party_that_no_shift_explains_are_told_one_by_one() -> None:
    party = next(wire.read(EXPORT).of(wire.ThirdParty))
    wrong = bytes(party)
    lines = wrong.split(b"\r\n")
    for at in (15, 52, 62, 68):
        lines[at] = b"x"

    assert len(codes(EXPORT.replace(wrong, b"\r\n".join(lines)))) == 4
