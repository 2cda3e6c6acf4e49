"""What wakes somebody up, and one page to look at.

Figures come from structured logs (chalicelib/log.py) and from AWS's own counters; neither holds a name or an address.
Each alarm says how grave it is and where its page of docs/operations.md is.
"""

import json
from dataclasses import dataclass
from typing import Literal

from infra.cloudformation import Json, ref, resource, stack
from infra.functions import JOIN, log_name
from infra.media import LOAD_METRIC, namespace
from infra.stages import Stage

Severity = Literal["now", "today", "week"]


@dataclass(frozen=True)
class Counted:
    """An alarm on the number of some events in ``period`` seconds. ``silent``: it rings when none comes."""

    name: str
    door: str
    events: tuple[str, ...]
    severity: Severity
    page: str
    period: int = 300
    limit: int = 1
    silent: bool = False


COUNTED: tuple[Counted, ...] = (
    Counted("Fault", "public", ("unexpected",), "today", "faults"),
    Counted("CallbackFault", "callback", ("unexpected",), "now", "faults"),
    Counted("ConsoleFault", "console", ("unexpected",), "today", "faults"),
    Counted(
        "FailedCallback",
        "callback",
        ("callback_seal_wrong", "callback_nonsense", "callback_of_other_terminal", "card_number_in_callback"),
        "today",
        "payments",
    ),
    Counted(
        "DoubtfulPayment",
        "callback",
        ("payment_in_doubt", "payment_without_order", "payment_of_other_amount"),
        "today",
        "payments",
    ),
    Counted("DebitUnclear", "schedule", ("debit_unclear", "payment_in_doubt"), "today", "payments"),
    Counted("InvoiceWaits", "schedule", ("invoice_waits", "invoice_failed"), "today", "payments"),
    Counted(
        "InvoiceRefused", "schedule", ("deposit_declined", "deposit_rejected", "invoice_refused"), "today", "payments"
    ),
    Counted("RefundUnclear", "console", ("refund_unclear",), "today", "payments"),
    Counted("WorkerLost", "public", ("worker_lost",), "now", "workers"),
    Counted("NoWorker", "public", ("no_worker",), "now", "workers"),
    Counted("FleetEmpty", "schedule", ("fleet_empty",), "now", "workers", period=60, limit=2),
    Counted("FleetUnmeasured", "schedule", ("fleet_load", "fleet_empty"), "now", "workers", silent=True),
    Counted("CensusLate", "schedule", ("census_late", "census_no_store"), "now", "retention"),
    Counted("CensusMissing", "schedule", ("census",), "today", "retention", period=86_400, silent=True),
    Counted("SweepMissing", "schedule", ("sweep",), "today", "retention", period=10_800, silent=True),
    Counted("RightsLate", "schedule", ("right_late", "review_late", "breach_late"), "now", "rights", period=3_600),
    Counted("RightsMail", "schedule", ("rights_mail_left", "rights_mailbox_away"), "today", "rights", limit=3),
    Counted("HoldUnfinished", "schedule", ("hold_unfinished",), "now", "rights", period=3_600),
    Counted("HoldReview", "schedule", ("hold_review_due",), "week", "rights", period=86_400),
    Counted("RecordingWaits", "callback", ("recording_waiting", "recording_lost"), "now", "recordings"),
    Counted("RecordingIncomplete", "schedule", ("recording_part_lost", "recording_incomplete"), "today", "recordings"),
    Counted(
        "FileFailed", "public", ("recording_file_failed", "recording_file_not_started"), "today", "files", period=3_600
    ),
    Counted("FileDied", "schedule", ("recording_file_died",), "today", "files", period=3_600),
    Counted("MailHeld", "schedule", ("mail_held",), "today", "mail"),
    Counted("AnswersLeft", "schedule", ("answers_left",), "today", "mail"),
    Counted("AnswersAway", "schedule", ("answers_mailbox_away",), "today", "mail", period=3_600, limit=30),
    Counted("MailEventFault", "callback", ("mail_event_nonsense",), "week", "mail", period=86_400),
)


def template(stage: Stage, doors: list[str]) -> Json:
    """The stack, for the doors there are."""
    resources: Json = {"Told": resource("AWS::SNS::Topic", {"DisplayName": f"Iboo {stage.prefix}"})}
    resources["ToldByMail"] = resource(
        "AWS::SNS::Subscription", {"TopicArn": ref("Told"), "Protocol": "email", "Endpoint": ref("AlarmEmail")}
    )
    for counted in COUNTED:
        if counted.door in doors:
            resources[f"{counted.name}Count"] = _count(stage, counted)
            resources[f"{counted.name}Alarm"] = _alarm(stage, counted)
    resources["LoadCount"] = _filter(
        stage, "schedule", '{ $.event = "fleet_load" }', LOAD_METRIC, {"MetricValue": "$.percent", "Unit": "Percent"}
    )
    resources |= _own_counters(stage, doors)
    resources["Board"] = resource(
        "AWS::CloudWatch::Dashboard",
        {"DashboardName": stage.prefix, "DashboardBody": json.dumps(_board(stage, doors))},
    )
    parameters = {"AlarmEmail": {"Type": "String", "Description": "Who is told"}}
    return stack("alarms and the page to look at", resources, parameters=parameters)


