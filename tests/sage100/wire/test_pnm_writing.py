"""Rows are written as PNM files without a silent loss, or refused."""

import itertools
import sys
import tracemalloc
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, strategies as st

from sage_connect import CodecError, UnsupportedError
from sage_connect.sage100 import wire
from sage_connect.sage100.wire import pnm
from sage_connect.sage100.wire.rows import EntryRow, Loss, Losses, RowInstalment, RowShare

from .pnm_files import CLEAN, COMPANY, file_of, movement, put

DAY = date(2026, 9, 19)


def row(**values: Any) -> EntryRow:
    usual: dict[str, Any] = {
        "journal": "VTE",
        "date": DAY,
        "account": "706000",
        "label": "Facture Dupont",
        "debit": False,
        "amount": Decimal("1000.00"),
    }
    return EntryRow(**usual | values)


def written(*rows: EntryRow, **options: Any) -> tuple[bytes, list[Loss]]:
    losses = Losses()
    usual: dict[str, Any] = {"company": "ATELIER VIGNAL", "losses": losses}
    return b"".join(pnm.write(rows, **usual | options)), list(losses)


def lost(*rows: EntryRow, **options: Any) -> dict[str, str]:
    return {one.field: one.example for one in written(*rows, **options)[1]}


PARTY = row(
    account="411000",
    third_party="DUPONT",
    debit=True,
    amount=Decimal("1200.00"),
    piece_type="FC",
    reference="F7",
    due=date(2026, 11, 30),
    method="L",
    instalments=(
        RowInstalment(due=date(2026, 10, 31), amount=Decimal("600.00"), method="L"),
        RowInstalment(due=date(2026, 11, 30), amount=Decimal("600.00"), method="L"),
    ),
)
SALE = row(
    piece_type="FC",
    reference="F7",
    shares=(
        RowShare(section="PARIS", amount=Decimal("600.00"), plan=1),
        RowShare(section="LYON", amount=Decimal("400.00"), plan=1),
        RowShare(section="STUDIO", amount=Decimal("1000.00"), plan=2),
    ),
)


@pytest.mark.requirement("S35", "S36", "S112")
def test_a_piece_is_written_column_by_column() -> None:
    data, losses = written(SALE, PARTY)
    sale: dict[str, Any] = {"account": "706000", "side": "C", "entry_number": "1"}
    split = sale | {"line_type": "A"}
    party: dict[str, Any] = {
        "account": "411000",
        "party": "DUPONT",
        "side": "D",
        "method": "L",
        "entry_number": "2",
    }

    assert losses == []
    assert data == file_of(
        movement(**sale, amount="1000.00"),
        movement(**split, party="PARIS", amount="600.00", plan="1"),
        movement(**split, party="LYON", amount="400.00", plan="1"),
        movement(**split, party="STUDIO", amount="1000.00", plan="2"),
        movement(**party, line_type="X", amount="1200.00", due="301126"),
        movement(**party, line_type="E", amount="600.00", due="311026"),
        movement(**party, line_type="E", amount="600.00", due="301126"),
    )


def test_samples_are_written_as_they_were(spec: Path) -> None:
    for file in sorted((spec / "sage100" / "samples" / "pnm").iterdir()):
        data = file.read_bytes()
        assert written(*pnm.rows(data), company="Bijou SA") == (data, [])


def test_what_was_read_is_written_again_with_all_its_columns() -> None:
    data = put(2, "reserved", "r")
    data = put(2, "unused_section", "u", data)
    data = put(2, "plan", "4", data)
    data = put(6, "party", "STRAY", data)
    data = put(3, "label", "Other", data)
    data = put(3, "due", "010127", data)
    data = put(8, "date", "180926", data)
    data = put(8, "entry_number", "", data)
    data = put(8, "label", "", data)

    assert written(*pnm.rows(data)) == (data, [])


