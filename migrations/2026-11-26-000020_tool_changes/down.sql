DROP TABLE tool_changes;
