"""Names of receipts, as every system takes them, and manifests that read as written."""

import csv
import io
import unicodedata

import pytest
from hypothesis import given, strategies as st

from sage_connect import Attachment
from sage_connect.sage100.receipts import (
    LONGEST,
    Manifest,
    Proven,
    added,
    manifest_csv,
    manifest_json,
    read_manifest,
    safe_name,
    verified,
)

PIECE = Proven(key="0" * 32, kind="purchase_invoice", journal="ACH", piece="FA1")
DEVICES = {
    "CON",
    "PRN",
    "AUX",
    "NUL",
    *(f"{n}{d}" for n in ("COM", "LPT") for d in range(10)),
}
ANYTHING = st.text(st.characters(exclude_categories=()))
# Between blanks, unseen characters leave blanks behind; a cut may make an extension.
PIECES = st.sampled_from(
    [" ", ".", "\u200b", "\u200e", "\x00", "\x01", "\t", "\ud800", "a", "é", "CON", "<"]
)
NAMES = st.one_of(
    ANYTHING,
    st.sampled_from(["CON", "nul.txt", "a.", ". .", "\u202egpj.exe", "e\u0301.pdf", "A/B"]),
    st.tuples(st.sampled_from(sorted(DEVICES)), ANYTHING).map("".join),
    st.lists(PIECES, max_size=12).map("".join),
    st.tuples(
        st.integers(90, 125).map(lambda long: "a" * long),
        st.lists(PIECES, max_size=6).map("".join),
        st.integers(1, 40).map(lambda long: "b" * long),
    ).map("".join),
    st.text("aé€😀", min_size=100, max_size=300).map(lambda text: f"{text}.pdf"),
)


@pytest.mark.requirement("S109")
@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ("facture.pdf", "facture.pdf"),
        ("Café à emporter.pdf", "Café à emporter.pdf"),
        ("e\u0301te\u0301.pdf", "été.pdf"),
        ('a<b>c:d"e/f\\g|h?i*j.pdf', "a_b_c_d_e_f_g_h_i_j.pdf"),
        ("../../etc/passwd", "_._etc_passwd"),
        ("con", "_con"),
        ("NUL.txt", "_NUL.txt"),
        ("aux.tar.gz", "_aux.tar.gz"),
        ("LPT¹.pdf", "_LPT¹.pdf"),
        ("CON .pdf", "_CON.pdf"),
        ("COM1x.pdf", "COM1x.pdf"),
        ("trailing. . .", "trailing"),
        ("  leading.pdf", "leading.pdf"),
        (".sage-connect-1.tmp", "sage-connect-1.tmp"),
        ("line\r\nbreak\t.pdf", "line break.pdf"),
        ("annexe\u202efdp.exe", "annexefdp.exe"),
        ("half\ud800.pdf", "half.pdf"),
        ("zero\x00.pdf", "zero.pdf"),
        ("", "receipt"),
        ("...", "receipt"),
        ("x." + "e" * 40, "x." + "e" * 40),
        ("é" * 100 + ".pdf", "é" * 58 + ".pdf"),
        ("facture \u200e 12.pdf", "facture 12.pdf"),
        ("a \u200b b.pdf", "a b.pdf"),
        ("x\x00 \x01 y", "x y"),
        ("a" * 110 + " ." + "b" * 30, "a" * 110 + ".bbbbbbbb"),
    ],
)
def test_a_name_is_made_safe(given_: str, expected: str) -> None:
    assert expected == safe_name(given_)


@given(NAMES)
def test_every_name_is_one_that_windows_takes(name: str) -> None:
    safe = safe_name(name)

    assert 0 < len(safe.encode()) <= LONGEST
    assert not set(safe) & set('<>:"/\\|?*')
    assert not any(unicodedata.category(one) in {"Cc", "Cf", "Cs"} for one in safe)
    assert safe.strip(" .") == safe
    assert safe.partition(".")[0].rstrip().upper() not in DEVICES
    assert safe == unicodedata.normalize("NFC", safe)
    assert safe == safe_name(safe)


@given(
    st.lists(st.builds(Attachment, name=NAMES, content=st.binary(max_size=2)), max_size=8)
)
def test_no_two_receipts_share_a_name_and_all_come_back(given_: list[Attachment]) -> None:
    second = Proven(key="1" * 32, kind="purchase_invoice", journal="ACH", piece="FA2")
    manifest, files = added(Manifest(import_file="x.txt"), PIECE, given_)
    manifest, more = added(manifest, second, given_)
    files = {**files, **more}

    assert len({unicodedata.normalize("NFC", one.casefold()) for one in files}) == len(
        files
    )
    assert all(safe_name(one) == one for one in files)
    for piece in (PIECE, second):
        rows = manifest.of(piece.key)
        assert {(one.name, files[one.file]) for one in rows} == {
            (one.name, one.content) for one in given_
        }
        assert len({one.file for one in rows}) == len({one.sha256 for one in given_})
    assert manifest == read_manifest(manifest_json(manifest), file="manifest.json")
    assert added(manifest, PIECE, given_)[0] == manifest
    found = {one.file: one.sha256 for one in manifest.receipts}
    assert not verified(manifest, found)
    assert len(verified(manifest, {})) == len(manifest.receipts)


def test_a_sheet_runs_no_formula_and_keeps_odd_texts() -> None:
    names = ["=cmd|' /C calc'!A0.pdf", 'a;"b"\n.pdf', "half\ud800.pdf"]
    proofs = [Attachment(name=one, content=one.encode("utf-8", "replace")) for one in names]

    manifest, _ = added(Manifest(import_file="x.txt"), PIECE, proofs)
    text = manifest_csv(manifest).decode("utf-8-sig")

    rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))
    assert [row["Nom d'origine"] for row in rows] == [
        f"'{names[0]}",
        names[1],
        "half\\ud800.pdf",
    ]
