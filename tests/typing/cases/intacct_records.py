"""Fields of records have the types of their values."""

import datetime as dt
from decimal import Decimal
from typing import assert_type

from sage_connect.intacct.objects import APBILL, APBILLITEM, ARINVOICE
from sage_connect.intacct.wire.record import Record
from sage_connect.intacct.wire.reply import records_in
from sage_connect.intacct.wire.values import Number

invoice = ARINVOICE()

assert_type(invoice.recordno, int | None)
assert_type(invoice.totaldue, Decimal | None)
assert_type(invoice.whendue, dt.date | None)
assert_type(invoice.whenmodified, dt.datetime | None)
assert_type(invoice.retainagereleased, bool | None)
assert_type(invoice.recordid, str | None)
assert_type(invoice["MY_FIELD"], str)
assert_type(ARINVOICE.totaldue, Number)
assert_type(APBILL().apbillitems, tuple[APBILLITEM, ...])
assert_type(next(records_in([])), Record)
assert_type(next(records_in([], ARINVOICE)), ARINVOICE)

str(invoice.totaldeu)  # type: ignore[attr-defined]  # that is the case
