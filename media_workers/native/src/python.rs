//! What Python sees: one class, whose methods are commands of human pace and questions asked once a tick.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use pyo3::exceptions::{PyOSError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};

use crate::checks::Credentials;
use crate::codecs::Codec;
use crate::down::{self, Down, Line};
use crate::downlink::Downlink;
use crate::encoding::Encoding;
use crate::error::Malformed;
use crate::events::Event;
use crate::messages::{Messages, Said};
use crate::records::{Agreed, Records};
use crate::leg::{self, Leg, Route, Slot};
use crate::peers::Path;
use crate::pump::Pump;
use crate::rate::Rate;
use crate::srtp::{Receiver, Sender};
use crate::wire;

/// Rows of each table; a worker that is asked for more refuses.
const MOST: usize = 1 << 16;

impl From<Malformed> for PyErr {
    fn from(fault: Malformed) -> PyErr {
        PyValueError::new_err(fault.0)
    }
}

/// Leg, when its first packet went, and since the last call malformed packets and bytes of padding.
type News = (u64, Option<f64>, u64, usize);

#[pyclass(frozen)]
struct Engine(Arc<Pump>);

#[pymethods]
impl Engine {
    #[new]
    fn new() -> PyResult<Engine> {
        Ok(Engine(Pump::new()?))
    }

    /// A file that can be read when `drain` has something that can't wait for the next tick.
    #[getter]
    fn wake(&self) -> i32 {
        self.0.wake
    }

    /// Begins to read from sockets, which are kept open until `stop`. `ahead`: seconds the caller's clock is ahead.
    fn start(&self, sockets: Vec<i32>, calm: Vec<i32>, offload: bool) -> PyResult<()> {
        self.0.start(sockets, calm, offload).map_err(PyOSError::new_err)
    }

    fn stop(&self, py: Python<'_>) {
        py.detach(|| self.0.stop());
    }

    /// The caller's clock shows `now`.
    fn set_clock(&self, now: f64) {
        self.0.state().ahead = now - wire::monotonic();
    }

    /// A connection without keys. `ids`: of extensions in what it sends: transport-wide number, level, descriptor,
    /// capture time, MID, RID, repaired RID.
    /// `bitrate`: what it may send; `most`: what it may be sent at most; bits per second. `name`: our SSRC in feedback to it.
    #[allow(clippy::too_many_arguments)]
    fn add_leg(&self, number: u64, bitrate: f64, burst: f64, most: f64, ids: [u8; 7], name: u32, now: f64) -> PyResult<()> {
        let [wide, level, descriptor, capture, mid, rid, repaired_rid] = ids;
        let ids = leg::Ids { wide, level, descriptor, capture, mid, rid, repaired_rid };
        let legs = &mut self.0.state().engine.legs;
        room(legs.len())?;
        legs.insert(number, Leg::new(ids, name, Rate::new(bitrate, burst, now), Downlink::new(most, now)));
        Ok(())
    }

    /// A send slot with its encodings by RID, and the SSRCs it announces (with whether they are of retransmissions).
    #[allow(clippy::too_many_arguments)]
    fn add_slot(
        &self,
        leg: u64,
        mid: String,
        audio: bool,
        microphone: bool,
        formats: Vec<(u8, String)>,
        repairs: Vec<(u8, u8)>,
        encodings: Vec<(String, u64)>,
        ssrcs: Vec<(u32, bool)>,
    ) -> PyResult<()> {
        let named = |(payload_type, name): (u8, String)| Ok((payload_type, Codec::named(&name)?));
        let formats = formats.into_iter().map(named).collect::<Result<Vec<_>, Malformed>>()?;
        let engine = &mut self.0.state().engine;
        room(engine.encodings.len())?;
        let Some(leg) = engine.legs.get_mut(&leg) else { return Ok(()) };
        let slot = leg.slots.len();
        let Some((_, first)) = encodings.first().cloned() else { return Ok(()) };
        for (_, number) in &encodings {
            engine.encodings.insert(*number, Encoding::of(first, audio));
        }
        for (ssrc, repair) in ssrcs {
            leg.routes.insert(ssrc, Route { slot, encoding: first, repair });
        }
        leg.slots.push(Slot { mid, audio, microphone, formats, repairs, encodings });
        Ok(())
    }

