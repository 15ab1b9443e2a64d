//! Bytes as hexadecimal digits, for what is named by a digest or at random.
//! Must not read any: whoever takes them back checks them.

use std::fmt::Write as _;

/// Two lowercase digits a byte.
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
    fn every_byte_is_two_digits() {
        assert_eq!((hex(&[0, 10, 255]), hex(&[])), ("000aff".to_owned(), String::new()));
    }
}
