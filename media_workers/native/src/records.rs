//! DTLS 1.2 records behind the handshake (RFC 6347, section 4.1; RFC 5288, RFC 7905): Python's OpenSSL agrees on the keys,
//! messages are sealed and opened here.

use ring::aead::{self, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::hmac;

use crate::error::{byte, short, Malformed, Read};

/// Kinds of records.
pub const ALERT: u8 = 21;
pub const APPLICATION_DATA: u8 = 23;
const VERSION: [u8; 2] = [0xFE, 0xFD];
/// Bytes: of a record's head, of the part of a nonce that goes with it, of a tag.
const HEAD: usize = 13;
const EXPLICIT: usize = 8;
const TAG: usize = 16;
/// The epoch of the first keys.
const EPOCH: u16 = 1;
/// Ours count from here: what OpenSSL numbers (the end of the handshake, should it have to be repeated) stays far below,
/// so that no two records have one nonce. Not further: Firefox (NSS, dtls_RecordSetRecvd) walks the distance in steps of
/// eight.
const FIRST: u64 = 1 << 16;
const LAST: u64 = (1 << 48) - 1;
/// Numbers behind the newest one of which each is taken once.
const WINDOW: u64 = 128;

/// What the handshake has agreed on.
pub struct Agreed<'a> {
    /// As OpenSSL names the cipher suite.
    pub cipher: &'a str,
    pub master: &'a [u8],
    pub client_random: &'a [u8],
    pub server_random: &'a [u8],
    /// Whether we are the server.
    pub server: bool,
}

struct Half {
    key: LessSafeKey,
    /// With the number: four bytes before it (GCM), or twelve it is mixed into (ChaCha20-Poly1305).
    salt: Vec<u8>,
}

pub struct Records {
    seals: Half,
    opens: Half,
    next: u64,
    newest: u64,
    /// Of the numbers up to the newest one, which came.
    seen: u128,
}

impl Records {
    pub fn new(agreed: &Agreed) -> Read<Records> {
        let (algorithm, hash, salt) = match agreed.cipher {
            name if name.ends_with("AES128-GCM-SHA256") => (&aead::AES_128_GCM, hmac::HMAC_SHA256, 4),
            name if name.ends_with("AES256-GCM-SHA384") => (&aead::AES_256_GCM, hmac::HMAC_SHA384, 4),
            name if name.ends_with("CHACHA20-POLY1305") => (&aead::CHACHA20_POLY1305, hmac::HMAC_SHA256, 12),
            _ => return Err(Malformed("a cipher suite of Python's")),
        };
        let length = algorithm.key_len();
        let seed = [agreed.server_random, agreed.client_random].concat();
        let block = expand(hash, agreed.master, b"key expansion", &seed, 2 * (length + salt));
        let (keys, salts) = block.split_at(2 * length);
        let half = |which: usize| {
            let key = UnboundKey::new(algorithm, &keys[which * length..][..length]);
            let key = LessSafeKey::new(key.map_err(|_| Malformed("DTLS key refused"))?);
            Ok(Half { key, salt: salts[which * salt..][..salt].to_vec() })
        };
        let (client, server) = (half(0)?, half(1)?);
        let (opens, seals) = if agreed.server { (client, server) } else { (server, client) };
        Ok(Records { seals, opens, next: FIRST, newest: 0, seen: 0 })
    }

    /// Appends a record with `content` in it.
    pub fn seal(&mut self, out: &mut Vec<u8>, kind: u8, content: &[u8]) -> Read<()> {
        if self.next > LAST {
            return Err(Malformed("DTLS keys are used up"));
        }
        let number = (u64::from(EPOCH) << 48 | self.next).to_be_bytes();
        self.next += 1;
        let explicit = self.seals.explicit();
        out.extend_from_slice(&[kind, VERSION[0], VERSION[1]]);
        out.extend_from_slice(&number);
        out.extend_from_slice(&((explicit + content.len() + TAG) as u16).to_be_bytes());
        out.extend_from_slice(&number[..explicit]);
        let first = out.len();
        out.extend_from_slice(content);
        let (nonce, known) = (self.seals.nonce(&number)?, known(&number, kind, content.len()));
        let tag = self.seals.key.seal_in_place_separate_tag(nonce, Aad::from(known), &mut out[first..]);
        out.extend_from_slice(tag.map_err(|_| Malformed("DTLS seal"))?.as_ref());
        Ok(())
    }

