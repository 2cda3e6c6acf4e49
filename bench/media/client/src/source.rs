//! What a publisher sends, byte for byte that of `bench/media/frames.py`: pictures of seven packets, and sounds.

use iboo_native::rtp::{self, Head};

pub const PACKETS: u16 = 7;
pub const SOUNDS_PER_SECOND: f64 = 50.0;
const PAYLOAD: usize = 1100;
const SOUND: usize = 80;
const OPUS: u8 = 111;
const VP8: u8 = 96;
const LEVEL_ID: u8 = 1;
const TRANSPORT_WIDE_ID: u8 = 3;
const MID_ID: u8 = 4;
const KEYFRAME_EVERY: u32 = 30;
const CLOCK: f64 = 90_000.0;
const MARK: &[u8] = b"Iboo";
/// Bytes of VP8's descriptor, before the mark.
const DESCRIPTOR: usize = 6;

pub struct Source {
    pub audio: u32,
    pub video: u32,
    frame: u32,
    part: u16,
    timestamp: f64,
    sound: u32,
    sequence: u16,
    wide: u16,
}

impl Source {
    pub fn new(audio: u32, video: u32) -> Source {
        Source { audio, video, frame: 0, part: 0, timestamp: 0.0, sound: 0, sequence: 0, wide: 0 }
    }

    /// Writes the next packet of pictures, of which there are so many a second; it says that it was sent `now` (seconds).
    pub fn picture(&mut self, now: f64, per_second: f64, out: &mut Vec<u8>) {
        let (wide, key) = (self.number(), self.frame % KEYFRAME_EVERY == 0);
        let (first, last) = (self.part == 0, self.part == PACKETS - 1);
        let timestamp = self.timestamp.round() as u64 as u32;
        let head = Head { payload_type: VP8, marker: last, sequence: self.sequence, timestamp, ssrc: self.video };
        rtp::write(out, head, &[(TRANSPORT_WIDE_ID, &wide), (MID_ID, b"1")]);
        let end = out.len() + PAYLOAD;
        // RFC 7741, section 4.2: start of partition 0 in the first packet, 15-bit picture id, tl0picidx.
        out.extend_from_slice(&[if first { 0x90 } else { 0x80 }, 0xC0]);
        out.extend_from_slice(&(0x8000 | self.frame as u16).to_be_bytes());
        out.extend_from_slice(&[self.frame as u8, u8::from(!key)]);
        out.extend_from_slice(MARK);
        out.extend_from_slice(&now.to_be_bytes());
        out.resize(end, 0);
        self.sequence = self.sequence.wrapping_add(1);
        self.part += 1;
        if last {
            self.part = 0;
            self.frame = self.frame.wrapping_add(1);
            self.timestamp += CLOCK / per_second;
        }
    }

    /// Writes the next packet of sound.
    pub fn sound(&mut self, out: &mut Vec<u8>) {
        let wide = self.number();
        let (sequence, timestamp) = (self.sound as u16, self.sound.wrapping_mul(960));
        let head = Head { payload_type: OPUS, marker: false, sequence, timestamp, ssrc: self.audio };
        rtp::write(out, head, &[(TRANSPORT_WIDE_ID, &wide), (MID_ID, b"0"), (LEVEL_ID, &[0x80 | 30])]);
        out.resize(out.len() + SOUND, 0);
        self.sound = self.sound.wrapping_add(1);
    }

    /// The next transport-wide number.
    fn number(&mut self) -> [u8; 2] {
        let number = self.wide.to_be_bytes();
        self.wide = self.wide.wrapping_add(1);
        number
    }
}

/// When a packet was sent, by its own word (seconds); none when it is no picture's.
pub fn sent_at(payload: &[u8]) -> Option<f64> {
    let stamp = payload.get(DESCRIPTOR..)?.strip_prefix(MARK)?.get(..8)?;
    Some(f64::from_be_bytes(stamp.try_into().ok()?))
}
