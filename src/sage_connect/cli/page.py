"""The demo's report: what was posted, an example of each case, then the faults."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .demo import Bank, Case, Demo, Kind

_WORDS: Final = {
    "en": {
        "title": "ATELIER DÉMO SARL: a month of books in a simulation of Sage 100",
        "posted": "What was posted",
        "imported": "An independent simulation of Sage 100 read the import file: "
        "{pieces} pieces, {duplicates} lines twice.",
        "kind_columns": "posted|journal|>documents|>EUR",
        "bank_columns": "bank or cash box|>money in, EUR|>money out, EUR",
        "case": "documents, {gross} EUR in all",
        "example": "Example: {number}",
        "columns": "account|third party|label|>debit|>credit|analytic",
        "sales": "Sales",
        "purchases": "Purchases",
        "money": "Payments and bank entries",
        "entries": "Journal entries",
    },
    "fr": {
        "title": "ATELIER DÉMO SARL : un mois de comptabilité, Sage 100 simulé",
        "posted": "Ce qui a été passé",
        "imported": "Le fichier d'import a été lu par une simulation indépendante de Sage "
        "100 : {pieces} pièces, {duplicates} lignes en double.",
        "kind_columns": "passé|journal|>documents|>EUR",
        "bank_columns": "banque ou caisse|>encaissé, EUR|>décaissé, EUR",
        "case": "documents, {gross} EUR en tout",
        "example": "Exemple : {number}",
        "columns": "compte|tiers|libellé|>débit|>crédit|analytique",
        "sales": "Ventes",
        "purchases": "Achats",
        "money": "Règlements et mouvements bancaires",
        "entries": "Écritures d'opérations diverses",
    },
}
KINDS: Final = {
    "sales_invoice": ("sales invoices", "factures de vente"),
    "sales_credit_note": ("sales credit notes", "avoirs aux clients"),
    "supplier_invoice": ("suppliers' invoices", "factures des fournisseurs"),
    "supplier_credit_note": ("suppliers' credit notes", "avoirs des fournisseurs"),
    "card_payment": ("card payments", "dépenses par carte"),
    "card_refund": ("card refunds", "remboursements sur carte"),
    "expense_claim": ("expense claims", "notes de frais"),
    "customer_receipt": ("customers' receipts", "règlements des clients"),
    "customer_refund": ("refunds to customers", "remboursements aux clients"),
    "supplier_payment": ("payments to suppliers", "règlements aux fournisseurs"),
    "supplier_refund": ("refunds by suppliers", "remboursements des fournisseurs"),
    "bank_entry": ("bank entries", "mouvements bancaires"),
    "journal_entry": ("journal entries", "écritures diverses"),
    "customer": ("new customers", "nouveaux clients"),
    "supplier": ("new suppliers", "nouveaux fournisseurs"),
    "dimension_value": ("new analytic sections", "nouvelles sections analytiques"),
}
"""What kinds of documents are called, in English and in French."""


def kind_word(name: str, language: str) -> str:
    """Return what documents of a kind are called."""
    return KINDS[name][language == "fr"]


def money(amount: Decimal) -> str:
    """Return an amount with its thousands apart."""
    return f"{amount:,.2f}".replace(",", "\u202f")


def page(demo: "Demo") -> str:
    """Return the report of a demo as a page that stands alone."""
    words = _WORDS[demo.language]
    states = "".join(
        f"<tr><td>{escape(state)}</td><td>{count}</td></tr>"
        for state, count in demo.states.items()
    )
    imported = words["imported"].format(pieces=demo.pieces, duplicates=demo.duplicates)
    lead = (
        f'<section class="cases"><h2>{escape(words["posted"])}</h2>'
        f"<table>{states}</table><p>{escape(imported)}</p>"
        f"{_kinds(demo.kinds, words, demo.language)}{_banks(demo.banks, words)}"
        f"{_parts(demo.cases, words)}</section>\n"
    )
    return demo.report.to_html(language=demo.language, title=words["title"], lead=lead)


def _kinds(kinds: Iterable["Kind"], words: dict[str, str], language: str) -> str:
    rows = "".join(
        f"<tr><td>{escape(kind_word(one.name, language))}</td><td>{one.journal}</td>"
        f'<td class="money">{one.documents}</td>'
        f'<td class="money">{money(one.gross) if one.gross else ""}</td></tr>'
        for one in kinds
    )
    return _table(words["kind_columns"], rows)


def _banks(banks: Iterable["Bank"], words: dict[str, str]) -> str:
    rows = "".join(
        f'<tr><td>{escape(one.account)}</td><td class="money">{money(one.received)}</td>'
        f'<td class="money">{money(one.paid)}</td></tr>'
        for one in banks
    )
    return _table(words["bank_columns"], rows)


def _table(columns: str, rows: str) -> str:
    """Return a table; the names of columns of numbers begin with ">"."""
    head = "".join(
        f'<th class="money">{escape(name[1:])}</th>'
        if name.startswith(">")
        else f"<th>{escape(name)}</th>"
        for name in columns.split("|")
    )
    return f'<table class="entries"><tr>{head}</tr>{rows}</table>\n'


def _parts(cases: Sequence["Case"], words: dict[str, str]) -> str:
    found: list[str] = []
    for part, own in groupby(cases, lambda one: one.part):
        found.append(f"<h2>{escape(words[part])}</h2>")
        # One stands open, to show that there is something inside.
        found += (_case(one, words, is_open=one is cases[0]) for one in own)
    return "".join(found)


def _case(case: "Case", words: dict[str, str], *, is_open: bool) -> str:
    told = words["case"].format(gross=money(case.gross))
    rows = "".join(
        f"<tr><td>{escape(one.account)}</td><td>{escape(one.party)}</td>"
        f'<td>{escape(one.label)}</td><td class="money">{one.debit}</td>'
        f'<td class="money">{one.credit}</td><td>{escape(one.analytic)}</td></tr>'
        for one in case.entries
    )
    return (
        f"<details{' open' if is_open else ''}><summary>{escape(case.name)} "
        f"<b>{case.documents}</b></summary>"
        f"<p>{case.documents} {escape(told)}. "
        f"{escape(words['example'].format(number=case.number))}</p>"
        f"{_table(words['columns'], rows)}</details>\n"
    )
