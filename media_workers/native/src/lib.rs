//! Moves the packets of a media worker; Python decides where they go. `README.md` beside this crate says how.

pub mod av1;
pub mod bits;
pub mod checks;
pub mod codecs;
pub mod descriptor;
pub mod down;
pub mod downlink;
pub mod encoding;
pub mod engine;
pub mod error;
pub mod estimator;
pub mod events;
pub mod floor;
pub mod h264;
pub mod ids;
pub mod layer_filter;
pub mod leg;
pub mod outbox;
pub mod packet;
pub mod packet_map;
pub mod peers;
pub mod picture;
pub mod probing;
pub mod pump;
#[cfg(feature = "extension")]
mod python;
pub mod rate;
pub mod red;
pub mod reports;
pub mod rtcp;
pub mod rtp;
pub mod sent;
pub mod sequence;
pub mod srtp;
pub mod trend;
pub mod twcc;
pub mod vp8;
pub mod vp9;
pub mod wire;

/// Exit status after a panic; the supervisor starts the worker again.
pub const PANICKED: i32 = 70;

/// From now on a panic ends the process with a line on standard error: media must not fall silent behind a worker that
/// seems well.
pub fn end_at_panics() {
    std::panic::set_hook(Box::new(|fault| {
        let (file, line) = fault.location().map_or(("", 0), |place| (place.file(), place.line()));
        eprintln!("{{\"level\": \"CRITICAL\", \"message\": \"the native forwarder broke at {file}:{line}: the worker ends\"}}");
        wire::exit(PANICKED);
    }));
}
