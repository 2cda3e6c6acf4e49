//! A connection: keys, a way out, what it sends and what it is sent.

use std::collections::HashMap;

use crate::arrivals::Arrivals;
use crate::codecs::Codec;
use crate::downlink::Downlink;
use crate::error::{Malformed, Read};
use crate::rate::Rate;
use crate::reports;
use crate::rtp::Parsed;
use crate::srtp::{Index, Receiver, Sender};

/// SSRCs learned from packets of one connection.
const LEARNED: usize = 32;

/// Ids of header extensions in what it sends; 0 = not negotiated.
#[derive(Clone, Copy, Default)]
pub struct Ids {
    pub wide: u8,
    pub level: u8,
    pub descriptor: u8,
    pub capture: u8,
    pub mid: u8,
    pub rid: u8,
    pub repaired_rid: u8,
}

/// A send slot: microphone, camera …
pub struct Slot {
    pub mid: String,
    pub audio: bool,
    pub microphone: bool,
    pub formats: Vec<(u8, Codec)>,
    /// Payload type of retransmissions, and of what they repair.
    pub repairs: Vec<(u8, u8)>,
    /// By RID.
    pub encodings: Vec<(String, u64)>,
}

impl Slot {
    pub fn repaired(&self, payload_type: u8) -> Option<u8> {
        self.repairs.iter().find(|(repair, _)| *repair == payload_type).map(|(_, original)| *original)
    }

    pub fn codec(&self, payload_type: u8) -> Option<Codec> {
        self.formats.iter().find(|(known, _)| *known == payload_type).map(|(_, codec)| *codec)
    }
}

/// Where packets of an SSRC belong.
#[derive(Clone, Copy)]
pub struct Route {
    pub slot: usize,
    pub encoding: u64,
    pub repair: bool,
}

pub struct Leg {
    pub ids: Ids,
    /// Our SSRC in feedback to it.
    name: u32,
    pub slots: Vec<Slot>,
    pub routes: HashMap<u32, Route>,
    learned: usize,
    pub allowance: Rate,
    /// When what it sends came.
    pub arrivals: Arrivals,
    pub receiver: Option<Receiver>,
    pub sender: Option<Sender>,
    /// Seconds its clock is ahead of ours.
    pub ahead: Option<f64>,
    pub peer: u64,
    pub downs: Vec<u64>,
    pub downlink: Downlink,
    pub sent_packets: u64,
    pub first_sent: Option<f64>,
    pub next_report: f64,
    /// What Python was not told of yet: that the first packet went, packets that were malformed, bytes of padding.
    pub begun: bool,
    pub malformed: u64,
    pub padded: usize,
    /// Protected packets that wait to leave, one behind another, and their lengths.
    pub outbox: Vec<u8>,
    pub lengths: Vec<usize>,
}

impl Leg {
    pub fn new(ids: Ids, name: u32, allowance: Rate, downlink: Downlink) -> Leg {
        Leg {
            ids,
            name,
            slots: Vec::new(),
            routes: HashMap::new(),
            learned: 0,
            allowance,
            arrivals: Arrivals::default(),
            receiver: None,
            sender: None,
            ahead: None,
            peer: 0,
            downs: Vec::new(),
            downlink,
            sent_packets: 0,
            first_sent: None,
            next_report: 0.0,
            begun: false,
            malformed: 0,
            padded: 0,
            outbox: Vec::new(),
            lengths: Vec::new(),
        }
    }

