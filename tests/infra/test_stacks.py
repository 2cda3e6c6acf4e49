"""Policy: what production must hold to, asserted on every rendered stack."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

from chalicelib import settings
from chalicelib.register import STORES
from infra import alarms, functions, media, site
from infra.headers import STATIC
from infra.network import CONTROL_PORT, MEDIA_PORT, ZONES, media_block
from infra.stages import EDGE_REGION, STAGES
from infra.turn import command
from tests.infra.rendered import Json, doors, resources, stage, templates

ROOT = Path(__file__).parent.parent.parent
FRONTS = ("prod", "prod-static")

OVER_EVERYTHING = {
    "ListStores": {"dynamodb:ListTables", "s3:ListAllMyBuckets", "logs:DescribeLogGroups"},
    "StandInNetwork": set(functions.NETWORK_ACTIONS),
    "LogIn": {"ecr:GetAuthorizationToken"},
    "OwnAddress": {"ec2:DescribeNetworkInterfaces"},
}
"""The listed exceptions: AWS knows no narrower form of these."""


def statements(name: str) -> Iterator[tuple[str, Json]]:
    for where, role in resources(name, "AWS::IAM::Role"):
        for attached in role["Policies"]:
            for statement in attached["PolicyDocument"]["Statement"]:
                yield f"{where}/{statement['Sid']}", statement


@pytest.mark.parametrize("name", STAGES)
def test_every_stack_is_sound_cloudformation(name: str, tmp_path: Path) -> None:
    lint = str(Path(sys.executable).with_name("cfn-lint"))
    (tmp_path / "deployment.zip").touch()
    files: dict[str, list[str]] = {stage(name).region: [], EDGE_REGION: []}
    for stack, template in templates(name).items():
        file = tmp_path / f"{stack}.json"
        file.write_text(json.dumps(template))
        files[EDGE_REGION if stack == "edge" else stage(name).region].append(str(file))
    for region, chosen in files.items():
        done = subprocess.run([lint, "--regions", region, "--", *chosen], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def test_stores_are_those_of_the_register() -> None:
    names = [
        json.dumps(properties.get("TableName") or properties.get("BucketName"))
        for kind in ("AWS::DynamoDB::Table", "AWS::S3::Bucket")
        for where, properties in resources("prod", kind)
        if where.startswith("data/")
    ]
    assert len(names) == len(STORES)
    for store in STORES:
        assert any(f"-{store.key}" in name for name in names), store.key


def test_buckets_outside_the_register_are_not_taken_for_stores() -> None:
    for where, properties in resources("prod", "AWS::S3::Bucket"):
        if not where.startswith("data/"):
            assert not properties["BucketName"]["Fn::Sub"].startswith(f"{stage().prefix}-"), where


def test_no_bucket_is_public_plain_or_copied_elsewhere() -> None:
    for where, properties in resources("prod", "AWS::S3::Bucket"):
        assert list(properties["PublicAccessBlockConfiguration"].values()) == [True] * 4, where
        assert properties["BucketEncryption"], where
        assert "ReplicationConfiguration" not in properties and "LoggingConfiguration" not in properties, where
        assert {"DaysAfterInitiation": 1} in [
            rule.get("AbortIncompleteMultipartUpload") for rule in properties["LifecycleConfiguration"]["Rules"]
        ]


def test_every_bucket_answers_over_tls_only() -> None:
    policies = [properties["PolicyDocument"] for _, properties in resources("prod", "AWS::S3::BucketPolicy")]
    refusing = [
        document
        for document in policies
        if any(
            one["Effect"] == "Deny" and one["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
            for one in document["Statement"]
        )
    ]
    assert len(refusing) == len(policies) == len(list(resources("prod", "AWS::S3::Bucket")))


def test_who_may_read_a_bucket_by_its_policy_is_the_front_alone() -> None:
    for where, properties in resources("prod", "AWS::S3::BucketPolicy"):
        for statement in properties["PolicyDocument"]["Statement"]:
            if statement["Effect"] == "Allow":
                assert where == "site/FilesPolicy"
                assert statement["Principal"] == {"Service": "cloudfront.amazonaws.com"}
                assert "aws:SourceArn" in statement["Condition"]["StringEquals"]


def test_tables_have_no_copy_in_another_region() -> None:
    assert not list(resources("prod", "AWS::DynamoDB::GlobalTable"))
    for where, properties in resources("prod", "AWS::DynamoDB::Table"):
        assert not {"Replicas", "StreamSpecification", "KinesisStreamSpecification"} & set(properties), where


@pytest.mark.parametrize("name", FRONTS)
def test_every_right_holds_in_one_region(name: str) -> None:
    found = list(statements(name))
    assert found
    for where, statement in found:
        if statement["Action"] == ["iam:PassRole"]:  # IAM has no region; the one it is handed to has
            assert statement["Condition"] == {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
        elif statement["Effect"] == "Allow":
            assert statement["Condition"]["StringEquals"]["aws:RequestedRegion"] == stage(name).region, where


def test_no_right_is_wider_than_its_name() -> None:
    for where, statement in statements("prod"):
        if statement["Effect"] == "Deny":
            continue
        actions = set(statement["Action"])
        assert not [action for action in actions if "*" in action], where
        if statement["Resource"] == ["*"]:
            assert actions <= OVER_EVERYTHING[statement["Sid"]], where
            continue
        for one in statement["Resource"]:
            text = json.dumps(one)
            assert "Fn::GetAtt" in one or stage().prefix in text or stage().domain in text, (where, one)
            assert ":*:" not in text.replace(':*"', '"'), f"{where}: any account"


def test_code_cannot_use_the_rights_its_network_needs() -> None:
    for where, role in resources("prod", "AWS::IAM::Role"):
        inside = [one for attached in role["Policies"] for one in attached["PolicyDocument"]["Statement"]]
        given = [one for one in inside if one["Sid"] == "StandInNetwork"]
        taken = [one for one in inside if one["Sid"] == "NotByTheCodeItself"]
        assert len(given) == len(taken), where
        for one, other in zip(given, taken, strict=True):
            assert set(one["Action"]) == set(other["Action"]) and other["Effect"] == "Deny"


def test_only_the_edge_stack_stands_outside_the_region_and_holds_two_things() -> None:
    edge = templates()["edge"]["Resources"]
    assert {found["Type"] for found in edge.values()} == {
        "AWS::CertificateManager::Certificate",
        "AWS::WAFv2::WebACL",
    }


def test_no_firewall_keeps_samples_of_requests() -> None:
    kept = [text for name in FRONTS for text in [json.dumps(templates(name))]]
    assert all('"SampledRequestsEnabled": true' not in text for text in kept)
    assert sum(text.count('"SampledRequestsEnabled": false') for text in kept) > 0


def test_every_log_is_forgotten_within_a_fortnight() -> None:
    groups = dict(resources("prod", "AWS::Logs::LogGroup"))
    assert {f"door-{door}/Logs" for door in doors()} | {"media/Logs", "compose/Logs", "turn/Logs"} == set(groups)
    assert all(properties["RetentionInDays"] <= 14 for properties in groups.values())


def test_gateways_and_the_front_log_no_request() -> None:
    for where, properties in resources("prod", "AWS::Serverless::Api"):
        assert "AccessLogSetting" not in properties, where
        assert properties["EndpointConfiguration"] == "REGIONAL"
        for settings_ in properties["MethodSettings"]:
            assert settings_["LoggingLevel"] == "OFF" and settings_["DataTraceEnabled"] is False
    for name in FRONTS:
        for _, properties in resources(name, "AWS::CloudFront::Distribution"):
            assert not {"Logging", "RealtimeLogConfigArn"} & set(properties["DistributionConfig"])


def test_no_secret_stands_in_a_template() -> None:
    words = re.compile(r"SECRET|_KEY$|TOKEN|PASSWORD")
    for where, properties in resources("prod", "AWS::Serverless::Function"):
        variables = properties["Environment"]["Variables"]
        assert len(json.dumps(variables)) < 4_096, f"{where}: Lambda takes 4 kB"
        for name, value in variables.items():
            if words.search(name) and name != "IBOO_SECRETS_OF":
                assert value.startswith("{{resolve:secretsmanager:"), (where, name)
    for _, properties in resources("prod", "AWS::ECS::TaskDefinition"):
        for container in properties["ContainerDefinitions"]:
            assert not [one for one in container.get("Environment", []) if words.search(one["Name"])]


@pytest.mark.parametrize("door", functions.SECRETS)
def test_a_door_is_given_declared_settings_only_and_every_secret_that_has_no_default(door: str) -> None:
    assert door in doors()
    known = {f"IBOO_{name}" for name in settings.SETTINGS} | {"IBOO_SECRETS_OF"}
    for where, properties in resources("prod", "AWS::Serverless::Function"):
        if where.startswith(f"door-{door}/"):
            assert set(properties["Environment"]["Variables"]) <= known, where
    required = {name for name, (default, _) in settings.SETTINGS.items() if default is None}
    with_passwords = {"ANSWERS_MAILBOX", "RIGHTS_MAILBOX"}
    assert required | with_passwords == {name for secrets in functions.SECRETS.values() for name in secrets}


def test_a_workers_report_can_be_checked_by_one_door_alone() -> None:
    assert [door for door, names in functions.SECRETS.items() if "POOL_SECRET" in names] == ["callback"]
    assert [door for door, names in functions.SECRETS.items() if "PROOF_PRIVATE_KEY" in names] == ["schedule"]


def test_doors_stand_in_the_network_only_where_they_call_somebody_there() -> None:
    for where, properties in resources("prod", "AWS::Serverless::Function"):
        door = where.split("/")[0].removeprefix("door-")
        assert ("VpcConfig" in properties) == (door in functions.IN_NETWORK), where


def test_every_function_has_a_queue_for_what_failed_and_the_callback_keeps_room() -> None:
    for where, properties in resources("prod", "AWS::Serverless::Function"):
        told_of_mail = where == "door-callback/MailEvent"
        kept_aside = properties.get("DeadLetterQueue", {}).get("Type") == "SQS"
        assert kept_aside is not told_of_mail, f"{where}: what SES tells holds addresses"
        keeps_room = where.startswith("door-callback/") and not told_of_mail
        assert ("ReservedConcurrentExecutions" in properties) == keeps_room, where
    for where, properties in resources("prod", "AWS::SQS::Queue"):
        assert properties["SqsManagedSseEnabled"] is True, where


@pytest.mark.parametrize("name", STAGES)
def test_mail_is_signed_not_tracked_and_told_of_to_one_function_by_ses_alone(name: str) -> None:
    made = templates(name)
    found = made["mail"]["Resources"]
    telling = found["Telling"]["Properties"]["EventDestination"]
    assert set(telling["MatchingEventTypes"]).isdisjoint({"open", "click", "send", "subscription"})
    assert "TrackingOptions" not in found["Kept"]["Properties"]
    assert found["Kept"]["Properties"]["SuppressionOptions"] == {"SuppressedReasons": []}
    identity = found["Domain"]["Properties"]
    assert identity["EmailIdentity"] == stage(name).domain and identity["DkimAttributes"]["SigningEnabled"] is True
    assert identity["FeedbackAttributes"] == {"EmailForwardingEnabled": False}
    (allowed,) = found["ToldBySes"]["Properties"]["PolicyDocument"]["Statement"]
    assert allowed["Principal"] == {"Service": "ses.amazonaws.com"}
    assert allowed["Condition"] == {"StringEquals": {"AWS:SourceAccount": {"Ref": "AWS::AccountId"}}}
    subscribed = [
        (where, event["Properties"]["Topic"]["Fn::Sub"].rpartition(":")[2])
        for where, function in resources(name, "AWS::Serverless::Function")
        for event in function.get("Events", {}).values()
        if event["Type"] == "SNS"
    ]
    assert subscribed == [("door-callback/MailEvent", found["Told"]["Properties"]["TopicName"])]
    rights = [statement for _, statement in statements(name) if statement["Sid"] == "Mail"]
    assert rights
    for statement in rights:
        named = [arn["Fn::Sub"].rpartition(":")[2] for arn in statement["Resource"]]
        assert named == [f"identity/{stage(name).domain}", f"configuration-set/{found['Kept']['Properties']['Name']}"]


def ingress() -> list[tuple[str, Json]]:
    return list(resources("prod", "AWS::EC2::SecurityGroupIngress"))


def test_the_public_reaches_media_by_udp_and_relays_by_udp_tcp_and_tls_and_nothing_else() -> None:
    public = {(rule["IpProtocol"], rule["FromPort"], rule["ToPort"]) for _, rule in ingress() if "CidrIp" in rule}
    assert public == {("udp", MEDIA_PORT, MEDIA_PORT), ("udp", 3478, 3478), ("tcp", 3478, 3478), ("tcp", 443, 443)}
    for where, group in resources("prod", "AWS::EC2::SecurityGroup"):
        assert "SecurityGroupIngress" not in group, where
        assert group["SecurityGroupEgress"], f"{where}: without a rule it may send anywhere"


def test_the_control_port_is_open_to_functions_alone() -> None:
    rules = [rule for _, rule in ingress() if rule["FromPort"] <= CONTROL_PORT <= rule["ToPort"]]
    assert [rule["SourceSecurityGroupId"]["Fn::GetAtt"][0] for rule in rules] == ["FunctionsGroup"]


def test_functions_name_the_relays_where_they_listen_and_sign_for_them_at_the_public_door_alone() -> None:
    listeners = {
        (one["Protocol"], one["Port"]) for _, one in resources("prod", "AWS::ElasticLoadBalancingV2::Listener")
    }
    assert listeners == {("TCP_UDP", 3478), ("TLS", 443)}
    for where, properties in resources("prod", "AWS::Serverless::Function"):
        variables = properties["Environment"]["Variables"]
        assert ("IBOO_TURN_SECRET" in variables) == where.startswith("door-public/"), where
        if "IBOO_TURN_SECRET" in variables:
            assert variables["IBOO_TURN_URLS"].split(",") == [
                "turn:turn.iboo.live:3478?transport=udp",
                "turn:turn.iboo.live:3478?transport=tcp",
                "turns:turn.iboo.live:443?transport=tcp",
            ]


def test_a_relay_sends_to_workers_alone() -> None:
    rules = dict(resources("prod", "AWS::EC2::SecurityGroupEgress"))
    assert rules["network/RelayOut"]["DestinationSecurityGroupId"]["Fn::GetAtt"][0] == "WorkersGroup"
    spoken = command(stage())[2]
    assert "--denied-peer-ip=0.0.0.0-255.255.255.255" in spoken
    assert spoken.count("--allowed-peer-ip=") == ZONES
    for zone in range(ZONES):
        assert f"--allowed-peer-ip={media_block(zone).split('/')[0]}-" in spoken
    subnets = [
        name
        for name, one in resources("prod", "AWS::EC2::Subnet")
        if one["CidrBlock"] in map(media_block, range(ZONES))
    ]
    used = next(properties for _, properties in resources("prod", "AWS::ECS::Service"))
    placed = json.dumps(used["NetworkConfiguration"])
    assert len(subnets) == ZONES and all(f"iboo-media-{zone}" in placed for zone in range(ZONES))


def test_containers_run_as_nobody_on_a_root_nobody_writes_from_an_image_by_digest() -> None:
    found = list(resources("prod", "AWS::ECS::TaskDefinition"))
    assert len(found) == 3
    for where, properties in found:
        [container] = properties["ContainerDefinitions"]
        assert container["User"] != "0" and container["ReadonlyRootFilesystem"] is True, where
        assert container["LinuxParameters"]["Capabilities"] == {"Drop": ["ALL"]}, where
        assert container["StopTimeout"] == 120
        pattern = templates()[where.split("/")[0]]["Parameters"]["Image"]["AllowedPattern"]
        assert re.fullmatch(pattern, "1.dkr.ecr.eu-west-3.amazonaws.com/iboo/worker@sha256:" + "0" * 64)
        assert not re.fullmatch(pattern, "1.dkr.ecr.eu-west-3.amazonaws.com/iboo/worker:latest")


def test_a_worker_adds_segments_to_one_prefix_and_reads_nothing() -> None:
    rights = [statement for where, statement in statements("prod") if "WorkerRole" in where]
    (adds,) = [one for one in rights if any(action.startswith("s3:") for action in one["Action"])]
    assert adds["Action"] == ["s3:PutObject"]
    assert adds["Resource"] == [{"Fn::Sub": "arn:aws:s3:::iboo-recordings-${AWS::AccountId}/recordings/*"}]
    assert not [one for one in rights if any(action.startswith("dynamodb:") for action in one["Action"])]


def test_the_job_that_makes_files_has_no_right_at_all_and_only_the_public_door_starts_it() -> None:
    (task,) = [one for where, one in resources("prod", "AWS::ECS::TaskDefinition") if where.startswith("compose/")]
    assert "TaskRoleArn" not in task and "Secrets" not in task["ContainerDefinitions"][0]
    assert "Volumes" not in task, "nothing of a recording ever lies on a disk"
    own = [statement for where, statement in statements("prod") if where.startswith("compose/")]
    assert {action.split(":")[0] for one in own for action in one["Action"]} == {"ecr", "logs"}
    starters = [where for where, one in statements("prod") if {"ecs:RunTask", "iam:PassRole"} & set(one["Action"])]
    assert len(starters) == 2 and all(where.startswith("door-public/") for where in starters)
    (start,) = [one for _, one in statements("prod") if "ecs:RunTask" in one["Action"]]
    assert "cluster/iboo-compose" in json.dumps(start["Condition"]["ArnEquals"]["ecs:cluster"])


def test_its_image_holds_what_it_imports_and_nothing_of_the_workers() -> None:
    said = (ROOT / "infra" / "images" / "composer" / "Dockerfile").read_text()
    copied = [line.split()[1:-1] for line in said.splitlines() if line.startswith("COPY ")]
    there = {path for paths in copied for path in paths}
    assert "USER 10001:10001" in said and "python:" not in said.split("ARG BASE")[1].split("FROM")[0]
    imported = {
        name
        for file in (ROOT / "media_workers" / "compose").glob("*.py")
        for name in re.findall(r"^from ((?:media_workers|chalicelib)[\w.]*) import", file.read_text(), re.M)
    }
    for name in imported:
        path = name.replace(".", "/")
        assert any(path == one.removesuffix(".py") or path.startswith(f"{one}/") for one in there) or (
            path == "media_workers" and "media_workers/logs.py" in there
        ), name


def test_a_worker_may_write_its_spool_alone() -> None:
    (task,) = [found for name, found in resources("prod", "AWS::ECS::TaskDefinition") if name.endswith("/Worker")]
    (container,) = task["ContainerDefinitions"]
    assert container["ReadonlyRootFilesystem"] is True
    assert [mount["ContainerPath"] for mount in container["MountPoints"]] == [media.SPOOL]
    settings = {one["Name"]: one["Value"] for one in container["Environment"]}
    assert settings["IBOO_WORKER_SPOOL"] == media.SPOOL
    assert settings["IBOO_WORKER_RECORDINGS_BUCKET"] == {"Fn::Sub": "iboo-recordings-${AWS::AccountId}"}
    assert f"mkdir {media.SPOOL}" in (ROOT / "infra" / "images" / "worker" / "Dockerfile").read_text()


def test_workers_are_scaled_by_their_load_out_fast_and_in_slowly() -> None:
    [(_, policy)] = resources("prod", "AWS::ApplicationAutoScaling::ScalingPolicy")
    tracking = policy["TargetTrackingScalingPolicyConfiguration"]
    metric = tracking["CustomizedMetricSpecification"]
    filled = [
        transformation
        for _, properties in resources("prod", "AWS::Logs::MetricFilter")
        for transformation in properties["MetricTransformations"]
        if (transformation["MetricNamespace"], transformation["MetricName"], transformation.get("Unit"))
        == (metric["Namespace"], metric["MetricName"], metric["Unit"])
    ]
    assert len(filled) == 1, "nobody would ever fill the figure it follows"
    assert tracking["ScaleOutCooldown"] < tracking["ScaleInCooldown"]


def emitted() -> set[str]:
    """The events the functions log, read from their code. ``mail_`` stands for mail_sent and the like."""
    found: set[str] = set()
    for file in (ROOT / "chalicelib").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = node.func.value
                if isinstance(owner, ast.Name) and owner.id == "log" and node.args:
                    found |= {str(one.value) for one in ast.walk(node.args[0]) if isinstance(one, ast.Constant)}
    return found


@pytest.mark.parametrize("counted", alarms.COUNTED, ids=lambda counted: counted.name)
def test_an_alarm_waits_for_an_event_that_is_logged_and_has_its_page(counted: alarms.Counted) -> None:
    assert set(counted.events) <= emitted()
    assert f"## When {counted.page}" in (ROOT / "docs" / "operations.md").read_text()


def test_every_alarm_tells_somebody_and_names_a_page_that_is_there() -> None:
    text = (ROOT / "docs" / "operations.md").read_text().lower()
    for where, properties in resources("prod", "AWS::CloudWatch::Alarm"):
        assert properties["AlarmActions"] == [{"Ref": "Told"}], where
        anchor = properties["AlarmDescription"].rpartition("#")[2]
        assert f"## {anchor.replace('-', ' ')}\n" in text, (where, anchor)
        assert properties["AlarmDescription"].split(":")[0] in ("now", "today", "week"), where


def picked(path: str, behaviours: list[Any]) -> str:
    """Which origin the CDN asks: the first pattern that fits (its ``*`` matches slashes too)."""
    filled = re.sub(r"\{[^}]+\}", "x1", path)
    return next((one["TargetOriginId"] for one in behaviours if fnmatch(filled, one["PathPattern"])), "public")


def test_the_front_sends_every_address_to_the_door_that_answers_it() -> None:
    [(_, front)] = resources("prod", "AWS::CloudFront::Distribution")
    behaviours = front["DistributionConfig"]["CacheBehaviors"]
    assert len(behaviours) <= 24, "CloudFront takes 25 with the default"
    for door, template in doors().items():
        for path in functions.paths(template):
            if not path.startswith(site.NOT_BY_THE_FRONT):
                assert picked(path, behaviours) == door, path
    assert picked("/workers/report", behaviours) == "public", "the public door does not know it"
    assert picked("/static/1/a.js", behaviours) == "files"


def test_pages_are_kept_by_no_edge_and_static_files_bring_our_headers() -> None:
    [(_, front)] = resources("prod", "AWS::CloudFront::Distribution")
    config = front["DistributionConfig"]
    for behaviour in (config["DefaultCacheBehavior"], *config["CacheBehaviors"]):
        static = behaviour["TargetOriginId"] == "files"
        assert (behaviour["CachePolicyId"] == site.NOTHING_KEPT) != static
        assert ("ResponseHeadersPolicyId" in behaviour) == static
    [(_, headers)] = resources("prod", "AWS::CloudFront::ResponseHeadersPolicy")
    assert written_out(headers["ResponseHeadersPolicyConfig"]) == STATIC


def written_out(policy: Json) -> dict[str, str]:
    """The headers a policy of the CDN puts on an answer."""
    security = policy["SecurityHeadersConfig"]
    transport = security["StrictTransportSecurity"]
    subdomains = "; includeSubDomains" if transport["IncludeSubdomains"] else ""
    assert all(one["Override"] for one in security.values())
    return {
        "Content-Security-Policy": security["ContentSecurityPolicy"]["ContentSecurityPolicy"],
        "Referrer-Policy": security["ReferrerPolicy"]["ReferrerPolicy"],
        "Strict-Transport-Security": f"max-age={transport['AccessControlMaxAgeSec']}{subdomains}",
        **({"X-Content-Type-Options": "nosniff"} if "ContentTypeOptions" in security else {}),
        **{one["Header"]: one["Value"] for one in policy["CustomHeadersConfig"]["Items"]},
    }


def test_with_static_files_alone_no_visitor_meets_an_edge() -> None:
    [(_, front)] = resources("prod-static", "AWS::CloudFront::Distribution")
    config = front["DistributionConfig"]
    assert [origin["Id"] for origin in config["Origins"]] == ["files"]
    assert config["Aliases"] == [f"static.{stage('prod-static').domain}"]
    for _, method in resources("prod-static", "AWS::ApiGateway::Method"):
        passed = method["Integration"]["RequestParameters"]
        for header in ("X-Forwarded-For", "User-Agent", "Cookie", "Referer"):
            assert passed[f"integration.request.header.{header}"] == "'-'"


@pytest.mark.parametrize(("name", "hops"), [("prod", "2"), ("prod-static", "1")])
def test_the_visitors_address_is_looked_for_where_the_front_puts_it(name: str, hops: str) -> None:
    for _, properties in resources(name, "AWS::Serverless::Function"):
        assert properties["Environment"]["Variables"]["IBOO_FORWARDED_HOPS"] == hops


def test_nobody_comes_to_a_page_past_the_front() -> None:
    gate = templates()["site"]["Resources"]["Gate"]["Properties"]
    assert gate["DefaultAction"] == {"Block": {}}
    guarded = {where for where, _ in resources("prod", "AWS::WAFv2::WebACLAssociation")}
    behind = {door for door, template in doors().items() if functions.paths(template)} - {"callback"}
    assert guarded == {f"site/{door.capitalize()}Gate" for door in behind}
