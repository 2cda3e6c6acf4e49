//! The thread that owns reading: no Python runs on it, and it never waits for Python's lock.

use std::os::fd::RawFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;

use crate::engine::{Engine, COMPLETION};
use crate::outbox::{self, Counts};
use crate::wire::{self, Inbox, Watch, BURST};

/// Seconds between two looks at what is due, at most: reports, probes, messages to be repeated.
pub const TICK: f64 = 0.02;
/// Times between two ticks that what may wait is read as it comes, before it has to wait for media or the tick.
const FEW: usize = 2;
/// Ticks in a row that may see nothing of it before it is read as it comes again: receivers tell ten times a second.
const PATIENCE: usize = 10;
/// Bursts of what may wait that are read at once.
const AT_ONCE: usize = 32;

/// What the thread and Python share. Whoever holds it sends at once what it wrote.
pub struct State {
    pub engine: Engine,
    sockets: Vec<RawFd>,
    offload: bool,
    pub counts: Counts,
    pub received: u64,
    /// Seconds that Python's clock is ahead of the machine's: tests move it.
    pub ahead: f64,
    /// The instant in seconds since 1970 at which Python's clock was 0, once it is known.
    pub began: Option<f64>,
    /// Without sockets what is written stays where `outgoing` finds it.
    kept: bool,
}

pub struct Pump {
    state: Mutex<State>,
    stopped: AtomicBool,
    /// Readable when Python should look.
    pub wake: RawFd,
    /// Readable when the thread should end.
    stop: RawFd,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Pump {
    pub fn new() -> std::io::Result<Arc<Pump>> {
        let engine = Engine::default();
        let state =
            State { engine, sockets: Vec::new(), offload: false, counts: Counts::default(), received: 0, ahead: 0.0, began: None, kept: true };
        let (wake, stop) = (wire::event()?, wire::event()?);
        let (stopped, thread) = (AtomicBool::new(false), Mutex::new(None));
        Ok(Arc::new(Pump { state: Mutex::new(state), stopped, wake, stop, thread }))
    }

    /// A panic ends the process (see `lib.rs`), so a lock is never found broken.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|broken| broken.into_inner())
    }

    /// Begins to read from sockets, which the caller keeps open until `stop`. `calm`: of the same addresses, those that
    /// take what may wait, if there are any.
    pub fn start(self: &Arc<Pump>, sockets: Vec<RawFd>, calm: Vec<RawFd>, offload: bool) -> std::io::Result<()> {
        {
            let mut state = self.state();
            (state.sockets, state.offload, state.kept) = (sockets.clone(), offload, false);
        }
        let pump = Arc::clone(self);
        let thread = std::thread::Builder::new().name("media".into()).spawn(move || pump.run(&sockets, &calm))?;
        *self.thread.lock().unwrap_or_else(|broken| broken.into_inner()) = Some(thread);
        Ok(())
    }

    /// Ends the thread; a second time does nothing.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
        wire::signal(self.stop);
        let thread = self.thread.lock().unwrap_or_else(|broken| broken.into_inner()).take();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
        self.state().sockets.clear();
    }

    fn run(&self, sockets: &[RawFd], calm: &[RawFd]) {
        let (first, end) = (sockets.len() + 1, sockets.len() + 1 + calm.len());
        let mut watch = Watch::new([sockets, &[self.stop], calm].concat());
        let mut inbox = Inbox::new();
        let (mut completion, mut calm_from) = (None::<f64>, 0.0);
        let mut due = wire::monotonic() + TICK;
        // How often since the last tick something calm was read, how many ticks ago, and whether it has to wait.
        let (mut reads, mut idle, mut resting) = (0, 0, false);
        while !self.stopped.load(Ordering::SeqCst) {
            let until = completion.map_or(due, |until| until.min(due));
            watch.wait(if resting { first } else { end }, until - wire::monotonic());
            for (number, socket) in sockets.iter().enumerate().filter(|(number, _)| watch.ready(*number)) {
                self.take(number as u8, *socket, &mut inbox);
            }
            self.state().forward();
            let calm_due = resting && wire::monotonic() >= calm_from;
            for (number, socket) in calm.iter().enumerate().filter(|(number, _)| calm_due || watch.ready(first + number)) {
                let (mut taken, mut left) = (BURST, AT_ONCE);
                while taken == BURST && left > 0 {
                    taken = self.take(number as u8, *socket, &mut inbox);
                    reads += usize::from(taken > 0);
                    left -= 1;
                }
            }
            let mut state = self.state();
            completion = state.forward();
            let now = wire::monotonic();
            if calm_due {
                calm_from = now + TICK / 4.0;
            }
            // Who is awake anyway needn't wake again for it.
            if now >= due - TICK / 2.0 {
                due = now + TICK;
                idle = if reads > 0 { 0 } else { idle + 1 };
                resting = if resting { idle <= PATIENCE } else { reads > FEW };
                reads = 0;
                let now = now + state.ahead;
                state.tick(now);
            }
            if std::mem::take(&mut state.engine.up.urgent) {
                wire::signal(self.wake);
            }
        }
    }

    /// Takes in what came to a socket: how many datagrams, `BURST` at most.
    fn take(&self, number: u8, socket: RawFd, inbox: &mut Inbox) -> usize {
        let count = inbox.read(socket);
        if count > 0 {
            let mut state = self.state();
            let now = wire::monotonic() + state.ahead;
            state.received += count as u64;
            for at in 0..count {
                let (data, from) = inbox.datagram(at);
                state.engine.datagram((number, from), data, now);
            }
        }
        count
    }
}

impl State {
    /// Sends what was taken in. Until when what is left waits, by the machine's clock.
    fn forward(&mut self) -> Option<f64> {
        self.engine.flush(wire::monotonic() + self.ahead, COMPLETION);
        self.send();
        self.engine.waits_until().map(|until| until - self.ahead)
    }

    /// Does what is due, once the time is known.
    pub fn tick(&mut self, now: f64) {
        let Some(began) = self.began else { return };
        let engine = &mut self.engine;
        engine.tick(now, began + now, TICK);
        engine.talks.tick(&mut engine.up);
        engine.up.urgent |= engine.up.pressing;
        self.send();
    }

    /// Whether nobody but Python calls `tick`: there are no sockets.
    pub fn kept(&self) -> bool {
        self.kept
    }

    /// Sends what was written.
    pub fn send(&mut self) {
        if !self.kept {
            outbox::send(&mut self.engine, &self.sockets, &mut self.offload, &mut self.counts);
        }
    }
}

impl Drop for Pump {
    fn drop(&mut self) {
        wire::close(self.wake);
        wire::close(self.stop);
    }
}
