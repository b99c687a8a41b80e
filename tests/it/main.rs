//! Tests of the whole server, on a real Postgres, real sockets and a real third party.

mod auth;
mod catalog;
mod command;
mod connect;
mod contract;
mod crash;
mod dev;
mod disconnect;
mod feed;
mod http;
mod invoke;
mod isolation;
mod key;
mod results;
mod schema;
mod secrets;
mod tidy;
mod websocket;
