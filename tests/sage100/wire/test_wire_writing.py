"""Writing flat files: strict, in documented bytes, in flat memory."""

import itertools
import tracemalloc
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from sage_connect.errors import CodecError, UnsupportedError
from sage_connect.sage100 import wire

GOLDEN = Path(__file__).parents[2] / "golden" / "flat"
VERSIONS = (31, 25, 14, 5)
DAY = date(2026, 9, 19)
REQUIRED: dict[str, Any] = {
    "journal": "VTE",
    "date": DAY,
    "account": "4110000",
    "label": "Facture",
    "side": wire.Side.DEBIT,
    "amount": Decimal("120.00"),
}


def piece(version: int) -> Iterator[wire.Record]:
    entry, analytic = wire.entry_writer(version), wire.analytic_writer(version)
    common: dict[str, Any] = {"journal": "VTE", "date": DAY, "piece": "F2026001"}
    common |= {"invoice_number": "F-2026-001", "label": "Facture Dupont, été n° 1"}
    if version != 5:
        common["reference"] = "0123456789abcdef"
    yield entry(
        **common,
        account="4110000",
        third_party="DUPONT",
        side=wire.Side.DEBIT,
        amount=Decimal("1200.00"),
        due_date=date(2026, 10, 19),
        method_no=1,
    )
    yield entry(
        **common,
        account="7010000",
        side=wire.Side.CREDIT,
        amount=Decimal(1000),
        tax_code="C20",
        quantity=Decimal("2.5"),
    )
    yield analytic(plan_no=1, section="PARIS", amount=Decimal(600))
    yield analytic(plan_no=1, section="LYON", amount=Decimal("400.00"), quantity=Decimal(1))
    yield entry(**common, account="44571", side=wire.Side.CREDIT, amount=Decimal("200.0"))


def masters() -> Iterator[wire.Record]:
    yield wire.build(
        wire.Section, plan_no=1, section="PARIS", label="Agence de Paris", level_no=1
    )
    yield wire.build(
        wire.ThirdParty,
        number="DUPONT",
        name="Dupont & Fils à Évry",
        type=wire.ThirdPartyType.CLIENT,
        main_account="4110000",
        short_name="DUPONT",
        address="1, rue de l'Église",
        postal_code="91000",
        city="Évry",
        country="France",
        siret="73282932000074",
        attached_accounts=["4110000"],
    )


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.requirement("S35", "S112")
def test_a_file_has_the_golden_bytes(version: int) -> None:
    records = [*masters(), *piece(31)] if version == 31 else [*piece(version)]

    data = b"".join(wire.write(records, version=version))

    assert data == (GOLDEN / f"ver{version}.txt").read_bytes()


@pytest.mark.parametrize("version", VERSIONS)
def test_a_written_file_has_no_fault(version: int) -> None:
    found = wire.inspect(wire.write(piece(version), version=version))

    assert [fault for fault in found.faults if fault.severity != "note"] == []
    assert found.totals.debit == found.totals.credit == Decimal("1200.00")


@pytest.mark.requirement("S23")
def test_a_client_written_by_name_is_read_back() -> None:
    file = wire.read(b"".join(wire.write(masters())))
    client = next(file.of(wire.ThirdParty))

    assert (client.number, client.city, client.siret) == (
        "DUPONT",
        "Évry",
        "73282932000074",
    )
    assert wire.inspect(bytes(file)).faults == ()


def test_version_5_has_no_currency_line() -> None:
    assert wire.header_bytes(5) == b"#FLG 000\r\n#VER 5\r\n"
    assert wire.header_bytes(31, "XPF") == b"#FLG 000\r\n#VER 31\r\n#DEV XPF\r\n"


TEXTS = st.text(
    st.characters(codec="cp850", exclude_categories=["Cc"]), min_size=1, max_size=35
).filter(lambda text: text.strip(" \xa0") == text and not text.startswith("\\#"))
CODES = st.text("ABCXYZ0123456789-_/", min_size=1, max_size=13)
AMOUNTS = st.integers(0, 99_999_999_999_99).map(lambda cents: Decimal(cents).scaleb(-2))
DAYS = st.dates(date(1980, 1, 1), date(2070, 12, 31))


