//! The figures as one table: each row a piece of work beside what it is measured against, and the target beside both.
//! Must judge nothing but whether a figure is within its target, and must fail on none.

use std::time::Duration;

/// One line of the table.
pub struct Row {
    /// What was done.
    pub work: String,
    /// On how many leads.
    pub rows: usize,
    /// How often each side was run.
    pub runs: usize,
    /// Our figure.
    pub ours: String,
    /// What it stands beside, and its figure.
    pub against: String,
    /// Ours by theirs; nothing where there is nothing to compare with.
    pub ratio: Option<f64>,
    /// What SPEED.md asks for, in words.
    pub target: &'static str,
    /// Whether the figure is within it; `None` where this size has no target.
    pub within: Option<bool>,
}

/// The middle of some spans.
pub fn median(spans: &[Duration]) -> Duration {
    quantile(spans, 50)
}

/// The value that so many percent of the spans do not exceed.
pub fn quantile(spans: &[Duration], percent: usize) -> Duration {
    let mut sorted = spans.to_vec();
    sorted.sort_unstable();
    let last = sorted.len().saturating_sub(1);
    sorted.get((sorted.len() * percent / 100).min(last)).copied().unwrap_or_default()
}

/// The middle of the ratios pair by pair: a slow moment of the machine meets both sides of its pair.
pub fn ratio(ours: &[Duration], theirs: &[Duration]) -> Option<f64> {
    let mut ratios: Vec<f64> =
        ours.iter().zip(theirs).map(|(a, b)| a.as_secs_f64() / b.as_secs_f64().max(1e-9)).collect();
    ratios.sort_unstable_by(f64::total_cmp);
    ratios.get(ratios.len() / 2).copied()
}

/// A span as people read it.
pub fn shown(span: Duration) -> String {
    let seconds = span.as_secs_f64();
    match seconds {
        s if s >= 1.0 => format!("{s:.2} s"),
        s if s >= 0.001 => format!("{:.2} ms", s * 1e3),
        s => format!("{:.0} µs", s * 1e6),
    }
}

/// The table in Markdown.
pub fn markdown(rows: &[Row]) -> String {
    let mut text = String::from(
        "| work | leads | runs | leadbox | beside | ratio | target | |\n|---|--:|--:|--:|--:|--:|---|---|\n",
    );
    for row in rows {
        let ratio = row.ratio.map(|ratio| if ratio < 0.1 { format!("{ratio:.4}") } else { format!("{ratio:.2}") });
        let within = row.within.map_or("", |within| if within { "met" } else { "missed" });
        let line = format!(
            "| {} | {} | {} | {} | {} | {} | {} | {within} |\n",
            row.work,
            grouped(row.rows),
            row.runs,
            row.ours,
            row.against,
            ratio.unwrap_or_else(|| "–".to_owned()),
            row.target,
        );
        text.push_str(&line);
    }
    text
}

/// `1,000,000`.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let comma = |(at, digit): (usize, char)| {
        let before = at > 0 && at % 3 == first;
        before.then_some(',').into_iter().chain(std::iter::once(digit))
    };
    digits.chars().enumerate().flat_map(comma).collect()
}
