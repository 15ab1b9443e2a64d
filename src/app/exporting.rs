//! Exporting what is shown from the inbox: the format, the place, and where it is afterwards (PRODUCT.md 7).
//! Nothing overwrites without asking. Must not write files: that is an effect.

use std::path::PathBuf;

use crate::app::input::{Input, Lines};
use crate::app::key::{Code, Key};
use crate::app::msg::{Effect, ExportFailure, ExportFormat, ExportOrder};
use crate::app::update::edit_of;
use crate::app::{App, Popup, Tone};

/// An export being asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Exporting {
    /// As what.
    pub format: ExportFormat,
    /// Where.
    pub path: Input,
    /// The path is one the seller typed.
    typed: bool,
    /// What is in the way.
    pub trouble: Option<String>,
    /// Enter writes over the file of this path.
    overwrite: Option<String>,
}

impl ExportFormat {
    /// The formats, in the order Tab walks them.
    pub const ALL: [Self; 3] = [Self::Csv, Self::Json, Self::JsonLines];

    /// Its name.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Json => "JSON",
            Self::JsonLines => "JSON lines",
        }
    }

    /// The ending of its files.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::JsonLines => "jsonl",
        }
    }

    fn next(self) -> Self {
        match self {
            Self::Csv => Self::Json,
            Self::Json => Self::JsonLines,
            Self::JsonLines => Self::Csv,
        }
    }
}

impl App {
    pub(super) fn open_export(&mut self) -> Vec<Effect> {
        if self.listing.ids.is_empty() && self.marks.is_empty() {
            self.say("There is nothing to export: no lead is shown.", Tone::Trouble);
            return Vec::new();
        }
        let format = ExportFormat::Csv;
        let mut path = Input::new(Lines::One);
        path.set(&self.export_name(format));
        let exporting = Exporting { format, path, typed: false, trouble: None, overwrite: None };
        self.popup = Some(Popup::Export(exporting));
        Vec::new()
    }

    /// The marked leads, else every lead shown.
    pub fn exported_ids(&self) -> Vec<crate::domain::lead::LeadId> {
        if self.marks.is_empty() { self.listing.ids.clone() } else { self.targets() }
    }

    fn export_name(&self, format: ExportFormat) -> String {
        let day = self.now.with_timezone(&self.settings.zone).format("%Y-%m-%d");
        format!("leads-{day}.{}", format.ending())
    }

    pub(super) fn export_key(&mut self, mut exporting: Exporting, key: Key) -> Vec<Effect> {
        let mut effects = Vec::new();
        match key.code {
            Code::Esc => return Vec::new(),
            Code::Tab | Code::BackTab => {
                exporting.format = exporting.format.next();
                if !exporting.typed {
                    let name = self.export_name(exporting.format);
                    exporting.path.set(&name);
                }
            }
            Code::Enter if exporting.path.text().trim().is_empty() => {
                exporting.trouble = Some("Type where to write it.".to_owned());
            }
            Code::Enter => {
                let path = exporting.path.text().trim().to_owned();
                let overwrite = exporting.overwrite.as_ref() == Some(&path);
                let ids = self.exported_ids();
                effects.push(Effect::Export(ExportOrder { ids, format: exporting.format, path, overwrite }));
            }
            _ => {
                let changed = match key.typed() {
                    Some(c) => exporting.path.insert(c),
                    None => edit_of(key).is_some_and(|edit| exporting.path.edit(edit)),
                };
                exporting.typed |= changed;
                exporting.trouble = None;
            }
        }
        self.popup = Some(Popup::Export(exporting));
        effects
    }

    pub(super) fn export_paste(&mut self, mut exporting: Exporting, text: &str) -> Vec<Effect> {
        exporting.typed |= exporting.path.insert_text(text);
        self.popup = Some(Popup::Export(exporting));
        Vec::new()
    }

    pub(super) fn exported(&mut self, result: Result<(usize, PathBuf), ExportFailure>) {
        match (result, &mut self.popup) {
            (Ok((count, path)), _) => {
                self.popup = None;
                let leads = if count == 1 { "lead" } else { "leads" };
                let path = path.display();
                let fetch = self.settings.ssh.as_ref().map(|host| format!("  scp {host}:{path} ."));
                self.say(format!("{count} {leads} written to {path}.{}", fetch.unwrap_or_default()), Tone::Done);
            }
            (Err(ExportFailure::Exists(path)), Some(Popup::Export(exporting))) => {
                exporting.overwrite = Some(exporting.path.text().trim().to_owned());
                exporting.trouble = Some(format!("{} exists. Enter again writes over it.", path.display()));
            }
            (Err(ExportFailure::Failed(why)), Some(Popup::Export(exporting))) => exporting.trouble = Some(why),
            (Err(ExportFailure::Exists(path)), _) => self.say(format!("{} exists.", path.display()), Tone::Trouble),
            (Err(ExportFailure::Failed(why)), _) => self.say(why, Tone::Trouble),
        }
    }
}
