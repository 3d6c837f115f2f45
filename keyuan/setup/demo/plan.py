"""How large a book is and how it is cut into parts that can be made independently of each other."""

from dataclasses import dataclass
from datetime import date

from keyuan.setup.demo.days import day_of

#: Customers made together; a property of the book, not of the machine: other parts would be another book.
PART = 7_000
#: Rows of one table that a part may have, for every customer in it; ids of a part start behind those of the last.
ROWS_A_CUSTOMER = 25
POLICIES_A_CUSTOMER = 6
FEWEST = 150


@dataclass(frozen=True, slots=True)
class Book:
    """What was asked for: so many customers, from this seed, as of this day. Nothing else decides what a book holds."""

    customers: int
    seed: int
    as_of: date

    @property
    def today(self) -> int:
        """The book's present day as a number."""
        return day_of(self.as_of)

    @property
    def parts(self) -> int:
        """Into how many parts the book is cut."""
        return -(-self.customers // PART)

    def size_of(self, part: int) -> int:
        """Return how many customers ``part`` (from 0) holds."""
        return min(PART, self.customers - part * PART)

    @property
    def agents(self) -> int:
        """The sales force: 180,000 people for 1.4 million customers."""
        return max(60, round(self.customers * 0.1286))

    @property
    def branches(self) -> int:
        """Branches grow more slowly than the book, up to one a province."""
        return int(min(31, max(2, round(self.customers**0.36 / 5.2))))

    @property
    def sub_branches(self) -> int:
        """At least two to a branch."""
        return max(self.branches * 2, self.agents // 290)
