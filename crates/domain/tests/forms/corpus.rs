//! Our own corpus, one construct a file, and tools that people wrote, from files in the
//! directory that `ATTACHE_CORPUS` names.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use attache_domain::{ArgumentSchema, Form};
use serde_json::{Map, Value, json};

use crate::client::{filled_in, untouched};
use crate::rendered;

/// Builds arguments from a complete form, again and again; says how often that took a
/// guess, because a field has a pattern.
fn use_form(name: &str, schema: &Value, form: &Form, rounds: u64) -> usize {
    let validator = ArgumentSchema::compile(schema);
    assert!(validator.is_readable(), "{name}");
    let mut guesses = 0;
    for seed in 0..rounds {
        let (arguments, has_guessed) = filled_in(form, seed);
        if has_guessed {
            guesses += 1;
            continue;
        }
        let violations = validator.violations(&arguments);
        assert!(violations.is_empty(), "{name}: {arguments} {violations:?}");
        let Value::Object(presets) = &arguments else { unreachable!("made as an object") };
        assert_eq!(untouched(&Form::compile(schema, presets)), arguments, "{name}");
    }
    guesses
}

#[test]
fn every_construct_becomes_the_form_that_is_written_beside_it() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let mut count = 0;
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let mut case: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let presets = case["presets"].as_object().cloned().unwrap_or_default();
        let form = Form::compile(&case["schema"], &presets);
        let made = json!({ "isComplete": form.is_complete, "fields": rendered::lines(&form) });
        if std::env::var_os("UPDATE_CORPUS").is_some() {
            case["form"] = made;
            fs::write(&path, format!("{case:#}\n")).unwrap();
        } else {
            assert_eq!(case["form"], made, "{name}: {made:#}");
        }
        if form.is_complete {
            let form = Form::compile(&case["schema"], &Map::new());
            assert_eq!(use_form(name, &case["schema"], &form, 50), 0, "{name}");
        }
        count += 1;
    }
    assert!(count > 50, "{count}");
}

#[test]
#[expect(clippy::print_stderr, reason = "what it counted is what it is for")]
fn every_tool_of_a_given_corpus_has_a_form_that_tells_the_truth() {
    let Some(directory) = std::env::var_os("ATTACHE_CORPUS") else {
        eprintln!("no corpus: ATTACHE_CORPUS names none");
        return;
    };
    let mut tools: Vec<Value> = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|it| it == "jsonl") {
            let text = fs::read_to_string(&path).unwrap();
            tools.extend(text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()));
        }
    }
    assert!(!tools.is_empty(), "there are no *.jsonl in there");
    let (mut complete, mut fields, mut guesses) = (0, 0, 0);
    let (mut took, mut longest) = (Duration::ZERO, Duration::ZERO);
    for tool in &tools {
        let began = Instant::now();
        let form = Form::compile(&tool["inputSchema"], &Map::new());
        took += began.elapsed();
        longest = longest.max(began.elapsed());
        fields += form.fields.len();
        if form.is_complete {
            complete += 1;
            guesses += use_form(&tool["name"].to_string(), &tool["inputSchema"], &form, 20);
        } else {
            eprintln!("not complete: {} {}", tool["name"], rendered::lines(&form).join("; "));
        }
    }
    eprintln!(
        "{} tools, {fields} fields, {complete} complete; {guesses} of {} sets of arguments have \
         patterns and were not checked; compiled in {took:?}, the longest in {longest:?}",
        tools.len(),
        complete * 20,
    );
}
