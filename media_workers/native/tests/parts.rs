//! Parts with a rule of their own; that the whole does as Python does is shown in tests/unit/media_workers/test_native.py.

use iboo_native::arrivals::Arrivals;
use iboo_native::outbox::runs;
use iboo_native::sent::{Entry, Sent};
use iboo_native::sequence::Sequence;
use iboo_native::twcc;

fn entry(at: f64) -> Entry {
    Entry { at, size: 1, probe: 0 }
}

#[test]
fn a_run_is_of_one_length_and_ends_with_a_shorter_one() {
    assert_eq!(runs(&[]), []);
    assert_eq!(runs(&[5]), [(0, 1)]);
    assert_eq!(runs(&[5, 5, 3, 3, 5]), [(0, 3), (3, 4), (4, 5)]);
    assert_eq!(runs(&[3, 5, 5]), [(0, 1), (1, 3)]);
}

#[test]
fn a_run_holds_what_one_send_may_hold() {
    assert_eq!(runs(&[10; 130]), [(0, 64), (64, 128), (128, 130)]);
    assert_eq!(runs(&[1500; 50]), [(0, 43), (43, 50)]);
}

#[test]
fn numbers_are_followed_over_their_wraps() {
    let mut sequence = Sequence::default();
    let seen: Vec<i64> = [65534, 65535, 0, 65533, 1].into_iter().map(|number| sequence.extend(number)).collect();
    assert_eq!(seen, [131070, 131071, 131072, 131069, 131073]);
}

fn told(sent: &mut Sent, base: u16, arrivals: &[Option<f64>]) -> Vec<(f64, Option<f64>)> {
    sent.deliveries(base, arrivals).iter().map(|one| (one.sent, one.arrived)).collect()
}

#[test]
fn feedback_says_when_each_packet_came() {
    let mut arrivals = Arrivals::default();
    for (number, milliseconds) in [(65_534, 1000), (65_535, 1250), (1, 1500), (2, 1375)] {
        arrivals.packet(number, 4 * milliseconds);
    }
    let pieces = arrivals.feedback();
    assert_eq!(pieces.len(), 1);
    let (first, when) = twcc::read(&pieces[0]).unwrap();
    assert_eq!((first, when), (65_534, vec![Some(1.0), Some(1.25), None, Some(1.5), Some(1.375)]));
    assert!(arrivals.feedback().is_empty());
}

#[test]
fn a_long_time_and_many_packets_take_several_pieces() {
    let mut arrivals = Arrivals::default();
    for number in 0..1000i64 {
        arrivals.packet(number as u16, 4 * number + if number > 500 { 240_000 } else { 0 });
    }
    let told: usize = arrivals.feedback().iter().map(|piece| twcc::read(piece).unwrap().1.len()).sum();
    assert_eq!(told, 1000);
}

#[test]
fn what_was_overtaken_is_told_and_those_behind_it_once_more() {
    let mut arrivals = Arrivals::default();
    let told = |arrivals: &mut Arrivals| -> Vec<(u16, Vec<Option<f64>>)> {
        arrivals.feedback().iter().map(|piece| twcc::read(piece).unwrap()).collect()
    };
    [1, 3].map(|number| arrivals.packet(number, 0));
    assert_eq!(told(&mut arrivals), vec![(1, vec![Some(0.0), None, Some(0.0)])]);
    arrivals.packet(2, 400);
    arrivals.packet(2, 800); // its copy says nothing
    assert_eq!(told(&mut arrivals), vec![(2, vec![Some(0.1), Some(0.0)])]);
    [(5, 800), (40, 4000)].map(|(number, ticks)| arrivals.packet(number, ticks));
    told(&mut arrivals);
    arrivals.packet(4, 4000); // half a second after what lies behind it, nobody waits for it
    assert_eq!(told(&mut arrivals), vec![]);
}

#[test]
fn what_was_sent_is_told_once() {
    let mut sent = Sent::default();
    (0..5).for_each(|at| sent.put(entry(f64::from(at))));
    let came = [Some(9.0); 9];
    assert_eq!(told(&mut sent, 1, &came[..2]), [(1.0, came[0]), (2.0, came[0])]);
    assert_eq!(told(&mut sent, 0, &came), [(0.0, came[0]), (3.0, came[0]), (4.0, came[0])]);
    assert_eq!(told(&mut sent, 0, &came), []);
}

#[test]
fn what_was_overtaken_is_not_lost() {
    let mut sent = Sent::default();
    (0..9).for_each(|at| sent.put(entry(f64::from(at) / 20.0)));
    assert_eq!(told(&mut sent, 0, &[None, None, Some(1.0)]), [(0.1, Some(1.0))]);
    assert_eq!(told(&mut sent, 0, &[Some(1.1), None]), [(0.0, Some(1.1))]);
    assert_eq!(told(&mut sent, 8, &[Some(1.5)]), [(0.05, None), (0.4, Some(1.5))]);
    assert_eq!(told(&mut sent, 1, &[Some(1.6)]), [], "too late");
}

#[test]
fn what_nobody_tells_of_is_forgotten() {
    let mut sent = Sent::default();
    (0..100_000).for_each(|at| sent.put(entry(f64::from(at))));
    let newest = 100_000u32 as u16;
    assert_eq!(sent.number(), newest);
    assert_eq!(sent.deliveries(newest.wrapping_sub(8192), &[Some(1.0); 8192]).len(), 8192);
    assert_eq!(sent.deliveries(newest.wrapping_sub(8193), &[Some(1.0)]).len(), 0);
}
