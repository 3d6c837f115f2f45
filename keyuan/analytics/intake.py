"""What a file of published figures can say, column by column (ANA-1, PLT-9)."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.analytics import permissions
from keyuan.analytics.rules.external.reading import parse_period, parse_region
from keyuan.analytics.services.external.importing import check_figures, write_figures
from keyuan.kernel.errors import Refused
from keyuan.platform.imports import Kind, Target, TargetField, targets
from keyuan.platform.imports.values import parse_number

FIGURE = _("Published figure")
#: As many digits as a figure may have before and behind the point.
WHOLE_DIGITS, PLACES = 18, 6


def read_period(cell: str) -> str:
    """Return the period of a cell as it is kept, such as 2024, 2024Q1 or 2024-05."""
    return parse_period(cell).code


def read_value(cell: str) -> Decimal:
    """Return a figure. Raises Refused import.number, external.value for more digits than are kept."""
    found = parse_number(cell)
    if abs(found) >= 10**WHOLE_DIGITS or found != round(found, PLACES):
        raise Refused("external.value", places=PLACES)
    return found


FIGURES = Target(
    key="external_figures",
    label=_("Figures from outside"),
    permission=permissions.RUN,
    fields=(
        TargetField(
            "indicator", _("Indicator"), required=True, limit=60, group=FIGURE,
            synonyms=("指标", "指标名称", "项目", "indicator", "measure"),
        ),
        TargetField(
            "region", _("Region"), parse=parse_region, group=FIGURE,
            synonyms=("地区", "省份", "省", "区域", "行政区划", "地区代码", "region", "province"),
        ),
        TargetField(
            "period", pgettext_lazy("statistics", "Period"), required=True, parse=read_period, group=FIGURE,
            synonyms=("期间", "时期", "年份", "年度", "月份", "时间", "period", "year", "month"),
        ),
        TargetField(
            "value", pgettext_lazy("statistics", "Value"), required=True, parse=read_value, group=FIGURE,
            synonyms=("数值", "值", "数据", "value"),
        ),
        TargetField(
            "unit", pgettext_lazy("of measurement", "Unit"), limit=20, group=FIGURE,
            synonyms=("单位", "计量单位", "unit"),
        ),
        TargetField(
            "published_by", _("Published by"), limit=60, group=FIGURE,
            synonyms=("发布机构", "来源", "数据来源", "published by", "source"),
        ),
        TargetField(
            "published_on", _("Published on"), Kind.DATE, group=FIGURE,
            synonyms=("发布日期", "公布日期", "published on"),
        ),
    ),
    keys=(("indicator", "region", "period"), ("indicator", "period")),
    check=check_figures,
    write=write_figures,
    order=90,
)  # fmt: skip


def register() -> None:
    """Offer published figures as a target."""
    targets.add(FIGURES)
