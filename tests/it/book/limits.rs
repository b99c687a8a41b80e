//! The bounds that the book names are those of the code.

use std::collections::BTreeMap;
use std::fs;

use super::chapters::{BOOK, read};
use crate::contract::root;

/// The row of the chapter about limits, what it says there, and where the code says so.
const LIMITS: [(&str, &str, &str, &str); 63] = [
    ("A request", "5,000 fields", "crates/graphql/src/guard.rs", "const MAX_FIELDS: u64 = 5_000;"),
    (
        "A request",
        "20 levels of fields",
        "crates/graphql/src/guard.rs",
        "const MAX_DEPTH: u64 = 20;",
    ),
    (
        "A request",
        "10 operations in a document",
        "crates/graphql/src/guard.rs",
        "const MAX_OPERATIONS: usize = 10;",
    ),
    ("A request", "256 KiB", "crates/server/src/http.rs", "const MAX_BODY: usize = 256 * 1024;"),
    ("A page", "100 items", "crates/domain/src/page.rs", "const MAX_PAGE: usize = 100;"),
    ("nodes", "100 ids", "crates/graphql/src/query.rs", "const MAX_IDS: usize = 100;"),
    (
        "Selection",
        "50 selected services",
        "crates/engine/src/selection.rs",
        "const MAX_SELECTED: usize = 50;",
    ),
    ("Accounts", "50 accounts", "crates/engine/src/read.rs", "const MAX_ACCOUNTS: i64 = 50;"),
    (
        "Accounts",
        "10 at one service",
        "crates/engine/src/connect.rs",
        "const MAX_ACCOUNTS_HERE: i64 = 10;",
    ),
    (
        "Connecting",
        "3 at one service",
        "crates/engine/src/connect.rs",
        "const MAX_PENDING_HERE: i64 = 3;",
    ),
    ("Connecting", "10 attempts", "crates/engine/src/read.rs", "const MAX_PENDING: i64 = 10;"),
    (
        "Connecting",
        "20 begun in a minute",
        "crates/engine/src/connect.rs",
        "const MAX_PER_MINUTE: u32 = 20;",
    ),
    (
        "Services of one's own",
        "20 services of one's own",
        "crates/engine/src/own_services/add.rs",
        "const MAX_OWN: usize = 20;",
    ),
    (
        "Services of one's own",
        "10 tries a minute",
        "crates/engine/src/own_services/add.rs",
        "const MAX_PER_MINUTE: u32 = 10;",
    ),
    (
        "A search for tools",
        "500 that are named so",
        "crates/store/src/tools/list.rs",
        "const MAX_RANKED: i64 = 500;",
    ),
    (
        "A form",
        "1,000 fields",
        "crates/domain/src/form/compile.rs",
        "const MAX_FIELDS: usize = 1000;",
    ),
    (
        "What does not fit",
        "50 violations",
        "crates/domain/src/arguments.rs",
        "const MAX_VIOLATIONS: usize = 50;",
    ),
    (
        "What a service says on the way",
        "100 messages",
        "crates/engine/src/logging.rs",
        "const MAX_MESSAGES: usize = 100;",
    ),
    (
        "What a service says on the way",
        "4,000 characters",
        "crates/domain/src/log_message.rs",
        "const MAX_TEXT: usize = 4000;",
    ),
    (
        "A result",
        "1 MiB is kept",
        "crates/engine/src/run.rs",
        "const MAX_RESULT: usize = 1024 * 1024;",
    ),
    ("Questions of a call", "10 rounds", "crates/engine/src/run.rs", "const MAX_ROUNDS: u32 = 10;"),
    (
        "An answer to a question",
        "64 KiB of JSON",
        "crates/engine/src/elicit.rs",
        "const MAX_ANSWER: usize = 64 * 1024;",
    ),
    (
        "A prompt",
        "4,000 characters",
        "crates/engine/src/invoke.rs",
        "const MAX_PROMPT: usize = 4000;",
    ),
    (
        "A conversationId",
        "64 characters",
        "crates/engine/src/invoke.rs",
        "const MAX_CONVERSATION: usize = 64;",
    ),
    (
        "Waiting with waitMs",
        "30 seconds",
        "crates/engine/src/invoke.rs",
        "const MAX_WAIT: Duration = Duration::from_secs(30);",
    ),
    (
        "Presets for a tool",
        "16 KiB",
        "crates/engine/src/selection.rs",
        "const MAX_PRESETS: usize = 16 * 1024;",
    ),
    (
        "An idempotencyKey",
        "24 hours",
        "crates/engine/src/forget.rs",
        "const INTENTS: TimeDelta = TimeDelta::hours(24);",
    ),
    (
        "Asking a service to revoke",
        "three days",
        "crates/engine/src/outbox.rs",
        "const PATIENCE: TimeDelta = TimeDelta::hours(72);",
    ),
    ("A request", "50 aliases", "crates/graphql/src/lib.rs", "const MAX_ALIASES: usize = 50;"),
    (
        "A request",
        "5 at one field",
        "crates/graphql/src/lib.rs",
        "const MAX_DIRECTIVES: usize = 5;",
    ),
    (
        "A request",
        "50 directives",
        "crates/graphql/src/guard.rs",
        "const MAX_DIRECTIVES: u64 = 50;",
    ),
    (
        "A request",
        "20 fields at the top",
        "crates/graphql/src/guard.rs",
        "const MAX_ROOT_FIELDS: usize = 20;",
    ),
    (
        "What a request asks for",
        "50,000 fields",
        "crates/graphql/src/lib.rs",
        "const MAX_COMPLEXITY: usize = 50_000;",
    ),
    (
        "Reading resources, prompts and completions",
        "4 in a request",
        "crates/graphql/src/account.rs",
        "const QUESTION: usize = 10_000;",
    ),
    (
        "Answering a request",
        "45 seconds",
        "crates/server/src/router.rs",
        "const PATIENCE: Duration = Duration::from_secs(45);",
    ),
    (
        "A WebSocket",
        "20 operations",
        "crates/server/src/ws/operations.rs",
        "const MAX_RUNNING: usize = 20;",
    ),
    ("Calls", "50 tasks", "crates/store/src/server_tasks.rs", "const MAX_TASKS: i64 = 50;"),
    (
        "Calls that wait for approval",
        "100,",
        "crates/store/src/approvals.rs",
        "const MAX_PENDING: i64 = 100;",
    ),
    (
        "Questions",
        "100 waiting",
        "crates/store/src/elicitations/ask.rs",
        "const MAX_PENDING: i64 = 100;",
    ),
    (
        "Questions of a call",
        "of 10",
        "crates/upstream/src/mcp/round.rs",
        "const MAX_QUESTIONS: usize = 10;",
    ),
    (
        "Reading",
        "8 at once and 32 waiting",
        "crates/engine/src/inquire.rs",
        "const ROOM: Room = Room { running: 8, waiting: 32 };",
    ),
    (
        "Listening to resources",
        "20 at once",
        "crates/engine/src/listen.rs",
        "const ROOM: Room = Room { running: 20, waiting: 0 };",
    ),
    (
        "The tools of an account",
        "2,000",
        "crates/upstream/src/mcp/list.rs",
        "const MAX_TOOLS: usize = 2000;",
    ),
    (
        "The tools of an account",
        "256 KiB",
        "crates/upstream/src/mcp/list.rs",
        "const MAX_SCHEMA: usize = 256 * 1024;",
    ),
    (
        "The tools of an account",
        "16 MiB",
        "crates/upstream/src/mcp/list.rs",
        "const MAX_TOTAL: usize = 16 * 1024 * 1024;",
    ),
    (
        "A result",
        "4 MiB",
        "crates/upstream/src/mcp/session.rs",
        "const MAX_ANSWER: usize = 4 * 1024 * 1024;",
    ),
    (
        "A page of resources or prompts",
        "500 items",
        "crates/upstream/src/mcp/offers.rs",
        "const MAX_ITEMS: usize = 500;",
    ),
    (
        "A page of resources or prompts",
        "100 pages",
        "crates/engine/src/offers.rs",
        "const MAX_PAGES: u32 = 100;",
    ),
    (
        "Reading a resource, a prompt, a completion",
        "20 seconds",
        "crates/engine/src/inquire.rs",
        "const PATIENCE: Duration = Duration::from_secs(20);",
    ),
    ("Renewing tokens", "8 at once", "crates/engine/src/refresh.rs", "const AT_ONCE: u32 = 8;"),
    (
        "Programs",
        "5 minutes",
        "crates/server/src/config/service/program.rs",
        "const IDLE: Duration = Duration::from_mins(5);",
    ),
    (
        "Each process of a program",
        "20 lines",
        "crates/upstream/src/program/words.rs",
        "const LINES: u32 = 20;",
    ),
    (
        "Connecting",
        "10 minutes to come back",
        "crates/server/src/config.rs",
        "const TIME_TO_RETURN: Duration = Duration::from_mins(10);",
    ),
    (
        "Calls",
        "8 at once and 32 waiting",
        "crates/engine/src/slots.rs",
        "Self { running: 8, waiting: 32 }",
    ),
    ("Questions", "for 5 minutes", "crates/engine/src/lib.rs", "held: Duration::from_mins(5)"),
    ("Questions", "for a day", "crates/engine/src/lib.rs", "ended: Duration::from_hours(24)"),
    (
        "Arguments and results",
        "30 days",
        "crates/engine/src/lib.rs",
        "payloads: Duration::from_hours(30 * 24),",
    ),
    (
        "The fact of a call, and the access log",
        "365 days",
        "crates/engine/src/lib.rs",
        "history: Duration::from_hours(365 * 24),",
    ),
    (
        "Events that a client can catch up on",
        "7 days",
        "crates/engine/src/lib.rs",
        "events: Duration::from_hours(7 * 24),",
    ),
    ("Programs", "64 at once", "crates/upstream/src/program.rs", "running: 64"),
    (
        "Each process of a program",
        "1 GiB",
        "crates/upstream/src/program.rs",
        "memory: 1024 * 1024 * 1024,",
    ),
    (
        "Each process of a program",
        "an hour",
        "crates/upstream/src/program.rs",
        "cpu_time: Duration::from_hours(1),",
    ),
    (
        "Each process of a program",
        "1,024 open files",
        "crates/upstream/src/program.rs",
        "open_files: 1024,",
    ),
];

#[test]
fn limits_are_those_of_the_code() {
    let chapter = read(&root().join(BOOK).join("limits.md"));
    let rows: BTreeMap<&str, String> =
        chapter.rows.iter().map(|row| (row.cells[0].as_str(), row.cells[1..].concat())).collect();
    for (row, words, file, code) in LIMITS {
        let source = fs::read_to_string(root().join(file)).unwrap();
        assert!(source.contains(code), "{file} has no `{code}`: mend limits.md, and this");
        let said = rows.get(row).unwrap_or_else(|| panic!("limits.md has no row {row:?}"));
        assert!(said.contains(words), "limits.md does not say {words:?} of {row:?}, but {said:?}");
    }
}
