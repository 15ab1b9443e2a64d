//! The signature that Azure Table asks for where a request is unlocked by the account's key (`SharedKey`).
//! Must not send anything.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The `Authorization` of a GET without a body. `path` is that of the address as it is sent; the account stands before it
/// once more, so that of the emulator, whose paths begin with it, stands twice.
pub fn shared_key(account: &str, key: &[u8], date: &str, path: &str) -> String {
    let text = format!("GET\n\n\n{date}\n/{account}{path}");
    format!("SharedKey {account}:{}", sign(key, &text))
}

/// HMAC-SHA-256 of a text in base64.
fn sign(key: &[u8], text: &str) -> String {
    // A key of any length is taken.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return String::new() };
    mac.update(text.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATE: &str = "Fri, 20 Nov 2026 12:00:00 GMT";

    /// Test cases 1, 2 and 6 of RFC 4231, in base64.
    #[test]
    fn the_mac_is_that_of_the_standard() {
        let known = [
            (vec![0x0b; 20], "Hi There", "sDRMYdjbOFNcqK/OrwvxK4gdwgDJgz2nJuk3bC4yz/c="),
            (b"Jefe".to_vec(), "what do ya want for nothing?", "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM="),
            (
                vec![0xaa; 131],
                "Test Using Larger Than Block-Size Key - Hash Key First",
                "YOQxWR7gtn8Niiaqy/W3f44LxiE3KMUUBUYEDw7jf1Q=",
            ),
        ];
        for (key, text, mac) in known {
            assert_eq!(sign(&key, text), mac);
        }
    }

    /// Computed with Python's hmac; Azurite takes the first one.
    #[test]
    fn a_request_is_signed_as_python_signs_it() {
        let key = STANDARD
            .decode("Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==")
            .unwrap();
        assert_eq!(
            shared_key("devstoreaccount1", &key, DATE, "/devstoreaccount1/marketplaceleads()"),
            "SharedKey devstoreaccount1:Vb2921UjgMPzZBLe1K/+bn2ZmHjx2oKjvJ5vfqHNTyE="
        );
        assert_eq!(
            shared_key("contoso", b"canary", DATE, "/leads()"),
            "SharedKey contoso:kWsZ3MdvkpMOICYyBMwm7E0/wUdMDLTp0GLISP0KkSw="
        );
    }
}
