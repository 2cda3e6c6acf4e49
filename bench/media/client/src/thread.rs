//! The thread: it looks at all sockets once a millisecond, as times of arrival are the kernel's, and never waits for
//! Python's lock.

use std::collections::HashMap;
use std::net::SocketAddrV4;
use std::os::fd::RawFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::Duration;

use iboo_native::wire;

use crate::peer::{is_media, Peer};
use crate::publisher::Publisher;
use crate::sockets::{self, Inbox, Poll};

/// Nanoseconds between two looks.
const LOOK: i64 = 1_000_000;

/// What is no media: Python's. Whose, what and whence.
pub type Other = (u64, Vec<u8>, SocketAddrV4);

/// What the thread and Python share.
#[derive(Default)]
pub struct State {
    pub peers: HashMap<u64, Peer>,
    pub publishers: HashMap<u64, Publisher>,
    pub others: Vec<Other>,
    pub numbers: u64,
}

pub struct Client {
    state: Mutex<State>,
    pub poll: Poll,
    /// Readable when there is something for Python.
    pub wake: RawFd,
    stopped: AtomicBool,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Client {
    /// Runs until `stop`.
    pub fn start() -> std::io::Result<Arc<Client>> {
        let client = Arc::new(Client {
            state: Mutex::default(),
            poll: Poll::new()?,
            wake: wire::event()?,
            stopped: AtomicBool::new(false),
            thread: Mutex::default(),
        });
        let same = Arc::clone(&client);
        let thread = std::thread::Builder::new().name("load".into()).spawn(move || same.run())?;
        *client.thread.lock().unwrap_or_else(|broken| broken.into_inner()) = Some(thread);
        Ok(client)
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|broken| broken.into_inner())
    }

    /// Ends the thread; a second time does nothing.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
        let thread = self.thread.lock().unwrap_or_else(|broken| broken.into_inner()).take();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }

    fn run(&self) {
        let (mut inbox, mut ready) = (Inbox::default(), Vec::new());
        while !self.stopped.load(Ordering::SeqCst) {
            let mut next = sockets::monotonic() + LOOK;
            next = next.min(self.send().unwrap_or(next));
            self.poll.ready(&mut ready);
            let ahead = sockets::ahead();
            for number in &ready {
                self.read(*number, ahead, &mut inbox);
            }
            if !self.state().others.is_empty() {
                wire::signal(self.wake);
            }
            if let Ok(left) = u64::try_from(next - sockets::monotonic()) {
                std::thread::sleep(Duration::from_nanos(left));
            }
        }
    }

    /// Sends what is due; when something will be again.
    fn send(&self) -> Option<i64> {
        let mut state = self.state();
        let due = |publisher: &mut Publisher| publisher.send(sockets::monotonic).ok().flatten();
        state.publishers.values_mut().filter_map(due).min()
    }

    /// Reads one burst of a socket; what is left is met at the next look.
    fn read(&self, number: u64, ahead: i64, inbox: &mut Inbox) {
        let mut state = self.state();
        let State { peers, others, .. } = &mut *state;
        let Some(peer) = peers.get_mut(&number) else { return };
        let count = inbox.read(peer.socket);
        for at in 0..count {
            let (data, found) = inbox.datagram(at);
            peer.dropped = found.dropped.unwrap_or(peer.dropped);
            if is_media(data) {
                let now = found.arrived.map_or_else(sockets::monotonic, |arrived| arrived - ahead);
                let _ = peer.media(data, now);
            } else {
                others.push((number, data.to_vec(), found.from));
            }
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        wire::close(self.wake);
    }
}
