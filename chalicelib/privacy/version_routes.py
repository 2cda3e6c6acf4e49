"""Every version of the policy, and what each changed."""

from datetime import UTC, date, datetime, time
from typing import Any

from chalicelib.accounts.documents import PolicyVersion, policy_versions
from chalicelib.doors import Answer, Door, Page, Request

from . import versions

routes = Door(__name__)


@routes.page("/privacy/versions")
def all_versions(request: Request) -> Answer:
    """The versions, newest first."""
    return Page("pages/policy_versions.html", {"versions": [_shown(one) for one in reversed(policy_versions())]})


@routes.page("/privacy/versions/{version}")
def one_version(request: Request, version: str) -> Answer:
    """A version's words, and what differs from the one before."""
    found = versions.find(version)
    words = versions.saved_words(version, request.language)
    before = versions.previous(found)
    values: dict[str, Any] = {
        "version": _shown(found),
        "current": policy_versions()[-1].version,
        "words": words.splitlines(),
        "changes": versions.changes(versions.saved_words(before.version, request.language), words) if before else [],
    }
    return Page("pages/policy_version.html", values)


def _shown(version: PolicyVersion) -> dict[str, Any]:
    return {
        "version": version.version,
        "announced": _noon(date.fromisoformat(version.announced)) if version.announced else None,
        "effective": _noon(version.effective) if version.effective else None,
        "summary": version.summary,
    }


def _noon(day: date) -> int:
    """A moment of the day that is the same day in every zone of Europe; seconds."""
    return int(datetime.combine(day, time(12), UTC).timestamp())
