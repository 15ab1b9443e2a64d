//! Sentences for people that end in a name: one full stop, whether or not the name brings its own.
//! Must not know what they say.

/// A sentence with its full stop: "Litware Inc." brings its own.
pub fn ended(mut sentence: String) -> String {
    if !sentence.ends_with('.') {
        sentence.push('.');
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::ended;

    #[test]
    fn a_name_with_a_full_stop_ends_its_sentence() {
        assert_eq!(ended("Undone: decline of Litware Inc.".to_owned()), "Undone: decline of Litware Inc.");
        assert_eq!(ended("Undone: decline of Fabrikam".to_owned()), "Undone: decline of Fabrikam.");
    }
}
