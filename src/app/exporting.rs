//! Exporting what is shown from the inbox: the form, the place, what will be written, and where it is afterwards (PRODUCT.md
//! 7). Nothing overwrites without asking. Must not write files: that is an effect.

use std::path::PathBuf;

use crate::app::input::{Input, Lines};
use crate::app::key::{Code, Key};
use crate::app::msg::Effect;
use crate::app::update::edit_of;
use crate::app::{App, Popup, Tone};
use crate::domain::lead::LeadId;
use crate::domain::leaving::{Census, Choice, ExportFormat};
use crate::domain::numbers;

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

/// How a typed path could go on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ways {
    /// As much as every way begins with: the whole text in place of the typed one.
    pub common: String,
    /// How many there are.
    pub count: usize,
    /// The first of them, each as the whole text.
    pub first: Vec<String>,
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
    /// What goes along and what does not.
    pub choice: Choice,
    /// Where.
    pub path: Input,
    /// The line that has the keys.
    pub focus: Asked,
    /// How the path could go on, where there is more than one way.
    pub ways: Ways,
    /// What will be written; `None` while it is counted.
    pub census: Option<Result<Census, String>>,
    /// It is being written.
    pub writing: bool,
    /// What was written.
    pub done: Option<Exported>,
    /// What is in the way.
    pub trouble: Option<String>,
    /// The path is one the seller typed.
    typed: bool,
    /// Enter writes over the file of this path.
    overwrite: Option<String>,
}

/// What an export asks, a line each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The form.
    Format,
    /// The place.
    Place,
    /// Whether leads go along that asked not to be contacted.
    IncludeDnc,
    /// Whether only leads with a valid contact go along.
    OnlyValid,
}

impl Exporting {
    /// The lines that this form asks, in order.
    pub fn asked(&self) -> &'static [Asked] {
        if self.format.is_outreach() {
            &[Asked::Format, Asked::Place, Asked::IncludeDnc, Asked::OnlyValid]
        } else {
            &[Asked::Format, Asked::Place, Asked::OnlyValid]
        }
    }

    /// Gives the keys to the line so many further, stopping at the ends.
    fn step(&mut self, by: isize) {
        let lines = self.asked();
        let place = lines.iter().position(|line| *line == self.focus).unwrap_or_default();
        let to = place.saturating_add_signed(by).min(lines.len().saturating_sub(1));
        self.focus = lines.get(to).copied().unwrap_or(Asked::Format);
    }

    fn toggle(&mut self) -> bool {
        match self.focus {
            Asked::IncludeDnc => self.choice.include_dnc = !self.choice.include_dnc,
            Asked::OnlyValid => self.choice.only_valid = !self.choice.only_valid,
            Asked::Format | Asked::Place => return false,
        }
        true
    }
}

/// The format so many further, round and round.
fn turned(format: ExportFormat, by: isize) -> ExportFormat {
    let all = ExportFormat::ALL;
    let place = all.iter().position(|known| *known == format).unwrap_or_default();
    let to = place.saturating_add(all.len()).saturating_add_signed(by) % all.len();
    all.get(to).copied().unwrap_or(format)
}

/// The next format whose name begins with a letter.
fn begun_by(format: ExportFormat, letter: char) -> Option<ExportFormat> {
    let begins = |format: &ExportFormat| format.title().to_lowercase().starts_with(letter.to_ascii_lowercase());
    (1..=ExportFormat::ALL.len() as isize).map(|by| turned(format, by)).find(begins)
}

impl App {
    pub(super) fn open_export(&mut self) -> Vec<Effect> {
        if self.marks.is_empty() && self.needs_all() {
            return Vec::new();
        }
        if self.listing.ids.is_empty() && self.marks.is_empty() {
            self.say("There is nothing to export: no lead is shown.", Tone::Trouble);
            return Vec::new();
        }
        let format = ExportFormat::Csv;
        let mut path = Input::new(Lines::One);
        path.set(&self.export_name(format));
        let exporting = Exporting {
            format,
            choice: Choice::default(),
            path,
            focus: Asked::Place,
            ways: Ways::default(),
            census: None,
            writing: false,
            done: None,
            trouble: None,
            typed: false,
            overwrite: None,
        };
        let effects = self.take_census(&exporting);
        self.popup = Some(Popup::Export(exporting));
        effects
    }

