//! Effects carried out: one arm, one call, and the answer as a message (HOUSE.md). The one seam between the inbox and this
//! machine is `Host`. Must not hold a rule about leads.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono_tz::Tz;

use crate::app::completion::Stock;
use crate::app::copying;
use crate::app::exporting::{ExportFailure, ExportOrder, Ways};
use crate::app::msg::{Applied, Candidate, Effect, ImportSummary, Msg, Stepped};
use crate::domain::lead::{LeadId, Moment};
use crate::domain::leaving::{Choice, ExportFormat};
use crate::domain::outbox;
use crate::domain::quarantine::Settlement;
use crate::domain::reaching::Reach;
use crate::domain::statistics::{Collector, Months};
use crate::domain::views::View;
use crate::shell::clipboard::{many_lines, one_line};
use crate::shell::desk::Desk;
use crate::shell::exporting;
use crate::shell::intake::{self, ImportReport, Mode};
use crate::shell::mending;
use crate::shell::outgoing::ExportSettings;
use crate::store::{Redone, Result, Store, StoreError, Undone};

/// What the inbox needs of this machine beyond the store; tests put their own in its place.
pub trait Host {
    /// Puts a text on the clipboard as it is. The answer may come at once or later as a message.
    fn copy(&mut self, text: String) -> Option<Msg>;
    /// Opens a mail or a call with the program that does. Where that fails later a further `Msg::Reached` says so.
    fn open(&mut self, reach: Box<Reach>) -> Msg;
    /// Hands a text to the editor and waits; what comes back, or why nothing does.
    fn edit(&mut self, text: &str) -> std::result::Result<String, String>;
    /// Stops until the shell continues us.
    fn suspend(&mut self) -> Option<Msg>;
    /// Lead files in the usual places.
    fn lead_files(&mut self) -> Vec<Candidate>;
    /// A typed path with its `~`, made whole.
    fn whole_path(&self, typed: &Path) -> PathBuf;
    /// Stores a view in the config, or takes it out; answers the views then.
    fn keep_view(&mut self, name: &str, query: Option<&str>) -> std::result::Result<Vec<View>, String>;
    /// Rings, and shows a text on the desktop, as the config asks.
    fn notify(&mut self, text: &str);
    /// What of this machine an export needs.
    fn export_settings(&self) -> Arc<ExportSettings>;
    /// Does a long piece of work on the store beside the inbox if it can; gives it back if not.
    fn aside(&mut self, work: Work) -> Option<Work>;
}

/// Work that may take longer than a frame.
#[derive(Clone, Debug, PartialEq)]
pub enum Work {
    /// Try an import.
    Preview(PathBuf),
    /// Import.
    Import(PathBuf),
    /// Import the mended text of a delivery that could not be read.
    Mend(i64, String),
    /// Count every lead, month by month in this zone.
    Statistics(Tz),
    /// Count what an export would hold, to this question.
    Census(u64, Vec<LeadId>, ExportFormat, Choice),
    /// Look how this path could go on, as typed and whole.
    Paths(String, PathBuf),
    /// Export to this path.
    Export(ExportOrder, PathBuf, Arc<ExportSettings>),
}

impl Work {
    /// The work that an effect asks for, if it asks for any.
    fn of(effect: &Effect, host: &dyn Host) -> Option<Self> {
        Some(match effect {
            Effect::Preview(path) => Self::Preview(host.whole_path(path)),
            Effect::Import(path) => Self::Import(host.whole_path(path)),
            Effect::Mend(id, text) => Self::Mend(*id, text.clone()),
            Effect::Statistics(zone) => Self::Statistics(*zone),
            Effect::Census(question, ids, format, choice) => Self::Census(*question, ids.clone(), *format, *choice),
            Effect::FindPaths(typed) => Self::Paths(typed.clone(), host.whole_path(Path::new(typed))),
            Effect::Export(order) => {
                let path = host.whole_path(Path::new(&order.path));
                Self::Export(order.clone(), path, host.export_settings())
            }
            _ => return None,
        })
    }

    /// Its answer where it could not be done.
    pub fn failed(self, why: String) -> Msg {
        match self {
            Self::Preview(path) => Msg::Previewed(path, Err(why)),
            Self::Import(_) => Msg::Imported(Err(why)),
            Self::Mend(id, _) => Msg::Mended(id, Err(why)),
            Self::Statistics(_) => Msg::Statistics(Err(why)),
            Self::Census(question, ..) => Msg::Taken(question, Err(why)),
            Self::Paths(typed, _) => Msg::PathsFound(typed, Ways::default()),
            Self::Export(..) => Msg::Exported(Err(ExportFailure::Failed(why))),
        }
    }
}

