#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod app;
pub mod auth;
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
