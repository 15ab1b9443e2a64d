//! CRMs by their documented web interfaces: what is asked of each, how an answer is read, and the run that sends leads one after
//! the other. Tested against stubs that follow the vendors' documents, never against the live services. Must not decide which
//! leads may leave: `domain::leaving` does.

mod access;
mod account;
mod courier;
mod dynamics;
mod hubspot;
mod lanes;
mod marketo;
mod plan;
mod run;
mod salesforce;

pub use access::Access;
pub use account::{Account, Told};
pub use courier::{Courier, Intended};
pub use dynamics::{Dynamics, DynamicsSettings};
pub use hubspot::{Hubspot, HubspotSettings};
pub use lanes::intended;
pub use marketo::{Marketo, MarketoSettings};
pub use plan::Wish;
pub use run::{Order, PushError, Run};
pub use salesforce::{Salesforce, SalesforceSettings};
