"""Leaving out frames of upper temporal layers: a picture moves at half or a quarter of its rate for fewer bits."""

from media_workers.picture import Picture

ALL = 7
"""No limit: three bits hold the highest layer any codec has."""


class TemporalFilter:
    """``wanted``: the highest layer to pass. A layer ends between two frames, and begins where it needs none before."""

    def __init__(self) -> None:
        self.wanted = ALL
        self._passing = ALL

    def passes(self, picture: Picture) -> bool:
        """Whether this packet goes on; packets in the order they come."""
        if picture.keyframe:
            self._passing = self.wanted
        elif picture.begins:
            self._passing = min(self._passing, self.wanted)
            if picture.sync and self._passing < picture.temporal <= self.wanted:
                self._passing = picture.temporal
            elif picture.opens and picture.temporal <= self._passing:
                self._passing = self.wanted
        return picture.temporal <= self._passing
