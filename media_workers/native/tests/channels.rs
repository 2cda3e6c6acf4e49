//! Data channels from end to end: a browser's side made of the same records and of sctp-proto's client.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use iboo_native::messages::{Messages, Said, PULSE, ROOM};
use iboo_native::records::{Agreed, Records, ALERT, APPLICATION_DATA};
use sctp_proto::{
    Association, AssociationHandle, ClientConfig, DatagramEvent, Endpoint, EndpointConfig, Event, Payload,
    PayloadProtocolIdentifier as Kind, StreamEvent,
};

const CIPHERS: [&str; 3] =
    ["ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305"];

fn records(cipher: &str, server: bool) -> Records {
    let agreed =
        Agreed { cipher, master: &[7; 48], client_random: &[1; 32], server_random: &[2; 32], server };
    Records::new(&agreed).unwrap()
}

/// A browser, and the worker's side.
struct Pair {
    ours: Messages,
    records: Records,
    endpoint: Endpoint,
    handle: AssociationHandle,
    theirs: Association,
    said: Vec<Said>,
    heard: Vec<(u16, String)>,
    began: Instant,
    now: Instant,
}

impl Pair {
    fn new() -> Pair {
        let mut endpoint = Endpoint::new(Arc::new(EndpointConfig::new()), None);
        let there = SocketAddr::from((Ipv4Addr::LOCALHOST, 1));
        let (handle, theirs) = endpoint.connect(ClientConfig::new(), there).unwrap();
        let ours = Messages::new(records(CIPHERS[0], true), 5000, 65536, 0.0);
        let (records, now) = (records(CIPHERS[0], false), Instant::now());
        Pair { ours, records, endpoint, handle, theirs, said: vec![], heard: vec![], began: now, now }
    }

    /// Everything that is on its way comes, unless it is lost.
    fn travel(&mut self, mut lost: impl FnMut() -> bool) {
        loop {
            let mut moved = false;
            let mut datagrams = vec![];
            if self.theirs.poll_timeout().is_some_and(|due| due <= self.now) {
                self.theirs.handle_timeout(self.now);
            }
            while let Some(transmit) = self.endpoint.poll_transmit().or_else(|| self.theirs.poll_transmit(self.now)) {
                let Payload::RawEncode(packets) = transmit.payload else { continue };
                for packet in packets {
                    let mut out = vec![];
                    self.records.seal(&mut out, APPLICATION_DATA, &packet).unwrap();
                    datagrams.push(out);
                }
            }
            for mut datagram in datagrams {
                moved = true;
                if !lost() {
                    let said = &mut self.said;
                    let seconds = self.now.duration_since(self.began).as_secs_f64();
                    self.ours.datagram(&mut datagram, self.now, seconds, |one| said.push(one)).unwrap();
                }
            }
            let (mut out, mut lengths) = (vec![], vec![]);
            self.ours.flush(self.now, &mut out, |length| lengths.push(length)).unwrap();
            for length in lengths {
                moved = true;
                let mut datagram: Vec<u8> = out.drain(..length).collect();
                if !lost() {
                    self.hear(&mut datagram);
                }
            }
            if !moved {
                break;
            }
        }
    }

    fn hear(&mut self, datagram: &mut [u8]) {
        let (kind, content, _) = self.records.open(datagram).unwrap();
        assert_eq!(kind, APPLICATION_DATA);
        let there = SocketAddr::from((Ipv4Addr::LOCALHOST, 1));
        let packet = Bytes::copy_from_slice(content);
        if let Some((_, DatagramEvent::AssociationEvent(event))) =
            self.endpoint.handle(self.now, there, None, None, packet)
        {
            self.theirs.handle_event(event);
        }
        while let Some(event) = self.theirs.poll() {
            match event {
                Event::Connected => {
                    for channel in [ROOM, PULSE] {
                        let _ = self.theirs.open_stream(channel, Kind::String);
                    }
                }
                Event::Stream(StreamEvent::Readable { id }) => {
                    while let Some(message) = self.theirs.stream(id).unwrap().read().unwrap() {
                        let mut text = vec![0; message.len()];
                        message.read(&mut text).unwrap();
                        self.heard.push((id, String::from_utf8(text).unwrap()));
                    }
                }
                _ => {}
            }
        }
        while let Some(event) = self.theirs.poll_endpoint_event() {
            let _ = self.endpoint.handle_event(self.handle, event);
        }
    }

