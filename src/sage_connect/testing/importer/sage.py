"""The company itself: it imports, exports, and shows what it holds."""

from collections.abc import Mapping

import attrs

from ...errors import FileFormatError
from .books import Balances, Books, Option, Piece
from .checks import Run
from .lines import ImportMessage, read_file

_BY_HAND = "2"
_PARTY_TYPE, _SECTION_LABEL = 3, 3


@attrs.frozen(kw_only=True)
class ImportResult:
    """What an import did.

    Attributes:
        accepted: False when Sage refused the file. Nothing of it was kept then, which is
            assumed: whether Sage keeps the pieces before a fault is not documented.
        messages: Everything it was refused for. Sage itself may stop at the first.
        entries: Lines posted, those included that Sage added to balance a journal.
        created: Records with a new key, accounts created in passing included.
        updated: Records written over.
        untouched: Records left as they were, since `#MDOS` 48 says so.
        duplicated: Lines that had been posted before by journal, day, piece, invoice
            number, account, third party, side and amount; they were posted again.
    """

    accepted: bool
    messages: tuple[ImportMessage, ...] = ()
    entries: int = 0
    created: int = 0
    updated: int = 0
    untouched: int = 0
    duplicated: int = 0


class Sage100Importer:
    """A company of Sage 100 that imports and exports the flat format.

    Args:
        export: A complete export to begin with; taken as it is, since Sage made it. None
            for a company without anything.
        renumbers: Whether journals with automatic numbering replace piece numbers. Whether
            a flat import does so is not documented.
        overwrites_when_asked: What the person in front of the screen answers where `#MDOS`
            48 is 2.

    Raises:
        FileFormatError: `export` is no accounting export.
    """

    def __init__(
        self,
        export: bytes | None = None,
        *,
        renumbers: bool = False,
        overwrites_when_asked: bool = False,
    ) -> None:
        self._books = Books()
        self._renumbers = renumbers
        self._overwrites_when_asked = overwrites_when_asked
        if export is not None:
            file = read_file(export)
            if isinstance(file, ImportMessage):
                raise FileFormatError(file.text, line=file.line)
            Run(self._books, file, overwrites=True).take()

    def import_file(self, data: bytes) -> ImportResult:
        """Import a file as Sage does: all of it, or nothing.

        Args:
            data: The bytes of the file.
        """
        file = read_file(data)
        if isinstance(file, ImportMessage):
            return ImportResult(accepted=False, messages=(file,))
        update = self._books.option(Option.UPDATE)
        overwrites = self._overwrites_when_asked if update == _BY_HAND else update != "0"
        run = Run(self._books.copy(), file, overwrites=overwrites)
        run.check_header()
        run.take(checked=True)
        run.check_balance()
        if run.messages:
            in_order = sorted(run.messages, key=lambda message: message.line)
            return ImportResult(accepted=False, messages=tuple(in_order))
        if self._renumbers:
            run.renumber()
        self._books = run.books
        return ImportResult(
            accepted=True,
            entries=len(run.entries),
            created=run.created,
            updated=run.updated,
            untouched=run.untouched,
            duplicated=run.duplicated,
        )

    def export(self) -> bytes:
        """Return everything that the company holds, in the flat format, `#VER 31`."""
        return self._books.export()

    def pieces(self) -> tuple[Piece, ...]:
        """Return what was posted, in order. A piece imported twice stands here twice."""
        return self._books.pieces()

    def balances(self) -> Balances:
        """Return what was posted, added up."""
        return self._books.balances()

    def customers(self) -> Mapping[str, str]:
        """Return the names of all customers by code."""
        return {
            key[0]: keyed.record[2]
            for key, keyed in self._books.tables.get("#MPCT", {}).items()
            if keyed.record[_PARTY_TYPE] == "0"
        }

    def sections(self, plan: str) -> Mapping[str, str]:
        """Return the labels of the sections of the plan with this name, by section."""
        return {
            key[1]: keyed.record[_SECTION_LABEL]
            for key, keyed in self._books.tables.get("#MPCA", {}).items()
            if (found := self._books.plan(key[0])) and found.name == plan
        }

    def record(self, flag: str, *key: str) -> tuple[str, ...] | None:
        """Return the text of the fields of one record, such as `("#MPCT", "DUPONT")`.

        Args:
            flag: With its number sign.
            key: Its key; plan number and section for `#MPCA`, none for one of a kind.
        """
        found = self._books.find(flag, *key)
        return found.fields if found else None
