//! What can be wrong with what comes from the network.

/// The packet is not of its format and is dropped; the words are for the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed(pub &'static str);

pub type Read<T> = Result<T, Malformed>;

/// A byte of data from outside.
pub fn byte(data: &[u8], at: usize) -> Read<u8> {
    data.get(at).copied().ok_or(Malformed("cut off"))
}

/// Two bytes, the higher one first.
pub fn short(data: &[u8], at: usize) -> Read<u16> {
    let two = data.get(at..at + 2).ok_or(Malformed("cut off"))?;
    Ok(u16::from_be_bytes([two[0], two[1]]))
}

/// Four bytes, the highest one first.
pub fn long(data: &[u8], at: usize) -> Read<u32> {
    let four = data.get(at..at + 4).ok_or(Malformed("cut off"))?;
    Ok(u32::from_be_bytes([four[0], four[1], four[2], four[3]]))
}
