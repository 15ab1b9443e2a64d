//! The TOML files that mappings are: what is wrong in one is told with its line, in a sentence.
//! Must not know what a mapping holds.

use serde::de::DeserializeOwned;

/// Why a mapping cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {sentence}")]
pub struct MappingError {
    /// Line of the file, from 1.
    pub line: usize,
    /// What is wrong, as a sentence.
    pub sentence: String,
}

/// Where something stands, as a byte of the file, and what is wrong with it.
pub(super) type Fault = (usize, String);

/// Reads a mapping: the file as it is written, made into what it means by `check`.
pub(super) fn read<F: DeserializeOwned, M>(
    text: &str,
    check: impl FnOnce(F) -> Result<M, Fault>,
) -> Result<M, MappingError> {
    let refuse = |(at, sentence): Fault| MappingError {
        line: text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1,
        sentence,
    };
    let file: F = toml::from_str(text).map_err(|fault| {
        let at = fault.span().map_or(0, |span| span.start);
        refuse((at, format!("{}.", fault.message().trim_end_matches('.'))))
    })?;
    check(file).map_err(refuse)
}
