"""The bucket of recordings, for adding only."""

from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

THERE = ("PreconditionFailed", "412")


class Bucket:
    """Credentials, region and endpoint come from the environment: in production those of the task's role."""

    def __init__(self, name: str) -> None:
        self._name = name
        config = Config(
            s3={"addressing_style": "path"}, connect_timeout=5, read_timeout=20, retries={"max_attempts": 1}
        )
        self._client: Any = botocore.session.get_session().create_client("s3", config=config)

    def put(self, path: str, content: bytes) -> None:
        """Adds an object. A name in use is what an earlier try of ours stored, whose answer was lost."""
        try:
            self._client.put_object(Bucket=self._name, Key=path, Body=content, IfNoneMatch="*")
        except ClientError as fault:
            if fault.response["Error"]["Code"] not in THERE:
                raise
