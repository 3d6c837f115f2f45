"""The questions every new contract is called back with: the seven of domain.md §A.4, and those of its design."""

from typing import Any

from keyuan.service.rules.follow_ups.questions import BIRTH, MULTIPLE, SCALE, SINGLE, TEXT, Question

YES_NO = (("YES", "是"), ("NO", "否"))
IN_ENGLISH = (("YES", "Yes"), ("NO", "No"))
YES = ("YES",)
CODE = "NEW_CONTRACT"


def _yes(key: str, text: str, english: str, hint: str = "", **more: Any) -> Question:
    """Return a question to which only a yes is as required."""
    return Question(key, SINGLE, text, hint, YES_NO, YES, english=english, english_options=IN_ENGLISH, **more)


#: (GK) wording after [W32]; edited like any other questionnaire.
NEW_CONTRACT: tuple[Question, ...] = (
    Question(
        "BIRTH", BIRTH, "为核实您的身份，请问您的出生日期是哪年哪月哪日？",
        "由客户报出完整出生日期，不得提示。", short=True, english="What is your full date of birth?",
    ),
    _yes(
        "IDENTITY", "请问您是投保人本人吗？", "Are you the policyholder yourself?", "代接、代答一律不作为成功回访。",
        short=True,
    ),
    _yes(
        "PURCHASE", "这份保险是您本人购买的吗？投保单上投保人、被保险人是否均按要求亲笔签名？",
        "Did you buy this insurance yourself, and did policyholder and insured sign the application themselves?",
        short=True,
    ),
    _yes(
        "DOCUMENTS", "您是否已阅读并理解产品说明书和投保提示书的内容？",
        "Have you read and understood the product description and the notice to applicants?",
    ),
    _yes(
        "COVER", "您是否了解保险责任、责任免除和保险期间？",
        "Do you know what is covered, what is excluded and how long the cover lasts?",
    ),
    _yes(
        "SURRENDER", "您是否了解退保可能会有损失？", "Do you know that surrendering the policy may cost you money?",
    ),
    _yes(
        "COOLING_OFF", "您是否了解犹豫期的起算时间、期间以及您在犹豫期内享有的权利？",
        "Do you know when the cooling-off period begins, how long it is and which rights it gives you?", short=True,
    ),
    _yes(
        "PAYMENT", "您是否了解缴费期间和缴费频率？", "Do you know for how long and how often you pay premiums?",
        "仅期交保单。", regular_only=True,
    ),
    _yes(
        "BONUS", "您是否了解保单红利水平是不确定的，不做保证？",
        "Do you know that bonuses are uncertain and not guaranteed?", designs=("PARTICIPATING",), short=True,
    ),
    _yes(
        "UNIVERSAL", "您是否了解最低保证利率以上的投资收益不确定，以及初始费用等费用扣除情况？",
        "Do you know that returns above the guaranteed rate are uncertain, and which charges are taken?",
        designs=("UNIVERSAL",), short=True,
    ),
    _yes(
        "UNIT_LINKED", "您是否了解各项费用扣除情况，以及投资风险由您自行承担？",
        "Do you know which charges are taken, and that you bear the investment risk?", designs=("UNIT_LINKED",),
        short=True,
    ),
    Question(
        "REMARK", TEXT, "您还有其他意见或需求吗？", required=False, short=True,
        english="Anything else you want to tell us",
    ),
)  # fmt: skip

