//! What no forwarder of ours goes below: reading by recvmmsg, AES-GCM and offloaded sending to as many sockets, with
//! nothing in between.

use std::net::{SocketAddr, UdpSocket};
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

use crate::error::{Malformed, Read};
use crate::rtp::{self, Head};
use crate::srtp::{Index, Sender};
use crate::wire::{self, Inbox, Message};

/// Bytes of a packet, and packets that come together: of a picture, of sound.
type Burst = (usize, usize);
const PICTURE: Burst = (1100, 7);
const SOUND: Burst = (100, 1);
/// Sounds to so many pictures.
const SOUNDS: (usize, usize) = (5, 3);

/// How much is sent: to rooms of `each` receivers, `pictures` pictures each, one every `pause`, with sounds in between.
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

/// Seconds of CPU time per packet sent to sockets that somebody reads, how many packets, and seconds it took in all.
/// `cpu`: reads the CPU clock, in seconds.
pub fn cost(to: &[SocketAddr], load: &Load, cpu: impl Fn() -> f64) -> Read<(f64, usize, f64)> {
    let broken = |_| Malformed("loopback");
    let here = to.first().map(|first| SocketAddr::new(first.ip(), 0)).ok_or(Malformed("nobody to send to"))?;
    let (road, from) = (UdpSocket::bind(here).map_err(broken)?, UdpSocket::bind(here).map_err(broken)?);
    let made = |(number, to): (usize, &SocketAddr)| {
        let sender = Sender::new("SRTP_AEAD_AES_256_GCM", &[number as u8; 44])?;
        Ok(Receiver { to: *to, sender, index: Index::default() })
    };
    let mut receivers = to.iter().enumerate().map(made).collect::<Read<Vec<Receiver>>>()?;
    let (mut inbox, mut outbox, mut spent) = (Inbox::new(), Vec::new(), 0.0);
    let (each, mut packets, mut first) = (load.each.max(1), 0, 0);
    let (began, step) = (Instant::now(), load.pause / to.len().div_ceil(each) as u32);
    let mut due = began;
    for picture in 0..load.pictures {
        let sounds = (picture + 1) * SOUNDS.0 / SOUNDS.1 - picture * SOUNDS.0 / SOUNDS.1;
        for some in receivers.chunks_mut(each) {
            for burst in 0..=sounds {
                let (size, count) = if burst == 0 { PICTURE } else { SOUND };
                for _ in 0..count {
                    from.send_to(&[0; PICTURE.0][..size], road.local_addr().map_err(broken)?).map_err(broken)?;
                }
                let before = cpu();
                inbox.read(road.as_raw_fd());
                forward(some, first + if burst == 0 { 0 } else { PICTURE.1 + burst - 1 }, (size, count), &mut outbox, &road)?;
                spent += cpu() - before;
                packets += some.len() * count;
                due += step / (1 + sounds as u32);
                std::thread::sleep(due.saturating_duration_since(Instant::now()));
            }
        }
        first += PICTURE.1 + sounds;
    }
    Ok((spent / packets.max(1) as f64, packets, began.elapsed().as_secs_f64()))
}

/// Packets that came together, protected for each and sent; the first one has this number.
fn forward(receivers: &mut [Receiver], first: usize, (size, count): Burst, outbox: &mut Vec<u8>, road: &UdpSocket) -> Read<()> {
    outbox.clear();
    for Receiver { sender, index, .. } in receivers.iter_mut() {
        for part in 0..count {
            let (sequence, begin) = ((first + part) as u16, outbox.len());
            rtp::write(outbox, Head { payload_type: 96, marker: false, sequence, timestamp: 0, ssrc: 1 }, &[]);
            outbox.resize(begin + size, 0);
            sender.protect(outbox, begin, index)?;
        }
    }
    let each = outbox.len() / receivers.len().max(1);
    let segment = if count > 1 { each / count } else { 0 };
    let message = |(bytes, receiver): (_, &Receiver)| Message { bytes, segment, to: receiver.to };
    let messages: Vec<Message> = outbox.chunks(each.max(1)).zip(&*receivers).map(message).collect();
    wire::send(road.as_raw_fd(), &messages, |_, _| {});
    Ok(())
}
