"""How one company of Sage 100 is posted to."""

import datetime as dt
import enum

import attrs

from ..ledger import Mapping
from ..ledger.settings import are_severities
from ..model import Rounding, fields
from ..plan import Secret
from ..validation import Severity


@attrs.frozen(kw_only=True)
class Journals:
    """Codes of the journals that documents go to, by purpose.

    Attributes:
        sales: Sales invoices and credit notes. In Sage: Structure > Codes journaux.
        purchases: Suppliers' invoices and credit notes.
        claims: Expense claims of employees; "" for the journal of purchases.
        cards: Card payments and refunds; "" for the journal of purchases.
        bank: Payments and bank entries whose bank account names no journal.
    """

    sales: str = fields.text("VTE")
    purchases: str = fields.text("ACH")
    claims: str = fields.text()
    cards: str = fields.text()
    bank: str = fields.text("BQ")


@attrs.frozen(kw_only=True)
class Accounts:
    """General accounts by purpose, for documents that name none.

    Attributes:
        customers: Control account of customers that Sage does not have; a customer in Sage
            keeps its own.
        suppliers: Control account of suppliers, as `customers` for customers.
        employees: Control account of employees with expense claims; "" for `suppliers`.
        sales: Income account of lines without an account.
        sales_by_tax: Income account by tax code, for lines without an account; it comes
            before `sales`.
        shipping: Income account of shipping without an account; "" for `sales`.
        purchases: Expense account of lines and charges without an account.
        purchases_by_tax: Expense account by tax code, as `sales_by_tax` for sales.
        bank: General account of the bank, where neither a bank account nor the journal
            gives one.
        taxes: VAT account by tax code; "" or missing for the one of the tax code in Sage.
        expenses: How the numbers of expense accounts begin, for `accounts.list`.
    """

    customers: str = fields.text()
    suppliers: str = fields.text()
    employees: str = fields.text()
    sales: str = fields.text()
    sales_by_tax: fields.FrozenMap[str] = attrs.field(
        default=fields.NOTHING, converter=fields.frozen, validator=fields.are_texts
    )
    shipping: str = fields.text()
    purchases: str = fields.text()
    purchases_by_tax: fields.FrozenMap[str] = attrs.field(
        default=fields.NOTHING, converter=fields.frozen, validator=fields.are_texts
    )
    bank: str = fields.text()
    taxes: fields.FrozenMap[str] = attrs.field(
        default=fields.NOTHING, converter=fields.frozen, validator=fields.are_texts
    )
    expenses: tuple[str, ...] = attrs.field(
        default=("6",), converter=fields.as_tuple, validator=fields.all_are(str)
    )


@attrs.frozen(kw_only=True)
class Analytics:
    """Where the project of a document is posted.

    Attributes:
        plan: Name or number (1 to 11) of the analytic plan that `project` belongs to, such
            as "PROJET"; "" for the company's default plan.
        level: Name of the analysis level that sections of the plan stand on, such as
            "Production cost"; "" for any.
        free_values: True to take a plan whose section numbers have a part without a list of
            values; False to refuse it before the first document.
    """

    plan: str = fields.text()
    level: str = fields.text()
    free_values: bool = fields.flag()


class ExportPolicy(enum.StrEnum):
    """Whether to post without an export to check against."""

    REQUIRE = "require"
    ALLOW = "allow"


class NotCarried(enum.StrEnum):
    """What becomes of a document with a field that the file has no place for."""

    ERROR = "error"
    WARNING = "warning"


class ReceiptPolicy(enum.StrEnum):
    """What becomes of a purchase without a receipt."""

    REQUIRE = "require"
    WARN = "warn"
    ALLOW = "allow"


@attrs.frozen(kw_only=True)
class Policy:
    """What is allowed without asking.

    Attributes:
        create_customers: True to write customers of a batch that the export does not have.
        create_suppliers: True to write suppliers of a batch that the export does not have.
        create_analytics: True to write analytic sections of a batch that the export does
            not have.
        settle_unknown: True to take bank entries and payments of purchases that were not
            handed over from here; False to hold them back until they were.
        export: Whether documents are refused when there is no export to check against.
        not_carried: What becomes of a document with a filled field that a Sage 100 file
            has no place for: "error" refuses it, "warning" posts it without.
        receipts: What becomes of a supplier's invoice or credit note without an attachment:
            "require" refuses it, "warn" posts it with a warning, "allow" says nothing.
        transliterate: True to write "oe" for "œ" and "EUR" for "€", and to drop accents
            that the file's code page lacks; False to refuse the document.
        cut_labels: True to cut labels at 69 characters, with a warning; False to refuse.
        tax_register: True to write the tax register (`#MRGT`) of invoices and credit notes.
            Inferred from the layout alone: try it on a copy of the company first.
    """

    create_customers: bool = fields.flag(default=True)
    create_suppliers: bool = fields.flag()
    create_analytics: bool = fields.flag()
    settle_unknown: bool = fields.flag()
    export: ExportPolicy = fields.choice(ExportPolicy, ExportPolicy.REQUIRE)
    not_carried: NotCarried = fields.choice(NotCarried, NotCarried.ERROR)
    receipts: ReceiptPolicy = fields.choice(ReceiptPolicy, ReceiptPolicy.ALLOW)
    transliterate: bool = fields.flag()
    cut_labels: bool = fields.flag()
    tax_register: bool = fields.flag()


@attrs.frozen(kw_only=True)
class Sage100Settings:
    """How one company of Sage 100 Comptabilité (France) is posted to.

    Attributes:
        name: Company name, compared with the export's (raison sociale); "" to take it as
            it is. In Sage: Fichier > Paramètres société > Identification.
        company_file: Path of the company's `.mae` file, folder and extension included:
            `//SERVER/COMPTA/TEST1.mae`. It is only looked at, to see that nobody has it
            open; "" for no look.
        user: Sage user, such as "<Administrateur>", for a person to import with; it is not
            used to connect.
        password: Its password; may be empty. Never written anywhere.
        period_start: Documents before this day are skipped; None for none.
        journals: Journals by purpose.
        accounts: General accounts by purpose.
        analytics: Where projects are posted.
        policy: What is allowed without asking.
        mapping: The caller's codes to Sage's.
        severities: Rules made stricter, or milder where that can be, by their code:
            `{"SC-IBAN-INVALID": Severity.ERROR}`.
        rounding: Where tax is rounded.
        wait: Seconds to wait for another process that posts to the same folder, or for Sage
            to let go of the company file.
    """

    name: str = fields.text()
    company_file: str = fields.text()
    user: str = fields.text()
    password: Secret = attrs.field(factory=lambda: Secret(""))
    period_start: dt.date | None = fields.day()
    journals: Journals = fields.one_of(Journals, Journals())
    accounts: Accounts = fields.one_of(Accounts, Accounts())
    analytics: Analytics = fields.one_of(Analytics, Analytics())
    policy: Policy = fields.one_of(Policy, Policy())
    mapping: Mapping = fields.one_of(Mapping, Mapping())
    severities: fields.FrozenMap[Severity] = attrs.field(
        default=fields.NOTHING, converter=fields.frozen, validator=are_severities
    )
    rounding: Rounding = fields.choice(Rounding, Rounding.LINE)
    wait: float = attrs.field(
        default=0.0,
        validator=[attrs.validators.instance_of((float, int)), attrs.validators.ge(0)],
    )
