"""A client made of nothing but HTTP and XML written by hand."""

from collections.abc import Mapping
from typing import Any, Protocol
from xml.sax.saxutils import escape

import httpx
from lxml import etree

from sage_connect.testing.intacct import IntacctSimulator

CONTROL = (
    "<control><senderid>{sender}</senderid><password>{password}</password>"
    "<controlid>{id}</controlid>{unique}<dtdversion>3.0</dtdversion>{more}</control>"
)
LOGIN = (
    "<login><userid>{user}</userid><companyid>{company}</companyid>"
    "<password>{password}</password>{location}</login>"
)
TAX = "UK Sale Goods Standard Rate"


class Reply:
    """An answer, and what is in it."""

    def __init__(self, response: httpx.Response) -> None:
        self.status = response.status_code
        self.text = response.text
        self.response = response

    @property
    def tree(self) -> Any:
        return etree.fromstring(self.text.encode())

    def say(self, path: str) -> str | None:
        """Return the text at a path; None if it is not there."""
        found: str | None = self.tree.findtext(path)
        return found

    @property
    def level(self) -> tuple[str | None, str | None, str | None]:
        """Status of control, of authentication, and of the first result."""
        return (
            self.say("control/status"),
            self.say("operation/authentication/status"),
            self.say("operation/result/status"),
        )

    @property
    def errors(self) -> list[str]:
        return [one.text for one in self.tree.iter("errorno")]

    @property
    def results(self) -> list[str]:
        return [one.findtext("status") for one in self.tree.iter("result")]

    @property
    def key(self) -> str:
        """What a write answers: the key, or RECORDNO of the first object."""
        assert self.results[0] == "success", self.text
        found = self.say("operation/result/key")
        return found or str(self.say("operation/result/data/*/RECORDNO"))

    @property
    def data(self) -> Mapping[str, str]:
        return dict(self.tree.find("operation/result/data").attrib)

    @property
    def records(self) -> list[dict[str, str]]:
        assert self.results[0] == "success", self.text
        data = self.tree.find("operation/result/data")
        return [{one.tag: one.text or "" for one in record} for record in data]


class Start(Protocol):
    def __call__(self, **options: Any) -> "Desk": ...


class Desk:
    """Somebody who signs in and sends functions."""

    def __init__(self, simulator: IntacctSimulator) -> None:
        self.simulator = simulator
        self.http = httpx.Client(trust_env=False, timeout=10)
        self.session = ""
        self.location: str | None = None
        self._ids = 0

    def post(self, body: str | bytes, **headers: str) -> Reply:
        content = body.encode() if isinstance(body, str) else body
        kind = {"content-type": "application/xml", **headers}
        return Reply(self.http.post(self.simulator.endpoint, content=content, headers=kind))

    def ask(self, *functions: str, **said: Any) -> Reply:
        """Send functions, each in an element of its own."""
        return self.post(self.body(*functions, **said))

    def body(
        self,
        *functions: str,
        ids: tuple[str, ...] = (),
        unique: bool | None = False,
        transaction: bool = False,
        control: str = "",
        **changed: str,
    ) -> str:
        options = self.simulator.options
        said = {
            "sender": options.sender_id,
            "sender_password": options.sender_password,
            "user": options.user_id,
            "company": options.company_id,
            "password": options.user_password,
            "id": "request-1",
            **changed,
        }
        said = {name: escape(text) for name, text in said.items()}
        head = CONTROL.format(
            sender=said["sender"],
            password=said["sender_password"],
            id=said["id"],
            unique="" if unique is None else f"<uniqueid>{str(unique).lower()}</uniqueid>",
            more=control,
        )
        place = "" if self.location is None else f"<locationid>{self.location}</locationid>"
        login = LOGIN.format(**said, location=place)
        if self.session:
            login = f"<sessionid>{self.session}</sessionid>"
        named = ids or tuple(self._id() for _ in functions)
        inside = "".join(
            f'<function controlid="{id}">{function}</function>'
            for id, function in zip(named, functions, strict=True)
        )
        kind = ' transaction="true"' if transaction else ""
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<request>{head}<operation{kind}>'
            f"<authentication>{login}</authentication><content>{inside}</content>"
            "</operation></request>"
        )

    def sign_in(self, location: str | None = None) -> str:
        """Take a session at a location; "" for the top level."""
        place = "" if location is None else f"<locationid>{location}</locationid>"
        self.session = ""
        reply = self.ask(f"<getAPISession>{place}</getAPISession>")
        self.session = str(reply.say("operation/result/data/api/sessionid"))
        return self.session

    def read(self, name: str, key: str, fields: str = "*") -> dict[str, str]:
        (record,) = self.ask(
            f"<read><object>{name}</object><keys>{key}</keys>"
            f"<fields>{fields}</fields></read>"
        ).records
        return record

    def query(self, name: str, fields: str, filter: str = "", more: str = "") -> Reply:
        select = "".join(f"<field>{field}</field>" for field in fields.split())
        condition = f"<filter>{filter}</filter>" if filter else ""
        return self.ask(
            f"<query><object>{name}</object><select>{select}</select>{condition}{more}"
            "</query>"
        )

    def invoice(self, **said: str) -> Reply:
        return self.ask(invoice(**said))

    def bill(self, amount: str = "100", **said: str) -> str:
        values = {"party": "HARBOUR", "date": "09/01/2026", "account": "5000", **said}
        return self.ask(
            f"<create><APBILL><VENDORID>{values['party']}</VENDORID>"
            f"<WHENCREATED>{values['date']}</WHENCREATED><TERMNAME>N30</TERMNAME>"
            f"<APBILLITEMS><APBILLITEM><ACCOUNTNO>{values['account']}</ACCOUNTNO>"
            f"<TRX_AMOUNT>{amount}</TRX_AMOUNT></APBILLITEM></APBILLITEMS>"
            "</APBILL></create>"
        ).key

    def _id(self) -> str:
        self._ids += 1
        return f"function-{self._ids}"


def date(text: str) -> str:
    """Return a date as legacy functions have it, of one such as 09/01/2026."""
    month, day, year = text.split("/")
    return f"<year>{year}</year><month>{month}</month><day>{day}</day>"


def line(amount: str = "100", account: str = "4010", more: str = "", tax: str = "") -> str:
    entries = (
        f"<taxentries><taxentry><detailid>{TAX}</detailid><trx_tax>{tax}</trx_tax>"
        "</taxentry></taxentries>"
        if tax
        else ""
    )
    return (
        f"<lineitem><glaccountno>{account}</glaccountno><amount>{amount}</amount>{more}"
        f"{entries}</lineitem>"
    )


def invoice(
    *,
    party: str = "ARDENT",
    dated: str = "09/01/2026",
    number: str = "",
    head: str = "",
    before: str = "",
    lines: str = "",
    term: str = "<termname>N30</termname>",
) -> str:
    return (
        f"<create_invoice><customerid>{party}</customerid>"
        f"<datecreated>{date(dated)}</datecreated>{term}{before}"
        + (f"<invoiceno>{number}</invoiceno>" if number else "")
        + f"{head}<invoiceitems>{lines or line()}</invoiceitems></create_invoice>"
    )
