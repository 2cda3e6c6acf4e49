//! SRTP (RFC 3711) with AES-GCM (RFC 7714) and AES-CM with HMAC-SHA1-80, and SRTCP with both.

use std::collections::HashMap;

use aes::cipher::{BlockEncrypt, KeyInit, KeyIvInit, StreamCipher};
use ring::{aead, hmac};

use crate::error::{long, short, Malformed, Read};
use crate::rtp;

/// Packets behind the newest one in which a repeated one is known.
const WINDOW: usize = 1024;
/// Sources of one connection whose numbers are followed.
const SOURCES: usize = 64;
const GCM_TAG: usize = 16;
const HMAC_TAG: usize = 10;

type Counter = ctr::Ctr128BE<aes::Aes128>;

enum Cipher {
    Gcm { key: aead::LessSafeKey, salt: [u8; 12] },
    Cm { key: [u8; 16], salt: [u8; 14], auth: hmac::Key },
}

/// One direction's session keys, from a master key and its salt (RFC 3711, section 4.3; no key derivation rate).
struct Keys(Cipher);

/// Labels of key derivation (RFC 3711, sections 4.3.1 and 4.3.2): of the key, of authentication, of the salt.
type Labels = (u8, u8, u8);
const RTP: Labels = (0, 1, 2);
const RTCP: Labels = (3, 4, 5);
/// Bytes of SRTCP that are never encrypted, and of the word with its number.
const REPORT_HEAD: usize = 8;
const REPORT_NUMBER: usize = 4;
const ENCRYPTED: u32 = 1 << 31;
const LAST_REPORT: u32 = ENCRYPTED - 1;
/// Sources that report to one receiver: its lines, and we.
const REPORTING: usize = 1024;

/// The 48-bit index of the newest packet of a source, and which before it came.
#[derive(Default)]
pub struct Index {
    newest: u64,
    seen: Option<Box<[u64; WINDOW / 64]>>,
}

/// Protects what is sent to one receiver.
pub struct Sender {
    keys: Keys,
    report_keys: Keys,
    /// By source, the number of its newest SRTCP packet.
    reports: HashMap<u32, u32>,
}

/// Unprotects what comes from one connection.
pub struct Receiver {
    keys: Keys,
    sources: HashMap<u32, Index>,
    report_keys: Keys,
    reporters: HashMap<u32, Index>,
}

impl Keys {
    /// `profile`: as OpenSSL names it; `master`: key, then salt.
    fn new(profile: &str, master: &[u8], labels: Labels) -> Read<Keys> {
        let (length, algorithm) = match profile {
            "SRTP_AEAD_AES_256_GCM" => (32, Some(&aead::AES_256_GCM)),
            "SRTP_AEAD_AES_128_GCM" => (16, Some(&aead::AES_128_GCM)),
            "SRTP_AES128_CM_SHA1_80" => (16, None),
            _ => return Err(Malformed("unknown SRTP profile")),
        };
        if master.len() != length + if algorithm.is_some() { 12 } else { 14 } {
            return Err(Malformed("SRTP key of a wrong length"));
        }
        let (key, salt) = master.split_at(length);
        let derived = |label: u8, count: usize| derive(key, salt, label, count);
        let mut session_salt = [0; 14];
        Ok(Keys(match algorithm {
            Some(algorithm) => {
                let made = aead::UnboundKey::new(algorithm, &derived(labels.0, length));
                let key = aead::LessSafeKey::new(made.map_err(|_| Malformed("SRTP key refused"))?);
                let mut salt = [0; 12];
                salt.copy_from_slice(&derived(labels.2, 12));
                Cipher::Gcm { key, salt }
            }
            None => {
                let mut key = [0; 16];
                key.copy_from_slice(&derived(labels.0, 16));
                session_salt.copy_from_slice(&derived(labels.2, 14));
                let auth = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &derived(labels.1, 20));
                Cipher::Cm { key, salt: session_salt, auth }
            }
        }))
    }

    /// Encrypts in place what follows `clear` bytes of `packet[first..]` and appends the tag.
    fn seal(&self, packet: &mut Vec<u8>, first: usize, clear: usize, index: u64) -> Read<()> {
        let ssrc = long(packet, first + 8)?;
        match &self.0 {
            Cipher::Gcm { key, salt } => {
                let (head, body) = packet[first..].split_at_mut(clear);
                let tag = key.seal_in_place_separate_tag(gcm_nonce(salt, ssrc, index), aead::Aad::from(&*head), body);
                packet.extend_from_slice(tag.map_err(|_| Malformed("SRTP protect"))?.as_ref());
            }
            Cipher::Cm { key, salt, auth } => {
                counter(key, salt, ssrc, index).apply_keystream(&mut packet[first + clear..]);
                let tag = authenticate(auth, &packet[first..], index);
                packet.extend_from_slice(&tag.as_ref()[..HMAC_TAG]);
            }
        }
        Ok(())
    }

    /// Decrypts in place; the packet's length without the tag.
    fn open(&self, packet: &mut [u8], clear: usize, index: u64) -> Read<usize> {
        let ssrc = long(packet, 8)?;
        let tag = if matches!(self.0, Cipher::Gcm { .. }) { GCM_TAG } else { HMAC_TAG };
        if packet.len() < clear + tag {
            return Err(Malformed("SRTP cut off"));
        }
        let length = packet.len() - tag;
        match &self.0 {
            Cipher::Gcm { key, salt } => {
                let (head, body) = packet.split_at_mut(clear);
                let nonce = gcm_nonce(salt, ssrc, index);
                key.open_in_place(nonce, aead::Aad::from(&*head), body).map_err(|_| Malformed("SRTP forged"))?;
            }
            Cipher::Cm { key, salt, auth } => {
                let expected = authenticate(auth, &packet[..length], index);
                if differs(expected.as_ref(), &packet[length..]) {
                    return Err(Malformed("SRTP forged"));
                }
                counter(key, salt, ssrc, index).apply_keystream(&mut packet[clear..length]);
            }
        }
        Ok(length)
    }
}

