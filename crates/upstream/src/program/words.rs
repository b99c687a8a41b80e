//! What programs write to standard error, where the operator wants to see it.

use secrecy::{ExposeSecret as _, SecretString};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, BufReader};
use tokio::time::{Duration, Instant};

use super::{Program, Variable};
use crate::mcp::SessionCredential;

/// The longest line that is read at once, in bytes: longer than what is hidden, so that nothing
/// hidden is cut in two where it would be seen.
const LINE: u64 = 64 * 1024;

/// How much of a line is logged, in characters.
const SHOWN: usize = 300;

/// How many lines of a process are logged in how much time.
const LINES: u32 = 20;
const SPAN: Duration = Duration::from_secs(10);

/// The shortest text that is hidden. Shorter ones are found everywhere.
const SHORTEST: usize = 4;

const HIDDEN: &str = "(hidden)";

/// What must not be seen in the words of a program.
pub(super) struct Hidden(Vec<SecretString>);

impl Hidden {
    pub(super) fn new(program: &Program, credential: &SessionCredential) -> Self {
        if !program.logs {
            return Self(Vec::new());
        }
        let secrets = program.variables.iter().filter(|it| it.is_secret).map(Variable::exposed);
        let mut texts: Vec<&str> = secrets.chain(credential.entered()).collect();
        // The longer ones first: a shorter one may be a part of them.
        texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
        let lines = texts.into_iter().flat_map(str::lines).map(|line| printable(line.trim()));
        Self(lines.filter(|line| line.len() >= SHORTEST).map(SecretString::from).collect())
    }

    /// A line as it may be seen.
    fn shown(&self, line: &[u8]) -> String {
        // First of all: what is taken out later would make a secret whole again.
        let mut text = printable(&String::from_utf8_lossy(line));
        for hidden in &self.0 {
            if text.contains(hidden.expose_secret()) {
                text = text.replace(hidden.expose_secret(), HIDDEN);
            }
        }
        text.trim_end().chars().take(SHOWN).collect()
    }
}

fn printable(text: &str) -> String {
    text.chars().filter(|it| !it.is_control()).collect()
}

/// Logs what a program says, until it says no more. Whatever is too much is read and forgotten, so
/// that the program never waits.
pub(super) async fn log(words: impl AsyncRead + Unpin, program: &str, hidden: &Hidden) {
    let mut words = BufReader::new(words);
    let mut line = Vec::new();
    let (mut since, mut lines, mut left_out) = (Instant::now(), 0, 0_u64);
    let mut is_rest = false;
    loop {
        line.clear();
        match (&mut words).take(LINE).read_until(b'\n', &mut line).await {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        // The rest of a line that is too long begins in the middle of something.
        let was_rest = std::mem::replace(&mut is_rest, line.last() != Some(&b'\n'));
        if since.elapsed() >= SPAN {
            (since, lines) = (Instant::now(), 0);
        }
        if was_rest || lines == LINES {
            left_out += 1;
            continue;
        }
        lines += 1;
        let said = hidden.shown(&line);
        let left_out = std::mem::take(&mut left_out);
        tracing::debug!(program, said, left_out, "a program says");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_is_hidden_wherever_it_is_and_lines_are_short() {
        let hidden = Hidden(vec!["pk_grace".into(), "pk_g".into()]);
        let shown = hidden.shown(b"\x1b[31mkey=pk_grace, again pk_grace; pk_g\xff\n");
        assert_eq!(shown, "[31mkey=(hidden), again (hidden); (hidden)\u{fffd}");
        assert_eq!(hidden.shown(b"key=pk_\0gra\x1bce\n"), "key=(hidden)");
        let long = [vec![b'x'; SHOWN - 2], b"pk_grace".to_vec()].concat();
        assert!(!hidden.shown(&long).contains("pk"));
    }
}
