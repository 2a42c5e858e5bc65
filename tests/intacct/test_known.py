"""What is read of a company for its rules, and what stays not known."""

from collections.abc import Mapping

import attrs

from sage_connect.intacct import SageIntacct, functions
from sage_connect.testing.intacct import Refuse

from .company import SETTINGS
from .trading import Trade, a_bill, a_line, trading

FORBIDDEN = Refuse(number="PL04000005", text="You do not have permission")


def own_of(sage: SageIntacct) -> Mapping[str, str]:
    company = sage.company.load().company
    assert company is not None
    return company.own


def forbid(trade: Trade, function: str, object: str = "") -> None:
    trade.simulator.fail(FORBIDDEN, function=function, object=object, times=None)


def test_the_entity_of_a_location_is_found_however_deep_it_lies() -> None:
    with trading() as made:
        for id, parent in (("FLOOR", "100"), ("DESK", "FLOOR"), ("FIELD", None)):
            made.sage.api.execute(
                functions.LocationCreate(
                    location_id=id, location_name=id, parent_location_id=parent
                )
            )
        own = own_of(made.sage)

    found = {key: value for key, value in own.items() if key.startswith("entity_of:")}
    assert found == {"entity_of:FLOOR": "100", "entity_of:DESK": "100"}


def test_a_tax_detail_tells_whether_it_is_one_for_the_reverse_charge() -> None:
    with trading() as made:
        for id, said in (("RC", "true"), ("STD", "false"), ("OLD", "")):
            made.sage.api.execute(
                functions.Create(
                    object="TAXDETAIL",
                    fields={
                        "DETAILID": id,
                        "TAXTYPE": "Purchase",
                        "VALUE": 20,
                        "REVERSECHARGE": said,
                    },
                )
            )
        own = own_of(made.sage)

    found = {key: value for key, value in own.items() if key.startswith("reverse_charge:")}
    assert found == {"reverse_charge:RC": "true", "reverse_charge:STD": "false"}


def test_the_folders_for_attachments_are_read_where_one_is_to_be_used() -> None:
    with trading() as made:
        made.sage.api.execute(functions.AttachmentsFolderCreate(folder_name="Invoices"))
        own = own_of(made.sage)
    with trading(attrs.evolve(SETTINGS, attachments_folder="")) as made:
        unasked = own_of(made.sage)

    assert own["attachment_folders"].splitlines() == ["Attachments", "Invoices"]
    assert "attachment_folders" not in unasked


def test_a_number_is_its_own_documents_before_it_is_what_another_refers_to() -> None:
    with trading() as made:
        made.posted(
            a_bill("A", a_line(1, account="5000"), reference="B9 of last month"),
            a_bill("B9", a_line(2, account="5000")),
        )
        opened = made.sage.company.load().open_documents

    assert opened is not None
    assert opened["HARBOUR", "B9"].total == 2


def test_what_may_not_be_read_is_not_known() -> None:
    with trading() as made:
        forbid(made, "get_list")
        forbid(made, "query", "LOCATION")
        forbid(made, "query", "TAXDETAIL")
        own = own_of(made.sage)

    assert "attachment_folders" not in own
    assert not any(key.startswith(("entity_of:", "reverse_charge:")) for key in own)
    assert own["user.top_level"] == "true"


def test_whoever_is_told_nothing_is_not_said_to_reach_the_top_level() -> None:
    told = ("query", "getFinancialSetup", "get_applications", "getDimensions", "get_list")
    with trading() as made:
        for function in told:
            forbid(made, function)
        own = own_of(made.sage)

    assert "user.top_level" not in own
