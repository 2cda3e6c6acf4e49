//! The H.264 payload format (RFC 6184): where a receiver can begin.
//!
//! The format itself has no layers; where the dependency descriptor comes along, it tells the temporal ones.

use crate::descriptor::Reader;
use crate::error::{byte, short, Malformed, Read};
use crate::picture::Picture;

/// Types of NAL units: sequence parameter set (ITU-T H.264, table 7-1), STAP-A, FU-A (RFC 6184, section 5.2).
const PARAMETERS: u8 = 7;
const AGGREGATE: u8 = 24;
const FRAGMENT: u8 = 28;

pub fn read(payload: &[u8], descriptor: Option<&[u8]>, descriptors: &mut Reader) -> Read<Picture> {
    let keyframe = has_parameters(payload)?;
    let mut picture = Picture { keyframe, fresh: keyframe, number_bits: 15, ..Picture::default() };
    if let Some(descriptor) = descriptor {
        let frame = descriptors.read(descriptor)?;
        (picture.begins, picture.ends) = (frame.begins, frame.ends);
        (picture.temporal, picture.opens) = (frame.temporal, frame.opens);
    }
    Ok(picture)
}

/// A keyframe opens with its parameters: an IDR picture alone is of no use to who has never seen them. What follows a
/// parameter set in an aggregate is not looked at.
fn has_parameters(payload: &[u8]) -> Read<bool> {
    let kind = byte(payload, 0)? & 0x1F;
    if kind == FRAGMENT {
        let head = byte(payload, 1)?;
        return Ok(head & 0x80 != 0 && head & 0x1F == PARAMETERS);
    }
    if kind != AGGREGATE {
        return Ok(kind == PARAMETERS);
    }
    let mut at = 1;
    while at + 2 < payload.len() {
        let length = usize::from(short(payload, at)?);
        let unit = payload.get(at + 2..at + 2 + length).filter(|unit| !unit.is_empty());
        let unit = unit.ok_or(Malformed("H.264 aggregation packet cut off"))?;
        if unit[0] & 0x1F == PARAMETERS {
            return Ok(true);
        }
        at += 2 + length;
    }
    Ok(false)
}
