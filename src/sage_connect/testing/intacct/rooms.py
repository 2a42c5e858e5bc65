"""What each object does when its records are created, changed or deleted."""

import functools
from collections.abc import Mapping, Sequence
from typing import Final

from . import documents, facts, journals, payments, refusals, trades
from .company import KEYS, Company
from .facts import Facts
from .sent import Sent, checked, embedded
from .store import Row
from .trades import Trade

_LABELS: Final = {
    "GLACCOUNT": "GL Account",
    "GLJOURNAL": "Journal",
    "STATJOURNAL": "Statistical journal",
    "STATACCOUNT": "Statistical account",
    "TAXDETAIL": "Tax detail",
    "LOCATIONENTITY": "Entity",
    "USERINFO": "User",
    "ARTERM": "AR Term",
    "APTERM": "AP Term",
    "CHECKINGACCOUNT": "Checking account",
}
_PARTIES: Final = frozenset({"CUSTOMER", "VENDOR", "EMPLOYEE"})
# Filled by the company when they are left out, whatever lookup says of them.
_DEFAULTS: Final[Mapping[str, Mapping[str, str]]] = {
    "CUSTOMER": {"STATUS": "active", "ONHOLD": "false", "ONETIME": "false"},
    "VENDOR": {"STATUS": "active", "ONHOLD": "false", "ONETIME": "false"},
    "ITEM": {
        "STATUS": "active",
        "ITEMTYPE": "Non-Inventory",
        "COST_METHOD": "Standard",
        "DEFAULT_CONVERSIONTYPE": "Quantity",
    },
    "GLACCOUNT": {
        "STATUS": "active",
        "ACCOUNTTYPE": "balancesheet",
        "NORMALBALANCE": "debit",
        "CLOSINGTYPE": "non-closing account",
        "REQUIREDEPT": "false",
        "REQUIRELOC": "false",
    },
    "PROJECT": {"STATUS": "active", "PROJECTCATEGORY": "Contract"},
    "USERINFO": {"STATUS": "active", "ADMIN": "false", "USERTYPE": "business user"},
    "CONTACT": {"STATUS": "active"},
}
# Needed on create, for objects where lookup marks more or less than that.
_NEEDED: Final[Mapping[str, Sequence[str]]] = {
    "CUSTOMER": ("NAME",),
    "VENDOR": ("NAME",),
    "ITEM": ("NAME",),
    "PROJECT": ("NAME",),
    "GLACCOUNT": ("TITLE",),
    "DEPARTMENT": ("TITLE",),
    "LOCATION": ("NAME",),
    "LOCATIONENTITY": ("NAME",),
    "CLASS": ("NAME",),
    "EMPLOYEE": (),
    "CONTACT": ("PRINTAS",),
    "TASK": ("NAME", "PROJECTID"),
    "WAREHOUSE": ("NAME",),
    "GLJOURNAL": ("TITLE",),
    "STATJOURNAL": ("TITLE",),
    "TAXDETAIL": ("TAXTYPE",),
    "USERINFO": ("USERTYPE",),
}
# Field, object it names, what that is called.
_REFERENCES: Final[Mapping[str, Sequence[tuple[str, str, str]]]] = {
    "CUSTOMER": (
        ("PARENTID", "CUSTOMER", "Parent"),
        ("TERMNAME", "ARTERM", "Term"),
        ("ARACCOUNT", "GLACCOUNT", "GL Account"),
        ("OFFSETGLACCOUNTNO", "GLACCOUNT", "GL Account"),
        ("BILLTO.CONTACTNAME", "CONTACT", "Contact"),
        ("SHIPTO.CONTACTNAME", "CONTACT", "Contact"),
        ("CONTACTINFO.CONTACTNAME", "CONTACT", "Contact"),
        ("CUSTREPID", "EMPLOYEE", "Employee"),
    ),
    "VENDOR": (
        ("PARENTID", "VENDOR", "Parent"),
        ("TERMNAME", "APTERM", "Term"),
        ("APACCOUNT", "GLACCOUNT", "GL Account"),
        ("PAYTO.CONTACTNAME", "CONTACT", "Contact"),
        ("RETURNTO.CONTACTNAME", "CONTACT", "Contact"),
    ),
    "DEPARTMENT": (("PARENTID", "DEPARTMENT", "Parent"),),
    "CLASS": (("PARENTID", "CLASS", "Parent"),),
    "LOCATION": (("PARENTID", "LOCATION", "Parent"),),
    "PROJECT": (
        ("PARENTID", "PROJECT", "Parent"),
        ("CUSTOMERID", "CUSTOMER", "Customer"),
        ("DEPARTMENTID", "DEPARTMENT", "Department"),
        ("LOCATIONID", "LOCATION", "Location"),
        ("CLASSID", "CLASS", "Class"),
    ),
    "TASK": (("PROJECTID", "PROJECT", "Project"),),
    "EMPLOYEE": (
        ("DEPARTMENTID", "DEPARTMENT", "Department"),
        ("LOCATIONID", "LOCATION", "Location"),
    ),
    "TAXDETAIL": (("GLACCOUNT", "GLACCOUNT", "GL Account"),),
    "ARACCOUNTLABEL": (("GLACCOUNTNO", "GLACCOUNT", "GL Account"),),
    "APACCOUNTLABEL": (("GLACCOUNTNO", "GLACCOUNT", "GL Account"),),
    "CHECKINGACCOUNT": (("GLACCOUNTNO", "GLACCOUNT", "GL Account"),),
}