impl Keys {
    /// Where the word with the number of an SRTCP packet is: last, or before the tag (RFC 7714, section 17).
    fn report_place(&self, packet: &[u8]) -> Read<usize> {
        let (least, behind) = match self.0 {
            Cipher::Gcm { .. } => (REPORT_HEAD + GCM_TAG + REPORT_NUMBER, REPORT_NUMBER),
            Cipher::Cm { .. } => (REPORT_HEAD + REPORT_NUMBER + HMAC_TAG, REPORT_NUMBER + HMAC_TAG),
        };
        if packet.len() < least { Err(Malformed("SRTCP cut off")) } else { Ok(packet.len() - behind) }
    }

    /// The number of an SRTCP packet, which must be encrypted.
    fn report_number(&self, packet: &[u8]) -> Read<u64> {
        let word = long(packet, self.report_place(packet)?)?;
        if word & ENCRYPTED != 0 { Ok(u64::from(word & LAST_REPORT)) } else { Err(Malformed("SRTCP that isn't encrypted")) }
    }

    /// Encrypts an SRTCP packet in place and appends its number and the tag, in the order of the cipher.
    fn seal_report(&self, out: &mut Vec<u8>, first: usize, ssrc: u32, number: u32) {
        let (word, place) = ((ENCRYPTED | number).to_be_bytes(), first + REPORT_HEAD);
        match &self.0 {
            Cipher::Gcm { key, salt } => {
                let mut known = [0; REPORT_HEAD + REPORT_NUMBER];
                known[..REPORT_HEAD].copy_from_slice(&out[first..place]);
                known[REPORT_HEAD..].copy_from_slice(&word);
                let nonce = gcm_nonce(salt, ssrc, u64::from(number));
                let tag = key.seal_in_place_separate_tag(nonce, aead::Aad::from(known), &mut out[place..]);
                // Refused is only what is longer than any packet.
                out.extend(tag.iter().flat_map(|tag| tag.as_ref()));
                out.extend_from_slice(&word);
            }
            Cipher::Cm { key, salt, auth } => {
                counter(key, salt, ssrc, u64::from(number)).apply_keystream(&mut out[place..]);
                out.extend_from_slice(&word);
                let tag = hmac::sign(auth, &out[first..]);
                out.extend_from_slice(&tag.as_ref()[..HMAC_TAG]);
            }
        }
    }

