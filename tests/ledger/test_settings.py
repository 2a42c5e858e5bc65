import datetime as dt
import json
import math
import pickle
import tomllib
from decimal import Decimal
from pathlib import Path, PureWindowsPath
from typing import Any

import attrs
import pytest
from hypothesis import given, strategies as st

from sage_connect.errors import ConfigurationError
from sage_connect.ledger.settings import (
    descriptions,
    profile,
    profiles,
    schema_of,
    settings_from,
    settings_to,
)
from sage_connect.model import Rounding, fields
from sage_connect.model.fields import FrozenMap
from sage_connect.plan import Secret
from sage_connect.sage100.settings import (
    Accounts,
    Analytics,
    ExportPolicy,
    Journals,
    Policy,
    Sage100Settings,
)

CANARY = "canary-hunter2"


@attrs.frozen(kw_only=True)
class Login:
    """How to log in.

    Attributes:
        token: A token, which
            is secret.
        user: Who.
    """

    token: Secret
    user: str = ""


def _is_positive(_: object, __: Any, value: float) -> None:
    if value <= 0:
        raise ValueError(f"must be above 0, not {value}")


@attrs.frozen(kw_only=True)
class Everything:
    """Settings of every kind.

    Attributes:
        folder: Where.
        window: A path of Windows, or none.
        limit: The most that is posted.
        retries: How often.
        wait: Seconds.
        names: Some names.
        logins: Others who may.
        login: How to log in.

    Another section, with a: colon.
    """

    folder: Path
    window: PureWindowsPath | None = None
    limit: Decimal | None = None
    retries: int = 3
    wait: float = attrs.field(default=1.5, validator=_is_positive)
    names: tuple[str, ...] = ()
    logins: tuple[Login, ...] = ()
    login: Login = attrs.field(factory=lambda: Login(token=Secret("")))


EXAMPLE = b"""
["sage100:paris"]
name = "Les Ateliers de Paris"
company_file = "//SERVER/COMPTA/TEST1.mae"
user = "<Administrateur>"
password = { env = "PARIS_PASSWORD" }
period_start = "2026-01-01"
rounding = "document"
wait = 2.5

["sage100:paris".journals]
sales = "VTE"

["sage100:paris".accounts]
sales = "706000"
sales_by_tax = { C20 = "706020", C55 = "706055" }
taxes = { C20 = "445710" }

["sage100:paris".analytics]
plan = "PROJET"
level = "Production cost"

["sage100:paris".policy]
create_customers = false
export = "allow"

["sage100:lyon"]
name = "Les Ateliers de Lyon"

["accounting:london"]
business = "b1"
"""
PARIS = Sage100Settings(
    name="Les Ateliers de Paris",
    company_file="//SERVER/COMPTA/TEST1.mae",
    user="<Administrateur>",
    password=Secret(CANARY),
    period_start=dt.date(2026, 1, 1),
    journals=Journals(sales="VTE"),
    accounts=Accounts(
        sales="706000",
        sales_by_tax=FrozenMap({"C20": "706020", "C55": "706055"}),
        taxes=FrozenMap({"C20": "445710"}),
    ),
    analytics=Analytics(plan="PROJET", level="Production cost"),
    policy=Policy(create_customers=False, export=ExportPolicy.ALLOW),
    rounding=Rounding.DOCUMENT,
    wait=2.5,
)


