//! Becomes other programs, as the server does that these tests have in their own process.

use std::process::ExitCode;

use attache_upstream::Launch;

fn main() -> ExitCode {
    if let Some(launch) = Launch::read(std::env::args_os().skip(1)) {
        let _error = launch.become_it();
    }
    ExitCode::FAILURE
}
