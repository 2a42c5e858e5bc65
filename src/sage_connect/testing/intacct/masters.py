"""Legacy functions of master data, and of attachments."""

from collections.abc import Mapping
from typing import Final

from . import access, refusals
from .company import Company
from .legacy import Handler, as_sent, date_of, key_of
from .nodes import Node
from .rooms import room_of
from .store import Row

# Legacy name: object, attribute that names it on update and delete.
_OBJECTS: Final[Mapping[str, tuple[str, str]]] = {
    "apaccountlabel": ("APACCOUNTLABEL", "accountlabel"),
    "apterm": ("APTERM", "name"),
    "araccountlabel": ("ARACCOUNTLABEL", "accountlabel"),
    "arterm": ("ARTERM", "name"),
    "checkingaccount": ("CHECKINGACCOUNT", "bankaccountid"),
    "class": ("CLASS", "key"),
    "contact": ("CONTACT", "contactname"),
    "customer": ("CUSTOMER", "customerid"),
    "department": ("DEPARTMENT", "departmentid"),
    "employee": ("EMPLOYEE", "employeeid"),
    "expensetype": ("EEACCOUNTLABEL", "expensetype"),
    "glaccount": ("GLACCOUNT", "glaccountno"),
    "item": ("ITEM", "itemid"),
    "journal": ("GLJOURNAL", "symbol"),
    "location": ("LOCATION", "locationid"),
    "project": ("PROJECT", "key"),
    "savingsaccount": ("SAVINGSACCOUNT", "bankaccountid"),
    "statglaccount": ("STATACCOUNT", "glaccountno"),
    "statjournal": ("STATJOURNAL", "symbol"),
    "taxdetail": ("TAXDETAIL", "detailid"),
    "vendor": ("VENDOR", "vendorid"),
}
# Names that are not the same in capitals.
_NAMES: Final[Mapping[str, str]] = {
    "begindate": "BEGINDATE",
    "expensetype": "ACCOUNTLABEL",
    "isocountrycode": "COUNTRYCODE",
    "productlineid": "PRODUCTLINEID",
    "standard_cost": "STANDARD_COST",
    "paymethod": "PAYMETHODKEY",
    "vendoraccountno": "VENDORACCOUNTNO",
    "supdocdescription": "DESCRIPTION",
    "supdocfolderdescription": "DESCRIPTION",
}
_ACCOUNTS: Final = frozenset({"GLACCOUNT", "STATACCOUNT"})
_CODES: Final = {"S": "Sale", "P": "Purchase"}
_CONTACTS: Final = {"primary": "CONTACTINFO", "contactinfo": "DISPLAYCONTACT"}


def handlers() -> Mapping[str, Handler]:
    """Return who answers which legacy function of master data."""
    found = dict[str, Handler]()
    for called, (name, attribute) in _OBJECTS.items():
        found[f"create_{called}"] = _create(name)
        found[f"update_{called}"] = _update(name, attribute)
        found[f"delete_{called}"] = _delete(name, attribute)
    return {
        **found,
        "create_supdocfolder": _folder,
        "update_supdocfolder": _change_folder,
        "delete_supdocfolder": _gone("supdocfolder", "NAME"),
        "create_supdoc": _attach,
        "update_supdoc": _change_attachment,
        "delete_supdoc": _gone("supdoc", "SUPDOCID"),
    }


def _create(name: str) -> Handler:
    def handler(company: Company, node: Node) -> str:
        room = room_of(name)
        access.check(company, room.known, "CREATE")
        fields = _fields(node, name)
        if node.attributes.get("ignoreduplicates", "").lower() == "true":
            known = company.named(name, fields.get(room.key, ""))
            if known is not None:
                return key_of(str(known[room.key]))
        row = room.create(company, as_sent(fields))
        return key_of(str(row.get(room.key) or row["RECORDNO"]))

    return handler


def _update(name: str, attribute: str) -> Handler:
    def handler(company: Company, node: Node) -> str:
        room = room_of(name)
        access.check(company, room.known, "UPDATE")
        fields = _fields(node, name)
        key = node.attributes.get(attribute, "")
        fields[room.key] = key
        if company.named(name, key) is None:
            fields["RECORDNO"] = key
        row = room.update(company, as_sent(fields))
        return key_of(str(row.get(room.key) or row["RECORDNO"]))

    return handler


def _delete(name: str, attribute: str) -> Handler:
    def handler(company: Company, node: Node) -> str:
        room = room_of(name)
        access.check(company, room.known, "DELETE")
        key = node.attributes.get(attribute, "")
        row = company.named(name, key)
        room.delete(company, key if row is None else row["RECORDNO"])
        return ""

    return handler


