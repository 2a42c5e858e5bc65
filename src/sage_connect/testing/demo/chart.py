"""The demo company's accounts, taxes, journals, projects and third parties, as rows."""

from decimal import Decimal
from typing import Final, NamedTuple

from ...sage100.wire import (
    AccountNature,
    JournalType,
    PieceNumbering,
    TaxDirection,
    TaxOrigin,
    ThirdPartyType,
)

NAME: Final = "ATELIER DÉMO SARL"
SIRET: Final = "99100200700011"
PLAN: Final = "PROJET"
CENTRES: Final = "CENTRE"
LEVELS: Final = ("Production cost", "Frais généraux")
CURRENCIES: Final = (
    # Label, ISO code, ISO number, units of it for one euro, unit and sub-unit.
    ("Euro", "EUR", "978", Decimal(1), "Euro", "Cent"),
    ("Dollar américain", "USD", "840", Decimal("1.0800"), "Dollar", "Cent"),
    ("Livre sterling", "GBP", "826", Decimal("0.8600"), "Livre", "Penny"),
    ("Franc suisse", "CHF", "756", Decimal("0.9500"), "Franc", "Centime"),
)
METHODS: Final = (
    ("Chèque", "CHQ"),
    ("Espèces", "ESP"),
    ("Traite", "LCR"),
    ("Virement", "VIR"),
    ("Prélèvement", "PRE"),
)

ACCOUNTS: Final = (
    ("101300", "Capital souscrit appelé, versé"),
    ("106100", "Réserve légale"),
    ("110000", "Report à nouveau créditeur"),
    ("119000", "Report à nouveau débiteur"),
    ("120000", "Résultat : bénéfice"),
    ("129000", "Résultat : perte"),
    ("164000", "Emprunt Crédit de l'Atelier"),
    ("205000", "Logiciels de conception"),
    ("218300", "Matériel informatique"),
    ("218400", "Mobilier de l'atelier"),
    ("280500", "Amortissement des logiciels"),
    ("281830", "Amortissement du matériel"),
    ("281840", "Amortissement du mobilier"),
    ("370000", "Stock de marchandises"),
    ("401000", "Fournisseurs"),
    ("401100", "Fournisseurs étrangers"),
    ("404000", "Fournisseurs d'immobilisations"),
    ("408100", "Factures non parvenues"),
    ("411000", "Clients France"),
    ("411100", "Clients Union européenne"),
    ("411200", "Clients export"),
    ("416000", "Clients douteux"),
    ("418100", "Factures à établir"),
    ("419100", "Acomptes reçus des clients"),
    ("421000", "Personnel, rémunérations dues"),
    ("431000", "Sécurité sociale"),
    ("445200", "TVA due intracommunautaire"),
    ("445510", "TVA à décaisser"),
    ("445620", "TVA déductible, immobilisations"),
    ("445660", "TVA déductible, biens et services"),
    ("445662", "TVA déductible intracommunautaire"),
    ("445710", "TVA collectée 20 %"),
    ("445711", "TVA collectée 10 %"),
    ("445712", "TVA collectée 5,5 %"),
    ("445713", "TVA collectée 2,1 %"),
    ("471000", "Compte d'attente"),
    ("491000", "Dépréciation des clients"),
    ("512000", "Banque"),
    ("512100", "Banque en dollars"),
    ("531000", "Caisse"),
    ("580000", "Virements internes"),
    ("604000", "Études sous-traitées"),
    ("604100", "Études sous-traitées à l'étranger"),
    ("606100", "Eau et énergie"),
    ("606300", "Petit équipement"),
    ("606400", "Fournitures de bureau"),
    ("607000", "Achats de marchandises"),
    ("607200", "Achats intracommunautaires"),
    ("607300", "Achats hors Union européenne"),
    ("613200", "Loyer de l'atelier"),
    ("616100", "Assurances"),
    ("618100", "Documentation"),
    ("622600", "Honoraires"),
    ("624200", "Transports sur ventes"),
    ("625100", "Déplacements"),
    ("625700", "Réceptions"),
    ("626000", "Poste et télécommunications"),
    ("627000", "Services bancaires"),
    ("641000", "Salaires"),
    ("645000", "Charges sociales"),
    ("661100", "Intérêts des emprunts"),
    ("666000", "Pertes de change"),
    ("681100", "Dotations aux amortissements"),
    ("701100", "Ventes de livres"),
    ("701200", "Ventes de revues"),
    ("704000", "Travaux de rénovation"),
    ("706000", "Honoraires d'architecture"),
    ("706200", "Honoraires Union européenne"),
    ("706300", "Honoraires export"),
    ("707000", "Ventes de mobilier"),
    ("707200", "Ventes de mobilier UE"),
    ("707300", "Ventes de mobilier export"),
    ("708500", "Ports et frais facturés"),
    ("709700", "Remises accordées"),
    ("758000", "Produits divers"),
    ("766000", "Gains de change"),
    ("768000", "Intérêts reçus"),
)
"""Number and name."""
CONTROL: Final = {
    "401000", "401100", "404000", "411000", "411100", "411200", "416000", "421000",
}  # fmt: skip
"""Collective accounts: their movements name a third party."""
FOREIGN: Final = {
    "401100", "411100", "411200", "512100", "604100", "607300", "666000", "706300",
    "707300", "766000",
}  # fmt: skip
"""Accounts that take amounts in another currency."""
TOTALS: Final = (("700", "Ventes"), ("410", "Clients et rattachés"))
DORMANT_ACCOUNT: Final = ("706900", "Honoraires, ancien compte")

