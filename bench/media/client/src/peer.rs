//! One subscriber's side of what comes: headers counted, a sample opened (RFC 3711 leaves headers in the clear).

use std::os::fd::RawFd;

use iboo_native::arrivals::Arrivals;
use iboo_native::error::{long, short, Read};
use iboo_native::rtp;
use iboo_native::srtp::Receiver;

use crate::counts::Counts;
use crate::source;

/// One packet in so many is decrypted.
const SAMPLE: u16 = 16;
/// Of each measurement the first ones too: the receiver's roll-over count starts there.
const FIRST: u64 = 16;
const PADDED: u8 = 0x20;
/// Nanoseconds per unit of a delta in transport-wide feedback.
const DELTA: i64 = 250_000;

pub struct Peer {
    pub socket: RawFd,
    /// Id of the extension that numbers packets; 0 = none.
    wide: u8,
    pub receiver: Option<Receiver>,
    pub counts: Counts,
    pub arrivals: Arrivals,
    /// Datagrams the socket had no room for, since it was made.
    pub dropped: u32,
    /// The same, before the measurement.
    pub dropped_before: u32,
}

/// Whether a datagram is one of RTP, none of RTCP, STUN or DTLS (RFC 7983, RFC 5761).
pub fn is_media(data: &[u8]) -> bool {
    data.len() >= rtp::HEADER && data[0] >> 6 == 2 && !rtp::is_rtcp(data)
}

impl Peer {
    pub fn new(socket: RawFd, wide: u8) -> Peer {
        let (counts, arrivals) = (Counts::default(), Arrivals::default());
        Peer { socket, wide, receiver: None, counts, arrivals, dropped: 0, dropped_before: 0 }
    }

    /// From now on.
    pub fn start_counting(&mut self) {
        self.counts = Counts::default();
        self.dropped_before = self.dropped;
    }

    /// An RTP packet that came `now` (nanoseconds, monotonic).
    pub fn media(&mut self, data: &mut [u8], now: i64) -> Read<()> {
        let (sequence, ssrc, padded) = (short(data, 2)?, long(data, 8)?, data[0] & PADDED != 0);
        if self.wide != 0 {
            self.note(data, now)?;
        }
        if padded {
            return Ok(()); // a probe of the bandwidth: answered, not counted
        }
        self.counts.packet(ssrc, sequence);
        if sequence % SAMPLE != 0 && self.counts.packets > FIRST {
            return Ok(());
        }
        let Some(receiver) = &mut self.receiver else { return Ok(()) };
        let length = receiver.unprotect(data)?;
        let payload = rtp::parse(&data[..length])?.payload;
        if let Some(sent) = source::sent_at(&data[payload]) {
            self.counts.latencies.push(now as f64 / 1e9 - sent);
        }
        Ok(())
    }

    /// Padding is encrypted with the rest: its length can't be read here.
    fn note(&mut self, data: &mut [u8], now: i64) -> Read<()> {
        let first = data[0];
        data[0] &= !PADDED;
        let parsed = rtp::parse(data);
        data[0] = first;
        if let Some([high, low]) = parsed?.extension(data, self.wide) {
            self.arrivals.packet(u16::from_be_bytes([*high, *low]), now / DELTA);
        }
        Ok(())
    }
}
