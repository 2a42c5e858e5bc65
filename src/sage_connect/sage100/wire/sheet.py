"""The sheet by which an accountant enters a layout into Sage, in French or English."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, Literal

from .delimited import Column, DelimitedLayout

__all__ = ("Language", "column_sheet")

Language = Literal["en", "fr"]

# Words of Sage's own screens are French in both languages (sources.md#layouts).
_CODE_PAGES: Final = {
    "cp1252": "Windows",
    "iso8859-15": "Windows",
    "ascii": "Windows",
    "cp850": "DOS",
    "cp437": "DOS",
}
_SEPARATORS: Final = {";": "Point-virgule", "\t": "Tabulation"}

_WORDS: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {
        "title": "Layout for the import of entries into Sage 100 (format paramétrable)",
        "steps": "In Sage",
        "new": "Fichier > Format import/export paramétrable… > Nouveau, or the nearest "
        "entry: menus differ by version.",
        "kind": "Type of data: Écritures comptables (or Écritures).",
        "choices": "Choose:",
        "merge": "Untick « Interpréter les séparateurs identiques comme unique »: ticked, "
        "as Sage proposes, it moves all columns after an empty one.",
        "dates": "Date format of the layout: {dates}. With another one Sage answers "
        "« L'écriture n'appartient pas à un exercice ».",
        "numbering": "Tab Numérotation: remove rules that shorten or replace accounts, or "
        "Sage answers « La longueur du compte est incorrecte ! ».",
        "columns": "Add the columns in this order:",
        "head": "| # | Field in Sage | Characters | Position | Format |",
        "save": "Vérifier le format, then Enregistrer.",
        "import": "To import: Fichier > Sauvegarde, then Fichier > Importer > Format "
        "paramétrable, choose the layout, then the file.",
        "mind": "Mind",
        "ema": "The layout that Sage saves (.ema) can be neither read nor made outside "
        "Sage: it is entered by hand, once in each company.",
        "excel": "Do not open the file in Excel before the import: dates, numbers and line "
        "ends change.",
        "bytes": "The file is {encoding} text without a byte order mark, and every line "
        "ends with CR LF. Do not save it anew in an editor.",
        "twice": "Sage does not notice a file that is imported twice: the entries then "
        "stand there twice.",
        "empty": "(leave this column out of the fields of Sage)",
        "day": "day, {dates}",
        "amount": "decimals 2, separator « {decimal} », right-aligned",
        "amount_delimited": "decimals 2, separator « {decimal} », no thousands separator",
        "side": "D or C",
        "type": "always G",
        "code": "text, code of Sage",
        "text": "text",
        "nearest": "Where the list of fields words it otherwise (Date écriture for Date de "
        "pièce), take the nearest entry.",
    },
    "fr": {
        "title": "Format d'import des écritures dans Sage 100 (format paramétrable)",
        "steps": "Dans Sage",
        "new": "Fichier > Format import/export paramétrable… > Nouveau, ou l'entrée la "
        "plus proche : les menus changent selon la version.",
        "kind": "Type de données : Écritures comptables (ou Écritures).",
        "choices": "Choisir :",
        "merge": "Décocher « Interpréter les séparateurs identiques comme unique » : "
        "cochée, comme Sage le propose, elle décale les colonnes après une colonne vide.",
        "dates": "Format de date du format : {dates}. Avec un autre, Sage répond « "
        "L'écriture n'appartient pas à un exercice ».",
        "numbering": "Onglet Numérotation : enlever les règles qui raccourcissent ou "
        "remplacent des comptes, sinon Sage répond « La longueur du compte est "
        "incorrecte ! ».",
        "columns": "Ajouter les colonnes dans cet ordre :",
        "head": "| n° | Champ dans Sage | Caractères | Position | Format |",
        "save": "Vérifier le format, puis Enregistrer.",
        "import": "Pour importer : Fichier > Sauvegarde, puis Fichier > Importer > Format "
        "paramétrable, choisir le format, puis le fichier.",
        "mind": "Attention",
        "ema": "Le format que Sage enregistre (.ema) ne peut être ni lu ni fait hors de "
        "Sage : il est saisi à la main, une fois par société.",
        "excel": "Ne pas ouvrir le fichier dans Excel avant l'import : dates, nombres et "
        "fins de ligne changent.",
        "bytes": "Le fichier est un texte {encoding} sans marque d'ordre des octets (BOM), "
        "chaque ligne finit par CR LF. Ne pas l'enregistrer dans un éditeur.",
        "twice": "Sage ne remarque pas un fichier importé deux fois : les écritures s'y "
        "trouvent alors en double.",
        "empty": "(ne pas mettre cette colonne dans les champs de Sage)",
        "day": "jour, {dates}",
        "amount": "décimales 2, séparateur « {decimal} », aligné à droite",
        "amount_delimited": "décimales 2, séparateur « {decimal} », sans séparateur de "
        "milliers",
        "side": "D ou C",
        "type": "toujours G",
        "code": "texte, code de Sage",
        "text": "texte",
        "nearest": "Si la liste des champs le nomme autrement (Date écriture pour Date de "
        "pièce), prendre l'entrée la plus proche.",
    },
}
_CODES: Final = {
    Column.JOURNAL,
    Column.ACCOUNT,
    Column.THIRD_PARTY,
    Column.TAX_CODE,
    Column.SECTION,
}


def column_sheet(layout: DelimitedLayout, language: Language = "en") -> str:
    """Return the sheet by which an accountant enters `layout` into Sage, as Markdown.

    Every choice of Sage's dialog, every column with its width and format, and what goes
    wrong otherwise. Words of Sage's screens are French in both languages
    (sources.md#layouts).
    """
    words = _WORDS[language]
    values = {
        "dates": str(layout.dates),
        "decimal": layout.decimal,
        "encoding": {"cp1252": "Windows-1252"}.get(
            layout.encoding, layout.encoding.upper()
        ),
    }
    told = {name: text.format(**values) for name, text in words.items()}
    merge = [told["merge"]] if layout.separator else []
    steps = [
        told["new"],
        told["kind"],
        "\n".join([told["choices"], *(f"   - {one}" for one in _choices(layout))]),
        *merge,
        told["dates"],
        told["numbering"],
        "\n".join(
            [told["columns"], "", *_table(layout, told), "", f"   {told['nearest']}"]
        ),
        told["save"],
        told["import"],
    ]
    numbered = "\n".join(f"{at}. {step}" for at, step in enumerate(steps, start=1))
    mind = "\n".join(f"- {told[name]}" for name in ("ema", "excel", "bytes", "twice"))
    return (
        f"# {told['title']}\n\n## {told['steps']}\n\n{numbered}\n\n"
        f"## {told['mind']}\n\n{mind}\n"
    )


def _choices(layout: DelimitedLayout) -> Iterator[str]:
    separator = layout.separator
    if separator:
        yield "Type de fichiers : Délimité"
        yield f"Délimiteur : {_SEPARATORS.get(separator, f'Autre, « {separator} »')}"
    else:
        yield "Type de fichiers : Longueur fixe"
    yield f"Origine : {_CODE_PAGES[layout.encoding]}"
    yield "Délimiteur d'enregistrement : Retour chariot"
    yield f"Séparateur décimal : {'Virgule' if layout.decimal == ',' else 'Point'}"
    yield "Décimales : 2"
    yield "Identificateur de texte : Aucun"
    yield "Entête : Aucun"


def _table(layout: DelimitedLayout, told: Mapping[str, str]) -> Iterator[str]:
    yield f"   {told['head']}"
    yield "   |---:|---|---:|---:|---|"
    start = 1
    for at, column in enumerate(layout.columns):
        unused = column is Column.UNUSED
        width = layout.widths[at] if layout.widths else 0
        most = layout.limit(at)
        place = "" if layout.separator else f"{start}-{start + width - 1}"
        start += width
        name = told["empty"] if unused else str(column)
        size = width if not layout.separator else most or ""
        yield f"   | {at + 1} | {name} | {size} | {place} | {_form(column, layout, told)} |"


def _form(column: Column, layout: DelimitedLayout, told: Mapping[str, str]) -> str:
    match column:
        case Column.UNUSED:
            return ""
        case Column.DATE | Column.DUE:
            return told["day"]
        case Column.DEBIT | Column.CREDIT | Column.AMOUNT:
            return told["amount" if not layout.separator else "amount_delimited"]
        case Column.SIDE:
            return told["side"]
        case Column.TYPE:
            return told["type"]
        case _:
            return told["code" if column in _CODES else "text"]
