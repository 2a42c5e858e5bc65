"""A client by others, `sageintacctsdk`, as it comes from PyPI."""

from typing import Any

import pytest

from .desk import Desk

sdk = pytest.importorskip(
    "sageintacctsdk", reason="sageintacctsdk is in the extra `dev`, which is not installed"
)

requests = pytest.importorskip("requests", reason="which that needs")

# The client has its first address built in; the session names the one it goes on with.
_GATEWAY = "https://api.intacct.com"


@pytest.fixture
def client(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The client, signed in; its name of the gateway leads to the simulator."""
    send = requests.Session.request

    def led(self: Any, method: str, url: str, **more: Any) -> Any:
        self.trust_env = False
        return send(self, method, url.replace(_GATEWAY, desk.simulator.url), **more)

    monkeypatch.setattr(requests.Session, "request", led)
    options = desk.simulator.options
    return sdk.SageIntacctSDK(
        sender_id=options.sender_id,
        sender_password=options.sender_password,
        user_id=options.user_id,
        company_id=options.company_id,
        user_password=options.user_password,
    )


def test_it_reads_what_there_is(client: Any) -> None:
    assert client.customers.count() == 5
    assert {row["CUSTOMERID"] for row in client.customers.get_all()} == {
        "ARDENT",
        "BIRCH",
        "CORNER",
        "DOVER",
        "EIFFEL",
    }
    found = client.customers.get("CUSTOMERID", "BIRCH")
    assert found["customer"]["NAME"] == "Birch & Sons"
    assert client.dimensions.get_all()[0]["objectName"] == "DEPARTMENT"
    lookup = client.accounts.get_lookup()
    assert lookup["Type"]["Fields"]["Field"][1]["ID"] == "ACCOUNTNO"


@pytest.mark.parametrize(
    "name",
    [
        "accounts",
        "checking_accounts",
        "classes",
        "contacts",
        "customers",
        "departments",
        "employees",
        "items",
        "location_entities",
        "locations",
        "projects",
        "tax_details",
        "tax_solutions",
        "vendors",
    ],
)
def test_all_fields_that_it_asks_for_are_there(client: Any, name: str) -> None:
    seat = getattr(client, name)

    assert len(seat.get_all()) == seat.count(field=None)


def test_it_creates_and_changes(client: Any, desk: Desk) -> None:
    made = client.vendors.post({"VENDORID": "V1", "NAME": "New <vendor>"})
    key = made["data"]["vendor"]["RECORDNO"]
    client.vendors.update({"RECORDNO": key, "NAME": "Newer"})
    posted = client.ar_invoices.post(
        {
            "customerid": "ARDENT",
            "datecreated": {"year": "2026", "month": "09", "day": "01"},
            "termname": "N30",
            "invoiceno": "I1",
            "invoiceitems": {"lineitem": [{"glaccountno": "4010", "amount": "10.5"}]},
        }
    )
    entry = client.journal_entries.post(
        {
            "JOURNAL": "GJ",
            "BATCH_DATE": "09/01/2026",
            "BATCH_TITLE": "Title",
            "ENTRIES": [
                {
                    "GLENTRY": [
                        {"ACCOUNTNO": "7100", "TR_TYPE": "1", "TRX_AMOUNT": "5"},
                        {"ACCOUNTNO": "1200", "TR_TYPE": "-1", "TRX_AMOUNT": "5"},
                    ]
                }
            ],
        }
    )

    assert desk.read("VENDOR", key, "NAME") == {"NAME": "Newer"}
    assert desk.read("ARINVOICE", posted["key"], "TOTALDUE") == {"TOTALDUE": "10.5"}
    assert entry["data"]["glbatch"]["RECORDNO"] == "1"
    assert desk.simulator.books().is_balanced()


def test_it_pages(client: Any) -> None:
    for at in range(21):
        client.classes.format_and_send_request({"create": {"CLASS": _classes(at)}})

    pages = list(
        client.classes.get_all_generator(
            fields=["RECORDNO", "CLASSID"], order_by_field="RECORDNO", order="ascending"
        )
    )

    assert [len(page) for page in pages] == [2000, 102]


def test_it_knows_refusals_for_what_they_are(client: Any, desk: Desk) -> None:
    with pytest.raises(sdk.exceptions.WrongParamsError):
        client.vendors.post({"VENDORID": "INK", "NAME": "x"})
    desk.simulator.user(rights={"Vendors": ""})
    with pytest.raises(sdk.exceptions.NoPrivilegeError):
        client.vendors.get_all()
    desk.simulator.end_sessions()
    with pytest.raises(sdk.exceptions.InvalidTokenError):
        client.vendors.get_all()


def test_it_attaches(client: Any, desk: Desk) -> None:
    client.attachments.create_attachments_folder({"supdocfoldername": "Ours"})
    client.attachments.post(
        {
            "supdocid": "A1",
            "supdocname": "Scan",
            "supdocfoldername": "Ours",
            "attachments": {
                "attachment": {
                    "attachmentname": "scan",
                    "attachmenttype": "pdf",
                    "attachmentdata": "QUJD",
                }
            },
        }
    )
    found = client.attachments.get_attachment("supdocid", "A1")["data"]["supdoc"]
    report = client.expense_reports.post(
        {
            "employeeid": "E-001",
            "datecreated": {"year": "2026", "month": "09", "day": "01"},
            "expenses": {"expense": [{"glaccountno": "7400", "amount": "5"}]},
        }
    )
    client.expense_reports.update_attachment(report["key"], "A1")

    assert found["attachments"]["attachment"]["attachmentdata"] == "QUJD"
    assert desk.read("EEXPENSES", report["key"], "SUPDOCID") == {"SUPDOCID": "A1"}


def _classes(at: int) -> list[dict[str, str]]:
    return [{"CLASSID": f"C{at * 100 + number:04}", "NAME": "x"} for number in range(100)]
