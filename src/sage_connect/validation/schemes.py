"""Which numbers countries give to firms and people: our own table, kept as data.

What computes a check digit is python-stdnum's; which of its many schemes stand in the field
of a tax number, and under which prefix, is told here.
"""

import enum
import re
from collections.abc import Mapping
from typing import Final

import attrs


class IdKind(enum.StrEnum):
    """What a number is for."""

    VAT = "vat"
    """Stands on invoices, most often behind a prefix for the country."""
    TAX = "tax"
    """Names a taxpayer, a person's own number included."""
    REGISTRATION = "registration"
    """Names a firm in a register."""
    BANK = "bank"
    """Names a bank or an account."""


@attrs.frozen(kw_only=True)
class Scheme:
    """One kind of number of one country.

    Attributes:
        country: ISO 3166 two-letter code; "EU" for numbers that no state gave out.
        name: What people there call it: "SIRET". "VAT" for VAT numbers, whose names differ
            by language only.
        kind: What it is for.
        prefix: What it begins with in its normal form; "" for nothing.
        example: A number made up for this table that has the right form and check digits.
        module: Where python-stdnum judges it; "" where `pattern` alone does.
        pattern: Regular expression of capitals and digits that it must match; "" for none.
    """

    country: str
    name: str
    kind: IdKind
    prefix: str
    example: str
    module: str = ""
    pattern: str = ""


# Country, name, kind, prefix, where it is judged (a module, or /a pattern/), an example.
# The first of a country is what is meant when nothing else tells; "-" is for no prefix.
_VAT_NUMBERS: Final = """
AT at.uid  AT ATU12345602
BE be.vat  BE BE0123456749
BG bg.vat  BG BG123456786
CY cy.vat  CY CY10259033P
CZ cz.dic  CZ CZ12345679
DE de.vat  DE DE123456788
DK dk.cvr  DK DK12345607
EE ee.kmkr EE EE100000007
ES es.nif  ES ESB12345674
EU eu.oss  EU EU372022452
FI fi.alv  FI FI12345671
FR fr.tva  FR FR11123456782
GB gb.vat  GB GB123456727
GB gb.vat  XI XI123456727
GR gr.vat  EL EL123456783
HR hr.oib  HR HR12345678903
HU hu.anum HU HU12345676
IE ie.vat  IE IE1234567T
IT it.iva  IT IT12345670017
LT lt.pvm  LT LT123456715
LU lu.tva  LU LU12345613
LV lv.pvn  LV LV40001234561
MC mc.tva  FR FR53000004605
MT mt.vat  MT MT12345634
NL nl.btw  NL NL123456782B01
PL pl.nip  PL PL1234563218
PT pt.nif  PT PT501234560
RO ro.cf   RO RO12345674
SE se.vat  SE SE556123450001
SI si.ddv  SI SI12345679
SK sk.dph  SK SK2021234501
CH ch.vat  -  CHE123456788MWST
NO no.mva  -  123456785MVA
IS is_.vsk -  12345
RS rs.pib  -  123456788
AE /100\\d{12}/ - 100123456700003
SA /3\\d{13}3/ - 300123456700003
ZA /4\\d{9}/ - 4123456789
"""
_OTHERS: Final = """
AD tax          NRT               ad.nrt         D059888N
AL tax          NIPT              al.nipt        J91402501L
AR tax          CUIT              ar.cuit        20123456786
AT tax          Abgabenkontonummer at.tin        591199013
AU registration ABN               au.abn         18123456789
AU registration ACN               au.acn         123456780
AU tax          TFN               au.tfn         123456782
BE registration KBO/BCE           be.vat         0123456749
BR registration CNPJ              br.cnpj        12345678000195
BR tax          CPF               br.cpf         12345678909
BY tax          UNP               by.unp         200988541
CA tax          BN                ca.bn          123456782RT0001
CA tax          SIN               ca.sin         123456782
CH registration UID/IDE           ch.uid         CHE123456788
CL tax          RUT               cl.rut         123456785
CN registration USCC              cn.uscc        91110000600037341L
CO tax          NIT               co.nit         1234567896
DE tax          Steuernummer      de.stnr        18181508150
DE tax          IdNr.             de.idnr        36574261809
DK registration CVR               dk.cvr         12345607
DO tax          RNC               do.rnc         123456786
EC tax          RUC               ec.ruc         1790012344001
EE registration Registrikood      ee.registrikood 12345678
EG tax          TIN               eg.tn          100531385
FI registration Y-tunnus          fi.ytunnus     12345671
FR registration SIRET             fr.siret       12345678200010
FR registration SIREN             fr.siren       123456782
GB tax          UTR               gb.utr         1123456789
GH tax          TIN               gh.tin         C0000803065
GT tax          NIT               gt.nit         1234560
HU tax          Adószám           /\\d{8}[1-5]\\d{2}/ 12345676241
ID tax          NPWP              id.npwp        013121660091000
IL registration HP                il.hp          516179009
IN tax          GSTIN             in_.gstin      27AAPFU0939F1ZV
IN tax          PAN               in_.pan        AAPFU0939F
IS registration Kennitala         is_.kennitala  4504013150
IT tax          Codice_fiscale    it.codicefiscale RSSMRA80A01H501U
JP registration Hōjin_bangō       jp.cn          7123456789012
JP tax          Invoice_number    /T\\d{13}/     T7123456789012
KE tax          PIN               ke.pin         P051365947M
KR registration BRN               kr.brn         1168200270
MA tax          ICE               ma.ice         001561242000047
MD tax          IDNO              md.idno        1008600038114
ME tax          PIB               me.pib         02655284
MK tax          EDB               mk.edb         4030992000237
MX tax          RFC               mx.rfc         GODE561231GR8
MZ tax          NUIT              mz.nuit        400339910
NL tax          BSN/RSIN          nl.bsn         123456782
NO registration Organisasjonsnummer no.orgnr     123456785
NZ tax          IRD               nz.ird         123456785
NZ tax          NZBN              ean            9429000000000
PE tax          RUC               pe.ruc         20512333797
PY tax          RUC               py.ruc         800280610
RU tax          INN               ru.inn         1234567894
SE registration Organisationsnummer se.orgnr     5561234500
SG registration UEN               sg.uen         201234560Z
SM tax          COE               sm.coe         24165
SN tax          NINEA             sn.ninea       3067221
SV tax          NIT               sv.nit         06140507071048
TH tax          TIN               th.tin         0105556001234
TN tax          Matricule_fiscal  tn.mf          1234567MAE001
TR tax          VKN               tr.vkn         1234567890
TR tax          TCKN              tr.tckimlik    12345678950
TW registration UBN               tw.ubn         12345675
UA registration EDRPOU            ua.edrpou      32855961
UA tax          RNTRC             ua.rntrc       1759013080
US tax          EIN               us.ein         123456789
US tax          SSN               us.ssn         536904399
US tax          ITIN              us.itin        912903456
UY tax          RUT               uy.rut         211003420017
VE tax          RIF               ve.rif         V114702834
VN tax          MST               vn.mst         0100233488
ZA tax          TIN               za.tin         0123456782
"""


