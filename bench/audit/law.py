"""The law and the policies of a house in China, stated again in numbers and words.

Each line bears the name of the rule, so that it can be held against its text: GB/T 45251-2025 and
the guidance of the banking association of 2026 for CN-*, the house's own policies for CN-TIME-P,
CN-FREQ-03 and GL-*.
"""

from datetime import date, timedelta

# CN-TIME-01: no contact from 22:00 to 08:00. Minutes of the local day.
DAY = ((8 * 60, 22 * 60),)
# CN-TIME-P: homes from 08:30 to 20:30, not at noon.
HOME = ((8 * 60 + 30, 12 * 60), (14 * 60, 20 * 60 + 30))
NOON = (12 * 60, 14 * 60)
# The days off of the regulation on holidays, New Year's Eve by the moon among them.
HOLIDAYS = frozenset(
    first + timedelta(days=number)
    for first, days in (
        (date(2026, 1, 1), 3),
        (date(2026, 2, 15), 9),
        (date(2026, 4, 4), 3),
        (date(2026, 5, 1), 5),
        (date(2026, 6, 19), 3),
        (date(2026, 9, 25), 3),
        (date(2026, 10, 1), 7),
        (date(2027, 1, 1), 1),
        (date(2027, 2, 5), 4),
        (date(2027, 4, 5), 1),
        (date(2027, 5, 1), 2),
        (date(2027, 6, 9), 1),
        (date(2027, 9, 15), 1),
        (date(2027, 10, 1), 3),
    )
    for number in range(days)
)
# CN-FREQ-01 and CN-FREQ-02: connected calls to a person, unanswered ones to a number, each a day.
CONNECTED_A_DAY, UNANSWERED_A_DAY = 3, 6
# CN-FREQ-03: visits to a person a day, days of rest after he was met, visits in so many days.
VISITS_A_DAY = 1
REST_AFTER_MEETING = timedelta(days=7)
VISITS_IN_PERIOD, PERIOD = 3, timedelta(days=30)
# CN-CREW-01.
CREW = 2
# CN-3P-01 and CN-3P-02: who owes; and days in a row on which no call reached the debtor, before
# anybody else is asked where he is.
LIABLE = frozenset({"debtor", "guarantor"})
DAYS_OUT_OF_REACH = 3
MET = frozenset({"met_debtor", "promise", "payment", "refused"})
# Which rule each kind of hold rests on, and the channels that it stops: all, or visits alone.
HOLDS = {
    "no_contact_order": "CN-NCO-01",
    "vulnerable": "GL-VULN-01",
    "capacity": "GL-VULN-01",
    "hardship": "GL-VULN-01",
    "bereavement": "GL-VULN-01",
    "cease": "GL-CEASE-01",
    "complaint": "GL-COMP-01",
    "dispute": "GL-DISP-01",
    "breathing_space": "GL-HOLD-01",
    "bankruptcy": "GL-BKR-01",
    "deceased": "GL-DEC-01",
}
VISITS_ONLY = frozenset({"vulnerable", "capacity", "hardship", "bereavement"})
# Who may lift what. Nobody lifts what is not here.
OFFICES: dict[str, tuple[str, ...]] = {
    "CN-TIME-P": ("case_worker",),
    "CN-FREQ-03": ("case_worker",),
    "GL-VULN-01": ("case_worker",),
    "GL-CEASE-01": ("case_worker",),
    "GL-COMP-01": ("case_worker",),
    "GL-DISP-01": ("case_worker",),
    "GL-WISH-01": ("case_worker",),
    "GL-WISH-02": ("case_worker",),
    "GL-ATTY-01": ("counsel",),
    "GL-BKR-01": ("counsel",),
    "GL-DEC-01": ("counsel",),
    "GL-HOLD-01": ("counsel", "court_order"),
    "GL-LEGAL-01": ("counsel",),
}
# The provinces of the mainland, by the first two digits of their codes: one zone for all.
PROVINCES = frozenset(
    (
        *("11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36"),
        *("37", "41", "42", "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62"),
        *("63", "64", "65"),
    )
)
ZONE = "Asia/Shanghai"
# Days within which a complaint is answered, the day on which it came not counted.
ANSWERED_WITHIN = {"simple": 15, "complex": 30, "special": 60}
# CN-STAFF-01 and CN-STAFF-02: what each agent holds on the day.
TRAINING = "training"
PAPERS = ("background_check", "confidentiality")
