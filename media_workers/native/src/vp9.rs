//! The VP9 payload descriptor (RFC 9628, section 4.2).

use crate::error::{byte, Malformed, Read};
use crate::picture::Picture;

const PICTURE: u8 = 0x80;
const PREDICTED: u8 = 0x40;
const LAYERS: u8 = 0x20;
const FLEXIBLE: u8 = 0x10;
const BEGINS: u8 = 0x08;
const ENDS: u8 = 0x04;
const STRUCTURE: u8 = 0x02;
/// A frame has so many references at most.
const REFERENCES: usize = 3;

pub fn read(payload: &[u8]) -> Read<Picture> {
    let (flags, mut at) = (byte(payload, 0)?, 1);
    let mut picture = Picture { number_at: 1, number_bits: 15, ..Picture::default() };
    if flags & PICTURE != 0 {
        let high = byte(payload, at)?;
        if high & 0x80 != 0 {
            picture.number = Some(u16::from(high & 0x7F) << 8 | u16::from(byte(payload, at + 1)?));
            at += 2;
        } else {
            (picture.number, picture.number_bits) = (Some(u16::from(high)), 7);
            at += 1;
        }
    }
    if flags & LAYERS != 0 {
        let layer = byte(payload, at)?;
        (picture.temporal, picture.opens, picture.spatial) = (layer >> 5, layer & 0x10 != 0, layer >> 1 & 0x07);
        at += 1;
        if flags & FLEXIBLE == 0 {
            (picture.tl0, picture.tl0_at) = (Some(byte(payload, at)?), at);
            at += 1;
        }
    }
    picture.head = at;
    (picture.begins, picture.ends) = (flags & BEGINS != 0, flags & ENDS != 0);
    picture.fresh = flags & PREDICTED == 0;
    picture.keyframe = picture.begins && picture.fresh && picture.spatial == 0;
    if flags & STRUCTURE != 0 {
        picture.structured = true;
        whole_structure(payload, behind_references(payload, at, flags)?)?;
    }
    Ok(picture)
}

fn behind_references(payload: &[u8], mut at: usize, flags: u8) -> Read<usize> {
    if flags & FLEXIBLE != 0 && flags & PREDICTED != 0 {
        for _ in 0..REFERENCES {
            at += 1;
            if byte(payload, at - 1)? & 0x01 == 0 {
                break;
            }
        }
    }
    Ok(at)
}

/// The sizes of the scalability structure are there (section 4.2.1), where it has them.
fn whole_structure(payload: &[u8], at: usize) -> Read<()> {
    let flags = byte(payload, at)?;
    let layers = usize::from(flags >> 5) + 1;
    if flags & 0x10 != 0 && payload.len() < at + 1 + 4 * layers {
        return Err(Malformed("VP9 structure cut off"));
    }
    Ok(())
}
