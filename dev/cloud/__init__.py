"""The local cloud: ``python -m dev.cloud`` starts it, `running` starts it for a test. See dev/README.md."""

from dev.cloud.client import Cloud, CloudError, running

__all__ = ["Cloud", "CloudError", "running"]
