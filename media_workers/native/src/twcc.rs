//! Transport-wide feedback read: when each packet arrived.
//!
//! draft-holmer-rmcat-transport-wide-cc-extensions-01, section 3.1.

use crate::error::{byte, short, Malformed, Read};

/// Seconds per unit of a delta.
const TICK: f64 = 0.00025;
/// Ticks per unit of the reference time (64 ms).
const REFERENCE: i64 = 256;
/// Packets in one feedback; run lengths would let a few bytes claim many thousands.
const MOST: usize = 2048;

/// The first 16-bit number and, from it on, when each packet arrived (seconds of the receiver's clock; none: lost).
pub fn read(information: &[u8]) -> Read<(u16, Vec<Option<f64>>)> {
    let (base, count) = (short(information, 0)?, usize::from(short(information, 2)?));
    if count > MOST {
        return Err(Malformed("transport-wide feedback on too many packets"));
    }
    let mut symbols: Vec<u8> = Vec::with_capacity(count + 14);
    let mut at = 8;
    while symbols.len() < count {
        let chunk = short(information, at)?;
        at += 2;
        if chunk & 0x8000 == 0 {
            let run = usize::from(chunk & 0x1FFF);
            if run == 0 {
                return Err(Malformed("transport-wide feedback with an empty run"));
            }
            symbols.resize(symbols.len() + run.min(count - symbols.len()), (chunk >> 13 & 3) as u8);
        } else if chunk & 0x4000 != 0 {
            symbols.extend((0..7).rev().map(|place| (chunk >> (2 * place) & 3) as u8));
        } else {
            symbols.extend((0..14).rev().map(|place| (chunk >> place & 1) as u8));
        }
    }
    let mut ticks = 0;
    if count > 0 {
        let (high, low) = (short(information, 4)?, byte(information, 6)?);
        ticks = (i64::from(high) << 8 | i64::from(low)) * REFERENCE;
    }
    let mut arrivals = Vec::with_capacity(count);
    for symbol in &symbols[..count] {
        match symbol {
            1 => {
                ticks += i64::from(byte(information, at)?);
                at += 1;
            }
            2 => {
                ticks += i64::from(short(information, at)? as i16);
                at += 2;
            }
            _ => {
                arrivals.push(None);
                continue;
            }
        }
        arrivals.push(Some(ticks as f64 * TICK));
    }
    Ok((base, arrivals))
}
