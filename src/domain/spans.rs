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

/// How far ahead a date is, no more exact than it needs: `40 min`, `3 h`, `3 h 20 min`, `1 d`, `2 d 11 h`.
pub fn ahead(seconds: i64) -> String {
    let minutes = seconds.max(0) / 60;
    let (days, hours) = (minutes / 1440, minutes / 60 % 24);
    match (days, hours, minutes % 60) {
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, 0) => format!("{hours} h"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, 0, _) => format!("{days} d"),
        (days, hours, _) => format!("{days} d {hours} h"),
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

    #[test]
    fn a_date_ahead_is_told_in_days() {
        for (minutes, want) in [
            (40, "40 min"),
            (180, "3 h"),
            (200, "3 h 20 min"),
            (24 * 60 + 59, "1 d"),
            (59 * 60 + 5, "2 d 11 h"),
            (-5, "0 min"),
        ] {
            assert_eq!(ahead(minutes * 60), want);
        }
    }
}