    /// A line of a receiver. `formats`: by codec the payload types of packets and of retransmissions; `ids`: of
    /// extensions: transport-wide number, level, capture time, descriptor.
    #[allow(clippy::too_many_arguments)]
    fn add_down(
        &self,
        number: u64,
        leg: u64,
        video: bool,
        clock_rate: u32,
        ssrcs: (u32, Option<u32>),
        formats: Vec<(String, u8, Option<u8>)>,
        ids: [u8; 4],
        start: (u16, u32),
        name: String,
        now: f64,
    ) -> PyResult<()> {
        let named = |(name, own, repair): (String, u8, Option<u8>)| Ok((Codec::named(&name)?, own, repair));
        let formats = formats.into_iter().map(named).collect::<Result<Vec<_>, Malformed>>()?;
        let [wide, level, capture, descriptor] = ids;
        let ids = down::Ids { wide, level, capture, descriptor };
        let engine = &mut self.0.state().engine;
        room(engine.downs.len())?;
        let Some(owner) = engine.legs.get_mut(&leg) else { return Ok(()) };
        owner.downs.push(number);
        owner.downlink.numbered = owner.downlink.numbered || wide != 0;
        let line = Line { leg, name, video, clock_rate, ssrc: ssrcs.0, repair_ssrc: ssrcs.1, formats, ids };
        engine.downs.insert(number, Down::new(line, start, now));
        Ok(())
    }

    /// A leg's keys are there: master key and salt of what it sends and of what it is sent.
    fn open(&self, leg: u64, peer: u64, profile: &str, receives: &[u8], sends: &[u8], now: f64) -> PyResult<()> {
        let (receiver, sender) = (Receiver::new(profile, receives)?, Sender::new(profile, sends)?);
        let engine = &mut self.0.state().engine;
        let Some(known) = engine.legs.get_mut(&leg) else { return Ok(()) };
        (known.receiver, known.sender, known.peer) = (Some(receiver), Some(sender), peer);
        known.next_report = now;
        if peer != 0 {
            engine.peers.entry(peer).leg = leg;
        }
        Ok(())
    }

    fn remove(&self, leg: u64) {
        let engine = &mut self.0.state().engine;
        let peer = engine.legs.get(&leg).map_or(0, |leg| leg.peer);
        if engine.peers.get(peer).is_some() {
            engine.peers.entry(peer).leg = 0;
        }
        engine.remove(leg);
    }

    /// What a line gets from now on, or with the next keyframe; both after that.
    #[pyo3(signature = (down, source))]
    fn switch(&self, down: u64, source: Option<u64>) -> (Option<u64>, Option<u64>) {
        self.0.state().engine.switch(down, source)
    }

    /// Up to which layers frames are sent; whether one is wanted that has not begun.
    fn limit(&self, down: u64, spatial: u8, temporal: u8) -> bool {
        let engine = &mut self.0.state().engine;
        let Some(down) = engine.downs.get_mut(&down) else { return false };
        (down.layers.spatial, down.layers.temporal) = (spatial, temporal);
        down.layers.waits()
    }

    /// Who writes packets of an encoding down from now on; 0 = nobody.
    fn tap(&self, encoding: u64, tap: u64) {
        if let Some(encoding) = self.0.state().engine.encodings.get_mut(&encoding) {
            encoding.tap = tap;
        }
    }

    /// A sender's clock is so many seconds ahead of ours.
    fn set_ahead(&self, leg: u64, seconds: f64) {
        if let Some(leg) = self.0.state().engine.legs.get_mut(&leg) {
            leg.ahead = Some(seconds);
        }
    }

    /// All that is wished for at a receiver would take so many bits per second.
    fn need(&self, leg: u64, bits: f64) {
        if let Some(leg) = self.0.state().engine.legs.get_mut(&leg) {
            leg.downlink.prober.needed = bits;
        }
    }

