"""Every case of the official SDKs that is kept beside the repository."""

from typing import Any

import pytest
from lxml import etree

from sage_connect.errors import CodecError
from sage_connect.intacct import encode

from .shared_cases import EXCLUDED, cases, made, shape, types_of

CASES = list(cases())
GIVEN = [case for case in CASES if case["input_complete"]]

# The schema wants `batchkey` first; their SDK writes it second.
IN_THE_ORDER_OF_THE_SCHEMA = {"accountsreceivable-invoice-create-param-overrides"}


def told(*operations: str, but: tuple[str, ...] = ()) -> list[Any]:
    return [
        pytest.param(case, id=case["id"])
        for case in GIVEN
        if (not operations or case["operation"] in operations)
        and case["operation"] not in but
    ]


@pytest.mark.parametrize("case", told(but=("must-refuse", "query-string")))
def test_a_case_is_written_as_expected(case: dict[str, Any]) -> None:
    expected = etree.fromstring(case["expected_xml"])
    if case["id"] in IN_THE_ORDER_OF_THE_SCHEMA:
        action = expected.find("create_invoice/action")
        batch = expected.find("create_invoice/batchkey")
        assert action is not None
        assert batch is not None
        action.addprevious(batch)

    assert shape(expected) == shape(etree.fromstring(encode(made(case["input"]))))


@pytest.mark.parametrize("case", told("query-string"))
def test_a_where_string_is_written_as_expected(case: dict[str, Any]) -> None:
    assert case["expected_string"] == str(made(case["input"]))


@pytest.mark.parametrize("case", told("must-refuse"))
def test_what_must_be_refused_is_refused_by_the_name_of_a_field(
    case: dict[str, Any],
) -> None:
    with pytest.raises(CodecError) as refused:
        encode(made(case["input"]))

    assert refused.value.path


def test_no_helper_of_the_cases_goes_unsupported_but_those_of_the_envelope() -> None:
    missing = {name for case in CASES for name in types_of(case["input"])}

    assert set() == missing - set(EXCLUDED)
