"""Headers the CDN puts on static files. Pages and API bring their own from the functions.

The local front serves the same, so that what breaks under them breaks on a laptop.
"""

STATIC: dict[str, str] = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
}
"""The version is part of a static file's address: it may be kept for ever. A worker or worklet script obeys this policy
of content, hence 'self' rather than 'none'."""

STATIC_MISSING: dict[str, str] = STATIC | {"Cache-Control": "no-store"}

LARGEST_BODY = 6 * 1024 * 1024
"""Bytes a request or an answer may have: Lambda's limit for a synchronous call."""
