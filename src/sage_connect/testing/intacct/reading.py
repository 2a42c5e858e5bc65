"""query, readByQuery, readMore, read and readByName."""

import functools
import itertools
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import attrs

from . import access, facts, owned, refusals, values
from .company import KEYS, Company
from .facts import Facts
from .filters import EVERYTHING, Condition, Conditions
from .nodes import Node
from .refusals import Refused
from .store import Row
from .where import where
from .written import csv, data, element

_QUERY_MOST: Final = 2_000
_READER_MOST: Final = 2_000
"""Documented is 1,000, which a connector found to be more."""
_KEYS_MOST: Final = 100
_PAGE: Final = 100
_AGGREGATES: Final = frozenset({"count", "avg", "min", "max", "sum"})


@attrs.frozen(kw_only=True)
class Read:
    """What a reading function answers.

    Attributes:
        content: A data element.
        bare: Instead, text that stands in the answer alone.
        media: Type of that text.
    """

    content: str = ""
    bare: str | None = None
    media: str = ""


@attrs.define(kw_only=True)
class Reader:
    """What is left of a readByQuery.

    Attributes:
        name: Of the object, as records are named.
        known: Facts of it.
        fields: What is asked for.
        numbers: Records to come.
        total: How many there were.
        size: Of a page.
        format: "" for XML.
        owner: Whoever may read on.
    """

    name: str
    known: Facts
    fields: Sequence[str]
    numbers: list[int]
    total: int
    size: int
    format: str
    owner: str


class Readers:
    """The unfinished readings of all sessions; they do not outlive the simulator."""

    def __init__(self) -> None:
        self._by_id: dict[str, Reader] = {}
        self._count = itertools.count(1)

    def keep(self, reader: Reader) -> str:
        """Return the id under which a reading goes on."""
        id = f"7030{next(self._count):06d}web%40XmlGw"
        self._by_id[id] = reader
        return id

    def find(self, id: str, name: str, owner: str) -> tuple[str, Reader] | None:
        """Return a reading by its id, or the newest one of an object; None for none."""
        if id:
            reader = self._by_id.get(id)
            return (id, reader) if reader and reader.owner == owner else None
        for known, reader in reversed(self._by_id.items()):
            if reader.known.name == name.upper() and reader.owner == owner:
                return known, reader
        return None

    def forget(self, id: str) -> None:
        """End a reading."""
        self._by_id.pop(id, None)


def known_of(name: str) -> Facts:
    """Return the facts of an object.

    Raises:
        Refused: There is no such object.
    """
    known = facts.facts_of(name) if name else None
    if known is None:
        raise refusals.no_object(name)
    return known


def found(company: Company, known: Facts, condition: Condition) -> list[Row]:
    """Return the records that fit a condition and may be seen, in no order."""
    name = facts.home_of(known.name)
    rows: Iterable[Row] = owned.virtual(company, name)
    if rows is owned.NONE:
        rows = _candidates(company, name, condition)
    return [row for row in rows if company.sees(row) and condition.test(row)]


def _candidates(company: Company, name: str, condition: Condition) -> Iterable[Row]:
    table = company.store.table(name)
    for field, texts in condition.equal:
        if field == "RECORDNO":
            numbers = {int(text) for text in texts if text.isascii() and text.isdigit()}
            return [table.rows[one] for one in numbers if one in table.rows]
        if table.finds(field):
            return [row for text in dict.fromkeys(texts) for row in table.by(field, text)]
    return table.rows.values()