def test_short_lines_have_the_main_plan_and_no_currency() -> None:
    data, losses = written(*pnm.rows(CLEAN), width=138)

    # The lines of plan 2 are gone.
    kept = [line for line in CLEAN.splitlines(keepends=True) if b"STUDIO" not in line]
    assert data == COMPANY + b"".join(line[:138] + b"\r\n" for line in kept[1:])
    assert [(one.field, one.count, one.line, one.example) for one in losses] == [
        ("shares", 1, 2, "STUDIO of plan 2: 1000.00"),
        ("currency_amount", 1, 7, "1300.00 USD"),
        ("pnm.E1.currency_amount", 1, 7, "650.00"),
        ("pnm.E1.currency", 1, 7, "USD"),
        ("pnm.E2.currency_amount", 1, 7, "650.00"),
        ("pnm.E2.currency", 1, 7, "USD"),
    ]


def test_the_main_plan_can_be_another() -> None:
    short = b"STUDIO" in written(SALE, width=138, main_plan=2)[0]
    first = row(shares=(RowShare(section="PARIS", amount=Decimal("1000.00")),))

    assert short
    assert b"PARIS" not in written(SALE, width=138, main_plan=2)[0]
    assert next(iter(pnm.rows(written(first, main_plan=7)[0]))).shares[0].plan == 7


def test_plans_beyond_ten_are_told() -> None:
    eleventh = row(shares=(RowShare(section="X", amount=Decimal("1000.00"), plan=11),))

    assert lost(eleventh) == {"shares": "X of plan 11: 1000.00"}
    assert len(written(eleventh)[0].splitlines()) == 2


def test_everything_without_a_column_is_told_with_its_first_line() -> None:
    full = row(
        line=12,
        journal_name="Ventes",
        number="17",
        piece_date=date(2026, 9, 1),
        account_name="Ventes de services",
        third_party_name="Dupont",
        parity=Decimal("1.1"),
        quantity=Decimal(3),
        tax_code="C20",
        lettering="AA",
        lettered_on=DAY,
        validated_on=DAY,
        entered_on=DAY,
        currency="USD",
        shares=(RowShare(section="P", amount=Decimal("1000.00"), quantity=Decimal(2)),),
        instalments=(RowInstalment(due=DAY, amount=Decimal("1000.00")),),
        extra={"IdClient": "77", "pnm.E9.label": "x", "pnm.A1.colour": "red"},
    )
    _, losses = written(full, attrs.evolve(full, line=13))

    assert {(one.field, one.count, one.line, one.example) for one in losses} == {
        ("journal_name", 2, 12, "Ventes"),
        ("number", 2, 12, "17"),
        ("piece_date", 2, 12, "2026-09-01"),
        ("account_name", 2, 12, "Ventes de services"),
        ("third_party_name", 2, 12, "Dupont"),
        ("parity", 2, 12, "1.1"),
        ("quantity", 2, 12, "3"),
        ("quantity", 2, 12, "2"),
        ("tax_code", 2, 12, "C20"),
        ("lettering", 2, 12, "AA"),
        ("lettered_on", 2, 12, "2026-09-19"),
        ("validated_on", 2, 12, "2026-09-19"),
        ("entered_on", 2, 12, "2026-09-19"),
        ("currency", 2, 12, "USD"),
        ("instalments", 2, 12, "1"),
        ("shares.plan", 2, 12, "P"),
        ("IdClient", 2, 12, "77"),
        ("pnm.E9.label", 2, 12, "x"),
        ("pnm.A1.colour", 2, 12, "red"),
    }
    assert all(one.reason.endswith(".") for one in losses)


def test_a_field_added_to_rows_is_written_told_or_named_here() -> None:
    plain = (
        "journal date account label debit amount line piece_type third_party due method "
        "kind reference"
    )
    told = (
        "journal_name number piece piece_date invoice_number account_name third_party_name "
        "currency currency_amount parity quantity tax_code lettering lettered_on "
        "validated_on entered_on shares instalments extra"
    )

    assert {one.name for one in attrs.fields(EntryRow)} == {*plain.split(), *told.split()}


