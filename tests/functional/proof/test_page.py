"""The published days can be found by people and read by programs."""

import pytest

from chalicelib.privacy import proof
from chalicelib.privacy.sweep import sweep
from tests.functional.browser import Browser
from tests.functional.conftest import MovedClock
from tests.functional.privacy.things import a_meeting

pytestmark = pytest.mark.usefixtures("stores")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_leads_to_each_closed_day(language: str, clock_file: MovedClock) -> None:
    browser = Browser(language)
    assert browser.open("/proof").status == 200
    a_meeting("m", said="bonjour")
    clock_file.move(days=28, seconds=1)
    sweep()
    clock_file.move(days=1, hours=1)
    day = proof.close_days()[-1]
    assert f'href="/proof/{day}"' in browser.open("/proof").html
    published = browser.open(f"/proof/{day}").json
    assert published["head"][:32] in browser.open("/proof").html
    assert published["erasures"] == 2


def test_a_day_there_is_not_is_not_found() -> None:
    assert Browser().open("/proof/2020-01-01").status == 404
