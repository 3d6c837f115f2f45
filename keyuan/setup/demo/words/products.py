"""The invented insurer's catalogue: every kind of product of PRD-1, with what the book's policies draw from it."""

from dataclasses import dataclass

from keyuan.kernel.codes import ProductKind

LIFE, ANNUITY, ENDOWMENT = ProductKind.LIFE, ProductKind.ANNUITY, ProductKind.ENDOWMENT
ILLNESS, MEDICAL, ACCIDENT = ProductKind.CRITICAL_ILLNESS, ProductKind.MEDICAL, ProductKind.ACCIDENT
GROUP, MOTOR, PROPERTY, OTHER = ProductKind.GROUP, ProductKind.MOTOR, ProductKind.PROPERTY, ProductKind.OTHER
WHOLE_LIFE = 0
ALL = ("INDIVIDUAL", "BANCASSURANCE", "TELESALES", "ONLINE", "BROKERAGE")


@dataclass(frozen=True, slots=True)
class Offer:
    """One product. ``cover`` in years (0: whole life); ``premium`` is the median year's premium in yuan and ``times``
    the sum insured for each yuan of it; ``pay`` are payment terms in years, empty for a single premium at issue."""

    code: str
    name: str
    short: str
    kind: ProductKind
    cover: int
    pay: tuple[int, ...]
    premium: int
    times: int
    ages: tuple[int, int] = (18, 65)
    rider: bool = False
    design: str = "ORDINARY"
    waiting: int = 0
    channels: tuple[str, ...] = ALL
    complexity: int = 2
    needs: tuple[str, ...] = ()
    benefits: tuple[tuple[str, str, str, int | None], ...] = ()
    exclusions: str = ""

    @property
    def long(self) -> bool:
        """Tell whether the contract runs for more than a year."""
        return self.cover != 1


DEATH = ("DEATH", "身故保险金", "被保险人在保险期间内身故", 10_000)
DISABILITY = ("TPD", "全残保险金", "被保险人在保险期间内全残", 10_000)
MATURITY = ("MATURITY", "满期生存保险金", "保险期间届满时被保险人仍生存", 10_000)
SEVERE = ("CI", "重大疾病保险金", "等待期后首次确诊合同约定的重大疾病", 10_000)
MODERATE = ("MI", "中症疾病保险金", "等待期后首次确诊合同约定的中症疾病", 5_000)
MILD = ("LI", "轻症疾病保险金", "等待期后首次确诊合同约定的轻症疾病", 3_000)
INPATIENT = ("INPATIENT", "住院医疗保险金", "住院合理且必需的医疗费用，扣除免赔额后按比例给付", None)
INJURY = ("INJURY", "意外伤残保险金", "按《人身保险伤残评定标准》的伤残等级给付", 10_000)
PENSION = ("ANNUITY", "年金", "自约定领取日起被保险人生存，每年给付", None)
LIFE_EXCLUSIONS = "投保人故意杀害或伤害被保险人；被保险人故意犯罪或抗拒依法采取的刑事强制措施；合同成立或复效之日起二年内自杀；酒后驾驶、无合法有效驾驶证驾驶；战争、军事冲突、核爆炸。"
HEALTH_EXCLUSIONS = "等待期内确诊的疾病；遗传性疾病与先天性畸形；既往症；美容、整形；未经医师处方自行服药。"

