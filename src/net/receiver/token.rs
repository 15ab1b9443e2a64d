//! The secret of a sender: 256 bits in the URL or in `Authorization: Bearer`, kept as a hash, compared in constant time, two
//! at once so that one can take the place of the other. Must never show one.

use std::fmt;
use std::time::Duration;

use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

use crate::domain::uuid::hex;
use crate::net::receiver::settings::Limits;

/// How many are good at once.
pub const MOST_TOKENS: usize = 2;

/// A token as text may not be shorter.
const SHORTEST: usize = 32;

/// What a line of a token file begins with where it holds a hash.
const HASH_MARK: &str = "sha256:";

/// The SHA-256 of a token.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// The hash of a token.
    pub fn of(token: &str) -> Self {
        Self(Sha256::digest(token).into())
    }

    /// Reads `sha256:` and 64 hexadecimal digits, or the digits alone.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(HASH_MARK).unwrap_or(text);
        if digits.len() != 64 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let mut hash = [0; 32];
        for (byte, at) in hash.iter_mut().zip((0..64).step_by(2)) {
            *byte = u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()?;
        }
        Some(Self(hash))
    }

    /// As `parse` reads it.
    pub fn word(self) -> String {
        format!("{HASH_MARK}{}", hex(&self.0))
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<token>")
    }
}

/// A new token of 256 random bits, as text that needs no escape in a URL.
pub fn new_token(random: [u8; 32]) -> String {
    hex(&random)
}

/// Why a text holds no tokens that can be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// There is none.
    #[error("holds no token")]
    Empty,
    /// There are more than two.
    #[error("holds more than {MOST_TOKENS} tokens; an old and a new one are all that is needed")]
    TooMany,
    /// One can be guessed, or does not fit into a URL.
    #[error(
        "holds a token that is shorter than {SHORTEST} characters or has others than letters, digits and - . _ ~ in it; \
         leadbox serve --new-token makes a good one"
    )]
    Weak,
}

/// Reads tokens or their hashes, one a line or word; `#` begins a remark.
pub fn read_tokens(text: &str) -> Result<Vec<TokenHash>, Unfit> {
    let words = text.lines().flat_map(|line| line.split('#').next().unwrap_or_default().split_whitespace());
    let tokens = words.map(read_token).collect::<Result<Vec<_>, _>>()?;
    match tokens.len() {
        0 => Err(Unfit::Empty),
        1..=MOST_TOKENS => Ok(tokens),
        _ => Err(Unfit::TooMany),
    }
}

