"""What is sent is what the published schema allows, but for what is newer than it."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from lxml import etree

from sage_connect.errors import CodecError
from sage_connect.intacct import element_of, encode, functions
from sage_connect.intacct.wire.function import Fragment, Function

from .instances import FUNCTIONS, GENERATED, instances

# The schema is of release 3 of 2019. Functions that the reference has and it does not:
NEWER_FUNCTIONS = {
    "ApPaymentDecline": "decline_appaymentrequest: the SDKs have it beside approve",
    "AuditTrailRead": "getObjectTrail: audit trails came later",
    "Lookup": "lookup: came with the newer query, in 2020",
    "TimesheetApprove": "approve knows purchasing documents only",
    "TimesheetDecline": "decline knows purchasing documents only",
}
# Elements within functions that it has:
NEWER_ELEMENTS = {
    "create_invoice/onhold": "the SDKs write it as they do for bills, where it has it",
    ".//taxsolutionid": "taxes of several countries came later",
    ".//taxentries": "taxes of several countries came later",
    ".//taskid": "the dimension task came later to lines of documents",
    ".//serialno[following-sibling::lotno]": "one or the other there; both in the SDKs",
}
PAPERS = (
    "<request><control><senderid>a</senderid><password>b</password><controlid>c</controlid>"
    "</control><operation><authentication><sessionid>d</sessionid></authentication>"
    "<content/></operation></request>"
)


@pytest.fixture(scope="session")
def schema(spec: Path) -> etree.XMLSchema:
    file = spec / "intacct" / "schemas" / "api-3.0-2019R3.xsd"
    if not file.exists():
        pytest.skip(f"no schema at {file}")
    return etree.XMLSchema(etree.parse(file))


def faults(schema: etree.XMLSchema, function: Function) -> list[str]:
    """Return what the schema says against a function, once what is newer is gone."""
    request: Any = etree.fromstring(PAPERS)
    written: Any = element_of(function)
    for place in NEWER_ELEMENTS:
        for found in written.xpath(place):
            found.getparent().remove(found)
    request.find("operation/content").append(written)
    schema.validate(request)
    log: Any = schema.error_log
    return [str(one.message) for one in log]


def refusal_of(part: Function | Fragment) -> CodecError | None:
    """Return why a part is not written, or None where it is."""
    try:
        encode(part)
    except CodecError as refused:
        return refused
    return None


@pytest.mark.parametrize(
    "kind", [one for one in FUNCTIONS if one.__name__ not in NEWER_FUNCTIONS]
)
@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_whatever_is_written_fits_the_schema(
    kind: type[Function], schema: etree.XMLSchema, data: st.DataObject
) -> None:
    one = data.draw(instances(kind))
    assert isinstance(one, Function)

    refused = refusal_of(one)

    assert refused.path if refused else faults(schema, one) == []


@pytest.mark.parametrize("name", NEWER_FUNCTIONS)
@settings(max_examples=5)
@given(data=st.data())
def test_what_is_called_newer_is_not_in_the_schema(
    name: str, schema: etree.XMLSchema, data: st.DataObject
) -> None:
    one = data.draw(instances(getattr(functions, name)))
    assert isinstance(one, Function)

    refused = refusal_of(one)

    assert refused or faults(schema, one)


@pytest.mark.parametrize("kind", GENERATED)
@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_anything_is_well_formed_or_refused_by_the_name_of_a_field(
    kind: type[Function | Fragment], data: st.DataObject
) -> None:
    one = data.draw(instances(kind))

    refused = refusal_of(one)

    if refused:
        assert refused.path
    else:
        etree.fromstring(b"<top>" + encode(one) + b"</top>")
