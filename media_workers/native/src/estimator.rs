//! How many bits per second the way to a receiver carries: `estimator.py`, whose words hold here.

use std::collections::VecDeque;

use crate::trend::{State, Trend};

const START: f64 = 600_000.0;
const LOWEST: f64 = 50_000.0;
const DECREASE: f64 = 0.85;
const GROWTH: f64 = 1.08;
const PACKET: f64 = 9600.0;
const PAUSE: f64 = 0.3;
const SPAN: f64 = 0.5;
const LATELY: f64 = 0.2;
const GRAIN: f64 = 0.005;
const FEW: u64 = 20;
const SPARSE: f64 = 0.02;
const HEAVY: f64 = 0.1;

/// How a packet fared. Seconds: `sent` in our clock, `arrived` in the receiver's (none: lost).
#[derive(Clone, Copy)]
pub struct Delivery {
    pub sent: f64,
    pub arrived: Option<f64>,
    pub size: usize,
    /// The probe it was sent in; 0 = none.
    pub probe: u32,
}

/// Bits per second that arrived lately; what arrives together is counted together.
#[derive(Default)]
struct Arrived {
    grains: VecDeque<(f64, u64)>,
    bits: u64,
    first: Option<f64>,
    /// When the newest grain began; it is not among the others yet.
    opened: f64,
    grain: u64,
}

impl Arrived {
    fn packet(&mut self, arrived: f64, size: usize) {
        let bits = 8 * size as u64;
        if self.first.is_none() {
            (self.first, self.opened) = (Some(arrived), arrived);
        }
        self.bits += bits;
        if arrived - self.opened < GRAIN {
            self.grain += bits;
            return;
        }
        self.grains.push_back((self.opened, self.grain));
        (self.opened, self.grain) = (arrived, bits);
        while let Some((_, bits)) = self.grains.front().filter(|(at, _)| *at < arrived - SPAN) {
            self.bits -= bits;
            self.grains.pop_front();
        }
    }

    /// None before a whole span was seen.
    fn rate(&self) -> Option<f64> {
        let first = self.first?;
        (self.opened - first >= SPAN).then(|| self.bits as f64 / SPAN)
    }

    /// Over the last moments alone.
    fn lately(&self) -> f64 {
        let last = self.grains.iter().rev().take_while(|(began, _)| *began >= self.opened - LATELY);
        (self.grain + last.map(|(_, bits)| bits).sum::<u64>()) as f64 / LATELY
    }
}

pub struct Estimator {
    most: f64,
    by_delay: f64,
    by_loss: f64,
    trend: Trend,
    arrived: Arrived,
    /// What arrived when a queue built up last.
    full: Option<f64>,
    changed: f64,
    decrease_from: f64,
    counted: u64,
    lost: u64,
    before: (u64, u64),
    /// Part of the packets lost in the last count.
    pub loss: f64,
    count_from: f64,
    round_trip: f64,
}

impl Estimator {
    /// `most`: bits per second never to go beyond.
    pub fn new(most: f64, now: f64) -> Estimator {
        Estimator {
            most,
            by_delay: most.min(START),
            by_loss: most,
            trend: Trend::default(),
            arrived: Arrived::default(),
            full: None,
            changed: now,
            decrease_from: now,
            counted: 0,
            lost: 0,
            before: (0, 0),
            loss: 0.0,
            count_from: now,
            round_trip: 0.1,
        }
    }

    /// Whole bits per second.
    pub fn rate(&self) -> f64 {
        self.by_delay.min(self.by_loss).max(LOWEST).round_ties_even()
    }

    /// No queue builds up and little is lost: more may be tried.
    pub fn steady(&self) -> bool {
        self.trend.state == State::Normal && self.loss <= SPARSE
    }

    /// Packets the receiver told of, and those of them that were lost, since the beginning.
    pub fn counts(&self) -> (u64, u64) {
        (self.before.0 + self.counted, self.before.1 + self.lost)
    }

    /// How packets fared; those that arrived in the order they were sent.
    pub fn feedback(&mut self, deliveries: &[Delivery], now: f64) {
        let mut last = None;
        for delivery in deliveries {
            self.counted += 1;
            match delivery.arrived {
                None => self.lost += 1,
                Some(arrived) => {
                    self.trend.packet(delivery.sent, arrived);
                    self.arrived.packet(arrived, delivery.size);
                    last = Some(delivery.sent);
                }
            }
        }
        if let Some(last) = last {
            self.round_trip += ((now - last).max(0.01) - self.round_trip) / 8.0;
        }
        self.follow_delay(now);
        self.follow_loss(now);
    }

    /// A probe got through at this rate.
    pub fn probed(&mut self, rate: f64) {
        if self.steady() && rate > self.rate() {
            self.by_delay = self.most.min(rate);
            self.by_loss = self.by_loss.max(self.by_delay);
        }
    }

    /// Packets go out and no feedback comes: the way is full or broken.
    pub fn silence(&mut self) {
        self.by_delay = (self.rate() / 2.0).max(LOWEST);
    }

    fn follow_delay(&mut self, now: f64) {
        let elapsed = (now - self.changed).min(1.0);
        self.changed = now;
        let Some(arrived) = self.arrived.rate().filter(|_| self.trend.state != State::Under) else { return };
        if self.trend.state == State::Over {
            if now >= self.decrease_from {
                self.decrease_from = now + PAUSE;
                self.full = Some(arrived);
                let carried = arrived.max(self.arrived.lately());
                self.by_delay = self.by_delay.min(DECREASE * carried).max(LOWEST);
            }
            return;
        }
        self.full = self.full.filter(|full| arrived <= 1.3 * full); // beyond, the way became wider
        let grown = match self.full {
            Some(full) if (self.by_delay - full).abs() < 0.25 * full => {
                self.by_delay + elapsed * PACKET / (self.round_trip + 0.1)
            }
            _ => self.by_delay * GROWTH.powf(elapsed),
        };
        // What isn't sent proves nothing: no further than half as much again as arrives (section 5.5).
        self.by_delay = self.by_delay.max(grown.min(1.5 * arrived + 10_000.0)).min(self.most);
    }

    fn follow_loss(&mut self, now: f64) {
        if now - self.count_from < SPAN || self.counted < FEW {
            return;
        }
        let fraction = self.lost as f64 / self.counted as f64;
        self.loss = fraction;
        self.before = self.counts();
        (self.counted, self.lost, self.count_from) = (0, 0, now);
        if fraction > HEAVY {
            // What is sent again may go far beyond the estimate: its loss says nothing against what arrives.
            let carried = self.rate().min(DECREASE * self.arrived.rate().unwrap_or(0.0));
            self.by_loss = (self.rate() * (1.0 - 0.5 * fraction)).max(carried).max(LOWEST);
        } else if fraction < SPARSE {
            self.by_loss = (self.by_loss * 1.05).min(self.most);
        }
    }
}
