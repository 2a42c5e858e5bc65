"""What the gateway tells of a company's objects, dimensions, rights and preferences, typed.

Each function here takes the result of one function of the gateway. What an answer has
beyond the attributes stands in its `record`.
"""

from collections.abc import Iterator
from typing import Final

import attrs

from .record import Record
from .reply import Result

_TRUE: Final = frozenset({"true", "t", "1", "yes"})


@attrs.frozen(kw_only=True)
class FieldDescription:
    """A field of an object, as `lookup` or `inspect` tells of it.

    Attributes:
        name: On the wire; it may have dots.
        label: As the company shows it.
        description: Or "".
        kind: Such as "text", "integer", "decimal", "date", "boolean", "timestamp", "enum",
            "currency", "percent". Of `inspect`, the kinds are others. Or "".
        required: Must be given when a record is made.
        read_only: Said to be so, which not every field is that the gateway fills itself.
        custom: Made by the company.
        values: Those it may have, "" perhaps among them; empty for any.
        max_length: Of `inspect` alone; None where it is not said.
        record: All that the answer says.
    """

    name: str
    label: str = ""
    description: str = ""
    kind: str = ""
    required: bool = False
    read_only: bool = False
    custom: bool = False
    values: tuple[str, ...] = ()
    max_length: int | None = None
    record: Record = attrs.field(factory=Record, repr=False, eq=False)


@attrs.frozen(kw_only=True)
class RelationDescription:
    """A relation from one object to another.

    Attributes:
        path: What fields of the other are reached by: `PATH.FIELD`.
        object: The other.
        label: As the company shows it.
        kind: Such as "MANY2ONE".
        related_by: The field that it is made by.
    """

    path: str
    object: str
    label: str = ""
    kind: str = ""
    related_by: str = ""


@attrs.frozen(kw_only=True)
class ObjectDescription:
    """An object, as `lookup` or `inspect` tells of it. Lines that it owns are not told.

    Attributes:
        name: Such as "GLBATCH".
        document_type: The transaction definition that was asked for, or "".
        label: In the singular; of `inspect` with details alone.
        plural: Likewise.
        description: Likewise.
        fields: In the gateway's order.
        relations: Of `lookup` alone.
    """

    name: str
    document_type: str = ""
    label: str = ""
    plural: str = ""
    description: str = ""
    fields: tuple[FieldDescription, ...] = ()
    relations: tuple[RelationDescription, ...] = ()

    def field(self, name: str) -> FieldDescription | None:
        """Return the field called `name`, in any case, or None: the company has it not."""
        upper = name.upper()
        return next((one for one in self.fields if one.name.upper() == upper), None)


@attrs.frozen(kw_only=True)
class ObjectName:
    """An object that there is, whether or not its module is on and the user may see it.

    Attributes:
        name: Such as "CUSTOMER"; custom objects have theirs.
        label: As the company shows it.
    """

    name: str
    label: str = ""


@attrs.frozen(kw_only=True)
class DimensionDescription:
    """A dimension that is active.

    Attributes:
        object: Whose records are its values: "PROJECT".
        label: Of that object.
        term: What the company calls it, perhaps "Vehicle".
        user_defined: Made by the company.
        enabled_in_gl: May stand on journal entries.
    """

    object: str
    label: str = ""
    term: str = ""
    user_defined: bool = False
    enabled_in_gl: bool = False


@attrs.frozen(kw_only=True)
class RelatedDimension:
    """Another dimension, as one is related to it.

    Attributes:
        dimension: Its name.
        object_id: Its number, or "".
        relation: Id of the relation, or "".
        source_side: "One" or "Many"; of relationships alone.
        related_side: Likewise.
        kind: Such as "Many-to-One"; of autofill alone.
    """

    dimension: str
    object_id: str = ""
    relation: str = ""
    source_side: str = ""
    related_side: str = ""
    kind: str = ""


@attrs.frozen(kw_only=True)
class DimensionRelation:
    """How a dimension is related to others: fills them in, or restricts them.

    Attributes:
        dimension: Its name.
        object_id: Its number, or "".
        autofill: Fills in related ones; None where it is not said.
        override: What it fills in may be changed; None where it is not said.
        related: The others.
    """

    dimension: str
    object_id: str = ""
    autofill: bool | None = None
    override: bool | None = None
    related: tuple[RelatedDimension, ...] = ()


@attrs.frozen(kw_only=True)
class RestrictedValues:
    """The values of a dimension that another's value leaves.

    Attributes:
        dimension: Its name.
        values: Ids.
    """

    dimension: str
    values: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Permission:
    """What a user may do with one thing.

    Attributes:
        application: Name of the subscription that it belongs to.
        policy: Such as "Customers".
        rights: Such as "List", "View", "Add".
    """

    application: str
    policy: str
    rights: frozenset[str] = frozenset()