    /// Decrypts an SRTCP packet in place; its length without number and tag.
    fn open_report(&self, packet: &mut [u8], ssrc: u32, index: u64) -> Read<usize> {
        let place = self.report_place(packet)?;
        match &self.0 {
            Cipher::Gcm { key, salt } => {
                let mut known = [0; REPORT_HEAD + REPORT_NUMBER];
                known[..REPORT_HEAD].copy_from_slice(&packet[..REPORT_HEAD]);
                known[REPORT_HEAD..].copy_from_slice(&packet[place..]);
                let (nonce, body) = (gcm_nonce(salt, ssrc, index), &mut packet[REPORT_HEAD..place]);
                key.open_in_place(nonce, aead::Aad::from(known), body).map_err(|_| Malformed("SRTCP forged"))?;
                Ok(place - GCM_TAG)
            }
            Cipher::Cm { key, salt, auth } => {
                let (said, tag) = packet.split_at(place + REPORT_NUMBER);
                if differs(hmac::sign(auth, said).as_ref(), tag) {
                    return Err(Malformed("SRTCP forged"));
                }
                counter(key, salt, ssrc, index).apply_keystream(&mut packet[REPORT_HEAD..place]);
                Ok(place)
            }
        }
    }
}

/// Compared without telling by the time it takes how much of a tag was right.
fn differs(expected: &[u8], tag: &[u8]) -> bool {
    expected.iter().zip(tag).fold(0, |all, (a, b)| all | (a ^ b)) != 0
}

impl Index {
    /// The index a packet with this number has (RFC 3711, section 3.3.1; at the very beginning nothing was before 0).
    fn guess(&self, number: u16) -> u64 {
        let (turns, low) = (self.newest >> 16, (self.newest & 0xFFFF) as i32);
        let distance = i32::from(number) - low;
        if self.newest <= 0x8000 {
            return u64::from(number);
        }
        let turns = match distance {
            32769.. if low < 0x8000 => turns.wrapping_sub(1),
            _ if low >= 0x8000 && low - 0x8000 > i32::from(number) => turns + 1,
            _ => turns,
        };
        (turns << 16 | u64::from(number)) & 0xFFFF_FFFF_FFFF
    }

    /// Notes the newest index sent.
    fn sent(&mut self, index: u64) {
        self.newest = self.newest.max(index);
    }

    fn repeated(&self, index: u64) -> bool {
        let Some(seen) = &self.seen else { return false };
        if index > self.newest {
            return false;
        }
        if self.newest - index >= WINDOW as u64 {
            return true;
        }
        let place = (index % WINDOW as u64) as usize;
        seen[place / 64] >> (place % 64) & 1 == 1
    }

    /// Notes an index that came and was right.
    fn came(&mut self, index: u64) {
        let newest = self.newest;
        let seen = self.seen.get_or_insert_with(|| Box::new([0; WINDOW / 64]));
        if index > newest {
            for between in (newest + 1..=index).rev().take(WINDOW) {
                let place = (between % WINDOW as u64) as usize;
                seen[place / 64] &= !(1 << (place % 64));
            }
            self.newest = index;
        }
        let place = (index % WINDOW as u64) as usize;
        seen[place / 64] |= 1 << (place % 64);
    }
}

impl Sender {
    pub fn new(profile: &str, master: &[u8]) -> Read<Sender> {
        let (keys, report_keys) = (Keys::new(profile, master, RTP)?, Keys::new(profile, master, RTCP)?);
        Ok(Sender { keys, report_keys, reports: HashMap::new() })
    }

    /// Whether a nonce must never protect two different packets (RFC 7714, section 8.1).
    pub fn aead(&self) -> bool {
        matches!(self.keys.0, Cipher::Gcm { .. })
    }

    /// Protects the RTP packet at the end of `out`, from `first` on. `index`: of its source.
    pub fn protect(&self, out: &mut Vec<u8>, first: usize, index: &mut Index) -> Read<()> {
        let (clear, number) = (rtp::clear(&out[first..])?, short(out, first + 2)?);
        let guessed = index.guess(number);
        if index.newest >= guessed + WINDOW as u64 {
            return Err(Malformed("SRTP too late")); // no receiver would take it
        }
        self.keys.seal(out, first, clear, guessed)?;
        index.sent(guessed);
        Ok(())
    }

