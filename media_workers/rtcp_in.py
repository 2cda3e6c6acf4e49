"""What RTCP of a peer tells, except requests for lost packets, which each forwarder answers in its own way."""

from media_workers import rtcp
from media_workers.down_track import NTP_EPOCH
from media_workers.leg import Leg
from media_workers.rtcp import Block


def take(leg: Leg, block: Block, now: float, began: float | None) -> None:
    """``began``: the instant in seconds since 1970 at which the monotonic clock was 0, if known. Raises `Malformed`."""
    if block.kind == rtcp.SENDER_REPORT:
        ssrc, ntp = rtcp.sender_time(block)
        route = leg.route(ssrc, -1, {})
        if route and not route[2]:
            route[1].reception.sender_report(ntp, now)
            if route[1].tap is not None:
                route[1].tap.report(ntp, rtcp.sender_timestamp(block), now)
            if began is not None:
                leg.ahead.report(ntp, round((began + now + NTP_EPOCH) * (1 << 32)))
    elif block.kind == rtcp.TRANSPORT_FEEDBACK and block.count == rtcp.TRANSPORT_WIDE:
        leg.downlink.feedback(block.body[8:], now)
    elif block.kind == rtcp.PAYLOAD_FEEDBACK and block.count == rtcp.PLI:
        _want_keyframe(leg, rtcp.media_ssrc(block))
    elif block.kind == rtcp.PAYLOAD_FEEDBACK and block.count == rtcp.FIR:
        for ssrc in rtcp.fir_ssrcs(block):
            _want_keyframe(leg, ssrc)


def _want_keyframe(leg: Leg, ssrc: int) -> None:
    down = leg.downs.get(ssrc)
    if down is not None and down.kind == "video" and down.source is not None:
        down.source.keyframes.want()