@attrs.frozen(kw_only=True)
class Preference:
    """A setting of a module.

    Attributes:
        application: Such as "GL".
        name: Such as "EMPLOYEEDIMENSION".
        value: As it came; "T" where it is on.
    """

    application: str
    name: str
    value: str = ""

    @property
    def is_on(self) -> bool:
        """Whether it is a setting that is on."""
        return _is_true(self.value)


@attrs.frozen(kw_only=True)
class FinancialSetup:
    """What the company's books are.

    Attributes:
        base_currency: Or "", where entities have their own.
        default_book: "ACCRUAL" or "CASH".
        first_fiscal_month: As it came.
        multi_base_currency: Entities have base currencies of their own.
        multi_book: More books than one.
        multi_currency: Documents may be in other currencies.
        multi_entity_shared: Several entities in one company.
    """

    base_currency: str = ""
    default_book: str = ""
    first_fiscal_month: str = ""
    multi_base_currency: bool = False
    multi_book: bool = False
    multi_currency: bool = False
    multi_entity_shared: bool = False


@attrs.frozen(kw_only=True)
class ReportParameter:
    """What a report asks for when it runs.

    Attributes:
        name: Its name.
        label: Or "".
        prompted: Asked for at each run; None where it is not said.
    """

    name: str
    label: str = ""
    prompted: bool | None = None


@attrs.frozen(kw_only=True)
class ReportDefinition:
    """A custom report, or an interactive one.

    Attributes:
        name: Its name.
        kind: "tabular", "summary" or "CRW", which is an interactive one.
        object: What it is about.
        document_type: The transaction definition, or "".
        parameters: Of a custom report.
        columns: Paths of the columns of an interactive one.
        sort_by: Fields, which may have dots.
        record: All that the answer says.
    """

    name: str
    kind: str = ""
    object: str = ""
    document_type: str = ""
    parameters: tuple[ReportParameter, ...] = ()
    columns: tuple[str, ...] = ()
    sort_by: tuple[str, ...] = ()
    record: Record = attrs.field(factory=Record, repr=False, eq=False)


def descriptions_of(result: Result) -> tuple[ObjectDescription, ...]:
    """Return what `lookup` or `inspect` tells of the objects that were asked for."""
    return tuple(_description(one) for one in _called(result, "type") if "Fields" in one)


def object_names_of(result: Result) -> tuple[ObjectName, ...]:
    """Return the objects that `inspect` of `*` lists, whatever the user may see."""
    return tuple(
        ObjectName(name=_attribute(one, "typename"), label=one.text)
        for one in _called(result, "type")
        if "Fields" not in one
    )


def dimensions_of(result: Result) -> tuple[DimensionDescription, ...]:
    """Return what `getDimensions` tells."""
    return tuple(
        DimensionDescription(
            object=one.get("objectName"),
            label=one.get("objectLabel"),
            term=one.get("termLabel"),
            user_defined=_is_true(one.get("userDefinedDimension")),
            enabled_in_gl=_is_true(one.get("enabledInGL")),
        )
        for one in _called(result, "dimension")
    )


def dimension_relations_of(result: Result) -> tuple[DimensionRelation, ...]:
    """Return what is told of relations, autofill or restrictions of dimensions.

    Of `getDimensionRelationships`, `getDimensionAutofillDetails` and
    `getDimensionRestrictions`.
    """
    found = (*_called(result, "relationship"), *_called(result, "restriction"))
    return tuple(
        DimensionRelation(
            dimension=_said(one, "dimension"),
            object_id=_said(one, "object_id"),
            autofill=_flag(_said(one, "autofillrelated")),
            override=_flag(_said(one, "enableoverride")),
            related=tuple(
                RelatedDimension(
                    dimension=_said(other, "dimension"),
                    object_id=_said(other, "object_id"),
                    relation=_said(other, "relationship_id"),
                    source_side=_said(other, "source_side"),
                    related_side=_said(other, "related_side"),
                    kind=_said(other, "type"),
                )
                for name in ("related", "autofill", "restrictedby")
                for other in one.rows(name)
            ),
        )
        for one in found
    )


def restricted_values_of(result: Result) -> tuple[RestrictedValues, ...]:
    """Return what `getDimensionRestrictedData` tells."""
    return tuple(
        RestrictedValues(
            dimension=_said(one, "dimension"),
            values=tuple(value.text for value in one.rows("value")),
        )
        for one in _called(result, "restricteddata")
    )


def permissions_of(result: Result) -> tuple[Permission, ...]:
    """Return what `getUserPermissions` tells."""
    return tuple(
        Permission(
            application=_said(one, "applicationName"),
            policy=_said(policy, "policyName"),
            rights=frozenset(filter(None, _said(policy, "rights").split("|"))),
        )
        for one in _called(result, "appsubscription")
        for policy in one.rows("policies", "policy")
    )


