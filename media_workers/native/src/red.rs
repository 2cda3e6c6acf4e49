//! Redundant sound (RFC 2198): packets that hold the one before once more. Whoever can't read them gets the newest part
//! alone.

use std::ops::Range;

use crate::error::{byte, Malformed, Read};

/// Another block header follows this one.
const FOLLOWS: u8 = 0x80;
/// Bytes of the header of a redundant block; the newest one's has one.
const HEADER: usize = 4;
/// Redundant blocks read of one packet.
const MOST: usize = 8;

/// How many redundant blocks there are, where the newest one's header is, and where the newest block begins.
fn heads(payload: &[u8]) -> Read<(usize, usize, usize)> {
    let (mut at, mut count, mut redundant) = (0, 0, 0);
    while at < payload.len() && payload[at] & FOLLOWS != 0 {
        if at + HEADER > payload.len() || count == MOST {
            return Err(Malformed("redundant sound cut off"));
        }
        count += 1;
        redundant += usize::from(payload[at + 2] & 0x03) << 8 | usize::from(payload[at + 3]);
        at += HEADER;
    }
    let begins = at + 1 + redundant;
    if at >= payload.len() || begins > payload.len() {
        return Err(Malformed("redundant sound cut off"));
    }
    Ok((count, at, begins))
}

/// Payload type and place of what a packet holds for its own time.
pub fn newest(payload: &[u8]) -> Read<(u8, Range<usize>)> {
    let (_, at, begins) = heads(payload)?;
    Ok((byte(payload, at)? & 0x7F, begins..payload.len()))
}

/// Appends the same with another payload type in all blocks: the receiver's.
pub fn retyped(out: &mut Vec<u8>, payload: &[u8], payload_type: u8) -> Read<()> {
    let (count, last, _) = heads(payload)?;
    let first = out.len();
    out.extend_from_slice(payload);
    if payload[last] & 0x7F != payload_type {
        for at in (0..=count).map(|block| block * HEADER) {
            out[first + at] = payload[at] & FOLLOWS | payload_type;
        }
    }
    Ok(())
}
