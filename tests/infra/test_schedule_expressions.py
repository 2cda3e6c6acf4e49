"""Rates and crons fall due when EventBridge says; jobs run once per due moment."""

from datetime import UTC, datetime

import pytest

from dev.cloud.expressions import ExpressionError, parse
from dev.cloud.schedules import Job, run_due


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("expression", "last", "due"),
    [
        ("rate(1 minute)", "2026-03-01T10:00:00", "2026-03-01T10:01:00"),
        ("rate(5 minutes)", "2026-03-01T10:00:30", "2026-03-01T10:05:30"),
        ("rate(1 hour)", "2026-03-01T23:30:00", "2026-03-02T00:30:00"),
        ("rate(7 days)", "2026-02-27T00:00:00", "2026-03-06T00:00:00"),
        ("cron(0 4 * * ? *)", "2026-03-01T03:59:59", "2026-03-01T04:00:00"),
        ("cron(0 4 * * ? *)", "2026-03-01T04:00:00", "2026-03-02T04:00:00"),
        ("cron(5/15 * * * ? *)", "2026-03-01T10:05:10", "2026-03-01T10:20:00"),
        ("cron(0 10 ? * MON-FRI *)", "2026-03-06T10:00:00", "2026-03-09T10:00:00"),
        ("cron(0 10 ? * 1 *)", "2026-03-02T00:00:00", "2026-03-08T10:00:00"),
        ("cron(30 0,12 1 JAN,JUL ? *)", "2026-03-01T00:00:00", "2026-07-01T00:30:00"),
        ("cron(0 0 29 2 ? *)", "2026-03-01T00:00:00", "2028-02-29T00:00:00"),
    ],
)
def test_an_expression_falls_due_next_at(expression: str, last: str, due: str) -> None:
    assert parse(expression)(at(last)) == at(due)


def test_a_cron_of_past_years_never_falls_due_again() -> None:
    assert parse("cron(0 0 1 1 ? 2020)")(at("2026-01-01T00:00:00")) == float("inf")


@pytest.mark.parametrize(
    "expression",
    [
        "rate(1 week)",
        "cron(0 4 * * *)",
        "cron(0 4 * * * *)",
        "cron(0 4 ? * ? *)",
        "cron(60 4 * * ? *)",
        "cron(0 4 L * ? *)",
    ],
)
def test_an_expression_nobody_understands_is_refused(expression: str) -> None:
    with pytest.raises(ExpressionError):
        parse(expression)


def test_a_job_runs_once_however_far_the_clock_jumps() -> None:
    ran: list[str] = []
    jobs = [Job("hourly", parse("rate(1 hour)"), due=1_000.0)]
    run_due(jobs, 999.0, ran.append)
    assert ran == []
    run_due(jobs, 1_000.0 + 28 * 86_400, ran.append)
    run_due(jobs, 1_001.0 + 28 * 86_400, ran.append)
    assert ran == ["hourly"]


def test_a_clock_put_back_leaves_no_job_waiting_for_the_future() -> None:
    ran: list[str] = []
    jobs = [Job("hourly", parse("rate(1 hour)"), due=28 * 86_400.0)]
    run_due(jobs, 0.0, ran.append)
    run_due(jobs, 3_600.0, ran.append)
    assert ran == ["hourly"]
