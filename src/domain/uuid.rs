//! UUIDs (RFC 9562) and the hexadecimal digits they are written with: by name, the same one for the same name for good, or at
//! random. Must not choose the name, nor draw the random bits.

use std::fmt::{self, Write as _};

/// A UUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Uuid([u8; 16]);

impl Uuid {
    /// The one of a digest, of which the first 128 bits are taken: version 8.
    pub fn of_digest(digest: [u8; 32]) -> Self {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        Self::of(bytes, 8)
    }

    /// One of random bits: version 4.
    pub const fn of_random(bits: u128) -> Self {
        Self::of(bits.to_be_bytes(), 4)
    }

    const fn of(mut bytes: [u8; 16], version: u8) -> Self {
        bytes[6] = bytes[6] & 0x0f | version << 4;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        Self(bytes)
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, byte) in self.0.iter().enumerate() {
            if matches!(place, 4 | 6 | 8 | 10) {
                f.write_str("-")?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

/// Bytes as digits, two lowercase ones a byte.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_says_its_version_and_keeps_the_other_bits() {
        assert_eq!(Uuid::of_digest([0xff; 32]).to_string(), "ffffffff-ffff-8fff-bfff-ffffffffffff");
        assert_eq!(Uuid::of_digest([0; 32]).to_string(), "00000000-0000-8000-8000-000000000000");
        let random = Uuid::of_random(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef);
        assert_eq!(random.to_string(), "01234567-89ab-4def-8123-456789abcdef");
    }

    #[test]
    fn every_byte_is_two_digits() {
        assert_eq!((hex(&[0, 10, 255]), hex(&[])), ("000aff".to_owned(), String::new()));
    }
}
