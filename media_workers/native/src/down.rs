//! One m-line of a receiver: packets of changing sources, rewritten so that they look like one stream for ever.

use std::collections::VecDeque;

use crate::codecs::Codec;
use crate::error::Read;
use crate::layer_filter::{LayerFilter, ALL};
use crate::leg::Leg;
use crate::packet::Packet;
use crate::packet_map::{PacketMap, Segment};
use crate::picture::{renumbered, Picture};
use crate::rate::Rate;
use crate::red;
use crate::rtp::{self, Head};
use crate::srtp::{Index, Sender};

/// Bytes of padding in a packet (RFC 3550, section 5.1).
const LONGEST_PADDING: u8 = 255;
/// Pictures: two seconds in which a packet may be asked for again.
const COMPLETED: usize = 64;
/// Packets sent again to one receiver: a stream of requests must not become a flood of answers.
const REPEATS_PER_SECOND: f64 = 500.0;

/// Ids of header extensions in what it gets; 0 = not negotiated.
#[derive(Clone, Copy, Default)]
pub struct Ids {
    pub wide: u8,
    pub level: u8,
    pub capture: u8,
    pub descriptor: u8,
}

/// What never changes of a receiver's line.
pub struct Line {
    pub leg: u64,
    /// Its canonical name (CNAME) in reports.
    pub name: String,
    pub video: bool,
    pub clock_rate: u32,
    pub ssrc: u32,
    pub repair_ssrc: Option<u32>,
    /// By codec the payload types of packets and of their retransmissions.
    pub formats: Vec<(Codec, u8, Option<u8>)>,
    pub ids: Ids,
}

/// Extension values of a packet that go on to receivers.
#[derive(Default)]
pub struct Passed {
    pub level: Option<u8>,
    pub capture: Option<Vec<u8>>,
}

pub struct Down {
    pub line: Line,
    redundant: bool,
    padding_type: Option<u8>,
    repair_sequence: u16,
    pub map: PacketMap,
    repeats: Rate,
    pub packets: u64,
    pub octets: u64,
    pub waiting: bool,
    pub layers: LayerFilter,
    skipped: Option<u16>,
    /// Extended numbers of packets that are the last of their picture only here.
    completed: VecDeque<i64>,
    pub source: Option<u64>,
    /// Another encoding of the same picture, which takes over with its next keyframe.
    pub next: Option<u64>,
    index: Index,
    repair_index: Index,
}

impl Down {
    /// `start`: first sequence number and timestamp.
    pub fn new(mut line: Line, start: (u16, u32), now: f64) -> Down {
        let redundant = line.formats.iter().any(|(codec, _, _)| *codec == Codec::Red);
        let opus = line.formats.iter().find(|(codec, _, _)| *codec == Codec::Opus).copied();
        let padding_type = line.formats.iter().find_map(|(_, _, repair)| *repair);
        if let (false, Some((_, payload_type, repair))) = (redundant, opus) {
            line.formats.push((Codec::Red, payload_type, repair)); // who can't read redundant sound gets the plain one
        }
        Down {
            redundant,
            padding_type,
            repair_sequence: start.0,
            map: PacketMap::new(line.clock_rate, start.0, start.1),
            repeats: Rate::new(REPEATS_PER_SECOND, 1.0, now),
            packets: 0,
            octets: 0,
            waiting: false,
            layers: LayerFilter::new(),
            skipped: None,
            completed: VecDeque::new(),
            source: None,
            next: None,
            index: Index::default(),
            repair_index: Index::default(),
            line,
        }
    }

    /// Sends a packet of a source on, if this receiver gets it.
    pub fn forward(&mut self, leg: &mut Leg, source: u64, packet: &Packet, passed: &Passed, now: f64) {
        let Some((payload_type, _)) = self.format(packet.codec) else { return };
        let Some(segment) = self.segment(source, packet, now) else { return };
        let number = leg.downlink.sent.number();
        if let Some(picture) = &packet.picture {
            if !self.layers.passes(picture) {
                self.leave_out(leg, packet, picture, segment, payload_type, number, now);
                return;
            }
        }
        let (sequence, timestamp) = self.map.out(&segment, packet.numbers(true), now);
        if let Some(picture) = &packet.picture {
            if picture.ends && !packet.marker && self.layers.completes(picture) {
                if self.completed.len() == COMPLETED {
                    self.completed.pop_front();
                }
                self.completed.push_back(packet.extended);
            }
        }
        self.packets += 1;
        self.octets += packet.payload.len() as u64;
        let head = self.head(packet, payload_type, sequence as u16, timestamp);
        let mut index = std::mem::take(&mut self.index);
        leg.forward(&mut index, now, |out| self.write(out, head, packet, &segment, Some(passed), number, None));
        self.index = index;
    }

