"""A plan searched for by workers of the queue, against the cores of one process."""

from collections.abc import Sequence

from bench.hands import at_work, queue_server
from bench.instances import seeded_field_day
from bench.rows import Row
from fieldops.gateways.regions import RedisPost, RegionWorkers
from routing import Plan, Problem, check, read_problem, solve

COUNTS = (1, 2, 4)
# So few visits only show that it runs.
TINY = 100
VISITS_AN_AGENT = 50
LONGEST_BUDGET = 20.0
SECONDS_A_VISIT = LONGEST_BUDGET / 3_000


def measure(visits: int) -> Sequence[Row]:
    """The cost of a field day's plan with 1, 2 and 4 workers, in the same wall time."""
    agents = max(2, visits // VISITS_AN_AGENT)
    problem = read_problem(seeded_field_day(visits, agents, 1, plain=True))
    budget = min(LONGEST_BUDGET, max(1.0, visits * SECONDS_A_VISIT))
    alone = _judged(problem, solve(problem, budget=budget))
    rows = []
    with queue_server() as (home, queue):
        for count in COUNTS if visits > TINY else COUNTS[1:2]:
            with at_work(home, queue, count):
                helpers = RegionWorkers(RedisPost(queue), cores=1)
                plan = _judged(problem, solve(problem, budget=budget, workers=helpers))
            told = helpers.told()
            done = f"{told['regions_elsewhere']} regions elsewhere, {told['retries']} retries"
            what = f"cost of a plan, workers: {count} ({done})"
            rows.append(Row(what, plan.cost, "cores of one process", alone.cost, "points", "less"))
    return rows


def _judged(problem: Problem, plan: Plan) -> Plan:
    if faults := check(problem, plan):
        raise AssertionError(f"a plan breaks a rule: {faults[0]}")
    return plan
