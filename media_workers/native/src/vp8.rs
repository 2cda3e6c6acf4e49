//! The VP8 payload format (RFC 7741, section 4.2): enough to find keyframes and layers and to renumber pictures.

use crate::error::{byte, Read};
use crate::picture::Picture;

pub fn read(payload: &[u8]) -> Read<Picture> {
    let (first, mut at) = (byte(payload, 0)?, 1);
    let mut picture = Picture { number_bits: 15, dense: true, ..Picture::default() };
    if first & 0x80 != 0 {
        let flags = byte(payload, at)?;
        at += 1;
        if flags & 0x80 != 0 {
            picture.number_at = at;
            let high = byte(payload, at)?;
            if high & 0x80 != 0 {
                picture.number = Some(u16::from(high & 0x7F) << 8 | u16::from(byte(payload, at + 1)?));
                at += 2;
            } else {
                (picture.number, picture.number_bits) = (Some(u16::from(high)), 7);
                at += 1;
            }
        }
        if flags & 0x40 != 0 {
            (picture.tl0, picture.tl0_at) = (Some(byte(payload, at)?), at);
            at += 1;
        }
        if flags & 0x30 != 0 {
            if flags & 0x20 != 0 {
                let layer = byte(payload, at)?;
                (picture.temporal, picture.sync) = (layer >> 6, layer & 0x20 != 0);
            }
            at += 1;
        }
    }
    // S = 1 and partition 0: the first packet of a frame, whose first byte has the inverse keyframe flag (section 4.3).
    picture.begins = first & 0x10 != 0 && first & 0x07 == 0;
    picture.keyframe = picture.begins && byte(payload, at)? & 0x01 == 0;
    picture.head = at;
    Ok(picture)
}