    fn tell(&mut self, channel: u16, text: &str) {
        self.theirs.stream(channel).unwrap().write_with_ppi(text.as_bytes(), Kind::String).unwrap();
    }
}

fn message(channel: u16, text: &str) -> Said {
    Said::Message { channel, text: text.as_bytes().to_vec() }
}

#[test]
fn messages_go_both_ways_on_both_channels() {
    let mut pair = Pair::new();
    pair.travel(|| false);
    assert_eq!(pair.said, [Said::Opened]);
    let long = "é".repeat(20_000);
    for text in ["one", "two", &long] {
        pair.tell(ROOM, text);
        pair.ours.say(ROOM, text.as_bytes()).unwrap();
    }
    pair.tell(PULSE, "ping");
    pair.ours.say(PULSE, b"pong").unwrap();
    for _ in 0..50 {
        pair.travel(|| false);
        pair.now += Duration::from_millis(300);
    }
    let room = |said: &[Said]| said.iter().filter(|one| matches!(one, Said::Message { channel: ROOM, .. })).count();
    assert_eq!(room(&pair.said), 3);
    assert!(pair.said.contains(&message(ROOM, &long)) && pair.said.contains(&message(PULSE, "ping")));
    let texts: Vec<&str> = pair.heard.iter().filter(|(id, _)| *id == ROOM).map(|(_, text)| text.as_str()).collect();
    assert_eq!(texts, ["one", "two", &long]);
    assert!(pair.heard.contains(&(PULSE, "pong".into())));
    assert_eq!(pair.ours.waiting(ROOM), 0);
}

#[test]
fn what_is_lost_on_the_room_channel_comes_again() {
    let mut pair = Pair::new();
    pair.travel(|| false);
    let mut count = 0;
    for number in 0..100 {
        pair.tell(ROOM, &number.to_string());
        pair.ours.say(ROOM, number.to_string().as_bytes()).unwrap();
        pair.ours.say(PULSE, b"level").unwrap();
        pair.travel(|| {
            count += 1;
            count % 4 == 0
        });
        pair.now += Duration::from_millis(100);
    }
    for _ in 0..200 {
        pair.now += Duration::from_millis(500);
        pair.travel(|| false);
    }
    let expected: Vec<Said> = (0..100).map(|number: i32| message(ROOM, &number.to_string())).collect();
    assert_eq!(pair.said[1..], expected);
    let texts: Vec<String> = pair.heard.iter().filter(|(id, _)| *id == ROOM).map(|(_, text)| text.clone()).collect();
    assert_eq!(texts, (0..100).map(|number| number.to_string()).collect::<Vec<_>>());
    let levels = pair.heard.iter().filter(|(id, _)| *id == PULSE).count();
    assert!(levels < 100, "levels are not sent again");
}

#[test]
fn a_good_bye_is_heard_and_said() {
    let mut pair = Pair::new();
    pair.travel(|| false);
    let mut out = vec![];
    pair.ours.close(&mut out).unwrap();
    assert_eq!(pair.records.open(&mut out).unwrap().0, ALERT);
    let mut other = Pair::new();
    other.travel(|| false);
    let mut bye = vec![];
    other.records.seal(&mut bye, ALERT, &[1, 0]).unwrap();
    let said = &mut other.said;
    other.ours.datagram(&mut bye, other.now, 0.0, |one| said.push(one)).unwrap();
    assert_eq!(other.said, [Said::Opened]);
    assert!(other.ours.closed());
}

#[test]
fn a_record_is_opened_once_and_only_as_it_was_sealed() {
    for cipher in CIPHERS {
        let (mut client, mut server) = (records(cipher, false), records(cipher, true));
        let mut newest = vec![];
        for number in 0..300u32 {
            let content = number.to_be_bytes();
            let mut out = vec![];
            client.seal(&mut out, APPLICATION_DATA, &content).unwrap();
            for at in 0..out.len() {
                let mut forged = out.clone();
                forged[at] ^= 1;
                assert!(server.open(&mut forged).is_err() || at < 1, "{cipher}: byte {at}");
            }
            let (kind, opened, rest) = server.open(&mut out.clone()).map(|(k, o, r)| (k, o.to_vec(), r.len())).unwrap();
            assert_eq!((kind, opened.as_slice(), rest), (APPLICATION_DATA, &content[..], 0));
            assert!(server.open(&mut out.clone()).is_err());
            newest.push(out);
        }
        assert!(newest.iter_mut().all(|record| server.open(record).is_err()), "all were taken");
    }
}

