"""Programs of those who install the package, each of which needs an extra."""

EVERY_NAME = """
import sage_connect
[getattr(sage_connect, name) for name in sage_connect.__all__]
print("had")
"""

SIMULATED = """
import datetime as dt
from decimal import Decimal
import sage_connect
from sage_connect import Line, SalesInvoice, Tax

day = dt.date.today()
for product, tax in (("accounting", "GB_STANDARD"), ("intacct", "")):
    line = Line(
        description="Work",
        unit_price=Decimal("12.50"),
        account="4000",
        taxes=[Tax(tax, Decimal(20))] if tax else [],
    )
    invoice = SalesInvoice(
        number="F1", date=day, due=day, party="ARDENT", currency="GBP", lines=[line]
    )
    with sage_connect.connect(f"simulator:{product}") as ledger:
        receipt = ledger.sales_invoices.post(invoice)
        print(product, ledger.sales_invoices.get(receipt.id).number)
"""

DRAWN = """
from hypothesis import given, settings
from sage_connect import totals
from sage_connect.testing.strategies import sales_invoices

@settings(max_examples=5, database=None)
@given(sales_invoices())
def drawn(invoice):
    assert totals(invoice).gross == totals(invoice).net + totals(invoice).tax
drawn()
print("drawn")
"""

JUDGED = """
from sage_connect import Address, Customer, check
from sage_connect.validation import tax_id

print(tax_id("FR", "732 829 320 00074").number)
report = check([Customer(code="A", name="Able", tax_number="DE129273399",
                         address=Address(country="DE"))])
print([one.code for one in report])
"""

FRAMED = """
import datetime as dt
from decimal import Decimal
from sage_connect import Line, SalesInvoice, check
from sage_connect.frames import frame_of, to_frame
from sage_connect.testing import MemoryLedger

day = dt.date(2026, 9, 15)
ledger = MemoryLedger()
ledger.documents.post_all([
    SalesInvoice(number=f"F{at}", date=day, party="A", currency="EUR",
                 lines=[Line(description="Work", unit_price=price, account="7")])
    for at, price in enumerate(map(Decimal, ("0.10", "0.20", "1234567890.07")))
])
for library in ("pandas", "polars", "arrow"):
    frame = to_frame(ledger, "sales_invoices", library=library)
    column = frame["gross"]
    values = column.to_pylist() if library == "arrow" else list(column)
    print({type(one).__name__ for one in values}, sum(values))
print(len(check([]).to_frame()), len(check([]).to_frame(library="polars")))
"""

NOTEBOOK = """
import json, sys
from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance()
for cell in json.loads(open(sys.argv[1], encoding="utf-8").read())["cells"]:
    if cell["cell_type"] == "code":
        shell.run_cell("".join(cell["source"])).raise_error()
"""

LACKING = """
import sage_connect
from sage_connect import ConfigurationError
from sage_connect.frames import frame_of, to_frame
from sage_connect.testing import MemoryLedger
from sage_connect.validation import bic, iban, tax_id

told = []
for statement in {statements}:
    try:
        exec(statement)
    except ConfigurationError as error:
        told.append((statement, str(error)))
    else:
        told.append((statement, ""))
print(told)
"""
