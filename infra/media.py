"""Media workers on ECS with Fargate: a public address for UDP, a control port for the functions, as many as needed.

Their number follows *load over capacity* in forwarded packets per second, as workers report it, never the processor.
"""

from chalicelib.register.published import RECORDING
from chalicelib.register.stores import RECORDINGS
from infra.cloudformation import Json, allow, exported, get, imported, log_group, ref, resource, role, stack, sub
from infra.network import CONTROL_PORT, MEDIA_PORT, ZONES
from infra.stages import Stage

LOAD_METRIC = "WorkerLoad"
"""Per cent of all workers' capacity in use; counted from the event ``fleet_load`` (infra/alarms.py)."""

LOAD_WANTED = 60
"""Per cent. The load holds what the calendar says will begin (chalicelib/fleet/load.py); what is free carries meetings
nobody planned, until more is there."""

STARTED_WITHIN = 40
"""Seconds from the order of a container to its first report: what docs/operations.md asks to be looked at."""

OUT_COOLDOWN, IN_COOLDOWN = 60, 300
"""Seconds between two steps. Target tracking shrinks only after a quarter of an hour below its target anyway."""

STOP_SECONDS = 120
"""The most Fargate grants between SIGTERM and SIGKILL."""

SPOOL = "/spool"
"""Where segments lie, sealed, until the bucket has them: the one folder a worker may write to. Its image makes it."""

IMAGE: Json = {
    "Type": "String",
    "AllowedPattern": r"[a-z0-9./_-]+@sha256:[0-9a-f]{64}",
    "Description": "The image by digest: a tag may change, what runs may not",
}


def namespace(stage: Stage) -> str:
    """Where this stage's own figures stand."""
    return f"Iboo/{stage.prefix}"


def template(stage: Stage) -> Json:
    """The stack."""
    resources = {
        "Logs": log_group(f"/{stage.prefix}/workers"),
        "Cluster": resource(
            "AWS::ECS::Cluster", {"ClusterName": f"{stage.prefix}-media", "CapacityProviders": ["FARGATE"]}
        ),
        "StartRole": start_role(stage, ["ticket-public-key", "pool-secret"]),
        "WorkerRole": _worker_role(stage),
        "Worker": _task(stage),
        "Workers": _service(stage),
    } | _scaling(stage)
    parameters = {
        "Image": IMAGE,
        "Capacity": {
            "Type": "Number",
            "Default": 0,
            "Description": "Packets per second one container may forward; 0: each measures itself when it starts",
        },
    }
    outputs = {"Cluster": exported(stage, "media-cluster", ref("Cluster"))}
    return stack("media workers", resources, outputs, parameters)


def start_role(stage: Stage, secrets: list[str]) -> Json:
    """What ECS needs to start a container: its image, its log, its secrets. The container itself never has it."""
    own = [_arn(stage, "secretsmanager", f"secret:{stage.prefix}/{name}-??????") for name in secrets]
    layers = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    return role(
        "ecs-tasks.amazonaws.com",
        [
            allow(stage, "LogIn", ["ecr:GetAuthorizationToken"], ["*"]),
            allow(stage, "Image", layers, [_arn(stage, "ecr", f"repository/{stage.prefix}/*")]),
            allow(
                stage,
                "Log",
                ["logs:CreateLogStream", "logs:PutLogEvents"],
                [_arn(stage, "logs", f"log-group:/{stage.prefix}/*")],
            ),
            *([allow(stage, "Secrets", ["secretsmanager:GetSecretValue"], own)] if own else []),
        ],
    )


def _arn(stage: Stage, service: str, name: str) -> Json:
    return sub(f"arn:aws:{service}:{stage.region}:${{AWS::AccountId}}:{name}")


def container(stage: Stage, name: str, more: Json) -> Json:
    """What every container of ours has: nobody's rights, a root nobody writes, a log."""
    return {
        "Name": name,
        "Image": ref("Image"),
        "Essential": True,
        "User": "10001:10001",
        "ReadonlyRootFilesystem": True,
        "LinuxParameters": {"InitProcessEnabled": True, "Capabilities": {"Drop": ["ALL"]}},
        "StopTimeout": STOP_SECONDS,
        "LogConfiguration": {
            "LogDriver": "awslogs",
            "Options": {"awslogs-group": ref("Logs"), "awslogs-region": stage.region, "awslogs-stream-prefix": name},
        },
        **more,
    }


def _worker_role(stage: Stage) -> Json:
    """It learns its public address, asks not to be stopped while it holds a room, and adds segments of recordings. It
    can read nothing, not even those. No table."""
    protect = ["ecs:GetTaskProtection", "ecs:UpdateTaskProtection"]
    return role(
        "ecs-tasks.amazonaws.com",
        [
            allow(stage, "OwnAddress", ["ec2:DescribeNetworkInterfaces"], ["*"]),
            allow(stage, "StayWhileInUse", protect, [_arn(stage, "ecs", f"task/{stage.prefix}-media/*")]),
            allow(stage, "AddSegments", ["s3:PutObject"], [sub(f"arn:aws:s3:::{_bucket(stage)}/{RECORDING.prefix}*")]),
        ],
    )


