//! RTCP compounds (RFC 3550, 4585): what is read here, and what goes up.

use crate::error::{long, short, Malformed, Read};

pub const SENDER_REPORT: u8 = 200;
const TRANSPORT_FEEDBACK: u8 = 205;
pub const PAYLOAD_FEEDBACK: u8 = 206;
const NACK: u8 = 1;
const TRANSPORT_WIDE: u8 = 15;
const PLI: u8 = 1;
const FIR: u8 = 4;

/// One packet of a compound. `count`: report count or feedback format; `body`: what follows the first word.
#[derive(Clone, Copy, Debug)]
pub struct Block<'a> {
    pub kind: u8,
    pub count: u8,
    pub body: &'a [u8],
}

/// What a block is to us.
pub enum Says<'a> {
    /// Of a line's SSRC so many packets are missing.
    Missing(u32, Vec<u16>),
    /// When packets arrived (its FCI).
    Arrived(&'a [u8]),
    /// Something Python decides on.
    More(Block<'a>),
    Nothing,
}

impl<'a> Block<'a> {
    /// Takes the first packet off a compound.
    pub fn first(data: &mut &'a [u8]) -> Read<Block<'a>> {
        let [first, kind, high, low, rest @ ..] = *data else { return Err(Malformed("RTCP cut off")) };
        let length = 4 * usize::from(u16::from_be_bytes([*high, *low]));
        if first >> 6 != 2 || length > rest.len() {
            return Err(Malformed("RTCP cut off"));
        }
        let (mut body, after) = rest.split_at(length);
        if let (true, Some(padding)) = (first & 0x20 != 0, body.last().copied()) {
            let left = body.len().checked_sub(usize::from(padding)).filter(|_| padding > 0);
            body = &body[..left.ok_or(Malformed("RTCP padding longer than the packet"))?];
        }
        *data = after;
        Ok(Block { kind: *kind, count: first & 0x1F, body })
    }

    pub fn says(self) -> Read<Says<'a>> {
        Ok(match (self.kind, self.count) {
            (TRANSPORT_FEEDBACK, NACK) => Says::Missing(self.media()?, self.missing()),
            (TRANSPORT_FEEDBACK, TRANSPORT_WIDE) => Says::Arrived(self.body.get(8..).unwrap_or_default()),
            (SENDER_REPORT, _) if self.body.len() < 24 => return Err(Malformed("RTCP sender report cut off")),
            (PAYLOAD_FEEDBACK, PLI) => self.media().map(|_| Says::More(self))?,
            (SENDER_REPORT, _) | (PAYLOAD_FEEDBACK, FIR) => Says::More(self),
            _ => Says::Nothing,
        })
    }

    /// Whom a feedback packet is about.
    fn media(&self) -> Read<u32> {
        long(self.body, 4).map_err(|_| Malformed("RTCP feedback cut off"))
    }

    /// The numbers a generic NACK asks for (RFC 4585, section 6.2.1).
    fn missing(&self) -> Vec<u16> {
        let mut found = Vec::new();
        for pair in self.body.get(8..).unwrap_or_default().chunks_exact(4) {
            let (Ok(first), Ok(mask)) = (short(pair, 0), short(pair, 2)) else { continue };
            found.push(first);
            found.extend((0..16).filter(|bit| mask >> bit & 1 == 1).map(|bit| first.wrapping_add(1 + bit)));
        }
        found
    }
}