    /// The marked leads, else every lead shown.
    pub fn exported_ids(&self) -> Vec<LeadId> {
        if self.marks.is_empty() { self.listing.ids.clone() } else { self.targets() }
    }

    fn export_name(&self, format: ExportFormat) -> String {
        let day = self.now.with_timezone(&self.settings.zone).format("%Y-%m-%d");
        let ending = format.ending();
        match format {
            _ if format == ExportFormat::Csv || ending != ExportFormat::Csv.ending() => format!("leads-{day}.{ending}"),
            _ => format!("leads-{day}-{}.{ending}", format.word()),
        }
    }

    fn take_census(&mut self, exporting: &Exporting) -> Vec<Effect> {
        self.census += 1;
        vec![Effect::Census(self.census, self.exported_ids(), exporting.format, exporting.choice)]
    }

    /// What an export would hold is counted; where anything was asked since, of other leads too, the answer is old.
    pub(super) fn census_taken(&mut self, question: u64, census: Result<Census, String>) {
        if let Some(Popup::Export(exporting)) = &mut self.popup
            && question == self.census
        {
            exporting.census = Some(census);
        }
    }

    pub(super) fn export_key(&mut self, mut exporting: Exporting, key: Key) -> Vec<Effect> {
        if exporting.done.is_some() || key.code == Code::Esc {
            if exporting.ways.count == 0 {
                return Vec::new();
            }
            exporting.ways = Ways::default();
            self.popup = Some(Popup::Export(exporting));
            return Vec::new();
        }
        let effects = match key.code {
            _ if exporting.writing => Vec::new(),
            Code::Enter => self.write_export(&mut exporting),
            Code::Up | Code::BackTab => {
                exporting.step(-1);
                Vec::new()
            }
            Code::Tab if exporting.focus == Asked::Place => {
                vec![Effect::FindPaths(exporting.path.text().to_owned())]
            }
            Code::Down | Code::Tab => {
                exporting.step(1);
                Vec::new()
            }
            _ => self.export_edit(&mut exporting, key),
        };
        self.popup = Some(Popup::Export(exporting));
        effects
    }

    /// A key for the line that has them.
    fn export_edit(&mut self, exporting: &mut Exporting, key: Key) -> Vec<Effect> {
        let format = match (exporting.focus, key.code) {
            (Asked::Format, Code::Left) => Some(turned(exporting.format, -1)),
            (Asked::Format, Code::Right | Code::Char(' ')) => Some(turned(exporting.format, 1)),
            (Asked::Format, _) => key.typed().and_then(|letter| begun_by(exporting.format, letter)),
            (Asked::Place, _) => {
                let changed = match key.typed() {
                    Some(c) => exporting.path.insert(c),
                    None => edit_of(key).is_some_and(|edit| exporting.path.edit(edit)),
                };
                exporting.typed |= changed;
                exporting.ways = Ways::default();
                exporting.trouble = None;
                return Vec::new();
            }
            (_, Code::Char(' ')) if exporting.toggle() => Some(exporting.format),
            _ => None,
        };
        let Some(format) = format else { return Vec::new() };
        exporting.format = format;
        exporting.census = None;
        exporting.trouble = None;
        if !exporting.typed {
            exporting.path.set(&self.export_name(format));
        }
        self.take_census(exporting)
    }

    fn write_export(&mut self, exporting: &mut Exporting) -> Vec<Effect> {
        let path = exporting.path.text().trim().to_owned();
        if path.is_empty() {
            exporting.focus = Asked::Place;
            exporting.trouble = Some("Type where to write it.".to_owned());
            return Vec::new();
        }
        exporting.writing = true;
        exporting.ways = Ways::default();
        let overwrite = exporting.overwrite.as_ref() == Some(&path);
        let (ids, format, choice) = (self.exported_ids(), exporting.format, exporting.choice);
        vec![Effect::Export(ExportOrder { ids, format, choice, path, overwrite })]
    }

