"""The edition that a new system begins with (domain.md §I.1–I.2; GK): data, to be edited like any other."""

from datetime import date, datetime

from django.db import transaction

from keyuan.customers.models import ServiceStandard
from keyuan.customers.rules.standards import BASE, Cell, Item, Standard, Star, Tier, as_json
from keyuan.platform.locks import hold

WAN = 1_000_000
VALUED = ("GOLD", "PLATINUM", "BLACK_GOLD", "DIAMOND", "BLUE", "NOBLE", "PRIVATE", "BLACK")
HIGH = VALUED[3:]
HOUR, DAY = 60, 24 * 60


def _row(code: str, name: str, base: Cell | None, gold: Cell, platinum: Cell, diamond: Cell) -> Item:
    """Return an item by the four columns of the table: basic, gold, platinum, diamond and above."""
    cells = {"GOLD": gold, "PLATINUM": platinum, "BLACK_GOLD": platinum, **dict.fromkeys(HIGH, diamond)}
    return Item(code, name, {**({BASE: base} if base else {}), **cells})


ITEMS = (
    _row(
        "LINE",
        "服务专线",
        Cell("24 小时排队接听", None, 10),
        Cell("优先接入", None, 5),
        Cell("优先接入 + 专属客服", None, 2),
        Cell("一对一客户经理", None, 1),
    ),
    _row(
        "CLAIM",
        "理赔",
        Cell("标准流程", None, 5 * DAY),
        Cell("优先处理", None, 3 * DAY),
        Cell("绿色通道、预付赔款", None, 2 * DAY),
        Cell("上门理赔", None, DAY),
    ),
    _row(
        "POLICY",
        "保全服务",
        Cell("柜面 / App", None, 3 * DAY),
        Cell("优先柜面", None, 2 * DAY),
        Cell("上门收件", None, DAY),
        Cell("当日办结", None, 8 * HOUR),
    ),
    _row(
        "REVIEW",
        "保障检视",
        Cell("生日前 7 日推送", 1),
        Cell("每年一次", 1),
        Cell("每半年一次", 2),
        Cell("每季度一次", 4),
    ),
    _row(
        "HEALTH",
        "健康服务",
        Cell("健康资讯"),
        Cell("健康热线"),
        Cell("体检、就医协助", 2),
        Cell("二次诊疗意见、康复指导", 4),
    ),
    _row("TRAVEL", "出行救援", None, Cell("境内救援", 2), Cell("境内救援 + 机场贵宾", 6), Cell("全球救援", 12)),
    _row("GIFT", "礼遇活动", Cell("生日电子贺卡", 1), Cell("生日礼", 1), Cell("客户节活动", 2), Cell("专属活动", 4)),
    Item("UW_TRUST", "家族信托核保通道", dict.fromkeys(HIGH, Cell("专属核保人", None, 2 * DAY))),
)
DEFAULT = Standard(
    tiers=(
        Tier(BASE, 0),
        Tier("GOLD", 5 * WAN, {"BROKERAGE": 2 * WAN}),
        Tier("PLATINUM", 10 * WAN),
        Tier("BLACK_GOLD", 20 * WAN),
        Tier("DIAMOND", 40 * WAN),
        Tier("BLUE", 60 * WAN),
        Tier("NOBLE", 100 * WAN),
        Tier("PRIVATE", 300 * WAN),
        Tier("BLACK", 600 * WAN),
    ),
    stars=(
        Star(2 * WAN, 50 * WAN, 2 * WAN),
        Star(3 * WAN, 75 * WAN, 3 * WAN),
        Star(4 * WAN, 100 * WAN, 4 * WAN),
    ),
    factors={"SINGLE": 1_000, "SHORT": 5_000, "MIDDLE": 8_000, "LONG": 10_000},
    months=12,
    is_pooled=False,
    items=ITEMS,
)


def seed_standard(on: date, now: datetime) -> None:
    """Issue the first edition in a system that has none."""
    if ServiceStandard.objects.exists():
        return
    with transaction.atomic():
        hold("service-standard")
        if not ServiceStandard.objects.exists():
            ServiceStandard.objects.create(
                number=1, status=ServiceStandard.Status.ISSUED, valid_from=on, content=as_json(DEFAULT),
                created_by_name="Keyuan", created_at=now, issued_by_name="Keyuan", issued_at=now,
            )  # fmt: skip
