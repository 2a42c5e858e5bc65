"""readRelated, readView and readReport."""

from . import access, facts, refusals, values
from .company import Company
from .facts import Facts
from .nodes import Node
from .reading import Read, Reader, Readers, fields_of, known_of
from .store import Row
from .written import data, element, elements


def read_related(company: Company, node: Node) -> Read:
    """Answer readRelated: the records that a relation of some records leads to.

    Raises:
        Refused: There is no such object or relation.
    """
    known = known_of(node.value("object"))
    access.check(company, known, "READ")
    relation = node.value("relation")
    related = known.relations.get(relation.upper())
    if related is None:
        raise refusals.business(
            f"Relation {relation} not found on {known.name}", number="Query Failed"
        )
    target, here = known_of(facts.home_of(related[0])), related[1]
    found = dict[str, Row]()
    for key in node.value("keys").split(","):
        row = company.numbered(facts.home_of(known.name), key.strip())
        id = "" if row is None else values.value(company, known, row, here)
        other = company.named(target.name, id) or company.numbered(target.name, id)
        if other is not None:
            found[other["RECORDNO"]] = other
    names = fields_of(company, target, node.value("fields"))
    told = "".join(_record(company, target, names, row) for row in found.values())
    return Read(content=data(told, listtype=target.name.lower(), count=len(found)))


def read_view(company: Company, node: Node) -> Read:
    """Answer readView: records stand one level deeper than elsewhere (documented).

    A view is named OBJECT#id; what it shows here is all records of the object.

    Raises:
        Refused: There is no such object.
    """
    called = node.value("view")
    known = known_of(called.partition("#")[0])
    access.check(company, known, "QUERY")
    names = [name for name in known.fields if "." not in name]
    rows = list(company.visible(facts.home_of(known.name)))
    size = node.value("pagesize")
    rows = rows[: int(size)] if size.isdigit() else rows
    told = "".join(_record(company, known, names, row) for row in rows)
    view = f'<view name="{called.partition("#")[2]}">{told}</view>'
    return Read(content=data(view, listtype="view", count=len(rows)))


def read_report(company: Company, node: Node, readers: Readers, owner: str) -> Read:
    """Answer readReport: a run is read by readMore with its id.

    What the answer to a run looks like is not documented; assumed.

    Raises:
        Refused: There is no such report.
    """
    name = node.value("report")
    report = company.options.reports.get(name)
    if report is None:
        raise refusals.business(f"Report {name} not found", number="Query Failed")
    known = known_of(report)
    if node.attributes.get("returnDef", "").lower() == "true":
        told = elements(
            (("REPORTNAME", name), ("REPORTTYPE", "tabular"), ("ROOT", known.name))
        )
        return Read(content=data(f"<report_definition>{told}</report_definition>"))
    rows = list(company.visible(facts.home_of(known.name)))
    size = node.value("pagesize")
    reader = Reader(
        name="data",
        known=known,
        fields=[name for name in known.fields if "." not in name],
        numbers=[int(row["RECORDNO"]) for row in rows],
        total=len(rows),
        size=int(size) if size.isdigit() else 1_000,
        format="",
        owner=owner,
    )
    pairs = (("REPORTID", readers.keep(reader)), ("STATUS", "DONE"))
    return Read(content=data(f"<report_results>{elements(pairs)}</report_results>"))


def _record(company: Company, known: Facts, names: list[str], row: Row) -> str:
    tag = known.name.lower()
    inside = "".join(
        element(name, values.value(company, known, row, name)) for name in names
    )
    return f"<{tag}>{inside}</{tag}>"
