//! `tel:` (RFC 3966) of a number: its plus and its digits, nothing else. A number without a calling code goes out as it is dialled,
//! without the `phone-context` that the RFC asks for: phones take it so, and no context is known.
//! Must not read a number: `domain::phone` does.

/// The URI of a number as `domain::reaching` hands it out.
pub fn uri(number: &str) -> String {
    let digits = number.chars().filter(char::is_ascii_digit).collect::<String>();
    format!("tel:{}{digits}", if number.starts_with('+') { "+" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plus_and_digits_go_out() {
        assert_eq!(uri("+551155500100"), "tel:+551155500100");
        assert_eq!(uri("5550100"), "tel:5550100");
        assert_eq!(uri("+1;isub=2&x=\u{1b}+3"), "tel:+123");
    }
}
