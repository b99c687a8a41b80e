//! Showing a program that is a service.

use std::fmt::{self, Write};

use attache_upstream::{Program, ProgramLimits, SystemUser};
use secrecy::ExposeSecret as _;

use super::HIDDEN;

pub(super) fn write_program(out: &mut String, code: &str, program: &Program) -> fmt::Result {
    let Program { command, arguments, directory, variables, user, limits, idle, logs } = program;
    let [command, directory] = [command, directory].map(|path| path.display().to_string());
    writeln!(out, "\n[services.{code}.program]\ncommand = {command:?}")?;
    writeln!(out, "arguments = {arguments:?}\ndirectory = {directory:?}")?;
    if let Some(SystemUser { user, group }) = user {
        writeln!(out, "user = {user}\ngroup = {group}")?;
    }
    writeln!(out, "idle_timeout = \"{}s\"\nlog_stderr = {logs}", idle.as_secs())?;
    let secrets = || variables.iter().filter(|it| it.is_secret).map(|it| &it.name);
    if secrets().next().is_some() {
        writeln!(out, "secret_variables = {:?}", secrets().collect::<Vec<_>>())?;
        secrets()
            .try_for_each(|name| writeln!(out, "# ATTACHE_{code}_VARIABLE_{name} = {HIDDEN}"))?;
    }
    let written = || variables.iter().filter(|it| !it.is_secret);
    if written().next().is_some() {
        writeln!(out, "\n[services.{code}.program.variables]")?;
        for variable in written() {
            writeln!(out, "{} = {:?}", variable.name, variable.value.expose_secret())?;
        }
    }
    let ProgramLimits { memory, cpu_time, open_files, processes } = limits;
    writeln!(out, "\n[services.{code}.program.limits]\nmemory_mib = {}", memory / 1024 / 1024)?;
    writeln!(out, "cpu_time = \"{}s\"\nopen_files = {open_files}", cpu_time.as_secs())?;
    match processes {
        Some(processes) => writeln!(out, "processes = {processes}"),
        None => Ok(()),
    }
}
