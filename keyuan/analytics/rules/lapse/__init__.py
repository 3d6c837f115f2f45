"""Who, in force on a day, ends within twelve months: snapshots, models and their judging on past years (ANA-6).

Nothing of a snapshot may be known only later: `known` looks for such columns, `rolling` trains on windows that had
closed by the day of the snapshot.
"""
