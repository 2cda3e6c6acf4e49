//! Sequence numbers of 16 bits, followed over their wraps.

const WRAP: i64 = 1 << 16;

/// Extends 16-bit numbers to a count that never wraps (in the manner of RFC 3711, section 3.3.1).
///
/// The first number is placed one wrap up, so that numbers before it stay positive.
#[derive(Default)]
pub struct Sequence {
    pub highest: Option<i64>,
}

impl Sequence {
    /// The extended number nearest to the highest seen; a later one becomes the highest.
    pub fn extend(&mut self, number: u16) -> i64 {
        let extended = match self.highest {
            None => i64::from(number) + WRAP,
            Some(highest) => nearest(number, highest),
        };
        self.highest = Some(self.highest.map_or(extended, |highest| highest.max(extended)));
        extended
    }
}

/// The extended number that ends in the 16 bits of `number` and is nearest to `reference`.
pub fn nearest(number: u16, reference: i64) -> i64 {
    let difference = (i64::from(number) - reference) & 0xFFFF;
    reference + if difference >= WRAP / 2 { difference - WRAP } else { difference }
}
