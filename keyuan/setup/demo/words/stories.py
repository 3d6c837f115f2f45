"""The named stories of the demo book: people whom README, tests and visitors find at once, all of the demo person's team.

Days count from the book's present day; amounts are in yuan.
"""

from dataclasses import dataclass

HEAD, SPOUSE, CHILD, PARENT = range(4)
MALE, FEMALE = 1, 2


@dataclass(frozen=True, slots=True)
class Hero:
    """One person. ``born`` is month and day; ``ahead`` instead makes the next birthday so many days from now."""

    key: str
    name: str
    role: int
    sex: int
    age: int
    phone: str = ""
    trade: str = "行政职员"
    income: int = 120_000
    born: tuple[int, int] = (5, 18)
    ahead: int | None = None
    orphan: bool = False


#: Family by family; each begins with its head.
HEROES = (
    Hero("zhou", "周国栋", HEAD, MALE, 46, "18612341402", "工程监理", 380_000, (6, 14)),
    Hero("zhou_wife", "李静", SPOUSE, FEMALE, 44, "13917720316", "会计", 210_000, (9, 2)),
    Hero("zhou_daughter", "周雨桐", CHILD, FEMALE, 15, "", "学生", 0, (3, 21)),
    Hero("zhou_father", "周德明", PARENT, MALE, 73, "13501640927", "离退休人员", 62_000, (10, 5)),
    Hero("he", "何美玲", HEAD, FEMALE, 52, "13661104410", "个体商户", 260_000),
    Hero("chen", "陈思远", HEAD, MALE, 31, "15201788893", "软件工程师", 310_000),
    Hero("ma", "马文博", HEAD, MALE, 43, "13918027736", "企业经营者", 520_000),
    Hero("tang", "唐秀英", HEAD, FEMALE, 57, "13564720918", "离退休人员", 70_000),
    Hero("wu", "吴建平", HEAD, MALE, 49, "17717053341", "机械装配工", 110_000),
    Hero("xu", "许嘉宁", HEAD, MALE, 39, "15021762265", "产品经理", 420_000, ahead=7),
    Hero("ouyang", "欧阳慧敏", HEAD, FEMALE, 47, "13801965507", "企业经营者", 1_600_000),
    Hero("zhang", "张敏", HEAD, FEMALE, 36, "13317849028", "人力资源专员", 190_000),
    Hero("guo", "郭振华", HEAD, MALE, 55, "18916206172", "货车司机", 130_000),
    Hero("jiang", "蒋丽萍", HEAD, FEMALE, 41, "18019273306", "护士", 140_000),
    Hero("gao", "高志远", HEAD, MALE, 38, "15121847719", "设计师", 180_000),
    Hero("huang", "黄宇航", HEAD, MALE, 28, "15802161187", "软件工程师", 240_000),
    Hero("shen", "沈佩华", HEAD, FEMALE, 62, "13701862054", "离退休人员", 58_000),
    Hero("sun", "孙桂兰", HEAD, FEMALE, 58, "13816053372", "离退休人员", 64_000, orphan=True),
    Hero("zheng", "郑海燕", HEAD, FEMALE, 45, "13524681190", "中小学教师", 150_000, orphan=True),
    Hero("qian", "钱永福", HEAD, MALE, 60, "13636491825", "离退休人员", 72_000, orphan=True),
)
#: The key account: the first organisation of the book.
KEY_ACCOUNT, KEY_ACCOUNT_NAME = "account", "上海浦江精工机电集团有限公司"


@dataclass(frozen=True, slots=True)
class Deal:
    """One contract, or one cover renewed for ``years``. ``due`` is how many days from now its next premium falls due
    (or its year ends), after ``paid`` instalments; ``tail`` closes the number of the latest policy."""

    holder: str
    offer: str
    due: int
    paid: int = 1
    premium: int = 0
    sum: int = 0
    pay: int = 20
    years: int = 1
    insured: str = ""
    tail: str = ""
    unpaid: bool = False
    fresh: int | None = None
    car: int | None = None


