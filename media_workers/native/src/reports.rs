//! What is told of media: to receivers the time, to publishers when theirs came.
//!
//! Sender reports are in the worker's own clock, extrapolated from the newest packet, so that lips fit voices (RFC 3550,
//! section 6.4.1).

use crate::down::Down;

const SENDER_REPORT: u8 = 200;
const DESCRIPTION: u8 = 202;
const TRANSPORT_FEEDBACK: u8 = 205;
const TRANSPORT_WIDE: u8 = 15;
/// Kind of a canonical name in a description.
const NAME: u8 = 1;
/// Seconds from 1900 to 1970.
const NTP_EPOCH: f64 = 2_208_988_800.0;
/// Seconds between two reports of a leg.
pub const EVERY: f64 = 0.7;
/// Seconds between two times of transport-wide feedback at least, which ticks make 0.05 to 0.07; Chromium's estimation wants
/// 0.05 to 0.1.
pub const TRANSPORT_WIDE_EVERY: f64 = 0.05;
/// Reports with their names in one packet: within 1,200 bytes.
pub const PER_PACKET: usize = 12;

/// Whether there is something to report of a line.
pub fn due(down: &Down) -> bool {
    down.map.last_time.is_some() && down.source.is_some()
}

/// Appends a compound of reports and names. `wall`: seconds since 1970 at `now`.
pub fn write(out: &mut Vec<u8>, downs: &[&Down], now: f64, wall: f64) {
    let ntp = ((wall + NTP_EPOCH) * 4_294_967_296.0).round_ties_even() as u128 as u64;
    for down in downs {
        let passed = (now - down.map.last_time.unwrap_or(now)) * f64::from(down.line.clock_rate);
        let timestamp = i64::from(down.map.last_timestamp) + passed.round_ties_even() as i64;
        head(out, 0, SENDER_REPORT, 24);
        out.extend_from_slice(&down.line.ssrc.to_be_bytes());
        out.extend_from_slice(&ntp.to_be_bytes());
        for number in [timestamp as u32, down.packets as u32, down.octets as u32] {
            out.extend_from_slice(&number.to_be_bytes());
        }
    }
    let first = out.len();
    head(out, downs.len() as u8, DESCRIPTION, 0);
    for down in downs {
        let name = down.line.name.as_bytes();
        out.extend_from_slice(&down.line.ssrc.to_be_bytes());
        out.extend_from_slice(&[NAME, name.len() as u8]);
        out.extend_from_slice(name);
        out.resize(out.len() + 4 - (6 + name.len()) % 4, 0);
    }
    let words = ((out.len() - first) / 4 - 1) as u16;
    out[first + 2..first + 4].copy_from_slice(&words.to_be_bytes());
}

/// Appends transport-wide feedback around its information (FCI).
pub fn transport_wide(out: &mut Vec<u8>, name: u32, media: u32, information: &[u8]) {
    head(out, TRANSPORT_WIDE, TRANSPORT_FEEDBACK, 8 + information.len());
    out.extend_from_slice(&name.to_be_bytes());
    out.extend_from_slice(&media.to_be_bytes());
    out.extend_from_slice(information);
}

/// `size`: bytes behind it.
fn head(out: &mut Vec<u8>, count: u8, kind: u8, size: usize) {
    out.extend_from_slice(&[0x80 | count, kind]);
    out.extend_from_slice(&((size / 4) as u16).to_be_bytes());
}
