//! Forms, as a client uses them: from schemas written by people, and from schemas made at
//! random, arguments are built from the fields alone.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod client;
mod corpus;
mod grammar;
mod random;
mod rendered;
