//! The accept form, which is also the edit form (SCREENS.md, Accept): what was typed, field by field, checked as one by
//! `domain::deal`. Esc keeps the draft, Enter saves from any field. Must not store anything: that is an effect.

use chrono::NaiveDate;

use crate::app::input::{Edit, Input, Lines};
use crate::app::key::{Code, Key};
use crate::app::list::Anchor;
use crate::app::marks::Chosen;
use crate::app::msg::{Effect, Writing};
use crate::app::update::edit_of;
use crate::app::{App, Popup, Tone};
use crate::domain::change::{Act, Change};
use crate::domain::deal::{DealField, Defaults, Draft, FieldError};
use crate::domain::lead::{Lead, LeadId};

/// Team members a form takes.
const MOST_TEAM: usize = 10;

/// What was typed into a form that was closed without saving.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct KeptDraft {
    draft: Draft,
    reported: bool,
    /// What it was typed over.
    over: Draft,
}

/// The form.
#[derive(Clone, Debug, PartialEq)]
pub struct DealForm {
    /// The lead; of several the first.
    pub lead: LeadId,
    /// Where several leads were marked: all of them. Each deal gets the name of its own lead unless one is typed.
    pub many: Option<Chosen>,
    /// Accepting, or editing the deal of an accepted lead.
    pub act: Act,
    /// The fields and what was typed.
    pub fields: Vec<(DealField, Input)>,
    /// Already accepted in Partner Center.
    pub reported: bool,
    /// The field that has the keys; one past the last is the box.
    pub focus: usize,
    /// What is wrong, once Enter was pressed.
    pub errors: Vec<FieldError>,
    /// What a form without a draft shows: the deal as it stands, or the name it is given.
    over: Draft,
    /// The close date the deal had.
    kept: Option<NaiveDate>,
    /// The name of a deal that is given none.
    deal_name: String,
}

impl DealForm {
    fn new(lead: LeadId, act: Act, over: Draft, kept: Option<&KeptDraft>) -> Self {
        let fields = fields(kept.map_or(&over, |kept| &kept.draft));
        let mut form = Self {
            lead,
            many: None,
            act,
            fields,
            reported: act == Act::Accept && kept.is_some_and(|kept| kept.reported),
            focus: 0,
            errors: Vec::new(),
            over,
            kept: None,
            deal_name: String::new(),
        };
        form.offer_team_line();
        form
    }

    /// The form's text as a draft.
    pub fn draft(&self) -> Draft {
        draft(&self.fields)
    }

    /// Whether it holds nothing but what it would show without a draft.
    fn is_untouched(&self) -> bool {
        !self.reported && self.draft() == draft(&fields(&self.over))
    }

    /// Takes in what the deal became since it was typed over; what was typed stays. False where it is as it was.
    fn follow(&mut self, now: Draft) -> bool {
        if self.over == now {
            return false;
        }
        let typed = self.draft().carried(&draft(&fields(&self.over)), &draft(&fields(&now)));
        self.fields = fields(&typed);
        self.over = now;
        self.offer_team_line();
        self.focus = self.focus.min(self.stops() - 1);
        true
    }

    /// Whether the box stands below the fields: only where something would be owed.
    pub fn has_box(&self) -> bool {
        self.act == Act::Accept
    }

    /// The error of a field.
    pub fn error(&self, field: DealField) -> Option<&str> {
        self.errors.iter().find(|error| error.field == field).map(|error| error.sentence.as_str())
    }

    fn stops(&self) -> usize {
        self.fields.len() + usize::from(self.has_box())
    }

    /// Keeps one empty line for the next team member.
    fn offer_team_line(&mut self) {
        let members = self.fields.iter().filter(|(field, _)| matches!(field, DealField::Team(_))).count();
        let last_filled =
            self.fields.last().is_none_or(|(field, input)| !matches!(field, DealField::Team(_)) || !input.is_empty());
        if last_filled && members < MOST_TEAM {
            self.fields.push((DealField::Team(members), Input::new(Lines::One)));
        }
    }

