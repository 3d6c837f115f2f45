"""Sample values for the gallery of components (a developer's page): invented, and the same every time."""

from datetime import datetime, timedelta
from typing import Any

from django import forms


class SampleForm(forms.Form):
    """A form in sections with one field of each kind."""

    sections = (
        ("person", "个人", ("name", "identity", "sex", "birth")),
        ("policy", "保单", ("term", "amount", "note", "agree")),
    )
    name = forms.CharField(label="投保人姓名", initial="欧阳慧敏")
    identity = forms.CharField(label="身份证号", help_text="18 位，末位可为 X")
    sex = forms.ChoiceField(label="性别", choices=[("1", "男"), ("2", "女")], widget=forms.RadioSelect)
    birth = forms.DateField(label="出生日期", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    term = forms.ChoiceField(label="交费期间", choices=[("10", "10 年交"), ("20", "20 年交")])
    amount = forms.DecimalField(label="保额（元）", required=False)
    note = forms.CharField(label="备注", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    agree = forms.BooleanField(label="已向客户说明免责条款", required=False)

    def clean_identity(self) -> str:
        """Refuse everything, to show how an error looks."""
        raise forms.ValidationError("身份证号第 18 位校验不符，请核对后重新输入")


def _tasks() -> list[dict[str, Any]]:
    return [
        {
            "icon": "coin",
            "who": "周国栋",
            "url": "#",
            "what": "宽限期最后一天",
            "verb": "呼叫",
            "verb_url": "#",
            "why": "康宁重疾第 6 期未交，今晚 24:00 后效力中止；昨日 2 次未接通",
            "stake": 1_286_000,
            "due": "今天 24:00",
            "due_kind": "bad",
            "due_note": "剩 14 小时",
            "primary": True,
        },
        {
            "icon": "alert-triangle",
            "who": "何美玲",
            "url": "#",
            "what": "投诉待补充说明",
            "verb": "补充",
            "verb_url": "#",
            "why": "臻享年金收益演示争议，须上传 08-16 面谈记录，不可暂停",
            "stake": None,
            "due": "今天 17:00",
            "due_kind": "bad",
            "due_note": "剩 7 小时",
        },
    ]


def _figures() -> list[dict[str, Any]]:
    points = "2,21 7.8,19.6 13.6,20.3 19.3,16.7 25.1,13.9 30.9,15.3 36.7,11 42.4,9.6 48.2,5.3 54,3"
    return [
        {
            "label": "首年保费",
            "value": "18.60",
            "unit": "万",
            "target": "目标 24.00",
            "change": "12.4%",
            "change_kind": "ok",
            "rising": True,
            "url": "#",
            "points": points,
            "definition": "当年新单已承保的期交与趸交保费",
        },
        {
            "label": "有效拜访",
            "value": "42",
            "unit": "次",
            "target": "目标 60",
            "change": "5 次",
            "change_kind": "bad",
            "rising": False,
            "url": "#",
            "points": points,
            "definition": "有拜访记录且客户在场",
        },
    ]


def _chart() -> dict[str, Any]:
    rows = [{"label": f"{month} 月", "values": [120 + 17 * month % 60, 90 + 29 * month % 50]} for month in range(1, 9)]
    return {
        "title": "新单件数",
        "unit": "件",
        "kind": "bar",
        "label": "月份",
        "series": [{"name": "个险"}, {"name": "银保"}],
        "rows": rows,
    }


def _tree() -> list[dict[str, Any]]:
    teams = [{"label": "一队", "url": "#", "count": 12}, {"label": "二队", "url": "#", "count": 9}]
    return [
        {
            "label": "上海分公司",
            "open": True,
            "children": [{"label": "浦东三部", "open": True, "active": True, "children": teams}],
        }
    ]


def samples(now: datetime) -> dict[str, Any]:
    """Return the context of ``dev/components.html``."""
    form = SampleForm({"name": "欧阳慧敏", "identity": "310115198006144218", "sex": "2", "term": "20"})
    form.is_valid()
    facts = [
        {"label": "下期应交", "value": "12,860 元", "css": "text-gold"},
        {"label": "宽限期届满", "value": "今天 24:00", "css": "text-bad"},
        {"label": "家庭年交保费", "value": "71,840 元"},
        {"label": "最近联系", "value": None},
    ]
    chips = [
        {"label": label, "url": "#", "active": at == 0, "count": None}
        for at, label in enumerate(["全部", "通话", "拜访"])
    ]
    events = [
        {
            "icon": "phone-off",
            "title": "呼出未接通",
            "text": "振铃 40 秒，当日第 2 次",
            "at": now - timedelta(minutes=12),
        },
        {
            "icon": "coin",
            "kind": "bad",
            "title": "第 6 期续期扣款失败",
            "text": "银行返回「余额不足」",
            "at": now - timedelta(days=3),
        },
    ]
    tabs = [
        {"label": "概览", "url": "#", "active": True, "count": None},
        {"label": "保单", "url": "#", "count": 5, "changed": True},
    ]
    return {
        "form": form,
        "facts": facts,
        "chips": chips,
        "events": events,
        "tabs": tabs,
        "tasks": _tasks(),
        "figures": _figures(),
        "chart": _chart(),
        "nodes": _tree(),
    }
