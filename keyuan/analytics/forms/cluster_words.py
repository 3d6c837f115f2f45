"""What groups of similar needs are called: stage of life, main cover, what is lacking; or the name that was typed."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from keyuan.analytics.models import Cluster
from keyuan.analytics.rules.clusters.fitting import BEST, STEADIEST
from keyuan.analytics.rules.clusters.naming import numbered

STAGES: Mapping[str, Any] = {
    "child": pgettext_lazy("stage of life", "Under age"),
    "young": pgettext_lazy("stage of life", "Young"),
    "building": pgettext_lazy("stage of life", "Building up"),
    "settled": pgettext_lazy("stage of life", "Settled"),
    "retired": pgettext_lazy("stage of life", "Retired"),
    "ageless": pgettext_lazy("stage of life", "Age unknown"),
}
MAIN: Mapping[str, Any] = {
    "nothing": pgettext_lazy("group of needs", "hardly any cover"),
    "life": pgettext_lazy("group of needs", "mostly life"),
    "illness": pgettext_lazy("group of needs", "mostly critical illness"),
    "medical": pgettext_lazy("group of needs", "mostly medical"),
    "accident": pgettext_lazy("group of needs", "mostly accident"),
    "pension": pgettext_lazy("group of needs", "mostly annuities"),
    "motor": pgettext_lazy("group of needs", "mostly motor"),
}
LACKING: Mapping[str, Any] = {
    "medical": pgettext_lazy("group of needs", "no medical cover"),
    "illness": pgettext_lazy("group of needs", "no critical illness cover"),
    "life": pgettext_lazy("group of needs", "no life cover"),
    "pension": pgettext_lazy("group of needs", "no pension"),
}
#: Measures of a profile, in the order in which they are shown.
COVERS: Mapping[str, Any] = {
    "life": gettext_lazy("Life cover"),
    "illness": gettext_lazy("Critical illness cover"),
    "medical": gettext_lazy("Medical cover"),
    "accident": gettext_lazy("Accident cover"),
    "pension": gettext_lazy("Annuity"),
    "motor": gettext_lazy("Motor cover"),
}
REASONS: Mapping[str, Any] = {
    BEST: gettext_lazy(
        "Of the numbers whose groups come again in drawn-again customers and are each large enough, this one keeps its"
        " people closest together; where several do so equally well, the smallest number is taken."
    ),
    STEADIEST: gettext_lazy(
        "With no number of groups do the same groups come again reliably; the steadiest one is taken. Read these groups"
        " with care: they are a help for looking, not a fact."
    ),
}


def suggested_name(suggestion: Sequence[str]) -> str:
    """Return the words of a suggestion: (stage of life, main cover, what is lacking)."""
    if len(suggestion) != 3:
        return ""
    stage, main, lacking = suggestion
    words = [STAGES.get(stage, ""), MAIN.get(main, ""), LACKING.get(lacking, "")]
    return _(", ").join(str(word) for word in words if word)


def names_of(clusters: Sequence[Cluster]) -> dict[str, str]:
    """Return what each group is called: as typed, else as suggested, with a number where two would be alike."""
    wanted = [(one.name,) if one.name else tuple(one.suggestion) for one in clusters]
    found = {}
    for one, at in zip(clusters, numbered(wanted), strict=True):
        name = one.name or suggested_name(one.suggestion) or one.code
        found[one.code] = f"{name} {at}" if at else name
    return found
