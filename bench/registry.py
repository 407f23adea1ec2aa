"""All benchmarks by name, with the size that `make bench` takes and a tiny one for tests."""

from bench import (
    believing,
    blobs,
    distances,
    identity,
    lists,
    month,
    observations,
    packs,
    plans,
    running_day,
    trace,
    uploads,
    windows,
    workers,
)
from bench.rows import Benchmark

BENCHMARKS = (
    Benchmark("distances", "All distances of a city", distances.measure, 2_000, 20, "places"),
    Benchmark("plans", "A day of visits for 8 agents", plans.measure, 120, 12, "visits"),
    Benchmark("running-day", "A move on a running day", running_day.measure, 400, 20, "visits"),
    Benchmark("workers", "A plan searched for by workers", workers.measure, 3_000, 40, "visits"),
    Benchmark("blobs", "Evidence kept and read", blobs.measure, 128, 1, "MB"),
    Benchmark("uploads", "Evidence over HTTP", uploads.measure, 256, 1, "MiB"),
    Benchmark("trace", "Beliefs at twelve dates", trace.measure, 60_000, 200, "observations"),
    Benchmark("believing", "Beliefs by day and at night", believing.measure, 60, 2, "debtors"),
    Benchmark(
        "identity", "The same person across cases", identity.measure, 100_000, 400, "records"
    ),
    Benchmark(
        "observations",
        "The store of observations",
        observations.measure,
        1_000_000,
        2_000,
        "observations",
    ),
    Benchmark("month", "A month of a house, audited", month.measure, 100, 6, "cases"),
    Benchmark("lists", "Lists of a large house", lists.measure, 50_000, 80, "visits"),
    Benchmark("windows", "Lawful windows of a day", windows.measure, 10_000, 20, "visits"),
    Benchmark("packs", "A pack built and verified", packs.measure, 1024, 1, "MiB"),
)
