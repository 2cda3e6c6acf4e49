//! Bytes of any kind, bounded and always the same ones: whatever comes, it is refused or taken, and nothing breaks.

use std::net::{Ipv4Addr, SocketAddr};

use iboo_native::checks::Credentials;
use iboo_native::codecs::{Reader, NAMES};
use iboo_native::descriptor;
use iboo_native::downlink::Downlink;
use iboo_native::engine::Engine;
use iboo_native::leg::{Ids, Leg};
use iboo_native::rate::Rate;
use iboo_native::srtp::{Index, Receiver, Sender};
use iboo_native::rtcp::{Block, Says};
use iboo_native::{red, rtp, twcc};

/// Numbers that look random (xorshift64*).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, end: u64) -> u64 {
        (self.next() >> 16) % end
    }

    fn bytes(&mut self, most: u64) -> Vec<u8> {
        (0..self.below(most)).map(|_| self.next() as u8).collect()
    }
}

const PROFILES: [(&str, usize); 3] =
    [("SRTP_AEAD_AES_256_GCM", 44), ("SRTP_AEAD_AES_128_GCM", 28), ("SRTP_AES128_CM_SHA1_80", 30)];

/// An RTP packet with a header that is right and a payload of any bytes.
fn packet(chance: &mut Chance, number: u16) -> Vec<u8> {
    let mut out = Vec::new();
    let head = rtp::Head { payload_type: 96, marker: false, sequence: number, timestamp: 0, ssrc: 7 };
    rtp::write(&mut out, head, &[]);
    out.extend(chance.bytes(60));
    out
}

#[test]
fn packets_of_any_bytes_are_refused_or_lie_within_themselves() {
    let mut chance = Chance(1);
    for _ in 0..200_000 {
        let mut data = chance.bytes(80);
        if let Some(first) = data.first_mut() {
            *first = *first & 0x3F | 0x80;
        }
        let Ok(parsed) = rtp::parse(&data) else { continue };
        assert!(parsed.payload.start <= parsed.payload.end && parsed.payload.end <= data.len());
        assert!(parsed.extensions.iter().all(|(_, place)| place.end <= parsed.payload.start));
        assert!(rtp::clear(&data).is_ok_and(|clear| clear == parsed.payload.start));
    }
}

#[test]
fn payloads_of_any_bytes_are_refused_or_their_numbers_lie_within_their_heads() {
    let mut chance = Chance(2);
    let mut readers: Vec<Reader> = NAMES.iter().map(|_| Reader::default()).collect();
    for _ in 0..200_000 {
        let data = chance.bytes(60);
        let split = chance.below(data.len() as u64 + 1) as usize;
        if split == data.len() {
            continue; // readers are given no empty payload
        }
        for ((_, codec), reader) in NAMES.iter().zip(&mut readers) {
            let Ok(Some(picture)) = reader.read(*codec, &data, split..data.len(), Some(0..split)) else { continue };
            let numbered = picture.descriptor.clone().unwrap_or(split..data.len()).len();
            let width = if picture.number_bits == 7 { 1 } else { 2 };
            assert!(picture.number.is_none() || picture.number_at + width <= numbered);
            assert!(picture.tl0.is_none() || picture.tl0_at < numbered);
        }
        let _ = red::newest(&data);
        let _ = red::retyped(&mut Vec::new(), &data, 111);
    }
}

#[test]
fn descriptors_of_any_bytes_break_nothing_for_those_behind_them() {
    let mut chance = Chance(3);
    let mut reader = descriptor::Reader::default();
    for _ in 0..200_000 {
        let mut data = chance.bytes(40);
        if let Some(flags) = data.get_mut(3) {
            *flags |= 0x80; // a structure comes
        }
        let _ = reader.read(&data);
    }
}

#[test]
fn compounds_of_any_bytes_are_refused_or_end() {
    let mut chance = Chance(7);
    for _ in 0..200_000 {
        let mut data = chance.bytes(120);
        for (place, value) in [(0, 0x80 | data.first().copied().unwrap_or(0) & 0x3F), (1, 200 + (chance.below(7) as u8)), (2, 0)] {
            if let Some(byte) = data.get_mut(place) {
                *byte = value;
            }
        }
        let mut rest = &data[..];
        while !rest.is_empty() {
            let before = rest.len();
            let Ok(block) = Block::first(&mut rest) else { break };
            assert!(rest.len() < before && block.body.len() < before);
            if let Ok(Says::Missing(_, numbers)) = block.says() {
                assert!(numbers.len() <= 17 * (block.body.len() / 4));
            }
        }
    }
}

#[test]
fn feedback_of_any_bytes_is_refused_or_bounded() {
    let mut chance = Chance(8);
    let mut downlink = Downlink::new(1e7, 0.0);
    downlink.numbered = true;
    for round in 0..200_000u32 {
        let now = f64::from(round) * 0.01;
        downlink.number(chance.below(1500) as usize, now);
        let mut data = chance.bytes(60);
        if let Some(high) = data.get_mut(2) {
            *high &= 0x0F; // else nearly all would claim too many packets
        }
        if let Ok((_, arrivals)) = twcc::read(&data) {
            assert!(arrivals.len() <= 2048);
        }
        let _ = downlink.feedback(&data, now);
        downlink.prober.needed = chance.below(10_000_000) as f64;
        assert!(downlink.padding(now, 0.02) < 1_000_000);
        assert!((50_000.0..=1e7).contains(&downlink.estimator.rate()));
    }
}