/// The checksum of SCTP (RFC 9260, appendix A), bit by bit.
fn checksum(packet: &mut [u8]) {
    packet[8..12].fill(0);
    let mut sum = u32::MAX;
    for byte in packet.iter() {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = if sum & 1 == 1 { sum >> 1 ^ 0x82F6_3B78 } else { sum >> 1 };
        }
    }
    packet[8..12].copy_from_slice(&(!sum).to_le_bytes());
}

/// Numbers that look random (xorshift64*).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16) as usize % end
    }
}

#[test]
fn a_peer_that_sends_anything_breaks_nothing() {
    const KINDS: [u8; 18] = [0, 0, 0, 1, 2, 3, 3, 4, 5, 6, 7, 8, 9, 10, 64, 130, 192, 194];
    let mut chance = Chance(11);
    let (mut taken, mut ended) = (0, 0);
    for _ in 0..300 {
        let mut pair = Pair::new();
        pair.travel(|| false);
        for number in 0..200 {
            let Ok(mut stream) = pair.theirs.stream(ROOM) else { break }; // it has ended
            let _ = stream.write_with_ppi("x".repeat(1 + chance.below(3000)).as_bytes(), Kind::String);
            let _ = pair.ours.say(ROOM, number.to_string().as_bytes());
            while let Some(transmit) = pair.theirs.poll_transmit(pair.now) {
                let Payload::RawEncode(packets) = transmit.payload else { continue };
                for packet in packets {
                    let mut packet = packet.to_vec();
                    for _ in 0..chance.below(4) {
                        let at = 12 + chance.below(packet.len() - 12);
                        packet[at] = match chance.below(3) {
                            0 => packet[at] ^ 1 << chance.below(8),
                            1 => chance.below(256) as u8,
                            _ => [0, 1, 255][chance.below(3)],
                        };
                    }
                    if chance.below(3) == 0 {
                        let size = 4 + chance.below(60);
                        packet.resize(packet.len().next_multiple_of(4), 0);
                        packet.extend([KINDS[chance.below(KINDS.len())], chance.below(8) as u8, 0, size as u8]);
                        packet.extend((4..size).map(|_| chance.below(256) as u8));
                        packet.resize(packet.len().next_multiple_of(4), 0);
                    }
                    checksum(&mut packet);
                    let mut datagram = vec![];
                    pair.records.seal(&mut datagram, APPLICATION_DATA, &packet).unwrap();
                    let seconds = pair.now.duration_since(pair.began).as_secs_f64();
                    taken += usize::from(pair.ours.datagram(&mut datagram, pair.now, seconds, |_| {}).is_ok());
                }
            }
            let (mut out, mut lengths) = (vec![], vec![]);
            pair.ours.flush(pair.now, &mut out, |length| lengths.push(length)).unwrap();
            for length in lengths {
                let mut datagram: Vec<u8> = out.drain(..length).collect();
                pair.hear(&mut datagram);
            }
            pair.now += Duration::from_millis(chance.below(200) as u64);
        }
        ended += usize::from(pair.ours.closed());
    }
    println!("{taken} packets came in, {ended} of 300 connections ended");
    assert!(taken > 1000, "{taken} packets came in");
}

#[test]
fn a_flood_is_not_even_opened() {
    let mut pair = Pair::new();
    pair.travel(|| false);
    let mut taken = 0;
    for _ in 0..10_000 {
        let mut datagram = vec![];
        pair.records.seal(&mut datagram, APPLICATION_DATA, &[0; 12]).unwrap();
        taken += usize::from(pair.ours.datagram(&mut datagram, pair.now, 0.0, |_| {}).is_ok());
    }
    assert!((2000..2501).contains(&taken), "{taken} of a flood");
}
