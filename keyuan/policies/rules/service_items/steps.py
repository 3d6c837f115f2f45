"""Steps of a contract that people take as an item of policy service (POL-5).

There the applicant is proved, papers, agreements and checks are asked for, money is settled, and a second person
approves what weighs. By hand, on the contract's page, only those are taken that no item covers; programs and the clocks
take any.
"""

#: Item of policy service by step or switch (domain.md §A.2, §A.7).
ITEM_OF_STEP = {
    "SURRENDER": "CT",
    "COOLING_OFF_CANCEL": "WT",
    "REINSTATE": "REINSTATE",
    "CONVERT": "CONVERT",
    "REDUCED_PAID_UP": "REDUCED_PU",
    "LOAN": "LOAN",
    "REPAY": "REPAY",
    "LOST": "LOST",
    "REISSUE": "REISSUE",
    "WAIVER": "WAIVER",
}
