"""Typed records: values on access, changes without side effects."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from sage_connect.errors import CodecError
from sage_connect.sage100 import wire

DAY = date(2026, 9, 19)


def reread(record: wire.Record, version: int = 31) -> wire.Record:
    return wire.read(b"".join(wire.write([record], version=version))).records[0]


def account() -> wire.GeneralAccount:
    return wire.build(
        wire.GeneralAccount,
        account_number="4110000",
        type=wire.GeneralAccountType.DETAIL,
        label="Clients",
        nature=wire.AccountNature.CLIENT,
    )


def party() -> wire.ThirdParty:
    return wire.build(
        wire.ThirdParty,
        number="DUPONT",
        name="Dupont & Fils à Évry",
        type=wire.ThirdPartyType.CLIENT,
        main_account="4110000",
        attached_accounts=["4110000", "4160000"],
    )


def entry() -> wire.EntryLine:
    return wire.entry_writer()(
        journal="VTE",
        date=DAY,
        account="4110000",
        third_party="DUPONT",
        label="Facture",
        side=wire.Side.DEBIT,
        amount=Decimal("120.00"),
    )


def test_a_line_of_the_demo_company_reads_as_values(spec: Path) -> None:
    name = "mecg_bijou_first_block_RECONSTRUCTED.txt"
    file = wire.read((spec / "sage100" / "samples" / "flat" / name).read_bytes())
    line = next(file.of(wire.EntryLine))

    assert (line.journal, line.date, line.amount) == (
        "ACH",
        date(2023, 1, 30),
        Decimal(1200),
    )
    assert (line.side, line.origin) == (wire.Side.CREDIT, wire.EntryOrigin.NONE)
    assert (line.due_date, line.third_party, line.method_no) == (
        date(2023, 3, 31),
        "DUBOI",
        1,
    )
    assert (line.currency_amount, line.closed_on, line.revised) == (None, None, False)
    assert line.reference == "REF"


def test_accents_are_read_from_the_code_page(spec: Path) -> None:
    file = wire.read(
        (spec / "sage100" / "samples" / "flat" / "mplg_card_accent.txt").read_bytes()
    )

    assert [a.label for a in file.of(wire.GeneralAccount)] == [
        "Prov. Comptes groupe et associés"
    ]


def test_a_country_of_another_module_uses_the_same_class(spec: Path) -> None:
    name = "cpai_card_real_blocks.txt"
    file = wire.read((spec / "sage100" / "samples" / "flat" / name).read_bytes())

    assert [type(record) for record in file.records] == [wire.Country, wire.Country]
    assert [record.flag for record in file.records] == ["#CPAI", "#CPAI"]
    assert file.records[0].fields[0] == "Allemagne"


def test_a_class_is_reused_only_where_the_facts_say_so() -> None:
    assets = wire.Dialect("fixed_assets", 23)

    assert assets.layout("#MPCT").home is None
    assert assets.layout("#MPCT").fits(130, 23) == "yes"
    assert wire.Dialect("commercial_management", 33).layout("#MECE").home is None


def test_a_repeated_tail_is_a_tuple() -> None:
    again = reread(party())

    assert isinstance(again, wire.ThirdParty)
    assert again.attached_accounts == ("4110000", "4160000")
    assert again.name == "Dupont & Fils à Évry"


def test_a_table_gives_rows_by_position() -> None:
    table = wire.build(
        wire.Currencies,
        currencies=[
            {"label": "Euro", "iso_code": "EUR"},
            {"label": "Dollar", "iso_code": "USD"},
        ],
    )
    again = reread(table)

    assert isinstance(again, wire.Currencies)
    assert len(again.currencies) == 32
    assert [row.iso_code for row in again.currencies[:3]] == ["EUR", "USD", ""]
    assert len(again.fields) == 640
    kept = again.replace(currencies=again.currencies)
    assert kept == again


def test_plans_and_levels_are_read_by_position() -> None:
    plans = wire.build(
        wire.AnalyticPlans, plans=[{"label": "Activité", "break_length_6": 13}]
    )
    levels = wire.build(wire.LevelNames, levels=["Production cost"])

    assert (plans.plans[0].label, plans.plans[0].break_length_6) == ("Activité", 13)
    assert levels.levels[:2] == ("Production cost", "")
    assert len(levels.levels) == 30


def test_a_fixed_series_between_fields_has_its_place() -> None:
    budget = wire.build(
        wire.AccountBudget,
        amounts=[Decimal(n) for n in range(216)],
        quantities=[Decimal("1.5")],
    )

    assert budget.amounts[215] == Decimal(215)
    assert budget.quantities[:2] == (Decimal("1.5"), Decimal("0.00"))
    assert len(budget.fields) == 433


def test_more_rows_than_the_table_has_are_refused() -> None:
    with pytest.raises(CodecError) as caught:
        wire.build(wire.LevelNames, levels=["x"] * 31)

    assert (caught.value.path, caught.value.code) == ("levels", "SC-FLAT-LENGTH")


def test_a_change_touches_nothing_else() -> None:
    before = reread(account())
    assert isinstance(before, wire.GeneralAccount)

    after = before.replace(label="Clients divers", dormant=True)

    changed = [
        i
        for i, pair in enumerate(zip(before.fields, after.fields, strict=True))
        if pair[0] != pair[1]
    ]
    assert changed == [2, 20]
    assert (after.label, after.dormant, after.line) == ("Clients divers", True, before.line)


def test_a_change_keeps_line_ends_that_differ() -> None:
    data = b"#FLG 000\r\n#VER 31\r\n#DEV EUR\r\n#MECA\n1\rS1\r\n10,00\n0,00\r\n#FIN\r\n"
    file = wire.read(data)
    line = file.records[0]

    file.records[0] = line.replace(section="S2")

    assert bytes(file) == data.replace(b"S1", b"S2")


def test_a_file_is_edited_record_by_record() -> None:
    data = b"".join(wire.write([account(), party(), entry()]))
    file = wire.read(data)
    found = file.records[1]

    file.records[1] = found.replace(name="Durand")

    assert bytes(file) == data.replace("Dupont & Fils à Évry".encode("cp850"), b"Durand")


def test_a_tail_can_be_changed_as_a_whole() -> None:
    changed = party().replace(attached_accounts=["4110000"])

    assert (changed.attached_accounts, len(changed.fields)) == (("4110000",), 134)


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        ({"label": "x" * 36}, "label", "SC-FLAT-LENGTH"),
        ({"label": ""}, "label", "SC-FLAT-EMPTY"),
        ({"label": "a\r\n#FIN"}, "label", "SC-FLAT-CONTROL"),
        ({"label": "€"}, "label", "SC-FLAT-CHARACTER"),
        ({"label": " x"}, "label", "SC-FLAT-BLANKS"),
        ({"label": "\\#x"}, "label", "SC-FLAT-HASH"),
        ({"account_number": "41"}, "account_number", "SC-FLAT-SHORT"),
        ({"tax_code": "d20"}, "tax_code", "SC-FLAT-CASE"),
        ({"line_feed": 100}, "line_feed", "SC-FLAT-RANGE"),
        ({"colour": "red"}, "colour", "SC-FLAT-FIELD-NAME"),
        ({"created_on": date(2126, 1, 1)}, "created_on", "SC-FLAT-YEAR"),
    ],
)
def test_a_change_out_of_limits_is_refused(
    change: dict[str, object], path: str, code: str
) -> None:
    with pytest.raises(CodecError) as caught:
        account().replace(**change)

    assert (caught.value.path, caught.value.code) == (path, code)


@pytest.mark.parametrize(
    "change",
    [
        {"label": 1},
        {"type": 0},
        {"dormant": 1},
        {"line_feed": True},
        {"created_on": "190926"},
    ],
)
def test_a_value_of_the_wrong_type_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(TypeError, match=next(iter(change))):
        account().replace(**change)


def test_a_number_sign_is_escaped_and_read_back() -> None:
    changed = account().replace(label="#1 client")

    assert (changed.label, changed.fields[2]) == ("#1 client", "\\#1 client")
    assert reread(changed) == changed


def test_unknown_codes_survive() -> None:
    raw = reread(account()).fields
    data = b"".join(wire.write([account()])).replace(b"\r\n1\r\n", b"\r\n77\r\n", 1)
    found = wire.read(data).records[0]
    assert isinstance(found, wire.GeneralAccount)

    assert (found.nature, raw[4]) == (wire.Unknown("77"), "1")
    assert bytes(found.replace(nature=found.nature)) == bytes(found)
    assert found.replace(nature=wire.AccountNature.BANK).nature is wire.AccountNature.BANK


def test_a_field_that_an_old_version_lacks_reads_as_empty() -> None:
    line = wire.entry_writer(5)(
        journal="VT",
        date=DAY,
        account="411000",
        label="x",
        side=wire.Side.CREDIT,
        amount=Decimal(1),
    )
    again = reread(line, 5)

    assert isinstance(again, wire.EntryLine)
    assert len(again.fields) == 26
    assert (again.reference, again.closed_on, again.origin) == ("", None, wire.Unknown(""))
    with pytest.raises(CodecError) as caught:
        again.replace(reference="x")
    assert caught.value.code == "SC-FLAT-FIELD-ABSENT"


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        (b"120,00", b"120.00", "amount"),
        (b"190926", b"320926", "date"),
        (b"\r\n0\r\n\r\n", b"\r\nx\r\n\r\n", "method_no"),
    ],
)
def test_a_value_that_cannot_be_read_is_refused_by_name(
    old: bytes, new: bytes, name: str
) -> None:
    data = b"".join(wire.write([entry()])).replace(old, new, 1)
    line = wire.read(data).records[0]

    with pytest.raises(CodecError) as caught:
        getattr(line, name)
    assert caught.value.path == name
    assert bytes(line) in data


def test_a_record_of_a_wrong_length_is_still_read() -> None:
    data = b"".join(wire.write([entry()])).replace(b"Facture\r\n", b"")
    line = wire.read(data).records[0]

    assert len(line.fields) == 38
    assert line.layout.fits(38, 31) == "no"


def test_rows_that_do_not_divide_are_refused() -> None:
    data = b"#FLG 000\r\n#VER 31\r\n#DEV EUR\r\n#MMDG\r\nA\r\nB\r\nC\r\n1\r\n2\r\n#FIN\r\n"
    template = wire.read(data).records[0]
    assert isinstance(template, wire.SplitTemplate)

    with pytest.raises(CodecError, match="expected rows of 4 fields, found 2"):
        _ = template.lines


def test_records_are_equal_by_their_bytes() -> None:
    assert entry() == entry()
    assert hash(entry()) == hash(entry())
    assert entry() != account()
    assert entry() != "MECG"
    assert repr(reread(entry())) == "<EntryLine #MECG line 4: 39 fields>"


def test_a_field_of_the_class_tells_its_limits() -> None:
    assert (wire.EntryLine.label.limit, wire.EntryLine.amount.label) == (69, "amount (18)")


def test_rows_are_equal_by_their_fields() -> None:
    rows = wire.build(
        wire.Currencies, currencies=[{"label": "Euro"}, {"label": "Euro"}]
    ).currencies

    assert rows[0] == rows[1]
    assert hash(rows[0]) == hash(rows[1])
    assert rows[0] != rows[2]
    assert repr(rows[0]).startswith("CurrencyRow(['Euro'")


def test_tables_of_the_class_tell_their_shape() -> None:
    assert (wire.Currencies.currencies.width, wire.Currencies.currencies.count) == (20, 32)
    assert wire.ThirdParty.attached_accounts.item.label == "attached_accounts (1)"


@pytest.mark.parametrize("rows", ["EUR", 7, ["EUR"], [{"label": 3}]])
def test_rows_of_the_wrong_type_are_refused(rows: object) -> None:
    with pytest.raises(TypeError):
        wire.build(wire.Currencies, currencies=rows)


def test_an_unknown_yes_or_no_survives() -> None:
    changed = account().replace(dormant=wire.Unknown(""), line_feed=None)

    assert (changed.dormant, changed.line_feed) == (wire.Unknown(""), None)
    with pytest.raises(CodecError) as caught:
        account().replace(dormant=wire.Unknown("7"))
    assert caught.value.code == "SC-FLAT-ENUM"


def test_an_amount_of_a_master_record_may_be_negative_and_has_its_decimals() -> None:
    changed = party().replace(turnover=Decimal("-1.5"), credit_limit=Decimal(3))

    assert (changed.turnover, changed.credit_limit) == (Decimal("-1.5000"), Decimal(3))
    assert "-1,5000" in changed.fields
    with pytest.raises(TypeError):
        party().replace(credit_limit=3)


def test_layouts_tell_how_many_fields_they_expect() -> None:
    def expected(flag: str, version: int, module: wire.Module = "accounting") -> str:
        return wire.Dialect(module, version).layout(flag).expected(version)

    assert expected("#MECG", 14) == "37"
    assert expected("#MECG", 18) == "26 or 37 or 39"
    assert expected("#MPCT", 31) == "133 + N x 1"
    assert expected("#MPLG", 31) == "23"
    assert expected("#CART", 33, "commercial_management") == "76 to 86"
    assert expected("#CPROJX", 33, "commercial_management") == "any number of"


def test_a_bank_statement_may_have_extra_pairs_of_lines() -> None:
    layout = wire.Dialect().layout("#MEXT")

    assert [layout.fits(n, 31) for n in (11, 40, 42, 98, 625, 649, 10)] == ["yes"] * 6 + [
        "no"
    ]
    assert layout.fits(12, 31) == "no"
