//! The data channels of one connection: SCTP (RFC 9260, by sctp-proto) in DTLS records, in one lock with its media.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use sctp_proto::{
    Association, AssociationHandle, DatagramEvent, Endpoint, EndpointConfig, Event, Payload,
    PayloadProtocolIdentifier as Kind, ReliabilityType, ServerConfig, StreamEvent, Transmit, TransportConfig,
};

use crate::error::{Malformed, Read};
use crate::gate;
use crate::records::{Records, ALERT, APPLICATION_DATA};
use crate::{contained, rate::Rate};

/// Channels, agreed upon beforehand: what must come, and what is old when it doesn't come at once.
pub const ROOM: u16 = 0;
pub const PULSE: u16 = 1;
/// Bytes of all messages of a peer that wait for their rest: several of the longest that are allowed.
const UNREAD: u32 = 128 * 1024;
/// Records and pieces of messages taken per second, averaged over seconds: many times what a page sends. What comes beyond
/// is as good as lost on the way.
const PIECES: f64 = 500.0;
const AVERAGED_OVER: f64 = 5.0;
/// Alerts: level of those after which nothing comes, and the one that says good-bye.
const FATAL: u8 = 2;
const CLOSE_NOTIFY: [u8; 2] = [1, 0];

/// What Python is told of a peer.
#[derive(Debug, PartialEq, Eq)]
pub enum Said {
    /// Both channels can be used.
    Opened,
    Message { channel: u16, text: Vec<u8> },
    /// Nothing comes any more.
    Closed,
}

pub struct Messages {
    records: Records,
    sctp: Sctp,
    pieces: Rate,
    closed: bool,
}

/// SCTP proper. Its library reads what anybody in a meeting may send: should it break, one connection ends.
struct Sctp {
    endpoint: Endpoint,
    association: Option<(AssociationHandle, Association)>,
    /// Nothing comes any more.
    lost: bool,
}

impl Messages {
    /// `most`: bytes of a message we send; the peer's word, `port` too. `now`: seconds.
    pub fn new(records: Records, port: u16, most: u32, now: f64) -> Messages {
        let transport = TransportConfig::default()
            .with_max_receive_buffer_size(UNREAD)
            .with_max_num_inbound_streams(gate::CHANNELS)
            .with_max_send_message_size(most)
            .with_local_port(port)
            .with_remote_port(port);
        let mut server = ServerConfig::new();
        server.transport = Arc::new(transport);
        let endpoint = Endpoint::new(Arc::new(EndpointConfig::new()), Some(Arc::new(server)));
        let sctp = Sctp { endpoint, association: None, lost: false };
        Messages { records, sctp, pieces: Rate::new(PIECES, AVERAGED_OVER, now), closed: false }
    }

    /// Nothing comes any more, and nothing can be sent.
    pub fn closed(&self) -> bool {
        self.closed
    }

    /// A datagram came. What was said in it; a part that is forged or came before says nothing. `seconds`: now.
    pub fn datagram(&mut self, mut data: &mut [u8], now: Instant, seconds: f64, mut said: impl FnMut(Said)) -> Read<()> {
        while !data.is_empty() && !self.closed {
            if !self.pieces.take(1.0, seconds) {
                return Err(Malformed("more than a page says"));
            }
            let (kind, content, rest) = self.records.open(data)?;
            match kind {
                APPLICATION_DATA => {
                    let pieces = gate::pieces(content)?;
                    if pieces > 0 && !self.pieces.take(pieces as f64, seconds) {
                        return Err(Malformed("more than a page says"));
                    }
                    let packet = Bytes::copy_from_slice(content);
                    self.with(|sctp| sctp.packet(packet, now, &mut said));
                }
                ALERT if content == CLOSE_NOTIFY || content.first() == Some(&FATAL) => self.closed = true,
                _ => {}
            }
            data = rest;
        }
        Ok(())
    }

    /// Puts a message on its way; it leaves with `flush`.
    pub fn say(&mut self, channel: u16, text: &[u8]) -> Read<()> {
        self.with(|sctp| sctp.say(channel, text)).unwrap_or(Err(GONE))
    }

    /// Bytes on a channel that the peer has not acknowledged.
    pub fn waiting(&mut self, channel: u16) -> usize {
        self.with(|sctp| sctp.waiting(channel)).unwrap_or(0)
    }

