"""What the guide of a published integration with Sage Intacct says, asked of the rules."""

import attrs
import pytest

import sage_connect
from sage_connect.cli.explain import explained
from sage_connect.intacct import resolve
from sage_connect.intacct.rules.parties import id_fault
from sage_connect.intacct.settings import Accounts, Level, Taxes
from sage_connect.ledger import Mapping
from sage_connect.model import (
    Reference,
    Supplier,
    Tax,
)
from sage_connect.model.fields import FrozenMap
from sage_connect.validation import Finding, Owner, Report, Severity

from .company import (
    COMPANY,
    CUSTOMER,
    ENTRY,
    INVOICE,
    ITEM,
    PAYMENT,
    PURCHASE,
    REFERENCE,
    SETTINGS,
    STOCK,
    SUPPLIER,
    UK,
    VALUE,
    VAT,
    ZA,
    D,
    company,
    customer,
    dimensioned,
    invoice,
    item,
    known,
    lined,
    moved,
    own,
    policy,
    settings,
)
from .shape import checked


def only(report: Report, code: str) -> Finding:
    (found,) = (one for one in report if one.code == code)
    return found


def codes(report: Report) -> list[str]:
    return sorted({one.code for one in report})


def _options(reference: Reference) -> FrozenMap[str]:
    assert reference.company is not None
    return reference.company.own


# ------------------------------------------------------------------------ legislation
@pytest.mark.requirement("S200")
def test_two_legislations_are_two_sets_of_rules() -> None:
    british, african = VAT, Tax("ZA-STD", D(15))
    both = own({"tax_solutions": f"{UK}\n{ZA}"})

    found = {
        (solution, tax.code): codes(
            checked(
                lined(taxes=(tax,)),
                settings(tax_solution=solution, legislation=(solution,)),
                both,
            )
        )
        for solution in (UK, ZA)
        for tax in (british, african)
    }

    assert found == {
        (UK, "UK-STD"): [],
        (UK, "ZA-STD"): ["SC-IN-LEGISLATION", "SC-IN-TAX-SOLUTION"],
        (ZA, "UK-STD"): ["SC-IN-LEGISLATION", "SC-IN-TAX-SOLUTION"],
        (ZA, "ZA-STD"): [],
    }


@pytest.mark.requirement("S200", "S221")
@pytest.mark.parametrize(("solution", "fine"), [(UK, True), (ZA, False), ("FR", False)])
def test_several_taxes_on_a_line_are_taken_where_the_legislation_has_them(
    solution: str, *, fine: bool
) -> None:
    details = {f"tax_solution:{code}": solution for code in ("UK-STD", "UK-LOW")}
    reference = own({"tax_solutions": solution, **details})
    both = lined(taxes=(VAT, Tax("UK-LOW", D(5))))

    french = attrs.evolve(COMPANY, country="FR", own=_options(reference))
    elsewhere = attrs.evolve(reference, company=french)

    assert checked(both, reference=elsewhere).ok is fine


def test_a_company_without_a_tax_solution_is_told_how_to_post_taxes() -> None:
    bare = company(tax_solutions="")

    found = only(checked(INVOICE, reference=bare), "SC-IN-TAX-MODULE")

    assert "policy.taxes" in found.fix()
    assert "lines" in found.fix("fr")
    assert checked(INVOICE, policy(taxes=Taxes.LINES), bare).ok


@pytest.mark.requirement("S221")
def test_a_tax_detail_that_is_not_there_is_refused() -> None:
    report = checked(lined(taxes=(Tax("T1", D(20)),)))

    assert codes(report) == ["SC-TAX-UNKNOWN"]


# ------------------------------------------------------------------------ the accounts
@pytest.mark.requirement("S201", "S220")
def test_an_account_outside_the_chart_is_told() -> None:
    report = checked(lined(account="6100"), settings(chart=("4", "5")))

    found = only(report, "SC-IN-CHART")
    assert "6100" in found.message()
    assert found.owner is Owner.ACCOUNTANT


@pytest.mark.requirement("S220")
def test_an_account_that_is_not_there_is_refused() -> None:
    assert codes(checked(lined(account="7777"))) == ["SC-ACCOUNT-UNKNOWN"]


def test_without_any_account_the_setting_is_named() -> None:
    report = checked(lined(account=""), settings(accounts=Accounts()))

    found = only(report, "SC-IN-ACCOUNT-NONE")
    assert found.values["setting"] == "accounts.sales"
    assert "accounts.sales" in found.fix()


# ------------------------------------------------------------------------------ levels
@pytest.mark.requirement("S202", "S207", "S225", "S226")
def test_the_level_is_one_for_each_kind_of_document() -> None:
    given = settings(
        levels=FrozenMap({"sales_invoice": "entity", "payment": "entity"}), entity="UK1"
    )

    entities = {
        one.type: resolve.entity_of(one, given)
        for one in (INVOICE, PURCHASE, PAYMENT, ENTRY, CUSTOMER, ITEM)
    }

    assert entities == {
        "sales_invoice": "UK1",
        "purchase_invoice": "",
        "payment": "UK1",
        "journal_entry": "",
        "customer": "",
        "item": "",
    }
    assert checked((INVOICE, PURCHASE, PAYMENT), given).ok


