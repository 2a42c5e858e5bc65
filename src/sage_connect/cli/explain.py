"""`explain`: every code that the library can show, from the tables that it is told by."""

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import ConfigurationError
from ..sage100.wire.fec.faults import SENTENCES as OF_FEC
from ..sage100.wire.pnm.sentences import SENTENCES as OF_PNM
from ..sage100.wire.sentences import SENTENCES as OF_FLAT, Sentence
from ..targets import every_remedy, every_rule
from ..validation import Mark, Owner, describe

_FIX = {"en": "The sentence says what to do.", "fr": "La phrase dit ce qu'il faut faire."}
# Each format's sentences, where its facts come from, and what its faults are called.
_FILES: tuple[tuple[Mapping[Any, Sentence], str, Mapping[str, str]], ...] = (
    (
        OF_FLAT,
        "library#flat-format",
        {
            "en": "A fault of a file in the Sage format",
            "fr": "Un défaut d'un fichier au format Sage",
        },
    ),
    (
        OF_PNM,
        "pnm",
        {
            "en": "A fault of a PNM file (Ecritures Sage)",
            "fr": "Un défaut d'un fichier PNM (Ecritures Sage)",
        },
    ),
    (OF_FEC, "library#fec", {"en": "A fault of a FEC", "fr": "Un défaut d'un FEC"}),
)


def explained(code: str | None, language: str) -> Sequence[Mapping[str, object]]:
    """Return what is known of one code, or of all for None.

    Raises:
        ConfigurationError: There is no such code; names the nearest.
    """
    rows: list[Mapping[str, object]] = [
        *describe(every_rule(), language, remedies=every_remedy()),
        *_of_files(language),
    ]
    known = {str(one["code"]): one for one in rows}
    if code is None:
        return list(known.values())
    wanted = code.strip().upper()
    if wanted not in known:
        near = difflib.get_close_matches(wanted, known, n=3)
        raise ConfigurationError(
            f"expected a code such as SC-TAX-UNKNOWN, found {code!r}",
            fix=f"Did you mean {', '.join(near)}?" if near else "See explain --all.",
        )
    return [known[wanted]]


def _of_files(language: str) -> list[dict[str, object]]:
    # Faults of files are told in English only: what they quote is Sage's own.
    return [
        {
            "code": code.value,
            "title": titles[language],
            "severity": sentence.severity,
            "owner": Owner.ACCOUNTANT.value,
            "products": ["sage100"],
            "countries": [],
            "editions": [],
            "source": source,
            "mark": Mark.OBSERVED.value,
            "on": [],
            "needs": [],
            "adjustable": False,
            "repairs": [],
            "message": sentence.text,
            "fix": _FIX[language],
        }
        for table, source, titles in _FILES
        for code, sentence in table.items()
    ]
