"""Live video and sound as bare packets, for transports that do their own framing."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import av
from av.audio.codeccontext import AudioCodecContext
from av.packet import Packet as AvPacket
from av.stream import Stream
from av.video.codeccontext import VideoCodecContext
import numpy as np

from ..picture import Size
from .encode import FPS, SAMPLE_RATE, VIDEO_OPTIONS, Draw, tone

_SAMPLES = 1024
"""Of one AAC packet."""


@dataclass(frozen=True, slots=True)
class Packet:
    """One picture as H.264 with start codes, or a piece of sound as raw AAC; ``seconds`` from the start."""

    kind: Literal["video", "audio"]
    seconds: float
    content: bytes


class PacketEncoder:
    """Encodes one live stream, picture by picture."""

    def __init__(self, draw: Draw, size: Size, *, audio: bool) -> None:
        self._draw = draw
        self._size = size
        self._video = VideoCodecContext.create("libx264", "w")
        self._video.width, self._video.height = size
        self._video.pix_fmt = "yuv420p"
        self._video.time_base, self._video.framerate = Fraction(1, FPS), Fraction(FPS)
        self._video.gop_size = FPS
        self._video.options = dict(VIDEO_OPTIONS)
        # One thread is one slice a picture, which is what the payloader of RTP takes for a picture.
        self._video.thread_count = 1
        self._audio = _sound() if audio else None
        self._frames = self._samples = 0

    def step(self, moment: float) -> list[Packet]:
        """Return the next picture, that of a Unix time, and the sound that goes with it."""
        picture = self._draw(moment)
        if picture.size != self._size:
            picture = picture.resize(self._size)
        frame = av.VideoFrame.from_ndarray(np.asarray(picture), format="rgb24")
        frame.pts, frame.time_base = self._frames, Fraction(1, FPS)
        self._frames += 1
        packets = [Packet("video", _seconds(packet), bytes(packet)) for packet in self._video.encode(frame)]
        if self._audio:
            while self._samples + _SAMPLES <= self._frames / FPS * SAMPLE_RATE:
                sound = av.AudioFrame.from_ndarray(tone(moment, _SAMPLES), format="fltp", layout="mono")
                sound.sample_rate, sound.pts, sound.time_base = SAMPLE_RATE, self._samples, Fraction(1, SAMPLE_RATE)
                moment += _SAMPLES / SAMPLE_RATE
                self._samples += _SAMPLES
                packets += [Packet("audio", _seconds(packet), bytes(packet)) for packet in self._audio.encode(sound)]
        return packets


def _sound() -> AudioCodecContext:
    context = AudioCodecContext.create("aac", "w")
    context.sample_rate, context.bit_rate = SAMPLE_RATE, 64_000
    context.format, context.layout = "fltp", "mono"
    context.time_base = Fraction(1, SAMPLE_RATE)
    return context


def _seconds(packet: AvPacket[Stream]) -> float:
    """Return when a packet is to be shown; the encoder's delay at the start is not worth a negative time."""
    return max(0.0, float((packet.pts or 0) * (packet.time_base or 0)))
