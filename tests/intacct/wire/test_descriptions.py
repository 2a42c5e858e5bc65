"""What the gateway tells of a company: objects, dimensions, rights, preferences."""

import pytest

from sage_connect.intacct.wire.description import (
    DimensionDescription,
    DimensionRelation,
    FieldDescription,
    FinancialSetup,
    ObjectName,
    Permission,
    Preference,
    RelatedDimension,
    RelationDescription,
    ReportParameter,
    RestrictedValues,
    applications_of,
    descriptions_of,
    dimension_relations_of,
    dimensions_of,
    financial_setup_of,
    object_names_of,
    permissions_of,
    preferences_of,
    report_definition_of,
    restricted_values_of,
)
from sage_connect.intacct.wire.reply import Result, parse_reply, records_in

from .answers import answer, record, result

LOOKUP = """
<Type Name="GLBATCH" DocumentType="">
  <Fields>
    <Field><ID>RECORDNO</ID><LABEL>Record number</LABEL><DESCRIPTION>Its key</DESCRIPTION>
      <REQUIRED>false</REQUIRED><READONLY>true</READONLY><DATATYPE>INTEGER</DATATYPE>
      <ISCUSTOM>false</ISCUSTOM></Field>
    <Field><ID>STATE</ID><LABEL>State</LABEL><DESCRIPTION></DESCRIPTION>
      <REQUIRED>true</REQUIRED><READONLY>false</READONLY><DATATYPE>TEXT</DATATYPE>
      <VALIDVALUES><VALIDVALUE>Draft</VALIDVALUE><VALIDVALUE>Posted</VALIDVALUE>
      <VALIDVALUE></VALIDVALUE></VALIDVALUES><ISCUSTOM>true</ISCUSTOM></Field>
    <Field><ID>JOURNAL.SYMBOL</ID><DATATYPE>ENUM</DATATYPE>
      <VALIDVALUES><VALIDVALUE>GJ</VALIDVALUE></VALIDVALUES></Field>
  </Fields>
  <Relationships>
    <Relationship><OBJECTPATH>JOURNAL</OBJECTPATH><OBJECTNAME>JOURNAL</OBJECTNAME>
      <LABEL>Journal</LABEL><RELATIONSHIPTYPE>MANY2ONE</RELATIONSHIPTYPE>
      <RELATEDBY>JOURNAL</RELATEDBY></Relationship>
  </Relationships>
</Type>"""


def told(inside: str, function: str = "lookup", **attributes: str) -> Result:
    body = answer(result(inside, function=function, **attributes))
    (found,) = parse_reply(body).results
    return found


def test_lookup_describes_fields_and_relations() -> None:
    (found,) = descriptions_of(told(LOOKUP, listtype="All", count="1"))

    assert (found.name, found.document_type) == ("GLBATCH", "")
    assert found.fields[0] == FieldDescription(
        name="RECORDNO",
        label="Record number",
        description="Its key",
        kind="integer",
        read_only=True,
    )
    state = found.field("state")
    assert state is not None
    assert state.values == ("Draft", "Posted", "")
    assert (state.required, state.read_only, state.custom) == (True, False, True)
    symbol = found.field("JOURNAL.SYMBOL")
    assert symbol is not None
    assert (symbol.values, symbol.kind) == (("GJ",), "enum")
    assert symbol.record["ID"] == "JOURNAL.SYMBOL"
    assert found.field("REQUIREPROJECT") is None
    assert found.relations == (
        RelationDescription(
            path="JOURNAL",
            object="JOURNAL",
            label="Journal",
            kind="MANY2ONE",
            related_by="JOURNAL",
        ),
    )


def test_a_description_reads_the_same_in_pieces() -> None:
    body = answer(result(LOOKUP, function="lookup"))

    found = list(records_in(bytes([byte]) for byte in body))

    assert tuple(found) == told(LOOKUP).records


def test_inspect_lists_objects() -> None:
    found = told(
        '<type typename="asset">Asset</type><type typename="CUSTOMER">Customer</type>',
        "inspect",
    )

    assert object_names_of(found) == (
        ObjectName(name="asset", label="Asset"),
        ObjectName(name="CUSTOMER", label="Customer"),
    )
    assert descriptions_of(found) == ()


