//! The body of a delivery: one payload, a list of them, or one after the other. What can be read of it is, and the rest gets a
//! reason without personal data. Must not know the names of a payload: `formats::endpoint` does.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::domain::lead::Moment;
use crate::formats::arriving::RowRead;
use crate::formats::endpoint;
use crate::formats::json_value::Json;

/// What a body says.
#[derive(Debug, Default)]
pub struct Contents {
    /// The leads that could be read.
    pub rows: Vec<RowRead>,
    /// It came as a list, or as several payloads.
    pub is_list: bool,
    /// Why it, or part of it, could not be read.
    pub fault: Option<String>,
}

/// Reads a body that was delivered then. Whatever goes wrong, it is kept: a fault of ours must not lose a lead.
pub fn read(body: &[u8], delivered: Moment) -> Contents {
    catch_unwind(AssertUnwindSafe(|| contents(body, delivered))).unwrap_or_else(|_| Contents {
        fault: Some("leadbox failed at it; please report what it looks like.".to_owned()),
        ..Contents::default()
    })
}

fn contents(body: &[u8], delivered: Moment) -> Contents {
    let mut contents = Contents::default();
    let Ok(text) = std::str::from_utf8(body) else {
        contents.fault = Some("It is not UTF-8 text.".to_owned());
        return contents;
    };
    let payloads = payloads(text, &mut contents.fault);
    contents.is_list = payloads.len() != 1 || matches!(payloads[..], [Json::List(_)]);
    for payload in &payloads {
        let items = if let Json::List(items) = payload { items } else { std::slice::from_ref(payload) };
        for item in items {
            match endpoint::read(item, delivered) {
                Ok(row) => contents.rows.push(row),
                Err(why) => {
                    let place = contents.rows.len() + 1;
                    let which = if contents.is_list { format!("Item {place}") } else { "It".to_owned() };
                    contents.fault.get_or_insert_with(|| format!("{which} cannot be taken: {why}."));
                }
            }
        }
    }
    if contents.rows.is_empty() {
        contents.fault.get_or_insert_with(|| "It holds no lead.".to_owned());
    }
    contents
}

/// The values of a text, up to the first that is no JSON.
fn payloads(text: &str, fault: &mut Option<String>) -> Vec<Json> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (mut values, mut at) = (Vec::new(), 0);
    while !text.get(at..).unwrap_or_default().trim_ascii_start().is_empty() {
        match Json::parse_at(text, at) {
            Ok((value, end)) => {
                values.push(value);
                at = end;
            }
            Err(wrong) => {
                // The place alone: what stands there may be somebody's name.
                *fault = Some(format!("It is no JSON: line {}, column {}.", wrong.line, wrong.column));
                break;
            }
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::moment::parse;

    const LEAD: &str = r#"{"userDetails":{"email":"a@x.example"},"LeadSource":"AzureMarketplace"}"#;

    fn contents(body: &str) -> (usize, bool, Option<String>) {
        let contents = read(body.as_bytes(), parse("2026-11-20T12:00:00Z").unwrap());
        (contents.rows.len(), contents.is_list, contents.fault)
    }

    #[test]
    fn one_payload_a_list_and_lines_are_read() {
        assert_eq!(contents(LEAD), (1, false, None));
        assert_eq!(contents(&format!("\u{feff}\r\n{LEAD}\n")), (1, false, None));
        assert_eq!(contents(&format!("[{LEAD},{LEAD}]")), (2, true, None));
        assert_eq!(contents(&format!("{LEAD}\n{LEAD}\n")), (2, true, None));
    }

    #[test]
    fn what_can_be_read_is_and_the_rest_gets_a_reason() {
        let (rows, is_list, fault) = contents(&format!("[{LEAD}, 7]"));
        assert_eq!((rows, is_list), (1, true));
        assert!(fault.unwrap().starts_with("Item 2 cannot be taken: "));
        let (rows, _, fault) = contents("{\"LeadSource\" 1}");
        assert!(rows == 0 && fault.unwrap().starts_with("It is no JSON: line 1, column 1"));
        assert_eq!(contents("[]"), (0, true, Some("It holds no lead.".to_owned())));
        let not_text = read(b"{\"Email\":\"\xff\"}", parse("2026-11-20T12:00:00Z").unwrap());
        assert_eq!(not_text.fault.unwrap(), "It is not UTF-8 text.");
    }
}
