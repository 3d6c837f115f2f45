"""What fills the places of a template from the record of each customer, in bulk (PLT-11)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from keyuan.contact.models import MessagePolicy, TemplateVersion
from keyuan.contact.rules.messages.variables import Source, Variable
from keyuan.contact.selectors.messages.templates import variables_of
from keyuan.customers.models import Customer
from keyuan.kernel.codes import Sex
from keyuan.kernel.names import split_surname
from keyuan.organisation.models import LEVEL_COLUMNS
from keyuan.organisation.selectors.agents import agent_names
from keyuan.organisation.selectors.units import unit_names

LANGUAGE_OF = {"en": "en"}
DEFAULT_LANGUAGE = "zh-hans"
TITLES = {Sex.MALE: "先生", Sex.FEMALE: "女士"}
#: What stands where the record knows nobody.
NOBODY = {"en": "customer service", "zh-hans": "客户服务中心", "zh-hant": "客戶服務中心"}
CUSTOMER = {"en": "customer", "zh-hans": "客户", "zh-hant": "客戶"}


@dataclass(frozen=True, slots=True)
class Known:
    """What the record says of one customer, by source; ``language`` is the one the customer reads."""

    language: str
    values: Mapping[Source, str]


def known_of(ids: Iterable[int], policy: MessagePolicy, today: date, language: str = "") -> dict[int, Known]:
    """Return what the records of customers say; ``language`` overrides theirs. A constant number of queries."""
    customers = list(Customer.objects.filter(pk__in=set(ids)).select_related("summary"))
    units = {row.pk: _unit_of(row) for row in customers}
    names = unit_names(units.values())
    agents = agent_names(row.summary.servicing_agent_id for row in customers)
    found = {}
    for row in customers:
        spoken = language or LANGUAGE_OF.get(row.language, DEFAULT_LANGUAGE)
        values = {
            Source.CUSTOMER_NAME: row.name or CUSTOMER[spoken],
            Source.SALUTATION: salutation(row.name, row.sex, row.kind == Customer.Kind.PERSON, spoken),
            Source.SERVICE_PERSON: agents.get(row.summary.servicing_agent_id or 0) or NOBODY[spoken],
            Source.SERVICE_UNIT: names.get(units[row.pk] or 0) or policy.company,
            Source.TODAY: today.isoformat(),
            Source.COMPANY: policy.company,
            Source.HOTLINE: policy.hotline,
        }
        found[row.pk] = Known(spoken, values)
    return found


def _unit_of(customer: Customer) -> int | None:
    """Return the nearest unit that serves a customer and has an office: section, sub-branch, branch."""
    levels = [getattr(customer.summary, column) for column in LEVEL_COLUMNS[:-1]]
    return next((unit for unit in reversed(levels) if unit), None)


def salutation(name: str, sex: str, is_person: bool, language: str) -> str:
    """Return how a customer is addressed: 王先生, 欧阳女士; the whole name where sex or surname is not known."""
    if not name:
        return CUSTOMER[language]
    surname, _given = split_surname(name)
    title = TITLES.get(Sex(sex)) if sex in set(Sex) else None
    if not is_person or not surname or title is None or language == "en":
        return name
    return f"{surname}{title}"


def filled(version: TemplateVersion, given: Mapping[str, str], known: Known) -> dict[str, str]:
    """Return the values of every place: what the sender gave and what the record says."""
    return {**given, **automatic(variables_of(version), known)}


def automatic(variables: Iterable[Variable], known: Known) -> dict[str, str]:
    """Return the values of the places that the record fills."""
    return {
        variable.name: known.values[variable.source]
        for variable in variables
        if variable.source is not Source.GIVEN and variable.source in known.values
    }
