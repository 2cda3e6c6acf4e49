//! What Python sees.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use iboo_native::error::Malformed;
use iboo_native::srtp::{Receiver, Sender};
use iboo_native::wire;
use pyo3::exceptions::{PyKeyError, PyOSError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::peer::Peer;
use crate::publisher::Publisher;
use crate::source::Source;
use crate::{sockets, thread};

/// The thread with its sockets, which the caller keeps open until `remove` or `stop`.
#[pyclass(frozen)]
struct Client(Arc<thread::Client>);

type Datagram = (u64, Py<PyBytes>, String, u16);

#[pymethods]
impl Client {
    #[new]
    fn new() -> PyResult<Client> {
        Ok(Client(thread::Client::start().map_err(PyOSError::new_err)?))
    }

    /// A file that can be read when `drain` has something.
    #[getter]
    fn wake(&self) -> i32 {
        self.0.wake
    }

    fn stop(&self, py: Python<'_>) {
        py.detach(|| self.0.stop());
    }

    /// Reads a socket from now on; its number. `wide`: id of the extension that numbers packets, 0 = none.
    fn add(&self, socket: i32, wide: u8) -> PyResult<u64> {
        sockets::prepare(socket).map_err(PyOSError::new_err)?;
        let mut state = self.0.state();
        state.numbers += 1;
        let number = state.numbers;
        state.peers.insert(number, Peer::new(socket, wide));
        self.0.poll.add(socket, number).map_err(PyOSError::new_err)?;
        Ok(number)
    }

    /// The keys of what comes: a sample can be opened.
    fn open(&self, number: u64, profile: &str, master: &[u8]) -> PyResult<()> {
        let receiver = Receiver::new(profile, master).map_err(refused)?;
        self.with(number, |peer| peer.receiver = Some(receiver))
    }

    /// What was sent to a socket, or is sent from it, is looked at no more.
    fn remove(&self, number: u64) {
        let mut state = self.0.state();
        state.publishers.remove(&number);
        if let Some(peer) = state.peers.remove(&number) {
            self.0.poll.remove(peer.socket);
        }
    }

    fn start_counting(&self, number: u64) -> PyResult<()> {
        self.with(number, Peer::start_counting)
    }

    /// Packets that came, that were sent by their numbers, that the socket dropped; seconds on the way, of a sample.
    fn counts(&self, number: u64) -> PyResult<(u64, u64, u32, Vec<f64>)> {
        self.with(number, |peer| {
            let counts = &peer.counts;
            (counts.packets, counts.expected(), peer.dropped - peer.dropped_before, counts.latencies.clone())
        })
    }

    /// SSRCs that came.
    fn sources(&self, number: u64) -> PyResult<Vec<u32>> {
        self.with(number, |peer| peer.counts.sources())
    }

    /// Transport-wide feedback information for what came since the last call.
    fn feedback(&self, py: Python<'_>, number: u64) -> PyResult<Vec<Py<PyBytes>>> {
        let pieces = self.with(number, |peer| peer.arrivals.feedback())?;
        Ok(pieces.iter().map(|piece| PyBytes::new(py, piece).unbind()).collect())
    }

    /// A socket read before sends with these keys and SSRCs, once `pace` says how.
    #[allow(clippy::too_many_arguments)]
    fn publish(&self, number: u64, host: &str, port: u16, profile: &str, master: &[u8], audio: u32, video: u32) -> PyResult<()> {
        let host: IpAddr = host.parse().map_err(|_| PyValueError::new_err("not an IP address"))?;
        let sender = Sender::new(profile, master).map_err(refused)?;
        let socket = self.with(number, |peer| peer.socket)?;
        let made = Publisher::new(socket, SocketAddr::new(host, port), sender, Source::new(audio, video));
        self.0.state().publishers.insert(number, made);
        Ok(())
    }

    /// So many pictures a second from now on, none at 0. `alone`: their packets go one by one.
    fn pace(&self, number: u64, per_second: f64, alone: bool) -> PyResult<()> {
        let mut state = self.0.state();
        let publisher = state.publishers.get_mut(&number).ok_or_else(unknown)?;
        publisher.pace(per_second, alone, sockets::monotonic());
        Ok(())
    }

    /// Packets sent so far.
    fn sent(&self, number: u64) -> PyResult<u64> {
        self.0.state().publishers.get(&number).map(|publisher| publisher.sent).ok_or_else(unknown)
    }

    /// What came and is no media: number, datagram, host and port.
    fn drain(&self, py: Python<'_>) -> Vec<Datagram> {
        wire::settle(self.0.wake);
        let others = std::mem::take(&mut self.0.state().others);
        let told = |(number, data, from): thread::Other| {
            (number, PyBytes::new(py, &data).unbind(), from.ip().to_string(), from.port())
        };
        others.into_iter().map(told).collect()
    }
}

impl Client {
    fn with<T>(&self, number: u64, ask: impl FnOnce(&mut Peer) -> T) -> PyResult<T> {
        self.0.state().peers.get_mut(&number).map(ask).ok_or_else(unknown)
    }
}

fn unknown() -> PyErr {
    PyKeyError::new_err("no such socket")
}

fn refused(fault: Malformed) -> PyErr {
    PyValueError::new_err(fault.0)
}

#[pymodule]
fn iboo_load(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Client>()
}
