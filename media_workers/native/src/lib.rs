//! Moves the packets of a media worker; Python decides where they go. `README.md` beside this crate says how.

use std::cell::Cell;
use std::panic::{catch_unwind, AssertUnwindSafe};

pub mod arrivals;
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
pub mod gate;
pub mod h264;
pub mod ids;
pub mod layer_filter;
pub mod leg;
pub mod messages;
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
pub mod records;
pub mod red;
pub mod reports;
pub mod rtcp;
pub mod rtp;
pub mod sent;
pub mod sequence;
pub mod srtp;
pub mod talks;
pub mod trend;
pub mod twcc;
pub mod vp8;
pub mod vp9;
pub mod wire;

/// Exit status after a panic; the supervisor starts the worker again.
pub const PANICKED: i32 = 70;

thread_local! {
    static CONTAINED: Cell<bool> = const { Cell::new(false) };
}

/// From now on a panic ends the process with a line on standard error: media must not fall silent behind a worker that
/// seems well. Within `contained` it ends what was being done.
pub fn end_at_panics() {
    std::panic::set_hook(Box::new(|fault| {
        let (file, line) = fault.location().map_or(("", 0), |place| (place.file(), place.line()));
        // The name alone: where the library was built is nobody's business.
        let file = file.rsplit('/').next().unwrap_or("");
        if CONTAINED.get() {
            eprintln!("{{\"level\": \"ERROR\", \"message\": \"SCTP broke at {file}:{line}: a connection ends\"}}");
            return;
        }
        eprintln!("{{\"level\": \"CRITICAL\", \"message\": \"the native forwarder broke at {file}:{line}: the worker ends\"}}");
        wire::exit(PANICKED);
    }));
}

/// What `act` gives, or nothing when it panicked. What it worked on is not to be used again then.
pub fn contained<T>(act: impl FnOnce() -> T) -> Option<T> {
    CONTAINED.set(true);
    let done = catch_unwind(AssertUnwindSafe(act));
    CONTAINED.set(false);
    done.ok()
}
