//! What went to a receiver and when, by transport-wide number, until its feedback says how it fared.

use std::collections::{BTreeSet, VecDeque};

use crate::estimator::Delivery;
use crate::sequence::nearest;

/// Packets remembered: two seconds of a very good downlink.
const MOST: usize = 8192;
/// Seconds of sending: what is missing when something sent so much later has arrived was not overtaken, it is lost.
const LATE: f64 = 0.2;

#[derive(Clone, Copy)]
pub struct Entry {
    /// Seconds.
    pub at: f64,
    pub size: usize,
    /// The probe it was sent in; 0 = none.
    pub probe: u32,
}

impl Entry {
    fn fared(&self, arrived: Option<f64>) -> Delivery {
        Delivery { sent: self.at, arrived, size: self.size, probe: self.probe }
    }
}

/// Numbers count from 0 and are extended; on the wire they have 16 bits.
#[derive(Default)]
pub struct Sent {
    packets: VecDeque<Option<Entry>>,
    /// Numbers of packets a receiver told not to have: later feedback may tell that they came.
    missing: BTreeSet<i64>,
    /// When the last packet was sent of those that arrived.
    newest: Option<f64>,
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

    /// What feedback that begins with the 16-bit number `base` says of packets not heard of yet: first those that are
    /// lost, then those that arrived as they were sent. All of them are forgotten.
    pub fn deliveries(&mut self, base: u16, arrivals: &[Option<f64>]) -> Vec<Delivery> {
        let first = nearest(base, self.next);
        let mut found = Vec::new();
        for (number, arrived) in (first..).zip(arrivals) {
            let Some(place) = self.place(number).filter(|place| self.packets[*place].is_some()) else { continue };
            if arrived.is_none() {
                self.missing.insert(number);
            } else if let Some(entry) = self.packets[place].take() {
                self.missing.remove(&number);
                self.newest = Some(self.newest.map_or(entry.at, |newest| newest.max(entry.at)));
                found.push(entry.fared(*arrived));
            }
        }
        if !self.missing.is_empty() {
            found.splice(..0, self.lost());
        }
        while self.packets.front().is_some_and(Option::is_none) {
            self.packets.pop_front();
        }
        found
    }

    /// What has been missing too long.
    fn lost(&mut self) -> Vec<Delivery> {
        let (before, mut lost) = (self.newest.map(|newest| newest - LATE), Vec::new());
        for number in std::mem::take(&mut self.missing) {
            let Some(place) = self.place(number) else { continue };
            match self.packets[place] {
                Some(entry) if before.is_some_and(|before| entry.at < before) => {
                    self.packets[place] = None;
                    lost.push(entry.fared(None));
                }
                Some(_) => {
                    self.missing.insert(number);
                }
                None => {}
            }
        }
        lost
    }

    /// Where a packet is, if it is remembered.
    fn place(&self, number: i64) -> Option<usize> {
        let oldest = self.next - self.packets.len() as i64;
        usize::try_from(number - oldest).ok().filter(|place| *place < self.packets.len())
    }
}
