"""What files of policies and of payments can say, column by column (PLT-9, POL-9)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.customers.intake import PERSON_FIELDS, SEXES, coded
from keyuan.kernel.codes import PaymentMethod, PayMode, PolicyStatus, ProductKind, Sex, TerminationReason, TermUnit
from keyuan.kernel.errors import Refused
from keyuan.kernel.identifiers.vehicle import parse_plate, parse_vin
from keyuan.platform.imports import Kind, Target, TargetField, targets
from keyuan.platform.imports.remembering import add_presets
from keyuan.policies import permissions
from keyuan.policies.rules.deliveries.states import State as ShipmentState
from keyuan.policies.selectors.deliveries.labels import CARRIERS
from keyuan.policies.services.deliveries.intake import STATES as RESULTS
from keyuan.policies.services.deliveries.intake import check_results, write_results
from keyuan.policies.services.intake import check_policies, write_policies
from keyuan.policies.services.intake_holders import PREFIX
from keyuan.policies.services.intake_payments import check_payments, write_payments

SMALL = 32_767
MAPPINGS = Path(__file__).with_name("mappings")

STATUSES = {
    "有效": PolicyStatus.IN_FORCE, "正常": PolicyStatus.IN_FORCE, "生效": PolicyStatus.IN_FORCE,
    "in force": PolicyStatus.IN_FORCE, "in-force": PolicyStatus.IN_FORCE, "active": PolicyStatus.IN_FORCE,
    "未生效": PolicyStatus.NOT_EFFECTIVE, "投保中": PolicyStatus.PENDING, "pending": PolicyStatus.PENDING,
    "中止": PolicyStatus.SUSPENDED, "失效": PolicyStatus.SUSPENDED, "lapsed": PolicyStatus.SUSPENDED,
    "终止": PolicyStatus.TERMINATED, "terminated": PolicyStatus.TERMINATED, "其他": PolicyStatus.OTHER,
}  # fmt: skip
REASONS = {
    "满期": TerminationReason.MATURED, "matured": TerminationReason.MATURED, "理赔": TerminationReason.CLAIM,
    "claim": TerminationReason.CLAIM, "退保": TerminationReason.SURRENDER, "surrender": TerminationReason.SURRENDER,
    "犹豫期退保": TerminationReason.COOLING_OFF, "当日撤单": TerminationReason.SAME_DAY_WITHDRAWAL,
}  # fmt: skip
PAY_MODES = {
    "趸交": PayMode.SINGLE, "趸缴": PayMode.SINGLE, "single": PayMode.SINGLE, "月交": PayMode.MONTHLY,
    "月缴": PayMode.MONTHLY, "monthly": PayMode.MONTHLY, "季交": PayMode.QUARTERLY, "季缴": PayMode.QUARTERLY,
    "quarterly": PayMode.QUARTERLY, "半年交": PayMode.HALF_YEARLY, "half-yearly": PayMode.HALF_YEARLY,
    "年交": PayMode.YEARLY, "年缴": PayMode.YEARLY, "yearly": PayMode.YEARLY, "annual": PayMode.YEARLY,
    "不定期": PayMode.IRREGULAR, "other": PayMode.OTHER,
}  # fmt: skip
KINDS = {
    "寿险": ProductKind.LIFE, "年金": ProductKind.ANNUITY, "年金险": ProductKind.ANNUITY,
    "两全": ProductKind.ENDOWMENT,
    "重疾": ProductKind.CRITICAL_ILLNESS, "重疾险": ProductKind.CRITICAL_ILLNESS, "医疗": ProductKind.MEDICAL,
    "医疗险": ProductKind.MEDICAL, "意外": ProductKind.ACCIDENT, "意外险": ProductKind.ACCIDENT,
    "团险": ProductKind.GROUP, "车险": ProductKind.MOTOR, "机动车": ProductKind.MOTOR, "财产": ProductKind.PROPERTY,
    "财产险": ProductKind.PROPERTY, "其他": ProductKind.OTHER,
}  # fmt: skip
UNITS = {
    "年": TermUnit.YEARS, "月": TermUnit.MONTHS, "天": TermUnit.DAYS, "日": TermUnit.DAYS, "岁": TermUnit.TO_AGE,
    "至岁": TermUnit.TO_AGE, "终身": TermUnit.WHOLE_LIFE, "趸交": TermUnit.SINGLE,
}  # fmt: skip
METHODS = {
    "现金": PaymentMethod.CASH, "银行卡": PaymentMethod.CARD, "信用卡": PaymentMethod.CREDIT_CARD,
    "借记卡": PaymentMethod.DEBIT_CARD, "转账": PaymentMethod.ELECTRONIC_TRANSFER, "支票": PaymentMethod.CHEQUE,
    "第三方支付": PaymentMethod.THIRD_PARTY, "微信": PaymentMethod.THIRD_PARTY, "支付宝": PaymentMethod.THIRD_PARTY,
    "其他": PaymentMethod.OTHER,
}  # fmt: skip

POLICY, PRODUCT, MONEY, DATES = _("Policy"), _("Product"), _("Premium"), _("Dates")
HOLDER, VEHICLE, DRIVERS, SERVICE = _("Holder"), _("Vehicle"), _("Drivers"), _("Service")


def read_plate(cell: str) -> str:
    """Return a plate in its normal form; one that is not ours is kept as it stands, up to ten signs."""
    try:
        return parse_plate(cell).number
    except Refused:
        plain = cell.strip().upper()
        if len(plain) > 10:
            raise
        return plain


def read_vin(cell: str) -> str:
    """Return a vehicle identification number; a wrong check digit is no reason to refuse a source's row."""
    return parse_vin(cell).number


