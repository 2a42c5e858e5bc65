"""Whether something was seen before, in eight to sixteen bytes each."""

from __future__ import annotations

from array import array

__all__ = ("Seen",)

_START = 1 << 12
_BITS = (1 << 64) - 1


class Seen:
    """A set of hashes: two of a million are taken for one by a chance of one in 10**7."""

    def __init__(self) -> None:
        self._count = 0
        self._slots = array("Q", bytes(8 * _START))

    def again(self, value: int) -> bool:
        """Remember a hash; return whether it was there."""
        # 0 marks an empty slot.
        found = (value & _BITS) or 1
        if not self._put(found):
            return True
        self._count += 1
        if self._count * 4 > len(self._slots) * 3:
            old = self._slots
            self._slots = array("Q", bytes(16 * len(old)))
            for one in old:
                if one:
                    self._put(one)
        return False

    def _put(self, found: int) -> bool:
        slots = self._slots
        mask = len(slots) - 1
        at = found & mask
        while held := slots[at]:
            if held == found:
                return False
            at = (at + 1) & mask
        slots[at] = found
        return True