OFFERS = (
    Offer("L1001", "鑫悦终身寿险", "鑫悦终身寿", LIFE, WHOLE_LIFE, (3, 5, 10), 18_000, 14, (0, 70), design="INCREASING", needs=("LIFE", "WEALTH"), benefits=(DEATH, DISABILITY), exclusions=LIFE_EXCLUSIONS),
    Offer("L1002", "安顺定期寿险", "安顺定期寿", LIFE, 30, (10, 20, 30), 2_400, 420, (18, 55), complexity=1, needs=("LIFE",), benefits=(DEATH, DISABILITY), exclusions=LIFE_EXCLUSIONS),
    Offer("L1003", "传世终身寿险（分红型）", "传世终身寿", LIFE, WHOLE_LIFE, (5, 10, 20), 26_000, 18, (18, 60), design="PARTICIPATING", complexity=3, needs=("WEALTH",), benefits=(DEATH,), exclusions=LIFE_EXCLUSIONS),
    Offer("L1004", "金账户终身寿险（万能型）", "金账户万能", LIFE, WHOLE_LIFE, (10, 20), 12_000, 12, (0, 65), design="UNIVERSAL", complexity=3, channels=("INDIVIDUAL", "BANCASSURANCE"), needs=("WEALTH",), benefits=(DEATH,), exclusions=LIFE_EXCLUSIONS),
    Offer("L1005", "远航终身寿险（投资连结型）", "远航投连", LIFE, WHOLE_LIFE, (5, 10), 20_000, 8, (18, 60), design="UNIT_LINKED", complexity=4, channels=("INDIVIDUAL", "BANCASSURANCE"), needs=("WEALTH",), benefits=(DEATH,), exclusions=LIFE_EXCLUSIONS),
    Offer("E2001", "鑫享两全保险", "鑫享两全", ENDOWMENT, 10, (3, 5, 10), 12_000, 6, (0, 65), needs=("ENDOWMENT",), benefits=(MATURITY, DEATH), exclusions=LIFE_EXCLUSIONS),
    Offer("E2002", "聚财宝两全保险（分红型）", "聚财宝两全", ENDOWMENT, 6, (), 60_000, 1, (18, 70), design="PARTICIPATING", channels=("BANCASSURANCE",), complexity=3, needs=("ENDOWMENT",), benefits=(MATURITY, DEATH), exclusions=LIFE_EXCLUSIONS),
    Offer("E2003", "金色童年少儿两全保险", "金色童年", ENDOWMENT, 20, (5, 10, 15), 6_000, 16, (0, 14), needs=("EDUCATION",), benefits=(MATURITY, DEATH), exclusions=LIFE_EXCLUSIONS),
    Offer("A3001", "臻享年金保险（分红型）", "臻享年金", ANNUITY, WHOLE_LIFE, (3, 5, 10), 30_000, 6, (0, 65), design="PARTICIPATING", complexity=3, needs=("ANNUITY", "WEALTH"), benefits=(PENSION, DEATH), exclusions=LIFE_EXCLUSIONS),
    Offer("A3002", "颐年养老年金保险", "颐年养老", ANNUITY, WHOLE_LIFE, (5, 10, 15, 20), 15_000, 14, (18, 60), needs=("PENSION",), benefits=(PENSION, DEATH), exclusions=LIFE_EXCLUSIONS),
    Offer("A3003", "育英教育年金保险", "育英教育金", ANNUITY, 25, (5, 10), 9_000, 12, (0, 12), needs=("EDUCATION",), benefits=(PENSION, DEATH), exclusions=LIFE_EXCLUSIONS),
    Offer("C4001", "康宁终身重大疾病保险", "康宁终身重疾", ILLNESS, WHOLE_LIFE, (10, 15, 20), 9_600, 38, (18, 55), waiting=90, needs=("CRITICAL_ILLNESS",), benefits=(SEVERE, MODERATE, MILD, DEATH), exclusions=HEALTH_EXCLUSIONS),
    Offer("C4002", "守护少儿重大疾病保险", "守护少儿重疾", ILLNESS, 30, (10, 15, 20), 1_800, 320, (0, 17), waiting=90, needs=("CRITICAL_ILLNESS",), benefits=(SEVERE, MODERATE, MILD), exclusions=HEALTH_EXCLUSIONS),
    Offer("C4003", "安康防癌疾病保险", "安康防癌", ILLNESS, 20, (10, 20), 3_600, 42, (30, 70), waiting=90, complexity=1, needs=("CRITICAL_ILLNESS",), benefits=(("CANCER", "恶性肿瘤保险金", "等待期后首次确诊恶性肿瘤", 10_000),), exclusions=HEALTH_EXCLUSIONS),
    Offer("M5001", "安心百万医疗保险", "安心百万医疗", MEDICAL, 1, (), 860, 2300, (0, 65), waiting=30, complexity=1, needs=("MEDICAL",), benefits=(INPATIENT,), exclusions=HEALTH_EXCLUSIONS),
    Offer("M5002", "惠民住院医疗保险", "惠民住院医疗", MEDICAL, 1, (), 480, 40, (0, 60), waiting=30, complexity=1, needs=("MEDICAL",), benefits=(INPATIENT,), exclusions=HEALTH_EXCLUSIONS),
    Offer("M5003", "学生平安综合保险", "学平险", MEDICAL, 1, (), 100, 800, (3, 24), complexity=1, needs=("MEDICAL", "ACCIDENT"), benefits=(INJURY, INPATIENT), exclusions=HEALTH_EXCLUSIONS),
    Offer("X6001", "畅行综合意外伤害保险", "畅行综合意外", ACCIDENT, 1, (), 300, 1700, (16, 65), complexity=1, needs=("ACCIDENT",), benefits=(DEATH, INJURY), exclusions=LIFE_EXCLUSIONS),
    Offer("X6002", "家家乐计生家庭意外伤害保险", "计生家庭意外", ACCIDENT, 1, (), 60, 500, (0, 70), complexity=1, needs=("ACCIDENT",), benefits=(DEATH, INJURY), exclusions=LIFE_EXCLUSIONS),
    Offer("G7001", "企业员工团体定期寿险", "团体定期寿", GROUP, 1, (), 42_000, 400, (16, 65), channels=("GROUP",), needs=("GROUP",), benefits=(DEATH, DISABILITY), exclusions=LIFE_EXCLUSIONS),
    Offer("G7002", "团体补充医疗保险", "团体补充医疗", GROUP, 1, (), 68_000, 40, (16, 65), channels=("GROUP",), needs=("GROUP",), benefits=(INPATIENT,), exclusions=HEALTH_EXCLUSIONS),
    Offer("G7003", "团体意外伤害保险", "团体意外", GROUP, 1, (), 18_000, 900, (16, 65), channels=("GROUP",), needs=("GROUP",), benefits=(DEATH, INJURY), exclusions=LIFE_EXCLUSIONS),
    Offer("V8001", "机动车交通事故责任强制保险", "交强险", MOTOR, 1, (), 950, 210, channels=(*ALL, "GROUP"), complexity=1, needs=("MOTOR",), benefits=(("MTPL_DEATH", "死亡伤残赔偿限额", "被保险机动车发生道路交通事故造成受害人死亡伤残", None), ("MTPL_MED", "医疗费用赔偿限额", "造成受害人受伤的医疗费用", None), ("MTPL_PROP", "财产损失赔偿限额", "造成受害人财产损失", None)), exclusions="受害人故意造成的损失；被保险人所有的财产及本车财产的损失；间接损失；仲裁或者诉讼费用。"),
    Offer("V8002", "机动车商业保险", "商业车险", MOTOR, 1, (), 3_400, 600, channels=(*ALL, "GROUP"), complexity=1, needs=("MOTOR",), benefits=(("OD", "机动车损失保险", "碰撞、自然灾害、盗抢、玻璃单独破碎等造成车辆损失", None), ("TPL", "机动车第三者责任保险", "依法应由被保险人承担的第三者损害赔偿责任", None), ("PASSENGER", "机动车车上人员责任保险", "车上人员人身伤亡的赔偿责任", None)), exclusions="饮酒、吸食毒品后驾驶；无证驾驶；肇事逃逸；改变使用性质未通知；自然磨损。"),
    Offer("P9001", "家庭财产综合保险", "家庭财产", PROPERTY, 1, (), 260, 2600, complexity=1, needs=("PROPERTY",), benefits=(("HOUSE", "房屋及室内财产", "火灾、爆炸、暴雨、管道破裂、盗抢造成的损失", None),), exclusions="自然磨损；违章建筑；金银首饰、现金、有价证券。"),
    Offer("P9002", "企业财产综合保险", "企业财产", PROPERTY, 1, (), 24_000, 1200, channels=("GROUP", "BROKERAGE"), needs=("PROPERTY",), benefits=(("ASSETS", "固定资产及存货", "列明的自然灾害与意外事故造成的损失", None),), exclusions="地震、核辐射；设计错误；盘点短缺。"),
    Offer("O9901", "雇主责任保险", "雇主责任", OTHER, 1, (), 12_000, 300, channels=("GROUP", "BROKERAGE"), needs=("GROUP",), benefits=(("EMPLOYER", "雇主责任", "雇员在工作期间伤亡依法应由雇主承担的赔偿责任", None),), exclusions="投保人故意行为；雇员自残、斗殴；战争。"),
    Offer("R1001", "附加投保人豁免保险费重大疾病保险", "附加豁免", ILLNESS, WHOLE_LIFE, (10, 20), 320, 30, (18, 55), rider=True, waiting=90, benefits=(("WAIVER", "豁免保险费", "投保人身故、全残或确诊重大疾病后免交后续保险费", None),), exclusions=HEALTH_EXCLUSIONS),
    Offer("R1002", "附加意外伤害医疗保险", "附加意外医疗", MEDICAL, 1, (), 120, 160, (0, 65), rider=True, complexity=1, benefits=(("ACC_MED", "意外医疗保险金", "意外伤害门急诊与住院医疗费用", None),), exclusions=HEALTH_EXCLUSIONS),
    Offer("R1003", "附加住院津贴医疗保险", "附加住院津贴", MEDICAL, 1, (), 180, 200, (0, 60), rider=True, complexity=1, waiting=30, benefits=(("DAILY", "住院日额津贴", "每住院一日按约定日额给付", None),), exclusions=HEALTH_EXCLUSIONS),
    Offer("R1004", "附加定期寿险", "附加定期寿", LIFE, 20, (10, 20), 900, 400, (18, 55), rider=True, complexity=1, benefits=(DEATH,), exclusions=LIFE_EXCLUSIONS),
)  # fmt: skip
POSITION = {offer.code: index for index, offer in enumerate(OFFERS)}


def positions(*codes: str) -> tuple[int, ...]:
    """Return the positions of products in `OFFERS`."""
    return tuple(POSITION[code] for code in codes)


#: What is sold to whom: positions and weights.
ADULT_LONG = (
    positions("L1001", "L1002", "L1003", "L1004", "L1005", "E2001", "A3001", "A3002", "C4001", "C4003"),
    (14, 10, 5, 4, 1.5, 16, 13, 9, 26, 6),
)
CHILD_LONG = (positions("E2003", "A3003", "C4002"), (30, 22, 48))
BANK_LONG = (positions("E2002", "A3001", "L1001", "L1004", "E2001"), (52, 20, 12, 8, 8))
ADULT_SHORT = (positions("M5001", "M5002", "X6001", "X6002", "P9001"), (38, 16, 26, 12, 8))
CHILD_SHORT = (positions("M5003", "M5001", "M5002"), (60, 28, 12))
MTPL, MOTOR_COMMERCIAL = positions("V8001", "V8002")
GROUP_OFFERS = positions("G7001", "G7002", "G7003", "P9002", "O9901")
RIDERS = positions("R1001", "R1002", "R1003", "R1004")