@pytest.mark.parametrize("version", VERSIONS)
@given(data=st.data())
def test_every_value_is_read_back_as_it_was_given(
    version: int, data: st.DataObject
) -> None:
    values: dict[str, Any] = data.draw(
        st.fixed_dictionaries(
            {
                "journal": st.text("ABC12", min_size=1, max_size=6),
                "date": DAYS,
                "account": st.text("0123456789A", min_size=3, max_size=13),
                "label": TEXTS,
                "side": st.sampled_from(wire.Side),
                "amount": AMOUNTS,
            },
            optional={
                "piece": CODES,
                "invoice_number": CODES,
                "third_party": CODES,
                "due_date": DAYS,
                "method_no": st.integers(0, 30),
                "quantity": AMOUNTS,
                "currency_amount": AMOUNTS,
                "lettering": st.text("ABC", max_size=5),
                "opening_type": st.sampled_from(wire.EntryLineOpeningType),
                "revised": st.booleans(),
            },
        )
    )
    line = wire.entry_writer(version)(**values)
    again = wire.read(b"".join(wire.write([line], version=version))).records[0]

    assert {name: getattr(again, name) for name in values} == values
    built = wire.build(wire.EntryLine, dialect=wire.Dialect(version=version), **values)
    assert built == line
    assert bytes(again) == bytes(line)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        ({"label": "x" * 70}, "label", "SC-FLAT-LENGTH"),
        ({"label": "café €"}, "label", "SC-FLAT-CHARACTER"),
        ({"label": "a\r\n#MECG"}, "label", "SC-FLAT-CONTROL"),
        ({"label": "a\tb"}, "label", "SC-FLAT-CONTROL"),
        ({"label": "a\x00b"}, "label", "SC-FLAT-CONTROL"),
        ({"label": " a"}, "label", "SC-FLAT-BLANKS"),
        ({"label": "a\xa0"}, "label", "SC-FLAT-BLANKS"),
        ({"label": ""}, "label", "SC-FLAT-EMPTY"),
        ({"journal": ""}, "journal", "SC-FLAT-EMPTY"),
        ({"journal": "TOOLONG"}, "journal", "SC-FLAT-LENGTH"),
        ({"account": "41"}, "account", "SC-FLAT-SHORT"),
        ({"piece": "f1"}, "piece", "SC-FLAT-CASE"),
        ({"piece": "F" * 14}, "piece", "SC-FLAT-LENGTH"),
        ({"third_party": "A" * 18}, "third_party", "SC-FLAT-LENGTH"),
        ({"amount": Decimal("0.001")}, "amount", "SC-FLAT-ROUNDING"),
        ({"amount": Decimal(-1)}, "amount", "SC-FLAT-NEGATIVE"),
        ({"amount": Decimal("NaN")}, "amount", "SC-FLAT-AMOUNT"),
        ({"amount": Decimal("1E+12")}, "amount", "SC-FLAT-LENGTH"),
        ({"date": date(2126, 1, 1)}, "date", "SC-FLAT-YEAR"),
        ({"method_no": 31}, "method_no", "SC-FLAT-RANGE"),
        ({"tax_code": "TOOLONG"}, "tax_code", "SC-FLAT-LENGTH"),
        ({"lettering": "abc"}, "lettering", "SC-FLAT-CASE"),
        ({"colour": "red"}, "colour", "SC-FLAT-FIELD-NAME"),
    ],
)
def test_a_value_out_of_limits_is_refused_by_name(
    version: int, change: dict[str, Any], path: str, code: str
) -> None:
    with pytest.raises(CodecError) as caught:
        wire.entry_writer(version)(**REQUIRED | change)

    assert (caught.value.path, caught.value.code) == (path, code)


