"""Sentences of the codes that the customers' rules and services return: what is wrong where, and what to do."""

from django.utils.translation import gettext_lazy as _

from keyuan.platform.wording import add_sentences

SENTENCES = {
    "customer.not_found": _("This customer does not exist, or is not within your reach."),
    "customer.name_missing": _("Enter the name."),
    "customer.birth_in_future": _("The birth date lies in the future. Check it and enter it again."),
    "customer.too_old": _(
        "The birth date would make the customer older than %(years)s years. Check it and enter it again."
    ),
    "customer.death_before_birth": _("The date of death lies before the birth date. Check both dates."),
    "customer.death_in_future": _("The date of death lies in the future. Check it and enter it again."),
    "customer.lunar_incomplete": _("Choose month and day of the lunar birthday, or enter the birth date."),
    "customer.lunar_impossible": _("This lunar day does not exist. Choose month and day again."),
    "customer.lunar_mismatch": _(
        "The lunar birthday is not the one of the birth date. Please ask the customer which is kept."
    ),
    "customer.body_figure": _("The value must lie between %(least)s and %(most)s. Check it and enter it again."),
    "customer.negative_income": _("The income cannot be below 0. Check it and enter it again."),
    "customer.in_future": _("This date lies in the future. Check it and enter it again."),
    "customer.founded_in_future": _("The founding date lies in the future. Check it and enter it again."),
    "customer.year": _("The year must lie between %(least)s and %(most)s. Check it and enter it again."),
    "customer.year_twice": _("This year stands here already. Combine both rows."),
    "customer.no_unit": _("There is no unit that could serve this customer. Ask your administrator for a unit."),
    "customer.not_editable": _("This field cannot be changed here."),
    "customer.nothing_sealed": _("There is nothing to show here, or it is not within your reach."),
    "customer.duplicate": _("A similar customer exists. Compare them, or confirm that this is somebody else."),
    "date.unreadable": _("This is no date. Enter it as 2025-03-08."),
    "field.choice": _("Choose one of the values offered."),
    "sealed.masked": _("This is a masked value with *. Enter the whole value, or leave the field empty."),
    "document.ends_before_start": _("The document ends before it begins. Check both dates."),
    "contact.not_found": _("This contact does not exist, or is not within your reach."),
    "contact.wrong_phone_kind": _("This number is of another kind. Choose mobile phone or fixed line to fit it."),
    "contact.empty": _("Enter a value, or remove the row."),
    "contact.too_long": _("More than %(most)s characters. Shorten it and enter it again."),
    "contact.reason_missing": _("State why it does not reach the customer."),
    "household.not_found": _("This household does not exist, or is not within your reach."),
    "household.elsewhere": _("This person belongs to another household. Remove them there first."),
    "household.persons_only": _("Only persons belong to a household."),
    "household.role": _("Choose what the member is to the head of the household."),
    "household.head": _("The head cannot leave while others belong to the household. Remove the others first."),
    "relation.not_found": _("This relation does not exist, or is not within your reach."),
    "relation.kind": _("Choose the kind of relation."),
    "relation.self": _("A customer cannot be related to themselves. Choose another customer."),
    "relation.several": _("Several customers fit: %(names)s. Type the customer number."),
    "relation.no_such_customer": _("No customer within your reach has this number. Search and choose one."),
    "assignment.no_such_agent": _("This service person does not exist within your reach. Choose another one."),
    "assignment.agent_inactive": _("This service person is not active. Choose another one."),
    "assignment.reason_missing": _("State why the customer is assigned."),
    "interaction.not_found": _("This entry does not exist, or is not within your reach."),
    "interaction.in_future": _("The contact cannot lie in the future. Check date and time."),
    "interaction.empty": _("Say in a few words what it was about."),
    "tag.not_found": _("This tag does not exist any more. Choose another one."),
    "task.not_found": _("This task does not exist, or is not within your reach."),
    "task.no_title": _("Say what is to be done."),
    "task.due_in_past": _("The deadline has passed already. Choose a later one."),
    "task.closed_already": _("Somebody closed this task already."),
    "task.reason_missing": _("State why it is not needed."),
    "task.reason_vanished": _("The reason of this task fell away; make a new one if something is still to be done."),
    "task.reassign_reason": _("State why the tasks go to somebody else."),
    "task.given": _("%(count)s tasks were given to you."),
    "task.nudged": _("%(by)s reminds you of %(count)s tasks."),
    "task_rule.not_found": _("This rule does not exist, or is not within your reach."),
    "task_rule.missing": _("Fill in this field."),
    "task_rule.occasion": _("Choose one of the occasions offered."),
    "task_rule.place": _("The place {%(place)s} does not exist for this occasion. Use %(places)s."),
    "task_rule.days": _("Choose a distance of at most %(most)s days."),
    "task_rule.due_days": _("Choose between 0 and %(most)s days."),
    "task_rule.code": _("Use 2 to 40 small letters, digits and hyphens, beginning with a letter."),
    "task_rule.code_taken": _("Another rule has this code. Choose another one."),
    "task_rule.reason_missing": _("State why the rule is changed."),
}


def register() -> None:
    """Word the codes of the customers."""
    add_sentences(SENTENCES)
