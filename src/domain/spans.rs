//! Spans of time in words: `69 h 12 min`, `3 d 4 h`, `5 min`. The screen, the messages and the command line use the same.
//! Must not read a clock.

/// A span in full: `69 h 12 min`, `3 d 4 h`, `5 min`.
pub fn span(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match hours {
        0 => format!("{minutes} min"),
        1..96 => format!("{hours} h {} min", minutes % 60),
        _ => format!("{days} d {} h", hours % 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_short_and_exact() {
        let hour = 3600;
        for (seconds, want) in
            [(-5, "0 min"), (59 * 60, "59 min"), (69 * hour + 12 * 60, "69 h 12 min"), (100 * hour, "4 d 4 h")]
        {
            assert_eq!(span(seconds), want);
        }
    }
}
