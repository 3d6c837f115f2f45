"""The families that compete, and the two that everybody knows as baselines (ANA-7).

Each takes rows of bins and gives probabilities. They differ in what they can see: single levels, steps along an order,
pairs, smooth distances, deep interactions; so that their errors differ and a blend can be steadier than any of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from keyuan.analytics.rules.propensity.columns import Columns
from keyuan.analytics.rules.reporting.texts import Text
from keyuan.kernel.later import later

ExtraTreesClassifier = later("sklearn.ensemble:ExtraTreesClassifier")
HistGradientBoostingClassifier = later("sklearn.ensemble:HistGradientBoostingClassifier")
Nystroem = later("sklearn.kernel_approximation:Nystroem")
LogisticRegression = later("sklearn.linear_model:LogisticRegression")
CategoricalNB = later("sklearn.naive_bayes:CategoricalNB")
make_pipeline = later("sklearn.pipeline:make_pipeline")
make_union = later("sklearn.pipeline:make_union")
StandardScaler = later("sklearn.preprocessing:StandardScaler")
Evidence = later("keyuan.analytics.rules.propensity.encoders:Evidence")
Exceptions = later("keyuan.analytics.rules.propensity.encoders:Exceptions")
Levels = later("keyuan.analytics.rules.propensity.encoders:Levels")
Pairs = later("keyuan.analytics.rules.propensity.encoders:Pairs")
Steps = later("keyuan.analytics.rules.propensity.encoders:Steps")

Make = Callable[[Columns, int], Any]


@dataclass(frozen=True)
class Candidate:
    """A family by its key, with its name in reports; ``baseline`` ones are reported and never blended in.

    ``random`` tells that another seed makes another model.
    """

    key: str
    label: Text
    make: Make
    baseline: bool = False
    random: bool = False


def lasso(strength: float, seed: int) -> Any:
    """Return a logistic regression that keeps few indicators; a smaller ``strength`` keeps fewer."""
    return LogisticRegression(C=strength, l1_ratio=1, solver="liblinear", max_iter=300, random_state=seed)


def ridge(strength: float) -> Any:
    """Return a logistic regression that draws all weights together."""
    return LogisticRegression(C=strength, max_iter=1000)


def boosting(columns: Columns, seed: int, *, extra: int = 0, **settings: Any) -> Any:
    """Return boosted trees that know which columns have no order; ``extra`` ordered columns follow them."""
    unordered = np.concatenate([~columns.ordered, np.zeros(extra, dtype=bool)])
    return HistGradientBoostingClassifier(
        categorical_features=unordered if unordered.any() else None, random_state=seed, **settings
    )


def _levels(strength: float) -> Make:
    return lambda columns, seed: make_pipeline(Levels(columns.bins), lasso(strength, seed))


def _pairs(strength: float) -> Make:
    return lambda columns, seed: make_pipeline(
        make_union(Levels(columns.bins), Pairs(columns.bins)), lasso(strength, seed)
    )


def _steps(columns: Columns, seed: int) -> Any:
    seen = make_union(Levels(columns.bins), Steps(columns.bins, columns.ordered))
    return make_pipeline(seen, lasso(0.12, seed))


def _stumps(columns: Columns, seed: int) -> Any:
    settings = {"max_depth": 1, "learning_rate": 0.05, "max_iter": 300, "l2_regularization": 1.0}
    return make_pipeline(Exceptions(columns.bins), boosting(columns, seed, extra=1, **settings))


def _shallow(columns: Columns, seed: int) -> Any:
    settings = {"max_depth": 2, "learning_rate": 0.03, "max_iter": 150, "l2_regularization": 5.0}
    return make_pipeline(Exceptions(columns.bins), boosting(columns, seed, extra=1, max_features=0.5, **settings))


def _kernel(columns: Columns, seed: int) -> Any:
    points = Nystroem(gamma=0.003, n_components=300, random_state=seed)
    return make_pipeline(Evidence(columns.bins), points, ridge(1.0))


def _forest(columns: Columns, seed: int) -> Any:
    trees = ExtraTreesClassifier(150, min_samples_leaf=15, max_features=0.5, random_state=seed, n_jobs=1)
    return make_pipeline(Evidence(columns.bins), trees)


def _naive_bayes(columns: Columns, _seed: int) -> Any:
    return CategoricalNB(min_categories=columns.bins)


CANDIDATES = (
    Candidate("naive_bayes", Text("朴素贝叶斯（基准）", "Naive Bayes (baseline)"), _naive_bayes, baseline=True),
    Candidate(
        "boosting_default",
        Text("默认梯度提升（基准）", "Default gradient boosting (baseline)"),
        boosting,
        baseline=True,
    ),
    Candidate("lasso_0.1", Text("稀疏逻辑回归（强收缩）", "Sparse logistic on levels, C 0.1"), _levels(0.1)),
    Candidate("lasso_0.2", Text("稀疏逻辑回归（中收缩）", "Sparse logistic on levels, C 0.2"), _levels(0.2)),
    Candidate("lasso_0.5", Text("稀疏逻辑回归（弱收缩）", "Sparse logistic on levels, C 0.5"), _levels(0.5)),
    Candidate("lasso_steps", Text("稀疏逻辑回归（取值与阶梯）", "Sparse logistic on levels and steps"), _steps),
    Candidate(
        "lasso_pairs_0.15", Text("稀疏逻辑回归（组合，强收缩）", "Sparse logistic on pairs, C 0.15"), _pairs(0.15)
    ),
    Candidate("lasso_pairs_0.2", Text("稀疏逻辑回归（组合，弱收缩）", "Sparse logistic on pairs, C 0.2"), _pairs(0.2)),
    Candidate(
        "ridge_levels",
        Text("岭逻辑回归", "Ridge logistic on levels"),
        lambda columns, _seed: make_pipeline(Levels(columns.bins), ridge(0.01)),
    ),
    Candidate(
        "ridge_evidence",
        Text("证据权重逻辑回归", "Ridge logistic on evidence"),
        lambda columns, _seed: make_pipeline(Evidence(columns.bins), StandardScaler(), ridge(0.003)),
    ),
    Candidate("stumps", Text("加性提升（单层树）", "Boosted stumps (additive)"), _stumps),
    Candidate("shallow", Text("浅层提升树", "Boosted trees of depth two"), _shallow, random=True),
    Candidate("kernel", Text("核逻辑回归", "Kernel logistic on evidence"), _kernel, random=True),
    Candidate("forest", Text("极端随机森林", "Extremely randomised trees"), _forest, random=True),
)
BY_KEY = {candidate.key: candidate for candidate in CANDIDATES}
