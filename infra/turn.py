"""Relays for networks that block the way to workers: coturn behind a load balancer, over UDP and TCP on port 3478 and
over TLS on 443, for which the balancer holds the certificate. They relay to the workers' subnets alone; the security
groups say so a second time.
"""

from ipaddress import ip_network

from infra.cloudformation import Json, get, imported, log_group, ref, resource, stack, sub
from infra.media import IMAGE, container, start_role
from infra.network import ZONES, media_block
from infra.stages import Stage

LISTENING = 3_478
SECURE = 443

LIMITS = (
    "no-tcp-relay",
    "no-multicast-peers",
    "stale-nonce=600",
    "max-allocate-lifetime=600",
    "user-quota=12",
    "total-quota=4000",
    "max-bps=1000000",
    "denied-peer-ip=0.0.0.0-255.255.255.255",
    "denied-peer-ip=::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
)
"""What no relay of ours does, wherever it runs: serve anything but UDP to the peers its own list allows, hold more than
a dozen allocations for one credential (a browser makes one per address and transport), or carry more than 8 Mbit/s
each. ``max-bps`` counts bytes."""


def urls(stage: Stage) -> str:
    """As the functions' setting ``TURN_URLS`` wants them: the cheapest way first."""
    host = f"turn.{stage.domain}"
    plain = f"turn:{host}:{LISTENING}"
    return f"{plain}?transport=udp,{plain}?transport=tcp,turns:{host}:{SECURE}?transport=tcp"


def template(stage: Stage) -> Json:
    """The stack."""
    resources = {
        "Logs": log_group(f"/{stage.prefix}/relays"),
        "Cluster": resource("AWS::ECS::Cluster", {"ClusterName": f"{stage.prefix}-turn"}),
        "StartRole": start_role(stage, ["turn-secret"]),
        "Relay": _task(stage),
        "Relays": _service(stage),
    } | _balancer(stage)
    parameters = {
        "Image": IMAGE,
        "CertificateArn": {"Type": "String", "Description": f"For turn.{stage.domain}, of this region"},
    }
    outputs = {"Balancer": {"Value": get("Balancer", "DNSName"), "Description": f"turn.{stage.domain} is its CNAME"}}
    return stack("relays", resources, outputs, parameters)


def command(stage: Stage) -> list[str]:
    """coturn's own words. The secret comes by environment, and the shell hands it over: it stands in no template."""
    allowed = [f"--allowed-peer-ip={first}-{last}" for first, last in map(_ends, range(ZONES))]
    options = [
        f"--listening-port={LISTENING}",
        f"--realm=turn.{stage.domain}",
        "--no-dtls --no-tls --no-cli --fingerprint --use-auth-secret",
        *(f"--{limit}" for limit in LIMITS),
        *allowed,
        "--no-stdout-log --log-file=/dev/null --pidfile=/tmp/turnserver.pid --userdb=/tmp/turndb",
    ]
    return ["/bin/sh", "-c", f'exec turnserver -n {" ".join(options)} --static-auth-secret="$TURN_SECRET"']


def _ends(zone: int) -> tuple[str, str]:
    network = ip_network(media_block(zone))
    return str(network.network_address), str(network.broadcast_address)


def _task(stage: Stage) -> Json:
    own = f"arn:aws:secretsmanager:{stage.region}:${{AWS::AccountId}}:secret:{stage.prefix}/turn-secret"
    relay = container(
        stage,
        "relay",
        {
            "Command": command(stage),
            "PortMappings": [{"ContainerPort": LISTENING, "Protocol": protocol} for protocol in ("udp", "tcp")],
            "Secrets": [{"Name": "TURN_SECRET", "ValueFrom": sub(own)}],
            "MountPoints": [{"SourceVolume": "scratch", "ContainerPath": "/tmp", "ReadOnly": False}],  # noqa: S108 # the container's
        },
    )
    return resource(
        "AWS::ECS::TaskDefinition",
        {
            "Family": f"{stage.prefix}-relay",
            "RequiresCompatibilities": ["FARGATE"],
            "NetworkMode": "awsvpc",
            "Cpu": "512",
            "Memory": "1024",
            "ExecutionRoleArn": get("StartRole", "Arn"),
            "Volumes": [{"Name": "scratch"}],
            "ContainerDefinitions": [relay],
        },
    )


def _service(stage: Stage) -> Json:
    return resource(
        "AWS::ECS::Service",
        {
            "Cluster": ref("Cluster"),
            "TaskDefinition": ref("Relay"),
            "LaunchType": "FARGATE",
            "PlatformVersion": "1.4.0",
            "DesiredCount": 2,
            "EnableExecuteCommand": False,
            "LoadBalancers": [
                {"ContainerName": "relay", "ContainerPort": LISTENING, "TargetGroupArn": ref(targets)}
                for targets in ("Targets", "PlainTargets")
            ],
            "NetworkConfiguration": {
                "AwsvpcConfiguration": {
                    "AssignPublicIp": "ENABLED",
                    "SecurityGroups": [imported(stage, "relays-group")],
                    "Subnets": [imported(stage, f"edge-{zone}") for zone in range(ZONES)],
                }
            },
        },
        DependsOn=["Listener", "PlainListener"],
    )


def _balancer(stage: Stage) -> Json:
    return {
        "Balancer": resource(
            "AWS::ElasticLoadBalancingV2::LoadBalancer",
            {
                "Type": "network",
                "Scheme": "internet-facing",
                "SecurityGroups": [imported(stage, "balancer-group")],
                "Subnets": [imported(stage, f"edge-{zone}") for zone in range(ZONES)],
            },
        ),
        "Targets": _targets(stage, "TCP"),
        "PlainTargets": _targets(stage, "TCP_UDP"),
        "PlainListener": _listener("PlainTargets", {"Protocol": "TCP_UDP", "Port": LISTENING}),
        "Listener": _listener(
            "Targets",
            {
                "Protocol": "TLS",
                "Port": SECURE,
                "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
                "Certificates": [{"CertificateArn": ref("CertificateArn")}],
            },
        ),
    }


def _targets(stage: Stage, protocol: str) -> Json:
    """Where a listener sends to. UDP always arrives with the sender's own address."""
    attributes = [{"Key": "deregistration_delay.timeout_seconds", "Value": "300"}]
    if protocol == "TCP":
        attributes.append({"Key": "preserve_client_ip.enabled", "Value": "false"})
    return resource(
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        {
            "Protocol": protocol,
            "Port": LISTENING,
            "TargetType": "ip",
            "VpcId": imported(stage, "vpc"),
            "HealthCheckProtocol": "TCP",
            "TargetGroupAttributes": attributes,
        },
    )


def _listener(targets: str, properties: Json) -> Json:
    return resource(
        "AWS::ElasticLoadBalancingV2::Listener",
        {
            "LoadBalancerArn": ref("Balancer"),
            "DefaultActions": [{"Type": "forward", "TargetGroupArn": ref(targets)}],
            **properties,
        },
    )
