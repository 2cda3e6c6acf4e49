//! Moving packets: from each publisher to who sees it. Python decides what goes where.

use crate::arrivals::TICK;
use crate::down::{Down, Passed};
use crate::encoding::{plain, Encoding};
use crate::error::{short, Malformed, Read};
use crate::events::{Event, Note, Queue};
use crate::ids::Table;
use crate::leg::Leg;
use crate::peers::{Path, Peers};
use crate::records::{ALERT, APPLICATION_DATA};
use crate::reports;
use crate::rtcp::{Block, Says};
use crate::rtp;
use crate::talks::Talks;

/// Seconds that packets of a picture may wait for its last one.
pub const COMPLETION: f64 = 0.002;

/// What came and was not taken, by why.
#[derive(Clone, Copy, Default)]
pub struct Dropped {
    pub unreadable: u64,
    pub strangers: u64,
}

#[derive(Default)]
pub struct Engine {
    pub legs: Table<Leg>,
    pub encodings: Table<Encoding>,
    pub downs: Table<Down>,
    pub peers: Peers,
    pub talks: Talks,
    pub up: Queue,
    pub dropped: Dropped,
    /// When publishers are told next what came.
    next_feedback: f64,
    pub sent_by_closed: u64,
    /// Encodings with something in their burst.
    bursts: Vec<u64>,
    /// Legs with something in their outbox.
    pub loaded: Vec<u64>,
}

impl Engine {
    /// A datagram from a socket, told apart by its first byte (RFC 7983).
    pub fn datagram(&mut self, path: Path, data: &mut [u8], now: f64) {
        let Some(first) = data.first().copied() else { return };
        let known = self.peers.on(&path);
        match first {
            0..=3 => {
                if known.is_some_and(|peer| self.check(peer, &path, data, now).is_ok()) {
                    return;
                }
            }
            20..=63 | 128..=191 if known.is_none() => {
                self.dropped.strangers += 1;
                return;
            }
            ALERT | APPLICATION_DATA => {
                let peer = known.unwrap_or(0);
                if self.talks.knows(peer) {
                    self.peers.heard(peer, &path, now);
                    // What is forged or repeated says nothing.
                    let _ = self.talks.datagram(peer, data, now, &mut self.up);
                    return;
                }
            }
            20..=63 => {}
            128..=191 => {
                let leg = self.peers.heard(known.unwrap_or(0), &path, now);
                if leg != 0 {
                    self.receive(leg, data, now);
                    return;
                }
            }
            _ => {
                self.dropped.unreadable += 1;
                return;
            }
        }
        // Messages wait for Python's next tick, as it handles many in a row for little more than one.
        let calm = known.and_then(|peer| self.peers.get(peer)).is_some_and(|peer| peer.calm);
        match calm && first == APPLICATION_DATA {
            true => self.up.pressing = true,
            false => self.up.urgent = true,
        }
        self.up.put(Event::Datagram { socket: path.0, from: path.1, data: data.to_vec() });
    }

    /// Answers a check from where a peer was already; all others are Python's.
    fn check(&mut self, number: u64, path: &Path, data: &[u8], now: f64) -> Read<()> {
        let leg = self.peers.get(number).map_or(0, |peer| peer.leg);
        let Some(leg) = self.legs.get_mut(&leg) else { return Err(Malformed("no leg yet")) };
        let (loaded, before) = (!leg.lengths.is_empty(), leg.outbox.len());
        let transaction = self.peers.check(number, path, data, &mut leg.outbox)?;
        leg.lengths.push(leg.outbox.len() - before);
        let place = self.peers.heard(number, path, now);
        if !loaded {
            self.loaded.push(place);
        }
        self.up.put(Event::Checked { peer: number, transaction, socket: path.0, from: path.1 });
        Ok(())
    }

    /// An SRTP or SRTCP datagram of a leg came. What is to be forwarded waits for `flush`.
    pub fn receive(&mut self, leg: u64, data: &mut [u8], now: f64) {
        let done = match rtp::is_rtcp(data) {
            true => self.feedback(leg, data, now),
            false => self.media(leg, data, now),
        };
        if let (Err(_), Some(leg)) = (done, self.legs.get_mut(&leg)) {
            leg.malformed += 1;
        }
    }

