"""The Chinese names of the items as they stand in messages and letters to customers, whatever language staff read."""

CHINESE = {
    "CONTACT": "联系方式变更", "PARTY_INFO": "客户资料变更", "ID_EXPIRY": "证件有效期更新", "HOLDER": "投保人变更",
    "BENEFICIARY": "受益人变更", "OCCUPATION": "职业变更", "PAY_ACCOUNT": "交费账号变更", "PAY_MODE": "交费方式变更",
    "RIDER": "附加险增减", "SUM_UP": "加保", "SUM_DOWN": "减保", "REDUCED_PU": "减额交清", "EXT_TERM": "展期",
    "REINSTATE": "复效", "LOAN": "保单贷款", "REPAY": "保单还款", "APL_ELECT": "自垫选择", "SURVIVAL": "生存金领取",
    "DIV_OPT": "红利领取方式变更", "TOPUP": "追加保费", "WITHDRAW": "部分领取", "SWITCH": "账户转换",
    "CONVERT": "保单转换", "MOVE": "保单迁移", "LOST": "保单挂失", "REISSUE": "保单补发", "WAIVER": "保费豁免",
    "WT": "犹豫期退保", "CT": "退保", "ENDORSE": "批改", "REVERSE": "保全回退",
}  # fmt: skip
