"""What a file of customers can say, column by column (PLT-9, CUS-1)."""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from keyuan.customers import permissions
from keyuan.customers.forms.likely_rows import MATCHING
from keyuan.customers.selectors.ethnic_groups import CHINESE_NAMES
from keyuan.customers.services.intake import check_customers, write_customers
from keyuan.kernel.codes import DocumentType, Education, Marriage, OccupationClass, Sex
from keyuan.kernel.errors import Refused
from keyuan.kernel.identifiers.email import parse_email
from keyuan.kernel.identifiers.phones import PhoneKind, parse_phone
from keyuan.kernel.identifiers.typed import compact
from keyuan.kernel.identifiers.uscc import parse_uscc
from keyuan.kernel.names import normalise_name
from keyuan.platform.imports import Kind, Target, TargetField, targets
from keyuan.platform.imports.values import text_parser

NAME_LIMIT, NUMBER_LIMIT = 120, 40

SEXES = {
    "男": Sex.MALE, "男性": Sex.MALE, "m": Sex.MALE, "male": Sex.MALE, "1": Sex.MALE,
    "女": Sex.FEMALE, "女性": Sex.FEMALE, "f": Sex.FEMALE, "female": Sex.FEMALE, "2": Sex.FEMALE,
    "未知": Sex.UNKNOWN, "unknown": Sex.UNKNOWN, "0": Sex.UNKNOWN, "未说明": Sex.UNSTATED, "9": Sex.UNSTATED,
}  # fmt: skip
KINDS = {
    "p": "P", "个人": "P", "自然人": "P", "person": "P", "individual": "P",
    "o": "O", "单位": "O", "机构": "O", "企业": "O", "团体": "O", "organisation": "O", "company": "O",
}  # fmt: skip
DOCUMENTS = {
    "身份证": DocumentType.RESIDENT_ID, "居民身份证": DocumentType.RESIDENT_ID, "二代身份证": DocumentType.RESIDENT_ID,
    "户口本": DocumentType.HOUSEHOLD_BOOKLET, "军官证": DocumentType.OFFICER, "护照": DocumentType.PASSPORT,
    "passport": DocumentType.PASSPORT, "出生证": DocumentType.BIRTH_CERTIFICATE,
    "驾驶证": DocumentType.DRIVING_LICENCE,
    "港澳居民来往内地通行证": DocumentType.HOME_RETURN_PERMIT, "回乡证": DocumentType.HOME_RETURN_PERMIT,
    "台湾居民来往大陆通行证": DocumentType.TAIWAN_TRAVEL_PERMIT, "台胞证": DocumentType.TAIWAN_TRAVEL_PERMIT,
    "港澳台居民居住证": DocumentType.RESIDENCE_PERMIT, "外国人永久居留身份证": DocumentType.FOREIGNER_RESIDENCE,
    "营业执照": DocumentType.BUSINESS_LICENCE, "组织机构代码证": DocumentType.ORGANISATION_CODE,
    "其他": DocumentType.OTHER,
}  # fmt: skip
EDUCATIONS = {
    "博士": Education.DOCTOR, "硕士": Education.MASTER, "研究生": Education.MASTER, "本科": Education.BACHELOR,
    "大专": Education.JUNIOR_COLLEGE, "专科": Education.JUNIOR_COLLEGE, "中专": Education.SECONDARY_TECHNICAL,
    "高中": Education.SENIOR_HIGH, "初中": Education.JUNIOR_HIGH, "小学": Education.PRIMARY, "其他": Education.OTHER,
}  # fmt: skip
MARRIAGES = {
    "未婚": Marriage.SINGLE, "single": Marriage.SINGLE, "已婚": Marriage.MARRIED, "married": Marriage.MARRIED,
    "丧偶": Marriage.WIDOWED, "widowed": Marriage.WIDOWED, "离异": Marriage.DIVORCED, "离婚": Marriage.DIVORCED,
    "divorced": Marriage.DIVORCED, "未说明": Marriage.UNSTATED,
}  # fmt: skip


#: Purposes of processing by their words; which fields each may use stands with the contexts above.
PURPOSES = {
    "保单服务": "SERVICE", "服务": "SERVICE", "service": "SERVICE", "营销": "MARKETING", "营销推介": "MARKETING",
    "marketing": "MARKETING", "转介绍": "REFERRAL", "referral": "REFERRAL", "关怀": "CARE", "care": "CARE",
}  # fmt: skip


