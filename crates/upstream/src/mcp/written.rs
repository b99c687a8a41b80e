//! What a service wrote, out of what the library made of it.

use serde::Serialize;
use serde_json::Value;

/// The JSON of something that the library read. The library keeps priorities in 32 bits. As
/// text they have the digits that the service wrote; widened to 64 bits they would not.
pub(super) fn as_written(read: &impl Serialize) -> Option<Value> {
    serde_json::from_str(&serde_json::to_string(read).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use rmcp::model::ContentBlock;
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_keep_the_digits_of_the_service() {
        let block = json!({ "type": "text", "text": "7", "annotations": { "priority": 0.7 } });
        let read: ContentBlock = serde_json::from_value(block.clone()).unwrap();
        assert_eq!(as_written(&read), Some(block));
    }
}