#[test]
fn what_was_protected_is_unprotected_once() {
    let mut chance = Chance(4);
    for (profile, length) in PROFILES {
        let key: Vec<u8> = (0..length).map(|_| chance.next() as u8).collect();
        let (sender, mut receiver) = (Sender::new(profile, &key).unwrap(), Receiver::new(profile, &key).unwrap());
        let mut index = Index::default();
        // Over two wraps of the sequence number, in steps a receiver can follow.
        for step in 0..5_000u32 {
            let plain = packet(&mut chance, (step * 40) as u16);
            let mut protected = plain.clone();
            sender.protect(&mut protected, 0, &mut index).unwrap();
            let mut first = protected.clone();
            let size = receiver.unprotect(&mut first).unwrap();
            assert_eq!(&first[..size], &plain[..]);
            assert!(receiver.unprotect(&mut protected.clone()).is_err());
        }
    }
}

#[test]
fn a_forged_packet_is_refused_and_changes_nothing() {
    let mut chance = Chance(5);
    for (profile, length) in PROFILES {
        let key: Vec<u8> = (0..length).map(|_| chance.next() as u8).collect();
        let (sender, mut receiver) = (Sender::new(profile, &key).unwrap(), Receiver::new(profile, &key).unwrap());
        let mut index = Index::default();
        for number in 0..2_000 {
            let plain = packet(&mut chance, number);
            let mut protected = plain.clone();
            sender.protect(&mut protected, 0, &mut index).unwrap();
            let mut forged = protected.clone();
            let at = chance.below(forged.len() as u64) as usize;
            forged[at] ^= 1 << chance.below(8);
            assert!(receiver.unprotect(&mut forged).is_err());
            let size = receiver.unprotect(&mut protected).unwrap();
            assert_eq!(&protected[..size], &plain[..]);
        }
    }
}

#[test]
fn a_report_is_protected_and_unprotected_once() {
    let mut chance = Chance(7);
    for (profile, length) in PROFILES {
        let key: Vec<u8> = (0..length).map(|_| chance.next() as u8).collect();
        let (mut sender, mut receiver) = (Sender::new(profile, &key).unwrap(), Receiver::new(profile, &key).unwrap());
        for _ in 0..500 {
            let mut plain = vec![0x80, 200, 0, 1, 0, 0, 0, chance.below(3) as u8];
            plain.extend(chance.bytes(60));
            let before = chance.bytes(9);
            let mut out = [&before[..], &plain[..]].concat();
            sender.protect_rtcp(&mut out, before.len()).unwrap();
            let mut protected = out.split_off(before.len());
            assert_eq!(out, before);
            let size = receiver.unprotect_rtcp(&mut protected.clone()).unwrap();
            let mut forged = protected.clone();
            let at = chance.below(forged.len() as u64) as usize;
            forged[at] ^= 1 << chance.below(8);
            assert!(receiver.unprotect_rtcp(&mut forged).is_err());
            assert!(receiver.unprotect_rtcp(&mut protected).is_err());
            assert_eq!(size, plain.len());
        }
    }
}

#[test]
fn checks_of_any_bytes_are_refused() {
    let mut chance = Chance(8);
    let ours = Credentials::new("ours", "password");
    for _ in 0..50_000 {
        let body = chance.bytes(120);
        let mut data = vec![0, 1, 0, body.len() as u8, 0x21, 0x12, 0xa4, 0x42];
        data.extend((0..12).map(|_| chance.next() as u8));
        data.extend(body);
        let end = data.len() - chance.below(3) as usize;
        assert!(ours.read(&data[..end]).is_err());
    }
}

#[test]
fn datagrams_of_any_bytes_leave_nothing_behind() {
    let mut chance = Chance(6);
    let mut engine = Engine::default();
    let key: Vec<u8> = (0..44).map(|_| chance.next() as u8).collect();
    let mut leg = Leg::new(Ids::default(), 1, Rate::new(1e9, 1.0, 0.0), Downlink::new(1e7, 0.0));
    leg.receiver = Some(Receiver::new(PROFILES[0].0, &key).unwrap());
    engine.legs.insert(1, leg);
    let known = (0, SocketAddr::from((Ipv4Addr::LOCALHOST, 9)));
    engine.peers.learn(5, known);
    engine.peers.entry(5).leg = 1;
    for number in 0..200_000u64 {
        let stranger = (0, SocketAddr::from((Ipv4Addr::LOCALHOST, 10 + (number % 1000) as u16)));
        let mut data = chance.bytes(100);
        engine.datagram(if number % 2 == 0 { known } else { stranger }, &mut data, 0.0);
        engine.flush(0.0, 0.0);
    }
    // Whatever a flood brings: the queue ends at its limit, strangers are in no table.
    assert!(engine.up.take().len() <= 4096);
    assert_eq!((engine.legs.len(), engine.encodings.len(), engine.peers.paths()), (1, 0, 1));
    assert!(engine.dropped.strangers > 0 && engine.dropped.unreadable > 0 && engine.up.dropped > 0);
    assert!(engine.legs[&1].malformed > 0);
}
