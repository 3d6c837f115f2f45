"""What customers do when something was announced."""

from keyuan.customers.events import CustomersAssigned, CustomersChanged, TasksChanged
from keyuan.customers.selectors.classification.columns import are_appointments, unclassified
from keyuan.customers.services.classification.events import complete_facts, reclassify_for_tasks, reclassify_now
from keyuan.customers.services.quality.events import requalify_now
from keyuan.customers.services.scores.writing import follow_customers
from keyuan.platform import clock
from keyuan.platform.events import handles


def someone_is_new(event: CustomersChanged) -> bool:
    """Tell whether one of them was never classified: bulk imports leave that to us."""
    return bool(unclassified(event.ids))


@handles(CustomersChanged, wanted=someone_is_new)
def classify_the_new(event: CustomersChanged) -> None:
    """Gather the facts of customers that were just entered, and classify them (CUS-5)."""
    complete_facts(unclassified(event.ids), clock.now())


@handles(CustomersAssigned)
def classify_the_assigned(event: CustomersAssigned) -> None:
    """An orphan found a person, or somebody lost theirs (CUS-5)."""
    reclassify_now(event.ids, clock.now())


@handles(CustomersAssigned)
def requalify_the_assigned(event: CustomersAssigned) -> None:
    """The records of customers follow them to whoever serves them now (CUS-11)."""
    requalify_now(event.ids, clock.now())


@handles(CustomersAssigned)
def move_scores_of_the_assigned(event: CustomersAssigned) -> None:
    """Scores follow customers to whoever serves them now, so that nobody else sees them (ANA-2, PLT-4)."""
    follow_customers(event.ids)


def is_appointment(event: TasksChanged) -> bool:
    """Tell whether one of the tasks is agreed with its customer."""
    return are_appointments(event.ids)


@handles(TasksChanged, wanted=is_appointment)
def classify_by_appointment(event: TasksChanged) -> None:
    """An appointment was made, moved or kept (CUS-5)."""
    reclassify_for_tasks(event.ids, clock.now())