/// Carries one effect out. `Quit` and `Demo` are the loop's own.
pub fn perform(effect: Effect, desk: &mut Desk, host: &mut dyn Host, now: Moment) -> Option<Msg> {
    let asks = matches!(
        effect,
        Effect::Search(..)
            | Effect::Tally(_)
            | Effect::Read(_)
            | Effect::Open(_)
            | Effect::OpenPerson(_)
            | Effect::Outbox
            | Effect::Quarantine
    );
    act(effect, desk, host, now)
        .unwrap_or_else(|error| Some(if asks { unread(&error) } else { Msg::Failed(error.to_string()) }))
}

/// Says that the store could not be read: nothing is lost by it, and it is asked again.
pub fn unread(error: &StoreError) -> Msg {
    let cause = error.cause();
    let cause = cause.trim_end_matches('.');
    Msg::Unread(format!("The store could not be read: {cause}; it is tried again by itself."))
}

fn act(effect: Effect, desk: &mut Desk, host: &mut dyn Host, now: Moment) -> Result<Option<Msg>> {
    if let Some(work) = Work::of(&effect, host) {
        return Ok(aside(work, desk, host, now));
    }
    Ok(match effect {
        Effect::Search(seq, query) => Some(Msg::Found(seq, Box::new(desk.find(&query, now)?))),
        Effect::Tally(query) => {
            let stock = Stock { tally: desk.tally(&query, now), tags: desk.tags()? };
            Some(Msg::Tallied(query.filter, Box::new(stock)))
        }
        Effect::Read(ids) => Some(Msg::Rows(desk.rows(&ids)?)),
        Effect::Open(id) => desk.open(id)?.map(|detail| Msg::Opened(Box::new(detail))),
        Effect::OpenPerson(id) => Some(Msg::Person(id, desk.person(id)?.map(Box::new))),
        Effect::Apply(ids, change) => {
            let done = desk.store().apply(&ids, &change, now)?;
            Some(Msg::Applied(Box::new(Applied {
                change,
                leads: done.leads,
                refused: done.refused,
                stored: done.stored,
            })))
        }
        Effect::Undo(shown) => Some(Msg::Stepped(undo(shown.as_ref(), desk, now)?)),
        Effect::Redo => Some(Msg::Stepped(redo(desk, now)?)),
        Effect::Queue(errand, query) => Some(Msg::Queue(errand, desk.to_answer(&query, now)?)),
        Effect::Watch(filters) => {
            desk.watch(filters);
            None
        }
        Effect::KeepView(name, query) => Some(Msg::ViewsKept(host.keep_view(&name, query.as_deref()))),
        // Where the store cannot be read the list says so; the news is left out.
        Effect::Since => Some(Msg::Since(desk.since(now).unwrap_or_default())),
        Effect::Survey(ids, act) => Some(Msg::Surveyed(desk.survey(&ids, act, now)?)),
        Effect::Outbox => Some(Msg::Outbox(outbox::entries(&desk.store().owing()?))),
        Effect::Copy(text) => host.copy(one_line(&text)),
        Effect::CopyMarked(ids, letter, confirmed) => copy_marked(&ids, letter, confirmed, desk, host, now)?,
        Effect::CopyLines(text) => host.copy(many_lines(&text)),
        Effect::Reach(reach) => Some(host.open(reach)),
        Effect::FindFiles => Some(Msg::Candidates(host.lead_files())),
        Effect::Quarantine => Some(Msg::Quarantine(desk.store().quarantine()?)),
        Effect::OpenDelivery(id) => Some(read_delivery(id, desk)?),
        Effect::Dismiss(id) => Some(Msg::Dismissed(id, desk.store().settle(id, Settlement::Dismissed, now)?)),
        Effect::Editor(writing, text) => Some(Msg::Edited(writing, host.edit(&text))),
        Effect::Tags => Some(Msg::Tags(desk.store().tags()?)),
        Effect::Notify(text) => {
            host.notify(&text);
            None
        }
        Effect::Suspend => host.suspend(),
        Effect::Demo
        | Effect::Quit
        | Effect::Preview(_)
        | Effect::Import(_)
        | Effect::Mend(..)
        | Effect::Statistics(_)
        | Effect::Census(..)
        | Effect::FindPaths(_)
        | Effect::Export(_) => None,
    })
}

fn read_delivery(id: i64, desk: &mut Desk) -> Result<Msg> {
    let body = desk.store().quarantined_body(id)?;
    Ok(Msg::DeliveryRead(id, body.map(|body| String::from_utf8_lossy(&body).into_owned())))
}

