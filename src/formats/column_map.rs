//! What a person says about the columns of a file: the map of `--map`, and the names its fields have (README, Import).
//! Must not guess: that is `column_names`.

use crate::domain::record::Field;
use crate::formats::column_names::plain;
use crate::formats::other_dates::DateForm;

/// What a column of a file that is not Partner Center's is taken as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A field of the record.
    Field(Field),
    /// First and last name in one.
    FullName,
}

/// Every field of a map by its name, the names of `list --json` where there is one, and what it holds.
pub const FIELDS: &[(&str, Target, &str)] = &[
    ("created_at", Target::Field(Field::Created), "when the lead was created; the one field that is needed"),
    ("external_id", Target::Field(Field::Id), "the source's id: the same id is the same lead"),
    ("type", Target::Field(Field::LeadType), "offer or profile"),
    ("lead_source", Target::Field(Field::LeadSource), "storefront, action and offer: `Source-Action|Offer`"),
    (
        "action_code",
        Target::Field(Field::ActionCode),
        "the code of the action where it stands apart: `INS`, `PLT`, `DNC`",
    ),
    ("call_to_action", Target::Field(Field::CallToAction), "contact me, get it now, free trial, test drive"),
    ("offer_id", Target::Field(Field::OfferId), "`publisher.offer`, or the offer's id alone"),
    ("offer_title", Target::Field(Field::OfferName), "the offer's display name"),
    ("company", Target::Field(Field::Company), "the customer's company"),
    ("first_name", Target::Field(Field::FirstName), "first name"),
    ("last_name", Target::Field(Field::LastName), "last name"),
    ("full_name", Target::FullName, "both in one: `First Last` and `Last, First` are split, all else is the last name"),
    ("job_title", Target::Field(Field::JobTitle), "job title"),
    ("email", Target::Field(Field::Email), "e-mail address"),
    ("email_validity", Target::Field(Field::EmailValidity), "valid, invalid, spam"),
    ("phone", Target::Field(Field::Phone), "phone number"),
    ("phone_validity", Target::Field(Field::PhoneValidity), "valid, invalid"),
    ("country", Target::Field(Field::Country), "name or code of the country"),
    ("quality", Target::Field(Field::Quality), "high or low"),
    ("qualification", Target::Field(Field::Qualification), "direct, marketing, sales"),
    ("status", Target::Field(Field::Status), "received, accepted, archived, or an outcome"),
    ("outcome", Target::Field(Field::Substatus), "won, lost, declined, expired"),
    ("expires_at", Target::Field(Field::Expiry), "when the lead expires"),
    ("description", Target::Field(Field::Description), "the customer's own words"),
    ("updated_at", Target::Field(Field::Updated), "when the record was last changed at its source"),
];

/// The one key of a map that is no field.
pub const DATE_FORMAT: &str = "date_format";

impl Target {
    /// Its name in a map.
    pub fn name(self) -> &'static str {
        FIELDS.iter().find(|(_, target, _)| *target == self).map(|(name, ..)| *name).unwrap_or_default()
    }

    /// The target of such a name.
    pub fn from_name(name: &str) -> Option<Self> {
        FIELDS.iter().find(|(known, ..)| *known == name).map(|(_, target, _)| *target)
    }
}

/// Which column holds what, as a person wrote it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnMap {
    columns: Vec<(Target, String)>,
    /// How dates are written.
    pub dates: Option<DateForm>,
}

impl ColumnMap {
    /// Reads a map. `Err` says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let table: toml::Table = text.parse().map_err(|fault: toml::de::Error| {
            let line =
                fault.span().map_or(1, |span| text.get(..span.start).unwrap_or_default().matches('\n').count() + 1);
            format!("line {line}: {}", fault.message())
        })?;
        let mut map = Self::default();
        for (key, value) in &table {
            let header = value.as_str().ok_or_else(|| format!("{key} needs the text of a header: {key} = \"…\""))?;
            if key == DATE_FORMAT {
                map.dates = Some(DateForm::parse(header)?);
                continue;
            }
            let target = Target::from_name(key).ok_or_else(|| unknown(key))?;
            if let Some((other, _)) = map.columns.iter().find(|(_, known)| same(known, header)) {
                return Err(format!("{} and {key} name the same column “{header}”", other.name()));
            }
            map.columns.push((target, header.to_owned()));
        }
        Ok(map)
    }

    /// What a column is taken as.
    pub fn target(&self, header: &str) -> Option<Target> {
        self.columns.iter().find(|(_, known)| same(known, header)).map(|(target, _)| *target)
    }

    /// True if some column is taken as it.
    pub fn names(&self, target: Target) -> bool {
        self.columns.iter().any(|(known, _)| *known == target)
    }

    /// The columns that a header does not have, as the map writes them.
    pub fn missing<'m>(&'m self, headers: &[&str]) -> Vec<&'m str> {
        let there = |known: &str| headers.iter().any(|header| same(known, header));
        self.columns.iter().map(|(_, known)| known.as_str()).filter(|known| !there(known)).collect()
    }
}

fn unknown(key: &str) -> String {
    let near = FIELDS.iter().map(|(name, ..)| *name).chain([DATE_FORMAT]);
    let near = near.map(|name| (strsim::damerau_levenshtein(name, key), name)).min();
    let guess = near.filter(|(far, _)| *far <= 3).map(|(_, name)| format!("; did you mean {name}?"));
    format!("there is no field “{key}”{}", guess.unwrap_or_default())
}

/// Headers are the same whatever their case and blanks.
fn same(one: &str, other: &str) -> bool {
    one.trim() == other.trim() || (!plain(one).is_empty() && plain(one) == plain(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_says_which_column_holds_what() {
        let map = ColumnMap::parse("created_at = \"Angelegt am\"\nfull_name = \"Wer\"\ndate_format = \"DD.MM.YYYY\"\n");
        let map = map.expect("a good map");
        assert_eq!(map.target(" angelegt AM"), Some(Target::Field(Field::Created)));
        assert_eq!((map.target("Wer"), map.target("Firma")), (Some(Target::FullName), None));
        assert_eq!(map.missing(&["Angelegt am"]), ["Wer"]);
        assert!(map.dates.is_some());
    }

    #[test]
    fn what_is_wrong_with_a_map_is_said() {
        for (text, word) in [
            ("created = \"x\"", "did you mean created_at?"),
            ("zebra = \"x\"", "no field “zebra”"),
            ("email = 3", "needs the text of a header"),
            ("email = \"a\"\nphone = \"A\"", "email and phone name the same column"),
            ("email = \"a\"\nphone = ", "line 2"),
            ("date_format = \"soon\"", "soon"),
        ] {
            let said = ColumnMap::parse(text).expect_err("refused");
            assert!(said.contains(word), "{text}: {said}");
        }
    }

    #[test]
    fn every_field_has_one_name() {
        for field in Field::ALL {
            let name = Target::Field(*field).name();
            assert!(!name.is_empty(), "{field:?}");
            assert_eq!(Target::from_name(name), Some(Target::Field(*field)));
        }
    }
}
