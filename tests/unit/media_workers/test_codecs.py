"""Which reader a codec has."""

from media_workers import codecs
from tests.media.pictures import picture


def test_a_picture_codec_has_a_reader() -> None:
    read = codecs.reader("vp8")
    assert read is not None
    assert read(picture(5, key=True), b"").keyframe


def test_sound_has_none() -> None:
    assert codecs.reader("opus") is None
