"""The few words of CloudFormation that every stack uses."""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.register import LOGS
from infra.stages import Stage

Json = dict[str, Any]


def stack(description: str, resources: Json, outputs: Json | None = None, parameters: Json | None = None) -> Json:
    """A template."""
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"Iboo: {description}",
        **({"Parameters": parameters} if parameters else {}),
        "Resources": resources,
        **({"Outputs": outputs} if outputs else {}),
    }


def resource(kind: str, properties: Json, **more: Any) -> Json:
    """``more``: DependsOn, DeletionPolicy and the like."""
    return {"Type": kind, **more, "Properties": properties}


def ref(name: str) -> Json:
    """What a resource or a parameter is known by."""
    return {"Ref": name}


def get(name: str, attribute: str) -> Json:
    """An attribute of a resource."""
    return {"Fn::GetAtt": [name, attribute]}


def sub(text: str) -> Json:
    """``text`` with ``${…}`` filled in."""
    return {"Fn::Sub": text}


def exported(stage: Stage, name: str, value: Json) -> Json:
    """An output that other stacks of the region may take."""
    return {"Value": value, "Export": {"Name": f"{stage.prefix}-{name}"}}


def imported(stage: Stage, name: str) -> Json:
    """What another stack has exported."""
    return {"Fn::ImportValue": f"{stage.prefix}-{name}"}


def secret(stage: Stage, name: str) -> str:
    """A reference that is filled in while a stack is created or updated; the value stands in no template."""
    return f"{{{{resolve:secretsmanager:{stage.prefix}/{name}:SecretString::AWSCURRENT}}}}"


def allow(stage: Stage, sid: str, actions: Sequence[str], resources: Sequence[Json | str]) -> Json:
    """A statement that holds in the stage's region alone."""
    return in_region(stage, {"Sid": sid, "Effect": "Allow", "Action": sorted(actions), "Resource": list(resources)})


def in_region(stage: Stage, statement: Json) -> Json:
    """The statement, for calls to the stage's region only."""
    conditions = dict(statement.get("Condition", {}))
    conditions["StringEquals"] = {**conditions.get("StringEquals", {}), "aws:RequestedRegion": stage.region}
    return {**statement, "Condition": conditions}


def role(service: str, statements: Sequence[Json], condition: Mapping[str, Any] | None = None) -> Json:
    """A role that one service of AWS may take."""
    trust: Json = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    if condition:
        trust["Condition"] = dict(condition)
    return resource(
        "AWS::IAM::Role",
        {
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
            "Policies": [
                {"PolicyName": "own", "PolicyDocument": {"Version": "2012-10-17", "Statement": list(statements)}}
            ],
        },
    )


def log_group(name: str) -> Json:
    """``/<prefix>/<name in the register>``, kept as long as the register says. Raises `KeyError` for one it does not
    name."""
    return resource(
        "AWS::Logs::LogGroup",
        {"LogGroupName": name, "RetentionInDays": LOGS[name.split("/", 2)[2]]},
        DeletionPolicy="Delete",
        UpdateReplacePolicy="Delete",
    )
