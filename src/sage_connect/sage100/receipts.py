"""Receipts beside an import file: their names, and the manifest that ties them to pieces.

No record of an import file carries a document (Inferred: from the whole catalogue of
flags), so receipts stand in a folder of their own, one for each import file, named alike:

```
imports/sage_connect-20260915-0123456789abcdef.txt
receipts/sage_connect-20260915-0123456789abcdef/
    VTE_FA1_facture.pdf     journal, piece, and the name as it was given, made safe
    manifest.csv            for the accountant
    manifest.json           the same for programs
```

Everything here is pure: documents and piece numbers in, names and bytes out.
"""

import csv
import datetime as dt
import io
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

import attrs

from ..errors import FileFormatError
from ..model import Attachment, AttachmentInfo
from ..validation import Finding, Report
from .piece import Piece
from .rules import BOOK

LONGEST: Final = 120
"""UTF-8 bytes of the longest name: a path of Windows ends at 259 characters."""
MANIFEST: Final = "manifest.json"
SHEET: Final = "manifest.csv"
LOST: Final = "SC-S100-RECEIPT-LOST"
CHANGED: Final = "SC-S100-RECEIPT-CHANGED"

_FORMAT: Final = "sage_connect receipts"
_VERSION: Final = 1
_NAMELESS: Final = "receipt"
_FORBIDDEN: Final = re.compile(r'[<>:"/\\|?*]')
# What Windows and others take for the way to another folder, or to another stream.
_LEAVING: Final = frozenset("/\\:\x00")
_BLANKS: Final = re.compile(r"\s+")
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs"})
# Windows gives these names to devices, in any folder and with any extension.
_DEVICE: Final = re.compile(
    r"(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(COM|LPT)[0-9¹²³])", re.IGNORECASE
)
_LONGEST_EXTENSION: Final = 16
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
# A spreadsheet takes what begins so for a formula.
_FORMULA: Final = tuple("=+-@\t\r")

_TITLES: Final[Mapping[str, str]] = {
    "journal": "Journal",
    "piece": "N° pièce",
    "invoice_number": "N° facture",
    "third_party": "N° compte tiers",
    "date": "Date de pièce",
    "file": "Fichier",
    "name": "Nom d'origine",
    "description": "Libellé",
    "media_type": "Type",
    "size": "Taille (octets)",
    "sha256": "SHA-256",
}


@attrs.frozen(kw_only=True)
class Proven:
    """The piece that receipts prove.

    Attributes:
        key: Digest of the document's key.
        kind: Type of the document, such as "purchase_invoice".
        journal: Journal code.
        piece: Piece number that was handed over; Sage may renumber.
        invoice_number: What stands in Sage's field of that name (field 5): the document's
            number, or the supplier's own; or "".
        third_party: Sage's number of the third party, or "".
        date: Day of the document; None where it is not known.
    """

    key: str
    kind: str
    journal: str
    piece: str
    invoice_number: str = ""
    third_party: str = ""
    date: dt.date | None = None


def proven_by(piece: Piece, *, key: str, kind: str, number: str) -> Proven:
    """Return what receipts of `piece` prove, as it will stand in Sage.

    Args:
        piece: As it is handed over.
        key: Digest of the document's key.
        kind: Type of the document.
        number: Its piece number.
    """
    return Proven(
        key=key,
        kind=kind,
        journal=piece.journal,
        piece=number,
        invoice_number=piece.invoice_number,
        third_party=next((x.third_party for x in piece.lines if x.third_party), ""),
        date=piece.date,
    )


@attrs.frozen(kw_only=True)
class ReceiptFile:
    """A receipt: what it proves, and where it stands.

    Two rows of one piece name the same file where the same content was given twice.

    Attributes:
        of: The piece.
        file: Its name in the folder.
        name: Its name as it was given.
        media_type: As it was given, such as "application/pdf"; "" when not known.
        description: What it shows, as it was given.
        size: In bytes.
        sha256: Of the content, 64 hexadecimal digits.
    """

    of: Proven
    file: str
    name: str
    media_type: str = ""
    description: str = ""
    size: int
    sha256: str

    @property
    def info(self) -> AttachmentInfo:
        """What a ledger tells of it; its id is the file's name."""
        return AttachmentInfo(
            id=self.file,
            name=self.name,
            media_type=self.media_type,
            description=self.description,
            size=self.size,
            sha256=self.sha256,
        )


@attrs.frozen(kw_only=True)
class Manifest:
    """The receipts of one import file, in the order they were given.

    Attributes:
        import_file: Name of the import file.
        receipts: One row for each receipt of each document.
    """

    import_file: str
    receipts: tuple[ReceiptFile, ...] = ()

    def of(self, key: str) -> tuple[ReceiptFile, ...]:
        """Return the receipts of the document whose key has the digest `key`."""
        return tuple(one for one in self.receipts if one.of.key == key)