def text(key: str, label: Any, limit: int, group: Any, *synonyms: str, **more: Any) -> TargetField:
    """Return a text field."""
    return TargetField(key, label, limit=limit, group=group, synonyms=synonyms, **more)


def whole(key: str, label: Any, group: Any, *synonyms: str, most: int = SMALL) -> TargetField:
    """Return a field of whole numbers."""
    return TargetField(key, label, Kind.WHOLE, most=most, group=group, synonyms=synonyms)


def money(key: str, label: Any, *synonyms: str, **more: Any) -> TargetField:
    """Return a field of amounts."""
    return TargetField(key, label, Kind.MONEY, group=more.pop("group", MONEY), synonyms=synonyms, **more)


def day(key: str, label: Any, *synonyms: str, **more: Any) -> TargetField:
    """Return a field of dates."""
    return TargetField(key, label, Kind.DATE, group=more.pop("group", DATES), synonyms=synonyms, **more)


def choice(key: str, label: Any, group: Any, choices: Mapping[str, str], *synonyms: str, **more: Any) -> TargetField:
    """Return a field of codes."""
    return TargetField(key, label, Kind.CHOICE, choices=choices, group=group, synonyms=synonyms, **more)


CARRIER_WORDS = {
    **{code.lower(): code for code in CARRIERS}, "邮政": "EMS", "邮政ems": "EMS", "顺丰": "SF", "顺丰速运": "SF",
    "京东": "JD", "京东物流": "JD", "中通": "ZTO", "中通快递": "ZTO",
}  # fmt: skip


POLICY_KEY = text(
    "policy_key", _("Policy's key in the source"), 80, POLICY, "policy key", "id policy", "保单主键", "保单标识"
)
POLICY_NO = text(
    "policy_no", _("Policy number"), 40, POLICY, "保单号", "保单号码", "保险单号", "policy no", "policy number"
)