def query(company: Company, node: Node) -> Read:
    """Answer query.

    Raises:
        Refused: It cannot be.
    """
    asked = node.value("object")
    known = known_of(asked)
    access.check(company, known, "QUERY")
    options = node.find("options") or Node("options", "", {}, [])
    folded = options.value("caseinsensitive").lower() == "true"
    if options.value("showprivate").lower() == "true":
        company.seat = attrs.evolve(company.seat, private=True)
    size = _whole(node, "pagesize", _PAGE, 1, _QUERY_MOST, object=asked)
    offset = _whole(node, "offset", 0, 0, None, object=asked)
    filter_ = node.find("filter")
    condition = EVERYTHING
    if filter_ is not None and filter_.children:
        if len(filter_.children) != 1:
            raise refusals.business(
                "Invalid filter: exactly one operator is expected", number="Query Failed"
            )
        condition = Conditions(company, known, folded=folded).of(filter_.children[0])
    rows = _of_document(found(company, known, condition), node.value("docparid"))
    select = node.find("select")
    columns = [] if select is None else select.children
    if not columns:
        raise refusals.business("Invalid select: no field is selected", object=asked)
    shown = _selected(company, known, columns, rows)
    orders = _orders(company, known, node)
    if shown is not None:
        names, records = shown
        records = _sorted_texts(known, records, orders)
    else:
        rows = _sorted(company, known, rows, orders)
        names = [column.text.upper() for column in columns]
        records = [
            {name: values.value(company, known, row, name) for name in names}
            for row in rows[offset : offset + size]
        ]
    total = len(rows) if shown is None else len(records)
    page = records if shown is None else records[offset : offset + size]
    format = options.value("returnformat") or node.value("returnFormat")
    if format and format.lower() != "xml":
        return _bare(format, names, page)
    content = "".join(_record(asked, names, one) for one in page)
    left = max(0, total - offset - len(page))
    return Read(
        content=data(
            content,
            listtype=asked,
            totalcount=total,
            offset=offset,
            count=len(page),
            numremaining=left,
        )
    )


def read_by_query(company: Company, node: Node, readers: Readers, owner: str) -> Read:
    """Answer readByQuery.

    Raises:
        Refused: It cannot be.
    """
    asked = node.value("object")
    known = known_of(asked)
    access.check(company, known, "READ_BY_QUERY")
    names = fields_of(company, known, node.value("fields"))
    size = _whole(node, "pagesize", _PAGE, 1, _READER_MOST, object=asked)
    conditions = Conditions(company, known, coded=True)
    condition = where(node.value("query"), conditions, known.name)
    rows = _of_document(found(company, known, condition), node.value("docparid"))
    rows = company.shuffled(rows)
    name = asked.lower() if company.options.names == "small" else asked
    reader = Reader(
        name=name,
        known=known,
        fields=names,
        numbers=[int(row["RECORDNO"]) for row in rows],
        total=len(rows),
        size=size,
        format=node.value("returnFormat").lower(),
        owner=owner,
    )
    lookup = {int(row["RECORDNO"]): row for row in rows}
    return _page(company, reader, lookup.get, readers, "")


def read_more(company: Company, node: Node, readers: Readers, owner: str) -> Read:
    """Answer readMore.

    Raises:
        Refused: There is nothing to read on.
    """
    id = node.value("resultId") or node.value("reportId")
    kept = readers.find(id, node.value("object"), owner)
    if kept is None:
        raise refusals.business(
            "The result set does not exist or has expired.", number="readMore failed"
        )
    id, reader = kept
    name = facts.home_of(reader.known.name)
    get = functools.partial(company.store.get, name)
    return _page(company, reader, get, readers, id)


def _page(
    company: Company,
    reader: Reader,
    get: Callable[[int], Row | None],
    readers: Readers,
    id: str,
) -> Read:
    numbers, reader.numbers = reader.numbers[: reader.size], reader.numbers[reader.size :]
    records = [
        {name: values.value(company, reader.known, row, name) for name in reader.fields}
        for row in map(get, numbers)
        if row is not None
    ]
    left = len(reader.numbers)
    if not left:
        readers.forget(id)
        id = ""
    elif not id:
        id = readers.keep(reader)
    if reader.format not in {"", "xml"}:
        return _bare(reader.format, reader.fields, records)
    content = "".join(_record(reader.name, reader.fields, one) for one in records)
    return Read(
        content=data(
            content,
            listtype=reader.name,
            count=len(records),
            totalcount=reader.total,
            numremaining=left,
            resultId=id,
        )
    )


