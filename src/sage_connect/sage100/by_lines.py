"""Documents that only their lines tell: Sage kept no reference, and they have no number."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from .booked import Booked, Place, Seen
from .differences import Kernel, kernel_of

_Kept: TypeAlias = tuple[Kernel, str]


class ByLines:
    """The lines of an export that look like some of ours, each one document's only.

    Args:
        pieces: Lines of one piece, by its place; all of days and journals of ours.
    """

    def __init__(self, pieces: Mapping[Place, Sequence[Seen]]) -> None:
        self._left: dict[_Kept, dict[Place, list[Seen]]] = {}
        self._alike: dict[Kernel, Counter[Place]] = {}
        for place, lines in pieces.items():
            # The first of equal lines is taken first.
            for one in reversed(lines):
                places = self._left.setdefault(_kept(one.booked), {})
                places.setdefault(place, []).append(one)
                self._alike.setdefault(kernel_of(one.booked), Counter())[place] += 1

    def claimed(self, own: Sequence[Booked]) -> list[Seen]:
        """Return the lines of a document, label and all; none where a piece lacks some.

        Args:
            own: As they were handed over.
        """
        wanted = Counter(map(_kept, own))
        rarest = min(wanted, key=lambda line: len(self._left.get(line, ())))
        for place in self._left.get(rarest, ()):
            if place[:2] == own[0][:2] and self._stands_in(place, wanted):
                return [self._take(line, place) for line in wanted.elements()]
        return []

    def _stands_in(self, place: Place, wanted: Counter[_Kept]) -> bool:
        return all(
            len(self._left.get(line, {}).get(place, ())) >= count
            for line, count in wanted.items()
        )

    def _take(self, line: _Kept, place: Place) -> Seen:
        lines = self._left[line][place]
        taken = lines.pop()
        if not lines:
            del self._left[line][place]
        self._alike[line[0]][place] -= 1
        return taken

    def has_much_of(self, own: Sequence[Booked]) -> bool:
        """Return whether half of a document, or more, is left in one piece.

        Labels do not count here: they may have been changed.
        """
        there: Counter[Place] = Counter()
        for kernel, count in Counter(map(kernel_of, own)).items():
            for place, alike in self._alike.get(kernel, Counter[Place]()).items():
                if place[:2] == own[0][:2]:
                    there[place] += min(count, alike)
        return 2 * max(there.values(), default=0) >= len(own)


def _kept(line: Booked) -> _Kept:
    # What is left out, Sage may have filled in.
    return kernel_of(line), line.label
