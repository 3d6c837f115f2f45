"""What a group could be called, from what its people have and lack (ANA-4). Codes, spoken by the page."""

from collections.abc import Mapping, Sequence

from keyuan.analytics.rules.clusters.features import COVERS

#: Upper ends of the middle age of a stage of life.
STAGES = ((18, "child"), (30, "young"), (45, "building"), (60, "settled"))
RETIRED, AGELESS = "retired", "ageless"
#: Where fewer than this part hold a cover, the group lacks it.
RARE = 0.2
#: What a name says is lacking, the most urgent first (domain.md §H).
URGENT = ("medical", "illness", "life", "pension")
#: What a name says is there, of covers that equally many hold the weightiest.
WEIGHTY = ("life", "illness", "pension", "medical", "accident", "motor")


def suggested(profile: Mapping[str, float | None]) -> tuple[str, str, str]:
    """Return (stage of life, main cover, what is lacking) of a group.

    ``profile`` has ``age`` (median, None where mostly unknown) and, by need of `COVERS`, the share who have cover.
    """
    if max(profile[need] or 0 for need in COVERS) < RARE:
        return stage(profile["age"]), "nothing", ""
    main = max(WEIGHTY, key=lambda need: profile[need] or 0)
    lacking = next((need for need in URGENT if need != main and (profile[need] or 0) < RARE), "")
    return stage(profile["age"]), main, lacking


def stage(age: float | None) -> str:
    """Return the stage of life of a middle age."""
    if age is None:
        return AGELESS
    return next((name for end, name in STAGES if age < end), RETIRED)


def numbered(names: Sequence[tuple[str, ...]]) -> list[int]:
    """Return 0 for names that stand alone and 1, 2, … for those that several groups would share."""
    found = []
    for at, name in enumerate(names):
        alone = names.count(name) == 1
        found.append(0 if alone else names[: at + 1].count(name))
    return found
