"""The questions every new contract is called back with: the seven of domain.md §A.4, and those of its design."""

from keyuan.service.rules.follow_ups.questions import BIRTH, SCALE, SINGLE, TEXT, Question

YES_NO = (("YES", "是"), ("NO", "否"))
YES = ("YES",)
CODE = "NEW_CONTRACT"
#: (GK) wording after [W32]; edited like any other questionnaire.
NEW_CONTRACT: tuple[Question, ...] = (
    Question(
        "BIRTH", BIRTH, "为核实您的身份，请问您的出生日期是哪年哪月哪日？",
        "由客户报出完整出生日期，不得提示。", short=True,
    ),
    Question("IDENTITY", SINGLE, "请问您是投保人本人吗？", "代接、代答一律不作为成功回访。", YES_NO, YES, short=True),
    Question(
        "PURCHASE", SINGLE, "这份保险是您本人购买的吗？投保单上投保人、被保险人是否均按要求亲笔签名？",
        "", YES_NO, YES, short=True,
    ),
    Question("DOCUMENTS", SINGLE, "您是否已阅读并理解产品说明书和投保提示书的内容？", "", YES_NO, YES),
    Question("COVER", SINGLE, "您是否了解保险责任、责任免除和保险期间？", "", YES_NO, YES),
    Question("SURRENDER", SINGLE, "您是否了解退保可能会有损失？", "", YES_NO, YES),
    Question(
        "COOLING_OFF", SINGLE, "您是否了解犹豫期的起算时间、期间以及您在犹豫期内享有的权利？", "", YES_NO, YES,
        short=True,
    ),
    Question(
        "PAYMENT", SINGLE, "您是否了解缴费期间和缴费频率？", "仅期交保单。", YES_NO, YES, regular_only=True,
    ),
    Question(
        "BONUS", SINGLE, "您是否了解保单红利水平是不确定的，不做保证？", "", YES_NO, YES, designs=("PARTICIPATING",),
        short=True,
    ),
    Question(
        "UNIVERSAL", SINGLE, "您是否了解最低保证利率以上的投资收益不确定，以及初始费用等费用扣除情况？", "", YES_NO,
        YES, designs=("UNIVERSAL",), short=True,
    ),
    Question(
        "UNIT_LINKED", SINGLE, "您是否了解各项费用扣除情况，以及投资风险由您自行承担？", "", YES_NO, YES,
        designs=("UNIT_LINKED",), short=True,
    ),
    Question("REMARK", TEXT, "客户的其他意见或需求", required=False, short=True),
)  # fmt: skip

SATISFACTION_CODE = "SATISFACTION"
SATISFACTION: tuple[Question, ...] = (
    Question("SCORE", SCALE, "请您为本次服务打分（0 至 10 分）", "", tuple((str(n), str(n)) for n in range(11))),
    Question("SOLVED", SINGLE, "您反映的事项是否已经解决？", "", YES_NO, YES),
    Question("WHY", TEXT, "还有哪些没有解决？", required=True, after="SOLVED", after_in=("NO",)),
    Question("REMARK", TEXT, "您还有什么建议？", required=False),
)
SERVICE_CODE = "SERVICE_VISIT"
SERVICE_VISIT: tuple[Question, ...] = (
    Question("CONTACT", SINGLE, "您的联系方式和地址有没有变化？", "", (("SAME", "没有变化"), ("CHANGED", "有变化"))),
    Question(
        "HELP", "MULTIPLE", "您目前需要哪些服务？", "不得借回访推销产品。",
        (("POLICY", "保单变更"), ("CLAIM", "理赔咨询"), ("PAYMENT", "缴费"), ("NONE", "暂不需要")),
    ),
    Question("SCORE", SCALE, "请您为我们的服务打分（0 至 10 分）", "", tuple((str(n), str(n)) for n in range(11))),
    Question("REMARK", TEXT, "客户的其他意见或需求", required=False),
)  # fmt: skip