def refusal(table: Any, cls: type[Any] = Sage100Settings, **environment: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        settings_from(cls, table, environment=environment)
    return str(caught.value)


def test_settings_are_read_from_toml() -> None:
    found = settings_from(
        Sage100Settings,
        profile(EXAMPLE, "sage100:paris"),
        environment={"PARIS_PASSWORD": CANARY},
    )

    assert found == PARIS


def test_settings_that_nothing_is_said_of_have_their_defaults() -> None:
    assert settings_from(Sage100Settings, {}) == Sage100Settings()


def test_a_day_may_be_tomls_own() -> None:
    table = tomllib.loads("period_start = 2026-01-01")

    assert settings_from(Sage100Settings, table).period_start == dt.date(2026, 1, 1)


def test_settings_of_every_kind_are_read() -> None:
    table = tomllib.loads(
        """
        folder = "company"
        window = 'C:\\COMPTA'
        limit = 12.50
        retries = 5
        wait = 2.5
        names = ["a", "b"]
        logins = [{ token = "t", user = "u" }]
        login = { token = { env = "TOKEN" } }
        """,
        parse_float=Decimal,
    )
    found = settings_from(Everything, table, environment={"TOKEN": CANARY})

    assert found == Everything(
        folder=Path("company"),
        window=PureWindowsPath("C:/COMPTA"),
        limit=Decimal("12.50"),
        retries=5,
        wait=2.5,
        names=("a", "b"),
        logins=(Login(token=Secret("t"), user="u"),),
        login=Login(token=Secret(CANARY)),
    )
    assert type(found.wait) is float


def test_a_path_may_be_one_already() -> None:
    assert settings_from(Everything, {"folder": Path("a")}).folder == Path("a")


@pytest.mark.requirement("S10")
@pytest.mark.parametrize("user", ["<Administrateur>", "<Administrator>", 'é & "ü"'])
def test_a_user_keeps_its_angle_brackets_through_toml_and_the_environment(
    user: str,
) -> None:
    toml = f"[sage100]\nuser = {json.dumps(user, ensure_ascii=False)}\n".encode()
    from_toml = settings_from(Sage100Settings, profile(toml, "sage100"))
    table = {"user": {"env": "SAGE_USER"}}
    from_environment = settings_from(
        Sage100Settings, table, environment={"SAGE_USER": user}
    )

    assert [from_toml.user, from_environment.user] == [user, user]
    assert settings_from(Sage100Settings, settings_to(from_toml)).user == user


class TestASecret:
    @pytest.mark.requirement("S11")
    @pytest.mark.parametrize("text", [CANARY, ""])
    @pytest.mark.parametrize(
        ("table", "variable"),
        [
            (lambda text: {"password": text}, "OTHER"),
            (lambda _: {"password": {"env": "PARIS"}}, "PARIS"),
            (lambda _: {}, "SAGE_CONNECT_PASSWORD"),
        ],
    )
    def test_is_text_or_in_the_environment(
        self, table: Any, variable: str, text: str
    ) -> None:
        found = settings_from(Sage100Settings, table(text), environment={variable: text})

        assert found.password.reveal() == text

    def test_in_the_table_comes_before_the_environment(self) -> None:
        environment = {"SAGE_CONNECT_PASSWORD": "other"}
        found = settings_from(
            Sage100Settings, {"password": CANARY}, environment=environment
        )

        assert found.password.reveal() == CANARY

    @pytest.mark.parametrize("table", [{}, {"login": {"user": "u"}}])
    def test_deeper_down_is_found_under_its_whole_path(self, table: Any) -> None:
        found = settings_from(
            Everything,
            {"folder": ".", **table},
            environment={"SAGE_CONNECT_LOGIN_TOKEN": CANARY},
        )

        assert found.login.token == Secret(CANARY)

    def test_that_the_environment_lacks_is_named(self) -> None:
        assert refusal({"password": {"env": "PARIS"}}) == (
            "password: the environment has no variable PARIS"
        )

    @pytest.mark.parametrize("wrong", [{}, {"env": "A", "x": 1}, {"enviroment": "A"}])
    def test_has_one_way_to_name_a_variable(self, wrong: Any) -> None:
        assert refusal({"password": wrong}) == (
            'password: expected text, or { env = "NAME" }'
        )

    @pytest.mark.requirement("S11")
    def test_is_shown_nowhere(self) -> None:
        wrong = {"password": [CANARY], "name": 1, "jurnals": {}}
        shown = [
            repr(PARIS),
            str(settings_to(PARIS)),
            str(schema_of(Sage100Settings)),
            refusal(wrong),
            refusal({"password": [CANARY]}, SAGE_CONNECT_PASSWORD=CANARY),
            refusal({"name": 1}, SAGE_CONNECT_PASSWORD=CANARY),
        ]

        assert [text for text in shown if CANARY in text] == []

    @pytest.mark.requirement("S11")
    def test_is_not_pickled(self) -> None:
        with pytest.raises(TypeError, match=r"a Secret is not pickled"):
            pickle.dumps(PARIS)

    def test_of_the_wrong_type_is_not_quoted(self) -> None:
        assert refusal({"password": 12345}) == (
            'password: expected text, or { env = "NAME" }; what stands there is not shown'
        )


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"jurnals": {}}, 'jurnals: unknown field "jurnals"; did you mean "journals"?'),
        ({"journals": {"sale": "V"}}, "journals.sale: unknown field"),
        ({"journals": "VTE"}, 'journals: expected an object, found the text "VTE"'),
        ({"name": 12}, "name: expected text, found the number 12"),
        ({"period_start": "1/1/2026"}, "period_start: expected a date as 2026-10-31"),
        (
            {"period_start": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)},
            "period_start: expected a date as 2026-10-31, found a Python datetime",
        ),
        (
            {"rounding": "up"},
            'rounding: expected one of line, document, found the text "up"',
        ),
        (
            {"policy": {"create_customers": 1}},
            "policy.create_customers: expected true or false",
        ),
        ({"accounts": {"taxes": {"C20": 1}}}, "accounts.taxes.C20: expected text"),
        ({"wait": "1"}, 'wait: expected a number, found the text "1"'),
        ({"wait": True}, "wait: expected a number, found true"),
        ({"wait": math.nan}, "wait: expected a finite number"),
        ({"wait": Decimal("Infinity")}, "wait: expected a finite number"),
        ([], "the settings: expected an object, found a list"),
    ],
)
def test_a_wrong_setting_is_told_with_key_expected_and_found(
    table: Any, message: str
) -> None:
    assert refusal(table).startswith(message)