    /// Of a receiver: bits per second its way carries, part of the packets lost lately, packets told of and lost.
    fn carries(&self, leg: u64) -> Option<(u64, f64, u64, u64)> {
        let state = self.0.state();
        let estimator = &state.engine.legs.get(&leg)?.downlink.estimator;
        let (told, lost) = estimator.counts();
        Some((estimator.rate() as u64, estimator.loss, told, lost))
    }

    /// Sends an RTCP compound to a leg, with what leaves next.
    fn rtcp(&self, leg: u64, compound: &[u8]) -> PyResult<()> {
        Ok(self.0.state().engine.rtcp(leg, compound)?)
    }

    /// From now on a peer's data channels are handled here. `secrets`: master secret, client's and server's random of its
    /// handshake; `port` and `most`: of SCTP, and bytes of a message, as its SDP says. Whether its cipher suite is known.
    fn talk(&self, peer: u64, cipher: &str, secrets: (Vec<u8>, Vec<u8>, Vec<u8>), port: u16, most: u32, now: f64) -> PyResult<bool> {
        let (master, client_random, server_random) = &secrets;
        let agreed = Agreed { cipher, master, client_random, server_random, server: true };
        let engine = &mut self.0.state().engine;
        room(engine.talks.len())?;
        let Ok(records) = Records::new(&agreed) else { return Ok(false) };
        engine.talks.open(peer, Messages::new(records, port, most, now), now);
        Ok(true)
    }

    /// A record that came before `talk`.
    fn record(&self, peer: u64, mut data: Vec<u8>, now: f64) {
        let mut state = self.0.state();
        let engine = &mut state.engine;
        let _ = engine.talks.datagram(peer, &mut data, now, &mut engine.up);
        state.send();
    }

    /// Puts a message on its way to a peer, with what leaves next or at `leave`; not when more than `most` bytes wait.
    fn say(&self, peer: u64, channel: u16, text: &str, most: usize) -> PyResult<bool> {
        let talks = &mut self.0.state().engine.talks;
        if talks.waiting(peer, channel) > most {
            return Ok(false);
        }
        talks.say(peer, channel, text.as_bytes())?;
        Ok(true)
    }

    /// Bytes on a channel that a peer has not acknowledged.
    fn unsent(&self, peer: u64, channel: u16) -> usize {
        self.0.state().engine.talks.waiting(peer, channel)
    }

    /// What was said leaves.
    fn leave(&self) {
        self.0.state().send();
    }

    /// Says good-bye to a peer.
    fn hang_up(&self, peer: u64) -> PyResult<()> {
        let mut state = self.0.state();
        state.engine.talks.close(peer)?;
        state.send();
        Ok(())
    }

    /// Tells the time: `wall` is seconds since 1970 at `now`. Without sockets, does what is due.
    fn tick(&self, now: f64, wall: f64) {
        let mut state = self.0.state();
        state.began = Some(wall - now);
        if state.kept() {
            state.tick(now);
        }
    }

    /// Python looks again with the next tick.
    fn press(&self) {
        self.0.state().engine.up.pressing = true;
    }

    /// Of legs of which there is something new to tell: when the first packet went out, malformed ones, bytes of padding.
    fn news(&self) -> Vec<News> {
        let mut state = self.0.state();
        let news = |(number, leg): (&u64, &mut Leg)| {
            let (malformed, padded) = (std::mem::take(&mut leg.malformed), std::mem::take(&mut leg.padded));
            let first = leg.first_sent.filter(|_| std::mem::take(&mut leg.begun));
            (first.is_some() || malformed > 0 || padded > 0).then_some((*number, first, malformed, padded))
        };
        state.engine.legs.iter_mut().filter_map(news).collect()
    }

    /// RTP packets sent to receivers since the start.
    fn sent_packets(&self) -> u64 {
        let state = self.0.state();
        state.engine.sent_by_closed + state.engine.legs.values().map(|leg| leg.sent_packets).sum::<u64>()
    }

