//! One entity of the Azure Table that marketplace leads are written to (domain.md 4.2). Its columns are not documented: those
//! seen in reports are read, `CustomerInfo` is a JSON text inside it, every other column is kept.
//! Must not lose a lead whose `CustomerInfo` cannot be read: the text stays as an unknown column.

use crate::domain::record::Field;
use crate::formats::arriving::RowRead;
use crate::formats::json_fields::{Fields, Leaf, Place, gather};
use crate::formats::json_value::Json;

/// Between partition and row of an entity's further key: no key of a table may hold it.
pub const BETWEEN_KEYS: char = '\u{1f}';

/// True where the names are those of an entity.
pub fn is_entity(names: &dyn Fn(&str) -> bool) -> bool {
    names("partitionkey") && names("rowkey")
}

/// Reads an entity. `RowKey` is its id, `PartitionKey` and `RowKey` together its further key.
pub fn read(value: &Json) -> Result<RowRead, String> {
    let Json::Object(members) = value else { return Err("it is no entity of a table".to_owned()) };
    let mut leaves = Vec::new();
    for (name, value) in members {
        match value {
            Json::Text(text) if name.eq_ignore_ascii_case("CustomerInfo") => customer(name, text, &mut leaves)?,
            value => gather(name, value, &mut leaves)?,
        }
    }
    let mut partition = None;
    for leaf in leaves.iter().filter(|leaf| leaf.path.eq_ignore_ascii_case("PartitionKey")) {
        if partition.replace(leaf.value.clone()).is_some() {
            return Err("the name “PartitionKey” stands twice, so nobody can tell which counts".to_owned());
        }
    }
    let mut fields = Fields::sort(leaves, place)?;
    let Some(row) = fields.get(Field::Id) else { return Err("there is no RowKey".to_owned()) };
    let alias = partition.map(|partition| format!("{partition}{BETWEEN_KEYS}{row}"));
    // Inferred: the destination belongs to an offer, so every lead it gets does.
    fields.fill(Field::LeadType, "Offer");
    let updated_at = fields.get(Field::Updated).and_then(crate::domain::moment::parse);
    // Inferred: an entity without a date of its own was created when the table took it.
    let stored = fields.take(Field::Updated);
    if fields.get(Field::Created).is_none_or(|text| crate::domain::moment::parse(text).is_none())
        && let Some(stored) = stored
    {
        if let Some(odd) = fields.take(Field::Created) {
            fields.keep("CreatedTime", odd);
        }
        fields.fill(Field::Created, &stored);
    }
    Ok(RowRead { record: fields.record(None)?, updated_at, own: None, alias, undated: false })
}

/// The customer's part: the values of the object that the text is, or the text itself.
fn customer(name: &str, text: &str, leaves: &mut Vec<Leaf>) -> Result<(), String> {
    match Json::parse(text) {
        Ok(value @ Json::Object(_)) => gather(name, &value, leaves),
        _ => gather(name, &Json::Text(text.to_owned()), leaves),
    }
}