def test_all_wrong_settings_are_told_at_once() -> None:
    assert refusal({"name": 1, "user": 2, "journals": {"sales": 3}}).count("; ") == 2


def test_a_setting_that_is_needed_is_named() -> None:
    assert refusal({}, Everything) == "folder: this field is missing"


def test_what_a_class_refuses_itself_is_told() -> None:
    assert refusal({"folder": ".", "wait": 0}, Everything) == (
        "the settings: must be above 0, not 0"
    )


def test_a_class_with_a_field_of_no_known_kind_is_a_fault_of_the_program() -> None:
    @attrs.frozen
    class Odd:
        pattern: complex = 0j

    with pytest.raises(TypeError, match=r"no reader for <class 'complex'>"):
        settings_from(Odd, {})


class TestWhatIsWritten:
    def test_is_what_differs_from_the_defaults(self) -> None:
        assert settings_to(PARIS) == {
            "name": "Les Ateliers de Paris",
            "company_file": "//SERVER/COMPTA/TEST1.mae",
            "user": "<Administrateur>",
            "password": {"env": "SAGE_CONNECT_PASSWORD"},
            "period_start": "2026-01-01",
            "accounts": {
                "sales": "706000",
                "sales_by_tax": {"C20": "706020", "C55": "706055"},
                "taxes": {"C20": "445710"},
            },
            "analytics": {"plan": "PROJET", "level": "Production cost"},
            "policy": {"create_customers": False, "export": "allow"},
            "rounding": "document",
            "wait": 2.5,
        }

    def test_is_read_back_with_the_secrets_of_the_environment(self) -> None:
        found = settings_from(
            Sage100Settings,
            settings_to(PARIS),
            environment={"SAGE_CONNECT_PASSWORD": CANARY},
        )

        assert found == PARIS

    def test_of_every_kind_is_read_back(self) -> None:
        everything = Everything(
            folder=Path("a"),
            window=PureWindowsPath("C:/b"),
            limit=Decimal("0.10"),
            wait=0.5,
            names=("x",),
        )

        assert settings_from(Everything, settings_to(everything)) == everything

    @given(
        st.text(),
        st.none() | st.dates(),
        st.booleans(),
        st.dictionaries(st.text(), st.text()),
    )
    def test_is_always_read_back_equal(
        self, name: str, day: dt.date | None, flag: Any, codes: dict[str, str]
    ) -> None:
        settings = Sage100Settings(
            name=name,
            period_start=day,
            policy=Policy(cut_labels=flag),
            accounts=Accounts(taxes=FrozenMap(codes)),
        )

        assert settings_from(Sage100Settings, settings_to(settings)) == settings