    /// Protects what is written and puts it into the outbox; whether that was empty.
    pub fn send_rtcp(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> Read<bool> {
        let Some(sender) = &mut self.sender else { return Ok(false) };
        let first = self.outbox.len();
        write(&mut self.outbox);
        if let Err(fault) = sender.protect_rtcp(&mut self.outbox, first) {
            self.outbox.truncate(first);
            return Err(fault);
        }
        self.lengths.push(self.outbox.len() - first);
        Ok(self.lengths.len() == 1)
    }

    /// The same where it is nobody's fault that it can't be protected: it is counted.
    pub fn try_rtcp(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        if self.send_rtcp(write).is_err() {
            self.malformed += 1;
        }
    }

    /// Tells when what it sends came.
    pub fn feed_back(&mut self) {
        for information in self.arrivals.feedback() {
            let (name, media) = (self.name, self.sent_ssrc());
            self.try_rtcp(|out| reports::transport_wide(out, name, media, &information));
        }
    }

    /// The SSRC of its first encoding that has one.
    fn sent_ssrc(&self) -> u32 {
        let own = |one: &u64| self.routes.iter().find(|(_, route)| route.encoding == *one && !route.repair);
        let encodings = self.slots.iter().flat_map(|slot| slot.encodings.iter().map(|(_, one)| one));
        encodings.filter_map(own).next().map_or(0, |(ssrc, _)| *ssrc)
    }

    /// Where a packet belongs, and whether that was learned just now: an unknown SSRC by its MID (RFC 8843, 9.2) and,
    /// with simulcast, its RID; retransmissions say whose in the repaired RID (RFC 8852).
    pub fn route(&mut self, packet: &Parsed, data: &[u8]) -> Option<(Route, bool)> {
        if let Some(known) = self.routes.get(&packet.ssrc) {
            return Some((*known, false));
        }
        if self.learned >= LEARNED {
            return None;
        }
        let text = |id: u8| packet.extension(data, id).unwrap_or(&[]);
        let mid = text(self.ids.mid);
        let place = self.slots.iter().rposition(|slot| slot.mid.as_bytes() == mid)?;
        let slot = &self.slots[place];
        let repair = slot.repaired(packet.payload_type).is_some();
        if !repair && slot.codec(packet.payload_type).is_none() {
            return None;
        }
        let mut rid: &[u8] = if repair { text(self.ids.repaired_rid) } else { &[] };
        if rid.is_empty() {
            rid = text(self.ids.rid);
        }
        let only = slot.encodings.len() == 1;
        let (_, encoding) = slot.encodings.iter().find(|(known, _)| only || known.as_bytes() == rid)?;
        let route = Route { slot: place, encoding: *encoding, repair };
        self.learned += 1;
        self.routes.insert(packet.ssrc, route);
        Some((route, true))
    }

    /// The level a packet of sound tells of itself, if it does.
    pub fn level(&self, slot: &Slot, packet: &Parsed, data: &[u8]) -> Option<u8> {
        packet.extension(data, self.ids.level).filter(|_| slot.audio)?.first().copied()
    }

    /// When a packet was captured, in our clock as far as its sender's is known; nothing where it doesn't say.
    pub fn captured(&self, packet: &Parsed, data: &[u8]) -> Read<Option<Vec<u8>>> {
        let Some(value) = packet.extension(data, self.ids.capture).filter(|value| !value.is_empty()) else {
            return Ok(None);
        };
        match self.ahead {
            None => Ok(Some(value[..value.len().min(8)].to_vec())),
            Some(ahead) => rebased(value, ahead).map(Some),
        }
    }

    /// Protects and queues what `write` appends, a packet of the source that `index` follows. False without keys.
    pub fn send(&mut self, index: &mut Index, now: f64, write: impl FnOnce(&mut Vec<u8>) -> Read<()>) -> bool {
        let Some(sender) = &self.sender else { return false };
        let first = self.outbox.len();
        let written = write(&mut self.outbox).map(|()| self.outbox.len() - first);
        let size = *written.as_ref().unwrap_or(&0);
        if written.and_then(|_| sender.protect(&mut self.outbox, first, index)).is_err() {
            self.outbox.truncate(first);
            self.malformed += 1;
            return false;
        }
        self.lengths.push(self.outbox.len() - first);
        self.sent_packets += 1;
        if self.first_sent.is_none() {
            (self.first_sent, self.begun) = (Some(now), true);
        }
        self.downlink.number(size, now);
        true
    }

    /// A packet that goes on has a transport-wide number, though it may then be refused: those behind it are numbered.
    pub fn forward(&mut self, index: &mut Index, now: f64, write: impl FnOnce(&mut Vec<u8>) -> Read<()>) {
        if !self.send(index, now, write) && self.sender.is_some() {
            self.downlink.number(0, now);
        }
    }
}

/// A capture time (64 bits of its sender's clock, then perhaps how far that is ahead of its sender's) with the distance
/// to our clock. `ahead`: seconds the sender's clock is ahead of ours.
fn rebased(value: &[u8], ahead: f64) -> Read<Vec<u8>> {
    let known = match value {
        [_, _, _, _, _, _, _, _] => 0,
        [_, _, _, _, _, _, _, _, a, b, c, d, e, f, g, h] => i64::from_be_bytes([*a, *b, *c, *d, *e, *f, *g, *h]),
        _ => return Err(Malformed("capture time of a wrong length")),
    };
    let added = i128::from(known) + (ahead * 4_294_967_296.0).round_ties_even() as i128;
    let added = added.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64;
    Ok([&value[..8], &added.to_be_bytes()].concat())
}
