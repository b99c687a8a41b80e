//! A program of this machine that is a service.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use attache_domain::{ConnectMethod, KeyForm, ServiceCode, is_variable};
use attache_upstream::{Program, ProgramLimits, SystemUser, Variable};

use super::super::reader::{Mistakes, Section};
use super::super::variables::Variables;

/// How long a process is kept that nobody asks anything, unless the operator says otherwise.
const IDLE: Duration = Duration::from_mins(5);

const MIB: u64 = 1024 * 1024;

/// Reads `[services.CODE.program]`.
pub(super) fn program(
    code: &ServiceCode,
    section: &Section<'_>,
    variables: &Variables<'_>,
    mistakes: &Mistakes,
) -> Option<Arc<Program>> {
    let command = section.required_string("command").map(PathBuf::from);
    if command.as_ref().is_some_and(|command| !command.is_absolute()) {
        section.mistake("command", "must be an absolute path: nothing is searched for");
    }
    let directory = section.string("directory").map_or_else(|| PathBuf::from("/"), PathBuf::from);
    if !directory.is_absolute() {
        section.mistake("directory", "must be an absolute path");
    }
    let arguments = section.strings("arguments").unwrap_or_default();
    if arguments.iter().any(|argument| argument.contains('\0')) {
        section.mistake("arguments", "must have no zeros in them");
    }
    let program = Program {
        command: command?,
        arguments,
        directory,
        variables: environment(code, section, variables, mistakes),
        user: user(section),
        limits: limits(&section.section("limits")),
        idle: section.duration("idle_timeout").unwrap_or(IDLE),
        logs: section.boolean("log_stderr").unwrap_or(false),
    };
    section.report_unknown();
    Some(Arc::new(program))
}

/// What goes with a program and what does not: nobody signs in at one, and a key gets there in its
/// environment or not at all.
pub(super) fn check_connect(
    section: &Section<'_>,
    program: Option<&Program>,
    method: ConnectMethod,
    key_form: Option<&KeyForm>,
) {
    let takes_variables = key_form.is_some_and(KeyForm::is_for_program);
    match (program, method) {
        (Some(_), ConnectMethod::OAuth) => {
            let what = "a program knows no OAuth: it is \"api_key\", with a variable for the key, or \"none\"";
            section.mistake("connect", what);
        }
        (Some(program), ConnectMethod::ApiKey) => {
            if key_form.is_some() && !takes_variables {
                let what = "is needed with a program, and each field with a `variable` instead of a header: the environment variable that the program reads";
                section.mistake("key_fields", what);
            }
            let fields = key_form.iter().flat_map(|form| form.fields());
            let taken = |name: &String| program.variables.iter().any(|it| it.name == *name);
            if let Some(name) = fields.filter_map(|it| it.variable.as_ref()).find(|it| taken(it)) {
                section.mistake("key_fields", format!("{name} is a variable of the program's own"));
            }
        }
        (None, _) if takes_variables => {
            section.mistake("key_fields", "a server at a URL takes headers, and no variables");
        }
        _ => {}
    }
}

/// The variables that are written here, and those whose values are the deployment's.
fn environment(
    code: &ServiceCode,
    section: &Section<'_>,
    variables: &Variables<'_>,
    mistakes: &Mistakes,
) -> Vec<Variable> {
    let written = section.pairs("variables").into_iter();
    let mut all: Vec<Variable> = written
        .map(|(name, value)| Variable { name, value: value.into(), is_secret: false })
        .collect();
    for name in section.strings("secret_variables").unwrap_or_default() {
        if !is_variable(&name) {
            section.mistake("secret_variables", format!("{name:?} is not a variable"));
            continue;
        }
        let what = format!("the variable {name} of the program");
        let value = variables.required(&format!("ATTACHE_{code}_VARIABLE_{name}"), &what, mistakes);
        all.extend(value.map(|value| Variable { name, value, is_secret: true }));
    }
    let mut names = BTreeSet::new();
    for Variable { name, .. } in &all {
        if !is_variable(name) {
            section.mistake("variables", format!("{name:?} is not a variable"));
        }
        if !names.insert(name) {
            section.mistake("secret_variables", format!("{name} is there twice"));
        }
    }
    all
}

fn user(section: &Section<'_>) -> Option<SystemUser> {
    let user = section.integer("user", 1..=u32::MAX - 1);
    let group = section.integer("group", 1..=u32::MAX - 1);
    match (user, group) {
        (Some(user), Some(group)) => Some(SystemUser { user, group }),
        (None, None) => None,
        _ => {
            section.mistake("user", "goes with group, and neither without the other");
            None
        }
    }
}

fn limits(section: &Section<'_>) -> ProgramLimits {
    let default = ProgramLimits::default();
    let memory = section.integer("memory_mib", 16..=1024 * 1024);
    let limits = ProgramLimits {
        memory: memory.map_or(default.memory, |memory| u64::from(memory) * MIB),
        cpu_time: section.duration("cpu_time").unwrap_or(default.cpu_time),
        open_files: section.integer("open_files", 16..=1024 * 1024).unwrap_or(default.open_files),
        processes: section.integer("processes", 1..=1024 * 1024),
    };
    section.report_unknown();
    limits
}
