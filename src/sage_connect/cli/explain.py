"""`explain`: every code that the library can show, from the rule books themselves."""

import difflib
from collections.abc import Mapping, Sequence

from ..errors import ConfigurationError
from ..sage100.rules import BOOK
from ..validation import describe


def explained(code: str | None, language: str) -> Sequence[Mapping[str, object]]:
    """Return what is known of one code, or of all for None.

    Raises:
        ConfigurationError: There is no such code; names the nearest.
    """
    if code is None:
        return describe(BOOK, language)
    wanted = code.upper()
    if wanted not in BOOK:
        near = difflib.get_close_matches(wanted, BOOK, n=3)
        raise ConfigurationError(
            f"expected a code such as SC-TAX-UNKNOWN, found {code!r}",
            fix=f"Did you mean {', '.join(near)}?" if near else "See explain --all.",
        )
    return [one for one in describe(BOOK, language) if one["code"] == wanted]
