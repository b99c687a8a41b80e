#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod app;
pub mod auth;
#[expect(missing_docs, reason = "what is written there is what `--help` prints")]
pub mod command;
pub mod config;
pub mod dev;
mod http;
pub mod operations;
pub mod operator;
mod pages;
pub mod programs;
mod ring;
mod router;
pub mod serve;
pub mod telemetry;
mod wire;
mod ws;

/// A sixth of what the processor does for a call is to find memory and to give it back.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;
