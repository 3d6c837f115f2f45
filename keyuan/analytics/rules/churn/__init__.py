"""Who of the book's own customers goes next: lapse, surrender and non-renewal within 3, 6 and 12 months (ANA-6).

`facts` looks at every contract on a day by what was known on that day, `outcomes` says what became of it, `learning`
makes cards of points of both (`cards`), `scoring` puts the contracts of tonight on them, `trial` keeps a control group
and measures what retention work changed.
"""