def read(company: Company, node: Node, *, by_name: bool) -> Read:
    """Answer read or readByName.

    Raises:
        Refused: It cannot be.
    """
    asked = node.value("object")
    known = known_of(asked)
    access.check(company, known, "READ_BY_NAME" if by_name else "READ")
    names = fields_of(company, known, node.value("fields"))
    home = facts.home_of(known.name)
    said = node.value("names" if by_name else "keys") or node.value("keys")
    keys = [key.strip() for key in said.split(",") if key.strip()]
    if len(keys) > _KEYS_MOST:
        raise refusals.business(
            f"No more than {_KEYS_MOST} records can be read at a time.", object=asked
        )
    rows = [one(company, home, key, by_name=by_name) for key in keys]
    there = [row for row in rows if row is not None]
    if not keys:
        there = list(company.visible(home))[:_KEYS_MOST]
    whole = node.value("fields", "*").strip() in {"", "*"}
    if company.options.nested:
        content = "".join(
            _nested(company, known, asked, names, row, whole=whole) for row in there
        )
    else:
        content = "".join(
            _record(
                asked,
                names,
                {name: values.value(company, known, row, name) for name in names},
            )
            for row in there
        )
    return Read(content=data(content, listtype=asked, count=len(there)))


def one(company: Company, home: str, key: str, *, by_name: bool) -> Row | None:
    """Return a record by its RECORDNO, or by its id; None for none."""
    if not by_name:
        return company.numbered(home, key)
    if home in KEYS:
        return company.named(home, key)
    rows = company.store.by(home, "RECORDID", key)
    return next((row for row in rows if company.sees(row)), None)


def fields_of(company: Company, known: Facts, text: str) -> list[str]:
    """Return the fields that a list asks for; "*" for all.

    Raises:
        Refused: Some are not on the object.
    """
    if text.strip() in {"", "*"}:
        custom = company.options.custom_fields.get(known.name, ())
        return [*known.fields, *custom]
    names = [name.strip().upper() for name in text.split(",") if name.strip()]
    wrong = [name for name in names if not values.exists(company, known, name)]
    if wrong:
        raise refusals.bad_fields(known.name, wrong)
    return names


def _selected(
    company: Company, known: Facts, columns: Sequence[Node], rows: Sequence[Row]
) -> tuple[list[str], list[dict[str, str]]] | None:
    """Return names and records of a selection with aggregates; None for one without."""
    for column in columns:
        field = column.text.upper()
        if column.tag.lower() not in {"field", *_AGGREGATES}:
            raise refusals.business(f"Invalid select: '{column.tag}'", object=known.name)
        if not values.exists(company, known, field):
            raise refusals.bad_field(known.name, field)
    if all(column.tag.lower() == "field" for column in columns):
        return None
    groups: dict[tuple[str, ...], list[Row]] = {}
    plain = [column.text.upper() for column in columns if column.tag.lower() == "field"]
    for row in rows:
        key = tuple(values.value(company, known, row, field) for field in plain)
        groups.setdefault(key, []).append(row)
    if not plain and not groups:
        groups[()] = []
    records = list[dict[str, str]]()
    for key, members in groups.items():
        record = dict(zip(plain, key, strict=True))
        for column in columns:
            function = column.tag.lower()
            if function != "field":
                name = f"{function.upper()}.{column.text.upper()}"
                record[name] = _aggregate(company, known, function, column.text, members)
        records.append(record)
    # How aggregates are named is not documented; assumed.
    names = [
        column.text.upper()
        if column.tag.lower() == "field"
        else f"{column.tag.upper()}.{column.text.upper()}"
        for column in columns
    ]
    return names, records


def _aggregate(
    company: Company, known: Facts, function: str, field: str, rows: Sequence[Row]
) -> str:
    field = field.upper()
    kind = values.kind_of(known, field)
    texts = [values.value(company, known, row, field) for row in rows]
    if function == "count":
        return str(sum(1 for text in texts if text))
    pairs = [(values.typed(kind, text), text) for text in texts if text]
    pairs = [pair for pair in pairs if pair[0] is not None]
    if not pairs:
        return ""
    if function in {"min", "max"}:
        choose = min if function == "min" else max
        return choose(pairs, key=lambda pair: pair[0])[1]
    numbers = [pair[0] for pair in pairs]
    if not all(isinstance(number, Decimal) for number in numbers):
        raise refusals.bad_field(known.name, field)
    total: Decimal = sum(numbers, values.ZERO)
    return values.amount_text(total if function == "sum" else total / len(numbers))


def _orders(company: Company, known: Facts, node: Node) -> list[tuple[str, bool]]:
    """Return fields to order by, each with whether it descends."""
    orderby = node.find("orderby")
    found_ = list[tuple[str, bool]]()
    if orderby is None:
        return found_
    for order in orderby.all("order"):
        field = order.value("field").upper()
        if not values.exists(company, known, field):
            raise refusals.bad_field(known.name, field)
        found_.append((field, order.find("descending") is not None))
    return found_


