"""How large the book is."""

from benchmarks.inside.django_ready import answer
from keyuan.customers.models import Customer
from keyuan.organisation.models import Agent
from keyuan.policies.models import Policy

#: Counting is exact: these numbers stand above every table.
TABLES = {"customers": Customer, "policies": Policy, "agents": Agent}

if __name__ == "__main__":
    answer({name: model._default_manager.count() for name, model in TABLES.items()})
