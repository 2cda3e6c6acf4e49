"""The front: what people reach under the domain.

``front="all"``: a CDN before everything; pages and API pass it unkept. ``front="static"``: the region's own gateway
answers for the domain, and fetches static files from the CDN itself: no visitor is ever seen by an edge.
"""

from collections.abc import Iterable, Mapping, Sequence

from infra.cloudformation import Json, exported, get, imported, ref, resource, secret, stack, sub
from infra.firewall import gate
from infra.headers import STATIC
from infra.stages import Stage

NOTHING_KEPT = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
"""Managed-CachingDisabled."""
BY_ADDRESS = "658327ea-f89d-4fab-a63d-7e88639e58f6"
"""Managed-CachingOptimized: without query or cookie."""
ALL_BUT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
"""Managed-AllViewerExceptHostHeader: API Gateway knows its own name only."""
EVERY_METHOD = ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"]
NOT_BY_THE_FRONT = ("/workers/",)
"""Workers report to the callback's own address."""


def template(stage: Stage, doors: Mapping[str, Sequence[str]]) -> Json:
    """The stack. ``doors``: the addresses each door answers, as Chalice packaged them."""
    opened = [door for door in doors if doors[door]]
    resources = _reading(stage) | {"Front": _distribution(stage, doors)} | gate(stage, opened)
    parameters = {"CertificateArn": _text("Of us-east-1, from the stack edge"), "FirewallArn": _text("As above")}
    if stage.front == "static":
        parameters["RegionalCertificateArn"] = _text(f"For {stage.domain}, of this region")
        resources |= _domain(stage, doors)
    outputs = {
        "FrontDomain": {"Value": get("Front", "DomainName"), "Description": "What the CDN's name is an alias of"},
    }
    if stage.front == "static":
        outputs["Domain"] = {
            "Value": get("Domain", "RegionalDomainName"),
            "Description": f"{stage.domain} is an alias of this",
        }
    return stack("the front", resources, outputs, parameters)


def static_host(stage: Stage) -> str:
    """The CDN's own name."""
    return stage.domain if stage.front == "all" else f"static.{stage.domain}"


def patterns(door: str, doors: Mapping[str, Sequence[str]]) -> list[str]:
    """How the CDN tells ``door``'s addresses from the public door's: by first part where it is the door's alone, else
    one by one."""
    others = {_first(path) for name, paths in doors.items() if name != door for path in paths}
    found: list[str] = []
    for path in doors[door]:
        if path.startswith(NOT_BY_THE_FRONT):
            continue
        if _first(path) in others:
            found.append("/".join("*" if part.startswith("{") else part for part in path.split("/")))
        else:
            found += [f"/{_first(path)}", f"/{_first(path)}/*"]
    return sorted(set(found))


def _first(path: str) -> str:
    return path.split("/")[1]


def _text(meaning: str) -> Json:
    return {"Type": "String", "Description": meaning}


def files(stage: Stage) -> Json:
    """A stack before the doors: a new version's static files lie there before a page names them. Beside them, the
    functions' packages, of which earlier ones serve to roll back."""
    return stack(
        "static files and packages",
        {
            "Files": _bucket(f"files-{stage.prefix}-${{AWS::AccountId}}"),
            "Packages": _bucket(f"packages-{stage.prefix}-${{AWS::AccountId}}", days=90),
            "PackagesPolicy": _policy("Packages", [_tls_only(get("Packages", "Arn"), sub("${Packages.Arn}/*"))]),
        },
        {
            "Files": exported(stage, "files", ref("Files")),
            "FilesArn": exported(stage, "files-arn", get("Files", "Arn")),
            "FilesDomain": exported(stage, "files-domain", get("Files", "RegionalDomainName")),
        },
    )


