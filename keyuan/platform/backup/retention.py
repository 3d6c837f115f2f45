"""Which backups stay: the newest of each of the last days, weeks and months, and always the last proven one."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from keyuan.platform.backup.config import Keep, Place
from keyuan.platform.backup.destinations import Destination, opened
from keyuan.platform.backup.faults import Flawed
from keyuan.platform.backup.fetching import fetch_listing, names_at
from keyuan.platform.backup.manifest import BACKUPS, FILES, HEAD, blob_key, made_at


def kept(names: Iterable[str], keep: Keep, *, proven: Collection[str], refuted: Collection[str] = ()) -> set[str]:
    """Return which of the backups ``names`` stay.

    Refuted ones do not take a place and go once a newer proven one is there. The newest proven one stays whatever the
    rule says, and so does everything newer than it, for it may be proven yet.
    """
    ordered = sorted(names, reverse=True)
    newest = max((name for name in ordered if name in proven), default=None)
    if newest is None:
        return set(ordered)
    stay = {name for name in ordered if name >= newest}
    sound = [name for name in ordered if name not in refuted]
    for count, period in _periods(keep):
        newest_of: dict[object, str] = {}
        for name in sound:
            newest_of.setdefault(period(made_at(name)), name)
        stay |= set(list(newest_of.values())[:count])
    return stay


def _periods(keep: Keep) -> list[tuple[int, Callable[[datetime], object]]]:
    return [
        (keep.daily, lambda at: at.date()),
        (keep.weekly, lambda at: at.isocalendar()[:2]),
        (keep.monthly, lambda at: (at.year, at.month)),
    ]


def tidy(
    place: Place, keep: Keep, *, proven: Collection[str], refuted: Collection[str], signers: frozenset[str]
) -> set[str]:
    """Remove what is not kept any more from a destination, and files that no backup there needs; return the names."""
    with opened(place) as destination:
        names = names_at(destination)
        gone = set(names) - kept(names, keep, proven=proven, refuted=refuted)
        for name in sorted(gone):
            keys = destination.sizes(f"{BACKUPS}{name}/")
            # The head first: a removal cut short leaves no backup that looks whole.
            destination.remove(sorted(keys, key=lambda key: not key.endswith(f"/{HEAD}")))
        if gone:
            _tidy_files(destination, [name for name in names if name not in gone], signers)
    return gone


def _tidy_files(destination: Destination, names: list[str], signers: frozenset[str]) -> None:
    needed: set[str] = set()
    for name in names:
        try:
            needed |= {blob_key(file.name) for file in fetch_listing(destination, name, signers)}
        except Flawed:
            # Unknown what it needs: better too many files than one too few.
            return
    destination.remove(sorted(set(destination.sizes(FILES)) - needed))
