"""What the office does over HTTP: files in, a plan, flags, a pack."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from fieldops.cli.rehearsal.client import Client

_POLL_SECONDS = 0.3
_PATIENCE = 1200.0

Told = Callable[[int, int | None], None]


def import_file(client: Client, path: Path, kind: str) -> dict[str, Any]:
    """Hand over a case or agent file; answers the import with its counts."""
    files = {"file": (path.name, path.read_bytes(), "text/csv")}
    found: dict[str, Any] = client.post("/api/v1/imports", files=files, data={"kind": kind})
    return found


def await_jobs(
    client: Client,
    subject: str,
    told: Told = lambda done, total: None,
    *,
    every: float = _POLL_SECONDS,
) -> None:
    """Wait until every job that works on this subject has ended; raises when one failed."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        jobs = client.get(f"/api/v1/jobs/{subject}")
        if failed := [job for job in jobs if job["state"] == "failed"]:
            raise click.ClickException(f"{failed[0]['name']} failed: {failed[0]['message']}")
        if jobs:
            told(sum(job["done"] for job in jobs), jobs[0]["total"])
        if jobs and all(job["state"] == "done" for job in jobs):
            return
        time.sleep(every)
    raise click.ClickException(f"the jobs of {subject} did not end")


def propose(client: Client, day: str, budget: float | None, seed: int, told: Told) -> Any:
    """Ask for a plan and wait for it."""
    asked: dict[str, Any] = {"day": day, "days": 1, "seed": seed}
    if budget is not None:
        asked["budget"] = budget
    plan = client.post("/api/v1/plans", asked)
    await_jobs(client, f"plan/{plan['id']}", told)
    return client.get(f"/api/v1/plans/{plan['id']}")


def commit(client: Client, plan: dict[str, Any]) -> Any:
    """Turn the plan into visits."""
    return client.post(f"/api/v1/plans/{plan['id']}/commit", {}, version=plan["version"])


def all_of(client: Client, path: str, **params: Any) -> list[dict[str, Any]]:
    """Every item of a list, page by page."""
    found: list[dict[str, Any]] = []
    after = None
    while True:
        asked = {**params, "limit": 200} | ({"after": after} if after else {})
        page = client.get(path, **asked)
        found += page["items"]
        after = page["next"]
        if not after:
            return found


def await_quiet(client: Client, visits: list[str], told: Told) -> None:
    """Wait until what follows from every visit has been done."""
    for done, visit in enumerate(visits, 1):
        await_jobs(client, f"visit/{visit}")
        told(done, len(visits))


def draw_pack(client: Client, case_id: str, directory: Path) -> tuple[Path, Path]:
    """Have a pack built; download it and what an outsider needs to trust it."""
    pack = client.post("/api/v1/packs", {"case_id": case_id, "purpose": "demo"})
    await_jobs(client, f"pack/{pack['id']}")
    file, trust = directory / "pack.zip", directory / "trust.pem"
    file.write_bytes(client.content(f"/api/v1/packs/{pack['id']}/file"))
    trust.write_bytes(client.content("/api/v1/trust.pem"))
    return file, trust
