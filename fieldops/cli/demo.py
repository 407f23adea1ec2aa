"""`fieldops demo`: one whole day, played over HTTP by simulated agents against a real service."""

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from fieldops import clock, settings
from fieldops.cli.rehearsal import office, stage, story
from fieldops.cli.rehearsal.client import Client
from fieldops.cli.rehearsal.playing import Day
from fieldops.cli.rehearsal.stage import CLOCK_FILE, LogIn
from fieldops.cli.rehearsal.world import write_city

_ORGANISATION = "Demo agency"
_EVENING = time(19, 0)


@click.command()
@click.option("--once", is_flag=True, help="End after the pack instead of serving the pages.")
@click.option("--dir", "directory", type=click.Path(file_okay=False), help="Where it all is kept.")
@click.option("--cases", "case_file", type=click.Path(exists=True, dir_okay=False))
@click.option("--agents", "agent_file", type=click.Path(exists=True, dir_okay=False))
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="The last working day if left out.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--budget", type=click.FloatRange(min=0.5), help="Seconds the solver may think.")
def demo(
    once: bool,
    directory: str | None,
    case_file: str | None,
    agent_file: str | None,
    day: datetime | None,
    seed: int,
    budget: float | None,
) -> None:
    """Play one whole day: import, locate, plan, visit, flag, seal, verify.

    Example: fieldops demo --once --dir /tmp/day --cases cases.csv --agents agents.csv
    """
    if (case_file is None) != (agent_file is None):
        raise click.UsageError("give --cases and --agents together, or neither")
    loaded = settings.load()
    home = Path(directory).absolute() if directory else loaded.data_dir / "demo"
    today = clock.wall_time().astimezone(loaded.zone).date()
    play = Play(home, day.date() if day else last_working_day(today), seed, loaded.zone)
    stage.clear(home)
    files = (Path(case_file), Path(agent_file)) if case_file and agent_file else None
    play.run(files or write_city(home / "city", seed), budget, port=loaded.port, once=once)


def last_working_day(today: date) -> date:
    """The last day before this one that is no Saturday or Sunday.

    Evidence is received at the true time, whatever the rehearsal says: were the day still to come,
    it would all have been received before it was made.
    """
    day = today - timedelta(days=1)
    while day.weekday() >= 5:
        day -= timedelta(days=1)
    return day