MARKS = tuple((str(n), str(n)) for n in range(11))
SATISFACTION_CODE = "SATISFACTION"
SATISFACTION: tuple[Question, ...] = (
    Question(
        "SCORE", SCALE, "请您为本次服务打分（0 至 10 分）", "", MARKS,
        english="How do you rate this service, from 0 to 10?", english_options=MARKS,
    ),
    _yes("SOLVED", "您反映的事项是否已经解决？", "Has your matter been settled?"),
    Question(
        "WHY", TEXT, "还有哪些没有解决？", required=True, after="SOLVED", after_in=("NO",),
        english="What is still open?",
    ),
    Question("REMARK", TEXT, "您还有什么建议？", required=False, english="What else do you suggest?"),
)  # fmt: skip
SERVICE_CODE = "SERVICE_VISIT"
SERVICE_VISIT: tuple[Question, ...] = (
    Question(
        "CONTACT", SINGLE, "您的联系方式和地址有没有变化？", "", (("SAME", "没有变化"), ("CHANGED", "有变化")),
        english="Have your contact data or your address changed?",
        english_options=(("SAME", "No"), ("CHANGED", "Yes")),
    ),
    Question(
        "HELP", MULTIPLE, "您目前需要哪些服务？", "不得借回访推销产品。",
        (("POLICY", "保单变更"), ("CLAIM", "理赔咨询"), ("PAYMENT", "缴费"), ("NONE", "暂不需要")),
        english="With what can we help you now?",
        english_options=(
            ("POLICY", "Changing a policy"), ("CLAIM", "A claim"), ("PAYMENT", "Payments"), ("NONE", "Nothing"),
        ),
    ),
    Question(
        "SCORE", SCALE, "请您为我们的服务打分（0 至 10 分）", "", MARKS,
        english="How do you rate our service, from 0 to 10?", english_options=MARKS,
    ),
    Question(
        "REMARK", TEXT, "您还有其他意见或需求吗？", required=False, english="Anything else you want to tell us",
    ),
)  # fmt: skip
#: (GK) A retention offer is made once, and nothing holds the request up; third parties who "get it all back" for a fee
#: are prohibited (domain.md §A.6), so that naming one opens a work order.
RETENTION_CODE = "RETENTION"
RETENTION: tuple[Question, ...] = (
    Question(
        "REASON", SINGLE, "请问您考虑退保的主要原因是什么？",
        "挽留建议只提一次；客户坚持退保的，立即按退保流程办理，不得拖延或阻碍。",
        (
            ("MONEY", "需要资金或缴费困难"), ("PRODUCT", "产品不合适"), ("RETURN", "收益不及预期"),
            ("SERVICE", "对服务不满意"), ("OTHER", "其他"),
        ),
        english="What is your main reason for thinking of surrendering the policy?",
        english_options=(
            ("MONEY", "I need the money, or cannot pay"), ("PRODUCT", "The product does not suit me"),
            ("RETURN", "Returns below expectation"), ("SERVICE", "I am not content with the service"),
            ("OTHER", "Something else"),
        ),
    ),
    Question(
        "LOSS", SINGLE, "您是否知道退保可能会有损失，保障也将终止？", "", YES_NO,
        english="Do you know that you may lose money and that the cover ends?", english_options=IN_ENGLISH,
    ),
    Question(
        "OTHER_WAY", MULTIPLE, "您是否愿意了解以下其他办法？", "",
        (
            ("LOAN", "保单贷款"), ("REDUCE", "减少保额或减额交清"), ("PAY_LATER", "宽限期或变更缴费方式"),
            ("NONE", "不需要，继续办理退保"),
        ),
        english="Would you like to hear of another way?",
        english_options=(
            ("LOAN", "A policy loan"), ("REDUCE", "A lower sum, or no more premiums"),
            ("PAY_LATER", "Paying later or otherwise"), ("NONE", "No, go on with the surrender"),
        ),
    ),
    Question(
        "AGENCY", SINGLE, "是否有人以“代理退保”“全额退保”名义联系过您或收取费用？", "回答“是”的转工单核查。", YES_NO,
        ("NO",), english="Has anybody offered to get all your money back for a fee?", english_options=IN_ENGLISH,
    ),
    Question(
        "DECISION", SINGLE, "您目前的决定是？", "",
        (("KEEP", "保留保单"), ("THINK", "再考虑"), ("SURRENDER", "继续办理退保")),
        english="What do you decide now?",
        english_options=(("KEEP", "Keep the policy"), ("THINK", "Think it over"), ("SURRENDER", "Surrender it")),
    ),
    Question("REMARK", TEXT, "您还有其他意见或需求吗？", required=False, english="Anything else you want to tell us"),
)  # fmt: skip
