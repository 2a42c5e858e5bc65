"""A record that Sage has is changed whole: every other byte, and every child, stays."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from sage_connect import CodecError, FileFormatError, UnsupportedError
from sage_connect.sage100.wire import (
    CompanyFile,
    EntryLine,
    ImportUpdateMode,
    Original,
    Originals,
    Record,
    Section,
    ThirdParty,
    ThirdPartyBank,
    ThirdPartyContact,
    ThirdPartyType,
    build,
    originals,
    read,
    write,
)
from sage_connect.testing.demo import export_bytes
from sage_connect.testing.importer import Sage100Importer

DUPONT = ("#MPCT", "DUPONT")


def a_party(number: str, **values: Any) -> ThirdParty:
    given_: dict[str, Any] = {
        "name": f"Société {number} à l'été",
        "type": ThirdPartyType.CLIENT,
        "main_account": "411000",
        "attached_accounts": ("411000", "416000"),
        "comment": "ne pas perdre",
    }
    return build(ThirdParty, number=number, **{**given_, **values})


def a_bank(label: str) -> ThirdPartyBank:
    return build(ThirdPartyBank, is_main=True, label=label, iban="FR76")


def a_company(mode: int = 1) -> CompanyFile:
    return build(
        CompanyFile, company_name="TWIN", import_update_mode=ImportUpdateMode(mode)
    )


def export(*records: Record) -> bytes:
    return b"".join(write(records))


TWIN = export(
    a_company(),
    build(Section, plan_no=1, section="P1", label="Un"),
    build(Section, plan_no=2, section="P1", label="Deux"),
    a_party("ALPHA"),
    a_bank("Banque d'Alpha"),
    a_party("DUPONT"),
    a_bank("Première"),
    a_bank("Seconde"),
    build(ThirdPartyContact, last_name="Été"),
    a_party("OMEGA"),
    a_bank("Banque d'Omega"),
)


def test_a_change_gives_the_record_back_whole_with_its_children() -> None:
    found = originals(TWIN, [DUPONT])

    content = found.write([found[DUPONT].replace(city="TOURS", name="Dupont & fils")])

    before = read(TWIN).records[5:9]
    after = read(content)
    assert [bytes(one) for one in before[1:]] == [bytes(one) for one in after.records[1:]]
    changed = [
        at
        for at, (old, new) in enumerate(
            zip(before[0].fields, after.records[0].fields, strict=True), start=1
        )
        if old != new
    ]
    assert changed == [2, 11]
    assert content.startswith(b"#FLG 000\r\n#VER 31\r\n#DEV EUR\r\n#MPCT\r\n")
    assert content.endswith(b"#FIN\r\n")
    assert len(found) == 1
    assert list(found) == [DUPONT]


@given(
    st.sets(
        st.sampled_from(
            [
                ("#MPCT", "ALPHA"),
                DUPONT,
                ("#MPCT", "OMEGA"),
                ("#MPCA", "1", "P1"),
                ("#MPCA", "2", "P1"),
            ]
        ),
        min_size=1,
    ),
    st.integers(1, 200),
)
def test_without_a_change_not_a_byte_differs(keys: set[Any], size: int) -> None:
    blocks = (TWIN[at : at + size] for at in range(0, len(TWIN), size))
    found = originals(blocks, keys)

    content = found.write(found[key] for key in sorted(keys))

    body = content.removeprefix(b"#FLG 000\r\n#VER 31\r\n#DEV EUR\r\n")
    pieces = [bytes(found[key]) for key in sorted(keys)]
    assert body == b"".join(pieces) + b"#FIN\r\n"
    assert all(one in TWIN for one in pieces)


def test_the_importer_takes_a_change_and_keeps_what_was_not_changed() -> None:
    company = export_bytes()
    found = originals(company, [DUPONT])
    content = found.write([found[DUPONT].replace(city="CHINON")])

    result = Sage100Importer(company).import_file(content)

    assert (result.accepted, result.messages) == (True, ())


def test_line_ends_and_code_page_stay_as_the_export_has_them() -> None:
    unix = TWIN.replace(b"\r\n", b"\n")
    found = originals(unix, [DUPONT])

    content = found.write([found[DUPONT].replace(city="TOURS")])

    assert b"\r" not in content
    assert "Société".encode("cp850") in content
    assert content.endswith(b"#FIN\n")


def test_the_identity_of_a_record_is_not_changed() -> None:
    found = originals(TWIN, [DUPONT])

    with pytest.raises(CodecError, match="into #MPCT DURAND") as refused:
        found[DUPONT].replace(number="DURAND")

    assert refused.value.path == "#MPCT"


@pytest.mark.parametrize(
    "one",
    [
        Original(a_party("DUPONT")),
        Original(a_party("NEW")),
        originals(TWIN, [DUPONT])[DUPONT],
    ],
    ids=["made by hand", "a new one", "of another reading"],
)
def test_what_was_not_read_from_the_export_is_not_written_over(one: Original) -> None:
    found = originals(TWIN, [DUPONT])

    with pytest.raises(CodecError, match="was not read from it") as refused:
        found.write([one])

    assert "originals" in refused.value.fix


def test_two_changes_of_one_record_are_refused() -> None:
    found = originals(TWIN, [DUPONT])
    one = found[DUPONT]

    with pytest.raises(CodecError, match="twice"):
        found.write([one.replace(city="A"), one.replace(city="B")])


@pytest.mark.parametrize(
    ("mode", "needs"), [(1, False), (2, True)], ids=["modified", "asked"]
)
def test_the_company_s_option_is_told(mode: int, *, needs: bool) -> None:
    found = originals(export(a_company(mode), a_party("DUPONT")), [DUPONT])

    assert found.needs_a_person is needs
    assert found.update_mode == mode
    assert found.write([found[DUPONT]])


def test_a_change_that_sage_would_ignore_is_refused() -> None:
    found = originals(export(a_company(0), a_party("DUPONT")), [DUPONT])

    with pytest.raises(UnsupportedError, match="Sans modification") as refused:
        found.write([found[DUPONT].replace(city="TOURS")])

    assert refused.value.code == "SC-S100-IMPORT-UPDATE-OFF"
    assert "Fichier > Paramètres société" in refused.value.fix


def test_an_export_without_the_option_does_not_tell_it() -> None:
    found: Originals = originals(export(a_party("DUPONT")), [DUPONT])

    assert found.update_mode is None
    assert not found.needs_a_person


@pytest.mark.parametrize(
    ("key", "message"),
    [
        (("#MPCT", "DURAND"), "found no such record"),
        (("#MECG", "VTE"), "an import adds it once more"),
        (("#MDOS",), "an import adds it once more"),
        (("#MPCA", "P1"), "expected 2 fields that identify a #MPCA, found 1"),
    ],
)
def test_a_key_that_names_no_record_is_told(key: Any, message: str) -> None:
    with pytest.raises(CodecError, match=message) as refused:
        originals(TWIN, [key])

    assert refused.value.path == key[0]
    assert refused.value.fix


def test_an_export_that_cannot_be_trusted_is_refused() -> None:
    twice = export(a_party("DUPONT"), a_party("DUPONT"))

    with pytest.raises(FileFormatError, match="#FIN"):
        originals(TWIN.removesuffix(b"#FIN\r\n"), [DUPONT], name="cut.txt")
    with pytest.raises(FileFormatError, match="found it twice") as refused:
        originals(twice, [DUPONT], name="twice.txt")
    assert (refused.value.file, refused.value.line) == ("twice.txt", 140)


def test_an_open_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "export.txt"
    path.write_bytes(TWIN)

    with path.open("rb") as file:
        found = originals(file, [DUPONT], name=path.name)

    assert len(found[DUPONT].children) == 3
    assert not [one for one in found[DUPONT].children if isinstance(one, EntryLine)]
