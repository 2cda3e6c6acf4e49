"""Mail: the domain's identity at Amazon SES, and what SES tells of each mail. No opening and no click is followed, and
no address stays behind on a list of theirs."""

from infra.cloudformation import Json, exported, get, ref, resource, stack, sub
from infra.stages import Stage

TOLD = ("bounce", "complaint", "delivery", "deliveryDelay", "reject", "renderingFailure")
"""Neither "open" nor "click": that would be tracking."""
TOKENS = (1, 2, 3)


def topic_name(stage: Stage) -> str:
    """What the topic is called."""
    return f"{stage.prefix}-mail"


def mail_from(stage: Stage) -> str:
    """The domain of envelopes: reports on mails come there, to SES."""
    return f"mail.{stage.domain}"


def template(stage: Stage) -> Json:
    """The stack. Its outputs are the names and values of the domain's DKIM records."""
    resources = {
        "Told": resource("AWS::SNS::Topic", {"TopicName": topic_name(stage)}),
        "ToldBySes": resource("AWS::SNS::TopicPolicy", {"Topics": [ref("Told")], "PolicyDocument": _only_ses(stage)}),
        "Kept": resource(
            "AWS::SES::ConfigurationSet",
            {
                "Name": f"{stage.prefix}-mail",
                # A personal link goes over no line in the clear; who cannot take it so bounces, and the host sees it.
                "DeliveryOptions": {"TlsPolicy": "REQUIRE"},
                "ReputationOptions": {"ReputationMetricsEnabled": True},
                "SendingOptions": {"SendingEnabled": True},
                "SuppressionOptions": {"SuppressedReasons": []},
            },
        ),
        "Telling": resource(
            "AWS::SES::ConfigurationSetEventDestination",
            {
                "ConfigurationSetName": ref("Kept"),
                "EventDestination": {
                    "Name": "told",
                    "Enabled": True,
                    "MatchingEventTypes": list(TOLD),
                    "SnsDestination": {"TopicARN": ref("Told")},
                },
            },
            DependsOn="ToldBySes",
        ),
        "Domain": resource(
            "AWS::SES::EmailIdentity",
            {
                "EmailIdentity": stage.domain,
                "ConfigurationSetAttributes": {"ConfigurationSetName": ref("Kept")},
                "DkimAttributes": {"SigningEnabled": True},
                "DkimSigningAttributes": {"NextSigningKeyLength": "RSA_2048_BIT"},
                "FeedbackAttributes": {"EmailForwardingEnabled": False},
                "MailFromAttributes": {"MailFromDomain": mail_from(stage), "BehaviorOnMxFailure": "REJECT_MESSAGE"},
            },
            DeletionPolicy="Retain",
            UpdateReplacePolicy="Retain",
        ),
    }
    outputs = {"Topic": exported(stage, "mail-topic", ref("Told"))}
    for number in TOKENS:
        outputs[f"DkimName{number}"] = {"Value": get("Domain", f"DkimDNSTokenName{number}")}
        outputs[f"DkimValue{number}"] = {"Value": get("Domain", f"DkimDNSTokenValue{number}")}
    return stack("the domain's mail", resources, outputs)


def _only_ses(stage: Stage) -> Json:
    arn = f"arn:aws:sns:{stage.region}:${{AWS::AccountId}}:{topic_name(stage)}"
    allowed = {
        "Sid": "SesOfThisAccount",
        "Effect": "Allow",
        "Principal": {"Service": "ses.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": sub(arn),
        "Condition": {"StringEquals": {"AWS:SourceAccount": ref("AWS::AccountId")}},
    }
    return {"Version": "2012-10-17", "Statement": [allowed]}