def _bucket(name: str, days: int = 0) -> Json:
    """Its name does not begin with the prefix: it holds nobody's data, the census has nothing to count in it."""
    rules: list[Json] = [
        {"Id": "abort", "Status": "Enabled", "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}}
    ]
    if days:
        rules.append({"Id": "expire", "Status": "Enabled", "ExpirationInDays": days})
    public = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    encrypted = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    return resource(
        "AWS::S3::Bucket",
        {
            "BucketName": sub(name),
            "PublicAccessBlockConfiguration": dict.fromkeys(public, True),
            "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
            "BucketEncryption": {"ServerSideEncryptionConfiguration": [encrypted]},
            "LifecycleConfiguration": {"Rules": rules},
        },
        DeletionPolicy="Retain",
        UpdateReplacePolicy="Retain",
    )


def _policy(bucket: str | Json, statements: list[Json]) -> Json:
    document = {"Version": "2012-10-17", "Statement": statements}
    return resource(
        "AWS::S3::BucketPolicy",
        {"Bucket": ref(bucket) if isinstance(bucket, str) else bucket, "PolicyDocument": document},
    )


def _tls_only(*arns: Json) -> Json:
    return {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": list(arns),
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def _reading(stage: Stage) -> Json:
    """The CDN reads the bucket of files, and this distribution alone does."""
    arn = imported(stage, "files-arn")
    inside: Json = {"Fn::Join": ["", [arn, "/*"]]}
    edge = {"StringEquals": {"aws:SourceArn": sub("arn:aws:cloudfront::${AWS::AccountId}:distribution/${Front}")}}
    read = {
        "Sid": "FrontReads",
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": inside,
        "Condition": edge,
    }
    return {
        "FilesPolicy": _policy(imported(stage, "files"), [read, _tls_only(arn, inside)]),
        "FilesAccess": resource(
            "AWS::CloudFront::OriginAccessControl",
            {
                "OriginAccessControlConfig": {
                    "Name": f"{stage.prefix}-files",
                    "OriginAccessControlOriginType": "s3",
                    "SigningBehavior": "always",
                    "SigningProtocol": "sigv4",
                }
            },
        ),
        "StaticHeaders": resource(
            "AWS::CloudFront::ResponseHeadersPolicy",
            {"ResponseHeadersPolicyConfig": {"Name": f"{stage.prefix}-static", **_headers(STATIC)}},
        ),
    }


def _headers(wanted: Mapping[str, str]) -> Json:
    """`STATIC` in the CDN's words: some headers have a place of their own, the rest is free."""
    age = int(wanted["Strict-Transport-Security"].split(";")[0].removeprefix("max-age="))
    own = ("Content-Security-Policy", "Referrer-Policy", "Strict-Transport-Security", "X-Content-Type-Options")
    return {
        "SecurityHeadersConfig": {
            "ContentSecurityPolicy": {"ContentSecurityPolicy": wanted["Content-Security-Policy"], "Override": True},
            "ContentTypeOptions": {"Override": True},
            "ReferrerPolicy": {"ReferrerPolicy": wanted["Referrer-Policy"], "Override": True},
            "StrictTransportSecurity": {
                "AccessControlMaxAgeSec": age,
                "IncludeSubdomains": "includeSubDomains" in wanted["Strict-Transport-Security"],
                "Override": True,
            },
        },
        "CustomHeadersConfig": {
            "Items": [
                {"Header": name, "Value": value, "Override": True} for name, value in wanted.items() if name not in own
            ]
        },
    }


def _distribution(stage: Stage, doors: Mapping[str, Sequence[str]]) -> Json:
    """Logs off: there is no Logging here, and nothing else may put it."""
    files = {
        "Id": "files",
        "DomainName": imported(stage, "files-domain"),
        "OriginAccessControlId": get("FilesAccess", "Id"),
        "S3OriginConfig": {"OriginAccessIdentity": ""},
    }
    config: Json = {
        "Enabled": True,
        "HttpVersion": "http2and3",
        "IPV6Enabled": True,
        "PriceClass": "PriceClass_100",
        "Aliases": [static_host(stage)],
        "WebACLId": ref("FirewallArn"),
        "ViewerCertificate": {
            "AcmCertificateArn": ref("CertificateArn"),
            "MinimumProtocolVersion": "TLSv1.2_2021",
            "SslSupportMethod": "sni-only",
        },
    }
    if stage.front == "static":
        config |= {"Origins": [files], "DefaultCacheBehavior": _static()}
    else:
        opened = [door for door in doors if doors[door]]
        config |= {
            "Origins": [files, *(_origin(stage, door) for door in opened)],
            "DefaultCacheBehavior": _passed("public"),
            "CacheBehaviors": list(_behaviours(doors)),
            "CustomErrorResponses": [
                {
                    "ErrorCode": code,
                    "ResponseCode": code,
                    "ResponsePagePath": "/static/errors/unavailable.html",
                    "ErrorCachingMinTTL": 0,
                }
                for code in (502, 504)  # the gateway's own; 503 is an answer of ours, with its body
            ],
        }
    return resource("AWS::CloudFront::Distribution", {"DistributionConfig": config})


def _origin(stage: Stage, door: str) -> Json:
    name = {
        "Fn::Sub": ["${Api}.execute-api." + f"{stage.region}.amazonaws.com", {"Api": imported(stage, f"api-{door}")}]
    }
    return {
        "Id": door,
        "DomainName": name,
        "OriginPath": "/api",
        "OriginCustomHeaders": [{"HeaderName": "x-iboo-front", "HeaderValue": secret(stage, "front")}],
        "CustomOriginConfig": {
            "OriginProtocolPolicy": "https-only",
            "OriginSSLProtocols": ["TLSv1.2"],
            "OriginReadTimeout": 30,
        },
    }


def _behaviours(doors: Mapping[str, Sequence[str]]) -> Iterable[Json]:
    yield {"PathPattern": "/static/*", **_static()}
    for door in doors:
        if door != "public":
            yield from ({"PathPattern": pattern, **_passed(door)} for pattern in patterns(door, doors))


def _static() -> Json:
    return {
        "TargetOriginId": "files",
        "ViewerProtocolPolicy": "https-only",
        "AllowedMethods": ["GET", "HEAD"],
        "CachePolicyId": BY_ADDRESS,
        "ResponseHeadersPolicyId": ref("StaticHeaders"),
        "Compress": True,
    }


def _passed(door: str) -> Json:
    return {
        "TargetOriginId": door,
        "ViewerProtocolPolicy": "redirect-to-https",
        "AllowedMethods": EVERY_METHOD,
        "CachePolicyId": NOTHING_KEPT,
        "OriginRequestPolicyId": ALL_BUT_HOST,
        "Compress": False,  # a page's token beside what a visitor typed must not be squeezed together (BREACH)
    }


def _domain(stage: Stage, doors: Mapping[str, Sequence[str]]) -> Json:
    """The gateway's domain, its rules by path in the order of their number, and the way to static files."""
    made = {
        "Domain": resource(
            "AWS::ApiGatewayV2::DomainName",
            {
                "DomainName": stage.domain,
                "RoutingMode": "ROUTING_RULE_ONLY",
                "DomainNameConfigurations": [
                    {
                        "CertificateArn": ref("RegionalCertificateArn"),
                        "EndpointType": "REGIONAL",
                        "SecurityPolicy": "TLS_1_2",
                    }
                ],
            },
        ),
        "StaticWay": _static_way(stage),
        "StaticWayDeployment": resource(
            "AWS::ApiGateway::Deployment", {"RestApiId": ref("StaticWay")}, DependsOn="StaticWayGet"
        ),
        "StaticWayStage": resource(
            "AWS::ApiGateway::Stage",
            {"RestApiId": ref("StaticWay"), "DeploymentId": ref("StaticWayDeployment"), "StageName": "api"},
        ),
        **_static_method(stage),
        "ToStatic": _rule(10, ["static"], ref("StaticWay"), DependsOn="StaticWayStage"),
        "ToPublic": _rule(900, [], imported(stage, "api-public")),
    }
    number = 20
    for door in doors:
        for pattern in patterns(door, doors) if door != "public" else ():
            if not pattern.endswith("*"):  # a rule's path stands for what is below it too
                made[f"ToDoor{number}"] = _rule(number, [pattern.removeprefix("/")], imported(stage, f"api-{door}"))
                number += 1
    return made


def _rule(number: int, paths: list[str], api: Json, **more: str) -> Json:
    return resource(
        "AWS::ApiGatewayV2::RoutingRule",
        {
            "DomainNameArn": get("Domain", "DomainNameArn"),
            "Priority": number,
            "Conditions": [{"MatchBasePaths": {"AnyOf": paths}}] if paths else [],
            "Actions": [{"InvokeApi": {"ApiId": api, "Stage": "api", "StripBasePath": False}}],
        },
        **more,
    )


def _static_way(stage: Stage) -> Json:
    return resource(
        "AWS::ApiGateway::RestApi",
        {
            "Name": f"{stage.prefix}-static",
            "EndpointConfiguration": {"Types": ["REGIONAL"]},
            "BinaryMediaTypes": ["*/*"],
            "DisableExecuteApiEndpoint": True,
        },
    )


def _static_method(stage: Stage) -> Json:
    """Only the path is passed on; no header of the visitor reaches the CDN."""
    return {
        "StaticWayFolder": resource(
            "AWS::ApiGateway::Resource",
            {"RestApiId": ref("StaticWay"), "ParentId": get("StaticWay", "RootResourceId"), "PathPart": "static"},
        ),
        "StaticWayFile": resource(
            "AWS::ApiGateway::Resource",
            {"RestApiId": ref("StaticWay"), "ParentId": ref("StaticWayFolder"), "PathPart": "{file+}"},
        ),
        "StaticWayGet": resource(
            "AWS::ApiGateway::Method",
            {
                "RestApiId": ref("StaticWay"),
                "ResourceId": ref("StaticWayFile"),
                "HttpMethod": "GET",
                "AuthorizationType": "NONE",
                "RequestParameters": {"method.request.path.file": True},
                "Integration": {
                    "Type": "HTTP_PROXY",
                    "IntegrationHttpMethod": "GET",
                    "Uri": f"https://{static_host(stage)}/static/{{file}}",
                    "RequestParameters": {
                        "integration.request.path.file": "method.request.path.file",
                        "integration.request.header.X-Forwarded-For": "'-'",
                        "integration.request.header.User-Agent": "'-'",
                        "integration.request.header.Cookie": "'-'",
                        "integration.request.header.Referer": "'-'",
                    },
                },
            },
        ),
    }