    /// Reads what a receiver tells: of its way here, lost packets are sent again, the rest goes up.
    fn feedback(&mut self, number: u64, data: &mut [u8], now: f64) -> Read<()> {
        let Some(receiver) = self.legs.get_mut(&number).and_then(|leg| leg.receiver.as_mut()) else { return Ok(()) };
        let length = receiver.unprotect_rtcp(data)?;
        let mut rest = &data[..length];
        while !rest.is_empty() {
            match Block::first(&mut rest)?.says()? {
                Says::Missing(ssrc, packets) => {
                    let lines = self.legs.get(&number).map_or(&[][..], |leg| &leg.downs);
                    let about = |place: &&u64| self.downs.get(place).is_some_and(|down| down.line.ssrc == ssrc);
                    if let Some(place) = lines.iter().find(about).copied() {
                        self.repeat(place, &packets, now);
                    }
                }
                Says::Arrived(information) => {
                    let Some(leg) = self.legs.get_mut(&number) else { return Ok(()) };
                    leg.downlink.feedback(information, now)?;
                }
                Says::More(Block { kind, count, body }) => {
                    self.up.put(Event::Report { leg: number, kind, count, body: body.to_vec(), at: now });
                }
                Says::Nothing => {}
            }
        }
        Ok(())
    }

    fn media(&mut self, leg: u64, data: &mut [u8], now: f64) -> Read<()> {
        let Some(publisher) = self.legs.get_mut(&leg) else { return Ok(()) };
        let Some(receiver) = &mut publisher.receiver else { return Ok(()) };
        let bits = 8.0 * data.len() as f64;
        let length = receiver.unprotect(data)?;
        let parsed = rtp::parse(&data[..length])?;
        // What goes beyond the allowance is not acknowledged either: the sender takes it for congestion.
        if publisher.allowance.take(bits, now) {
            self.take_in(leg, parsed, &data[..length], now)?;
        }
        Ok(())
    }

    fn take_in(&mut self, number: u64, mut parsed: rtp::Parsed, data: &[u8], now: f64) -> Read<()> {
        let Some(leg) = self.legs.get_mut(&number) else { return Ok(()) };
        if let Some([high, low]) = parsed.extension(data, leg.ids.wide) {
            let count = u16::from_be_bytes([*high, *low]);
            leg.arrivals.packet(count, (now / TICK) as i64);
        }
        let Some((route, learned)) = leg.route(&parsed, data) else { return Ok(()) };
        if learned {
            let (ssrc, encoding, repair) = (parsed.ssrc, route.encoding, route.repair);
            self.up.put(Event::Learned { leg: number, ssrc, encoding, repair });
        }
        let slot = &leg.slots[route.slot];
        if route.repair {
            let original = slot.repaired(parsed.payload_type);
            let Some(original) = original.filter(|_| parsed.payload.len() > 2) else {
                return Ok(()); // padding of a bandwidth probe
            };
            // The original in a retransmission (RFC 4588, section 4).
            parsed.sequence = short(data, parsed.payload.start)?;
            parsed.payload.start += 2;
            parsed.payload_type = original;
        }
        let Some(codec) = slot.codec(parsed.payload_type) else { return Ok(()) };
        let Some(encoding) = self.encodings.get_mut(&route.encoding) else { return Ok(()) };
        let level = leg.level(slot, &parsed, data);
        let before = encoding.sequence.highest;
        let extended = encoding.sequence.extend(parsed.sequence);
        self.up.pressing |= before.is_some_and(|before| extended > before + 1);
        let mut note = Note {
            encoding: route.encoding,
            extended,
            count: 1,
            timestamp: parsed.timestamp,
            at: now,
            repair: route.repair,
            kept: false,
            size: parsed.payload.len(),
            spatial: 0,
            temporal: 0,
            keyframe: false,
            level: level.filter(|_| slot.microphone).map(|level| level & 0x7F),
            codec: None,
        };
        let kept = plain(slot, &parsed, codec, data)
            .and_then(|plain| encoding.keep(&parsed, codec, plain, leg.ids.descriptor, data, note.extended));
        if std::mem::take(&mut encoding.restarted) {
            for down in &encoding.downs {
                if let Some(down) = self.downs.get_mut(down).filter(|down| down.source == Some(route.encoding)) {
                    down.waiting = true;
                }
            }
        }
        note.codec = encoding.codec;
        let Ok(Some(packet)) = kept else {
            self.up.put(Event::Packets(note));
            return kept.map(|_| ());
        };
        note.kept = true;
        if let Some(picture) = &packet.picture {
            (note.spatial, note.temporal, note.keyframe) = (picture.spatial, picture.temporal, picture.keyframe);
        }
        encoding.tell(&mut self.up, &packet, note, parsed.extension(data, leg.ids.descriptor));
        let passed = Passed { level, capture: leg.captured(&parsed, data)? };
        if encoding.burst.is_empty() {
            self.bursts.push(route.encoding);
            encoding.burst_began = now;
        }
        encoding.burst.push((packet, passed));
        Ok(())
    }

