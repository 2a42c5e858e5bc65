"""Every fault of a file is found, told with its line and field, and found only there."""

import itertools
import tracemalloc
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from sage_connect.sage100 import wire
from sage_connect.sage100.wire import balance, flat, inspection
from sage_connect.sage100.wire.sentences import SENTENCES, Code

DAY = date(2026, 9, 19)
HEAD = b"#FLG 000\r\n#VER 31\r\n#DEV EUR\r\n"


def entry(account: str, side: wire.Side, amount: str, **more: Any) -> wire.EntryLine:
    values: dict[str, Any] = {"journal": "VTE", "date": DAY, "piece": "F1", "label": "Café"}
    return wire.entry_writer()(
        **values | {"account": account, "side": side, "amount": Decimal(amount)} | more
    )


def clean() -> bytes:
    """A file without a fault: an account, a client, a piece with a split."""
    account = wire.build(
        wire.GeneralAccount,
        account_number="4110000",
        type=wire.GeneralAccountType.DETAIL,
        label="Clients",
        nature=wire.AccountNature.CLIENT,
    )
    party = wire.build(
        wire.ThirdParty,
        number="DUPONT",
        name="Dupont",
        type=wire.ThirdPartyType.CLIENT,
        main_account="4110000",
        attached_accounts=["4110000"],
    )
    records: list[wire.Record] = [
        account,
        party,
        entry("4110000", wire.Side.DEBIT, "120.00", third_party="DUPONT"),
        entry("7010000", wire.Side.CREDIT, "100.00"),
        wire.analytic_writer()(plan_no=1, section="PARIS", amount=Decimal(60)),
        wire.analytic_writer()(plan_no=1, section="LYON", amount=Decimal(40)),
        entry("4457000", wire.Side.CREDIT, "20.00"),
    ]
    return b"".join(wire.write(records))


CLEAN = clean()
# Its lines: #MPLG 4, #MPCT 28, #MECG 163, 203 and 253, #MECA 243 and 248, #FIN 293.


def swap(old: bytes, new: bytes) -> Callable[[], bytes]:
    return lambda: CLEAN.replace(old, new, 1)


def twice(data: bytes) -> bytes:
    entries = data[data.index(b"#MECG") : data.index(b"#FIN")]
    return data.replace(b"#FIN", entries + b"#FIN")


def found_in(data: bytes, code: str) -> list[tuple[int, str]]:
    return [(f.line, f.field) for f in wire.inspect(data).faults if f.code == code]