def _fields(node: Node, name: str, prefix: str = "") -> dict[str, str]:
    found = dict[str, str]()
    for child in node:
        own = _NAMES.get(child.tag, child.tag.upper())
        if child.tag == "glaccountno":
            own = "ACCOUNTNO" if name in _ACCOUNTS else "GLACCOUNTNO"
            own = {"CUSTOMER": "ARACCOUNT", "TAXDETAIL": "GLACCOUNT"}.get(name, own)
        if child.tag == "customfields":
            found |= {
                one.value("customfieldname").upper(): one.value("customfieldvalue")
                for one in child
            }
        elif child.tag in {"due", "discount", "penalty"}:
            start = {"due": "DUE", "discount": "DISC", "penalty": "PEN"}[child.tag]
            ends = {"days": "DATE", "from": "FROM", "amount": "AMOUNT", "unit": "PERCAMN"}
            found |= {
                f"{start}{ends.get(one.tag, one.tag.upper())}": one.text for one in child
            }
        elif child.find("year") is not None:
            found[f"{prefix}{own}"] = date_of(child)
        elif child.tag in _CONTACTS or child.tag == "mailaddress" or prefix:
            inside = child.find("contact") or child
            if inside.children:
                start = _CONTACTS.get(child.tag, child.tag.upper())
                found |= _fields(inside, name, f"{prefix}{start}.")
            else:
                found[f"{prefix}{own}"] = child.text
        elif child.children:
            inside = child.find("contact") or child
            found |= _fields(inside, name, f"{own}.")
        elif child.tag == "taxtype":
            found[own] = _CODES.get(child.text, child.text)
        else:
            found[own] = child.text
    return found


def _folder(company: Company, node: Node) -> str:
    name = node.value("supdocfoldername")
    if company.store.by("supdocfolder", "NAME", name):
        raise refusals.duplicate(
            "Attachment folder", "supdocfolder", "NAME", name, refusals.GENERAL
        )
    company.add("supdocfolder", {**_folder_fields(node), "NAME": name, "STATUS": "active"})
    return key_of(name)


def _change_folder(company: Company, node: Node) -> str:
    name = node.value("supdocfoldername")
    rows = company.store.by("supdocfolder", "NAME", name)
    if not rows:
        raise refusals.unknown_value("Attachment folder", name, "supdocfolder", "NAME")
    company.change("supdocfolder", rows[0], _folder_fields(node))
    return key_of(name)


def _folder_fields(node: Node) -> dict[str, str]:
    return {
        "DESCRIPTION": node.value("supdocfolderdescription"),
        "PARENTFOLDER": node.value("supdocparentfoldername"),
    }


def _attach(company: Company, node: Node) -> str:
    folder = node.value("supdocfoldername")
    if not company.store.by("supdocfolder", "NAME", folder):
        # It must be there; the user's default folder is not used (documented).
        raise refusals.unknown_value("Attachment folder", folder, "supdoc", "FOLDER")
    id = node.value("supdocid") or f"Attach-{len(company.store.table('supdoc').rows) + 1}"
    if company.store.by("supdoc", "SUPDOCID", id):
        raise refusals.duplicate("Attachment", "supdoc", "SUPDOCID", id, refusals.GENERAL)
    company.add("supdoc", {"SUPDOCID": id, "FOLDER": folder, **_attachment(node)})
    return key_of(id)


def _change_attachment(company: Company, node: Node) -> str:
    id = node.value("supdocid")
    rows = company.store.by("supdoc", "SUPDOCID", id)
    if not rows:
        raise refusals.unknown_value("Attachment", id, "supdoc", "SUPDOCID")
    fields = _attachment(node)
    sent = fields.pop("_FILES")
    known = {one["attachmentname"]: one for one in rows[0].get("_FILES", [])}
    known |= {one["attachmentname"]: one for one in sent}
    said = {name: text for name, text in fields.items() if text}
    company.change("supdoc", rows[0], {**said, "_FILES": list(known.values())})
    return key_of(id)


def _attachment(node: Node) -> Row:
    files = [
        {name: one.value(name) for name in ("attachmentname", "attachmenttype",
                                            "attachmentdata")}
        for holder in node.all("attachments")
        for one in holder
    ]  # fmt: skip
    names = [one["attachmentname"] for one in files]
    for name in names:
        if "." in name or names.count(name) > 1:
            # No dot, no extension, once in the record (documented).
            raise refusals.business(
                f"Invalid attachment name '{name}'.",
                object="supdoc",
                field="attachmentname",
            )
    return {
        "NAME": node.value("supdocname"),
        "DESCRIPTION": node.value("supdocdescription"),
        "_FILES": files,
    }


def _gone(name: str, key: str) -> Handler:
    def handler(company: Company, node: Node) -> str:
        id = node.attributes.get("key", "")
        rows = company.store.by(name, key, id)
        if not rows:
            raise refusals.unknown_value("Record", id, name, key)
        company.remove(name, rows[0])
        return ""

    return handler