_NATURES: Final = (
    ("12", AccountNature.BALANCE_SHEET_RESULT),
    ("1", AccountNature.CAPITAL),
    ("28", AccountNature.DEPRECIATION),
    ("2", AccountNature.FIXED_ASSET),
    ("3", AccountNature.STOCK),
    ("40", AccountNature.SUPPLIER),
    ("41", AccountNature.CLIENT),
    ("42", AccountNature.PAYROLL),
    ("491", AccountNature.DEPRECIATION),
    ("51", AccountNature.BANK),
    ("53", AccountNature.CASH),
    ("6", AccountNature.EXPENSE),
    ("7", AccountNature.INCOME),
)


def nature_of(number: str) -> AccountNature:
    """Return what an account collects, by the first digits that the chart gives it."""
    return next(
        (nature for start, nature in _NATURES if number.startswith(start)),
        AccountNature.NONE,
    )


class TaxRow(NamedTuple):
    """A tax code: rate in per cent, VAT account, and the net accounts it is tied to."""

    code: str
    label: str
    rate: Decimal
    account: str
    net: tuple[str, ...] = ()
    direction: TaxDirection = TaxDirection.COLLECTED_ON_SALES
    origin: TaxOrigin = TaxOrigin.DOMESTIC


_BOUGHT: Final = TaxDirection.DEDUCTIBLE_ON_PURCHASES
_C20_NET: Final = ("706000", "707000", "708500", "709700")
_D20_NET: Final = (
    "604000", "606100", "606300", "606400", "607000", "613200", "622600", "624200",
    "625100", "626000",
)  # fmt: skip
TAXES: Final = (
    TaxRow("C20", "TVA collectée 20 %", Decimal(20), "445710", _C20_NET),
    TaxRow("C10", "TVA collectée 10 %", Decimal(10), "445711", ("704000",)),
    TaxRow("C055", "TVA collectée 5,5 %", Decimal("5.5"), "445712", ("701100",)),
    TaxRow("C021", "TVA collectée 2,1 %", Decimal("2.1"), "445713", ("701200",)),
    TaxRow("C00", "Ventes exonérées", Decimal(0), "445710", ("758000",)),
    TaxRow(
        "CI00", "Livraisons intracommunautaires", Decimal(0), "445710",
        ("706200", "707200"), origin=TaxOrigin.INTRA_EU,
    ),
    TaxRow(
        "CE00", "Exportations", Decimal(0), "445710",
        ("706300", "707300"), origin=TaxOrigin.EXPORT,
    ),
    TaxRow("D20", "TVA déductible 20 %", Decimal(20), "445660", _D20_NET, _BOUGHT),
    TaxRow("D10", "TVA déductible 10 %", Decimal(10), "445660", ("625100", "625700"),
           _BOUGHT),
    TaxRow("D055", "TVA déductible 5,5 %", Decimal("5.5"), "445660", ("618100",), _BOUGHT),
    TaxRow("D00", "Achats exonérés", Decimal(0), "445660", ("616100", "627000"), _BOUGHT),
    TaxRow("DE00", "Achats hors Union", Decimal(0), "445660", ("604100", "607300"),
           _BOUGHT, TaxOrigin.EXPORT),
    TaxRow("IM20", "TVA immobilisations 20 %", Decimal(20), "445620",
           ("205000", "218300", "218400"), _BOUGHT),
    TaxRow("DI20", "TVA intracom. déductible", Decimal(20), "445662", ("607200",), _BOUGHT,
           TaxOrigin.INTRA_EU),
    TaxRow("CI20", "TVA intracom. due", Decimal(20), "445200", ("607200",),
           origin=TaxOrigin.INTRA_EU),
)  # fmt: skip


