"""Rows made to fit a format: what fits stays as it is, what does not is told or refused.

What Sage looks up (journal, account, third party, section, tax code) is never changed
beyond its case, since a changed code is another's. Labels are spelt in plainer characters
and cut; free numbers that are too long are left out, since half a number is a wrong one.
Each of these is told to `Losses`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Final, cast

import attrs

from ...errors import CodecError
from ...model.money import apportion
from .rows import EntryRow, Losses, RowInstalment, RowShare
from .sentences import Code
from .spelling import plainer

__all__ = ("Fitter", "lines_of", "placed", "shown", "tell_missing")

_BREAK: Final = re.compile(r"\s*[\x00-\x1f\x7f\x85\u2028\u2029]\s*")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\x80-\x9f\u2028\u2029]")
_BLANKS: Final = " \xa0\t"
_CENT: Final = Decimal("0.01")

_NEVER_MISSING: Final = {"line", "extra", "amount", "debit"}


def placed(error: CodecError, line: int) -> CodecError:
    """Return `error` with the line of the row that it is about, where there is one."""
    if not line:
        return error
    message = f"line {line} of the file read: {error.message}"
    return CodecError(message, path=error.path, code=error.code, fix=error.fix)


def lines_of(row: EntryRow, losses: Losses) -> Iterator[EntryRow]:
    """Yield a row as formats without signs and instalments have it: one line a due day.

    The amounts of the lines sum exactly to the row's. Quantity and extras stand on the
    first line alone.

    Raises:
        CodecError: Instalments that are not the row's amount, or that are split over
            analytic sections too.
    """
    if row.amount < 0:
        reason = "Amounts have no sign: one below zero stands on the other side."
        losses.add("amount", reason, line=row.line, value=row.amount)
        row = _turned(row)
    if row.currency_amount is not None and row.currency_amount < 0:
        reason = "Amounts have no sign: the side tells it."
        losses.add("currency_amount", reason, line=row.line, value=row.currency_amount)
        row = attrs.evolve(row, currency_amount=-row.currency_amount)
    if not row.instalments:
        yield row
        return
    yield from _instalments(row, losses)


def _turned(row: EntryRow) -> EntryRow:
    return attrs.evolve(
        row,
        debit=not row.debit,
        amount=-row.amount,
        currency_amount=None if row.currency_amount is None else -row.currency_amount,
        shares=tuple(attrs.evolve(one, amount=-one.amount) for one in row.shares),
        instalments=tuple(attrs.evolve(one, amount=-one.amount) for one in row.instalments),
    )


def _instalments(row: EntryRow, losses: Losses) -> Iterator[EntryRow]:
    parts = row.instalments
    amounts = [one.amount for one in parts]
    if min(amounts) <= 0 or sum(amounts, Decimal()) != row.amount:
        raise CodecError(
            f"instalments: expected amounts above zero that come to {row.amount}, found "
            f"{', '.join(map(str, amounts))}.",
            path="instalments",
            fix="Correct them in the file read.",
        )
    if row.shares and len(parts) > 1:
        raise CodecError(
            "instalments: expected a line that is split over due days or over analytic "
            "sections, found one that is split over both.",
            path="instalments",
            fix="Split the line in the file read: one line for each day it falls due.",
        )
    if row.due is not None and row.due not in {one.due for one in parts}:
        reason = "The line falls due on the days of its instalments."
        losses.add("due", reason, line=row.line, value=row.due)
    foreign: tuple[Decimal | None, ...] = (row.currency_amount,)
    if len(parts) > 1:
        foreign = (None,) * len(parts)
        if row.currency_amount is not None:
            unit = min(_CENT, Decimal((0, (1,), _exponent(row.currency_amount))))
            foreign = apportion(row.currency_amount, amounts, unit)
    for at, (part, own) in enumerate(zip(parts, foreign, strict=True)):
        yield attrs.evolve(
            row,
            line=part.line or row.line,
            amount=part.amount,
            due=part.due,
            method=part.method or row.method,
            currency_amount=own,
            quantity=None if at else row.quantity,
            extra={} if at else row.extra,
            instalments=(),
        )


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)  # noqa: S101 - a finite number, as rows have them
    return exponent


def tell_missing(
    row: EntryRow, written: frozenset[str], losses: Losses, reason: str
) -> None:
    """Tell of each field that `row` has and the format has no place for.

    Args:
        row: As it is about to be written.
        written: Names of the fields, and of the `extra`s, that are written.
        losses: Who is told.
        reason: Why they are not.
    """
    for name, default in _DEFAULTS:
        value = getattr(row, name)
        if value != default and name not in written and not _implied(row, name):
            losses.add(name, reason, line=row.line, value=shown(value))
    for name, text in row.extra.items():
        if name not in written:
            losses.add(name, reason, line=row.line, value=text)


_DEFAULTS: Final = tuple(
    (field.name, "" if field.default is attrs.NOTHING else field.default)
    for field in attrs.fields(EntryRow)
    if field.name not in _NEVER_MISSING
)


def _implied(row: EntryRow, name: str) -> bool:
    """Tell whether a field says nothing that the others do not say."""
    return name == "piece_date" and row.piece_date == row.date


def shown(value: object) -> str:
    """Return a value of a row as losses show it."""
    if isinstance(value, tuple):
        # Shares and instalments are the only tuples of a row.
        parts = cast("tuple[RowShare | RowInstalment, ...]", value)
        return ", ".join(
            f"{one.section if isinstance(one, RowShare) else one.due} {one.amount}"
            for one in parts
        )
    return str(value)


@attrs.frozen
class Fitter:
    """Texts as one format holds them.

    Attributes:
        codec: Python's name of its code page.
        losses: Who is told of what does not fit.
        forbidden: What is wrong with a text for a reason of the format's own, or "".
    """

    codec: str
    losses: Losses
    forbidden: Callable[[str], str] = lambda _: ""

    def label(self, field: str, text: str, limit: int, *, line: int) -> str:
        """Return a text for people: in one line, spelt plainer, cut.

        Raises:
            CodecError: A character has no plainer spelling in the code page.
        """
        return self._encodable(field, self.cut(field, text, limit, line=line))

    def cut(self, field: str, text: str, limit: int, *, line: int) -> str:
        """Return a text as `label` does; a character without a spelling stays in it."""
        if len(text) <= limit and text.isascii() and text.isprintable():
            return (
                text if text == text.strip(_BLANKS) else self._stripped(field, text, line)
            )
        found = _BREAK.sub(" ", text)
        if found != text:
            reason = "A line break or control character becomes a blank."
            self.losses.add(field, reason, line=line, value=text)
        composed = unicodedata.normalize("NFC", found)
        spelt = "".join(plainer(one, self.codec) for one in composed)
        if spelt != composed:
            reason = f"{self.codec.upper()} lacks a character, which is spelt plainer."
            self.losses.add(field, reason, line=line, value=text)
        found = self._stripped(field, spelt, line)
        if len(found) > limit:
            reason = f"A text of more than {limit} characters is cut."
            self.losses.add(field, reason, line=line, value=text)
            found = found[:limit].rstrip(_BLANKS)
        return found

    def number(
        self, field: str, text: str, limit: int, *, line: int, upper: bool = False
    ) -> str:
        """Return a free number such as an invoice's; "" for one that is too long."""
        if len(text.strip(_BLANKS)) > limit:
            reason = f"A number of more than {limit} characters is left out."
            self.losses.add(field, reason, line=line, value=text)
            return ""
        return self.code(field, text, limit, line=line, upper=upper)

    def code(
        self,
        field: str,
        text: str,
        limit: int,
        *,
        line: int,
        upper: bool = False,
        needed: bool = False,
    ) -> str:
        """Return a code that Sage looks up, in upper case where Sage keeps it so.

        Raises:
            CodecError: It is too long, needed and empty, or holds a character that has no
                place here.
        """
        found = self._stripped(field, text, line)
        if needed and not found:
            raise CodecError(
                f"{field}: expected a code, found none.",
                path=field,
                code=Code.EMPTY.value,
                fix="Give the line one in the file read.",
            )
        if upper and found != found.upper():
            reason = "Sage keeps codes in upper case."
            self.losses.add(field, reason, line=line, value=text)
            found = found.upper()
        if len(found) > limit:
            raise CodecError(
                f"{field}: expected at most {limit} characters, found {found!r}.",
                path=field,
                code=Code.LENGTH.value,
                fix="Give it a shorter code in the file read.",
            )
        what = _CONTROL.search(found)
        wrong = f"U+{ord(what[0]):04X}" if what else self.forbidden(found)
        if wrong:
            raise CodecError(
                f"{field}: expected a code without {wrong}, found {found!r}.",
                path=field,
                code=(Code.CONTROL if what else Code.CHARACTER).value,
                fix="Give it another code in the file read.",
            )
        return self._encodable(field, found)

    def _stripped(self, field: str, text: str, line: int) -> str:
        found = text.strip(_BLANKS)
        if found != text:
            reason = "Blanks at the ends are left out: Sage is sensitive to them."
            self.losses.add(field, reason, line=line, value=repr(text))
        return found

    def _encodable(self, field: str, text: str) -> str:
        try:
            text.encode(self.codec)
        except UnicodeEncodeError as error:
            raise CodecError(
                f"{field}: expected characters of {self.codec.upper()}, found "
                f"{text[error.start]!r} (U+{ord(text[error.start]):04X}) in {text!r}.",
                path=field,
                code=Code.CHARACTER.value,
                fix="Write it in other characters in the file read.",
            ) from error
        return text
