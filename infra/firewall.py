"""Rules of rate, at the CDN (us-east-1) and at the region's gateways.

No rule keeps samples: a sampled request holds a visitor's address. Figures are counts.
"""

from collections.abc import Sequence

from infra.cloudformation import Json, imported, ref, resource, secret, stack
from infra.stages import Stage

ALL_REQUESTS = 10_000
"""In five minutes, from one address: an office of two hundred people behind one, each waiting for admission."""
SIGN_INS = 300
"""The same for what tries a password or makes an account. The functions count per account on their own."""
TRIED = ("/signin", "/signup", "/forgot", "/reset/", "/console/enter")


def edge(stage: Stage, static_host: str) -> Json:
    """The one stack outside the region."""
    names = sorted({stage.domain, static_host})
    resources = {
        "Certificate": resource(
            "AWS::CertificateManager::Certificate",
            {"DomainName": names[0], "SubjectAlternativeNames": names, "ValidationMethod": "DNS"},
        ),
        "Firewall": _acl(stage, "front", "CLOUDFRONT", _rates(), "Allow"),
    }
    outputs = {
        "CertificateArn": {"Value": ref("Certificate")},
        "FirewallArn": {"Value": {"Fn::GetAtt": ["Firewall", "Arn"]}},
    }
    return stack("certificate and firewall of the CDN, no personal data", resources, outputs)


def gate(stage: Stage, doors: Sequence[str]) -> Json:
    """At the gateways. Behind the CDN: whoever does not come through it is refused, else anybody could claim any
    address in X-Forwarded-For. Without it: the rates. The callback is open: its callers sign what they send."""
    behind = stage.front == "all"
    rules = [_through_the_front(stage)] if behind else _rates()
    made = {"Gate": _acl(stage, "gate", "REGIONAL", rules, "Block" if behind else "Allow")}
    for door in doors:
        if door == "callback":
            continue
        arn = "arn:aws:apigateway:" + stage.region + "::/restapis/${Api}/stages/api"
        made[f"{door.capitalize()}Gate"] = resource(
            "AWS::WAFv2::WebACLAssociation",
            {
                "WebACLArn": {"Fn::GetAtt": ["Gate", "Arn"]},
                "ResourceArn": {"Fn::Sub": [arn, {"Api": imported(stage, f"api-{door}")}]},
            },
        )
    return made


def _acl(stage: Stage, name: str, scope: str, rules: list[Json], otherwise: str) -> Json:
    return resource(
        "AWS::WAFv2::WebACL",
        {
            "Name": f"{stage.prefix}-{name}",
            "Scope": scope,
            "DefaultAction": {otherwise: {}},
            "VisibilityConfig": _counts(f"{stage.prefix}-{name}"),
            "Rules": [{**rule, "Priority": number} for number, rule in enumerate(rules)],
        },
    )


def _rates() -> list[Json]:
    tried = {"OrStatement": {"Statements": [_begins(path) for path in TRIED]}}
    return [
        _rate("sign-ins", SIGN_INS, {"ScopeDownStatement": tried}),
        _rate("all", ALL_REQUESTS, {}),
    ]


def _rate(name: str, limit: int, scope: Json) -> Json:
    return {
        "Name": name,
        "Action": {"Block": {"CustomResponse": {"ResponseCode": 429}}},
        "Statement": {"RateBasedStatement": {"Limit": limit, "AggregateKeyType": "IP", **scope}},
        "VisibilityConfig": _counts(name),
    }


def _begins(path: str) -> Json:
    return {
        "ByteMatchStatement": {
            "SearchString": path,
            "FieldToMatch": {"UriPath": {}},
            "PositionalConstraint": "STARTS_WITH",
            "TextTransformations": [{"Priority": 0, "Type": "URL_DECODE"}, {"Priority": 1, "Type": "LOWERCASE"}],
        }
    }


def _through_the_front(stage: Stage) -> Json:
    return {
        "Name": "front",
        "Action": {"Allow": {}},
        "Statement": {
            "ByteMatchStatement": {
                "SearchString": secret(stage, "front"),
                "FieldToMatch": {"SingleHeader": {"Name": "x-iboo-front"}},
                "PositionalConstraint": "EXACTLY",
                "TextTransformations": [{"Priority": 0, "Type": "NONE"}],
            }
        },
        "VisibilityConfig": _counts("front"),
    }


def _counts(name: str) -> Json:
    return {"CloudWatchMetricsEnabled": True, "MetricName": name, "SampledRequestsEnabled": False}