class Room:
    """An object whose records are kept as they are sent.

    Args:
        known: Facts of the object.

    Attributes:
        known: The same.
        name: The object that keeps the records.
        label: What it is called in refusals.
    """

    def __init__(self, known: Facts) -> None:
        self.known: Facts = known
        self.name: str = facts.home_of(known.name)
        self.label: str = _LABELS.get(self.name, self.name.capitalize())

    @property
    def key(self) -> str:
        """The field with the id; "" for an object that has RECORDNO only."""
        return KEYS.get(self.name, "")

    def create(self, company: Company, given: Sent) -> Row:
        """Keep a new record.

        Raises:
            Refused: It is not as it must be, or is there already.
        """
        fields = checked(company, self.known, given.fields)
        fields.pop("RECORDNO", None)
        self._identify(company, fields)
        filled = {**_DEFAULTS.get(self.name, {}), **_filled(fields)}
        for name in _NEEDED.get(self.name, ()):
            if not filled.get(name):
                raise refusals.missing(name, self.name, name)
        self._refer(company, filled)
        self._embed(company, filled)
        return company.add(self.name, filled)

    def update(self, company: Company, given: Sent) -> Row:
        """Change a record that is named by RECORDNO, or by its id.

        Raises:
            Refused: It is not there, or would not be as it must be.
        """
        row = self.find(company, given)
        fields = checked(company, self.known, given.fields)
        fields.pop("RECORDNO", None)
        if self.key:
            # An id is how a record is found, and stays.
            fields.pop(self.key, None)
        self._refer(company, _filled(fields))
        return company.change(self.name, row, fields)

    def delete(self, company: Company, key: str) -> None:
        """Delete a record by RECORDNO.

        Raises:
            Refused: It is not there, or is in use.
        """
        row = self.numbered(company, key)
        self._check_unused(company, row)
        company.remove(self.name, row)

    def find(self, company: Company, given: Sent) -> Row:
        """Return the record that an update means.

        Raises:
            Refused: It is not there.
        """
        number = given.fields.get("RECORDNO", "")
        if number:
            return self.numbered(company, number)
        id = given.fields.get(self.key, "") if self.key else ""
        row = company.named(self.name, id) if id else None
        if row is None:
            raise self._absent(id or "without RECORDNO")
        return row

    def numbered(self, company: Company, key: str) -> Row:
        """Return a record by RECORDNO.

        Raises:
            Refused: It is not there.
        """
        row = company.numbered(self.name, key)
        if row is None:
            raise self._absent(key)
        return row

    def shown(self, row: Row) -> Sequence[tuple[str, str]]:
        """Return what an answer to a write says of a record."""
        pairs = [("RECORDNO", row["RECORDNO"])]
        if self.key:
            pairs.append((self.key, str(row.get(self.key, ""))))
        return pairs

    def _absent(self, key: str) -> refusals.Refused:
        return refusals.business(
            f"{self.label} record {key} does not exist.", object=self.name
        )

    def _identify(self, company: Company, fields: dict[str, str]) -> None:
        if not self.key:
            return
        id = fields.get(self.key, "")
        if not id and self.name == "CONTACT":
            id = fields.get("PRINTAS", "")
        if not id:
            if self.name not in company.options.numbered:
                raise refusals.missing(self.key, self.name, self.key)
            count = len(company.store.table(self.name).rows) + 1
            id = f"{self.name[0]}-{count:05d}"
        fields[self.key] = id
        taken = company.store.by(self.name, self.key, id)
        if self.name == "TASK":
            taken = [
                one for one in taken if one.get("PROJECTID") == fields.get("PROJECTID")
            ]
        if taken:
            number = (
                refusals.DUPLICATE_PARTY
                if self.name in {"EMPLOYEE", "VENDOR"}
                else refusals.DUPLICATE
            )
            raise refusals.duplicate(self.label, self.name, self.key, id, number)

    def _refer(self, company: Company, fields: Mapping[str, str]) -> None:
        for field, name, label in _REFERENCES.get(self.name, ()):
            id = fields.get(field)
            if id:
                company.refer(name, id, label, self.name, field)

    def _embed(self, company: Company, fields: dict[str, str]) -> None:
        """Make the contact that a party is shown by (documented)."""
        if self.name not in {"CUSTOMER", "VENDOR"}:
            return
        name, id = fields["NAME"], fields[self.key]
        contact = embedded(fields, "DISPLAYCONTACT")
        contact.setdefault("PRINTAS", name)
        contact["CONTACTNAME"] = f"{name}({self.name[0]}{id})"
        if not company.store.by("CONTACT", "CONTACTNAME", contact["CONTACTNAME"]):
            made = company.add("CONTACT", {**contact, "STATUS": "active"})
            fields["DISPLAYCONTACTKEY"] = made["RECORDNO"]
        for part in ("CONTACTNAME", "PRINTAS"):
            fields[f"DISPLAYCONTACT.{part}"] = contact[part]

    def _check_unused(self, company: Company, row: Row) -> None:
        if self.name not in _PARTIES:
            return
        for trade in trades.TRADES:
            if trade.party != self.name:
                continue
            if company.store.by(trade.header, trade.party_id, row[trade.party_id]):
                raise refusals.business(
                    f"{self.label} {row[trade.party_id]} cannot be deleted: it is used in "
                    "transactions.",
                    object=self.name,
                )


