"""The report of ``keyuan lapse backtest`` (ANA-6)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from keyuan.analytics.rules.lapse.book import Book, Floats
from keyuan.analytics.rules.lapse.known import Suspect
from keyuan.analytics.rules.lapse.measures import Bin, brier, calibration
from keyuan.analytics.rules.lapse.rolling import Backtest, Settings
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
    Value,
)
from keyuan.analytics.rules.reporting.texts import Text, verbatim

Row = list[Value | Text]

PROTOCOL = Text(
    "每年 1 月 1 日有效的保单为一张快照，标签为其后十二个月内是否发生该事件；只用当日之前已结束的窗口训练。"
    "每个判断年度所用的方法（模型族、是否看保单年限、混合）由之前至多五年的 AUC 均值选出，判断年度本身不参与任何选择。"
    "波动为按保单重抽样（一张保单连同其所有年度）的标准差。看似退出时才知道的列不进入模型。",
    "The policies in force on 1 January of a year are a snapshot; it happened to those that have the event within the"
    " twelve months from then. Only windows that had closed by that day are learnt from. The way of learning (family,"
    " with or without the age of the policy, blends) of a year is the one with the best mean AUC in up to five years"
    " before it; no judged year chooses its own. The spread is the standard deviation over draws of policies with"
    " replacement, each with all its years. Columns that look known only at exit do not enter the model.",
)
SIGNS = {
    "told": Text(
        "几乎说明谁已终止（同年承保内的 AUC）", "it tells who has ended (AUC among policies of one year of issue)"
    ),
    "dated": Text("与终止日期相连（解释的方差占比）", "it goes with the day of the end (share of variance)"),
    "sealed": Text(
        "某一取值只见于已终止保单（标准差数）", "a value that only ended policies have (deviations from chance)"
    ),
}
LEFT_OUT = {
    "constant": Text("只有一个取值", "it has one value only"),
    "names": Text("取值几乎各不相同，像编号", "nearly every value is another, as of an identifier"),
}


#: The ways of learning in the words of a reader; the JSON keeps their keys.
WAYS = {
    "chosen": "所选",
    "additive": "可加模型",
    "additive, age": "可加模型，含保单年限",
    "quarterly hazard": "季度风险率",
    "boosting": "提升树",
    "boosting, age": "提升树，含保单年限",
    "additive + boosting": "可加模型 + 提升树",
    "mean of all": "全部平均",
    "baseline: rate of the age": "基准：同年限退保率",
    "baseline: plain logistic": "基准：普通逻辑回归",
    "baseline: default boosting": "基准：默认提升树",
}


def way(key: str) -> Text:
    """Return what a way of learning is called."""
    return Text(WAYS[key], key)


@dataclass(frozen=True)
class Findings:
    """What a run found, ready to be reported."""

    book: Book
    settings: Settings
    backtest: Backtest
    suspects: Sequence[Suspect]
    dropped: Sequence[str]
    deviations: Sequence[float]
    mean_deviation: float
    importance: Sequence[tuple[str, float, float]]

    @property
    def mean_auc(self) -> float:
        """The mean of the years' AUC."""
        return float(np.mean([result.auc() for result in self.backtest.years]))

    @property
    def mean_lift(self) -> float:
        """The mean of the years' lift at ten per cent."""
        return float(np.mean([result.lift() for result in self.backtest.years]))


def report_of(found: Findings, circumstances: Sequence[Fact]) -> Report:
    """Return everything that is known of a run."""
    return Report(
        kind="lapse backtest",
        title=Text("退保回测", "Lapse backtest"),
        protocol=PROTOCOL,
        seed=found.settings.seed,
        facts=_facts(found),
        warnings=[*map(_suspicion, found.suspects), *_left_out(found.book)],
        sections=[_years(found), _ways(found), _tried(found), _calibration(found), _importance(found)],
        circumstances=circumstances,
    )


def _facts(found: Findings) -> list[Fact]:
    book = found.book
    return [
        Fact("policies", Text("保单数", "Policies"), len(book), "count"),
        Fact("events", Text("事件数", "Events"), int(book.event.sum()), "count"),
        Fact("observed_until", Text("观察截止", "Observed until"), book.observed_until.isoformat()),
        Fact("features", Text("使用的列", "Columns used"), ", ".join(one.name for one in book.features)),
        Fact("dropped", Text("指定不用的列", "Columns dropped on demand"), ", ".join(found.dropped) or "-"),
        Fact("auc_mean", Text("AUC 均值", "Mean AUC"), found.mean_auc, "number"),
        Fact("auc_sd", Text("AUC 均值的标准差", "Its standard deviation"), found.mean_deviation, "number"),
        Fact("lift10_mean", Text("前 10% 提升度均值", "Mean lift at 10 %"), found.mean_lift, "number"),
        Fact("max_rows", Text("每次训练的行数上限", "Most rows of one training"), found.settings.max_rows, "count"),
    ]


def _suspicion(suspect: Suspect) -> Text:
    sign, strength = SIGNS[suspect.sign], f"{suspect.strength:.2f}"
    if suspect.left_out:
        return Text(
            f"列 {suspect.column} 像是退出时才知道的，已不用：{sign.zh} {strength}。确知承保时已有，可用 --keep。",
            f"The column {suspect.column} looks known only at exit and was left out: {sign.en} {strength}."
            " If it was known before, say --keep.",
        )
    return Text(
        f"列 {suspect.column} 请核对是否承保时已知（仍在使用）：{sign.zh} {strength}。",
        f"Check that the column {suspect.column} was known at the snapshot (it is used): {sign.en} {strength}.",
    )


