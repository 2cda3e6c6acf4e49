"""Leaving out frames of upper layers: a picture moves at half of its rate, or is smaller, for fewer bits."""

from typing import Final

from media_workers.picture import Picture

ALL: Final = 7
"""No limit: three bits hold the highest layer any codec has."""


class LayerFilter:
    """The highest spatial and temporal layer to pass. A layer ends between two pictures, and begins where it needs
    nothing from before."""

    def __init__(self) -> None:
        self.spatial = ALL
        self.temporal = ALL
        self.most = ALL
        """Spatial layers that the receiver can tell apart."""
        self._spatial = ALL
        """What passes now."""
        self._temporal = ALL

    @property
    def waits(self) -> bool:
        """A spatial layer is wanted that has not begun: only a keyframe is sure to begin it."""
        return self._spatial < min(self.spatial, self.most)

    def passes(self, picture: Picture) -> bool:
        """Whether this packet goes on; packets in the order they come."""
        if picture.keyframe:
            self._spatial, self._temporal = min(self.spatial, self.most), self.temporal
        elif picture.begins and picture.spatial == 0:
            self._spatial = min(self._spatial, self.spatial)
            self._begin(picture)
        elif picture.begins and picture.fresh and picture.spatial == self._spatial + 1 <= min(self.spatial, self.most):
            self._spatial = picture.spatial
        return picture.temporal <= self._temporal and picture.spatial <= self._spatial

    def completes(self, picture: Picture) -> bool:
        """Whether a packet that passes is the last one of its picture here, though further layers would follow."""
        return picture.ends and picture.spatial == self._spatial

    def _begin(self, picture: Picture) -> None:
        """A picture begins: here temporal layers may end or begin."""
        self._temporal = min(self._temporal, self.temporal)
        if picture.sync and self._temporal < picture.temporal <= self.temporal:
            self._temporal = picture.temporal
        elif picture.opens and picture.temporal <= self._temporal:
            self._temporal = self.temporal
