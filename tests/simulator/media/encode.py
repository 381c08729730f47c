"""One way of encoding for live video and recordings: H.264 a player starts at once, and a soft ambient tone as AAC."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import av
from av.audio import AudioStream
from av.container import OutputContainer
from av.video import VideoStream
import numpy as np
from PIL import Image

from ..picture import Size

FPS = 12
SAMPLE_RATE = 44_100
VIDEO_OPTIONS = {"preset": "ultrafast", "tune": "zerolatency", "crf": "24", "sc_threshold": "0"}

type Draw = Callable[[float], Image.Image]
"""Draws the picture of a Unix time."""
type Samples = np.ndarray[tuple[int, int], np.dtype[np.float32]]


def tone(start: float, count: int) -> Samples:
    """Return ``count`` samples of the ambience at a time: a low chord that swells slowly, and a breath of wind."""
    at = start % 3600 + np.arange(count) / SAMPLE_RATE
    swell = 0.6 + 0.4 * np.sin(2 * np.pi * at / 7)
    chord = sum(np.sin(2 * np.pi * pitch * at) / (number + 2) for number, pitch in enumerate((110.0, 165.0, 220.5)))
    wind = np.random.default_rng(int(start * 10) & 0xFFFF).standard_normal(count) * 0.006
    samples: Samples = (0.05 * swell * chord + wind).astype(np.float32).reshape(1, -1)
    return samples


class Encoder:
    """Writes pictures, and sound if wanted, into an open container; frame by frame, so that live can keep pace."""

    def __init__(self, container: OutputContainer, size: Size, *, audio: bool, fps: int = FPS) -> None:
        self._container = container
        self._fps = fps
        self._video: VideoStream = container.add_stream("libx264", rate=fps, options=dict(VIDEO_OPTIONS))
        self._video.width, self._video.height = size
        self._video.pix_fmt = "yuv420p"
        self._video.codec_context.gop_size = fps
        self._video.codec_context.time_base = Fraction(1, fps)
        self._sound = Sound(container, "aac") if audio else None
        self._frames = 0

    def write(self, picture: Image.Image, moment: float) -> None:
        """Add the next picture and the sound that goes with it."""
        frame = av.VideoFrame.from_ndarray(np.asarray(picture), format="rgb24")
        frame.pts, frame.time_base = self._frames, Fraction(1, self._fps)
        self._frames += 1
        self._container.mux(self._video.encode(frame))
        if self._sound:
            self._sound.write_until(self._frames / self._fps, moment)

    def finish(self) -> None:
        """Write what the codecs still hold back."""
        self._container.mux(self._video.encode(None))
        if self._sound:
            self._sound.finish()


class Sound:
    """The ambience as one stream of a container."""

    def __init__(self, container: OutputContainer, codec: str) -> None:
        self._container = container
        stream = container.add_stream(codec, rate=SAMPLE_RATE, layout="mono")
        if not isinstance(stream, AudioStream):
            raise TypeError(f"{codec} is not for sound")
        self._stream = stream
        self._stream.bit_rate = 64_000
        self._resampler = av.AudioResampler(format=self._stream.format.name, layout="mono", rate=SAMPLE_RATE)
        self._written = 0

    def write_until(self, seconds: float, moment: float) -> None:
        """Add sound until the stream is ``seconds`` long; ``moment`` is the Unix time it belongs to."""
        count = round(seconds * SAMPLE_RATE) - self._written
        if count <= 0:
            return
        frame = av.AudioFrame.from_ndarray(tone(moment, count), format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, self._written, Fraction(1, SAMPLE_RATE)
        self._written += count
        for part in self._resampler.resample(frame):
            self._container.mux(self._stream.encode(part))

    def finish(self) -> None:
        """Write what the codec still holds back."""
        self._container.mux(self._stream.encode(None))


def write_clip(path: Path, draw: Draw, intervals: list[tuple[float, float]], size: Size, *, audio: bool) -> None:
    """Cut intervals of Unix time into one MP4 file that can be played while it is still being loaded."""
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        encoder = Encoder(container, size, audio=audio)
        for moment in _moments(intervals):
            encoder.write(draw(moment), moment)
        encoder.finish()


def write_sound(path: Path, intervals: list[tuple[float, float]]) -> None:
    """Cut the sound of intervals of Unix time into one MP3 file."""
    with av.open(str(path), "w", format="mp3") as container:
        sound, seconds = Sound(container, "libmp3lame"), 0.0
        for start, end in intervals:
            for second in range(max(1, round(end - start))):
                seconds += 1.0
                sound.write_until(seconds, start + second)
        sound.finish()


def _moments(intervals: list[tuple[float, float]]) -> Iterator[float]:
    for start, end in intervals:
        for number in range(max(1, round((end - start) * FPS))):
            yield start + number / FPS
