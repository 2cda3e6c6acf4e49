//! Sending at its times; what is late is sent at once.

use std::net::SocketAddr;
use std::os::fd::RawFd;

use iboo_native::error::Read;
use iboo_native::srtp::{Index, Sender};
use iboo_native::wire::{self, Message};

use crate::source::{Source, PACKETS, SOUNDS_PER_SECOND};

pub struct Publisher {
    socket: RawFd,
    to: SocketAddr,
    sender: Sender,
    audio: Index,
    video: Index,
    source: Source,
    pace: Option<Pace>,
    /// Packets so far.
    pub sent: u64,
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

/// Pictures a second; whether their packets go one by one; when the next packets are due (nanoseconds).
struct Pace {
    per_second: f64,
    alone: bool,
    picture: f64,
    sound: f64,
}

impl Publisher {
    pub fn new(socket: RawFd, to: SocketAddr, sender: Sender, source: Source) -> Publisher {
        let (audio, video) = (Index::default(), Index::default());
        Publisher { socket, to, sender, audio, video, source, pace: None, sent: 0, bytes: Vec::new(), ends: Vec::new() }
    }

    /// From `now` on so many pictures a second, none at 0.
    pub fn pace(&mut self, per_second: f64, alone: bool, now: i64) {
        let pace = Pace { per_second, alone, picture: now as f64, sound: now as f64 };
        self.pace = (per_second > 0.0).then_some(pace);
    }

    /// Sends what is due; when something will be again, if ever. `clock`: nanoseconds.
    pub fn send(&mut self, clock: impl Fn() -> i64) -> Read<Option<i64>> {
        let Some(mut pace) = self.pace.take() else { return Ok(None) };
        self.bytes.clear();
        self.ends.clear();
        while clock() as f64 >= pace.picture {
            let parts = if pace.alone { 1 } else { PACKETS };
            for _ in 0..parts {
                let first = self.bytes.len();
                self.source.picture(clock() as f64 / 1e9, pace.per_second, &mut self.bytes);
                self.sender.protect(&mut self.bytes, first, &mut self.video)?;
                self.ends.push(self.bytes.len());
            }
            pace.picture += 1e9 / pace.per_second * f64::from(parts) / f64::from(PACKETS);
            self.leave();
        }
        while clock() as f64 >= pace.sound {
            let first = self.bytes.len();
            self.source.sound(&mut self.bytes);
            self.sender.protect(&mut self.bytes, first, &mut self.audio)?;
            self.ends.push(self.bytes.len());
            pace.sound += 1e9 / SOUNDS_PER_SECOND;
        }
        self.leave();
        let next = pace.picture.min(pace.sound) as i64;
        self.pace = Some(pace);
        Ok(Some(next))
    }

    /// One datagram each, as a browser's.
    fn leave(&mut self) {
        let mut first = 0;
        let mut messages = Vec::with_capacity(self.ends.len());
        for end in &self.ends {
            messages.push(Message { bytes: &self.bytes[first..*end], segment: 0, to: self.to });
            first = *end;
        }
        wire::send(self.socket, &messages, |_, _| {});
        self.sent += messages.len() as u64;
        self.bytes.clear();
        self.ends.clear();
    }
}