    /// Protects the RTCP compound at the end of `out`, from `first` on (RFC 3711, section 3.4).
    pub fn protect_rtcp(&mut self, out: &mut Vec<u8>, first: usize) -> Read<()> {
        let ssrc = long(out, first + 4)?;
        if !self.reports.contains_key(&ssrc) && self.reports.len() >= REPORTING {
            return Err(Malformed("SRTCP of too many sources"));
        }
        let number = self.reports.entry(ssrc).or_default();
        if *number == LAST_REPORT {
            return Err(Malformed("SRTCP keys are used up"));
        }
        *number += 1;
        self.report_keys.seal_report(out, first, ssrc, *number);
        Ok(())
    }
}

impl Receiver {
    pub fn new(profile: &str, master: &[u8]) -> Read<Receiver> {
        let (keys, report_keys) = (Keys::new(profile, master, RTP)?, Keys::new(profile, master, RTCP)?);
        Ok(Receiver { keys, sources: HashMap::new(), report_keys, reporters: HashMap::new() })
    }

    /// Unprotects in place; the length of the packet. What is forged or came before is refused, and changes nothing.
    pub fn unprotect(&mut self, packet: &mut [u8]) -> Read<usize> {
        let (clear, number, ssrc) = (rtp::clear(packet)?, short(packet, 2)?, long(packet, 8)?);
        let known = self.sources.get(&ssrc);
        let index = known.map_or(u64::from(number), |source| source.guess(number));
        if known.is_some_and(|source| source.repeated(index)) {
            return Err(Malformed("SRTP repeated"));
        }
        if known.is_none() && self.sources.len() >= SOURCES {
            return Err(Malformed("SRTP of too many sources"));
        }
        let length = self.keys.open(packet, clear, index)?;
        self.sources.entry(ssrc).or_default().came(index);
        Ok(length)
    }

    /// The same for an RTCP compound (RFC 3711, section 3.4).
    pub fn unprotect_rtcp(&mut self, packet: &mut [u8]) -> Read<usize> {
        let (ssrc, index) = (long(packet, 4)?, self.report_keys.report_number(packet)?);
        let known = self.reporters.get(&ssrc);
        if known.is_some_and(|source| source.repeated(index)) {
            return Err(Malformed("SRTCP repeated"));
        }
        if known.is_none() && self.reporters.len() >= SOURCES {
            return Err(Malformed("SRTCP of too many sources"));
        }
        let length = self.report_keys.open_report(packet, ssrc, index)?;
        self.reporters.entry(ssrc).or_default().came(index);
        Ok(length)
    }
}

fn derive(key: &[u8], salt: &[u8], label: u8, count: usize) -> Vec<u8> {
    let mut block = [0; 16];
    block[..salt.len()].copy_from_slice(salt);
    block[7] ^= label;
    let mut out = Vec::with_capacity(count + 16);
    for number in 0u16.. {
        if out.len() >= count {
            break;
        }
        block[14..].copy_from_slice(&number.to_be_bytes());
        let mut one = block.into();
        match key.len() {
            32 => aes::Aes256::new(key.into()).encrypt_block(&mut one),
            _ => aes::Aes128::new(key.into()).encrypt_block(&mut one),
        }
        out.extend_from_slice(&one);
    }
    out.truncate(count);
    out
}

/// RFC 7714, section 8.1.
fn gcm_nonce(salt: &[u8; 12], ssrc: u32, index: u64) -> aead::Nonce {
    let mut nonce = *salt;
    let parts = ssrc.to_be_bytes().into_iter().chain(index.to_be_bytes().into_iter().skip(2));
    for (place, part) in nonce[2..].iter_mut().zip(parts) {
        *place ^= part;
    }
    aead::Nonce::assume_unique_for_key(nonce)
}

/// RFC 3711, section 4.1.1.
fn counter(key: &[u8; 16], salt: &[u8; 14], ssrc: u32, index: u64) -> Counter {
    let mut block = [0; 16];
    block[..14].copy_from_slice(salt);
    let parts = ssrc.to_be_bytes().into_iter().chain(index.to_be_bytes().into_iter().skip(2));
    for (place, part) in block[4..14].iter_mut().zip(parts) {
        *place ^= part;
    }
    Counter::new(key.into(), &block.into())
}

/// RFC 3711, section 4.2: over the packet and the roll-over count.
fn authenticate(key: &hmac::Key, packet: &[u8], index: u64) -> hmac::Tag {
    let mut context = hmac::Context::with_key(key);
    context.update(packet);
    context.update(&((index >> 16) as u32).to_be_bytes());
    context.sign()
}
