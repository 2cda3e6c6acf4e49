"""The colours of web/css/tokens.css: contrast computed as WCAG 2.2 defines it, from their OKLCH coordinates."""

import math
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

CSS = Path(__file__).parents[2] / "web" / "css"
TOKENS = (CSS / "tokens.css").read_text()

Colour = tuple[float, float, float]

AA_TEXT, AAA_TEXT, AA_SHAPE = 4.5, 7.0, 3.0

# foreground, background, least contrast
PAGE_PAIRS = [
    *((text, surface, AAA_TEXT) for text in ("--text",) for surface in ("--page", "--surface", "--sunken")),
    *(("--text-quiet", surface, AA_TEXT) for surface in ("--page", "--surface", "--sunken")),
    *(("--accent", surface, AA_TEXT) for surface in ("--page", "--surface", "--sunken", "--accent-soft")),
    *(("--danger", surface, AA_TEXT) for surface in ("--page", "--surface", "--danger-soft")),
    *(("--warning", surface, AA_TEXT) for surface in ("--page", "--surface", "--warning-soft")),
    *(("--text", surface, AAA_TEXT) for surface in ("--accent-soft", "--danger-soft", "--warning-soft")),
    ("--accent-strong", "--page", AA_TEXT),
    ("--on-accent", "--accent", AA_TEXT),
    ("--on-accent", "--accent-strong", AA_TEXT),
    ("--on-danger", "--danger", AA_TEXT),
    ("--on-danger", "--danger-strong", AA_TEXT),
    *(("--focus", surface, AA_SHAPE) for surface in ("--page", "--surface", "--sunken")),
    *(("--line-strong", surface, AA_SHAPE) for surface in ("--page", "--surface")),
]
ROOM_PAIRS = [
    *(("--stage-text", surface, AAA_TEXT) for surface in ("--stage", "--stage-raised", "--stage-hover")),
    *(("--stage-quiet", surface, AAA_TEXT) for surface in ("--stage", "--stage-raised")),
    *(("--stage-danger-text", surface, AAA_TEXT) for surface in ("--stage", "--stage-raised")),
    *(("--stage-warning", surface, AAA_TEXT) for surface in ("--stage", "--stage-raised")),
    ("--on-stage-accent", "--stage-accent", AAA_TEXT),
    ("--stage-accent", "--stage", AA_SHAPE),
    ("--on-stage-danger", "--stage-danger", AA_TEXT),
    ("--stage-danger", "--stage", AA_SHAPE),
]


def colours(theme: str) -> dict[str, Colour]:
    """Every opaque colour of a theme: the dark block overrides names of the light one."""
    blocks = re.split(r"@media \(prefers-color-scheme: dark\)", TOKENS)
    named = blocks[0] if theme == "light" else blocks[0] + blocks[1]
    found = re.findall(r"(--[\w-]+): oklch\(([\d.]+) ([\d.]+) ([\d.]+)\);", named)
    return {name: (float(light), float(chroma), float(hue)) for name, light, chroma, hue in found}


def linear_rgb(colour: Colour) -> Colour:
    """Linear sRGB of an OKLCH colour (CSS Color 4, section 10.7: the matrices of Oklab)."""
    light, chroma, hue = colour
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def luminance(colour: Colour) -> float:
    red, green, blue = (min(1.0, max(0.0, part)) for part in linear_rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    """WCAG 2.2, definition of contrast ratio."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_computed_as_wcag_defines_it() -> None:
    white, black = (1.0, 0.0, 0.0), (0.0, 0.0, 0.0)
    assert contrast(white, black) == pytest.approx(21, abs=0.01)
    assert contrast(white, white) == pytest.approx(1)
    pure_red = (0.627955, 0.257683, 29.2339)  # #ff0000: 3.998 on white
    assert contrast(pure_red, white) == pytest.approx(3.998, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), [*PAGE_PAIRS, *ROOM_PAIRS])
def test_words_and_shapes_stand_out_from_what_is_behind_them(theme: str, front: str, back: str, least: float) -> None:
    named = colours(theme)
    assert contrast(named[front], named[back]) >= least


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_colour_can_be_shown_on_an_srgb_screen(theme: str) -> None:
    outside = {
        name: linear_rgb(colour)
        for name, colour in colours(theme).items()
        if not all(-0.002 <= part <= 1.002 for part in linear_rgb(colour))
    }
    assert not outside


def test_dark_only_changes_names_that_light_has() -> None:
    light = set(colours("light"))
    assert set(colours("dark")) == light


def test_the_stage_of_the_room_is_the_same_in_both_themes() -> None:
    light, dark = colours("light"), colours("dark")
    stage = {name for name in light if "stage" in name}
    assert stage
    assert {name: light[name] for name in stage} == {name: dark[name] for name in stage}


def used_names() -> Iterator[tuple[str, str]]:
    for sheet in sorted(CSS.glob("*.css")):
        text = sheet.read_text()
        own = set(re.findall(r"(?m)^\s*(--[\w-]+):", text))
        yield from ((sheet.name, name) for name in set(re.findall(r"var\((--[\w-]+)\)", text)) - own)


def test_style_sheets_use_only_names_that_exist() -> None:
    known = set(re.findall(r"(?m)^\s*(--[\w-]+):", TOKENS))
    for script in CSS.parent.rglob("*.js"):
        known |= set(re.findall(r"setProperty\(\"(--[\w-]+)\"", script.read_text()))
    assert [(sheet, name) for sheet, name in used_names() if name not in known] == []


def test_style_sheets_fetch_nothing_from_elsewhere() -> None:
    for sheet in CSS.glob("*.css"):
        for address in re.findall(r"url\(\"?([^)\"]+)", sheet.read_text()):
            assert address.startswith("../")
            assert (sheet.parent / address).is_file()
