//! Reads raw terminal output by an allow-list: text that shows, and the few sequences the inbox needs. Whatever else is in
//! it is named with its surroundings. Written for these tests alone, so that it shares no error with the program.

/// Sequences that change modes and belong to the inbox.
const MODES: [&str; 6] = ["?1049h", "?1049l", "?2004h", "?2004l", "?25h", "?25l"];

/// Checks output; answers the texts sent to the clipboard, in Base64.
pub fn check(raw: &[u8]) -> Result<Vec<String>, String> {
    let text = std::str::from_utf8(raw).map_err(|error| format!("not UTF-8: {error}"))?;
    let chars: Vec<char> = text.chars().collect();
    let mut copied = Vec::new();
    let mut inside = false;
    let mut at = 0;
    while let Some(c) = chars.get(at) {
        let rest = chars.get(at + 1..).unwrap_or_default();
        let length = match c {
            '\x1b' => sequence(rest, &mut inside, &mut copied),
            '\r' | '\n' if !inside => Some(0),
            '\u{200d}' => joins(at.checked_sub(1).and_then(|before| chars.get(before)), rest.first()),
            c if hides(*c) => None,
            _ => Some(0),
        };
        let Some(length) = length else { return Err(around(&chars, at)) };
        at += 1 + length;
    }
    Ok(copied)
}

/// The length of a sequence of our own behind ESC.
fn sequence(rest: &[char], inside: &mut bool, copied: &mut Vec<String>) -> Option<usize> {
    match rest.first()? {
        '[' => {
            let end = rest.iter().skip(1).position(|c| ('@'..='~').contains(c))? + 1;
            let parameters: String = rest.get(1..end)?.iter().collect();
            let last = rest.get(end)?;
            let numbers = parameters.chars().all(|c| c.is_ascii_digit() || c == ';');
            let ours = match last {
                'm' | 'H' | 'J' | 'K' => numbers,
                'h' | 'l' => MODES.contains(&format!("{parameters}{last}").as_str()),
                _ => false,
            };
            if parameters == "?1049" {
                *inside = *last == 'h';
            }
            ours.then_some(end + 1)
        }
        ']' => {
            let end = rest.iter().position(|c| *c == '\x07')?;
            let body: String = rest.get(1..end)?.iter().collect();
            let text = body.strip_prefix("52;c;")?;
            let base64 = text.chars().all(|c| c.is_ascii_alphanumeric() || "+/=".contains(c));
            copied.push(text.to_owned());
            base64.then_some(end + 1)
        }
        _ => None,
    }
}

/// A joiner is shown only between two pictures.
fn joins(before: Option<&char>, after: Option<&char>) -> Option<usize> {
    let picture = |c: &char| *c == '\u{fe0f}' || ('\u{2190}'..'\u{2e80}').contains(c) || *c >= '\u{1f000}';
    (before.is_some_and(picture) && after.is_some_and(picture)).then_some(0)
}

/// Characters a terminal acts on, or that hide or turn text: Cc, Cf, line and paragraph separators, and blanks that are none.
pub fn hides(c: char) -> bool {
    c.is_control()
        || matches!(u32::from(c),
            0xAD | 0x600..=0x605 | 0x61C | 0x6DD | 0x70F | 0x890 | 0x891 | 0x8E2 | 0x180E
            | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F | 0xFEFF | 0xFFF9..=0xFFFB
            | 0x110BD | 0x110CD | 0x13430..=0x1343F | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A | 0xE0000..=0xE0FFF)
}

fn around(chars: &[char], at: usize) -> String {
    let from = at.saturating_sub(60);
    let excerpt: String = chars.iter().skip(from).take(100).collect();
    format!("character {at} is not ours, in {excerpt:?}")
}

#[test]
fn the_allow_list_refuses_what_a_terminal_would_obey() {
    let fine =
        "\x1b[?1049h\x1b[?25l\x1b[3;4H\x1b[38;5;245mé 田 🔥 👩\u{200d}🚒\x1b[0m\x1b[?1049l\r\n\x1b]52;c;YQ==\x07";
    assert_eq!(check(fine.as_bytes()), Ok(vec!["YQ==".to_owned()]));
    for bad in [
        "\x1b]0;x\x07",
        "\x1b]8;;http://x.example\x1b\\",
        "\x1bPq\x1b\\",
        "\x1b_x\x1b\\",
        "\x1bc",
        "\x1b[6n",
        "\x1b[2;3r",
        "\x1b[?1000h",
        "\x1b[>4;1m",
        "\u{9b}2J",
        "\u{9d}0;x\x07",
        "a\u{202e}b",
        "a\u{200b}b",
        "a\u{200d}b",
        "\u{e0041}",
        "\x07",
        "\x08",
        "\x1b[?1049h\n",
        "\x1b",
    ] {
        assert!(check(bad.as_bytes()).is_err(), "{bad:?}");
    }
    assert!(check(b"\x9b2J").is_err());
}
