"""The fitted model: a blend of families with its calibration (ANA-7)."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from keyuan.analytics.rules.propensity.arrays import Array
from keyuan.analytics.rules.propensity.blending import Scale, mixed
from keyuan.analytics.rules.propensity.calibrating import Calibrator
from keyuan.analytics.rules.propensity.columns import Columns


@dataclass(frozen=True)
class Member:
    """One family of the blend: its weight, its scale, and its models, one for each seed, of which the mean counts."""

    key: str
    weight: float
    scale: Scale
    models: tuple[Any, ...]

    def says(self, binned: Array) -> Array:
        """Return its log odds in deviations from the mean."""
        return self.scale.of(np.mean([model.predict_proba(binned)[:, 1] for model in self.models], axis=0))


@dataclass(frozen=True)
class Model:
    """Gives rows of the training file's columns the probability that they buy."""

    columns: Columns
    members: tuple[Member, ...]
    calibrator: Calibrator

    def positions(self, binned: Array) -> Array:
        """Return the uncalibrated score of rows of bins."""
        said = {member.key: member.says(binned) for member in self.members}
        return mixed(said, {member.key: member.weight for member in self.members})

    def probability(self, frame: pd.DataFrame) -> Array:
        """Return the probability of each row. Raises Refused propensity.columns_missing, .not_numbers."""
        return self.calibrator.probability(self.positions(self.columns.read(frame)))
