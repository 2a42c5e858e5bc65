"""The file formats of Sage 100 (France) as data: Sage's own words, layouts and bytes.

The flat "format Sage": `read` and `stream` give typed records, `entry_writer`,
`analytic_writer` and `build` make new ones, `write` makes a file of them, `inspect` tells
everything that is wrong with a file, and `recognise` tells what a file is.

PNM files ("Ecritures Sage"): the functions of the module `pnm`. The FEC: those of the
module `fec`. Lines of entries in any format are `EntryRow`s, and what a file cannot say is
told to `Losses`.

Record classes and their codes are generated; they load when they are first touched.
"""

from typing import TYPE_CHECKING

from . import _generated

if TYPE_CHECKING:
    from ._generated import *  # noqa: F403 - some 150 generated names, listed by their __all__
    from .balance import Sums as Sums, Totals as Totals
    from .changes import (
        Original as Original,
        Originals as Originals,
        originals as originals,
    )
    from .conversion import (
        Conversion as Conversion,
        Target as Target,
        convert as convert,
    )
    from .delimited import (
        Column as Column,
        DayFormat as DayFormat,
        DelimitedLayout as DelimitedLayout,
    )
    from .fields import Row as Row
    from .flat import (
        WRITTEN_VERSIONS as WRITTEN_VERSIONS,
        BinaryFile as BinaryFile,
        FlatFile as FlatFile,
        Header as Header,
        Source as Source,
        Stream as Stream,
        header_bytes as header_bytes,
        read as read,
        record_bytes as record_bytes,
        stream as stream,
        write as write,
    )
    from .inspection import Inspection as Inspection, inspect as inspect
    from .layout import (
        Dialect as Dialect,
        Layout as Layout,
        Module as Module,
        flags_of as flags_of,
    )
    from .pnm import (
        PnmFile as PnmFile,
        PnmLine as PnmLine,
        PnmStream as PnmStream,
    )
    from .recognition import Recognition as Recognition, recognise as recognise
    from .record import Record as Record, build as build
    from .rows import (
        EntryRow as EntryRow,
        Loss as Loss,
        Losses as Losses,
        RowInstalment as RowInstalment,
        RowShare as RowShare,
    )
    from .sentences import FileFault as FileFault, Severity as Severity
    from .sheet import column_sheet as column_sheet
    from .values import Encoding as Encoding, Unknown as Unknown
    from .writing import (
        AnalyticLineWriter as AnalyticLineWriter,
        EntryLineWriter as EntryLineWriter,
        analytic_writer as analytic_writer,
        entry_writer as entry_writer,
    )
else:
    from ..._lazy import attach

    __getattr__, __dir__ = attach(
        __name__,
        {
            "_generated": tuple(_generated.__all__),
            "balance": ("Sums", "Totals"),
            "changes": ("Original", "Originals", "originals"),
            "sheet": ("column_sheet",),
            "conversion": ("Conversion", "Target", "convert"),
            "delimited": ("Column", "DayFormat", "DelimitedLayout"),
            "fields": ("Row",),
            "flat": (
                "WRITTEN_VERSIONS",
                "BinaryFile",
                "FlatFile",
                "Header",
                "Source",
                "Stream",
                "header_bytes",
                "read",
                "record_bytes",
                "stream",
                "write",
            ),
            "inspection": ("Inspection", "inspect"),
            "layout": ("Dialect", "Layout", "Module", "flags_of"),
            "pnm": ("PnmFile", "PnmLine", "PnmStream"),
            "recognition": ("Recognition", "recognise"),
            "record": ("Record", "build"),
            "rows": ("EntryRow", "Loss", "Losses", "RowInstalment", "RowShare"),
            "sentences": ("FileFault", "Severity"),
            "values": ("Encoding", "Unknown"),
            "writing": (
                "AnalyticLineWriter",
                "EntryLineWriter",
                "analytic_writer",
                "entry_writer",
            ),
        },
    )

__all__ = [
    "WRITTEN_VERSIONS",
    "AnalyticLineWriter",
    "BinaryFile",
    "Column",
    "Conversion",
    "DayFormat",
    "DelimitedLayout",
    "Dialect",
    "Encoding",
    "EntryLineWriter",
    "EntryRow",
    "FileFault",
    "FlatFile",
    "Header",
    "Inspection",
    "Layout",
    "Loss",
    "Losses",
    "Module",
    "Original",
    "Originals",
    "PnmFile",
    "PnmLine",
    "PnmStream",
    "Recognition",
    "Record",
    "Row",
    "RowInstalment",
    "RowShare",
    "Severity",
    "Source",
    "Stream",
    "Sums",
    "Target",
    "Totals",
    "Unknown",
    "analytic_writer",
    "build",
    "column_sheet",
    "convert",
    "entry_writer",
    "flags_of",
    "header_bytes",
    "inspect",
    "originals",
    "read",
    "recognise",
    "record_bytes",
    "stream",
    "write",
]
__all__ += _generated.__all__