class Entities(Room):
    """Entities, which are locations too."""

    def create(self, company: Company, given: Sent) -> Row:
        """Keep a new entity.

        Raises:
            Refused: It is not as it must be, or is there already.
        """
        row = super().create(company, given)
        company.store.put("LOCATION", int(row["RECORDNO"]), row)
        return row

    def update(self, company: Company, given: Sent) -> Row:
        """Change an entity.

        Raises:
            Refused: It is not there, or would not be as it must be.
        """
        row = super().update(company, given)
        company.store.put("LOCATION", int(row["RECORDNO"]), row)
        return row


class Documents(Room):
    """Documents of a subledger.

    Args:
        known: Facts of the object.
        trade: Its kind.
    """

    def __init__(self, known: Facts, trade: Trade) -> None:
        super().__init__(known)
        self._trade = trade
        self.label: str = trade.label

    def create(self, company: Company, given: Sent) -> Row:
        """Keep a new document.

        Raises:
            Refused: It is not as it must be, or the object has a legacy create only.
        """
        trade = self._trade
        if trade not in {trades.BILL, trades.ADVANCE}:
            # Documented for invoices, adjustments and expense reports.
            raise refusals.not_offered("CREATE", trade.header)
        fields = checked(company, self.known, given.fields)
        lines = given.lines(trade.holder) or []
        if trade is trades.ADVANCE:
            return payments.advance(company, fields, lines)
        return documents.post(company, trade, fields, lines)

    def update(self, company: Company, given: Sent) -> Row:
        """Change a document; its lines are replaced if any are sent (documented).

        Raises:
            Refused: It would not be as it must be.
        """
        trade = self._trade
        if trade not in {trades.BILL, trades.ADVANCE}:
            raise refusals.not_offered("UPDATE", trade.header)
        row = self.find(company, given)
        fields = checked(company, self.known, given.fields)
        fields.pop("RECORDNO", None)
        return documents.change(company, trade, row, fields, given.lines(trade.holder))

    def delete(self, company: Company, key: str) -> None:
        """Delete a document.

        Raises:
            Refused: It is not there, or is paid.
        """
        documents.delete(company, self._trade, self.numbered(company, key))