class TestASchema:
    @pytest.mark.requirement("S42")
    def test_allows_the_example(self) -> None:
        table = profile(EXAMPLE, "sage100:paris")

        assert _faults(_as_json(table), schema_of(Sage100Settings)) == []

    @pytest.mark.requirement("S42")
    @pytest.mark.parametrize("cls", [Sage100Settings, Everything])
    def test_describes_every_field(self, cls: type[Any]) -> None:
        assert [name for name, text in descriptions(cls).items() if not text] == []
        assert [
            path for path, one in _fields(schema_of(cls)) if not one["description"]
        ] == []

    def test_takes_a_description_to_the_end_of_its_section(self) -> None:
        found = descriptions(Everything)

        assert found["login.token"] == "A token, which is secret."
        assert found["login"] == "How to log in."

    def test_takes_the_descriptions_of_the_class_it_builds_on(self) -> None:
        @attrs.frozen(kw_only=True)
        class More(Login):
            """More.

            Attributes:
                user: Whoever.
                age: Years.
            """

            age: int = 0

        assert descriptions(More) == {
            "token": "A token, which is secret.",
            "user": "Whoever.",
            "age": "Years.",
        }

    def test_without_docstrings_has_no_descriptions(self) -> None:
        @attrs.frozen
        class Bare:
            name: str = fields.text()

        assert descriptions(Bare) == {"name": ""}

    @pytest.mark.parametrize(
        "table",
        [
            {"nmae": "x"},
            {"name": 1},
            {"wait": "1"},
            {"rounding": "up"},
            {"policy": {"cut_labels": "no"}},
            {"accounts": {"taxes": {"C20": 1}}},
            {"journals": {"sale": "V"}},
            {"password": {"env": 1}},
        ],
    )
    def test_and_the_reader_refuse_alike(self, table: Any) -> None:
        assert refusal(table)
        assert _faults(table, schema_of(Sage100Settings)) != []

    def test_tells_defaults_kinds_and_choices(self) -> None:
        found = schema_of(Everything)
        names = schema_of(Sage100Settings)["properties"]

        assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert found["title"] == "Everything"
        assert found["required"] == ["folder"]
        assert found["additionalProperties"] is False
        assert found["properties"]["retries"] == {
            "type": "integer",
            "description": "How often.",
            "default": 3,
        }
        assert found["properties"]["window"]["anyOf"][1] == {"type": "null"}
        assert found["properties"]["names"]["type"] == "array"
        assert names["rounding"]["enum"] == ["line", "document"]
        assert names["rounding"]["default"] == "line"
        assert names["password"]["writeOnly"] is True
        assert "default" not in names["password"]


def _as_json(table: Any) -> Any:
    # TOML is read with exact numbers; a schema judges JSON.
    return json.loads(json.dumps(table, default=float))


def _fields(schema: dict[str, Any], at: str = "") -> list[tuple[str, dict[str, Any]]]:
    found: list[tuple[str, dict[str, Any]]] = []
    for name, one in schema.get("properties", {}).items():
        found += [(f"{at}{name}", one), *_fields(one, f"{at}{name}.")]
    return found