def preferences_of(result: Result) -> tuple[Preference, ...]:
    """Return what `get_companyprefs` tells."""
    return tuple(
        Preference(
            application=_said(one, "application"),
            name=_said(one, "preference"),
            value=_said(one, "prefvalue"),
        )
        for one in _called(result, "companypref")
    )


def applications_of(result: Result) -> tuple[str, ...]:
    """Return the codes that `get_applications` tells: what the company subscribes to."""
    return tuple(one.text.strip() for one in _called(result, "application"))


def financial_setup_of(result: Result) -> FinancialSetup | None:
    """Return what `getFinancialSetup` tells, or None."""
    one = next(_called(result, "financialsetup"), None)
    if one is None:
        return None
    return FinancialSetup(
        base_currency=one.get("baseCurrency"),
        default_book=one.get("defaultBook"),
        first_fiscal_month=one.get("firstFiscalMonth"),
        multi_base_currency=_is_true(one.get("multiBaseCurrency")),
        multi_book=_is_true(one.get("multiBook")),
        multi_currency=_is_true(one.get("multiCurrency")),
        multi_entity_shared=_is_true(one.get("multiEntityShared")),
    )


def report_definition_of(result: Result) -> ReportDefinition | None:
    """Return what `readReport` tells when it was asked for the definition, or None."""
    one = next(_called(result, "report_definition"), None)
    if one is None:
        return None
    return ReportDefinition(
        name=one.get("REPORTNAME"),
        kind=one.get("REPORTTYPE"),
        object=one.get("ROOT") or one.get("OBJECT"),
        document_type=one.get("DOCPARID"),
        parameters=tuple(
            ReportParameter(
                name=_said(given, "NAME"),
                label=_said(given, "label"),
                prompted=_flag(_said(given, "promptOnRun")),
            )
            for given in one.rows("PARAMETERS", "PARAMETER")
        ),
        columns=tuple(
            _said(column, "FULLPATH") or _said(column, "PATH")
            for column in one.rows("COLUMNS", "COLUMN")
        ),
        sort_by=tuple(name for place in one.rows("SORTBY") for name in place),
        record=one,
    )


def _description(one: Record) -> ObjectDescription:
    about = next(iter(one.rows("Attributes")), None) or Record("Attributes")
    return ObjectDescription(
        name=_attribute(one, "name"),
        document_type=_attribute(one, "documenttype"),
        label=about.get("SingularName"),
        plural=about.get("PluralName"),
        description=about.get("Description"),
        fields=tuple(_field(field) for field in one.rows("Fields", "Field")),
        relations=tuple(
            RelationDescription(
                path=_said(relation, "OBJECTPATH"),
                object=_said(relation, "OBJECTNAME"),
                label=_said(relation, "LABEL"),
                kind=_said(relation, "RELATIONSHIPTYPE"),
                related_by=_said(relation, "RELATEDBY"),
            )
            for relation in one.rows("Relationships", "Relationship")
        ),
    )


def _field(one: Record) -> FieldDescription:
    # Three answers in one: of `lookup`, of `inspect` with details, and its bare names.
    longest = _said(one, "maxLength")
    # `inspect` has an `id` as well, which is a number.
    name = _said(one, "Name") or _said(one, "ID") or one.text
    return FieldDescription(
        name=name,
        label=_said(one, "LABEL") or _said(one, "DisplayLabel"),
        description=_said(one, "DESCRIPTION") or _said(one, "Description"),
        kind=(_said(one, "DATATYPE") or _said(one, "externalDataName")).lower(),
        required=_is_true(_said(one, "REQUIRED") or _said(one, "isRequired")),
        read_only=_is_true(_said(one, "READONLY") or _said(one, "isReadOnly")),
        custom=_is_true(_said(one, "ISCUSTOM")),
        values=tuple(value.text for value in one.rows("VALIDVALUES", "VALIDVALUE")),
        max_length=int(longest) if longest.isascii() and longest.isdigit() else None,
        record=one,
    )


def _called(result: Result, tag: str) -> Iterator[Record]:
    """Yield records called `tag` in any case, below `data` or one element inside it."""
    for record in result.records:
        if record.tag.lower() == tag:
            yield record
        else:
            yield from (row for row in record.all_rows() if row.tag.lower() == tag)


def _attribute(record: Record, name: str) -> str:
    return next((v for key, v in record.attributes.items() if key.lower() == name), "")


def _said(record: Record, name: str) -> str:
    """Return what stands as an element or, should the gateway prefer it, an attribute."""
    return record.get(name) or _attribute(record, name.lower())


def _is_true(text: str) -> bool:
    return text.strip().lower() in _TRUE


def _flag(text: str) -> bool | None:
    return _is_true(text) if text else None
