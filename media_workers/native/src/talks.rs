//! Who talks: the data channels of all connections whose handshake is over, by peer.

use std::time::Instant;

use crate::error::{Malformed, Read};
use crate::events::{Event, Queue};
use crate::ids::Table;
use crate::messages::{Messages, Said, PULSE};
use crate::rate::Rate;

/// Pings answered per second, averaged over seconds (media_workers/channels.py).
const PINGS: f64 = 50.0;
const AVERAGED_OVER: f64 = 5.0;
/// Bytes of a ping; a longer one is Python's.
const LONGEST_PING: usize = 64;

pub struct Talk {
    messages: Messages,
    pings: Rate,
    /// Records that wait to leave, one behind another, and their lengths.
    pub outbox: Vec<u8>,
    pub lengths: Vec<usize>,
    /// It is among those who have something to send.
    speaks: bool,
    /// Python knows that nothing comes any more.
    ended: bool,
}

impl Talk {
    /// Tells once that nothing comes any more.
    fn end(&mut self, peer: u64, up: &mut Queue) {
        if self.messages.closed() && !self.ended {
            self.ended = true;
            up.put(Event::Said { peer, said: Said::Closed });
        }
    }
}

#[derive(Default)]
pub struct Talks {
    all: Table<Talk>,
    /// Peers with something to send.
    speaking: Vec<u64>,
}

impl Talks {
    pub fn open(&mut self, peer: u64, messages: Messages, now: f64) {
        let pings = Rate::new(PINGS, AVERAGED_OVER, now);
        self.all.insert(peer, Talk { messages, pings, outbox: Vec::new(), lengths: Vec::new(), speaks: false, ended: false });
    }

    pub fn remove(&mut self, peer: u64) {
        self.all.remove(&peer);
    }

    pub fn len(&self) -> usize {
        self.all.len()
    }

    pub fn knows(&self, peer: u64) -> bool {
        self.all.contains_key(&peer)
    }

    /// A record of a peer came. Pings are answered, the rest goes up.
    pub fn datagram(&mut self, peer: u64, data: &mut [u8], now: f64, up: &mut Queue) -> Read<()> {
        let talk = self.all.get_mut(&peer).ok_or(Malformed("nobody talks there"))?;
        let mut pongs = Vec::new();
        let pings = &mut talk.pings;
        let done = talk.messages.datagram(data, Instant::now(), now, |said| match said {
            Said::Message { channel: PULSE, text } if ping(&text).is_some() => {
                if pings.take(1.0, now) {
                    pongs.extend(ping(&text));
                }
            }
            said => up.put(Event::Said { peer, said }),
        });
        for number in pongs {
            // Who is gone by now hears none.
            let _ = talk.messages.say(PULSE, format!("{{\"type\":\"pong\",\"n\":{number}}}").as_bytes());
        }
        talk.end(peer, up);
        self.speaks(peer);
        done
    }

    /// Puts a message on its way.
    pub fn say(&mut self, peer: u64, channel: u16, text: &[u8]) -> Read<()> {
        self.all.get_mut(&peer).ok_or(Malformed("nobody talks there"))?.messages.say(channel, text)?;
        self.speaks(peer);
        Ok(())
    }

    /// Bytes on a channel that a peer has not acknowledged.
    pub fn waiting(&mut self, peer: u64, channel: u16) -> usize {
        self.all.get_mut(&peer).map_or(0, |talk| talk.messages.waiting(channel))
    }

    /// Says good-bye.
    pub fn close(&mut self, peer: u64) -> Read<()> {
        let talk = self.all.get_mut(&peer).ok_or(Malformed("nobody talks there"))?;
        let before = talk.outbox.len();
        talk.ended = true; // whoever says it needn't be told
        talk.messages.close(&mut talk.outbox)?;
        talk.lengths.push(talk.outbox.len() - before);
        self.speaks(peer);
        Ok(())
    }

    /// Those whose timers are due have something to send; who was lost meanwhile is told.
    pub fn tick(&mut self, up: &mut Queue) {
        let now = Instant::now();
        for (peer, talk) in &mut self.all {
            talk.end(*peer, up);
            if !talk.speaks && talk.messages.due().is_some_and(|due| due <= now) {
                talk.speaks = true;
                self.speaking.push(*peer);
            }
        }
    }

    /// Writes what is to be sent; who has something in the outbox.
    pub fn flush(&mut self) -> Vec<u64> {
        let now = Instant::now();
        let speaking = std::mem::take(&mut self.speaking);
        for peer in &speaking {
            let Some(talk) = self.all.get_mut(peer) else { continue };
            talk.speaks = false;
            let lengths = &mut talk.lengths;
            // Keys that are used up: the peer hears nothing more, and comes in again.
            let _ = talk.messages.flush(now, &mut talk.outbox, |length| lengths.push(length));
        }
        speaking
    }

    pub fn get(&self, peer: u64) -> Option<&Talk> {
        self.all.get(&peer)
    }

    /// What was in the outbox has left.
    pub fn sent(&mut self, peer: u64) {
        if let Some(talk) = self.all.get_mut(&peer) {
            talk.outbox.clear();
            talk.lengths.clear();
        }
    }

    fn speaks(&mut self, peer: u64) {
        if let Some(talk) = self.all.get_mut(&peer).filter(|talk| !talk.speaks) {
            talk.speaks = true;
            self.speaking.push(peer);
        }
    }
}

/// The number of a ping as pages write them.
fn ping(text: &[u8]) -> Option<u64> {
    if text.len() > LONGEST_PING {
        return None;
    }
    let bare: Vec<u8> = text.iter().copied().filter(|byte| *byte != b' ').collect();
    let number = bare.strip_prefix(b"{\"type\":\"ping\",\"n\":")?.strip_suffix(b"}")?;
    let digits = (1..16).contains(&number.len()) && number.iter().all(u8::is_ascii_digit);
    if digits { std::str::from_utf8(number).ok()?.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::ping;

    #[test]
    fn a_ping_is_known_by_its_form() {
        assert_eq!(ping(b"{\"type\":\"ping\",\"n\":17}"), Some(17));
        assert_eq!(ping(b"{\"type\": \"ping\", \"n\": 0}"), Some(0));
        for other in ["{\"type\":\"ping\",\"n\":-1}", "{\"type\":\"ping\",\"n\":}", "{\"type\":\"ping\"}", "", "{\"type\":\"ping\",\"n\":1,\"m\":2}"] {
            assert_eq!(ping(other.as_bytes()), None);
        }
    }
}
