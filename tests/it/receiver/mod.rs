//! The receiver over real sockets on a free port of this machine: what it answers to whom, and what is stored then. Its limits
//! are short here, so that nobody waits; nothing is asserted about how long something takes but that it ends.

// A receiver in a thread, a machine whose log can be read, and a client that sends bytes as they are.
mod host;

// One answer a request, and nothing stored where it is no lead.
mod answers;

// Slow and many.
mod patience;

// TLS and tokens.
mod secrets;

// A store that cannot be written, a thread that is lost, and senders behind a proxy.
mod trouble;