/// `ActionCode`, `Description`, `CustomerInfo` and `ProductId` were seen in reports; the rest is inferred.
fn place(path: &str) -> Place {
    if path.starts_with("odata.") || path.contains("@odata.") {
        return Place::Nothing;
    }
    Place::Field(match path {
        "rowkey" => Field::Id,
        "partitionkey" | "leadboxreason" => return Place::Nothing,
        "timestamp" => Field::Updated,
        "createdtime" | "createddatetime" | "creationdate" => Field::Created,
        "actioncode" => Field::ActionCode,
        "leadsource" => Field::LeadSource,
        "leadtype" => Field::LeadType,
        "productid" | "offerid" => Field::OfferId,
        "offerdisplayname" | "offertitle" | "offername" => Field::OfferName,
        "description" => Field::Description,
        "customerinfo.firstname" => Field::FirstName,
        "customerinfo.lastname" => Field::LastName,
        "customerinfo.email" => Field::Email,
        "customerinfo.phone" => Field::Phone,
        "customerinfo.country" => Field::Country,
        "customerinfo.company" => Field::Company,
        "customerinfo.title" => Field::JobTitle,
        _ => return Place::Unknown,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::moment::parse;
    use crate::domain::vocabulary::CallToAction;

    fn entity(text: &str) -> Result<RowRead, String> {
        read(&Json::parse(text).unwrap())
    }

    const SEEN: &str = r#"{"odata.etag":"W/\"1\"","PartitionKey":"2026-11","RowKey":"a1","Timestamp":"2026-11-20T09:12:44.1234567Z",
        "Timestamp@odata.type":"Edm.DateTime","ActionCode":"PLT","ProductId":"contoso.sql-backup","Description":"Campaigns: ",
        "PublisherDisplayName":"Contoso","OfferDisplayName":"SQL Backup Pro","Score":7,
        "CustomerInfo":"{\"firstname\":\"Ana\",\"LASTNAME\":\"Souza\",\"Email\":\"ana@x.example\",\"Phone\":null,\"Country\":\"BR\",\"Site\":\"x.example\"}"}"#;

    #[test]
    fn an_entity_as_it_was_seen() {
        let read = entity(SEEN).unwrap();
        let (record, stored) = (&read.record, parse("2026-11-20T09:12:44Z"));
        assert_eq!((record.external_id.as_deref(), read.alias.as_deref()), (Some("a1"), Some("2026-11\u{1f}a1")));
        assert_eq!((Some(record.created_at), read.updated_at), (stored, stored));
        assert_eq!((record.call_to_action, record.action_code.as_deref()), (CallToAction::ContactMe, Some("PLT")));
        assert_eq!((record.publisher.as_deref(), record.offer.as_deref()), (Some("contoso"), Some("sql-backup")));
        assert_eq!((record.offer_title.as_deref(), &record.description), (Some("SQL Backup Pro"), &None));
        assert_eq!(record.person.full_name().as_deref(), Some("Ana Souza"));
        let extras: Vec<_> = record.extras.iter().map(|extra| (extra.name.as_str(), extra.value.as_str())).collect();
        assert_eq!(extras, [("PublisherDisplayName", "Contoso"), ("Score", "7"), ("CustomerInfo.Site", "x.example")]);
    }

    #[test]
    fn a_customer_that_cannot_be_read_does_not_lose_the_lead() {
        for text in ["{broken", "", "[1]", "just words"] {
            let value = format!(
                r#"{{"PartitionKey":"p","RowKey":"r","Timestamp":"2026-11-20","CustomerInfo":{}}}"#,
                serde_json::to_string(text).unwrap()
            );
            let read = entity(&value).unwrap();
            let kept = read.record.extras.iter().map(|extra| extra.value.as_str()).collect::<Vec<_>>();
            assert_eq!(kept, if text.is_empty() { vec![] } else { vec![text] });
        }
        let nested = entity(
            r#"{"PartitionKey":"p","RowKey":"r","Timestamp":"2026-11-20","CustomerInfo":{"Email":"a@b.example"}}"#,
        );
        assert_eq!(nested.unwrap().record.person.email.as_deref(), Some("a@b.example"));
    }

    #[test]
    fn its_own_date_comes_first_and_keys_stand_once() {
        let own = entity(
            r#"{"PartitionKey":"p","RowKey":"r","Timestamp":"2026-11-20","CreatedTime":"2026-11-18T01:02:03Z"}"#,
        );
        assert_eq!(Some(own.unwrap().record.created_at), parse("2026-11-18T01:02:03Z"));
        let odd =
            entity(r#"{"PartitionKey":"p","RowKey":"r","Timestamp":"2026-11-20","CreatedTime":"636573304831318844"}"#)
                .unwrap();
        assert_eq!((Some(odd.record.created_at), odd.record.extras.len()), (parse("2026-11-20"), 1));
        for (text, says) in [
            (r#"{"PartitionKey":"p","RowKey":"r","rowkey":"s","Timestamp":"2026-11-20"}"#, "“rowkey” stands twice"),
            (
                r#"{"PartitionKey":"p","partitionKey":"q","RowKey":"r","Timestamp":"2026-11-20"}"#,
                "“PartitionKey” stands twice",
            ),
            (r#"{"PartitionKey":"p","RowKey":" ","Timestamp":"2026-11-20"}"#, "no RowKey"),
            (r#"{"PartitionKey":"p","RowKey":"r"}"#, "no creation date"),
            (r#"{"PartitionKey":"p","RowKey":"r","Timestamp":"soon"}"#, "“soon” cannot be read"),
        ] {
            let reason = entity(text).unwrap_err();
            assert!(reason.contains(says), "{text}: {reason}");
        }
    }
}
