"""What a file of claims can say, column by column (PLT-9)."""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from keyuan.claims import permissions
from keyuan.claims.services.intake import check_claims, write_claims
from keyuan.platform.imports import Target, targets
from keyuan.platform.imports.remembering import add_presets
from keyuan.policies.intake import POLICY_KEY, POLICY_NO, choice, day, money, text, whole

CLAIM = _("Claim")
MAPPINGS = Path(__file__).with_name("mappings")
STATUSES = {
    "reported": "REPORTED", "已报案": "REPORTED", "报案": "REPORTED", "registered": "REGISTERED",
    "已立案": "REGISTERED",
    "立案": "REGISTERED", "approved": "APPROVED", "已核赔": "APPROVED", "paid": "PAID", "已支付": "PAID",
    "已赔付": "PAID",
    "closed": "CLOSED", "已结案": "CLOSED", "结案": "CLOSED", "declined": "DECLINED", "拒赔": "DECLINED",
}  # fmt: skip

CLAIMS = Target(
    key="claims",
    label=_("Claims"),
    permission=permissions.IMPORT,
    fields=(
        text("claim_key", _("Claim number"), 60, CLAIM, "赔案号", "报案号", "立案号", "claim no", "claim number",
            "claim id"),
        POLICY_KEY,
        POLICY_NO,
        text("kind", _("Type"), 20, CLAIM, "赔案类型", "claim type"),
        text("cause", _("Cause"), 100, CLAIM, "出险原因", "事故原因", "cause"),
        choice("status", _("Status"), CLAIM, STATUSES, "赔案状态", "案件状态", "claim status"),
        money("claimed_amount", _("Amount claimed"), "索赔金额", "申请金额", "claimed amount", group=CLAIM),
        money("paid_amount", _("Amount paid"), "赔付金额", "赔款", "结案金额", "claim amount", "paid amount",
            group=CLAIM),
        day("occurred_on", _("Occurred on"), "出险日期", "事故日期", "loss date", "accident date", group=CLAIM),
        day("reported_on", _("Reported on"), "报案日期", "report date", group=CLAIM),
        day("decided_on", _("Decided on"), "核赔日期", "结案日期", "decision date", group=CLAIM),
        day("paid_on", _("Paid on"), "支付日期", "赔付日期", "payment date", group=CLAIM),
        text("period_label", _("Period"), 20, CLAIM, "期间", "年度", "id year", "period"),
        whole("count", _("Number of claims"), CLAIM, "件数", "claim nb", "claim count"),
    ),
    keys=(("claim_key",),),
    check=check_claims,
    write=write_claims,
    allows_row_keys=True,
    order=40,
)  # fmt: skip


def register() -> None:
    """Offer claims as a target, with the mapping of the motor book."""
    targets.add(CLAIMS)
    add_presets(MAPPINGS, {"motor_claims": _("Motor book of the French pricing game: claims")})
