"""What is stored of customers who let themselves be named."""

from dataclasses import dataclass

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.storage import People


@dataclass(frozen=True)
class Logo:
    """A picture as pages may show it (`chalicelib.site.logos`). ``width``, ``height``: in pixels, on the page."""

    content: bytes
    media_type: str
    width: int
    height: int


class Reference(People, discriminator="reference"):
    """``reference#<id>`` / ``reference``; listed by ``references``, the oldest first.

    ``permitted_by``: name and function; ``permitted_on``: the day, ISO 8601; ``proof``: how, and where the writing is.
    ``logo``: the picture as it is shown, ``logo_type`` its media type, ``logo_size`` its width and height in pixels.
    ``since``: when it was entered.
    """

    company = UnicodeAttribute()
    words_fr = UnicodeAttribute()
    words_en = UnicodeAttribute()
    permitted_by = UnicodeAttribute()
    permitted_on = UnicodeAttribute()
    proof = UnicodeAttribute()
    logo = BinaryAttribute(legacy_encoding=False)
    logo_type = UnicodeAttribute()
    logo_size = UnicodeAttribute()
    operator = UnicodeAttribute()
    since = NumberAttribute()

    @property
    def id(self) -> str:
        """Without its kind."""
        return str(self.pk).partition("#")[2]
