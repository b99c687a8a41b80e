//! The whole journey against parts that nobody here wrote: an MCP server, an
//! authorization server and its pages, as their authors publish them.

mod browser;
mod call;
mod consent;
mod everything;
mod install;
mod invoke;
mod modern;
mod offers;
mod open;
mod peer;
mod program;
mod reading;
mod stage;
mod stranger;
mod table;
