"""Everything that documents are checked against, read from one business."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

import attrs

from ..errors import NotFoundError, PermissionDeniedError
from ..model import (
    Account,
    AccountKind,
    BankAccount,
    CompanyOptions,
    Customer,
    DatedRate,
    Dimension,
    DimensionValue,
    ExchangeRate,
    Item,
    ItemKind,
    OpenDocument,
    Reference,
    Supplier,
    TaxCode,
)
from ..model.fields import FrozenMap
from ..plan import Now, Page, Plan
from .codec.decoding import item_of, party_of, purchase_identity, sale_identity
from .ids import CUSTOMER, SUPPLIER, Ids
from .kinds import (
    PURCHASE_CREDIT_NOTES,
    PURCHASE_INVOICES,
    SALES_CREDIT_NOTES,
    SALES_INVOICES,
    Kind,
)
from .paging import listing
from .people import by_address
from .resolve import (
    ADDRESS_REGION,
    BANK_TYPE,
    CIS_CONTRACTOR,
    CIS_LABOUR,
    CIS_REGISTERED,
    CIS_SUBCONTRACTOR,
    DELETED_CONTACTS,
    DESTINATION_VAT,
    EDITION_OF,
    MULTI_CURRENCY,
    PAYMENT_METHODS,
    SEPARATE_NUMBERING,
    START_DATE,
    SUBSCRIBED,
    TAX_SCHEME,
    VISIBLE,
)
from .service import Request, Service
from .settings import AccountingSettings
from .wire.shape import Shape
from .wire.shapes import (
    decode_analysis_type,
    decode_analysis_type_category,
    decode_bank_account,
    decode_base,
    decode_business,
    decode_business_exchange_rate,
    decode_cis_settings,
    decode_contact,
    decode_contact_person,
    decode_financial_settings,
    decode_invoice_settings,
    decode_ledger_account,
    decode_product,
    decode_service,
    decode_stock_item,
    decode_tax_rate,
)

_NUMBERED: Final = re.compile(r"\((\d+)\)$")
_KINDS: Final = {
    "SALES": AccountKind.INCOME,
    "OTHER_INCOME": AccountKind.INCOME,
    "DIRECT_EXPENSES": AccountKind.EXPENSE,
    "OVERHEADS": AccountKind.EXPENSE,
    "DEPRECIATION": AccountKind.EXPENSE,
    "CURRENT_ASSETS": AccountKind.ASSET,
    "FIXED_ASSETS": AccountKind.ASSET,
    "FUTURE_ASSETS": AccountKind.ASSET,
    "BANK": AccountKind.BANK,
    "CURRENT_LIABILITY": AccountKind.LIABILITY,
    "FUTURE_LIABILITY": AccountKind.LIABILITY,
    "EQUITY": AccountKind.EQUITY,
}
_SCOPES: Final = (
    "banking",
    "expenses",
    "journals",
    "other_payments",
    "other_receipts",
    "reporting",
    "sales",
)
_CONTACT: Final = (
    "name,reference,contact_types,currency,tax_number,is_active,deleted_at,cis_registered,"
    "tax_treatment,main_address,email,credit_days,credit_terms,main_contact_person,"
    "delivery_address,notes,bank_account_details,default_sales_ledger_account,"
    "default_purchase_ledger_account"
)
_OPENED: Final = (
    "contact,reference,date,due_date,currency,total_amount,outstanding_amount,status"
)
_OPEN: Final = ("UNPAID", "PART_PAID")
_EVER: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
"""Before anything was deleted in any business of this API."""


@attrs.frozen(kw_only=True)
class Known:
    """What was read.

    Attributes:
        reference: In codes.
        ids: What Sage calls them.
    """

    reference: Reference
    ids: Ids


class Reading:
    """Reads one business.

    Args:
        service: The way to it.
        settings: How it is posted to.
    """

    def __init__(self, service: Service, settings: AccountingSettings) -> None:
        self._service: Service = service
        self._settings: AccountingSettings = settings
        self._ids: Ids = Ids()
        self._own: dict[str, str] = {}

    def known(self) -> Plan[Known]:
        """Return everything that the business lets this user read.

        What its edition or the user's role keeps back is left unknown.
        """
        yield from self._service.pin()
        now = yield from Now()
        self._ids.read = True
        options = yield from self._company()
        accounts = yield from self._accounts()
        taxes = yield from self._taxes()
        banks = yield from self._banks()
        customers, suppliers = yield from self._parties()
        items = yield from self._items()
        dimensions, values = yield from self._dimensions()
        rates = yield from self._rates()
        opened = yield from self._opened()
        own = FrozenMap({**options.own, **self._own})
        reference = Reference(
            taken_at=now,
            company=attrs.evolve(options, own=own),
            accounts=accounts,
            journals={},
            tax_codes=taxes,
            customers=customers,
            suppliers=suppliers,
            items=items,
            dimensions=dimensions,
            dimension_values=values,
            bank_accounts=banks,
            payment_terms={},
            entities={},
            exchange_rates=rates,
            open_documents=opened,
        )
        return Known(reference=reference, ids=self._ids)

    def _one(self, path: str, decode: "Decoder", *, in_business: bool = True) -> Plan[Any]:
        """Return one record, or None where the edition or the role keeps it back."""
        query = (("nested_attributes", "all"),) if not in_business else ()
        request = Request(
            method="GET", path=path, query=query, repeatable=True, in_business=in_business
        )
        try:
            return (yield from self._service.record(request, decode))
        except (PermissionDeniedError, NotFoundError):
            return None

    def _all(
        self, resource: str, decode: "Decoder", attributes: str = "all", **query: object
    ) -> Plan[list[Any] | None]:
        """Return every record of a list, or None where it is kept back."""
        asked = {**query, "attributes": attributes or None}
        found: list[Any] = []
        following: Callable[[], Plan[Page[Any]]] | None
        following = listing(self._service, f"/{resource}", asked, decode)
        try:
            while following is not None:
                page = yield from following()
                found.extend(page.items)
                following = page.next
        except (PermissionDeniedError, NotFoundError):
            return None
        return found

    def _company(self) -> Plan[CompanyOptions]:
        id = self._service.business
        business = yield from self._one(
            f"/businesses/{id}", decode_business, in_business=False
        )
        money = yield from self._one("/financial_settings", decode_financial_settings)
        invoices = yield from self._one("/invoice_settings", decode_invoice_settings)
        country = "" if business is None else _id(business.country)
        if country == "GB":
            cis = yield from self._one("/cis_settings", decode_cis_settings)
            self._tell(cis, {"contractor": CIS_CONTRACTOR})
            self._tell(cis, {"subcontractor": CIS_SUBCONTRACTOR})
        self._tell(
            money,
            {
                "multi_currency_enabled": MULTI_CURRENCY,
                "destination_vat": DESTINATION_VAT,
                "accounts_start_date": START_DATE,
            },
        )
        names = (
            "next_invoice_number",
            "next_credit_note_number",
            "sales_invoice_number_prefix",
            "sales_credit_note_number_prefix",
        )
        numbering = "separate_invoice_credit_note_numbering"
        self._tell(invoices, {name: name for name in names})
        self._tell(invoices, {numbering: SEPARATE_NUMBERING})
        if country == "CA":
            self._tell(business, {"region": ADDRESS_REGION})
        methods = yield from self._all("payment_methods", decode_base, "")
        if methods is not None:
            self._own[PAYMENT_METHODS] = "\n".join(one.id for one in methods)
        if business is not None and business.subscriptions:
            active = any(one.active is not False for one in business.subscriptions)
            self._own[SUBSCRIBED] = str(active).lower()
        if money is not None and money.tax_scheme is not None:
            self._own[TAX_SCHEME] = money.tax_scheme.id
        return CompanyOptions(
            name="" if business is None else (business.name or business.displayed_as or ""),
            tax_number="" if money is None else (money.tax_number or ""),
            base_currency="" if money is None else _id(money.base_currency),
            country=country,
            edition=_edition(business),
            closed_through=None if money is None else money.year_end_lockdown_date,
        )

    def _tell(self, record: Shape | None, keys: Mapping[str, str]) -> None:
        """Keep fields of a record as options, for the rules."""
        for name, key in keys.items():
            value: object = getattr(record, name, None)
            if value is not None:
                told = str(value).lower() if isinstance(value, bool) else str(value)
                self._own[key] = told

    def _accounts(self) -> Plan[dict[str, Account] | None]:
        found = yield from self._all("ledger_accounts", decode_ledger_account)
        if found is None:
            return None
        accounts: dict[str, Account] = {}
        labour: list[str] = []
        for one in found:
            code = nominal_of(one)
            accounts[code] = Account(
                code=code,
                name=one.display_name or one.name or "",
                kind=_KINDS.get(_id(one.ledger_account_type), AccountKind.OTHER),
                tax_code=_id(one.tax_rate),
                # The control accounts' role is Sage's own: what they take, it posts.
                control=bool(one.is_control_account),
            )
            self._ids.accounts[code] = one.id
            self._ids.accounts.setdefault(code.lstrip("0"), one.id)
            scopes = [name for name in _SCOPES if getattr(one, f"visible_in_{name}")]
            self._own[f"{VISIBLE}{code}"] = ",".join(scopes)
            if one.cis_labour:
                labour.append(code)
        self._own[CIS_LABOUR] = "\n".join(labour)
        return accounts

    def _taxes(self) -> Plan[dict[str, TaxCode] | None]:
        found = yield from self._all(
            "tax_rates", decode_tax_rate, include_historical_data=True
        )
        if found is None:
            return None
        for one in found:
            self._ids.taxes[one.id] = one.id
        return {
            one.id: TaxCode(
                code=one.id,
                name=one.displayed_as or one.name or "",
                rates=_rates_of(one),
                active=one.is_visible is not False,
            )
            for one in found
        }

    def _banks(self) -> Plan[dict[str, BankAccount] | None]:
        found = yield from self._all("bank_accounts", decode_bank_account)
        if found is None:
            return None
        banks: dict[str, BankAccount] = {}
        for one in found:
            code = self._bank_code(one)
            banks[code] = bank_account_of(one, code)
            self._ids.banks[code] = one.id
            self._own[f"{BANK_TYPE}{code}"] = _id(one.bank_account_type)
        return banks

    def _bank_code(self, one: Any) -> str:
        # The ledger account's spelling of the number: leading zeros are lost in the other.
        account = _id(one.ledger_account)
        for code, id in self._ids.accounts.items():
            if id == account:
                return str(code)
        return str(one.nominal_code) if one.nominal_code is not None else str(one.id)

    def _parties(
        self,
    ) -> Plan[tuple[dict[str, Customer] | None, dict[str, Supplier] | None]]:
        # Without it an address is a name alone, and its country decides on taxes.
        found = yield from self._all(
            "contacts", decode_contact, _CONTACT, nested_attributes="all"
        )
        if found is None:
            return None, None
        sides: dict[str, dict[str, Any]] = {CUSTOMER: {}, SUPPLIER: {}}
        registered: list[str] = []
        persons = yield from self._all("contact_persons", decode_contact_person)
        people = by_address(persons or ())
        for one in found:
            kinds = {each.id for each in one.contact_types}
            address = _id(one.main_address)
            for side, word in ((CUSTOMER, "CUSTOMER"), (SUPPLIER, "VENDOR")):
                if word in kinds:
                    party = party_of(one, side, people.get(address, ()))
                    sides[side][party.code] = party
                    self._ids.parties[side, party.code] = one.id
                    if one.cis_registered:
                        registered.append(party.code)
        self._own[CIS_REGISTERED] = "\n".join(registered)
        # Lists leave them out, and their references stay taken all the same.
        gone = yield from self._all(
            "contacts", decode_contact, "reference", deleted_since=_EVER
        )
        references = {one.reference for one in gone or () if one.reference}
        self._own[DELETED_CONTACTS] = "\n".join(sorted(references))
        return sides[CUSTOMER], sides[SUPPLIER]

    def _items(self) -> Plan[dict[str, Item] | None]:
        names = {id: code for code, id in self._ids.accounts.items()}
        items: dict[str, Item] = {}
        unread = 0
        for resource, decode, kind in (
            ("products", decode_product, ItemKind.PRODUCT),
            ("services", decode_service, ItemKind.SERVICE),
            ("stock_items", decode_stock_item, ItemKind.STOCK),
        ):
            found = yield from self._all(resource, decode)
            unread += found is None
            for one in found or ():
                item = item_of(one, kind, names)
                items[item.code] = item
                self._ids.items[item.code] = (resource, one.id)
        return None if unread == 3 else items  # noqa: PLR2004 - all of them

    def _dimensions(
        self,
    ) -> Plan[
        tuple[dict[str, Dimension] | None, dict[tuple[str, str], DimensionValue] | None]
    ]:
        found = yield from self._all("analysis_types", decode_analysis_type)
        if found is None:
            return None, None
        names = {one.id: one.name or one.displayed_as or one.id for one in found}
        self._ids.types = {name: id for id, name in names.items()}
        dimensions = {name: Dimension(code=name, name=name) for name in self._ids.types}
        listed = yield from self._all(
            "analysis_type_categories", decode_analysis_type_category
        )
        if listed is None:
            return dimensions, None
        values: dict[tuple[str, str], DimensionValue] = {}
        for one in listed:
            name = names.get(_id(one.analysis_type), _id(one.analysis_type))
            code = one.code or one.name or one.displayed_as or one.id
            value = DimensionValue(dimension=name, code=code, name=one.name or "")
            values[name, code] = value
            self._ids.categories[name, code] = one.id
        return dimensions, values

    def _rates(self) -> Plan[dict[str, ExchangeRate] | None]:
        if self._own.get(MULTI_CURRENCY) == "false":
            return {}
        found = yield from self._all(
            "business_exchange_rates", decode_business_exchange_rate
        )
        if found is None:
            return None
        return {
            _id(one.currency): ExchangeRate(currency=_id(one.currency), rate=one.rate)
            for one in found
            if one.rate
        }

    def _opened(self) -> Plan[dict[tuple[str, str], OpenDocument] | None]:
        codes = {id: code for (_, code), id in self._ids.parties.items()}
        opened: dict[tuple[str, str], OpenDocument] = {}
        for kind in (
            SALES_INVOICES,
            SALES_CREDIT_NOTES,
            PURCHASE_INVOICES,
            PURCHASE_CREDIT_NOTES,
        ):
            names = ",".join((_OPENED, kind.number or "vendor_reference"))
            for status in _OPEN:
                found = yield from self._all(
                    kind.resource, kind.decode, names, status_id=status
                )
                if found is None:
                    return None
                for one in found:
                    number = self._number(kind, one)
                    document = _open_document(kind, one, number, codes)
                    if (document.party, document.number) in opened:
                        # An invoice and a credit note may share a number: none is left out.
                        document = attrs.evolve(document, number=one.id)
                    opened[document.party, document.number] = document
                    self._ids.artefacts[kind.wrap, document.party, number] = one.id
                    self._ids.artefacts[kind.wrap, document.party, document.number] = one.id
        return opened

    def _number(self, kind: Kind, record: Any) -> str:
        """Return what payments may call a document by."""
        if kind.number:
            shown: str = getattr(record, kind.number) or ""
            number, _ = sale_identity(record, shown, self._settings)
        else:
            own, theirs, _ = purchase_identity(record)
            number = own or theirs
        return number or str(record.displayed_as or record.id)


Decoder = Callable[[dict[str, Any]], Any]


def _open_document(
    kind: Kind, one: Any, number: str, codes: Mapping[str, str]
) -> OpenDocument:
    contact = _id(one.contact)
    return OpenDocument(
        number=number,
        kind=kind.wrap,
        party=codes.get(contact, contact),
        currency=_id(one.currency),
        total=one.total_amount or Decimal(),
        outstanding=one.outstanding_amount or Decimal(),
        date=one.date,
        due=getattr(one, "due_date", None),
    )


def _edition(business: Any) -> str:
    """Return "start" or "standard" where Sage's own pages agree on it, else ""."""
    if business is None:
        return ""
    active = [one.id for one in business.subscriptions if one.active is not False]
    found = {EDITION_OF.get(one, "") for one in active}
    return found.pop() if len(found) == 1 else ""


def _rates_of(rate: Any) -> list[DatedRate]:
    dated = [
        DatedRate(one.percentage, one.from_date)
        for one in rate.percentages
        if one.percentage is not None
    ]
    if not dated and rate.percentage is not None:
        return [DatedRate(rate.percentage)]
    return sorted(dated, key=lambda one: one.since or dt.date.min)


def bank_account_of(record: Any, code: str) -> BankAccount:
    """Return the bank account that a record is, under the code of its ledger account."""
    details = record.bank_account_details
    return BankAccount(
        code=code,
        name=(details.account_name if details else None) or record.displayed_as or "",
        account=code,
        currency=_id(record.currency),
        iban=(details.iban if details else None) or "",
        active=record.is_active is not False and record.deleted_at is None,
    )


def nominal_of(account: Any) -> str:
    """Return the nominal code with its leading zeros, which only the name has."""
    for text in (account.displayed_as, account.display_formatted):
        found = _NUMBERED.search(text or "")
        if found:
            return found[1]
    code = account.nominal_code
    return str(account.id) if code is None else str(code)


def _id(record: Any) -> str:
    return "" if record is None else str(record.id)