def safe_name(name: str) -> str:
    """Return `name` as every file system takes it, at most 120 bytes of UTF-8 long.

    Composed (NFC); without a folder's slashes, control and direction characters, blanks and
    dots around, or the name of a device. The extension is kept where the rest is shortened.
    """
    return _fitted(name, "")


def _fitted(name: str, ending: str) -> str:
    """Return a safe name whose stem ends with `ending`."""
    safe = _fitted_once(name, ending)
    # What is cut or taken out may bring an extension or a blank to light.
    while (again := _fitted_once(safe, "")) != safe:
        safe = again
    return safe


def _fitted_once(name: str, ending: str) -> str:
    # Half characters and what turns the direction of writing, which hides an extension, go.
    plain = "".join(
        one for one in name if one.isspace() or unicodedata.category(one) not in _UNSEEN
    )
    composed = unicodedata.normalize("NFC", _BLANKS.sub(" ", plain))
    text = _FORBIDDEN.sub("_", composed).strip(" .")
    stem, dot, extension = text.rpartition(".")
    if not dot or not 0 < len(extension.encode()) <= _LONGEST_EXTENSION:
        stem, extension = text, ""
    stem = stem.rstrip(" .") or _NAMELESS
    if _DEVICE.fullmatch(stem.partition(".")[0].rstrip(" ")):
        stem = f"_{stem}"
    end = f"{ending}.{extension}" if extension else ending
    room = LONGEST - len(end.encode())
    # A character that is cut in the middle goes whole; so do the blanks before the cut.
    kept = stem.encode()[:room].decode(errors="ignore").rstrip(" .")
    return f"{kept}{end}"


def _folded(name: str) -> str:
    """Return what two names have in common that some file system takes for one."""
    return unicodedata.normalize("NFC", name.casefold())


class _Filing:
    """Receipts of one import file, put to those that its manifest has, piece by piece.

    Args:
        manifest: What is there.
        strangers: SHA-256 of what else stands in the folder, by name.

    Attributes:
        files: What is to be written, by name.
    """

    def __init__(self, manifest: Manifest, strangers: Mapping[str, str] = _NOTHING) -> None:
        self._import_file = manifest.import_file
        self._rows = {(one.of.key, one.info): one for one in manifest.receipts}
        self._stored = {(one.of.key, one.sha256): one.file for one in manifest.receipts}
        self._taken = {_folded(one.file) for one in manifest.receipts} | {MANIFEST, SHEET}
        self._strangers = {_folded(name): digest for name, digest in strangers.items()}
        self.files: dict[str, bytes] = {}

    @property
    def manifest(self) -> Manifest:
        """What is there now."""
        return Manifest(import_file=self._import_file, receipts=tuple(self._rows.values()))

    def add(self, piece: Proven, attachments: Iterable[Attachment]) -> None:
        """Add the receipts of a piece."""
        for one in attachments:
            digest = one.sha256
            file = self._stored.get((piece.key, digest))
            if file is None:
                name = f"{piece.journal}_{piece.piece}_{one.name}"
                file = self._free_name(name, digest)
                self._taken.add(_folded(file))
                self._stored[piece.key, digest] = file
            row = ReceiptFile(
                of=piece,
                file=file,
                name=one.name,
                media_type=one.media_type,
                description=one.description,
                size=len(one.content),
                sha256=digest,
            )
            self._rows.setdefault((piece.key, row.info), row)
            # Written also where it is known: the file may be lost.
            self.files[file] = one.content

    def _free_name(self, name: str, digest: str) -> str:
        found, number = safe_name(name), 1
        while not self._is_free(_folded(found), digest):
            number += 1
            found = _fitted(name, f"_{number}")
        return found

    def _is_free(self, name: str, digest: str) -> bool:
        # What a crash left without a row has the same content, and becomes the receipt.
        return name not in self._taken and self._strangers.get(name, digest) == digest


def added(
    manifest: Manifest,
    piece: Proven,
    attachments: Iterable[Attachment],
    *,
    strangers: Mapping[str, str] = _NOTHING,
) -> tuple[Manifest, Mapping[str, bytes]]:
    """Return `manifest` with the receipts of a piece, and the files to write, by name.

    The same content is stored once for a document, whatever its names; what the manifest
    has already is not added again.

    Args:
        manifest: What is there.
        piece: What they prove.
        attachments: The receipts.
        strangers: SHA-256 of files in the folder that the manifest does not name, by name:
            none of other content is written over.
    """
    filing = _Filing(manifest, strangers)
    filing.add(piece, attachments)
    return filing.manifest, filing.files


def folder_of(import_file: str) -> str:
    """Return the path of an import file's receipts, below the workspace."""
    return f"receipts/{import_file.removesuffix('.txt')}"


