//! The file that `config init` writes: every key with its default, as comments; the tables of the ways in follow from their
//! own modules. Must not be read as the defaults: those stand in code, and a test compares.

/// The general part, which begins the file.
pub(super) const GENERAL: &str = r#"# The config of leadbox. Every line below is a default; take the # away to change it.

# Symbols in the list: "auto", "emoji", "text" or "ascii".
#symbols = "auto"

# How y copies: "auto" (the desktop's clipboard, else tmux, else the terminal by OSC 52), one of them alone ("native", "tmux",
# "osc52"), or "off": the value is shown alone on the screen, to be selected with the mouse.
#clipboard = "auto"

# What o opens a mail or a call with: a program and its arguments; the mailto: or tel: comes last. Without it the system's own
# (xdg-open; open on macOS).
#  opener = ["xdg-open"]

# The currency of values typed without one (ISO 4217).
#currency = "USD"

# When to follow up: after the first contact, the second and so on (m minutes, h hours, d days, w weeks). The first of the
# list is for a lead that was never contacted; past the end of the list nothing is proposed.
#cadence = ["0", "1d", "3d", "7d", "14d"]

# How long a Contact me lead stays hot, how long a lead waits for an answer, and after how many months a lead that
# asks for none is archived.
#[clocks]
#hot_hours = 72
#answer_days = 14
#keep_months = 6

# The same for one source: appsource, azure_marketplace, azure_portal or unknown. What it leaves out comes from [clocks].
#[clocks.appsource]
#hot_hours = 72
"#;

/// Views and keys, which end the file.
pub(super) const LAST: &str = r#"
# Views: a name and its query. One with the name of a built-in view takes its place; a blank query hides it.
# The first six open with 4 to 9, all of them with V; V s saves what is shown here.
#[views]
#  "Brazil, valid phone" = "country:br phone:valid"
#  "Test leads" = ""

# Keys: a command and the key or keys that run it, in place of its own.
#[keys]
#accept = "a"
#decline = ["d", "D"]
"#;
