//! What went to a receiver and when, by transport-wide number, until its feedback says how it fared.

use std::collections::VecDeque;

use crate::sequence::nearest;

/// Packets remembered: two seconds of a very good downlink.
const MOST: usize = 8192;

#[derive(Clone, Copy)]
pub struct Entry {
    /// Seconds.
    pub at: f64,
    pub size: usize,
    /// The probe it was sent in; 0 = none.
    pub probe: u32,
}

/// Numbers count from 0 and are extended; on the wire they have 16 bits.
#[derive(Default)]
pub struct Sent {
    packets: VecDeque<Option<Entry>>,
    next: i64,
}

impl Sent {
    /// The 16-bit number of the next packet.
    pub fn number(&self) -> u16 {
        self.next as u16
    }

    /// The packet with `number` went out.
    pub fn put(&mut self, entry: Entry) {
        self.packets.push_back(Some(entry));
        self.next += 1;
        if self.packets.len() > MOST {
            self.packets.pop_front();
        }
    }

    /// Of `count` packets from the 16-bit number `base` on, those not heard of yet, by their place; they are forgotten.
    pub fn take(&mut self, base: u16, count: usize) -> Vec<(usize, Entry)> {
        let oldest = self.next - self.packets.len() as i64;
        let first = nearest(base, self.next) - oldest;
        let mut found = Vec::new();
        for place in 0..count {
            let at = usize::try_from(first + place as i64);
            let entry = at.ok().and_then(|at| self.packets.get_mut(at)).and_then(Option::take);
            found.extend(entry.map(|entry| (place, entry)));
        }
        while self.packets.front().is_some_and(Option::is_none) {
            self.packets.pop_front();
        }
        found
    }
}
