//! Leaving out frames of upper layers: a picture moves at half of its rate, or is smaller, for fewer bits.

use crate::picture::Picture;

/// No limit: three bits hold the highest layer any codec has.
pub const ALL: u8 = 7;

/// The highest spatial and temporal layer to pass. A layer ends between two pictures, and begins where it needs nothing
/// from before.
pub struct LayerFilter {
    pub spatial: u8,
    pub temporal: u8,
    /// Spatial layers that the receiver can tell apart.
    pub most: u8,
    /// What passes now.
    now_spatial: u8,
    now_temporal: u8,
}

impl LayerFilter {
    pub fn new() -> LayerFilter {
        LayerFilter { spatial: ALL, temporal: ALL, most: ALL, now_spatial: ALL, now_temporal: ALL }
    }

    /// A spatial layer is wanted that has not begun: only a keyframe is sure to begin it.
    pub fn waits(&self) -> bool {
        self.now_spatial < self.spatial.min(self.most)
    }

    /// Whether this packet goes on; packets in the order they come.
    pub fn passes(&mut self, picture: &Picture) -> bool {
        let wanted = self.spatial.min(self.most);
        if picture.keyframe {
            (self.now_spatial, self.now_temporal) = (wanted, self.temporal);
        } else if picture.begins && picture.spatial == 0 {
            self.now_spatial = self.now_spatial.min(self.spatial);
            self.begin(picture);
        } else if picture.begins && picture.fresh && picture.spatial == self.now_spatial + 1 && picture.spatial <= wanted {
            self.now_spatial = picture.spatial;
        }
        picture.temporal <= self.now_temporal && picture.spatial <= self.now_spatial
    }

    /// Whether a packet that passes is the last one of its picture here, though further layers would follow.
    pub fn completes(&self, picture: &Picture) -> bool {
        picture.ends && picture.spatial == self.now_spatial
    }

    /// A picture begins: here temporal layers may end or begin.
    fn begin(&mut self, picture: &Picture) {
        self.now_temporal = self.now_temporal.min(self.temporal);
        let begins = self.now_temporal < picture.temporal && picture.temporal <= self.temporal;
        if picture.sync && begins {
            self.now_temporal = picture.temporal;
        } else if picture.opens && picture.temporal <= self.now_temporal {
            self.now_temporal = self.temporal;
        }
    }
}