DEALS = (
    Deal("zhou", "C4001", -60, 5, 12_860, 500_000, 20, tail="204817", unpaid=True),
    Deal("zhou", "M5001", 45, 1, 1_460, 2_000_000, years=4, tail="530092"),
    Deal("zhou", "L1001", 112, 3, 18_600, 800_000, 10, tail="118306"),
    Deal("zhou", "A3002", 201, 2, 19_000, 260_000, 15, tail="771540"),
    Deal("zhou", "X6001", 88, 1, 540, 1_000_000, years=3, tail="660218"),
    Deal("zhou_wife", "C4001", 150, 4, 12_400, 400_000, 20, tail="204986"),
    Deal("zhou_wife", "M5001", 62, 1, 1_080, 2_000_000, years=3, tail="530117"),
    Deal("zhou_wife", "C4002", 96, 6, 5_900, 600_000, 20, insured="zhou_daughter", tail="318844"),
    Deal("he", "A3001", 86, 2, 24_000, 160_000, 10, tail="402775"),
    Deal("he", "M5002", 120, 1, 500, 20_000, years=5, tail="551208"),
    Deal("chen", "E2001", 350, 1, 8_400, 60_000, 10, fresh=15, tail="610384"),
    Deal("ma", "C4001", 7, 8, 23_600, 900_000, 20, tail="205531"),
    Deal("ma", "M5001", 160, 1, 1_300, 2_000_000, years=2, tail="530640"),
    Deal("ma", "V8001", 75, 1, 665, 200_000, years=3, car=0, tail="812004"),
    Deal("ma", "V8002", 75, 1, 4_120, 1_500_000, years=3, car=0, tail="812005"),
    Deal("tang", "E2001", 5, 10, 6_000, 60_000, 10, tail="410027"),
    Deal("tang", "A3001", 21, 6, 38_000, 240_000, 10, tail="402196"),
    Deal("wu", "C4001", 98, 9, 9_120, 200_000, 20, tail="203310"),
    Deal("wu", "M5001", 130, 1, 520, 1_000_000, years=4, tail="530288"),
    Deal("xu", "C4001", 14, 3, 17_200, 300_000, 20, tail="204402"),
    Deal("xu", "M5001", 44, 1, 1_120, 2_000_000, years=2, tail="530733"),
    Deal("ouyang", "L1003", 47, 5, 96_000, 2_000_000, 10, tail="119001"),
    Deal("ouyang", "A3001", 130, 4, 60_000, 400_000, 10, tail="402881"),
    Deal("ouyang", "C4001", 210, 7, 22_000, 1_000_000, 20, tail="204219"),
    Deal("ouyang", "M5001", 33, 1, 2_860, 4_000_000, years=5, tail="530019"),
    Deal("ouyang", "X6001", 140, 1, 1_200, 2_000_000, years=4, tail="660077"),
    Deal("ouyang", "V8001", 61, 1, 475, 200_000, years=5, car=1, tail="812310"),
    Deal("ouyang", "V8002", 61, 1, 3_465, 2_000_000, years=5, car=1, tail="812311"),
    Deal("zhang", "C4001", 59, 4, 21_000, 450_000, 20, tail="204588"),
    Deal("zhang", "M5001", 72, 1, 1_150, 2_000_000, years=3, tail="530501"),
    Deal("guo", "C4003", 133, 5, 6_800, 200_000, 10, tail="207714"),
    Deal("guo", "M5002", 40, 1, 480, 20_000, years=3, tail="551033"),
    Deal("jiang", "E2001", 71, 2, 11_200, 80_000, 5, tail="410388"),
    Deal("gao", "L1002", 218, 3, 3_650, 1_000_000, 20, tail="117790"),
    Deal("huang", "C4001", 353, 1, 6_000, 200_000, 20, fresh=-1, tail="205990"),
    Deal("shen", "E2001", -110, 4, 5_200, 40_000, 10, unpaid=True, tail="409113"),
    Deal("sun", "A3002", 140, 4, 12_450, 180_000, 15, tail="770116"),
    Deal("zheng", "C4001", 66, 5, 9_600, 300_000, 20, tail="204075"),
    Deal("qian", "L1001", 30, 2, 6_400, 200_000, 10, tail="118870"),
    Deal("account", "G7001", 92, 1, 186_000, 60_000_000, years=4, tail="700101"),
    Deal("account", "G7002", 92, 1, 412_000, 12_000_000, years=4, tail="700102"),
    Deal("account", "P9002", 180, 1, 96_000, 120_000_000, years=2, tail="900015"),
    Deal("account", "O9901", 180, 1, 58_000, 20_000_000, years=2, tail="990008"),
)


