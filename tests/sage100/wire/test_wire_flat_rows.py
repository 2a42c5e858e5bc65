"""Flat files as rows of entries and back: everything arrives, or is told."""

import datetime as dt
import itertools
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given, strategies as st

from sage_connect.errors import CodecError, FileFormatError, UnsupportedError
from sage_connect.sage100 import wire
from sage_connect.sage100.wire import EntryRow, Losses, RowInstalment, RowShare, flat_rows
from sage_connect.testing.demo import export_bytes

from .entry_rows import CENTS, CODES, DAYS, a_row, letters, shares, texts

VERSIONS = (31, 25, 14, 5)
HEAD = b"#FLG 000\r\n#VER 31\r\n#DEV EUR\r\n"
LETTERS = letters("cp850")
FULL: dict[str, Any] = {
    "journal": "VTE",
    "date": dt.date(2026, 9, 15),
    "entered_on": dt.date(2026, 9, 16),
    "piece": "P1",
    "invoice_number": "FA-1",
    "treasury_piece": "T1",
    "account": "411000",
    "counterpart_account": "706000",
    "third_party": "DUPONT",
    "counterpart_third_party": "DURAND",
    "label": "#Étude",
    "method_no": 2,
    "due_date": dt.date(2026, 10, 15),
    "parity": Decimal("1.1"),
    "quantity": Decimal("2.5"),
    "currency_no": 3,
    "side": wire.Side.CREDIT,
    "amount": Decimal("120.00"),
    "lettering": "AAA",
    "quantity_lettering": "BBB",
    "ticking": "CCC",
    "reminders": 1,
    "opening_type": wire.EntryLineOpeningType.CARRIED_IN_DETAIL,
    "revised": True,
    "currency_amount": Decimal("132.00"),
    "tax_code": "C20",
    "standard": wire.EntryLineStandard.IFRS,
    "origin": wire.EntryOrigin.EXPORT,
    "penalty_type": wire.EntryLinePenaltyType.UNPAID_FEE,
    "penalty_date": dt.date(2026, 11, 1),
    "reminder_date": dt.date(2026, 11, 2),
    "reconciled_on": dt.date(2026, 11, 3),
    "reference": "R1",
    "payment_status": wire.EntryLinePaymentStatus.PROCESSED_IN_GC,
    "paid_amount": Decimal("1.00"),
    "last_payment_on": dt.date(2026, 11, 4),
    "operation_date": dt.date(2026, 11, 5),
    "reconciliation_exported": True,
    "closed_on": dt.date(2026, 12, 31),
}


def written(*rows: EntryRow, **how: Any) -> tuple[bytes, Losses]:
    losses = Losses()
    return b"".join(flat_rows.write(rows, losses=losses, **how)), losses


def read(data: bytes | Iterable[bytes], **how: Any) -> tuple[list[EntryRow], Losses]:
    losses = Losses()
    return list(flat_rows.rows(data, losses=losses, **how)), losses


def told(losses: Losses) -> list[tuple[str, int]]:
    return [(one.field, one.count) for one in losses]


def unplaced(row: EntryRow) -> EntryRow:
    """Return a row as if it had been read from nowhere."""
    return attrs.evolve(
        row, line=0, shares=tuple(attrs.evolve(one, line=0) for one in row.shares)
    )


@st.composite
def rows(draw: st.DrawFn, version: int) -> EntryRow:
    short = st.just("") | CODES
    return a_row(
        journal=draw(CODES.filter(lambda code: len(code) <= 6)),
        date=draw(DAYS),
        entered_on=draw(st.none() | DAYS),
        account=draw(CODES.filter(lambda code: 3 <= len(code) <= 13)),
        label=draw(texts(LETTERS, 69 if version > 14 else 35, least=1)),
        debit=draw(st.booleans()),
        amount=draw(CENTS),
        piece=draw(short.filter(lambda code: len(code) <= 13)),
        invoice_number=draw(texts(LETTERS, 17)),
        reference=draw(texts(LETTERS, 17)) if version > 5 else "",
        third_party=draw(short.filter(lambda code: len(code) <= 17)),
        due=draw(st.none() | DAYS),
        kind=draw(st.sampled_from(["normal", "opening"])),
        currency_amount=draw(st.none() | CENTS),
        parity=draw(st.none() | st.integers(1, 10**7).map(lambda n: Decimal(n).scaleb(-4))),
        quantity=draw(st.none() | CENTS),
        tax_code=draw(short.filter(lambda code: len(code) <= 5)),
        lettering=draw(short.filter(lambda code: len(code) <= 5)),
        shares=tuple(draw(st.lists(shares(), max_size=3))),
    )


