//! Views: queries with a name, some built in, others from the config, which may replace or hide a built-in one
//! (PRODUCT.md 3 and 4, `4`–`9` and `V`). Must not count leads, and must not know where the config is.

use crate::domain::filter::Filter;
use crate::domain::query;

/// A query with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// Its name.
    pub name: String,
    /// Which leads it shows, of both tabs.
    pub filter: Filter,
    /// It stands in the config; the others are built in.
    pub own: bool,
}

/// The views that need no config, in their order: name and query.
pub const BUILT_IN: [(&str, &str); 6] = [
    ("Follow up", "is:due"),
    ("Hot", "is:hot"),
    ("Expiring", "is:expiring"),
    ("Owed", "is:owed"),
    ("High quality with valid phone", "quality:high phone:valid"),
    ("Test leads", "is:test"),
];

/// The longest name, in characters.
const LONGEST_NAME: usize = 40;

impl View {
    /// Its name as one word, for a line of the shell.
    pub fn word(&self) -> String {
        self.name.replace(' ', "_")
    }

    /// The query as text, as the config writes it.
    pub fn text(&self) -> String {
        query::write(&self.filter)
    }
}

/// The views in their order: the built-in ones, each replaced or hidden by one of the config with its name, then the
/// config's own. `own`: name and query of each in the config's order; a blank query hides the view.
/// `Err`: which of them cannot be read, by its place, and why, as a sentence.
pub fn all(own: &[(String, String)]) -> Result<Vec<View>, (usize, String)> {
    let mut views: Vec<(String, Option<View>)> = Vec::new();
    for (name, text) in BUILT_IN {
        let filter = query::read(text).filter;
        views.push((name.to_owned(), Some(View { name: name.to_owned(), filter, own: false })));
    }
    for (place, (name, text)) in own.iter().enumerate() {
        let wrong = |sentence: String| (place, sentence);
        check_name(name).map_err(wrong)?;
        let filter = query::parse(text).map_err(|errors| {
            let advice: Vec<_> = errors.iter().map(query::QueryError::advice).collect();
            wrong(format!("The view “{name}” cannot be read: {}", advice.join(" ")))
        })?;
        let shown = (!text.trim().is_empty()).then(|| View { name: name.clone(), filter, own: true });
        match views.iter_mut().find(|(known, _)| same_name(known, name)) {
            Some((_, view)) => *view = shown,
            None => views.push((name.clone(), shown)),
        }
    }
    Ok(views.into_iter().filter_map(|(_, view)| view).collect())
}

/// Whether a view may have this name; `Err` says why not.
pub fn check_name(name: &str) -> Result<(), String> {
    let odd = name.chars().any(crate::domain::term_text::is_invisible);
    if name.trim().is_empty() || name.trim() != name || odd || name.chars().count() > LONGEST_NAME {
        return Err(format!("A view needs a name of 1 to {LONGEST_NAME} characters on one line."));
    }
    Ok(())
}

/// True for two spellings of one name.
pub fn same_name(a: &str, b: &str) -> bool {
    crate::domain::fold::fold(a) == crate::domain::fold::fold(b)
}

/// The view of a name, as people type it: case and accents do not count, `_` and `-` are as good as a blank.
pub fn find<'v>(views: &'v [View], typed: &str) -> Option<&'v View> {
    let dressed = |name: &str| crate::domain::fold::fold(&name.replace(['_', '-'], " "));
    let wanted = dressed(typed.trim());
    views.iter().find(|view| dressed(&view.name) == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(views: &[(&str, &str)]) -> Vec<(String, String)> {
        views.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    fn told(views: &[(&str, &str)]) -> Vec<String> {
        all(&own(views)).unwrap().iter().map(|view| format!("{}: {}", view.name, view.text())).collect()
    }

    #[test]
    fn the_built_in_views_read_and_say_what_they_show() {
        assert_eq!(
            told(&[]),
            [
                "Follow up: is:due",
                "Hot: is:hot",
                "Expiring: is:expiring",
                "Owed: is:owed",
                "High quality with valid phone: phone:valid quality:high",
                "Test leads: is:test"
            ]
        );
    }

    #[test]
    fn the_config_adds_replaces_and_hides() {
        let views = told(&[("Brazil", "country:br"), ("hot", "is:hot country:br"), ("Test leads", "")]);
        assert_eq!(views.len(), 6);
        assert_eq!((views[1].as_str(), views[5].as_str()), ("hot: country:br is:hot", "Brazil: country:br"));
    }

    #[test]
    fn a_view_is_found_by_its_name_in_any_dress() {
        let views = all(&own(&[("Été-prêt", "is:hot")])).unwrap();
        for typed in ["Follow up", "follow_up", "FOLLOW-UP", " follow up "] {
            assert_eq!(find(&views, typed).map(View::word).as_deref(), Some("Follow_up"), "{typed}");
        }
        assert_eq!(find(&views, "ete pret").map(|view| view.name.as_str()), Some("Été-prêt"));
        assert!(find(&views, "followup").is_none() && find(&views, "").is_none());
        assert!(views.iter().all(|view| find(&views, &view.word()) == Some(view)));
    }

    #[test]
    fn a_view_that_cannot_be_read_is_named() {
        let (place, why) = all(&own(&[("A", "is:hot"), ("B", "kountry:br")])).unwrap_err();
        assert!(place == 1 && why.starts_with("The view “B” cannot be read: "), "{why}");
        assert!(all(&own(&[(" ", "is:hot")])).is_err() && all(&own(&[("a\nb", "is:hot")])).is_err());
    }
}
