//! Tests of the whole server, on a real Postgres, real sockets and a real third party.

#![expect(clippy::unwrap_used, reason = "in a test, a panic is how it fails")]

mod access_log;
mod approve;
mod auth;
mod book;
mod catalog;
mod cluster;
mod command;
mod connect;
mod contract;
mod crash;
mod dev;
mod disconnect;
mod discovery;
mod elicit;
mod feed;
mod forms;
mod history;
mod http;
mod invoke;
mod isolation;
mod key;
mod operator;
mod own_services;
mod prompts;
mod refresh;
mod resources;
mod results;
mod rotation;
mod schema;
mod secrets;
mod server_tasks;
mod stdio;
mod step_up;
mod tidy;
mod tool_changes;
mod toolset;
mod trials;
mod websocket;