@pytest.mark.parametrize("version", VERSIONS)
@given(data=st.data())
def test_what_is_written_is_read_back(version: int, data: st.DataObject) -> None:
    given_rows = data.draw(st.lists(rows(version), max_size=4))

    file, lost = written(*given_rows, version=version)
    found, skipped = read(file)

    assert given_rows == [unplaced(row) for row in found]
    assert (told(lost), told(skipped)) == ([], [])


def test_every_published_field_comes_back() -> None:
    assert [field.name for field in wire.EntryLine.own_fields] == list(FULL)
    line = wire.entry_writer()(**FULL)
    source = b"".join(wire.write([line]))

    (row,), lost = read(source, named=False)
    again, more = written(row)

    assert (told(lost), told(more)) == ([], [])
    assert source == again
    assert (row.kind, row.extra["opening_type"]) == ("opening", "1")
    assert (row.extra["closed_on"], row.line) == ("311226", 4)


@pytest.mark.parametrize(
    ("version", "lacking"),
    [
        (14, {"reconciliation_exported", "closed_on"}),
        (5, {name for at, name in enumerate(FULL) if at >= 26}),
    ],
)
def test_what_an_old_version_lacks_is_told(version: int, lacking: set[str]) -> None:
    (row,), _ = read(b"".join(wire.write([wire.entry_writer()(**FULL)])), named=False)

    file, losses = written(row, version=version)
    (again,), _ = read(file, named=False)

    assert {(name, 1) for name in lacking} == set(told(losses))
    kept = {key: text for key, text in row.extra.items() if key not in lacking}
    reference = "" if version == 5 else row.reference
    expected = attrs.evolve(row, extra=kept, reference=reference)
    assert unplaced(expected) == unplaced(again)


def test_versions_25_and_31_have_the_same_lines() -> None:
    old, _ = written(a_row(), version=25)
    new, _ = written(a_row())

    assert old.replace(b"#VER 25", b"#VER 31") == new


def test_other_records_are_told_by_flag() -> None:
    entries, _ = written(a_row(shares=(a_share(),)), a_row())
    body = entries.removeprefix(HEAD).removesuffix(b"#FIN\r\n")
    first, second = body.split(b"#MECG")[1:]
    register = b"#MRGT\r\n" + b"1\r\n" + b"\r\n" * 90
    odd = b"#ODD\r\nx\r\n"
    data = HEAD + b"#MECG" + first + register + b"#MECA\r\n2\r\nB\r\n1,00\r\n0,00\r\n"
    data += odd + b"#MECA\r\n1\r\nC\r\n1,00\r\n0,00\r\n" + b"#MECG" + second + odd
    data += b"#FIN\r\n"

    whole = export_bytes().removesuffix(b"#FIN\r\n") + data.removeprefix(HEAD)

    found, losses = read(whole)
    sections = [[share.section for share in row.shares] for row in found]
    flags = wire.inspect(export_bytes()).records_by_flag

    assert sections == [["A", "B"], []]
    assert {**flags, "#MRGT": 1, "#ODD": 2, "#MECA": 1} == dict(told(losses))
    lost = next(one for one in losses if one.field == "#ODD")
    assert whole.split(b"\r\n")[lost.line - 1] == b"#ODD"
    assert (lost.example, "entries alone" in lost.reason) == ("x", True)


def a_share(**changes: Any) -> RowShare:
    values: dict[str, Any] = {"section": "A", "amount": Decimal("120.00"), "plan": 1}
    return RowShare(**{**values, **changes})


def tables() -> list[wire.Record]:
    return [
        wire.build(
            wire.Currencies,
            currencies=[{"label": "Euro", "iso_code": "EUR"}, {"iso_code": "USD"}],
        ),
        wire.build(wire.PaymentMethods, methods=[{"label": "Chèque"}, {"label": ""}]),
    ]


