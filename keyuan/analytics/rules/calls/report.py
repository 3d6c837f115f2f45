"""The report of ``keyuan forecast calls`` (ANA-14)."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from keyuan.analytics.rules.calls.judging import EIGHT_WEEKS, HORIZONS, LAST_WEEK, Judged
from keyuan.analytics.rules.calls.running import Outcome
from keyuan.analytics.rules.calls.series import Remark
from keyuan.analytics.rules.reporting.parts import Column, Fact, Line, LineChart, Report, Section, Table, Value
from keyuan.analytics.rules.reporting.texts import Text, verbatim

Row = list[Value | Text]

PROTOCOL = Text(
    "滚动起点：过去每一天都视为“今天”，只用到该日为止的数据预测其后各日。"
    "模型形状由较早的起点选定，误差由较晚的起点得出；写出的预测用截至训练末日的最近起点重新选定形状。"
    "WAPE = Σ|误差| ÷ Σ来电量，按前 1、7、14 天累计；基准为上周的同一星期几与最近八周同一星期几的平均。"
    "若文件在训练末日之后还有数据，另列对其的误差（未参与学习和选择）。",
    "Rolling origin: each past day is taken for today and the days after it are forecast from what was known. Earlier"
    " origins choose the shape, later ones give the errors; the forecast that is written is in the shape chosen anew by"
    " the newest origins up to the last day of training. WAPE = sum of |error| / sum of calls over the first 1, 7, 14"
    " days. Baselines: the same weekday of last week, and the mean of the last eight such weekdays. Where the file goes"
    " on after the last day of training, the errors on that part, from which nothing was learnt, stand apart.",
)
NAMES = {
    "forecast": Text("本预测", "this forecast"),
    LAST_WEEK: Text("上周同日", "same weekday of last week"),
    EIGHT_WEEKS: Text("八周均值", "mean of eight weeks"),
}
REMARKS = {
    "copies": Text("完全重复的行只计一次", "rows that repeat another count once"),
    "added": Text("同一时段的不同行已相加", "differing rows of one interval were added up"),
    "days_absent": Text("整日缺失，不用于学习", "days without any row; nothing is learnt from them"),
    "daylight": Text("恰缺一小时，像夏令时调整", "exactly one hour is absent, as when clocks change"),
    "gaps": Text("部分时段缺失，按未知处理", "intervals without a row are taken as unknown, not as no calls"),
    "broken": Text("来电量不是整数，像插补值", "calls are no whole numbers, as when interpolated"),
}


def report_of(outcome: Outcome, circumstances: Sequence[Fact]) -> Report:
    """Return everything that is known of a run."""
    sections = [
        _errors("rolling", Text("滚动验证误差", "Errors of the rolling origin"), outcome.rolling),
        _errors("held_out", Text("训练末日之后的误差", "Errors after the last day of training"), outcome.held_out),
    ]
    return Report(
        kind="forecast calls",
        title=Text("来电量预测", "Forecast of calls"),
        protocol=PROTOCOL,
        seed=0,
        facts=list(_facts(outcome)),
        warnings=[_warning(remark) for remark in outcome.series.remarks],
        sections=[*(one for one in sections if one), _days(outcome), _tried(outcome)],
        circumstances=circumstances,
    )


def _facts(outcome: Outcome) -> Iterable[Fact]:
    shape = outcome.shape
    yield Fact("first", Text("首日", "First day"), outcome.series.first.isoformat())
    yield Fact("train_until", Text("训练末日", "Last day of training"), outcome.until.isoformat())
    yield Fact("intervals", Text("每日时段数", "Intervals a day"), len(outcome.series.intervals), "count")
    yield Fact("half_life", Text("权重半衰期（天）", "Half-life of weights (days)"), shape.half_life)
    yield Fact("month_smooth", Text("月内日期平滑", "Smoothing over days of the month"), shape.month_smooth)
    yield Fact("follow", Text("水平延续", "Share of the level that stays"), shape.follow)
    yield Fact(
        "profile_half_life", Text("日内形状半衰期（天）", "Half-life of the profile (days)"), shape.profile_half_life
    )
    yield Fact("smooth", Text("日内平滑（时段）", "Smoothing of the profile (intervals)"), shape.smooth)
    yield Fact("point", Text("写出的值", "What is written"), POINTS[shape.point])
    yield Fact("spread", Text("均值的变异系数", "Variation of the mean (CV)"), outcome.spread, "number")
    days = ", ".join(day.isoformat() for day in outcome.unusual) or "-"
    yield Fact("unusual", Text("异常日（不用于学习）", "Unusual days (nothing is learnt from them)"), days)


POINTS = {"mean": Text("均值", "mean"), "median": Text("中位数（绝对误差最小）", "median (least absolute error)")}


def _warning(remark: Remark) -> Text:
    shown = ", ".join(day.isoformat() for day in remark.days[:8]) + (" …" if len(remark.days) > 8 else "")
    said = REMARKS[remark.code]
    return Text(f"{said.zh}：{remark.count}（{shown}）", f"{said.en}: {remark.count} ({shown})")


def _errors(key: str, title: Text, judged: Judged | None) -> Section | None:
    if judged is None:
        return None
    reach = len(judged.tallies["forecast"].calls)
    horizons = [horizon for horizon in HORIZONS if horizon <= reach] or [reach]
    columns = [Column("way", Text("方法", "Way")), Column("of", Text("口径", "Of"))]
    columns += [Column(f"wape_{days}", Text(f"前 {days} 天", f"first {days} days"), "share") for days in horizons]
    rows: list[Row] = [
        [NAMES[name], label, *(tally.wape(days, of) for days in horizons)]
        for of, label in (("interval", Text("时段", "intervals")), ("day", Text("日", "days")))
        for name, tally in judged.tallies.items()
    ]
    first, last = judged.origins[0].isoformat(), judged.origins[-1].isoformat()
    notes = [
        Text(f"起点 {len(judged.origins)} 个：{first} 至 {last}", f"{len(judged.origins)} origins, {first} to {last}"),
        Text(
            f"80% 预测区间实际覆盖 {judged.coverage:.1%} 的时段（小整数使其偏高）",
            f"the 80 % intervals held {judged.coverage:.1%} of the counts (small whole numbers make it more)",
        ),
    ]
    return Section(key, title, notes=notes, tables=[Table(f"{key}_wape", columns, rows)])


def _days(outcome: Outcome) -> Section:
    totals = outcome.told.mean.sum(1)
    low, high = outcome.day_bounds
    columns = [
        Column("date", Text("日期", "Date")),
        Column("calls", Text("预计来电", "Expected calls"), "number"),
        Column("low", Text("下限（10%）", "Low (10 %)"), "number"),
        Column("high", Text("上限（90%）", "High (90 %)"), "number"),
    ]
    rows: list[Row] = [
        [
            (outcome.until + timedelta(days=ahead + 1)).isoformat(),
            float(totals[ahead]),
            float(low[ahead]),
            float(high[ahead]),
        ]
        for ahead in range(len(totals))
    ]
    lines = [
        Line(label, [(place + 1, float(value)) for place, value in enumerate(values)], dashed)
        for label, values, dashed in (
            (Text("预计", "expected"), totals, False),
            (Text("下限", "low"), low, True),
            (Text("上限", "high"), high, True),
        )
    ]
    chart = LineChart(
        Text("每日来电", "Calls a day"),
        Text("起点后第几天", "Days ahead"),
        Text("来电", "Calls"),
        lines,
        "number",
        len(rows) < 40,
    )
    return Section("days", Text("逐日预测", "Day by day"), charts=[chart], tables=[Table("days", columns, rows)])


def _tried(outcome: Outcome) -> Section:
    tried = outcome.rolling.tried if outcome.rolling else ()
    columns = [
        Column("name", Text("参数", "Parameter")),
        Column("value", Text("取值", "Value")),
        Column("wape", verbatim("WAPE"), "share"),
    ]
    rows: list[Row] = [[name, value, wape] for name, value, wape in tried]
    note = Text(
        "依次尝试，每步保留最优；前三项按日，其余按时段。由较早的起点判断。",
        "Tried in turn, the best kept; the first three by days, the rest by intervals. Judged by the earlier origins.",
    )
    return Section(
        "tried", Text("形状的选择", "Choice of the shape"), notes=[note], tables=[Table("tried", columns, rows)]
    )