OLD = b"#FLG 000\r\n#VER 25\r\n#DEV EUR\r\n"
FAULTY: list[tuple[Code, str, Callable[[], bytes], int, str]] = [
    (Code.HEADER, "error", lambda: b"hello\r\n".join((b"#FLG 000\r\n", CLEAN[10:])), 2, ""),
    (Code.FLG, "note", swap(b"#FLG 000", b"#FLG 001"), 1, ""),
    (Code.VERSION, "warning", swap(b"#VER 31", b"#VER 99"), 2, ""),
    (Code.CURRENCY, "note", swap(b"#DEV EUR", b"#DEV"), 3, ""),
    (Code.CURRENCY, "warning", swap(b"#DEV EUR", b"#DEV euro"), 3, ""),
    (Code.CURRENCY, "warning", swap(b"#DEV EUR\r\n", b""), 2, ""),
    (
        Code.CURRENCY,
        "note",
        lambda: b"#FLG 000\r\n#VER 5\r\n#MPIE\r\n1\r\n#FIN\r\n",
        2,
        "",
    ),
    (Code.VERSION, "error", swap(b"#VER 31", b"#VER abc"), 2, ""),
    (Code.VERSION, "error", swap(b"#VER 31\r\n", b""), 2, ""),
    (Code.SPREADSHEET, "error", lambda: CLEAN.replace(b"\r\n", b";;\r\n"), 1, ""),
    (Code.FLAG_FORM, "error", swap(b"#MECG", b"#mecg"), 163, ""),
    (Code.FLAG_FORM, "error", swap(b"#MECG", b"MECG"), 163, ""),
    (Code.FLAG_FORM, "error", swap(b"#FIN", b"#fin"), 293, ""),
    (Code.FLAG_FORM, "error", swap(b"#FIN", b"FIN"), 293, ""),
    (Code.FLAG_MISSING, "error", swap(b"#MECA\r\n1\r\nP", b"1\r\nP"), 243, ""),
    (Code.MANGLED, "error", swap(b"7010000", b"7,01E+06"), 210, "account (7)"),
    (Code.MANGLED, "error", swap(b"7010000", b"701 000"), 210, "account (7)"),
    (Code.LOOKALIKE, "warning", swap(b"7010000", b"701000O"), 210, "account (7)"),
    (Code.QUOTED, "warning", swap(b"Caf\x82", b'"Caf\x82; bar"'), 174, "label (11)"),
    (Code.TWICE, "warning", lambda: twice(CLEAN), 293, "piece (4)"),
    (
        Code.ALIKE,
        "warning",
        lambda: b"DUP\xe0NT".join(CLEAN.rsplit(b"DUPONT", 1)),
        172,
        "third_party (9)",
    ),
    (
        Code.CURRENCY_PLACE,
        "error",
        lambda: (
            b"#FLG 000\r\n#VER 33\r\n#DEV EUR\r\n#CPAI\r\n" + b"1\r\n" * 8 + b"#FIN\r\n"
        ),
        3,
        "",
    ),
    (Code.HEADER_AGAIN, "error", swap(b"#MPCT", b"#VER 14\r\n#MPCT"), 28, ""),
    (Code.FLAG, "warning", swap(b"#FIN", b"#ZZZZ\r\n1\r\n#FIN"), 293, ""),
    (Code.FLAG_BLANK, "warning", swap(b"#MPLG\r\n", b"#MPLG \r\n"), 4, ""),
    (Code.COUNT, "error", swap(b"Caf\x82\r\n", b""), 163, "label (11)"),
    (Code.COUNT_UNPROVEN, "warning", lambda: OLD + b"#MPIE\r\n1\r\n#FIN\r\n", 4, ""),
    (Code.TRUNCATED, "error", lambda: CLEAN[: CLEAN.rindex(b"20,00")], 253, ""),
    (Code.PARENT, "error", swap(b"#MPLG", b"#MECA\r\n1\r\nA\r\n1,00\r\n\r\n#MPLG"), 4, ""),
    (Code.NO_END, "warning", swap(b"#FIN\r\n", b""), 292, ""),
    (Code.AFTER_END, "error", lambda: CLEAN + b"#MECG\r\n", 294, ""),
    (Code.BLANK_AFTER_END, "note", lambda: CLEAN + b"\r\n", 293, ""),
    (Code.NO_LINE_END, "note", lambda: CLEAN[:-2], 293, ""),
    (Code.LINE_END, "error", lambda: CLEAN.replace(b"\r\n", b"\n"), 1, ""),
    (Code.LINE_END_MIXED, "error", swap(b"Clients\r\n", b"Clients\n"), 4, ""),
    (Code.UTF8, "error", swap(b"Caf\x82", "Café".encode()), 174, "label (11)"),
    (
        Code.CODE_PAGE,
        "warning",
        swap(b"Caf\x82", "Café".encode("cp1252")),
        174,
        "label (11)",
    ),
    (Code.CONTROL, "error", swap(b"Caf\x82", b"Caf\t\x82"), 174, "label (11)"),
    (Code.AMOUNT, "error", swap(b"120,00", b"120.00"), 181, "amount (18)"),
    (Code.NEGATIVE, "warning", swap(b"120,00", b"-120,00"), 181, "amount (18)"),
    (Code.ROUNDING, "warning", swap(b"120,00", b"120,001"), 181, "amount (18)"),
    (Code.DATE, "error", swap(b"190926", b"310226"), 165, "date (2)"),
    (Code.WHOLE, "error", swap(b"1\r\nPARIS", b"one\r\nPARIS"), 244, "plan_no (1)"),
    (Code.RANGE, "warning", swap(b"1\r\nPARIS", b"12\r\nPARIS"), 244, "plan_no (1)"),
    (Code.ENUM, "error", swap(b"0\r\n120,00", b"D\r\n120,00"), 180, "side (17)"),
    (Code.ENUM, "warning", swap(b"Clients\r\n\r\n", b"Clients\r\n\r\n9"), 9, "nature (5)"),
    (Code.BLANKS, "warning", swap(b"Caf\x82\r\n", b"Caf\x82 \r\n"), 174, "label (11)"),
    (Code.LENGTH, "error", swap(b"Caf\x82", b"x" * 70), 174, "label (11)"),
    (Code.SHORT, "error", swap(b"7010000", b"70"), 210, "account (7)"),
    (Code.CASE, "warning", swap(b"PARIS", b"Paris"), 245, "section (2)"),
    (Code.EMPTY, "error", swap(b"Caf\x82", b""), 174, "label (11)"),
    (Code.BALANCE_PIECE, "warning", swap(b"120,00", b"120,01"), 163, "amount (18)"),
    (Code.BALANCE_MONTH, "error", swap(b"120,00", b"120,01"), 163, "amount (18)"),
    (Code.ANALYTIC_SUM, "error", swap(b"60,00", b"60,01"), 243, "amount (3)"),
    (
        Code.PIECE_DATES,
        "error",
        lambda: b"200926".join(CLEAN.rsplit(b"190926", 1)),
        255,
        "date (2)",
    ),
    (
        Code.DUPLICATE,
        "warning",
        lambda: CLEAN.replace(b"#MPCT", CLEAN[29 : CLEAN.index(b"#MPCT")] + b"#MPCT"),
        29,
        "account_number (1)",
    ),
    (
        Code.ATTACHED,
        "error",
        swap(b"4110000\r\n#MECG", b"4010000\r\n#MECG"),
        32,
        "main_account (4)",
    ),
]
# The others can only be met when values are written, or bound a reader.
OF_WRITING = {
    Code.KIND,
    Code.CHARACTER,
    Code.YEAR,
    Code.HASH,
    Code.FIELD_ABSENT,
    Code.FIELD_NAME,
    Code.TOO_LONG,
    Code.MORE,
}
# Those that need a full export, or a name: see the tests of references and of envelopes.
ELSEWHERE = {
    Code.NAME,
    Code.REFERENCE,
    Code.CODE_LENGTH,
    Code.FISCAL_YEAR,
    Code.CLOSED_PERIOD,
    Code.PARTY_MISSING,
    Code.PARTY_STRAY,
    Code.PARTY_ACCOUNT,
}


