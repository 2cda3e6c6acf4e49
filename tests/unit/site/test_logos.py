"""Which logos may stand in our pages, and what of them."""

import io
import zlib

import pytest
from PIL import Image, PngImagePlugin

from chalicelib.site import logos
from chalicelib.site.logos import LARGEST_SHOWN, Unsafe, clean

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 120 40"'


def svg(inside: str, attributes: str = "", head: str = HEAD) -> bytes:
    return f"{head} {attributes}>{inside}</svg>".encode()


def png(size: tuple[int, int] = (40, 20), **info: str) -> bytes:
    target = io.BytesIO()
    words = PngImagePlugin.PngInfo()
    for name, value in info.items():
        words.add_text(name, value)
    Image.new("RGBA", size, (0, 96, 95, 255)).save(target, "PNG", pnginfo=words)
    return target.getvalue()


@pytest.mark.parametrize(
    "inside",
    [
        "<script>fetch('/account')</script>",
        "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'/></foreignObject>",
        "<image href='https://elsewhere.example/pixel.png'/>",
        "<image href='data:image/png;base64,AAAA'/>",
        "<a href='https://elsewhere.example'><path d='M0 0'/></a>",
        "<path d='M0 0' onclick='alert(1)'/>",
        "<path d='M0 0' ONLOAD='alert(1)'/>",
        "<use href='https://elsewhere.example/a.svg#x'/>",
        "<use xlink:href='//elsewhere.example/a.svg#x'/>",
        "<path fill='url(https://elsewhere.example/#a)' d='M0 0'/>",
        "<path style='fill: url(https://elsewhere.example)' d='M0 0'/>",
        "<style>@import 'https://elsewhere.example';</style>",
        "<style>path { background: url(https://elsewhere.example) }</style>",
        "<style>path { fill: \\75rl(x) }</style>",
        "<animate attributeName='href' values='javascript:alert(1)'/>",
        "<set attributeName='onclick' to='alert(1)'/>",
        "<g><g><script/></g></g>",
        "<filter id='f'><feImage href='https://elsewhere.example'/></filter>",
    ],
)
def test_an_svg_that_does_more_than_draw_is_refused(inside: str) -> None:
    with pytest.raises(Unsafe):
        clean(svg(inside))


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"GIF89a",
        b"<html></html>",
        b"<svg viewBox='0 0 1 1'/>",
        b"\x89PNG\r\n\x1a\nnonsense",
        png()[:60],
        svg("", head='<svg xmlns="http://www.w3.org/2000/svg"'),
        svg("", head='<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 0 40"'),
        svg("", head='<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="40"'),
        b'<!DOCTYPE svg [<!ENTITY a "b">]>' + svg("<text>&a;</text>"),
        b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + svg("<text>&a;</text>"),
        svg("<text>" + "x" * LARGEST_SHOWN + "</text>"),
        b"x" * (logos.LARGEST + 1),
    ],
)
def test_what_is_no_logo_is_refused(document: bytes) -> None:
    with pytest.raises(Unsafe):
        clean(document)


def test_a_png_of_a_few_bytes_and_a_billion_pixels_is_refused_unpainted() -> None:
    honest = bytearray(png())
    honest[16:24] = (60_000).to_bytes(4, "big") * 2
    honest[29:33] = zlib.crc32(bytes(honest[12:29])).to_bytes(4, "big")
    with pytest.raises(Unsafe):
        clean(bytes(honest))


def test_a_png_is_painted_anew_without_what_it_carried_and_small() -> None:
    logo = clean(png((2_000, 1_000), Author="Anne Dupont", Comment="<script>"))
    assert b"Anne" not in logo.content and b"script" not in logo.content
    with Image.open(io.BytesIO(logo.content)) as picture:
        assert (picture.format, picture.size, picture.info) == ("PNG", (384, 192), {})
        assert picture.getpixel((10, 10)) == (0, 96, 95, 255)
    assert (logo.media_type, logo.width, logo.height) == ("image/png", 96, 48)


def test_an_svg_keeps_what_draws_and_loses_what_editors_leave() -> None:
    inside = (
        "<!-- by Anne --><metadata>Anne</metadata><defs><linearGradient id='a'><stop offset='1' stop-color='#fff'/>"
        "</linearGradient><style>.b { fill: url(#a) }</style></defs><path class='b' fill=\"url(#a)\" d='M0 0h9v9z'/>"
        "<use xlink:href='#a'/><i:x xmlns:i='http://editor.example'/>"
    )
    with pytest.raises(Unsafe):
        clean(svg(inside))  # an address in a style sheet, even one of its own, is more than we read
    logo = clean(svg(inside.replace("fill: url(#a)", "fill: #006"), "data-made-by='x'"))
    drawn = logo.content.decode()
    assert "Anne" not in drawn and "editor" not in drawn and "data-" not in drawn
    assert 'fill="url(#a)"' in drawn and 'href="#a"' in drawn and "stop-color" in drawn
    assert (logo.media_type, logo.width, logo.height) == ("image/svg+xml", 144, 48)
    assert clean(logo.content).content == logo.content
