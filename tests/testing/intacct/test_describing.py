"""lookup, inspect, dimensions, modules, settings, rights."""

import pytest

from sage_connect.intacct.wire.object_facts import object_facts

from .desk import Desk, Start


def test_lookup_describes_fields_and_relations(desk: Desk) -> None:
    reply = desk.ask("<lookup><object>GLBATCH</object></lookup>")
    type_ = reply.tree.find("operation/result/data/Type")
    fields = {field.findtext("ID"): field for field in type_.iter("Field")}

    assert dict(type_.attrib) == {"Name": "GLBATCH", "DocumentType": ""}
    assert fields["BATCH_DATE"].findtext("DATATYPE") == "DATE"
    assert fields["BATCH_TITLE"].findtext("REQUIRED") == "true"
    assert [one.text for one in fields["STATISTICAL"].iter("VALIDVALUE")] == [
        "true",
        "false",
    ]
    assert "Posted" in [one.text for one in fields["STATE"].iter("VALIDVALUE")]
    # Owned lines are not listed (documented).
    assert "ENTRIES" not in fields
    assert "JOURNAL" in [one.text for one in type_.iter("OBJECTNAME")]


@pytest.mark.requirement("S222", "S223")
def test_fields_come_with_the_dimensions_that_are_active(start: Start) -> None:
    asked = "<lookup><object>GLACCOUNT</object></lookup>"
    desk = start(
        dimensions=("CUSTOMER",), user_dimensions={"RISK": "Risk"},
        custom_fields={"GLACCOUNT": ("OURS",)},
    )  # fmt: skip

    names = [one.text for one in desk.ask(asked).tree.iter("ID")]

    assert {"REQUIREDEPT", "REQUIRECUSTOMER", "REQUIREGLDIMRISK", "OURS"} <= set(names)
    assert "REQUIREPROJECT" not in names


def test_inspect_lists_every_object_whatever_is_active(start: Start) -> None:
    desk = start(modules=("CO",))

    listed = desk.ask("<inspect><object>*</object></inspect>")
    plain = desk.ask("<inspect><object>CLASS</object></inspect>")
    detailed = desk.ask('<inspect detail="1"><object>CLASS</object></inspect>')

    assert listed.data == {"listtype": "All", "count": "1"}
    assert len(list(listed.tree.iter("type"))) == len(object_facts())
    assert "CLASSID" in [one.text for one in plain.tree.iter("Field")]
    assert detailed.say("operation/result/data/Type/Attributes/SingularName") == "Class"
    assert {"Name", "dataName", "maxLength", "isRequired"} <= {
        one.tag for one in detailed.tree.find("operation/result/data/Type/Fields/Field")
    }


@pytest.mark.requirement("S235")
def test_dimensions_are_named_as_the_company_names_them(start: Start) -> None:
    desk = start(
        dimensions=("PROJECT",), terms={"PROJECT": "Vehicle"},
        user_dimensions={"RISK": "Risk"},
    )  # fmt: skip
    path = "operation/result/data/dimensions/dimension"

    found = [
        [field.text for field in one]
        for one in desk.ask("<getDimensions/>").tree.findall(path)
    ]

    assert found == [
        ["DEPARTMENT", "Department", "Department", "false", "true"],
        ["LOCATION", "Location", "Location", "false", "true"],
        ["PROJECT", "Project", "Vehicle", "false", "true"],
        ["RISK", "Risk", "Risk", "true", "true"],
    ]


@pytest.mark.requirement("S173")
def test_modules_and_settings_are_told(start: Start) -> None:
    desk = start(modules=("CO", "GL"), multi_entity=False)

    applications = desk.ask("<get_applications/>").tree.iter("application")
    setup = desk.ask("<getFinancialSetup/>").tree.find("operation/result/data")[0]
    preferences = desk.ask('<get_companyprefs application="GL"/>').tree
    told = {
        one.findtext("preference"): one.findtext("prefvalue")
        for one in preferences.iter("companypref")
    }

    assert [one.text for one in applications] == ["CO", "GL"]
    assert {one.tag: one.text for one in setup} == {
        "baseCurrency": "GBP",
        "defaultBook": "ACCRUAL",
        "firstFiscalMonth": "1",
        "multiBaseCurrency": "false",
        "multiBook": "false",
        "multiCurrency": "true",
        "multiEntityShared": "false",
    }
    assert (told["EMPLOYEEDIMENSION"], told["TASKDIMENSION"]) == ("T", "F")
    assert desk.ask('<get_companyprefs application="XX"/>').results == ["failure"]
    assert desk.simulator.entities == []


@pytest.mark.requirement("S174")
def test_rights_of_a_user_are_told_by_policy(desk: Desk) -> None:
    desk.simulator.user(rights={"Customers": "List|View", "AP bills": ""})
    asked = "<getUserPermissions><userId>{}</userId></getUserPermissions>"

    reply = desk.ask(asked.format("API alias"))
    rights = {
        one.findtext("policyName"): one.findtext("rights")
        for one in reply.tree.iter("policy")
    }

    assert rights["Customers"] == "List|View"
    assert "AP bills" not in rights
    assert "Add" in str(rights["Vendors"]).split("|")
    assert desk.ask(asked.format("nobody")).errors == ["BL03000025"]