    /// Datagrams received, sent, not sent; of those received unreadable ones, strangers', and events nobody fetched.
    fn counts(&self) -> (u64, u64, u64, u64, u64, u64) {
        let state = self.0.state();
        let (engine, counts) = (&state.engine, state.counts);
        let dropped = engine.dropped;
        (state.received, counts.sent, counts.dropped, dropped.unreadable, dropped.strangers, engine.up.dropped)
    }

    /// Sizes of the tables: legs, encodings, lines, paths, talks.
    fn sizes(&self) -> (usize, usize, usize, usize, usize) {
        let engine = &self.0.state().engine;
        (engine.legs.len(), engine.encodings.len(), engine.downs.len(), engine.peers.paths(), engine.talks.len())
    }

    // Five-tuples.

    /// Name and password that checks of a peer are made with.
    fn know(&self, peer: u64, fragment: &str, password: &str) {
        self.0.state().engine.peers.entry(peer).credentials = Some(Credentials::new(fragment, password));
    }

    /// Messages of a peer may wait for the next tick.
    fn calm(&self, peer: u64) {
        self.0.state().engine.peers.entry(peer).calm = true;
    }

    fn learn(&self, peer: u64, socket: u8, host: &str, port: u16) -> PyResult<()> {
        let path = path(socket, host, port)?;
        self.0.state().engine.peers.learn(peer, path);
        Ok(())
    }

    fn forget(&self, socket: u8, host: &str, port: u16) -> PyResult<()> {
        let path = path(socket, host, port)?;
        self.0.state().engine.peers.forget(path);
        Ok(())
    }

    fn select(&self, peer: u64, socket: u8, host: &str, port: u16) -> PyResult<()> {
        let path = path(socket, host, port)?;
        self.0.state().engine.peers.entry(peer).selected = Some(path);
        Ok(())
    }

    fn drop_peer(&self, peer: u64) {
        let engine = &mut self.0.state().engine;
        engine.peers.remove(peer);
        engine.talks.remove(peer);
    }

    /// When media came last from a peer: on any path, on the selected one.
    fn heard(&self, peer: u64) -> (Option<f64>, Option<f64>) {
        let state = self.0.state();
        state.engine.peers.get(peer).map_or((None, None), |peer| (peer.heard, peer.selected_heard))
    }

    /// What happened since the last call, in order: tuples that begin with a kind.
    fn drain(&self, py: Python<'_>) -> PyResult<Vec<Py<PyAny>>> {
        wire::settle(self.0.wake);
        let events = self.0.state().engine.up.take();
        events.into_iter().map(|event| told(py, event)).collect()
    }

    // Without sockets, for tests and measurements.

    fn receive(&self, leg: u64, mut datagram: Vec<u8>, now: f64) {
        let mut state = self.0.state();
        state.engine.receive(leg, &mut datagram, now);
        state.send();
    }

    fn datagram(&self, socket: u8, host: &str, port: u16, mut data: Vec<u8>, now: f64) -> PyResult<()> {
        let path = path(socket, host, port)?;
        self.0.state().engine.datagram(path, &mut data, now);
        Ok(())
    }

    /// Whether something waits for the rest of its picture.
    #[pyo3(signature = (now, patience=0.0))]
    fn flush(&self, now: f64, patience: f64) -> bool {
        let mut state = self.0.state();
        state.engine.flush(now, patience);
        state.send();
        state.engine.waits_until().is_some()
    }

    /// What would leave: leg and datagram.
    fn outgoing(&self, py: Python<'_>) -> Vec<(u64, Py<PyBytes>)> {
        let engine = &mut self.0.state().engine;
        let mut found = Vec::new();
        for number in std::mem::take(&mut engine.loaded) {
            let Some(leg) = engine.legs.get_mut(&number) else { continue };
            let (mut at, lengths) = (0, std::mem::take(&mut leg.lengths));
            for length in lengths {
                found.push((number, PyBytes::new(py, &leg.outbox[at..at + length]).unbind()));
                at += length;
            }
            leg.outbox.clear();
        }
        found
    }
}

