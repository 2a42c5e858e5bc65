"""A body for every operation: what is required, with values that fit a demo business."""

from typing import Any

from .desk import Desk


def bodies(desk: Desk) -> dict[str, dict[str, Any]]:
    """Return a body that creates a record of each resource."""
    customer, supplier = desk.contact("ARDENT"), desk.contact("HARBOUR")
    sales, costs, bank = desk.account(4000), desk.account(5000), desk.bank()
    line = {
        "description": "Work",
        "ledger_account_id": sales,
        "quantity": "1",
        "unit_price": "10",
        "tax_rate_id": "GB_STANDARD",
        "tax_amount": "2",
    }
    bought = {**line, "ledger_account_id": costs}
    day = {"date": "2026-03-01"}
    address = desk.post(
        "/addresses",
        {
            "address_type_id": "DELIVERY",
            "name": "Yard",
            "is_main_address": False,
            "contact_id": customer,
        },
    )
    sides = [
        {"ledger_account_id": sales, "debit": "0", "credit": "5"},
        {"ledger_account_id": costs, "debit": "5", "credit": "0"},
    ]
    item = {
        "item_code": "X-1",
        "description": "Thing",
        "sales_ledger_account_id": sales,
        "purchase_ledger_account_id": costs,
    }
    invoice = {"contact_id": customer, **day}
    stocked = desk.get("/stock_items")["$items"][0]["id"]
    quick = {"quick_entry_type_id": "INVOICE", "reference": "Q", "net_amount": "7"} | day
    much = {**line, "unit_price": "1000"}
    paid = desk.post("/sales_invoices", {**invoice, "invoice_lines": [much]})
    credit = desk.post("/sales_credit_notes", {**invoice, "credit_note_lines": [much]})
    return {
        "addresses": {
            "address_type_id": "SALES",
            "name": "Office",
            "is_main_address": False,
            "contact_id": customer,
        },
        "analysis_type_categories": {
            "code": "C1",
            "name": "North",
            "analysis_type_id": desk.get("/analysis_types")["$items"][0]["id"],
        },
        "attachments": {
            "file": "SGVsbG8=",
            "file_name": "a.pdf",
            "mime_type": "application/pdf",
        },
        "bank_accounts": {
            "bank_account_type_id": "SAVINGS",
            "bank_account_details": {"account_name": "Savings"},
        },
        "bank_deposits": {
            "from_bank_account_id": desk.bank("CASH_IN_HAND"),
            "to_bank_account_id": bank,
            "reference": "D",
            "cash_amount": "5",
            **day,
        },
        "bank_opening_balances": {
            "bank_account_id": bank,
            "debit": "9",
            "credit": "0",
            **day,
        },
        "bank_reconciliations": {"bank_account_id": bank, "statement_end_balance": "9"},
        "bank_transfers": {
            "from_bank_account_id": bank,
            "to_bank_account_id": desk.bank("CASH_IN_HAND"),
            "amount": "5",
            **day,
        },
        "business_exchange_rates": {"currency_id": "EUR", "rate": "0.8"},
        "contact_allocations": {
            "transaction_type_id": "CUSTOMER_ALLOCATION",
            "contact_id": customer,
            "allocated_artefacts": [
                {"artefact_id": paid["id"], "amount": "5"},
                {"artefact_id": credit["id"], "amount": "-5"},
            ],
        },
        "contact_opening_balances": {
            "contact_opening_balance_type_id": "INVOICE",
            "contact_id": customer,
            "reference": "OLD",
            "total_amount": "50",
            **day,
        },
        "contact_payments": {
            "transaction_type_id": "CUSTOMER_RECEIPT",
            "contact_id": customer,
            "bank_account_id": bank,
            "total_amount": "3",
            **day,
        },
        "contact_persons": {
            "address_id": address["id"],
            "name": "Ann",
            "contact_person_type_ids": ["ACCOUNTS"],
        },
        "contacts": {"name": "New Ltd", "contact_type_ids": ["CUSTOMER"]},
        "hosted_artefact_payment_settings": {
            "object_guid": "g" * 32,
            "disable_payment": True,
        },
        "journals": {"reference": "J", "journal_lines": sides, **day},
        "ledger_account_opening_balances": {
            "ledger_account_id": costs,
            "debit": "4",
            "credit": "0",
        },
        "ledger_accounts": {
            "ledger_account_type_id": "SALES",
            "included_in_chart": True,
            "name": "More sales",
            "display_name": "More sales",
            "nominal_code": 4077,
        },
        "migration_tax_returns": {
            "from_date": "2026-01-01",
            "to_date": "2026-03-31",
            "total_amount": "12.50",
            "tax_return_frequency_id": "QUARTERLY",
            "gb": {"box_1": "12.50"},
        },
        "opening_balance_journals": {"reference": "O", "journal_lines": sides, **day},
        "other_payments": {
            "transaction_type_id": "OTHER_PAYMENT",
            "bank_account_id": bank,
            "total_amount": "12",
            "payment_lines": [
                {"ledger_account_id": costs, "total_amount": "12", "tax_amount": "2"}
            ],
            **day,
        },
        "product_sales_price_types": {"name": "Club", "active": True},
        "products": item,
        "purchase_credit_notes": {
            "contact_id": supplier,
            "credit_note_lines": [bought],
            **day,
        },
        "purchase_invoices": {
            "contact_id": supplier,
            "due_date": "2026-04-01",
            "invoice_lines": [bought],
            **day,
        },
        "purchase_quick_entries": {
            **quick,
            "contact_id": supplier,
            "ledger_account_id": costs,
        },
        "sales_credit_notes": {**invoice, "credit_note_lines": [line]},
        "sales_estimates": {
            **invoice,
            "expiry_date": "2026-04-01",
            "estimate_lines": [line],
        },
        "sales_invoices": {**invoice, "invoice_lines": [line]},
        "sales_quick_entries": {
            **quick,
            "contact_id": customer,
            "ledger_account_id": sales,
        },
        "sales_quotes": {**invoice, "expiry_date": "2026-04-01", "quote_lines": [line]},
        "service_rate_types": {"name": "Night", "active": True},
        "services": {
            name: value for name, value in item.items() if not name.startswith("purchase")
        },
        "stock_items": item,
        "stock_movements": {
            "stock_item_id": stocked,
            "quantity": "3",
            "cost_price": "2",
            "details": "Found",
            **day,
        },
        "tax_rates": {
            "name": "Own",
            "component_tax_rate": [{"name": "Own part", "percentage": "3"}],
        },
    }