def coded(words: Mapping[str, str], codes: type[StrEnum]) -> dict[str, str]:
    """Return ``words`` together with the codes themselves, as plain texts in lower case."""
    own = {str(code.value).lower(): str(code.value) for code in codes}
    return own | {word.lower(): str(code) for word, code in words.items()}


def ethnic_words() -> dict[str, str]:
    """Return ethnic groups by their codes and by their Chinese names with and without 族."""
    codes = [f"{number:02}" for number in range(1, len(CHINESE_NAMES) + 1)]
    named = dict(zip(CHINESE_NAMES, codes, strict=True))
    return {**dict(zip(codes, codes, strict=True)), **named, **{name + "族": code for name, code in named.items()}}


def read_name(cell: str) -> str:
    """Return a name in its normal form."""
    return str(text_parser(NAME_LIMIT)(normalise_name(cell)))


def read_mobile(cell: str) -> str:
    """Return a mobile or foreign number. Raises Refused contact.wrong_phone_kind for a fixed line."""
    phone = parse_phone(cell)
    if phone.kind in (PhoneKind.FIXED, PhoneKind.SERVICE):
        raise Refused("contact.wrong_phone_kind")
    return phone.number


def read_landline(cell: str) -> str:
    """Return a fixed line. Raises Refused contact.wrong_phone_kind for a mobile number."""
    phone = parse_phone(cell)
    if phone.kind is PhoneKind.MOBILE:
        raise Refused("contact.wrong_phone_kind")
    return phone.number


def read_number(cell: str) -> str:
    """Return a document number in capitals without blanks; its type decides later what else it must be."""
    return str(text_parser(NUMBER_LIMIT)(compact(cell)))


def read_uscc(cell: str) -> str:
    """Return a unified social credit code."""
    return parse_uscc(cell).number


ARCHIVE = _("Archive")
CONTACT = _("Contact")
COMPANY = _("Organisation")
SERVICE = _("Service")

