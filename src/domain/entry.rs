//! What people type into forms and flags, read and checked: amount, currency, date, follow-up, e-mail, team member, note.
//!
//! The same checks serve the screen and the command line. Every refusal is a sentence that says what to type instead.
//! Nothing here knows which field is required, and `today` is always an argument.

use std::fmt;

use email_address::{EmailAddress, Options};
use iso_currency::Currency;
use serde::{Deserialize, Serialize};

use crate::domain::term_text::{TermText, is_invisible};

mod amount;
mod date;
mod follow_up;
mod note;

pub use crate::domain::entry::amount::amount;
pub use crate::domain::entry::date::{close_date, date};
pub use crate::domain::entry::follow_up::{follow_up, length};
pub use crate::domain::entry::note::{note, touch_text};

/// Longest address SMTP can carry (RFC 5321, 4.5.3.1.3, without the brackets).
const EMAIL_BYTES: usize = 254;
const PHONE_DIGITS: usize = 5;

/// Why an entry was refused: a sentence for the person who typed it, shown beside the field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct EntryError(pub String);

/// What was typed, safe and short enough to stand in a sentence.
fn quoted(text: &str) -> String {
    TermText::line(text.trim()).fit(40)
}

/// An ISO 4217 code in any letter case, given back in capitals (`eur` → `EUR`). Codes that ISO lists as funds or special
/// (`XDR`) are currencies too; withdrawn ones that the standard's table still names are accepted.
pub fn currency(text: &str) -> Result<String, EntryError> {
    let code = text.trim().to_ascii_uppercase();
    match Currency::from_code(&code) {
        Some(known) => Ok(known.code().to_owned()),
        None if code.is_empty() => Err(EntryError("A currency is three letters, such as EUR or USD.".into())),
        None => Err(EntryError(format!(
            "{} is no ISO 4217 currency. Type three letters, such as EUR or USD.",
            quoted(text)
        ))),
    }
}

/// One e-mail address, trimmed, else as typed: a local part, `@`, and a domain with at least one dot; international
/// names are fine. Display names, address literals (`[10.0.0.1]`), quoted local parts and invisible characters are not.
pub fn email(text: &str) -> Result<String, EntryError> {
    let mail = text.trim();
    let options = Options { minimum_sub_domains: 2, allow_domain_literal: false, allow_display_text: false };
    let odd = mail.chars().any(|c| is_invisible(c) || c.is_whitespace() || "\"<>(),;\\".contains(c));
    if odd || mail.len() > EMAIL_BYTES || EmailAddress::parse_with_options(mail, options).is_err() {
        let typed = if mail.is_empty() { "An empty field".into() } else { quoted(mail) };
        return Err(EntryError(format!("{typed} is no e-mail address. Type one like jo@contoso.example.")));
    }
    Ok(mail.to_owned())
}

/// One person of the seller's team on a deal (PRODUCT.md section 2, Accept). In JSON: `name`, `email`, `phone`, null
/// where missing (section 5).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TeamMember {
    /// The name, blanks folded, without quotes round it; never empty.
    pub name: Option<String>,
    /// A checked address, see [`email`].
    pub email: String,
    /// The phone number as typed, at least five digits.
    pub phone: Option<String>,
}

impl fmt::Display for TeamMember {
    /// The form [`team_member`] reads: `Name <mail> phone`, `mail phone` without a name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name} <{}>", self.email)?,
            None => f.write_str(&self.email)?,
        }
        self.phone.iter().try_for_each(|phone| write!(f, " {phone}"))
    }
}

/// A team member as typed: `Jo Hill <jo@contoso.example> +49 30 5550 0100`. The name, the phone and, round the only
/// word with an `@`, the brackets may be missing. A phone needs five digits. Reading what `Display` wrote gives the same.
pub fn team_member(text: &str) -> Result<TeamMember, EntryError> {
    let text = text.trim();
    let (name, mail, phone) = bracketed(text).or_else(|| bare(text)).ok_or_else(|| {
        EntryError("A team member needs an e-mail: Jo Hill <jo@contoso.example> +49 30 5550 0100.".into())
    })?;
    let email = email(mail)?;
    Ok(TeamMember { name: member_name(name)?, email, phone: member_phone(phone)? })
}

fn bracketed(text: &str) -> Option<(&str, &str, &str)> {
    let (name, rest) = text.split_once('<')?;
    let (mail, phone) = rest.split_once('>')?;
    Some((name, mail, phone))
}

fn bare(text: &str) -> Option<(&str, &str, &str)> {
    let mail = text.split_whitespace().find(|word| word.contains('@'))?;
    let (name, phone) = text.split_once(mail)?;
    Some((name, mail, phone))
}

