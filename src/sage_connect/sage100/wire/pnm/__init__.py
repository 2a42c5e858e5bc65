"""PNM files ("Ecritures Sage", *.pnm): entries in lines of fixed columns.

`read` and `stream` give the lines as they stand, `rows` gives neutral rows, `write` makes a
file of them, `inspect` tells everything that is wrong with a file.
"""

from .entries import rows as rows
from .inspection import inspect as inspect
from .lines import (
    COLUMNS as COLUMNS,
    WIDTHS as WIDTHS,
    Column as Column,
    ColumnName as ColumnName,
    PnmEncoding as PnmEncoding,
    PnmLine as PnmLine,
)
from .reading import (
    PnmFile as PnmFile,
    PnmStream as PnmStream,
    read as read,
    stream as stream,
)
from .writing import ReferenceField as ReferenceField, Width as Width, write as write

__all__ = (
    "COLUMNS",
    "WIDTHS",
    "Column",
    "ColumnName",
    "PnmEncoding",
    "PnmFile",
    "PnmLine",
    "PnmStream",
    "ReferenceField",
    "Width",
    "inspect",
    "read",
    "rows",
    "stream",
    "write",
)