    /// Sends a packet again that the receiver misses. `find`: the packet of a source by its extended number.
    pub fn repeat(
        &mut self,
        leg: &mut Leg,
        sequence: u16,
        now: f64,
        find: impl FnOnce(u64, i64) -> Option<std::sync::Arc<Packet>>,
    ) {
        let Some((segment, extended)) = self.map.origin(sequence) else { return };
        if !self.repeats.take(1.0, now) {
            return;
        }
        let Some(packet) = find(segment.source, extended) else { return };
        let Some((payload_type, repair_type)) = self.format(packet.codec) else { return };
        if !leg.downlink.repeats(packet.payload.len(), now) {
            return;
        }
        let timestamp = (i64::from(packet.timestamp) + segment.timestamp_shift) as u32;
        let number = leg.downlink.sent.number();
        let (Some(repair_type), Some(ssrc)) = (repair_type, self.line.repair_ssrc) else {
            if leg.sender.as_ref().is_some_and(Sender::aead) {
                return; // another header under the nonce of the first would give the authentication key away
            }
            let head = self.head(&packet, payload_type, sequence, timestamp);
            let mut index = std::mem::take(&mut self.index);
            leg.send(&mut index, now, |out| self.write(out, head, &packet, &segment, None, number, None));
            self.index = index;
            return;
        };
        // RFC 4588, section 4: own SSRC and sequence, the original number before the payload.
        self.repair_sequence = self.repair_sequence.wrapping_add(1);
        let head = self.head(&packet, repair_type, self.repair_sequence, timestamp);
        let head = Head { ssrc, ..head };
        let mut index = std::mem::take(&mut self.repair_index);
        leg.send(&mut index, now, |out| self.write(out, head, &packet, &segment, None, number, Some(sequence)));
        self.repair_index = index;
    }

    /// Sends packets without content, on the SSRC of retransmissions; about `size` bytes. What it really was.
    pub fn pad(&mut self, leg: &mut Leg, size: usize, now: f64) -> usize {
        let (Some(ssrc), Some(payload_type)) = (self.line.repair_ssrc, self.padding_type) else { return 0 };
        let mut done = 0;
        while done < size {
            self.repair_sequence = self.repair_sequence.wrapping_add(1);
            let (sequence, timestamp) = (self.repair_sequence, self.map.last_timestamp);
            let head = Head { payload_type, marker: false, sequence, timestamp, ssrc };
            let mut index = std::mem::take(&mut self.repair_index);
            let (number, wide) = (leg.downlink.sent.number().to_be_bytes(), self.line.ids.wide);
            let sent = leg.send(&mut index, now, |out| {
                let first = out.len();
                rtp::padding(out, head, &[(wide, &number[..])][..usize::from(wide != 0)], LONGEST_PADDING);
                done += out.len() - first;
                Ok(())
            });
            self.repair_index = index;
            if !sent {
                break;
            }
        }
        done
    }

    fn format(&self, codec: Codec) -> Option<(u8, Option<u8>)> {
        let found = self.line.formats.iter().find(|(known, _, _)| *known == codec)?;
        Some((found.1, found.2))
    }

    fn head(&self, packet: &Packet, payload_type: u8, sequence: u16, timestamp: u32) -> Head {
        let marker = packet.marker || self.completed.contains(&packet.extended);
        Head { payload_type, marker, sequence, timestamp, ssrc: self.line.ssrc }
    }

