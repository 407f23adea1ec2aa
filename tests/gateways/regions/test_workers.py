"""A search with workers ends with every task done, whatever becomes of the workers."""

import threading
from collections.abc import Callable

import pytest

from fieldops import clock
from fieldops.gateways.regions.post import Letter
from fieldops.gateways.regions.workers import RegionWorkers
from routing import check, read_problem, solve
from routing.crews import form_teams
from routing.draft import Draft
from routing.ground import ground_of
from routing.solver.regions import carry_out
from routing.solver.tasks import Effort, Found, Region, Task
from tests.gateways.regions.fake_post import (
    Answer,
    FakePost,
    dying,
    garbling,
    honest,
    silent,
)
from tests.routing.builders import planar, shift, stop

PROBLEM = read_problem(
    planar([stop(f"s{at}", at % 7, at // 7) for at in range(40)], [shift(f"a{at}") for at in "ab"])
)


@pytest.fixture(autouse=True)
def _quick_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look at the clock is half a second later, so that nothing has to be waited for."""
    ticks = iter(range(10**9))
    monkeypatch.setattr(clock, "monotonic", lambda: next(ticks) / 2)


def _draft() -> Draft:
    ground = ground_of(PROBLEM)
    return Draft(PROBLEM, ground, form_teams(PROBLEM, ground))


def _tasks(count: int = 4) -> list[Task]:
    region = Region(tuple(range(40)), (0, 1))
    return [Task(region, effort=Effort(None, 5), seed=seed) for seed in range(count)]


def _at_home(tasks: list[Task]) -> list[Found]:
    draft = _draft()
    return [carry_out(draft, task) for task in tasks]


def _workers(post: FakePost, cores: int = 1, host: str = "far") -> RegionWorkers:
    """By default the only core here is the worker's, so that this process has no hands free."""
    return RegionWorkers(post, cores=cores, host=host)


def test_without_workers_the_cores_are_the_hands() -> None:
    workers = _workers(FakePost(hands=()), cores=3)
    assert workers.count == 3
    assert workers.run(_draft(), _tasks()) == _at_home(_tasks())
    assert workers.told()["workers"] == 0


def test_workers_of_other_machines_are_more_hands() -> None:
    assert _workers(FakePost(hands=("far:1", "far:2")), cores=3, host="here").count == 5


def test_workers_of_this_machine_take_its_cores() -> None:
    assert _workers(FakePost(hands=("far:1", "here:2", "here:3")), cores=2, host="here").count == 3


def test_without_a_queue_this_process_is_alone() -> None:
    post = FakePost()
    post.is_dead = True
    workers = _workers(post, cores=2)
    assert workers.count == 2
    assert workers.run(_draft(), _tasks()) == _at_home(_tasks())


def test_workers_find_what_would_be_found_at_home() -> None:
    post = FakePost(honest)
    workers = _workers(post)
    assert workers.run(_draft(), _tasks()) == _at_home(_tasks())
    told = workers.told()
    assert told["regions_elsewhere"] + told["regions_here"] == 4
    assert (told["workers"], told["retries"]) == (1, 0)
    assert told["sent_bytes"] > 0


@pytest.mark.parametrize("answer", [dying, garbling, silent])
def test_what_a_worker_loses_is_done_again_by_another(answer: Answer) -> None:
    workers = _workers(FakePost(answer, honest))
    assert workers.run(_draft(), _tasks()) == _at_home(_tasks())
    assert workers.told()["retries"] == 1


@pytest.mark.parametrize("answer", [dying, garbling, silent])
def test_what_every_worker_loses_is_done_here(answer: Answer) -> None:
    post = FakePost(answer)
    workers = _workers(post)
    assert workers.run(_draft(), _tasks(2)) == _at_home(_tasks(2))
    told = workers.told()
    assert (told["regions_here"], told["regions_elsewhere"]) == (2, 0)
    assert len(post.sent) == told["retries"] == 4


def test_what_nobody_takes_is_taken_back() -> None:
    workers = _workers(FakePost(hands=("far:1", "far:2")))
    assert workers.run(_draft(), _tasks()) == _at_home(_tasks())
    assert workers.told()["retries"] == 0


def test_a_worker_that_hangs_is_waited_for_so_long_and_no_longer() -> None:
    def hanging(key: str, wire: bytes) -> list[Letter]:
        return [Letter(key, "far:1")]

    region = Region(tuple(range(40)), (0, 1))
    tasks = [Task(region, effort=Effort(0.01), seed=seed) for seed in range(3)]
    workers = _workers(FakePost(hanging))
    found = workers.run(_draft(), tasks)
    assert all(len(one.orders) > 0 for one in found)
    assert workers.told()["retries"] >= 1


def test_an_answer_of_an_old_attempt_is_ignored() -> None:
    def late(key: str, wire: bytes) -> list[Letter]:
        return [Letter("0", "far:1", b"of old"), *honest(key, wire)]

    workers = _workers(FakePost(late))
    assert workers.run(_draft(), _tasks()) == _at_home(_tasks())
    assert workers.told()["retries"] == 0


def test_when_all_workers_end_this_process_goes_on_alone() -> None:
    post = FakePost(dying)
    hear = post.hear

    def last(timeout: float) -> Letter | None:
        post.known = frozenset()
        return hear(timeout)

    post.hear = last  # type: ignore[method-assign]  # They end while a letter is awaited.
    assert _workers(post).run(_draft(), _tasks()) == _at_home(_tasks())


@pytest.mark.parametrize("call", ["send", "hear", "take_back", "forget"])
def test_when_the_queue_dies_this_process_goes_on_alone(call: str) -> None:
    post = FakePost() if call == "take_back" else FakePost(honest)
    _dies_at(post, call)
    assert _workers(post).run(_draft(), _tasks()) == _at_home(_tasks())


def _dies_at(post: FakePost, call: str) -> None:
    method: Callable[..., object] = getattr(post, call)

    def dead(*given: object) -> object:
        post.is_dead = True
        return method(*given)

    setattr(post, call, dead)


def test_who_watches_hears_of_the_search_in_the_thread_that_asked() -> None:
    heard: list[int] = []
    workers = _workers(FakePost(hands=("far:1",)), host="here")
    workers.run(_draft(), _tasks(), lambda cost: heard.append(threading.get_ident()))
    assert set(heard) == {threading.get_ident()}


def test_nothing_is_left_in_the_queue() -> None:
    post = FakePost(dying, honest)
    _workers(post).run(_draft(), _tasks())
    assert set(post.sent) <= post.forgotten


def test_an_error_of_the_task_itself_is_raised() -> None:
    tasks = [Task(Region((99,), (0,)), effort=Effort(None, 5))]
    with pytest.raises(IndexError):
        _workers(FakePost(honest)).run(_draft(), tasks)


def test_a_plan_made_with_workers_is_the_plan_made_alone() -> None:
    workers = _workers(FakePost(honest, garbling, honest, hands=("far:1", "far:2")))
    made = solve(PROBLEM, iterations=400, workers=workers)
    assert made.routes == solve(PROBLEM, iterations=400).routes
    assert check(PROBLEM, made) == []
