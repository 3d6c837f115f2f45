"""Making the demo book the book of this installation."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from keyuan.customers.services.linkage.running import start_linkage
from keyuan.kernel.actor import system_actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.platform.demo_mark import SIGN_INS
from keyuan.setup.demo.assignments import open_assignments
from keyuan.setup.demo.benefits import open_benefits
from keyuan.setup.demo.boards import open_boards
from keyuan.setup.demo.churn import open_churn
from keyuan.setup.demo.counts import keep_counts
from keyuan.setup.demo.follow_ups import open_follow_ups
from keyuan.setup.demo.gaps import open_gaps
from keyuan.setup.demo.loading.book import is_empty, load
from keyuan.setup.demo.loading.making import workers_for
from keyuan.setup.demo.loading.progress import Progress
from keyuan.setup.demo.mails import open_mails
from keyuan.setup.demo.messages import open_messages
from keyuan.setup.demo.models import open_models
from keyuan.setup.demo.money import open_money
from keyuan.setup.demo.new_business import open_new_business
from keyuan.setup.demo.offers import open_offers
from keyuan.setup.demo.plan import FEWEST, Book
from keyuan.setup.demo.policy_service import open_policy_service
from keyuan.setup.demo.quality import open_quality
from keyuan.setup.demo.renewals import open_renewals
from keyuan.setup.demo.segments import open_segments
from keyuan.setup.demo.service_work import open_service
from keyuan.setup.demo.signins import demo_password, grant_customers, seat_people, sign_in_text
from keyuan.setup.demo.work_orders import open_work_orders

MOST = 5_000_000


@dataclass(frozen=True, slots=True)
class Shelf:
    """The files of a demo book inside the data folder ``var``."""

    var: Path

    @property
    def begun(self) -> Path:
        """Stands while a load is under way; what was cut short may be replaced without asking."""
        return self.var / "demo" / "begun"

    @property
    def truth(self) -> Path:
        """Pairs of customer numbers that are one person (CUS-8)."""
        return self.var / "demo" / "duplicates.csv"

    @property
    def sign_ins(self) -> Path:
        """Who can sign in, and the password."""
        return self.var / SIGN_INS

    @property
    def as_of(self) -> Path:
        """The book's present day, where one was chosen (decision 9)."""
        return self.var / "as-of"


def may_load(shelf: Shelf) -> bool:
    """Tell whether a demo book can be loaded without deleting anybody's work."""
    return is_empty() or shelf.begun.is_file()


def load_demo(
    *,
    book: Book,
    shelf: Shelf,
    replace: bool,
    workers: int | None,
    progress: Progress,
    headings: tuple[str, str],
    now: datetime,
) -> str:
    """Load ``book``; return the sign-ins as they are to be shown.

    Raises `Refused` demo.not_empty unless the database is empty, a load was cut short, or ``replace`` is said.
    """
    if not FEWEST <= book.customers <= MOST:
        raise Refused("demo.size", least=FEWEST, most=MOST)
    empty = is_empty()
    if not (empty or replace or shelf.begun.is_file()):
        raise Refused("demo.not_empty")
    _write(shelf.begun, "")
    made = load(book, replace=not empty, workers=workers_for(book) if workers is None else workers, progress=progress)
    password = demo_password(shelf.sign_ins)
    keep_counts(book, made.tally, now)
    seat_people(book, password, now)
    grant_customers(book, now)
    open_assignments(book, now)
    open_service(book, now)
    open_messages(book, now)
    _open_contracts(book, now)
    open_money(now)
    open_policy_service(now)
    open_renewals(book, now)
    open_work_orders(book, now)
    open_mails(book, now)
    open_follow_ups(book, now)
    _open_governing(book, now)
    # It runs as soon as the system serves; what it finds waits among the likely duplicates.
    with suppress(Conflict):
        start_linkage(actor=system_actor("demo"))
    _write(shelf.truth, "".join(f"{first},{second}\n" for first, second in made.doubles))
    text = sign_in_text(password, *headings)
    _write(shelf.sign_ins, text)
    shelf.begun.unlink()
    return text


def _open_contracts(book: Book, now: datetime) -> None:
    """Let new business be on its way, and what contracts pay to the living."""
    open_new_business(book, now)
    open_benefits(book, now)


def _open_governing(book: Book, now: datetime) -> None:
    """Let the customers be looked after: segments, quality of data, gaps in their protection."""
    open_segments(book, now)
    open_quality(book)
    open_gaps(book, now)
    open_boards(book, now)
    open_offers(book, now)
    open_churn(book)
    open_models(book, now)


def fix_present(shelf: Shelf, book: Book, *, fixed: bool) -> None:
    """Keep the book's day as the installation's present, or let the wall clock run again."""
    if fixed:
        _write(shelf.as_of, book.as_of.isoformat())
    else:
        shelf.as_of.unlink(missing_ok=True)


def _write(path: Path, text: str) -> None:
    """Write a file that nobody else can read."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(text, encoding="utf-8")