POLICY_FIELDS = (
    POLICY_KEY,
    POLICY_NO,
    text("insurer_code", _("Insurer"), 10, POLICY, "保险公司代码", "insurer code"),
    text("application_no", _("Application number"), 40, POLICY, "投保单号", "application no"),
    choice("status", _("Status"), POLICY, coded(STATUSES, PolicyStatus), "保单状态", "状态", "status",
        "policy status"),
    choice(
        "termination_reason", _("Reason of termination"), POLICY, coded(REASONS, TerminationReason),
        "终止原因", "termination reason", "termination cause",
    ),
    TargetField("is_group", _("Group contract"), Kind.FLAG, group=POLICY, synonyms=("是否团单", "团单", "group")),
    text("product_code", _("Product code"), 30, PRODUCT, "险种代码", "产品代码", "product code", "plan code",
        required=True),
    text("product_name", _("Product name"), 80, PRODUCT, "险种名称", "产品名称", "险种", "product", "product name"),
    choice("product_kind", _("Product kind"), PRODUCT, coded(KINDS, ProductKind), "险种类别", "险类", "product kind"),
    money("sum_insured", _("Sum insured"), "保额", "保险金额", "基本保额", "sum insured", "coverage amount"),
    money("premium", _("Modal premium"), "保费", "期交保费", "保险费", "premium", "modal premium"),
    money("annual_premium", _("Annual premium"), "年交保费", "年化保费", "年保费", "annual premium"),
    choice(
        "pay_mode", _("Payment frequency"), MONEY, coded(PAY_MODES, PayMode),
        "交费方式", "缴费方式", "交费频率", "缴费频率", "交费间隔", "premium frequency", "pay freq", "payment mode",
    ),
    whole("pay_term", _("Payment term"), MONEY, "交费期间", "缴费年期", "交费年期", "pay term"),
    choice("pay_term_unit", _("Unit of the payment term"), MONEY, coded(UNITS, TermUnit), "交费期间单位",
        "pay term unit"),
    whole("cover_term", _("Cover term"), DATES, "保险期间", "保障期间", "cover term"),
    choice("cover_term_unit", _("Unit of the cover term"), DATES, coded(UNITS, TermUnit), "保险期间单位",
        "cover term unit"),
    day("applied_on", _("Applied on"), "投保日期", "application date"),
    day("issued_on", _("Issued on"), "承保日期", "签单日期", "出单日期", "issue date", "issued on"),
    day("effective_on", _("In force from"), "生效日期", "起保日期", "保险起期", "effective date", "start date",
        "inception date"),
    day("expires_on", _("Expires on"), "终止日期", "到期日期", "满期日期", "保险止期", "expiry date", "end date",
        "expiration date"),
    day("terminated_on", _("Terminated on"), "退保日期", "终止日", "termination date"),
    day("next_due_on", _("Next premium due on"), "下期应交日", "应交日期", "交费对应日", "next due date", "due date"),
    money("next_due_amount", _("Next premium due"), "下期保费", "应交保费", "next due amount"),
    text(
        "customer_key", _("Holder's number in the source"), 80, HOLDER,
        "客户号", "投保人客户号", "客户编号", "id client", "client id", "customer id", "customer no",
    ),
    *(
        TargetField(
            PREFIX + item.key, item.label, item.kind, limit=item.limit, choices=item.choices, parse=item.parse,
            personal=item.personal, group=HOLDER,
            synonyms=tuple(f"投保人{word}" for word in item.synonyms if not word.isascii())
            + (("投保人", "投保人姓名", "policyholder") if item.key == "name" else ()),
        )
        for item in PERSON_FIELDS
    ),
    text("vehicle.plate", _("Plate"), 10, VEHICLE, "车牌号", "号牌号码", "车牌", "plate", "licence plate",
        parse=read_plate),
    text("vehicle.vin", _("VIN"), 17, VEHICLE, "车架号", "VIN码", "识别代码", "vin", parse=read_vin),
    text("vehicle.make", _("Make"), 40, VEHICLE, "品牌", "厂牌", "vh make", "make"),
    text("vehicle.model", _("Model"), 60, VEHICLE, "车型", "厂牌型号", "vh model", "model"),
    text("vehicle.kind", _("Vehicle kind"), 20, VEHICLE, "车辆种类", "vh type", "vehicle type"),
    text("vehicle.usage", _("Use"), 30, VEHICLE, "使用性质", "pol usage", "usage"),
    text("vehicle.fuel", _("Fuel"), 20, VEHICLE, "燃料", "能源类型", "vh fuel", "fuel"),
    whole("vehicle.engine_ml", _("Engine, ml"), VEHICLE, "排量", "vh cyl", most=100_000),
    whole("vehicle.power_kw", _("Power, kW"), VEHICLE, "功率", "power kw", most=100_000),
    whole("vehicle.speed_kmh", _("Speed, km/h"), VEHICLE, "vh speed", most=1_000),
    whole("vehicle.mass_kg", _("Mass, kg"), VEHICLE, "整备质量", "vh weight", most=200_000),
    whole("vehicle.seats", _("Seats"), VEHICLE, "座位数", "核定载客", "seats", most=300),
    money("vehicle.value", _("Value"), "新车购置价", "车辆价值", "vh value", "vehicle value", group=VEHICLE),
    whole("vehicle.age_years", _("Age in years"), VEHICLE, "车龄", "vh age", most=200),
    day("vehicle.registered_on", _("First registered on"), "初登日期", "初次登记日期", "registration date",
        group=VEHICLE),
    text("vehicle.region_code", _("Region of the vehicle"), 10, VEHICLE, "行驶区域", "pol insee code"),
    TargetField(
        "vehicle.bonus_malus", _("Bonus-malus coefficient"), Kind.WHOLE, is_ratio=True, most=1_000_000, group=VEHICLE,
        synonyms=("无赔款优待系数", "ncd", "pol bonus", "bonus malus"),
    ),
    *(
        item
        for position, label in ((1, _("First driver")), (2, _("Second driver")))
        for item in (
            text(f"driver{position}.name", _("Name"), 60, label, personal=True),
            TargetField(
                f"driver{position}.sex", _("Sex"), Kind.CHOICE, choices=coded(SEXES, Sex), group=label,
                synonyms=(f"drv sex{position}",),
            ),
            whole(f"driver{position}.age_years", _("Age in years"), label, f"drv age{position}", most=150),
            whole(f"driver{position}.licence_years", _("Years of licence"), label, f"drv age lic{position}", most=150),
        )
    ),
    text("agent_no", _("Number of the servicing agent"), 20, SERVICE, "服务人员工号", "服务人员", "业务员工号",
        "业务员代码", "agent no", "agent code"),
    text("selling_agent_no", _("Number of the selling agent"), 20, SERVICE, "销售人员工号", "出单业务员",
        "selling agent"),
)  # fmt: skip

