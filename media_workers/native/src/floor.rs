//! What no forwarder of ours goes below: reading by recvmmsg, AES-GCM and offloaded sending, with nothing in between.

use std::net::{SocketAddr, UdpSocket};
use std::os::fd::AsRawFd;
use std::time::Duration;

use crate::error::{Malformed, Read};
use crate::rtp::{self, Head};
use crate::srtp::{Index, Sender};
use crate::wire::{self, Inbox, Message};

/// Bytes of a packet, and packets of a picture.
const SIZE: usize = 1100;
const PICTURE: usize = 7;

/// Seconds of CPU time per packet sent, for `pictures` pictures to each of `receivers` sockets' worth of sends. `cpu`:
/// reads the CPU clock, in seconds.
pub fn cost(receivers: usize, pictures: usize, cpu: impl Fn() -> f64) -> Read<f64> {
    let broken = |_| Malformed("loopback");
    let (sink, road) = (UdpSocket::bind("127.0.0.1:0").map_err(broken)?, UdpSocket::bind("127.0.0.1:0").map_err(broken)?);
    let from = UdpSocket::bind("127.0.0.1:0").map_err(broken)?;
    let (to, here): (SocketAddr, SocketAddr) = (sink.local_addr().map_err(broken)?, road.local_addr().map_err(broken)?);
    let senders = (0..receivers)
        .map(|number| Sender::new("SRTP_AEAD_AES_256_GCM", &[number as u8; 44]))
        .collect::<Read<Vec<Sender>>>()?;
    let mut indices: Vec<Index> = senders.iter().map(|_| Index::default()).collect();
    let (mut inbox, mut outbox) = (Inbox::new(), Vec::new());
    let mut plain = Vec::new();
    let mut spent = 0.0;
    for picture in 0..pictures {
        for _ in 0..PICTURE {
            from.send_to(&[0; SIZE], here).map_err(broken)?;
        }
        let began = cpu();
        inbox.read(road.as_raw_fd());
        outbox.clear();
        for (sender, index) in senders.iter().zip(&mut indices) {
            for part in 0..PICTURE {
                let sequence = (picture * PICTURE + part) as u16;
                let first = outbox.len();
                plain.clear();
                rtp::write(&mut outbox, Head { payload_type: 96, marker: false, sequence, timestamp: 0, ssrc: 1 }, &[]);
                plain.resize(SIZE - rtp::HEADER, 0);
                outbox.extend_from_slice(&plain);
                sender.protect(&mut outbox, first, index)?;
            }
        }
        let each = outbox.len() / receivers.max(1);
        let messages: Vec<Message> =
            outbox.chunks(each.max(1)).map(|bytes| Message { bytes, segment: each / PICTURE, to }).collect();
        wire::send(road.as_raw_fd(), &messages, |_, _| {});
        spent += cpu() - began;
        std::thread::sleep(Duration::from_millis(1));
    }
    Ok(spent / (receivers * pictures * PICTURE) as f64)
}
