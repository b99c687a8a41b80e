// @generated automatically by Diesel CLI.

diesel::table! {
    accesses (user_id, id) {
        user_id -> Uuid,
        id -> Uuid,
        at -> Timestamptz,
        kind -> Text,
        client -> Nullable<Text>,
        account_id -> Uuid,
        account_label -> Nullable<Text>,
        service -> Text,
        name -> Nullable<Text>,
    }
}

diesel::table! {
    accounts (id) {
        id -> Uuid,
        user_id -> Uuid,
        service -> Text,
        subject -> Nullable<Text>,
        label -> Nullable<Text>,
        state -> Text,
        problem -> Nullable<Jsonb>,
        granted_scopes -> Array<Text>,
        generation -> Int8,
        revision -> Int4,
        connected_at -> Timestamptz,
        updated_at -> Timestamptz,
        requested_scopes -> Array<Text>,
        return_to -> Nullable<Text>,
    }
}

diesel::table! {
    approvals (invocation_id) {
        invocation_id -> Uuid,
        user_id -> Uuid,
        tool_digest -> Bytea,
        decision -> Nullable<Text>,
        is_edited -> Bool,
        requested_at -> Timestamptz,
        expires_at -> Timestamptz,
        decided_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    attempt_exchanges (attempt_id) {
        attempt_id -> Uuid,
        user_id -> Uuid,
        plan -> Jsonb,
        sealed_url -> Bytea,
        sealed_verifier -> Bytea,
        sealed_callback -> Nullable<Bytea>,
        sealed_response -> Nullable<Bytea>,
        replica_id -> Nullable<Uuid>,
        data_key_id -> Nullable<Int8>,
    }
}

diesel::table! {
    catalogs (account_id) {
        account_id -> Uuid,
        user_id -> Uuid,
        state -> Text,
        tool_count -> Int4,
        fetched_at -> Nullable<Timestamptz>,
        problem -> Nullable<Jsonb>,
        replica_id -> Nullable<Uuid>,
        revision -> Int4,
        updated_at -> Timestamptz,
        rejected_tools -> Jsonb,
        fresh_until -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    client_registrations (id) {
        id -> Uuid,
        user_id -> Uuid,
        issuer -> Text,
        redirect_uri -> Text,
        client_id -> Text,
        auth -> Text,
        sealed_secret -> Nullable<Bytea>,
        expires_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        data_key_id -> Nullable<Int8>,
        service -> Text,
    }
}

diesel::table! {
    connect_attempts (id) {
        id -> Uuid,
        user_id -> Uuid,
        service -> Text,
        account_id -> Nullable<Uuid>,
        state -> Text,
        problem -> Nullable<Jsonb>,
        state_hash -> Bytea,
        ticket_hash -> Nullable<Bytea>,
        mismatches -> Int2,
        revision -> Int4,
        expires_at -> Timestamptz,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    consents (invocation_id) {
        invocation_id -> Uuid,
        user_id -> Uuid,
        account_id -> Uuid,
        attempt_id -> Nullable<Uuid>,
        wanted_scopes -> Array<Text>,
        refusals -> Int2,
    }
}

diesel::table! {
    continuations (invocation_id) {
        invocation_id -> Uuid,
        user_id -> Uuid,
        rounds -> Int2,
        sealed_round -> Bytea,
    }
}

diesel::table! {
    conversation_approvals (user_id, conversation_id, tool_id) {
        user_id -> Uuid,
        conversation_id -> Text,
        tool_id -> Uuid,
        tool_digest -> Bytea,
        approved_at -> Timestamptz,
    }
}

diesel::table! {
    credentials (account_id) {
        account_id -> Uuid,
        user_id -> Uuid,
        generation -> Int8,
        version -> Int8,
        kind -> Text,
        sealed_access -> Bytea,
        sealed_refresh -> Nullable<Bytea>,
        access_expires_at -> Nullable<Timestamptz>,
        client -> Nullable<Jsonb>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        issued_at -> Timestamptz,
        data_key_id -> Nullable<Int8>,
    }
}

diesel::table! {
    data_keys (user_id, id) {
        user_id -> Uuid,
        id -> Int8,
        sealing_key_id -> Int8,
        sealed_key -> Bytea,
        is_current -> Bool,
        created_at -> Timestamptz,
        purpose -> Text,
    }
}

diesel::table! {
    elicitations (id) {
        id -> Uuid,
        user_id -> Uuid,
        invocation_id -> Uuid,
        service -> Text,
        state -> Text,
        action -> Nullable<Text>,
        sealed_question -> Bytea,
        sealed_answer -> Nullable<Bytea>,
        revision -> Int4,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    erasures (viewer_id) {
        viewer_id -> Uuid,
        erased_at -> Timestamptz,
        event_seq -> Int8,
    }
}

diesel::table! {
    event_logs (user_id) {
        user_id -> Uuid,
        last_seq -> Int8,
        pruned_seq -> Int8,
    }
}

diesel::table! {
    events (user_id, seq) {
        user_id -> Uuid,
        seq -> Int8,
        kind -> Text,
        entity_id -> Uuid,
        revision -> Int4,
        at -> Timestamptz,
    }
}

diesel::table! {
    idempotency_keys (user_id, operation, key) {
        user_id -> Uuid,
        operation -> Text,
        key -> Text,
        input_hash -> Bytea,
        entity_id -> Uuid,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    invocation_erasures (invocation_id) {
        invocation_id -> Uuid,
        user_id -> Uuid,
        erased_at -> Timestamptz,
    }
}

diesel::table! {
    invocation_logs (id) {
        id -> Uuid,
        user_id -> Uuid,
        invocation_id -> Uuid,
        service -> Text,
        level -> Text,
        sealed_message -> Bytea,
        logged_at -> Timestamptz,
    }
}

diesel::table! {
    invocation_payloads (invocation_id) {
        invocation_id -> Uuid,
        sealed_request -> Bytea,
        sealed_result -> Nullable<Bytea>,
    }
}

diesel::table! {
    invocation_repeats (invocation_id) {
        invocation_id -> Uuid,
        user_id -> Uuid,
        repeats -> Uuid,
    }
}

diesel::table! {
    invocations (id) {
        id -> Uuid,
        user_id -> Uuid,
        account_id -> Uuid,
        tool_id -> Uuid,
        service -> Text,
        tool_name -> Text,
        conversation_id -> Nullable<Text>,
        state -> Text,
        progress -> Nullable<Jsonb>,
        problem -> Nullable<Jsonb>,
        replica_id -> Nullable<Uuid>,
        revision -> Int4,
        created_at -> Timestamptz,
        started_at -> Nullable<Timestamptz>,
        finished_at -> Nullable<Timestamptz>,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    own_services (id) {
        id -> Uuid,
        user_id -> Uuid,
        code -> Text,
        name -> Text,
        mcp_url -> Text,
        connect_method -> Text,
        protocol_era -> Nullable<Text>,
        key_form -> Nullable<Jsonb>,
        client_issuer -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    refreshes (account_id) {
        account_id -> Uuid,
        user_id -> Uuid,
        service -> Text,
        state -> Text,
        due_at -> Nullable<Timestamptz>,
        lease_id -> Nullable<Uuid>,
        lease_until -> Nullable<Timestamptz>,
        started_at -> Nullable<Timestamptz>,
        failures -> Int4,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    replicas (id) {
        id -> Uuid,
        started_at -> Timestamptz,
        lease_until -> Timestamptz,
        key_ids -> Array<Int8>,
    }
}

diesel::table! {
    revocations (id) {
        id -> Uuid,
        user_id -> Uuid,
        account_id -> Uuid,
        service -> Text,
        generation -> Int8,
        kind -> Text,
        sealed_token -> Nullable<Bytea>,
        client -> Jsonb,
        state -> Text,
        attempts -> Int4,
        next_attempt_at -> Timestamptz,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        data_key_id -> Nullable<Int8>,
        reason -> Text,
        subject -> Nullable<Text>,
    }
}

diesel::table! {
    sealing_keys (id) {
        id -> Int8,
        name -> Text,
        check_value -> Bytea,
        first_seen_at -> Timestamptz,
        last_seen_at -> Timestamptz,
        retired_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    server_tasks (invocation_id) {
        invocation_id -> Uuid,
        user_id -> Uuid,
        sealed_task -> Bytea,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    tool_changes (tool_id) {
        tool_id -> Uuid,
        user_id -> Uuid,
        former -> Json,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    tool_settings (tool_id) {
        tool_id -> Uuid,
        user_id -> Uuid,
        is_enabled -> Bool,
        is_pinned -> Bool,
        confirmation -> Text,
        sealed_presets -> Nullable<Bytea>,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Bytea, Int4, Json, Nullable, Text, Timestamptz, Uuid};
    use crate::row::Tsvector;

    tools (id) {
        id -> Uuid,
        user_id -> Uuid,
        account_id -> Uuid,
        service -> Text,
        name -> Text,
        title -> Text,
        description -> Nullable<Text>,
        definition -> Json,
        digest -> Bytea,
        catalog_revision -> Int4,
        is_removed -> Bool,
        revision -> Int4,
        updated_at -> Timestamptz,
        search -> Tsvector,
    }
}

diesel::table! {
    viewers (id) {
        id -> Uuid,
        tenant_id -> Uuid,
        user_key -> Bytea,
        selected_services -> Array<Text>,
        selection_revision -> Int4,
        created_at -> Timestamptz,
        default_confirmation -> Text,
        settings_revision -> Int4,
    }
}

diesel::joinable!(accounts -> viewers (user_id));
diesel::joinable!(approvals -> viewers (user_id));
diesel::joinable!(attempt_exchanges -> connect_attempts (attempt_id));
diesel::joinable!(attempt_exchanges -> viewers (user_id));
diesel::joinable!(catalogs -> accounts (account_id));
diesel::joinable!(catalogs -> viewers (user_id));
diesel::joinable!(client_registrations -> viewers (user_id));
diesel::joinable!(connect_attempts -> accounts (account_id));
diesel::joinable!(connect_attempts -> viewers (user_id));
diesel::joinable!(consents -> connect_attempts (attempt_id));
diesel::joinable!(consents -> viewers (user_id));
diesel::joinable!(continuations -> viewers (user_id));
diesel::joinable!(conversation_approvals -> tools (tool_id));
diesel::joinable!(conversation_approvals -> viewers (user_id));
diesel::joinable!(credentials -> accounts (account_id));
diesel::joinable!(credentials -> viewers (user_id));
diesel::joinable!(data_keys -> sealing_keys (sealing_key_id));
diesel::joinable!(data_keys -> viewers (user_id));
diesel::joinable!(elicitations -> viewers (user_id));
diesel::joinable!(event_logs -> viewers (user_id));
diesel::joinable!(invocation_erasures -> viewers (user_id));
diesel::joinable!(invocation_repeats -> viewers (user_id));
diesel::joinable!(invocation_logs -> viewers (user_id));
diesel::joinable!(own_services -> viewers (user_id));
diesel::joinable!(refreshes -> credentials (account_id));
diesel::joinable!(refreshes -> viewers (user_id));
diesel::joinable!(revocations -> viewers (user_id));
diesel::joinable!(server_tasks -> viewers (user_id));
diesel::joinable!(tool_changes -> tools (tool_id));
diesel::joinable!(tool_changes -> viewers (user_id));
diesel::joinable!(tool_settings -> tools (tool_id));
diesel::joinable!(tool_settings -> viewers (user_id));
diesel::joinable!(tools -> accounts (account_id));
diesel::joinable!(tools -> viewers (user_id));

diesel::allow_tables_to_appear_in_same_query!(
    accesses,
    accounts,
    approvals,
    attempt_exchanges,
    catalogs,
    client_registrations,
    connect_attempts,
    consents,
    continuations,
    conversation_approvals,
    credentials,
    data_keys,
    elicitations,
    event_logs,
    events,
    idempotency_keys,
    invocation_erasures,
    invocation_logs,
    invocation_payloads,
    invocation_repeats,
    invocations,
    own_services,
    refreshes,
    replicas,
    revocations,
    sealing_keys,
    server_tasks,
    tool_changes,
    tool_settings,
    tools,
    viewers,
);
