"""A door's stack: what Chalice packages, made fit for production.

Chalice knows routes, schedules and roles. Added here: region conditions, log groups that forget, queues for what fails,
concurrency kept free, the private network, secrets, the answer to an address nobody has.
"""

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from infra import composing, mail, turn
from infra.cloudformation import Json, allow, exported, get, imported, in_region, log_group, ref, resource, secret, sub
from infra.network import ZONES
from infra.stages import Stage

IN_NETWORK = ("public", "callback", "console", "schedule")
"""Doors that call workers (join, push, remove, end; the callback, to answer a report on a recording) or the bank
(captures, refunds)."""

COMMON = ("KEY_ENCRYPTION_KEY", "LOOKUP_KEY")
SECRETS: dict[str, tuple[str, ...]] = {
    "public": (*COMMON, "CSRF_KEY", "TICKET_PRIVATE_KEY", "TURN_SECRET", "MONETICO_KEY"),
    "callback": (*COMMON, "CSRF_KEY", "POOL_SECRET", "TICKET_PRIVATE_KEY", "MONETICO_KEY"),
    "console": (*COMMON, "CSRF_KEY", "TICKET_PRIVATE_KEY", "MONETICO_KEY"),
    "schedule": (
        *(*COMMON, "CSRF_KEY", "TICKET_PRIVATE_KEY", "PROOF_PRIVATE_KEY", "MONETICO_KEY", "EINVOICING_SECRET"),
        *("ANSWERS_MAILBOX", "RIGHTS_MAILBOX"),
    ),
}
"""What each door needs to know. Only the callback can check a worker's report; only the schedule signs a proof,
deposits invoices and reads mailboxes."""

JOIN = "/api/occurrences/{occurrence}/join"
NETWORK_ACTIONS = (
    *("ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"),
    *("ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses"),
)
"""Lambda itself needs them to stand in a network, over everything: it names no interface beforehand. A statement beside
takes them from the code that runs in the function."""


def template(stage: Stage, door: str, packaged: Json, version: str) -> Json:
    """Chalice's template ``packaged`` of ``door`` with what it lacks. ``version``: of the static files."""
    made = deepcopy(packaged)
    made["Description"] = f"Iboo: the door {door}"
    made["Parameters"] = {
        "SecretsOf": {"Type": "String", "Default": "1", "Description": "Another value reads the secrets anew"}
    }
    resources = made["Resources"]
    for name, found in list(resources.items()):
        if found["Type"] == "AWS::Serverless::Function":
            _finish_function(stage, door, name, found["Properties"], version)
        elif found["Type"] == "AWS::IAM::Role":
            _finish_role(stage, door, found["Properties"])
        elif found["Type"] == "AWS::Serverless::Api":
            _finish_api(stage, found["Properties"], door)
    resources["Logs"] = log_group(log_name(stage, door))
    resources["Failed"] = resource(
        "AWS::SQS::Queue",
        {"QueueName": f"{stage.prefix}-{door}-failed", "MessageRetentionPeriod": 345_600, "SqsManagedSseEnabled": True},
    )
    if "RestAPI" in resources:
        resources |= _no_such_address()
        made["Outputs"]["RestAPIId"] = exported(stage, f"api-{door}", ref("RestAPI"))
    return made


def log_name(stage: Stage, door: str) -> str:
    """One log group for all functions of a door."""
    return f"/{stage.prefix}/functions/{door}"


def function_name(stage: Stage, door: str, logical: str) -> str:
    """Known beforehand, for the alarms."""
    return f"{stage.prefix}-{door}-{re.sub('(?<=[a-z])(?=[A-Z])', '-', logical).lower()}"


def paths(packaged: Json) -> list[str]:
    """The addresses a door answers."""
    api = packaged["Resources"].get("RestAPI")
    return sorted(api["Properties"]["DefinitionBody"]["paths"]) if api else []


def _finish_function(stage: Stage, door: str, name: str, properties: Json, version: str) -> None:
    properties["FunctionName"] = function_name(stage, door, name)
    properties["CodeUri"] = "./deployment.zip"
    properties["LoggingConfig"] = {"LogGroup": ref("Logs"), "LogFormat": "Text"}
    told = [event for event in properties.get("Events", {}).values() if event["Type"] == "SNS"]
    for event in told:
        topic = f"arn:aws:sns:{stage.region}:${{AWS::AccountId}}:{mail.topic_name(stage)}"
        event["Properties"]["Topic"] = sub(topic)
    if not told:  # what SES tells holds addresses: lost is better than kept
        properties["DeadLetterQueue"] = {"Type": "SQS", "TargetArn": get("Failed", "Arn")}
    properties["Tracing"] = "PassThrough"
    if door == "callback" and not told:
        properties["ReservedConcurrentExecutions"] = stage.callback_concurrency
    if door in IN_NETWORK:
        properties["VpcConfig"] = {
            "SecurityGroupIds": [imported(stage, "functions-group")],
            "SubnetIds": [imported(stage, f"functions-{zone}") for zone in range(ZONES)],
        }
    # Chalice's own names stand first; the environment is 4 kB at most.
    properties["Environment"]["Variables"] |= {
        "IBOO_TABLE_PREFIX": stage.prefix,
        "IBOO_BASE_URL": stage.base_url,
        "IBOO_FORWARDED_HOPS": str(stage.hops),
        "IBOO_ASSETS_VERSION": version,
        "IBOO_SECRETS_OF": ref("SecretsOf"),
        **(composing.settings(stage) if door == "public" else {}),
        **({"IBOO_TURN_URLS": turn.urls(stage)} if "TURN_SECRET" in SECRETS[door] else {}),
        **{f"IBOO_{key}": secret(stage, key.lower().replace("_", "-")) for key in SECRETS[door]},
    }


