//! What a header may mean in a file that is not Partner Center's: synonyms in several languages, from the asset of that
//! name. A guess is shown before it is used (PRODUCT.md 6). Must not know what a file is.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::domain::fold::fold;
use crate::formats::column_map::Target;

/// `field<TAB>header | header`, a field a line; `#` opens a comment.
const TABLE: &str = include_str!("../../assets/column-names.tsv");

static NAMES: LazyLock<HashMap<String, Target>> = LazyLock::new(|| {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    let fields = lines.filter_map(|line| {
        let (field, headers) = line.split_once('\t')?;
        Some((Target::from_name(field)?, headers))
    });
    fields.flat_map(|(target, headers)| headers.split('|').map(move |header| (plain(header), target))).collect()
});

/// Letters and digits of a header, in lower case and without accents.
pub fn plain(name: &str) -> String {
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    if name.is_ascii() { letters(name) } else { letters(&fold(name)) }
}

/// What a header is taken as, if it is a known one.
pub fn target(header: &str) -> Option<Target> {
    NAMES.get(&plain(header)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::record::Field;
    use std::collections::HashSet;

    #[test]
    fn headers_of_several_languages_are_known_in_any_dress() {
        let field = |header: &str| match target(header) {
            Some(Target::Field(field)) => Some(field),
            _ => None,
        };
        for (header, want) in [
            ("E-Mail-Adresse", Field::Email),
            ("Endereço de e-mail", Field::Email),
            ("Courriel", Field::Email),
            ("Correo electrónico", Field::Email),
            ("Adres e-mail", Field::Email),
            ("E-postadress", Field::Email),
            ("Créé le", Field::Created),
            ("Data de criação", Field::Created),
            ("Fecha de creación", Field::Created),
            ("Erstellt am", Field::Created),
            ("Data utworzenia", Field::Created),
            ("Skapad", Field::Created),
            ("created_at", Field::Created),
            ("CreatedDate", Field::Created),
            ("Société", Field::Company),
            ("Företag", Field::Company),
            ("Imię", Field::FirstName),
            ("Prénom", Field::FirstName),
            ("Nachname", Field::LastName),
            ("Téléphone", Field::Phone),
            ("País", Field::Country),
        ] {
            assert_eq!(field(header), Some(want), "{header}");
        }
        assert_eq!(target("Imię i nazwisko"), Some(Target::FullName));
        assert_eq!((target("Budget"), target("")), (None, None));
    }

    #[test]
    fn the_table_is_whole_and_says_each_header_once() {
        let mut seen = HashSet::new();
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            let (field, headers) = line.split_once('\t').expect("a field and its headers");
            assert!(Target::from_name(field).is_some(), "{field}");
            let mut own = HashSet::new();
            for header in headers.split('|') {
                let key = plain(header);
                assert!(!key.is_empty(), "{field}: {header}");
                if own.insert(key.clone()) {
                    assert!(seen.insert(key), "{field}: {header} stands for two fields");
                }
            }
        }
    }
}