def test_inspect_names_fields() -> None:
    fields = "<Fields><Field>RECORDNO</Field><Field>NAME</Field></Fields>"

    (found,) = descriptions_of(told(f'<Type Name="CLASS">{fields}</Type>', "inspect"))

    assert [one.name for one in found.fields] == ["RECORDNO", "NAME"]
    assert object_names_of(told(f'<Type Name="CLASS">{fields}</Type>', "inspect")) == ()


def test_inspect_with_details_tells_lengths() -> None:
    field = record(
        "Field",
        Name="RECORDNO",
        GroupName="",
        dataName="Pt_FieldInt",
        externalDataName="integer",
        isRequired="false",
        isReadOnly="true",
        maxLength="8",
        DisplayLabel="Record number",
        Description="Key",
        id="17",
    )
    about = record(
        "Attributes", SingularName="Class", PluralName="Classes", Description="D"
    )

    (found,) = descriptions_of(
        told(f'<Type Name="CLASS">{about}<Fields>{field}</Fields></Type>', "inspect")
    )

    assert (found.label, found.plural, found.description) == ("Class", "Classes", "D")
    assert found.fields == (
        FieldDescription(
            name="RECORDNO",
            label="Record number",
            description="Key",
            kind="integer",
            read_only=True,
            max_length=8,
        ),
    )
    assert found.fields[0].record["id"] == "17"


def test_dimensions_are_told() -> None:
    one = record(
        "dimension",
        objectName="PROJECT",
        objectLabel="Project",
        termLabel="Vehicle",
        userDefinedDimension="false",
        enabledInGL="true",
    )
    two = record("dimension", objectName="region", userDefinedDimension="true")

    assert dimensions_of(told(f"<dimensions>{one}{two}</dimensions>", "getDimensions")) == (
        DimensionDescription(
            object="PROJECT", label="Project", term="Vehicle", enabled_in_gl=True
        ),
        DimensionDescription(object="region", user_defined=True),
    )


@pytest.mark.parametrize("wrap", ["{}", "<relationships>{}</relationships>"])
def test_relations_of_dimensions_are_told(wrap: str) -> None:
    inside = """<relationship><dimension>PROJECT</dimension><object_id>1</object_id>
      <autofillrelated>true</autofillrelated><enableoverride>false</enableoverride>
      <related><dimension>CLASS</dimension><object_id>2</object_id>
        <relationship_id>R1</relationship_id><source_side>One</source_side>
        <related_side>Many</related_side></related>
      <related><dimension>ITEM</dimension></related></relationship>"""

    assert dimension_relations_of(told(wrap.format(inside))) == (
        DimensionRelation(
            dimension="PROJECT",
            object_id="1",
            autofill=True,
            override=False,
            related=(
                RelatedDimension(
                    dimension="CLASS",
                    object_id="2",
                    relation="R1",
                    source_side="One",
                    related_side="Many",
                ),
                RelatedDimension(dimension="ITEM"),
            ),
        ),
    )


def test_autofill_and_restrictions_are_told() -> None:
    autofill = "<autofill><dimension>CLASS</dimension><type>Many-to-One</type></autofill>"
    by = "<restrictedby><dimension>LOCATION</dimension></restrictedby>"

    (filling,) = dimension_relations_of(
        told(f"<relationship><dimension>PROJECT</dimension>{autofill}</relationship>")
    )
    (restricted,) = dimension_relations_of(
        told(f"<restriction><dimension>ITEM</dimension>{by}</restriction>")
    )

    assert filling.related == (RelatedDimension(dimension="CLASS", kind="Many-to-One"),)
    assert (filling.autofill, filling.override) == (None, None)
    assert restricted.related == (RelatedDimension(dimension="LOCATION"),)


