"""Iboo's functions. A setting chooses the doors; each door's blueprints are listed here, and nothing else happens."""

from importlib import import_module

from chalicelib import settings
from chalicelib.doors import Functions, declared_cookies_only

DOORS: dict[str, tuple[str, ...]] = {
    "public": (
        "chalicelib.site.routes",
        "chalicelib.accounts.routes",
        "chalicelib.accounts.account_routes",
        "chalicelib.accounts.company_routes",
        "chalicelib.accounts.factor_routes",
        "chalicelib.accounts.passkey_routes",
        "chalicelib.accounts.rule_routes",
        "chalicelib.accounts.federation_routes",
        "chalicelib.accounts.token_routes",
        "chalicelib.webhooks.routes",
        "chalicelib.billing.routes",
        "chalicelib.billing.link_routes",
        "chalicelib.meetings.change_routes",
        "chalicelib.meetings.routes",
        "chalicelib.meetings.room_routes",
        "chalicelib.meetings.shared_routes",
        "chalicelib.meetings.book_routes",
        "chalicelib.meetings.feed_routes",
        "chalicelib.meetings.hosting_routes",
        "chalicelib.meetings.after_routes",
        "chalicelib.meetings.encoder_routes",
        "chalicelib.meetings.check_routes",
        "chalicelib.recordings.room_routes",
        "chalicelib.recordings.saving_routes",
        "chalicelib.recordings.encoder_routes",
        "chalicelib.recordings.routes",
        "chalicelib.recordings.watching_routes",
        "chalicelib.meetings.note_routes",
        "chalicelib.privacy.routes",
        "chalicelib.privacy.closing",
        "chalicelib.privacy.usage_routes",
        "chalicelib.contact.routes",
        "chalicelib.privacy.consent_routes",
        "chalicelib.privacy.version_routes",
        "chalicelib.privacy.newsletter_routes",
        "chalicelib.privacy.proof_routes",
        "chalicelib.rights.routes",
        "chalicelib.rights.customer_routes",
        "chalicelib.rights.decision_routes",
        "chalicelib.operations.status_routes",
        "chalicelib.api.meeting_routes",
        "chalicelib.api.planning_routes",
        "chalicelib.api.invitee_routes",
        "chalicelib.api.after_routes",
        "chalicelib.api.document_routes",
        "chalicelib.operations.report_routes",
        "chalicelib.operations.acts_routes",
    ),
    "callback": (
        "chalicelib.fleet.routes",
        "chalicelib.recordings.worker_routes",
        "chalicelib.billing.callback_routes",
        "chalicelib.mailing.event_routes",
    ),
    "console": (
        "chalicelib.rights.console_routes",
        "chalicelib.rights.book_routes",
        "chalicelib.rights.governance_routes",
        "chalicelib.operations.company_routes",
        "chalicelib.operations.invoice_routes",
        "chalicelib.operations.queue_routes",
        "chalicelib.operations.request_routes",
        "chalicelib.operations.incident_routes",
        "chalicelib.operations.company_act_routes",
        "chalicelib.operations.newsletter_routes",
        "chalicelib.operations.reference_routes",
    ),
    "schedule": (
        "chalicelib.privacy.schedules",
        "chalicelib.contact.schedules",
        "chalicelib.meetings.schedules",
        "chalicelib.recordings.schedules",
        "chalicelib.mailing.schedules",
        "chalicelib.webhooks.schedules",
        "chalicelib.consents.schedules",
        "chalicelib.billing.schedules",
        "chalicelib.rights.schedules",
        "chalicelib.fleet.schedules",
    ),
}
"""Which modules hang their routes on which door. The name of each blueprint in them is ``routes``."""

app = Functions(app_name="iboo")
app.api.binary_types = ["application/zip", "application/pdf"]
app.register_middleware(declared_cookies_only, "http")

for door in settings.get("DOORS").split(","):
    for module in DOORS[door.strip()]:
        app.register_blueprint(import_module(module).routes)