    /// Does what is due and appends what is to be sent, a datagram each; their lengths.
    pub fn flush(&mut self, now: Instant, out: &mut Vec<u8>, mut sent: impl FnMut(usize)) -> Read<()> {
        for packet in self.with(|sctp| sctp.packets(now)).unwrap_or_default() {
            let first = out.len();
            self.records.seal(out, APPLICATION_DATA, &packet)?;
            sent(out.len() - first);
        }
        Ok(())
    }

    /// When `flush` has something to do without having been told anything.
    pub fn due(&self) -> Option<Instant> {
        self.sctp.association.as_ref().and_then(|(_, association)| association.poll_timeout())
    }

    /// Says good-bye: appends the record after which nothing comes.
    pub fn close(&mut self, out: &mut Vec<u8>) -> Read<()> {
        self.closed = true;
        self.records.seal(out, ALERT, &CLOSE_NOTIFY)
    }

    fn with<T>(&mut self, act: impl FnOnce(&mut Sctp) -> T) -> Option<T> {
        if self.closed {
            return None;
        }
        let done = contained(|| act(&mut self.sctp));
        self.closed = done.is_none() || self.sctp.lost;
        done
    }
}

impl Sctp {
    fn packet(&mut self, packet: Bytes, now: Instant, said: &mut impl FnMut(Said)) {
        match self.endpoint.handle(now, nowhere(), None, None, packet) {
            Some((_, DatagramEvent::AssociationEvent(event))) => {
                if let Some((_, association)) = &mut self.association {
                    association.handle_event(event);
                }
            }
            Some((handle, DatagramEvent::NewAssociation(association))) if self.association.is_none() => {
                self.association = Some((handle, association));
                self.endpoint.reject_new_associations();
            }
            _ => {}
        }
        self.told(said);
    }

    fn say(&mut self, channel: u16, text: &[u8]) -> Read<()> {
        let (_, association) = self.association.as_mut().ok_or(GONE)?;
        let mut stream = association.stream(channel).map_err(|_| Malformed("no such channel"))?;
        stream.write_with_ppi(text, Kind::String).map_err(|_| Malformed("a message that can't be sent"))?;
        Ok(())
    }

    fn waiting(&mut self, channel: u16) -> usize {
        let association = self.association.as_mut().map(|(_, association)| association);
        association.and_then(|one| one.stream(channel).ok()?.buffered_amount().ok()).unwrap_or(0)
    }

    fn packets(&mut self, now: Instant) -> Vec<Bytes> {
        if let Some((_, association)) = &mut self.association {
            if association.poll_timeout().is_some_and(|due| due <= now) {
                association.handle_timeout(now);
            }
        }
        let mut all = Vec::new();
        loop {
            let association = self.association.as_mut().map(|(_, association)| association);
            let own = self.endpoint.poll_transmit();
            match own.or_else(|| association.and_then(|one| one.poll_transmit(now))) {
                Some(Transmit { payload: Payload::RawEncode(packets), .. }) => all.extend(packets),
                Some(_) => {}
                None => break,
            }
        }
        self.told(&mut |_| {}); // all that can come of it is that the peer is lost
        all
    }

    fn told(&mut self, said: &mut impl FnMut(Said)) {
        let Some((handle, association)) = &mut self.association else { return };
        while let Some(event) = association.poll() {
            match event {
                Event::Connected => {
                    for (channel, unordered, kind) in
                        [(ROOM, false, ReliabilityType::Reliable), (PULSE, true, ReliabilityType::Rexmit)]
                    {
                        // What the peer sends may have opened it already.
                        let _ = association.open_stream(channel, Kind::String);
                        if let Ok(mut stream) = association.stream(channel) {
                            let _ = stream.set_reliability_params(unordered, kind, 0);
                        }
                    }
                    said(Said::Opened);
                }
                Event::Stream(StreamEvent::Readable { id }) => {
                    while let Some(message) = association.stream(id).ok().and_then(|mut one| one.read().ok().flatten()) {
                        let mut text = vec![0; message.len()];
                        if matches!(message.ppi, Kind::String | Kind::StringEmpty) && message.read(&mut text).is_ok() {
                            said(Said::Message { channel: id, text });
                        }
                    }
                }
                Event::AssociationLost { .. } | Event::HandshakeFailed { .. } => self.lost = true,
                _ => {}
            }
        }
        while let Some(event) = association.poll_endpoint_event() {
            let _ = self.endpoint.handle_event(*handle, event);
        }
    }
}

const GONE: Malformed = Malformed("nobody listens there");

/// The association is below DTLS, where there are no addresses; its library wants one.
fn nowhere() -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, 1))
}
