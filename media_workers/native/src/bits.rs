//! Reading bit by bit: what the dependency descriptor is written in.

use crate::error::{Malformed, Read};

/// Bits of `data`, highest first.
pub struct Bits<'a> {
    data: &'a [u8],
    at: usize,
}

impl<'a> Bits<'a> {
    pub fn new(data: &'a [u8]) -> Bits<'a> {
        Bits { data, at: 0 }
    }

    pub fn empty(&self) -> bool {
        self.data.is_empty()
    }

    pub fn flag(&mut self) -> Read<bool> {
        let byte = self.data.get(self.at / 8).ok_or(Malformed("bits cut off"))?;
        let bit = byte >> (7 - self.at % 8) & 1;
        self.at += 1;
        Ok(bit == 1)
    }

    /// The next `count` bits (32 at most) as a number.
    pub fn read(&mut self, count: u32) -> Read<u32> {
        let mut value = 0;
        for _ in 0..count {
            value = value << 1 | u32::from(self.flag()?);
        }
        Ok(value)
    }

    /// Goes on by `count` bits.
    pub fn skip(&mut self, count: usize) -> Read<()> {
        if count > 8 * self.data.len() - self.at {
            return Err(Malformed("bits cut off"));
        }
        self.at += count;
        Ok(())
    }

    /// A number of 0 … `end` - 1 (`ns(n)` of AV1, section 4.10.7).
    pub fn below(&mut self, end: u32) -> Read<u32> {
        let width = u32::BITS - end.leading_zeros();
        let short = (1 << width) - end;
        let value = self.read(width - 1)?;
        Ok(if value < short { value } else { (value << 1) - short + self.read(1)? })
    }
}
