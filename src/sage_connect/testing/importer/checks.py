"""What Sage looks at when it imports a file, record by record."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Final

import attrs

from ...sage100.wire import Dialect
from . import lines as said
from .books import (
    Books,
    Cell,
    Entry,
    Keyed,
    Option,
    Plan,
    identity_of,
    key_of,
    share_record,
)
from .lines import (
    ImportMessage,
    RawFile,
    RawRecord,
    amount_in,
    amount_text,
    control_field,
)

_CODES: Final = {
    # The codes that a field may hold, where another cannot be understood.
    ("#MPLG", 2): {"0", "1"},
    ("#MPLG", 5): {str(nature) for nature in range(15)},
    ("#MPCT", 3): {"0", "1", "2", "3"},
    ("#MPCA", 4): {"", "0", "1"},
    ("#MCJR", 4): {"0", "1", "2", "3", "4"},
    ("#MCJR", 5): {"0", "1", "2", "3"},
    ("#MTAX", 8): {"0", "1"},
    ("#MECG", 12): {"", *map(str, range(31))},
    ("#MECG", 17): {"0", "1"},
}
_REQUIRED: Final = {
    "#MDOS": (1,),
    "#MPLG": (1, 3),
    "#MPCT": (1, 2),
    "#MPCA": (1, 2, 3),
    "#MCJR": (1, 2),
    "#MTAX": (1, 3, 6),
    "#MECG": (2, 11, 18),
}
"""Besides the journal and the accounts, which have messages of their own."""
_WIDTHS: Final = {
    "#MPLG": {1: 13, 3: 35, 4: 17},
    "#MPCT": {
        1: 17,
        2: 69,
        4: 13,
        5: 17,
        6: 17,
        7: 35,
        8: 35,
        9: 35,
        10: 9,
        11: 35,
        12: 25,
        13: 35,
        16: 6,
        17: 25,
        18: 14,
        29: 35,
        56: 21,
        57: 21,
        58: 69,
        59: 69,
    },
    "#MPCA": {2: 13, 3: 35, 5: 17},
    "#MCJR": {1: 6, 2: 35, 3: 13},
    "#MTAX": {1: 35, 5: 13, 6: 5},
    "#MECG": {1: 6, 4: 13, 5: 17, 6: 17, 7: 13, 9: 17, 11: 69, 26: 5, 33: 17},
}
"""Characters. That a longer text is refused is assumed; Sage may cut it."""
_UPPER: Final = {"#MPCT": (1,), "#MPCA": (2,), "#MECG": (4, 9)}
_MONTHS: Final = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
_LEAST_ENTRY_FIELDS: Final = 26
_CREATED_LENGTH: Final = 10
_RESULT_NATURES: Final = {"8", "9"}
_EXPENSE_AND_INCOME: Final = "1"
_ALL: Final = "2"

# Fields of records that an entry is checked against.
_ACCOUNT_TYPE, _ACCOUNT_NATURE, _ACCOUNT_ANALYTIC, _ACCOUNT_PARTY = 2, 5, 11, 15
_ACCOUNT_FOREIGN, _ACCOUNT_CURRENCY, _ACCOUNT_DORMANT = 18, 19, 21
_PARTY_ACCOUNT, _PARTY_CURRENCY, _PARTY_DORMANT, _PARTY_TAIL = 4, 15, 50, 134
_SECTION_TYPE, _SECTION_DORMANT = 4, 10
_JOURNAL_NUMBERING, _JOURNAL_DORMANT = 5, 9


class Run:
    """One import, on books that are given up when there is a message."""

    def __init__(self, books: Books, file: RawFile, *, overwrites: bool) -> None:
        self.books = books
        self.file = file
        self.overwrites = overwrites
        self.messages: list[ImportMessage] = []
        self.entries: list[Entry] = []
        self.created: int = 0
        self.updated: int = 0
        self.untouched: int = 0
        self.duplicated: int = 0
        # True when a line could not be read, so that sums say nothing.
        self._unread = False
        self._seen = books.identities()

    def check_header(self) -> None:
        """Refuse a base currency that is not the company's."""
        currency = self.file.currency
        if currency and currency != self.books.base_currency() and self.books.find("#MDOS"):
            line = self.file.currency_line
            # Assumed: in another currency every amount would be a wrong one.
            text = said.CURRENCY.format(value=currency, line=line)
            self.messages.append(ImportMessage(text=text, line=line))

    def take(self, *, checked: bool = False) -> None:
        """Take all records; where not `checked`, as they are."""
        groups = list(self._groups(checked=checked))
        for record, children in groups:
            if record.flag == "#MECG":
                self._take_entry(record, children, checked=checked)
            else:
                self._take_keyed(record, children, checked=checked)
        self.books.entries += self.entries
        self.books.batches += 1

    def _groups(
        self, *, checked: bool
    ) -> Iterator[tuple[RawRecord, tuple[RawRecord, ...]]]:
        """Yield each record with its children, leaving out what has the wrong shape."""
        parent: RawRecord | None = None
        children: list[RawRecord] = []
        whole = True
        for record in self.file.records:
            message = self._misshapen(record) if checked else None
            child = key_of(record) is None and record.flag != "#MECG"
            if message is None and child and parent is None and whole:
                message = record.odd()
            if message is not None:
                self.messages.append(message)
                self._unread = True
            if child:
                if message is None:
                    children.append(record)
                continue
            if parent is not None:
                yield parent, tuple(children)
            # Children of a refused record are not reported for having lost it.
            parent, whole = (None, False) if message else (record, True)
            children = []
        if parent is not None:
            yield parent, tuple(children)

    def _misshapen(self, record: RawRecord) -> ImportMessage | None:
        layout = Dialect(version=self.file.version).layout(record.flag)
        count = len(record.fields)
        if not layout.known or layout.fits(count, self.file.version) == "no":
            return record.odd()
        if record.flag == "#MECG" and count < _LEAST_ENTRY_FIELDS:
            return record.odd()
        number = control_field(record)
        return record.odd(number) if number else None

    # Records with a key

    def _take_keyed(
        self, record: RawRecord, children: tuple[RawRecord, ...], *, checked: bool
    ) -> None:
        if record.flag == "#MPLG":
            record = record.having(1, self._number(record[1], record[_ACCOUNT_TYPE]))
        key = key_of(record) or ()
        table = self.books.tables.setdefault(record.flag, {})
        if checked and not self._is_right(record):
            return
        if key not in table:
            self.created += 1
        elif not self.overwrites:
            self.untouched += 1
            return
        else:
            self.updated += 1
        table[key] = Keyed(record, children)

    def _number(self, number: str, kind: str = "0") -> str:
        """Return an account number as the company's length makes it, without a word."""
        text = self.books.option(Option.ACCOUNT_LENGTH)
        length = int(text) if text.isdecimal() else 0
        if not length or kind == "1" or not number:
            return number
        if self.books.option(Option.PAD_WITH_ZEROS) == "1":
            number = number.ljust(length, "0")
        return number[:length]

    def _is_right(self, record: RawRecord) -> bool:
        before = len(self.messages)
        self._check_fields(record)
        if record.flag == "#MPCT":
            self._check_party(record)
        elif record.flag == "#MPCA" and self.books.plan(record[1]) is None:
            self.messages.append(record.odd(1))
        elif record.flag == "#MTAX":
            self._account_of(record, 5)
            if amount_in(record[3], decimals=4) is None:
                self.messages.append(record.odd(3))
        return len(self.messages) == before

    def _check_fields(self, record: RawRecord) -> None:
        """Check each field by itself, as far as its kind of record is known."""
        widths = _WIDTHS.get(record.flag, {})
        wrong = {number for number in _REQUIRED.get(record.flag, ()) if not record[number]}
        wrong |= {number for number, width in widths.items() if len(record[number]) > width}
        wrong |= {
            number
            for number in _UPPER.get(record.flag, ())
            if record[number] != record[number].upper()
        }
        wrong |= {
            number
            for (flag, number), codes in _CODES.items()
            if flag == record.flag and record[number] not in codes
        }
        self.messages += (record.odd(number) for number in sorted(wrong))

    def _check_party(self, record: RawRecord) -> None:
        for number in (_PARTY_ACCOUNT, *range(_PARTY_TAIL, len(record.fields) + 1)):
            self._account_of(record, number)
        currency = record[_PARTY_CURRENCY]
        if currency not in {"", "0"} and not self.books.currency(currency):
            self.messages.append(record.odd(_PARTY_CURRENCY))

    def _account_of(self, record: RawRecord, number: int) -> RawRecord | None:
        """Return the account that a field names, creating it where the company says so."""
        code = self._number(record[number])
        account = self.books.find("#MPLG", code)
        if account is None and code and self.books.option(Option.CREATE_ACCOUNTS) == "1":
            code = self._number(code[:_CREATED_LENGTH])
            account = self.books.find("#MPLG", code)
            if account is None:
                account = _created(code)
                self.books.tables.setdefault("#MPLG", {})[code,] = Keyed(account)
                self.created += 1
        if account is None:
            self.messages.append(record.odd(number, said.ACCOUNT))
        return account

    # Entries

    def _take_entry(
        self, record: RawRecord, children: tuple[RawRecord, ...], *, checked: bool
    ) -> None:
        identity = identity_of(record)
        if checked:
            account = self._check_entry(record)
            shares = tuple(child for child in children if child.flag == "#MECA")
            if account is not None:
                record = record.having(Cell.ACCOUNT, account[1])
                children = (*children, *self._check_shares(record, account, shares))
        self._post(
            Entry(
                record=record,
                children=children,
                batch=self.books.batches,
                identity=identity,
            )
        )

    def _post(self, entry: Entry) -> None:
        self.entries.append(entry)
        if self._seen[entry.identity] > 0:
            self._seen[entry.identity] -= 1
            self.duplicated += 1

    def _check_entry(self, record: RawRecord) -> RawRecord | None:
        """Check everything on a line but its analytic part; return its account."""
        self._check_fields(record)
        odd = self.messages.append
        journal = self.books.find("#MCJR", record[Cell.JOURNAL])
        if journal is None:
            odd(record.odd(Cell.JOURNAL, said.JOURNAL))
        elif self._is_asleep(journal[_JOURNAL_DORMANT]):
            odd(record.odd(Cell.JOURNAL))
        self._check_date(record)
        account = self._account_of(record, Cell.ACCOUNT)
        if account is not None:
            asleep = self._is_asleep(account[_ACCOUNT_DORMANT])
            if asleep or account[_ACCOUNT_TYPE] == "1":
                odd(record.odd(Cell.ACCOUNT))
            self._check_third_party(record, account)
            self._check_currency(record, account)
        if record[Cell.TAX_CODE] and not self.books.find("#MTAX", record[Cell.TAX_CODE]):
            odd(record.odd(Cell.TAX_CODE, said.TAX))
        amount = amount_in(record[Cell.AMOUNT])
        negatives = self.books.option(Option.NEGATIVE_REVERSALS) == "1"
        # Assumed: the option for negative reversals lets negative amounts in.
        if record[Cell.AMOUNT] and (amount is None or (amount < 0 and not negatives)):
            odd(record.odd(Cell.AMOUNT))
        if record[Cell.DUE] and self.books.day(record[Cell.DUE]) is None:
            odd(record.odd(Cell.DUE))
        return account

    def _check_date(self, record: RawRecord) -> None:
        day = self.books.day(record[Cell.DATE])
        if day is None and record[Cell.DATE]:
            self.messages.append(record.odd(Cell.DATE))
        elif day and not any(start <= day <= end for start, end in self.books.years()):
            self.messages.append(record.odd(Cell.DATE, said.YEAR))
        elif day and any(
            (last := self.books.day(self.books.option(closed))) and day <= last
            for closed in (Option.LAST_CLOSED_PERIOD, Option.LAST_CLOSING)
        ):
            self.messages.append(record.odd(Cell.DATE, said.CLOSED))

    def _is_asleep(self, dormant: str) -> bool:
        return dormant == "1" and self.books.option(Option.FORBID_DORMANT) == "1"

    def _check_third_party(self, record: RawRecord, account: RawRecord) -> None:
        """Check that a collective account names one of its own, and no other account any.

        Assumed to be refused as an inconsistency; only that a third party is needed, and
        that the account must be attached to it, is documented.
        """
        code = record[Cell.THIRD_PARTY]
        if not code:
            if account[_ACCOUNT_PARTY] == "1":
                self.messages.append(record.odd(Cell.THIRD_PARTY))
            return
        party = self.books.find("#MPCT", code)
        if party is None:
            self.messages.append(record.odd(Cell.THIRD_PARTY, said.THIRD_PARTY))
            return
        attached = {party[_PARTY_ACCOUNT], *party.fields[_PARTY_TAIL - 1 :]}
        if account[1] not in map(self._number, attached) or account[_ACCOUNT_PARTY] != "1":
            self.messages.append(record.odd(Cell.ACCOUNT))
        elif self._is_asleep(party[_PARTY_DORMANT]):
            self.messages.append(record.odd(Cell.THIRD_PARTY))

    def _check_currency(self, record: RawRecord, account: RawRecord) -> None:
        number = record[Cell.CURRENCY]
        if number in {"", "0"}:
            return
        if not self.books.currency(number):
            text = record.odd(Cell.CURRENCY, said.CURRENCY, value=number)
            self.messages.append(text)
        elif amount_in(record[Cell.CURRENCY_AMOUNT]) is None:
            self.messages.append(record.odd(Cell.CURRENCY_AMOUNT))
        elif account[_ACCOUNT_CURRENCY] not in {"", "0", number} or (
            # Assumed from the refusal that vendors report on sales accounts; control and
            # VAT accounts without the option are let through.
            account[_ACCOUNT_NATURE] in _RESULT_NATURES and account[_ACCOUNT_FOREIGN] != "1"
        ):
            self.messages.append(record.odd(Cell.CURRENCY))

    def _check_shares(
        self, record: RawRecord, account: RawRecord, shares: Iterable[RawRecord]
    ) -> tuple[RawRecord, ...]:
        """Check the analytic part; return what goes to sections of suspense.

        A gap is refused in every plan that is split at all, and in mandatory plans. That
        Sage also minds a partial split of a plan that is not mandatory is assumed.
        """
        sums: defaultdict[str, Decimal] = defaultdict(Decimal)
        for share in shares:
            wrong = self._wrong_share(share, account)
            if wrong is None:
                sums[share[1]] += amount_in(share[3]) or 0
            else:
                self.messages.append(wrong)
        total = amount_in(record[Cell.AMOUNT])
        if total is None or account[_ACCOUNT_ANALYTIC] != "1":
            return ()
        return tuple(self._rest(record, account, sums, total))

    def _wrong_share(self, share: RawRecord, account: RawRecord) -> ImportMessage | None:
        amount = amount_in(share[3])
        plan = self.books.plan(share[1])
        if plan is None:
            return share.odd(1)
        if not self._is_section(share):
            return share.odd(2, said.SECTION)
        if amount is None or amount < 0:
            return share.odd(3)
        # Only accounts with the analytic option take a split, and by plan all of them,
        # or those of income and expenses.
        if account[_ACCOUNT_ANALYTIC] == "1" and _is_taken(plan, account):
            return None
        return share.odd()

    def _rest(
        self,
        record: RawRecord,
        account: RawRecord,
        sums: Mapping[str, Decimal],
        total: Decimal,
    ) -> Iterator[RawRecord]:
        for number in map(str, range(1, 12)):
            plan = self.books.plan(number)
            if plan is None or (number not in sums and not _is_owed(plan, account)):
                continue
            gap = total - sums.get(number, Decimal())
            if gap > 0 and plan.suspense:
                yield share_record(number, plan.suspense, gap)
            elif gap:
                self.messages.append(record.odd(None, said.ANALYTIC))

    def _is_section(self, share: RawRecord) -> bool:
        section = self.books.find("#MPCA", share[1], share[2])
        return (
            section is not None
            and section[_SECTION_TYPE] != "1"
            and not self._is_asleep(section[_SECTION_DORMANT])
        )

    # The file as a whole

    def check_balance(self) -> None:
        """Check debit and credit of each journal and month, or balance it.

        Lines that cannot be read are refused already; without them nothing adds up.
        """
        gaps: defaultdict[tuple[str, int, int], Decimal] = defaultdict(Decimal)
        last: dict[tuple[str, int, int], RawRecord] = {}
        for entry in self.entries:
            day = self.books.day(entry.record[Cell.DATE])
            amount = amount_in(entry.record[Cell.AMOUNT])
            if self._unread or day is None or amount is None:
                return
            group = entry.record[Cell.JOURNAL], day.year, day.month
            gaps[group] += -amount if entry.record[Cell.SIDE] == "1" else amount
            last[group] = entry.record
        for (journal, year, month), gap in gaps.items():
            record = last[journal, year, month]
            if gap and not self._balanced_by_sage(record, gap):
                # Which line of the journal Sage names is not documented: the last one here.
                values = {
                    "journal": journal,
                    "month": _MONTHS[month - 1],
                    "year": str(year),
                }
                self.messages.append(record.odd(None, said.BALANCE, **values))

    def _balanced_by_sage(self, record: RawRecord, gap: Decimal) -> bool:
        if self.books.option(Option.BALANCE_JOURNALS) != "1":
            return False
        field = Option.GAP_CREDIT if gap > 0 else Option.GAP_DEBIT
        account = self._number(self.books.option(field))
        if self.books.find("#MPLG", account) is None:
            return False
        cells = {
            Cell.JOURNAL: record[Cell.JOURNAL],
            Cell.DATE: record[Cell.DATE],
            Cell.PIECE: record[Cell.PIECE],
            Cell.ACCOUNT: account,
            Cell.LABEL: "Ecart d'équilibre",
            Cell.SIDE: "1" if gap > 0 else "0",
            Cell.AMOUNT: amount_text(abs(gap)),
        }
        made = RawRecord("#MECG", 0, ())
        for cell, text in cells.items():
            made = made.having(cell, text)
        entry = Entry(
            record=made,
            children=(),
            batch=self.books.batches - 1,
            identity=identity_of(made),
        )
        self.entries.append(entry)
        self.books.entries.append(entry)
        return True

    def renumber(self) -> None:
        """Give new piece numbers in journals that number by themselves."""
        old = len(self.books.entries) - len(self.entries)
        counters: defaultdict[tuple[str, ...], int] = defaultdict(int)
        numbers: dict[tuple[object, ...], str] = {}
        for at, entry in enumerate(self.books.entries):
            scope = self._scope(entry.record)
            if scope is None:
                continue
            piece = (entry.batch, *entry.identity[:4])
            if piece not in numbers:
                counters[scope] += 1
                numbers[piece] = str(counters[scope])
            if at >= old:
                record = entry.record.having(Cell.PIECE, numbers[piece])
                self.books.entries[at] = attrs.evolve(entry, record=record)

    def _scope(self, record: RawRecord) -> tuple[str, ...] | None:
        """Return what pieces are counted in; None for a journal numbered by hand."""
        code = record[Cell.JOURNAL]
        journal = self.books.find("#MCJR", code)
        match journal[_JOURNAL_NUMBERING] if journal else "0":
            case "1":
                return (code,)
            case "2":
                return ()
            case "3":
                return (code, record[Cell.DATE][2:])
            case _:
                return None


def _is_owed(plan: Plan, account: RawRecord) -> bool:
    return plan.mandatory and _is_taken(plan, account)


def _is_taken(plan: Plan, account: RawRecord) -> bool:
    """Return whether a plan takes splits of an account.

    That a plan with the allocation "none" takes nothing is inferred from the word.
    """
    result = account[_ACCOUNT_NATURE] in _RESULT_NATURES
    return plan.allocation == _ALL or (plan.allocation == _EXPENSE_AND_INCOME and result)


def _created(code: str) -> RawRecord:
    """Return the account that Sage makes when it meets an unknown one."""
    cells = [""] * 23
    for number in (2, 5, 6, 9, 10, 11, 12, 13, 14, 15, 18, 19, 21, 22, 23):
        cells[number - 1] = "0"
    cells[0], cells[2] = code, "Compte à créer"
    return RawRecord("#MPLG", 0, tuple(cells))