def manifest_path(import_file: str) -> str:
    """Return the path of the manifest that counts, below the workspace.

    It is kept with the registry: what stands in `receipts/` is for people to take away.
    """
    return f"state/{folder_of(import_file)}.json"


def written(manifest: Manifest, files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """Return what is to be written, by path below the workspace, in order.

    The manifest that counts comes last but for its copies: it names only what stands there.
    Where the copy for programs is the newest, so is the sheet, which comes before it.
    """
    folder = folder_of(manifest.import_file)
    content = manifest_json(manifest)
    return {
        **{f"{folder}/{name}": one for name, one in files.items()},
        manifest_path(manifest.import_file): content,
        f"{folder}/{SHEET}": manifest_csv(manifest),
        f"{folder}/{MANIFEST}": content,
    }


def manifest_json(manifest: Manifest) -> bytes:
    """Write a manifest for programs: JSON in ASCII, one object for each receipt."""
    value = {
        "format": _FORMAT,
        "version": _VERSION,
        "import_file": manifest.import_file,
        "receipts": [_row(one) for one in manifest.receipts],
    }
    return json.dumps(value, indent=1).encode("ascii")


def manifest_csv(manifest: Manifest) -> bytes:
    """Write a manifest for the accountant: French titles, semicolons, UTF-8 with its mark.

    What a spreadsheet would take for a formula has an apostrophe before it. A program reads
    the JSON, which has every value as it is.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(_TITLES.values())
    for one in manifest.receipts:
        row = _row(one)
        writer.writerow([_cell(row[name]) for name in _TITLES])
    # A name may hold half a character, from a file system that does not mind.
    return text.getvalue().encode("utf-8-sig", "backslashreplace")


def _cell(value: object) -> str:
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _row(one: ReceiptFile) -> dict[str, Any]:
    piece = attrs.asdict(one.of)
    piece["date"] = one.of.date.isoformat() if one.of.date else ""
    return {
        **piece,
        **{
            field.name: getattr(one, field.name)
            for field in attrs.fields(ReceiptFile)
            if field.name != "of"
        },
    }


def read_manifest(content: bytes, *, file: str) -> Manifest:
    """Read what `manifest_json` wrote.

    Args:
        content: Its bytes.
        file: Its path, for messages.

    Raises:
        FileFormatError: It is no manifest, is of a newer version, or names a file outside
            of its folder.
    """
    try:
        value = json.loads(content)
        _require_ours(value["format"], value["version"])
        return Manifest(
            import_file=_inside(value["import_file"]),
            receipts=tuple(_read_row(row) for row in value["receipts"]),
        )
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise FileFormatError(
            f"expected a manifest of receipts, version {_VERSION}, found: {error}",
            file=file,
            code="SC-S100-RECEIPT-MANIFEST",
            fix="Put back its newest copy; `manifest.json` beside the receipts is one.",
        ) from error


def _require_ours(kind: object, version: object) -> None:
    if (kind, version) != (_FORMAT, _VERSION):
        raise ValueError(f"format {kind!r}, version {version!r}")


def _read_row(row: Mapping[str, Any]) -> ReceiptFile:
    values = dict(row)
    piece = {field.name: values.pop(field.name) for field in attrs.fields(Proven)}
    piece["date"] = dt.date.fromisoformat(piece["date"]) if piece["date"] else None
    values["file"] = _inside(values["file"])
    return ReceiptFile(of=Proven(**piece), **values)


def _inside(name: str) -> str:
    """Return a name that stays in its folder; it need not be one that we would give."""
    if not name or name in {".", ".."} or set(name) & _LEAVING:
        raise ValueError(f"{name!r}, which is no name of a file in the folder")
    return name


def batch_receipts(
    import_file: str, documents: Iterable[tuple[Proven, Iterable[Attachment]]]
) -> Mapping[str, bytes]:
    """Return what is to be written for the documents of an import file, by path, in order.

    Nothing where no document has an attachment.
    """
    filing = _Filing(Manifest(import_file=import_file))
    for piece, attachments in documents:
        filing.add(piece, attachments)
    return written(filing.manifest, filing.files) if filing.files else {}


def verified(manifest: Manifest, found: Mapping[str, str]) -> Report:
    """Return a finding for each receipt that is lost or is not what was given.

    Args:
        manifest: What should stand in the folder.
        found: SHA-256 of the files that do, by name.
    """
    return Report(
        findings=tuple(_faults(manifest, found)), documents=len(manifest.receipts)
    )


def _faults(manifest: Manifest, found: Mapping[str, str]) -> Iterator[Finding]:
    for one in manifest.receipts:
        digest = found.get(one.file)
        if digest != one.sha256:
            yield BOOK.finding(
                LOST if digest is None else CHANGED,
                document=one.of.invoice_number or one.of.piece,
                file=f"{folder_of(manifest.import_file)}/{one.file}",
                name=one.name,
                journal=one.of.journal,
                piece=one.of.piece,
            )
