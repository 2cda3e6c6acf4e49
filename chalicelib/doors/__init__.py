"""The doors: where a request from outside becomes a call, and an answer or an error becomes a response.

The only package that knows Chalice's requests and responses. A domain's ``routes.py`` makes a `Door` and hangs its
views on it; a view gets a `Request` and returns one of the answers below. Errors are translated here and nowhere else.
"""

from .answers import SECURITY_HEADERS, Answer, File, Json, Page, Redirect, Text
from .door import Door, Functions, declared_cookies_only, error_words, form_errors, own_path
from .request import FORM, Request

__all__ = [
    "FORM",
    "SECURITY_HEADERS",
    "Answer",
    "Door",
    "File",
    "Functions",
    "Json",
    "Page",
    "Redirect",
    "Request",
    "Text",
    "declared_cookies_only",
    "error_words",
    "form_errors",
    "own_path",
]
