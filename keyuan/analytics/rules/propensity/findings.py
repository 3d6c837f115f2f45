"""What fitting found as a report for an analyst and an actuary (ANA-7)."""

from collections.abc import Sequence

import numpy as np

from keyuan.analytics.rules.propensity import measures
from keyuan.analytics.rules.propensity.candidates import BY_KEY
from keyuan.analytics.rules.propensity.fitting import Findings, Judgement
from keyuan.analytics.rules.propensity.folds import FOLDS
from keyuan.analytics.rules.reporting.parts import (
    Bar,
    BarChart,
    Column,
    Fact,
    Line,
    LineChart,
    Report,
    Section,
    Table,
)
from keyuan.analytics.rules.reporting.texts import EXPECTED, Text, verbatim

BLEND = Text("组合模型", "The blend")
#: Importance drawn as bars: more would not be read.
DRAWN = 15


def report_of(findings: Findings, *, source: str, target: str, circumstances: Sequence[Fact]) -> Report:
    """Return the report of a fit on the file called ``source``."""
    return Report(
        "propensity.fit",
        Text(f"购买倾向模型：{source}", f"Propensity model: {source}"),
        _protocol(findings),
        findings.settings.seed,
        facts=_facts(findings, target),
        warnings=_warnings(findings),
        sections=(
            _families(findings),
            _lift(findings),
            _calibration(findings),
            _importance(findings),
            *_left(findings),
        ),
        circumstances=circumstances,
    )


def _protocol(findings: Findings) -> Text:
    share, repeats = f"{findings.settings.depth:.0%}", findings.repeats
    return Text(
        f"{FOLDS} 折分层交叉验证，重复 {repeats} 次；同组（完全相同）的行总在同一折。主要指标：得分最高的 {share} "
        "行中找到的购买者占全部购买者的比例，按折计算、按重复取平均，± 为各次重复之间的标准差。"
        "组合模型的权重对每一折都只用该折以外的行选定；校准曲线同样。基学习器的折外预测在选权重时已见过该折的行，由此产生的偏差很小，"
        "可用 benchmarks/judges/coil2000.py --nested 的完整嵌套验证核对。没有使用任何测试文件。",
        f"{FOLDS}-fold stratified cross-validation, repeated {repeats} times; copies of a row stay in one fold where "
        f"asked for. Main figure: share of all buyers found among the best {share} of rows, by fold, averaged by "
        "repeat; ± is the standard deviation over repeats. For each fold the weights of the blend, and the calibration "
        "curve, were chosen without its rows. The families' own predictions for the other folds had seen them; what "
        "that flatters is small and can be checked by the fully nested run of benchmarks/judges/coil2000.py --nested. "
        "No test file was used.",
    )


def _facts(findings: Findings, target: str) -> list[Fact]:
    sample, blend = findings.sample, findings.blend
    buyers = int(sample.target.sum())
    return [
        Fact("rows_in_file", Text("文件行数", "Rows in the file"), sample.rows_in_file, "count"),
        Fact("rows", Text("用于训练的行数", "Rows learned from"), len(sample.target), "count"),
        Fact("buyers", Text("购买者", "Buyers"), buyers, "count"),
        Fact("buyer_share", Text("购买者占比", "Share of buyers"), buyers / len(sample.target), "share"),
        Fact("copies", Text("与他行完全相同的行", "Rows that copy an earlier one"), sample.copies, "count"),
        Fact("groups", Text("分组数", "Groups"), len(np.unique(sample.groups)), "count"),
        Fact("columns", Text("使用的字段数", "Columns used"), len(sample.columns.readings), "count"),
        Fact("target", Text("目标字段", "Target column"), verbatim(target)),
        Fact("positive", Text("表示已购买的值", "Value that means bought"), verbatim(sample.positive)),
        Fact("depth", Text("联系比例", "Share approached"), findings.settings.depth, "share"),
        Fact("captured", Text("找到的购买者", "Buyers found"), blend.captured, "share"),
        Fact("captured_sd", Text("± 标准差", "± standard deviation"), blend.captured_sd, "share"),
        Fact("auc", Text("AUC", "AUC"), blend.area, "number"),
        Fact("auc_sd", Text("AUC ± 标准差", "AUC ± standard deviation"), blend.area_sd, "number"),
        Fact("chance_sd", _CHANCE, _chance(blend, buyers), "share"),
        Fact("repeats", Text("重复次数", "Repeats"), findings.repeats, "count"),
        Fact("calibration", Text("校准方法", "Calibration"), verbatim(findings.method)),
    ]  # fmt: skip


