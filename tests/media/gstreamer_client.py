"""A WHIP or WHEP client on GStreamer's webrtcbin (Debian's gstreamer1.0-plugins-bad): none of its media code is ours.

Run by Debian's own Python, which has the bindings: ``/usr/bin/python3 gstreamer_client.py publish|watch URL TOKEN
[VP8|VP9|H264]``.
Says ``connected`` and, when watching, ``frame`` for each decoded picture, on standard output.
"""

import sys
import threading
import urllib.request
from typing import Any

import gi  # type: ignore[import-not-found,unused-ignore]

for name in ("Gst", "GstWebRTC", "GstSdp"):
    gi.require_version(name, "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # type: ignore[import-not-found,unused-ignore]  # noqa: E402

ENCODERS = {
    "VP8": "vp8enc deadline=1 keyframe-max-dist=15 target-bitrate=200000 ! rtpvp8pay picture-id-mode=15-bit",
    "VP9": "vp9enc deadline=1 cpu-used=8 keyframe-max-dist=15 target-bitrate=200000 ! rtpvp9pay picture-id-mode=15-bit",
    "H264": "openh264enc gop-size=15 bitrate=200000 complexity=low ! video/x-h264,profile=constrained-baseline "
    "! rtph264pay config-interval=-1 aggregate-mode=zero-latency",
}
DECODERS = {
    "VP8": "rtpvp8depay ! vp8dec",
    "VP9": "rtpvp9depay ! vp9dec",
    "H264": "rtph264depay ! h264parse ! openh264dec",
}
SENDING = (
    "webrtcbin name=peer bundle-policy=max-bundle "
    "videotestsrc is-live=true pattern=ball ! video/x-raw,width=320,height=180,framerate=15/1 ! videoconvert "
    "! {encoder} ! application/x-rtp,media=video,encoding-name={codec},payload=96 ! peer. "
    "audiotestsrc is-live=true wave=sine ! audioconvert ! audioresample ! opusenc ! rtpopuspay "
    "! application/x-rtp,media=audio,encoding-name=OPUS,payload=97 ! peer."
)
RECEIVING = "webrtcbin name=peer bundle-policy=max-bundle fakesrc num-buffers=0 ! fakesink"
"""Two elements, so that the description makes a pipeline."""
VIDEO = "application/x-rtp,media=video,encoding-name={codec},payload=96,clock-rate=90000{parameters}"
PARAMETERS = {"H264": ",packetization-mode=(string)1,profile-level-id=(string)42e01f"}
AUDIO = "application/x-rtp,media=audio,encoding-name=OPUS,payload=97,clock-rate=48000,encoding-params=(string)2"


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


class Client:
    """One connection."""

    def __init__(self, mode: str, url: str, token: str, codec: str = "VP8") -> None:
        self.url, self.token, self.codec = url, token, codec
        sending = SENDING.format(encoder=ENCODERS[codec], codec=codec)
        self.pipeline = Gst.parse_launch(sending if mode == "publish" else RECEIVING)
        self.peer = self.pipeline.get_by_name("peer")
        self.peer.connect("on-negotiation-needed", self.negotiate)
        self.peer.connect("notify::connection-state", self.state)
        self.peer.connect("pad-added", self.incoming)
        if mode == "watch":
            for caps in (AUDIO, VIDEO.format(codec=codec, parameters=PARAMETERS.get(codec, ""))):
                way = GstWebRTC.WebRTCRTPTransceiverDirection.RECVONLY
                self.peer.emit("add-transceiver", way, Gst.Caps.from_string(caps))
        self.pipeline.set_state(Gst.State.PLAYING)

    def negotiate(self, peer: Any) -> None:
        peer.emit("create-offer", None, Gst.Promise.new_with_change_func(self.offered, None))

    def offered(self, promise: Any, _: object) -> None:
        reply = promise.get_reply()  # owns the description
        offer = reply.get_value("offer")
        text = offer.sdp.as_text()
        # An answer that comes before our own description is in place is refused.
        placed = Gst.Promise.new_with_change_func(self.placed, text)
        self.peer.emit("set-local-description", offer, placed)

    def placed(self, promise: Any, offer: str) -> None:
        threading.Thread(target=self.post, args=(offer,), daemon=True).start()

    def post(self, offer: str) -> None:
        headers = {"Content-Type": "application/sdp", "Authorization": f"Bearer {self.token}"}
        with urllib.request.urlopen(urllib.request.Request(self.url, offer.encode(), headers)) as response:
            answer = response.read()
        _, message = GstSdp.SDPMessage.new_from_text(answer.decode())
        kind = GstWebRTC.WebRTCSDPType.ANSWER
        description = GstWebRTC.WebRTCSessionDescription.new(kind, message)
        self.peer.emit("set-remote-description", description, Gst.Promise.new())

    def state(self, peer: Any, _: object) -> None:
        say(peer.get_property("connection-state").value_nick)

    def incoming(self, peer: Any, pad: Any) -> None:
        if pad.direction != Gst.PadDirection.SRC:
            return
        kind = pad.get_current_caps().get_structure(0).get_string("media")
        chain = (
            f"queue ! {DECODERS[self.codec]} ! fakesink name=end sync=false signal-handoffs=true"
            if kind == "video"
            else "queue ! rtpopusdepay ! opusdec ! fakesink name=end sync=false signal-handoffs=true"
        )
        sink = Gst.parse_bin_from_description(chain, True)
        sink.get_by_name("end").connect("handoff", lambda *_: say("frame" if kind == "video" else "sound"))
        self.pipeline.add(sink)
        sink.sync_state_with_parent()
        pad.link(sink.get_static_pad("sink"))


Gst.init(None)
client = Client(*sys.argv[1:5])
GLib.MainLoop().run()
