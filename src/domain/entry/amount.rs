//! An estimated value as people write it, read exactly. Never through floating point, never by guessing.
//! Exact decimals only; what two people would read differently is refused. Must not know a currency's digits.

use rust_decimal::Decimal;

use crate::domain::entry::{EntryError, quoted};

/// Significant digits a value has at most; every such value fits a `Decimal`.
const DIGITS: usize = 28;
const DECIMALS: usize = 4;

/// A value >= 0, exact (PRODUCT.md section 2): `18000`, `18000.50`, `18 000`, `18,000.50`, `18.000,50`, `18'000`,
/// `18k`, `1.5m`. At most 28 digits and four decimals; decimals are kept as typed (`18000.50` stays `18000.50`), a `k`
/// or `m` value has none to spare (`1.50k` is `1500`).
///
/// How separators are read: blanks and apostrophes are thousands. Of `,` and `.` together the last is the decimal one.
/// The same one twice is thousands. A single one is decimal unless exactly three digits follow one to three digits that
/// do not begin with 0; then `18,000` is eighteen thousand, and `18.000` is refused, because it is thousands to half of
/// Europe and eighteen to the rest. A value's own text form always reads back as itself.
pub fn amount(text: &str) -> Result<Decimal, EntryError> {
    let typed = text.trim();
    if typed.is_empty() {
        return Err(EntryError("A value is a number, such as 18000, 18000.50 or 18k.".into()));
    }
    if typed.starts_with(['-', '\u{2212}']) {
        return Err(EntryError(format!("{} is below zero. A value is 0 or more.", quoted(typed))));
    }
    let (number, zeros) = match typed.strip_suffix(['k', 'K']) {
        Some(number) => (number, 3),
        None => typed.strip_suffix(['m', 'M']).map_or((typed, 0), |number| (number, 6)),
    };
    let (whole, decimals) = split(number.trim_end(), typed)?;
    if decimals.len() > DECIMALS {
        return Err(EntryError(format!("{} has more than {DECIMALS} decimals. Round it.", quoted(typed))));
    }
    let significant = whole.trim_start_matches('0');
    if significant.len() + zeros.max(decimals.len()) > DIGITS {
        return Err(EntryError(format!("{} is too large: at most {DIGITS} digits.", quoted(typed))));
    }
    let plain = if decimals.is_empty() { format!("0{significant}") } else { format!("0{significant}.{decimals}") };
    let value = Decimal::from_str_exact(&plain).map_err(|_| unreadable(typed))?;
    if zeros == 0 {
        return Ok(value);
    }
    let factor = if zeros == 3 { Decimal::ONE_THOUSAND } else { Decimal::ONE_THOUSAND * Decimal::ONE_THOUSAND };
    value.checked_mul(factor).map(|value| value.normalize()).ok_or_else(|| unreadable(typed))
}

/// The digits before and after the decimal separator, grouping checked and taken out.
fn split(number: &str, typed: &str) -> Result<(String, String), EntryError> {
    let points = number.matches('.').count();
    let commas = number.matches(',').count();
    let decimal = match (points, commas) {
        (1, 0) => Some('.'),
        (0, 1) if !is_one_group(number, ',') => Some(','),
        (_, 0) | (0, _) => None,
        _ => number.chars().rev().find(|c| matches!(c, '.' | ',')),
    };
    let Some(separator) = decimal else {
        return Ok((ungroup(number).ok_or_else(|| unreadable(typed))?, String::new()));
    };
    if points + commas == 1 && is_one_group(number, separator) {
        return Err(two_ways(number, typed));
    }
    let (whole, decimals) = number.rsplit_once(separator).ok_or_else(|| unreadable(typed))?;
    let plain = !decimals.is_empty() && decimals.bytes().all(|b| b.is_ascii_digit());
    // `01,000` looks like thousands and is none; read as 1.000 it could not be read back.
    let padded = decimals.len() == 3 && whole.len() > 1 && whole.starts_with('0');
    if !plain || padded || whole.contains(separator) {
        return Err(unreadable(typed));
    }
    let whole = if whole.is_empty() { Some("0".into()) } else { ungroup(whole) };
    Ok((whole.ok_or_else(|| unreadable(typed))?, decimals.to_owned()))
}

/// Both readings of `18.000`, in forms that read only one way.
fn two_ways(number: &str, typed: &str) -> EntryError {
    let thousands = number.replace('.', "");
    let decimals = number.strip_suffix('0').map_or_else(|| format!("{number}0"), str::to_owned);
    EntryError(if typed == number {
        format!("{} reads two ways. Type {thousands} or {decimals}.", quoted(typed))
    } else {
        format!("{} reads two ways. Type the number without k or m.", quoted(typed))
    })
}

