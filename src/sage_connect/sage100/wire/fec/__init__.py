"""The FEC, *fichier des écritures comptables*: what the French tax office asks for.

`rows` reads a file as rows of entries, `write` makes one of them, `inspect` tells all that
is wrong with one, and `legal_name` and `parse_name` know its name.
"""

from .checking import inspect as inspect
from .faults import Code as Code
from .naming import (
    LegalName as LegalName,
    legal_name as legal_name,
    parse_name as parse_name,
)
from .reading import OPENING_JOURNALS as OPENING_JOURNALS, rows as rows
from .writing import (
    AmountColumns as AmountColumns,
    Encoding as Encoding,
    Regime as Regime,
    write as write,
)

__all__ = (
    "OPENING_JOURNALS",
    "AmountColumns",
    "Code",
    "Encoding",
    "LegalName",
    "Regime",
    "inspect",
    "legal_name",
    "parse_name",
    "rows",
    "write",
)
