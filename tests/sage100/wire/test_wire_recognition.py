"""What a handed-over file is."""

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from sage_connect.sage100 import wire

FEC = b"JournalCode\tJournalLib\tEcritureNum\tEcritureDate\r\nVTE\tVentes\t1\t20260101\r\n"
PNM = b"BIJOU SA".ljust(30) + b"\r\n" + (b"VTE190926FC4110000".ljust(138) + b"\r\n") * 2


@pytest.mark.parametrize(
    ("head", "name", "kind", "product"),
    [
        (b"#FLG 000\r\n#VER 31\r\n", "export.txt", "flat", "Sage 100"),
        (b"\xef\xbb\xbf#FLG 000\r\n", "export.txt", "flat", "Sage 100"),
        (b"#VER 14\n", "", "flat", "Sage 100"),
        (b"#MPLG\r\n411\r\n", "", "flat", "Sage 100"),
        (b"#FLG 000\r\n", "export.pdf", "flat", "Sage 100"),
        (PNM, "a.txt", "pnm", "Sage 100"),
        (FEC, "a.txt", "fec", ""),
        (FEC.replace(b"\t", b"|"), "a.txt", "fec", ""),
        (FEC.replace(b"\t", b";").replace(b"JournalCode", b"Journal"), "a.txt", "fec", ""),
        (FEC.decode().encode("cp500"), "a.txt", "fec", ""),
        (b"[CBASE]\r\nServeurSQL=SRV\r\n", "a.mae", "company_sql", "Sage 100"),
        (b"\x00\x01MA30CPTA\x00", "a.bin", "company", "Sage 100 Comptabilité"),
        (b"\x01\x02\x03", "C:\\Sage\\A.MAE", "company", "Sage 100 Comptabilité"),
        (b"\x01\x02\x03", "a.gcm", "company", "Sage 100 Gestion commerciale"),
        (b"\x01\x02\x03", "a.imo", "company", "Sage 100 Immobilisations"),
        (b"\x01\x02\x03", "a.ema", "layout", "Sage 100"),
        (b"##Fichier\tx\r\n", "", "ximport", "Ciel or Sage 50 France"),
        (b"x", "XIMPORT.TXT", "ximport", "Ciel or Sage 50 France"),
        (b"\x01\x02", "ACCDATA/HEADERS.DTA", "other_product", "Sage 50 UK (Line 50)"),
        (b"\x01\x02", "AUDITTR.DAT", "other_product", "perhaps Sage 50 US (Peachtree)"),
        (b"\x01\x02", "WK20260101.AHC", "other_product", "perhaps Ciel or Sage 50 France"),
        (b"PK\x03\x04xl/workbook.xml", "a.zip", "archive", ""),
        (b"PK\x03\x04...", "a.zip", "archive", ""),
        (b"PK\x03\x04" + bytes(100), "a.txt", "archive", ""),
        (b"PK\x03\x04" + bytes(100), "a.XLSX", "archive", ""),
        (b"%PDF-1.7", "a", "document", ""),
        (b"\xd0\xcf\x11\xe0\xa1", "a.xls", "document", ""),
        (b"<!DOCTYPE html><html>", "a.txt", "document", ""),
        (b"<?xml version='1.0'?><a/>", "a.txt", "document", ""),
        (b"\xff\xfe#\x00F\x00L\x00G\x00", "a.txt", "utf16", ""),
        (b"#\x00F\x00L\x00G\x00 \x000\x000\x00", "a.txt", "utf16", ""),
        (b"", "a.txt", "empty", ""),
        (b"\r\n \r\n", "a.txt", "empty", ""),
        (
            b"VTE;190926;411;;x;y;1,00;0,00\r\nVTE;190926;701;;x;y;0,00;1,00\r\n",
            "",
            "delimited",
            "Sage 100",
        ),
        (b"hello\r\n", "a.txt", "unknown", ""),
        (bytes(range(256)), "a", "unknown", ""),
    ],
)
def test_a_file_is_known_by_its_bytes_then_by_its_name(
    head: bytes, name: str, kind: str, product: str
) -> None:
    found = wire.recognise(head, name)

    assert (found.kind, found.product) == (kind, product)
    assert found.message.endswith(".")
    assert bool(found.fix) == (kind not in {"flat", "pnm", "fec"})


def test_samples_are_recognised(spec: Path) -> None:
    folder = spec / "sage100" / "samples"
    expected = {"flat": "flat", "pnm": "pnm", "fec": "fec", "text": "delimited"}

    for place, kind in expected.items():
        for file in (folder / place).iterdir():
            found = wire.recognise(file.read_bytes()[:4096], file.name)
            assert found.kind == kind, file.name


@given(st.binary(max_size=200), st.text(max_size=20))
def test_anything_is_recognised_as_something(head: bytes, name: str) -> None:
    assert wire.recognise(head, name).message
