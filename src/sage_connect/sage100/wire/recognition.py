"""What a file is that somebody hands over: the bytes first, the name second."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

import attrs

__all__ = ("EBCDIC_NAME", "HEAD", "Kind", "Recognition", "named", "recognise")

HEAD = 4096
"""Bytes that are enough to recognise any kind."""

Kind = Literal[
    "flat",
    "pnm",
    "fec",
    "delimited",
    "layout",
    "company",
    "company_sql",
    "ximport",
    "other_product",
    "archive",
    "document",
    "utf16",
    "empty",
    "unknown",
]

_EXPORT = (
    "In Sage 100, use Fichier > Exporter > Format Sage and hand over the file it writes."
)


@attrs.frozen
class Recognition:
    """What a file looks like.

    Attributes:
        kind: `flat`, `pnm` and `fec` can be read here, `delimited` with its layout.
        product: Whose file it is, or "".
        message: What it looks like, in one sentence.
        fix: What to do, in one sentence; "" where it can be read.
    """

    kind: Kind
    product: str
    message: str
    fix: str = ""


_FLAT = re.compile(
    rb"#(?:(?:FLG|VER|DEV)(?:[ \t][^\r\n]*)?|[A-Z][A-Z0-9]{2,11}[ \t]*)(?:[\r\n]|\Z)"
)
EBCDIC_NAME = "JournalCode".encode("cp500")
"""How a FEC in EBCDIC begins; letters are alike in all its code pages."""
# Some are enough: names may be misspelt, and separated by what the law does not allow.
_FEC_NAMES = {
    b"journalcode",
    b"journallib",
    b"ecriturenum",
    b"ecrituredate",
    b"comptenum",
    b"comptelib",
    b"compauxnum",
    b"compauxlib",
    b"pieceref",
    b"piecedate",
    b"ecriturelib",
    b"ecriturelet",
    b"validdate",
}
_FEW_NAMES = 3
_XIMPORT_MARK = re.compile(rb"##(Fichier|Section|Transfert)", re.IGNORECASE)
_PNM_LENGTHS = {105, 112, 138, 141, 164, 199}
_CONTROLS = bytes(set(range(32)) - {9, 10, 13})
_FEW = 7
_WIDE = 0.35
_SEPARATORS = set(range(7, 18))
_PRINTABLE = 0.95
_PNM_LINE = re.compile(rb"[^\r\n]{3}\d{6}[A-Z ]{2}")
# A movement whose length may be wrong: its label may be damaged, its amount stands after
# the side.
_PNM_MOVEMENT = re.compile(
    rb"[^\r\n]{3}\d{6}[A-Z ]{2}[^\r\n]{13}[GXAE ][^\r\n]{26,78}?[A-Z ][\d ]{6}"
    rb"[DCM][ ]*-?\d+[.,]\d"
)


def _wrong(product: str) -> Recognition:
    return Recognition(
        "other_product",
        product,
        f"The file belongs to another product: {product}.",
        f"Only Sage 100 files are read here. {_EXPORT}",
    )


def _company(product: str) -> Recognition:
    return Recognition(
        "company",
        product,
        f"The file is a company file of {product}, which only Sage may open.",
        _EXPORT,
    )


def _document(what: str) -> Recognition:
    return Recognition("document", "", f"The file is {what}, not an export.", _EXPORT)


_EXCEL = Recognition(
    "archive", "", "The file is an Excel workbook, not an export.", _EXPORT
)
_ZIP = Recognition(
    "archive", "", "The file is a ZIP archive.", "Unpack it and hand over the file inside."
)
_XIMPORT = Recognition(
    "ximport",
    "Ciel or Sage 50 France",
    "The file is in the XIMPORT or RIMPORT format of Ciel and Sage 50 France.",
    f"Sage 100 does not read it. {_EXPORT}",
)

_PNM = Recognition("pnm", "Sage 100", "The file is a Sage 100 entry file (PNM).")

_BY_BYTES: tuple[tuple[Callable[[bytes, bytes], object], Recognition], ...] = (
    (
        lambda _, lead: not lead.rstrip(b"\x1a\x00"),
        Recognition(
            "empty", "", "The file is empty.", f"It was perhaps copied too early. {_EXPORT}"
        ),
    ),
    (
        lambda head, _: head[:2] in {b"\xff\xfe", b"\xfe\xff"} or _wide(head),
        Recognition(
            "utf16",
            "",
            "The file is UTF-16 text, which no Sage 100 format is.",
            "It was saved anew by an editor; hand over the file that Sage wrote.",
        ),
    ),
    (
        lambda _, lead: _FLAT.match(lead),
        Recognition("flat", "Sage 100", "The file is a Sage 100 file (format Sage)."),
    ),
    (
        lambda _, lead: _fec(lead),
        Recognition("fec", "", "The file is a FEC, the French tax office's entry file."),
    ),
    (
        lambda _, lead: lead[:7].upper() == b"[CBASE]",
        Recognition(
            "company_sql",
            "Sage 100",
            "The file is a Sage 100 company file of an SQL edition: it only names the "
            "server and the base, and holds no data.",
            _EXPORT,
        ),
    ),
    (lambda head, _: b"MA30CPTA" in head[:HEAD], _company("Sage 100 Comptabilité")),
    (lambda head, _: head.startswith(b"%PDF"), _document("a PDF")),
    (
        lambda head, _: head.startswith(b"\xd0\xcf\x11\xe0"),
        _document("an old Office document"),
    ),
    (
        lambda _, lead: re.match(rb"<!doctype html|<html", lead, re.IGNORECASE),
        _document("a web page, perhaps an error page that a browser saved"),
    ),
    (lambda _, lead: re.match(rb"<\?xml|<[A-Za-z][\w:.-]*[\s>]", lead), _document("XML")),
    (lambda _, lead: _XIMPORT_MARK.match(lead), _XIMPORT),
    (
        lambda head, _: _pnm(head),
        _PNM,
    ),
)

_BY_NAME: tuple[tuple[str, Recognition], ...] = (
    (r"\.pnm$", _PNM),
    (r"\.mae$", _company("Sage 100 Comptabilité")),
    (r"\.gcm$", _company("Sage 100 Gestion commerciale")),
    (r"\.imo$", _company("Sage 100 Immobilisations")),
    (r"\.mdp$", _company("Sage 100 Moyens de paiement")),
    (r"\.prh$", _company("Sage 100 Paie")),
    (
        r"\.ema$",
        Recognition(
            "layout",
            "Sage 100",
            "The file is a saved layout (format paramétrable), which only Sage can read.",
            "Describe the columns of the layout instead, or export in the Sage format.",
        ),
    ),
    (
        r"(^|/)accdata/|\.dta$|(^|/)1\.coa$",
        _wrong("Sage 50 UK (Line 50)"),
    ),
    (r"\.dat$", _wrong("perhaps Sage 50 US (Peachtree)")),
    (r"\.(ahc|sav|sd.)$", _wrong("perhaps Ciel or Sage 50 France")),
    (r"(^|/)[xr]import[^/]*$", _XIMPORT),
    (
        r"fec\d{8}[^/]*$",
        Recognition("fec", "", "The file is named like a FEC, the French tax file."),
    ),
)


def recognise(head: bytes, name: str = "") -> Recognition:
    """Tell what a file is from its first bytes and, if they do not tell, its name.

    Args:
        head: The first `HEAD` bytes or more; the whole file if it is shorter.
        name: The file's name, with or without its folder; "" if unknown.
    """
    # Before UTF-16 is guessed: the head of an archive may be full of zeros.
    if head.startswith(b"PK\x03\x04"):
        excel = b"xl/" in head or name.lower().endswith((".xlsx", ".xlsm"))
        return _EXCEL if excel else _ZIP
    lead = head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    for fits, found in _BY_BYTES:
        if fits(head, lead):
            return found
    return named(name) or _by_habit(head) or _unknown(head)


def _wide(head: bytes) -> bool:
    probe = head[:512]
    half = len(probe) * _WIDE
    return len(probe) > _FEW and max(probe[1::2].count(0), probe[::2].count(0)) > half


def _fec(lead: bytes) -> bool:
    first = re.split(rb"[\r\n]", lead[:HEAD], maxsplit=1)[0].lower()
    names = {cell.strip(b" \"'") for cell in re.split(rb"[\t|;,]", first)}
    return len(names & _FEC_NAMES) >= _FEW_NAMES or lead.startswith(EBCDIC_NAME)


def _pnm(head: bytes) -> bool:
    head = head.removeprefix(b"\xef\xbb\xbf")
    lines = re.split(rb"\r\n|\r|\n", head)
    if len(head) >= HEAD:
        # The last line is cut off here, not in the file.
        lines.pop()
    while lines and not lines[-1]:
        lines.pop()
    body = lines[1:]
    lengths = {len(line) for line in body}
    exact = len(lengths) == 1 and lengths <= _PNM_LENGTHS
    if exact and all(map(_PNM_LINE.match, body)):
        return True
    # A faulty one is still one, so that its faults can be told.
    return any(map(_PNM_MOVEMENT.match, lines))


def named(name: str) -> Recognition | None:
    """Tell what a file is by its name alone; None for a name that tells nothing."""
    for pattern, found in _BY_NAME:
        if re.search(pattern, name.replace("\\", "/").lower()):
            return found
    return None


def _by_habit(head: bytes) -> Recognition | None:
    """Recognise delimited text: 8 to 11 columns, no header, the same in all lines."""
    lines = [line for line in re.split(rb"\r\n|\r|\n", head[:HEAD])[:20] if line]
    if len(head) >= HEAD and len(lines) > 1:
        lines.pop()
    for separator in (b";", b"\t"):
        counts = {line.count(separator) for line in lines}
        if len(counts) == 1 and counts <= _SEPARATORS:
            return Recognition(
                "delimited",
                "Sage 100",
                "The file is delimited text for a saved layout (format paramétrable).",
                "Describe the layout's columns, date format and code page to read it.",
            )
    return None


def _unknown(head: bytes) -> Recognition:
    printable = len(head[:HEAD].translate(None, _CONTROLS))
    text = printable > _PRINTABLE * len(head[:HEAD])
    what = "text of an unknown kind" if text else "binary data"
    start = ascii(head[:16])[1:]
    return Recognition(
        "unknown",
        "",
        f"The file is {what}, beginning with {start}, not a Sage 100 file.",
        _EXPORT,
    )