    pub(super) fn export_paste(&mut self, mut exporting: Exporting, text: &str) -> Vec<Effect> {
        if !exporting.writing && exporting.done.is_none() {
            exporting.focus = Asked::Place;
            exporting.typed |= exporting.path.insert_text(text);
            exporting.ways = Ways::default();
        }
        self.popup = Some(Popup::Export(exporting));
        Vec::new()
    }

    /// A typed path goes on as far as every way does; where there is none, or it is another by now, nothing happens.
    pub(super) fn paths_found(&mut self, typed: &str, ways: &Ways) {
        let Some(Popup::Export(exporting)) = &mut self.popup else { return };
        if exporting.path.text() != typed || exporting.focus != Asked::Place || exporting.writing {
            return;
        }
        if ways.common.len() > typed.len() {
            exporting.path.set(&ways.common);
            exporting.typed = true;
        }
        exporting.ways = if ways.count > 1 { ways.clone() } else { Ways::default() };
    }

    pub(super) fn exported(&mut self, result: Result<Exported, ExportFailure>) {
        let failure = match result {
            Ok(done) => {
                self.tell_exported(&done);
                match &mut self.popup {
                    Some(Popup::Export(exporting)) if done.has_more_to_say() => {
                        exporting.writing = false;
                        exporting.done = Some(done);
                    }
                    Some(Popup::Export(_)) => self.popup = None,
                    _ => {}
                }
                return;
            }
            Err(failure) => failure,
        };
        let Some(Popup::Export(exporting)) = &mut self.popup else {
            let why = match failure {
                ExportFailure::Exists(path) => format!("{} exists; nothing was written.", path.display()),
                ExportFailure::Failed(why) => why,
            };
            self.say(why, Tone::Trouble);
            return;
        };
        exporting.writing = false;
        exporting.trouble = Some(match failure {
            ExportFailure::Exists(path) => {
                exporting.overwrite = Some(exporting.path.text().trim().to_owned());
                format!("{} exists. Enter again writes over it.", path.display())
            }
            ExportFailure::Failed(why) => why,
        });
    }

    fn tell_exported(&mut self, done: &Exported) {
        let fetch = self.fetch_line(done).map(|line| format!("  {line}")).unwrap_or_default();
        let leads = numbers::leads(done.census.leads);
        self.say(format!("{leads} written to {}.{fetch}", done.names().join(", ")), Tone::Done);
    }

    /// Over SSH: how the files come to the seller's own computer.
    pub fn fetch_line(&self, done: &Exported) -> Option<String> {
        self.settings.ssh.as_ref().map(|host| scp_line(host, &done.names()))
    }
}

/// The line that fetches files of these whole paths from a host.
pub fn scp_line(host: &str, paths: &[String]) -> String {
    let files: Vec<_> = paths.iter().map(|path| format!("'{host}:{}'", path.replace('\'', "'\\''"))).collect();
    format!("scp {} .", files.join(" "))
}

impl Exported {
    /// The files' names.
    pub fn names(&self) -> Vec<String> {
        self.files.iter().map(|path| path.display().to_string()).collect()
    }

    /// Whether a line is not enough to tell it.
    fn has_more_to_say(&self) -> bool {
        self.files.len() > 1 || !self.notes.is_empty() || !self.census.left_out.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_turn_round_and_are_found_by_their_letter() {
        assert_eq!(turned(ExportFormat::Csv, -1), ExportFormat::PartnerCenter);
        assert_eq!(turned(ExportFormat::PartnerCenter, 1), ExportFormat::Csv);
        assert_eq!(begun_by(ExportFormat::Csv, 's'), Some(ExportFormat::Salesforce));
        assert_eq!(begun_by(ExportFormat::Json, 'J'), Some(ExportFormat::Jsonl));
        assert_eq!(begun_by(ExportFormat::Jsonl, 'j'), Some(ExportFormat::Json));
        assert_eq!(begun_by(ExportFormat::Csv, 'z'), None);
    }

    #[test]
    fn the_line_that_fetches_files_is_safe_in_a_shell() {
        let paths = ["/tmp/it's.csv".to_owned(), "/a b/x;id.csv".to_owned()];
        assert_eq!(scp_line("me@box", &paths), "scp 'me@box:/tmp/it'\\''s.csv' 'me@box:/a b/x;id.csv' .");
    }
}
