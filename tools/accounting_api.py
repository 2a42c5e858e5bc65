"""Write the typed shapes, bodies and resources of Sage Accounting from the table of facts.

python tools/accounting_api.py            write the modules
python tools/accounting_api.py --check    exit 1 where they are stale
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sage_accounting.bodies import bodies
from sage_accounting.naming import FAMILIES, HEADER, camel, family_of, snake
from sage_accounting.resources import resources, taken_by
from sage_accounting.shapes import homes_of, shapes

from sage_connect.accounting.wire.facts import Facts, facts

_CHANGES: Final = '''    def changes(
        self,
        *,
        since: str | dt.datetime | None = None,
        resources: Iterable[str] | None = None,
        attributes: str = "all",
    ) -> "Pages[Change, M]":
        """Iterate over what was made, changed or deleted since, the oldest change first.

        To begin with, note the time, read the lists, and follow the changes since then.
        Save `Change.cursor` once a change is dealt with, and give it the next time: nothing
        is missed, and nothing comes twice where that can be proved. Changes of resources
        that Sage cannot sort by time (see `sort` of their list) are held in memory.

        Args:
            since: The cursor of the last change; an instant with a zone; None for the
                beginning, with all that was ever deleted.
            resources: Such as ["contacts", "sales_invoices"]; None for all whose changes
                Sage tells.
            attributes: Of the records: "all", or names with commas. A change of others
                may then go untold if it falls into the second of one that was told.

        Raises:
            ValueError: A resource tells no changes, or the instant has no zone.
            ConfigurationError: Iterated: the cursor is none, or another business's.
        """
        from ..feed import changes
        from .changing import CHANGING

        first = changes(
            self._service, CHANGING, since=since, resources=resources, attributes=attributes
        )
        return Pages(self._driver, first)
'''
ROOT: Final = Path(__file__).parents[1] / "src" / "sage_connect" / "accounting"


def generated(table: Facts) -> dict[Path, str]:
    """Return the text of every generated module by path."""
    homes = homes_of(table)
    texts: dict[Path, str] = {}
    sending: dict[str, str] = {}
    for family, title in FAMILIES.items():
        replied = [name for name, home in homes.items() if home == family]
        if replied:
            texts[ROOT / "wire" / "shapes" / f"{family}.py"] = shapes(
                table, title, family, replied, homes
            )
        operations = [
            verbs
            for resource, verbs in table.operations.items()
            if family_of(resource) == family
        ]
        sent = list(
            dict.fromkeys(one.body for verbs in operations for one in verbs.values())
        )
        sent = [name for name in sent if name]
        if sent:
            sending |= dict.fromkeys(sent, family)
            texts[ROOT / "wire" / "bodies" / f"{family}.py"] = bodies(table, title, sent)
        if operations:
            texts[ROOT / "api" / f"{family}.py"] = resources(
                title, family, operations, homes, sends=bool(sent)
            )
    texts[ROOT / "wire" / "shapes" / "__init__.py"] = _index(
        "Every shape that replies are made of; each is loaded when first used.",
        homes | {f"decode_{snake(name)}": home for name, home in homes.items()},
    )
    texts[ROOT / "wire" / "bodies" / "__init__.py"] = _index(
        "Every body that requests carry; each is loaded when first used.",
        sending | {snake(name).upper(): home for name, home in sending.items()},
    )
    texts[ROOT / "api" / "__init__.py"] = _api(table)
    texts[ROOT / "api" / "changing.py"] = _changing(table)
    return texts


def _index(title: str, homes: Mapping[str, str]) -> str:
    by_home = defaultdict[str, list[str]](list)
    for name, home in homes.items():
        by_home[home].append(name)
    imports = [
        f"    from .{home} import ("
        + "".join(f"\n        {name} as {name}," for name in sorted(by_home[home]))
        + "\n    )"
        for home in sorted(by_home)
    ]
    table = [
        f'            "{home}": ('
        + "".join(f'\n                "{name}",' for name in sorted(names))
        + "\n            ),"
        for home, names in sorted(by_home.items())
    ]
    everything = "".join(f'\n    "{name}",' for name in sorted(homes))
    return "\n".join(
        [
            f'{HEADER}"""{title}"""\n',
            "from typing import TYPE_CHECKING",
            "",
            "if TYPE_CHECKING:",
            *imports,
            "else:",
            "    from ...._lazy import attach",
            "",
            "    __getattr__, __dir__ = attach(",
            "        __name__,",
            "        {",
            *table,
            "        },",
            "    )",
            "",
            f"__all__ = ({everything}\n)",
            "",
        ]
    )


def _changing(table: Facts) -> str:
    """Write which resources tell what has changed since."""
    rows = []
    for resource, verbs in table.operations.items():
        one = verbs.get("list")
        if one is None or "updated_or_created_since" not in one.query:
            continue
        said = [f'"decode_{snake(one.returns)}"']
        if "updated_at" in one.sort:
            said.append("is_sorted=True")
        if "deleted_since" in one.query:
            said.append("tells_deletes=True")
        single = verbs.get("get")
        names = "".join(f'"{name}", ' for name in taken_by(one, single))
        said.append(f"takes=({names})")
        if single is not None and "mark_as_sent" in single.query:
            said.append("is_sent=True")
        rows.append(f'    "{resource}": Changing({", ".join(said)}),')
    return "\n".join(
        [
            f'{HEADER}"""The resources whose changes Sage tells."""\n',
            "from collections.abc import Mapping",
            "",
            "from ..streams import Changing",
            "",
            "CHANGING: Mapping[str, Changing] = {",
            *rows,
            "}",
            "",
        ]
    )


def _api(table: Facts) -> str:
    by_family = defaultdict[str, list[str]](list)
    for resource in table.operations:
        by_family[family_of(resource)].append(resource)
    imports = [
        f"    from .{family} import ("
        + "".join(f"\n        {camel(name)} as {camel(name)}," for name in sorted(names))
        + "\n    )"
        for family, names in sorted(by_family.items())
    ]
    seats = []
    for resource in table.operations:
        name = camel(resource)
        seats.append(
            "\n".join(
                [
                    "    @property",
                    f'    def {resource}(self) -> "{name}[M]":',
                    f'        """`/{resource}`."""',
                    f"        from .{family_of(resource)} import {name}",
                    "",
                    f"        return {name}(self._driver, self._service)",
                ]
            )
        )
    return "\n".join(
        [
            f'{HEADER}"""The whole API of Sage Accounting v3.1, resource by resource."""\n',
            "import datetime as dt",
            "from collections.abc import Iterable",
            "from typing import TYPE_CHECKING, Generic",
            "",
            "from ...plan import Driver, M, Pages, Seat",
            "from ..service import Service",
            "",
            "if TYPE_CHECKING:",
            "    from ..feed import Change as Change",
            *imports,
            "",
            "",
            "class Api(Seat[M], Generic[M]):",
            '    """Every resource of Sage Accounting v3.1, loaded when first used."""',
            "",
            "    def __init__(self, driver: Driver[M], service: Service) -> None:",
            "        super().__init__(driver)",
            "        self._service: Service = service",
            "",
            _CHANGES,
            "\n\n".join(seats),
            "",
        ]
    )


def main() -> int:
    """Write what is stale, or say so."""
    texts = generated(facts())
    stale = [
        path
        for path, text in texts.items()
        if not path.exists() or path.read_text("utf-8") != text
    ]
    folders = {path.parent for path in texts}
    surplus = [
        path for folder in folders for path in folder.glob("*.py") if path not in texts
    ]
    if "--check" in sys.argv[1:]:
        for path in [*stale, *surplus]:
            print(f"stale: {path}; run python tools/accounting_api.py")
        return 1 if stale or surplus else 0
    for path in surplus:
        path.unlink()
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(texts[path], "utf-8")
    print(f"{len(stale)} of {len(texts)} modules written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
