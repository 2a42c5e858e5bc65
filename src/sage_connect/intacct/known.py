"""What is known of a company: read once, frozen, and asked by pure code."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, TypeVar

import attrs

from ..errors import (
    NotFoundError,
    PermissionDeniedError,
    RefusedError,
    UnsupportedError,
)
from ..model import (
    Account,
    AccountKind,
    BankAccount,
    CompanyOptions,
    Customer,
    DatedRate,
    Dimension,
    DimensionValue,
    Entity,
    Item,
    ItemKind,
    Journal,
    JournalKind,
    OpenDocument,
    PaymentTerm,
    Reference,
    Supplier,
    TaxCode,
    TaxDirection,
)
from ..model.party import Address
from ..model.reference import by_code
from ..plan import Now, Plan
from . import functions
from .codec.decoding import TAX_DETAIL, amount_of, text_of
from .codec.masters import CUSTOMER, ITEM, NAME_OF, NON_INVENTORY, USER_NAME, VENDOR
from .ids import Ids
from .opened import OPENED, SAID, open_of, said_names
from .reading import At, list_pages
from .records import Records
from .resolve import (
    ATTACHMENT_FOLDERS,
    CUSTOMER_TERMS,
    EMPLOYEES,
    ENTITY_OF,
    IN_LEDGER,
    INACTIVE,
    MODULE_OF,
    MODULES,
    MULTI_BASE,
    MULTI_CURRENCY,
    MULTI_ENTITY,
    REQUIRES,
    REVERSE_CHARGE,
    SOLUTION_OF,
    SOLUTIONS,
    STANDARD_DIMENSIONS,
    STATISTICAL_ACCOUNTS,
    STATISTICAL_JOURNALS,
    SUPPLIER_TERMS,
    TOP_LEVEL,
    USER_ADMIN,
    USER_DEFINED,
    USER_ROLES,
    USER_STATUS,
    USER_TYPE,
)
from .settings import IntacctSettings
from .wire.description import applications_of, dimensions_of, financial_setup_of
from .wire.queries import field
from .wire.record import Record
from .wire.reply import Result

T = TypeVar("T")

_CLOSED: Final = (PermissionDeniedError, NotFoundError, RefusedError, UnsupportedError)
"""What is met where the subscription or the role does not let something be read."""
_NOT_LET_IN: Final = frozenset({"SC-IN-SENDER-NOT-AUTHORISED"})
"""Codes of the same errors that are met at the door: nothing at all is read then."""
_REQUIRE: Final[Mapping[str, str]] = {
    "REQUIREDEPT": "DEPARTMENT",
    "REQUIRELOC": "LOCATION",
    "REQUIREPROJECT": "PROJECT",
    "REQUIRETASK": "TASK",
    "REQUIRECUSTOMER": "CUSTOMER",
    "REQUIREVENDOR": "VENDOR",
    "REQUIREEMPLOYEE": "EMPLOYEE",
    "REQUIREITEM": "ITEM",
    "REQUIRECLASS": "CLASS",
    "REQUIRECONTRACT": "CONTRACT",
    "REQUIREWAREHOUSE": "WAREHOUSE",
}
_REQUIRE_OWN: Final = "REQUIREGLDIM"
_YES: Final = frozenset({"true", "t"})
_INACTIVE: Final = "inactive"
# Terms of ours do not say whether they are in use.
_TERMS: Final = frozenset({"ARTERM", "APTERM"})
# How flags were seen in answers: by a word, or by its first letter.
_SAID: Final = {"true": "true", "t": "true", "false": "false", "f": "false"}
_CONTACT: Final = "DISPLAYCONTACT."
_MAIL: Final = "DISPLAYCONTACT.MAILADDRESS."
_MAILED: Final = ("ADDRESS1", "ADDRESS2", "CITY", "STATE", "ZIP", "COUNTRYCODE")
_PARTY: Final = (
    "NAME",
    "STATUS",
    "CURRENCY",
    "TAXID",
    "TERMNAME",
    "COMMENTS",
    "OFFSETGLACCOUNTNO",
    f"{_CONTACT}EMAIL1",
    f"{_CONTACT}PHONE1",
    *(f"{_MAIL}{name}" for name in _MAILED),
)
_OPEN: Final = ("CURRENCY", "TRX_TOTALENTERED", "TRX_TOTALDUE", "TOTALDUE")


@attrs.frozen(kw_only=True)
class Known:
    """What was read.

    Attributes:
        reference: For rules and codec.
        ids: Record numbers.
        numbers: Number of each open document, by object and record number.
    """

    reference: Reference
    ids: Ids
    numbers: Mapping[tuple[str, str], str]


class Reading:
    """Reads a company, a part at a time; what may not be read stays not known.

    Args:
        records: The way to its records.
        settings: How it is posted to.
    """

    def __init__(self, records: Records, settings: IntacctSettings) -> None:
        self._records: Records = records
        self._settings: IntacctSettings = settings
        self._ids: Ids = Ids(read=True)
        self._own: dict[str, str] = {}
        self._numbers: dict[tuple[str, str], str] = {}
        self._modules: frozenset[str] | None = None
        # Whether anything was told: the session of the top level is good then.
        self._is_heard: bool = False

    def known(self) -> Plan[Known]:
        """Return everything that documents are checked and written against.

        Raises:
            SageConnectError: The company cannot be reached, or the user not signed in.
        """
        now = yield from Now()
        company = yield from self._company()
        dimensions = yield from self._dimensions()
        values = yield from self._values(dimensions)
        reference = Reference(
            taken_at=now,
            company=company,
            accounts=(yield from self._accounts()),
            journals=(yield from self._journals()),
            tax_codes=(yield from self._taxes()),
            customers=(yield from self._parties(CUSTOMER, Customer)),
            suppliers=(yield from self._parties(VENDOR, Supplier)),
            items=(yield from self._items()),
            dimensions=dimensions,
            dimension_values=values,
            bank_accounts=(yield from self._banks()),
            payment_terms=(yield from self._terms()),
            entities=(yield from self._entities()),
            open_documents=(yield from self._opened()),
        )
        yield from self._user()
        yield from self._employees()
        yield from self._folders()
        own = attrs.evolve(company, own={**company.own, **self._own})
        return Known(
            reference=reference.with_parts(company=own),
            ids=self._ids,
            numbers=self._numbers,
        )

    # ---- parts

    def _allowed(
        self, object: str, fields: Sequence[str], where: Any = None
    ) -> Plan[tuple[Record, ...] | None]:
        """Return the records of an object; None where they may not be read."""
        dropped = {
            one.strip() for one in self._settings.dropped_fields.get(object, "").split(",")
        }
        asked = [one for one in fields if one not in dropped]
        return (yield from self._if_allowed(self._records.every(object, asked, where)))

    def _if_allowed(self, plan: Plan[T]) -> Plan[T | None]:
        """Return what a plan reads; None where it may not be read."""
        try:
            found = yield from plan
        except _CLOSED as error:
            if error.code in _NOT_LET_IN:
                raise
            return None
        self._is_heard = True
        return found

    def _table(
        self, object: str, fields: Sequence[str], make: Callable[[Record], Any]
    ) -> Plan[Mapping[str, Any] | None]:
        rows = yield from self._allowed(object, fields)
        if rows is None:
            return None
        id_field = NAME_OF.get(object, ("",))[0]
        for row in rows:
            if id_field:
                name = (object, "", text_of(row, id_field))
                self._ids.masters[name] = text_of(row, "RECORDNO")
        made = [make(row) for row in rows]
        if object in _TERMS:
            pairs = zip(rows, made, strict=True)
            idle = [one.code for row, one in pairs if not _is_active(row)]
            self._note_inactive(object, idle)
        return by_code(made)

    def _note_inactive(self, object: str, codes: Sequence[str]) -> None:
        if codes:
            self._own[f"{INACTIVE}{object}"] = "\n".join(codes)

    def _company(self) -> Plan[CompanyOptions]:
        setup = yield from self._told(functions.FinancialSetupGet, financial_setup_of)
        modules = yield from self._told(functions.ApplicationsGet, applications_of)
        own: dict[str, str] = {}
        if setup is not None:
            own[MULTI_CURRENCY] = _flag(setup.multi_currency)
            own[MULTI_BASE] = _flag(setup.multi_base_currency)
            own[MULTI_ENTITY] = _flag(setup.multi_entity_shared)
        if modules is not None:
            self._modules = frozenset(modules)
            own[MODULES] = "\n".join(sorted(modules))
        base = "" if setup is None else setup.base_currency
        known = {name: value for name, value in own.items() if value}
        return CompanyOptions(base_currency=base, own=known)

    def _told(self, function: Any, read: Callable[[Result], T]) -> Plan[T | None]:
        asked = self._records.service.one(function(), entity="")
        result = yield from self._if_allowed(asked)
        return None if result is None else read(result)

    def _accounts(self) -> Plan[Mapping[str, Account] | None]:
        fields = ["ACCOUNTNO", "TITLE", "ACCOUNTTYPE", "STATUS", *self._required()]
        told = [one.upper() for one in self._own.get(USER_DEFINED, "").splitlines()]
        users = {f"{_REQUIRE_OWN}{one}": one for one in told}
        fields += users

        def account(row: Record) -> Account:
            code = text_of(row, "ACCOUNTNO")
            flags = {**_REQUIRE, **users}
            needs = [
                name for one, name in flags.items() if text_of(row, one).lower() in _YES
            ]
            if needs:
                self._own[f"{REQUIRES}{code}"] = "\n".join(needs)
            kind = text_of(row, "ACCOUNTTYPE").lower()
            return Account(
                code=code,
                name=text_of(row, "TITLE"),
                kind=AccountKind.INCOME if kind == "incomestatement" else AccountKind.OTHER,
                analytic=True,
                active=_is_active(row),
            )

        accounts = yield from self._table("GLACCOUNT", fields, account)
        counted = yield from self._table(
            "STATACCOUNT", ["ACCOUNTNO", "TITLE", "STATUS"], account
        )
        if counted is not None:
            self._own[STATISTICAL_ACCOUNTS] = "\n".join(counted)
        if accounts is None:
            return None
        return {**accounts, **(counted or {})}

    def _required(self) -> list[str]:
        """Return the fields for what accounts require, of modules that are there."""
        absent = {
            dimension
            for dimension, module in MODULE_OF.items()
            if self._modules is not None and module not in self._modules
        }
        return [one for one, dimension in _REQUIRE.items() if dimension not in absent]

    def _journals(self) -> Plan[Mapping[str, Journal] | None]:
        def journal(row: Record) -> Journal:
            return Journal(
                code=text_of(row, "SYMBOL"),
                name=text_of(row, "TITLE"),
                kind=JournalKind.GENERAL,
                active=_is_active(row),
            )

        fields = ["SYMBOL", "TITLE", "STATUS"]
        journals = yield from self._table("GLJOURNAL", fields, journal)
        if journals is None:
            # Two names of it were seen.
            journals = yield from self._table("JOURNAL", fields, journal)
        counted = yield from self._table("STATJOURNAL", fields, journal)
        if counted is not None:
            self._own[STATISTICAL_JOURNALS] = "\n".join(counted)
        if journals is None:
            return None
        return {**journals, **(counted or {})}

    def _taxes(self) -> Plan[Mapping[str, TaxCode] | None]:
        solutions: set[str] = set()

        def tax(row: Record) -> TaxCode:
            code = text_of(row, "DETAILID")
            solution = text_of(row, "TAXSOLUTIONID")
            if solution:
                self._own[f"{SOLUTION_OF}{code}"] = solution
                solutions.add(solution)
            self._numbers[TAX_DETAIL, text_of(row, "RECORDNO")] = code
            self._ids.taxes[code] = text_of(row, "RECORDNO")
            reverse = _SAID.get(text_of(row, "REVERSECHARGE").lower(), "")
            if reverse:
                self._own[f"{REVERSE_CHARGE}{code}"] = reverse
            kind = text_of(row, "TAXTYPE").lower()
            direction = TaxDirection.BOTH
            if kind in {"sale", "sales"}:
                direction = TaxDirection.SALES
            elif kind.startswith("purchase"):
                direction = TaxDirection.PURCHASES
            return TaxCode(
                code=code,
                name=text_of(row, "DESCRIPTION"),
                rates=[DatedRate(amount_of(row, "VALUE"))] if row.get("VALUE") else (),
                direction=direction,
                account=text_of(row, "GLACCOUNT"),
                active=_is_active(row),
            )

        fields = ["DETAILID", "DESCRIPTION", "TAXTYPE", "VALUE", "GLACCOUNT", "STATUS"]
        more = ["TAXSOLUTIONID", "REVERSECHARGE"]
        taxes = yield from self._table(TAX_DETAIL, [*fields, *more], tax)
        if taxes is not None:
            self._own[SOLUTIONS] = "\n".join(sorted(solutions))
        return taxes

    def _parties(self, object: str, made: Any) -> Plan[Mapping[str, Any] | None]:
        code = NAME_OF[object][0]

        def party(row: Record) -> Any:
            return made(
                code=text_of(row, code),
                name=text_of(row, "NAME"),
                account=text_of(row, "OFFSETGLACCOUNTNO"),
                currency=text_of(row, "CURRENCY"),
                tax_number=text_of(row, "TAXID"),
                address=_address(row),
                email=text_of(row, f"{_CONTACT}EMAIL1"),
                phone=text_of(row, f"{_CONTACT}PHONE1"),
                payment_term=text_of(row, "TERMNAME"),
                notes=text_of(row, "COMMENTS"),
                active=_is_active(row),
            )

        return (yield from self._table(object, [code, *_PARTY], party))

    def _items(self) -> Plan[Mapping[str, Item] | None]:
        def item(row: Record) -> Item:
            kind = text_of(row, "ITEMTYPE")
            return Item(
                code=text_of(row, "ITEMID"),
                description=text_of(row, "NAME"),
                kind=ItemKind.PRODUCT if kind == NON_INVENTORY else ItemKind.STOCK,
                sales_price=_amount(row, "BASEPRICE"),
                purchase_price=_amount(row, "STANDARD_COST"),
                sales_account=text_of(row, "INCOMEACCTKEY"),
                purchase_account=text_of(row, "EXPENSEACCTKEY"),
                notes=text_of(row, "NOTE"),
                active=_is_active(row),
            )

        fields = ["ITEMID", "NAME", "ITEMTYPE", "BASEPRICE", "STANDARD_COST", "STATUS"]
        accounts = ["INCOMEACCTKEY", "EXPENSEACCTKEY", "NOTE"]
        return (yield from self._table(ITEM, [*fields, *accounts], item))

    # ---- dimensions

    def _dimensions(self) -> Plan[Mapping[str, Dimension] | None]:
        rows = yield from self._told(functions.DimensionsGet, dimensions_of)
        if rows is None:
            return None
        found = [
            Dimension(code=row.object.upper(), name=row.term or row.label) for row in rows
        ]
        users = [row.object for row in rows if row.user_defined]
        ledger = [row.object.upper() for row in rows if row.enabled_in_gl]
        self._own[USER_DEFINED] = "\n".join(users)
        self._own[IN_LEDGER] = "\n".join(ledger)
        return by_code(found)

    def _values(
        self, dimensions: Mapping[str, Dimension] | None
    ) -> Plan[Mapping[tuple[str, str], DimensionValue] | None]:
        if dimensions is None:
            return None
        users = {one.upper(): one for one in self._own[USER_DEFINED].splitlines()}
        found: dict[tuple[str, str], DimensionValue] = {}
        for code in dimensions:
            if code not in users and code not in STANDARD_DIMENSIONS:
                continue
            id_field, name_field = NAME_OF.get(code, USER_NAME)
            object = users.get(code, code)
            if code in users:
                # Lines carry the name; the id is Intacct's own.
                id_field = name_field
            rows = yield from self._allowed(
                object, [id_field, name_field, *(() if code in users else ("STATUS",))]
            )
            for row in rows or ():
                value = text_of(row, id_field)
                found[code, value] = DimensionValue(
                    dimension=code,
                    code=value,
                    name=text_of(row, name_field),
                    active=_is_active(row),
                )
                self._ids.masters[code, "", value] = text_of(row, "RECORDNO")
        return found

    # ---- the rest of the set-up

    def _banks(self) -> Plan[Mapping[str, BankAccount] | None]:
        def bank(row: Record) -> BankAccount:
            return BankAccount(
                code=text_of(row, "BANKACCOUNTID"),
                name=text_of(row, "BANKNAME"),
                account=text_of(row, "GLACCOUNTNO"),
                currency=text_of(row, "CURRENCY"),
                active=_is_active(row),
            )

        fields = ["BANKACCOUNTID", "BANKNAME", "GLACCOUNTNO", "CURRENCY", "STATUS"]
        checking = yield from self._table("CHECKINGACCOUNT", fields, bank)
        savings = yield from self._table("SAVINGSACCOUNT", fields, bank)
        if checking is None and savings is None:
            return None
        return {**(checking or {}), **(savings or {})}

    def _terms(self) -> Plan[Mapping[str, PaymentTerm] | None]:
        def term(row: Record) -> PaymentTerm:
            days = text_of(row, "DUEDATE")
            return PaymentTerm(
                code=text_of(row, "NAME"),
                name=text_of(row, "DESCRIPTION"),
                days=int(days) if days.isdigit() else 0,
                end_of_month="end of" in text_of(row, "DUEFROM").lower(),
            )

        fields = ["NAME", "DESCRIPTION", "DUEDATE", "DUEFROM", "STATUS"]
        sales = yield from self._table("ARTERM", fields, term)
        purchases = yield from self._table("APTERM", fields, term)
        for name, terms in ((CUSTOMER_TERMS, sales), (SUPPLIER_TERMS, purchases)):
            if terms is not None:
                self._own[name] = "\n".join(terms)
        if sales is None and purchases is None:
            return None
        return {**(purchases or {}), **(sales or {})}

    def _entities(self) -> Plan[Mapping[str, Entity] | None]:
        def entity(row: Record) -> Entity:
            return Entity(
                code=text_of(row, "LOCATIONID"),
                name=text_of(row, "NAME"),
                currency=text_of(row, "CURRENCY"),
                active=_is_active(row),
            )

        fields = ["LOCATIONID", "NAME", "CURRENCY", "STATUS"]
        entities = yield from self._table("LOCATIONENTITY", fields, entity)
        if entities:
            yield from self._locations(entities)
        return entities

    def _locations(self, entities: Mapping[str, Entity]) -> Plan[None]:
        """Note the entity that each location lies in, however deep."""
        rows = yield from self._allowed("LOCATION", ["LOCATIONID", "PARENTID"])
        above = {text_of(row, "LOCATIONID"): text_of(row, "PARENTID") for row in rows or ()}
        for location in above.keys() - entities.keys():
            place, passed = above[location], {location}
            while place not in entities and place not in passed and place in above:
                passed.add(place)
                place = above[place]
            if place in entities:
                self._own[f"{ENTITY_OF}{location}"] = place

    def _folders(self) -> Plan[None]:
        """Note the folders for attachments, where one of them is to be used."""
        if not self._settings.attachments_folder:
            return
        at = At(service=self._records.service, entity="")
        asked = functions.GetList(object_name="supdocfolder")
        page = yield from self._if_allowed(list_pages(at, asked, most=None)())
        if page is None:
            return
        names = [text_of(row, "name") for row in page.items]
        while page is not None and page.next is not None:
            page = yield from self._if_allowed(page.next())
            names += [text_of(row, "name") for row in page.items] if page else []
        if page is not None:
            self._own[ATTACHMENT_FOLDERS] = "\n".join(names)

    def _employees(self) -> Plan[None]:
        rows = yield from self._allowed("EMPLOYEE", ["EMPLOYEEID", "STATUS"])
        if rows is not None:
            self._own[EMPLOYEES] = "\n".join(text_of(row, "EMPLOYEEID") for row in rows)
            idle = [text_of(row, "EMPLOYEEID") for row in rows if not _is_active(row)]
            self._note_inactive("EMPLOYEE", idle)

    def _user(self) -> Plan[None]:
        user = self._records.service.credentials.user_id
        where = field("LOGINID") == user
        fields = ["LOGINID", "USERTYPE", "ADMIN", "STATUS"]
        rows = yield from self._allowed("USERINFO", fields, where)
        if rows:
            self._own[USER_TYPE] = text_of(rows[0], "USERTYPE")
            self._own[USER_ADMIN] = text_of(rows[0], "ADMIN")
            self._own[USER_STATUS] = text_of(rows[0], "STATUS")
        where = field("USERID") == user
        roles = yield from self._allowed("USERROLES", ["USERID", "ROLENAME"], where)
        if roles is not None:
            self._own[USER_ROLES] = "\n".join(text_of(one, "ROLENAME") for one in roles)
        if self._is_heard:
            # All of this is read at the top level.
            self._own[TOP_LEVEL] = "true"

    def _opened(self) -> Plan[Mapping[tuple[str, str], OpenDocument] | None]:
        found: dict[tuple[str, str], OpenDocument] = {}
        readable = False
        for kind, _ in OPENED:
            where = field("TOTALDUE") != Decimal()
            rows = yield from self._allowed(
                kind.object,
                [
                    kind.number,
                    kind.party,
                    kind.date,
                    "WHENDUE",
                    *_OPEN,
                    *filter(None, [SAID.get(kind.object)]),
                ],
                where,
            )
            if rows is None:
                continue
            readable = True
            for row in rows:
                id = text_of(row, "RECORDNO")
                self._numbers[kind.object, id] = text_of(row, kind.number)
            # What a reference begins with may be the number of another document.
            called = [(text_of(row, kind.number), row) for row in rows]
            called += [(name, row) for row in rows for name in said_names(kind, row)]
            for name, row in called:
                party = text_of(row, kind.party)
                # A payment settles the invoice, where a credit note shares its number.
                place = (kind.object, party, name)
                self._ids.documents.setdefault(place, text_of(row, "RECORDNO"))
                found.setdefault((party, name), open_of(kind, row, name))
        return found if readable else None


def _address(row: Record) -> Address | None:
    first, second, *rest = (text_of(row, f"{_MAIL}{name}") for name in _MAILED)
    lines = tuple(one for one in (first, second) if one)
    if not lines and not any(rest):
        return None
    city, region, code, country = rest
    return Address(lines=lines, city=city, region=region, postal_code=code, country=country)


def _amount(row: Record, name: str) -> Decimal | None:
    return amount_of(row, name) if row.get(name) else None


def _is_active(row: Record) -> bool:
    return text_of(row, "STATUS").lower() != _INACTIVE


def _flag(said: bool | None) -> str:  # noqa: FBT001 - what it is about
    return "" if said is None else str(said).lower()