def _sorted(
    company: Company, known: Facts, rows: list[Row], orders: Sequence[tuple[str, bool]]
) -> list[Row]:
    # Equal rows come in no order either.
    rows = rows if _unique(orders) else company.shuffled(rows)
    for field, descending in reversed(orders):
        kind = values.kind_of(known, field)
        key = _key(company, known, field, kind)
        rows = sorted(rows, key=key, reverse=descending)
    return rows


def _unique(orders: Sequence[tuple[str, bool]]) -> bool:
    return any(field == "RECORDNO" for field, _ in orders)


def _key(
    company: Company, known: Facts, field: str, kind: facts.Kind
) -> Callable[[Row], Any]:
    if field == "RECORDNO":
        return _number_of

    def key(row: Row) -> Any:
        own = values.typed(kind, values.value(company, known, row, field))
        # Nothing comes last, as in the database that the real service has.
        return (own is None, "" if own is None else own)

    return key


def _number_of(row: Row) -> int:
    text = row["RECORDNO"]
    return int(text)


def _sorted_texts(
    known: Facts, records: list[dict[str, str]], orders: Sequence[tuple[str, bool]]
) -> list[dict[str, str]]:
    for field, descending in reversed(orders):
        kind = values.kind_of(known, field)

        def key(record: Mapping[str, str], field: str = field, kind: str = kind) -> Any:
            own = values.typed(kind, record.get(field, ""))
            return (own is None, "" if own is None else own)

        records = sorted(records, key=key, reverse=descending)
    return records


def _of_document(rows: list[Row], docparid: str) -> list[Row]:
    if not docparid:
        return rows
    return [row for row in rows if row.get("DOCPARID", docparid) == docparid]


def _record(name: str, names: Iterable[str], record: Mapping[str, str]) -> str:
    inside = "".join([element(field, record.get(field, "")) for field in names])
    return f"<{name}>{inside}</{name}>"


def _nested(
    company: Company,
    known: Facts,
    name: str,
    names: Sequence[str],
    row: Row,
    *,
    whole: bool,
) -> str:
    """Return a record with embedded records as elements, and with its lines."""
    tree = dict[str, Any]()
    for field in names:
        place, (*above, last) = tree, field.split(".")
        for part in above:
            inside: Any = place.setdefault(part, {})
            if isinstance(inside, str):
                # The name of an embedded record, which gives way to its fields.
                inside = {}
                place[part] = inside
            place = inside
        place.setdefault(last, values.value(company, known, row, field))
    lines = owned.lines_of(company, known.name, row) if whole else ()
    content = _branches(tree) + "".join(
        f"<{holder}>{_lines(company, line, records)}</{holder}>"
        for holder, line, records in lines
    )
    return f"<{name}>{content}</{name}>"


def _branches(tree: Mapping[str, Any]) -> str:
    return "".join(
        element(name, inside)
        if isinstance(inside, str)
        else f"<{name}>{_branches(inside)}</{name}>"
        for name, inside in tree.items()
    )


def _lines(company: Company, name: str, rows: Sequence[Row]) -> str:
    return "".join(_line(company, name, row) for row in rows)


def _line(company: Company, name: str, row: Row) -> str:
    known = known_of(name)
    names = [field for field in known.fields if "." not in field]
    record = {field: values.value(company, known, row, field) for field in names}
    return _record(name.lower(), names, record)


def _bare(format: str, names: Sequence[str], records: Sequence[Mapping[str, str]]) -> Read:
    if format.lower() == "csv":
        return Read(bare=csv(names, records), media="text/csv")
    if format.lower() == "json":
        return Read(bare=json.dumps(list(records)), media="application/json")
    raise refusals.business(f"The return format '{format}' is not supported.")


def _whole(
    node: Node, name: str, otherwise: int, least: int, most: int | None, *, object: str
) -> int:
    text = node.value(name)
    if not text:
        return otherwise
    if not text.isascii() or not text.isdigit() or int(text) < least:
        raise _out(name, text, object)
    if most is not None and int(text) > most:
        raise _out(name, text, object)
    return int(text)


def _out(name: str, text: str, object: str) -> Refused:
    return refusals.business(
        f"Invalid value '{text}' for {name}.", number="Query Failed", object=object
    )
