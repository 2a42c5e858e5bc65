"""get_list and get: legacy reading, which attachments need."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from . import access, facts, refusals, values
from .company import Company
from .facts import Facts
from .filters import EVERYTHING, Condition, Conditions, both, either
from .nodes import Node
from .reading import found, known_of
from .store import Row
from .written import data, element

_OBJECTS: Final[Mapping[str, str]] = {
    "apadjustment": "APADJUSTMENT",
    "appayment": "APPYMT",
    "apterm": "APTERM",
    "aradjustment": "ARADJUSTMENT",
    "arpayment": "ARPYMT",
    "arterm": "ARTERM",
    "bill": "APBILL",
    "class": "CLASS",
    "contact": "CONTACT",
    "customer": "CUSTOMER",
    "department": "DEPARTMENT",
    "employee": "EMPLOYEE",
    "expensereport": "EEXPENSES",
    "glaccount": "GLACCOUNT",
    "gltransaction": "GLBATCH",
    "invoice": "ARINVOICE",
    "item": "ITEM",
    "journal": "GLJOURNAL",
    "location": "LOCATION",
    "project": "PROJECT",
    "smarteventlog": "smarteventlog",
    "statglaccount": "STATACCOUNT",
    "statjournal": "STATJOURNAL",
    "supdoc": "supdoc",
    "supdocfolder": "supdocfolder",
    "taxdetail": "TAXDETAIL",
    "user": "USERINFO",
    "vendor": "VENDOR",
}
GETTERS: Final = (
    "get_apadjustment", "get_aradjustment", "get_bill", "get_expensereport", "get_invoice",
)  # fmt: skip
"""Functions that name one document, beside get."""
_SIGNS: Final = {
    "=": "equalto",
    "!=": "notequalto",
    "<": "lessthan",
    "<=": "lessthanorequalto",
    ">": "greaterthan",
    ">=": "greaterthanorequalto",
    "like": "like",
    "is null": "isnull",
}
# Legacy names that are not the same in capitals.
_NAMES: Final[Mapping[str, Mapping[str, str]]] = {
    "ARINVOICE": {"key": "RECORDNO", "invoiceno": "RECORDID", "ponumber": "DOCNUMBER",
                  "datecreated": "WHENCREATED", "datedue": "WHENDUE"},
    "APBILL": {"key": "RECORDNO", "billno": "RECORDID", "ponumber": "DOCNUMBER",
               "datecreated": "WHENCREATED", "datedue": "WHENDUE"},
    "GLACCOUNT": {"glaccountno": "ACCOUNTNO"},
    "supdoc": {"supdocname": "NAME", "supdocfoldername": "FOLDER", "recordno": "RECORDNO"},
    "supdocfolder": {"supdocfoldername": "NAME"},
}  # fmt: skip
_MOST: Final = 100


def get_list(company: Company, node: Node) -> str:
    """Answer get_list.

    Raises:
        Refused: It cannot be.
    """
    called = node.attributes.get("object", "")
    name = _OBJECTS.get(called.lower())
    if name is None:
        raise refusals.no_object(called)
    known = _known(name)
    access.check(company, known, "QUERY")
    condition = _condition(company, known, node.find("filter"))
    # This function has an order: that of the records.
    rows = sorted(found(company, known, condition), key=lambda row: int(row["RECORDNO"]))
    rows = _sorted(company, known, rows, node.find("sorts"))
    start = _whole(node.attributes.get("start", ""), 0)
    most = _whole(node.attributes.get("maxitems", ""), _MOST)
    page = rows[start : start + most]
    wanted = [field.text for field in node.find("fields") or ()]
    inside = "".join(_shown(company, known, called, row, wanted) for row in page)
    # The last one's index (seen).
    end = start + len(page) - 1 if page else start
    head = f'<listtype start="{start}" end="{end}" total="{len(rows)}">{called}</listtype>'
    return f"{head}{data(inside)}"


def get(company: Company, node: Node) -> str:
    """Answer get, which names one record by its key.

    Raises:
        Refused: It is not there.
    """
    called = node.attributes.get("object", "") or node.tag.removeprefix("get_")
    known = _known(_OBJECTS.get(called.lower(), called))
    access.check(company, known, "READ")
    key = node.attributes.get("key", "")
    home = facts.home_of(known.name)
    row = company.numbered(home, key) or company.named(home, key)
    if row is None and home == "supdoc":
        row = next(iter(company.store.by("supdoc", "SUPDOCID", key)), None)
    if row is None:
        raise refusals.unknown_value("key", key, known.name, "key")
    wanted = [field.text for field in node.find("fields") or ()]
    return data(_shown(company, known, called, row, wanted))


def _known(name: str) -> Facts:
    known = facts.facts_of(name)
    return known_of(name.lower()) if known is None else known


def _shown(
    company: Company, known: Facts, called: str, row: Row, wanted: Sequence[str]
) -> str:
    special = {"supdoc": _attachment, "supdocfolder": _folder}.get(known.name)
    if special is not None:
        return special(row, wanted)
    own = {there: here for here, there in _NAMES.get(known.name, {}).items()}
    names = [name for name in known.fields if "." not in name]
    pairs = [
        (own.get(name, name.lower()), values.value(company, known, row, name))
        for name in names
    ]
    inside = "".join(
        element(name, text) for name, text in pairs if not wanted or name in wanted
    )
    return f"<{called}>{inside}</{called}>"


def _attachment(row: Row, wanted: Sequence[str]) -> str:
    pairs = (
        ("recordno", row["RECORDNO"]),
        ("supdocid", row["SUPDOCID"]),
        ("supdocname", row.get("NAME", "")),
        ("folder", row.get("FOLDER", "")),
        ("description", row.get("DESCRIPTION", "")),
        ("creationdate", row["WHENCREATED"].partition(" ")[0]),
        ("createdby", row["CREATEDBY"]),
    )
    inside = "".join(element(*pair) for pair in pairs if not wanted or pair[0] in wanted)
    if not wanted or "attachments" in wanted:
        files = "".join(
            "<attachment>{}</attachment>".format(
                "".join(element(name, text) for name, text in one.items())
            )
            for one in row.get("_FILES", [])
        )
        inside += f"<attachments>{files}</attachments>"
    return f"<supdoc>{inside}</supdoc>"


def _folder(row: Row, wanted: Sequence[str]) -> str:
    pairs = (
        ("name", row["NAME"]),
        ("description", row.get("DESCRIPTION", "")),
        ("parentfolder", row.get("PARENTFOLDER", "")),
        ("creationdate", row["WHENCREATED"].partition(" ")[0]),
        ("createdby", row["CREATEDBY"]),
        ("lastmodified", row["WHENMODIFIED"]),
        ("lastmodifiedby", row["MODIFIEDBY"]),
        ("status", row.get("STATUS", "active")),
    )
    inside = "".join(element(*pair) for pair in pairs if not wanted or pair[0] in wanted)
    return f"<supdocfolder>{inside}</supdocfolder>"


def _condition(company: Company, known: Facts, node: Node | None) -> Condition:
    if node is None or not node.children:
        return EVERYTHING
    make = Conditions(company, known, coded=True)
    parts = [_one(known, make, child) for child in node]
    return parts[0] if len(parts) == 1 else both(parts)


def _one(known: Facts, make: Conditions, node: Node) -> Condition:
    if node.tag == "logical":
        parts = [_one(known, make, child) for child in node]
        operator = node.attributes.get("logical_operator", "and").lower()
        return either(parts) if operator == "or" else both(parts)
    called = node.value("field")
    own = _NAMES.get(known.name, {}).get(called.lower(), called.upper())
    operator = _SIGNS.get(node.value("operator").strip().lower(), "")
    text = node.value("value")
    if own in {"NAME", "FOLDER", "SUPDOCID"} and known.name.startswith("supdoc"):
        return _on_row(own, operator, text)
    return make.on(own, operator, [text])


def _on_row(field: str, operator: str, text: str) -> Condition:
    if operator == "like":
        part = text.replace("%", "")
        return Condition(lambda row: part in str(row.get(field, "")))
    wanted = operator == "equalto"
    equal = ((field, [text]),) if wanted else ()
    return Condition(lambda row: (row.get(field, "") == text) is wanted, equal)


def _sorted(
    company: Company, known: Facts, rows: list[Row], node: Node | None
) -> list[Row]:
    if node is None:
        return rows
    for field in reversed(node.children):
        own = _NAMES.get(known.name, {}).get(field.text.lower(), field.text.upper())
        descending = field.attributes.get("order", "asc").lower() == "desc"
        rows = sorted(rows, key=_key(company, known, own), reverse=descending)
    return rows


def _key(company: Company, known: Facts, field: str) -> Callable[[Row], str]:
    return lambda row: values.value(company, known, row, field)


def _whole(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() else otherwise
