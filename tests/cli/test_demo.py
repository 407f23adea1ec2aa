"""Which day `fieldops demo` plays."""

from datetime import date

from fieldops.cli.demo import last_working_day


def test_the_day_that_is_played_is_over_before_its_evidence_is_truly_received() -> None:
    tuesday, monday, friday = date(2026, 11, 24), date(2026, 11, 23), date(2026, 11, 20)
    assert last_working_day(tuesday) == monday
    assert last_working_day(monday) == friday
    assert last_working_day(date(2026, 11, 22)) == friday