fn read_token(word: &str) -> Result<TokenHash, Unfit> {
    if word.starts_with(HASH_MARK) {
        return TokenHash::parse(word).ok_or(Unfit::Weak);
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    if word.len() >= SHORTEST && word.bytes().all(plain) { Ok(TokenHash::of(word)) } else { Err(Unfit::Weak) }
}

/// The tokens that are good, and how often each was used lately.
pub struct Tokens {
    known: Vec<(TokenHash, Bucket)>,
}

impl Tokens {
    /// These tokens, unused.
    pub fn new(hashes: &[TokenHash], limits: &Limits) -> Self {
        let fresh = |hash: &TokenHash| (*hash, Bucket::full(limits.burst));
        Self { known: hashes.iter().take(MOST_TOKENS).map(fresh).collect() }
    }

    /// Puts others in their place; one that stays keeps its count.
    pub fn replace(&mut self, hashes: &[TokenHash], limits: &Limits) {
        let kept = |hash: &TokenHash| {
            let known = self.known.iter().find(|(known, _)| known == hash);
            (*hash, known.map_or_else(|| Bucket::full(limits.burst), |(_, bucket)| *bucket))
        };
        self.known = hashes.iter().take(MOST_TOKENS).map(kept).collect();
    }

    /// Which token one of these candidates is. Every candidate is hashed and compared with every token whatever they are,
    /// and with as many as there can be, so that the time tells nothing.
    pub fn find(&self, candidates: [&str; 2]) -> Option<usize> {
        let hashes = candidates.map(TokenHash::of);
        let mut found = None;
        for place in 0..MOST_TOKENS {
            // Where there is no token in this place a zero stands there, which is no token's hash.
            let known = self.known.get(place).map_or([0; 32], |(hash, _)| hash.0);
            let same = hashes.iter().fold(Choice::from(0), |same, hash| same | hash.0.ct_eq(&known));
            if bool::from(same) && place < self.known.len() {
                found = Some(place);
            }
        }
        found
    }

    /// Counts one use of a token; `Err` says how long to wait.
    pub fn use_once(&mut self, place: usize, elapsed: Duration, limits: &Limits) -> Result<(), Duration> {
        self.known.get_mut(place).map_or(Ok(()), |(_, bucket)| bucket.take(elapsed, limits))
    }
}

/// Requests that are still free, in millionths; some come back with time.
#[derive(Clone, Copy)]
struct Bucket {
    millionths: u64,
    at: Duration,
}

impl Bucket {
    const ONE: u64 = 1_000_000;

    fn full(burst: u32) -> Self {
        Self { millionths: u64::from(burst) * Self::ONE, at: Duration::ZERO }
    }

    fn take(&mut self, elapsed: Duration, limits: &Limits) -> Result<(), Duration> {
        let rate = u64::from(limits.per_second.max(1));
        let gone = u64::try_from(elapsed.saturating_sub(self.at).as_micros()).unwrap_or(u64::MAX);
        let most = u64::from(limits.burst.max(1)) * Self::ONE;
        self.millionths = self.millionths.saturating_add(gone.saturating_mul(rate)).min(most);
        self.at = elapsed;
        if let Some(rest) = self.millionths.checked_sub(Self::ONE) {
            self.millionths = rest;
            return Ok(());
        }
        Err(Duration::from_micros((Self::ONE - self.millionths).div_ceil(rate)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_found_by_its_text_and_never_shown() {
        let token = new_token([7; 32]);
        assert_eq!(token.len(), 64);
        let hash = TokenHash::of(&token);
        assert_eq!(TokenHash::parse(&hash.word()), Some(hash));
        assert_eq!(format!("{hash:?}"), "<token>");
        let tokens = Tokens::new(&[TokenHash::of("another"), hash], &Limits::default());
        assert_eq!(tokens.find([&token, ""]), Some(1));
        assert_eq!(tokens.find(["", &token]), Some(1));
        assert_eq!(tokens.find(["", ""]), None);
        assert_eq!(Tokens::new(&[], &Limits::default()).find(["", &token]), None);
    }

    #[test]
    fn two_good_tokens_are_read_and_nothing_else() {
        let plain = "a".repeat(32);
        let hash = TokenHash::of("x").word();
        let text = format!("# made today\n{plain} # the old one\n{hash}\n");
        assert_eq!(read_tokens(&text).unwrap(), [TokenHash::of(&plain), TokenHash::of("x")]);
        assert_eq!(read_tokens("# none\n"), Err(Unfit::Empty));
        assert_eq!(read_tokens("short"), Err(Unfit::Weak));
        assert_eq!(read_tokens(&"ä".repeat(40)), Err(Unfit::Weak));
        assert_eq!(read_tokens("sha256:12"), Err(Unfit::Weak));
        assert_eq!(read_tokens(&format!("{plain} {plain} {plain}")), Err(Unfit::TooMany));
    }

    #[test]
    fn a_token_may_be_used_so_often() {
        let limits = Limits { per_second: 20, burst: 3, ..Limits::default() };
        let mut tokens = Tokens::new(&[TokenHash::of("x")], &limits);
        let mut at = |millis| tokens.use_once(0, Duration::from_millis(millis), &limits);
        assert_eq!([at(0), at(0), at(0)], [Ok(()); 3]);
        assert_eq!(at(0), Err(Duration::from_millis(50)));
        assert_eq!(at(30), Err(Duration::from_millis(20)));
        assert_eq!(at(50), Ok(()));
        assert_eq!([at(10_000), at(10_000), at(10_000)], [Ok(()); 3]);
        assert!(at(10_000).is_err(), "no more than the burst is saved up");
        let other = TokenHash::of("y");
        tokens.replace(&[other, TokenHash::of("x")], &limits);
        assert!(tokens.use_once(1, Duration::from_secs(10), &limits).is_err(), "a token that stays keeps its count");
        assert!(tokens.use_once(0, Duration::from_secs(10), &limits).is_ok());
    }
}
