//! Our own reading of a contact, beside Microsoft's validity and never in its place: the shape of an e-mail address, domains
//! whose mailboxes are thrown away, numbers that nobody can dial. Says something only where there is something to say.
//! Must not be asked about a contact that is withheld: take it from `contacts` first.

use std::sync::LazyLock;

use email_address::{EmailAddress, Options};

use crate::domain::term_text::is_invisible;

/// The fewest digits a number can be dialled with.
const FEWEST_DIGITS: usize = 5;

/// Domains of disposable mailboxes, in order: fifty thousand are asked sooner where they lie than put into a set.
static DISPOSABLE: LazyLock<Vec<&'static str>> = LazyLock::new(mailchecker::blacklist);

/// What our reading has against a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Concern {
    /// It is not written as an e-mail address.
    NoAddress,
    /// Its domain gives mailboxes away for minutes.
    Disposable,
    /// It is no number that could be dialled.
    NoNumber,
}

impl Concern {
    /// The words people see; they say whose reading it is.
    pub const fn words(self) -> &'static str {
        match self {
            Self::NoAddress => "our reading: not an e-mail address",
            Self::Disposable => "our reading: disposable domain",
            Self::NoNumber => "our reading: not a phone number",
        }
    }
}

/// What is to be said of an e-mail; `None` where it looks fine, or there is none.
pub fn email(text: Option<&str>) -> Option<Concern> {
    let text = text?.trim();
    let options = Options { minimum_sub_domains: 2, allow_domain_literal: true, allow_display_text: false };
    match EmailAddress::parse_with_options(text, options) {
        Ok(address) if !text.chars().any(is_invisible) => {
            is_disposable(address.domain()).then_some(Concern::Disposable)
        }
        _ => Some(Concern::NoAddress),
    }
}

/// What is to be said of a phone number; `None` where it looks fine, or there is none.
pub fn phone(text: Option<&str>) -> Option<Concern> {
    let digits = text?.chars().filter(|c| c.is_numeric()).count();
    (digits < FEWEST_DIGITS).then_some(Concern::NoNumber)
}

/// True for a disposable domain and everything below it.
fn is_disposable(domain: &str) -> bool {
    let domain = domain.trim_end_matches('.').to_lowercase();
    let below = domain.match_indices('.').map(|(dot, _)| dot + 1);
    let suffixes = std::iter::once(0).chain(below).filter_map(|begin| domain.get(begin..));
    suffixes.filter(|suffix| suffix.contains('.')).any(|suffix| DISPOSABLE.binary_search(&suffix).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_fine_is_not_talked_about() {
        for text in [
            "ana@northwind.example",
            "ANA.Souza+x@mail.contoso.co.uk",
            "田中@例え.jp",
            "\"a b\"@x.example",
            "x@gmail.com",
        ] {
            assert_eq!(email(Some(text)), None, "{text}");
        }
        for text in ["+55 11 5550 0100", "16175555555", "٠٣٠ ٥٥٥٠١٠٠", "112 33"] {
            assert_eq!(phone(Some(text)), None, "{text}");
        }
        assert_eq!((email(None), phone(None)), (None, None));
    }

    #[test]
    fn throw_away_domains_and_what_is_no_address_are() {
        for text in ["x@10minutemail.com", "x@sub.10MinuteMail.com", "x@zzz.com"] {
            assert_eq!(email(Some(text)), Some(Concern::Disposable), "{text}");
        }
        for text in [
            "",
            "call me",
            "ana@localhost",
            "a@b@c.example",
            "Ana <ana@x.example>",
            "a\u{200b}@x.example",
            "@x.example",
        ] {
            assert_eq!(email(Some(text)), Some(Concern::NoAddress), "{text}");
        }
        for text in ["", "call me", "-", "911"] {
            assert_eq!(phone(Some(text)), Some(Concern::NoNumber), "{text}");
        }
        let long = format!("x@{}com", "a.".repeat(5000));
        assert_eq!(email(Some(&long)), Some(Concern::NoAddress), "however long it is");
    }

    #[test]
    fn the_list_it_is_made_of_is_in_order() {
        assert!(DISPOSABLE.is_sorted() && DISPOSABLE.len() > 10_000);
    }

    #[test]
    fn it_agrees_with_the_list_it_is_made_of() {
        for domain in ["33mail.com", "guerrillamailblock.com", "gmail.com", "contoso.com", "northwind.example"] {
            let address = format!("x@{domain}");
            assert_eq!(email(Some(&address)).is_none(), mailchecker::is_valid(&address), "{domain}");
        }
    }
}
