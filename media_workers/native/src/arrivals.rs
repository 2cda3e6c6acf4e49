//! Transport-wide feedback written, as `media_workers/twcc.py` writes it.
//!
//! draft-holmer-rmcat-transport-wide-cc-extensions-01, section 3.1.

use std::collections::BTreeMap;

use crate::sequence::Sequence;

/// Seconds per unit of a delta.
pub const TICK: f64 = 0.00025;
/// Ticks per unit of the reference time (64 ms).
const REFERENCE: i64 = 256;
/// Packets one feedback reports at most.
const MOST: i64 = 400;
/// A longer stretch of silence is not reported as loss.
const LONGEST: i64 = 4000;
/// Units an arrival is remembered: when a packet comes that was overtaken and told as lost, it is told, and those behind
/// it once more (senders do not count them twice).
const HISTORY: i64 = 2000;

/// When the packets of one connection came, by transport-wide number.
#[derive(Default)]
pub struct Arrivals {
    sequence: Sequence,
    ticks: BTreeMap<i64, i64>,
    /// The first number to tell of next time.
    next: Option<i64>,
    /// What came before it is forgotten.
    oldest: i64,
    count: u8,
}

impl Arrivals {
    /// A packet with that number came at `ticks`, in units of a delta.
    pub fn packet(&mut self, number: u16, ticks: i64) {
        let extended = self.sequence.extend(number);
        let mut next = self.next.unwrap_or(extended);
        if self.next.is_none() || extended - next > LONGEST {
            (next, self.oldest) = (extended, extended);
            self.ticks.clear();
        }
        self.next = Some(next);
        if extended >= self.oldest && !self.ticks.contains_key(&extended) {
            self.ticks.insert(extended, ticks);
            self.next = Some(next.min(extended));
        }
    }

    /// The feedback information (FCI) for all that came since the last call, in as many pieces as it takes.
    pub fn feedback(&mut self) -> Vec<Vec<u8>> {
        let mut pieces = Vec::new();
        let (Some((last, newest)), Some(mut next)) = (self.ticks.last_key_value(), self.next) else { return pieces };
        let (last, newest) = (*last, *newest);
        while next <= last {
            let measured = self.measure(next, last.min(next + MOST - 1));
            if measured.symbols.iter().any(|symbol| *symbol != 0) {
                pieces.push(self.write(next, &measured));
            }
            next += measured.symbols.len() as i64;
        }
        self.next = Some(next);
        self.forget(next, newest - HISTORY);
        pieces
    }

    /// What came before that, and what is lost before it. `next`: the first one not told yet.
    fn forget(&mut self, next: i64, ticks: i64) {
        self.oldest = self.oldest.max(next - LONGEST);
        let old = self.ticks.range(self.oldest..next).take_while(|(_, came)| **came < ticks);
        self.oldest = old.last().map_or(self.oldest, |(number, _)| number + 1);
        self.ticks = self.ticks.split_off(&self.oldest);
    }

    /// Up to a delta too large to be written.
    fn measure(&self, first: i64, last: i64) -> Measured {
        let mut measured = Measured::default();
        let (mut reference, mut before) = (None, 0);
        for number in first..=last {
            let Some(ticks) = self.ticks.get(&number) else {
                measured.symbols.push(0);
                continue;
            };
            if reference.is_none() {
                reference = Some(ticks / REFERENCE);
                before = ticks / REFERENCE * REFERENCE;
            }
            let delta = ticks - before;
            if let Ok(small) = u8::try_from(delta) {
                measured.symbols.push(1);
                measured.deltas.push(small);
            } else if let Ok(large) = i16::try_from(delta) {
                measured.symbols.push(2);
                measured.deltas.extend_from_slice(&large.to_be_bytes());
            } else {
                break;
            }
            before = *ticks;
        }
        measured.reference = reference.unwrap_or(0);
        measured
    }

    fn write(&mut self, first: i64, measured: &Measured) -> Vec<u8> {
        let mut out = Vec::with_capacity(16 + 3 * measured.symbols.len());
        out.extend_from_slice(&(first as u16).to_be_bytes());
        out.extend_from_slice(&(measured.symbols.len() as u16).to_be_bytes());
        out.extend_from_slice(&(measured.reference as u32).to_be_bytes()[1..]);
        out.push(self.count);
        self.count = self.count.wrapping_add(1);
        chunks(&measured.symbols, &mut out);
        out.extend_from_slice(&measured.deltas);
        out.resize(out.len().next_multiple_of(4), 0);
        out
    }
}

/// Symbols (0 lost, 1 small, 2 large delta), deltas, and the unit of time they count from.
#[derive(Default)]
struct Measured {
    symbols: Vec<u8>,
    deltas: Vec<u8>,
    reference: i64,
}

/// Run-length chunks for seven or more alike, else vectors of seven two-bit symbols (section 3.1.1).
fn chunks(symbols: &[u8], out: &mut Vec<u8>) {
    let mut at = 0;
    while at < symbols.len() {
        let run = symbols[at..].iter().take_while(|symbol| **symbol == symbols[at]).count();
        let chunk = if run >= 7 {
            u16::from(symbols[at]) << 13 | run as u16
        } else {
            let vector = symbols[at..].iter().take(7).enumerate();
            vector.fold(0xC000, |chunk, (place, symbol)| chunk | u16::from(*symbol) << (12 - 2 * place))
        };
        out.extend_from_slice(&chunk.to_be_bytes());
        at += if run >= 7 { run } else { 7 };
    }
}
