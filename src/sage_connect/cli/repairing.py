"""`repair`: what would make the refused documents of a file acceptable."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from ..drive.files import write_file
from ..errors import ConfigurationError, UnsupportedError
from ..model.convert import read, to_dict, to_json
from ..targets import connect
from ..validation.repairs import Repairs
from .files import blocks_of, name_of


def repair_documents(
    source: str, target: str, *, names: Iterable[str], guesses: bool, totals: bool
) -> Repairs:
    """Return the repairs of the documents of a file, under the target's settings.

    Raises:
        ConfigurationError: A document cannot be read.
    """
    documents: list[Any] = []
    for one in read(b"".join(blocks_of(source)), name=name_of(source)):
        if one.document is None:
            reason = one.error.message if one.error else ""
            raise ConfigurationError(
                f"expected documents, found one that cannot be read (#{one.index + 1})",
                fix=f"See `sage-connect check`. {reason}".strip(),
            )
        documents.append(one.document)
    with connect(target) as ledger:
        # Without an export less is known, and less can be repaired.
        with suppress(UnsupportedError):
            ledger.company.load()
        return ledger.documents.repairs(
            documents, names=names, guesses=guesses, totals=totals
        )


def write_documents(repairs: Repairs, out: str) -> None:
    """Write the repaired documents to a new JSON file, whole or not at all."""
    write_file(out, to_json(repairs.documents))


def repair_rows(repairs: Repairs, language: str) -> dict[str, Any]:
    """Return what `--json` prints."""
    return {
        "repairs": [
            {
                "name": one.name,
                "title": one.title(language),
                "document": one.document,
                "index": one.index,
                "code": one.finding.code,
                "keeps_totals": one.keeps_totals,
                "guess": one.guess,
                "changes": [
                    {"path": each.path, "before": each.before, "after": each.after}
                    for each in one.changes
                ],
                "newcomers": [to_dict(new) for new in one.newcomers],
            }
            for one in repairs
        ],
        "left": [
            {"document": one.document, "code": one.code, "message": one.message(language)}
            for one in repairs.report.errors
        ],
    }
