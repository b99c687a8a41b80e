//! The table of the README is as true as the tests that it names.

const README: &str = include_str!("../README.md");

/// What a cell without a test begins with.
const REASONS: [&str; 3] = ["Not offered", "Declined", "Not yet"];

/// The source of a module, by its path.
fn source(module: &str) -> String {
    let path = format!("{}/src/{}.rs", env!("CARGO_MANIFEST_DIR"), module.replace("::", "/"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn every_cell_of_the_table_names_a_test_that_exists_or_says_why_not() {
    let (_, table) = README.split_once("## Feature by server").expect("a heading");
    let rows: Vec<&str> = table.lines().filter(|line| line.starts_with("| ")).skip(1).collect();
    assert!(rows.len() > 20, "{}", rows.len());
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        assert_eq!(cells.len(), 3, "{row}");
        for cell in &cells[1..] {
            let names: Vec<&str> = cell.split('`').skip(1).step_by(2).collect();
            let Some((module, test)) = names.first().and_then(|name| name.rsplit_once("::")) else {
                assert!(REASONS.iter().any(|reason| cell.starts_with(reason)), "{row}");
                continue;
            };
            let source = source(module);
            assert!(source.contains(&format!("async fn {test}()")), "there is no {test}");
            for name in &names[1..] {
                assert!(
                    source.contains(&format!("\"{name}\"")),
                    "{module} does nothing with {name}"
                );
            }
        }
    }
}