_CHANCE = Text("购买者人数造成的抽样误差", "Sampling error from the number of buyers")


def _chance(blend: Judgement, buyers: int) -> float:
    """Return the binomial deviation of the share found: another sample of so many buyers would differ by as much."""
    return float(np.sqrt(blend.captured * (1 - blend.captured) / buyers))


def _warnings(findings: Findings) -> list[Text]:
    sample = findings.sample
    found = [
        Text(
            f"字段 {name} 单独的 AUC 为 {alone:.3f}：它很可能在购买之后才知道。请核实，必要时用 --drop {name} 去掉。",
            f"Column {name} alone reaches AUC {alone:.3f}: it was probably known only after the sale. Look at it, and "
            f"leave it out with --drop {name} if so.",
        )
        for name, alone in findings.suspects.items()
    ]
    if sample.copies and len(np.unique(sample.groups)) == len(sample.groups):
        found.append(Text(
            f"有 {sample.copies:,} 行与前面的行完全相同，却可能分在不同折，指标会偏高。请加 --group-duplicates。",
            f"{sample.copies:,} rows copy an earlier one and may stand in another fold, which flatters the figures. "
            "Say --group-duplicates.",
        ))  # fmt: skip
    if sample.rows_in_file > len(sample.target):
        found.append(Text(
            f"文件有 {sample.rows_in_file:,} 行，为控制内存随机抽取 {len(sample.target):,} 行训练（--max-rows）。",
            f"The file has {sample.rows_in_file:,} rows; {len(sample.target):,} drawn at random were learned from to "
            "bound memory (--max-rows).",
        ))  # fmt: skip
    return found


def _families(findings: Findings) -> Section:
    buyers = int(findings.sample.target.sum())
    shown: list[tuple[Text, Judgement, float | None]] = [(BLEND, findings.blend, None)]
    ranked = sorted(findings.judgements.items(), key=lambda item: -item[1].captured)
    shown += [(BY_KEY[key].label, judgement, findings.weights.get(key, 0.0)) for key, judgement in ranked]
    columns = (
        Column("family", Text("模型", "Model")),
        Column("captured", Text("找到的购买者", "Buyers found"), "share"),
        Column("captured_sd", Text("±", "±"), "share"),
        Column("buyers", Text("人数", "Buyers of the file"), "count"),
        Column("auc", Text("AUC", "AUC"), "number"),
        Column("auc_sd", Text("±", "±"), "number"),
        Column("weight", Text("权重", "Weight"), "share"),
    )
    rows = [
        (label, one.captured, one.captured_sd, one.captured * buyers, one.area, one.area_sd, weight)
        for label, one, weight in shown
    ]
    spreads = [one.captured_sd if np.isfinite(one.captured_sd) else 0.0 for _label, one, _weight in shown]
    bars = [Bar(label, one.captured, spread) for (label, one, _weight), spread in zip(shown, spreads, strict=True)]
    title = Text("候选模型与基准", "Candidates and baselines")
    return Section(
        "families", title, charts=[BarChart(title, bars, "share")], tables=[Table("families", columns, rows)]
    )


