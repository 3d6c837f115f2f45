"""One family on the real CoIL 2000 file: a guard against a change that silently loses what it finds (ANA-7)."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from keyuan.analytics.rules.propensity.candidates import BY_KEY
from keyuan.analytics.rules.propensity.fitting import judge, out_of_fold
from keyuan.analytics.rules.propensity.folds import splits
from keyuan.analytics.rules.propensity.sampling import sample_of

FILE = Path(__file__).resolve().parents[6] / "shared" / "data" / "coil2000" / "ticdata2000.txt"


@pytest.mark.skipif(not FILE.is_file(), reason="the CoIL 2000 file is for research use and does not come with Keyuan")
def test_sparse_pairs_find_clearly_more_than_half_of_the_buyers():
    rows = pd.read_csv(FILE, sep="\t", header=None).rename(columns=lambda place: f"c{place + 1}")
    sample = sample_of(rows, target="c86", positive="", group_duplicates=True, rows_in_file=len(rows))
    folds = list(splits(sample.target, sample.groups, repeats=1, seed=1))

    found = judge(out_of_fold(BY_KEY["lasso_pairs_0.15"], sample, folds, 1), sample.target, folds, 0.2)

    assert (sample.copies, len(np.unique(sample.groups)), int(sample.target.sum())) == (651, 5171, 348)
    assert found.captured > 0.53
    assert found.area > 0.765