@pytest.mark.parametrize(
    ("values", "ids"),
    [
        ("", ()),
        ("<value>A</value>", ("A",)),
        ("<value>A</value><value>B</value>", ("A", "B")),
    ],
)
def test_restricted_values_are_told(values: str, ids: tuple[str, ...]) -> None:
    inside = f"<RestrictedData><dimension>CLASS</dimension>{values}</RestrictedData>"

    assert restricted_values_of(told(inside)) == (
        RestrictedValues(dimension="CLASS", values=ids),
    )


def test_permissions_are_told() -> None:
    policies = """
      <policy><policyName>Customers</policyName><rights>List|View|Add</rights></policy>
      <policy><policyName>Terms</policyName><rights></rights></policy>"""
    inside = f"""<permissions><appSubscription>
      <applicationName>Accounts Receivable</applicationName>
      <policies>{policies}</policies></appSubscription></permissions>"""

    assert permissions_of(told(inside, "getUserPermissions")) == (
        Permission(
            application="Accounts Receivable",
            policy="Customers",
            rights=frozenset({"List", "View", "Add"}),
        ),
        Permission(application="Accounts Receivable", policy="Terms"),
    )


def test_applications_are_told() -> None:
    inside = "<application>CO</application><application>GL</application>"

    assert applications_of(told(inside, "get_applications")) == ("CO", "GL")


def test_preferences_are_told() -> None:
    one = record(
        "companypref", application="GL", preference="EMPLOYEEDIMENSION", prefvalue="T"
    )
    two = record(
        "companypref", application="GL", preference="PRIMARY_ACCTNO_LENGTH", prefvalue="4"
    )

    on, length = preferences_of(told(one + two, "get_companyprefs"))

    assert on == Preference(application="GL", name="EMPLOYEEDIMENSION", value="T")
    assert (on.is_on, length.is_on, length.value) == (True, False, "4")


def test_the_financial_setup_is_told() -> None:
    inside = record(
        "financialSetup",
        baseCurrency="",
        defaultBook="ACCRUAL",
        firstFiscalMonth="January",
        multiBaseCurrency="true",
        multiBook="false",
        multiCurrency="true",
        multiEntityShared="true",
    )

    assert financial_setup_of(told(inside, "getFinancialSetup")) == FinancialSetup(
        default_book="ACCRUAL",
        first_fiscal_month="January",
        multi_base_currency=True,
        multi_currency=True,
        multi_entity_shared=True,
    )
    assert financial_setup_of(told("")) is None


def test_the_definition_of_a_custom_report_is_told() -> None:
    inside = """<report_definition><REPORTNAME>Open bills</REPORTNAME>
      <REPORTTYPE>tabular</REPORTTYPE><ROOT>APBILL</ROOT>
      <PARAMETERS><PARAMETER><NAME>START</NAME><label>From</label>
      <promptOnRun>true</promptOnRun></PARAMETER></PARAMETERS>
      <SORTBY><APBILL.WHENDUE/><VENDOR.NAME/></SORTBY></report_definition>"""

    found = report_definition_of(told(inside, "readReport"))

    assert found is not None
    assert (found.name, found.kind, found.object) == ("Open bills", "tabular", "APBILL")
    assert found.parameters == (ReportParameter(name="START", label="From", prompted=True),)
    assert found.sort_by == ("APBILL.WHENDUE", "VENDOR.NAME")


def test_the_definition_of_an_interactive_report_is_told() -> None:
    inside = """<report_definition><REPORTNAME>Mine</REPORTNAME><REPORTTYPE>CRW</REPORTTYPE>
      <OBJECT>SODOCUMENT</OBJECT><DOCPARID>Sales Order</DOCPARID><COLUMNS>
      <COLUMN><PATH>NAME</PATH><FULLPATH>CUSTOMER.NAME</FULLPATH></COLUMN>
      <COLUMN><PATH>DOCNO</PATH></COLUMN></COLUMNS></report_definition>"""

    found = report_definition_of(told(inside, "readReport"))

    assert found is not None
    assert (found.object, found.document_type) == ("SODOCUMENT", "Sales Order")
    assert found.columns == ("CUSTOMER.NAME", "DOCNO")
    assert report_definition_of(told("")) is None
