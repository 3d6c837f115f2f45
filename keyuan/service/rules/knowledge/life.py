"""States of articles and of their versions, and who may bring them about (SRV-6)."""

from datetime import date

ARTICLE, ANSWER = "ARTICLE", "ANSWER"
KINDS = (ARTICLE, ANSWER)
INSIDE, PORTAL = "INSIDE", "PORTAL"
AUDIENCES = (INSIDE, PORTAL)
#: States of an article.
DRAFT, PUBLISHED, EXPIRED, WITHDRAWN = "DRAFT", "PUBLISHED", "EXPIRED", "WITHDRAWN"
STATES = (DRAFT, PUBLISHED, EXPIRED, WITHDRAWN)
#: States of a version besides: waits for the second person, may be published, was replaced.
REVIEW, APPROVED, REPLACED = "REVIEW", "APPROVED", "REPLACED"
OPEN = (DRAFT, REVIEW, APPROVED)
#: act → (state of the version before, after).
MOVES = {
    "submit": (DRAFT, REVIEW),
    "approve": (REVIEW, APPROVED),
    "send_back": (REVIEW, DRAFT),
    "publish": (APPROVED, PUBLISHED),
}
LONGEST_ANSWER, LONGEST_BODY = 500, 20_000
#: Days before the review date or the end of validity at which the owner is reminded.
REMIND_BEFORE = 14
#: Days after which an article that nobody changed or read is stale.
STALE_AFTER = 180


def is_valid(valid_from: date | None, valid_until: date | None, today: date) -> bool:
    """Tell whether something published is shown to readers on a day."""
    return (valid_from is None or valid_from <= today) and (valid_until is None or today <= valid_until)
