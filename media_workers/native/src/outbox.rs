//! What leaves: runs of datagrams of one length to one destination, the last one perhaps shorter, in few calls.

use std::io;
use std::net::SocketAddr;
use std::os::fd::RawFd;

use crate::engine::Engine;
use crate::wire::{self, Message};

/// Segments of one run: UDP_MAX_SEGMENTS of older kernels.
const LARGEST_RUN: usize = 64;
/// Bytes of one run: what an IP packet can hold, headers off.
const LARGEST_SEND: usize = 65_000;

/// Datagrams since the start.
#[derive(Clone, Copy, Default)]
pub struct Counts {
    pub sent: u64,
    pub dropped: u64,
}

/// Where runs begin and end that may leave in one call.
pub fn runs(lengths: &[usize]) -> Vec<(usize, usize)> {
    let (mut found, mut first, mut total) = (Vec::new(), 0, 0);
    for (at, size) in lengths.iter().copied().enumerate() {
        if at > first {
            let shorter_before = lengths[at - 1] < lengths[first];
            let full = at - first == LARGEST_RUN || total + size > LARGEST_SEND;
            if size > lengths[first] || shorter_before || full {
                found.push((first, at));
                (first, total) = (at, 0);
            }
        }
        total += size;
    }
    if !lengths.is_empty() {
        found.push((first, lengths.len()));
    }
    found
}

/// Sends what waits in the outboxes, or drops it: a queue in front of the kernel's would only add delay. `offload`: the
/// kernel cuts runs apart; unset when it says that it can't.
pub fn send(engine: &mut Engine, sockets: &[RawFd], offload: &mut bool, counts: &mut Counts) {
    let loaded = std::mem::take(&mut engine.loaded);
    let speaking = engine.talks.flush();
    for (number, socket) in sockets.iter().enumerate() {
        let mut messages: Vec<Message> = Vec::with_capacity(loaded.len() + 8);
        let mut pieces: Vec<&[usize]> = Vec::with_capacity(loaded.len() + 8);
        let media = loaded.iter().filter_map(|leg| engine.legs.get(leg)).map(|leg| (leg.peer, &leg.outbox, &leg.lengths));
        let talk = speaking.iter().filter_map(|peer| Some((*peer, engine.talks.get(*peer)?)));
        for (peer, outbox, lengths) in media.chain(talk.map(|(peer, talk)| (peer, &talk.outbox, &talk.lengths))) {
            let selected = engine.peers.get(peer).and_then(|peer| peer.selected);
            let Some((_, to)) = selected.filter(|(socket, _)| usize::from(*socket) == number) else { continue };
            let mut at = 0;
            for (first, last) in runs(lengths) {
                let lengths = &lengths[first..last];
                let size: usize = lengths.iter().sum();
                let bytes = &outbox[at..at + size];
                at += size;
                if *offload && lengths.len() > 1 {
                    messages.push(Message { bytes, segment: lengths[0], to });
                    pieces.push(lengths);
                } else {
                    each(bytes, lengths, to, |one| messages.push(one));
                    pieces.extend(lengths.chunks(1));
                }
            }
        }
        counts.sent += pieces.iter().map(|lengths| lengths.len() as u64).sum::<u64>();
        let mut alone: Vec<Message> = Vec::new();
        wire::send(*socket, &messages, |place, fault| {
            let (message, lengths) = (&messages[place], pieces[place]);
            if message.segment != 0 && unable(&fault) {
                *offload = *offload && !hopeless(&fault);
                each(message.bytes, lengths, message.to, |one| alone.push(one));
            } else {
                counts.sent -= lengths.len() as u64;
                counts.dropped += lengths.len() as u64;
            }
        });
        wire::send(*socket, &alone, |_, _| {
            counts.sent -= 1;
            counts.dropped += 1;
        });
    }
    speaking.iter().for_each(|peer| engine.talks.sent(*peer));
    for leg in &loaded {
        if let Some(leg) = engine.legs.get_mut(leg) {
            leg.outbox.clear();
            leg.lengths.clear();
        }
    }
}

fn each<'a>(bytes: &'a [u8], lengths: &[usize], to: SocketAddr, mut take: impl FnMut(Message<'a>)) {
    let mut at = 0;
    for length in lengths {
        take(Message { bytes: &bytes[at..at + length], segment: 0, to });
        at += length;
    }
}

/// A kernel or a network card that can't cut runs apart.
fn hopeless(fault: &io::Error) -> bool {
    matches!(fault.raw_os_error(), Some(libc::EIO | libc::ENOPROTOOPT | libc::EOPNOTSUPP))
}

/// The same, or that this path is too narrow for these segments.
fn unable(fault: &io::Error) -> bool {
    hopeless(fault) || matches!(fault.raw_os_error(), Some(libc::EINVAL | libc::EMSGSIZE))
}
