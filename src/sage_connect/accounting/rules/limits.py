"""The lengths that Sage states, as far as documents reach them.

They stand in the facts of the API too, which take too long to read for a check; a test
keeps the two alike. Sage states them on replies only; that requests have the same is
inferred.
"""

from collections.abc import Mapping
from typing import Final

LIMITS: Final[Mapping[str, Mapping[str, int]]] = {
    "Contact": {
        "name": 100,
        "reference": 10,
        "tax_number": 255,
        "notes": 4000,
    },
    "Address": {"address_line_1": 50, "city": 50, "postal_code": 10, "region": 50},
    "ContactPerson": {
        "name": 50,
        "job_title": 50,
        "telephone": 50,
        "mobile": 50,
        "email": 100,
    },
    "SalesInvoice": {"invoice_number_prefix": 6, "reference": 25, "notes": 2000},
    "SalesCreditNote": {"credit_note_number_prefix": 6, "reference": 25, "notes": 2000},
    "PurchaseInvoice": {"vendor_reference": 31, "reference": 25, "notes": 2000},
    "PurchaseCreditNote": {"vendor_reference": 31, "reference": 25, "notes": 2000},
    "ContactPayment": {"reference": 25},
    "OtherPayment": {"reference": 25},
    "Journal": {"reference": 255, "description": 200},
    "Product": {"item_code": 255, "description": 255, "notes": 500},
    "Service": {"item_code": 255, "description": 255, "notes": 500},
    "StockItem": {"item_code": 30, "description": 255, "notes": 500},
    "AnalysisTypeCategory": {"code": 10, "name": 50},
}
"""Characters, by shape and field."""

REGION_LENGTH: Final = 45
"""Of a British or Irish region, which a page of Sage's own states."""
FILE_SIZE: Final = 2_621_440
"""Bytes of an attachment."""