_TYPES: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}


def _faults(value: Any, schema: Any, at: str = "$") -> list[str]:
    """Judge `value` by the part of JSON Schema that our schemas use, and no other."""
    known = {"$schema", "title", "type", "properties", "required", "additionalProperties"}
    known |= {"anyOf", "enum", "items", "description", "default", "format", "writeOnly"}
    assert set(schema) <= known
    kinds = schema.get("type", list(_TYPES))
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if not any(_is(value, kind) for kind in kinds):
        return [f"{at}: not {kinds}"]
    found = [] if value in schema.get("enum", [value]) else [f"{at}: not in enum"]
    if "anyOf" in schema and all(_faults(value, one, at) for one in schema["anyOf"]):
        found.append(f"{at}: none of anyOf")
    if isinstance(value, dict):
        found += [
            f"{at}: lacks {name}"
            for name in schema.get("required", ())
            if name not in value
        ]
        for name, one in value.items():
            inner = schema.get("properties", {}).get(
                name, schema.get("additionalProperties", {})
            )
            found += (
                [f"{at}: {name}"] if inner is False else _faults(one, inner, f"{at}.{name}")
            )
    return found


def _is(value: Any, kind: str) -> bool:
    return isinstance(value, _TYPES[kind]) and (
        isinstance(value, bool) == (kind == "boolean") or kind in {"object", "array"}
    )


class TestProfiles:
    def test_are_tables_by_name(self) -> None:
        assert list(profiles(EXAMPLE)) == [
            "sage100:paris",
            "sage100:lyon",
            "accounting:london",
        ]

    @pytest.mark.requirement("S7")
    def test_are_as_many_as_there_are_companies(self) -> None:
        toml = "".join(f'["sage100:{n}"]\nname = "Company {n}"\n' for n in range(50))
        found = [
            settings_from(Sage100Settings, table).name
            for table in profiles(toml.encode()).values()
        ]

        assert found == [f"Company {n}" for n in range(50)]

    def test_are_told_by_the_product_alone_where_there_is_one(self) -> None:
        assert profile(EXAMPLE, "accounting") == {"business": "b1"}

    def test_of_the_products_own_name_come_first(self) -> None:
        toml = b"[sage100]\nname = 'A'\n['sage100:b']\nname = 'B'"

        assert [profile(toml, name) for name in ("sage100", "sage100:b")] == [
            {"name": "A"},
            {"name": "B"},
        ]

    def test_of_an_empty_file_are_empty(self) -> None:
        assert profile(b"# nothing yet\n", "sage100") == {}

    def test_may_begin_with_a_byte_order_mark(self) -> None:
        assert profile(b"\xef\xbb\xbf[sage100]\nname = 'A'", "sage100") == {"name": "A"}

    @pytest.mark.parametrize(
        ("content", "name", "message"),
        [
            (
                EXAMPLE,
                "sage100",
                '"sage100" has 2 profiles; name one: sage100:paris, sage100:lyon',
            ),
            (EXAMPLE, "sage100:pari", 'unknown profile "sage100:pari"; did you mean'),
            (b"[sage10]", "sage100", 'unknown profile "sage100"; did you mean "sage10"?'),
            (b"[other]", "sage100", 'unknown profile "sage100"; known are other'),
            (b"name = 'A'", "sage100", '"name" stands outside of any table. Write it'),
            (b"[sage100", "sage100", "this is no TOML in UTF-8: "),
            (b"a = '\xe9'", "sage100", "this is no TOML in UTF-8: "),
        ],
    )
    def test_that_are_not_there_are_told(
        self, content: bytes, name: str, message: str
    ) -> None:
        with pytest.raises(ConfigurationError) as caught:
            profile(content, name, name="paris.toml")

        assert str(caught.value).startswith(f"paris.toml: {message}")
