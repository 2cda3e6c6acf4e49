"""Creates in the local engine the tables and buckets that production deploys: from infra/generated/data.json.

The engine ignores time to live, recovery and lifecycle in CloudFormation and forgets bucket settings over a restart, so
they are put one by one, at each start.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import boto3

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

DESCRIPTION = Path(__file__).parent.parent / "infra" / "generated" / "data.json"
REGION: Literal["eu-west-3"] = "eu-west-3"

Properties = Mapping[str, Any]


def create(url: str, prefix: str, site: str = "http://127.0.0.1") -> None:
    """Creates what is missing under ``prefix`` and puts the settings of all; ``url`` is the engine's, ``site`` the
    product's, whose pages may fetch."""
    dynamodb, s3 = _dynamodb(url), _s3(url)
    tables, buckets = set(_table_names(dynamodb)), {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}
    for properties in _resources("AWS::DynamoDB::Table", prefix):
        if properties["TableName"] not in tables:
            _create_table(dynamodb, properties)
        _set_up_table(dynamodb, properties)
    for properties in _resources("AWS::S3::Bucket", prefix, site):
        if properties["BucketName"] not in buckets:
            s3.create_bucket(Bucket=properties["BucketName"], CreateBucketConfiguration={"LocationConstraint": REGION})
        _set_up_bucket(s3, properties)


def empty(url: str, prefix: str) -> None:
    """Takes every item and object out of the stores under ``prefix``."""
    dynamodb, s3 = _dynamodb(url), _s3(url)
    for properties in _resources("AWS::DynamoDB::Table", prefix):
        _empty_table(dynamodb, properties["TableName"])
    for properties in _resources("AWS::S3::Bucket", prefix):
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=properties["BucketName"]):
            for found in page.get("Contents", []):
                s3.delete_object(Bucket=properties["BucketName"], Key=found["Key"])


def names(prefix: str) -> tuple[list[str], list[str]]:
    """The tables and the buckets under ``prefix``, by name."""
    return (
        [properties["TableName"] for properties in _resources("AWS::DynamoDB::Table", prefix)],
        [properties["BucketName"] for properties in _resources("AWS::S3::Bucket", prefix)],
    )


def _resources(kind: str, prefix: str, site: str = "") -> Iterator[Properties]:
    template = json.loads(DESCRIPTION.read_text())
    for resource in template["Resources"].values():
        if resource["Type"] == kind:
            yield _resolve(resource["Properties"], {"Prefix": prefix, "BucketSuffix": "", "Site": site})


def _resolve(value: Any, parameters: Mapping[str, str]) -> Any:
    """``value`` with the template's parameters put in (``Fn::Sub`` and ``Ref`` are all these resources use)."""
    if isinstance(value, dict):
        if set(value) == {"Ref"}:
            return parameters[value["Ref"]]
        if set(value) == {"Fn::Sub"}:
            text: str = value["Fn::Sub"]
            for name, content in parameters.items():
                text = text.replace("${" + name + "}", content)
            return text
        return {key: _resolve(inner, parameters) for key, inner in value.items()}
    return [_resolve(inner, parameters) for inner in value] if isinstance(value, list) else value


def _table_names(dynamodb: "DynamoDBClient") -> Iterator[str]:
    for page in dynamodb.get_paginator("list_tables").paginate():
        yield from page["TableNames"]


def _create_table(dynamodb: "DynamoDBClient", properties: Properties) -> None:
    dynamodb.create_table(
        TableName=properties["TableName"],
        AttributeDefinitions=properties["AttributeDefinitions"],
        KeySchema=properties["KeySchema"],
        GlobalSecondaryIndexes=properties["GlobalSecondaryIndexes"],
        BillingMode=properties["BillingMode"],
        SSESpecification={"Enabled": properties["SSESpecification"]["SSEEnabled"]},
        DeletionProtectionEnabled=properties["DeletionProtectionEnabled"],
    )


def _set_up_table(dynamodb: "DynamoDBClient", properties: Properties) -> None:
    name = properties["TableName"]
    described = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    if described.get("TimeToLiveStatus") not in ("ENABLED", "ENABLING"):  # switching it on twice is an error
        dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=properties["TimeToLiveSpecification"])
    dynamodb.update_continuous_backups(
        TableName=name, PointInTimeRecoverySpecification=properties["PointInTimeRecoverySpecification"]
    )


def _empty_table(dynamodb: "DynamoDBClient", name: str) -> None:
    for page in dynamodb.get_paginator("scan").paginate(
        TableName=name, ProjectionExpression="pk, sk", ConsistentRead=True
    ):
        items = page["Items"]
        for start in range(0, len(items), 25):  # the most one call takes
            dynamodb.batch_write_item(
                RequestItems={
                    name: [
                        {"DeleteRequest": {"Key": {"pk": item["pk"], "sk": item["sk"]}}}
                        for item in items[start : start + 25]
                    ]
                }
            )


def _set_up_bucket(s3: "S3Client", properties: Properties) -> None:
    name = properties["BucketName"]
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=properties["PublicAccessBlockConfiguration"])
    s3.put_bucket_lifecycle_configuration(
        Bucket=name,
        LifecycleConfiguration={"Rules": [_rule(rule) for rule in properties["LifecycleConfiguration"]["Rules"]]},
    )

    if cors := properties.get("CorsConfiguration"):
        s3.put_bucket_cors(Bucket=name, CORSConfiguration={"CORSRules": [_cors(rule) for rule in cors["CorsRules"]]})


def _cors(rule: Properties) -> Any:
    """A rule for other sites' pages in the words of the S3 API."""
    words = {"AllowedMethods": "AllowedMethods", "AllowedOrigins": "AllowedOrigins", "MaxAge": "MaxAgeSeconds"}
    return {words[name]: value for name, value in rule.items()}


def _rule(rule: Properties) -> Any:
    """A lifecycle rule of CloudFormation in the words of the S3 API."""
    said: dict[str, Any] = {"ID": rule["Id"], "Status": rule["Status"], "Filter": {"Prefix": rule.get("Prefix", "")}}
    if "ExpirationInDays" in rule:
        said["Expiration"] = {"Days": rule["ExpirationInDays"]}
    if "AbortIncompleteMultipartUpload" in rule:
        said["AbortIncompleteMultipartUpload"] = rule["AbortIncompleteMultipartUpload"]
    return said


def _dynamodb(url: str) -> "DynamoDBClient":
    return boto3.client("dynamodb", endpoint_url=url, **_WHO)


def _s3(url: str) -> "S3Client":
    return boto3.client("s3", endpoint_url=url, **_WHO)


_WHO: Any = {"region_name": REGION, "aws_access_key_id": "local", "aws_secret_access_key": "local"}
