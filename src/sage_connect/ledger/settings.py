"""Settings from a table of TOML, and back, strictly.

`sage_connect.toml` holds one table for each product; a product with several companies has
one for each, named by product and profile, as many as there are:

```toml
[sage100]
name = "Les Ateliers de Paris"
period_start = 2026-01-01
password = { env = "PARIS_PASSWORD" }

[sage100.journals]
sales = "VTE"

["sage100:lyon"]
name = "Les Ateliers de Lyon"

["sage100:lyon".journals]
sales = "VT2"
```

A secret, or any text, may be `{ env = "NAME" }`: it is then read from the environment. A
secret that no table gives is looked for there under its own path in capitals:
`SAGE_CONNECT_PASSWORD`.
"""

import datetime as dt
import enum
import inspect
import re
import tomllib
import typing
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, TypeVar

import attrs

from ..errors import ConfigurationError
from ..model.convert.shapes import (
    Fault,
    Misfit,
    Path,
    Reader,
    Reading,
    Writer,
    defaults,
    entries,
    is_mapping,
    misfit,
    plain,
    read_text,
    unknown,
)
from ..model.fields import FrozenMap
from ..plan import Plan, ReadFile, Secret
from ..validation import Severity

S = TypeVar("S")

_PREFIX: Final = "SAGE_CONNECT"
_NO_ENVIRONMENT: Final[FrozenMap[str]] = FrozenMap()
_ATTRIBUTE: Final = re.compile(r"^(\w+): (.*?)(?=^\w+: |\Z)", re.MULTILINE | re.DOTALL)


def settings_from(
    cls: type[S],
    table: Mapping[str, Any],
    *,
    environment: Mapping[str, str] = _NO_ENVIRONMENT,
) -> S:
    """Return the settings that a table of TOML (or JSON) describes.

    Args:
        cls: A frozen attrs class.
        table: Keys are the fields of `cls`.
        environment: Where `{ env = "NAME" }` and secrets that the table lacks are found.

    Raises:
        ConfigurationError: A key is unknown, missing or of the wrong type; all of them are
            in the message, no secret is.
    """
    try:
        read: S = _reading(cls, environment)(_completed(cls, table, environment, ()))
    except Misfit as error:
        faults = [": ".join((_dotted(one.path), one.message)) for one in error.faults]
        raise ConfigurationError("; ".join(faults)) from None
    return read


def are_severities(
    holder: object, field: "attrs.Attribute[Any]", value: Mapping[str, object]
) -> None:
    """Raise TypeError unless `value` maps texts to severities, ValueError for `SKIP`."""
    for code, one in value.items():
        if not isinstance(one, Severity):
            raise TypeError(
                f"{type(holder).__name__}.{field.name} must map codes to a Severity, "
                f"not {code!r} to {one!r}"
            )
        if one is Severity.SKIP:
            raise ValueError(
                f"{type(holder).__name__}.{field.name}: {code} is to be an error, a "
                "warning or a note; what is left out, policies say"
            )


FILE: Final = "sage_connect.toml"
"""Where profiles stand: in the folder that a program runs in."""
VARIABLE: Final = "SAGE_CONNECT_CONFIG"
"""Variable of the environment that names another file."""


def read_profile(
    cls: type[S],
    path: str,
    environment: Mapping[str, str],
    *,
    table: str,
    product: str,
    shape: str,
) -> Plan[S]:
    """Return a profile of the file at `path`.

    Args:
        cls: A frozen attrs class.
        path: Of a `sage_connect.toml`.
        environment: Where secrets are looked up that the file leaves out.
        table: Name of its table: "accounting:main"; the product alone for its only one.
        product: What it is a profile of, as people call it.
        shape: What the table has to be, for those who have none.

    Raises:
        ConfigurationError: No such file or profile, or wrong settings.
        StorageError: The file cannot be read.
    """
    content = yield from ReadFile(path, missing=b"")
    if not content.strip():
        raise ConfigurationError(
            f"expected the profiles of {product} in {path!r}, found nothing there",
            fix=f"{shape} {VARIABLE} in the environment names another file.",
        )
    found = profile(content, table, name=path)
    try:
        return settings_from(cls, found, environment=environment)
    except ConfigurationError as error:
        raise ConfigurationError(
            f"{path}: {error.message}", code=error.code, fix=error.fix or shape
        ) from None


