//! Finding out whether more gets through: `probing.py`, whose words hold here.

use crate::estimator::Delivery;

const LASTS: f64 = 0.1;
const STEP: f64 = 2.0;
const SOON: f64 = 0.3;
const LATE: f64 = 8.0;
const VERDICT: f64 = 1.0;
const ENOUGH: f64 = 0.8;
const SLOWER: f64 = 0.9;

struct Probe {
    number: u32,
    target: f64,
    since: f64,
    sent_bytes: usize,
    arrived: Vec<Delivery>,
}

/// `needed`: bits per second with which all that is wished for could be sent; 0 = there is no need to probe.
pub struct Prober {
    pub needed: f64,
    probe: Option<Probe>,
    count: u32,
    next: f64,
    pause: f64,
}

impl Prober {
    pub fn new(now: f64) -> Prober {
        Prober { needed: 0.0, probe: None, count: 0, next: now, pause: SOON }
    }

    /// Number of the probe under way, 0 without.
    pub fn current(&self, now: f64) -> u32 {
        self.probe.as_ref().filter(|probe| now - probe.since < LASTS).map_or(0, |probe| probe.number)
    }

    /// Bytes to add now. `rate`: the estimate; `steady`: more may be tried; `tick`: seconds between calls.
    pub fn padding(&mut self, rate: f64, steady: bool, now: f64, tick: f64) -> usize {
        if self.probe.as_ref().is_some_and(|probe| now - probe.since >= LASTS + VERDICT) {
            self.failed(now);
        }
        if self.probe.is_none() && (!steady || self.needed <= rate || now < self.next) {
            return 0;
        }
        let (count, target) = (&mut self.count, (STEP * rate).min(self.needed));
        let probe = self.probe.get_or_insert_with(|| {
            *count = count.wrapping_add(1).max(1);
            Probe { number: *count, target, since: now, sent_bytes: 0, arrived: Vec::new() }
        });
        if now - probe.since >= LASTS {
            return 0;
        }
        let wanted = (probe.target * (now - probe.since + tick) / 8.0).round_ties_even() as i64;
        usize::try_from(wanted - probe.sent_bytes as i64).unwrap_or(0)
    }

    /// So many bytes went out in the probe under way.
    pub fn sent(&mut self, size: usize) {
        if let Some(probe) = &mut self.probe {
            probe.sent_bytes += size;
        }
    }

    /// The rate at which the probe got through, once that is known.
    pub fn feedback(&mut self, deliveries: &[Delivery], now: f64) -> Option<f64> {
        let probe = self.probe.as_mut()?;
        let number = probe.number;
        probe.arrived.extend(deliveries.iter().filter(|one| one.probe == number && one.arrived.is_some()));
        let bytes: usize = probe.arrived.iter().map(|one| one.size).sum();
        if now - probe.since < LASTS || (bytes as f64) < ENOUGH * probe.sent_bytes as f64 {
            return None;
        }
        let (rate, target) = (rate(&probe.arrived)?, probe.target);
        self.probe = None;
        self.pause = if rate >= SLOWER * target { SOON } else { LATE.min((2.0 * self.pause).max(1.0)) };
        self.next = now + self.pause;
        Some(target.min(rate))
    }

    fn failed(&mut self, now: f64) {
        self.probe = None;
        self.pause = LATE.min((2.0 * self.pause).max(1.0));
        self.next = now + self.pause;
    }
}

/// Bits per second over the time from first to last, the slower of both ends; the first packet opens the time.
fn rate(arrived: &[Delivery]) -> Option<f64> {
    let (first, last) = (arrived.first()?, arrived.last()?);
    if arrived.len() < 5 {
        return None;
    }
    let times = || arrived.iter().filter_map(|one| one.arrived);
    let (earliest, latest) = (times().fold(f64::INFINITY, f64::min), times().fold(f64::NEG_INFINITY, f64::max));
    let span = LASTS.max(latest - earliest).max(last.sent - first.sent);
    let bytes: usize = arrived.iter().map(|one| one.size).sum();
    Some((8 * bytes) as f64 / span)
}
