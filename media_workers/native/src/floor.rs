//! What no forwarder of ours goes below: reading by recvmmsg, AES-GCM and offloaded sending to as many sockets, with
//! nothing in between.

use std::net::{SocketAddr, UdpSocket};
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

use crate::error::{Malformed, Read};
use crate::rtp::{self, Head};
use crate::srtp::{Index, Sender};
use crate::wire::{self, Inbox, Message};

/// Bytes of a packet, and packets of a picture.
const SIZE: usize = 1100;
const PICTURE: usize = 7;

/// How much is sent: to rooms of `each` receivers, `pictures` pictures each, one every `pause`.
pub struct Load {
    pub each: usize,
    pub pictures: usize,
    pub pause: Duration,
}

struct Receiver {
    to: SocketAddr,
    sender: Sender,
    index: Index,
}

/// Seconds of CPU time per packet sent to sockets that somebody reads, and seconds it took in all. `cpu`: reads the CPU
/// clock, in seconds.
pub fn cost(to: &[SocketAddr], load: &Load, cpu: impl Fn() -> f64) -> Read<(f64, f64)> {
    let broken = |_| Malformed("loopback");
    let here = to.first().map(|first| SocketAddr::new(first.ip(), 0)).ok_or(Malformed("nobody to send to"))?;
    let (road, from) = (UdpSocket::bind(here).map_err(broken)?, UdpSocket::bind(here).map_err(broken)?);
    let made = |(number, to): (usize, &SocketAddr)| {
        let sender = Sender::new("SRTP_AEAD_AES_256_GCM", &[number as u8; 44])?;
        Ok(Receiver { to: *to, sender, index: Index::default() })
    };
    let mut receivers = to.iter().enumerate().map(made).collect::<Read<Vec<Receiver>>>()?;
    let (mut inbox, mut outbox, mut spent) = (Inbox::new(), Vec::new(), 0.0);
    let rooms = to.len().div_ceil(load.each.max(1));
    let (began, step) = (Instant::now(), load.pause / rooms as u32);
    for picture in 0..load.pictures {
        for (room, some) in receivers.chunks_mut(load.each.max(1)).enumerate() {
            for _ in 0..PICTURE {
                from.send_to(&[0; SIZE], road.local_addr().map_err(broken)?).map_err(broken)?;
            }
            let before = cpu();
            inbox.read(road.as_raw_fd());
            forward(some, picture * PICTURE, &mut outbox, &road)?;
            spent += cpu() - before;
            let due = began + step * (picture * rooms + room + 1) as u32;
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
        }
    }
    Ok((spent / (to.len() * load.pictures * PICTURE) as f64, began.elapsed().as_secs_f64()))
}

/// A picture, protected for each and sent; its first packet has this number.
fn forward(receivers: &mut [Receiver], first: usize, outbox: &mut Vec<u8>, road: &UdpSocket) -> Read<()> {
    outbox.clear();
    for Receiver { sender, index, .. } in receivers.iter_mut() {
        for part in 0..PICTURE {
            let (sequence, begin) = ((first + part) as u16, outbox.len());
            rtp::write(outbox, Head { payload_type: 96, marker: false, sequence, timestamp: 0, ssrc: 1 }, &[]);
            outbox.resize(begin + SIZE, 0);
            sender.protect(outbox, begin, index)?;
        }
    }
    let each = outbox.len() / receivers.len().max(1);
    let message = |(bytes, receiver): (_, &Receiver)| Message { bytes, segment: each / PICTURE, to: receiver.to };
    let messages: Vec<Message> = outbox.chunks(each.max(1)).zip(&*receivers).map(message).collect();
    wire::send(road.as_raw_fd(), &messages, |_, _| {});
    Ok(())
}
