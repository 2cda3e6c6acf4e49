//! The packets of the load client: one thread sends what publishers send and takes what comes to all subscribers, with
//! the kernel's time of arrival. ICE, DTLS, data channels and RTCP are Python's, over the same sockets.

pub mod counts;
pub mod peer;
#[cfg(feature = "extension")]
mod python;
pub mod publisher;
pub mod sockets;
pub mod source;
pub mod thread;