@pytest.mark.parametrize(
    ("values", "options", "reference", "gone"),
    [
        ({"reference": "R"}, {}, "R", {}),
        ({"piece": "P", "reference": "R"}, {}, "P", {"reference": "R"}),
        (
            {"invoice_number": "I", "piece": "P", "reference": "R"},
            {},
            "I",
            {"piece": "P", "reference": "R"},
        ),
        ({"invoice_number": "I", "piece": "I"}, {}, "I", {}),
        (
            {"invoice_number": "I", "reference": "R"},
            {"references": ("reference",)},
            "R",
            {"invoice_number": "I"},
        ),
        ({"piece": "P"}, {"references": ("reference",)}, "", {"piece": "P"}),
    ],
)
def test_one_number_stands_in_the_reference_column(
    values: dict[str, Any], options: dict[str, Any], reference: str, gone: dict[str, str]
) -> None:
    data, _ = written(row(**values), **options)

    assert next(iter(pnm.rows(data))).reference == reference
    assert lost(row(**values), **options) == gone


@pytest.mark.parametrize(
    ("method", "letter", "told"),
    [
        ("", "", False),
        ("L", "L", False),
        ("v", "", False),
        ("Virement", "V", True),
        ("échéance", "E", True),
        ("3", "", True),
        ("日", "", True),
    ],
)
def test_a_method_is_one_letter(method: str, letter: str, *, told: bool) -> None:
    data, losses = written(attrs.evolve(PARTY, method=method, instalments=()))

    assert next(iter(pnm.rows(data))).method == (letter or method * (method == "v"))
    assert [one.field for one in losses] == ["method"] * told


def test_labels_are_cut_and_respelled_and_both_is_told() -> None:
    label = "Réglé à l\u2019agence n° 12 \u2013 20 € œuvre"
    data, losses = written(row(label=label, reference="Réf 1"))
    kept, few = written(row(label=label), encoding="cp1252")

    assert next(iter(pnm.rows(data))).label == "Regle a l'agence no 12 -"
    assert next(iter(pnm.rows(data))).reference == "Ref 1"
    assert [(one.field, one.example) for one in losses] == [
        ("reference", "Réf 1"),
        ("label", label),
        ("label", label),
    ]
    assert next(iter(pnm.rows(kept))).label == "Réglé à l\u2019agence n° 12 \u2013"
    assert [one.reason for one in few] == ["A text of more than 25 characters is cut."]


def test_accents_apart_from_their_letter_are_joined() -> None:
    apart = unicodedata.normalize("NFD", "Réglé")
    data, losses = written(row(label=apart), encoding="cp1252")

    assert next(iter(pnm.rows(data))).label == "Réglé"
    assert losses == []


def test_blanks_at_the_end_of_a_text_are_told() -> None:
    assert lost(row(label=" Facture ")) == {"label": "' Facture '"}
    assert lost(row(reference="F7 ")) == {"reference": "'F7 '"}


def test_amounts_of_zero_are_told() -> None:
    assert lost(row(amount=Decimal("-0.0"))) == {"amount": "-0.0"}
    assert b"                0.00N" in written(row(amount=Decimal("-0.0")))[0]


