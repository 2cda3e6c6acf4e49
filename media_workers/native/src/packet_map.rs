//! What a receiver sees of changing sources: one track whose numbers run on without a seam.
//!
//! A segment is a stretch of one source. Its shifts are fixed when it begins; within it packets keep their distances, so
//! late and repeated ones find their place.

use std::collections::VecDeque;

use crate::sequence::nearest;

/// Segments kept for packets that are late or asked for again. Each run of packets left out makes one: ten seconds.
const REMEMBERED: usize = 512;

/// One source from a packet on; shifts are added to the source's numbers.
#[derive(Clone, Copy)]
pub struct Segment {
    pub source: u64,
    pub first: i64,
    pub sequence_shift: i64,
    pub timestamp_shift: i64,
    pub picture_shift: i64,
    pub tl0_shift: i64,
    /// The source was switched to here; otherwise packets of it were left out just before.
    pub begins: bool,
}

/// What a packet is numbered by.
#[derive(Clone, Copy)]
pub struct Numbers {
    pub extended: i64,
    pub timestamp: u32,
    pub picture: Option<u16>,
    pub tl0: Option<u8>,
}

pub struct PacketMap {
    clock_rate: f64,
    segments: VecDeque<Segment>,
    /// Extended number of the newest packet of the present source, sent or left out.
    highest: i64,
    /// Extended number of the newest packet out.
    pub last_sequence: i64,
    pub last_timestamp: u32,
    /// When the first packet with the newest timestamp went out.
    pub last_time: Option<f64>,
    last_picture: Option<i64>,
    last_tl0: Option<i64>,
}

impl PacketMap {
    /// `clock_rate`: RTP ticks per second; `sequence` and `timestamp`: where the output begins.
    pub fn new(clock_rate: u32, sequence: u16, timestamp: u32) -> PacketMap {
        PacketMap {
            clock_rate: f64::from(clock_rate),
            segments: VecDeque::new(),
            highest: 0,
            last_sequence: i64::from(sequence) + 0xFFFF,
            last_timestamp: timestamp,
            last_time: None,
            last_picture: None,
            last_tl0: None,
        }
    }

    /// Begins a segment with the packet that has these numbers: it follows the last one out, at the distance of the time
    /// that passed (a receiver takes another timestamp for jitter and freezes). Pictures keep their numbers up to the
    /// first switch: receivers take any to begin with, and nothing needs to be rewritten for them.
    pub fn begin(&mut self, source: u64, numbers: Numbers, now: f64) -> Segment {
        let passed = |before: f64| (((now - before) * self.clock_rate).round_ties_even() as i64).max(1);
        let elapsed = self.last_time.map_or(0, passed);
        let segment = Segment {
            source,
            first: numbers.extended,
            sequence_shift: self.last_sequence + 1 - numbers.extended,
            timestamp_shift: i64::from(self.last_timestamp) + elapsed - i64::from(numbers.timestamp),
            picture_shift: follows(self.last_picture, numbers.picture.map(i64::from)),
            tl0_shift: follows(self.last_tl0, numbers.tl0.map(i64::from)),
            begins: true,
        };
        self.add(segment);
        self.highest = numbers.extended;
        segment
    }

    /// The stretch a packet of the present source belongs to; None for one from before its beginning.
    pub fn segment(&self, extended: i64) -> Option<Segment> {
        for segment in self.segments.iter().rev() {
            if extended >= segment.first {
                return Some(*segment);
            }
            if segment.begins {
                return None;
            }
        }
        None
    }

    /// Leaves a packet out, without a gap. `picture_too`: it is the first of its picture. False when the packet is late:
    /// its number is given away already, as a gap.
    pub fn skip(&mut self, extended: i64, picture_too: bool) -> bool {
        let Some(last) = self.segments.back().copied().filter(|_| extended > self.highest) else {
            return false;
        };
        self.highest = extended;
        let follows = Segment {
            first: extended + 1,
            sequence_shift: last.sequence_shift - 1,
            picture_shift: last.picture_shift - i64::from(picture_too),
            begins: false,
            ..last
        };
        if last.first == extended && !last.begins {
            self.segments.pop_back();
        }
        self.add(follows);
        true
    }

    /// Extended sequence number and timestamp with which a packet of `segment` goes out.
    pub fn out(&mut self, segment: &Segment, numbers: Numbers, now: f64) -> (i64, u32) {
        let sequence = numbers.extended + segment.sequence_shift;
        let stamp = (i64::from(numbers.timestamp) + segment.timestamp_shift) as u32;
        self.highest = self.highest.max(numbers.extended);
        if sequence > self.last_sequence {
            self.last_sequence = sequence;
            if stamp != self.last_timestamp || self.last_time.is_none() {
                (self.last_timestamp, self.last_time) = (stamp, Some(now));
            }
            if let Some(picture) = numbers.picture {
                self.last_picture = Some(i64::from(picture) + segment.picture_shift);
            }
            if let Some(tl0) = numbers.tl0 {
                self.last_tl0 = Some(i64::from(tl0) + segment.tl0_shift);
            }
        }
        (sequence, stamp)
    }

    /// Which segment, and which extended number of its source, went out as `sequence`.
    pub fn origin(&self, sequence: u16) -> Option<(Segment, i64)> {
        let wanted = nearest(sequence, self.last_sequence);
        if wanted > self.last_sequence {
            return None;
        }
        let found = self.segments.iter().rev().find(|segment| wanted - segment.sequence_shift >= segment.first);
        found.map(|segment| (*segment, wanted - segment.sequence_shift))
    }

    /// Lets go of a source that is gone.
    pub fn forget(&mut self, source: u64) {
        self.segments.retain(|segment| segment.source != source);
    }

    fn add(&mut self, segment: Segment) {
        if self.segments.len() == REMEMBERED {
            self.segments.pop_front();
        }
        self.segments.push_back(segment);
    }
}

/// What to add to a number for it to follow the last one that was sent.
fn follows(last: Option<i64>, number: Option<i64>) -> i64 {
    last.zip(number).map_or(0, |(last, number)| last + 1 - number)
}