def _finish_role(stage: Stage, door: str, properties: Json) -> None:
    for attached in properties["Policies"]:
        document = attached["PolicyDocument"]
        kept = [one for one in document["Statement"] if one["Sid"] != "Log"]
        document["Statement"] = [in_region(stage, _named(stage, one)) for one in kept]
        document["Statement"] += list(_added_rights(stage, door))


def _added_rights(stage: Stage, door: str) -> Iterator[Json]:
    group = f"arn:aws:logs:{stage.region}:${{AWS::AccountId}}:log-group:{log_name(stage, door)}:*"
    yield allow(stage, "Log", ["logs:CreateLogStream", "logs:PutLogEvents"], [sub(group)])
    yield allow(stage, "Failed", ["sqs:SendMessage"], [get("Failed", "Arn")])
    if door == "public":
        yield from composing.rights(stage)
    if door in IN_NETWORK:
        yield allow(stage, "StandInNetwork", NETWORK_ACTIONS, ["*"])
        own = f"arn:aws:lambda:{stage.region}:${{AWS::AccountId}}:function:{stage.prefix}-{door}-*"
        yield {
            "Sid": "NotByTheCodeItself",
            "Effect": "Deny",
            "Action": list(NETWORK_ACTIONS),
            "Resource": "*",
            "Condition": {"ArnLike": {"lambda:SourceFunctionArn": sub(own)}},
        }


def _named(stage: Stage, statement: Json) -> Json:
    """The statement of infra/doors.py with this account, this region and this stage's names."""
    return {**statement, "Resource": [_resource_name(stage, one) for one in statement["Resource"]]}


def _resource_name(stage: Stage, arn: str) -> Any:
    if arn == "*":
        return arn
    known = arn.replace(":eu-west-3:*:", f":{stage.region}:${{AWS::AccountId}}:")
    known = re.sub(r"(table/|:::)iboo-", rf"\g<1>{stage.prefix}-", known)
    known = re.sub(r"(:::[a-z-]+)-\*", r"\1-${AWS::AccountId}", known)
    known = known.replace("configuration-set/iboo-mail", f"configuration-set/{stage.prefix}-mail")
    return sub(known.replace("identity/iboo.live", f"identity/{stage.domain}"))


def _finish_api(stage: Stage, properties: Json, door: str) -> None:
    """Nothing of a request is logged. Calls of a join are counted and timed; each further method would cost."""
    properties["Name"] = f"{stage.prefix}-{door}"
    properties["AlwaysDeploy"] = True
    properties["DefinitionBody"]["info"]["title"] = f"{stage.prefix}-{door}"
    # A gateway looks at the first type a browser accepts, a page, and would hand files over as base64 text.
    properties["DefinitionBody"]["x-amazon-apigateway-binary-media-types"] = ["*/*"]
    quiet: Json = {"LoggingLevel": "OFF", "DataTraceEnabled": False}
    settings = [{"ResourcePath": "/*", "HttpMethod": "*", "MetricsEnabled": False, **quiet}]
    if JOIN in properties["DefinitionBody"]["paths"]:
        encoded = "/" + JOIN.replace("/", "~1")
        settings.append({"ResourcePath": encoded, "HttpMethod": "POST", "MetricsEnabled": True, **quiet})
    properties["MethodSettings"] = settings


NOT_FOUND_PAGE = (
    '<!doctype html><html lang="fr"><meta charset="utf-8"><title>Iboo</title>'
    "<p>Cette page n’existe pas. <a href='/'>Accueil</a></p>"
    '<p lang="en">There is no such page. <a href="/">Home</a></p></html>'
)
NOT_FOUND_ERROR = '{"error": {"code": "not_found", "message": "Not found"}}'


def _no_such_address() -> Json:
    """API Gateway says 403 about an address no route has; people and programs are told 404."""
    header = "gatewayresponse.header."
    return {
        "NoSuchAddress": resource(
            "AWS::ApiGateway::GatewayResponse",
            {
                "RestApiId": ref("RestAPI"),
                "ResponseType": "MISSING_AUTHENTICATION_TOKEN",
                "StatusCode": "404",
                "ResponseTemplates": {"application/json": NOT_FOUND_ERROR, "text/html": NOT_FOUND_PAGE},
                "ResponseParameters": {
                    f"{header}Cache-Control": "'no-store'",
                    f"{header}Referrer-Policy": "'no-referrer'",
                    f"{header}X-Content-Type-Options": "'nosniff'",
                },
            },
        )
    }