fn member_name(text: &str) -> Result<Option<String>, EntryError> {
    let bare = text.trim_matches(|c: char| c == '"' || c.is_whitespace());
    let name = bare.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.chars().any(|c| is_invisible(c) || "<>@".contains(c)) {
        return Err(EntryError(format!("{} cannot be a name. Type it without <, > and @.", quoted(bare))));
    }
    Ok(Some(name).filter(|name| !name.is_empty()))
}

fn member_phone(text: &str) -> Result<Option<String>, EntryError> {
    let phone = text.trim();
    if phone.is_empty() {
        return Ok(None);
    }
    let digits = phone.chars().filter(char::is_ascii_digit).count();
    if digits < PHONE_DIGITS || phone.chars().any(|c| is_invisible(c) || "<>@".contains(c)) {
        return Err(EntryError(format!("{} is no phone number. Type one like +49 30 5550 0100.", quoted(phone))));
    }
    Ok(Some(phone.to_owned()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn currencies_in_any_case() {
        assert_eq!(currency(" eur ").as_deref(), Ok("EUR"));
        for bad in ["", "EURO", "€", "ZZZ", "E R"] {
            assert!(currency(bad).is_err(), "{bad}");
        }
        let said = currency("zz\u{1b}").map_err(|e| e.to_string());
        assert_eq!(said, Err("zz\u{fffd} is no ISO 4217 currency. Type three letters, such as EUR or USD.".into()));
    }

    #[test]
    fn emails_need_a_dotted_domain() {
        for good in ["jo@contoso.example", " o'neil+x@a.b.example ", "jö@müller.example", "info@xn--mller-kva.example"]
        {
            assert_eq!(email(good).as_deref(), Ok(good.trim()));
        }
        for bad in [
            "",
            "jo",
            "jo@contoso",
            "@a.example",
            "a b@c.example",
            "Jo <jo@a.example>",
            "a@[10.0.0.1]",
            "\"a b\"@c.example",
        ] {
            assert!(email(bad).is_err(), "{bad}");
        }
        assert!(email("jo@cont\u{200b}oso.example").is_err());
        assert!(email("j\u{200b}o@contoso.example").is_err());
        let domain = format!("{}example", format!("{}.", "b".repeat(60)).repeat(4));
        assert!(email(&format!("jo@{domain}")).is_ok());
        assert!(email(&format!("jon@{domain}")).is_err());
        assert!(email("jo@contoso.example\u{202e}").is_err());
    }

    #[test]
    fn team_members_in_every_form() {
        let jo = |name: Option<&str>, phone: Option<&str>| TeamMember {
            name: name.map(Into::into),
            email: "jo@contoso.example".into(),
            phone: phone.map(Into::into),
        };
        for (typed, member) in [
            ("Jo Hill <jo@contoso.example> +49 30 5550 0100", jo(Some("Jo Hill"), Some("+49 30 5550 0100"))),
            ("  \"Hill,  Jo\" < jo@contoso.example >", jo(Some("Hill, Jo"), None)),
            ("jo@contoso.example", jo(None, None)),
            ("<jo@contoso.example>", jo(None, None)),
            ("jo@contoso.example (030) 5550", jo(None, Some("(030) 5550"))),
            ("Jo Hill jo@contoso.example", jo(Some("Jo Hill"), None)),
        ] {
            assert_eq!(team_member(typed), Ok(member), "{typed}");
        }
        for bad in [
            "",
            "Jo Hill",
            "Jo <jo@contoso>",
            "Jo <jo@contoso.example> 12",
            "a@b <jo@contoso.example>",
            "Jo <x",
            "jo@a.b c@d.e",
        ] {
            assert!(team_member(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn members_are_null_where_missing_in_json() {
        let member = team_member("jo@contoso.example").expect("a bare mail is a member");
        let json = serde_json::to_string(&member).expect("plain strings serialise");
        assert_eq!(json, r#"{"name":null,"email":"jo@contoso.example","phone":null}"#);
        assert_eq!(serde_json::from_str::<TeamMember>(&json).ok(), Some(member));
    }

    proptest! {
        #[test]
        fn a_member_reads_back_from_its_display(text in "[\\p{L}\"<>. ]{0,8}( |<)jo@contoso\\.example(>| |)[0-9+ x()\"-]{0,14}") {
            if let Ok(member) = team_member(&text) {
                prop_assert_eq!(team_member(&member.to_string()), Ok(member));
            }
        }

        #[test]
        fn nothing_typed_can_panic(text in any::<String>()) {
            let _ = (currency(&text), email(&text), team_member(&text), amount(&text));
        }
    }
}
