//! Tables by numbers that we give out ourselves, which nobody outside can choose: hashing them would be waste.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

#[derive(Default)]
pub struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, number: u64) {
        // The table looks at the upper bits too.
        self.0 = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}

pub type Table<T> = HashMap<u64, T, BuildHasherDefault<AsIs>>;
