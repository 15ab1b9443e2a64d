//! Who is the same person in an export of our own, where contacts may be withheld: a number that means nothing outside the
//! file. Without it a person's expired leads would come back as strangers. Must not let a contact be guessed from it.

use std::collections::HashMap;

/// Numbers persons in the order they are written.
#[derive(Clone, Debug, Default)]
pub struct PersonLabels {
    seen: HashMap<String, usize>,
}

impl PersonLabels {
    /// The number of the person with this key; `None` for nobody known.
    pub fn label(&mut self, key: Option<&str>) -> Option<usize> {
        let next = self.seen.len() + 1;
        Some(*self.seen.entry(key?.to_owned()).or_insert(next))
    }
}

/// The keys behind the numbers of one file, as far as any of its rows shows a contact.
#[derive(Clone, Debug, Default)]
pub struct PersonKeys {
    /// Tells this file's numbers from those of another.
    file: String,
    keys: HashMap<String, String>,
}

impl PersonKeys {
    /// No keys yet, for a file with this fingerprint.
    pub fn of_file(file: String) -> Self {
        Self { file, keys: HashMap::new() }
    }

    /// Learns the key of a number from a row that shows a contact.
    pub fn learn(&mut self, label: &str, key: &str) {
        self.keys.entry(label.to_owned()).or_insert_with(|| key.to_owned());
    }

    /// The key for a row without contacts: the person's own, else one that stands for the number in this file.
    pub fn key(&self, label: &str) -> String {
        self.keys.get(label).cloned().unwrap_or_else(|| format!("leadbox-export {} person {label}", self.file))
    }
}
