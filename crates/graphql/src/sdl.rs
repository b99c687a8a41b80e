//! Printing the contract in the order in which it is read.
//!
//! The executor prints types by name. Here the same text is cut into definitions and
//! put in order by a table, so there is one source of truth and still a file that a
//! person can read from top to bottom.

use std::collections::HashMap;
use std::fmt::Write;

use async_graphql::SDLExportOptions;

use crate::Contract;

const PREFACE: &str = "\
# The contract of Attaché, printed by `attache schema` and locked by a test.
#
# 1. State lives on the server. Every state a screen could show is an enum here, never
#    something to be inferred from which requests are in flight.
# 2. One event, one reducer action. Each type implementing `Event` is either an upsert
#    carrying the whole node, or a removal carrying its id; `revision` makes applying
#    it idempotent.
# 3. A refusal is data, a fault is an error. What a person can act on arrives as a
#    `Problem` in the payload; top-level `errors` are for broken requests and broken
#    servers.
";

/// The sections of the file, each with its definitions.
const SECTIONS: [(&str, &[&str]); 18] = [
    ("", &["schema", "@oneOf"]),
    ("scalars", &["DateTime", "URL", "JSON", "EventCursor"]),
    ("roots", &["Query", "Mutation", "Subscription"]),
    ("interfaces", &["Node", "Versioned", "Problem", "Event"]),
    ("viewer", &["Viewer", "ViewerSettings"]),
    ("services", &["Service", "ConnectMethod", "ProtocolEra", "ServiceFilter"]),
    (
        "connecting",
        &["ConnectAttempt", "ConnectAttemptState", "Account", "AccountState", "AccountAction"],
    ),
    (
        "tools",
        &[
            "Catalog",
            "CatalogState",
            "RejectedTool",
            "Tool",
            "ToolHints",
            "ToolChange",
            "ToolPart",
            "FormerTool",
            "ToolSettings",
            "ToolConfirmation",
            "ConfirmationPolicy",
            "ToolFilter",
            "Icon",
            "IconTheme",
            "ToolApp",
            "AppAudience",
        ],
    ),
    (
        "resources and prompts",
        &[
            "ResourcePage",
            "Resource",
            "Annotations",
            "MessageRole",
            "ResourceTemplatePage",
            "ResourceTemplate",
            "ResourceReading",
            "ResourceContents",
            "AppFrame",
            "AppCSP",
            "AppPermission",
            "PromptPage",
            "Prompt",
            "PromptArgument",
            "PromptReading",
            "PromptMessage",
            "CompletionInput",
            "CompletionReferenceInput",
            "Completion",
        ],
    ),
    ("language models", &["Toolset", "ToolDialect", "ModelTool", "SchemaLoss"]),
    (
        "forms",
        &[
            "Form",
            "FormField",
            "FormCondition",
            "FormTextField",
            "TextFormat",
            "FormNumberField",
            "FormBooleanField",
            "FormChoiceField",
            "FormOption",
            "FormListField",
            "FormGroupField",
            "FormVariantField",
            "FormVariant",
            "FormJSONField",
        ],
    ),
    (
        "invocations",
        &[
            "Invocation",
            "InvocationState",
            "InvocationAction",
            "Approval",
            "ApprovalDecision",
            "InvocationProgress",
            "LogMessage",
            "LogLevel",
            "InvocationResult",
            "ContentBlock",
            "TextContent",
            "ImageContent",
            "AudioContent",
            "ResourceLinkContent",
            "EmbeddedResourceContent",
            "OtherContent",
            "InvocationFilter",
        ],
    ),
    (
        "elicitations",
        &[
            "Elicitation",
            "ElicitationAsk",
            "FormAsk",
            "UrlAsk",
            "ElicitationState",
            "ElicitationAction",
        ],
    ),
    ("access log", &["Access", "AccessKind", "AccessFilter"]),
    (
        "events",
        &[
            "SelectionUpdated",
            "ViewerSettingsUpdated",
            "ServiceAdded",
            "ServiceRemoved",
            "ConnectAttemptUpdated",
            "AccountUpdated",
            "AccountRemoved",
            "RevocationUpdated",
            "CatalogUpdated",
            "ToolUpdated",
            "InvocationUpdated",
            "InvocationProgressed",
            "InvocationLogged",
            "ElicitationUpdated",
            "ResourceUpdated",
            "CaughtUp",
            "SnapshotRequired",
        ],
    ),
    (
        "problems",
        &[
            "ProblemCode",
            "GenericProblem",
            "ArgumentsInvalid",
            "Violation",
            "ToolChanged",
            "ConfirmationRequired",
            "ReauthorizationRequired",
            "RateLimited",
        ],
    ),
    (
        "inputs and payloads",
        &[
            "SelectServicesInput",
            "SelectServicesPayload",
            "AddServiceInput",
            "KeyFieldInput",
            "OAuthClientInput",
            "ClientAuthentication",
            "AddServicePayload",
            "RemoveServiceInput",
            "RemoveServicePayload",
            "BeginConnectInput",
            "ConnectTargetInput",
            "BeginConnectPayload",
            "CompleteOAuthInput",
            "CompleteOAuthPayload",
            "ConnectWithKeyInput",
            "ConnectWithKeyPayload",
            "CancelConnectInput",
            "CancelConnectPayload",
            "DisconnectInput",
            "DisconnectPayload",
            "RevocationState",
            "EraseViewerInput",
            "EraseViewerPayload",
            "UpdateViewerSettingsInput",
            "UpdateViewerSettingsPayload",
            "RefreshCatalogInput",
            "RefreshCatalogPayload",
            "UpdateToolSettingsInput",
            "ToolSettingsPatchInput",
            "UpdateToolSettingsPayload",
            "AcceptToolChangeInput",
            "AcceptToolChangePayload",
            "InvokeToolInput",
            "UnconfirmedCall",
            "InvokeToolPayload",
            "InvokeFromModelInput",
            "InvokeFromModelPayload",
            "ApproveInvocationInput",
            "ApproveInvocationPayload",
            "RejectInvocationInput",
            "RejectInvocationPayload",
            "CancelInvocationInput",
            "CancelInvocationPayload",
            "RepeatInvocationInput",
            "RepeatInvocationPayload",
            "EraseInvocationInput",
            "EraseInvocationPayload",
            "AnswerElicitationInput",
            "AnswerElicitationPayload",
        ],
    ),
    (
        "pagination",
        &[
            "PageInfo",
            "ServiceConnection",
            "ServiceEdge",
            "ToolConnection",
            "ToolEdge",
            "AccessConnection",
            "AccessEdge",
            "InvocationConnection",
            "InvocationEdge",
        ],
    ),
];

