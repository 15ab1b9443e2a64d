//! First and last name out of one text, only where nobody would doubt it.
//! Must not guess: any other name is a last name.

/// First and last name. `Last, First` and two words in Latin letters are split; all else is the last name alone.
pub fn split(name: &str) -> (&str, &str) {
    let name = name.trim();
    if let Some((last, first)) = name.split_once(',') {
        let (first, last) = (first.trim(), last.trim());
        let sure = !first.is_empty() && !last.is_empty() && !first.contains(',');
        return if sure { (first, last) } else { ("", name) };
    }
    let mut words = name.split_whitespace();
    match (words.next(), words.next(), words.next()) {
        (Some(first), Some(last), None) if is_latin(first) && is_latin(last) => (first, last),
        _ => ("", name),
    }
}

/// Letters of the Latin script, with what stands between them in names. An initial or a title is no first name.
fn is_latin(word: &str) -> bool {
    let letter = |c: char| c.is_alphabetic() && (c as u32) < 0x250;
    word.chars().all(|c| letter(c) || matches!(c, '\'' | '’' | '-' | '\u{300}'..='\u{36f}')) && word.chars().any(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_nobody_doubts_is_split() {
        for (name, first, last) in [
            ("Ana Souza", "Ana", "Souza"),
            (" Łukasz  O'Brien ", "Łukasz", "O'Brien"),
            ("Souza, Ana Maria", "Ana Maria", "Souza"),
            ("Ana Maria Souza", "", "Ana Maria Souza"),
            ("Souza", "", "Souza"),
            ("田中 太郎", "", "田中 太郎"),
            ("Dr. Souza", "", "Dr. Souza"),
            ("A, B, C", "", "A, B, C"),
            ("ana@northwind.example x", "", "ana@northwind.example x"),
            ("", "", ""),
        ] {
            assert_eq!(split(name), (first, last), "{name}");
        }
    }
}
