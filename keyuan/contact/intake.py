"""What files of consents and of refusals can say, column by column (PLT-8, PLT-9)."""

from django.utils.translation import gettext_lazy as _

from keyuan.contact import permissions
from keyuan.contact.services.intake import check_consents, check_refusals, write_consents, write_refusals
from keyuan.kernel.identifiers.phones import parse_phone
from keyuan.platform.imports import Kind, Target, TargetField, targets

CONSENT, WHOM = _("Consent of a customer"), _("Customer")
CHANNELS = {
    "phone": "PHONE", "电话": "PHONE", "call": "PHONE", "sms": "SMS", "短信": "SMS", "wechat": "WECHAT",
    "微信": "WECHAT", "email": "EMAIL", "邮件": "EMAIL", "电子邮箱": "EMAIL", "visit": "VISIT", "拜访": "VISIT",
    "letter": "LETTER", "信函": "LETTER", "all": "", "全部": "", "全部渠道": "",
}  # fmt: skip
PURPOSES = {
    "marketing": "MARKETING", "营销": "MARKETING", "营销推介": "MARKETING",
    "referral": "REFERRAL", "转介绍": "REFERRAL",
    "profiling": "PROFILING", "画像": "PROFILING", "sharing": "SHARING", "对外提供": "SHARING", "health": "HEALTH",
    "健康信息": "HEALTH", "finance": "FINANCE", "账户信息": "FINANCE",
}  # fmt: skip
SCOPES = {
    "sales": "SALES", "营销": "SALES", "不接受营销": "SALES", "promotion": "PROMOTION", "营销和问候": "PROMOTION",
    "all": "ALL", "全部": "ALL", "仅法定告知": "ALL",
}  # fmt: skip


def read_phone(cell: str) -> str:
    """Return a phone number in its normal form."""
    return parse_phone(cell).number


CUSTOMER_NO = TargetField(
    "customer_no",
    _("Customer number"),
    limit=20,
    group=WHOM,
    synonyms=("客户号", "客户编号", "customer number"),
)
CHANNEL = TargetField(
    "contact_channel", _("Channel"), Kind.CHOICE, choices=CHANNELS, group=CONSENT,
    synonyms=("联系渠道", "渠道", "channel"),
)  # fmt: skip

CONSENTS = Target(
    key="consents",
    label=_("Consents of customers"),
    permission=permissions.CONSENT,
    fields=(
        CUSTOMER_NO,
        TargetField(
            "purpose", _("What was agreed to"), Kind.CHOICE, required=True, choices=PURPOSES, group=CONSENT,
            synonyms=("同意事项", "处理目的", "目的", "purpose"),
        ),
        CHANNEL,
        TargetField(
            "granted_on", _("When it was said"), Kind.DATE, required=True, group=CONSENT,
            synonyms=("同意日期", "同意时间", "授权日期", "granted on", "date"),
        ),
        TargetField(
            "evidence", _("Where the proof lies"), required=True, group=CONSENT,
            synonyms=("凭证", "凭证编号", "表单编号", "录音编号", "evidence", "proof"),
        ),
        TargetField(
            "expires_on", _("Ends on"), Kind.DATE, group=CONSENT, synonyms=("到期日", "有效期至", "expires on"),
        ),
    ),
    keys=(("customer_no", "purpose", "contact_channel"), ("customer_no", "purpose")),
    check=check_consents,
    write=write_consents,
    order=50,
)  # fmt: skip

REFUSALS = Target(
    key="refusals",
    label=_("Do-not-contact list"),
    permission=permissions.REFUSAL,
    fields=(
        CUSTOMER_NO,
        TargetField(
            "phone", _("Phone"), parse=read_phone, personal=True, group=WHOM,
            synonyms=("电话", "手机", "手机号", "号码", "phone", "mobile"),
        ),
        CHANNEL,
        TargetField(
            "scope", _("What was refused"), Kind.CHOICE, choices=SCOPES, group=CONSENT, synonyms=("拒绝范围", "scope"),
        ),
        TargetField(
            "refused_on", _("Said"), Kind.DATE, group=CONSENT, synonyms=("拒绝日期", "登记日期", "refused on", "date"),
        ),
        TargetField("until", _("Binds until"), Kind.DATE, group=CONSENT, synonyms=("拒绝至", "禁联至", "until")),
        TargetField(
            "words", _("In the customer's words"), group=CONSENT, synonyms=("客户原话", "备注", "words", "note"),
        ),
    ),
    keys=(("customer_no",), ("phone",)),
    check=check_refusals,
    write=write_refusals,
    order=60,
)  # fmt: skip


def register() -> None:
    """Offer both as targets."""
    targets.add(CONSENTS)
    targets.add(REFUSALS)