def _left_out(book: Book) -> list[Text]:
    return [
        Text(f"列 {name} 未使用：{LEFT_OUT[why].zh}。", f"The column {name} is not used: {LEFT_OUT[why].en}.")
        for name, why in book.left_out.items()
    ]


def _years(found: Findings) -> Section:
    columns = [
        Column("year", Text("年度", "Year")),
        Column("in_force", Text("有效保单", "In force"), "count"),
        Column("events", Text("事件", "Events"), "count"),
        Column("rate", Text("比例", "Rate"), "share"),
        Column("expected", Text("预计比例", "Expected rate"), "share"),
        Column("chosen", Text("方法", "Way")),
        Column("auc", verbatim("AUC"), "number"),
        Column("auc_sd", Text("标准差", "SD"), "number"),
        Column("lift10", Text("前 10% 提升度", "Lift at 10 %"), "number"),
        Column("brier", verbatim("Brier"), "number"),
    ]
    rows: list[Row] = [
        [
            str(one.year), len(one.chance), int(one.seen.happened.sum()), float(one.seen.happened.mean()),
            float(one.chance.mean()), way(one.chosen), one.auc(), deviation, one.lift(),
            brier(one.seen.happened, one.chance),
        ]
        for one, deviation in zip(found.backtest.years, found.deviations, strict=True)
    ]  # fmt: skip
    bars = [
        Bar(verbatim(str(one.year)), one.auc(), deviation)
        for one, deviation in zip(found.backtest.years, found.deviations, strict=True)
    ]
    chart = BarChart(Text("各年 AUC", "AUC by year"), bars)
    return Section("years", Text("各年结果", "Year by year"), charts=[chart], tables=[Table("years", columns, rows)])


def _ways(found: Findings) -> Section:
    years = found.backtest.years
    keys = list(years[0].chances)
    columns = [Column("way", Text("方法", "Way"))]
    columns += [Column(str(one.year), verbatim(str(one.year)), "number") for one in years]
    columns.append(Column("mean", Text("均值", "Mean"), "number"))
    columns.append(Column("lift10", Text("提升度均值", "Mean lift"), "number"))
    rows: list[Row] = [[way("chosen"), *(one.auc() for one in years), found.mean_auc, found.mean_lift]]
    for key in keys:
        aucs = [one.auc(key) for one in years]
        rows.append([way(key), *aucs, _mean(aucs), _mean([one.lift(key) for one in years])])
    note = Text(
        "各方法在判断年度的 AUC，供比较；选择只看之前的年度。",
        "AUC of every way in the judged years, to compare; the choice looks at earlier years only.",
    )
    return Section(
        "ways", Text("方法与基准", "Ways and baselines"), notes=[note], tables=[Table("ways", columns, rows)]
    )


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values))


def _tried(found: Findings) -> Section:
    tried = found.backtest.tried
    keys = [key for key in next(iter(tried.values())) if not key.startswith("baseline")]
    columns = [Column("year", Text("年度", "Year")), *(Column(key, way(key), "number") for key in keys)]
    rows: list[Row] = [[str(year), *(one[key] for key in keys)] for year, one in tried.items()]
    return Section("tried", Text("选择所依据的年度", "Years that choose"), tables=[Table("tried", columns, rows)])


def _calibration(found: Findings) -> Section:
    happened: Floats = np.concatenate([one.seen.happened for one in found.backtest.years])
    bins = calibration(happened, np.concatenate([one.chance for one in found.backtest.years]))
    columns = [
        Column("count", Text("保单", "Policies"), "count"),
        Column("expected", Text("预计", "Expected"), "share"),
        Column("observed", Text("实际", "Observed"), "share"),
    ]
    rows: list[Row] = [[one.count, one.expected, one.observed] for one in bins]
    return Section(
        "calibration",
        Text("校准（判断年度合并）", "Calibration (judged years together)"),
        charts=[_calibration_chart(bins)],
        tables=[Table("calibration", columns, rows)],
    )


def _calibration_chart(bins: Sequence[Bin]) -> LineChart:
    lines = [
        Line(Text("实际", "observed"), [(one.expected, one.observed) for one in bins]),
        Line(Text("与预计一致", "as expected"), [(one.expected, one.expected) for one in bins], dashed=True),
    ]
    title = Text("预计与实际", "Expected and observed")
    return LineChart(title, Text("预计", "Expected"), Text("实际", "Observed"), lines)


def _importance(found: Findings) -> Section:
    columns = [
        Column("column", Text("列", "Column")),
        Column("auc_loss", Text("AUC 损失", "AUC lost"), "number"),
        Column("sd", Text("标准差", "SD"), "number"),
    ]
    rows: list[Row] = [[name, loss, deviation] for name, loss, deviation in found.importance]
    bars = [Bar(verbatim(name), loss, deviation) for name, loss, deviation in found.importance]
    chart = BarChart(Text("打乱该列后损失的 AUC", "AUC lost when the column is shuffled"), bars)
    title = Text("列的重要性", "Importance of the columns")
    return Section("importance", title, charts=[chart], tables=[Table("importance", columns, rows)])