class JournalRow(NamedTuple):
    """A journal; `account` is the treasury account of a bank or cash journal."""

    code: str
    label: str
    type: JournalType
    account: str = ""
    numbering: PieceNumbering = PieceNumbering.CONTINUOUS_PER_JOURNAL
    dormant: bool = False


JOURNALS: Final = (
    JournalRow("ACH", "Achats", JournalType.PURCHASE),
    JournalRow("VTE", "Ventes", JournalType.SALES),
    JournalRow("VTX", "Ventes, ancien journal", JournalType.SALES, dormant=True),
    JournalRow("BQ", "Banque", JournalType.TREASURY_BANK, "512000", PieceNumbering.MONTHLY),
    JournalRow(
        "BQD",
        "Banque en dollars",
        JournalType.TREASURY_BANK,
        "512100",
        PieceNumbering.MONTHLY,
    ),
    JournalRow(
        "CAI", "Caisse", JournalType.TREASURY_BANK, "531000", PieceNumbering.MONTHLY
    ),
    JournalRow("OD", "Opérations diverses", JournalType.GENERAL),
    JournalRow("AN", "À-nouveaux", JournalType.GENERAL, "", PieceNumbering.MANUAL),
    JournalRow("SIT", "Situation", JournalType.SITUATION_PROVISIONAL),
)


class SectionRow(NamedTuple):
    """An analytic section: the plan's number, and its place among `LEVELS`, from 1."""

    plan: int
    code: str
    label: str
    level: int = 1
    total: bool = False
    dormant: bool = False


SECTIONS: Final = (
    SectionRow(1, "P2026-001", "Halle du marché, Tours"),
    SectionRow(1, "P2026-002", "École des Tilleuls"),
    SectionRow(1, "P2026-003", "Hôtel du Château"),
    SectionRow(1, "P2026-004", "Médiathèque de Blois"),
    SectionRow(1, "P2026-005", "Loft rue des Canuts"),
    SectionRow(1, "P2026-006", "Siège Vélocité"),
    SectionRow(1, "P2026-007", "Villa Kerguélen"),
    SectionRow(1, "P2026-008", "Showroom Genève"),
    SectionRow(1, "P2025-014", "Gare d'Angers (terminé)", dormant=True),
    SectionRow(1, "SIEGE", "Frais de siège", level=2),
    SectionRow(1, "P2026", "Tous les projets 2026", total=True),
    SectionRow(2, "ETUDES", "Bureau d'études"),
    SectionRow(2, "ATELIER", "Atelier bois"),
    SectionRow(2, "BOUTIQUE", "Boutique"),
)


class PartyRow(NamedTuple):
    """A third party; `currency` is a place in `CURRENCIES`, 0 for the base currency."""

    code: str
    name: str
    address: str
    postal_code: str
    city: str
    country: str = "FRANCE"
    account: str = "411000"
    vat_id: str = ""
    siret: str = ""
    currency: int = 0
    dormant: bool = False
    type: ThirdPartyType = ThirdPartyType.CLIENT


