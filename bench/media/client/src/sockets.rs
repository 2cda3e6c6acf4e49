//! The only module with `unsafe`: system calls that the standard library doesn't offer. Each call passes pointers to
//! buffers that live until it returns, and lengths that are theirs.
#![allow(unsafe_code)]

use std::io;
use std::mem::{size_of, zeroed};
use std::net::{Ipv4Addr, SocketAddrV4};
use std::os::fd::RawFd;
use std::ptr::null_mut;

/// Datagrams read by one call.
pub const BURST: usize = 64;
const LONGEST: usize = 2048;
/// Room for a time (32 bytes) and a count of drops (24).
const CONTROL: usize = 64;
const READY: usize = 256;

/// Has the kernel say with each datagram when it came and how many were dropped before.
pub fn prepare(socket: RawFd) -> io::Result<()> {
    for option in [libc::SO_TIMESTAMPNS, libc::SO_RXQ_OVFL] {
        let on: libc::c_int = 1;
        // SAFETY: an integer that lives, with its size.
        let done = unsafe {
            libc::setsockopt(socket, libc::SOL_SOCKET, option, (&raw const on).cast(), size_of::<libc::c_int>() as u32)
        };
        if done < 0 {
            return Err(io::Error::last_os_error());
        }
    }
    Ok(())
}

/// Which of many sockets can be read.
pub struct Poll(RawFd);

impl Poll {
    pub fn new() -> io::Result<Poll> {
        // SAFETY: no pointers.
        let made = unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) };
        if made < 0 { Err(io::Error::last_os_error()) } else { Ok(Poll(made)) }
    }

    pub fn add(&self, socket: RawFd, number: u64) -> io::Result<()> {
        let mut event = libc::epoll_event { events: libc::EPOLLIN as u32, u64: number };
        // SAFETY: the event lives until the call returns.
        let done = unsafe { libc::epoll_ctl(self.0, libc::EPOLL_CTL_ADD, socket, &raw mut event) };
        if done < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
    }

    pub fn remove(&self, socket: RawFd) {
        // SAFETY: no pointer is needed to remove.
        unsafe { libc::epoll_ctl(self.0, libc::EPOLL_CTL_DEL, socket, null_mut()) };
    }

    /// The numbers of those that can be read now.
    pub fn ready(&self, found: &mut Vec<u64>) {
        found.clear();
        let mut events = [libc::epoll_event { events: 0, u64: 0 }; READY];
        // SAFETY: the array has as many elements as is said.
        let count = unsafe { libc::epoll_wait(self.0, events.as_mut_ptr(), READY as i32, 0) };
        found.extend(events.iter().take(usize::try_from(count).unwrap_or(0)).map(|event| event.u64));
    }
}

impl Drop for Poll {
    fn drop(&mut self) {
        // SAFETY: no pointers; the file is ours and isn't used again.
        unsafe { libc::close(self.0) };
    }
}

/// A datagram's size, whence it came, when (nanoseconds of CLOCK_REALTIME) and how many the socket had dropped by then.
#[derive(Clone, Copy)]
pub struct Found {
    pub length: usize,
    pub from: SocketAddrV4,
    pub arrived: Option<i64>,
    pub dropped: Option<u32>,
}

/// Room for a burst of datagrams.
pub struct Inbox {
    bytes: Vec<u8>,
    found: Vec<Found>,
}

impl Default for Inbox {
    fn default() -> Inbox {
        Inbox { bytes: vec![0; BURST * LONGEST], found: Vec::with_capacity(BURST) }
    }
}

impl Inbox {
    /// Reads what waits at a socket, without waiting itself; how many datagrams.
    pub fn read(&mut self, socket: RawFd) -> usize {
        self.found.clear();
        // SAFETY: plain data, for which zeros are valid.
        let mut names: [libc::sockaddr_in; BURST] = unsafe { zeroed() };
        let mut parts: [libc::iovec; BURST] = unsafe { zeroed() };
        let mut controls = [[0u64; CONTROL / 8]; BURST];
        let mut messages: [libc::mmsghdr; BURST] = unsafe { zeroed() };
        for at in 0..BURST {
            parts[at].iov_base = self.bytes[at * LONGEST..].as_mut_ptr().cast();
            parts[at].iov_len = LONGEST;
            let head = &mut messages[at].msg_hdr;
            head.msg_name = (&raw mut names[at]).cast();
            head.msg_namelen = size_of::<libc::sockaddr_in>() as u32;
            head.msg_iov = &raw mut parts[at];
            head.msg_iovlen = 1;
            head.msg_control = controls[at].as_mut_ptr().cast();
            head.msg_controllen = CONTROL as _;
        }
        // SAFETY: `messages` names `BURST` buffers of `LONGEST` bytes, addresses and control buffers, all alive.
        let count =
            unsafe { libc::recvmmsg(socket, messages.as_mut_ptr(), BURST as u32, libc::MSG_DONTWAIT, null_mut()) };
        for at in 0..usize::try_from(count).unwrap_or(0) {
            let from = SocketAddrV4::new(
                Ipv4Addr::from(u32::from_be(names[at].sin_addr.s_addr)),
                u16::from_be(names[at].sin_port),
            );
            let (arrived, dropped) = said(&messages[at].msg_hdr);
            self.found.push(Found { length: messages[at].msg_len as usize, from, arrived, dropped });
        }
        self.found.len()
    }

    /// A datagram of those read, and what is known of it.
    pub fn datagram(&mut self, at: usize) -> (&mut [u8], Found) {
        let found = self.found[at];
        (&mut self.bytes[at * LONGEST..at * LONGEST + found.length], found)
    }
}

/// What the kernel wrote beside a datagram: its time, and drops so far.
fn said(head: &libc::msghdr) -> (Option<i64>, Option<u32>) {
    let (mut arrived, mut dropped) = (None, None);
    // SAFETY: the kernel wrote whole headers into the control buffer, which is alive, and says how many bytes.
    unsafe {
        let mut control = libc::CMSG_FIRSTHDR(head);
        while !control.is_null() {
            let data = libc::CMSG_DATA(control);
            match ((*control).cmsg_level, (*control).cmsg_type) {
                (libc::SOL_SOCKET, libc::SCM_TIMESTAMPNS) => {
                    let time = data.cast::<libc::timespec>().read_unaligned();
                    arrived = Some(time.tv_sec * 1_000_000_000 + time.tv_nsec);
                }
                (libc::SOL_SOCKET, libc::SO_RXQ_OVFL) => dropped = Some(data.cast::<u32>().read_unaligned()),
                _ => {}
            }
            control = libc::CMSG_NXTHDR(head, control);
        }
    }
    (arrived, dropped)
}

/// Nanoseconds of the monotonic clock, which is Python's `time.perf_counter`.
pub fn monotonic() -> i64 {
    clock(libc::CLOCK_MONOTONIC)
}

/// Nanoseconds that the clock of the kernel's times (CLOCK_REALTIME) is ahead of the monotonic one, of a few samples
/// the one taken in the shortest time.
pub fn ahead() -> i64 {
    let sample = || {
        let (before, real, after) = (monotonic(), clock(libc::CLOCK_REALTIME), monotonic());
        (after - before, real - (before + after) / 2)
    };
    (0..3).map(|_| sample()).min().map_or(0, |(_, ahead)| ahead)
}

fn clock(which: libc::clockid_t) -> i64 {
    // SAFETY: plain data, written by the call.
    let mut now: libc::timespec = unsafe { zeroed() };
    unsafe { libc::clock_gettime(which, &raw mut now) };
    now.tv_sec * 1_000_000_000 + now.tv_nsec
}
