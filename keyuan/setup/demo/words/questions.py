"""What the invented insurer asks applicants, and the papers that come with every product (POL-10, PRD-1)."""

from typing import Any

from keyuan.kernel.codes import ProductKind
from keyuan.setup.demo.words.products import Offer

HEALTH_KINDS = frozenset({ProductKind.LIFE, ProductKind.CRITICAL_ILLNESS, ProductKind.MEDICAL})
PERSON_KINDS = HEALTH_KINDS | {ProductKind.ENDOWMENT, ProductKind.ANNUITY, ProductKind.ACCIDENT}
YES = ["YES"]
HEALTH: tuple[tuple[str, str, str], ...] = (
    ("HOSPITAL", "HEALTH", "过去五年内是否曾住院治疗或被建议住院？"),
    ("DISEASE", "HEALTH", "是否患有或曾患有高血压、糖尿病、心脑血管疾病、肿瘤、肝肾疾病？"),
    ("SURGERY", "HEALTH", "是否曾接受手术或被建议手术？"),
    ("MEDICINE", "HEALTH", "目前是否长期服用药物？"),
    ("CHECKUP", "HEALTH", "过去两年内体检是否有异常结果？"),
    ("SMOKER", "LIFESTYLE", "是否吸烟？"),
)
EVERYBODY: tuple[tuple[str, str, str], ...] = (
    ("RISKY_SPORT", "LIFESTYLE", "是否从事潜水、跳伞、攀岩、赛车等高风险运动？"),
    ("REFUSED", "FINANCE", "投保人身保险时是否曾被拒保、延期、加费或附加条件承保？"),
)
CAR: tuple[tuple[str, str, str], ...] = (
    ("COMMERCIAL", "VEHICLE", "车辆是否用于营运或网约车？"),
    ("MODIFIED", "VEHICLE", "车辆是否改装？"),
)
PROMPTS = (
    ("DESCRIPTION", "产品说明书：请结合条款阅读保险责任、责任免除、退保损失与利益演示。"),
    ("PROMPT", "投保提示书：请确认产品符合需求，如实告知，亲自签名，并知悉犹豫期权利。"),
)


def questions_for(offer: Offer) -> list[dict[str, Any]]:
    """Return the questions of one product as columns of the table."""
    asked = list(HEALTH) if offer.kind in HEALTH_KINDS else []
    asked += EVERYBODY if offer.kind in PERSON_KINDS else CAR if offer.kind is ProductKind.MOTOR else ()
    rows: list[dict[str, Any]] = [
        {"code": code, "section": section, "text": text, "kind": "YES_NO", "adverse": YES}
        for code, section, text in asked
    ]
    if offer.kind in HEALTH_KINDS:
        rows += [
            {"code": "HEIGHT", "text": "身高（厘米）", "kind": "NUMBER", "low": 50, "high": 220, "asks_detail": False},
            {"code": "WEIGHT", "text": "体重（千克）", "kind": "NUMBER", "low": 3, "high": 120, "asks_detail": False},
            {"code": "PREGNANT", "text": "是否怀孕？", "kind": "YES_NO", "adverse": YES, "sex": "2"},
        ]
    return rows
