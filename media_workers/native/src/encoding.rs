//! One stream of packets of a slot.

use std::ops::Range;
use std::sync::Arc;

use crate::codecs::{Codec, Reader};
use crate::down::Passed;
use crate::error::{Malformed, Read};
use crate::events::{Event, Note, Queue};
use crate::leg::Slot;
use crate::packet::{Packet, Ring};
use crate::red;
use crate::rtp::Parsed;
use crate::sequence::Sequence;

/// Packets of a picture that are forwarded without waiting for more.
const MANY: usize = 32;

#[derive(Default)]
pub struct Encoding {
    /// The same for all encodings of one picture.
    pub family: u64,
    pub audio: bool,
    pub sequence: Sequence,
    pub ring: Ring,
    /// Of the newest packet.
    pub codec: Option<Codec>,
    /// Another codec has begun.
    pub restarted: bool,
    /// Who receives it, or will with its next keyframe.
    pub downs: Vec<u64>,
    /// Who writes it down, as Python numbers them; 0 = nobody.
    pub tap: u64,
    /// What came together and is not forwarded yet.
    pub burst: Vec<(Arc<Packet>, Passed)>,
    /// When the first of it came.
    pub burst_began: f64,
    reader: Reader,
}

impl Encoding {
    pub fn of(family: u64, audio: bool) -> Encoding {
        Encoding { family, audio, ..Encoding::default() }
    }

    /// Whether the burst is of a picture whose last packet may come within so many seconds of its first.
    pub fn may_wait(&self, now: f64, patience: f64) -> bool {
        let incomplete = self.burst.last().is_some_and(|(packet, _)| packet.picture.is_some() && !packet.marker);
        incomplete && self.burst.len() < MANY && now - self.burst_began < patience
    }

    /// Reads a packet and keeps it; nothing when it was kept before. `extended`: its number, followed over wraps.
    pub fn keep(
        &mut self,
        parsed: &Parsed,
        codec: Codec,
        plain: Range<usize>,
        descriptor: u8,
        data: &[u8],
        extended: i64,
    ) -> Read<Option<Arc<Packet>>> {
        let mut late = Reader::default();
        let mut reader = &mut self.reader;
        if self.codec != Some(codec) {
            if self.codec.is_none() || self.sequence.highest == Some(extended) {
                (self.codec, self.restarted) = (Some(codec), true);
                *reader = Reader::default();
            } else {
                reader = &mut late; // a late one of before
            }
        }
        let place = parsed.extensions.iter().rev().find(|(id, _)| *id == descriptor).map(|(_, place)| place.clone());
        let picture = match parsed.payload.is_empty() {
            true => None,
            false => reader.read(codec, data, parsed.payload.clone(), place)?,
        };
        let packet = Arc::new(Packet {
            data: data.to_vec(),
            marker: parsed.marker,
            timestamp: parsed.timestamp,
            extended,
            codec,
            picture,
            payload: parsed.payload.clone(),
            plain,
        });
        Ok(self.ring.put(&packet).then_some(packet))
    }

    /// Tells Python of a packet that was kept.
    pub fn tell(&self, up: &mut Queue, packet: &Packet, note: Note, descriptor: Option<&[u8]>) {
        let (encoding, codec) = (note.encoding, packet.codec);
        up.put(Event::Packets(note));
        if packet.picture.as_ref().is_some_and(|picture| picture.keyframe || picture.structured) {
            let (payload, descriptor) = (packet.payload().to_vec(), descriptor.unwrap_or_default().to_vec());
            up.put(Event::Shape { encoding, codec, payload, descriptor });
        }
        if self.tap != 0 {
            let payload = match codec {
                Codec::Red => &packet.data[packet.plain.clone()],
                _ => packet.payload(),
            };
            up.put(Event::Tapped {
                encoding,
                tap: self.tap,
                extended: packet.extended,
                timestamp: packet.timestamp,
                at: note.at,
                marker: packet.marker,
                keyframe: note.keyframe,
                codec,
                payload: payload.to_vec(),
            });
        }
    }
}

/// Of redundant sound, where the newest part is; nothing of other codecs.
pub fn plain(slot: &Slot, parsed: &Parsed, codec: Codec, data: &[u8]) -> Read<Range<usize>> {
    if codec != Codec::Red || parsed.payload.is_empty() {
        return Ok(0..0);
    }
    let (payload_type, place) = red::newest(&data[parsed.payload.clone()])?;
    if slot.codec(payload_type) != Some(Codec::Opus) {
        return Err(Malformed("redundant sound of an unknown kind"));
    }
    Ok(parsed.payload.start + place.start..parsed.payload.start + place.end)
}
