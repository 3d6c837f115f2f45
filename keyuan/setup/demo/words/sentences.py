"""What stands on the timeline: templates without personal data, by kind of contact."""

#: kind, direction, purpose, outcome, seconds (longest), summary, weight.
TEMPLATES = (
    ("CALL", "OUT", "RENEWAL", "REACHED", 240, "续期交费提醒，客户表示按时存入扣款账户", 7.0),
    ("CALL", "OUT", "RENEWAL", "NOT_REACHED", 45, "续期交费提醒，振铃无人接听", 4.0),
    ("CALL", "OUT", "REVIEW", "AGREED", 420, "预约保障检视，客户同意面谈", 4.0),
    ("CALL", "OUT", "REVIEW", "FOLLOW_UP", 300, "介绍保障缺口，客户需与家人商量", 3.0),
    ("CALL", "OUT", "CARE", "REACHED", 150, "节日问候，客户近况良好", 3.0),
    ("CALL", "OUT", "SALES", "REFUSED", 90, "介绍新产品，客户暂无需求", 3.0),
    ("CALL", "OUT", "CALLBACK", "DONE", 380, "新契约回访成功，七项内容逐项确认", 3.0),
    ("CALL", "IN", "SERVICE", "DONE", 320, "咨询保单红利领取方式，已答复", 2.0),
    ("CALL", "IN", "SERVICE", "DONE", 280, "咨询变更交费账户所需资料，已告知", 2.5),
    ("CALL", "IN", "CLAIM", "FOLLOW_UP", 360, "咨询理赔进度，已告知预计时间", 2.0),
    ("CALL", "IN", "SERVICE", "DONE", 200, "查询下期应交日期与金额", 2.5),
    ("SMS", "OUT", "RENEWAL", "DONE", 0, "续期提醒短信已送达", 9.0),
    ("SMS", "OUT", "INFORM", "DONE", 0, "扣款成功通知短信已送达", 7.0),
    ("SMS", "OUT", "CARE", "DONE", 0, "生日祝福短信已送达", 5.0),
    ("SMS", "OUT", "INFORM", "DONE", 0, "电子保单签收提醒已送达", 2.0),
    ("SMS", "OUT", "SERVICE", "DONE", 0, "服务人员变更通知已送达", 1.5),
    ("WECHAT", "OUT", "CARE", "DONE", 0, "发送健康科普文章", 4.0),
    ("WECHAT", "IN", "SERVICE", "FOLLOW_UP", 0, "索取年金领取演示，已发送并说明非保证利益", 2.0),
    ("WECHAT", "IN", "REVIEW", "AGREED", 0, "回复可以见面，约定时间", 2.5),
    ("WECHAT", "OUT", "INFORM", "DONE", 0, "发送电子保单与条款", 3.0),
    ("VISIT", "OUT", "REVIEW", "DONE", 0, "上门拜访，完成保障检视", 3.5),
    ("VISIT", "OUT", "SERVICE", "DONE", 0, "送达纸质保单并签收回执", 2.0),
    ("VISIT", "OUT", "SALES", "FOLLOW_UP", 0, "面谈养老规划，客户关注领取年龄", 2.5),
    ("EMAIL", "OUT", "INFORM", "DONE", 0, "年度保单报告已发送", 2.0),
    ("EMAIL", "IN", "SERVICE", "DONE", 0, "来信索取发票，已补发", 0.7),
    ("CHAT", "IN", "SERVICE", "DONE", 0, "在线咨询住院医疗免赔额计算", 2.0),
    ("PORTAL", "IN", "SERVICE", "DONE", 0, "客户门户自助变更通讯地址", 1.6),
    ("PORTAL", "IN", "SERVICE", "DONE", 0, "客户门户下载电子发票", 1.6),
    ("LETTER", "OUT", "INFORM", "DONE", 0, "红利通知书已寄出", 1.4),
    ("EVENT", "OUT", "CARE", "DONE", 0, "参加客户节健康讲座", 1.0),
    ("EVENT", "OUT", "CARE", "DONE", 0, "参加少儿绘画活动", 0.6),
    ("PAYMENT", "NONE", "RENEWAL", "DONE", 0, "续期保费扣款成功", 4.5),
    ("PAYMENT", "NONE", "RENEWAL", "FOLLOW_UP", 0, "续期保费扣款失败，银行返回余额不足", 1.0),
    ("POLICY", "NONE", "SERVICE", "DONE", 0, "保单承保并生成电子保单", 3.0),
    ("NOTE", "NONE", "OTHER", "", 0, "记录：客户偏好晚间联系", 1.0),
)
#: Prospects are courted, not served.
PROSPECT_TEMPLATES = (3, 3, 4, 5, 5, 5, 13, 16, 16, 18, 22, 22, 29)
DETAILS = (
    "",
    "",
    "",
    "客户询问条款第五条保险责任，已逐条说明。",
    "已提示犹豫期与退保损失，客户知悉。",
    "下次联系前准备家庭保障一览表。",
    "客户希望周末联系。",
)

TAGS = (
    ("RISK_LAPSE", "续期风险", "RISK"),
    ("RISK_AGENT_LEFT", "服务人员离职", "RISK"),
    ("RISK_CONTACT", "联系方式失效", "RISK"),
    ("RISK_COMPLAINT", "投诉敏感", "RISK"),
    ("VALUE_NEAR_VIP", "临界贵宾", "VALUE"),
    ("VALUE_REFERRER", "乐于转介绍", "VALUE"),
    ("VALUE_MULTI", "多单客户", "VALUE"),
    ("VALUE_KEY", "大客户", "VALUE"),
    ("NEED_PENSION", "养老需求", "NEED"),
    ("NEED_EDUCATION", "教育金需求", "NEED"),
    ("NEED_HEALTH", "健康保障需求", "NEED"),
    ("NEED_MORTGAGE", "房贷责任期", "NEED"),
    ("NEED_NEW_PARENT", "新手父母", "NEED"),
    ("NEED_CAR", "有车一族", "NEED"),
)
HOBBIES = ("羽毛球", "钓鱼", "广场舞", "摄影", "阅读", "自驾游", "园艺", "书法", "跑步", "烹饪", "")
FEEDBACK = (
    ("理赔服务", "资料一次说清，到账快。"),
    ("续期提醒", "提醒及时，希望能提前一周。"),
    ("服务态度", "服务人员耐心，解释清楚。"),
    ("客户门户", "发票下载不太好找。"),
    ("产品条款", "条款字太小，希望有大字版。"),
)
CLAIM_CAUSES = {
    "MEDICAL": ("急性阑尾炎住院", "肺炎住院", "骨折住院", "胃炎门诊", "意外擦伤门急诊", "白内障手术"),
    "CRITICAL_ILLNESS": ("甲状腺恶性肿瘤", "急性心肌梗死", "乳腺恶性肿瘤", "脑中风后遗症"),
    "DEATH": ("疾病身故", "意外身故"),
    "DISABILITY": ("意外伤残",),
    "MOTOR": ("追尾，前部受损", "倒车刮擦", "停放时被撞", "暴雨涉水", "玻璃单独破碎"),
    "INJURY": ("与电动车碰撞，第三者受伤", "路口碰撞，人伤"),
    "PROPERTY": ("水管破裂", "台风损坏门窗"),
}
HEALTH_NOTES = ("高血压二级，规律服药", "甲状腺结节，每年复查", "青霉素过敏", "轻度脂肪肝", "腰椎间盘突出")
