"""What a ledger holds as frames of pandas, polars or Arrow, with exact amounts.

```python
import sage_connect
from sage_connect.frames import to_frame

with sage_connect.connect("accounting:main") as ledger:
    owed = to_frame(ledger, "open_documents")
```

Columns are named after the fields, in their order; of a part that stands alone, with a dot:
`address.city`. They depend on the kind of row alone, never on what is in it. Lists of
parts, such as lines, have no column. Amounts are exact: a pandas frame holds objects, among
them `Decimal`; polars and Arrow hold decimals of 38 digits.
"""

import datetime as dt
import enum
import importlib
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, Final, Literal, TypeAlias

import attrs

from .errors import ConfigurationError, UnsupportedError
from .ledger import Ledger, Outcome
from .ledger.outcomes import Outcomes
from .model import (
    Account,
    BankAccount,
    Customer,
    Dimension,
    DimensionValue,
    Entity,
    ExchangeRate,
    Item,
    Journal,
    JournalEntry,
    OpenDocument,
    Payment,
    PaymentTerm,
    PurchaseCreditNote,
    PurchaseInvoice,
    Reference,
    SalesCreditNote,
    SalesInvoice,
    Supplier,
    TaxCode,
    TradeDocument,
    totals,
)
from .plan import Sync
from .validation import Finding, Report

Library: TypeAlias = Literal["pandas", "polars", "arrow"]

OPEN_DOCUMENTS: Final = "open_documents"
"""The kind of rows that tells what is owed, by customers and to suppliers."""

_ROWS: Final[Mapping[str, type]] = {
    OPEN_DOCUMENTS: OpenDocument,
    "accounts": Account,
    "journals": Journal,
    "tax_codes": TaxCode,
    "dimensions": Dimension,
    "dimension_values": DimensionValue,
    "bank_accounts": BankAccount,
    "payment_terms": PaymentTerm,
    "entities": Entity,
    "exchange_rates": ExchangeRate,
    "customers": Customer,
    "suppliers": Supplier,
    "items": Item,
    "sales_invoices": SalesInvoice,
    "sales_credit_notes": SalesCreditNote,
    "purchase_invoices": PurchaseInvoice,
    "purchase_credit_notes": PurchaseCreditNote,
    "payments": Payment,
    "journal_entries": JournalEntry,
}
_MODULES: Final[Mapping[str, str]] = {
    "pandas": "pandas",
    "polars": "polars",
    "arrow": "pyarrow",
}
_SCALARS: Final = (str, bool, int, Decimal, dt.date, enum.Enum)
# Whose rows are told by what holds them, also where there are none.
_OF: Final[Mapping[type, type]] = {Outcomes: Outcome, Report: Finding}
_DIGITS: Final = 38
# What every record of a service is told by.
_NAMES: Final = ("id", "displayed_as")

Path: TypeAlias = tuple[str, ...]


def to_frame(
    ledger: Ledger[Sync], kind: str, /, *, library: Library = "pandas", **filters: Any
) -> Any:
    """Return what `ledger` holds of a kind, read now.

    Args:
        ledger: A blocking one; of an awaiting one, give a list of rows to `frame_of`.
        kind: "open_documents", or a seat: "sales_invoices", "customers", "accounts" …
        library: What the frame is of.
        **filters: As the seat's `list` takes them: `open=True`, `party="C1"`; of open
            documents, fields and their values: `kind="sales_invoice"`.

    Raises:
        UnsupportedError: The ledger does not tell.
        ConfigurationError: No such kind, or the library is not installed.
    """
    if kind not in _ROWS:
        raise ConfigurationError(
            f"expected a kind of rows, found {kind!r}",
            fix=f"There are {', '.join(_ROWS)}.",
        )
    _loaded(library)
    if kind == OPEN_DOCUMENTS:
        return frame_of(
            _open(ledger.company.load(), filters), of=OpenDocument, library=library
        )
    rows: Iterable[Any] = getattr(ledger, kind).list(**filters)
    return frame_of(rows, of=_ROWS[kind], library=library)


