"""Where erasure is proved in public: the signed day, and certificates for those who hold their address."""

from chalicelib import pages
from chalicelib.doors import Answer, Door, File, Json, Page, Request
from chalicelib.errors import mark as _

from . import certificates, paper, proof
from .certificates import Line
from .models import Certificate
from .packing import moment

routes = Door(__name__)

STATUSES = {
    "deleted": _("effacé"),
    "unreadable (key destroyed)": _("illisible (clé détruite)"),
    "kept until": _("conservé jusqu’à"),
}
ASKED = {
    "account": _("Fermeture du compte"),
    "meeting": _("Fin de conservation d’une réunion"),
    "request": _("Demande d’effacement"),
    "contract": _("Fin du contrat : effacement demandé par le client"),
}


@routes.page("/proof")
def proofs(request: Request) -> Answer:
    """The days that are closed, newest first, each with its head."""
    return Page("pages/proofs.html", {"heads": proof.heads()})


@routes.api("/proof/{day}", ["GET"], check=False)
def proof_of_day(request: Request, day: str) -> Answer:
    """A day's chain and its signed head."""
    return Json(proof.published(day))


@routes.page("/company/certificates")
def company_certificates(request: Request) -> Answer:
    """The certificates of the company's meetings."""
    found = certificates.of_customer(request.account.company)
    return Page("pages/certificates.html", {"certificates": found})


@routes.page("/certificates/{identifier}")
def certificate_page(request: Request, identifier: str) -> Answer:
    """A certificate, line by line."""
    found = certificates.find(identifier)
    translated = pages.translate(request.language)
    values = {
        "certificate": found,
        "asked": translated(ASKED[found.asked]),
        "lines": [{"line": line, "status": translated(STATUSES[line.status])} for line in certificates.lines(found)],
        "days": certificates.content(found)["days"],
    }
    return Page("pages/certificate.html", values)


@routes.page("/certificates/{identifier}/json")
def certificate_json(request: Request, identifier: str) -> Answer:
    """The same for a machine, with all that is needed to check it."""
    return Json(certificates.content(certificates.find(identifier)))


@routes.form("/certificates/{identifier}/pdf")
def certificate_pdf(request: Request, identifier: str) -> Answer:
    """The same on one page. By POST, as every file handed out (docs/decisions/0042)."""
    found = certificates.find(identifier)
    return File(paper.pdf(_sheet(found, request.language)), "application/pdf", f"iboo-{identifier}.pdf")


def _sheet(certificate: Certificate, language: pages.Language) -> paper.Sheet:
    translated = pages.translate(language)
    days = certificates.content(certificate)["days"]
    heads = [f"{day}: {told['head'] or translated(_('sera publié après minuit UTC'))}" for day, told in days.items()]
    return paper.Sheet(
        title=translated(_("Certificat d’effacement")),
        facts=(
            (translated(_("Numéro")), certificate.id),
            (translated(_("Motif")), translated(ASKED[certificate.asked])),
            (translated(_("Objet")), certificate.about),
            (translated(_("Établi le")), moment(certificate.made_at)),
        ),
        heads=(translated(_("Donnée")), translated(_("Ce qu’elle est devenue")), translated(_("Date"))),
        lines=[_cells(line, language) for line in certificates.lines(certificate)],
        more=translated(_("La suite est dans le fichier JSON.")),
        notes=(translated(_("Têtes de chaîne publiées (SHA-256), signées Ed25519 :")), *heads, certificates.HOW),
        made_at=int(certificate.made_at),
    )


def _cells(line: Line, language: pages.Language) -> tuple[str, str, str]:
    status = pages.translate(language)(STATUSES[line.status])
    shown = f"{status} ({line.ground})" if line.ground else f"{status} ({line.count})"
    return getattr(line.label, language), shown, "-" if line.at is None else moment(line.at)
