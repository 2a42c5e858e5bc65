"""Records that Sage has already, changed without losing what else stands in them.

An import writes every field of a record that exists, empty ones too, and what belongs to
it (contacts, banks, terms) with it (observed). So a change starts from an export: the
record is taken whole, with its children, some fields are changed, and all of it is given
back byte for byte but for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Self

import attrs

from ...errors import CodecError, FileFormatError, UnsupportedError
from ._generated.company import CompanyFile, ImportUpdateMode
from .flat import Header, Source, stream
from .record import Record
from .sentences import Code
from .values import Encoding, Unknown, encode

__all__ = ("Key", "Original", "Originals", "originals")

Key = tuple[str, ...]
"""A flag and the fields that identify one record of it: `("#MPCT", "DUPONT")`."""


@attrs.frozen
class Original:
    """A record of an export with all that belongs to it.

    Attributes:
        record: With its fields; entries have none that identify them and cannot be changed.
        children: The records that belong to it, in the order of the export.
        header: Of the export that it was read from; None for one made otherwise.
    """

    record: Record
    children: tuple[Record, ...] = ()
    header: Header | None = attrs.field(default=None, eq=False, repr=False)

    @property
    def key(self) -> Key:
        """Its flag and the fields that identify it."""
        return _key(self.record)

    def replace(self, **changes: object) -> Self:
        """Return it with some fields of the record changed and no other byte touched.

        Raises:
            CodecError: An unknown field, a value that breaks a published limit, or a change
                of a field that identifies the record: Sage would take it for another one.
            TypeError: A value of the wrong type.
        """
        changed = attrs.evolve(self, record=self.record.replace(**changes))
        if changed.key != self.key:
            raise CodecError(
                f"expected a change of {' '.join(self.key)}, found one of its identity, "
                f"into {' '.join(changed.key)}: an import would add a second record.",
                path=self.record.flag,
                fix="Change the number in Sage itself.",
            )
        return changed

    def __bytes__(self) -> bytes:
        return b"".join(map(bytes, (self.record, *self.children)))


@attrs.frozen(eq=False)
class Originals(Mapping[Key, Original]):
    """Records of one export, by their keys.

    Attributes:
        header: The export's first lines; a file of changes begins with the same.
        update_mode: The company option "Mise à jour import" (`#MDOS` field 48); None where
            the export does not tell. Inferred: its position and the order of its values.
    """

    header: Header
    update_mode: ImportUpdateMode | Unknown | None
    _encoding: Encoding = attrs.field(repr=False)
    _found: Mapping[Key, Original] = attrs.field(repr=False)

    def __getitem__(self, key: Key) -> Original:
        return self._found[key]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    @property
    def needs_a_person(self) -> bool:
        """True where Sage asks about each record while it imports ("Choix manuel")."""
        return self.update_mode == ImportUpdateMode.MANUAL_CHOICE

    def write(self, changed: Iterable[Original]) -> bytes:
        """Return an import file that holds `changed` and nothing else.

        Raises:
            UnsupportedError: The company's option leaves existing records as they are: the
                import would change nothing, without a word.
            CodecError: A record that was not read from this export, or is named twice.
        """
        if self.update_mode == ImportUpdateMode.EXISTING_RECORDS_LEFT_UNTOUCHED:
            raise UnsupportedError(
                'expected the company option "Mise à jour import" to be "Modification", '
                'found "Sans modification": Sage would leave the records as they are.',
                code="SC-S100-IMPORT-UPDATE-OFF",
                fix="Change the option in Sage (Fichier > Paramètres société, or the "
                "nearest entry), export again, and change the records of that export.",
            )
        written: dict[Key, bytes] = {}
        for one in changed:
            if one.key not in self._found or one.header is not self.header:
                raise CodecError(
                    f"expected a record of this export, found {' '.join(one.key)}, which "
                    "was not read from it: what else Sage has of it would be wiped.",
                    path=one.record.flag,
                    fix="Take the record from `originals` and change it with `replace`.",
                )
            if one.key in written:
                raise CodecError(
                    f"expected each record once, found {' '.join(one.key)} twice.",
                    path=one.record.flag,
                    fix="Make all changes of a record in one.",
                )
            written[one.key] = bytes(one)
        head = encode(self.header.raw, self._encoding)
        end = f"#FIN{self.header.line_end}".encode("ascii")
        return b"".join((head, *written.values(), end))


def originals(source: Source, keys: Iterable[Key], *, name: str = "") -> Originals:
    """Read records and their children from a full export; memory holds these alone.

    Args:
        source: Bytes, a file opened in binary mode, or blocks of bytes.
        keys: `("#MPCT", "DUPONT")`, `("#MPCA", "1", "P100")`; as Sage writes them.
        name: The file's name, for messages.

    Raises:
        FileFormatError: No flat file, one that is cut off, or one with a record twice.
        CodecError: A record that the export does not have, or of a kind that an import
            always adds (entries) or that nothing identifies.
    """
    wanted = set(keys)
    found: dict[Key, Record] = {}
    children: dict[Key, list[Record]] = {}
    mode: ImportUpdateMode | Unknown | None = None
    records = stream(source, name=name)
    for key in wanted:
        _require_identity(key, records.dialect.layout(key[0]).key)
    flags = {key[0] for key in wanted}
    current: Key | None = None
    for record in records:
        if isinstance(record, CompanyFile):
            mode = record.import_update_mode
        if record.layout.parents:
            if current is not None:
                children[current].append(record)
            continue
        current = _key(record) if record.flag in flags else None
        if current not in wanted:
            current = None
        elif current in found:
            raise _twice(record, name)
        else:
            found[current], children[current] = record, []
    if not records.trailer:
        raise FileFormatError(
            "expected #FIN at the end of the export, found none: the file is cut off",
            file=name,
            code=Code.NO_END.value,
            fix="Export the company from Sage again: Fichier > Exporter > Format Sage.",
        )
    for key in sorted(wanted - set(found)):
        raise CodecError(
            f"expected {' '.join(key)} in the export, found no such record.",
            path=key[0],
            fix="Export the company again, or write it as a new record with `build`.",
        )
    header = records.header
    whole = {
        key: Original(record, tuple(children[key]), header) for key, record in found.items()
    }
    return Originals(header, mode, records.encoding, whole)


def _key(record: Record) -> Key:
    fields = record.fields
    # A record that is cut short is none that was asked for.
    return (record.flag, *(fields[at - 1] for at in record.layout.key if at <= len(fields)))


def _require_identity(key: Key, identity: tuple[int, ...]) -> None:
    if not identity:
        raise CodecError(
            f"expected a kind of record that an import updates, found {key[0]}: an import "
            "adds it once more, or nothing published identifies it.",
            path=key[0],
            fix="Change it in Sage itself.",
        )
    if len(key) != len(identity) + 1:
        raise CodecError(
            f"expected {len(identity)} fields that identify a {key[0]}, found "
            f"{len(key) - 1}.",
            path=key[0],
            fix='Write the key as ("#MPCT", "DUPONT") or ("#MPCA", "1", "P100").',
        )


def _twice(record: Record, name: str) -> FileFormatError:
    return FileFormatError(
        f"expected {' '.join(_key(record))} once in the export, found it twice",
        file=name,
        line=record.line,
        fix="Export the company from Sage again: Fichier > Exporter > Format Sage.",
    )