    /// When something is to be forwarded though the rest of its picture isn't there.
    pub fn waits_until(&self) -> Option<f64> {
        let began = self.bursts.iter().filter_map(|number| self.encodings.get(number)).map(|one| one.burst_began);
        began.reduce(f64::min).map(|first| first + COMPLETION)
    }

    /// The burst of datagrams that came together is over: each receiver gets all of it in one go. A picture whose last
    /// packet isn't there may wait for it so many seconds from its first one on.
    pub fn flush(&mut self, now: f64, patience: f64) {
        let mut bursts = std::mem::take(&mut self.bursts);
        // Pictures first: sound is smaller, and may be the last of a run.
        bursts.sort_by_key(|number| self.encodings.get(number).is_some_and(|encoding| encoding.audio));
        for number in bursts {
            let Some(encoding) = self.encodings.get_mut(&number) else { continue };
            if encoding.may_wait(now, patience) {
                self.bursts.push(number);
                continue;
            }
            let (burst, receivers) = (std::mem::take(&mut encoding.burst), encoding.downs.clone());
            for place in receivers {
                let Some(down) = self.downs.get_mut(&place) else { continue };
                let Some(leg) = self.legs.get_mut(&down.line.leg).filter(|leg| leg.sender.is_some()) else { continue };
                let before = down.source;
                let loaded = !leg.lengths.is_empty();
                for (packet, passed) in &burst {
                    down.forward(leg, number, packet, passed, now);
                }
                if !loaded && !leg.lengths.is_empty() {
                    self.loaded.push(down.line.leg);
                }
                if before != down.source {
                    self.up.put(Event::TookOver { down: place, source: number });
                    self.leave(before, place);
                }
            }
        }
    }

    /// From now on a receiver's line gets a source, or nothing; another encoding of the same picture at a keyframe.
    /// Source and next one after that.
    pub fn switch(&mut self, place: u64, source: Option<u64>) -> (Option<u64>, Option<u64>) {
        let source = source.filter(|source| self.encodings.contains_key(source));
        let family = |encodings: &Table<Encoding>, one: Option<u64>| {
            one.and_then(|one| encodings.get(&one)).map(|encoding| encoding.family)
        };
        let Some(down) = self.downs.get_mut(&place) else { return (None, None) };
        if down.next.or(down.source) == source {
            return (down.source, down.next);
        }
        let dropped = down.next.take();
        let mut left = None;
        if source != down.source {
            let same = source.is_some()
                && down.source.is_some()
                && family(&self.encodings, source) == family(&self.encodings, down.source);
            if same && down.line.video && !down.waiting {
                down.next = source;
            } else {
                left = down.source;
                down.source = source;
                down.waiting = source.is_some();
            }
            if let Some(encoding) = source.and_then(|source| self.encodings.get_mut(&source)) {
                encoding.downs.push(place);
            }
        }
        let state = (down.source, down.next);
        self.leave(dropped, place);
        self.leave(left, place);
        state
    }

