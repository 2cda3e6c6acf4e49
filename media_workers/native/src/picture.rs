//! What a forwarder must know of a packet of a picture, whatever the codec.

use std::ops::Range;

/// What one packet says. Numbers are `None` where the format has none; `*_at` is their place in the head.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    pub keyframe: bool,
    pub begins: bool,
    pub ends: bool,
    pub temporal: u8,
    pub sync: bool,
    pub opens: bool,
    pub spatial: u8,
    pub fresh: bool,
    /// The packet tells of the stream's shape: who wants to know sizes must read it whole.
    pub structured: bool,
    pub head: usize,
    pub number: Option<u16>,
    pub number_at: usize,
    /// 7 in one byte, 15 in two under a set bit, 16 in two.
    pub number_bits: u8,
    pub tl0: Option<u8>,
    pub tl0_at: usize,
    pub dense: bool,
    /// Where in the packet the dependency descriptor stands, if that is what is numbered.
    pub descriptor: Option<Range<usize>>,
}

/// Appends `from` to `out`, both numbers in its head moved on, each in its own width.
pub fn renumbered(out: &mut Vec<u8>, from: &[u8], picture: &Picture, number_shift: i64, tl0_shift: i64) {
    let (first, at) = (out.len(), picture.number_at);
    out.extend_from_slice(from);
    let out = &mut out[first..];
    if let Some(number) = picture.number {
        let number = (i64::from(number) + number_shift).rem_euclid(1 << picture.number_bits) as u16;
        if picture.number_bits == 7 {
            out[at] = number as u8;
        } else {
            out[at] = (number >> 8) as u8 | if picture.number_bits == 15 { 0x80 } else { 0 };
            out[at + 1] = number as u8;
        }
    }
    if let Some(tl0) = picture.tl0 {
        out[picture.tl0_at] = (i64::from(tl0) + tl0_shift) as u8;
    }
}
