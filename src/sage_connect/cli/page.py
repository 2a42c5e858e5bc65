"""The demo's report: what was posted, an example of each case, then the faults."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Final

import attrs

from ..ledger import POSTED
from ..validation import Finding, Report

if TYPE_CHECKING:
    from .demo import Bank, Case, Demo, Kind

_PRODUCTS: Final = {
    "sage100": "Sage 100",
    "accounting": "Sage Accounting",
    "intacct": "Sage Intacct",
}
_WORDS: Final = {
    "en": {
        "title": "ATELIER DÉMO SARL: a month of books in a simulation of {product}",
        "posted": "What was posted",
        "sage100": "An independent simulation of Sage 100 read the import file: "
        "{standing} pieces, {twice} lines twice.",
        "accounting": "The books of the simulated business were counted: {standing} "
        "records, {lost} lost, {twice} twice.",
        "intacct": "The books of the simulated company were counted: {standing} "
        "records, {lost} lost, {twice} twice.",
        "kind_columns": "posted|journal|>documents|>{currency}",
        "bank_columns": "bank or cash box|>money in, {currency}|>money out, {currency}",
        "case": "documents, {gross} {currency} in all",
        "refused": "{refused} of them were not posted; the findings below say why.",
        "example": "Example: {number}",
        "columns": "account|third party|label|>debit|>credit|analytic",
        "sales": "Sales",
        "purchases": "Purchases",
        "money": "Payments and bank entries",
        "entries": "Journal entries",
    },
    "fr": {
        "title": "ATELIER DÉMO SARL : un mois de comptabilité, {product} simulé",
        "posted": "Ce qui a été passé",
        "sage100": "Le fichier d'import a été lu par une simulation indépendante de Sage "
        "100 : {standing} pièces, {twice} lignes en double.",
        "accounting": "Les livres de l'entreprise simulée ont été comptés : {standing} "
        "enregistrements, {lost} perdus, {twice} en double.",
        "intacct": "Les livres de la société simulée ont été comptés : {standing} "
        "enregistrements, {lost} perdus, {twice} en double.",
        "kind_columns": "passé|journal|>documents|>{currency}",
        "bank_columns": "banque ou caisse|>encaissé, {currency}|>décaissé, {currency}",
        "case": "documents, {gross} {currency} en tout",
        "refused": "{refused} n'ont pas été passés ; les constats ci-dessous disent "
        "pourquoi.",
        "example": "Exemple : {number}",
        "columns": "compte|tiers|libellé|>débit|>crédit|analytique",
        "sales": "Ventes",
        "purchases": "Achats",
        "money": "Règlements et mouvements bancaires",
        "entries": "Écritures d'opérations diverses",
    },
}
_OVERVIEW: Final = {
    "en": {
        "title": "ATELIER DÉMO SARL: the same month of books in three simulated products",
        "lead": "One set of documents was posted to each product. What a product cannot "
        "hold, and what is faulty, was refused; the findings below say why and what to do. "
        "Customers, suppliers and other master data are posted too, and are not counted "
        "among the records. Each product's own report shows the entries.",
        "columns": "product|>documents|>posted|>refused|>left out|>records in its books|"
        ">lost|>twice",
    },
    "fr": {
        "title": "ATELIER DÉMO SARL : le même mois dans trois produits simulés",
        "lead": "Les mêmes documents ont été passés dans chaque produit. Ce qu'un produit "
        "ne peut tenir, et ce qui est fautif, a été refusé ; les constats ci-dessous "
        "disent pourquoi et que faire. Les clients, fournisseurs et autres fiches sont "
        "passés aussi, sans compter parmi les enregistrements. Le rapport de chaque "
        "produit montre les écritures.",
        "columns": "produit|>documents|>passés|>refusés|>laissés de côté|>enregistrements|"
        ">perdus|>en double",
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
CASES: Final = {
    "several VAT rates": "plusieurs taux de TVA",
    "discounts": "remises",
    "instalments at 30 and 60 days": "échéances à 30 et 60 jours",
    "project": "affaire",
    "line split over three projects": "ligne ventilée sur trois affaires",
    "carriage charged": "port facturé",
    "foreign currency": "devise étrangère",
    "intra-EU and export without VAT": "Union européenne et export, sans TVA",
    "prices including tax": "prix TTC",
    "new customer": "nouveau client",
    "stated totals": "totaux donnés",
    "credit note on an invoice": "avoir sur facture",
    "supplier's invoice": "facture d'un fournisseur",
    "purchase at several VAT rates": "achat à plusieurs taux de TVA",
    "purchase in instalments": "achat à échéances",
    "purchase for a project": "achat pour une affaire",
    "purchase split over two plans": "achat ventilé sur deux plans",
    "fixed asset": "immobilisation",
    "purchase in a foreign currency": "achat en devise",
    "purchase within the EU": "achat dans l'Union européenne",
    "new supplier": "nouveau fournisseur",
    "new project": "nouvelle affaire",
    "purchase paid by direct debit": "achat payé par prélèvement",
    "card payment": "dépense par carte",
    "expense claim": "note de frais",
    "supplier's credit note": "avoir d'un fournisseur",
    "card refund": "remboursement sur carte",
    "customer's receipt": "règlement d'un client",
    "receipt in part": "règlement partiel d'un client",
    "receipt of several invoices": "règlement de plusieurs factures par un client",
    "receipt on account": "acompte d'un client",
    "receipt in dollars": "règlement en dollars d'un client",
    "customer refunded": "client remboursé",
    "supplier paid": "règlement d'un fournisseur",
    "supplier paid in part": "règlement partiel d'un fournisseur",
    "several invoices paid": "règlement de plusieurs factures d'un fournisseur",
    "supplier paid in advance": "acompte à un fournisseur",
    "supplier paid in dollars": "règlement en dollars d'un fournisseur",
    "employee paid back": "notes de frais remboursées",
    "refund of a supplier": "remboursement d'un fournisseur",
    "card payment on the statement": "carte sur le relevé bancaire",
    "direct debit": "prélèvement",
    "salary paid": "salaire versé",
    "bank fees, interest and loan": "frais bancaires, intérêts et emprunt",
    "cash drawn and paid in": "retraits et remises d'espèces",
    "wages and charges": "salaires et charges sociales",
    "accrual split over projects": "charges et produits à régulariser, ventilés",
    "depreciation": "amortissements",
    "exchange difference": "écarts de change",
    "VAT of a purchase within the EU": "TVA d'un achat dans l'Union européenne",
}
"""What business cases are called in French."""


def kind_word(name: str, language: str) -> str:
    """Return what documents of a kind are called."""
    return KINDS[name][language == "fr"]


def money(amount: Decimal) -> str:
    """Return an amount with its thousands apart."""
    return f"{amount:,.2f}".replace(",", "\u202f")


def page(demo: "Demo") -> str:
    """Return the report of a demo as a page that stands alone."""
    count = demo.count
    values = {
        "product": _PRODUCTS[demo.product],
        "currency": demo.currency,
        "standing": count.standing,
        "lost": count.lost,
        "twice": count.twice,
        "gross": "{gross}",
        "number": "{number}",
        "refused": "{refused}",
    }
    words = {name: text.format_map(values) for name, text in _WORDS[demo.language].items()}
    states = "".join(
        f"<tr><td>{escape(state)}</td><td>{count}</td></tr>"
        for state, count in demo.states.items()
    )
    lead = (
        f'<section class="cases"><h2>{escape(words["posted"])}</h2>'
        f"<table>{states}</table><p>{escape(words[demo.product])}</p>"
        f"{_kinds(demo.kinds, words, demo.language)}{_banks(demo.banks, words)}"
        f"{_parts(demo.cases, words, demo.language)}</section>\n"
    )
    return demo.report.to_html(language=demo.language, title=words["title"], lead=lead)


def overview(demos: Sequence["Demo"]) -> str:
    """Return one page on the demos of several products: counts, links, then all faults."""
    language = demos[0].language
    words = _OVERVIEW[language]
    counted = _table(words["columns"], "".join(map(_counted, demos)))
    lead = f'<section class="cases"><p>{escape(words["lead"])}</p>{counted}</section>\n'
    found: list[Finding] = []
    documents = 0
    for one in demos:
        found += [
            attrs.evolve(
                finding,
                index=documents + finding.index,
                document=f"{_PRODUCTS[one.product]} \u00b7 {finding.document}",
            )
            for finding in one.report
        ]
        documents += one.report.documents
    report = Report(findings=tuple(found), documents=documents)
    return report.to_html(language=language, title=words["title"], lead=lead)


def _counted(demo: "Demo") -> str:
    documents, posted, count = sum(demo.states.values()), _posted(demo), demo.count
    left_out = demo.states.get("SKIPPED", 0)
    numbers = (documents, posted, documents - posted - left_out, left_out)
    books = (count.standing, count.lost, count.twice)
    cells = "".join(f'<td class="money">{one}</td>' for one in (*numbers, *books))
    link = f"{demo.product}/{demo.page.name}"
    return f'<tr><td><a href="{link}">{_PRODUCTS[demo.product]}</a></td>{cells}</tr>'


def _posted(demo: "Demo") -> int:
    return sum(demo.states.get(state, 0) for state in POSTED)


def _kinds(kinds: Sequence["Kind"], words: dict[str, str], language: str) -> str:
    # Not every product has journals.
    journals = any(one.journal for one in kinds)
    name, journal, *others = words["kind_columns"].split("|")
    columns = (name, *((journal,) if journals else ()), *others)
    rows = "".join(
        f"<tr><td>{escape(kind_word(one.name, language))}</td>"
        + (f"<td>{one.journal}</td>" if journals else "")
        + f'<td class="money">{one.documents}</td>'
        f'<td class="money">{money(one.gross) if one.gross else ""}</td></tr>'
        for one in kinds
    )
    return _table("|".join(columns), rows)


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


def _parts(cases: Sequence["Case"], words: dict[str, str], language: str) -> str:
    found: list[str] = []
    for part, own in groupby(cases, lambda one: one.part):
        found.append(f"<h2>{escape(words[part])}</h2>")
        # One stands open, to show that there is something inside.
        found += (_case(one, words, language, is_open=one is cases[0]) for one in own)
    return "".join(found)


def _case(case: "Case", words: dict[str, str], language: str, *, is_open: bool) -> str:
    name = CASES[case.name] if language == "fr" else case.name
    told = words["case"].format(gross=money(case.gross))
    rows = "".join(
        f"<tr><td>{escape(one.account)}</td><td>{escape(one.party)}</td>"
        f'<td>{escape(one.label)}</td><td class="money">{one.debit}</td>'
        f'<td class="money">{one.credit}</td><td>{escape(one.analytic)}</td></tr>'
        for one in case.entries
    )
    example = escape(words["example"].format(number=case.number))
    shown = f" {example}</p>{_table(words['columns'], rows)}" if case.posted else "</p>"
    refused = case.documents - case.posted
    left_out = f" {escape(words['refused'].format(refused=refused))}" if refused else ""
    return (
        f"<details{' open' if is_open else ''}><summary>{escape(name)} "
        f"<b>{case.posted}</b></summary>"
        f"<p>{case.documents} {escape(told)}.{left_out}{shown}</details>\n"
    )