@pytest.mark.parametrize(
    ("values", "path", "code"),
    [
        ({"journal": "VTES"}, "/0/journal", "SC-PNM-TOO-LONG"),
        ({"journal": ""}, "/0/journal", "SC-PNM-EMPTY"),
        ({"account": "1" * 14}, "/0/account", "SC-PNM-TOO-LONG"),
        ({"account": "70"}, "/0/account", "SC-PNM-SHORT"),
        ({"account": ""}, "/0/account", "SC-PNM-EMPTY"),
        ({"account": "706000 "}, "/0/account", "SC-PNM-BLANKS"),
        ({"third_party": "D" * 14}, "/0/third_party", "SC-PNM-TOO-LONG"),
        ({"third_party": "CAFÉ"}, "/0/third_party", "SC-PNM-CHARACTER"),
        ({"third_party": "A\tB"}, "/0/third_party", "SC-PNM-CHARACTER"),
        ({"reference": "F" * 14}, "/0/reference", "SC-PNM-TOO-LONG"),
        ({"invoice_number": "F" * 14}, "/0/invoice_number", "SC-PNM-TOO-LONG"),
        ({"piece_type": "FAC"}, "/0/piece_type", "SC-PNM-TOO-LONG"),
        ({"label": "日本"}, "/0/label", "SC-PNM-CHARACTER"),
        ({"label": "\ud800"}, "/0/label", "SC-PNM-CHARACTER"),
        ({"label": "\u0301"}, "/0/label", "SC-PNM-CHARACTER"),
        ({"amount": Decimal("1.005")}, "/0/amount", "SC-PNM-ROUNDING"),
        ({"amount": Decimal(10) ** 17}, "/0/amount", "SC-PNM-TOO-LONG"),
        ({"amount": Decimal("Infinity")}, "/0/amount", "SC-PNM-AMOUNT"),
        ({"date": date(1970, 1, 1)}, "/0/date", "SC-PNM-YEAR"),
        ({"due": date(2080, 1, 1)}, "/0/due", "SC-PNM-YEAR"),
        (
            {"currency_amount": Decimal(1), "currency": "usd"},
            "/0/currency",
            "SC-PNM-CURRENCY",
        ),
        (
            {"currency_amount": Decimal("1.1234567"), "currency": "USD"},
            "/0/currency_amount",
            "SC-PNM-ROUNDING",
        ),
        (
            {"shares": (RowShare(section="É", amount=Decimal(1)),)},
            "/0/shares/0/section",
            "SC-PNM-CHARACTER",
        ),
        (
            {"shares": (RowShare(section="", amount=Decimal(1)),)},
            "/0/A1/party",
            "SC-PNM-SECTION",
        ),
        ({"extra": {"pnm.reserved": "x" * 27}}, "/0/reserved", "SC-PNM-TOO-LONG"),
        ({"extra": {"pnm.reserved": "日"}}, "/0/reserved", "SC-PNM-CHARACTER"),
        ({"extra": {"pnm.amount_currency": "e"}}, "/0/amount_currency", "SC-PNM-CURRENCY"),
        (
            {
                "shares": (RowShare(section="P", amount=Decimal(1)),),
                "extra": {"pnm.A1.account": "707000"},
            },
            "/0/A1/account",
            "SC-PNM-CHILD",
        ),
    ],
)
def test_what_does_not_fit_is_refused_where_it_stands(
    values: dict[str, Any], path: str, code: str
) -> None:
    with pytest.raises(CodecError) as caught:
        written(row(**values))

    assert (caught.value.path, caught.value.code) == (path, code)
    assert caught.value.message.startswith(f"{path}: ")


def test_a_refusal_names_the_line_that_was_read() -> None:
    with pytest.raises(
        CodecError, match="line 77 of the file read: /1/account: "
    ) as caught:
        written(SALE, row(account="1" * 14, line=77))

    assert (caught.value.path, caught.value.code) == ("/1/account", "SC-PNM-TOO-LONG")


def test_the_cure_for_an_accent_in_a_code_is_named() -> None:
    with pytest.raises(CodecError, match="encoding='cp1252'"):
        written(row(third_party="CAFÉ"))

    data, losses = written(row(third_party="CAFÉ"), encoding="cp1252")

    assert (next(iter(pnm.rows(data))).third_party, losses) == ("CAFÉ", [])


def test_an_amount_of_another_currency_is_not_written_where_it_would_be_another() -> None:
    dollars = row(extra={"pnm.amount_currency": "USD"})

    assert next(iter(pnm.rows(written(dollars)[0]))).extra["pnm.amount_currency"] == "USD"
    with pytest.raises(CodecError, match="amounts in EUR only"):
        written(dollars, width=138)
    with pytest.raises(CodecError, match="amounts in the base currency only"):
        written(dollars, width=138, currency="")


