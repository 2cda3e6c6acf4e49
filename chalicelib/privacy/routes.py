"""What Iboo says in public about data, and what a person may take away."""

from datetime import UTC, datetime

from chalicelib import clock, settings
from chalicelib.accounts.documents import VERSIONS, document
from chalicelib.doors import Answer, Door, File, Page, Redirect, Request, Text
from chalicelib.errors import NotFound
from chalicelib.register.model import Role

from . import export, policy
from .statements import STATEMENTS

routes = Door(__name__)

SECURITY_TXT_DAYS = 180


@routes.page("/policy")
def privacy_policy(request: Request) -> Answer:
    """The privacy policy; its table is the register."""
    return Page(
        "pages/policy.html", {"rows": policy.lines(), "version": document("policy").version, "starts": policy.STARTS}
    )


@routes.page("/privacy")
def privacy(request: Request) -> Answer:
    """The address people try first."""
    return Redirect("/policy")


@routes.page("/terms")
def terms(request: Request) -> Answer:
    """Terms of use."""
    return Page("pages/terms.html", {"version": VERSIONS["terms"]})


@routes.page("/processor-agreement")
def processor_agreement(request: Request) -> Answer:
    """The agreement of art. 28 GDPR."""
    return Page("pages/processor_agreement.html", {"version": VERSIONS["processor_agreement"]})


@routes.page("/legal")
def legal_notice(request: Request) -> Answer:
    """Who publishes this site."""
    return Page("pages/legal.html")


@routes.page("/accessibility")
def accessibility(request: Request) -> Answer:
    """How accessible the site is."""
    return Page("pages/accessibility.html")


@routes.page("/cookies")
def cookies(request: Request) -> Answer:
    """The address people try first."""
    return Redirect("/privacy-choices")


@routes.page("/retention")
def retention(request: Request) -> Answer:
    """Where expiry stands today."""
    now = clock.now()
    stated = [{"statement": one, "current": one.is_current(now)} for one in STATEMENTS]
    return Page("pages/retention.html", {"today": policy.today(), "statements": stated})


@routes.page("/errors/404")
def not_found(request: Request) -> Answer:
    """What the front shows for an address nobody has."""
    raise NotFound


@routes.page("/.well-known/security.txt")
def security_txt(request: Request) -> Answer:
    """Where to report a weakness (RFC 9116)."""
    expires = datetime.fromtimestamp(clock.now() + SECURITY_TXT_DAYS * policy.DAY, UTC)
    lines = (
        f"Contact: mailto:{settings.get('CONTACT_EMAIL')}",
        f"Expires: {expires:%Y-%m-%dT00:00:00Z}",
        "Preferred-Languages: fr, en",
        f"Canonical: {settings.get('BASE_URL')}/.well-known/security.txt",
    )
    return Text("\n".join(lines) + "\n", "text/plain; charset=utf-8")


@routes.page("/account/data")
def own_data(request: Request) -> Answer:
    """What is kept of the person who is signed in, and the copies that can be downloaded."""
    account = request.account
    found = [finding for finding in export.findings(account) if finding.items]
    values = {
        "controlled": [finding for finding in found if Role.CONTROLLER in finding.row.roles],
        "processed": [finding for finding in found if Role.CONTROLLER not in finding.row.roles],
        "packages": export.ready(account),
        "most": export.DOWNLOADS,
    }
    return Page("pages/data.html", values)


@routes.form("/account/export")
def make_copy(request: Request) -> Answer:
    """Puts a copy together."""
    export.make(request.account)
    return Redirect("/account/data")


@routes.form("/account/data/{package}")
def download_copy(request: Request, package: str) -> Answer:
    """Hands the copy out. By POST: it counts, and a link preview must not use one up."""
    content = export.download(request.account, package)
    return File(content, "application/zip", "iboo.zip")
