//! Which codecs are forwarded, and how their packets are read.

use std::ops::Range;

use crate::descriptor::Reader as Descriptors;
use crate::error::{Malformed, Read};
use crate::picture::Picture;
use crate::{av1, h264, vp8, vp9};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    Opus,
    Red,
    Vp8,
    Vp9,
    H264,
    Av1,
}

pub const NAMES: [(&str, Codec); 6] = [
    ("opus", Codec::Opus),
    ("red", Codec::Red),
    ("vp8", Codec::Vp8),
    ("vp9", Codec::Vp9),
    ("h264", Codec::H264),
    ("av1", Codec::Av1),
];

impl Codec {
    pub fn named(name: &str) -> Read<Codec> {
        let found = NAMES.iter().find(|(known, _)| *known == name);
        found.map(|(_, codec)| *codec).ok_or(Malformed("unknown codec"))
    }

    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(_, codec)| *codec == self).map_or("", |(name, _)| name)
    }
}

/// Reads one stream of packets; keeps what later ones refer to.
#[derive(Default)]
pub struct Reader {
    descriptors: Descriptors,
    /// Number of the newest keyframe (AV1).
    key: u16,
}

impl Reader {
    /// `payload` is not empty; `descriptor`: where in `data` the dependency descriptor is, if it came along. `None` where
    /// there is no picture.
    pub fn read(
        &mut self,
        codec: Codec,
        data: &[u8],
        payload: Range<usize>,
        descriptor: Option<Range<usize>>,
    ) -> Read<Option<Picture>> {
        let payload = &data[payload];
        let descriptor = descriptor.filter(|place| !place.is_empty());
        match codec {
            Codec::Opus | Codec::Red => Ok(None),
            Codec::Vp8 => vp8::read(payload).map(Some),
            Codec::Vp9 => vp9::read(payload).map(Some),
            Codec::H264 => h264::read(payload, descriptor.map(|place| &data[place]), &mut self.descriptors).map(Some),
            Codec::Av1 => av1::read(payload, data, descriptor, &mut self.descriptors, &mut self.key).map(Some),
        }
    }
}