def test_the_clean_file_has_no_fault() -> None:
    found = wire.inspect(CLEAN)

    assert found.faults == ()
    assert (found.format, found.module, found.version, found.ok) == (
        "flat",
        "accounting",
        31,
        True,
    )
    assert found.records == 7
    assert found.records_by_flag == {"#MPLG": 1, "#MPCT": 1, "#MECG": 3, "#MECA": 2}
    assert found.totals.debit == found.totals.credit == Decimal("120.00")
    assert found.totals.by_journal == {
        "VTE": wire.Sums(Decimal("120.00"), Decimal("120.00"))
    }


@pytest.mark.parametrize(
    ("code", "severity", "make", "line", "field"),
    FAULTY,
    ids=[f"{number}-{row[0].value}" for number, row in enumerate(FAULTY)],
)
def test_a_fault_is_found_where_it_is(
    code: Code, severity: str, make: Callable[[], bytes], line: int, field: str
) -> None:
    data = make()

    faults = [fault for fault in wire.inspect(data).faults if fault.code == code.value]

    assert data != CLEAN
    assert [(f.severity, f.line, f.field) for f in faults] == [(severity, line, field)]
    assert "{" not in faults[0].message
    assert faults[0].message.endswith(".")


def test_every_code_has_a_faulty_example() -> None:
    assert {row[0] for row in FAULTY} | OF_WRITING | ELSEWHERE == set(Code)
    assert set(SENTENCES) == set(Code)


def test_one_fault_is_not_told_as_many() -> None:
    shifted = wire.inspect(CLEAN.replace(b"Clients\r\n", b"", 1))

    assert [fault.code for fault in shifted.faults] == ["SC-FLAT-COUNT"]


def test_a_message_says_found_expected_and_what_to_do() -> None:
    (fault,) = wire.inspect(
        CLEAN.replace(b"Caf\x82 ", b"").replace(b"PARIS", b"Paris")
    ).faults

    assert fault.message == (
        "'Paris' has lower-case letters where Sage keeps codes in upper case; "
        "write it in upper case."
    )


