//! `mailto:` (RFC 6068) of a draft. Everything but letters and digits is encoded, so that no text of a lead can become a header or
//! a second address; subject and body are the only headers. Must not be longer than programs take.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

use crate::domain::reaching::Draft;

/// The longest URI, in characters: what mail programs and the systems before them take in practice.
pub const MOST: usize = 2000;

/// A subject takes no more of it, encoded.
const MOST_OF_SUBJECT: usize = 600;

/// What the RFC leaves as it is everywhere.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The URI of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailto {
    /// The URI.
    pub uri: String,
    /// The draft was too long, and its end is left out.
    pub cut: bool,
}

/// The URI of a draft, its body cut where it would be too long.
pub fn uri(draft: &Draft) -> Mailto {
    // The last @ is the one between the two parts of the address; a quoted name may hold others.
    let (name, host) = draft.to.rsplit_once('@').unwrap_or((&draft.to, ""));
    let encoded = |text: &str| percent_encode(text.as_bytes(), ENCODED).to_string();
    let host = if host.is_empty() { String::new() } else { format!("@{}", encoded(host)) };
    let mut uri = format!("mailto:{}{host}?subject=", encoded(name));
    let short = append(&mut uri, &draft.subject, MOST_OF_SUBJECT);
    uri.push_str("&body=");
    let room = MOST.saturating_sub(uri.len());
    let whole = append(&mut uri, &draft.body, room);
    Mailto { uri, cut: !(short && whole) }
}

/// Appends as much of a text as there is room for, between characters; true if that was all of it.
fn append(uri: &mut String, text: &str, room: usize) -> bool {
    let most = uri.len() + room;
    for c in text.chars() {
        let mut buffer = [0; 4];
        let bytes = match c {
            '\n' => "\r\n".as_bytes(),
            c => c.encode_utf8(&mut buffer).as_bytes(),
        };
        let before = uri.len();
        uri.extend(percent_encode(bytes, ENCODED));
        if uri.len() > most {
            uri.truncate(before);
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use percent_encoding::percent_decode_str;
    use proptest::prelude::*;

    fn draft(to: &str, subject: &str, body: &str) -> Draft {
        Draft { to: to.to_owned(), subject: subject.to_owned(), body: body.to_owned() }
    }

    #[test]
    fn it_is_written_as_the_rfc_says() {
        let mail = uri(&draft("ana.souza+x@northwind.example", "Backup & more?", "Hello Ana,\n100 % of é\n"));
        assert_eq!(
            mail.uri,
            "mailto:ana.souza%2Bx@northwind.example?subject=Backup%20%26%20more%3F&body=Hello%20Ana%2C%0D%0A100%20%25%20of%20%C3%A9%0D%0A"
        );
        assert!(!mail.cut);
        let odd = uri(&draft("\"a@b?cc=c&d\"@x.example", "", "")).uri;
        assert_eq!(odd, "mailto:%22a%40b%3Fcc%3Dc%26d%22@x.example?subject=&body=");
    }

    #[test]
    fn too_long_a_body_is_cut_between_characters() {
        let mail = uri(&draft("ana@x.example", "Hello", &"é".repeat(1000)));
        assert!(mail.cut && mail.uri.len() <= MOST && mail.uri.len() > MOST - 6 && mail.uri.ends_with("%C3%A9"));
        let mail = uri(&draft("ana@x.example", &"s".repeat(3000), "body"));
        assert!(mail.cut && mail.uri.ends_with("&body=body"), "the body has its room beside a long subject");
    }

    proptest! {
        #[test]
        fn no_text_becomes_a_header_or_an_address(to in any::<String>(), subject in any::<String>(), body in any::<String>()) {
            let mail = uri(&draft(&to, &subject, &body));
            let (address, headers) = mail.uri.strip_prefix("mailto:").unwrap().split_once('?').unwrap();
            prop_assert!(address.matches('@').count() <= 1 && !address.contains([',', ';', '%']) || address.contains('%'));
            prop_assert!(!address.contains([',', ';', '&', '=', ' ']));
            let headers: Vec<_> = headers.split('&').map(|header| header.split_once('=').unwrap()).collect();
            prop_assert_eq!(headers.len(), 2);
            prop_assert_eq!((headers[0].0, headers[1].0), ("subject", "body"));
            let decoded = |text: &str| percent_decode_str(text).decode_utf8().unwrap().into_owned();
            prop_assert!(subject.replace('\n', "\r\n").starts_with(&decoded(headers[0].1)));
            prop_assert!(body.replace('\n', "\r\n").starts_with(&decoded(headers[1].1)));
            prop_assert!(mail.uri.is_ascii() && !mail.uri.contains(|c: char| c.is_ascii_control() || c == ' '));
        }
    }
}
