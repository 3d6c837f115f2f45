"""The task rules that a new system begins with (domain.md §I.2, §I.3; GK): data, to be edited like any other."""

from datetime import datetime

from django.db import transaction

from keyuan.customers.models import TaskRule, TaskRuleVersion
from keyuan.customers.rules.task_rules import RuleDraft
from keyuan.customers.services.agenda.content import content_of
from keyuan.platform.locks import hold

VALUED = ("GOLD", "PLATINUM", "BLACK_GOLD", "DIAMOND", "BLUE", "NOBLE", "PRIVATE", "BLACK")
DEFAULTS: dict[str, RuleDraft] = {
    "birthday-review": RuleDraft(
        "生日前保障检视",
        "BIRTHDAY",
        -7,
        "BIRTHDAY",
        "生日前保障检视",
        "{date} 满 {age} 岁，请检视家庭保障",
        skip_open_claims=True,
        due_days=7,
    ),
    "premium-40": RuleDraft(
        "续期交费提醒（提前 40 日）",
        "PREMIUM",
        -40,
        "RENEWAL",
        "{product}续期保费将到期",
        "{date} 应交 {amount} 元",
        due_days=10,
    ),
    "premium-30": RuleDraft(
        "续期交费提醒（提前 30 日）",
        "PREMIUM",
        -30,
        "RENEWAL",
        "{product}续期保费将到期",
        "{date} 应交 {amount} 元",
        due_days=10,
    ),
    "premium-15": RuleDraft(
        "续期交费提醒（提前 15 日）",
        "PREMIUM",
        -15,
        "RENEWAL",
        "{product}续期保费将到期",
        "{date} 应交 {amount} 元",
        due_days=7,
    ),
    "premium-7": RuleDraft(
        "续期交费提醒（提前 7 日）",
        "PREMIUM",
        -7,
        "RENEWAL",
        "{product}续期保费将到期",
        "{date} 应交 {amount} 元，请确认扣款账户余额",
        due_days=6,
    ),
    "premium-late-30": RuleDraft(
        "宽限期催缴",
        "PREMIUM",
        30,
        "GRACE",
        "{product}保费未交",
        "应交日 {date}，宽限期届满后效力中止，复效须重新健康告知",
        due_days=20,
    ),
    "premium-due": RuleDraft(
        "应交日提醒",
        "PREMIUM",
        0,
        "RENEWAL",
        "{product}今日应交保费",
        "{date} 应交 {amount} 元，60 日宽限期内交费保障不中断",
        due_days=5,
    ),
    "premium-late-7": RuleDraft(
        "宽限期提醒（应交日后 7 日）",
        "PREMIUM",
        7,
        "GRACE",
        "{product}保费未交",
        "应交日 {date}，应交 {amount} 元，请确认扣款账户",
        due_days=14,
    ),
    "premium-late-50": RuleDraft(
        "宽限期末催缴（应交日后 50 日）",
        "PREMIUM",
        50,
        "GRACE",
        "{product}宽限期将满",
        "应交日 {date}，10 日内不交费合同效力中止",
        due_days=8,
    ),
    "receipt": RuleDraft(
        "追收保单回执",
        "RECEIPT",
        0,
        "FOLLOW_UP",
        "{product}回执未收回",
        "未签回执则犹豫期不起算，请送达并收回",
        due_days=7,
    ),
    "suspended": RuleDraft(
        "中止通知",
        "SUSPENDED",
        0,
        "GRACE",
        "{product}效力已中止，请通知客户",
        "{date} 中止，十个工作日内告知后果与复效办法",
        due_days=10,
    ),
    "reinstatement-90": RuleDraft(
        "复效期提醒（提前 90 日）",
        "REINSTATEMENT",
        -90,
        "GRACE",
        "{product}复效期将满",
        "{date} 后公司可解除合同，请联系客户办理复效",
        due_days=30,
    ),
    "cover-30": RuleDraft(
        "续保提醒（提前 30 日）",
        "COVER",
        -30,
        "RENEWAL",
        "{product}将到期，安排续保",
        "{date} 24:00 期满，逾期保障中断",
        due_days=20,
    ),
    "cover-7": RuleDraft(
        "续保提醒（提前 7 日）",
        "COVER",
        -7,
        "RENEWAL",
        "{product}即将到期，尽快续保",
        "{date} 24:00 期满，逾期保障中断",
        due_days=6,
    ),
    "maturity-90": RuleDraft(
        "满期提醒（提前 90 日）",
        "MATURITY",
        -90,
        "MATURITY",
        "{product}将满期",
        "{date} 满期，请沟通满期金安排",
        due_days=30,
    ),
    "maturity-30": RuleDraft(
        "满期提醒（提前 30 日）",
        "MATURITY",
        -30,
        "MATURITY",
        "确认满期金领取账户",
        "{product} {date} 满期，请确认领取方式",
        due_days=25,
    ),
    "benefit": RuleDraft(
        "给付到期未领取",
        "BENEFIT",
        0,
        "MATURITY",
        "{product}有给付待领取",
        "{date} 起可领取 {amount} 元，请联系客户办理",
        due_days=14,
    ),
    "anniversary": RuleDraft(
        "保单周年检视",
        "ANNIVERSARY",
        -7,
        "REVIEW",
        "{product}保单周年检视",
        "{date} 投保满 {years} 年",
        due_days=14,
        tiers=VALUED,
        skip_open_claims=True,
    ),
    "document-30": RuleDraft(
        "证件到期提醒（提前 30 日）",
        "DOCUMENT",
        -30,
        "DOCUMENT",
        "身份证件将到期",
        "有效期至 {date}，请提醒客户更新",
        due_days=25,
    ),
    "membership-30": RuleDraft(
        "会员到期提醒",
        "MEMBERSHIP",
        -30,
        "FOLLOW_UP",
        "会员等级将到期复评",
        "{date} 到期，按在保保费重新评定等级",
        due_days=20,
    ),
    "retention-1": RuleDraft(
        "流失预警挽留",
        "CHURN",
        1,
        "RETENTION",
        "{outcome}风险客户挽留",
        "12个月内{outcome}可能性{chance}。{advice}",
        due_days=7,
    ),
    "key-report-7": RuleDraft(
        "大客户接触报告",
        "KEY_REPORT",
        -7,
        "FOLLOW_UP",
        "提交大客户接触报告",
        "应于 {date} 前提交",
        due_days=7,
    ),
    "key-review-14": RuleDraft(
        "大客户复核",
        "KEY_REVIEW",
        -14,
        "REVIEW",
        "大客户资格复核",
        "应于 {date} 前复核",
        due_days=14,
    ),
}


def seed_rules(now: datetime) -> int:
    """Write the default rules into a system that has none; return how many. Rules that were edited stay as they are."""
    if TaskRule.objects.exists():
        return 0
    with transaction.atomic():
        hold("task-rules")
        if TaskRule.objects.exists():
            return 0
        for code, draft in DEFAULTS.items():
            content = content_of(draft)
            rule = TaskRule.objects.create(code=code, created_at=now, updated_at=now, **content)
            TaskRuleVersion.objects.create(
                rule=rule, number=1, content=content, changed_by_name="Keyuan", changed_at=now
            )
    return len(DEFAULTS)