    /// `width`: columns of the fields as they were drawn, by which Up and Down walk a long text.
    fn key(&mut self, key: Key, width: usize) {
        if let Some((_, input)) = self.fields.get_mut(self.focus) {
            input.wrap_at(width);
        }
        let focused = self.fields.get_mut(self.focus);
        match (key.code, focused) {
            (Code::Tab, _) => self.focus = (self.focus + 1) % self.stops(),
            (Code::BackTab, _) => self.focus = (self.focus + self.stops() - 1) % self.stops(),
            (Code::Char(' '), None) => self.reported = !self.reported,
            (Code::Char('j'), Some((_, input))) if key.ctrl => drop(input.edit(Edit::NewLine)),
            (_, Some((_, input))) => {
                let moved = match (key.typed(), edit_of(key)) {
                    (Some(c), _) => input.insert(c),
                    (None, Some(edit)) => input.edit(edit),
                    (None, None) => true,
                };
                // Up and Down that an input has no use for walk the fields.
                match key.code {
                    Code::Down if !moved => self.focus = (self.focus + 1).min(self.stops() - 1),
                    Code::Up if !moved => self.focus = self.focus.saturating_sub(1),
                    _ => {}
                }
            }
            (Code::Up, None) => self.focus = self.focus.saturating_sub(1),
            (_, None) => {}
        }
        self.offer_team_line();
    }
}

/// A lead's deal as a form shows it; one without a deal has the name it would be given.
fn shown(lead: &Lead) -> Draft {
    let named = || Draft { name: lead.record.deal_name(), ..Draft::default() };
    lead.seller.deal.as_ref().map_or_else(named, Draft::of)
}

/// The fields of a draft, in the form's order.
fn fields(draft: &Draft) -> Vec<(DealField, Input)> {
    let one = |field, text: &str| (field, filled(Lines::One, text));
    let mut fields = vec![
        one(DealField::Name, &draft.name),
        one(DealField::Value, &draft.value),
        one(DealField::Currency, &draft.currency),
        one(DealField::CloseOn, &draft.close_on),
        (DealField::Notes, filled(Lines::Many, &draft.notes)),
        one(DealField::CrmId, &draft.crm_id),
        one(DealField::CampaignId, &draft.campaign_id),
    ];
    fields.extend(draft.team.iter().enumerate().map(|(n, member)| one(DealField::Team(n), member)));
    fields
}

/// The draft that fields hold, without empty lines after the last team member.
fn draft(fields: &[(DealField, Input)]) -> Draft {
    let mut draft = Draft::default();
    for (field, input) in fields {
        let text = input.text().to_owned();
        match field {
            DealField::Name => draft.name = text,
            DealField::Value => draft.value = text,
            DealField::Currency => draft.currency = text,
            DealField::CloseOn => draft.close_on = text,
            DealField::Notes => draft.notes = text,
            DealField::CrmId => draft.crm_id = text,
            DealField::CampaignId => draft.campaign_id = text,
            DealField::Team(_) => draft.team.push(text),
        }
    }
    while draft.team.pop_if(|member| member.trim().is_empty()).is_some() {}
    draft
}

fn filled(lines: Lines, text: &str) -> Input {
    let mut input = Input::new(lines);
    input.set(text);
    input
}

impl App {
    pub(super) fn open_form(&mut self, act: Act, chosen: Chosen) -> Vec<Effect> {
        if chosen.words.is_some() {
            let Some(first) = chosen.leads.first().copied() else { return Vec::new() };
            let mut form = DealForm::new(first, act, Draft::default(), self.drafts.get(&(None, act)));
            form.many = Some(chosen);
            self.popup = Some(Popup::Form(Box::new(form)));
            return Vec::new();
        }
        let Some(lead) = self.lead() else { return Vec::new() };
        let (kept, now) = (self.drafts.get(&(Some(lead.id), act)), shown(lead));
        let over = kept.map_or_else(|| now.clone(), |kept| kept.over.clone());
        let mut form = DealForm::new(lead.id, act, over, kept);
        form.kept = lead.seller.deal.as_ref().and_then(|deal| deal.close_on);
        form.deal_name = lead.record.deal_name();
        if form.follow(now) {
            self.say("The deal was changed since. What you typed stands; the rest is as it is now.", Tone::Trouble);
        }
        self.popup = Some(Popup::Form(Box::new(form)));
        Vec::new()
    }

