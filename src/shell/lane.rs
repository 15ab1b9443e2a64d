//! A lane beside the inbox for questions of which only the newest matters: one is being answered at a time, a newer one
//! takes the place of the one that waits, and the one being answered is told to stop. Must not know what is asked.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

/// One lane; its clones are the same lane.
#[derive(Debug)]
pub struct Lane<Q> {
    state: Arc<Mutex<State<Q>>>,
}

#[derive(Debug)]
struct State<Q> {
    /// The newest question, until it is taken up.
    waiting: Option<Q>,
    /// A thread is at it.
    answering: bool,
}

impl<Q> Clone for Lane<Q> {
    fn clone(&self) -> Self {
        Self { state: Arc::clone(&self.state) }
    }
}

impl<Q> Default for Lane<Q> {
    fn default() -> Self {
        Self { state: Arc::new(Mutex::new(State { waiting: None, answering: false })) }
    }
}

impl<Q: Send + 'static> Lane<Q> {
    /// Has a question answered beside the inbox. `answer` is given the question, and says with what it is given beside
    /// whether it is still the newest: it may stop as soon as it is not. What was being answered ends first.
    pub fn ask(&self, question: Q, mut answer: impl FnMut(Q, &dyn Fn() -> bool) + Send + 'static) {
        let mut state = self.state();
        state.waiting = Some(question);
        if std::mem::replace(&mut state.answering, true) {
            return;
        }
        drop(state);
        let lane = self.clone();
        thread::spawn(move || {
            while let Some(question) = lane.next() {
                answer(question, &|| lane.state().waiting.is_none());
            }
        });
    }

    /// The question that waits; without one the thread is done.
    fn next(&self) -> Option<Q> {
        let mut state = self.state();
        let question = state.waiting.take();
        state.answering = question.is_some();
        question
    }

    fn state(&self) -> MutexGuard<'_, State<Q>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    #[test]
    fn of_many_questions_one_is_answered_at_a_time_and_the_newest_last() {
        let lane = Lane::default();
        let (begun, begins) = channel();
        let (go_on, waits) = channel();
        let (done, answers) = channel();
        let mut at_it = Some((begun, waits));
        let answer = move |question: u32, newest: &dyn Fn() -> bool| {
            if let Some((begun, waits)) = at_it.take() {
                begun.send(newest()).unwrap();
                waits.recv().unwrap();
            }
            done.send((question, newest())).unwrap();
        };
        lane.ask(1, answer);
        assert!(begins.recv().unwrap(), "nothing newer was asked yet");
        // The first thread answers them: another is not begun while it is at one.
        for question in 2..100 {
            lane.ask(question, |_, _| panic!("a second thread"));
        }
        go_on.send(()).unwrap();
        assert_eq!(answers.recv().unwrap(), (1, false), "a newer one was asked meanwhile");
        assert_eq!(answers.recv().unwrap(), (99, true));
        assert!(answers.recv().is_err(), "those between are not answered, and the thread ends");
        let (done, answers) = channel();
        lane.ask(100, move |question, newest| done.send((question, newest())).unwrap());
        assert_eq!(answers.recv().unwrap(), (100, true), "an empty lane begins anew");
    }
}
