//! Tags: one line of them with commas between, completed from those that the store has (PRODUCT.md 4). Of marked leads each
//! gets what is typed, and loses what has a minus before it. Must not store anything: that is an effect.

use crate::app::input::{Edit, Input, Lines};
use crate::app::key::{Code, Key};
use crate::app::marks::Chosen;
use crate::app::msg::Effect;
use crate::app::update::edit_of;
use crate::app::{App, Popup};
use crate::domain::change::Change;
use crate::domain::entry::EntryError;
use crate::domain::fold::fold;
use crate::domain::tags;

/// The line of tags.
#[derive(Clone, Debug, PartialEq)]
pub struct TagLine {
    /// The leads.
    pub chosen: Chosen,
    /// The tags as typed.
    pub input: Input,
    /// The tags of the one lead, which the line replaces; `None` where it adds, and a minus takes away.
    before: Option<Vec<String>>,
    /// The tags of the store, most used first.
    pub known: Vec<String>,
    /// What is wrong, once Enter was pressed.
    pub error: Option<String>,
}

impl TagLine {
    /// True where the line is all the tags there are to be; else it adds, and a minus takes away.
    pub fn replaces(&self) -> bool {
        self.before.is_some()
    }

    /// The tag that is being typed: what stands between the last comma and the cursor.
    fn fragment(&self) -> &str {
        let fragment = self.input.before().rsplit(',').next().unwrap_or_default().trim_start();
        if self.replaces() { fragment } else { fragment.strip_prefix('-').unwrap_or(fragment).trim_start() }
    }

    /// Tags of the store that go on from what is typed, those that begin so first; none that stand in the line already.
    pub fn suggestions(&self) -> Vec<&str> {
        let typed = fold(self.fragment());
        let here: Vec<String> = self.input.text().split(',').map(|tag| tag.trim().to_owned()).collect();
        let fits = |tag: &&String| !tags::holds(&here, tag);
        let begins = |tag: &&String| fold(tag).starts_with(&typed);
        let first = self.known.iter().filter(fits).filter(begins);
        let then = self.known.iter().filter(fits).filter(|tag| !begins(tag) && fold(tag).contains(&typed));
        first.chain(then).map(String::as_str).collect()
    }

    /// Takes the first suggestion in place of what is being typed.
    fn complete(&mut self) {
        let Some(tag) = self.suggestions().first().map(|tag| (*tag).to_owned()) else { return };
        let kept = self.input.before().len() - self.fragment().len();
        let head = self.input.before().get(..kept).unwrap_or_default().to_owned();
        let rest = self.input.after().trim_start_matches([',', ' ']).to_owned();
        self.input.set(&format!("{head}{tag}, {rest}"));
        while self.input.after().len() < rest.len() && self.input.edit(Edit::Left) {}
    }

    /// What the line changes.
    fn change(&self) -> Result<Change, EntryError> {
        let text = self.input.text();
        let Some(before) = &self.before else {
            let (gone, come): (Vec<&str>, Vec<&str>) =
                text.split(',').map(str::trim).partition(|part| part.starts_with('-'));
            let gone: Vec<&str> = gone.into_iter().map(|part| part.trim_start_matches('-')).collect();
            return Ok(Change::Tag { add: tags::tags(&come.join(","))?, remove: tags::tags(&gone.join(","))? });
        };
        let typed = tags::tags(text)?;
        let remove = before.iter().filter(|tag| !tags::holds(&typed, tag)).cloned().collect();
        let add = typed.into_iter().filter(|tag| !tags::holds(before, tag)).collect();
        Ok(Change::Tag { add, remove })
    }
}

impl App {
    pub(super) fn open_tags(&mut self, chosen: Chosen) -> Vec<Effect> {
        let one = chosen.leads.first().filter(|_| chosen.words.is_none()).and_then(|id| self.rows.get(id));
        let before = one.map(|row| row.lead.seller.tags.clone());
        let mut input = Input::new(Lines::One);
        let line: String = before.iter().flatten().flat_map(|tag| [tag.as_str(), ", "]).collect();
        input.set(&line);
        // Tags that the line cannot hold, or not as they are, are left alone: what is typed is added.
        let reads_back = tags::tags(input.text()).is_ok_and(|read| Some(read) == before);
        let whole = input.text() == line && reads_back;
        if !whole {
            input.clear();
        }
        let before = before.filter(|_| whole);
        self.popup = Some(Popup::Tags(TagLine { chosen, input, before, known: Vec::new(), error: None }));
        vec![Effect::Tags]
    }

    /// The tags of the store came.
    pub(super) fn know_tags(&mut self, tags: Vec<String>) {
        if let Some(Popup::Tags(line)) = &mut self.popup {
            line.known = tags;
        }
    }

    pub(super) fn tag_key(&mut self, mut line: TagLine, key: Key) -> Vec<Effect> {
        let mut effects = Vec::new();
        match key.code {
            Code::Esc => return effects,
            Code::Enter => match line.change() {
                Err(error) => line.error = Some(error.to_string()),
                // The line stays until the store has taken it.
                Ok(change) => effects.push(Effect::Apply(line.chosen.leads.clone(), change)),
            },
            Code::Tab => line.complete(),
            _ => {
                line.error = None;
                match key.typed() {
                    Some(c) => drop(line.input.insert(c)),
                    None => drop(edit_of(key).map(|edit| line.input.edit(edit))),
                }
            }
        }
        self.popup = Some(Popup::Tags(line));
        effects
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::vocabulary::Reason;

    fn line(text: &str, before: Option<&[&str]>) -> TagLine {
        let mut input = Input::new(Lines::One);
        input.set(text);
        let owned = |tags: &[&str]| tags.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>();
        TagLine {
            chosen: Chosen { leads: Vec::new(), words: None, reason: Reason::Others },
            input,
            before: before.map(owned),
            known: owned(&["vip", "Warm", "at the fair", "Västerås"]),
            error: None,
        }
    }

    #[test]
    fn what_is_typed_is_completed() {
        let suggested = |text: &str, before| line(text, before).suggestions().join("|");
        let one: Option<&[&str]> = Some(&[]);
        assert_eq!(suggested("", one), "vip|Warm|at the fair|Västerås");
        assert_eq!(suggested("old, v", one), "vip|Västerås");
        assert_eq!(suggested("vasteras", one), "Västerås");
        assert_eq!(suggested("VIP, a", one), "at the fair|Warm|Västerås");
        assert_eq!(suggested("-w", None), "Warm");
        let mut typed = line("old, wa", one);
        typed.complete();
        assert_eq!(typed.input.text(), "old, Warm, ");
        let mut between = line("v, old", one);
        (0..5).for_each(|_| assert!(between.input.edit(Edit::Left)));
        between.complete();
        assert_eq!((between.input.text(), between.input.after()), ("vip, old", "old"));
    }

    #[test]
    fn the_line_is_a_change() {
        let changed = |text: &str, before| match line(text, before).change() {
            Ok(Change::Tag { add, remove }) => format!("+{} -{}", add.join("+"), remove.join("-")),
            other => format!("{other:?}"),
        };
        assert_eq!(changed("VIP, new, ", Some(&["vip", "old"])), "+new -old");
        assert_eq!(changed("", Some(&["vip", "old"])), "+ -vip-old");
        assert_eq!(changed("new, - old,-x", None), "+new -old-x");
        assert!(changed(&"x".repeat(41), None).contains("too long"));
    }
}