@dataclass
class Play:
    """One run of the demo."""

    home: Path
    day: date
    seed: int
    zone: ZoneInfo

    def run(self, files: tuple[Path, Path], budget: float | None, *, port: int, once: bool) -> None:
        """Set the stage, play, tell, and serve the pages unless told to end."""
        port = stage.free_port(None if once else port)
        base = f"http://127.0.0.1:{port}"
        evening = datetime.combine(self.day - timedelta(days=1), _EVENING, self.zone)
        stage.prepare_environment(self.home, port, evening)
        story.heading(f"A day of field visits, {self.day}, kept in {self.home}")
        people = stage.found_organisation(_ORGANISATION)
        with stage.running_service(base, self.home) as service:
            result = self._play(base, people, files, budget)
            (self.home / "demo.json").write_text(
                json.dumps({"url": base, **result}, ensure_ascii=False, indent=1) + "\n"
            )
            story.log_ins(base, result["accounts"])
            if not once:
                story.line("Ctrl-C ends it.")
                _wait(service)

    def _play(
        self, base: str, people: list[LogIn], files: tuple[Path, Path], budget: float | None
    ) -> dict[str, Any]:
        clients = {one.role: one.client(base) for one in people}
        dispatcher, counsel = clients["dispatcher"], clients["counsel"]
        self._import(dispatcher, files)
        plan = self._plan(dispatcher, budget)
        agents = self._agents(plan, dispatcher)
        visits = self._work(base, dispatcher, agents)
        flags = self._flags(counsel)
        pack = self._pack(counsel, visits, flags)
        return {
            "accounts": [one.to_json() for one in (*people, *agents.values())],
            "plan_id": plan["id"],
            **pack,
        }

    def _import(self, dispatcher: Client, files: tuple[Path, Path]) -> None:
        story.heading("Case and agent files are taken in, addresses located")
        case_file, agent_file = files
        taken = office.import_file(dispatcher, agent_file, "agents")
        story.imported(agent_file.name, taken["counts"])
        taken = office.import_file(dispatcher, case_file, "cases")
        story.imported(case_file.name, taken["counts"])
        if taken.get("to_locate", True):
            with story.progress("locating") as advance:
                office.await_jobs(dispatcher, f"import/{taken['id']}", advance)
        grades: dict[str, int] = {}
        for address in office.all_of(dispatcher, "/api/v1/addresses"):
            grades[address["grade"]] = grades.get(address["grade"], 0) + 1
        story.line("located: " + ", ".join(f"{n} to {grade}" for grade, n in grades.items()))

    def _plan(self, dispatcher: Client, budget: float | None) -> Any:
        story.heading("The day is planned within the law, and committed")
        with story.progress("solving") as advance:
            plan = office.propose(dispatcher, self.day.isoformat(), budget, self.seed, advance)
        story.planned(figures(plan["figures"]))
        office.commit(dispatcher, plan)
        return plan

    def _agents(self, plan: Any, dispatcher: Client) -> dict[str, LogIn]:
        team = office.all_of(dispatcher, "/api/v1/agents")
        codes = {agent["id"]: agent["code"] for agent in team}
        visits = office.all_of(dispatcher, "/api/v1/visits", day=self.day.isoformat())
        working = {
            codes[agent] for v in visits for agent in (v["agent_id"], v["partner_id"]) if agent
        }
        story.line(f"{len(visits)} visits for {len(working)} agents; the others stay in")
        return stage.open_agent_accounts(working)

    def _work(
        self, base: str, dispatcher: Client, agents: dict[str, LogIn]
    ) -> list[dict[str, Any]]:
        story.heading("The agents work their visits, with photos, sound and lost connections")
        clients = {code: one.client(base) for code, one in agents.items()}
        day = Day(clients, self.day, self.seed, self.zone, self.home / CLOCK_FILE)
        with story.progress("the day") as advance:
            story.worked(day.play(advance))
        for client in clients.values():
            client.close()
        visits = office.all_of(dispatcher, "/api/v1/visits", day=self.day.isoformat())
        done = [str(visit["id"]) for visit in visits if visit["outcome"]]
        with story.progress("what follows") as advance:
            office.await_quiet(dispatcher, done, advance)
        return visits

    def _flags(self, counsel: Client) -> list[dict[str, Any]]:
        story.heading("Counsel reads the flags: hints with grounds, not conclusions")
        flags = office.all_of(counsel, "/api/v1/flags")
        numbers = {case["id"]: case["number"] for case in office.all_of(counsel, "/api/v1/cases")}
        story.flagged([{**flag, "case_number": numbers[flag["case_id"]]} for flag in flags])
        return flags

    def _pack(
        self, counsel: Client, visits: list[dict[str, Any]], flags: list[dict[str, Any]]
    ) -> dict[str, Any]:
        story.heading("An evidence pack is drawn, and verified as an outsider would")
        flagged = [flag["case_id"] for flag in flags]
        done = [visit for visit in visits if visit["outcome"]]
        if not done:
            raise click.ClickException("no visit was worked, so there is nothing to pack")
        visit = next((v for v in done if v["case_id"] in flagged), done[0])
        pack, trust = office.draw_pack(counsel, visit["case_id"], self.home)
        command = [sys.executable, "-m", "evidence", "verify", str(pack), "--trust", str(trust)]
        checked = subprocess.run([*command, "--json"], capture_output=True, text=True, check=False)
        story.verified(json.loads(checked.stdout))
        if checked.returncode:
            raise click.ClickException("the pack does not verify")
        return {
            "case_id": visit["case_id"],
            "visit_id": visit["id"],
            "pack": str(pack),
            "trust": str(trust),
        }


def figures(found: dict[str, Any]) -> list[tuple[str, str, str]]:
    """The plan's figures beside those of the naive plan."""
    naive = found.get("naive") or {}
    rows = []
    for name, label in (
        ("served", "visits"),
        ("kilometres", "kilometres"),
        ("travel_hours", "hours of travel"),
        ("value", "value served"),
    ):
        rows.append((label, _figure(found.get(name)), _figure(naive.get(name))))
    return rows


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:,}"


def _wait(service: subprocess.Popen[bytes]) -> None:
    try:
        service.wait()
    except KeyboardInterrupt:
        click.echo("", err=True)
