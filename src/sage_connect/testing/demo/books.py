"""A month of the demo company: sales, purchases, money and entries, by business case."""

from collections.abc import Iterator, Mapping
from typing import Final

from ...model import Document, MasterData
from . import (
    entries as of_entries,
    money as of_money,
    purchases as of_purchases,
    sales as of_sales,
)

SEED: Final = 2026


def cases(seed: int = SEED) -> Mapping[str, tuple[Document, ...]]:
    """Return the documents by business case, each in order of date.

    Args:
        seed: Equal seeds give equal documents, on every version of Python.
    """
    parts = (of_sales, of_purchases, of_money, of_entries)
    found: dict[str, list[Document]] = {name: [] for part in parts for name in part.CASES}
    for name, document in _documents(seed):
        found[name].append(document)
    return {name: tuple(documents) for name, documents in found.items()}


def month(seed: int = SEED) -> list[Document | MasterData]:
    """Return all documents of the month in posting order, what is new in it first.

    Master data; then sales, purchases, payments, bank entries and journal entries. Within
    each kind numbers rise without a gap in order of date: FA2026-0001 for sales invoices,
    AV for credit notes, HA, HAV, CB, CBR and NF for purchases, RG for payments, BQ for bank
    entries, OD for journal entries. All of them are valid for the company as exported.

    Args:
        seed: As for `cases`.
    """
    return [
        *of_purchases.new_sections(),
        *of_sales.newcomers(),
        *of_purchases.new_suppliers(),
        *(document for _, document in _documents(seed)),
    ]


def _documents(seed: int) -> Iterator[tuple[str, Document]]:
    sold = [*of_sales.sales(seed)]
    bought = [*of_purchases.purchases(seed)]
    moved = [*of_money.money(seed, sold, bought)]
    yield from sold
    yield from bought
    yield from moved
    yield from of_entries.entries(seed, [*sold, *bought, *moved])
