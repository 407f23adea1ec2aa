"""Use cases: functions named by verbs that take `(session, ..., actor, now)` and know no web."""