class Entries(Room):
    """Journal entries."""

    def create(self, company: Company, given: Sent) -> Row:
        """Keep a new entry.

        Raises:
            Refused: It is not as it must be.
        """
        return journals.post(company, given.fields, given.lines("ENTRIES") or [])

    def update(self, company: Company, given: Sent) -> Row:
        """Change an entry; its lines are replaced if any are sent (documented).

        Raises:
            Refused: It would not be as it must be.
        """
        row = self.find(company, given)
        fields = {name: text for name, text in given.fields.items() if name != "RECORDNO"}
        return journals.change(company, row, fields, given.lines("ENTRIES"))

    def delete(self, company: Company, key: str) -> None:
        """Delete an entry.

        Raises:
            Refused: It is not there, or books are closed.
        """
        journals.delete(company, self.numbered(company, key))


class Payments(Room):
    """Payments received or made.

    Args:
        known: Facts of the object.
        kind: Which.
    """

    def __init__(self, known: Facts, kind: payments.Kind) -> None:
        super().__init__(known)
        self._kind = kind
        self._holder = f"{kind.header}DETAILS"

    def create(self, company: Company, given: Sent) -> Row:
        """Keep a new payment.

        Raises:
            Refused: It is not as it must be.
        """
        details = given.lines(self._holder) or []
        return payments.pay(company, self._kind, given.fields, details)

    def update(self, company: Company, given: Sent) -> Row:
        """Change a draft.

        Raises:
            Refused: It is complete, or would not be as it must be.
        """
        row = self.find(company, given)
        fields = {name: text for name, text in given.fields.items() if name != "RECORDNO"}
        return payments.change(company, self._kind, row, fields, given.lines(self._holder))

    def delete(self, company: Company, key: str) -> None:
        """Delete a draft.

        Raises:
            Refused: It is not there, or complete.
        """
        payments.delete(company, self._kind, self.numbered(company, key))


class Worked(Room):
    """Records that come from others: nobody writes them."""

    def create(self, company: Company, given: Sent) -> Row:
        """Refuse.

        Raises:
            Refused: Always.
        """
        del company, given
        raise refusals.not_offered("CREATE", self.name)

    def update(self, company: Company, given: Sent) -> Row:
        """Refuse.

        Raises:
            Refused: Always.
        """
        del company, given
        raise refusals.not_offered("UPDATE", self.name)

    def delete(self, company: Company, key: str) -> None:
        """Refuse.

        Raises:
            Refused: Always.
        """
        del company, key
        raise refusals.not_offered("DELETE", self.name)


_WORKED: Final = frozenset(
    {
        "GLENTRY", "GLDETAIL", "ARINVOICEITEM", "ARADJUSTMENTITEM", "ARADVANCEITEM",
        "ARPYMTDETAIL", "APBILLITEM", "APADJUSTMENTITEM", "APPYMTDETAIL", "EEXPENSESITEM",
        "AUDITHISTORY", "USERRIGHTS", "GLACCOUNTBALANCE",
    }
)  # fmt: skip


@functools.cache
def room_of(name: str) -> Room:
    """Return who keeps an object.

    Raises:
        Refused: There is no such object.
    """
    known = facts.facts_of(name)
    if known is None:
        raise refusals.no_object(name)
    home = facts.home_of(known.name)
    if home in trades.BY_HEADER:
        return Documents(known, trades.BY_HEADER[home])
    if home in _WORKED:
        return Worked(known)
    kinds = {"ARPYMT": payments.RECEIVED, "APPYMT": payments.MADE}
    if home in kinds:
        return Payments(known, kinds[home])
    special = {"GLBATCH": Entries, "LOCATIONENTITY": Entities}
    return special.get(home, Room)(known)


def _filled(fields: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in fields.items() if text}
