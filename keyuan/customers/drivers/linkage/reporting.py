"""What a linkage tells of itself: how columns were taken, what the model learned, why these thresholds (CUS-8)."""

import math
from typing import Any

from keyuan.customers.drivers.linkage.engine import Linkage
from keyuan.customers.rules.linkage.kinds import Kind
from keyuan.customers.rules.linkage.thresholds import Expected
from keyuan.customers.rules.linkage.truth import Score


def report_of(linkage: Linkage, groups: int, score: Score | None) -> dict[str, Any]:
    """Return the report as plain values, for a file or a page."""
    chosen = linkage.thresholds
    found: dict[str, Any] = {
        "records": list(linkage.features.files),
        "columns": [
            {"file": number, "column": column.name, "kind": column.kind.value, "guessed": column.guessed}
            for number, columns in enumerate(linkage.columns, 1)
            for column in columns
        ],
        "candidate_pairs": linkage.pairs,
        "possible_pairs": linkage.possible,
        "one_to_one": linkage.one_to_one,
        "model": [_comparison(each) for each in linkage.settings["comparisons"]],
        "prior": chosen.prior,
        "thresholds": {"link": chosen.link, "review": chosen.review, "sure": chosen.sure},
        "expected": _expected(chosen.chosen) | {"true_pairs": round(chosen.expected_pairs, 1)},
        "other_thresholds": [_expected(each) for each in chosen.table],
        "persons": groups,
        "records_in_groups": len(linkage.groups),
        "seconds": linkage.seconds,
    }
    if score is not None:
        found["truth"] = {
            "right": score.right, "wrong": score.wrong, "missed": score.missed,
            "precision": score.precision, "recall": score.recall, "f1": score.f1,
        }  # fmt: skip
    return found


def _expected(expected: Expected) -> dict[str, float]:
    return {
        "probability": expected.probability, "weight": expected.weight, "pairs": expected.pairs,
        "precision": expected.precision, "recall": expected.recall, "f1": expected.f1,
    }  # fmt: skip


def _comparison(trained: dict[str, Any]) -> dict[str, Any]:
    levels = [
        {"level": level["label_for_charts"], "true_pairs": level["m_probability"], "chance": level["u_probability"],
         "weight": math.log2(level["m_probability"] / level["u_probability"]),
         "by_frequency": bool(level.get("tf_adjustment_column"))}
        for level in trained["comparison_levels"] if not level.get("is_null_level")
    ]  # fmt: skip
    return {"comparison": trained["output_column_name"], "levels": levels}


def lines_of(report: dict[str, Any]) -> list[str]:
    """Return the report as lines for a terminal."""
    used = [f"{each['column']}={each['kind']}{'?' if each['guessed'] else ''}" for each in report["columns"]
            if each["kind"] != Kind.IGNORE.value]  # fmt: skip
    left = [each["column"] for each in report["columns"] if each["kind"] == Kind.IGNORE.value]
    expected, thresholds = report["expected"], report["thresholds"]
    lines = [
        f"records: {' + '.join(f'{count:,}' for count in report['records'])}",
        f"columns: {', '.join(used)} (? = guessed from the name)",
        *([f"not compared: {', '.join(left)}"] if left else []),
        f"candidate pairs: {report['candidate_pairs']:,} of {report['possible_pairs']:,} possible",
        (f"prior: one pair in {1 / report['prior']:,.0f} is expected to be one person; "
        f"{expected['true_pairs']:,.0f} such pairs among the candidates"),
        (f"threshold: probability {thresholds['link']:.3f}, chosen without truth where the model's own expected F1 is "
        f"greatest (never below 0.5); it promises precision {expected['precision']:.4f}, "
        f"recall {expected['recall']:.4f}"),
        "  probability   pairs  precision  recall (all expected from the fitted weights)",
        *(f"  {each['probability']:>11.3f} {each['pairs']:>7,} {each['precision']:>10.4f} {each['recall']:>7.4f}"
          for each in report["other_thresholds"]),
        *(["each record of one file is linked with at most one of the other"] if report["one_to_one"] else []),
        f"persons: {report['persons']:,}; {report['records_in_groups']:,} records stand in groups of two or more",
    ]  # fmt: skip
    if "truth" in report:
        truth = report["truth"]
        lines.append(
            f"against the truth, by pairs: precision {truth['precision']:.4f}, recall {truth['recall']:.4f}, "
            f"F1 {truth['f1']:.4f} ({truth['right']:,} right, {truth['wrong']:,} wrong, {truth['missed']:,} missed)"
        )
    return lines
