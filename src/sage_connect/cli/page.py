"""The demo's report: what was posted, an example of each case, then the faults."""

from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .demo import Case, Demo

_WORDS: Final = {
    "en": {
        "title": "ATELIER DÉMO SARL: a month of sales in a simulation of Sage 100",
        "posted": "What was posted",
        "imported": "An independent simulation of Sage 100 read the import file: "
        "{pieces} pieces, {duplicates} lines twice.",
        "case": "documents, {gross} EUR with tax (those in euros)",
        "example": "Example: {number}",
        "columns": "account|third party|label|debit|credit|analytic",
    },
    "fr": {
        "title": "ATELIER DÉMO SARL : un mois de ventes dans une simulation de Sage 100",
        "posted": "Ce qui a été passé",
        "imported": "Le fichier d'import a été lu par une simulation indépendante de Sage "
        "100 : {pieces} pièces, {duplicates} lignes en double.",
        "case": "documents, {gross} EUR TTC (ceux en euros)",
        "example": "Exemple : {number}",
        "columns": "compte|tiers|libellé|débit|crédit|analytique",
    },
}


def page(demo: "Demo") -> str:
    """Return the report of a demo as a page that stands alone."""
    words = _WORDS[demo.language]
    states = "".join(
        f"<tr><td>{escape(state)}</td><td>{count}</td></tr>"
        for state, count in demo.states.items()
    )
    imported = words["imported"].format(pieces=demo.pieces, duplicates=demo.duplicates)
    # One stands open, to show that there is something inside.
    cases = "".join(_case(one, words, is_open=at == 0) for at, one in enumerate(demo.cases))
    lead = (
        f'<section class="cases"><h2>{escape(words["posted"])}</h2>'
        f"<table>{states}</table><p>{escape(imported)}</p>{cases}</section>\n"
    )
    return demo.report.to_html(language=demo.language, title=words["title"], lead=lead)


def _case(case: "Case", words: dict[str, str], *, is_open: bool) -> str:
    told = words["case"].format(gross=f"{case.gross:,.2f}".replace(",", "\u202f"))
    head = "".join(f"<th>{escape(name)}</th>" for name in words["columns"].split("|"))
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
        f'<table class="entries"><tr>{head}</tr>{rows}</table></details>\n'
    )