CHANGES: dict[str, dict[str, Any]] = {
    "addresses": {"city": "Elsewhere"},
    "analysis_type_categories": {"name": "South"},
    "analysis_types": {"name": "Region"},
    "attachments": {"description": "A letter"},
    "bank_accounts": {"is_active": False},
    "bank_opening_balances": {"debit": "11"},
    "bank_reconciliations": {"reference": "R"},
    "bank_transfers": {"amount": "6"},
    "business_exchange_rates": {"rate": "0.85"},
    "business_settings": {"wizard_complete": True},
    "businesses": {"mobile": "07700 900000"},
    "cis_settings": {"contractor": True},
    "contact_allocations": {"date": "2026-03-09"},
    "contact_opening_balances": {"reference": "OLDER"},
    "contact_payments": {"reference": "R"},
    "contact_persons": {"job_title": "Owner"},
    "contacts": {"notes": "Nice"},
    "email_settings": {"send_bcc": True},
    "financial_settings": {"year_end_date": "2026-06-30"},
    "invoice_settings": {"next_invoice_number": 500},
    "ledger_account_opening_balances": {"debit": "5"},
    "ledger_accounts": {"display_name": "Renamed"},
    "migrations": {"source_product": "Ours"},
    "other_payments": {"reference": "R"},
    "product_sales_price_types": {"active": False},
    "products": {"description": "Other"},
    "purchase_credit_notes": {"notes": "n"},
    "purchase_invoices": {"notes": "n"},
    "purchase_quick_entries": {"details": "d"},
    "sales_credit_notes": {"notes": "n"},
    "sales_estimates": {"notes": "n"},
    "sales_invoices": {"notes": "n"},
    "sales_quick_entries": {"details": "d"},
    "sales_quotes": {"notes": "n"},
    "service_rate_types": {"active": False},
    "services": {"description": "Other"},
    "stock_items": {"description": "Other"},
    "stock_movements": {"details": "Counted"},
    "tax_rates": {"name": "Renamed"},
    "user": {"last_name": "Doe"},
}
"""A change of each resource that can be changed."""
