//! Becoming a program, within limits.
//!
//! A child sets its own limits before it becomes the program. Nothing of ours can run in a child
//! before that without being unsafe, unless the child is this very program: it is started once
//! more, sets its limits, and is replaced by the other one.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getpid, getppid, getrlimit, setrlimit};
use tokio::process::Command;

use super::{Program, ProgramLimits, SystemUser};

/// The first argument of a process that is to become a program.
const MARK: &str = "launch-program";

/// How many arguments come before the program's own.
const FIXED: usize = 6;

/// A program to become.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Launch {
    /// Whose child it has to be. Who is somebody else's is too late.
    parent: i32,
    limits: ProgramLimits,
    command: PathBuf,
    arguments: Vec<OsString>,
}

impl Launch {
    /// The command that becomes the program, in a process group of its own and with nothing in its
    /// environment.
    pub(super) fn command(program: &Program, launcher: &Path) -> Command {
        let launch = Self {
            parent: getpid().as_raw_nonzero().get(),
            limits: program.limits,
            command: program.command.clone(),
            arguments: program.arguments.iter().map(OsString::from).collect(),
        };
        let mut command = Command::new(launcher);
        command.args(launch.written()).env_clear().current_dir(&program.directory);
        command.process_group(0).kill_on_drop(true);
        let words = if program.logs { Stdio::piped() } else { Stdio::null() };
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(words);
        if let Some(SystemUser { user, group }) = program.user {
            command.uid(user).gid(group);
        }
        command
    }

    fn written(&self) -> Vec<OsString> {
        let ProgramLimits { memory, cpu_time, open_files, processes } = self.limits;
        let processes = processes.map_or("any".to_owned(), |count| count.to_string());
        let fixed = [
            MARK.to_owned(),
            self.parent.to_string(),
            memory.to_string(),
            cpu_time.as_secs().to_string(),
            open_files.to_string(),
            processes,
        ];
        let fixed = fixed.into_iter().map(OsString::from);
        fixed.chain([self.command.clone().into()]).chain(self.arguments.clone()).collect()
    }

    /// The program to become, if that is what the arguments of this process say (without its own
    /// name). To be asked for before anything else is done.
    pub fn read(arguments: impl IntoIterator<Item = OsString>) -> Option<Self> {
        let all: Vec<OsString> = arguments.into_iter().collect();
        let (fixed, rest) = all.split_at_checked(FIXED)?;
        let [mark, numbers @ ..] = fixed else { return None };
        if mark != OsStr::new(MARK) {
            return None;
        }
        let number = |at: usize| numbers.get(at)?.to_str()?.parse::<u64>().ok();
        let (command, arguments) = rest.split_first()?;
        Some(Self {
            parent: i32::try_from(number(0)?).ok()?,
            limits: ProgramLimits {
                memory: number(1)?,
                cpu_time: Duration::from_secs(number(2)?),
                open_files: u32::try_from(number(3)?).ok()?,
                processes: number(4).and_then(|count| u32::try_from(count).ok()),
            },
            command: command.into(),
            arguments: arguments.to_vec(),
        })
    }

    /// Becomes the program. Returns only to say why it did not.
    pub fn become_it(&self) -> io::Error {
        if let Err(error) = self.prepare() {
            return error;
        }
        std::process::Command::new(&self.command).args(&self.arguments).exec()
    }

    fn prepare(&self) -> io::Result<()> {
        // Whatever becomes of the server, its programs go with it.
        #[cfg(target_os = "linux")]
        rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
        let parent = getppid().map_or(0, |parent| parent.as_raw_nonzero().get());
        if parent != self.parent {
            return Err(io::Error::other("the server is gone"));
        }
        let ProgramLimits { memory, cpu_time, open_files, processes } = self.limits;
        // What is left of a process that crashed would have the person's key in it.
        limit(Resource::Core, 0)?;
        limit(Resource::Data, memory)?;
        limit(Resource::Cpu, cpu_time.as_secs())?;
        limit(Resource::Nofile, open_files.into())?;
        if let Some(processes) = processes {
            limit(Resource::Nproc, processes.into())?;
        }
        Ok(())
    }
}

/// Sets a limit that can only be lowered from there.
fn limit(resource: Resource, most: u64) -> io::Result<()> {
    let most = getrlimit(resource).maximum.map_or(most, |maximum| maximum.min(most));
    Ok(setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for processes in [None, Some(7)] {
            let launch = Launch {
                parent: 12,
                limits: ProgramLimits { processes, ..ProgramLimits::default() },
                command: "/opt/it".into(),
                arguments: vec!["--".into(), "-x".into(), "".into()],
            };
            assert_eq!(Launch::read(launch.written()), Some(launch));
        }
    }

    #[test]
    fn other_arguments_are_left_alone() {
        for other in [&["serve"][..], &[], &[MARK], &[MARK, "1", "2", "3", "4", "any"]] {
            assert_eq!(Launch::read(other.iter().map(OsString::from)), None, "{other:?}");
        }
    }
}
