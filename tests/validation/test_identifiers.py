"""Tax numbers, IBANs and BICs: what can be right is told from what cannot, and why."""

import os
import string
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given, strategies as st

import sage_connect
from sage_connect import Identifier, IdFault, IdKind, bic, iban, tax_id
from sage_connect.model import Address, CompanyOptions, Customer, PartyBank, Reference
from sage_connect.validation import COMMON, Checker, Severity
from sage_connect.validation.schemes import IBAN, SCHEMES, Scheme, origin_of
from sage_connect.validation.text import LANGUAGES, words

SOURCE = Path(__file__).parents[2] / "src"
CHECKSUM, COMPONENT = IdFault.CHECKSUM, IdFault.COMPONENT
LENGTH, FORMAT = IdFault.LENGTH, IdFault.FORMAT
CODES = (
    *("SC-TAXID-INVALID", "SC-TAXID-COUNTRY", "SC-REGISTRATION-INVALID"),
    *("SC-IBAN-INVALID", "SC-BIC-INVALID"),
)
# Country, a number as people write it, its normal form, a wrong one, what is wrong with it.
NUMBERS = [
    ("AR", "30-50001091-2", "30500010912", "30-50001091-3", CHECKSUM),
    ("AT", "ATU 13585627", "ATU13585627", "ATU13585626", CHECKSUM),
    ("AU", "51 824 753 556", "51824753556", "51 824 753 557", CHECKSUM),
    ("BE", "BE 0428.759.497", "BE0428759497", "BE0428759498", CHECKSUM),
    ("BG", "BG 175 074 752", "BG175074752", "BG175074751", CHECKSUM),
    ("BR", "33.000.167/0001-01", "33000167000101", "33.000.167/0001-02", CHECKSUM),
    ("CA", "123026635 RC 0001", "123026635RC0001", "123026636RC0001", CHECKSUM),
    ("CH", "CHE-107.787.577 MWST", "CHE107787577MWST", "CHE-107.787.578", CHECKSUM),
    ("CL", "97.004.000-5", "970040005", "97.004.000-6", CHECKSUM),
    ("CY", "10259033P", "CY10259033P", "CY10259033Z", CHECKSUM),
    ("CZ", "CZ 25123891", "CZ25123891", "CZ25123890", CHECKSUM),
    ("DE", "DE 129 273 398", "DE129273398", "DE129273399", CHECKSUM),
    ("DK", "13 58 56 28", "DK13585628", "DK13585627", CHECKSUM),
    ("EE", "EE 100 931 558", "EE100931558", "EE100931557", CHECKSUM),
    ("ES", "A-28015865", "ESA28015865", "ESA28015866", CHECKSUM),
    ("FI", "FI 2077474-0", "FI20774740", "FI20774741", CHECKSUM),
    ("FR", "FR 44 732829320", "FR44732829320", "FR45732829320", CHECKSUM),
    ("FR", "732 829 320 00074", "73282932000074", "732 829 320 00075", CHECKSUM),
    ("FR", "552 032 534", "552032534", "552 032 535", CHECKSUM),
    ("GB", "GB 220 4302 31", "GB220430231", "GB220430232", CHECKSUM),
    ("GB", "xi 220 4302 31", "XI220430231", "XI2204302310", LENGTH),
    ("GR", "EL 094259216", "EL094259216", "EL094259217", CHECKSUM),
    ("HR", "HR 33392005961", "HR33392005961", "HR33392005962", CHECKSUM),
    ("HU", "HU-12892312", "HU12892312", "HU12892313", CHECKSUM),
    ("IE", "IE 6388047V", "IE6388047V", "IE6388047W", CHECKSUM),
    ("IN", "27AAPFU0939F1ZV", "27AAPFU0939F1ZV", "27AAPFU0939F1ZW", CHECKSUM),
    ("IT", "IT 00743110157", "IT00743110157", "IT00743110158", CHECKSUM),
    ("JP", "7000012050002", "7000012050002", "8000012050002", CHECKSUM),
    ("LT", "119511515", "LT119511515", "LT119511516", CHECKSUM),
    ("LU", "LU 263 752 45", "LU26375245", "LU26375246", CHECKSUM),
    ("LV", "LV 4000 3521 600", "LV40003521600", "LV40003521601", CHECKSUM),
    ("MC", "FR 53 0000 04605", "FR53000004605", "FR54000004605", CHECKSUM),
    ("MT", "MT 1167-9112", "MT11679112", "MT11679113", CHECKSUM),
    ("MX", "GODE 561231 GR8", "GODE561231GR8", "GODE561331GR8", COMPONENT),
    ("NL", "NL 004495445 B01", "NL004495445B01", "NL004495446B01", CHECKSUM),
    ("NO", "NO 995 525 828 MVA", "995525828MVA", "NO995525829MVA", CHECKSUM),
    ("NZ", "49-091-850", "49091850", "49-091-851", CHECKSUM),
    ("PL", "PL 525-000-77-38", "PL5250007738", "PL5250007739", CHECKSUM),
    ("PT", "PT 501 442 600", "PT501442600", "PT501442601", CHECKSUM),
    ("RO", "RO 18547290", "RO18547290", "RO18547291", CHECKSUM),
    ("SE", "SE 556016-0680 01", "SE556016068001", "SE556016068101", CHECKSUM),
    ("SG", "197401143C", "197401143C", "197401143D", CHECKSUM),
    ("SI", "SI 5022 3054", "SI50223054", "SI50223055", CHECKSUM),
    ("SK", "SK 202 274 96 19", "SK2022749619", "SK2022749618", CHECKSUM),
    ("TR", "4540536920", "4540536920", "4540536921", CHECKSUM),
    ("US", "04-2103594", "042103594", "00-0000000", COMPONENT),
    ("ZA", "0001339050", "0001339050", "0001339051", CHECKSUM),
    ("ZA", "4123456789", "4123456789", "412345678", LENGTH),
]
# Of these, every slip of one digit is found; sums by 11 let some pass.
SURE = [
    SCHEMES[country][0]
    for country in (
        *("AT", "BE", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU"),
        *("IE", "IT", "LT", "LU", "LV", "MT", "NO", "PL", "RO", "SE", "SI", "SK", "CH"),
        *("AR", "AU", "BR", "CL", "NZ", "TR"),
    )
]
SURE += [one for one in SCHEMES["FR"] if one.kind is IdKind.REGISTRATION]
EVERY = [one for schemes in SCHEMES.values() for one in schemes]


@pytest.mark.requirement("S178")
@pytest.mark.parametrize(("country", "written", "number", "wrong", "fault"), NUMBERS)
def test_a_number_that_can_be_right_is_told_from_one_that_cannot(
    country: str, written: str, number: str, wrong: str, fault: IdFault
) -> None:
    right, found = tax_id(country, written), tax_id(country, wrong)

    assert (right.fault, right.number, right.valid) == (None, number, True)
    assert (found.fault, found.number, found.valid) == (fault, "", False)


@pytest.mark.requirement("S178")
def test_the_table_holds_more_than_thirty_countries() -> None:
    assert len({row[0] for row in NUMBERS}) > 30


@pytest.mark.parametrize("scheme", EVERY, ids=lambda one: f"{one.country}-{one.name}")
def test_a_scheme_takes_the_example_that_it_is_shown_by(scheme: Scheme) -> None:
    found = tax_id(scheme.country, scheme.example, kind=scheme.kind)

    assert (found.fault, found.number) == (None, scheme.example)


@given(st.sampled_from(SURE), st.data())
def test_a_slip_of_one_digit_is_found(scheme: Scheme, data: st.DataObject) -> None:
    number = scheme.example
    at = data.draw(st.sampled_from([at for at, one in enumerate(number) if one.isdigit()]))
    digit = data.draw(st.sampled_from(string.digits.replace(number[at], "")))

    slipped = f"{number[:at]}{digit}{number[at + 1 :]}"

    assert not tax_id(scheme.country, slipped, kind=scheme.kind).valid


@given(st.data())
def test_a_slip_in_an_iban_is_found(data: st.DataObject) -> None:
    at = data.draw(st.integers(2, len(IBAN.example) - 1))
    digit = data.draw(st.sampled_from(string.digits.replace(IBAN.example[at], "")))

    slipped = f"{IBAN.example[:at]}{digit}{IBAN.example[at + 1 :]}"

    assert iban(slipped).fault is CHECKSUM


@given(st.sampled_from([*SCHEMES, "", "XX", "el", "é"]), st.text())
@example("GT", "12\n-\n")
@example("GH", "CABCDEFGHIJ")
@example("CN", "9111000060003734Ié")
@example("DE", "٣" * 9)
@example("FR", "1" * 1_000_000)
def test_any_text_is_judged_and_never_an_error(country: str, value: str) -> None:
    for found in (tax_id(country, value), iban(value), bic(value)):
        assert found.value == value
        assert found.valid is (found.number != "" and found.fault is None)
        assert (found.why() == "") is found.valid


@given(st.sampled_from(EVERY), st.data())
def test_what_was_taken_is_taken_again_in_its_normal_form(
    scheme: Scheme, data: st.DataObject
) -> None:
    blanks = data.draw(st.lists(st.integers(0, len(scheme.example)), max_size=3))
    written = scheme.example
    for at in blanks:
        written = f"{written[:at]} {written[at:]}"

    found = tax_id(scheme.country, written.lower(), kind=scheme.kind)
    again = tax_id(scheme.country, found.number, kind=scheme.kind)

    assert (found.number, again.number) == (scheme.example, scheme.example)


def test_signs_that_a_number_may_hold_are_kept() -> None:
    assert tax_id("MX", "Ñ&A 701010 AB1").number == "Ñ&A701010AB1"


@pytest.mark.parametrize(
    "written",
    [
        "04\u20112103594",
        "04\u22122103594",
        "04\u202f210\u00a03594",
        "\uff10\uff14\uff12\uff11\uff10\uff13\uff15\uff19\uff14",
    ],
)
def test_signs_that_only_look_alike_are_read(written: str) -> None:
    assert tax_id("US", written).number == "042103594"


def test_a_good_number_of_another_country_is_told_as_that() -> None:
    found = tax_id("DE", "FR44732829320")

    assert (found.fault, found.country, found.belongs_to, found.number) == (
        IdFault.COUNTRY,
        "DE",
        "FR",
        "FR44732829320",
    )
    assert not found.valid


def test_a_wrong_number_is_judged_by_the_country_of_its_prefix() -> None:
    found = tax_id("DE", "IT00743110158")

    assert (found.fault, found.country, found.name) == (CHECKSUM, "IT", "VAT")


def test_a_number_at_home_is_never_another_countrys() -> None:
    # Begins like a German VAT number.
    assert tax_id("MX", "DEA701010AB1").valid
    assert origin_of("AX701010AB1") == ""


def test_without_a_country_only_the_prefix_decides() -> None:
    assert tax_id("", "IT00743110157").number == "IT00743110157"
    assert tax_id("", "CHE-107.787.577 TVA").country == "CH"
    assert tax_id("", "00743110157").fault is IdFault.NO_SCHEME


def test_of_an_unknown_country_nothing_is_right_or_wrong() -> None:
    found = tax_id("AQ", "12345")

    assert (found.valid, found.judged, found.kind) == (False, False, None)
    assert tax_id("DE", "HRB 1", kind=IdKind.REGISTRATION).judged is False


@pytest.mark.parametrize(("place", "number"), [("RE", "732829320"), ("uk", "220430231")])
def test_some_places_use_the_numbers_of_another_country(place: str, number: str) -> None:
    assert tax_id(place, number).valid


def test_a_kind_can_be_demanded() -> None:
    assert tax_id("FR", "732829320").name == "SIREN"
    assert tax_id("FR", "732829320", kind=IdKind.VAT).fault is LENGTH


def test_of_several_kinds_the_nearest_is_named() -> None:
    assert tax_id("FR", "73282932000075").name == "SIRET"
    assert tax_id("FR", "732829321").name == "SIREN"


def test_an_endless_text_is_too_long_at_once() -> None:
    assert tax_id("DE", "1" * 10_000_000).fault is LENGTH


@pytest.mark.requirement("S178")
@pytest.mark.parametrize(
    ("value", "number", "country", "fault"),
    [
        ("GB29 NWBK 6016 1331 9268 19", "GB29NWBK60161331926819", "GB", None),
        ("fr76 3000 6000 0112 3456 7890 189", "FR7630006000011234567890189", "FR", None),
        ("DE89 3704 0044 0532 0130 00", "DE89370400440532013000", "DE", None),
        ("BE68 5390 0754 7034", "BE68539007547034", "BE", None),
        ("GB29 NWBK 6016 1331 9268 18", "", "", CHECKSUM),
        ("GB29 NWBK 6016 1331 9286 19", "", "", CHECKSUM),
        ("ZZ29A", "", "", CHECKSUM),
        ("", "", "", FORMAT),
        ("n/a", "", "", FORMAT),
    ],
)
def test_an_iban_has_the_check_digits_of_its_account(
    value: str, number: str, country: str, fault: IdFault | None
) -> None:
    found = iban(value)

    assert (found.number, found.country, found.fault) == (number, country, fault)


@pytest.mark.parametrize(
    ("value", "number", "fault"),
    [
        ("AGRIFRPP", "AGRIFRPP", None),
        ("agri fr pp 882", "AGRIFRPP882", None),
        ("AGRIFRPP8", "", LENGTH),
        ("AGRIZZPP", "", COMPONENT),
        ("AGR1FRPP", "", FORMAT),
    ],
)
def test_a_bic_has_a_bank_a_country_and_a_place(
    value: str, number: str, fault: IdFault | None
) -> None:
    assert (bic(value).number, bic(value).fault) == (number, fault)


@pytest.mark.requirement("S178")
@pytest.mark.parametrize(
    ("answer", "fault", "valid"),
    [(True, None, True), (False, IdFault.NOT_REGISTERED, False), (None, None, True)],
)
def test_a_look_up_of_the_caller_has_the_last_word(
    *, answer: bool | None, fault: IdFault | None, valid: bool
) -> None:
    asked: list[str] = []

    def register(found: Identifier) -> bool | None:
        asked.append(found.number)
        return answer

    found = tax_id("DE", "129 273 398", lookup=register)

    assert asked == ["DE129273398"]
    assert (found.registered, found.fault, found.valid) == (answer, fault, valid)


def test_a_look_up_is_not_troubled_with_what_cannot_be_right() -> None:
    def register(found: Identifier) -> bool | None:
        raise AssertionError(found)

    assert tax_id("DE", "DE129273399", lookup=register).fault is CHECKSUM
    assert iban("GB00", lookup=register).valid is False
    assert bic("X", lookup=register).registered is None


def test_what_a_look_up_raises_is_raised() -> None:
    def register(_: Identifier) -> bool | None:
        raise TimeoutError("the register does not answer")

    with pytest.raises(TimeoutError, match="does not answer"):
        iban("GB29NWBK60161331926819", lookup=register)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fault_has_words_in_both_languages(language: str) -> None:
    assert {f"id_{one}" for one in IdFault} <= set(words(language))
    assert tax_id("DE", "1").why(language) == words(language)["id_length"]


@pytest.mark.requirement("S178")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_finding_tells_the_kind_the_country_and_why(language: str) -> None:
    german = Customer(code="A", tax_number="DE129273399", address=Address(country="DE"))

    (finding,) = Checker(book=COMMON, country="FR").check([german])

    told = {
        "en": "The tax number “DE129273399” cannot be right (VAT number, DE): "
        "its check digits do not follow from the rest",
        "fr": "Le numéro fiscal « DE129273399 » ne peut pas être juste (numéro de TVA, DE) "
        ": la clé de contrôle ne correspond pas au reste",
    }
    spoken = finding.message(language).replace("\u00a0", " ")
    assert spoken.startswith(told[language])
    assert (finding.code, finding.severity) == ("SC-TAXID-INVALID", Severity.WARNING)


def test_the_company_tells_where_a_party_without_a_country_is_at_home() -> None:
    party = Customer(code="A", tax_number="220 4302 32")
    british = Reference(company=CompanyOptions(base_currency="GBP", country="GB"))

    def codes(reference: Reference | None, country: str = "") -> list[str]:
        report = Checker(book=COMMON, country=country).check([party], reference=reference)
        return [one.code for one in report]

    assert codes(british) == codes(None, "GB") == ["SC-TAXID-INVALID"]
    assert codes(None) == []


def test_of_an_american_taxpayer_a_report_shows_the_end_only() -> None:
    at_home = Address(country="US")
    numbers = ["000-12-3456", "1"]
    parties = [Customer(code=one, tax_number=one, address=at_home) for one in numbers]

    report = Checker(book=COMMON).check(parties)

    assert [one.values["number"] for one in report] == ["…3456", "…"]


def test_whoever_wants_wrong_numbers_kept_out_raises_the_severity() -> None:
    payee = Customer(code="A", banks=(PartyBank(iban="GB00"), PartyBank(iban="GB01")))
    strict = Checker(book=COMMON, severities={"SC-IBAN-INVALID": Severity.ERROR})

    assert [one.path for one in strict.check([payee]).errors] == [
        "/banks/0/iban",
        "/banks/1/iban",
    ]


_WITHOUT = """
import sys
sys.modules["stdnum"] = None
import sage_connect
report = sage_connect.check([sage_connect.Customer(code="A", tax_number="DE1")])
print(sorted(one.code for one in report.unchecked if one.missing == ("taxid",)))
print([one.code for one in report])
print("sage-connect[taxid]" in report.to_html(language="fr"))
try:
    sage_connect.tax_id("DE", "DE1")
except sage_connect.ConfigurationError as error:
    print(error)
"""
_NO_NUMBER = """
import sys, sage_connect
sage_connect.check([sage_connect.Customer(code="A")], target="sage100")
print("stdnum" in sys.modules)
sage_connect.tax_id("DE", "DE1")
print("stdnum" in sys.modules)
"""


def _printed(code: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(SOURCE), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout.splitlines()


@pytest.mark.requirement("S178")
def test_without_the_extra_numbers_are_not_checked_rather_than_fine() -> None:
    unchecked, found, told, *refused = _printed(_WITHOUT)

    assert unchecked == str(sorted(CODES))
    assert (found, told) == ("[]", "True")
    assert 'pip install "sage-connect[taxid]"' in " ".join(refused)


_SHOWN = """
import sys
sys.modules["stdnum"] = None
import sage_connect
from sage_connect.cli import show
show.findings(sage_connect.check([sage_connect.Customer(code="A")]), "en")
"""


def test_the_command_line_tells_how_to_install_what_is_lacking() -> None:
    assert 'pip install "sage-connect[taxid]"' in " ".join(_printed(_SHOWN))


def test_nothing_is_loaded_before_there_is_a_number() -> None:
    assert _printed(_NO_NUMBER) == ["False", "True"]


def test_the_functions_are_found_where_users_look() -> None:
    assert {"tax_id", "iban", "bic", "Identifier", "IdFault", "IdKind"} <= set(
        sage_connect.__all__
    )