def _count(stage: Stage, counted: Counted) -> Json:
    pattern = " || ".join(f'($.event = "{event}")' for event in counted.events)
    return _filter(stage, counted.door, f"{{ {pattern} }}", counted.name, {"MetricValue": "1", "Unit": "Count"})


def _filter(stage: Stage, door: str, pattern: str, metric: str, value: Json) -> Json:
    transformation = {"MetricNamespace": namespace(stage), "MetricName": metric, **value}
    return resource(
        "AWS::Logs::MetricFilter",
        {"LogGroupName": log_name(stage, door), "FilterPattern": pattern, "MetricTransformations": [transformation]},
    )


def _alarm(stage: Stage, counted: Counted) -> Json:
    return _rings(
        f"{counted.severity}: {', '.join(counted.events)}{' did not come' if counted.silent else ''}",
        counted.page,
        {
            "Namespace": namespace(stage),
            "MetricName": counted.name,
            "Statistic": "Sum",
            "Period": counted.period,
            "EvaluationPeriods": 1,
            "Threshold": counted.limit,
            "ComparisonOperator": "LessThanThreshold" if counted.silent else "GreaterThanOrEqualToThreshold",
            "TreatMissingData": "breaching" if counted.silent else "notBreaching",
        },
    )


def _rings(what: str, page: str, properties: Json) -> Json:
    said = {"AlarmDescription": f"{what}. docs/operations.md#when-{page}", "AlarmActions": [ref("Told")]}
    return resource("AWS::CloudWatch::Alarm", said | properties)


def _own_counters(stage: Stage, doors: list[str]) -> Json:
    made: Json = {
        "WorkersFull": _rings(
            "now: the workers are nearly full",
            "workers",
            _over("Average", 80, 60, 3) | {"Namespace": namespace(stage), "MetricName": LOAD_METRIC},
        ),
        "JoinSlow": _rings(
            "today: one join in twenty takes over two seconds of functions",
            "joins",
            {
                "Namespace": "AWS/ApiGateway",
                "MetricName": "Latency",
                "Dimensions": _join(stage),
                "ExtendedStatistic": "p95",
                "Threshold": 2_000,
                "Period": 300,
                "EvaluationPeriods": 2,
                "ComparisonOperator": "GreaterThanThreshold",
                "TreatMissingData": "notBreaching",
            },
        ),
        "JoinRefused": _rings(
            "now: joins fail",
            "joins",
            _over("Sum", 5, 60, 1)
            | {"Namespace": "AWS/ApiGateway", "MetricName": "5XXError", "Dimensions": _join(stage)},
        ),
    }
    for door in doors:
        queue = [{"Name": "QueueName", "Value": f"{stage.prefix}-{door}-failed"}]
        made[f"{door.capitalize()}Failed"] = _rings(
            "today: something that runs by itself failed three times",
            "failed",
            _over("Maximum", 0, 300, 1)
            | {"Namespace": "AWS/SQS", "MetricName": "ApproximateNumberOfMessagesVisible", "Dimensions": queue},
        )
    return made


def _over(statistic: str, limit: int, period: int, times: int) -> Json:
    return {
        "Statistic": statistic,
        "Threshold": limit,
        "Period": period,
        "EvaluationPeriods": times,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
    }


def _join(stage: Stage) -> list[Json]:
    names = {"ApiName": f"{stage.prefix}-public", "Stage": "api", "Method": "POST", "Resource": JOIN}
    return [{"Name": name, "Value": value} for name, value in names.items()]


def _board(stage: Stage, doors: list[str]) -> Json:
    join = [part for pair in _join(stage) for part in pair.values()]
    own = namespace(stage)
    graphs = [
        ("Joins", "Sum", [["AWS/ApiGateway", "Count", *join], ["AWS/ApiGateway", "5XXError", *join]]),
        ("Join time, ms", "p95", [["AWS/ApiGateway", "Latency", *join]]),
        ("Worker load, %", "Average", [[own, LOAD_METRIC]]),
        ("Payments", "Sum", [[own, "FailedCallback"], [own, "DoubtfulPayment"]]),
        ("Retention", "Sum", [[own, "CensusLate"], [own, "CensusMissing"], [own, "SweepMissing"]]),
        ("Rights", "Sum", [[own, "RightsLate"], [own, "RightsMail"], [own, "HoldReview"], [own, "HoldUnfinished"]]),
        ("Faults", "Sum", [[own, "Fault"], [own, "CallbackFault"], [own, "ConsoleFault"], [own, "WorkerLost"]]),
        (
            "Failed by themselves",
            "Maximum",
            [
                ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", f"{stage.prefix}-{door}-failed"]
                for door in doors
            ],
        ),
    ]
    return {
        "widgets": [
            {
                "type": "metric",
                "x": 12 * (number % 2),
                "y": 6 * (number // 2),
                "width": 12,
                "height": 6,
                "properties": {
                    "title": title,
                    "stat": statistic,
                    "period": 60,
                    "region": stage.region,
                    "metrics": metrics,
                },
            }
            for number, (title, statistic, metrics) in enumerate(graphs)
        ]
    }
