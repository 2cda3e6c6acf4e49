//! The pure parts.

use iboo_load::counts::Counts;
use iboo_load::peer::{is_media, Peer};
use iboo_load::source::{sent_at, Source};
use iboo_native::{rtp, twcc};

#[test]
fn numbers_are_followed_over_many_wraps() {
    let mut counts = Counts::default();
    for number in 0..200_000u32 {
        if number % 1000 != 7 {
            counts.packet(1, (60_000 + number) as u16);
        }
    }
    assert_eq!((counts.packets, counts.expected()), (199_800, 200_000));
}

#[test]
fn each_source_has_numbers_of_its_own_and_late_packets_are_no_loss() {
    let mut counts = Counts::default();
    for (ssrc, number) in [(1, 65_535), (2, 10), (1, 65_534), (1, 0), (2, 12)] {
        counts.packet(ssrc, number);
    }
    assert_eq!((counts.packets, counts.expected()), (5, 6));
}

#[test]
fn a_picture_says_when_each_packet_was_sent() {
    let mut source = Source::new(1, 2);
    let (mut times, mut stamps) = (Vec::new(), Vec::new());
    for part in 0..8 {
        let mut out = Vec::new();
        source.picture(5.0 + f64::from(part), 30.0, &mut out);
        let parsed = rtp::parse(&out).unwrap();
        assert_eq!((parsed.ssrc, parsed.sequence, parsed.marker), (2, part as u16, part == 6));
        times.push(sent_at(&out[parsed.payload]));
        stamps.push(parsed.timestamp);
    }
    assert_eq!(times, (0..8).map(|part| Some(5.0 + f64::from(part))).collect::<Vec<_>>());
    assert_eq!(stamps, [0, 0, 0, 0, 0, 0, 0, 3000]);
}

#[test]
fn a_probe_is_answered_and_not_counted() {
    let mut peer = Peer::new(-1, 3);
    let head = |sequence| rtp::Head { payload_type: 96, marker: false, sequence, timestamp: 0, ssrc: 5 };
    let mut probe = Vec::new();
    rtp::padding(&mut probe, head(9), &[(3, &[0, 7])], 200);
    *probe.last_mut().unwrap() = 255; // encrypted with the rest
    peer.media(&mut probe, 1_000_000_000).unwrap();
    assert_eq!(peer.counts.packets, 0);
    let told = peer.arrivals.feedback();
    assert_eq!(twcc::read(&told[0]).unwrap().0, 7);
}

#[test]
fn only_media_is_kept_from_python() {
    let with = |first: u8, second: u8| is_media(&[&[first, second][..], &[0; 20]].concat());
    assert!(with(0x80, 96) && with(0x90, 0x80 | 111));
    assert!(!with(0x81, 201) && !with(0, 1) && !with(22, 254) && !is_media(&[0x80]));
}