@pytest.mark.requirement("S202")
def test_entity_level_without_an_entity_is_refused_for_each_kind() -> None:
    report = checked((INVOICE, PURCHASE, ENTRY), settings(level=Level.ENTITY))

    assert [one.code for one in report] == ["SC-IN-ENTITY-NONE"] * 3
    assert "sales invoice" in report[0].message()
    assert "facture de vente" in report[0].message("fr")


@pytest.mark.requirement("S206")
@pytest.mark.parametrize("one", [CUSTOMER, SUPPLIER, ITEM, VALUE], ids=lambda one: one.type)
def test_master_data_are_refused_to_a_user_of_one_entity(one: object) -> None:
    confined = own({"user.top_level": "false"})

    found = only(checked(one, reference=confined), "SC-IN-MASTER-LEVEL")

    assert found.owner is Owner.SAGE_ADMINISTRATOR
    assert "Company > Admin > Users" in found.fix()
    assert checked(INVOICE, reference=confined).ok


@pytest.mark.requirement("S173", "S206")
def test_in_a_company_of_one_entity_there_is_no_other_level() -> None:
    single = own({"user.top_level": "false", "multi_entity": "false"})

    assert checked(ITEM, reference=single).ok


@pytest.mark.requirement("S214")
@pytest.mark.parametrize("entity", ["uk1", "UK1 ", "Uk 1"])
def test_an_entitys_id_that_is_off_by_case_or_blank_is_a_problem(entity: str) -> None:
    found = only(checked(invoice(entity=entity)), "SC-IN-ENTITY-ID")

    assert found.values == {"entity": entity, "known": "UK1"}


@pytest.mark.requirement("S215")
def test_two_sites_may_go_to_one_entity() -> None:
    both = Mapping(entities=FrozenMap({"SITE-A": "UK1", "SITE-B": "UK1"}))
    sites = [invoice(entity="SITE-A"), invoice(number="SI-43", entity="SITE-B")]

    report = sage_connect.check(
        sites,
        target="intacct",
        reference=REFERENCE,
        settings=attrs.evolve(SETTINGS, mapping=both),
    )

    assert tuple(report) == ()


# --------------------------------------------------------------------------- ids, items
@pytest.mark.requirement("S213")
@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("C-100", ""),
        ("Müller_2", ""),
        ("A B", ""),
        ("", ""),
        (" C100", "blank"),
        ("C100 ", "blank"),
        ("C  100", "blank"),
        ("C\t100", "control"),
        ("C\u200b100", "control"),
        ("C\x00", "control"),
        ("\u00a0C", "blank"),
    ],
)
def test_an_id_has_no_blanks_around_and_nothing_unseen(code: str, problem: str) -> None:
    assert id_fault(code) == problem


@pytest.mark.requirement("S213")
@pytest.mark.parametrize("code", ["A|B", "O'NEIL", "50%", "A#~#B", "C100--Acme", "A\\B"])
def test_a_sign_that_the_gateway_uses_itself_is_a_warning(code: str) -> None:
    report = checked(customer(code=code))

    assert {one.severity for one in report} == {Severity.WARNING}
    assert "SC-IN-ID-SIGN" in codes(report)


@pytest.mark.requirement("S213")
def test_a_length_that_no_source_states_never_refuses() -> None:
    report = checked((customer(code="C" * 60), item(code="I" * 60, description="Long")))

    assert codes(report) == ["SC-IN-ID-LENGTH"]
    assert report.ok
    assert "states no length" in report[0].message()


@pytest.mark.requirement("S212")
def test_an_item_that_is_renamed_is_refused() -> None:
    report = checked(item(code="Chair", description="Chair"))

    found = only(report, "SC-IN-ITEM-ID-IMMUTABLE")
    assert found.values["known"] == "CHAIR"
    assert not report.ok
    assert checked(item(code="CHAIR", description="Another chair")).ok


@pytest.mark.requirement("S208")
def test_a_stock_item_is_kept_as_a_non_stock_one_and_told() -> None:
    report = sage_connect.check(
        [attrs.evolve(ITEM, kind=STOCK)], target="intacct", reference=REFERENCE
    )

    assert report.ok
    assert only(report, "SC-IN-ITEM-STOCK").severity is Severity.NOTE


# ------------------------------------------------------------------------------- terms
@pytest.mark.requirement("S217", "S218")
def test_terms_of_the_same_name_on_both_sides_are_two() -> None:
    both = (
        customer(payment_term="N30"),
        Supplier(code="S1", name="S", payment_term="N30"),
    )
    only_sales = company(ap_terms="N45")

    assert checked(both).ok
    report = checked(both, reference=only_sales)
    assert [one.index for one in report] == [1]
    assert "the other side has one of this name" in report[0].message()