fn room(rows: usize) -> PyResult<()> {
    if rows < MOST { Ok(()) } else { Err(PyValueError::new_err("a table of the native forwarder is full")) }
}

fn path(socket: u8, host: &str, port: u16) -> PyResult<Path> {
    let host = host.split('%').next().unwrap_or(host);
    let ip: IpAddr = host.parse().map_err(|_| PyValueError::new_err("not an IP address"))?;
    Ok((socket, SocketAddr::new(ip, port)))
}

fn told(py: Python<'_>, event: Event) -> PyResult<Py<PyAny>> {
    fn all<'py, T: IntoPyObject<'py, Target = PyTuple>>(py: Python<'py>, what: T) -> PyResult<Py<PyAny>>
    where
        PyErr: From<T::Error>,
        T::Output: Into<Bound<'py, PyTuple>>,
    {
        Ok(what.into_pyobject(py)?.into().into_any().unbind())
    }
    match event {
        Event::Datagram { socket, from, data } => {
            all(py, (0u8, socket, from.ip().to_string(), from.port(), PyBytes::new(py, &data)))
        }
        Event::Said { peer, said: Said::Message { channel, text } } => {
            all(py, (8u8, peer, channel, String::from_utf8_lossy(&text).into_owned()))
        }
        Event::Said { peer, said: Said::Opened } => all(py, (9u8, peer)),
        Event::Said { peer, said: Said::Closed } => all(py, (10u8, peer)),
        Event::Checked { peer, transaction, socket, from } => {
            all(py, (7u8, peer, PyBytes::new(py, &transaction), socket, from.ip().to_string(), from.port()))
        }
        Event::Packets(note) => {
            // In two parts: a tuple that is converted has twelve at most.
            let seen = (note.extended, note.count, note.timestamp, note.at, note.repair, note.kept);
            let level = note.level.map_or(-1, i32::from);
            let said = (note.size, note.spatial, note.temporal, note.keyframe, level, note.codec.map_or("", Codec::name));
            all(py, (1u8, note.encoding, seen, said))
        }
        Event::Shape { encoding, codec, payload, descriptor } => {
            all(py, (2u8, encoding, codec.name(), PyBytes::new(py, &payload), PyBytes::new(py, &descriptor)))
        }
        Event::Tapped { encoding, tap, extended, timestamp, at, marker, keyframe, codec, payload } => {
            let packet = (extended, timestamp, at, marker, keyframe, codec.name(), PyBytes::new(py, &payload));
            all(py, (3u8, encoding, tap, packet))
        }
        Event::Learned { leg, ssrc, encoding, repair } => all(py, (4u8, leg, ssrc, encoding, repair)),
        Event::TookOver { down, source } => all(py, (5u8, down, source)),
        Event::Report { leg, kind, count, body, at } => all(py, (6u8, leg, kind, count, PyBytes::new(py, &body), at)),
    }
}

/// Seconds of CPU time per packet that reading, AES-GCM and sending alone cost, how many, and seconds it took; see `floor.rs`.
/// `receivers`: hosts and ports; `pause`: seconds.
#[pyfunction]
fn floor(py: Python<'_>, receivers: Vec<(String, u16)>, each: usize, pictures: usize, pause: f64) -> PyResult<(f64, usize, f64)> {
    let to = receivers.iter().map(|(host, port)| Ok(path(0, host, *port)?.1)).collect::<PyResult<Vec<SocketAddr>>>()?;
    let load = crate::floor::Load { each, pictures, pause: Duration::from_secs_f64(pause) };
    Ok(py.detach(|| crate::floor::cost(&to, &load, wire::cpu))?)
}

/// A fault of ours on a thread of ours, for the test of what follows.
#[pyfunction]
fn panic(py: Python<'_>) {
    py.detach(|| std::thread::spawn(|| panic!("asked for")).join().is_ok());
}

#[pymodule]
fn iboo_native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    crate::end_at_panics();
    module.add_function(wrap_pyfunction!(floor, module)?)?;
    module.add_function(wrap_pyfunction!(panic, module)?)?;
    module.add_class::<Engine>()
}