@pytest.mark.parametrize(
    ("named", "number", "expected"),
    [
        (True, 2, ("USD", "Chèque", {})),
        (True, 7, ("", "Chèque", {"currency_no": "7"})),
        (False, 2, ("", "", {"currency_no": "2", "method_no": "1"})),
    ],
)
def test_numbers_are_named_by_the_tables_of_the_file(
    named: bool,  # noqa: FBT001 - a parameter
    number: int,
    expected: tuple[str, str, dict[str, str]],
) -> None:
    line = wire.entry_writer()(
        **{name: FULL[name] for name in ("journal", "date", "account", "label", "side")},
        amount=Decimal(1),
        currency_no=number,
        method_no=1,
    )

    (row,), losses = read(wire.write([*tables(), line]), named=named)

    assert expected == (row.currency, row.method, dict(row.extra))
    assert told(losses) == [("#MDEV", 1), ("#MREG", 1)]


def test_names_are_numbered_where_the_company_is_known() -> None:
    row = a_row(
        currency="USD",
        currency_amount=Decimal("130.00"),
        parity=Decimal("1.1"),
        method="Chèque",
    )

    known, nothing = written(row, currencies={"USD": 2}, methods={"Chèque": 1})
    unknown, lost = written(row)
    (with_number,), _ = read(known)
    (without,), _ = read(unknown)

    assert (
        told(nothing),
        dict(with_number.extra),
    ) == ([], {"currency_no": "2", "method_no": "1"})
    assert with_number.currency_amount == Decimal("130.00")
    assert told(lost) == [
        ("currency", 1),
        ("currency_amount", 1),
        ("parity", 1),
        ("method", 1),
    ]
    assert (without.currency_amount, without.parity) == (None, None)


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({}, []),
        ({"currency_amount": Decimal(120), "parity": Decimal(1)}, []),
        ({"currency_amount": Decimal(130)}, ["currency", "currency_amount"]),
        ({"parity": Decimal(2)}, ["currency", "parity"]),
    ],
)
def test_the_base_currency_needs_no_number(
    change: dict[str, Any], fields: list[str]
) -> None:
    _, losses = written(a_row(currency="EUR", **change))

    assert fields == [field for field, _ in told(losses)]


def test_an_opening_of_another_format_becomes_one_keyed_in() -> None:
    file, losses = written(a_row(kind="opening"))

    line = next(wire.read(file).of(wire.EntryLine))
    (found,), _ = read(file)
    assert line.opening_type is wire.EntryLineOpeningType.MANUAL_OPENING
    assert (told(losses), found.kind, dict(found.extra)) == ([], "opening", {})


def test_a_simulation_that_becomes_real_is_told() -> None:
    _, losses = written(a_row(kind="simulation"), a_row(kind="simulation"))

    assert told(losses) == [("kind", 2)]


@pytest.mark.requirement("S107")
def test_an_amount_below_zero_stands_on_the_other_side() -> None:
    row = a_row(
        amount=Decimal("-120.00"),
        currency_amount=Decimal("-130.00"),
        shares=(a_share(amount=Decimal("-120.00")),),
        line=7,
    )

    file, losses = written(row)
    (found,), _ = read(file)

    expected = (False, Decimal("120.00"), Decimal("130.00"), Decimal("120.00"))
    assert expected == (
        found.debit,
        found.amount,
        found.currency_amount,
        found.shares[0].amount,
    )
    assert told(losses) == [("amount", 1)]
    assert [one.line for one in losses] == [7]


def test_a_currency_amount_has_no_sign_of_its_own() -> None:
    file, losses = written(a_row(debit=False, currency_amount=Decimal("-130.00")))

    assert told(losses) == [("currency_amount", 1)]
    assert read(file)[0][0].currency_amount == Decimal("130.00")


def parts(*amounts: str) -> tuple[RowInstalment, ...]:
    return tuple(
        RowInstalment(due=dt.date(2026, 10 + at, 1), amount=Decimal(amount))
        for at, amount in enumerate(amounts)
    )


def test_each_instalment_becomes_a_line() -> None:
    row = a_row(
        instalments=(
            *parts("40.00", "40.00"),
            RowInstalment(due=dt.date(2026, 12, 1), amount=Decimal("40.00"), method="LCR"),
        ),
        currency_amount=Decimal("100.00"),
        quantity=Decimal(2),
        method="Chèque",
        extra={"ticking": "X"},
    )

    file, losses = written(row, methods={"Chèque": 1, "LCR": 2})
    found, _ = read(file)

    assert [one.due.month for one in found if one.due] == [10, 11, 12]
    assert [str(one.currency_amount) for one in found] == ["33.34", "33.33", "33.33"]
    assert [Decimal(2), None, None] == [one.quantity for one in found]
    assert [one.extra["method_no"] for one in found] == ["1", "1", "2"]
    assert ["ticking" in one.extra for one in found] == [True, False, False]
    assert told(losses) == []