@pytest.mark.requirement("S217")
def test_a_term_of_the_settings_is_of_its_side() -> None:
    given = settings(customer_term="N45")

    report = checked(invoice(due=None, party="BERLIN", currency="EUR"), given)

    found = only(report, "SC-IN-TERM-UNKNOWN")
    assert found.values["setting"] == "customer_term"
    assert "N30, N60" in found.message()


# ------------------------------------------------------------------------ dimensions
@pytest.mark.requirement("S231", "S237")
def test_the_nine_attributes_each_have_a_place() -> None:
    given = Mapping(
        dimensions=FrozenMap(
            {
                "business site": "LOCATION",
                "manufacturing site": "WAREHOUSE",
                "stock site": "CLASS",
            }
        ),
        entities=FrozenMap({"financial site": "UK1"}),
    )
    named = {
        "business site": "LONDON",
        "manufacturing site": "W1",
        "stock site": "C1",
        "customer": "ACME",
        "employee": "EMP1",
        "supplier": "PAPER",
        "project": "P1",
    }
    document = attrs.evolve(
        lined(item="CHAIR", dimensions=FrozenMap(named)), entity="financial site"
    )
    own_names = attrs.evolve(
        given,
        dimensions=FrozenMap({**given.dimensions, "supplier": "VENDOR"}),
    )

    report = sage_connect.check(
        [document],
        target="intacct",
        reference=REFERENCE,
        settings=attrs.evolve(SETTINGS, mapping=own_names),
    )

    assert tuple(report) == ()


@pytest.mark.requirement("S232")
@pytest.mark.parametrize("document", [lined(account="6100"), moved(account="6100")])
def test_what_an_account_requires_is_told_dimension_by_dimension(document: object) -> None:
    report = checked(document)

    assert [one.values["dimension"] for one in report] == ["DEPARTMENT", "LOCATION"]
    assert {one.code for one in report} == {"SC-IN-DIMENSION-REQUIRED"}
    assert "6100" in report[0].message()


@pytest.mark.requirement("S236")
def test_a_dimension_that_is_turned_off_is_not_looked_at() -> None:
    document = dimensioned(shape="ROUND")

    assert codes(checked(document)) == ["SC-IN-DIMENSION-UNKNOWN"]
    assert checked(document, settings(inactive_dimensions=("SHAPE",))).ok


@pytest.mark.requirement("S231", "S235")
def test_user_defined_dimensions_are_known_by_name_and_value() -> None:
    assert checked(dimensioned(region="NORTH")).ok
    assert codes(checked(dimensioned(region="EAST"))) == ["SC-IN-DIMENSION-VALUE"]


@pytest.mark.requirement("S238", "S239")
def test_of_twenty_one_dimensions_one_is_left_out_and_listed() -> None:
    names = [f"U{at:02}" for at in range(21)]
    document = dimensioned(**dict.fromkeys(names, "X"))
    users = {one: attrs.evolve(VALUE, dimension=one, code="X") for one in names}
    reference = known(
        dimensions=users, dimension_values={(name, "X"): one for name, one in users.items()}
    )

    report = checked(document, reference=reference)

    found = only(report, "SC-IN-DIMENSION-LIMIT")
    assert (found.severity, found.values["left"]) == (Severity.WARNING, "U20")
    assert report.ok
    sent, left = resolve.sent_dimensions(document.lines[0].dimensions, SETTINGS)
    assert (list(sent), left) == (names[:20], ("U20",))
    assert checked(document, policy(extra_dimensions=True), reference).by_code == {}


@pytest.mark.requirement("S238")
def test_intacct_s_own_dimensions_come_before_all_others() -> None:
    named = {**{f"U{at:02}": "X" for at in range(20)}, "DEPARTMENT": "OPS"}

    sent, left = resolve.sent_dimensions(named, SETTINGS)

    assert left == ("U19",)
    assert "DEPARTMENT" in sent
    assert resolve.sent_dimensions(named, policy(extra_dimensions=True)) == (named, ())


@pytest.mark.requirement("S240", "S241")
def test_a_value_of_a_dimension_that_is_not_there_is_a_problem() -> None:
    report = checked(attrs.evolve(VALUE, dimension="COLOUR"))

    found = only(report, "SC-IN-DIMENSION-ORPHAN")
    assert "Platform Services > Objects" in found.fix()


@pytest.mark.requirement("S222", "S224")
def test_without_projects_a_project_is_refused_and_the_cure_is_told() -> None:
    without = company(modules="AP\nAR\nGL")

    report = checked(invoice(project="P1"), reference=without)

    assert codes(report) == ["SC-IN-DIMENSION-OFF"]
    (told,) = explained("SC-IN-PROJECT-MODULE", "en")
    assert "REQUIREPROJECT" in str(told["fix"])