@pytest.mark.parametrize("values", [{"amount": 1.5}, {"date": datetime(2026, 1, 1)}])  # noqa: DTZ001 - refused for being one
def test_a_value_of_the_wrong_type_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match=next(iter(values))):
        written(row(**values))


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"company": ""}, "SC-PNM-COMPANY"),
        ({"company": "x" * 31}, "SC-PNM-COMPANY"),
        ({"company": "日本"}, "SC-PNM-CHARACTER"),
        ({"currency": "euro"}, "SC-PNM-CURRENCY"),
        ({"main_plan": 11}, "SC-PNM-PLAN"),
    ],
)
def test_a_file_that_cannot_be_written_is_refused_at_once(
    options: dict[str, Any], code: str
) -> None:
    given: dict[str, Any] = {"company": "A", "losses": Losses()} | options

    with pytest.raises(CodecError) as caught:
        pnm.write([SALE], **given)

    assert caught.value.code == code


def test_only_lengths_that_sage_exports_are_written() -> None:
    with pytest.raises(UnsupportedError, match="138 or 199"):
        pnm.write([SALE], company="A", losses=Losses(), width=105)  # type: ignore[arg-type] # see above


def test_no_row_is_no_file() -> None:
    with pytest.raises(CodecError, match="SC-PNM-NO-MOVEMENT"):
        written()


def test_a_long_name_is_respelled_before_it_is_measured() -> None:
    data, losses = written(SALE, company="Société Cœur")

    assert data.startswith(b"Societe Coeur".ljust(30) + b"\r\n")
    assert [one.field for one in losses] == ["company"]
    with pytest.raises(CodecError, match="SC-PNM-COMPANY"):
        written(SALE, company="œ" * 30)


def test_numbers_of_lines_start_again_when_their_column_is_full(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pnm.writing, "_NUMBERS", 3)
    data, _ = written(row(), row(), row(), row())

    assert [one.extra["pnm.entry_number"] for one in pnm.rows(data)] == ["1", "2", "0", "1"]


def label_of(text: str, encoding: Any) -> tuple[str, int]:
    """Write a label; return how it is written and the number of losses."""
    data, losses = written(row(label=text), company="A", encoding=encoding)
    return data[83:108].decode(encoding).rstrip(" "), len(losses)


