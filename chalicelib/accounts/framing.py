"""In whose pages a company's meetings may be shown: the addresses that it names, and no other."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from chalicelib import settings, storage
from chalicelib.errors import FormErrors, NotFound
from chalicelib.errors import mark as _

from . import actions, members
from .models import Account, Company
from .roles import Power

MOST = 10
LONGEST = 200
WRONG = _("Ceci n’est pas l’adresse d’un site en https, comme https://www.client.fr : %(site)s")


def of(company: str) -> tuple[str, ...]:
    """The origins a company allows; none unless it has said so."""
    found = storage.get(Company, f"company#{company}", "company", because="consent")
    return tuple(found.frames or ()) if found is not None else ()


def change(account: Account, form: Mapping[str, str]) -> None:
    """Allows the sites in a form's field frames, and no other. Raises `FormErrors`, `NotAllowed`."""
    members.require(account, Power.CONNECT)
    sites = [origin(word, settings.in_dev()) for word in form.get("frames", "").replace(",", " ").split()]
    if len(sites) > MOST:
        raise FormErrors({"frames": _("10 sites au plus.")})
    company = actions.company_of(account)
    if company is None:
        raise NotFound
    storage.update(company, Company.frames.set(list(dict.fromkeys(sites))))


def origin(site: str, local: bool) -> str:
    """The origin (RFC 6454) of a site's address. ``local``: this machine's own may be one. Raises `FormErrors`: what is
    allowed goes into a header, so that nothing but a host and a port is taken."""
    try:
        parts = urlsplit(site)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    here = local and parts.scheme == "http" and host in ("localhost", "127.0.0.1")
    known = host.isascii() and "." in host and all(sign.isalnum() or sign in ".-" for sign in host)
    bare = parts.path in ("", "/") and not parts.query and not parts.fragment and parts.username is None
    if len(site) > LONGEST or not bare or not (here or (known and parts.scheme == "https")):
        raise FormErrors({"frames": WRONG}, site=site[:LONGEST])
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")
