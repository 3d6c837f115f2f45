"""What score cards share: reasons, and the level at which the mean chance is what came (ANA-6, ANA-7)."""

import numpy as np
import pytest

from keyuan.analytics.rules.scorecards import from_odds, level_at, parts_of, strongest


def test_parts_add_up_and_the_strongest_are_reasons():
    parts = parts_of([(0.0, 0.5), (0.05, -1.0), (0.2, 0.3), (0.0, 0.15)], np.array([[1, 0], [0, 1], [1, 0], [1, 0]]))

    assert parts.tolist() == [[0.5, 0.05, 0.3, 0.15], [0.0, -1.0, 0.2, 0.0]]
    assert strongest(parts) == [[0, 2, 3], [2]]


@pytest.mark.parametrize("rate", [0.0001, 0.3, 0.98])
def test_a_level_gives_the_rate_even_far_from_the_scores(rate):
    odds = np.array([-2.0, 0.0, 1.0, 4.0])

    assert from_odds(odds + level_at(odds, rate)).mean() == pytest.approx(rate, rel=1e-6)
