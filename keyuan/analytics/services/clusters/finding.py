"""The fit that a night places customers by: the champion's; another is found when it is due (ANA-4, ANA-11)."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from keyuan.analytics.models import ClusterFit, ClusterWish
from keyuan.analytics.rules.clusters.fitting import BOOTSTRAPS, LEARNT, Found, find
from keyuan.analytics.rules.clusters.matching import agreement, matched
from keyuan.analytics.rules.clusters.scaling import Labels, Scaling, learnt, nearest, points
from keyuan.analytics.rules.registry.profiles import described
from keyuan.analytics.selectors.clusters.fits import KEY, fit_in_force, newest_fit, open_wish
from keyuan.analytics.services.clusters.people import People
from keyuan.analytics.services.night.work import Night
from keyuan.analytics.services.registry import record_version

SEED = 20260101
#: Groups are looked for anew after so many days (GK).
DUE = timedelta(days=30)


def fit_for(night: Night, people: People) -> ClusterFit | None:
    """Return the fit that places the people of the night, after looking for groups anew where that is due."""
    newest = newest_fit()
    if newest is None or _is_due(night, newest):
        _look(night, people)
    return fit_in_force()


def labels_of(fit: ClusterFit, rows: People) -> Labels:
    """Return the place of each person among the centres of ``fit``."""
    scaled = points(rows.columns, scaling_of(fit))
    return nearest(scaled, [one["at"] for one in fit.centres])


def scaling_of(fit: ClusterFit) -> Scaling:
    """Return the scales that ``fit`` measures by."""
    return Scaling(tuple(fit.scaling["middle"]), tuple(fit.scaling["spread"]))


def codes_of(fit: ClusterFit) -> list[str]:
    """Return the codes of the groups in the order of their centres."""
    return [one["code"] for one in fit.centres]


def _is_due(night: Night, newest: ClusterFit) -> bool:
    return newest.day < night.day and (newest.day + DUE <= night.day or open_wish() is not None)


def _look(night: Night, people: People) -> None:
    scaling = learnt(people.columns)
    scaled = points(people.columns, scaling)
    found = find(scaled, seed=SEED)
    new = nearest(scaled, found.centres)
    before = fit_in_force()
    old = labels_of(before, people) if before else None
    codes = _codes(before, old, new, found.number)
    same = agreement(old, new) if old is not None else None
    looked = _Looked(scaling, found, codes, same)
    _keep(night, people, looked, _artefact(night, looked))


@dataclass(frozen=True, slots=True)
class _Looked:
    """What was found: scales, trials and centres, the code of each group, agreement with the groups before."""

    scaling: Scaling
    found: Found
    codes: Sequence[str]
    agreement: float | None

    @property
    def centres(self) -> list[dict[str, Any]]:
        """Each group's code and where it stands."""
        return [{"code": code, "at": list(at)} for code, at in zip(self.codes, self.found.centres, strict=True)]


def _codes(before: ClusterFit | None, old: Labels | None, new: Labels, count: int) -> list[str]:
    """Return a code for each new group: that of the group it continues, else one never used before."""
    numbers = [int(code[1:]) for code in codes_of(before)] if before else []
    known = matched(old, new, numbers, count) if old is not None else [None] * count
    used = [int(one["code"][1:]) for fit in ClusterFit.objects.all() for one in fit.centres]
    fresh = iter(range(max(used, default=0) + 1, max(used, default=0) + count + 1))
    return [f"C{number if number is not None else next(fresh)}" for number in known]


@transaction.atomic
def _keep(night: Night, people: People, looked: _Looked, folder: Path) -> None:
    """Keep a fit with its version in the register, and fulfil the wish for it."""
    found = looked.found
    trial = next(one for one in found.trials if one.number == found.number)
    version = record_version(
        actor=night.actor,
        key=KEY,
        data_date=night.day,
        features=described({name: people.columns[name] for name in people.columns}, {}),
        metrics={**asdict(trial), "reason": found.reason, "agreement": looked.agreement},
        protocol={"seed": SEED, "rows": len(people.ids), "learnt": LEARNT, "bootstraps": BOOTSTRAPS},
        folder=folder,
        at=night.now,
    )
    fit, _new = ClusterFit.objects.get_or_create(
        day=night.day,
        defaults={
            "version": version,
            "seed": SEED,
            "people": len(people.ids),
            "chosen": found.number,
            "reason": found.reason,
            "scaling": asdict(looked.scaling),
            "trials": [asdict(one) for one in found.trials],
            "centres": looked.centres,
            "agreement": looked.agreement,
            "made_at": night.now,
        },
    )
    ClusterWish.objects.filter(fit__isnull=True).update(fit=fit)


def _artefact(night: Night, looked: _Looked) -> Path:
    """Write scales and centres where the register finds them."""
    folder = Path(settings.VAR_DIR) / "analytics" / "models" / KEY / night.day.isoformat()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / "clusters.json"
    target.write_text(json.dumps({"scaling": asdict(looked.scaling), "centres": looked.centres}))
    target.chmod(0o600)
    return folder
