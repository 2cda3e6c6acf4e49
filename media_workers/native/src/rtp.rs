//! RTP packets as bytes (RFC 3550, section 5.1) with their header extensions (RFC 8285).

use std::ops::Range;

use crate::error::{byte, long, short, Malformed, Read};

pub const HEADER: usize = 12;
const ONE_BYTE: u16 = 0xBEDE;
const TWO_BYTE: u16 = 0x1000;

/// A packet taken apart: ranges are places in its bytes.
#[derive(Debug, Default)]
pub struct Parsed {
    pub payload_type: u8,
    pub marker: bool,
    pub sequence: u16,
    pub timestamp: u32,
    pub ssrc: u32,
    /// Id and value; of several with one id the last one counts.
    pub extensions: Vec<(u8, Range<usize>)>,
    /// Without padding.
    pub payload: Range<usize>,
}

impl Parsed {
    /// The value of an extension.
    pub fn extension<'a>(&self, data: &'a [u8], id: u8) -> Option<&'a [u8]> {
        let found = self.extensions.iter().rev().find(|(known, _)| *known == id)?;
        data.get(found.1.clone())
    }
}

/// Whether a packet on a shared port is RTCP (RFC 5761, section 4).
pub fn is_rtcp(data: &[u8]) -> bool {
    data.len() > 1 && (64..96).contains(&(data[1] & 0x7F))
}

pub fn parse(data: &[u8]) -> Read<Parsed> {
    if data.len() < HEADER || data[0] >> 6 != 2 {
        return Err(Malformed("not RTP"));
    }
    let mut at = HEADER + 4 * usize::from(data[0] & 0x0F);
    let mut extensions = Vec::new();
    if data[0] & 0x10 != 0 {
        let (profile, words) = (short(data, at)?, short(data, at + 2)?);
        at += 4;
        let end = at + 4 * usize::from(words);
        if data.len() < end {
            return Err(Malformed("RTP extension cut off"));
        }
        if profile == ONE_BYTE {
            one_byte(data, at, end, &mut extensions)?;
        } else if profile & 0xFFF0 == TWO_BYTE {
            two_byte(data, at, end, &mut extensions)?;
        }
        at = end;
    }
    let mut end = data.len();
    if data[0] & 0x20 != 0 {
        let padding = usize::from(data[end - 1]);
        if padding == 0 || at + padding > end {
            return Err(Malformed("RTP padding longer than the packet"));
        }
        end -= padding;
    }
    if at > end {
        return Err(Malformed("RTP header cut off"));
    }
    Ok(Parsed {
        payload_type: data[1] & 0x7F,
        marker: data[1] > 0x7F,
        sequence: short(data, 2)?,
        timestamp: long(data, 4)?,
        ssrc: long(data, 8)?,
        extensions,
        payload: at..end,
    })
}

/// Bytes of a packet before what SRTP encrypts: header, contributors, extension.
pub fn clear(data: &[u8]) -> Read<usize> {
    if data.len() < HEADER || data[0] >> 6 != 2 {
        return Err(Malformed("not RTP"));
    }
    let mut at = HEADER + 4 * usize::from(data[0] & 0x0F);
    if data[0] & 0x10 != 0 {
        at += 4 + 4 * usize::from(short(data, at + 2)?);
    }
    if at > data.len() {
        return Err(Malformed("RTP header cut off"));
    }
    Ok(at)
}

fn one_byte(data: &[u8], mut at: usize, end: usize, found: &mut Vec<(u8, Range<usize>)>) -> Read<()> {
    while at < end {
        let (id, length) = (data[at] >> 4, usize::from(data[at] & 0x0F) + 1);
        if data[at] == 0 {
            at += 1;
            continue;
        }
        if id == 15 {
            break; // RFC 8285, section 4.2: stop reading
        }
        if at + 1 + length > end {
            return Err(Malformed("RTP extension element cut off"));
        }
        found.push((id, at + 1..at + 1 + length));
        at += 1 + length;
    }
    Ok(())
}

fn two_byte(data: &[u8], mut at: usize, end: usize, found: &mut Vec<(u8, Range<usize>)>) -> Read<()> {
    while at < end {
        if data[at] == 0 {
            at += 1;
            continue;
        }
        if at + 2 > end || at + 2 + usize::from(byte(data, at + 1)?) > end {
            return Err(Malformed("RTP extension element cut off"));
        }
        let length = usize::from(data[at + 1]);
        found.push((data[at], at + 2..at + 2 + length));
        at += 2 + length;
    }
    Ok(())
}

/// What the header of a packet to a receiver says.
#[derive(Clone, Copy)]
pub struct Head {
    pub payload_type: u8,
    pub marker: bool,
    pub sequence: u16,
    pub timestamp: u32,
    pub ssrc: u32,
}

/// Writes a header and, if there are any, extension values: with headers of one byte while ids are below 15 and values
/// not longer than 16, else of two (RFC 8285, section 4).
pub fn write(out: &mut Vec<u8>, head: Head, values: &[(u8, &[u8])]) {
    out.push(if values.is_empty() { 0x80 } else { 0x90 });
    out.push(head.payload_type | if head.marker { 0x80 } else { 0 });
    out.extend_from_slice(&head.sequence.to_be_bytes());
    out.extend_from_slice(&head.timestamp.to_be_bytes());
    out.extend_from_slice(&head.ssrc.to_be_bytes());
    if values.is_empty() {
        return;
    }
    let short = values.iter().all(|(id, value)| *id < 15 && (1..=16).contains(&value.len()));
    out.extend_from_slice(&if short { ONE_BYTE } else { TWO_BYTE }.to_be_bytes());
    let length = out.len();
    out.extend_from_slice(&[0, 0]);
    for (id, value) in values {
        if short {
            out.push(id << 4 | (value.len() - 1) as u8);
        } else {
            out.extend_from_slice(&[*id, value.len() as u8]);
        }
        out.extend_from_slice(value);
    }
    while (out.len() - length - 2) % 4 != 0 {
        out.push(0);
    }
    let words = ((out.len() - length - 2) / 4) as u16;
    out[length..length + 2].copy_from_slice(&words.to_be_bytes());
}

/// Writes a packet of nothing but `size` (1 to 255) bytes of padding (RFC 3550, section 5.1).
pub fn padding(out: &mut Vec<u8>, head: Head, values: &[(u8, &[u8])], size: u8) {
    let first = out.len();
    write(out, head, values);
    out[first] |= 0x20;
    out.resize(out.len() + usize::from(size) - 1, 0);
    out.push(size);
}
