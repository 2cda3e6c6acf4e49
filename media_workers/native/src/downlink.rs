//! The way to one receiver: its transport-wide numbers, what it carries, what may be added to find out more.

use crate::error::Read;
use crate::estimator::Estimator;
use crate::probing::Prober;
use crate::rate::Rate;
use crate::sent::{Entry, Sent};
use crate::twcc;

/// Seconds without feedback on what was sent: nothing is known, so less is sent.
const SILENT: f64 = 1.5;
/// Per second; browsers send ten to twenty.
const FEEDBACKS: f64 = 200.0;
/// Bits per second for a receiver that doesn't tell when packets arrive.
const UNMEASURED: f64 = 2_500_000.0;
/// Part of the estimate that packets sent again may take.
const REPEATED: f64 = 0.5;
/// Seconds of that which may be sent at once.
const LENT: f64 = 0.5;

pub struct Downlink {
    /// Some line of the receiver has transport-wide numbers.
    pub numbered: bool,
    pub sent: Sent,
    pub estimator: Estimator,
    pub prober: Prober,
    /// Since when packets wait for feedback.
    unheard: Option<f64>,
    /// Feedback has come at all.
    answers: bool,
    feedbacks: Rate,
    unmeasured: f64,
    /// Bits sent again beyond what was allowed since.
    repeated: f64,
    repeated_at: f64,
}

impl Downlink {
    /// `most`: bits per second allowed.
    pub fn new(most: f64, now: f64) -> Downlink {
        Downlink {
            numbered: false,
            sent: Sent::default(),
            estimator: Estimator::new(most, now),
            prober: Prober::new(now),
            unheard: None,
            answers: false,
            feedbacks: Rate::new(FEEDBACKS, 1.0, now),
            unmeasured: UNMEASURED.min(most),
            repeated: 0.0,
            repeated_at: now,
        }
    }

    /// A packet went out, or was refused behind its number (no bytes).
    pub fn number(&mut self, size: usize, now: f64) {
        if self.numbered {
            let probe = self.prober.current(now);
            self.unheard.get_or_insert(now);
            self.sent.put(Entry { at: now, size, probe });
            if probe != 0 {
                self.prober.sent(size);
            }
        }
    }

    /// Whether a packet of `size` bytes may be sent again; it is counted then.
    pub fn repeats(&mut self, size: usize, now: f64) -> bool {
        let allowed = REPEATED * if self.numbered { self.estimator.rate() } else { self.unmeasured };
        self.repeated = (self.repeated - allowed * (now - self.repeated_at)).max(0.0);
        self.repeated_at = now;
        if self.repeated > LENT * allowed {
            return false;
        }
        self.repeated += (8 * size) as f64;
        true
    }

    /// Transport-wide feedback came (its FCI).
    pub fn feedback(&mut self, information: &[u8], now: f64) -> Read<()> {
        if !self.feedbacks.take(1.0, now) {
            return Ok(());
        }
        let (base, arrivals) = twcc::read(information)?;
        let deliveries = self.sent.deliveries(base, &arrivals);
        (self.unheard, self.answers) = (None, true);
        self.estimator.feedback(&deliveries, now);
        if let Some(rate) = self.prober.feedback(&deliveries, now) {
            self.estimator.probed(rate);
        }
        Ok(())
    }

    /// Bytes without content to send now. Called every `tick` seconds.
    pub fn padding(&mut self, now: f64, tick: f64) -> usize {
        if !self.numbered {
            return 0;
        }
        if self.answers && self.unheard.is_some_and(|since| now - since > SILENT) {
            self.unheard = Some(now);
            self.estimator.silence();
        }
        self.prober.padding(self.estimator.rate(), self.estimator.steady(), now, tick)
    }
}