def _bucket(stage: Stage) -> str:
    """The recordings' bucket, as `infra.deploy` names it."""
    return f"{stage.prefix}-{RECORDINGS.key}-${{AWS::AccountId}}"


def _task(stage: Stage) -> Json:
    report = "https://${Api}.execute-api." + stage.region + ".amazonaws.com/api/workers/report"
    worker = container(
        stage,
        "worker",
        {
            "PortMappings": [
                {"ContainerPort": MEDIA_PORT, "Protocol": "udp"},
                {"ContainerPort": CONTROL_PORT, "Protocol": "tcp"},
            ],
            "MountPoints": [{"SourceVolume": "spool", "ContainerPath": SPOOL, "ReadOnly": False}],
            "Ulimits": [{"Name": "nofile", "SoftLimit": 65_536, "HardLimit": 65_536}],
            "Environment": [
                {"Name": "AWS_REGION", "Value": stage.region},
                {"Name": "IBOO_WORKER_MEDIA_PORT", "Value": str(MEDIA_PORT)},
                {"Name": "IBOO_WORKER_CONTROL_PORT", "Value": str(CONTROL_PORT)},
                {"Name": "IBOO_WORKER_RECORDINGS_BUCKET", "Value": sub(_bucket(stage))},
                {"Name": "IBOO_WORKER_SPOOL", "Value": SPOOL},
                {"Name": "IBOO_WORKER_CAPACITY", "Value": ref("Capacity")},
                {
                    "Name": "IBOO_WORKER_REPORT_URL",
                    "Value": {"Fn::Sub": [report, {"Api": imported(stage, "api-callback")}]},
                },
            ],
            "Secrets": [
                {
                    "Name": "IBOO_WORKER_TICKET_PUBLIC_KEY",
                    "ValueFrom": _arn(stage, "secretsmanager", f"secret:{stage.prefix}/ticket-public-key"),
                },
                {
                    "Name": "IBOO_WORKER_POOL_SECRET",
                    "ValueFrom": _arn(stage, "secretsmanager", f"secret:{stage.prefix}/pool-secret"),
                },
            ],
        },
    )
    return resource(
        "AWS::ECS::TaskDefinition",
        {
            "Family": f"{stage.prefix}-worker",
            "RequiresCompatibilities": ["FARGATE"],
            "NetworkMode": "awsvpc",
            "Cpu": "1024",
            "Memory": "2048",
            "RuntimePlatform": {"CpuArchitecture": "X86_64", "OperatingSystemFamily": "LINUX"},
            "ExecutionRoleArn": get("StartRole", "Arn"),
            "TaskRoleArn": get("WorkerRole", "Arn"),
            "Volumes": [{"Name": "spool"}],
            "ContainerDefinitions": [worker],
        },
    )


def _service(stage: Stage) -> Json:
    """A deployment starts the new ones first; the old ones drain, protected as long as they hold a room."""
    return resource(
        "AWS::ECS::Service",
        {
            "Cluster": ref("Cluster"),
            "TaskDefinition": ref("Worker"),
            "LaunchType": "FARGATE",
            "PlatformVersion": "1.4.0",
            "EnableExecuteCommand": False,
            "AvailabilityZoneRebalancing": "DISABLED",
            "DeploymentConfiguration": {
                "MinimumHealthyPercent": 100,
                "MaximumPercent": 200,
                "DeploymentCircuitBreaker": {"Enable": True, "Rollback": True},
            },
            "NetworkConfiguration": {
                "AwsvpcConfiguration": {
                    "AssignPublicIp": "ENABLED",
                    "SecurityGroups": [imported(stage, "workers-group")],
                    "Subnets": [imported(stage, f"media-{zone}") for zone in range(ZONES)],
                }
            },
        },
    )


def _scaling(stage: Stage) -> Json:
    """Out within minutes, in after a quarter of an hour; a protected container is never chosen."""
    least, most = stage.workers
    linked = "role/aws-service-role/ecs.application-autoscaling.amazonaws.com/"
    return {
        "Range": resource(
            "AWS::ApplicationAutoScaling::ScalableTarget",
            {
                "ServiceNamespace": "ecs",
                "ScalableDimension": "ecs:service:DesiredCount",
                "ResourceId": {"Fn::Sub": "service/${Cluster}/${Workers.Name}"},
                "MinCapacity": least,
                "MaxCapacity": most,
                "RoleARN": sub(
                    "arn:aws:iam::${AWS::AccountId}:" + linked + "AWSServiceRoleForApplicationAutoScaling_ECSService"
                ),
            },
        ),
        "Follow": resource(
            "AWS::ApplicationAutoScaling::ScalingPolicy",
            {
                "PolicyName": f"{stage.prefix}-worker-load",
                "PolicyType": "TargetTrackingScaling",
                "ScalingTargetId": ref("Range"),
                "TargetTrackingScalingPolicyConfiguration": {
                    "TargetValue": LOAD_WANTED,
                    "ScaleOutCooldown": OUT_COOLDOWN,
                    "ScaleInCooldown": IN_COOLDOWN,
                    "CustomizedMetricSpecification": {
                        "Namespace": namespace(stage),
                        "MetricName": LOAD_METRIC,
                        "Statistic": "Average",
                        "Unit": "Percent",
                    },
                },
            },
        ),
    }
