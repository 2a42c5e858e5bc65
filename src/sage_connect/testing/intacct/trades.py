"""Kinds of documents that the subledgers keep, and what tells them apart."""

from typing import Final, Literal, TypeAlias

import attrs

Side: TypeAlias = Literal[1, -1]


@attrs.frozen(kw_only=True)
class Trade:
    """A kind of document.

    Attributes:
        header: Object of the document.
        line: Object of its lines.
        holder: Element that holds them.
        party: Object of the party.
        party_id: Field of the party.
        label: What the gateway calls it.
        type: RECORDTYPE.
        module: Code of the module.
        module_key: Code of the module on the record.
        term: Object of its terms; "" for none.
        tax: TAXTYPE of tax details that fit; "" for none.
        side: 1 where the party owes a positive amount, -1 where it is owed.
        control: Name of the account of the party.
    """

    header: str
    line: str
    holder: str
    party: str
    party_id: str
    label: str
    type: str
    module: str
    module_key: str
    term: str = ""
    tax: str = ""
    side: Side
    control: str


INVOICE: Final = Trade(
    header="ARINVOICE", line="ARINVOICEITEM", holder="ARINVOICEITEMS", party="CUSTOMER",
    party_id="CUSTOMERID", label="Invoice", type="ri", module="AR", module_key="4.AR",
    term="ARTERM", tax="Sale", side=1, control="AR",
)  # fmt: skip
AR_ADJUSTMENT: Final = attrs.evolve(
    INVOICE, header="ARADJUSTMENT", line="ARADJUSTMENTITEM", holder="ARADJUSTMENTITEMS",
    label="AR Adjustment", type="ra", term="",
)  # fmt: skip
ADVANCE: Final = attrs.evolve(
    INVOICE, header="ARADVANCE", line="ARADVANCEITEM", holder="ARADVANCEITEMS",
    label="AR Advance", type="rr", term="", tax="", side=-1, control="ADVANCE",
)  # fmt: skip
BILL: Final = Trade(
    header="APBILL", line="APBILLITEM", holder="APBILLITEMS", party="VENDOR",
    party_id="VENDORID", label="Bill", type="pi", module="AP", module_key="3.AP",
    term="APTERM", tax="Purchase", side=-1, control="AP",
)  # fmt: skip
AP_ADJUSTMENT: Final = attrs.evolve(
    BILL, header="APADJUSTMENT", line="APADJUSTMENTITEM", holder="APADJUSTMENTITEMS",
    label="AP Adjustment", type="pa", term="",
)  # fmt: skip
EXPENSES: Final = Trade(
    header="EEXPENSES", line="EEXPENSESITEM", holder="EEXPENSESITEMS", party="EMPLOYEE",
    party_id="EMPLOYEEID", label="Expense Report", type="ei", module="EE",
    module_key="6.EE", side=-1, control="EE",
)  # fmt: skip
EXPENSE_ADJUSTMENT: Final = attrs.evolve(
    EXPENSES, header="EXPENSEADJUSTMENTS", line="EXPENSEADJUSTMENTSITEM",
    holder="EXPENSEADJUSTMENTSITEMS", label="Expense Adjustment", type="ea",
)  # fmt: skip

TRADES: Final = (
    INVOICE, AR_ADJUSTMENT, ADVANCE, BILL, AP_ADJUSTMENT, EXPENSES, EXPENSE_ADJUSTMENT,
)  # fmt: skip
"""All kinds."""

BY_HEADER: Final = {trade.header: trade for trade in TRADES}
"""Kinds by the object of the document."""