def frame_of(
    rows: Iterable[Any] | Mapping[Any, Any],
    *,
    of: type | None = None,
    library: Library = "pandas",
) -> Any:
    """Return documents, master data, outcomes, a report or records as a frame.

    Trade documents have their totals in `net`, `tax` and `gross`, computed where they state
    none. Outcomes have a row for each document with what it comes to in `amount`; a report
    has one for each finding, in the columns of its CSV and in English; records of a file of
    Sage 100 have their fields, codes by name.

    Args:
        rows: Objects of one class, or a mapping to such: a list of documents, a part of
            `Reference`, what `post_all` returned, a `Report`, `file.of(EntryLine)`.
        of: Their class; needed for the columns of a frame without rows.
        library: What the frame is of.

    Raises:
        TypeError: The rows are of several classes.
        FileFormatError: A record of a file has a field that cannot be read.
        ConfigurationError: The library is not installed.
    """
    module = _loaded(library)
    given: type = type(rows)
    found: list[Any] = [*(rows.values() if isinstance(rows, Mapping) else rows)]
    kind: type | None = of or (type(found[0]) if found else _OF.get(given))
    for one in found:
        if type(one) is not kind:
            raise TypeError(f"expected rows of one class, found {type(one).__name__}")
    columns: Mapping[Path, Any] = {} if kind is None else _columns(kind)
    if hasattr(kind, "_row_"):
        told = [one._row_() for one in found]
        data = {name: [row[name] for row in told] for (name,) in columns}
    else:
        data = {".".join(path): [_value(one, path) for one in found] for path in columns}
    hints = {".".join(path): hint for path, hint in columns.items()}
    if library == "pandas":
        return module.DataFrame(data, columns=list(data), dtype=object)
    if library == "polars":
        schema = {name: _polars(module, hints[name], data[name]) for name in data}
        return module.DataFrame(data, schema=schema)
    fields = [(name, _arrow(module, hints[name], data[name])) for name in data]
    return module.table(data, schema=module.schema(fields))


def _open(reference: Reference, filters: Mapping[str, Any]) -> Iterator[OpenDocument]:
    opened = reference.open_documents
    if opened is None:
        raise UnsupportedError("this ledger does not tell what is open")
    for one in opened.values():
        if all(getattr(one, name) == wanted for name, wanted in filters.items()):
            yield one


def _loaded(library: Library) -> Any:
    if library not in _MODULES:
        raise ConfigurationError(
            f"expected one of {', '.join(_MODULES)}, found {library!r}"
        )
    try:
        return importlib.import_module(_MODULES[library])
    except ImportError as error:
        raise ConfigurationError(
            f"a frame needs {_MODULES[library]}, which is not installed",
            fix='Install it with: pip install "sage-connect[frames]"',
        ) from error


@cache
def _columns(kind: type) -> Mapping[Path, Any]:
    """Return the path of each column and what it holds."""
    found: dict[Path, Any] = {}
    own: Callable[[], Mapping[str, type]] | None = getattr(kind, "_columns_", None)
    if own is not None:
        return {(name,): hint for name, hint in own().items()}
    for name, hint in _hints(kind).items():
        inner = _inner(hint)
        if isinstance(inner, type) and issubclass(inner, _SCALARS):
            found[name,] = inner
        elif isinstance(inner, type) and attrs.has(inner):
            found |= {(name, *path): of for path, of in _columns(inner).items()}
        elif isinstance(inner, type) and inner.__module__ != "builtins":
            # A record that another one names.
            of = _hints(inner)
            found |= {(name, one): str for one in _NAMES if one in of}
    return found


def _hints(kind: type) -> Mapping[str, Any]:
    hints = typing.get_type_hints(kind)
    if attrs.has(kind):
        return {field.name: hints[field.name] for field in attrs.fields(kind)}
    # Native records declare their fields by annotations.
    return {
        name: hint
        for name, hint in hints.items()
        if not name.startswith("_") and typing.get_origin(hint) is not typing.ClassVar
    }


def _inner(hint: Any) -> Any:
    """Return what an annotation holds besides None."""
    inner = [one for one in typing.get_args(hint) if one is not type(None)]
    if type(None) in typing.get_args(hint) and len(inner) == 1:
        return inner[0]
    return hint


def _value(row: Any, path: Path) -> Any:
    value = row
    for name in path:
        value = getattr(value, name, None)
    if (
        value is None
        and isinstance(row, TradeDocument)
        and path[0] in {"net", "tax", "gross"}
    ):
        return getattr(totals(row), path[0])
    if isinstance(value, enum.Enum):
        return value.value
    # A decimal of ours may be of a class of its own; the frame's is the plain one.
    return Decimal(value) if isinstance(value, Decimal) else value


def _scale(values: Sequence[Any]) -> int:
    """Return the most decimals of a column."""
    found = (one.as_tuple().exponent for one in values if one is not None)
    return max((-one for one in found if isinstance(one, int)), default=0)


def _polars(polars: Any, hint: Any, values: Sequence[Any]) -> Any:
    if issubclass(hint, Decimal):
        return polars.Decimal(_DIGITS, max(_scale(values), 0))
    if issubclass(hint, dt.datetime):
        return polars.Datetime("us", "UTC")
    if issubclass(hint, dt.date):
        return polars.Date
    if issubclass(hint, bool):
        return polars.Boolean
    return polars.Int64 if issubclass(hint, int) else polars.String


def _arrow(arrow: Any, hint: Any, values: Sequence[Any]) -> Any:
    if issubclass(hint, Decimal):
        return arrow.decimal128(_DIGITS, max(_scale(values), 0))
    if issubclass(hint, dt.datetime):
        return arrow.timestamp("us", "UTC")
    if issubclass(hint, dt.date):
        return arrow.date32()
    if issubclass(hint, bool):
        return arrow.bool_()
    return arrow.int64() if issubclass(hint, int) else arrow.string()
