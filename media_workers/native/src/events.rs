//! What goes up to Python, in the order it happened.

use std::net::SocketAddr;

use crate::checks::Transaction;
use crate::codecs::Codec;
use crate::messages::{Said, ROOM};
use crate::rtcp::PAYLOAD_FEEDBACK;

pub enum Event {
    /// STUN, DTLS, or media of a connection that isn't open yet.
    Datagram { socket: u8, from: SocketAddr, data: Vec<u8> },
    /// A peer said something on a channel, can be told something, or is gone.
    Said { peer: u64, said: Said },
    /// A check of a peer was answered.
    Checked { peer: u64, transaction: Transaction, socket: u8, from: SocketAddr },
    /// Packets of media came.
    Packets(Note),
    /// A packet of media that tells sizes came: Python reads them.
    Shape { encoding: u64, codec: Codec, payload: Vec<u8>, descriptor: Vec<u8> },
    /// A packet of an encoding that is recorded.
    Tapped { encoding: u64, tap: u64, extended: i64, timestamp: u32, at: f64, marker: bool, keyframe: bool, codec: Codec, payload: Vec<u8> },
    /// An SSRC was learned.
    Learned { leg: u64, ssrc: u32, encoding: u64, repair: bool },
    /// The next encoding of a receiver's picture has begun.
    TookOver { down: u64, source: u64 },
    /// Of RTCP, what Python decides on: a block with its kind and count.
    Report { leg: u64, kind: u8, count: u8, body: Vec<u8>, at: f64 },
}

/// What Python follows of packets that came: one behind another in one burst, alike in all that it looks at.
#[derive(Clone, Copy)]
pub struct Note {
    pub encoding: u64,
    /// Number of the first.
    pub extended: i64,
    pub count: u32,
    pub timestamp: u32,
    pub at: f64,
    /// They came again, as retransmissions.
    pub repair: bool,
    /// They came for the first time and are right.
    pub kept: bool,
    /// Of all of them.
    pub size: usize,
    pub spatial: u8,
    pub temporal: u8,
    pub keyframe: bool,
    /// Of a microphone (-dBov).
    pub level: Option<u8>,
    /// The encoding's codec now.
    pub codec: Option<Codec>,
}

impl Note {
    /// Takes in the next one, if it is alike.
    fn joined(&mut self, next: &Note) -> bool {
        let follows = self.encoding == next.encoding && self.extended + i64::from(self.count) == next.extended;
        let alike = |of: &Note| (of.timestamp, of.at, of.repair, of.kept, of.spatial, of.temporal, of.keyframe, of.codec);
        // Each level counts.
        let joined = follows && alike(self) == alike(next) && self.level.is_none() && next.level.is_none();
        if joined {
            self.count += next.count;
            self.size += next.size;
        }
        joined
    }
}

/// Events that wait at most: Python empties the queue five times a second. What comes beyond is dropped and counted.
const MOST: usize = 1 << 16;
/// Datagrams among them: a flood must not fill the queue with what strangers send.
const MOST_DATAGRAMS: usize = 4096;

#[derive(Default)]
pub struct Queue {
    events: Vec<Event>,
    datagrams: usize,
    pub dropped: u64,
    /// Python should look now.
    pub urgent: bool,
    /// Python should look within a tick: something is missing, wished for or said.
    pub pressing: bool,
}

impl Queue {
    pub fn put(&mut self, event: Event) {
        if let (Some(Event::Packets(last)), Event::Packets(note)) = (self.events.last_mut(), &event) {
            if last.joined(note) {
                return;
            }
        }
        let datagram = matches!(event, Event::Datagram { .. });
        if self.events.len() >= MOST || (datagram && self.datagrams >= MOST_DATAGRAMS) {
            self.dropped += 1;
            return;
        }
        self.datagrams += usize::from(datagram);
        match &event {
            Event::Said { said: Said::Opened | Said::Closed, .. } => self.urgent = true,
            Event::Said { said: Said::Message { channel: ROOM, .. }, .. } | Event::Learned { .. } => self.pressing = true,
            Event::Report { kind: PAYLOAD_FEEDBACK, .. } => self.pressing = true,
            _ => {}
        }
        self.events.push(event);
    }

    pub fn take(&mut self) -> Vec<Event> {
        (self.datagrams, self.urgent, self.pressing) = (0, false, false);
        std::mem::take(&mut self.events)
    }
}
