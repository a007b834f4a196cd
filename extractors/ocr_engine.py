"""The one door to rapidocr: pictures of single lines → their text, with the least certain character.

The engine takes two seconds to load and is kept for the life of the process.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from extractors.ocr_pages import Picture

# Crops are made this high; the model was trained on it.
HEIGHT = 48
# Crops of like width are recognised together; more at once is not faster, but takes memory, of which
# the model needs 10 KB for each pixel of width: wide crops go one by one.
BATCH = 6
WIDE = 400
# A crop as wide as this is a line of some 100 characters.
WIDEST = 3200
# A crop narrower than this is padded. The model's own 320 makes a single digit three times as slow.
NARROWEST = 64
LONGEST_DETECTED = 1600


@dataclass(frozen=True, slots=True)
class Seen:
    """What was recognised; ``least`` is the confidence of its least certain character, 0 to 1."""

    text: str
    least: float
    mean: float = 0.0


@lru_cache(maxsize=1)
def _engine() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            # Else a narrow strip of a page would be enlarged twentyfold before its text is detected.
            "Det.limit_type": "max",
            "Det.limit_side_len": LONGEST_DETECTED,
            "Rec.rec_img_shape": [3, HEIGHT, NARROWEST],
        }
    )


def recognise(crops: Sequence[Picture]) -> list[Seen]:
    """Return the text of each crop (grey, one line of text each)."""
    from rapidocr.ch_ppocr_rec import TextRecInput

    if not crops:
        return []
    pictures = list(_model_inputs(crops))
    seen = [Seen("", 0.0)] * len(crops)
    model = _engine()._load_rec_model()
    for wide, batch in ((False, BATCH), (True, 1)):
        places = [place for place, picture in enumerate(pictures) if (picture.shape[1] > WIDE) is wide]
        if not places:
            continue
        model.rec_batch_num = batch
        found = model(TextRecInput(img=[pictures[place] for place in places], return_word_box=True))
        for place, text, score, word in zip(places, found.txts, found.scores, found.word_results, strict=True):
            least = min(word.confs, default=0.0) if text else 0.0
            seen[place] = Seen(str(text).strip(), float(least), float(score))
    return seen


def _model_inputs(crops: Sequence[Picture]) -> Iterator[Picture]:
    import cv2

    for crop in crops:
        height, width = crop.shape
        wide = max(8, min(WIDEST, round(width * HEIGHT / height)))
        method = cv2.INTER_AREA if height > HEIGHT else cv2.INTER_CUBIC
        yield cv2.cvtColor(cv2.resize(crop, (wide, HEIGHT), interpolation=method), cv2.COLOR_GRAY2BGR)


def detect(grey: Picture) -> list[tuple[float, float, float, float]]:
    """Return the boxes of lines of text (left, top, right, bottom) on a page."""
    import cv2

    found = _engine()._load_det_model()(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR))
    if found.boxes is None:
        return []
    return [
        (float(box[:, 0].min()), float(box[:, 1].min()), float(box[:, 0].max()), float(box[:, 1].max()))
        for box in found.boxes
    ]