    /// The segment this packet goes out in; begins one with a keyframe, or with any packet of sound.
    fn segment(&mut self, source: u64, packet: &Packet, now: f64) -> Option<Segment> {
        let picture = packet.picture.as_ref();
        let comes_next = self.next == Some(source);
        if !comes_next && !(self.waiting && self.source == Some(source)) {
            return (self.source == Some(source)).then(|| self.map.segment(packet.extended)).flatten();
        }
        if self.line.video && !picture.is_some_and(|picture| picture.keyframe) {
            return None;
        }
        if comes_next {
            self.source = self.next.take();
        }
        self.waiting = false;
        // AV1 puts its layers together by the descriptor; who has none of it gets the lowest.
        let blind = picture.is_some_and(|picture| picture.descriptor.is_some()) && self.line.ids.descriptor == 0;
        self.layers.most = if blind { 0 } else { ALL };
        Some(self.map.begin(source, packet.numbers(true), now))
    }

    /// Leaves a packet out, and with the first of a picture the picture's number.
    #[allow(clippy::too_many_arguments)]
    fn leave_out(
        &mut self,
        leg: &mut Leg,
        packet: &Packet,
        picture: &Picture,
        segment: Segment,
        payload_type: u8,
        number: u16,
        now: f64,
    ) {
        let counted = picture.number.filter(|_| picture.dense);
        if self.map.skip(packet.extended, counted.is_some() && counted != self.skipped) {
            self.skipped = counted;
            return;
        }
        // Its number is given away: a packet without content closes the gap.
        let (sequence, timestamp) = self.map.out(&segment, packet.numbers(false), now);
        let head =
            Head { payload_type, marker: false, sequence: sequence as u16, timestamp, ssrc: self.line.ssrc };
        let (number, wide) = (number.to_be_bytes(), self.line.ids.wide);
        leg.forward(&mut self.index, now, |out| {
            rtp::padding(out, head, &[(wide, &number[..])][..usize::from(wide != 0)], 1);
            Ok(())
        });
    }

    /// Writes a packet. `passed`: extension values that go along; `original`: it is a retransmission of that number.
    #[allow(clippy::too_many_arguments)]
    fn write(
        &self,
        out: &mut Vec<u8>,
        head: Head,
        packet: &Packet,
        segment: &Segment,
        passed: Option<&Passed>,
        number: u16,
        original: Option<u16>,
    ) -> Read<()> {
        let ids = self.line.ids;
        let number = number.to_be_bytes();
        let level = passed.and_then(|passed| passed.level).map(|level| [level]);
        let capture = passed.and_then(|passed| passed.capture.as_deref());
        let mut descriptor = Vec::new();
        if let Some(picture) = packet.picture.as_ref().filter(|_| ids.descriptor != 0) {
            if let Some(place) = &picture.descriptor {
                renumbered(&mut descriptor, &packet.data[place.clone()], picture, segment.picture_shift, 0);
            }
        }
        let all: [(u8, Option<&[u8]>); 4] = [
            (ids.wide, Some(&number)),
            (ids.level, level.as_ref().map(|level| &level[..])),
            (ids.capture, capture),
            (ids.descriptor, Some(&descriptor[..]).filter(|whole| !whole.is_empty())),
        ];
        let mut values = [(0, &[][..]); 4];
        let mut count = 0;
        for (id, value) in all {
            if let (true, Some(value)) = (id != 0, value) {
                values[count] = (id, value);
                count += 1;
            }
        }
        rtp::write(out, head, &values[..count]);
        if let Some(original) = original {
            out.extend_from_slice(&original.to_be_bytes());
        }
        self.write_payload(out, packet, segment)
    }

    fn write_payload(&self, out: &mut Vec<u8>, packet: &Packet, segment: &Segment) -> Read<()> {
        let payload = packet.payload();
        if packet.codec == Codec::Red && !payload.is_empty() {
            if !self.redundant {
                out.extend_from_slice(&packet.data[packet.plain.clone()]);
                return Ok(());
            }
            let opus = self.format(Codec::Opus).map_or(0, |(payload_type, _)| payload_type);
            return red::retyped(out, payload, opus);
        }
        match &packet.picture {
            Some(picture)
                if picture.descriptor.is_none() && (segment.picture_shift != 0 || segment.tl0_shift != 0) =>
            {
                renumbered(out, payload, picture, segment.picture_shift, segment.tl0_shift);
            }
            _ => out.extend_from_slice(payload),
        }
        Ok(())
    }
}