PERSON_FIELDS = (
    TargetField(
        "name", _("Name"), parse=read_name, personal=True, group=ARCHIVE,
        synonyms=("姓名", "客户姓名", "客户名称", "名称", "投保人", "投保人姓名", "单位名称", "企业名称", "name",
        "customer name", "full name"),
    ),
    TargetField(
        "kind", _("Person or organisation"), Kind.CHOICE, choices=KINDS, group=ARCHIVE,
        synonyms=("客户类型", "客户性质", "customer type"),
    ),
    TargetField("sex", _("Sex"), Kind.CHOICE, choices=coded(SEXES, Sex), group=ARCHIVE, synonyms=("性别", "sex",
        "gender")),
    TargetField(
        "birth_on", _("Date of birth"), Kind.DATE, personal=True, group=ARCHIVE,
        synonyms=("出生日期", "生日", "出生年月日", "birth date", "date of birth", "birthday", "dob"),
    ),
    TargetField(
        "document_type", _("Document type"), Kind.CHOICE, choices=coded(DOCUMENTS, DocumentType), group=ARCHIVE,
        synonyms=("证件类型", "证件种类", "id type", "document type"),
    ),
    TargetField(
        "identity_number", _("Document number"), parse=read_number, personal=True, group=ARCHIVE,
        synonyms=("证件号码", "身份证号", "身份证号码", "身份证", "证件号", "id number", "identity number", "id no"),
    ),
    TargetField("nationality", _("Nationality"), limit=3, group=ARCHIVE, synonyms=("国籍", "nationality")),
    TargetField(
        "ethnic_group", _("Ethnic group"), Kind.CHOICE, choices=ethnic_words(), group=ARCHIVE,
        synonyms=("民族", "ethnic group"),
    ),
    TargetField("occupation", _("Occupation"), limit=60, group=ARCHIVE, synonyms=("职业", "工种", "occupation",
        "job")),
    TargetField("occupation_code", _("Occupation code"), limit=10, group=ARCHIVE, synonyms=("职业代码",
        "occupation code")),
    TargetField(
        "occupation_class", _("Occupation class"), Kind.CHOICE, choices=coded({}, OccupationClass), group=ARCHIVE,
        synonyms=("职业类别", "occupation class"),
    ),
    TargetField("employer", _("Employer"), limit=120, group=ARCHIVE, synonyms=("工作单位", "单位", "employer",
        "company")),
    TargetField(
        "income", _("Yearly income"), Kind.MONEY, personal=True, group=ARCHIVE,
        synonyms=("年收入", "个人年收入", "income", "annual income"),
    ),
    TargetField(
        "education", _("Education"), Kind.CHOICE, choices=coded(EDUCATIONS, Education), group=ARCHIVE,
        synonyms=("学历", "文化程度", "education"),
    ),
    TargetField(
        "marriage", _("Marital state"), Kind.CHOICE, choices=coded(MARRIAGES, Marriage), group=ARCHIVE,
        synonyms=("婚姻状况", "婚姻", "marital status"),
    ),
    TargetField("region_code", _("Region code"), limit=6, group=ARCHIVE, synonyms=("地区代码", "行政区划",
        "region code")),
    TargetField("note", _("Note"), limit=2000, group=ARCHIVE, synonyms=("备注", "note", "remark", "remarks")),
    TargetField(
        "mobile", _("Mobile"), parse=read_mobile, personal=True, group=CONTACT,
        synonyms=("手机", "手机号", "手机号码", "移动电话", "联系电话", "mobile", "mobile phone", "cell", "phone"),
    ),
    TargetField(
        "mobile2", _("Second mobile"), parse=read_mobile, personal=True, group=CONTACT,
        synonyms=("手机2", "备用手机", "第二手机", "mobile 2", "second mobile"),
    ),
    TargetField(
        "landline", _("Landline"), parse=read_landline, personal=True, group=CONTACT,
        synonyms=("固定电话", "座机", "家庭电话", "办公电话", "landline", "telephone"),
    ),
    TargetField(
        "email", _("E-mail"), parse=parse_email, personal=True, group=CONTACT,
        synonyms=("邮箱", "电子邮箱", "电子邮件", "email", "e-mail"),
    ),
    TargetField(
        "address", _("Address"), limit=200, personal=True, group=CONTACT,
        synonyms=("地址", "联系地址", "家庭地址", "通讯地址", "住址", "address"),
    ),
    TargetField("wechat", _("WeChat"), limit=60, personal=True, group=CONTACT, synonyms=("微信", "微信号", "wechat")),
    TargetField(
        "uscc", _("Unified social credit code"), parse=read_uscc, group=COMPANY,
        synonyms=("统一社会信用代码", "信用代码", "uscc"),
    ),
    TargetField(
        "legal_representative", _("Legal representative"), limit=60, personal=True, group=COMPANY,
        synonyms=("法定代表人", "法人", "legal representative"),
    ),
    TargetField("founded_on", _("Founded on"), Kind.DATE, group=COMPANY, synonyms=("成立日期", "founded")),
    TargetField("industry", _("Industry"), limit=40, group=COMPANY, synonyms=("行业", "所属行业", "industry")),
    TargetField("employees", _("Employees"), Kind.WHOLE, group=COMPANY, synonyms=("员工人数", "职工人数",
        "employees")),
    TargetField(
        "registered_capital", _("Registered capital"), Kind.MONEY, group=COMPANY,
        synonyms=("注册资本", "注册资金", "registered capital"),
    ),
)  # fmt: skip

CUSTOMERS = Target(
    key="customers",
    label=_("Customers"),
    permission=permissions.CREATE,
    fields=(
        TargetField(
            "customer_key",
            _("Customer number in the source"),
            limit=80,
            group=ARCHIVE,
            synonyms=(
                "客户号",
                "客户编号",
                "客户代码",
                "原客户号",
                "customer no",
                "customer id",
                "client id",
                "id client",
            ),
        ),
        *PERSON_FIELDS,
        TargetField(
            "collection_purpose",
            _("Purpose of collecting"),
            Kind.CHOICE,
            choices=PURPOSES,
            group=ARCHIVE,
            synonyms=("处理目的", "收集目的", "collection purpose"),
        ),
        TargetField(
            "agent_no",
            _("Number of the servicing agent"),
            limit=20,
            group=SERVICE,
            synonyms=(
                "服务人员工号",
                "服务人员",
                "业务员工号",
                "业务员代码",
                "业务员编号",
                "代理人工号",
                "agent no",
                "agent code",
            ),
        ),
    ),
    keys=(("customer_key",), ("identity_number",)),
    check=check_customers,
    write=write_customers,
    allows_row_keys=True,
    chunk_rows=1000,
    order=10,
    matching=MATCHING,
)


def register() -> None:
    """Offer customers as a target of imports."""
    targets.add(CUSTOMERS)
