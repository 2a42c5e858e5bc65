"""One at a time: what Sage wants created in turn, within this process.

Numbers and references are unique in a business, and Sage asks that what carries one is not
created in parallel. Other processes are not held back: they meet Sage's own refusals.
"""

import os
from typing import Final

from ..plan.turns import Turns

SERIALISED: Final = frozenset(
    {
        "contacts",
        "products",
        "purchase_corrective_invoices",
        "purchase_credit_notes",
        "purchase_invoices",
        "purchase_quick_entries",
        "sales_corrective_invoices",
        "sales_credit_notes",
        "sales_estimates",
        "sales_invoices",
        "sales_quick_entries",
        "sales_quotes",
        "services",
        "stock_items",
    }
)
"""Resources whose creation Sage asks to be done in turn, for each business.

Drafts of theirs are released in turn too: that is when they are numbered.
"""

TURNS: Final = Turns()
"""The turns of this process. A fork begins without any."""

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=TURNS.forget)
