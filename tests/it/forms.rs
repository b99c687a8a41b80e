//! Forms as they arrive over the API: one fragment for all kinds of fields.

use attache_playground::ToolSet;
use attache_support::{Setup, document};
use serde_json::{Value, json};

/// A tool with a field of each kind.
fn order() -> Value {
    let card = json!({ "title": "Card", "type": "object", "required": ["kind", "number"],
        "properties": { "kind": { "const": "card" }, "number": { "type": "string", "minLength": 4 } } });
    let cash = json!({ "title": "Cash", "type": "object", "required": ["kind"],
        "properties": { "kind": { "const": "cash" } } });
    json!({ "name": "order", "inputSchema": {
        "type": "object",
        "required": ["items", "pay"],
        "properties": {
            "items": { "type": "array", "minItems": 1, "items": { "$ref": "#/$defs/item" } },
            "pay": { "oneOf": [card, cash] },
            "gift": { "type": ["boolean", "null"] },
            "to": { "type": "string", "x-mcp-header": "To" },
            "extra": { "type": "object" },
        },
        "dependentRequired": { "gift": ["to"] },
        "$defs": { "item": { "type": "object", "required": ["count"],
            "properties": { "count": { "type": "integer", "exclusiveMinimum": 0 } } } },
    } })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nested_form_is_one_list_and_violations_point_into_it() {
    let app = Setup { tools: ToolSet::of(vec![order()]), ..Setup::default() }.start().await;
    let ada = app.viewer("ada");
    ada.connect_open().await;
    // As many as a page can have.
    let query = document("Tools").replace("first: 20", "first: 100");
    assert!(query.contains("first: 100"), "{query}");
    let viewer = ada.query(&query, Value::Null).await["viewer"].clone();
    let tool = &viewer["tools"]["nodes"][0];
    assert_eq!(tool["form"]["isComplete"], false, "there is a field of JSON");
    let fields = tool["form"]["fields"].as_array().unwrap();
    let shown: Vec<Value> = fields
        .iter()
        .map(|it| json!([it["__typename"], it["key"], it["pointer"], it["parentKey"]]))
        .collect();
    assert_eq!(
        Value::from(shown),
        json!([
            ["FormListField", "/items", "/items", null],
            ["FormGroupField", "/items/-", "/items/-", "/items"],
            ["FormNumberField", "/items/-/count", "/items/-/count", "/items/-"],
            ["FormVariantField", "/pay", "/pay", null],
            ["FormChoiceField", "/pay/kind", "/pay/kind", "/pay#1"],
            ["FormTextField", "/pay/number", "/pay/number", "/pay#1"],
            ["FormChoiceField", "/pay#2:/pay/kind", "/pay/kind", "/pay#2"],
            ["FormBooleanField", "/gift", "/gift", null],
            ["FormTextField", "/to", "/to", null],
            ["FormJSONField", "/extra", "/extra", null],
        ])
    );
    let variants = json!([
        { "key": "/pay#1", "label": "Card", "description": null },
        { "key": "/pay#2", "label": "Cash", "description": null },
    ]);
    assert_eq!(fields[3]["variants"], variants);
    assert_eq!((&fields[0]["minItems"], &fields[2]["minimum"]), (&json!(1), &json!(1.0)));
    assert_eq!(fields[6]["defaultValue"], "cash");
    assert_eq!(fields[7]["isNullable"], true);
    let when = json!({ "pointer": "/gift", "values": [], "isNegated": true,
        "isMetWhenAbsent": false });
    assert_eq!(fields[8]["requiredWhen"], json!([when]));
    assert_eq!(fields[9]["schema"], json!({ "type": "object" }));

    let arguments = json!({ "items": [{ "count": 1 }, { "count": 0 }], "gift": true,
        "pay": { "kind": "card", "number": "1" } });
    let input = json!({ "toolId": tool["id"], "arguments": arguments,
        "idempotencyKey": "0123456789abcdef" });
    let query = "mutation ($input: InvokeToolInput!) { invokeTool(input: $input) { problems {
        ... on ArgumentsInvalid { violations { pointer } } } } }";
    let refused = ada.query(query, json!({ "input": input })).await;
    let violations = &refused["invokeTool"]["problems"][0]["violations"];
    let places: Vec<&Value> =
        violations.as_array().unwrap().iter().map(|it| &it["pointer"]).collect();
    assert_eq!(places.len(), 3, "{refused}");
    for place in ["/items/1/count", "/pay/number", "/to"] {
        assert!(places.contains(&&json!(place)), "{place}: {refused}");
    }
}
