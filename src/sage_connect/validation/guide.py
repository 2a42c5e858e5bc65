"""What a person sets up in a product before it is posted to: steps as data.

A back end has a `Guide`: what to do in which order, where on screen, what to enter there,
and which findings of its preflight tell whether it is done. Titles and texts stand beside
its rules' sentences, in `text/guide.en.toml` and `guide.fr.toml`: a table for each step,
with `title` and `text`. Menu paths and labels are the product's own words in any language.
"""

import enum
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import attrs

from ..model import fields
from ..plan.secret import MASK, Secret
from . import text
from .finding import Finding, Severity
from .report import Report

OTHERS: Final = "others"
"""Name of the step that holds what the preflight found wrong beside all steps."""
_PLACE: Final = re.compile(r"\{([\w.]+)\}")
_WRONG: Final = frozenset({Severity.ERROR, Severity.WARNING})


class Done(enum.StrEnum):
    """What the preflight says of a step."""

    YES = "yes"
    NO = "no"
    UNREAD = "unread"
    """Nothing: only a person can look."""


@attrs.frozen(kw_only=True)
class Step:
    """One thing to set up.

    Attributes:
        name: Of its texts.
        where: The place on screen, in the product's own words; "" for none.
        entries: What to enter there: label on screen, and text in which `{user_id}` stands
            for the caller's own value of that name.
        faults: Codes of the preflight that say it is not done, or not right.
        proofs: Codes that say it is.
        unread: What is then told as not readable, if it is not: `what` of such findings.
        needs: Name of the setting without which there is no such step; "" for always.
    """

    name: str
    where: str = ""
    entries: tuple[tuple[str, str], ...] = ()
    faults: tuple[str, ...] = ()
    proofs: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    needs: str = ""


@attrs.frozen(kw_only=True)
class ToldStep:
    """A step as a person reads it.

    Attributes:
        number: From 1.
        name: Of the step, for programs.
        title: What to do, in short.
        where: The place on screen.
        text: What to mind.
        entries: Label on screen, and what to enter.
        checks: Codes of the preflight that tell whether it is done; none where nothing
            of it can be read.
        done: What a preflight says of it; None where none was asked.
        findings: What that found wrong.
    """

    number: int
    name: str
    title: str
    where: str
    text: str
    entries: tuple[tuple[str, str], ...]
    checks: tuple[str, ...]
    done: Done | None = None
    findings: tuple[Finding, ...] = ()


@attrs.frozen(kw_only=True)
class Guide:
    """The steps to set a product up, in order.

    Attributes:
        home: Package that the texts live in.
        product: Its name.
        steps: In the order of doing.
    """

    home: str
    product: str
    steps: tuple[Step, ...]

    def told(
        self,
        values: Mapping[str, str],
        *,
        language: str = "en",
        report: Report | None = None,
    ) -> Sequence[ToldStep]:
        """Return the steps with the caller's own values.

        Args:
            values: Settings by dotted name, as `values_of` gives them; for one that is not
                here its name is shown, in angle brackets.
            language: "en" or "fr".
            report: Of the preflight, to tell which steps are done.

        Raises:
            ValueError: `language` is neither.
        """
        texts = _texts(self.home, language)
        kept = [one for one in self.steps if not one.needs or values.get(one.needs)]
        steps = tuple(
            ToldStep(
                number=number,
                name=step.name,
                title=texts[step.name]["title"],
                where=step.where,
                text=texts[step.name]["text"],
                entries=tuple(
                    (label, _filled(entered, values)) for label, entered in step.entries
                ),
                checks=(*step.faults, *step.proofs),
                done=_done(step, report),
                findings=tuple(_wrong(step, report)),
            )
            for number, step in enumerate(kept, start=1)
        )
        return steps + tuple(_others(steps, report, language))


def values_of(settings: object) -> dict[str, str]:
    """Return settings by dotted name, as texts: `{"accounts.sales": "4000"}`.

    What is empty is left out, and no secret is shown.

    Args:
        settings: An attrs instance.
    """
    return {name: one for name, one in _flat(settings, "") if one}


def _flat(settings: object, before: str) -> Iterator[tuple[str, str]]:
    for name in attrs.fields_dict(type(settings)):  # type: ignore[arg-type] # attrs has made it
        value: object = getattr(settings, name)
        path = f"{before}{name}"
        if isinstance(value, Secret):
            yield path, MASK if value else ""
        elif attrs.has(type(value)):
            yield from _flat(value, f"{path}.")
        elif isinstance(value, fields.FrozenMap):
            yield path, ", ".join(f"{key} = {value[key]}" for key in value)
        elif isinstance(value, tuple):
            yield path, ", ".join(str(one) for one in value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] # all have a text
        elif value is not None:
            yield path, str(value)


def _others(
    steps: Sequence[ToldStep], report: Report | None, language: str
) -> Iterator[ToldStep]:
    """Yield one step more for what the preflight finds wrong and no step is about."""
    told = {code for step in steps for code in step.checks}
    left = [one for one in report or () if one.code not in told and one.severity in _WRONG]
    if left:
        yield ToldStep(
            number=len(steps) + 1,
            name=OTHERS,
            title=text.word("guide_others", language),
            where="",
            text=text.word("guide_others_text", language),
            entries=(),
            checks=tuple(dict.fromkeys(one.code for one in left)),
            done=Done.NO,
            findings=tuple(left),
        )


def _done(step: Step, report: Report | None) -> Done | None:
    if report is None:
        return None
    if any(_wrong(step, report)):
        return Done.NO
    for one in report:
        if one.code.endswith("-UNREAD") and one.values.get("what") in step.unread:
            return Done.UNREAD
    found = {one.code for one in report}
    return Done.YES if found & set(step.proofs) else Done.UNREAD


def _wrong(step: Step, report: Report | None) -> Iterator[Finding]:
    for one in report or ():
        if one.code in step.faults and one.severity in _WRONG:
            yield one


def _texts(home: str, language: str) -> Mapping[str, Mapping[str, str]]:
    if language not in text.LANGUAGES:
        known = ", ".join(text.LANGUAGES)
        raise ValueError(f"language must be one of {known}, not {language!r}")
    return text.read(home, f"guide.{language}.toml", language)


def _filled(entered: str, values: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda found: values.get(found[1]) or f"<{found[1]}>", entered)
