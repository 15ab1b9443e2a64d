//! Two things awaited at once, and which of them came first.
//! Must hold nothing else.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

/// Which of two came first.
pub enum First<A, B> {
    /// The first.
    One(A),
    /// The second.
    Other(B),
}

/// Awaits both until one is there; the one named first wins a tie.
pub async fn first<A, B>(one: impl Future<Output = A>, other: impl Future<Output = B>) -> First<A, B> {
    let (mut one, mut other) = (pin!(one), pin!(other));
    poll_fn(|context| {
        if let Poll::Ready(answer) = one.as_mut().poll(context) {
            return Poll::Ready(First::One(answer));
        }
        other.as_mut().poll(context).map(First::Other)
    })
    .await
}
