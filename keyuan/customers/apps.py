"""Django's handle on the customers."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Registers permissions, navigation, panels, lists, search and import targets."""

    name = "keyuan.customers"
    label = "customers"

    def ready(self) -> None:
        from keyuan.customers import extracts, intake, permissions
        from keyuan.customers.views import batch_query, contact_list, registration, search
        from keyuan.customers.views import lists as customer_lists
        from keyuan.customers.views.assignment import registration as assignment
        from keyuan.customers.views.classification import registration as classification
        from keyuan.customers.views.merging import registration as merging
        from keyuan.customers.views.quality import registration as quality
        from keyuan.customers.views.scores import registration as scores
        from keyuan.customers.views.segments import registration as segments
        from keyuan.platform.numbers import NumberSeries, number_series

        permissions.register()
        extracts.register()
        intake.register()
        number_series.add(NumberSeries("customer", "C", 10))
        customer_lists.register()
        contact_list.register()
        registration.register()
        search.register()
        batch_query.register()
        assignment.register()
        segments.register()
        classification.register()
        quality.register()
        scores.register()
        merging.register()