def _lift(findings: Findings) -> Section:
    tables = [measures.lift_table(findings.sample.target, one, 20) for one in findings.unseen]
    rows = [
        (steps[0].depth, steps[0].rows, *(float(np.mean([getattr(one, key) for one in steps])) for key in _LIFTED))
        for steps in zip(*tables, strict=True)
    ]
    columns = (
        Column("depth", Text("联系比例", "Share approached"), "share"),
        Column("rows", Text("行数", "Rows"), "count"),
        Column("buyers", Text("购买者", "Buyers"), "number"),
        Column("captured", Text("占全部购买者", "Of all buyers"), "share"),
        Column("lift", Text("提升度", "Lift"), "number"),
    )
    lines = [
        Line(BLEND, [(0.0, 0.0), *((row[0], row[3]) for row in rows)]),
        Line(Text("随机", "at random"), [(0.0, 0.0), (1.0, 1.0)], dashed=True),
    ]
    title = Text("提升（折外，各次重复平均）", "Lift (unseen rows, mean over repeats)")
    chart = LineChart(title, Text("联系比例", "Share approached"), Text("找到的购买者", "Buyers found"), lines)
    return Section("lift", title, charts=[chart], tables=[Table("lift", columns, rows)])


_LIFTED = ("buyers", "captured", "lift")


def _calibration(findings: Findings) -> Section:
    table = measures.calibration_table(findings.sample.target, findings.unseen[0])
    columns = (
        Column("rows", Text("行数", "Rows"), "count"),
        Column("promised", Text("预测概率", "Promised"), "share"),
        Column("observed", Text("实际比例", "Observed"), "share"),
    )
    top = max(max(one.promised, one.observed) for one in table)
    lines = [
        Line(BLEND, [(one.promised, one.observed) for one in table]),
        Line(EXPECTED, [(0.0, 0.0), (top, top)], dashed=True),
    ]
    title = Text("校准（折外）", "Calibration (unseen rows)")
    error = measures.calibration_error(table)
    note = Text(f"平均偏差 {error:.2%}（按行数加权）。", f"Mean distance {error:.2%}, weighted by rows.")
    chart = LineChart(title, Text("预测概率", "Promised"), Text("实际比例", "Observed"), lines)
    rows = [(one.rows, one.promised, one.observed) for one in table]
    return Section("calibration", title, [note], [chart], [Table("calibration", columns, rows)])


def _importance(findings: Findings) -> Section:
    title = Text("字段重要性（打乱后少找到的购买者）", "Importance (buyers lost when shuffled)")
    note = Text(
        "在未参与训练的折上打乱一个字段的值，看找到的购买者减少多少。彼此相关的字段会互相替代，因而各自显得次要。",
        "A column's values are shuffled among unseen rows; what counts is how many buyers are lost. Columns that tell "
        "the same stand in for each other and each looks small.",
    )
    columns = (
        Column("column", Text("字段", "Column")),
        Column("loss", Text("损失", "Loss"), "share"),
        Column("deviation", Text("各折标准差", "Deviation over folds"), "share"),
    )
    rows = [(verbatim(one.column), one.loss, one.deviation) for one in findings.importance]
    bars = [Bar(verbatim(one.column), one.loss, one.deviation) for one in findings.importance[:DRAWN]]
    return Section(
        "importance", title, [note], [BarChart(title, bars, "share")], [Table("importance", columns, rows)]
    )  # fmt: skip


_REASONS = {
    "constant": Text("只有一个值", "holds one value only"),
    "names_rows": Text("几乎每行都不同，像编号或姓名", "nearly every row has its own, like a number or a name"),
}


def _left(findings: Findings) -> list[Section]:
    rows = [(verbatim(name), _REASONS[why]) for name, why in findings.sample.columns.left_out.items()]
    columns = (Column("column", Text("字段", "Column")), Column("reason", Text("原因", "Reason")))
    title = Text("未使用的字段", "Columns left out")
    return [Section("left_out", title, tables=[Table("left_out", columns, rows)])] if rows else []