def test_the_recipe_repairs_text_that_was_encoded_twice() -> None:
    damaged = CLEAN.replace(b"Caf\x82", b"Caf\x82".decode("cp1252").encode())

    fault = next(f for f in wire.inspect(damaged).faults if f.code == "SC-FLAT-UTF8")

    assert (
        "decode it as UTF-8, encode as Windows-1252 and read the result as CP850"
        in fault.message
    )


def test_samples_have_only_the_faults_their_makers_left(spec: Path) -> None:
    expected: dict[str, set[str]] = {
        "ver14_sale_analytic_REPLAY.txt": {
            "SC-FLAT-CURRENCY",
            "SC-FLAT-BLANK-AFTER-END",
            "SC-FLAT-NO-LINE-END",
        },
        "ver25_payroll_od_no_FIN_REPLAY.txt": {"SC-FLAT-NO-END"},
    }
    for file in sorted((spec / "sage100" / "samples" / "flat").iterdir()):
        found = wire.inspect(file.read_bytes(), name=file.name)
        assert {fault.code for fault in found.faults} == expected.get(file.name, set())
        assert found.totals.debit == found.totals.credit


def test_a_cut_at_every_byte_is_noticed() -> None:
    for at in range(len(HEAD) + 7, len(CLEAN) - 1):
        codes = {fault.code for fault in wire.inspect(CLEAN[:at]).faults}
        assert codes & {"SC-FLAT-NO-END", "SC-FLAT-NO-LINE-END"}, at


def test_a_shifted_line_is_found_in_every_record() -> None:
    lines = CLEAN.split(b"\r\n")
    for number in range(3, len(lines) - 2):
        if lines[number].startswith(b"#"):
            continue
        cut = b"\r\n".join((*lines[:number], *lines[number + 1 :]))
        assert not wire.inspect(cut).ok, number


def test_pieces_that_are_taken_up_again_are_one() -> None:
    records = [
        entry("411", wire.Side.DEBIT, "1.00", piece="A"),
        entry("411", wire.Side.DEBIT, "2.00", piece="B"),
        entry("701", wire.Side.CREDIT, "1.00", piece="A"),
        entry("701", wire.Side.CREDIT, "2.00", piece="B"),
    ]

    assert wire.inspect(wire.write(records)).faults == ()


def test_months_and_journals_are_balanced_apart() -> None:
    records = [
        entry("411", wire.Side.DEBIT, "1.00"),
        entry("701", wire.Side.CREDIT, "1.00", date=date(2026, 10, 1), piece="F2"),
    ]
    found = wire.inspect(wire.write(records))

    assert sorted(fault.code for fault in found.faults) == [
        "SC-FLAT-BALANCE-MONTH",
        "SC-FLAT-BALANCE-MONTH",
        "SC-FLAT-BALANCE-PIECE",
        "SC-FLAT-BALANCE-PIECE",
    ]
    assert "in 09/26" in next(f.message for f in found.faults if f.code.endswith("MONTH"))


@given(st.lists(st.integers(1, 10**10), min_size=1, max_size=20))
def test_totals_are_exact(cents: list[int]) -> None:
    amounts = [Decimal(value).scaleb(-2) for value in cents]
    records = [entry("411", wire.Side.DEBIT, str(amount)) for amount in amounts]

    found = wire.inspect(wire.write(records))

    assert found.totals.debit == Decimal(sum(cents)).scaleb(-2)
    assert (sum(cents) == 0) == found.ok


def test_very_many_open_pieces_are_told_and_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(balance, "_OPEN_PIECES", 2)
    records = [entry("411", wire.Side.DEBIT, "1.00", piece=f"P{n}") for n in range(5)]

    told = [f.line for f in wire.inspect(wire.write(records)).faults if "PIECE" in f.code]

    assert told == [4, 44, 84, 124, 164]


def test_an_amount_with_many_decimals_is_summed_exactly() -> None:
    data = CLEAN.replace(b"\r\n120,00", b"\r\n120,000001").replace(
        b"\r\n20,00", b"\r\n20,000001"
    )

    assert wire.inspect(data).totals.debit == Decimal("120.000001")


