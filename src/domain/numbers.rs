//! Numbers in words, as every screen, table and copied text writes them: `340,000`, `75 %`, `18,000.50`.
//! Must not know what is counted.

use rust_decimal::Decimal;

/// A count in full: `340,000`.
pub fn count(number: usize) -> String {
    grouped(&number.to_string())
}

/// So many of something, whose name takes an s: `1 row`, `340,000 rows`.
pub fn many(number: usize, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{} {one}s", count(number)) }
}

/// So many leads: `1 lead`, `340,000 leads`.
pub fn leads(number: usize) -> String {
    many(number, "lead")
}

/// A value in full, its decimals as they are: `18,000.50`.
pub fn money(value: Decimal) -> String {
    let text = value.to_string();
    match text.split_once('.') {
        Some((whole, decimals)) => format!("{}.{decimals}", grouped(whole)),
        None => grouped(&text),
    }
}

fn grouped(digits: &str) -> String {
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share in whole percent; only all is `100 %`, and only none is `0 %`.
pub fn percent(part: u32, of: u32) -> Option<String> {
    let exact = share(part, of)? * 100.0;
    let whole = match exact.round() as u32 {
        0 if part > 0 => 1,
        100 if part < of => 99,
        whole => whole,
    };
    Some(format!("{whole} %"))
}

/// A share from 0 to 1; `None` where there is nothing to be a share of.
pub fn share(part: u32, of: u32) -> Option<f64> {
    (of > 0).then(|| f64::from(part) / f64::from(of))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stand_in_threes() {
        assert_eq!([0, 12, 999, 1000, 1_000_000].map(count), ["0", "12", "999", "1,000", "1,000,000"]);
        assert_eq!([0, 1, 2, 1000].map(leads), ["0 leads", "1 lead", "2 leads", "1,000 leads"]);
        assert_eq!([1, 3].map(|number| many(number, "more row")), ["1 more row", "3 more rows"]);
        for (value, want) in [("0", "0"), ("18000.50", "18,000.50"), ("999.9999", "999.9999"), ("1000", "1,000")] {
            assert_eq!(money(value.parse().unwrap()), want);
        }
    }

    #[test]
    fn only_all_is_a_hundred_percent_and_only_none_is_nothing() {
        let said = |part, of| percent(part, of).unwrap_or_default();
        assert_eq!([said(0, 3), said(1, 3), said(2, 3), said(3, 3), said(0, 0)], ["0 %", "33 %", "67 %", "100 %", ""]);
        assert_eq!([said(1, 1000), said(999, 1000)], ["1 %", "99 %"]);
    }
}
