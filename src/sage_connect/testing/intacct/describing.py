"""What the company tells of itself: objects, dimensions, modules, rights, settings."""

from collections.abc import Iterator, Mapping
from typing import Final

from . import facts, refusals
from .access import HEALTHY
from .company import Company
from .nodes import Node
from .options import MODULES
from .reading import known_of
from .written import data, element, elements

# What the company calls them itself: objects, then what standard dimensions enable.
_STANDARD: Final = (
    "DEPARTMENT", "LOCATION", "PROJECT", "CUSTOMER", "VENDOR", "EMPLOYEE", "ITEM", "CLASS",
    "CONTRACT", "TASK", "WAREHOUSE", "COSTTYPE",
)  # fmt: skip
_ALWAYS: Final = frozenset({"DEPARTMENT", "LOCATION"})
_APPLICATIONS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "CO": ("Company", ("Users", "Roles", "Departments", "Locations", "Employees", "Class",
                       "Contacts", "Web Services", "Attachments", "Entities")),
    "GL": ("General Ledger", ("Accounts", "Journals", "Journal entries", "Classes")),
    "AR": ("Accounts Receivable", ("Customers", "AR sales invoices", "AR adjustments",
                                   "Receive payments", "AR advances", "AR terms")),
    "AP": ("Accounts Payable", ("Vendors", "AP bills", "AP adjustments", "Pay bills",
                                "AP terms")),
    "CM": ("Cash Management", ("Checking accounts", "Savings accounts")),
    "EE": ("Time & Expenses", ("Employee expenses", "Expense types")),
    "PO": ("Purchasing", ("PO transactions",)),
    "SO": ("Order Entry", ("OE transactions",)),
    "INV": ("Inventory Control", ("Items", "Warehouses")),
    "PA": ("Projects", ("Projects", "Tasks")),
    "TX": ("Taxes", ("Tax details", "Tax solutions")),
    "ME": ("Multi-Entity Console", ("Entities",)),
}  # fmt: skip
_KINDS: Final[Mapping[str, str]] = {
    facts.TEXT: "Text",
    facts.INTEGER: "Pt_FieldInt",
    facts.NUMBER: "Pt_FieldDouble",
    facts.DATE: "Pt_FieldDate",
    facts.BOOLEAN: "Pt_FieldBoolean",
    facts.STAMP: "Pt_FieldDateTime",
    facts.ENUM: "Pt_FieldString",
}


def lookup(company: Company, node: Node) -> str:
    """Answer lookup.

    Raises:
        Refused: There is no such object.
    """
    name, document = node.value("object"), node.value("docparid")
    known = known_of(name)
    told = "".join(_looked_up(field) for field in _fields(company, known))
    related = "".join(
        "<Relationship>{}</Relationship>".format(
            elements(
                (
                    ("OBJECTPATH", path),
                    ("OBJECTNAME", target),
                    ("LABEL", target),
                    ("RELATIONSHIPTYPE", "MANY2ONE"),
                    ("RELATEDBY", by),
                )
            )
        )
        for path, (target, by) in known.relations.items()
    )
    inside = f"<Fields>{told}</Fields><Relationships>{related}</Relationships>"
    type_ = f'<Type Name="{known.name}" DocumentType="{document}">{inside}</Type>'
    return data(type_, listtype="All", count=1)


def inspect(company: Company, node: Node) -> str:
    """Answer inspect; every object is listed, whatever is active (documented).

    Raises:
        Refused: There is no such object.
    """
    name = node.value("object")
    if name == "*":
        told = "".join(
            f'<type typename="{one.lower()}">{one.capitalize()}</type>'
            for one in facts.names()
        )
        # One, whatever the number (seen).
        return data(told, listtype="All", count=1)
    known = known_of(name)
    child = node.find("object")
    detail = node.attributes.get("detail") or (
        child.attributes.get("detail") if child is not None else ""
    )
    fields = list(_fields(company, known))
    if (detail or node.value("detail")) != "1":
        told = "".join(element("Field", field.name) for field in fields)
        type_ = f'<Type Name="{known.name}"><Fields>{told}</Fields></Type>'
        return data(type_, listtype="All", count=1)
    about = elements(
        (
            ("SingularName", known.name.capitalize()),
            ("PluralName", f"{known.name.capitalize()}s"),
            ("Description", ""),
        )
    )
    told = "".join(_inspected(at, field) for at, field in enumerate(fields))
    inside = f"<Attributes>{about}</Attributes><Fields>{told}</Fields>"
    return data(f'<Type Name="{known.name}">{inside}</Type>', listtype="All", count=1)


def dimensions(company: Company, node: Node) -> str:
    """Answer getDimensions."""
    del node
    options = company.options
    rows = list[tuple[str, str, str, bool]]()
    for name in _STANDARD:
        if name in _ALWAYS or name in options.dimensions:
            label = name.capitalize()
            rows.append((name, label, options.terms.get(name, label), False))
    rows += [(name, label, label, True) for name, label in options.user_dimensions.items()]
    told = "".join(
        "<dimension>{}</dimension>".format(
            elements(
                (
                    ("objectName", name),
                    ("objectLabel", label),
                    ("termLabel", term),
                    ("userDefinedDimension", "true" if own else "false"),
                    ("enabledInGL", "true"),
                )
            )
        )
        for name, label, term, own in rows
    )
    return data(f"<dimensions>{told}</dimensions>")


def applications(company: Company, node: Node) -> str:
    """Answer get_applications."""
    del node
    active = [name for name in MODULES if company.options.has(name)]
    return data("".join(element("application", name) for name in active))


