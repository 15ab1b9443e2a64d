//! What hyper lets pass and a receiver of leads does not: heads that two programs could read in two ways (request smuggling).
//! Looks at the bytes as they came, because hyper drops a second length before anybody sees it. Must not read a body.

/// Why the head of a request is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ambiguous {
    /// Its end was not among the bytes of this request: another request was sent before the last was answered.
    Pipelined,
    /// A line ends without a carriage return.
    BareLineBreak,
    /// There is more than one length, or a length and an encoding.
    TwoLengths,
    /// The body is encoded in another way than in chunks.
    Encoding,
    /// HTTP/1.0 that wants to go on.
    OldKeepAlive,
}

impl Ambiguous {
    /// The sentence for the sender.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Pipelined => "Wait for the answer before sending the next request.",
            Self::BareLineBreak => "Every line of the head ends with CR LF.",
            Self::TwoLengths => "Say once how long the body is.",
            Self::Encoding => "The body may be sent in chunks, but not encoded in any other way.",
            Self::OldKeepAlive => "HTTP/1.0 closes the connection after the answer.",
        }
    }
}

/// Checks the bytes of a request up to the end of its head; what follows is not looked at.
pub fn check(bytes: &[u8]) -> Result<(), Ambiguous> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n");
    let bare = |head: &[u8]| {
        let breaks = head.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
        breaks.into_iter().any(|(at, _)| at.checked_sub(1).and_then(|before| head.get(before)) != Some(&b'\r'))
    };
    let Some(end) = end else {
        return Err(if bare(bytes) { Ambiguous::BareLineBreak } else { Ambiguous::Pipelined });
    };
    let head = bytes.get(..end).unwrap_or_default();
    if bare(head) {
        return Err(Ambiguous::BareLineBreak);
    }
    let mut lines = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).skip_while(|line| line.is_empty());
    let old = lines.next().is_some_and(|line| line.ends_with(b"HTTP/1.0"));
    let fields: Vec<_> = lines.filter_map(field).collect();
    let all = |name: &[u8]| {
        let values = fields.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        values.map(|(_, value)| *value).collect::<Vec<_>>()
    };
    let (lengths, encodings) = (all(b"content-length"), all(b"transfer-encoding"));
    if lengths.len() + encodings.len() > 1 {
        return Err(Ambiguous::TwoLengths);
    }
    if encodings.iter().any(|value| !value.eq_ignore_ascii_case(b"chunked")) {
        return Err(Ambiguous::Encoding);
    }
    let goes_on = |value: &&[u8]| {
        value.split(|byte| *byte == b',').any(|word| word.trim_ascii().eq_ignore_ascii_case(b"keep-alive"))
    };
    if old && all(b"connection").iter().any(goes_on) {
        return Err(Ambiguous::OldKeepAlive);
    }
    Ok(())
}

fn field(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    Some((line.get(..colon)?.trim_ascii(), line.get(colon + 1..)?.trim_ascii()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(lines: &[&str]) -> Result<(), Ambiguous> {
        check(format!("{}\r\n\r\n{{\"a\":1}}", lines.join("\r\n")).as_bytes())
    }

    #[test]
    fn a_plain_request_passes() {
        assert_eq!(checked(&["POST /leads/x HTTP/1.1", "Host: a", "Content-Length: 7"]), Ok(()));
        assert_eq!(checked(&["POST /leads/x HTTP/1.1", "transfer-encoding: Chunked"]), Ok(()));
        assert_eq!(checked(&["POST /leads/x HTTP/1.1", "Connection: keep-alive"]), Ok(()));
        assert_eq!(checked(&["POST /leads/x HTTP/1.0", "Connection: close", "Content-Length: 7"]), Ok(()));
        assert_eq!(checked(&["", "GET /healthz HTTP/1.1"]), Ok(()), "an empty line before the first may be skipped");
    }

    #[test]
    fn what_can_be_read_in_two_ways_does_not() {
        let post = "POST /leads/x HTTP/1.1";
        assert_eq!(checked(&[post, "Content-Length: 7", "content-LENGTH: 7"]), Err(Ambiguous::TwoLengths));
        assert_eq!(checked(&[post, "Content-Length: 7", "Transfer-Encoding: chunked"]), Err(Ambiguous::TwoLengths));
        assert_eq!(checked(&[post, "Transfer-Encoding: gzip, chunked"]), Err(Ambiguous::Encoding));
        assert_eq!(checked(&[post, "Transfer-Encoding : xchunked"]), Err(Ambiguous::Encoding));
        assert_eq!(checked(&["GET / HTTP/1.0", "Connection: x, Keep-Alive"]), Err(Ambiguous::OldKeepAlive));
        assert_eq!(check(b"POST / HTTP/1.1\nHost: a\n\n"), Err(Ambiguous::BareLineBreak));
        assert_eq!(check(b"POST / HTTP/1.1\nHost: a\r\n\r\n"), Err(Ambiguous::BareLineBreak));
        assert_eq!(check(b""), Err(Ambiguous::Pipelined));
        assert_eq!(check(b"POST / HTTP/1.1\r\nHost"), Err(Ambiguous::Pipelined));
    }
}
