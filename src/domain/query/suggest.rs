//! What somebody who mistyped a word probably meant: the nearest of the words that would do.
//! Must not guess far: a wrong suggestion is worse than none.

/// The nearest of some words, if it is near: about one slip in three letters.
pub fn nearest<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let typed = word.to_lowercase();
    let slips = (typed.chars().count() / 3).max(1);
    let distance = |known: &str| strsim::osa_distance(&typed, &known.to_lowercase());
    let near = known.into_iter().map(|known| (distance(known), known)).filter(|(distance, _)| *distance <= slips);
    near.min_by_key(|(distance, _)| *distance).map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn slips_are_mended_and_guesses_are_not_made() {
        let words = ["received", "accepted", "archived"];
        for (typed, meant) in
            [("Recieved", Some("received")), ("acepted", Some("accepted")), ("gone", None), ("", None)]
        {
            assert_eq!(nearest(typed, words), meant, "{typed}");
        }
    }
}