def test_an_amount_with_too_many_decimals_is_left_out_of_the_sums() -> None:
    found = wire.inspect(CLEAN.replace(b"\r\n120,00\r\n", b"\r\n120,0000001\r\n"))

    assert found.totals.debit == 0
    assert not found.ok


def test_an_analytic_amount_that_cannot_be_read_is_told() -> None:
    faults = wire.inspect(CLEAN.replace(b"60,00", b"60.00")).faults

    assert [(f.code, f.line) for f in faults] == [
        ("SC-FLAT-AMOUNT", 246),
    ]


def test_an_entry_amount_that_cannot_be_read_blames_no_split() -> None:
    faults = wire.inspect(CLEAN.replace(b"100,00", b"100.00")).faults

    assert "SC-FLAT-ANALYTIC-SUM" not in {fault.code for fault in faults}


def test_faults_inside_tables_are_told_by_row() -> None:
    table = wire.build(wire.AnalyticPlans, plans=[{"label": "A"}, {"label": "B"}])
    levels = wire.build(wire.LevelNames, levels=["One"])
    data = b"".join(wire.write([table, levels])).replace(b"\r\nB\r\n", b"\r\n B\r\n")

    faults = wire.inspect(data.replace(b"One", b"One" * 40)).faults

    assert [(f.code, f.line, f.field) for f in faults] == [
        ("SC-FLAT-BLANKS", 28, "plans[1].label (24)"),
        ("SC-FLAT-LENGTH", 259, "levels[0] (1)"),
    ]


def test_control_characters_are_told_in_unknown_records_too() -> None:
    (flag, control) = wire.inspect(
        CLEAN.replace(b"#FIN", b"#ZZZ\r\n1\r\na\x07\r\n#FIN")
    ).faults

    assert (flag.code, control.code) == ("SC-FLAT-FLAG", "SC-FLAT-CONTROL")
    assert (control.line, control.field) == (295, "field (2)")


def test_a_mark_of_utf_8_is_told() -> None:
    codes = {fault.code for fault in wire.inspect(b"\xef\xbb\xbf" + CLEAN).faults}

    assert codes == {"SC-FLAT-HEADER", "SC-FLAT-UTF8"}


def test_a_header_with_mixed_line_ends_is_told() -> None:
    faults = wire.inspect(CLEAN.replace(b"#VER 31\r\n", b"#VER 31\n")).faults

    assert [(f.code, f.line) for f in faults] == [("SC-FLAT-LINE-END-MIXED", 1)]


def test_faults_are_listed_up_to_a_limit() -> None:
    records = [entry("411", wire.Side.DEBIT, "1.00", piece=f"P{n}") for n in range(50)]

    found = wire.inspect(wire.write(records), limit=10)

    # The month and the first ten pieces; that forty more are left out, they hide nothing.
    assert len(found.faults) == 12
    assert found.faults[-1].code == "SC-FLAT-MORE"
    assert found.faults[-1].severity == "warning"
    assert found.faults[-1].message.startswith("40 more faults SC-FLAT-BALANCE-PIECE")
    assert "SC-FLAT-BALANCE-MONTH" in {fault.code for fault in found.faults}


@given(st.binary(max_size=300))
def test_anything_after_a_header_can_be_inspected(noise: bytes) -> None:
    assert wire.inspect(HEAD + noise).format == "flat"


def test_memory_stays_flat_however_long_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    # Small blocks, so that a few hundred pieces are many blocks.
    monkeypatch.setattr(flat, "BLOCK", 8192)
    monkeypatch.setattr(inspection, "_REMEMBERED", 100)
    lines = [entry("411", wire.Side.DEBIT, "1.00"), entry("701", wire.Side.CREDIT, "1.00")]
    made = wire.record_bytes(lines)

    def piece(number: int) -> bytes:
        return made.replace(b"F1", b"F%05d" % number)

    def peak(count: int) -> int:
        blocks = itertools.chain((HEAD,), map(piece, range(count)), (b"#FIN\r\n",))
        tracemalloc.start()
        try:
            assert wire.inspect(blocks).faults == ()
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(1_000) < peak(250) + 50_000
