//! AV1 (RTP Payload Format for AV1, version 1.0.0): where a receiver can begin, and layers.
//!
//! Layers stand in the dependency descriptor alone; without it all is one layer.

use std::ops::Range;

use crate::descriptor::Reader;
use crate::error::{byte, Read};
use crate::picture::Picture;

/// N in the aggregation header (section 4.4): a coded video sequence begins.
const NEW_SEQUENCE: u8 = 0x08;

pub fn read(
    payload: &[u8],
    data: &[u8],
    descriptor: Option<Range<usize>>,
    descriptors: &mut Reader,
    key: &mut u16,
) -> Read<Picture> {
    let keyframe = byte(payload, 0)? & NEW_SEQUENCE != 0;
    let Some(place) = descriptor else {
        return Ok(Picture { keyframe, fresh: keyframe, number_bits: 15, ..Picture::default() });
    };
    let frame = descriptors.read(&data[place.clone()])?;
    let keyframe = keyframe && frame.begins && frame.spatial == 0;
    if keyframe {
        *key = frame.number;
    }
    Ok(Picture {
        keyframe,
        begins: frame.begins,
        ends: frame.ends,
        temporal: frame.temporal,
        opens: frame.opens,
        spatial: frame.spatial,
        // Frames of one picture have numbers that follow each other, by spatial layer.
        fresh: frame.number.wrapping_sub(*key) <= u16::from(frame.spatial),
        structured: frame.structured,
        head: 3,
        number: Some(frame.number),
        number_at: 1,
        number_bits: 16,
        descriptor: Some(place),
        ..Picture::default()
    })
}
