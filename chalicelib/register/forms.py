"""Which rows each form writes: from it the notice beside the form is made (GDPR art. 13)."""

from collections.abc import Mapping
from typing import Final

FORMS: Final[Mapping[str, tuple[str, ...]]] = {
    "signup": ("account", "company", "contract", "newsletter"),
    "member_join": ("account", "company"),
    "company": ("member_invitation",),
    "company_programs": ("api_token",),
    "contact": ("ticket", "contact"),
    "report": ("ticket",),
    "newsletter": ("newsletter_request", "newsletter", "consent"),
    "order": ("order", "billing", "invoice", "payment", "card_on_file"),
    "meeting_form": ("meeting", "invite", "address_book"),
    "meeting": ("invite",),
    "book": ("address_book",),
    "recording": ("recording_share",),
    "my_data": ("right",),
    "guest": ("guest", "attendance", "talk"),
    "rights": ("right", "idproof"),
    "decision": ("decision",),
    "directives": ("mortem",),
    "instruction": ("right",),
}
"""By template of ``templates/pages``."""