def settings_to(value: Any) -> dict[str, Any]:
    """Return the table that describes `value`, defaults left out.

    No secret is in it: one that is not empty is named as missing, by the variable of the
    environment that `settings_from` then asks for.
    """
    return _table(value, ())


def _table(value: Any, path: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, default in defaults(type(value)).items():
        one: object = getattr(value, name)
        if one == default:
            continue
        if isinstance(one, Secret):
            found[name] = {"env": _variable((*path, name))}
        elif attrs.has(type(one)):
            found[name] = _table(one, (*path, name))
        else:
            found[name] = plain(one, _writers(one))
    return found


def _writers(value: object) -> Mapping[type, Writer]:
    own: dict[type, Writer] = {float: lambda number: number}
    if hasattr(value, "__fspath__"):
        own[type(value)] = str
    return own


def schema_of(cls: type[Any]) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the tables that `settings_from` takes.

    Each field is described by the `Attributes` section of its class's docstring.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": cls.__name__,
        **_object_schema(cls),
    }


def descriptions(cls: type[Any]) -> dict[str, str]:
    """Return what each field means, by the field's dotted path: `journals.sales`."""
    found: dict[str, str] = {}
    about = _attributes(cls)
    for name, hint in _hints(cls).items():
        found[name] = about.get(name, "")
        if attrs.has(_kind(hint)):
            inside = descriptions(_kind(hint)).items()
            found |= {f"{name}.{inner}": text for inner, text in inside}
    return found


def profiles(
    content: bytes, *, name: str = "sage_connect.toml"
) -> dict[str, dict[str, Any]]:
    """Return the tables of `sage_connect.toml` by their names, in the file's order.

    Args:
        content: TOML in UTF-8, with or without a byte order mark.
        name: Of the file, for errors.

    Raises:
        ConfigurationError: It is no TOML, or a key stands outside of any table.
    """
    try:
        text = content.decode("utf-8-sig")
        # An amount must not pass through a float on its way in.
        tables = tomllib.loads(text, parse_float=Decimal)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"{name}: this is no TOML in UTF-8: {error}") from None
    for key, table in tables.items():
        if not isinstance(table, dict):
            raise ConfigurationError(
                f'{name}: "{key}" stands outside of any table.',
                fix="Write it under the product that it belongs to, such as [sage100].",
            )
    return tables


def profile(
    content: bytes, profile: str, *, name: str = "sage_connect.toml"
) -> dict[str, Any]:
    """Return the table of one profile; an empty one for an empty file.

    Args:
        content: TOML in UTF-8.
        profile: `product:profile`, or `product`, which is also the only profile of it.
        name: Of the file, for errors.

    Raises:
        ConfigurationError: The file has other tables, but not this one, or several of the
            product; or it is no TOML.
    """
    found = profiles(content, name=name)
    if profile in found or not found:
        return found.get(profile, {})
    of_product = [one for one in found if one.split(":")[0] == profile]
    if len(of_product) == 1:
        return found[of_product[0]]
    if of_product:
        names = ", ".join(of_product)
        raise ConfigurationError(
            f'{name}: "{profile}" has {len(of_product)} profiles; name one: {names}'
        )
    raise ConfigurationError(f"{name}: {unknown(profile, found, 'profile')}")


def _reading(cls: type[Any], environment: Mapping[str, str]) -> Reader:
    def text(value: Any) -> str:
        return (
            _from_environment(value, environment) if _is_table(value) else read_text(value)
        )

    def secret(value: Any) -> Secret:
        if not isinstance(value, str) and not _is_table(value):
            # What stands there may be the secret itself, mistyped: it is not shown.
            message = 'expected text, or { env = "NAME" }; what stands there is not shown'
            raise Misfit([Fault((), message)])
        return Secret(text(value))

    def number(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            raise misfit("a number", value)
        if not Decimal(value).is_finite():
            raise misfit("a finite number", value)
        return value if isinstance(value, int) else float(value)

    own: dict[object, Reader] = {str: text, Secret: secret, float: number}
    for kind in _paths_in(cls):
        own[kind] = _path_reader(kind, text)
    return Reading(own).reader(cls)


def _path_reader(kind: type[Any], text: Reader) -> Reader:
    return lambda value: value if isinstance(value, kind) else kind(text(value))


def _paths_in(cls: type[Any]) -> set[type[Any]]:
    """Return the kinds of file path among the fields; this layer knows none by name."""
    found = set[type[Any]]()
    for kind in map(_kind, _hints(cls).values()):
        if attrs.has(kind):
            found |= _paths_in(kind)
        elif hasattr(kind, "__fspath__"):
            found.add(kind)
    return found


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping)