def preferences(company: Company, node: Node) -> str:
    """Answer get_companyprefs.

    Raises:
        Refused: There is no such application.
    """
    application = node.attributes.get("application", "")
    options = company.options
    told: Mapping[str, Mapping[str, str]] = {
        "GEN": {
            "PRIMARY_ACCTNO_LENGTH": "4",
            "ACCTNO_SEPARATOR": "-",
            "SUBACCTNO_LENGTH": "0",
            "MULTIENTITY": "T" if options.multi_entity else "F",
        },
        "GL": {
            f"{name}DIMENSION": "T" if name in options.dimensions else "F"
            for name in _STANDARD
            if name not in _ALWAYS
        },
        "ME": {"ENABLED": "T" if options.multi_entity else "F"},
        **{name: {} for name in ("CM", "AP", "AR", "EE", "PO", "SO", "INV", "PA", "CS")},
    }
    if application not in told:
        raise refusals.business(f"Invalid application '{application}'.")
    return data(
        "".join(
            "<companypref>{}</companypref>".format(
                elements(
                    (
                        ("application", application),
                        ("preference", name),
                        ("prefvalue", value),
                    )
                )
            )
            for name, value in told[application].items()
        )
    )


def setup(company: Company, node: Node) -> str:
    """Answer getFinancialSetup."""
    del node
    options = company.options
    pairs = (
        # Empty where entities have their own (documented).
        ("baseCurrency", "" if options.multi_base_currency else options.base_currency),
        ("defaultBook", "ACCRUAL"),
        ("firstFiscalMonth", str(options.first_month)),
        ("multiBaseCurrency", "true" if options.multi_base_currency else "false"),
        ("multiBook", "false"),
        ("multiCurrency", "true" if options.multi_currency else "false"),
        ("multiEntityShared", "true" if options.multi_entity else "false"),
    )
    return data(f"<financialSetup>{elements(pairs)}</financialSetup>")


def permissions(company: Company, node: Node) -> str:
    """Answer getUserPermissions.

    Raises:
        Refused: There is no such user.
    """
    login = node.value("userId")
    rows = company.store.by("USERINFO", "LOGINID", login)
    if not rows:
        raise refusals.business(
            f"The login id {login} does not exist.", number=refusals.NO_LOGIN
        )
    rights: Mapping[str, str] = rows[0].get("_RIGHTS", {})
    told = list[str]()
    for code in MODULES:
        if not company.options.has(code):
            continue
        application, policies = _APPLICATIONS[code]
        inside = "".join(
            "<policy>{}</policy>".format(
                elements((("policyName", name), ("rights", _rights(rights, code, name))))
            )
            for name in policies
            if _rights(rights, code, name)
        )
        told.append(
            f"<appSubscription>{element('applicationName', application)}"
            f"<policies>{inside}</policies></appSubscription>"
        )
    return data(f"<permissions>{''.join(told)}</permissions>")


def nothing(company: Company, node: Node) -> str:
    """Answer a question about relations of dimensions: there are none here."""
    del company, node
    return data("")


def _rights(rights: Mapping[str, str], code: str, policy: str) -> str:
    return rights.get(policy, rights.get(code, HEALTHY))


def _fields(company: Company, known: facts.Facts) -> Iterator[facts.Field]:
    """Yield the fields that the company has: some come with what is active."""
    options = company.options
    absent = {
        name for name in _STANDARD if name not in options.dimensions and name not in _ALWAYS
    }
    for field in known.fields.values():
        required = field.name.removeprefix("REQUIRE")
        if required != field.name and required in absent:
            continue
        base = field.name.removesuffix("ID").removesuffix("DIMKEY").removesuffix("NAME")
        lines = known.name.endswith(("ITEM", "ENTRY", "GLDETAIL", "GLENTRY"))
        if lines and base in absent:
            continue
        yield field
    for name in options.custom_fields.get(known.name, ()):
        yield facts.Field(name, facts.TEXT, label=name)
    if known.name in {"GLENTRY", "ARINVOICEITEM", "APBILLITEM", "GLDETAIL"}:
        for name, label in options.user_dimensions.items():
            yield facts.Field(f"GLDIM{name.upper()}", facts.TEXT, label=label)
    if known.name == "GLACCOUNT":
        for name in options.user_dimensions:
            yield facts.Field(f"REQUIREGLDIM{name.upper()}", facts.BOOLEAN)


def _looked_up(field: facts.Field) -> str:
    values = field.values
    if field.kind == facts.BOOLEAN:
        values = ("true", "false")
    pairs = elements(
        (
            ("ID", field.name),
            ("LABEL", field.label or field.name),
            ("DESCRIPTION", field.label),
            ("REQUIRED", "true" if field.required else "false"),
            ("READONLY", "true" if field.read_only else "false"),
            ("DATATYPE", field.type),
        )
    )
    told = "".join(element("VALIDVALUE", value) for value in values)
    valid = f"<VALIDVALUES>{told}</VALIDVALUES>" if values else ""
    return f"<Field>{pairs}{valid}{element('ISCUSTOM', 'false')}</Field>"


def _inspected(at: int, field: facts.Field) -> str:
    length = {facts.INTEGER: "8", facts.DATE: "10"}.get(field.kind, "40")
    return "<Field>{}</Field>".format(
        elements(
            (
                ("Name", field.name),
                ("GroupName", ""),
                ("dataName", _KINDS[field.kind]),
                ("externalDataName", field.type.lower()),
                ("isRequired", "true" if field.required else "false"),
                ("isReadOnly", "true" if field.read_only else "false"),
                ("maxLength", length),
                ("DisplayLabel", field.label or field.name),
                ("Description", field.label),
                ("id", str(at + 1)),
            )
        )
    )
