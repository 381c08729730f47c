"""An RTSP server as a process of its own, for Debian's Python with GStreamer: ``python3 rtsp_server.py URL HOST PORT``.

Knows nothing of cameras and users. For every address it is asked, it asks ``URL/open`` and ``URL/packets``, with the
same query, who may see it and what there is to see. Prints its port when it serves; ends when its input ends.

Each packet is ``kind (1 byte), time (8 bytes, nanoseconds), length (4 bytes), content``, see ``rtsp.py``.
"""

import struct
import sys
import threading
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import gi  # type: ignore[import-not-found]

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # type: ignore[import-not-found]  # noqa: E402

VIDEO, AUDIO = 0, 1
HEAD = struct.Struct(">BQI")
_VIDEO_BRANCH = (
    "appsrc name=video is-live=true format=time block=true max-bytes=4000000"
    " caps=video/x-h264,stream-format=byte-stream,alignment=au"
    " ! rtph264pay name=pay0 pt=96"
)
_AUDIO_BRANCH = (
    " appsrc name=audio is-live=true format=time block=true max-bytes=1000000"
    " caps=audio/mpeg,mpegversion=4,stream-format=raw,rate=44100,channels=1,codec_data=(buffer)1208"
    " ! rtpmp4gpay name=pay1 pt=97"
)
_STATUS = {
    401: GstRtsp.RTSPStatusCode.UNAUTHORIZED,
    403: GstRtsp.RTSPStatusCode.FORBIDDEN,
    404: GstRtsp.RTSPStatusCode.NOT_FOUND,
}
_PATIENCE = 10
_SWEEP_SECONDS = 5


class Factory(GstRtspServer.RTSPMediaFactory):  # type: ignore[misc]
    """Makes a pipeline for an address; all who use the same one share it."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self._source = source
        self.set_shared(True)
        self.set_latency(0)

    def do_create_element(self, url: Any) -> Any:
        """Return the pipeline, fed by a thread of its own."""
        try:
            packets = urlopen(f"{self._source}/packets?{url.query or ''}", timeout=_PATIENCE)
        except URLError:
            return None
        has_audio = packets.headers.get("X-Audio") == "1"
        pipeline = Gst.parse_launch(f"( {_VIDEO_BRANCH}{_AUDIO_BRANCH if has_audio else ''} )")
        sinks = {VIDEO: pipeline.get_by_name("video"), AUDIO: pipeline.get_by_name("audio")}
        threading.Thread(target=feed, args=(packets, sinks), daemon=True).start()
        return pipeline


def feed(packets: IO[bytes], sinks: dict[int, Any]) -> None:
    """Pass packets on until there are no more, or nobody wants them."""
    with packets:
        while len(head := packets.read(HEAD.size)) == HEAD.size:
            kind, nanoseconds, length = HEAD.unpack(head)
            buffer = Gst.Buffer.new_wrapped(packets.read(length))
            buffer.pts = nanoseconds
            if sinks[kind].emit("push-buffer", buffer) != Gst.FlowReturn.OK:
                break
    for sink in sinks.values():
        if sink:
            sink.emit("end-of-stream")


def watch(server: Any, client: Any, source: str) -> None:
    """Let nobody describe what must not be seen."""

    def judge(client: Any, context: Any) -> Any:
        try:
            with urlopen(f"{source}/open?{context.uri.query or ''}", timeout=_PATIENCE):
                return GstRtsp.RTSPStatusCode.OK
        except HTTPError as error:
            return _STATUS.get(error.code, GstRtsp.RTSPStatusCode.SERVICE_UNAVAILABLE)
        except URLError:
            return GstRtsp.RTSPStatusCode.SERVICE_UNAVAILABLE

    client.connect("pre-describe-request", judge)


def sweep(server: Any) -> bool:
    """Forget sessions of viewers by UDP who went away without a word; called again and again."""
    server.get_session_pool().cleanup()
    return True


def main() -> None:
    """Serve until the input ends."""
    source, host, port = sys.argv[1:]
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address(host)
    server.set_service(port)
    server.get_mount_points().add_factory("/rtsp", Factory(source))
    server.connect("client-connected", watch, source)
    if not server.attach(None):
        sys.exit(f"port {port} is taken")
    print(server.get_bound_port(), flush=True)
    loop = GLib.MainLoop()
    GLib.timeout_add_seconds(_SWEEP_SECONDS, sweep, server)
    GLib.io_add_watch(0, GLib.PRIORITY_DEFAULT, GLib.IOCondition.IN | GLib.IOCondition.HUP, lambda *_: loop.quit())
    loop.run()


if __name__ == "__main__":
    main()
