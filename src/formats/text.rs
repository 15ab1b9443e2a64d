//! Bytes to text: UTF-8 with or without its mark. Anything else is refused with a sentence, never misread.
//! Must not know what the text means.

/// Why a whole input is refused. Nothing of it was imported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refused(pub String);

impl Refused {
    /// A refusal with a sentence.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

/// The text of a file, without a byte order mark.
pub fn decode(bytes: &[u8]) -> Result<&str, Refused> {
    if bytes.is_empty() {
        return Err(Refused::new("The file is empty. Nothing was imported; export the leads again."));
    }
    if let Some(name) = other_unicode(bytes) {
        return Err(Refused::new(format!(
            "The file is {name}, which this version does not read. Nothing was imported; save it as CSV UTF-8."
        )));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|fault| {
        let before = &bytes[..fault.valid_up_to()];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        Refused::new(format!(
            "Line {line} is not UTF-8 (the file may be Windows-1252, which this version does not read). \
             Nothing was imported; save it as CSV UTF-8."
        ))
    })
}

/// Names the encoding of bytes that begin like UTF-16 or UTF-32, with or without a mark.
fn other_unicode(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => Some("UTF-32"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some("UTF-16"),
        _ => {
            let head = bytes.get(..bytes.len().min(512)).unwrap_or_default();
            let nulls = head.iter().filter(|byte| **byte == 0).count();
            (nulls * 4 > head.len()).then_some("UTF-16 without its mark")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_is_dropped_and_other_encodings_are_refused() {
        assert_eq!(decode(b"\xef\xbb\xbfLeadId"), Ok("LeadId"));
        assert_eq!(decode("é".as_bytes()), Ok("é"));
        let refused = |bytes: &[u8]| decode(bytes).expect_err("refused").0;
        assert!(refused(b"").contains("empty"));
        assert!(refused(b"\xff\xfeL\0e\0").contains("UTF-16"));
        assert!(refused(b"L\0e\0a\0d\0I\0d\0").contains("UTF-16"));
        assert!(refused(b"a\nb\nJo\xe3o").starts_with("Line 3 is not UTF-8"));
    }
}
