//! Bytes to leads and back: each file and wire format in a file of its own (HOUSE.md). Pure: no file is opened here.
//! Must not decide what an arriving record does to a known lead: that is `domain::reconcile`.

pub mod arriving;
pub mod bulk;
pub mod column_map;
pub mod column_names;
pub mod dialect;
pub mod document;
pub mod endpoint;
pub mod formula;
pub mod full_name;
pub mod insights;
pub mod json_document;
pub mod json_fields;
pub mod json_items;
pub mod json_reader;
pub mod json_text;
pub mod json_value;
pub mod kinds;
pub mod lead_csv;
pub mod lead_json;
pub mod other_dates;
pub mod outbox_json;
pub mod own_columns;
pub mod own_json;
pub mod own_persons;
pub mod own_standing;
pub mod partner_center;
pub mod person_json;
pub mod person_labels;
pub mod records;
pub mod referral;
pub mod referral_patch;
pub mod sheet;
pub mod statistics_json;
pub mod table_entity;
pub mod text;
