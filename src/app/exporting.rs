//! Exporting what is shown from the inbox: the format, the place, and where it is afterwards (PRODUCT.md 7).
//! Nothing overwrites without asking. Must not write files: that is an effect.

use std::path::PathBuf;

use crate::app::input::{Input, Lines};
use crate::app::key::{Code, Key};
use crate::app::msg::Effect;
use crate::app::update::edit_of;
use crate::app::{App, Popup, Tone};
use crate::domain::lead::LeadId;
use crate::domain::leaving::{Census, Choice, ExportFormat};

/// What to export, how and where.
#[derive(Clone, Debug, PartialEq)]
pub struct ExportOrder {
    /// Which leads, in order.
    pub ids: Vec<LeadId>,
    /// In which form.
    pub format: ExportFormat,
    /// What the seller chose beside.
    pub choice: Choice,
    /// Where, as typed.
    pub path: String,
    /// Over an existing file.
    pub overwrite: bool,
}

/// What an export wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// Leads in it and left out.
    pub census: Census,
    /// What was filled in or shortened, a sentence each.
    pub notes: Vec<String>,
    /// The files.
    pub files: Vec<PathBuf>,
}

/// Why an export was not written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExportFailure {
    /// The file exists.
    Exists(PathBuf),
    /// Anything else, as a sentence.
    Failed(String),
}

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

/// The next format, as Tab walks them.
fn next(format: ExportFormat) -> ExportFormat {
    let place = ExportFormat::ALL.iter().position(|known| *known == format).unwrap_or_default();
    ExportFormat::ALL.get(place + 1).copied().unwrap_or(ExportFormat::Csv)
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
    pub fn exported_ids(&self) -> Vec<LeadId> {
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
                exporting.format = next(exporting.format);
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
                effects.push(Effect::Export(ExportOrder {
                    ids,
                    format: exporting.format,
                    choice: Choice::default(),
                    path,
                    overwrite,
                }));
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

    pub(super) fn exported(&mut self, result: Result<Exported, ExportFailure>) {
        match (result, &mut self.popup) {
            (Ok(done), _) => {
                self.popup = None;
                let paths: Vec<_> = done.files.iter().map(|path| path.display().to_string()).collect();
                let fetch = self.settings.ssh.as_ref().map(|host| format!("  scp {host}:{} .", paths.join(" ")));
                let leads = done.census.leads_in_words();
                self.say(format!("{leads} written to {}.{}", paths.join(", "), fetch.unwrap_or_default()), Tone::Done);
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
