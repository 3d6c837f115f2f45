"""Templates that the product comes with: written by nobody in the house, changed like any other (PLT-11)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from keyuan.contact.models import MessageTemplate, TemplateVersion
from keyuan.contact.rules.messages.variables import KIND_OF, Source, Variable, VariableKind

HANDOVER = "handover-notice"


@dataclass(frozen=True, slots=True)
class Shipped:
    """One template as it is shipped; ``given`` are the places that the sender fills."""

    code: str
    name: str
    channel: str
    purpose: str
    body: str
    subject: str = ""
    given: tuple[tuple[str, VariableKind, str, str], ...] = ()
    english: str = ""


#: Questionnaires of follow-ups by their link: one text for each purpose, in each way of writing.
_QUESTIONNAIRES = (
    (
        "NOTICE", "新单回访问卷", ("SMS",),
        "尊敬的{salutation}，请于{until}前点击{link}完成新单回访，核实投保信息，保障您在犹豫期内的权益。本回访不推销产品。咨询{hotline}。",
        "Dear {salutation}, please confirm the facts of your new policy at {link} by {until}. Questions: {hotline}.",
    ),
    (
        "SURVEY", "服务回访问卷", ("SMS", "EMAIL", "WECHAT"),
        "尊敬的{salutation}，请于{until}前点击{link}评价我们的服务，约需两分钟。本回访不推销产品。咨询{hotline}。",
        "Dear {salutation}, please tell us at {link} how we served you, by {until}. Questions: {hotline}.",
    ),
    (
        "SERVICE", "业务沟通问卷", ("SMS", "EMAIL", "WECHAT"),
        "尊敬的{salutation}，关于您咨询或申请的业务，请于{until}前点击{link}告诉我们您的想法，不影响业务办理。咨询{hotline}。",
        "Dear {salutation}, please tell us your wishes about your request at {link} by {until}. Questions: {hotline}.",
    ),
)  # fmt: skip
QUESTIONNAIRES = tuple(
    Shipped(
        f"follow-up-{purpose}-{way}".lower(), name, way, purpose, body, subject=name if way == "EMAIL" else "",
        given=(
            ("link", VariableKind.LINK, "问卷链接", "https://example.com/q/abc"),
            ("until", VariableKind.DATE, "有效期至", "2026-12-31"),
        ),
        english=english,
    )
    for purpose, name, ways, body, english in _QUESTIONNAIRES
    for way in ways
)  # fmt: skip
#: What underwriting owes the customer after its conclusion; reasons are health data and stand in none of them.
_OFFERED = "，由服务人员{service_person}当面说明，请确认是否接受。咨询{hotline}。"
_ENDED = "，已交保费将退回原账户。如需了解原因请咨询{hotline}。"
_UNDERWRITING = (
    ("loaded", "加费承保通知", "经核保需加费承保" + _OFFERED),
    ("exclusion", "除外责任承保通知", "经核保需附加除外责任承保" + _OFFERED),
    ("reduced", "降低保额承保通知", "经核保需降低保额承保" + _OFFERED),
    ("postponed", "延期承保通知", "经核保暂缓承保" + _ENDED),
    ("declined", "不予承保通知", "经核保未能承保" + _ENDED),
    ("refund", "投保保费退还通知", "有保费需退还，将退回您的原交费账户，请留意到账。如有疑问请咨询{hotline}。"),
)
UNDERWRITING = tuple(
    Shipped(
        f"uw-{code}", name, "SMS", "SERVICE", f"尊敬的{{salutation}}，您的投保单{{application_no}}{body}",
        given=(("application_no", VariableKind.TEXT, "投保单号", "T123456789012"),),
    )
    for code, name, body in _UNDERWRITING
)  # fmt: skip
SHIPPED = (
    *QUESTIONNAIRES,
    *UNDERWRITING,
    Shipped(
        HANDOVER,
        "服务人员变更告知",
        "SMS",
        "NOTICE",
        "尊敬的{salutation}，为您服务的人员已变更，今后由{service_unit}{service_person}为您服务，保单权益不变。"
        "如有疑问请致电{hotline}。",
        english="Dear {salutation}, {service_person} of {service_unit} serves you from now on. Your policies stay as "
        "they are. Questions: {hotline}.",
    ),
    Shipped(
        "renewal-reminder",
        "续期缴费提醒",
        "SMS",
        "RENEWAL",
        "尊敬的{salutation}，您的保单将于{due_on}应缴保费{amount}，请确保账户余额充足。咨询请联系{service_person}或致电{hotline}。",
        given=(
            ("due_on", VariableKind.DATE, "应缴日", "2026-12-31"),
            ("amount", VariableKind.MONEY, "应缴保费", "3600.00"),
        ),
    ),
    Shipped(
        "courier-sent",
        "单证寄出通知",
        "SMS",
        "NOTICE",
        "尊敬的{salutation}，您的保险单证已由{carrier}寄出，运单号{tracking_no}。请本人签收，签署回执后交回。咨询请致电{hotline}。",
        given=(
            ("carrier", VariableKind.TEXT, "快递公司", "EMS"),
            ("tracking_no", VariableKind.TEXT, "运单号", "EA123456789CN"),
        ),
    ),
    Shipped(
        "e-policy",
        "电子保单送达通知",
        "SMS",
        "NOTICE",
        "尊敬的{salutation}，您投保的{product}已承保，请点击{link}阅读并确认电子保单，确认之日起计算犹豫期。咨询请致电{hotline}。",
        given=(
            ("product", VariableKind.TEXT, "产品", "康宁终身重大疾病保险"),
            ("link", VariableKind.LINK, "电子保单链接", "https://example.com/p/abc"),
        ),
    ),
    Shipped(
        "cover-renewal",
        "保险到期提醒",
        "SMS",
        "RENEWAL",
        "尊敬的{salutation}，您的{product}将于{expires_on}到期，到期后保障终止。如需办理新一期保险请联系{service_person}或致电{hotline}。",
        given=(
            ("product", VariableKind.TEXT, "产品", "安心百万医疗保险"),
            ("expires_on", VariableKind.DATE, "到期日", "2026-12-31"),
        ),
    ),
    Shipped(
        "premium-overdue",
        "续期保费逾期提醒",
        "SMS",
        "RENEWAL",
        "尊敬的{salutation}，您的保单应于{due_on}交纳的保费{amount}元尚未到账，请在{grace_until}前交费，"
        "逾期合同效力中止。咨询请联系{service_person}或致电{hotline}。",
        given=(
            ("due_on", VariableKind.DATE, "应缴日", "2026-12-31"),
            ("amount", VariableKind.MONEY, "应缴保费", "3600.00"),
            ("grace_until", VariableKind.DATE, "宽限期止日", "2027-03-01"),
        ),
    ),
    Shipped(
        "birthday-greeting",
        "生日祝福",
        "SMS",
        "CARE",
        "亲爱的{salutation}，{company}祝您生日快乐，身体健康，万事如意！",
    ),
    Shipped(
        "claim-progress",
        "理赔进度告知",
        "SMS",
        "SERVICE",
        "尊敬的{salutation}，您的理赔申请目前进度：{progress}。如有疑问请致电{hotline}。",
        given=(("progress", VariableKind.TEXT, "进度", "资料已齐全，正在审核"),),
    ),
    Shipped(
        "review-invitation",
        "保障检视邀请",
        "EMAIL",
        "MARKETING",
        "尊敬的{salutation}：\n\n您好！{service_person}诚邀您进行一次免费的保障检视，了解现有保障是否仍适合您的家庭。\n"
        "预约请致电{hotline}。\n\n{company}",
        subject="保障检视邀请",
    ),
    Shipped(
        "benefit-maturity",
        "满期给付通知",
        "SMS",
        "SERVICE",
        "尊敬的{salutation}，您的{product}于{due_on}满期，可领满期金{amount}元。请携身份证与本人银行卡办理，服务人员不得代领。咨询{hotline}。",
        given=(
            ("product", VariableKind.TEXT, "产品", "鑫享两全保险"),
            ("due_on", VariableKind.DATE, "满期日", "2026-12-31"),
            ("amount", VariableKind.MONEY, "金额", "50000.00"),
        ),
    ),
    Shipped(
        "benefit-due",
        "生存金领取通知",
        "SMS",
        "SERVICE",
        "尊敬的{salutation}，您的{product}于{due_on}可领取生存金{amount}元，请凭身份证与本人银行卡办理。咨询{hotline}。",
        given=(
            ("product", VariableKind.TEXT, "产品", "颐年养老年金保险"),
            ("due_on", VariableKind.DATE, "应领日", "2026-12-31"),
            ("amount", VariableKind.MONEY, "金额", "8000.00"),
        ),
    ),
    Shipped(
        "benefit-dividend",
        "红利领取通知",
        "SMS",
        "SERVICE",
        "尊敬的{salutation}，您的{product}{due_on}保单周年红利{amount}元可领取，红利不保证。咨询{hotline}。",
        given=(
            ("product", VariableKind.TEXT, "产品", "臻享年金保险（分红型）"),
            ("due_on", VariableKind.DATE, "周年日", "2026-12-31"),
            ("amount", VariableKind.MONEY, "金额", "320.00"),
        ),
    ),
    Shipped(
        "uw-supplement",
        "投保资料补正通知",
        "SMS",
        "SERVICE",
        "尊敬的{salutation}，您的投保单{application_no}需补充资料，服务人员{service_person}将一次性告知您全部所需材料，请尽快补齐。",
        given=(("application_no", VariableKind.TEXT, "投保单号", "T123456789012"),),
    ),
    Shipped(
        "uw-exam",
        "体检通知",
        "SMS",
        "SERVICE",
        "尊敬的{salutation}，您的投保单{application_no}需要体检，预约日期{booked_on}，请空腹并携带身份证，由{service_person}陪同。",
        given=(
            ("application_no", VariableKind.TEXT, "投保单号", "T123456789012"),
            ("booked_on", VariableKind.DATE, "体检日期", "2026-12-31"),
        ),
    ),
    Shipped(
        "uw-first-premium",
        "首期保费通知",
        "SMS",
        "SERVICE",
        "尊敬的{salutation}，您投保的{product}已通过核保，请通过本人账户交纳首期保费，服务人员不得代收。咨询请致电{hotline}。",
        given=(("product", VariableKind.TEXT, "产品", "康宁终身重大疾病保险"),),
    ),
    Shipped(
        "uw-cancelled",
        "投保单逾期撤销通知",
        "SMS",
        "SERVICE",
        "尊敬的{salutation}，您的投保单{application_no}因逾期未补齐资料已撤销，已交保费将退回原账户。如需投保请联系{service_person}。",
        given=(("application_no", VariableKind.TEXT, "投保单号", "T123456789012"),),
    ),
    Shipped(
        "chat-code",
        "在线客服身份验证码",
        "SMS",
        "NOTICE",
        "您的在线客服验证码为{code}，10分钟内有效。工作人员不会向您索要验证码，请勿告知他人。",
        given=(("code", VariableKind.TEXT, "验证码", "246810"),),
        english="Your code for the online service is {code}, valid for 10 minutes. Never tell it to anybody.",
    ),
    Shipped(
        "pos-received",
        "保全受理通知",
        "SMS",
        "SERVICE",
        "尊敬的{salutation}，您的{item}申请（受理号{request_no}）已受理，办理结果将另行通知。如非本人申请请立即致电{hotline}。",
        given=(
            ("item", VariableKind.TEXT, "保全项目", "联系方式变更"),
            ("request_no", VariableKind.TEXT, "受理号", "B12345678901"),
        ),
    ),
    Shipped(
        "pos-papers",
        "保全补件通知",
        "SMS",
        "SERVICE",
        "尊敬的{salutation}，您的{item}申请（受理号{request_no}）需补充资料，服务人员{service_person}将一次性告知您全部所需资料。",
        given=(
            ("item", VariableKind.TEXT, "保全项目", "投保人变更"),
            ("request_no", VariableKind.TEXT, "受理号", "B12345678901"),
        ),
    ),
    Shipped(
        "pos-effective",
        "保全生效通知",
        "SMS",
        "SERVICE",
        "尊敬的{salutation}，您申请的{item}（受理号{request_no}）已办理完毕并生效。如非本人申请请立即致电{hotline}。",
        given=(
            ("item", VariableKind.TEXT, "保全项目", "交费方式变更"),
            ("request_no", VariableKind.TEXT, "受理号", "B12345678901"),
        ),
    ),
    Shipped(
        "pos-rejected",
        "保全审核不通过通知",
        "SMS",
        "SERVICE",
        "尊敬的{salutation}，您申请的{item}（受理号{request_no}）未通过审核：{reason}。如有疑问请致电{hotline}。",
        given=(
            ("item", VariableKind.TEXT, "保全项目", "复效"),
            ("request_no", VariableKind.TEXT, "受理号", "B12345678901"),
            ("reason", VariableKind.TEXT, "原因", "签名与预留样本不符"),
        ),
    ),
    Shipped(
        "pos-reversed",
        "保全回退通知",
        "SMS",
        "SERVICE",
        "尊敬的{salutation}，此前办理的{item}（受理号{request_no}）已撤回，保单恢复到变更前的状态。如有疑问请致电{hotline}。",
        given=(
            ("item", VariableKind.TEXT, "保全项目", "交费方式变更"),
            ("request_no", VariableKind.TEXT, "受理号", "B12345678901"),
        ),
    ),
)


def ship_templates(now: datetime) -> int:
    """Add those shipped templates that are not there; returns how many. Calling it again changes nothing."""
    there = set(MessageTemplate.objects.values_list("code", flat=True))
    missing = [shipped for shipped in SHIPPED if shipped.code not in there]
    with transaction.atomic():
        for shipped in missing:
            _ship(shipped, now)
    return len(missing)


def _ship(shipped: Shipped, now: datetime) -> None:
    template = MessageTemplate.objects.create(
        code=shipped.code, name=shipped.name, channel=shipped.channel, purpose=shipped.purpose, created_at=now
    )
    texts = {"zh-hans": {"subject": shipped.subject, "body": shipped.body}}
    if shipped.english:
        texts["en"] = {"subject": shipped.subject and "Questionnaire", "body": shipped.english}
    TemplateVersion.objects.create(
        template=template,
        number=1,
        status=TemplateVersion.Status.APPROVED,
        variables=[variable.to_json() for variable in _variables(shipped)],
        texts=texts,
        written_at=now,
        decided_at=now,
        submitted_at=now,
    )


def _variables(shipped: Shipped) -> list[Variable]:
    text = shipped.body + shipped.subject + shipped.english
    own = [
        Variable(str(source).lower(), KIND_OF[source], source=source)
        for source in Source
        if source is not Source.GIVEN and f"{{{str(source).lower()}}}" in text
    ]
    return own + [Variable(name, kind, label, sample=sample) for name, kind, label, sample in shipped.given]


def shipped_template(code: str, now: datetime) -> MessageTemplate:
    """Return a template that the system itself sends, adding it when it is not there."""
    found = MessageTemplate.objects.filter(code=code).first()
    if found is None:
        ship_templates(now)
        found = MessageTemplate.objects.get(code=code)
    return found