@given(st.lists(CENTS, min_size=1, max_size=9), CENTS, st.booleans())
def test_instalments_sum_to_their_row(
    amounts: list[Decimal],
    foreign: Decimal,
    below: bool,  # noqa: FBT001 - drawn
) -> None:
    sign = -1 if below else 1
    dues = tuple(
        RowInstalment(due=dt.date(2026, 10, 1 + at), amount=sign * amount)
        for at, amount in enumerate(amounts)
    )
    row = a_row(amount=sign * sum(amounts), currency_amount=foreign, instalments=dues)

    found, _ = read(written(row)[0])

    assert amounts == [one.amount for one in found]
    assert foreign == sum(one.currency_amount or 0 for one in found)
    assert {not below} == {one.debit for one in found}


def test_a_single_instalment_may_have_sections() -> None:
    row = a_row(instalments=parts("120.00"), shares=(a_share(),))

    found, _ = read(written(row)[0])

    assert [(1, dt.date(2026, 10, 1))] == [(len(one.shares), one.due) for one in found]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"instalments": parts("40.00", "70.00")}, "come to 120.00, found 40.00, 70.00"),
        ({"instalments": parts("130.00", "-10.00")}, "above zero"),
        ({"instalments": parts("60.00", "60.00"), "shares": (a_share(),)}, "over both"),
    ],
)
def test_instalments_that_do_not_fit_are_refused(
    change: dict[str, Any], message: str
) -> None:
    with pytest.raises(CodecError, match=message) as caught:
        written(a_row(line=9, **change))

    assert caught.value.path == "instalments"
    assert "line 9 of the file read: " in caught.value.message
    assert caught.value.fix


def test_a_loss_of_an_instalment_is_told_with_its_line() -> None:
    (part,) = parts("120.00")
    own = attrs.evolve(part, line=8, method="LCR")

    _, losses = written(a_row(line=7, instalments=(own,)))

    assert [(one.field, one.line, one.example) for one in losses] == [("method", 8, "LCR")]


def test_a_due_day_beside_instalments_is_told() -> None:
    due = dt.date(2026, 12, 24)

    _, same = written(a_row(instalments=parts("120.00"), due=dt.date(2026, 10, 1)))
    _, other = written(a_row(instalments=parts("120.00"), due=due))

    assert (told(same), told(other)) == ([], [("due", 1)])


def test_what_the_flat_format_has_no_field_for_is_told() -> None:
    day = dt.date(2026, 9, 15)
    row = a_row(
        line=3,
        journal_name="Ventes",
        number="17",
        piece_date=dt.date(2026, 9, 1),
        piece_type="FC",
        account_name="Clients",
        third_party_name="Dupont",
        lettered_on=day,
        validated_on=day,
        extra={"ModeRglt": "VIR"},
    )

    _, losses = written(row, a_row(piece_date=day), row)

    assert (
        dict.fromkeys((*attrs.asdict(row), "ModeRglt"), 2).items()
        >= dict(told(losses)).items()
    )
    assert {
        "journal_name",
        "number",
        "piece_date",
        "piece_type",
        "account_name",
        "third_party_name",
        "lettered_on",
        "validated_on",
        "ModeRglt",
    } == {field for field, _ in told(losses)}
    assert {3} == {one.line for one in losses}
    assert "2026-09-15" in {one.example for one in losses}


@pytest.mark.parametrize(
    ("change", "field", "expected"),
    [
        ({"label": "x" * 70}, "label", "x" * 69),
        ({"label": "x" * 68 + " yz"}, "label", "x" * 68),
        ({"label": "a\r\n b\tc"}, "label", "a b c"),
        ({"label": "œuvre \u2013 5 €"}, "label", "oeuvre - 5 EUR"),
        ({"label": " a\xa0"}, "label", "a"),
        ({"label": "e\u0301t\u00e9 \u4e00"}, "", ""),
        ({"third_party": "dupont"}, "third_party", "DUPONT"),
        ({"journal": " VT"}, "journal", "VT"),
        ({"piece": "x" * 14}, "piece", ""),
        ({"piece": "fa1"}, "piece", "FA1"),
        ({"invoice_number": "x" * 18}, "invoice_number", ""),
        ({"reference": "x" * 18}, "reference", ""),
        ({"lettering": "ABCDEF"}, "lettering", ""),
        ({"quantity": Decimal("0.125")}, "quantity", None),
    ],
)
def test_what_does_not_fit_is_changed_and_told(
    change: dict[str, Any], field: str, expected: object
) -> None:
    row = a_row(line=5, **change)
    if not field:
        with pytest.raises(CodecError, match="CP850") as caught:
            written(row)
        assert (caught.value.path, "U+4E00" in str(caught.value)) == ("label", True)
        return

    file, losses = written(row)
    (found,), _ = read(file)

    assert expected == getattr(found, field)
    assert [(field, 1)] == told(losses)
    assert [one.line for one in losses] == [5]


