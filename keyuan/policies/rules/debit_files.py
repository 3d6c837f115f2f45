"""The files of a direct-debit batch in a bank's plain layout: out, and results in (POL-3).

Text in GB18030, fields parted by ``|``, a head with count and sum that must agree, amounts in 分. Out::

    H|D000000012|20260316|2|2572000
    1|6222020200012345678|周国栋|1286000|P123456789

In: the head again, then ``number|amount|code|words`` by line; code 0000 is paid. Another bank's layout is another
`DebitLayout` with the same two functions.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from keyuan.kernel.errors import Refused

PAID = "0000"
ENCODING = "gb18030"
#: Lines that one file may hold.
MOST = 50_000
HEAD_FIELDS, LINE_FIELDS = 5, 4


@dataclass(frozen=True, slots=True)
class OutLine:
    """One premium to collect: amount in 分, whole account and holder as the bank needs them."""

    number: int
    account: str
    holder: str
    amount: int
    policy_no: str


@dataclass(frozen=True, slots=True)
class Head:
    """The first line: which batch, for which day, how many lines, and their sum in 分."""

    batch_no: str
    collect_on: date
    count: int
    amount: int


@dataclass(frozen=True, slots=True)
class ResultLine:
    """What the bank says of one line, with the line's number in the file."""

    place: int
    number: int
    amount: int
    code: str
    words: str

    @property
    def is_paid(self) -> bool:
        """Tell whether the money came."""
        return self.code == PAID


@dataclass(frozen=True, slots=True)
class Unread:
    """A line that cannot be read, kept as it stands for a person."""

    place: int
    text: str


@dataclass(frozen=True, slots=True)
class Results:
    """A result file as read."""

    head: Head
    lines: tuple[ResultLine, ...]
    unread: tuple[Unread, ...]


def write_file(batch_no: str, collect_on: date, lines: Sequence[OutLine]) -> bytes:
    """Return the file that goes to the bank. A separator or line break inside a name becomes a blank."""
    total = sum(line.amount for line in lines)
    rows = [f"H|{batch_no}|{collect_on:%Y%m%d}|{len(lines)}|{total}"]
    rows += [
        f"{line.number}|{_plain(line.account)}|{_plain(line.holder)}|{line.amount}|{_plain(line.policy_no)}"
        for line in lines
    ]
    return ("\r\n".join(rows) + "\r\n").encode(ENCODING)


def _plain(text: str) -> str:
    return " ".join(text.replace("|", " ").split())


def read_file(content: bytes) -> Results:
    """Read a result file.

    Raises `Refused`, each with field ``file``: debit.not_text, debit.no_head, debit.too_long, debit.head_disagrees
    where count or sum is not that of the lines. Single lines that cannot be read are `Unread`.
    """
    try:
        rows = content.decode(ENCODING).replace("\r\n", "\n").split("\n")
    except UnicodeDecodeError:
        raise Refused("debit.not_text", field="file") from None
    rows = [row for row in rows if row.strip()]
    if len(rows) > MOST + 1:
        raise Refused("debit.too_long", field="file", most=MOST)
    head = _head(rows[0] if rows else "")
    lines, unread = [], []
    for place, row in enumerate(rows[1:], start=2):
        line = _line(place, row)
        if line is None:
            unread.append(Unread(place, row[:200]))
        else:
            lines.append(line)
    whole = (len(lines) + len(unread), sum(line.amount for line in lines))
    # Amounts of unread lines are unknown: then only the count can be held against the head.
    if whole[0] != head.count or (not unread and whole[1] != head.amount):
        raise Refused("debit.head_disagrees", field="file", count=head.count, found=whole[0])
    return Results(head, tuple(lines), tuple(unread))


def _head(row: str) -> Head:
    fields = [field.strip() for field in row.lstrip("\ufeff").split("|")]
    try:
        if len(fields) != HEAD_FIELDS or fields[0] != "H":
            raise ValueError
        day = fields[2]
        on = date(int(day[:4]), int(day[4:6]), int(day[6:8]))
        return Head(fields[1], on, _number(fields[3]), _number(fields[4]))
    except ValueError:
        raise Refused("debit.no_head", field="file") from None


def _line(place: int, row: str) -> ResultLine | None:
    fields = [field.strip() for field in row.split("|", LINE_FIELDS - 1)]
    if len(fields) != LINE_FIELDS or not fields[2]:
        return None
    try:
        return ResultLine(place, _number(fields[0]), _number(fields[1]), fields[2][:8], fields[3][:60])
    except ValueError:
        return None


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise ValueError(text)
    return int(text)


@dataclass(frozen=True, slots=True)
class DebitLayout:
    """One bank's layout under its ``key``."""

    key: str
    write: Callable[[str, date, Sequence[OutLine]], bytes]
    read: Callable[[bytes], Results]
    suffix: str = "txt"


PIPED = DebitLayout("PIPED", write_file, read_file)
