"""Telephone numbers that nobody has: each country's numbers for films and examples, or what is kept free.

Sources: North American Numbering Plan (555-0100 to 555-0199), Ofcom (drama numbers), Bundesnetzagentur
(Verfügung 148/2021, Drama Numbers), Arcep (décision 2012-0856), ACMA (numbers for fiction), ComReg (020 91x),
PTS (nummer för böcker och filmer).
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class NumberRange:
    """Numbers that begin alike.

    Args:
        prefix: What they begin with, as E.164 writes it.
        digits: How many digits follow.
        weight: How many callers have one of them, beside other ranges.
    """

    prefix: str
    digits: int
    weight: int = 1

    def draw(self, chance: random.Random) -> str:
        """Return one of the numbers."""
        return f"{self.prefix}{chance.randrange(10**self.digits):0{self.digits}}"


RANGES: Final = (
    NumberRange("+120255501", 2, 3),  # Washington
    NumberRange("+121255501", 2, 2),  # New York
    NumberRange("+141555501", 2, 2),  # San Francisco
    NumberRange("+442079460", 3, 3),  # London
    NumberRange("+441614960", 3, 2),  # Manchester
    NumberRange("+447700900", 3, 3),  # mobile
    NumberRange("+493023125", 3, 4),  # Berlin
    NumberRange("+494066969", 3, 2),  # Hamburg
    NumberRange("+498999998", 3, 2),  # Munich
    NumberRange("+3319900", 4, 2),  # Paris
    NumberRange("+3363998", 4, 2),  # mobile
    NumberRange("+6125550", 4, 1),  # Sydney
    NumberRange("+3532091", 5, 1),  # Ireland
    NumberRange("+468465004", 2, 1),  # Stockholm
)


def draw_number(chance: random.Random) -> str:
    """Return a number of somebody, somewhere."""
    (chosen,) = chance.choices(RANGES, [each.weight for each in RANGES])
    return chosen.draw(chance)