def _from_environment(value: Any, environment: Mapping[str, str]) -> str:
    table = entries(value)
    if list(table) != ["env"]:
        raise Misfit([Fault((), 'expected text, or { env = "NAME" }')])
    name = read_text(table["env"])
    if name not in environment:
        raise Misfit([Fault((), f"the environment has no variable {name}")])
    return environment[name]


def _completed(
    cls: type[Any], table: Any, environment: Mapping[str, str], path: Path
) -> Any:
    """Return `table` with the secrets that it lacks and the environment has."""
    if not isinstance(table, Mapping):
        return table
    found = dict(entries(table))
    for name, hint in _hints(cls).items():
        inside = (*path, name)
        if attrs.has(_kind(hint)):
            table_in = _completed(_kind(hint), found.get(name, {}), environment, inside)
            # A table that is not there stays so, unless the environment fills it.
            if name in found or table_in:
                found[name] = table_in
        elif _kind(hint) is Secret and _variable(inside) in environment:
            found.setdefault(name, environment[_variable(inside)])
    return found


def _variable(path: Sequence[object]) -> str:
    return "_".join((_PREFIX, *(str(step).upper() for step in path)))


def _dotted(path: Path) -> str:
    return ".".join(map(str, path)) or "the settings"


def _hints(cls: type[Any]) -> dict[str, Any]:
    hints = typing.get_type_hints(cls)
    return {field.name: hints[field.name] for field in attrs.fields(cls)}


def _kind(hint: Any) -> Any:
    """Return what an annotation holds besides None."""
    inner = [one for one in typing.get_args(hint) if one is not type(None)]
    optional = type(None) in typing.get_args(hint) and len(inner) == 1
    return inner[0] if optional else hint


def _attributes(cls: type[Any]) -> dict[str, str]:
    """Return the `Attributes` section of a class's docstring, and of those it builds on."""
    found: dict[str, str] = {}
    for one in reversed(cls.__mro__):
        text = inspect.cleandoc(one.__doc__ or "").partition("Attributes:\n")[2]
        # A blank line and a word at the margin begin the next section.
        section = inspect.cleandoc(re.split(r"\n\n(?=\S)", text)[0])
        found |= {
            name: " ".join(about.split()) for name, about in _ATTRIBUTE.findall(section)
        }
    return found


def _object_schema(cls: type[Any]) -> dict[str, Any]:
    about = _attributes(cls)
    fields = {
        name: {
            **_schema(hint),
            "description": about.get(name, ""),
            **_default(defaults(cls)[name]),
        }
        for name, hint in _hints(cls).items()
    }
    needed = [name for name, one in defaults(cls).items() if one is attrs.NOTHING]
    return {
        "type": "object",
        "properties": fields,
        "additionalProperties": False,
        **({"required": needed} if needed else {}),
    }


def _default(value: object) -> dict[str, Any]:
    if value is attrs.NOTHING or isinstance(value, Secret) or attrs.has(type(value)):
        return {}
    return {"default": plain(value, _writers(value))}


_ENVIRONMENT: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "env": {
            "type": "string",
            "description": "Variable of the environment that holds it.",
        }
    },
    "required": ["env"],
    "additionalProperties": False,
}
_TEXT: Final[dict[str, Any]] = {"anyOf": [{"type": "string"}, _ENVIRONMENT]}
_SCHEMAS: Final[dict[object, dict[str, Any]]] = {
    str: _TEXT,
    Secret: {**_TEXT, "writeOnly": True},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    Decimal: {"type": ["string", "integer"]},
    dt.date: {"type": "string", "format": "date"},
}


def _schema(hint: Any) -> dict[str, Any]:
    kind = _kind(hint)
    if kind in _SCHEMAS:
        schema = _SCHEMAS[kind]
    elif is_mapping(kind):
        schema = {
            "type": "object",
            "additionalProperties": _schema(typing.get_args(kind)[-1]),
        }
    elif typing.get_origin(kind) is tuple:
        schema = {"type": "array", "items": _schema(typing.get_args(kind)[0])}
    elif issubclass(kind, enum.Enum):
        schema = {"type": "string", "enum": [member.value for member in kind]}
    elif attrs.has(kind):
        schema = _object_schema(kind)
    else:
        schema = _TEXT
    return schema if kind == hint else {"anyOf": [schema, {"type": "null"}]}