def test_a_composed_accent_is_no_loss() -> None:
    file, losses = written(a_row(label="E\u0301tude"))

    assert (told(losses), read(file)[0][0].label) == ([], "Étude")


@pytest.mark.parametrize("field", ["journal", "account", "third_party", "tax_code"])
@pytest.mark.parametrize("text", ["x" * 18, "A\nB", "\u4e00AB"])
def test_a_code_is_never_changed(field: str, text: str) -> None:
    with pytest.raises(CodecError) as caught:
        written(a_row(line=5, **{field: text}))

    assert caught.value.path == field
    assert "line 5 of the file read: " in str(caught.value)


def test_a_share_without_a_plan_is_told() -> None:
    share = a_share(plan=0, quantity=Decimal("0.125"), section="nord")

    file, losses = written(a_row(shares=(share,), line=2))
    (found,), _ = read(file)

    assert (
        found.shares[0].plan,
        found.shares[0].section,
        found.shares[0].quantity,
    ) == (1, "NORD", None)
    assert {"shares.plan", "section", "shares.quantity"} == {one.field for one in losses}
    assert {2} == {one.line for one in losses}


@pytest.mark.parametrize(
    "change", [{"amount": Decimal("1.005")}, {"account": ""}, {"date": dt.date(1890, 1, 1)}]
)
def test_a_value_that_the_format_cannot_hold_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(CodecError) as caught:
        written(a_row(**change))

    assert [caught.value.path] == list(change)


def test_a_version_that_is_never_written_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="#VER 10"):
        flat_rows.write([], losses=Losses(), version=10)


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        (b"150926", b"159926", 6, "date"),
        (b"150926", b"", 6, "date: expected a value"),
        (b"120,00", b"120.00", 22, "amount"),
        (b"120,00", b"", 22, "amount: expected a value"),
        (b"\r\n0\r\n120,00", b"\r\n5\r\n120,00", 21, "side: expected 0 for debit"),
        (b"\xd9tude du pont\r\n", b"", 4, "38 fields where 39 were expected"),
        (b"\r\n100,00", b"\r\n1e2", 47, "amount"),
        (b"\r\n100,00", b"\r\n", 47, "amount: expected a value"),
        (b"#MECA\r\n1\r\n", b"#MECA\r\n\r\n", 45, "plan_no: expected a value"),
        (b"#MECA\r\n1\r\n", b"#MECA\r\n", 44, "3 fields where 4 were expected"),
    ],
)
def test_a_line_that_cannot_be_read_is_refused_with_its_place(
    old: bytes, new: bytes, line: int, message: str
) -> None:
    good = written(a_row(label="Étude du pont", shares=(a_share(amount=Decimal(100)),)))[0]
    good = good.replace("Étude".encode("cp850"), b"\xd9tude")
    assert old in good

    with pytest.raises(FileFormatError, match=message) as caught:
        read(good.replace(old, new), name="bad.txt")

    assert (caught.value.file, caught.value.line) == ("bad.txt", line)


def test_a_newer_line_keeps_what_nobody_has_published() -> None:
    good = written(a_row())[0].replace(b"#VER 31", b"#VER 40")
    longer = good.replace(b"#FIN", b"new\r\n\r\n#FIN")

    (row,), _ = read(longer)
    _, losses = written(row)

    assert dict(row.extra) == {"field (40)": "new"}
    assert told(losses) == [("field (40)", 1)]


def test_what_is_no_flat_file_is_refused() -> None:
    with pytest.raises(FileFormatError, match="PDF"):
        read(b"%PDF-1.7", name="x.pdf")


def test_memory_stays_flat() -> None:
    endless = flat_rows.write(itertools.repeat(a_row()), losses=Losses())

    found = flat_rows.rows(endless, losses=Losses())

    assert sum(1 for _ in itertools.islice(found, 2000)) == 2000