    /// Sends packets again that a receiver misses; those that are no more there, or were asked for too often, are not.
    pub fn repeat(&mut self, place: u64, numbers: &[u16], now: f64) {
        let Some(down) = self.downs.get_mut(&place) else { return };
        let Some(leg) = self.legs.get_mut(&down.line.leg) else { return };
        let loaded = !leg.lengths.is_empty();
        for number in numbers {
            let encodings = &self.encodings;
            down.repeat(leg, *number, now, |source, extended| encodings.get(&source)?.ring.get(extended));
        }
        if !loaded && !leg.lengths.is_empty() {
            self.loaded.push(down.line.leg);
        }
    }

    /// Sends what is due: to receivers reports and what their probes want, to publishers when theirs came. `wall`: seconds
    /// since 1970 at `now`; `next`: seconds until the next call at most.
    pub fn tick(&mut self, now: f64, wall: f64, next: f64) {
        let feedback = now >= self.next_feedback;
        if feedback {
            self.next_feedback = now + reports::TRANSPORT_WIDE_EVERY;
        }
        for (number, leg) in &mut self.legs {
            if leg.sender.is_none() {
                continue;
            }
            let loaded = !leg.lengths.is_empty();
            if now >= leg.next_report {
                leg.next_report = now + reports::EVERY;
                report(leg, &self.downs, now, wall);
            }
            if feedback {
                leg.feed_back();
            }
            probe(leg, &mut self.downs, now, next);
            if !loaded && !leg.lengths.is_empty() {
                self.loaded.push(*number);
            }
        }
    }

    /// Sends an RTCP compound to a leg.
    pub fn rtcp(&mut self, number: u64, data: &[u8]) -> Read<()> {
        let Some(leg) = self.legs.get_mut(&number) else { return Ok(()) };
        if leg.send_rtcp(|out| out.extend_from_slice(data))? {
            self.loaded.push(number);
        }
        Ok(())
    }

    /// A leg is gone: what it sent ends everywhere.
    pub fn remove(&mut self, number: u64) {
        let Some(leg) = self.legs.remove(&number) else { return };
        self.sent_by_closed += leg.sent_packets;
        for place in leg.downs {
            self.switch(place, None);
            self.downs.remove(&place);
        }
        let gone: Vec<u64> = leg.slots.iter().flat_map(|slot| slot.encodings.iter().map(|(_, one)| *one)).collect();
        for down in self.downs.values_mut() {
            down.next = down.next.filter(|next| !gone.contains(next));
            if down.source.is_some_and(|source| gone.contains(&source)) {
                // Its next one is of the same picture, and gone too.
                (down.source, down.waiting) = (None, false);
            }
            gone.iter().for_each(|one| down.map.forget(*one));
        }
        for one in gone {
            self.encodings.remove(&one);
        }
    }

    fn leave(&mut self, source: Option<u64>, place: u64) {
        if let Some(encoding) = source.and_then(|source| self.encodings.get_mut(&source)) {
            if let Some(at) = encoding.downs.iter().position(|known| *known == place) {
                encoding.downs.remove(at);
            }
        }
    }
}

/// Sends a receiver the reports of its lines.
fn report(leg: &mut Leg, all: &Table<Down>, now: f64, wall: f64) {
    let downs: Vec<&Down> = leg.downs.iter().filter_map(|place| all.get(place)).filter(|down| reports::due(down)).collect();
    for some in downs.chunks(reports::PER_PACKET) {
        leg.try_rtcp(|out| reports::write(out, some, now, wall));
    }
}

/// Sends a receiver without content what its probe wants now: on the line of a picture it has, or any that can be padded.
fn probe(leg: &mut Leg, all: &mut Table<Down>, now: f64, next: f64) {
    let size = leg.downlink.padding(now, next);
    if size == 0 {
        return;
    }
    let fit = |place: &&u64| all.get(place).is_some_and(|down| down.line.repair_ssrc.is_some());
    let shown = |place: &&u64| all.get(place).is_some_and(|down| down.source.is_some());
    let lines = || leg.downs.iter().filter(fit);
    let Some(place) = lines().find(shown).or_else(|| lines().next()).copied() else { return };
    if let Some(down) = all.get_mut(&place) {
        leg.padded += down.pad(leg, size, now);
    }
}