@dataclass(frozen=True, slots=True)
class Talk:
    """One entry of the timeline, ``days`` ago at ``at`` (hour, minute)."""

    who: str
    days: int
    at: tuple[int, int]
    kind: str
    direction: str
    purpose: str
    outcome: str
    summary: str
    seconds: int = 0
    staff: str = "林晓岚"


TALKS = (
    Talk("zhou", 1, (16, 20), "CALL", "OUT", "RENEWAL", "NOT_REACHED", "呼出未接通，振铃 40 秒，当日第 2 次", 40),
    Talk(
        "zhou", 2, (10, 5), "SMS", "OUT", "RENEWAL", "DONE", "续期提醒短信已送达，模板「宽限期届满前 2 日」", 0, "系统"
    ),
    Talk(
        "zhou",
        4,
        (8, 0),
        "PAYMENT",
        "NONE",
        "RENEWAL",
        "FOLLOW_UP",
        "第 6 期续期扣款失败，康宁终身重疾，银行返回「余额不足」",
        0,
        "系统",
    ),
    Talk(
        "zhou",
        11,
        (17, 8),
        "CLAIM",
        "NONE",
        "CLAIM",
        "DONE",
        "住院医疗理赔结案，赔付 4,236.80 元，用时 2 个工作日",
        0,
        "系统",
    ),
    Talk(
        "zhou", 12, (14, 32), "CALL", "IN", "CLAIM", "DONE", "呼入，咨询理赔进度，已核身并告知赔付时间", 205, "沈佳怡"
    ),
    Talk("zhou", 19, (10, 30), "VISIT", "OUT", "REVIEW", "DONE", "上门拜访，保障检视；客户关注父母养老与房贷余额"),
    Talk(
        "zhou",
        28,
        (20, 14),
        "WECHAT",
        "IN",
        "SERVICE",
        "DONE",
        "微信回复，索取年金演示；已发送计划书，含非保证利益说明",
    ),
    Talk(
        "zhou",
        43,
        (9, 41),
        "PORTAL",
        "IN",
        "SERVICE",
        "DONE",
        "变更通讯地址，客户门户自助办理，保单同步更新",
        0,
        "系统",
    ),
    Talk("zhou", 46, (11, 20), "NOTE", "IN", "CLAIM", "DONE", "理赔满意度 5 分：「资料一次说清，到账快」", 0, "系统"),
    Talk("zhou", 120, (15, 0), "VISIT", "OUT", "CARE", "DONE", "送达保单年度报告，说明现金价值"),
    Talk("zhou_wife", 33, (11, 15), "WECHAT", "OUT", "CARE", "DONE", "发送健康体检预约说明"),
    Talk(
        "he",
        8,
        (15, 20),
        "CALL",
        "IN",
        "COMPLAINT",
        "FOLLOW_UP",
        "投诉：臻享年金收益演示与合同不符，要求书面说明",
        640,
        "沈佳怡",
    ),
    Talk(
        "he",
        7,
        (10, 2),
        "CALL",
        "OUT",
        "COMPLAINT",
        "REACHED",
        "首次联系，已受理投诉，说明处理期限 15 日",
        310,
        "沈佳怡",
    ),
    Talk("he", 1, (11, 23), "SMS", "OUT", "COMPLAINT", "DONE", "您的投诉已受理，我们将书面答复", 0, "系统"),
    Talk("he", 100, (14, 0), "VISIT", "OUT", "SALES", "AGREED", "面谈年金方案，说明演示利益为非保证利益"),
    Talk("chen", 2, (19, 31), "CALL", "OUT", "CALLBACK", "NOT_REACHED", "新契约回访，无人接听，第 2 次", 45),
    Talk("chen", 6, (12, 10), "CALL", "OUT", "CALLBACK", "FOLLOW_UP", "新契约回访，客户开会，约定今日 19:30 后", 52),
    Talk("chen", 16, (18, 20), "VISIT", "OUT", "SALES", "DONE", "签署投保单，双录完成"),
    Talk("ma", 3, (10, 40), "SMS", "OUT", "RENEWAL", "DONE", "扣款账户到期提醒短信已送达", 0, "系统"),
    Talk("tang", 6, (9, 50), "CALL", "OUT", "SERVICE", "REACHED", "满期提醒，客户将登记领取账户", 260),
    Talk("wu", 4, (16, 33), "SMS", "OUT", "CLAIM", "DONE", "理赔补充资料通知已送达：出院小结", 0, "系统"),
    Talk("xu", 8, (14, 20), "WECHAT", "IN", "REVIEW", "AGREED", "转介绍同事一位，约定面谈"),
    Talk("ouyang", 4, (15, 30), "VISIT", "OUT", "REVIEW", "DONE", "半年度保障检视，关注传承安排"),
    Talk("zhang", 1, (9, 5), "WECHAT", "IN", "REVIEW", "AGREED", "微信回复「可以，周四下午见」"),
    Talk("guo", 1, (9, 2), "CALL", "IN", "CLAIM", "DONE", "咨询住院医疗免赔额如何计算，已答复", 240, "沈佳怡"),
    Talk("jiang", 28, (10, 10), "SMS", "OUT", "RENEWAL", "DONE", "扣款成功通知短信已送达", 0, "系统"),
    Talk("gao", 348, (10, 10), "CALL", "OUT", "CARE", "REACHED", "节日问候", 120),
    Talk("huang", 5, (14, 0), "CALL", "OUT", "SERVICE", "REACHED", "提醒签收电子保单回执", 90),
    Talk("shen", 47, (10, 0), "LETTER", "OUT", "INFORM", "DONE", "效力中止通知书已寄出，说明复效办法", 0, "系统"),
    Talk("account", 15, (10, 0), "VISIT", "OUT", "SERVICE", "DONE", "与人事部核对被保险人名单，新增 12 人、减少 5 人"),
    Talk("account", 40, (15, 0), "CALL", "IN", "CLAIM", "DONE", "咨询员工补充医疗理赔流程，已寄送指引", 420, "沈佳怡"),
)


