//! A panic within one connection; alone in its process, because the hook is the process's.

#[test]
fn what_breaks_within_one_connection_ends_nothing_else() {
    iboo_native::end_at_panics();
    assert_eq!(iboo_native::contained(|| -> u8 { panic!("as a library might") }), None);
    assert_eq!(iboo_native::contained(|| 7), Some(7));
}
