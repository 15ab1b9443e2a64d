//! The seller's tags: what one may be, and what adding and removing makes of a lead's. Two tags that differ only in case
//! are one, kept as it was typed first. Must not know where tags are shown.

use unicode_normalization::UnicodeNormalization;

use crate::domain::entry::EntryError;
use crate::domain::term_text::{TermText, is_invisible};

/// Tags a lead has at most.
pub const MOST: usize = 50;

/// Characters of a tag at most.
const LONGEST: usize = 40;

/// One tag as typed: one line, trimmed, without commas and characters that nobody sees.
pub fn tag(text: &str) -> Result<String, EntryError> {
    let tag: String = text.trim().nfc().collect();
    let shown = TermText::line(&tag).fit(40);
    if tag.is_empty() {
        Err(EntryError("A tag is a word or a few, such as vip.".into()))
    } else if tag.contains(',') {
        Err(EntryError(format!("{shown} holds a comma, which stands between tags. Type it without.")))
    } else if tag.chars().any(is_invisible) {
        Err(EntryError(format!("{shown} holds a character that nobody sees. Type the tag anew.")))
    } else if tag.chars().count() > LONGEST {
        Err(EntryError(format!("{shown} is too long; a tag has at most {LONGEST} characters.")))
    } else {
        Ok(tag)
    }
}

/// Tags as typed on one line with commas between; blanks between two commas are nothing, doubles are one.
pub fn tags(text: &str) -> Result<Vec<String>, EntryError> {
    let mut read: Vec<String> = Vec::new();
    for part in text.split(',').filter(|part| !part.trim().is_empty()) {
        let tag = tag(part)?;
        if !holds(&read, &tag) {
            read.push(tag);
        }
    }
    Ok(read)
}

/// True where one of the tags is this one, whatever its case.
pub fn holds(tags: &[String], tag: &str) -> bool {
    let folded = fold(tag);
    tags.iter().any(|other| fold(other) == folded)
}

/// A lead's tags with some removed and then some added, in order. Tags that were there already stay as they were typed.
pub fn changed(tags: &[String], add: &[String], remove: &[String]) -> Vec<String> {
    let mut after: Vec<String> = tags.iter().filter(|tag| !holds(remove, tag)).cloned().collect();
    let mut grown = false;
    for tag in add {
        // What is removed and added at once stays as it was first typed.
        let known = tags.iter().find(|known| fold(known) == fold(tag)).unwrap_or(tag);
        if !holds(&after, tag) {
            after.push(known.clone());
            grown = true;
        }
    }
    if grown {
        after.sort_by_cached_key(|tag| fold(tag));
    }
    after
}

/// What was added and taken away between two lists of tags: "+vip −old".
pub fn difference(before: &[String], after: &[String]) -> String {
    let added = after.iter().filter(|tag| !before.contains(tag)).map(|tag| format!("+{tag}"));
    let gone = before.iter().filter(|tag| !after.contains(tag)).map(|tag| format!("−{tag}"));
    added.chain(gone).collect::<Vec<_>>().join(" ")
}

fn fold(tag: &str) -> String {
    tag.trim().nfc().flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn list(text: &str) -> Vec<String> {
        tags(text).expect("tags of the test")
    }

    #[test]
    fn what_a_tag_may_be() {
        assert_eq!(tag("  very important "), Ok("very important".into()));
        assert_eq!(tag("e\u{301}t\u{e9}"), tag("été"));
        assert_eq!(tag(&"田".repeat(40)), Ok("田".repeat(40)));
        for bad in ["", "  ", "a,b", "two\nlines", "\u{1b}[31m", "a\u{200b}b", "\u{202e}x", &"x".repeat(41)] {
            assert!(tag(bad).is_err(), "{bad:?}");
        }
        assert_eq!(tags(" vip,, warm ,VIP,"), Ok(vec!["vip".into(), "warm".into()]));
        assert!(tags("vip,a\tb").is_err());
    }

    #[test]
    fn adding_and_removing() {
        let before = list("Old, vip");
        assert_eq!(changed(&before, &list("Berlin, VIP"), &list("old")), ["Berlin", "vip"]);
        assert_eq!(changed(&before, &list("OLD"), &list("old")), ["Old", "vip"], "as first typed");
        assert_eq!(changed(&before, &[], &list("nothing")), before);
        assert_eq!(difference(&before, &list("Berlin, vip")), "+Berlin −Old");
    }

    proptest! {
        #[test]
        fn tags_stay_sorted_and_single(
            steps in proptest::collection::vec((any::<bool>(), "[a-cA-Cé ß]{0,3}(,[a-cA-C]{1,2}){0,3}"), 0..8),
        ) {
            let mut now: Vec<String> = Vec::new();
            for (add, text) in &steps {
                let named = list(text);
                let (more, less) = if *add { (named.as_slice(), &[][..]) } else { (&[][..], named.as_slice()) };
                let after = changed(&now, more, less);
                prop_assert!(named.iter().all(|tag| holds(&after, tag) == *add));
                prop_assert!(now.iter().all(|tag| after.contains(tag) || (!add && holds(&named, tag))));
                let folded: Vec<String> = after.iter().map(|tag| fold(tag)).collect();
                prop_assert!(folded.windows(2).all(|pair| pair[0] < pair[1]), "{:?}", after);
                prop_assert_eq!(&changed(&after, more, less), &after, "twice is once");
                now = after;
            }
        }
    }
}
