"""A relay for networks that let nothing through but TLS on port 443: coturn behind a load balancer that holds the
certificate. It relays to the workers' subnets alone; the security groups say so a second time.
"""

from ipaddress import ip_network

from infra.cloudformation import Json, get, imported, log_group, ref, resource, stack, sub
from infra.media import IMAGE, container, start_role
from infra.network import ZONES, media_block
from infra.stages import Stage

LISTENING = 3_478


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
        "--no-udp --no-dtls --no-tls --no-tcp-relay --no-cli --no-multicast-peers --fingerprint",
        "--use-auth-secret --stale-nonce=600 --max-allocate-lifetime=600",
        "--user-quota=8 --total-quota=4000 --max-bps=1000000",
        "--denied-peer-ip=0.0.0.0-255.255.255.255",
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
            "PortMappings": [{"ContainerPort": LISTENING, "Protocol": "tcp"}],
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
            "LoadBalancers": [{"ContainerName": "relay", "ContainerPort": LISTENING, "TargetGroupArn": ref("Targets")}],
            "NetworkConfiguration": {
                "AwsvpcConfiguration": {
                    "AssignPublicIp": "ENABLED",
                    "SecurityGroups": [imported(stage, "relays-group")],
                    "Subnets": [imported(stage, f"edge-{zone}") for zone in range(ZONES)],
                }
            },
        },
        DependsOn="Listener",
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
        "Targets": resource(
            "AWS::ElasticLoadBalancingV2::TargetGroup",
            {
                "Protocol": "TCP",
                "Port": LISTENING,
                "TargetType": "ip",
                "VpcId": imported(stage, "vpc"),
                "HealthCheckProtocol": "TCP",
                "TargetGroupAttributes": [
                    {"Key": "deregistration_delay.timeout_seconds", "Value": "300"},
                    {"Key": "preserve_client_ip.enabled", "Value": "false"},
                ],
            },
        ),
        "Listener": resource(
            "AWS::ElasticLoadBalancingV2::Listener",
            {
                "LoadBalancerArn": ref("Balancer"),
                "Protocol": "TLS",
                "Port": 443,
                "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
                "Certificates": [{"CertificateArn": ref("CertificateArn")}],
                "DefaultActions": [{"Type": "forward", "TargetGroupArn": ref("Targets")}],
            },
        ),
    }
