//! The only module with `unsafe`: system calls that the standard library doesn't offer. Each call passes pointers to
//! buffers that live until it returns, and lengths that are theirs.
#![allow(unsafe_code)]

use std::io;
use std::mem::{size_of, zeroed};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::fd::RawFd;
use std::ptr::null_mut;
use std::time::Duration;

/// Datagrams read by one call.
pub const BURST: usize = 64;
/// Bytes of a datagram; what is longer is cut off and then refused.
pub const LONGEST: usize = 2048;
/// Messages sent by one call.
const AT_ONCE: usize = 128;

/// Room for a burst of datagrams, described to the kernel once.
pub struct Inbox {
    bytes: Vec<u8>,
    found: Vec<(usize, SocketAddr)>,
    names: Vec<libc::sockaddr_storage>,
    /// Named by `messages`.
    _parts: Vec<libc::iovec>,
    messages: Vec<libc::mmsghdr>,
}

impl Inbox {
    pub fn new() -> Inbox {
        let mut bytes = vec![0; BURST * LONGEST];
        // SAFETY: plain data, for which zeros are valid.
        let (mut names, empty): (Vec<libc::sockaddr_storage>, libc::mmsghdr) = unsafe { (vec![zeroed(); BURST], zeroed()) };
        let mut parts: Vec<libc::iovec> = bytes
            .chunks_mut(LONGEST)
            .map(|room| libc::iovec { iov_base: room.as_mut_ptr().cast(), iov_len: LONGEST })
            .collect();
        let described = |(name, part): (&mut libc::sockaddr_storage, &mut libc::iovec)| {
            let mut message = empty;
            message.msg_hdr.msg_name = (&raw mut *name).cast();
            message.msg_hdr.msg_iov = &raw mut *part;
            message.msg_hdr.msg_iovlen = 1;
            message
        };
        let messages = names.iter_mut().zip(&mut parts).map(described).collect();
        Inbox { bytes, found: Vec::with_capacity(BURST), names, _parts: parts, messages }
    }

    /// Reads what waits at a socket, without waiting itself; how many datagrams.
    pub fn read(&mut self, socket: RawFd) -> usize {
        self.found.clear();
        for message in &mut self.messages {
            message.msg_hdr.msg_namelen = size_of::<libc::sockaddr_storage>() as u32;
        }
        // SAFETY: `messages` names `BURST` buffers of `LONGEST` bytes and as many addresses; their vectors live as long
        // as it and never grow.
        let count =
            unsafe { libc::recvmmsg(socket, self.messages.as_mut_ptr(), BURST as u32, libc::MSG_DONTWAIT, null_mut()) };
        for (message, name) in self.messages.iter().zip(&self.names).take(usize::try_from(count).unwrap_or(0)) {
            let length = if message.msg_hdr.msg_flags & libc::MSG_TRUNC != 0 { 0 } else { message.msg_len };
            let unknown = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);
            self.found.push((length as usize, address(name).unwrap_or(unknown)));
        }
        self.found.len()
    }

    /// A datagram of those read, and whence it came.
    pub fn datagram(&mut self, at: usize) -> (&mut [u8], SocketAddr) {
        let (length, from) = self.found[at];
        (&mut self.bytes[at * LONGEST..at * LONGEST + length], from)
    }
}

/// Bytes for one destination, which the kernel cuts into datagrams of `segment` bytes (UDP_SEGMENT); 0 = one datagram.
pub struct Message<'a> {
    pub bytes: &'a [u8],
    pub segment: usize,
    pub to: SocketAddr,
}

const CONTROL: usize = 24;

/// Sends messages by as few calls as it takes. For each that the kernel refuses `failed` is told its place and why.
pub fn send(socket: RawFd, all: &[Message], mut failed: impl FnMut(usize, io::Error)) {
    let mut first = 0;
    while first < all.len() {
        let count = AT_ONCE.min(all.len() - first);
        match send_some(socket, &all[first..first + count]) {
            Ok(sent) => first += sent.max(1),
            Err(fault) if fault.kind() == io::ErrorKind::Interrupted => {}
            Err(fault) => {
                failed(first, fault);
                first += 1;
            }
        }
    }
}

/// An address as the kernel reads it.
union Name {
    four: libc::sockaddr_in,
    six: libc::sockaddr_in6,
}

fn send_some(socket: RawFd, some: &[Message]) -> io::Result<usize> {
    let mut names: Vec<(Name, u32)> = some.iter().map(|message| named(message.to)).collect();
    let mut parts: Vec<libc::iovec> = some
        .iter()
        .map(|message| libc::iovec { iov_base: message.bytes.as_ptr().cast_mut().cast(), iov_len: message.bytes.len() })
        .collect();
    let mut controls = vec![[0u64; CONTROL / 8]; some.len()];
    // SAFETY: plain data, for which zeros are valid.
    let mut messages: Vec<libc::mmsghdr> = vec![unsafe { zeroed() }; some.len()];
    for (at, message) in some.iter().enumerate() {
        let head = &mut messages[at].msg_hdr;
        head.msg_name = (&raw mut names[at].0).cast();
        head.msg_namelen = names[at].1;
        head.msg_iov = &raw mut parts[at];
        head.msg_iovlen = 1;
        if message.segment != 0 {
            head.msg_control = controls[at].as_mut_ptr().cast();
            head.msg_controllen = CONTROL as _;
            // SAFETY: the control buffer has room for one header (16 bytes) with two bytes of data, and is aligned.
            unsafe {
                let control = libc::CMSG_FIRSTHDR(head);
                (*control).cmsg_level = libc::SOL_UDP;
                (*control).cmsg_type = libc::UDP_SEGMENT;
                (*control).cmsg_len = libc::CMSG_LEN(2) as _;
                libc::CMSG_DATA(control).cast::<u16>().write_unaligned(message.segment as u16);
            }
        }
    }
    // SAFETY: `messages` names as many buffers, addresses and control buffers as `some` has, all alive; none is written.
    let sent = unsafe { libc::sendmmsg(socket, messages.as_mut_ptr(), messages.len() as u32, libc::MSG_DONTWAIT) };
    usize::try_from(sent).map_err(|_| io::Error::last_os_error())
}