_EU: Final = "411100"
_FAR: Final = "411200"
_SUPPLIER: Final = ThirdPartyType.SUPPLIER
_EMPLOYEE: Final = ThirdPartyType.EMPLOYEE
PARTIES: Final = (
    PartyRow("MAIRIETOURS", "Mairie de Tours", "1 rue des Minimes", "37000", "TOURS",
             siret="99100202300018"),
    PartyRow("TILLEULS", "École des Tilleuls", "14 allée des Tilleuls", "37200", "TOURS"),
    PartyRow("CHATEAU", "Hôtel du Château", "2 place du Château", "41000", "BLOIS",
             siret="99100203100011"),
    PartyRow("MEDIABLOIS", "Médiathèque de Blois", "4 place Jean Jaurès", "41000", "BLOIS"),
    PartyRow("DUPONT", "Dupont & Fils", "8 rue Nationale", "37000", "TOURS",
             vat_id="FR95991002015", siret="99100201500014"),
    PartyRow("LEFEVRE", "Lefèvre Immobilier", "27 quai de Saône", "69001", "LYON"),
    PartyRow("VELOCITE", "Vélocité SAS", "33 cours Lafayette", "69003", "LYON"),
    PartyRow("KERGUELEN", "SCI Kerguélen", "5 rue du Port", "29900", "CONCARNEAU"),
    PartyRow("BENOIT", "Benoît Menuiserie", "Zone du Grand Pré", "49000", "ANGERS"),
    PartyRow("GARCIA", "Mme Inès García", "11 rue des Canuts", "69004", "LYON"),
    PartyRow("LIBRAIRIE", "Librairie de la Boîte", "19 rue Nationale", "37000", "TOURS"),
    PartyRow("MUSEE", "Musée des Beaux-Arts", "18 place François Sicard", "37000", "TOURS"),
    PartyRow("CREPERIE", "Crêperie de l'Île", "3 quai de l'Île", "56000", "VANNES"),
    PartyRow("SAINTGAUL", "Clinique Saint-Gaël", "60 avenue du Maine", "72000", "LE MANS"),
    PartyRow("NOTAIRES", "Étude Rémy et Noël", "7 rue Voltaire", "45000", "ORLÉANS"),
    PartyRow("COOPBOIS", "Coopérative du Bois", "Route de Gien", "45500", "POILLY"),
    PartyRow("ANCIEN", "Ancien Client SARL", "1 rue Fermée", "37000", "TOURS",
             dormant=True),
    PartyRow("BAUHAUS", "Bauhaus Möbel GmbH", "Lindenstraße 12", "10969", "BERLIN",
             "ALLEMAGNE", _EU, "DE999000123"),
    PartyRow("RUBENS", "Galerie Rubens BV", "Meir 44", "2000", "ANVERS",
             "BELGIQUE", _EU, "BE0999000123"),
    PartyRow("CASTELLANA", "Estudio Castellana SL", "Paseo de la Castellana 90", "28046",
             "MADRID", "ESPAGNE", _EU, "ESB99000123"),
    PartyRow("BRERA", "Brera Design SRL", "Via Brera 21", "20121", "MILANO",
             "ITALIE", _EU, "IT99900010123"),
    PartyRow("DOURO", "Douro Arquitectos Lda", "Rua das Flores 8", "4050", "PORTO",
             "PORTUGAL", _EU, "PT999000123"),
    PartyRow("HUDSON", "Hudson Interiors Inc", "200 Hudson Street", "10013", "NEW YORK",
             "ETATS-UNIS", _FAR, currency=2),
    PartyRow("PACIFIC", "Pacific Lofts LLC", "55 Market Street", "94105", "SAN FRANCISCO",
             "ETATS-UNIS", _FAR, currency=2),
    PartyRow("CAMDEN", "Camden Studio Ltd", "9 Camden Road", "NW1 9LR", "LONDON",
             "ROYAUME-UNI", _FAR, currency=3),
    PartyRow("LEMAN", "Léman Immobilier SA", "15 quai du Mont-Blanc", "1201", "GENEVE",
             "SUISSE", _FAR, currency=4),
    PartyRow("MAROC", "Riad Atlas SARL", "12 rue de la Liberté", "40000", "MARRAKECH",
             "MAROC", _FAR),
    PartyRow("BETENG", "Béton et Génie SARL", "4 rue des Carrières", "37700", "ST-PIERRE",
             account="401000", type=_SUPPLIER),
    PartyRow("PAPETERIE", "Papeterie Centrale", "2 rue Colbert", "37000", "TOURS",
             account="401000", type=_SUPPLIER),
    PartyRow("BOISLOIRE", "Bois de Loire SARL", "Zone du Port", "41000", "BLOIS",
             account="401000", type=_SUPPLIER),
    PartyRow("QUINCAILL", "Quincaillerie Générale", "17 rue du Commerce", "37000", "TOURS",
             account="401000", type=_SUPPLIER),
    PartyRow("ENERGIE", "Énergie de Touraine", "3 avenue de l'Électricité", "37100",
             "TOURS", account="401000", type=_SUPPLIER),
    PartyRow("TELECOM", "Télécom Val de Loire", "1 rue des Réseaux", "45000", "ORLÉANS",
             account="401000", type=_SUPPLIER),
    PartyRow("PREVOTE", "Assurances Prévôté", "22 place du Martroi", "45000", "ORLÉANS",
             account="401000", type=_SUPPLIER),
    PartyRow("BAILLEUR", "SCI de l'Établi", "12 rue de l'Établi", "37000", "TOURS",
             account="401000", type=_SUPPLIER),
    PartyRow("GUERIN", "Transports Guérin", "Route de Chinon", "37300", "JOUÉ-LÈS-TOURS",
             account="401000", type=_SUPPLIER),
    PartyRow("LEMERY", "Cabinet Lémery, experts", "6 rue Émile Zola", "37000", "TOURS",
             account="401000", type=_SUPPLIER),
    PartyRow("EDITIONS", "Éditions du Métier", "40 rue de Sèvres", "75007", "PARIS",
             account="401000", type=_SUPPLIER),
    PartyRow("VOYAGES", "Rail et Route Voyages", "2 place de la Gare", "37000", "TOURS",
             account="401000", type=_SUPPLIER),
    PartyRow("BISTROT", "Bistrot de l'Hôtel de Ville", "8 place Anatole France", "37000",
             "TOURS", account="401000", type=_SUPPLIER),
    PartyRow("STATION", "Station du Pont", "Quai Paul Bert", "37100", "TOURS",
             account="401000", type=_SUPPLIER),
    PartyRow("MOBIPRO", "Mobilier Pro Équipement", "ZA de la Forêt", "41000", "BLOIS",
             account="404000", type=_SUPPLIER),
    PartyRow("INFOCENTRE", "Informatique Centre", "15 rue de la Préfecture", "36000",
             "CHÂTEAUROUX", account="404000", type=_SUPPLIER),
    PartyRow("BOSTONCAD", "Boston CAD Inc", "1 Beacon Street", "02108", "BOSTON",
             "ETATS-UNIS", "401100", currency=2, type=_SUPPLIER),
    PartyRow("THAMES", "Thames Timber Ltd", "30 Bankside", "SE1 9TG", "LONDON",
             "ROYAUME-UNI", "401100", currency=3, type=_SUPPLIER),
    PartyRow("HOLZWERK", "Holzwerk Süd GmbH", "Waldstraße 7", "79098", "FREIBURG",
             "ALLEMAGNE", "401100", "DE999000456", type=_SUPPLIER),
    PartyRow("LEGOFF", "Maëlle Le Goff", "5 rue du Rempart", "37000", "TOURS",
             account="421000", type=_EMPLOYEE),
    PartyRow("NGUYEN", "Théo Nguyen", "31 rue Bernard Palissy", "37000", "TOURS",
             account="421000", type=_EMPLOYEE),
    PartyRow("ROUSSEAU", "Hélène Rousseau", "4 chemin de l'Écluse", "37100", "TOURS",
             account="421000", type=_EMPLOYEE),
)  # fmt: skip
