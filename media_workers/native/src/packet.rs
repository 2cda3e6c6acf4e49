//! A packet that was taken in, and the ring from which lost ones are sent again, in plain text.

use std::ops::Range;
use std::sync::Arc;

use crate::codecs::Codec;
use crate::packet_map::Numbers;
use crate::picture::Picture;

/// About two seconds of a good camera.
const CAPACITY: usize = 1024;

pub struct Packet {
    pub data: Vec<u8>,
    pub marker: bool,
    pub timestamp: u32,
    pub extended: i64,
    pub codec: Codec,
    pub picture: Option<Picture>,
    pub payload: Range<usize>,
    /// Of redundant sound, the part for its own time.
    pub plain: Range<usize>,
}

impl Packet {
    pub fn payload(&self) -> &[u8] {
        &self.data[self.payload.clone()]
    }

    /// What it goes out by; `counts`: with the numbers of its picture.
    pub fn numbers(&self, counts: bool) -> Numbers {
        let picture = self.picture.as_ref().filter(|_| counts);
        Numbers {
            extended: self.extended,
            timestamp: self.timestamp,
            picture: picture.and_then(|picture| picture.number),
            tl0: picture.and_then(|picture| picture.tl0),
        }
    }
}

/// Packets by extended sequence number; a newer one takes the place of the one `CAPACITY` before it.
#[derive(Default)]
pub struct Ring {
    /// Empty until the first packet: most slots stay silent.
    packets: Vec<Option<Arc<Packet>>>,
}

impl Ring {
    /// Whether a packet finds its place: false when it is there already, or a newer one holds it.
    pub fn put(&mut self, packet: &Arc<Packet>) -> bool {
        if self.packets.is_empty() {
            self.packets.resize(CAPACITY, None);
        }
        let place = &mut self.packets[packet.extended.rem_euclid(CAPACITY as i64) as usize];
        if place.as_ref().is_some_and(|held| held.extended >= packet.extended) {
            return false;
        }
        *place = Some(Arc::clone(packet));
        true
    }

    /// The packet, if it is still there.
    pub fn get(&self, extended: i64) -> Option<Arc<Packet>> {
        let held = self.packets.get(extended.rem_euclid(CAPACITY as i64) as usize)?.as_ref()?;
        (held.extended == extended).then(|| Arc::clone(held))
    }
}
