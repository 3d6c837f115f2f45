"""Telling who decides the watch list that reviews are due: a notice, since tasks show to whoever serves (CUS-10)."""

from collections import Counter
from datetime import date, datetime, timedelta

from keyuan.customers import permissions
from keyuan.customers.models import WatchListing
from keyuan.organisation.models import Post
from keyuan.platform.notices import notify_staff
from keyuan.platform.people import holders_of

#: Days before the review on which it is announced; on the day itself again, then every week while it is late.
AHEAD = 14
WEEK = 7
LIST = "/customers/watch-list/"


def remind_reviews(on: date, now: datetime) -> int:
    """Give notice of the reviews that come up or are late on ``on``; return of how many. Inside the night's step.

    Everybody hears of the listings of their branch, the head office of all.
    """
    due = WatchListing.objects.filter(status=WatchListing.Status.IN_FORCE, review_on__lte=on + timedelta(days=AHEAD))
    rows = due.values_list("review_on", "customer__summary__branch_id")
    places = Counter(branch for review_on, branch in rows if _is_announced((review_on - on).days))
    total = sum(places.values())
    if not total:
        return 0
    posts = Post.objects.filter(user_id__in=holders_of(permissions.WATCH_DECIDE), valid_until__isnull=True)
    reaches = posts.values_list("user_id", "unit__branch_id").distinct()
    counts = {user: total if branch is None else places[branch] for user, branch in reaches}
    for count in sorted({count for count in counts.values() if count}):
        users = [user for user, found in counts.items() if found == count]
        notify_staff(users, "compliance", "watch.reviews_due", {"count": count}, url=f"{LIST}?view=force", now=now)
    return total


def _is_announced(days: int) -> bool:
    """Tell whether a review so many days ahead (negative: late) is announced today."""
    return days in (AHEAD, 0) or (days < 0 and days % WEEK == 0)