/// Undoes the last step; an old one only where it is the one that was shown.
fn undo(shown: Option<&(String, Moment)>, desk: &mut Desk, now: Moment) -> Result<Stepped> {
    let undone = match desk.store().undo(false, now)? {
        // Confirmed is the step that was shown, not whichever is the newest by now.
        Undone::Ask { title, at } if shown.is_some_and(|(of, made)| (of, *made) == (&title, at)) => {
            desk.store().undo(true, now)?
        }
        answer => answer,
    };
    Ok(match undone {
        Undone::Done { title, leads, corrections } => Stepped::Undone(title, leads, corrections),
        Undone::Nothing => Stepped::NothingToUndo,
        Undone::Ask { title, at } => Stepped::Ask(title, at),
        Undone::Contradicted { title } => Stepped::UndoContradicted(title),
    })
}

fn redo(desk: &mut Desk, now: Moment) -> Result<Stepped> {
    Ok(match desk.store().redo(now)? {
        Redone::Done { title, leads } => Stepped::Redone(title, leads),
        Redone::Nothing => Stepped::NothingToRedo,
        Redone::Contradicted { title } => Stepped::RedoContradicted(title),
    })
}

/// Puts what a letter says of several leads on the clipboard; asks first where some asked not to be contacted.
fn copy_marked(
    ids: &[LeadId],
    letter: char,
    confirmed: bool,
    desk: &mut Desk,
    host: &mut dyn Host,
    now: Moment,
) -> Result<Option<Msg>> {
    let leads = desk.store().leads(ids)?;
    let unwilling = leads.iter().filter(|lead| lead.record.do_not_contact).count();
    if unwilling > 0 && !confirmed && copying::hands_out_contacts(letter) {
        return Ok(Some(Msg::CopyAsks(letter, unwilling)));
    }
    Ok(match copying::texts(&leads, letter, desk.store().terms(), now) {
        Ok(text) => host.copy(one_line(&text)),
        Err(why) => Some(Msg::Copied(Err(why))),
    })
}

/// Does long work beside the inbox where the host can, else here and now.
fn aside(work: Work, desk: &mut Desk, host: &mut dyn Host, now: Moment) -> Option<Msg> {
    let work = host.aside(work)?;
    do_work(work, desk.store(), now, &|| true)
}

/// Does long work on a store; no answer where nobody waits for it any more.
pub fn do_work(work: Work, store: &mut Store, now: Moment, go_on: &dyn Fn() -> bool) -> Option<Msg> {
    let mut import = |path: &Path, mode| {
        intake::import_path(store, path, now, mode)
            .map(|report| summary(path, &report))
            .map_err(|error| error.to_string())
    };
    Some(match work {
        Work::Preview(path) => {
            let result = import(&path, Mode::DryRun);
            Msg::Previewed(path, result)
        }
        Work::Import(path) => Msg::Imported(import(&path, Mode::Keep)),
        Work::Mend(id, text) => {
            Msg::Mended(id, mending::mend(store, id, &text, now).map_err(|error| error.to_string()))
        }
        Work::Statistics(zone) => Msg::Statistics(months(store, zone, now).map_err(|error| error.to_string())),
        Work::Census(question, ids, format, choice) => {
            return exporting::census(store, (question, &ids, format, choice), now, go_on);
        }
        Work::Paths(typed, whole) => return find_paths(typed, &whole, go_on),
        Work::Export(order, path, settings) => Msg::Exported(exporting::export(store, &order, &path, &settings, now)),
    })
}

/// Looks how a path could go on: work that needs no store.
pub fn find_paths(typed: String, whole: &Path, go_on: &dyn Fn() -> bool) -> Option<Msg> {
    let ways = exporting::paths(&typed, whole, go_on)?;
    Some(Msg::PathsFound(typed, ways))
}

fn months(store: &Store, zone: Tz, now: Moment) -> Result<Box<Months>> {
    let mut collector = Collector::new(Months::default(), store.terms().clone(), zone, now);
    store.each_lead(|lead| collector.take(&lead))?;
    Ok(Box::new(collector.finish()))
}

/// A report as the sentence about it needs it.
pub fn summary(path: &Path, report: &ImportReport) -> ImportSummary {
    ImportSummary {
        title: path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        rows: report.rows,
        added: report.added,
        updated: report.updated,
        unchanged: report.unchanged,
        rejects: report.rejects.iter().map(|reject| (reject.line, reject.reason.clone())).collect(),
        facts: facts(report),
        warnings: report.warnings.clone(),
        guess: report
            .guess
            .iter()
            .map(|guess| [guess.column.clone(), guess.taken_as.to_owned(), guess.example.clone().unwrap_or_default()])
            .collect(),
        reject_file: report.reject_file.clone(),
    }
}

/// "Partner Center export · utf-8 · comma".
fn facts(report: &ImportReport) -> String {
    let between = report.delimiter.map(|delimiter| match delimiter {
        ',' => "comma".to_owned(),
        ';' => "semicolon".to_owned(),
        '\t' => "tab".to_owned(),
        '|' => "bar".to_owned(),
        other => other.to_string(),
    });
    let parts = [Some(report.via.title().to_owned()), Some(report.encoding.to_owned()), between];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}
