"""The command line looks into PNM files, and explains what it finds there."""

import json
from pathlib import Path

from sage_connect.sage100.wire.pnm.sentences import SENTENCES

from .conftest import run

LINE = (
    "VTE190926FC{account:<13}{kind}{party:<13}F7           {label:<25}       {side}"
    "{amount:>20}N      1{blank:26}"
)


def file_of(amount: str) -> bytes:
    party = LINE.format(
        account="411000",
        kind="X",
        party="DUPONT",
        label="Facture",
        side="D",
        amount="120.00",
        blank="",
    )
    sale = LINE.format(
        account="706000",
        kind=" ",
        party="",
        label="Facture",
        side="C",
        amount=amount,
        blank="",
    )
    return f"ATELIER\r\n{party}\r\n{sale}\r\n".encode()


def test_a_pnm_file_is_inspected(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.pnm", tmp_path / "bad.txt"
    good.write_bytes(file_of("120.00"))
    bad.write_bytes(file_of("120,00"))

    sound, faulty = run("inspect", good), run("inspect", bad, "--json")
    found = json.loads(faulty.out)

    assert (sound.code, faulty.code) == (0, 1)
    assert b"pnm, 2 records" in sound.out
    assert (found["format"], found["records_by_flag"]) == ("pnm", {"X": 1, "G": 1})
    assert (found["faults"][0]["code"], found["faults"][0]["line"]) == ("SC-PNM-AMOUNT", 3)


def test_every_code_of_pnm_files_is_explained() -> None:
    known = {one["code"]: one for one in run("explain", "--all", "--json").rows}
    french = run("explain", "sc-pnm-length", "--language", "fr")

    assert {code.value for code in SENTENCES} <= set(known)
    assert known["SC-PNM-LENGTH"]["title"] == "A fault of a PNM file (Ecritures Sage)"
    assert known["SC-FLAT-NO-END"]["title"] == "A fault of a file in the Sage format"
    assert "Un défaut d'un fichier PNM" in french.out.decode()