@pytest.mark.parametrize(
    "change",
    [
        {"label": None},
        {"third_party": None},
        {"piece": 1},
        {"invoice_number": b"F1"},
        {"amount": 120.0},
        {"amount": "120.00"},
        {"amount": True},
        {"side": "0"},
        {"side": 1},
        {"date": "190926"},
        {"due_date": 190926},
        {"method_no": 1.0},
    ],
)
def test_a_value_of_the_wrong_type_never_becomes_text(change: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        wire.entry_writer()(**REQUIRED | change)


def test_old_versions_have_shorter_labels() -> None:
    assert len(wire.entry_writer(25)(**REQUIRED | {"label": "x" * 69}).label) == 69
    with pytest.raises(CodecError) as caught:
        wire.entry_writer(14)(**REQUIRED | {"label": "x" * 36})
    assert caught.value.code == "SC-FLAT-LENGTH"


@pytest.mark.parametrize(
    ("version", "name"), [(5, "reference"), (5, "origin"), (14, "closed_on")]
)
def test_a_field_that_a_version_lacks_is_refused_not_dropped(
    version: int, name: str
) -> None:
    values = {"reference": "R", "origin": wire.EntryOrigin.EXPORT, "closed_on": DAY}

    with pytest.raises(CodecError) as caught:
        wire.entry_writer(version)(**REQUIRED | {name: values[name]})

    assert (caught.value.path, caught.value.code) == (name, "SC-FLAT-FIELD-ABSENT")


@pytest.mark.parametrize("version", [0, 10, 30, 33])
def test_versions_that_nobody_published_are_not_written(version: int) -> None:
    for make in (wire.entry_writer, wire.analytic_writer, wire.header_bytes):
        with pytest.raises(UnsupportedError, match=f"VER {version}"):
            make(version)


def test_other_modules_are_not_written() -> None:
    with pytest.raises(UnsupportedError, match="fixed_assets"):
        wire.write([], module="fixed_assets")
    with pytest.raises(CodecError, match="currency"):
        wire.write([], currency="euro")


def test_a_record_of_another_version_is_refused() -> None:
    old = wire.entry_writer(14)(**REQUIRED)

    with pytest.raises(CodecError) as caught:
        b"".join(wire.write([old]))
    assert caught.value.code == "SC-FLAT-COUNT"
    with pytest.raises(UnsupportedError, match="only entry lines"):
        b"".join(wire.write(masters(), version=14))


def test_a_record_of_another_module_is_refused() -> None:
    country = b"#CPAI\r\nFrance\r\nFRA\r\n1\r\n\r\n\r\nFR\r\n1\r\n0\r\n"
    file = wire.read(b"#FLG 000\r\n#VER 33\r\n" + country + b"#FIN\r\n")

    with pytest.raises(UnsupportedError, match="#CPAI"):
        wire.record_bytes(file.records)


def test_a_record_read_with_odd_line_ends_is_written_with_cr_lf() -> None:
    file = wire.read(b"#FLG 000\n#VER 31\n#DEV EUR\n#MECA\n1\nPARIS\n1,00\n0,00")

    assert wire.record_bytes(file.records) == b"#MECA\r\n1\r\nPARIS\r\n1,00\r\n0,00\r\n"
    mixed = wire.read(b"#FLG 000\r\n#VER 31\r\n#DEV EUR\r\n#MECA\n1\rPARIS\r\n1,00\r\n0,00")
    assert wire.record_bytes(mixed.records) == wire.record_bytes(file.records)


def test_a_third_party_needs_an_attached_account() -> None:
    with pytest.raises(CodecError) as caught:
        wire.build(
            wire.ThirdParty,
            number="A",
            name="A",
            type=wire.ThirdPartyType.OTHER,
            main_account="411",
        )

    assert (caught.value.path, caught.value.code) == ("attached_accounts", "SC-FLAT-EMPTY")


def test_a_missing_value_is_refused_by_name() -> None:
    with pytest.raises(CodecError) as caught:
        wire.build(wire.Section, plan_no=1, section="PARIS")

    assert (caught.value.path, caught.value.code) == ("label", "SC-FLAT-EMPTY")


def test_memory_stays_flat_however_long_the_file() -> None:
    line = wire.entry_writer()(**REQUIRED)

    def peak(count: int) -> int:
        tracemalloc.start()
        try:
            for block in wire.write(itertools.repeat(line, count)):
                assert block
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(40_000) < peak(4_000) + 1_000_000