@pytest.mark.parametrize("step", [211, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_every_character_is_written_as_it_is_respelled_or_refused(
    encoding: str, step: int
) -> None:
    # Those of the first block are all tried always: of them most have a spelling.
    points = (*range(0x2600), *range(0x2600, sys.maxunicode + 1, step))
    assigned = (char for char in map(chr, points) if unicodedata.category(char) != "Cn")
    refused: list[tuple[str, CodecError]] = []
    for char in assigned:
        text = f"a{char}b"
        try:
            label, losses = label_of(text, encoding)
        except CodecError as error:
            refused.append((char, error))
            continue
        asked = "?" in unicodedata.normalize("NFKD", char)
        assert ("?" in label) == asked, ascii(char)
        same = label == unicodedata.normalize("NFC", text)
        assert (same, losses) in {(True, 0), (False, 1)}, ascii(char)

    assert len(refused) > 5_000
    assert {error.code for _, error in refused} == {"SC-PNM-CHARACTER"}
    assert all(
        any(
            f"(U+{ord(one):04X})" in error.message
            for one in unicodedata.normalize("NFC", f"a{char}b")
        )
        for char, error in refused
    )


def test_text_that_would_be_read_as_utf8_is_refused() -> None:
    with pytest.raises(CodecError, match="SC-PNM-UTF8"):
        written(row(label="Réglé".encode().decode("cp1252")), encoding="cp1252")


codes = st.text("ABCXYZ0123456789-", min_size=3, max_size=13)
texts = st.text(st.characters(codec="ascii", min_codepoint=32, exclude_characters="\x7f"))
days = st.dates(date(1976, 1, 1), date(2075, 12, 31))
amounts = st.decimals(0, Decimal(10) ** 16, places=2) | st.decimals(-1000, 0, places=2)
methods = st.sampled_from(["", *"ECTLVPUSXa"])
shares = st.builds(RowShare, section=codes, amount=amounts, plan=st.integers(1, 10))
parts = st.builds(RowInstalment, due=days, amount=amounts, method=methods)


@st.composite
def held(draw: st.DrawFn) -> EntryRow:
    """A row that lines of 199 can hold, for the reader too."""
    third_party = draw(st.just("") | codes)
    foreign = draw(st.booleans())
    return EntryRow(
        journal=draw(st.text("ABCXYZ0123456789", min_size=1, max_size=3)),
        date=draw(days),
        account=draw(codes),
        label=draw(texts.map(lambda text: text[:25].strip(" "))),
        debit=draw(st.booleans()),
        amount=draw(amounts),
        piece_type=draw(st.sampled_from(["", *["FC", "AC", "RC", "FF", "AF", "RF", "OD"]])),
        reference=draw(texts.map(lambda text: text[:13].strip(" "))),
        third_party=third_party,
        due=draw(st.none() | days),
        method=draw(methods),
        kind=draw(st.sampled_from(["normal", "opening", "simulation"])),
        currency=draw(st.sampled_from(["USD", "XPF"])) if foreign else "",
        currency_amount=draw(st.decimals(-(10**9), 10**9, places=3)) if foreign else None,
        shares=tuple(draw(st.lists(shares, max_size=3))),
        instalments=tuple(draw(st.lists(parts, max_size=3))) if third_party else (),
        extra=draw(
            st.dictionaries(
                st.sampled_from(["pnm.reserved", "pnm.unused_section"]),
                st.text("ABC123", min_size=1, max_size=25),
            )
        ),
    )


def _as_told(found: EntryRow) -> EntryRow:
    """Leave out where a row stood in its file, and what the writer adds by itself."""
    extra = dict(found.extra)
    added = extra.pop("pnm.entry_number"), extra.pop("pnm.amount_currency")
    assert added[1] == "EUR"
    return attrs.evolve(
        found,
        line=0,
        shares=tuple(attrs.evolve(one, line=0) for one in found.shares),
        instalments=tuple(attrs.evolve(one, line=0) for one in found.instalments),
        extra=extra,
    )


@given(st.lists(held(), min_size=1, max_size=4))
def test_rows_come_back_as_they_were_written(rows: list[EntryRow]) -> None:
    data, losses = written(*rows)

    assert [one.field for one in losses] == ["amount"] * any(not one.amount for one in rows)
    assert [_as_told(one) for one in pnm.rows(data)] == rows
    assert written(*pnm.rows(data))[0] == data


@given(held(), st.text(max_size=30), st.sampled_from(["ascii", "cp1252"]))
def test_any_text_comes_back_or_is_told_or_refused(
    given_row: EntryRow, text: str, encoding: str
) -> None:
    try:
        data, losses = written(attrs.evolve(given_row, label=text), encoding=encoding)
    except CodecError:
        return

    found = next(iter(pnm.rows(data)))

    same = found.label == unicodedata.normalize("NFC", text)
    assert same or "label" in {one.field for one in losses}


def test_what_is_written_is_clean() -> None:
    tax = row(account="445710", amount=Decimal("200.00"), reference="F7")
    for width in (138, 199):
        data, _ = written(SALE, tax, PARTY, width=width)
        faults = wire.inspect(data).faults
        assert [one.code for one in faults] == ["SC-PNM-NO-TRAILER"], width


def test_a_long_file_is_written_and_read_in_flat_memory() -> None:
    def many(count: int) -> Iterator[EntryRow]:
        return itertools.chain.from_iterable(itertools.repeat((SALE, PARTY), count))

    peaks: list[int] = []
    for count in (300, 1500):
        tracemalloc.start()
        blocks = pnm.write(many(count), company="A", losses=Losses())
        assert sum(1 for _ in pnm.rows(blocks)) == 2 * count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < peaks[0] * 1.5
