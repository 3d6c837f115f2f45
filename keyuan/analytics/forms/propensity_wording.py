"""Sentences of what can be wrong when a propensity model is fitted or used (ANA-7)."""

from django.utils.translation import gettext_lazy as _

from keyuan.platform.wording import add_sentences

SENTENCES = {
    "propensity.no_columns": _(
        "No column tells anything: each holds one value only, or another one in every row. Name a file with more."
    ),
    "propensity.columns_missing": _(
        "The file lacks %(count)d columns that the model needs: %(columns)s. Name them as in the training file, or say"
        " --no-header if its first line is already a row."
    ),
    "propensity.not_numbers": _(
        "Row %(row)s, column %(column)s: %(value)s is no number, but the column held numbers in training. Correct the"
        " cell or leave it empty."
    ),
    "propensity.width": _(
        "The file has %(found)d columns, but the model was trained with %(whole)d (%(without)d without the target)."
        " Without a line of names the columns must stand in the same places."
    ),
    "propensity.few_buyers": _(
        "Column %(column)s: one of the two outcomes stands in %(found)d rows only; at least %(least)d are needed to"
        " judge a model. Take a longer period or more customers."
    ),
    "propensity.target_absent": _(
        "Row %(row)s: the target %(column)s is empty (%(count)d such rows). Fill it in or leave the rows out."
    ),
    "propensity.target_values": _(
        "The target %(column)s has %(count)d different values (%(values)s …). It must have two: bought or not."
    ),
    "propensity.target_positive": _("No row of the target holds %(value)s. It holds: %(values)s."),
    "propensity.depth": _("The share approached must lie between 0.01 and 0.5; %(depth)s does not."),
    "propensity.most_rows": _("Learn from at least %(least)d rows; --max-rows %(given)d is too few."),
    "propensity.score_exists": _(
        "The file has a column %(column)s already, and the scores would replace it. Rename that column."
    ),
    "propensity.out_unwritable": _("%(file)s cannot be written: %(reason)s. Name a folder that you may write to."),
    "propensity.model_missing": _(
        "%(folder)s holds no model. Name the folder that keyuan propensity fit --model wrote."
    ),
    "propensity.model_damaged": _("The model in %(folder)s is damaged or cut short. Fit it anew."),
    "propensity.model_version": _(
        "The model in %(folder)s was fitted with %(name)s %(fitted)s, but %(here)s is installed. Fit it anew."
    ),
    "propensity.model_foreign": _(
        "The file in %(folder)s holds something else than a model and was not opened. Use a folder that you trust."
    ),
}


def register() -> None:
    """Say what is refused."""
    add_sentences(SENTENCES)
