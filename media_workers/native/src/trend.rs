//! Whether a queue builds up on the way to a receiver: `delay_trend.py`, whose words hold here.

use std::collections::VecDeque;

/// Seconds: packets sent within are one group; so are those that an outage held up and that arrive within.
const BURST: f64 = 0.005;
/// Seconds from first to last arrival within one group.
const OUTAGE: f64 = 0.1;
/// Groups the slope is taken over.
const WINDOW: usize = 20;
const SMOOTHING: f64 = 0.9;
const GAIN: f64 = 4.0;
/// Milliseconds, at the start.
const THRESHOLD: f64 = 12.5;
const LOWEST: f64 = 6.0;
const HIGHEST: f64 = 600.0;
const FOLLOWS_UP: f64 = 0.0087;
const FOLLOWS_DOWN: f64 = 0.039;
const OUTLIER: f64 = 15.0;
/// Seconds the trend must stay above the threshold.
const LASTING: f64 = 0.01;
/// Seconds: a longer jump is a pause or another clock, no delay.
const BREAK: f64 = 3.0;
/// Seconds in which nothing may have come as fast as it can, for there to be a queue.
const LATELY: f64 = 0.2;
/// Seconds after which how fast it can come is measured anew.
const REMEMBERED: f64 = 10.0;
/// Seconds everything must wait at least, for there to be a queue.
const STANDING: f64 = 0.01;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    #[default]
    Normal,
    /// A queue builds up.
    Over,
    /// It drains.
    Under,
}

#[derive(Clone, Copy)]
struct Group {
    opened: f64,
    sent: f64,
    began: f64,
    arrived: f64,
    fastest: f64,
}

impl Group {
    fn new(sent: f64, arrived: f64) -> Group {
        Group { opened: sent, sent, began: arrived, arrived, fastest: arrived - sent }
    }

    /// Whether a packet waited with the group for the end of an outage. What left with one that did is with it.
    fn held_up(&self, sent: f64, arrived: f64) -> bool {
        let later = arrived - self.arrived;
        sent == self.sent || (later.abs() <= BURST && later < sent - self.sent && arrived - self.began < OUTAGE)
    }
}

/// What even the fastest packet waits: behind a queue all do, while jitter and outages spare some.
struct Standing {
    lately: VecDeque<(f64, f64)>,
    fastest: f64,
    before: f64,
    from: Option<f64>,
}

impl Standing {
    fn new() -> Standing {
        Standing { lately: VecDeque::new(), fastest: f64::INFINITY, before: f64::INFINITY, from: None }
    }

    fn group(&mut self, group: &Group) {
        let now = group.arrived;
        if self.from.is_none_or(|from| now - from > REMEMBERED) {
            (self.from, self.before, self.fastest) = (Some(now), self.fastest, group.fastest);
        }
        self.fastest = self.fastest.min(group.fastest);
        self.lately.push_back((now, group.fastest));
        while self.lately.front().is_some_and(|(at, _)| *at < now - LATELY) {
            self.lately.pop_front();
        }
    }

    /// Whether everything waits.
    fn queue(&self) -> bool {
        let lately = self.lately.iter().map(|(_, took)| *took).fold(f64::INFINITY, f64::min);
        lately - self.fastest.min(self.before) > STANDING
    }
}

pub struct Trend {
    pub state: State,
    group: Option<Group>,
    before: Option<Group>,
    points: VecDeque<(f64, f64)>,
    groups: u32,
    delay: f64,
    smoothed: f64,
    threshold: f64,
    trend: f64,
    over_since: Option<f64>,
    standing: Standing,
}

impl Default for Trend {
    fn default() -> Trend {
        Trend {
            state: State::Normal,
            group: None,
            before: None,
            points: VecDeque::new(),
            groups: 0,
            delay: 0.0,
            smoothed: 0.0,
            threshold: THRESHOLD,
            trend: 0.0,
            over_since: None,
            standing: Standing::new(),
        }
    }
}

impl Trend {
    /// A packet that arrived. Seconds, each in its own clock; packets in the order they were sent.
    pub fn packet(&mut self, sent: f64, arrived: f64) {
        let Some(group) = &mut self.group else {
            self.group = Some(Group::new(sent, arrived));
            return;
        };
        if sent < group.opened {
            return; // told late: its group is closed
        }
        if sent - group.opened <= BURST || group.held_up(sent, arrived) {
            (group.sent, group.arrived) = (group.sent.max(sent), group.arrived.max(arrived));
            group.fastest = group.fastest.min(arrived - sent);
            return;
        }
        let group = *group;
        if let Some(before) = self.before {
            self.compare(before, group);
        }
        (self.before, self.group) = (Some(group), Some(Group::new(sent, arrived)));
    }

    /// Milliseconds from here on.
    fn compare(&mut self, before: Group, group: Group) {
        let (sent, arrived) = (group.sent - before.sent, group.arrived - before.arrived);
        if (arrived - sent).abs() > BREAK || arrived < -BURST {
            *self = Trend { group: self.group, before: self.before, ..Trend::default() };
            return;
        }
        self.standing.group(&group);
        self.groups = self.groups.saturating_add(1);
        self.delay += 1000.0 * (arrived - sent);
        self.smoothed = SMOOTHING * self.smoothed + (1.0 - SMOOTHING) * self.delay;
        if self.points.len() == WINDOW {
            self.points.pop_front();
        }
        self.points.push_back((1000.0 * group.arrived, self.smoothed));
        if self.points.len() < WINDOW {
            return;
        }
        let trend = f64::from(self.groups.min(60)) * slope(&self.points) * GAIN;
        self.judge(trend, group.sent);
        self.adapt(trend, (1000.0 * sent).min(100.0));
    }

    fn judge(&mut self, trend: f64, now: f64) {
        if trend > self.threshold && self.standing.queue() {
            match self.over_since {
                None => self.over_since = Some(now),
                Some(since) if now - since > LASTING && trend >= self.trend => self.state = State::Over,
                Some(_) => {}
            }
        } else {
            self.over_since = None;
            self.state = if trend < -self.threshold { State::Under } else { State::Normal };
        }
        self.trend = trend;
    }

    fn adapt(&mut self, trend: f64, elapsed: f64) {
        let distance = trend.abs() - self.threshold;
        if distance > OUTLIER {
            return;
        }
        let follows = if distance < 0.0 { FOLLOWS_DOWN } else { FOLLOWS_UP };
        self.threshold = (self.threshold + follows * distance * elapsed).min(HIGHEST).max(LOWEST);
    }
}

/// Of the line nearest to the points (least squares), counted from the first point.
fn slope(points: &VecDeque<(f64, f64)>) -> f64 {
    let count = points.len() as f64;
    let (zero_x, zero_y) = points[0];
    let (mut sum_x, mut sum_y, mut square, mut product) = (0.0, 0.0, 0.0, 0.0);
    for (x, y) in points {
        let (x, y) = (x - zero_x, y - zero_y);
        sum_x += x;
        sum_y += y;
        square += x * x;
        product += x * y;
    }
    let spread = count * square - sum_x * sum_x;
    if spread > 0.0 { (count * product - sum_x * sum_y) / spread } else { 0.0 }
}
