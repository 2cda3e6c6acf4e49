"""What customers are told without asking: that the policy changes, that an account sleeps. Each once."""

from collections.abc import Iterator
from datetime import UTC, datetime, time

from chalicelib import clock, log, pages, settings, storage
from chalicelib.accounts import actions as accounts
from chalicelib.accounts.documents import PolicyVersion, policy_news
from chalicelib.accounts.models import Account
from chalicelib.mailing import actions as mailing
from chalicelib.mailing.actions import Mail
from chalicelib.register.events import Event
from chalicelib.register.period import period
from chalicelib.register.stores import PEOPLE
from chalicelib.storage import AlreadyThere, Frozen, expiry

from .models import Notice

SLEEPS_AFTER = period("24m")
"""CNIL, 18 September 2025: two years of inactivity are proportionate. Iboo warns then and closes within three years."""


def tell() -> int:
    """The schedule's daily act. Returns how many mails left; a run cut short goes on the next day."""
    news, now, told = policy_news(clock.now()), clock.now(), 0
    for account in _accounts():
        if news is not None and _first_time(account, f"policy#{news.version}", now):
            _policy_changed(account, news)
            told += 1
        used_at = account.moments()[Event.LAST_USE]
        if SLEEPS_AFTER.after(used_at) <= now and _first_time(account, f"inactive#{used_at}", now):
            _inactive(account, used_at)
            told += 1
    log.info("notices", told=told)
    return told


def _accounts() -> Iterator[Account]:
    """Every account that may be written to: what is restricted is not (art. 18)."""
    for item in expiry.scan(PEOPLE):
        if item.get("kind") == "account":
            try:
                account = accounts.find(str(item["pk"]).partition("#")[2])
            except Frozen:
                continue
            if account is not None:
                yield account


def _first_time(account: Account, what: str, now: int) -> bool:
    notice = Notice(f"notice#{account.id}", what, account=account.id, what=what, at=now)
    try:
        storage.create(notice, {Event.COLLECTED: now})
    except AlreadyThere:
        return False
    return True


def _policy_changed(account: Account, news: PolicyVersion) -> None:
    effective = int(datetime.combine(news.effective, time(12), UTC).timestamp()) if news.effective else clock.now()
    link_to = f"{settings.get('BASE_URL')}/privacy/versions/{news.version}"
    _send(account, "policy_changed", summary=news.summary, effective=effective, link_to=link_to)


def _inactive(account: Account, used_at: int) -> None:
    link_to = f"{settings.get('BASE_URL')}/signin"
    _send(account, "inactive", last_use=used_at, delete_at=int(account.delete_by or 0), link_to=link_to)


def _send(account: Account, name: str, **values: object) -> None:
    language = pages.pick_language(None, None, account.language)
    letter = pages.render_mail(name, [pages.Reader(language, account.timezone)], **values)
    mailing.post([Mail(to=account.email, letter=letter, purpose=name)])
