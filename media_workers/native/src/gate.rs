//! What of SCTP is let in to its library, which believes its peers: anything that a page of ours never sends, and that
//! would cost much or grow something, stays outside (RFC 9260, section 3; RFC 3758; RFC 6525; RFC 8260).

use crate::error::{byte, short, Malformed, Read};

/// Channels of a connection.
pub const CHANNELS: u16 = 2;
/// Bytes: of a packet's head, of a chunk's.
const HEAD: usize = 12;
const CHUNK_HEAD: usize = 4;
/// Chunks of a packet; gaps an acknowledgement names; numbers that lie in them; streams whose messages are given up at once.
const MOST_CHUNKS: usize = 64;
const MOST_GAPS: usize = 128;
const MOST_IN_GAPS: usize = 4096;
const MOST_FORWARDED: usize = 8;

const DATA: u8 = 0;
const SACK: u8 = 3;
const I_DATA: u8 = 64;
const RE_CONFIG: u8 = 130;
const FORWARD_TSN: u8 = 192;
const I_FORWARD_TSN: u8 = 194;

/// How many pieces of messages are in a packet that may come in.
pub fn pieces(packet: &[u8]) -> Read<usize> {
    let (mut at, mut chunks, mut pieces) = (HEAD, 0, 0);
    while at + CHUNK_HEAD <= packet.len() {
        let size = usize::from(short(packet, at + 2)?);
        if size < CHUNK_HEAD {
            return Err(Malformed("SCTP chunk cut off"));
        }
        let chunk = packet.get(at..at + size).ok_or(Malformed("SCTP chunk cut off"))?;
        chunks += 1;
        match byte(chunk, 0)? {
            DATA | I_DATA => {
                pieces += 1;
                if short(chunk, 8)? >= CHANNELS {
                    return Err(Malformed("a channel nobody agreed upon"));
                }
            }
            SACK => gaps(chunk)?,
            FORWARD_TSN if size > 8 + 4 * MOST_FORWARDED => return Err(Malformed("SCTP gives up too much at once")),
            I_FORWARD_TSN if size > 8 + 8 * MOST_FORWARDED => return Err(Malformed("SCTP gives up too much at once")),
            // Channels are agreed upon beforehand and end with the connection.
            RE_CONFIG => return Err(Malformed("a channel is not closed by itself")),
            _ => {}
        }
        if chunks > MOST_CHUNKS {
            return Err(Malformed("too many SCTP chunks"));
        }
        at += size.next_multiple_of(4);
    }
    Ok(pieces)
}

/// An acknowledgement names few gaps, and what lies in them is looked at one by one.
fn gaps(chunk: &[u8]) -> Read<()> {
    let count = usize::from(short(chunk, 12)?);
    if count > MOST_GAPS {
        return Err(Malformed("too many gaps"));
    }
    let mut within = 0;
    for gap in 0..count {
        let (first, last) = (short(chunk, 16 + 4 * gap)?, short(chunk, 18 + 4 * gap)?);
        within += usize::from(last.saturating_sub(first));
    }
    if within > MOST_IN_GAPS {
        return Err(Malformed("too much in gaps"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{pieces, CHANNELS};

    /// A packet with chunks of these kinds and bodies.
    fn packet(chunks: &[(u8, &[u8])]) -> Vec<u8> {
        let mut out = vec![0; 12];
        for (kind, body) in chunks {
            out.extend([*kind, 3]);
            out.extend((4 + body.len() as u16).to_be_bytes());
            out.extend(*body);
            out.resize(out.len().next_multiple_of(4), 0);
        }
        out
    }

    fn data(channel: u16) -> Vec<u8> {
        let mut body = vec![0, 0, 0, 1];
        body.extend(channel.to_be_bytes());
        body.extend(*b"\0\0\0\0\0\x33hello");
        body
    }

    fn sack(gaps: &[(u16, u16)]) -> Vec<u8> {
        let mut body = vec![0; 8];
        body.extend((gaps.len() as u16).to_be_bytes());
        body.extend([0, 0]);
        for (first, last) in gaps {
            body.extend(first.to_be_bytes());
            body.extend(last.to_be_bytes());
        }
        body
    }

    #[test]
    fn what_a_page_sends_comes_in() {
        assert_eq!(pieces(&packet(&[(0, &data(0)), (0, &data(1)), (3, &sack(&[(2, 3), (5, 9)]))])), Ok(2));
        assert_eq!(pieces(&packet(&[(1, &[0; 16]), (4, b"beat"), (6, b""), (192, &[0; 8])])), Ok(0));
        assert_eq!(pieces(&[0; 12]), Ok(0));
    }

    #[test]
    fn what_would_cost_much_stays_outside() {
        let refused = [
            packet(&[(0, &data(CHANNELS))]),
            packet(&[(64, &data(65535))]),
            packet(&[(130, &[0; 16])]),
            packet(&[(3, &sack(&[(1, 65535)]))]),
            packet(&[(3, &sack(&[(1, 2000), (1, 2000), (1, 2000)]))]),
            packet(&[(3, &sack(&[(1, 1); 129]))]),
            packet(&[(192, &[0; 40])]),
            packet(&[(194, &[0; 72])]),
            packet(&[(4, &[][..]); 65]),
            packet(&[(3, &[0; 4])]),
        ];
        for (number, packet) in refused.iter().enumerate() {
            assert!(pieces(packet).is_err(), "number {number}");
        }
        for length in [0, 1, 3, 200] {
            let mut packet = packet(&[(4, b"beat")]);
            packet[15] = length;
            assert!(pieces(&packet).is_err(), "a chunk that says it is {length} long");
        }
    }
}