def _schemes() -> Mapping[str, tuple[Scheme, ...]]:
    rows = [
        (country, "vat", "VAT", judge, "" if prefix == "-" else prefix, example)
        for country, judge, prefix, example in map(str.split, _lines(_VAT_NUMBERS))
    ]
    rows += [
        (country, kind, name.replace("_", " "), judge, "", example)
        for country, kind, name, judge, example in map(str.split, _lines(_OTHERS))
    ]
    found: dict[str, list[Scheme]] = {}
    for country, kind, name, judge, prefix, example in rows:
        ours = judge.startswith("/")
        scheme = Scheme(
            country=country,
            name=name,
            kind=IdKind(kind),
            prefix=prefix,
            example=example,
            module="" if ours else judge,
            pattern=judge.strip("/") if ours else "",
        )
        found.setdefault(country, []).append(scheme)
    return {country: tuple(schemes) for country, schemes in found.items()}


def _lines(table: str) -> list[str]:
    return table.strip().splitlines()


SCHEMES: Final = _schemes()
"""The schemes of each country, the usual one first."""

IBAN: Final = Scheme(
    country="",
    name="IBAN",
    kind=IdKind.BANK,
    prefix="",
    module="iban",
    # Without it, any two letters would be told to have wrong check digits.
    pattern=r"[A-Z]{2}\d{2}[0-9A-Z]+",
    example="FR7630006000011234567890189",
)
BIC: Final = Scheme(
    country="", name="BIC", kind=IdKind.BANK, prefix="", module="bic", example="AGRIFRPP"
)

# Prefixes that are no country codes, and places that give out the numbers of another.
_ALIASES: Final = {
    **dict.fromkeys(("EL",), "GR"),
    **dict.fromkeys(("UK", "XI", "IM"), "GB"),
    **dict.fromkeys(("BL", "GF", "GP", "MF", "MQ", "RE", "YT"), "FR"),
    **dict.fromkeys(("PR", "GU", "VI"), "US"),
    "AX": "FI",
    "SJ": "NO",
}
# Numbers that only begin with a country's code are not taken for its VAT numbers.
_PREFIXED: Final = re.compile(
    r"([A-Z]{2})((?:[A-Z]?\d){7,}[A-Z]?|[0-9A-Z]{7,14})", re.ASCII
)
_BY_PREFIX: Final = {
    **{one.prefix: one.country for all_ in SCHEMES.values() for one in all_ if one.prefix},
    # Monaco's stand in the French range.
    "FR": "FR",
}
_SWISS: Final = re.compile(r"CHE\d{9}(MWST|TVA|IVA|TPV)?", re.ASCII)
_MOST_LETTERS: Final = 2


def country_of(country: str) -> str:
    """Return the country whose numbers are used in `country`, as an ISO 3166 code."""
    code = country.strip().upper()
    return _ALIASES.get(code, code)


def origin_of(compact: str) -> str:
    """Return the country that a number's own prefix tells, or "".

    Args:
        compact: The number in capitals, without blanks and signs between.
    """
    if _SWISS.fullmatch(compact):
        return "CH"
    found = _PREFIXED.fullmatch(compact)
    if found is None or sum(map(str.isalpha, found[2])) > _MOST_LETTERS:
        return ""
    return _BY_PREFIX.get(found[1], "")