/// One to three digits without a leading 0, the separator, three digits: what thousands look like.
fn is_one_group(number: &str, separator: char) -> bool {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    number.split_once(separator).is_some_and(|(whole, group)| {
        (1..=3).contains(&whole.len()) && !whole.starts_with('0') && digits(whole) && group.len() == 3 && digits(group)
    })
}

/// Digits alone, or groups of three behind one to three digits, all with the same kind of separator.
fn ungroup(number: &str) -> Option<String> {
    let is_blank = |c: char| matches!(c, ' ' | '\u{A0}' | '\u{2009}' | '\u{202F}');
    let kind = |c: char| {
        if is_blank(c) {
            ' '
        } else if c == '\u{2019}' {
            '\''
        } else {
            c
        }
    };
    let mut separators = number.chars().filter(|c| !c.is_ascii_digit()).map(kind);
    let first = separators.next();
    if first.is_some_and(|c| !matches!(c, ' ' | '\'' | ',' | '.')) || separators.any(|c| Some(c) != first) {
        return None;
    }
    let groups: Vec<&str> = number.split(|c: char| !c.is_ascii_digit()).collect();
    let (head, rest) = groups.split_first()?;
    let grouped = rest.is_empty() || (head.len() <= 3 && rest.iter().all(|group| group.len() == 3));
    (!head.is_empty() && grouped).then(|| groups.concat())
}

fn unreadable(typed: &str) -> EntryError {
    EntryError(format!("{} is no value. Type a number, such as 18000, 18000.50 or 18k.", quoted(typed)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Option<String> {
        amount(text).ok().map(|value| value.to_string())
    }

    #[test]
    fn values_as_people_write_them() {
        for (typed, value) in [
            ("18000", "18000"),
            (" 18000.50 ", "18000.50"),
            ("18 000", "18000"),
            ("18\u{202f}000,5", "18000.5"),
            ("18,000.50", "18000.50"),
            ("18.000,50", "18000.50"),
            ("18,000", "18000"),
            ("1,234,567", "1234567"),
            ("1.234.567", "1234567"),
            ("1'234’567.80", "1234567.80"),
            ("18000,5", "18000.5"),
            ("1800.125", "1800.125"),
            ("0.125", "0.125"),
            ("0,125", "0.125"),
            (".5", "0.5"),
            ("18.1250", "18.1250"),
            ("18k", "18000"),
            ("1.5m", "1500000"),
            ("1,5 K", "1500"),
            ("1,234k", "1234000"),
            ("0", "0"),
            ("007", "7"),
            ("9999999999999999999999999999", "9999999999999999999999999999"),
            ("999999999999999999999999.9999", "999999999999999999999999.9999"),
        ] {
            assert_eq!(read(typed).as_deref(), Some(value), "{typed}");
        }
    }

    #[test]
    fn what_is_no_value_is_refused() {
        for bad in [
            "",
            "-1",
            "−1",
            "1e3",
            "12x",
            "x",
            "k",
            "€18",
            "18.",
            ",",
            "1,2,3",
            "1.2.3",
            "18,000,50",
            "1 8000",
            "18 00",
            "1,234.567,8",
            "18.000.50",
            "1.23456",
            "99999999999999999999999999999",
            "99999999999999999999999m",
            "NaN",
            "0x12",
            "١٢",
            "+5",
            "18,000 000",
            "01,000",
            "1800 000",
            "1234,567,890",
            "10000000000000000000000000000",
            "0001.234",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_ambiguous_offers_both_readings() {
        let said = |text| amount(text).map_err(|e| e.to_string());
        assert_eq!(said("18.000"), Err("18.000 reads two ways. Type 18000 or 18.00.".into()));
        assert_eq!(said("1.234k"), Err("1.234k reads two ways. Type the number without k or m.".into()));
        assert_eq!(said("-5"), Err("-5 is below zero. A value is 0 or more.".into()));
    }

    proptest! {
        #[test]
        fn a_value_reads_back_as_itself(typed in "[0-9]{1,7}[., ]?[0-9]{0,4}[., ]?[0-9]{0,4}[km]?") {
            if let Ok(value) = amount(&typed) {
                let again = amount(&value.to_string());
                prop_assert_eq!(again.as_ref().map(ToString::to_string), Ok(value.to_string()));
                prop_assert!(!value.is_sign_negative() && value.scale() <= 4);
            }
        }
    }
}
