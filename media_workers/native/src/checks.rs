//! STUN checks of peers that are where they were (RFC 8489; RFC 8445, section 7.3): answered here, told to Python. All
//! others are Python's: it knows who may move where.

use std::net::{IpAddr, SocketAddr};

use ring::hmac;

use crate::error::{long, short, Malformed, Read};

const REQUEST: u16 = 0x0001;
const RESPONSE: u16 = 0x0101;
const COOKIE: u32 = 0x2112_A442;
const USERNAME: u16 = 0x0006;
const INTEGRITY: u16 = 0x0008;
const MAPPED: u16 = 0x0020;
const FINGERPRINT: u16 = 0x8028;
const FINGERPRINT_XOR: u32 = 0x5354_554E;
/// Bytes of the head, and of an attribute's.
const HEAD: usize = 20;
const ATTRIBUTE: usize = 4;
const DIGEST: usize = 20;
/// Bytes of a check; a browser's has about 120.
const LONGEST: usize = 512;

pub type Transaction = [u8; 12];

/// Our side's name and password for one peer.
pub struct Credentials {
    fragment: Vec<u8>,
    key: hmac::Key,
}

impl Credentials {
    pub fn new(fragment: &str, password: &str) -> Credentials {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, password.as_bytes());
        Credentials { fragment: fragment.as_bytes().to_vec(), key }
    }

    /// The transaction of a binding request for us, by who knows the password. What follows the integrity is not covered
    /// by it and not read, but for the fingerprint (section 9).
    pub fn read(&self, data: &[u8]) -> Read<Transaction> {
        let right = short(data, 0)? == REQUEST && long(data, 4)? == COOKIE;
        if !right || data.len() > LONGEST || usize::from(short(data, 2)?) + HEAD != data.len() {
            return Err(Malformed("no check"));
        }
        let (mut named, mut genuine, mut at) = (false, false, HEAD);
        while at < data.len() {
            let (kind, size) = (short(data, at)?, usize::from(short(data, at + 2)?));
            let value = data.get(at + ATTRIBUTE..at + ATTRIBUTE + size).ok_or(Malformed("STUN cut off"))?;
            match kind {
                FINGERPRINT if size != 4 || long(value, 0)? != sum(&data[..at]) => {
                    return Err(Malformed("STUN with a wrong fingerprint"));
                }
                USERNAME if !genuine => named = value.split(|byte| *byte == b':').next() == Some(&self.fragment),
                INTEGRITY if !genuine => {
                    let said = lengthened(&data[..at], DIGEST);
                    hmac::verify(&self.key, &said, value).map_err(|_| Malformed("STUN forged"))?;
                    genuine = true;
                }
                _ => {}
            }
            at += ATTRIBUTE + size.next_multiple_of(4);
        }
        let transaction = data[8..HEAD].try_into().map_err(|_| Malformed("STUN cut off"))?;
        if named && genuine { Ok(transaction) } else { Err(Malformed("somebody else's check")) }
    }

    /// Appends the answer to a check that came from `address`.
    pub fn answer(&self, out: &mut Vec<u8>, transaction: &Transaction, address: SocketAddr) {
        let mut said = Vec::with_capacity(96);
        said.extend_from_slice(&RESPONSE.to_be_bytes());
        said.extend_from_slice(&[0; 2]);
        said.extend_from_slice(&COOKIE.to_be_bytes());
        said.extend_from_slice(transaction);
        let host = match address.ip() {
            IpAddr::V4(ip) => ip.octets().to_vec(),
            IpAddr::V6(ip) => ip.octets().to_vec(),
        };
        attribute(&mut said, MAPPED, 4 + host.len());
        said.extend_from_slice(&[0, if host.len() == 4 { 1 } else { 2 }]);
        said.extend_from_slice(&(address.port() ^ (COOKIE >> 16) as u16).to_be_bytes());
        let mask = COOKIE.to_be_bytes().into_iter().chain(transaction.iter().copied());
        said.extend(host.iter().zip(mask).map(|(byte, mask)| byte ^ mask));
        let digest = hmac::sign(&self.key, &lengthened(&said, DIGEST));
        attribute(&mut said, INTEGRITY, DIGEST);
        said.extend_from_slice(digest.as_ref());
        let sum = sum(&said);
        attribute(&mut said, FINGERPRINT, 4);
        said.extend_from_slice(&sum.to_be_bytes());
        let length = (said.len() - HEAD) as u16;
        said[2..4].copy_from_slice(&length.to_be_bytes());
        out.extend_from_slice(&said);
    }
}

fn attribute(message: &mut Vec<u8>, kind: u16, size: usize) {
    message.extend_from_slice(&kind.to_be_bytes());
    message.extend_from_slice(&(size as u16).to_be_bytes());
}

/// A message whose head tells of one more attribute at its end.
fn lengthened(message: &[u8], size: usize) -> Vec<u8> {
    let mut copy = message.to_vec();
    let length = (message.len() - HEAD + ATTRIBUTE + size) as u16;
    copy[2..4].copy_from_slice(&length.to_be_bytes());
    copy
}

/// Of a message that a fingerprint follows.
fn sum(message: &[u8]) -> u32 {
    crc32fast::hash(&lengthened(message, 4)) ^ FINGERPRINT_XOR
}
