//! What came to one subscriber during a measurement.

use std::collections::HashMap;

use iboo_native::sequence::Sequence;

/// The numbers of one source, extended over their wraps.
#[derive(Default)]
struct Span {
    sequence: Sequence,
    lowest: Option<i64>,
}

#[derive(Default)]
pub struct Counts {
    pub packets: u64,
    /// Seconds from sending to arrival, of the sample.
    pub latencies: Vec<f64>,
    spans: HashMap<u32, Span>,
}

impl Counts {
    pub fn packet(&mut self, ssrc: u32, number: u16) {
        self.packets += 1;
        let span = self.spans.entry(ssrc).or_default();
        let extended = span.sequence.extend(number);
        span.lowest = Some(span.lowest.map_or(extended, |lowest| lowest.min(extended)));
    }

    /// What was sent between the first and the last packet that came, by their numbers.
    pub fn expected(&self) -> u64 {
        let length = |span: &Span| span.sequence.highest.zip(span.lowest).map_or(0, |(last, first)| last - first + 1);
        self.spans.values().map(length).sum::<i64>() as u64
    }

    /// SSRCs that came.
    pub fn sources(&self) -> Vec<u32> {
        self.spans.keys().copied().collect()
    }
}