/// Files that are waited for, described to the kernel once.
pub struct Watch(Vec<libc::pollfd>);

impl Watch {
    pub fn new(files: Vec<RawFd>) -> Watch {
        Watch(files.into_iter().map(|fd| libc::pollfd { fd, events: libc::POLLIN, revents: 0 }).collect())
    }

    /// Waits until one of the first so many files can be read, at most so many seconds.
    pub fn wait(&mut self, first: usize, most: f64) {
        let (some, rest) = self.0.split_at_mut(first);
        rest.iter_mut().for_each(|one| one.revents = 0);
        let time = Duration::from_secs_f64(most.max(0.0));
        let time = libc::timespec { tv_sec: time.as_secs() as libc::time_t, tv_nsec: time.subsec_nanos().into() };
        // SAFETY: the array has as many elements as is said; the time lives until the call returns.
        unsafe { libc::ppoll(some.as_mut_ptr(), some.len() as libc::nfds_t, &raw const time, std::ptr::null()) };
    }

    /// Whether a file can be read, or is broken, which reading tells.
    pub fn ready(&self, number: usize) -> bool {
        self.0.get(number).is_some_and(|one| one.revents != 0)
    }
}

/// A new event counter that never blocks.
pub fn event() -> io::Result<RawFd> {
    // SAFETY: no pointers.
    let made = unsafe { libc::eventfd(0, libc::EFD_NONBLOCK | libc::EFD_CLOEXEC) };
    if made < 0 { Err(io::Error::last_os_error()) } else { Ok(made) }
}

/// Makes an event counter readable.
pub fn signal(event: RawFd) {
    let one = 1u64.to_ne_bytes();
    // SAFETY: eight bytes that live.
    unsafe { libc::write(event, one.as_ptr().cast(), one.len()) };
}

/// Sets an event counter back.
pub fn settle(event: RawFd) {
    let mut count = [0u8; 8];
    // SAFETY: eight bytes that live.
    unsafe { libc::read(event, count.as_mut_ptr().cast(), count.len()) };
}

/// Gives a file of ours back.
pub fn close(file: RawFd) {
    // SAFETY: no pointers; the caller owns the file and doesn't use it again.
    unsafe { libc::close(file) };
}

/// Seconds of the monotonic clock, as Python's `time.monotonic` has them.
pub fn monotonic() -> f64 {
    clock(libc::CLOCK_MONOTONIC)
}

/// Seconds of CPU time of this process, the kernel's work for it included.
pub fn cpu() -> f64 {
    clock(libc::CLOCK_PROCESS_CPUTIME_ID)
}

fn clock(which: libc::clockid_t) -> f64 {
    // SAFETY: plain data, written by the call.
    let mut now: libc::timespec = unsafe { zeroed() };
    unsafe { libc::clock_gettime(which, &raw mut now) };
    now.tv_sec as f64 + now.tv_nsec as f64 / 1e9
}

/// Ends the process at once: what a panic comes to.
pub fn exit(status: i32) -> ! {
    // SAFETY: no pointers; nothing runs after.
    unsafe { libc::_exit(status) }
}

fn address(name: &libc::sockaddr_storage) -> Option<SocketAddr> {
    match i32::from(name.ss_family) {
        libc::AF_INET => {
            // SAFETY: the kernel says that it wrote an IPv4 address, which is smaller than the storage.
            let name = unsafe { &*(&raw const *name).cast::<libc::sockaddr_in>() };
            let ip = Ipv4Addr::from(u32::from_be(name.sin_addr.s_addr));
            Some(SocketAddr::new(IpAddr::V4(ip), u16::from_be(name.sin_port)))
        }
        libc::AF_INET6 => {
            // SAFETY: as above, for IPv6.
            let name = unsafe { &*(&raw const *name).cast::<libc::sockaddr_in6>() };
            let ip = Ipv6Addr::from(name.sin6_addr.s6_addr);
            Some(SocketAddr::new(IpAddr::V6(ip), u16::from_be(name.sin6_port)))
        }
        _ => None,
    }
}

/// An address, and how many bytes of it the kernel reads.
fn named(address: SocketAddr) -> (Name, u32) {
    // SAFETY: plain data, for which zeros are valid.
    let mut name: Name = unsafe { zeroed() };
    match address {
        SocketAddr::V4(address) => {
            name.four = libc::sockaddr_in {
                sin_family: libc::AF_INET as u16,
                sin_port: address.port().to_be(),
                sin_addr: libc::in_addr { s_addr: u32::from(*address.ip()).to_be() },
                sin_zero: [0; 8],
            };
            (name, size_of::<libc::sockaddr_in>() as u32)
        }
        SocketAddr::V6(address) => {
            name.six = libc::sockaddr_in6 {
                sin6_family: libc::AF_INET6 as u16,
                sin6_port: address.port().to_be(),
                sin6_flowinfo: 0,
                sin6_addr: libc::in6_addr { s6_addr: u128::from(*address.ip()).to_be_bytes() },
                sin6_scope_id: address.scope_id(),
            };
            (name, size_of::<libc::sockaddr_in6>() as u32)
        }
    }
}