    pub(super) fn form_key(&mut self, mut form: Box<DealForm>, key: Key) -> Vec<Effect> {
        match key.code {
            Code::Esc => {
                self.keep_draft(&form);
                let kept = if form.is_untouched() { "" } else { " The draft is kept for the next time." };
                self.say(format!("Nothing was stored.{kept}"), Tone::Plain);
                return Vec::new();
            }
            Code::Enter => return self.save_form(form),
            Code::Char('o') if key.ctrl => {
                let text = form.fields.get(form.focus).map(|(_, input)| input.text().to_owned());
                self.popup = Some(Popup::Form(form));
                return text.map(|text| Effect::Editor(Writing::Field, text)).into_iter().collect();
            }
            _ => form.key(key, self.geometry.form_width),
        }
        self.popup = Some(Popup::Form(form));
        Vec::new()
    }

    /// Keeps what was typed for the next time; a form as it was opened keeps nothing.
    fn keep_draft(&mut self, form: &DealForm) {
        let key = (form.many.is_none().then_some(form.lead), form.act);
        if form.is_untouched() {
            self.drafts.remove(&key);
        } else {
            let kept = KeptDraft { draft: form.draft(), reported: form.reported, over: form.over.clone() };
            self.drafts.insert(key, kept);
        }
    }

    /// A step over the deal that a draft was typed over leaves the draft without ground.
    pub(super) fn drop_drafts_over(&mut self, leads: &[Lead]) {
        for lead in leads {
            let now = shown(lead);
            self.drafts.retain(|(id, _), kept| *id != Some(lead.id) || kept.over == now);
        }
    }

    pub(super) fn form_paste(&mut self, mut form: Box<DealForm>, text: &str) -> Vec<Effect> {
        if let Some((_, input)) = form.fields.get_mut(form.focus) {
            input.insert_text(text);
        }
        form.offer_team_line();
        self.popup = Some(Popup::Form(form));
        Vec::new()
    }

    pub(super) fn field_written(&mut self, result: Result<String, String>) {
        match (result, &mut self.popup) {
            (Ok(text), Some(Popup::Form(form))) => {
                let focus = form.focus;
                if let Some((_, input)) = form.fields.get_mut(focus) {
                    input.set(text.trim_end());
                }
            }
            (Err(why), _) => self.say(why, Tone::Trouble),
            (Ok(_), _) => {}
        }
    }

    fn save_form(&mut self, mut form: Box<DealForm>) -> Vec<Effect> {
        let lead = self.rows.get(&form.lead).map(|row| &row.lead).filter(|_| form.many.is_none());
        if let Some(now) = lead.map(shown)
            && form.follow(now)
        {
            let text =
                "The deal was changed meanwhile. What you typed stands; the rest is as it is now. Enter saves it.";
            self.say(text, Tone::Trouble);
            self.popup = Some(Popup::Form(form));
            return Vec::new();
        }
        let name = form.deal_name.clone();
        let today = self.now.with_timezone(&self.settings.zone).date_naive();
        let defaults = Defaults { name: &name, currency: &self.settings.currency, today };
        match form.draft().check(&defaults, form.kept) {
            Err(errors) => {
                let first = errors.first().map(|error| error.field);
                form.focus = form.fields.iter().position(|(field, _)| Some(*field) == first).unwrap_or(form.focus);
                form.errors = errors;
                self.popup = Some(Popup::Form(form));
                Vec::new()
            }
            Ok(deal) => {
                let change = match form.act {
                    Act::Edit => Change::Edit { deal },
                    _ => Change::Accept { deal, reported: form.reported },
                };
                self.list.anchor = if form.act == Act::Edit { Anchor::Lead } else { Anchor::Row };
                // The form stays until the store has taken it: a failed save keeps the text.
                self.keep_draft(&form);
                let leads = form.many.as_ref().map_or_else(|| vec![form.lead], |chosen| chosen.leads.clone());
                self.popup = Some(Popup::Form(form));
                vec![Effect::Apply(leads, change)]
            }
        }
    }
}
