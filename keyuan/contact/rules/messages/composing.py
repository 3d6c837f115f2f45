"""From a template's text to what leaves: places filled, sign and way out put on, counted, checked (PLT-11)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from keyuan.contact.rules.messages import sms
from keyuan.contact.rules.messages.rendering import check_places, render, unused
from keyuan.contact.rules.messages.variables import Variable
from keyuan.contact.rules.messages.words import prohibited_in
from keyuan.contact.rules.purposes import SALES
from keyuan.kernel.errors import Refused

LANGUAGES = ("zh-hans", "zh-hant", "en")
SMS, EMAIL, WECHAT = "SMS", "EMAIL", "WECHAT"
CHANNELS = (SMS, EMAIL, WECHAT)
#: Characters of a body at most; a message of WeChat Work holds 2,048 bytes.
LONGEST = {SMS: 450, EMAIL: 5000, WECHAT: 600}
LONGEST_SUBJECT = 100
#: What stands before the address by which a reader of mail leaves the list.
MAIL_WAY_OUT = {
    "zh-hans": "如不希望再收到此类邮件，请点击：",
    "zh-hant": "如不希望再收到此類郵件，請點擊：",
    "en": "To stop receiving mail of this kind: ",
}


@dataclass(frozen=True, slots=True)
class Composed:
    """A message as it leaves; ``size`` counts text messages, ``words`` are prohibited ones that it uses."""

    subject: str
    body: str
    size: sms.Size
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class House:
    """What the sender puts on every message: the sign of text messages, the way out of marketing, refused words."""

    sign: str = ""
    way_out: str = ""
    words: tuple[str, ...] = ()


def is_promotion(kind: str) -> bool:
    """Tell whether a purpose of this kind sells, so that its messages offer a way out (domain.md D.1)."""
    return kind == SALES


def compose(
    channel: str,
    text: Mapping[str, str],
    variables: Iterable[Variable],
    values: Mapping[str, str],
    house: House,
    *,
    promotion: bool,
    url: str = "",
) -> Composed:
    """Return the message; ``text`` has language, subject and body. Raises Refused for a place without value."""
    language, declared = text["language"], tuple(variables)
    subject = render(text.get("subject", ""), declared, values, language)
    body = render(text["body"], declared, values, language)
    words = tuple(prohibited_in(f"{subject}\n{body}", house.words))
    if channel == SMS:
        body = sms.compose(body, sign=house.sign, way_out=house.way_out if promotion else "")
    elif promotion and channel == EMAIL and url:
        body = f"{body}\n\n-- \n{MAIL_WAY_OUT.get(language, MAIL_WAY_OUT['en'])}{url}\n"
    return Composed(subject, body, sms.size_of(body), words)


def check_texts(
    channel: str, texts: Mapping[str, Mapping[str, str]], variables: Iterable[Variable], house: House
) -> list[Refused]:
    """Return what keeps a template's texts from being approved; the field says which text (body_en)."""
    declared, wrong = tuple(variables), []
    if not any(text.get("body", "").strip() for text in texts.values()):
        return [Refused("template.empty", field="body_zh-hans")]
    for language, text in texts.items():
        wrong += _text_faults(channel, language, text, declared, house)
    spare = unused([part for text in texts.values() for part in (text.get("subject", ""), text["body"])], declared)
    if not wrong and spare:
        wrong.append(Refused("template.variable_unused", field="variables", name=", ".join(spare)))
    return wrong


def _text_faults(
    channel: str, language: str, text: Mapping[str, str], declared: tuple[Variable, ...], house: House
) -> list[Refused]:
    wrong = []
    for part in ("subject", "body"):
        try:
            check_places(text.get(part, ""), declared, field=f"{part}_{language}")
        except Refused as error:
            wrong.append(Refused(error.code, field=f"{part}_{language}", **error.params))
    if channel == EMAIL and not text.get("subject", "").strip():
        wrong.append(Refused("template.no_subject", field=f"subject_{language}"))
    if len(text["body"]) > LONGEST[channel]:
        wrong.append(Refused("template.long", field=f"body_{language}", most=LONGEST[channel]))
    if channel == SMS and ("【" in text["body"] or "】" in text["body"]):
        wrong.append(Refused("template.sign", field=f"body_{language}"))
    words = prohibited_in(f"{text.get('subject', '')}\n{text['body']}", house.words)
    if words:
        wrong.append(Refused("template.words", field=f"body_{language}", words="、".join(words)))
    return wrong