/// Directives that every GraphQL tool knows without being told.
const BUILT_IN: [&str; 4] = ["@include", "@skip", "@specifiedBy", "@deprecated"];

/// The contract as a file: `schema.graphql`.
pub fn sdl() -> String {
    let mut definitions = definitions(&printed());
    let mut text = PREFACE.to_owned();
    for (title, names) in SECTIONS {
        if !title.is_empty() {
            let rule = "-".repeat(72_usize.saturating_sub(title.len()));
            let _ = write!(text, "\n# {rule} {title} ----\n");
        }
        for name in names {
            if let Some(definition) = definitions.remove(*name) {
                let _ = write!(text, "\n{definition}\n");
            }
        }
    }
    let mut rest: Vec<_> = definitions.into_iter().collect();
    rest.sort();
    for (_, definition) in rest {
        let _ = write!(text, "\n{definition}\n");
    }
    text
}

fn printed() -> String {
    let options = SDLExportOptions::new()
        .include_specified_by()
        .prefer_single_line_descriptions()
        .use_space_ident();
    Contract::default().schema.sdl_with_options(options)
}

/// The definitions by name, without those that are built in. A definition begins at
/// the start of a line, with its description or its keyword, and everything inside it
/// is indented or closes it.
fn definitions(printed: &str) -> HashMap<String, String> {
    let mut found = HashMap::new();
    let mut current = String::new();
    let mut name = None;
    for line in printed.lines() {
        let begins = name.is_some() && !line.is_empty() && !line.starts_with([' ', '}', ')']);
        if begins {
            found.insert(name.take().unwrap_or_default(), current.trim().to_owned());
            current.clear();
        }
        if name.is_none() {
            name = named(line);
        }
        current.push_str(line);
        current.push('\n');
    }
    found.insert(name.unwrap_or_default(), current.trim().to_owned());
    found.retain(|name, _| !BUILT_IN.contains(&name.as_str()));
    found
}

/// What a line defines, if it is the line that says so.
fn named(line: &str) -> Option<String> {
    const KEYWORDS: [&str; 6] = ["type", "interface", "input", "enum", "scalar", "union"];
    let mut words = line.split([' ', '{', '(']);
    match words.next()? {
        "schema" => Some("schema".to_owned()),
        "directive" => words.next().map(str::to_owned),
        keyword if KEYWORDS.contains(&keyword) => words.next().map(str::to_owned),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_definition_has_a_place_and_every_place_a_definition() {
        let defined: BTreeSet<String> = definitions(&printed()).into_keys().collect();
        let listed: BTreeSet<String> =
            SECTIONS.iter().flat_map(|(_, names)| *names).map(|name| (*name).to_owned()).collect();
        assert_eq!(defined, listed);
    }

    #[test]
    fn ordering_loses_nothing() {
        let sorted = |text: &str| {
            let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
            lines.retain(|line| !line.is_empty() && !line.starts_with('#'));
            lines.sort();
            lines
        };
        let printed: Vec<String> = definitions(&printed()).into_values().collect();
        assert_eq!(sorted(&sdl()), sorted(&printed.join("\n")));
    }
}
