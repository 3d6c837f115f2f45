"""Sentences of what ``keyuan lapse`` and ``keyuan forecast`` refuse (ANA-6, ANA-14)."""

from django.utils.translation import gettext_lazy as _

from keyuan.platform.wording import add_sentences

SENTENCES = {
    "lapse.event_value": _(
        "No row has %(value)s in the column %(column)s. It holds: %(values)s. Say one of these with --event-value."
    ),
    "lapse.negative": _(
        "Row %(row)d, column %(column)s: the duration is negative (%(count)d such rows). Correct it or leave"
        " the rows out."
    ),
    "lapse.not_issued": _(
        "No policy is issued before the end of observation, %(until)s. Correct --observed-until or the column"
        " %(column)s."
    ),
    "lapse.no_features": _(
        "No column is left to learn from: %(left_out)s. Give the file columns that are known at issue, or --keep one."
    ),
    "lapse.years": _("The first year, %(first)d, comes after the last, %(last)d. Exchange them."),
    "lapse.not_closed": _(
        "The year %(year)d cannot be judged: the file is observed until %(until)s only. End with an earlier year."
    ),
    "lapse.too_early": _(
        "Before %(year)d too few years have closed to learn from. Begin with a later year: at least two windows of"
        " twelve months must lie before it."
    ),
    "lapse.too_few": _(
        "In %(year)d the event happens to %(count)d policies in force; at least %(least)d are needed to judge a year."
        " Choose other years."
    ),
    "forecast.negative": _(
        "Row %(row)d, column %(column)s: there cannot be fewer than no calls (%(count)d such rows). Correct them."
    ),
    "forecast.too_short": _(
        "The file holds %(days)d days up to the last day of training; at least %(least)d are needed. Add earlier days."
    ),
    "forecast.until": _(
        "%(until)s lies outside the file, which runs from %(first)s to %(last)s. Choose --train-until between them."
    ),
    "staffing.targets": _(
        "These targets cannot be met. Say a service level between 0 and 1, a shrinkage from 0 to less than 1, and times"
        " above 0 seconds."
    ),
    "forecast.horizon": _("%(horizon)d days cannot be forecast. Choose 1 to %(most)d days."),
}


def register() -> None:
    """Say what is refused."""
    add_sentences(SENTENCES)
