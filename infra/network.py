"""The private network: workers and relays in public subnets, functions in private ones, one fixed way out."""

from infra.cloudformation import Json, exported, get, ref, resource, stack, sub
from infra.stages import Stage

BLOCK = "10.20.0.0/16"
ZONES = 3
MEDIA_PORT = 40_000
CONTROL_PORT = 8_443


def media_block(zone: int) -> str:
    """Workers alone stand here: a relay may send to these addresses and to no other."""
    return f"10.20.{zone * 16}.0/20"


def edge_block(zone: int) -> str:
    """Gateways, load balancer, relays."""
    return f"10.20.{128 + zone}.0/24"


def functions_block(zone: int) -> str:
    """Functions of the doors that call workers or need the fixed address."""
    return f"10.20.{160 + zone * 8}.0/21"


def template(stage: Stage) -> Json:
    """The stack."""
    resources = _ways_out() | _endpoints(stage) | _groups()
    for kind, block, public in (
        ("Media", media_block, True),
        ("Edge", edge_block, True),
        ("Functions", functions_block, False),
    ):
        for zone in range(ZONES):
            resources |= _subnet(f"{kind}{zone}", block(zone), zone, public)
    outputs = {
        "Vpc": exported(stage, "vpc", ref("Vpc")),
        "FixedAddress": {"Value": ref("OutAddress"), "Description": "What the bank sees: tell it"},
        "FunctionsGroup": exported(stage, "functions-group", ref("FunctionsGroup")),
        "WorkersGroup": exported(stage, "workers-group", ref("WorkersGroup")),
        "ComposersGroup": exported(stage, "composers-group", ref("ComposersGroup")),
        "RelaysGroup": exported(stage, "relays-group", ref("RelaysGroup")),
        "BalancerGroup": exported(stage, "balancer-group", ref("BalancerGroup")),
    }
    for kind in ("Media", "Edge", "Functions"):
        for zone in range(ZONES):
            outputs[f"{kind}{zone}"] = exported(stage, f"{kind.lower()}-{zone}", ref(f"{kind}{zone}"))
    return stack("the private network", resources, outputs)


def _subnet(name: str, block: str, zone: int, public: bool) -> Json:
    return {
        name: resource(
            "AWS::EC2::Subnet",
            {
                "VpcId": ref("Vpc"),
                "CidrBlock": block,
                "AvailabilityZone": {"Fn::Select": [zone, {"Fn::GetAZs": ""}]},
                "MapPublicIpOnLaunch": False,
                "Tags": [{"Key": "Name", "Value": sub(f"${{AWS::StackName}}-{name.lower()}")}],
            },
        ),
        f"{name}Routes": resource(
            "AWS::EC2::SubnetRouteTableAssociation",
            {"SubnetId": ref(name), "RouteTableId": ref("PublicRoutes" if public else "PrivateRoutes")},
        ),
    }


def _ways_out() -> Json:
    """One address for what functions call outside. Its zone lost, mail and payments wait; meetings and pages go on,
    for they reach workers and stores without it (docs/decisions/0091)."""
    everywhere = "0.0.0.0/0"
    return {
        "Vpc": resource("AWS::EC2::VPC", {"CidrBlock": BLOCK, "EnableDnsSupport": True, "EnableDnsHostnames": True}),
        "Internet": resource("AWS::EC2::InternetGateway", {}),
        "InternetOfVpc": resource(
            "AWS::EC2::VPCGatewayAttachment", {"VpcId": ref("Vpc"), "InternetGatewayId": ref("Internet")}
        ),
        "PublicRoutes": resource("AWS::EC2::RouteTable", {"VpcId": ref("Vpc")}),
        "PublicRoute": resource(
            "AWS::EC2::Route",
            {
                "RouteTableId": ref("PublicRoutes"),
                "DestinationCidrBlock": everywhere,
                "GatewayId": ref("Internet"),
            },
            DependsOn="InternetOfVpc",
        ),
        "OutAddress": resource(
            "AWS::EC2::EIP",
            {"Domain": "vpc"},
            DependsOn="InternetOfVpc",
            DeletionPolicy="Retain",
            UpdateReplacePolicy="Retain",
        ),
        "Out": resource(
            "AWS::EC2::NatGateway", {"AllocationId": get("OutAddress", "AllocationId"), "SubnetId": ref("Edge0")}
        ),
        "PrivateRoutes": resource("AWS::EC2::RouteTable", {"VpcId": ref("Vpc")}),
        "PrivateRoute": resource(
            "AWS::EC2::Route",
            {
                "RouteTableId": ref("PrivateRoutes"),
                "DestinationCidrBlock": everywhere,
                "NatGatewayId": ref("Out"),
            },
        ),
    }


