"""What a template would say, to a made-up customer or to one in reach (PLT-11)."""

from dataclasses import dataclass
from datetime import date, datetime

from keyuan.contact.models import MessagePolicy
from keyuan.contact.rules.messages.composing import LANGUAGES, compose, is_promotion
from keyuan.contact.rules.messages.sms import Size
from keyuan.contact.rules.messages.variables import Source, Variable, VariableKind, read_variables
from keyuan.contact.selectors.messages.providers import policy
from keyuan.contact.selectors.terms import purposes
from keyuan.contact.services.messages.filling import Known, automatic, known_of
from keyuan.contact.services.messages.house import house
from keyuan.contact.services.messages.templates import TemplateContents
from keyuan.customers.models import Customer
from keyuan.customers.selectors import customers_visible_to
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused

#: Who the example speaks to.
SAMPLE = {
    Source.CUSTOMER_NAME: "周国栋",
    Source.SALUTATION: "周先生",
    Source.SERVICE_PERSON: "林晓岚",
    Source.SERVICE_UNIT: "西湖营业部",
}
#: Examples of places without one.
EXAMPLE = {
    VariableKind.TEXT: "示例",
    VariableKind.NAME: "示例",
    VariableKind.DATE: "2026-12-31",
    VariableKind.MONEY: "1234.50",
    VariableKind.NUMBER: "3",
    VariableKind.LINK: "https://example.cn/",
}


@dataclass(frozen=True, slots=True)
class Preview:
    """One language of a template as it would leave; ``words`` are prohibited ones, ``fault`` says what is wrong."""

    language: str
    subject: str = ""
    body: str = ""
    size: Size | None = None
    words: str = ""
    fault: Refused | None = None


def preview_texts(
    actor: Actor, channel: str, purpose: str, contents: TemplateContents, *, customer_no: str = "", now: datetime
) -> list[Preview]:
    """Return each language that has a text, filled for the customer with this number if the actor sees them.

    Raises Refused for wrong declarations.
    """
    variables = read_variables(contents.variables)
    terms = purposes().get(purpose)
    promotion = bool(terms and is_promotion(terms.kind))
    row = policy()
    known = _known(actor, customer_no.strip(), row, now)
    found = []
    for language in LANGUAGES:
        text = contents.texts.get(language)
        if not text or not (text.get("body") or text.get("subject")):
            continue
        values = {
            **{name: sample_of(variable) for name, variable in ((each.name, each) for each in variables)},
            **automatic(variables, known),
        }
        try:
            made = compose(channel, {"language": language, **text}, variables, values, house(row), promotion=promotion)
        except Refused as error:
            found.append(Preview(language, fault=error))
            continue
        size = made.size if channel == "SMS" else None
        found.append(Preview(language, made.subject, made.body, size, "、".join(made.words)))
    return found


def sample_of(variable: Variable) -> str:
    """Return the example of a place."""
    return variable.sample or EXAMPLE[variable.kind]


def _known(actor: Actor, customer_no: str, row: MessagePolicy, now: datetime) -> Known:
    seen = (
        customers_visible_to(actor, now=now).filter(customer_no=customer_no) if customer_no else Customer.objects.none()
    )
    customer = seen.first()
    if customer is not None:
        return known_of([customer.pk], row, now.date())[customer.pk]
    return Known("zh-hans", {**SAMPLE, **_own(row, now.date())})


def _own(row: MessagePolicy, today: date) -> dict[Source, str]:
    return {Source.COMPANY: row.company, Source.HOTLINE: row.hotline, Source.TODAY: today.isoformat()}
