"""What the pages of customers say of themselves, behind the question mark in their head."""

from django.utils.translation import gettext_lazy as _

from keyuan.platform.help import add_help

HELP = (
    (
        "customers:quality",
        _(
            "Records and how good they are: complete, valid, unique, fresh, consistent. The board shows each unit and "
            "supplier, the worst first; open a unit for its records and make cleansing tasks of them."
        ),
    ),
    (
        "customers:today",
        _(
            "What is due today, with the money at stake first. Finish a task with its button; postpone it or "
            "mark it as not needed in its menu. Managers see the exceptions of their units instead."
        ),
    ),
    (
        "customers:home",
        _(
            "All customers within your reach. Filter, sort and save what you need often as a view of your "
            "own; tick rows to work on many at once. Opening a customer beside the list keeps your place."
        ),
    ),
    (
        "customers:task-list",
        _(
            "Open tasks as a list: filter by kind, deadline or person, export them, give many to somebody "
            "else. Done, postpone and not needed work here as on the page Today."
        ),
    ),
    (
        "customers:team-tasks",
        _(
            "Open and overdue tasks by unit and money at stake. Open a unit to see the units below it, a team "
            "to see its people, a person to see the tasks; there you can give tasks to others or remind their "
            "owner once in four hours."
        ),
    ),
    (
        "customers:task-rules",
        _(
            "Rules make tasks every night: which occasion, how many days before or after it, for which tiers "
            "and channels, due when. The preview shows what the next 30 nights would bring; every change "
            "needs a reason and is kept."
        ),
    ),
    (
        "customers:interaction-list",
        _(
            "Every contact with customers within your reach, by any way and from any system. Filter by day, "
            "way and outcome; a row leads to the customer's timeline."
        ),
    ),
    (
        "customers:orphan-list",
        _(
            "Customers whom nobody serves, found every night, with the reason and the day by which holders "
            "must be told (30 days). Tick some and allocate them, or allocate all that a filter leaves."
        ),
    ),
    (
        "customers:allocation-list",
        _(
            "Plans that give customers to people by rules: see who gets how many and how even it is, give "
            "them, follow what the receiving units answer, take them back where needed."
        ),
    ),
    (
        "customers:reception-list",
        _(
            "Customers that were given to your unit. Accept them, or return some with a reason; what is not "
            "answered in time goes to the unit above."
        ),
    ),
    (
        "customers:handover-list",
        _(
            "Who left and what was handed over: where each customer, task and open matter went, who was told, "
            "and what the leaver exported in the last 90 days."
        ),
    ),
    (
        "customers:segment-list",
        _(
            "Named conditions over customers, one's own and those shared. Build a new one, look at its count "
            "and trend, freeze its members, use it in lists, bulk work and exports."
        ),
    ),
    (
        "customers:tag-list",
        _(
            "The catalogue of labels in three families: risk, value, need. A tag is put on by hand, by a rule "
            "that follows a segment, or by a model; each has a source, a confidence and perhaps a last day."
        ),
    ),
    (
        "customers:duplicate-list",
        _(
            "Pairs that are probably one customer, with what speaks for and against it. Compare them side by "
            "side, choose field by field, merge, or mark them as two people; every merge can be undone."
        ),
    ),
    (
        "customers:classification",
        _(
            "Where the whole book, or a unit, stands on six axes on two days, and who moved between. Every "
            "cell opens as a list of its customers and can become a segment; thresholds are changed with a "
            "preview and a reason."
        ),
    ),
    (
        "customers:standards",
        _(
            "Which tier begins at which premium and what each tier may have. A change is drafted, previewed, "
            "and published from a day on by another person; issued editions never change, so every membership "
            "can be explained."
        ),
    ),
    (
        "customers:exception-list",
        _(
            "Services beyond the tier, asked for one customer with a reason and decided by another person. "
            "They hold until their last day and go before the tier."
        ),
    ),
    (
        "customers:key-account-list",
        _(
            "Key accounts with their managers for underwriting and claims, when the next contact report is "
            "due and when the account is to be reviewed. Reports and reviews are filed on the customer's "
            "page."
        ),
    ),
    (
        "customers:watch-list",
        _(
            "Customers whose contracts are monitored or whose claims go to the unit above, each for a "
            "criterion, decided by two people, reviewed by a day and open to an appeal. A look at the list is "
            "kept on the audit trail."
        ),
    ),
    (
        "customers:batch-list",
        _(
            "Paste or upload up to 100,000 numbers, phones or names and get a table of who was found, who was "
            "not, and who is ambiguous; keep it as a list."
        ),
    ),
)


def register() -> None:
    """Put the texts into the registry."""
    add_help(HELP)
