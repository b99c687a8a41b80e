//! Tests of the whole server, on a real Postgres, real sockets and a real third party.

mod connect;
mod contract;
mod disconnect;
mod key;
mod schema;
mod tidy;
