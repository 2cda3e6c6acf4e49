//! A token bucket: how much is allowed per second, averaged over a while.

/// Allows `per_second` units on average and `per_second × over` at once.
pub struct Rate {
    per_second: f64,
    most: f64,
    left: f64,
    at: f64,
}

impl Rate {
    pub fn new(per_second: f64, over: f64, now: f64) -> Rate {
        Rate { per_second, most: per_second * over, left: per_second * over, at: now }
    }

    /// Whether `amount` units are allowed at `now` (seconds); those refused are not counted.
    pub fn take(&mut self, amount: f64, now: f64) -> bool {
        self.left = self.most.min(self.left + (now - self.at) * self.per_second);
        self.at = now;
        if amount > self.left {
            return false;
        }
        self.left -= amount;
        true
    }
}
