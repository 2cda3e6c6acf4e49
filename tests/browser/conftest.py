"""Real Chromium for every person, each in a process of its own: the capture files are per process."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from dev.cloud import Cloud, running
from tests.browser.captures import LOOKS, picture, sound
from tests.browser.house import House, open_account, sign_up
from tests.browser.person import PATIENCE, Person
from tests.browser.recorded import entitle
from tests.forwarder import SETTING, TESTED, at_work

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--allow-loopback-in-peer-connection",
    "--auto-select-desktop-capture-source=Entire screen",
    # Nothing of the browser's own goes to the network.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-features=MediaRouter,OptimizationHints,Translate",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
)

Arrive = Callable[[int, str], Person]
Somebody = Callable[[str], Page]


@pytest.fixture(scope="session")
def captures(tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    """Flags of the capture files of each look."""
    folder = tmp_path_factory.mktemp("captures")
    return [
        [
            f"--use-file-for-fake-video-capture={picture(folder / f'{look.tone}.y4m', look)}",
            f"--use-file-for-fake-audio-capture={sound(folder / f'{look.tone}.wav', look)}",
        ]
        for look in LOOKS
    ]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The driver."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browsers(playwright: Playwright, captures: list[list[str]]) -> Iterator[list[Browser]]:
    """One browser process per look, kept for all tests: each test gets contexts of its own."""
    processes = [playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *capture]) for capture in captures]
    yield processes
    for browser in processes:
        browser.close()


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """Everything, started as `make run` starts it, with the forwarder that is to be tested."""
    with running(tmp_path_factory.mktemp("data"), settings=SETTING) as cloud:
        assert at_work(cloud.control) == TESTED
        yield cloud


@pytest.fixture(scope="session")
def host_state(product: Cloud, browsers: list[Browser]) -> Any:
    """The cookies of a host with an account; fifty invitations a day, as in a trial, are too few for all tests."""
    state = sign_up(product, browsers[0])
    entitle(product)
    return state


@pytest.fixture
def house(product: Cloud, browsers: list[Browser], host_state: Any) -> Iterator[House]:
    """A fresh meeting."""
    context = browsers[0].new_context(storage_state=host_state, locale="fr-FR")
    made = House(product, host_state, context.new_page())
    context.close()
    yield made
    made.resume_media()


@pytest.fixture
def arrive(browsers: list[Browser], house: House) -> Iterator[Arrive]:
    """``arrive(0, "Anne Dupont")``: a person with the look of that number, in a fresh context.

    At the end no page may have complained, and none may have asked anybody but the product.
    """
    people: list[Person] = []

    def arrives(number: int, name: str) -> Person:
        context = browsers[number].new_context(
            viewport={"width": 1280, "height": 800},
            locale="fr-FR",
            storage_state=house.host_state if name == house.host_name else None,
        )
        people.append(Person(context.new_page(), name, LOOKS[number]))
        return people[-1]

    yield arrives
    for person in people:
        person.page.context.close()
    for person in people:
        assert person.complaints == []
        person.no_foreign_requests(house.url)


@pytest.fixture
def somebody(product: Cloud, browsers: list[Browser]) -> Iterator[Somebody]:
    """``somebody("zoe@morel.example")``: a new customer, signed in; ``somebody("")``: a visitor."""
    contexts = []

    def comes(email: str) -> Page:
        context = browsers[0].new_context(locale="fr-FR", accept_downloads=True)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE * 1_000)
        if email:
            open_account(product, page, ("Zoé", "Été", email))
        return page

    yield comes
    for context in contexts:
        context.close()
