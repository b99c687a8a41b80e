//! Which part of JSON Schema a vendor takes, as its documentation says.

use super::ToolDialect;

/// Which part of JSON Schema a vendor takes.
#[expect(clippy::struct_excessive_bools, reason = "a vendor takes something or does not")]
pub(super) struct Rules {
    /// The keywords that stay. Empty where all do.
    pub(super) keywords: &'static [&'static str],
    /// The values of `format` that stay. Empty where all do.
    pub(super) formats: &'static [&'static str],
    /// Whether references stay; otherwise what they lead to takes their place.
    pub(super) takes_references: bool,
    /// Whether a value may have several types, or be one of several shapes at the top.
    pub(super) takes_type_lists: bool,
    /// Whether the top may be one of several shapes.
    pub(super) takes_unions_on_top: bool,
    /// Whether choices may be other than texts.
    pub(super) takes_any_choice: bool,
    /// Whether names of arguments have to be plain: `^[a-zA-Z0-9_.-]{1,64}$`.
    pub(super) wants_plain_names: bool,
    /// How deep objects and lists may be nested.
    pub(super) max_depth: usize,
    /// How many choices there may be in all.
    pub(super) max_choices: usize,
    /// The longest description of a tool, in characters.
    pub(super) max_description: usize,
}

/// OpenAI, "Structured Outputs: supported schemas". Without `strict`, so that optional arguments
/// may stay optional.
static OPENAI: Rules = Rules {
    keywords: &[
        "type",
        "description",
        "properties",
        "required",
        "additionalProperties",
        "items",
        "enum",
        "const",
        "anyOf",
        "format",
        "pattern",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minItems",
        "maxItems",
    ],
    formats: &[
        "date-time",
        "time",
        "date",
        "duration",
        "email",
        "hostname",
        "ipv4",
        "ipv6",
        "uuid",
    ],
    takes_references: false,
    takes_type_lists: true,
    takes_unions_on_top: false,
    takes_any_choice: true,
    wants_plain_names: false,
    max_depth: 10,
    max_choices: 1000,
    max_description: 1024,
};

/// Anthropic, "Tool use": JSON Schema 2020-12 with an object on top, and plain names.
static ANTHROPIC: Rules = Rules {
    keywords: &[],
    formats: &[],
    takes_references: true,
    takes_type_lists: true,
    takes_unions_on_top: false,
    takes_any_choice: true,
    wants_plain_names: true,
    max_depth: 32,
    max_choices: usize::MAX,
    max_description: 4000,
};

/// Google, "Schema" of the Gemini API: a part of OpenAPI 3.0's.
static GEMINI: Rules = Rules {
    keywords: &[
        "type",
        "format",
        "title",
        "description",
        "nullable",
        "enum",
        "maxItems",
        "minItems",
        "properties",
        "required",
        "minProperties",
        "maxProperties",
        "minLength",
        "maxLength",
        "pattern",
        "anyOf",
        "default",
        "items",
        "minimum",
        "maximum",
    ],
    formats: &["enum", "date-time", "float", "double", "int32", "int64"],
    takes_references: false,
    takes_type_lists: false,
    takes_unions_on_top: false,
    takes_any_choice: false,
    wants_plain_names: false,
    max_depth: 10,
    max_choices: 1000,
    max_description: 4000,
};

/// MCP takes what it gave.
static MCP: Rules = Rules {
    keywords: &[],
    formats: &[],
    takes_references: true,
    takes_type_lists: true,
    takes_unions_on_top: true,
    takes_any_choice: true,
    wants_plain_names: false,
    max_depth: usize::MAX,
    max_choices: usize::MAX,
    max_description: 4000,
};

impl Rules {
    pub(super) fn of(dialect: ToolDialect) -> &'static Self {
        match dialect {
            ToolDialect::Openai => &OPENAI,
            ToolDialect::Anthropic => &ANTHROPIC,
            ToolDialect::Gemini => &GEMINI,
            ToolDialect::Mcp => &MCP,
        }
    }

    /// Whether a keyword stays.
    pub(super) fn takes(&self, keyword: &str) -> bool {
        self.keywords.is_empty() || self.keywords.contains(&keyword)
    }

    /// Whether a format stays.
    pub(super) fn takes_format(&self, format: &str) -> bool {
        self.formats.is_empty() || self.formats.contains(&format)
    }

    /// Whether everything stays as it is.
    pub(super) fn takes_everything(&self) -> bool {
        self.keywords.is_empty() && self.takes_unions_on_top
    }
}