    /// Opens the first record of a datagram in place: its kind, its content, and what follows it. Nothing of it when it
    /// came before. What is forged is refused.
    pub fn open<'a>(&mut self, datagram: &'a mut [u8]) -> Read<(u8, &'a mut [u8], &'a mut [u8])> {
        let (kind, size) = (byte(datagram, 0)?, usize::from(short(datagram, 11)?));
        if datagram[1..3] != VERSION || short(datagram, 3)? != EPOCH || datagram.len() < HEAD + size {
            return Err(Malformed("no DTLS record of ours"));
        }
        let explicit = self.opens.explicit();
        let length = size.checked_sub(explicit + TAG).ok_or(Malformed("DTLS cut off"))?;
        let mut number = [0; 8];
        number.copy_from_slice(&datagram[3..11]);
        let place = u64::from_be_bytes(number) & LAST;
        if self.came(place) {
            return Err(Malformed("DTLS repeated"));
        }
        let (record, rest) = datagram.split_at_mut(HEAD + size);
        let (head, body) = record.split_at_mut(HEAD + explicit);
        // GCM's nonce is said with the record; what it says, the number is not bound to be.
        let said = if explicit == 0 { number } else { head[HEAD..].try_into().unwrap_or(number) };
        let nonce = self.opens.nonce(&said)?;
        let opened = self.opens.key.open_in_place(nonce, Aad::from(known(&number, kind, length)), body);
        opened.map_err(|_| Malformed("DTLS forged"))?;
        self.note(place);
        Ok((kind, &mut body[..length], rest))
    }

    fn came(&self, place: u64) -> bool {
        place <= self.newest && (self.newest - place >= WINDOW || self.seen >> (self.newest - place) & 1 == 1)
    }

    fn note(&mut self, place: u64) {
        if place > self.newest {
            let steps = place - self.newest;
            self.seen = if steps >= WINDOW { 0 } else { self.seen << steps };
            self.newest = place;
        }
        self.seen |= 1 << (self.newest - place);
    }
}

impl Half {
    /// Bytes of the nonce that go with a record.
    fn explicit(&self) -> usize {
        if self.salt.len() == 4 { EXPLICIT } else { 0 }
    }

    fn nonce(&self, number: &[u8; 8]) -> Read<Nonce> {
        let mut nonce = [0; 12];
        nonce[4..].copy_from_slice(number);
        for (place, salt) in nonce.iter_mut().zip(&self.salt) {
            *place ^= salt;
        }
        Ok(Nonce::assume_unique_for_key(nonce))
    }
}

/// What is authenticated with a record (RFC 5246, section 6.2.3.3).
fn known(number: &[u8; 8], kind: u8, length: usize) -> [u8; HEAD] {
    let mut known = [0; HEAD];
    known[..8].copy_from_slice(number);
    known[8] = kind;
    known[9..11].copy_from_slice(&VERSION);
    known[11..].copy_from_slice(&(length as u16).to_be_bytes());
    known
}

/// The pseudorandom function of TLS 1.2 (RFC 5246, section 5).
fn expand(hash: hmac::Algorithm, secret: &[u8], label: &[u8], seed: &[u8], length: usize) -> Vec<u8> {
    let key = hmac::Key::new(hash, secret);
    let seed = [label, seed].concat();
    let mut out = Vec::with_capacity(length + 48);
    let mut turn = hmac::sign(&key, &seed);
    while out.len() < length {
        out.extend_from_slice(hmac::sign(&key, &[turn.as_ref(), &seed].concat()).as_ref());
        turn = hmac::sign(&key, turn.as_ref());
    }
    out.truncate(length);
    out
}
