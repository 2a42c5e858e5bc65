import datetime as dt
import pickle
from decimal import Decimal
from typing import Any

import attrs
import pytest

from sage_connect.model import (
    Account,
    Allocation,
    AnalyticShare,
    Charge,
    Customer,
    Instalment,
    Line,
    Payment,
    SalesInvoice,
    Tax,
)
from sage_connect.model.fields import FrozenMap

DAY = dt.date(2026, 10, 1)
INVOICE: dict[str, Any] = {"date": DAY, "party": "C1", "currency": "EUR", "lines": ()}


@pytest.mark.parametrize(
    "build",
    [
        lambda amount: Line(unit_price=amount),
        lambda amount: Line(unit_price=Decimal(1), quantity=amount),
        lambda amount: Tax("C20", amount),
        lambda amount: Tax("C20", Decimal(20), amount),
        lambda amount: Charge(amount=amount),
        lambda amount: Allocation("F-1", amount),
        lambda amount: Instalment(DAY, amount),
        lambda amount: AnalyticShare("P1", amount=amount),
        lambda amount: SalesInvoice(**INVOICE, gross=amount),
        lambda amount: Payment(date=DAY, party="C1", currency="EUR", amount=amount),
    ],
)
class TestAnAmount:
    def test_is_never_a_float(self, build: Any) -> None:
        with pytest.raises(
            TypeError, match=r"must be a Decimal, such as Decimal\('12\.5'\)"
        ):
            build(12.5)

    def test_is_never_text(self, build: Any) -> None:
        with pytest.raises(TypeError, match=r"must be a Decimal.*not str '12\.50'"):
            build("12.50")

    def test_is_never_a_flag(self, build: Any) -> None:
        with pytest.raises(TypeError, match=r"must be a Decimal"):
            build(True)

    @pytest.mark.parametrize("text", ["NaN", "sNaN", "Infinity", "-Infinity"])
    def test_is_finite(self, build: Any, text: str) -> None:
        with pytest.raises(ValueError, match=r"must be a finite number"):
            build(Decimal(text))

    def test_may_be_an_int_which_is_exact(self, build: Any) -> None:
        assert build(12) == build(Decimal(12))


def test_an_amount_that_is_needed_is_never_none() -> None:
    missing: Any = None

    with pytest.raises(TypeError, match=r"Line\.unit_price must be a Decimal"):
        Line(unit_price=missing)


def test_a_time_is_no_accounting_day() -> None:
    with pytest.raises(TypeError, match=r"SalesInvoice\.date must be a datetime\.date"):
        SalesInvoice(**{**INVOICE, "date": dt.datetime(2026, 10, 1, tzinfo=dt.UTC)})


def test_a_day_is_no_text() -> None:
    with pytest.raises(TypeError, match=r"not str '2026-10-01'"):
        SalesInvoice(**{**INVOICE, "date": "2026-10-01"})


def test_a_due_day_is_no_time() -> None:
    with pytest.raises(TypeError, match=r"SalesInvoice\.due"):
        SalesInvoice(**INVOICE, due=dt.datetime(2026, 10, 1, tzinfo=dt.UTC))


def test_instalments_may_be_pairs() -> None:
    parts: Any = [(DAY, Decimal(10)), Instalment(DAY, Decimal(5))]
    invoice = SalesInvoice(**INVOICE, due=parts)

    assert invoice.due == (Instalment(DAY, Decimal(10)), Instalment(DAY, Decimal(5)))


def test_lists_become_tuples() -> None:
    taxes: Any = iter([Tax("C20", Decimal(20))])
    line = Line(unit_price=Decimal(1), taxes=taxes)

    assert line.taxes == (Tax("C20", Decimal(20)),)


@pytest.mark.parametrize("wrong", ["C20", b"C20", {"code": "C20"}])
def test_text_and_mappings_are_no_lists(wrong: Any) -> None:
    with pytest.raises(TypeError, match=r"expected a tuple"):
        Line(unit_price=Decimal(1), taxes=wrong)


def test_a_list_holds_one_kind_only() -> None:
    wrong: Any = [Tax("C20", Decimal(20)), "C20"]

    with pytest.raises(
        TypeError, match=r"Line\.taxes must be a tuple of Tax, not str 'C20'"
    ):
        Line(unit_price=Decimal(1), taxes=wrong)


def test_a_field_of_two_kinds_names_both() -> None:
    wrong: Any = Decimal(10)

    with pytest.raises(TypeError, match=r"discount must be Percent or Amount, not Decimal"):
        Line(unit_price=Decimal(1), discount=wrong)


@pytest.mark.parametrize(
    ("field", "value", "wanted"),
    [("code", 12, "a str"), ("active", 1, "a bool"), ("kind", "income", "AccountKind")],
)
def test_a_wrong_type_is_named(field: str, value: Any, wanted: str) -> None:
    with pytest.raises(TypeError, match=rf"Account\.{field} must be {wanted}, not"):
        Account(**{"code": "706", field: value})


class TestAFrozenMap:
    def test_equals_any_mapping_with_the_same_items(self) -> None:
        assert FrozenMap({"a": "1"}) == {"a": "1"}

    def test_is_hashed_without_regard_to_order(self) -> None:
        assert hash(FrozenMap({"a": "1", "b": "2"})) == hash(
            FrozenMap({"b": "2", "a": "1"})
        )

    def test_keeps_its_order(self) -> None:
        assert repr(FrozenMap({"b": "2", "a": "1"})) == "{'b': '2', 'a': '1'}"

    def test_has_a_length(self) -> None:
        assert len(FrozenMap({"a": "1", "b": "2"})) == 2

    def test_does_not_change_with_what_it_was_made_of(self) -> None:
        given = {"a": "1"}
        frozen = FrozenMap(given)
        given["a"] = "2"

        assert frozen["a"] == "1"

    def test_cannot_be_changed(self) -> None:
        frozen: Any = FrozenMap({"a": "1"})

        with pytest.raises(TypeError, match=r"does not support item assignment"):
            frozen["a"] = "2"

    def test_is_pickled(self) -> None:
        assert pickle.loads(pickle.dumps(FrozenMap({"a": "1"}))) == {"a": "1"}  # noqa: S301 - our own bytes

    def test_is_what_a_document_makes_of_any_mapping(self) -> None:
        given: Any = {"DEPT": "10"}
        line = Line(unit_price=Decimal(1), dimensions=given)

        assert type(line.dimensions) is FrozenMap

    def test_is_taken_over_as_it_is(self) -> None:
        given = FrozenMap({"DEPT": "10"})

        assert Line(unit_price=Decimal(1), dimensions=given).dimensions is given

    @pytest.mark.parametrize("wrong", [{"DEPT": 10}, {10: "DEPT"}])
    def test_holds_text_only(self, wrong: Any) -> None:
        with pytest.raises(TypeError, match=r"a mapping from str to str"):
            Line(unit_price=Decimal(1), dimensions=wrong)


def test_a_misspelt_field_is_refused() -> None:
    wrong: dict[str, Any] = {"code": "C1", "nmae": "Durand"}

    with pytest.raises(TypeError, match=r"nmae"):
        Customer(**wrong)


def test_a_changed_copy_is_validated_too() -> None:
    wrong: Any = 1

    with pytest.raises(TypeError, match=r"Customer\.name must be a str"):
        attrs.evolve(Customer(code="C1"), name=wrong)