@dataclass(frozen=True, slots=True)
class Case:
    """One claim under the policy with ``tail``; ``days`` ago, amounts in fen."""

    tail: str
    kind: str
    cause: str
    status: str
    days: int
    claimed: int
    paid: int | None


CASES = (
    Case("530092", "MEDICAL", "急性阑尾炎住院", "CLOSED", 16, 523_680, 423_680),
    Case("530288", "MEDICAL", "骨折住院", "AWAITING_DOCS", 4, 623_500, None),
    Case("551033", "MEDICAL", "肺炎住院", "CLOSED", 9, 561_250, 481_250),
)


@dataclass(frozen=True, slots=True)
class Duty:
    """One open task beyond those that follow from the facts; due ``days`` from now at ``at``, stake in yuan."""

    who: str
    kind: str
    days: int
    at: tuple[int, int]
    title: str
    reason: str
    stake: int = 0


DUTIES = (
    Duty("he", "COMPLAINT", 0, (17, 0), "投诉待补充说明", "臻享年金收益演示争议，须上传面谈记录，不可暂停"),
    Duty("ma", "RENEWAL", 6, (18, 0), "续期扣款卡将失效", "续期扣款日前，预留银行卡到期，请变更交费账户", 23_600),
    Duty("sun", "ORPHAN", 3, (18, 0), "孤儿单待接收", "原服务人员离职，逾期退回客户资源管理岗", 12_450),
    Duty("zheng", "ORPHAN", 3, (18, 0), "孤儿单待接收", "原服务人员离职，逾期退回客户资源管理岗", 9_600),
    Duty("qian", "ORPHAN", 3, (18, 0), "孤儿单待接收", "原服务人员离职，逾期退回客户资源管理岗", 6_400),
)
#: Tag codes on heroes.
LABELS = (
    ("he", "RISK_COMPLAINT"),
    ("account", "VALUE_KEY"),
    ("zhou", "NEED_MORTGAGE"),
    ("zhou", "VALUE_MULTI"),
    ("ouyang", "VALUE_REFERRER"),
)