POLICIES = Target(
    key="policies",
    label=_("Policies"),
    permission=permissions.EDIT,
    fields=POLICY_FIELDS,
    keys=(("policy_key",), ("policy_no", "insurer_code"), ("policy_no",)),
    check=check_policies,
    write=write_policies,
    allows_row_keys=True,
    order=20,
)

PAYMENT = _("Payment")
PAYMENTS = Target(
    key="payments",
    label=_("Payments"),
    permission=permissions.EDIT,
    fields=(
        text(
            "payment_key",
            _("Payment's key in the source"),
            80,
            PAYMENT,
            "缴费流水号",
            "流水号",
            "payment id",
            "payment no",
        ),
        POLICY_KEY,
        POLICY_NO,
        day(
            "paid_on",
            _("Paid on"),
            "交费日期",
            "缴费日期",
            "到账日期",
            "paid on",
            "payment date",
            group=PAYMENT,
            required=True,
        ),
        money(
            "amount", _("Amount"), "金额", "交费金额", "缴费金额", "实收金额", "amount", group=PAYMENT, required=True
        ),
        whole("instalment_number", _("Instalment"), PAYMENT, "期次", "交费期次", "instalment"),
        choice("method", _("Method"), PAYMENT, coded(METHODS, PaymentMethod), "支付方式", "收费方式", "method"),
        text("receipt_no", _("Receipt number"), 30, PAYMENT, "收据号", "发票号", "receipt no"),
        text("reference", _("Reference"), 80, PAYMENT, "参考号", "交易号", "reference"),
        text("result", _("Result"), 20, PAYMENT, "扣款结果", "result"),
    ),
    keys=(("payment_key",), ("receipt_no",)),
    check=check_payments,
    write=write_payments,
    allows_row_keys=True,
    order=30,
)

SHIPMENT = pgettext_lazy("courier", "Shipment")
DELIVERIES = Target(
    key="shipments",
    label=pgettext_lazy("courier", "Deliveries"),
    permission=permissions.DELIVER,
    fields=(
        text("shipment_no", pgettext_lazy("courier", "Shipment number"), 20, SHIPMENT, "寄件编号", "shipment no"),
        text("tracking_no", pgettext_lazy("courier", "Tracking number"), 40, SHIPMENT, "运单号", "快递单号",
            "tracking no"),
        choice("carrier", pgettext_lazy("courier", "Courier"), SHIPMENT, CARRIER_WORDS, "快递公司", "courier"),
        choice("state", _("State"), SHIPMENT, coded(RESULTS, ShipmentState), "状态", "结果", "state", required=True),
        day("on", pgettext_lazy("courier", "On"), "日期", "签收日期", "date", group=SHIPMENT, required=True),
        text("words", _("Note"), 200, SHIPMENT, "备注", "说明", "note"),
    ),
    keys=(("shipment_no", "state"), ("tracking_no", "state")),
    check=check_results,
    write=write_results,
    allows_row_keys=True,
    order=60,
)  # fmt: skip


def register() -> None:
    """Offer policies and payments as targets, with the mappings of the books whose shape is known."""
    targets.add(POLICIES)
    targets.add(PAYMENTS)
    targets.add(DELIVERIES)
    add_presets(
        MAPPINGS,
        {
            "motor_book": _("Motor book of the French pricing game: policies"),
            "life_policies": _("US whole-life policies sold by agents, 1995 to 2010"),
        },
    )
