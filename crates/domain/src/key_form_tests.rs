use proptest::prelude::*;
use serde_json::json;

use super::*;

fn fields(header: &str) -> Vec<KeyField> {
    let mut fields: Vec<KeyField> = KeyForm::bearer().into();
    fields[0].header = header.to_owned();
    fields
}

#[test]
fn a_key_may_be_in_no_header_that_belongs_to_the_protocol() {
    for good in ["Authorization", "X-Api-Key", "DD-API-KEY", "apikey"] {
        assert!(KeyForm::try_from(fields(good)).is_ok(), "{good}");
    }
    for bad in
        ["", "Host", "content-length", "Mcp-Session-Id", "Cookie", "X Key", "k\u{e9}y", "A:B"]
    {
        let refused = KeyForm::try_from(fields(bad));
        assert_eq!(refused, Err(NotAKeyForm::Header(bad.to_owned())));
    }
}

#[test]
fn one_header_carries_one_value() {
    let mut twice = fields("X-Key");
    twice.extend(fields("x-key"));
    twice[1].name = "other".to_owned();
    assert_eq!(KeyForm::try_from(twice), Err(NotAKeyForm::Twice("other".to_owned())));
}

#[test]
fn a_key_of_a_program_is_in_variables_and_in_nothing_else() {
    let in_variable = |variable: &str| {
        let mut fields = fields("");
        fields[0].variable = Some(variable.to_owned());
        fields
    };
    let form = KeyForm::try_from(in_variable("API_KEY")).expect("a form");
    assert!(form.is_for_program() && !KeyForm::bearer().is_for_program());
    for bad in ["", "1KEY", "API-KEY", "A=B", "LD_PRELOAD", "k\u{e9}y"] {
        let refused = KeyForm::try_from(in_variable(bad));
        assert_eq!(refused, Err(NotAKeyForm::Variable(bad.to_owned())));
    }
    let mut both = in_variable("API_KEY");
    both[0].header = "X-Key".to_owned();
    assert_eq!(KeyForm::try_from(both), Err(NotAKeyForm::Mixed));
    let mut mixed = in_variable("API_KEY");
    mixed.extend(fields("X-Key"));
    assert_eq!(KeyForm::try_from(mixed), Err(NotAKeyForm::Mixed));
    let mut twice = in_variable("API_KEY");
    twice.extend(in_variable("API_KEY"));
    twice[1].name = "other".to_owned();
    assert_eq!(KeyForm::try_from(twice), Err(NotAKeyForm::Twice("other".to_owned())));
}

#[test]
fn values_are_taken_as_they_fit_and_each_misfit_is_named() {
    let form = KeyForm::bearer();
    let read = |value: Value| form.read(value.as_object().expect("an object"));
    assert_eq!(
        read(json!({ "apiKey": " k " })).ok(),
        json!({ "apiKey": "k" }).as_object().cloned()
    );
    for bad in [json!({}), json!({ "apiKey": 7 }), json!({ "apiKey": "a b" })] {
        let violations = read(bad.clone()).expect_err("it does not fit");
        assert_eq!(violations[0].pointer, "/apiKey", "{bad}");
    }
    let unknown = read(json!({ "apiKey": "k", "a/b": "c" })).expect_err("unknown");
    assert_eq!(unknown[0].pointer, "/a~1b");
}

proptest! {
    #[test]
    fn what_was_read_can_be_a_header(text in ".{0,40}") {
        let mut entered = Map::new();
        entered.insert("apiKey".to_owned(), text.into());
        if let Ok(values) = KeyForm::bearer().read(&entered) {
            let value = values["apiKey"].as_str().expect("text");
            prop_assert!(!value.is_empty() && value.bytes().all(|it| it.is_ascii_graphic()));
        }
    }
}