def _endpoints(stage: Stage) -> Json:
    """Tables and buckets are reached inside the region's network, whatever becomes of the way out."""
    made = {}
    for service in ("dynamodb", "s3"):
        made[f"{service.capitalize()}Endpoint"] = resource(
            "AWS::EC2::VPCEndpoint",
            {
                "VpcId": ref("Vpc"),
                "ServiceName": f"com.amazonaws.{stage.region}.{service}",
                "VpcEndpointType": "Gateway",
                "RouteTableIds": [ref("PublicRoutes"), ref("PrivateRoutes")],
            },
        )
    return made


def _groups() -> Json:
    """Who may speak with whom. Rules are resources of their own where two groups name each other."""
    https = _towards("0.0.0.0/0", "tcp", 443, "HTTPS to services")
    return {
        "FunctionsGroup": _group(
            "functions", [https, _towards("0.0.0.0/0", "tcp", 993, "IMAPS to the rights mailbox")]
        ),
        "WorkersGroup": _group(
            "media workers", [https, _towards("0.0.0.0/0", "udp", (1_024, 65_535), "media to participants")]
        ),
        "RelaysGroup": _group("relays", [https]),
        "ComposersGroup": _group("jobs that make files", [https]),
        "BalancerGroup": _group("load balancer of the relays", []),
        "MediaIn": _rule("Ingress", "WorkersGroup", "udp", MEDIA_PORT, {"CidrIp": "0.0.0.0/0"}, "media from anyone"),
        "ControlIn": _rule("Ingress", "WorkersGroup", "tcp", CONTROL_PORT, _from("FunctionsGroup"), "functions only"),
        "ControlOut": _rule("Egress", "FunctionsGroup", "tcp", CONTROL_PORT, _to("WorkersGroup"), "to workers"),
        "TurnIn": _rule("Ingress", "BalancerGroup", "tcp", 443, {"CidrIp": "0.0.0.0/0"}, "TURN over TLS"),
        "TurnOut": _rule("Egress", "BalancerGroup", "tcp", 3_478, _to("RelaysGroup"), "to relays"),
        "RelayIn": _rule("Ingress", "RelaysGroup", "tcp", 3_478, _from("BalancerGroup"), "from the load balancer"),
        "PlainTurnIn": _rule("Ingress", "BalancerGroup", "tcp", 3_478, {"CidrIp": "0.0.0.0/0"}, "TURN over TCP"),
        "UdpTurnIn": _rule("Ingress", "BalancerGroup", "udp", 3_478, {"CidrIp": "0.0.0.0/0"}, "TURN over UDP"),
        "UdpTurnOut": _rule("Egress", "BalancerGroup", "udp", 3_478, _to("RelaysGroup"), "to relays"),
        # UDP passes the balancer under the sender's own address; the group still stands for it.
        "UdpRelayIn": _rule("Ingress", "RelaysGroup", "udp", 3_478, _from("BalancerGroup"), "from the load balancer"),
        "RelayOut": _rule("Egress", "RelaysGroup", "udp", MEDIA_PORT, _to("WorkersGroup"), "to workers alone"),
    }


def _group(what: str, egress: list[Json]) -> Json:
    """Without a rule of its own a group may send anywhere; the loopback rule takes that away."""
    nowhere = {"IpProtocol": "icmp", "FromPort": 252, "ToPort": 86, "CidrIp": "127.0.0.1/32", "Description": "nowhere"}
    return resource(
        "AWS::EC2::SecurityGroup",
        {"GroupDescription": f"Iboo {what}", "VpcId": ref("Vpc"), "SecurityGroupEgress": egress or [nowhere]},
    )


def _towards(block: str, protocol: str, port: int | tuple[int, int], why: str) -> Json:
    first, last = (port, port) if isinstance(port, int) else port
    return {"CidrIp": block, "IpProtocol": protocol, "FromPort": first, "ToPort": last, "Description": why}


def _rule(way: str, group: str, protocol: str, port: int, other: Json, why: str) -> Json:
    properties = {"GroupId": get(group, "GroupId"), "IpProtocol": protocol, "FromPort": port, "ToPort": port}
    return resource(f"AWS::EC2::SecurityGroup{way}", properties | other | {"Description": why})


def _from(group: str) -> Json:
    return {"SourceSecurityGroupId": get(group, "GroupId")}


def _to(group: str) -> Json:
    return {"DestinationSecurityGroupId": get(group, "GroupId")}
