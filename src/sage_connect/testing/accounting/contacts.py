"""Customers and suppliers, their addresses and people."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from typing_extensions import override

from . import refusals, settling
from .bodies import recorded
from .calls import Call
from .company import Company, entries
from .digits import ZERO, amount
from .records import Records
from .store import Doc

_VALIDATED: Final = frozenset({"CA", "US"})
# Free text of a length of its own; elsewhere that of the field holds (both documented).
_FREE: Final = frozenset({"GB", "IE"})
_FREE_REGION: Final = 45
_EU: Final = frozenset(
    [
        *(
            "AT",
            "BE",
            "BG",
            "CY",
            "CZ",
            "DE",
            "DK",
            "EE",
            "ES",
            "FI",
            "FR",
            "GR",
            "HR",
            "HU",
        ),
        *("IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    ]
)
# Documented: these do not apply in Start.
_NOT_IN_START: Final = ("credit_limit", "currency_id", "product_sales_price_type_id")
_PARTS: Final = frozenset({"main_address", "delivery_address", "main_contact_person"})
_TRADED: Final = ("contact_payments", "other_payments", *settling.RESOURCES)


class Contacts(Records):
    """Whom the business trades with."""

    @override
    def create(self, company: Company, body: Doc) -> Doc:
        body = _allowed(company, body)
        if len(body["contact_type_ids"]) != 1:
            # That there is exactly one is documented, the words are not.
            raise refusals.invalid("must be either CUSTOMER or VENDOR", "contact_type_ids")
        if company.options.edition == "start" and body.get("delivery_address"):
            # Documented: a contact in Start has one address; the words are assumed.
            raise refusals.invalid("Only one address is allowed.", "delivery_address")
        doc: Doc = {
            "currency": company.currency,
            "credit_limit": "0.0",
            "tax_calculation": None,
            "is_active": True,
            "system": False,
            "gdpr_obfuscated": False,
            "cis_registered": False,
            "locale": f"en-{company.country}",
            **_sent(body),
        }
        doc["_code"] = _free(company, doc.get("reference"))
        made = company.add(self.resource, doc)
        return self._with_parts(company, made, body)

    @override
    def update(self, company: Company, doc: Doc, body: Doc) -> Doc:
        body = _allowed(company, body)
        if body.get("currency_id") is None:
            body = {name: body[name] for name in body if name != "currency_id"}
        if body.get("currency_id") not in {None, doc["currency"]}:
            # Each contact is locked to one currency (documented; the words are not).
            raise refusals.invalid("The currency cannot be changed.", "currency_id")
        types = body.get("contact_type_ids")
        if types is not None and list(types) != list(doc["contact_types"]):
            raise refusals.invalid(
                "The contact type cannot be changed.", "contact_type_ids"
            )
        changed: Doc = {**doc, **_sent(body)}
        if changed.get("reference") != doc.get("reference"):
            changed["_code"] = _free(company, changed.get("reference"))
        return self._with_parts(company, company.save(self.resource, changed), body)

    @override
    def delete(self, company: Company, doc: Doc, call: Call) -> None:
        """Delete softly: the reference stays reserved (seen in production)."""
        if not _is_deletable(company, doc):
            raise refusals.in_use("You cannot delete a contact that is in use.")
        company.delete(self.resource, doc)

    @override
    def shown(self, company: Company, doc: Doc, call: Call, *, alone: bool) -> Doc:
        extra: Doc = {}
        if call.query.get("show_balance") == "true":
            extra["balance"] = amount(balance(company, doc))
        if call.query.get("show_unfinished_recurring_invoices_status") == "true":
            extra["has_unfinished_recurring_invoices"] = False
        if alone:
            extra["deletable"] = _is_deletable(company, doc)
        return {**doc, **extra}

    def _with_parts(self, company: Company, doc: Doc, body: Doc) -> Doc:
        """Keep the addresses and the person that came inside the contact."""
        parts: Doc = {}
        for name, type_ in (("main_address", "ACCOUNTS"), ("delivery_address", "DELIVERY")):
            if body.get(name) is not None:
                parts[name] = _address(company, doc, name, type_, body[name])
        if body.get("main_contact_person") is not None:
            address = parts.get("main_address") or doc.get("main_address")
            person = _person(company, doc, address, body["main_contact_person"])
            parts["main_contact_person"] = person
        treated: Doc = doc.get("tax_treatment") or {}
        parts["tax_treatment"] = {**_treatment(company, {**doc, **parts}), **treated}
        return company.change(self.resource, doc, **parts)


def balance(company: Company, contact: Doc) -> Decimal:
    """Return what a contact owes us, or we owe a supplier."""
    found, id = ZERO, contact["id"]
    for resource in settling.RESOURCES:
        for doc in company.all(resource, ((f"{settling.IS_OPEN} AND contact=?", id),)):
            item = settling.Item(resource, doc, settling.sign_of(resource, doc))
            found += item.sign * item.outstanding
    return found


def _allowed(company: Company, body: Doc) -> Doc:
    if company.options.edition != "start":
        return body
    return {name: value for name, value in body.items() if name not in _NOT_IN_START}


def _sent(body: Doc) -> Doc:
    return recorded({name: body[name] for name in body if name not in _PARTS})


def _free(company: Company, reference: Any) -> str | None:
    """References are unique, those of deleted contacts included; the words are assumed."""
    if not reference:
        return None
    code = str(reference).lower()
    if company.coded("contacts", code) is not None:
        raise refusals.invalid("has already been taken", "reference")
    return code


def _is_deletable(company: Company, doc: Doc) -> bool:
    """Whether nothing is posted to it; what Sage minds is not documented."""
    if doc.get("system"):
        return False
    where = (("contact=?", doc["id"]), ("deleted IS ?", None))
    return not any(company.store.count(company.business, name, where) for name in _TRADED)


def _address(company: Company, contact: Doc, name: str, type_: str, sent: Doc) -> str:
    known = company.live("addresses", contact[name]) if contact.get(name) else None
    own = {"contact": contact["id"], "is_main_address": name == "main_address"}
    if known is None:
        titles = {"main_address": "Main Address", "delivery_address": "Delivery Address"}
        fresh = {"address_type": type_, "name": titles[name], **_filled(sent), **own}
        return str(company.add("addresses", placed(company, fresh))["id"])
    merged = placed(company, {**known, **_filled(sent), **own})
    return str(company.save("addresses", merged)["id"])


def _filled(sent: Doc) -> Doc:
    return {name: value for name, value in recorded(sent).items() if value is not None}


def _person(company: Company, contact: Doc, address: str | None, sent: Doc) -> str:
    known = contact.get("main_contact_person")
    own: Doc = {"contact": contact["id"], "is_main_contact": True}
    if address:
        own["address"] = address
    person = company.live("contact_persons", known) if known else None
    if person is None:
        fresh = {
            "name": "Main Contact",
            "contact_person_types": ["ACCOUNTS"],
            "is_preferred_contact": True,
            **_filled(sent),
            **own,
        }
        return str(company.add("contact_persons", fresh)["id"])
    return str(company.save("contact_persons", {**person, **_filled(sent), **own})["id"])


def _treatment(company: Company, contact: Doc) -> Doc:
    """Return the tax treatment that follows from the country; inferred."""
    address = company.get("addresses", str(contact.get("main_address"))) or {}
    country = address.get("country") or company.country
    home, inside = country == company.country, country in _EU
    return {
        "home_tax": home,
        "eu_tax_registered": not home and inside and bool(contact.get("tax_number")),
        "eu_not_tax_registered": not home and inside and not contact.get("tax_number"),
        "rest_of_world_tax": not home and not inside,
        "is_importer": False,
    }


def placed(company: Company, address: Mapping[str, Any]) -> Doc:
    """Return an address with its country.

    Raises:
        Refused: Its region is not one of the country's. Free text up to 45 characters in
            Britain and Ireland, codes in Canada and the USA (documented; not the words).
    """
    group = address.get("country_group")
    country = address.get("country") or (group if group in _VALIDATED else company.country)
    region = address.get("region")
    if region and country in _VALIDATED:
        known = entries("address_regions")
        if region not in known and f"{country}-{region}" not in known:
            raise refusals.invalid("is not a valid region", "region")
    elif region and country in _FREE and len(region) > _FREE_REGION:
        raise refusals.invalid(
            f"is too long (maximum is {_FREE_REGION} characters)", "region"
        )
    return {**address, "country": country}


class Addresses(Records):
    """Addresses of contacts and bank accounts."""

    @override
    def create(self, company: Company, body: Doc) -> Doc:
        contact = company.live("contacts", body.get("contact_id")) or {}
        if company.options.edition == "start" and contact.get("main_address"):
            raise refusals.invalid("Only one address is allowed.", "contact_id")
        made = company.add(self.resource, placed(company, recorded(body)))
        if contact and (made["is_main_address"] or not contact.get("main_address")):
            company.change("contacts", contact, main_address=made["id"])
        return made

    @override
    def update(self, company: Company, doc: Doc, body: Doc) -> Doc:
        return company.save(self.resource, placed(company, {**doc, **recorded(body)}))

    @override
    def delete(self, company: Company, doc: Doc, call: Call) -> None:
        company.delete(self.resource, doc)
        contact = company.live("contacts", doc.get("contact")) or {}
        for name in ("main_address", "delivery_address"):
            if contact.get(name) == doc["id"]:
                contact = company.change("contacts", contact, **{name: None})


class Persons(Records):
    """People at a contact's address."""

    @override
    def create(self, company: Company, body: Doc) -> Doc:
        address = company.need("addresses", body["address_id"])
        doc = {"is_main_contact": False, "is_preferred_contact": False, **recorded(body)}
        return company.add(self.resource, {**doc, "contact": address.get("contact")})


def typed(company: Company, id: Any, *, sales: bool) -> Doc:
    """Return a contact of the right type.

    Raises:
        Refused: It is of the other one (seen in production).
    """
    contact = company.need("contacts", id)
    if ("CUSTOMER" if sales else "VENDOR") not in contact["contact_types"]:
        raise refusals.invalid(
            "can't find customer" if sales else "Couldn't find Supplier."
        )
    return contact
