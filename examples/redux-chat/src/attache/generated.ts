/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** Which change of a tool the viewer accepts. */
export type AcceptToolChangeInput = {
  /**
   * The `ToolChange.digest` of what they saw. Refused with `ToolChanged` if the tool is not
   * that any more.
   */
  readonly digest: string;
  /** The tool. */
  readonly toolId: string | number;
};

/** What the viewer may do with an account. */
export type AccountAction =
  /** `disconnect`. */
  | 'DISCONNECT'
  /** Connect it again: `beginConnect` or `connectWithKey` with its id. */
  | 'REAUTHORIZE'
  /** `refreshCatalog`. */
  | 'REFRESH_CATALOG';

/** Whether an account can be used. */
export type AccountState =
  /** It can. */
  | 'CONNECTED'
  /** Credentials are being revoked and deleted. */
  | 'DISCONNECTING'
  /** The service no longer accepts the stored credentials. */
  | 'NEEDS_REAUTHORIZATION';

/** What to add. */
export type AddServiceInput = {
  /** How an account is connected. Leave it out, and the server is asked. */
  readonly connectMethod?: ConnectMethod | null | undefined;
  /**
   * What is entered to connect, for `API_KEY`. Leave it out for one key that is sent as a
   * bearer token. At most 8.
   */
  readonly keyFields?: ReadonlyArray<KeyFieldInput> | null | undefined;
  /**
   * Where the MCP server is: a public https address. It is kept and shown as it is, so it
   * should be no secret by itself.
   */
  readonly mcpUrl: string;
  /** The name to show. At most 80 characters. */
  readonly name: string;
  /**
   * A client that the person registered at the authorization server, with the redirect URI
   * of `Viewer.ownClientRedirectUri`. Leave it out, and this server introduces itself.
   */
  readonly oauthClient?: OAuthClientInput | null | undefined;
  /** Which revisions of MCP it speaks. Leave it out, and the server is asked. */
  readonly protocolEra?: ProtocolEra | null | undefined;
};

/** An answer to a question in the middle of a call. */
export type AnswerElicitationInput = {
  /** What the person decided. */
  readonly action: ElicitationAction;
  /**
   * What they filled in: an object that fits the form. Only to `ACCEPT` a form. At most
   * 64 KiB of JSON.
   */
  readonly content?: unknown;
  /** The question. */
  readonly elicitationId: string | number;
};

/** What became of asking the viewer to agree to a call. */
export type ApprovalDecision =
  /** They agreed. */
  | 'APPROVED'
  /** Nobody decided in time. */
  | 'EXPIRED'
  /** They did not. */
  | 'REJECTED'
  /** The call was given up before. */
  | 'WITHDRAWN';

/** Which invocation the viewer agrees to. */
export type ApproveInvocationInput = {
  /** With these arguments instead. Checked like those of `invokeTool`. */
  readonly arguments?: unknown;
  /**
   * The `revision` of the tool the viewer saw. Needed where the tool changed since they were
   * asked, which is refused with `ToolChanged`.
   */
  readonly expectedToolRevision?: number | null | undefined;
  /** The invocation. */
  readonly invocationId: string | number;
};

/** How to begin connecting. */
export type BeginConnectInput = {
  /**
   * Whether the account that is connected again may become that of whoever signs in.
   * Without it, another identity is refused.
   */
  readonly allowsOtherIdentity?: boolean;
  /**
   * See `InvokeToolInput.idempotencyKey`. Without one, each call starts a new
   * attempt.
   */
  readonly idempotencyKey?: string | null | undefined;
  /**
   * The operator-configured place to return the person to, by name. Omit for the
   * default.
   */
  readonly returnTo?: string | null | undefined;
  /**
   * Omit to ask for the service's default scopes. Never more than the operator
   * allows. At most 100.
   */
  readonly scopes?: ReadonlyArray<string> | null | undefined;
  /** What to connect. */
  readonly target: ConnectTargetInput;
};

/** Which attempt to give up. */
export type CancelConnectInput = {
  /** The attempt. */
  readonly attemptId: string | number;
};

/** Which invocation to stop. */
export type CancelInvocationInput = {
  /** The invocation. */
  readonly invocationId: string | number;
};

/** Whether a catalog is being read. */
export type CatalogState =
  /** The last read failed; see `problem`. */
  | 'FAILED'
  /** Being read for the first time. */
  | 'LOADING'
  /** What is here is what the service said last. */
  | 'READY'
  /** Being read again; the current tools stay usable. */
  | 'REFRESHING';

/** How a client's secret is carried to the token endpoint (RFC 6749, section 2.3.1). */
export type ClientAuthentication =
  /** In an `Authorization: Basic` header. */
  | 'CLIENT_SECRET_BASIC'
  /** In the form. */
  | 'CLIENT_SECRET_POST';

/** How the person came back. Exactly one. Only the viewer who began may complete. */
export type CompleteOAuthInput =
  {   /**
   * The complete URL the person was redirected to, query included, when the
   * redirect lands on the frontend. The server reads `code`, `state`, `iss` and
   * `error` itself.
   */
  readonly callbackUrl: string; readonly ticket?: never; }
  |  { readonly callbackUrl?: never;   /**
   * The `ticket` in the URL of the page the person came back to, when the redirect
   * landed on this server first. Only the browser that came back has it, so nobody
   * can make another person consent to their own attempt.
   */
  readonly ticket: string; };

/** How a person is asked before tools run. */
export type ConfirmationPolicy =
  /** Ask every time. */
  | 'ALWAYS'
  /** Never ask. */
  | 'NEVER'
  /**
   * Ask the first time in a conversation, and every time outside of one. A tool that changes
   * is asked about again.
   */
  | 'ONCE_PER_CONVERSATION'
  /** Ask unless the service claims the tool only reads. The default. */
  | 'UNLESS_READ_ONLY';

/** How far an attempt got. */
export type ConnectAttemptState =
  /** Final. Nobody came back in time, or the viewer gave up. */
  | 'ABANDONED'
  /** Final. The person or the authorization server said no. */
  | 'DENIED'
  /** The person came back; the server is exchanging the code. */
  | 'EXCHANGING'
  /** Final. Something went wrong; see `problem`. */
  | 'FAILED'
  /** Waiting for the person to return from the authorization server. */
  | 'PENDING'
  /** Final. An account came of it. */
  | 'SUCCEEDED';

/** How an account is connected. */
export type ConnectMethod =
  /** The person pastes a key they made at the service. */
  | 'API_KEY'
  /** Nothing to grant: one click connects. */
  | 'NONE'
  /** A page at the service asks the person for consent. */
  | 'OAUTH';

/** What to connect. Exactly one. */
export type ConnectTargetInput =
  {   /** Reauthorize this account, or ask it for more scopes. */
  readonly accountId: string | number; readonly serviceCode?: never; }
  |  { readonly accountId?: never;   /** Connect a new account at the service with this code. */
  readonly serviceCode: string; };

/** What to connect with. */
export type ConnectWithKeyInput = {
  /** Replaces the key of this account instead of adding one. */
  readonly accountId?: string | number | null | undefined;
  /**
   * The key, at a service whose `keyForm` has but one field. Stored sealed, never
   * returned.
   */
  readonly apiKey?: string | null | undefined;
  /** The service's code. */
  readonly serviceCode: string;
  /**
   * Or the values of the service's `keyForm`, as one object. Refused, as `apiKey`, for
   * `NONE`. Stored sealed, never returned.
   */
  readonly values?: unknown;
};

/** What to disconnect. Exactly one. */
export type DisconnectInput =
  {   /** One account. */
  readonly accountId: string | number; readonly serviceCode?: never; }
  |  { readonly accountId?: never;   /** Every account the viewer has at the service with this code. */
  readonly serviceCode: string; };

/** What a person decides about a question. */
export type ElicitationAction =
  /** Give the answer, or confirm having visited the page. */
  | 'ACCEPT'
  /** Refuse and stop the call. */
  | 'CANCEL'
  /** Refuse this question and let the tool go on without it. */
  | 'DECLINE';

/** Whether a question still waits. */
export type ElicitationState =
  /** The person decided; see `action`. */
  | 'ANSWERED'
  /** Nobody answered in time. */
  | 'EXPIRED'
  /** Waits for the person. */
  | 'PENDING'
  /** No longer needed: the call ended, or the service took it back. */
  | 'WITHDRAWN';

/** What to erase. */
export type EraseInvocationInput = {
  /** An invocation that has ended. */
  readonly invocationId: string | number;
};

/** What the viewer may do with an invocation. */
export type InvocationAction =
  /** `answerElicitation`. */
  | 'ANSWER'
  /** `approveInvocation`. */
  | 'APPROVE'
  /** `cancelInvocation`. */
  | 'CANCEL'
  /** `eraseInvocation`. */
  | 'ERASE'
  /** `rejectInvocation`. */
  | 'REJECT'
  /** `repeatInvocation`: run again with the same arguments, as a new invocation. */
  | 'REPEAT';

/** How far a call got. */
export type InvocationState =
  /** Accepted, and not to be sent before the viewer approves of it; see `approval`. */
  | 'APPROVAL_REQUIRED'
  /**
   * The service wants more permissions for it than the account has; see `connectAttempt`.
   * Once the person consents the same call goes on.
   */
  | 'AWAITING_AUTHORIZATION'
  /** The service asks the person something; see `elicitations`. */
  | 'AWAITING_INPUT'
  /** Final. Stopped on request. */
  | 'CANCELLED'
  /** Asked to stop. */
  | 'CANCELLING'
  /** Final. The tool reported an error, or could not be reached. */
  | 'FAILED'
  /**
   * Final. The server lost track after sending: the service may or may not have
   * acted. Never retried automatically.
   */
  | 'INTERRUPTED'
  /** Accepted, not yet sent. */
  | 'QUEUED'
  /** Sent, or about to be. */
  | 'RUNNING'
  /** Final. The tool answered and reported no error. */
  | 'SUCCEEDED';

/** What to call. */
export type InvokeToolInput = {
  /** Checked against the tool's schema before anything is sent. */
  readonly arguments: unknown;
  /** Groups invocations of one chat. Any string up to 64 characters. */
  readonly conversationId?: string | null | undefined;
  /**
   * The `revision` of the tool the person saw. Refused with `ToolChanged` if it
   * moved on.
   */
  readonly expectedToolRevision?: number | null | undefined;
  /**
   * Chosen by the client, one per intent, 16 to 64 characters; a UUID is fine.
   * The same key with the same input returns the same invocation for 24 hours; the
   * same key with a different input is refused.
   */
  readonly idempotencyKey: string;
  /** What happens where that is needed and missing. */
  readonly ifUnconfirmed?: UnconfirmedCall;
  /**
   * The person confirmed this exact call. Needed when `ConfirmationRequired` says
   * so.
   */
  readonly isConfirmed?: boolean;
  /** What the person asked for, kept beside the result. Up to 4,000 characters. */
  readonly prompt?: string | null | undefined;
  /** The tool. */
  readonly toolId: string | number;
  /**
   * Wait up to this many milliseconds for a final state, or for something that a person has
   * to do first, before answering, for callers that would rather not subscribe. At most
   * 30,000.
   */
  readonly waitMs?: number;
};

/** A value to enter, and the header that carries it. */
export type KeyFieldInput = {
  /** The header. None that the connection or the protocol needs itself. */
  readonly header: string;
  /** Whether the server needs it. */
  readonly isRequired?: boolean;
  /** Whether nobody may look over the person's shoulder. */
  readonly isSecret?: boolean;
  /** The name to show. At most 100 characters. */
  readonly label: string;
  /** Its name among the values: letters, digits, `_` and `-`, at most 64. */
  readonly name: string;
  /** What goes before the value in the header, for example `Bearer ` with the space. */
  readonly prefix?: string;
};

/** How much something matters that a service says. */
export type LogLevel =
  /** Somebody has to act at once. */
  | 'ALERT'
  /** A part does not work. */
  | 'CRITICAL'
  /** For whoever looks for a mistake. */
  | 'DEBUG'
  /** Nothing works. */
  | 'EMERGENCY'
  /** Something failed. */
  | 'ERROR'
  /** As expected. */
  | 'INFO'
  /** As expected, and worth knowing. */
  | 'NOTICE'
  /** Not as it should be. */
  | 'WARNING';

/** A client that was registered at an authorization server by hand. */
export type OAuthClientInput = {
  /** How the secret is carried; has no meaning without one. */
  readonly clientAuthentication?: ClientAuthentication;
  /** The client's id. */
  readonly clientId: string;
  /** The client's secret, if it has one. Stored sealed, never returned. */
  readonly clientSecret?: string | null | undefined;
  /** The exact issuer to whom it is known. It is shown to no other. */
  readonly issuer: string;
};

/** Adding a value is not a breaking change. */
export type ProblemCode =
  /** The account was disconnected in the meantime. */
  | 'ACCOUNT_DISCONNECTED'
  /** A call waited for the viewer to approve of it, and nobody did in time. */
  | 'APPROVAL_EXPIRED'
  /** What the call sent is erased, so it cannot be sent again. */
  | 'ARGUMENTS_ERASED'
  /** Arguments do not fit the tool's schema. */
  | 'ARGUMENTS_INVALID'
  /** The person or the authorization server said no. */
  | 'AUTHORIZATION_DENIED'
  /** Signing in took too long. */
  | 'AUTHORIZATION_EXPIRED'
  /** The sign-in does not belong to a connection of this viewer. */
  | 'AUTHORIZATION_MISMATCH'
  /** Ask the person first. */
  | 'CONFIRMATION_REQUIRED'
  /** The service asked the person something, and nobody answered in time. */
  | 'ELICITATION_EXPIRED'
  /** The key was used for something else. */
  | 'IDEMPOTENCY_KEY_REUSED'
  /** An input field cannot be used as it is; see `path`. */
  | 'INVALID_INPUT'
  /** The call has not ended: cancel it first, or wait for its end. */
  | 'INVOCATION_OPEN'
  /** There may be no more of these at once. */
  | 'LIMIT_REACHED'
  /** Missing, or not yours to see. */
  | 'NOT_FOUND'
  /** It was sent, and what became of it is unknown. */
  | 'OUTCOME_UNKNOWN'
  /** Too much, too soon. */
  | 'RATE_LIMITED'
  /** Connect the account again first. */
  | 'REAUTHORIZATION_REQUIRED'
  /**
   * Renewing the account's access was interrupted, and what the server holds is not
   * accepted any more. To be connected again, as with `REAUTHORIZATION_REQUIRED`.
   */
  | 'REFRESH_INTERRUPTED'
  /** A refusal with no more specific code. */
  | 'REFUSED'
  /**
   * The service does not let this server sign people in before its operator has
   * registered it there. Trying again does not help; telling the operator does.
   */
  | 'REGISTRATION_REFUSED'
  /** The service was reached and said no. */
  | 'SERVICE_REFUSED'
  /** The service could not be reached. */
  | 'SERVICE_UNAVAILABLE'
  /** The tool changed since it was shown. */
  | 'TOOL_CHANGED'
  /** The viewer switched the tool off. */
  | 'TOOL_DISABLED'
  /** The tool changed, and does not run before the viewer accepts that: `acceptToolChange`. */
  | 'TOOL_HELD'
  /** The tool ran and reported failure itself. */
  | 'TOOL_REPORTED_ERROR';

/** Which revisions of MCP a server speaks. */
export type ProtocolEra =
  /** Those that begin with `initialize`, up to 2025-11-25. */
  | 'LEGACY'
  /** Those without sessions, from 2026-07-28 on. */
  | 'MODERN';

/** Whose tools to ask for again. */
export type RefreshCatalogInput = {
  /** The account. */
  readonly accountId: string | number;
};

/** Which invocation the viewer does not agree to. */
export type RejectInvocationInput = {
  /** The invocation. */
  readonly invocationId: string | number;
};

/** Which service to remove. */
export type RemoveServiceInput = {
  /** The code of a service that the viewer added. */
  readonly serviceCode: string;
};

/** What to run again, with the arguments, the prompt and the conversation that it had. */
export type RepeatInvocationInput = {
  /**
   * The `revision` of the tool the person saw. Refused with `ToolChanged` if it
   * moved on.
   */
  readonly expectedToolRevision?: number | null | undefined;
  /** As for `invokeTool`. The same key with the same invocation is the same intent. */
  readonly idempotencyKey: string;
  /** What happens where that is needed and missing. */
  readonly ifUnconfirmed?: UnconfirmedCall;
  /**
   * An invocation that has ended. Its arguments are checked against what the tool is now, and
   * presets of now fill in what they leave out.
   */
  readonly invocationId: string | number;
  /** The person confirmed that it runs again. Needed when `ConfirmationRequired` says so. */
  readonly isConfirmed?: boolean;
  /** As for `invokeTool`. At most 30,000. */
  readonly waitMs?: number;
};

/** What is known of credentials at their service. */
export type RevocationState =
  /** The service confirmed that the credentials no longer work. */
  | 'DONE'
  /**
   * The server gave up after three days. The credentials may still work there;
   * `Service.settingsUrl` is where a person can end them.
   */
  | 'FAILED'
  /** Queued; the server keeps trying. */
  | 'PENDING'
  /**
   * They still work, because another account lives on the same grant of the service and
   * would end with them. They end with the last such account.
   */
  | 'SPARED'
  /** The service offers no way to revoke; `Service.settingsUrl` is where a person can. */
  | 'UNSUPPORTED';

/** Which services to work with. */
export type SelectServicesInput = {
  /** The whole selection, in order. Duplicates are ignored. At most 50. */
  readonly serviceIds: ReadonlyArray<string | number>;
};

/** What kind of text is wanted. */
export type TextFormat =
  /** A date, for example `2026-11-22`. */
  | 'DATE'
  /** An instant, for example `2026-11-22T09:30:00Z`. */
  | 'DATE_TIME'
  /** An email address. */
  | 'EMAIL'
  /** Several lines. */
  | 'MULTILINE'
  /** One line. */
  | 'PLAIN'
  /** One line that nobody else may read: a password, a key. Do not show what is entered. */
  | 'SECRET'
  /** A time with an offset, for example `09:30:00Z`. */
  | 'TIME'
  /** An absolute URL. */
  | 'URL';

/** How a person is asked before one tool runs. */
export type ToolConfirmation =
  /** Ask every time. */
  | 'ALWAYS'
  /** As `Viewer.settings` says. The default. */
  | 'DEFAULT'
  /** Never ask. */
  | 'NEVER'
  /**
   * Ask the first time in a conversation, and every time outside of one. A tool that changes
   * is asked about again.
   */
  | 'ONCE_PER_CONVERSATION'
  /** Ask unless the service claims the tool only reads. */
  | 'UNLESS_READ_ONLY';

/** A part of a tool that people and models rely on. */
export type ToolPart =
  /** `Tool.app`. */
  | 'APP'
  /** `Tool.description`. */
  | 'DESCRIPTION'
  /** `Tool.hints`. */
  | 'HINTS'
  /** `Tool.inputSchema`, and with it the form. */
  | 'INPUT_SCHEMA'
  /** `Tool.outputSchema`. */
  | 'OUTPUT_SCHEMA'
  /** `Tool.title`. */
  | 'TITLE';

/** What to change. What is left out, or null, keeps its value. */
export type ToolSettingsPatchInput = {
  /** How the viewer is asked before it runs. */
  readonly confirmation?: ToolConfirmation | null | undefined;
  /** Whether it may be invoked. */
  readonly isEnabled?: boolean | null | undefined;
  /** Whether it is shown first. */
  readonly isPinned?: boolean | null | undefined;
  /** Arguments filled in ahead, by name: all of them, replacing those before. */
  readonly presetArguments?: unknown;
};

/** What happens to a call that the viewer has to confirm and did not. */
export type UnconfirmedCall =
  /** It is accepted, and waits as `APPROVAL_REQUIRED` for `approveInvocation`. */
  | 'AWAIT_APPROVAL'
  /** It is refused with `ConfirmationRequired`. */
  | 'REFUSE';

/** Which tool's settings to change, and how. */
export type UpdateToolSettingsInput = {
  /** What to change. */
  readonly patch: ToolSettingsPatchInput;
  /** The tool. */
  readonly toolId: string | number;
};

/** What the viewer decides for everything of which they said nothing else. */
export type UpdateViewerSettingsInput = {
  /** How they are asked before tools run whose own setting is `DEFAULT`. */
  readonly defaultConfirmation: ConfirmationPolicy;
};

export type EventsSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type EventsSubscription = { readonly viewerEvents:
    | { readonly __typename: 'AccountRemoved', readonly accountId: string, readonly cursor: string, readonly at: string }
    | { readonly __typename: 'AccountUpdated', readonly cursor: string, readonly at: string, readonly account: { readonly id: string, readonly label: string | null, readonly state: AccountState, readonly grantedScopes: ReadonlyArray<string>, readonly missingScopes: ReadonlyArray<string>, readonly connectedAt: string, readonly availableActions: ReadonlyArray<AccountAction>, readonly revision: number, readonly service: { readonly id: string }, readonly problem:
          | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
          | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
          | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
          | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
          | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
          | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
         | null } }
    | { readonly __typename: 'CatalogUpdated', readonly accountId: string, readonly removedToolIds: ReadonlyArray<string>, readonly cursor: string, readonly at: string, readonly catalog: { readonly state: CatalogState, readonly toolCount: number, readonly fetchedAt: string | null, readonly revision: number, readonly problem:
          | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
          | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
          | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
          | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
          | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
          | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
         | null }, readonly upsertedTools: ReadonlyArray<{ readonly id: string, readonly name: string, readonly title: string, readonly description: string | null, readonly isHeld: boolean, readonly revision: number, readonly account: { readonly id: string }, readonly hints: { readonly isReadOnly: boolean | null, readonly isDestructive: boolean | null }, readonly settings: { readonly isEnabled: boolean, readonly isPinned: boolean, readonly confirmation: ToolConfirmation, readonly presetArguments: unknown }, readonly change: { readonly parts: ReadonlyArray<ToolPart>, readonly digest: string, readonly former: { readonly title: string, readonly description: string | null } } | null }> }
    | { readonly __typename: 'CaughtUp', readonly cursor: string, readonly at: string }
    | { readonly __typename: 'ConnectAttemptUpdated', readonly cursor: string, readonly at: string, readonly attempt: { readonly id: string, readonly state: ConnectAttemptState, readonly authorizationUrl: string | null, readonly authorizationHost: string | null, readonly expiresAt: string, readonly revision: number, readonly service: { readonly id: string }, readonly account: { readonly id: string } | null, readonly problem:
          | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
          | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
          | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
          | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
          | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
          | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
         | null } }
    | { readonly __typename: 'ElicitationUpdated', readonly cursor: string, readonly at: string, readonly elicitation: { readonly id: string, readonly message: string | null, readonly state: ElicitationState, readonly action: ElicitationAction | null, readonly expiresAt: string, readonly revision: number, readonly invocation: { readonly id: string }, readonly service: { readonly id: string }, readonly ask:
          | { readonly __typename: 'FormAsk', readonly form: { readonly isComplete: boolean, readonly fields: ReadonlyArray<
                | { readonly __typename: 'FormBooleanField', readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
                | { readonly __typename: 'FormChoiceField', readonly allowsMultiple: boolean, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly options: ReadonlyArray<{ readonly value: unknown, readonly label: string, readonly description: string | null }>, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
                | { readonly __typename: 'FormGroupField', readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
                | { readonly __typename: 'FormJSONField', readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
                | { readonly __typename: 'FormListField', readonly minItems: number | null, readonly maxItems: number | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
                | { readonly __typename: 'FormNumberField', readonly isInteger: boolean, readonly minimum: number | null, readonly maximum: number | null, readonly multipleOf: number | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
                | { readonly __typename: 'FormTextField', readonly format: TextFormat, readonly minLength: number | null, readonly maxLength: number | null, readonly pattern: string | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
                | { readonly __typename: 'FormVariantField', readonly defaultVariant: string | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly variants: ReadonlyArray<{ readonly key: string, readonly label: string, readonly description: string | null }>, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
              > } }
          | { readonly __typename: 'UrlAsk', readonly url: string, readonly host: string, readonly hasPunycode: boolean }
         | null } }
    | { readonly __typename: 'InvocationLogged', readonly invocationId: string, readonly cursor: string, readonly at: string, readonly message: { readonly level: LogLevel, readonly logger: string | null, readonly text: string, readonly loggedAt: string } }
    | { readonly __typename: 'InvocationProgressed', readonly invocationId: string, readonly cursor: string, readonly at: string, readonly progress: { readonly current: number, readonly total: number | null, readonly message: string | null } }
    | { readonly __typename: 'InvocationUpdated', readonly cursor: string, readonly at: string, readonly invocation: { readonly id: string, readonly toolName: string, readonly conversationId: string | null, readonly prompt: string | null, readonly arguments: unknown, readonly state: InvocationState, readonly availableActions: ReadonlyArray<InvocationAction>, readonly createdAt: string, readonly finishedAt: string | null, readonly erasedAt: string | null, readonly revision: number, readonly tool: { readonly id: string } | null, readonly service: { readonly id: string }, readonly progress: { readonly current: number, readonly total: number | null, readonly message: string | null } | null, readonly connectAttempt: { readonly id: string, readonly state: ConnectAttemptState, readonly authorizationUrl: string | null, readonly authorizationHost: string | null, readonly expiresAt: string, readonly revision: number, readonly service: { readonly id: string }, readonly account: { readonly id: string } | null, readonly problem:
            | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
            | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
            | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
            | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
            | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
            | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
           | null } | null, readonly result: { readonly isToolError: boolean, readonly structuredContent: unknown, readonly isTruncated: boolean, readonly content: ReadonlyArray<
            | { readonly __typename: 'AudioContent', readonly mimeType: string, readonly data: string }
            | { readonly __typename: 'EmbeddedResourceContent', readonly uri: string, readonly blob: string | null, readonly contentType: string | null, readonly embeddedText: string | null }
            | { readonly __typename: 'ImageContent', readonly mimeType: string, readonly data: string }
            | { readonly __typename: 'OtherContent', readonly raw: unknown }
            | { readonly __typename: 'ResourceLinkContent', readonly uri: string, readonly name: string, readonly title: string | null, readonly description: string | null, readonly contentType: string | null }
            | { readonly __typename: 'TextContent', readonly text: string }
          > } | null, readonly problem:
          | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
          | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
          | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
          | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
          | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
          | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
         | null, readonly approval: { readonly decision: ApprovalDecision | null, readonly isEdited: boolean, readonly expiresAt: string } | null, readonly log: ReadonlyArray<{ readonly level: LogLevel, readonly logger: string | null, readonly text: string, readonly loggedAt: string }>, readonly repeats: { readonly id: string } | null } }
    | { readonly __typename: 'ResourceUpdated', readonly cursor: string, readonly at: string }
    | { readonly __typename: 'RevocationUpdated', readonly accountId: string, readonly revocation: RevocationState, readonly cursor: string, readonly at: string }
    | { readonly __typename: 'SelectionUpdated', readonly cursor: string, readonly at: string, readonly selectedServices: ReadonlyArray<{ readonly id: string }> }
    | { readonly __typename: 'ServiceAdded', readonly cursor: string, readonly at: string, readonly service: { readonly id: string, readonly code: string, readonly name: string, readonly description: string | null, readonly iconUrl: string | null, readonly homepageUrl: string | null, readonly settingsUrl: string | null, readonly isOwn: boolean, readonly connectMethod: ConnectMethod, readonly acceptsConnections: boolean, readonly keyForm: { readonly isComplete: boolean, readonly fields: ReadonlyArray<
            | { readonly __typename: 'FormBooleanField', readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
            | { readonly __typename: 'FormChoiceField', readonly allowsMultiple: boolean, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly options: ReadonlyArray<{ readonly value: unknown, readonly label: string, readonly description: string | null }>, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
            | { readonly __typename: 'FormGroupField', readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
            | { readonly __typename: 'FormJSONField', readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
            | { readonly __typename: 'FormListField', readonly minItems: number | null, readonly maxItems: number | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
            | { readonly __typename: 'FormNumberField', readonly isInteger: boolean, readonly minimum: number | null, readonly maximum: number | null, readonly multipleOf: number | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
            | { readonly __typename: 'FormTextField', readonly format: TextFormat, readonly minLength: number | null, readonly maxLength: number | null, readonly pattern: string | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
            | { readonly __typename: 'FormVariantField', readonly defaultVariant: string | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly variants: ReadonlyArray<{ readonly key: string, readonly label: string, readonly description: string | null }>, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
          > } | null } }
    | { readonly __typename: 'ServiceRemoved', readonly serviceId: string, readonly cursor: string, readonly at: string }
    | { readonly __typename: 'SnapshotRequired', readonly cursor: string, readonly at: string }
    | { readonly __typename: 'ToolUpdated', readonly cursor: string, readonly at: string, readonly tool: { readonly id: string, readonly name: string, readonly title: string, readonly description: string | null, readonly isHeld: boolean, readonly revision: number, readonly account: { readonly id: string }, readonly hints: { readonly isReadOnly: boolean | null, readonly isDestructive: boolean | null }, readonly settings: { readonly isEnabled: boolean, readonly isPinned: boolean, readonly confirmation: ToolConfirmation, readonly presetArguments: unknown }, readonly change: { readonly parts: ReadonlyArray<ToolPart>, readonly digest: string, readonly former: { readonly title: string, readonly description: string | null } } | null } }
    | { readonly __typename: 'ViewerSettingsUpdated', readonly cursor: string, readonly at: string, readonly settings: { readonly defaultConfirmation: ConfirmationPolicy } }
   };

type ProblemParts_ArgumentsInvalid_Fragment = { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> };

type ProblemParts_ConfirmationRequired_Fragment = { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null };

type ProblemParts_GenericProblem_Fragment = { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null };

type ProblemParts_RateLimited_Fragment = { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null };

type ProblemParts_ReauthorizationRequired_Fragment = { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } };

type ProblemParts_ToolChanged_Fragment = { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null };

export type ProblemPartsFragment =
  | ProblemParts_ArgumentsInvalid_Fragment
  | ProblemParts_ConfirmationRequired_Fragment
  | ProblemParts_GenericProblem_Fragment
  | ProblemParts_RateLimited_Fragment
  | ProblemParts_ReauthorizationRequired_Fragment
  | ProblemParts_ToolChanged_Fragment
;

export type ServicePartsFragment = { readonly id: string, readonly code: string, readonly name: string, readonly description: string | null, readonly iconUrl: string | null, readonly homepageUrl: string | null, readonly settingsUrl: string | null, readonly isOwn: boolean, readonly connectMethod: ConnectMethod, readonly acceptsConnections: boolean, readonly keyForm: { readonly isComplete: boolean, readonly fields: ReadonlyArray<
      | { readonly __typename: 'FormBooleanField', readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
      | { readonly __typename: 'FormChoiceField', readonly allowsMultiple: boolean, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly options: ReadonlyArray<{ readonly value: unknown, readonly label: string, readonly description: string | null }>, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
      | { readonly __typename: 'FormGroupField', readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
      | { readonly __typename: 'FormJSONField', readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
      | { readonly __typename: 'FormListField', readonly minItems: number | null, readonly maxItems: number | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
      | { readonly __typename: 'FormNumberField', readonly isInteger: boolean, readonly minimum: number | null, readonly maximum: number | null, readonly multipleOf: number | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
      | { readonly __typename: 'FormTextField', readonly format: TextFormat, readonly minLength: number | null, readonly maxLength: number | null, readonly pattern: string | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
      | { readonly __typename: 'FormVariantField', readonly defaultVariant: string | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly variants: ReadonlyArray<{ readonly key: string, readonly label: string, readonly description: string | null }>, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
    > } | null };

export type AttemptPartsFragment = { readonly id: string, readonly state: ConnectAttemptState, readonly authorizationUrl: string | null, readonly authorizationHost: string | null, readonly expiresAt: string, readonly revision: number, readonly service: { readonly id: string }, readonly account: { readonly id: string } | null, readonly problem:
    | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
    | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
    | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
   | null };

export type AccountPartsFragment = { readonly id: string, readonly label: string | null, readonly state: AccountState, readonly grantedScopes: ReadonlyArray<string>, readonly missingScopes: ReadonlyArray<string>, readonly connectedAt: string, readonly availableActions: ReadonlyArray<AccountAction>, readonly revision: number, readonly service: { readonly id: string }, readonly problem:
    | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
    | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
    | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
   | null };

export type CatalogPartsFragment = { readonly state: CatalogState, readonly toolCount: number, readonly fetchedAt: string | null, readonly revision: number, readonly problem:
    | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
    | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
    | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
   | null };

export type ToolPartsFragment = { readonly id: string, readonly name: string, readonly title: string, readonly description: string | null, readonly isHeld: boolean, readonly revision: number, readonly account: { readonly id: string }, readonly hints: { readonly isReadOnly: boolean | null, readonly isDestructive: boolean | null }, readonly settings: { readonly isEnabled: boolean, readonly isPinned: boolean, readonly confirmation: ToolConfirmation, readonly presetArguments: unknown }, readonly change: { readonly parts: ReadonlyArray<ToolPart>, readonly digest: string, readonly former: { readonly title: string, readonly description: string | null } } | null };

export type InvocationPartsFragment = { readonly id: string, readonly toolName: string, readonly conversationId: string | null, readonly prompt: string | null, readonly arguments: unknown, readonly state: InvocationState, readonly availableActions: ReadonlyArray<InvocationAction>, readonly createdAt: string, readonly finishedAt: string | null, readonly erasedAt: string | null, readonly revision: number, readonly tool: { readonly id: string } | null, readonly service: { readonly id: string }, readonly progress: { readonly current: number, readonly total: number | null, readonly message: string | null } | null, readonly connectAttempt: { readonly id: string, readonly state: ConnectAttemptState, readonly authorizationUrl: string | null, readonly authorizationHost: string | null, readonly expiresAt: string, readonly revision: number, readonly service: { readonly id: string }, readonly account: { readonly id: string } | null, readonly problem:
      | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
      | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
      | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
     | null } | null, readonly result: { readonly isToolError: boolean, readonly structuredContent: unknown, readonly isTruncated: boolean, readonly content: ReadonlyArray<
      | { readonly __typename: 'AudioContent', readonly mimeType: string, readonly data: string }
      | { readonly __typename: 'EmbeddedResourceContent', readonly uri: string, readonly blob: string | null, readonly contentType: string | null, readonly embeddedText: string | null }
      | { readonly __typename: 'ImageContent', readonly mimeType: string, readonly data: string }
      | { readonly __typename: 'OtherContent', readonly raw: unknown }
      | { readonly __typename: 'ResourceLinkContent', readonly uri: string, readonly name: string, readonly title: string | null, readonly description: string | null, readonly contentType: string | null }
      | { readonly __typename: 'TextContent', readonly text: string }
    > } | null, readonly problem:
    | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
    | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
    | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
   | null, readonly approval: { readonly decision: ApprovalDecision | null, readonly isEdited: boolean, readonly expiresAt: string } | null, readonly log: ReadonlyArray<{ readonly level: LogLevel, readonly logger: string | null, readonly text: string, readonly loggedAt: string }>, readonly repeats: { readonly id: string } | null };

export type LogPartsFragment = { readonly level: LogLevel, readonly logger: string | null, readonly text: string, readonly loggedAt: string };

export type ResultPartsFragment = { readonly isToolError: boolean, readonly structuredContent: unknown, readonly isTruncated: boolean, readonly content: ReadonlyArray<
    | { readonly __typename: 'AudioContent', readonly mimeType: string, readonly data: string }
    | { readonly __typename: 'EmbeddedResourceContent', readonly uri: string, readonly blob: string | null, readonly contentType: string | null, readonly embeddedText: string | null }
    | { readonly __typename: 'ImageContent', readonly mimeType: string, readonly data: string }
    | { readonly __typename: 'OtherContent', readonly raw: unknown }
    | { readonly __typename: 'ResourceLinkContent', readonly uri: string, readonly name: string, readonly title: string | null, readonly description: string | null, readonly contentType: string | null }
    | { readonly __typename: 'TextContent', readonly text: string }
  > };

export type ElicitationPartsFragment = { readonly id: string, readonly message: string | null, readonly state: ElicitationState, readonly action: ElicitationAction | null, readonly expiresAt: string, readonly revision: number, readonly invocation: { readonly id: string }, readonly service: { readonly id: string }, readonly ask:
    | { readonly __typename: 'FormAsk', readonly form: { readonly isComplete: boolean, readonly fields: ReadonlyArray<
          | { readonly __typename: 'FormBooleanField', readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
          | { readonly __typename: 'FormChoiceField', readonly allowsMultiple: boolean, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly options: ReadonlyArray<{ readonly value: unknown, readonly label: string, readonly description: string | null }>, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
          | { readonly __typename: 'FormGroupField', readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
          | { readonly __typename: 'FormJSONField', readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
          | { readonly __typename: 'FormListField', readonly minItems: number | null, readonly maxItems: number | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
          | { readonly __typename: 'FormNumberField', readonly isInteger: boolean, readonly minimum: number | null, readonly maximum: number | null, readonly multipleOf: number | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
          | { readonly __typename: 'FormTextField', readonly format: TextFormat, readonly minLength: number | null, readonly maxLength: number | null, readonly pattern: string | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
          | { readonly __typename: 'FormVariantField', readonly defaultVariant: string | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly variants: ReadonlyArray<{ readonly key: string, readonly label: string, readonly description: string | null }>, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
        > } }
    | { readonly __typename: 'UrlAsk', readonly url: string, readonly host: string, readonly hasPunycode: boolean }
   | null };

export type FormPartsFragment = { readonly isComplete: boolean, readonly fields: ReadonlyArray<
    | { readonly __typename: 'FormBooleanField', readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
    | { readonly __typename: 'FormChoiceField', readonly allowsMultiple: boolean, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly options: ReadonlyArray<{ readonly value: unknown, readonly label: string, readonly description: string | null }>, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
    | { readonly __typename: 'FormGroupField', readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
    | { readonly __typename: 'FormJSONField', readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
    | { readonly __typename: 'FormListField', readonly minItems: number | null, readonly maxItems: number | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
    | { readonly __typename: 'FormNumberField', readonly isInteger: boolean, readonly minimum: number | null, readonly maximum: number | null, readonly multipleOf: number | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
    | { readonly __typename: 'FormTextField', readonly format: TextFormat, readonly minLength: number | null, readonly maxLength: number | null, readonly pattern: string | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
    | { readonly __typename: 'FormVariantField', readonly defaultVariant: string | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly variants: ReadonlyArray<{ readonly key: string, readonly label: string, readonly description: string | null }>, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
  > };

export type ConditionPartsFragment = { readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean };

export type SnapshotQueryVariables = Exact<{ [key: string]: never; }>;


export type SnapshotQuery = { readonly viewer: { readonly id: string, readonly eventCursor: string, readonly settings: { readonly defaultConfirmation: ConfirmationPolicy }, readonly selectedServices: ReadonlyArray<{ readonly id: string }>, readonly accounts: ReadonlyArray<{ readonly id: string, readonly label: string | null, readonly state: AccountState, readonly grantedScopes: ReadonlyArray<string>, readonly missingScopes: ReadonlyArray<string>, readonly connectedAt: string, readonly availableActions: ReadonlyArray<AccountAction>, readonly revision: number, readonly catalog: { readonly state: CatalogState, readonly toolCount: number, readonly fetchedAt: string | null, readonly revision: number, readonly problem:
          | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
          | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
          | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
          | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
          | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
          | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
         | null }, readonly service: { readonly id: string }, readonly problem:
        | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
        | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
        | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
       | null }>, readonly connectAttempts: ReadonlyArray<{ readonly id: string, readonly state: ConnectAttemptState, readonly authorizationUrl: string | null, readonly authorizationHost: string | null, readonly expiresAt: string, readonly revision: number, readonly service: { readonly id: string }, readonly account: { readonly id: string } | null, readonly problem:
        | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
        | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
        | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
       | null }>, readonly pendingElicitations: ReadonlyArray<{ readonly id: string, readonly message: string | null, readonly state: ElicitationState, readonly action: ElicitationAction | null, readonly expiresAt: string, readonly revision: number, readonly invocation: { readonly id: string }, readonly service: { readonly id: string }, readonly ask:
        | { readonly __typename: 'FormAsk', readonly form: { readonly isComplete: boolean, readonly fields: ReadonlyArray<
              | { readonly __typename: 'FormBooleanField', readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
              | { readonly __typename: 'FormChoiceField', readonly allowsMultiple: boolean, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly options: ReadonlyArray<{ readonly value: unknown, readonly label: string, readonly description: string | null }>, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
              | { readonly __typename: 'FormGroupField', readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
              | { readonly __typename: 'FormJSONField', readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
              | { readonly __typename: 'FormListField', readonly minItems: number | null, readonly maxItems: number | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
              | { readonly __typename: 'FormNumberField', readonly isInteger: boolean, readonly minimum: number | null, readonly maximum: number | null, readonly multipleOf: number | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
              | { readonly __typename: 'FormTextField', readonly format: TextFormat, readonly minLength: number | null, readonly maxLength: number | null, readonly pattern: string | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
              | { readonly __typename: 'FormVariantField', readonly defaultVariant: string | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly variants: ReadonlyArray<{ readonly key: string, readonly label: string, readonly description: string | null }>, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
            > } }
        | { readonly __typename: 'UrlAsk', readonly url: string, readonly host: string, readonly hasPunycode: boolean }
       | null }>, readonly invocations: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly toolName: string, readonly conversationId: string | null, readonly prompt: string | null, readonly arguments: unknown, readonly state: InvocationState, readonly availableActions: ReadonlyArray<InvocationAction>, readonly createdAt: string, readonly finishedAt: string | null, readonly erasedAt: string | null, readonly revision: number, readonly tool: { readonly id: string } | null, readonly service: { readonly id: string }, readonly progress: { readonly current: number, readonly total: number | null, readonly message: string | null } | null, readonly connectAttempt: { readonly id: string, readonly state: ConnectAttemptState, readonly authorizationUrl: string | null, readonly authorizationHost: string | null, readonly expiresAt: string, readonly revision: number, readonly service: { readonly id: string }, readonly account: { readonly id: string } | null, readonly problem:
            | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
            | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
            | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
            | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
            | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
            | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
           | null } | null, readonly result: { readonly isToolError: boolean, readonly structuredContent: unknown, readonly isTruncated: boolean, readonly content: ReadonlyArray<
            | { readonly __typename: 'AudioContent', readonly mimeType: string, readonly data: string }
            | { readonly __typename: 'EmbeddedResourceContent', readonly uri: string, readonly blob: string | null, readonly contentType: string | null, readonly embeddedText: string | null }
            | { readonly __typename: 'ImageContent', readonly mimeType: string, readonly data: string }
            | { readonly __typename: 'OtherContent', readonly raw: unknown }
            | { readonly __typename: 'ResourceLinkContent', readonly uri: string, readonly name: string, readonly title: string | null, readonly description: string | null, readonly contentType: string | null }
            | { readonly __typename: 'TextContent', readonly text: string }
          > } | null, readonly problem:
          | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
          | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
          | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
          | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
          | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
          | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
         | null, readonly approval: { readonly decision: ApprovalDecision | null, readonly isEdited: boolean, readonly expiresAt: string } | null, readonly log: ReadonlyArray<{ readonly level: LogLevel, readonly logger: string | null, readonly text: string, readonly loggedAt: string }>, readonly repeats: { readonly id: string } | null }> } }, readonly services: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly code: string, readonly name: string, readonly description: string | null, readonly iconUrl: string | null, readonly homepageUrl: string | null, readonly settingsUrl: string | null, readonly isOwn: boolean, readonly connectMethod: ConnectMethod, readonly acceptsConnections: boolean, readonly keyForm: { readonly isComplete: boolean, readonly fields: ReadonlyArray<
          | { readonly __typename: 'FormBooleanField', readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
          | { readonly __typename: 'FormChoiceField', readonly allowsMultiple: boolean, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly options: ReadonlyArray<{ readonly value: unknown, readonly label: string, readonly description: string | null }>, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
          | { readonly __typename: 'FormGroupField', readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
          | { readonly __typename: 'FormJSONField', readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
          | { readonly __typename: 'FormListField', readonly minItems: number | null, readonly maxItems: number | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
          | { readonly __typename: 'FormNumberField', readonly isInteger: boolean, readonly minimum: number | null, readonly maximum: number | null, readonly multipleOf: number | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
          | { readonly __typename: 'FormTextField', readonly format: TextFormat, readonly minLength: number | null, readonly maxLength: number | null, readonly pattern: string | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
          | { readonly __typename: 'FormVariantField', readonly defaultVariant: string | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly variants: ReadonlyArray<{ readonly key: string, readonly label: string, readonly description: string | null }>, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
        > } | null }> } };

export type ToolsQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type ToolsQuery = { readonly viewer: { readonly tools: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly title: string, readonly description: string | null, readonly isHeld: boolean, readonly revision: number, readonly account: { readonly id: string }, readonly hints: { readonly isReadOnly: boolean | null, readonly isDestructive: boolean | null }, readonly settings: { readonly isEnabled: boolean, readonly isPinned: boolean, readonly confirmation: ToolConfirmation, readonly presetArguments: unknown }, readonly change: { readonly parts: ReadonlyArray<ToolPart>, readonly digest: string, readonly former: { readonly title: string, readonly description: string | null } } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } };

export type ToolFormQueryVariables = Exact<{
  id: string | number;
}>;


export type ToolFormQuery = { readonly node:
    | { readonly __typename: 'Account' }
    | { readonly __typename: 'ConnectAttempt' }
    | { readonly __typename: 'Elicitation' }
    | { readonly __typename: 'Invocation' }
    | { readonly __typename: 'Service' }
    | { readonly __typename: 'Tool', readonly id: string, readonly revision: number, readonly account: { readonly id: string }, readonly form: { readonly isComplete: boolean, readonly fields: ReadonlyArray<
          | { readonly __typename: 'FormBooleanField', readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
          | { readonly __typename: 'FormChoiceField', readonly allowsMultiple: boolean, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly options: ReadonlyArray<{ readonly value: unknown, readonly label: string, readonly description: string | null }>, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
          | { readonly __typename: 'FormGroupField', readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
          | { readonly __typename: 'FormJSONField', readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
          | { readonly __typename: 'FormListField', readonly minItems: number | null, readonly maxItems: number | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
          | { readonly __typename: 'FormNumberField', readonly isInteger: boolean, readonly minimum: number | null, readonly maximum: number | null, readonly multipleOf: number | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
          | { readonly __typename: 'FormTextField', readonly format: TextFormat, readonly minLength: number | null, readonly maxLength: number | null, readonly pattern: string | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
          | { readonly __typename: 'FormVariantField', readonly defaultVariant: string | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly variants: ReadonlyArray<{ readonly key: string, readonly label: string, readonly description: string | null }>, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
        > } }
    | { readonly __typename: 'Viewer' }
   | null };

export type ConversationQueryVariables = Exact<{
  id: string;
  after?: string | null | undefined;
}>;


export type ConversationQuery = { readonly viewer: { readonly invocations: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly toolName: string, readonly conversationId: string | null, readonly prompt: string | null, readonly arguments: unknown, readonly state: InvocationState, readonly availableActions: ReadonlyArray<InvocationAction>, readonly createdAt: string, readonly finishedAt: string | null, readonly erasedAt: string | null, readonly revision: number, readonly elicitations: ReadonlyArray<{ readonly id: string, readonly message: string | null, readonly state: ElicitationState, readonly action: ElicitationAction | null, readonly expiresAt: string, readonly revision: number, readonly invocation: { readonly id: string }, readonly service: { readonly id: string }, readonly ask:
            | { readonly __typename: 'FormAsk', readonly form: { readonly isComplete: boolean, readonly fields: ReadonlyArray<
                  | { readonly __typename: 'FormBooleanField', readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
                  | { readonly __typename: 'FormChoiceField', readonly allowsMultiple: boolean, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly options: ReadonlyArray<{ readonly value: unknown, readonly label: string, readonly description: string | null }>, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
                  | { readonly __typename: 'FormGroupField', readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
                  | { readonly __typename: 'FormJSONField', readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
                  | { readonly __typename: 'FormListField', readonly minItems: number | null, readonly maxItems: number | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
                  | { readonly __typename: 'FormNumberField', readonly isInteger: boolean, readonly minimum: number | null, readonly maximum: number | null, readonly multipleOf: number | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
                  | { readonly __typename: 'FormTextField', readonly format: TextFormat, readonly minLength: number | null, readonly maxLength: number | null, readonly pattern: string | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
                  | { readonly __typename: 'FormVariantField', readonly defaultVariant: string | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly variants: ReadonlyArray<{ readonly key: string, readonly label: string, readonly description: string | null }>, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
                > } }
            | { readonly __typename: 'UrlAsk', readonly url: string, readonly host: string, readonly hasPunycode: boolean }
           | null }>, readonly tool: { readonly id: string } | null, readonly service: { readonly id: string }, readonly progress: { readonly current: number, readonly total: number | null, readonly message: string | null } | null, readonly connectAttempt: { readonly id: string, readonly state: ConnectAttemptState, readonly authorizationUrl: string | null, readonly authorizationHost: string | null, readonly expiresAt: string, readonly revision: number, readonly service: { readonly id: string }, readonly account: { readonly id: string } | null, readonly problem:
            | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
            | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
            | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
            | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
            | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
            | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
           | null } | null, readonly result: { readonly isToolError: boolean, readonly structuredContent: unknown, readonly isTruncated: boolean, readonly content: ReadonlyArray<
            | { readonly __typename: 'AudioContent', readonly mimeType: string, readonly data: string }
            | { readonly __typename: 'EmbeddedResourceContent', readonly uri: string, readonly blob: string | null, readonly contentType: string | null, readonly embeddedText: string | null }
            | { readonly __typename: 'ImageContent', readonly mimeType: string, readonly data: string }
            | { readonly __typename: 'OtherContent', readonly raw: unknown }
            | { readonly __typename: 'ResourceLinkContent', readonly uri: string, readonly name: string, readonly title: string | null, readonly description: string | null, readonly contentType: string | null }
            | { readonly __typename: 'TextContent', readonly text: string }
          > } | null, readonly problem:
          | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
          | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
          | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
          | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
          | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
          | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
         | null, readonly approval: { readonly decision: ApprovalDecision | null, readonly isEdited: boolean, readonly expiresAt: string } | null, readonly log: ReadonlyArray<{ readonly level: LogLevel, readonly logger: string | null, readonly text: string, readonly loggedAt: string }>, readonly repeats: { readonly id: string } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } };

export type SelectServicesMutationVariables = Exact<{
  input: SelectServicesInput;
}>;


export type SelectServicesMutation = { readonly selectServices: { readonly selectedServices: ReadonlyArray<{ readonly id: string }> | null, readonly problems: ReadonlyArray<
      | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
      | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
      | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } | null };

export type AddServiceMutationVariables = Exact<{
  input: AddServiceInput;
}>;


export type AddServiceMutation = { readonly addService: { readonly service: { readonly id: string, readonly code: string, readonly name: string, readonly description: string | null, readonly iconUrl: string | null, readonly homepageUrl: string | null, readonly settingsUrl: string | null, readonly isOwn: boolean, readonly connectMethod: ConnectMethod, readonly acceptsConnections: boolean, readonly keyForm: { readonly isComplete: boolean, readonly fields: ReadonlyArray<
          | { readonly __typename: 'FormBooleanField', readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
          | { readonly __typename: 'FormChoiceField', readonly allowsMultiple: boolean, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly options: ReadonlyArray<{ readonly value: unknown, readonly label: string, readonly description: string | null }>, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
          | { readonly __typename: 'FormGroupField', readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
          | { readonly __typename: 'FormJSONField', readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
          | { readonly __typename: 'FormListField', readonly minItems: number | null, readonly maxItems: number | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
          | { readonly __typename: 'FormNumberField', readonly isInteger: boolean, readonly minimum: number | null, readonly maximum: number | null, readonly multipleOf: number | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
          | { readonly __typename: 'FormTextField', readonly format: TextFormat, readonly minLength: number | null, readonly maxLength: number | null, readonly pattern: string | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
          | { readonly __typename: 'FormVariantField', readonly defaultVariant: string | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly variants: ReadonlyArray<{ readonly key: string, readonly label: string, readonly description: string | null }>, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
        > } | null } | null, readonly problems: ReadonlyArray<
      | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
      | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
      | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } | null };

export type RemoveServiceMutationVariables = Exact<{
  input: RemoveServiceInput;
}>;


export type RemoveServiceMutation = { readonly removeService: { readonly removedServiceId: string | null, readonly problems: ReadonlyArray<
      | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
      | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
      | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } | null };

export type BeginConnectMutationVariables = Exact<{
  input: BeginConnectInput;
}>;


export type BeginConnectMutation = { readonly beginConnect: { readonly attempt: { readonly id: string, readonly state: ConnectAttemptState, readonly authorizationUrl: string | null, readonly authorizationHost: string | null, readonly expiresAt: string, readonly revision: number, readonly service: { readonly id: string }, readonly account: { readonly id: string } | null, readonly problem:
        | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
        | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
        | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
       | null } | null, readonly problems: ReadonlyArray<
      | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
      | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
      | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } | null };

export type CompleteOAuthMutationVariables = Exact<{
  input: CompleteOAuthInput;
}>;


export type CompleteOAuthMutation = { readonly completeOAuth: { readonly attempt: { readonly id: string, readonly state: ConnectAttemptState, readonly authorizationUrl: string | null, readonly authorizationHost: string | null, readonly expiresAt: string, readonly revision: number, readonly service: { readonly id: string }, readonly account: { readonly id: string } | null, readonly problem:
        | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
        | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
        | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
       | null } | null, readonly account: { readonly id: string, readonly label: string | null, readonly state: AccountState, readonly grantedScopes: ReadonlyArray<string>, readonly missingScopes: ReadonlyArray<string>, readonly connectedAt: string, readonly availableActions: ReadonlyArray<AccountAction>, readonly revision: number, readonly service: { readonly id: string }, readonly problem:
        | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
        | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
        | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
       | null } | null, readonly problems: ReadonlyArray<
      | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
      | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
      | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } | null };

export type ConnectWithKeyMutationVariables = Exact<{
  input: ConnectWithKeyInput;
}>;


export type ConnectWithKeyMutation = { readonly connectWithKey: { readonly account: { readonly id: string, readonly label: string | null, readonly state: AccountState, readonly grantedScopes: ReadonlyArray<string>, readonly missingScopes: ReadonlyArray<string>, readonly connectedAt: string, readonly availableActions: ReadonlyArray<AccountAction>, readonly revision: number, readonly service: { readonly id: string }, readonly problem:
        | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
        | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
        | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
       | null } | null, readonly problems: ReadonlyArray<
      | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
      | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
      | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } | null };

export type CancelConnectMutationVariables = Exact<{
  input: CancelConnectInput;
}>;


export type CancelConnectMutation = { readonly cancelConnect: { readonly attempt: { readonly id: string, readonly state: ConnectAttemptState, readonly authorizationUrl: string | null, readonly authorizationHost: string | null, readonly expiresAt: string, readonly revision: number, readonly service: { readonly id: string }, readonly account: { readonly id: string } | null, readonly problem:
        | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
        | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
        | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
       | null } | null, readonly problems: ReadonlyArray<
      | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
      | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
      | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } | null };

export type DisconnectMutationVariables = Exact<{
  input: DisconnectInput;
}>;


export type DisconnectMutation = { readonly disconnect: { readonly disconnectedAccountIds: ReadonlyArray<string>, readonly revocation: RevocationState | null, readonly problems: ReadonlyArray<
      | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
      | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
      | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } | null };

export type RefreshCatalogMutationVariables = Exact<{
  input: RefreshCatalogInput;
}>;


export type RefreshCatalogMutation = { readonly refreshCatalog: { readonly account: { readonly id: string, readonly label: string | null, readonly state: AccountState, readonly grantedScopes: ReadonlyArray<string>, readonly missingScopes: ReadonlyArray<string>, readonly connectedAt: string, readonly availableActions: ReadonlyArray<AccountAction>, readonly revision: number, readonly service: { readonly id: string }, readonly problem:
        | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
        | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
        | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
       | null } | null, readonly problems: ReadonlyArray<
      | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
      | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
      | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } | null };

export type UpdateToolSettingsMutationVariables = Exact<{
  input: UpdateToolSettingsInput;
}>;


export type UpdateToolSettingsMutation = { readonly updateToolSettings: { readonly tool: { readonly id: string, readonly name: string, readonly title: string, readonly description: string | null, readonly isHeld: boolean, readonly revision: number, readonly account: { readonly id: string }, readonly hints: { readonly isReadOnly: boolean | null, readonly isDestructive: boolean | null }, readonly settings: { readonly isEnabled: boolean, readonly isPinned: boolean, readonly confirmation: ToolConfirmation, readonly presetArguments: unknown }, readonly change: { readonly parts: ReadonlyArray<ToolPart>, readonly digest: string, readonly former: { readonly title: string, readonly description: string | null } } | null } | null, readonly problems: ReadonlyArray<
      | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
      | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
      | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } | null };

export type AcceptToolChangeMutationVariables = Exact<{
  input: AcceptToolChangeInput;
}>;


export type AcceptToolChangeMutation = { readonly acceptToolChange: { readonly tool: { readonly id: string, readonly name: string, readonly title: string, readonly description: string | null, readonly isHeld: boolean, readonly revision: number, readonly account: { readonly id: string }, readonly hints: { readonly isReadOnly: boolean | null, readonly isDestructive: boolean | null }, readonly settings: { readonly isEnabled: boolean, readonly isPinned: boolean, readonly confirmation: ToolConfirmation, readonly presetArguments: unknown }, readonly change: { readonly parts: ReadonlyArray<ToolPart>, readonly digest: string, readonly former: { readonly title: string, readonly description: string | null } } | null } | null, readonly problems: ReadonlyArray<
      | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
      | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
      | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } | null };

export type UpdateViewerSettingsMutationVariables = Exact<{
  input: UpdateViewerSettingsInput;
}>;


export type UpdateViewerSettingsMutation = { readonly updateViewerSettings: { readonly settings: { readonly defaultConfirmation: ConfirmationPolicy } | null, readonly problems: ReadonlyArray<
      | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
      | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
      | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } | null };

export type InvokeToolMutationVariables = Exact<{
  input: InvokeToolInput;
}>;


export type InvokeToolMutation = { readonly invokeTool: { readonly invocation: { readonly id: string, readonly toolName: string, readonly conversationId: string | null, readonly prompt: string | null, readonly arguments: unknown, readonly state: InvocationState, readonly availableActions: ReadonlyArray<InvocationAction>, readonly createdAt: string, readonly finishedAt: string | null, readonly erasedAt: string | null, readonly revision: number, readonly tool: { readonly id: string } | null, readonly service: { readonly id: string }, readonly progress: { readonly current: number, readonly total: number | null, readonly message: string | null } | null, readonly connectAttempt: { readonly id: string, readonly state: ConnectAttemptState, readonly authorizationUrl: string | null, readonly authorizationHost: string | null, readonly expiresAt: string, readonly revision: number, readonly service: { readonly id: string }, readonly account: { readonly id: string } | null, readonly problem:
          | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
          | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
          | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
          | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
          | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
          | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
         | null } | null, readonly result: { readonly isToolError: boolean, readonly structuredContent: unknown, readonly isTruncated: boolean, readonly content: ReadonlyArray<
          | { readonly __typename: 'AudioContent', readonly mimeType: string, readonly data: string }
          | { readonly __typename: 'EmbeddedResourceContent', readonly uri: string, readonly blob: string | null, readonly contentType: string | null, readonly embeddedText: string | null }
          | { readonly __typename: 'ImageContent', readonly mimeType: string, readonly data: string }
          | { readonly __typename: 'OtherContent', readonly raw: unknown }
          | { readonly __typename: 'ResourceLinkContent', readonly uri: string, readonly name: string, readonly title: string | null, readonly description: string | null, readonly contentType: string | null }
          | { readonly __typename: 'TextContent', readonly text: string }
        > } | null, readonly problem:
        | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
        | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
        | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
       | null, readonly approval: { readonly decision: ApprovalDecision | null, readonly isEdited: boolean, readonly expiresAt: string } | null, readonly log: ReadonlyArray<{ readonly level: LogLevel, readonly logger: string | null, readonly text: string, readonly loggedAt: string }>, readonly repeats: { readonly id: string } | null } | null, readonly problems: ReadonlyArray<
      | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
      | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
      | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } | null };

export type ApproveInvocationMutationVariables = Exact<{
  input: ApproveInvocationInput;
}>;


export type ApproveInvocationMutation = { readonly approveInvocation: { readonly invocation: { readonly id: string, readonly toolName: string, readonly conversationId: string | null, readonly prompt: string | null, readonly arguments: unknown, readonly state: InvocationState, readonly availableActions: ReadonlyArray<InvocationAction>, readonly createdAt: string, readonly finishedAt: string | null, readonly erasedAt: string | null, readonly revision: number, readonly tool: { readonly id: string } | null, readonly service: { readonly id: string }, readonly progress: { readonly current: number, readonly total: number | null, readonly message: string | null } | null, readonly connectAttempt: { readonly id: string, readonly state: ConnectAttemptState, readonly authorizationUrl: string | null, readonly authorizationHost: string | null, readonly expiresAt: string, readonly revision: number, readonly service: { readonly id: string }, readonly account: { readonly id: string } | null, readonly problem:
          | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
          | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
          | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
          | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
          | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
          | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
         | null } | null, readonly result: { readonly isToolError: boolean, readonly structuredContent: unknown, readonly isTruncated: boolean, readonly content: ReadonlyArray<
          | { readonly __typename: 'AudioContent', readonly mimeType: string, readonly data: string }
          | { readonly __typename: 'EmbeddedResourceContent', readonly uri: string, readonly blob: string | null, readonly contentType: string | null, readonly embeddedText: string | null }
          | { readonly __typename: 'ImageContent', readonly mimeType: string, readonly data: string }
          | { readonly __typename: 'OtherContent', readonly raw: unknown }
          | { readonly __typename: 'ResourceLinkContent', readonly uri: string, readonly name: string, readonly title: string | null, readonly description: string | null, readonly contentType: string | null }
          | { readonly __typename: 'TextContent', readonly text: string }
        > } | null, readonly problem:
        | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
        | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
        | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
       | null, readonly approval: { readonly decision: ApprovalDecision | null, readonly isEdited: boolean, readonly expiresAt: string } | null, readonly log: ReadonlyArray<{ readonly level: LogLevel, readonly logger: string | null, readonly text: string, readonly loggedAt: string }>, readonly repeats: { readonly id: string } | null } | null, readonly problems: ReadonlyArray<
      | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
      | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
      | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } | null };

export type RejectInvocationMutationVariables = Exact<{
  input: RejectInvocationInput;
}>;


export type RejectInvocationMutation = { readonly rejectInvocation: { readonly invocation: { readonly id: string, readonly toolName: string, readonly conversationId: string | null, readonly prompt: string | null, readonly arguments: unknown, readonly state: InvocationState, readonly availableActions: ReadonlyArray<InvocationAction>, readonly createdAt: string, readonly finishedAt: string | null, readonly erasedAt: string | null, readonly revision: number, readonly tool: { readonly id: string } | null, readonly service: { readonly id: string }, readonly progress: { readonly current: number, readonly total: number | null, readonly message: string | null } | null, readonly connectAttempt: { readonly id: string, readonly state: ConnectAttemptState, readonly authorizationUrl: string | null, readonly authorizationHost: string | null, readonly expiresAt: string, readonly revision: number, readonly service: { readonly id: string }, readonly account: { readonly id: string } | null, readonly problem:
          | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
          | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
          | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
          | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
          | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
          | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
         | null } | null, readonly result: { readonly isToolError: boolean, readonly structuredContent: unknown, readonly isTruncated: boolean, readonly content: ReadonlyArray<
          | { readonly __typename: 'AudioContent', readonly mimeType: string, readonly data: string }
          | { readonly __typename: 'EmbeddedResourceContent', readonly uri: string, readonly blob: string | null, readonly contentType: string | null, readonly embeddedText: string | null }
          | { readonly __typename: 'ImageContent', readonly mimeType: string, readonly data: string }
          | { readonly __typename: 'OtherContent', readonly raw: unknown }
          | { readonly __typename: 'ResourceLinkContent', readonly uri: string, readonly name: string, readonly title: string | null, readonly description: string | null, readonly contentType: string | null }
          | { readonly __typename: 'TextContent', readonly text: string }
        > } | null, readonly problem:
        | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
        | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
        | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
       | null, readonly approval: { readonly decision: ApprovalDecision | null, readonly isEdited: boolean, readonly expiresAt: string } | null, readonly log: ReadonlyArray<{ readonly level: LogLevel, readonly logger: string | null, readonly text: string, readonly loggedAt: string }>, readonly repeats: { readonly id: string } | null } | null, readonly problems: ReadonlyArray<
      | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
      | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
      | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } | null };

export type CancelInvocationMutationVariables = Exact<{
  input: CancelInvocationInput;
}>;


export type CancelInvocationMutation = { readonly cancelInvocation: { readonly invocation: { readonly id: string, readonly toolName: string, readonly conversationId: string | null, readonly prompt: string | null, readonly arguments: unknown, readonly state: InvocationState, readonly availableActions: ReadonlyArray<InvocationAction>, readonly createdAt: string, readonly finishedAt: string | null, readonly erasedAt: string | null, readonly revision: number, readonly tool: { readonly id: string } | null, readonly service: { readonly id: string }, readonly progress: { readonly current: number, readonly total: number | null, readonly message: string | null } | null, readonly connectAttempt: { readonly id: string, readonly state: ConnectAttemptState, readonly authorizationUrl: string | null, readonly authorizationHost: string | null, readonly expiresAt: string, readonly revision: number, readonly service: { readonly id: string }, readonly account: { readonly id: string } | null, readonly problem:
          | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
          | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
          | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
          | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
          | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
          | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
         | null } | null, readonly result: { readonly isToolError: boolean, readonly structuredContent: unknown, readonly isTruncated: boolean, readonly content: ReadonlyArray<
          | { readonly __typename: 'AudioContent', readonly mimeType: string, readonly data: string }
          | { readonly __typename: 'EmbeddedResourceContent', readonly uri: string, readonly blob: string | null, readonly contentType: string | null, readonly embeddedText: string | null }
          | { readonly __typename: 'ImageContent', readonly mimeType: string, readonly data: string }
          | { readonly __typename: 'OtherContent', readonly raw: unknown }
          | { readonly __typename: 'ResourceLinkContent', readonly uri: string, readonly name: string, readonly title: string | null, readonly description: string | null, readonly contentType: string | null }
          | { readonly __typename: 'TextContent', readonly text: string }
        > } | null, readonly problem:
        | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
        | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
        | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
       | null, readonly approval: { readonly decision: ApprovalDecision | null, readonly isEdited: boolean, readonly expiresAt: string } | null, readonly log: ReadonlyArray<{ readonly level: LogLevel, readonly logger: string | null, readonly text: string, readonly loggedAt: string }>, readonly repeats: { readonly id: string } | null } | null, readonly problems: ReadonlyArray<
      | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
      | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
      | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } | null };

export type RepeatInvocationMutationVariables = Exact<{
  input: RepeatInvocationInput;
}>;


export type RepeatInvocationMutation = { readonly repeatInvocation: { readonly invocation: { readonly id: string, readonly toolName: string, readonly conversationId: string | null, readonly prompt: string | null, readonly arguments: unknown, readonly state: InvocationState, readonly availableActions: ReadonlyArray<InvocationAction>, readonly createdAt: string, readonly finishedAt: string | null, readonly erasedAt: string | null, readonly revision: number, readonly tool: { readonly id: string } | null, readonly service: { readonly id: string }, readonly progress: { readonly current: number, readonly total: number | null, readonly message: string | null } | null, readonly connectAttempt: { readonly id: string, readonly state: ConnectAttemptState, readonly authorizationUrl: string | null, readonly authorizationHost: string | null, readonly expiresAt: string, readonly revision: number, readonly service: { readonly id: string }, readonly account: { readonly id: string } | null, readonly problem:
          | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
          | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
          | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
          | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
          | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
          | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
         | null } | null, readonly result: { readonly isToolError: boolean, readonly structuredContent: unknown, readonly isTruncated: boolean, readonly content: ReadonlyArray<
          | { readonly __typename: 'AudioContent', readonly mimeType: string, readonly data: string }
          | { readonly __typename: 'EmbeddedResourceContent', readonly uri: string, readonly blob: string | null, readonly contentType: string | null, readonly embeddedText: string | null }
          | { readonly __typename: 'ImageContent', readonly mimeType: string, readonly data: string }
          | { readonly __typename: 'OtherContent', readonly raw: unknown }
          | { readonly __typename: 'ResourceLinkContent', readonly uri: string, readonly name: string, readonly title: string | null, readonly description: string | null, readonly contentType: string | null }
          | { readonly __typename: 'TextContent', readonly text: string }
        > } | null, readonly problem:
        | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
        | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
        | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
       | null, readonly approval: { readonly decision: ApprovalDecision | null, readonly isEdited: boolean, readonly expiresAt: string } | null, readonly log: ReadonlyArray<{ readonly level: LogLevel, readonly logger: string | null, readonly text: string, readonly loggedAt: string }>, readonly repeats: { readonly id: string } | null } | null, readonly problems: ReadonlyArray<
      | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
      | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
      | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } | null };

export type EraseInvocationMutationVariables = Exact<{
  input: EraseInvocationInput;
}>;


export type EraseInvocationMutation = { readonly eraseInvocation: { readonly invocation: { readonly id: string, readonly toolName: string, readonly conversationId: string | null, readonly prompt: string | null, readonly arguments: unknown, readonly state: InvocationState, readonly availableActions: ReadonlyArray<InvocationAction>, readonly createdAt: string, readonly finishedAt: string | null, readonly erasedAt: string | null, readonly revision: number, readonly tool: { readonly id: string } | null, readonly service: { readonly id: string }, readonly progress: { readonly current: number, readonly total: number | null, readonly message: string | null } | null, readonly connectAttempt: { readonly id: string, readonly state: ConnectAttemptState, readonly authorizationUrl: string | null, readonly authorizationHost: string | null, readonly expiresAt: string, readonly revision: number, readonly service: { readonly id: string }, readonly account: { readonly id: string } | null, readonly problem:
          | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
          | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
          | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
          | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
          | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
          | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
         | null } | null, readonly result: { readonly isToolError: boolean, readonly structuredContent: unknown, readonly isTruncated: boolean, readonly content: ReadonlyArray<
          | { readonly __typename: 'AudioContent', readonly mimeType: string, readonly data: string }
          | { readonly __typename: 'EmbeddedResourceContent', readonly uri: string, readonly blob: string | null, readonly contentType: string | null, readonly embeddedText: string | null }
          | { readonly __typename: 'ImageContent', readonly mimeType: string, readonly data: string }
          | { readonly __typename: 'OtherContent', readonly raw: unknown }
          | { readonly __typename: 'ResourceLinkContent', readonly uri: string, readonly name: string, readonly title: string | null, readonly description: string | null, readonly contentType: string | null }
          | { readonly __typename: 'TextContent', readonly text: string }
        > } | null, readonly problem:
        | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
        | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
        | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
       | null, readonly approval: { readonly decision: ApprovalDecision | null, readonly isEdited: boolean, readonly expiresAt: string } | null, readonly log: ReadonlyArray<{ readonly level: LogLevel, readonly logger: string | null, readonly text: string, readonly loggedAt: string }>, readonly repeats: { readonly id: string } | null } | null, readonly problems: ReadonlyArray<
      | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
      | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
      | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } | null };

export type AnswerElicitationMutationVariables = Exact<{
  input: AnswerElicitationInput;
}>;


export type AnswerElicitationMutation = { readonly answerElicitation: { readonly elicitation: { readonly id: string, readonly message: string | null, readonly state: ElicitationState, readonly action: ElicitationAction | null, readonly expiresAt: string, readonly revision: number, readonly invocation: { readonly id: string }, readonly service: { readonly id: string }, readonly ask:
        | { readonly __typename: 'FormAsk', readonly form: { readonly isComplete: boolean, readonly fields: ReadonlyArray<
              | { readonly __typename: 'FormBooleanField', readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
              | { readonly __typename: 'FormChoiceField', readonly allowsMultiple: boolean, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly options: ReadonlyArray<{ readonly value: unknown, readonly label: string, readonly description: string | null }>, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
              | { readonly __typename: 'FormGroupField', readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
              | { readonly __typename: 'FormJSONField', readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
              | { readonly __typename: 'FormListField', readonly minItems: number | null, readonly maxItems: number | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
              | { readonly __typename: 'FormNumberField', readonly isInteger: boolean, readonly minimum: number | null, readonly maximum: number | null, readonly multipleOf: number | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
              | { readonly __typename: 'FormTextField', readonly format: TextFormat, readonly minLength: number | null, readonly maxLength: number | null, readonly pattern: string | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
              | { readonly __typename: 'FormVariantField', readonly defaultVariant: string | null, readonly key: string, readonly pointer: string, readonly parentKey: string | null, readonly label: string, readonly description: string | null, readonly isRequired: boolean, readonly isNullable: boolean, readonly defaultValue: unknown, readonly variants: ReadonlyArray<{ readonly key: string, readonly label: string, readonly description: string | null }>, readonly shownWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }>, readonly requiredWhen: ReadonlyArray<{ readonly pointer: string, readonly values: ReadonlyArray<unknown>, readonly isNegated: boolean, readonly isMetWhenAbsent: boolean }> }
            > } }
        | { readonly __typename: 'UrlAsk', readonly url: string, readonly host: string, readonly hasPunycode: boolean }
       | null } | null, readonly invocation: { readonly id: string, readonly toolName: string, readonly conversationId: string | null, readonly prompt: string | null, readonly arguments: unknown, readonly state: InvocationState, readonly availableActions: ReadonlyArray<InvocationAction>, readonly createdAt: string, readonly finishedAt: string | null, readonly erasedAt: string | null, readonly revision: number, readonly tool: { readonly id: string } | null, readonly service: { readonly id: string }, readonly progress: { readonly current: number, readonly total: number | null, readonly message: string | null } | null, readonly connectAttempt: { readonly id: string, readonly state: ConnectAttemptState, readonly authorizationUrl: string | null, readonly authorizationHost: string | null, readonly expiresAt: string, readonly revision: number, readonly service: { readonly id: string }, readonly account: { readonly id: string } | null, readonly problem:
          | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
          | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
          | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
          | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
          | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
          | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
         | null } | null, readonly result: { readonly isToolError: boolean, readonly structuredContent: unknown, readonly isTruncated: boolean, readonly content: ReadonlyArray<
          | { readonly __typename: 'AudioContent', readonly mimeType: string, readonly data: string }
          | { readonly __typename: 'EmbeddedResourceContent', readonly uri: string, readonly blob: string | null, readonly contentType: string | null, readonly embeddedText: string | null }
          | { readonly __typename: 'ImageContent', readonly mimeType: string, readonly data: string }
          | { readonly __typename: 'OtherContent', readonly raw: unknown }
          | { readonly __typename: 'ResourceLinkContent', readonly uri: string, readonly name: string, readonly title: string | null, readonly description: string | null, readonly contentType: string | null }
          | { readonly __typename: 'TextContent', readonly text: string }
        > } | null, readonly problem:
        | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
        | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
        | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
        | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
       | null, readonly approval: { readonly decision: ApprovalDecision | null, readonly isEdited: boolean, readonly expiresAt: string } | null, readonly log: ReadonlyArray<{ readonly level: LogLevel, readonly logger: string | null, readonly text: string, readonly loggedAt: string }>, readonly repeats: { readonly id: string } | null } | null, readonly problems: ReadonlyArray<
      | { readonly __typename: 'ArgumentsInvalid', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly violations: ReadonlyArray<{ readonly pointer: string, readonly message: string }> }
      | { readonly __typename: 'ConfirmationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'GenericProblem', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimited', readonly retryAt: string, readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReauthorizationRequired', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null, readonly account: { readonly id: string } }
      | { readonly __typename: 'ToolChanged', readonly code: ProblemCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const ConditionPartsFragmentDoc = new TypedDocumentString(`
    fragment ConditionParts on FormCondition {
  pointer
  values
  isNegated
  isMetWhenAbsent
}
    `, {"fragmentName":"ConditionParts"}) as unknown as TypedDocumentString<ConditionPartsFragment, unknown>;
export const FormPartsFragmentDoc = new TypedDocumentString(`
    fragment FormParts on Form {
  isComplete
  fields {
    __typename
    key
    pointer
    parentKey
    label
    description
    isRequired
    isNullable
    defaultValue
    shownWhen {
      ...ConditionParts
    }
    requiredWhen {
      ...ConditionParts
    }
    ... on FormTextField {
      format
      minLength
      maxLength
      pattern
    }
    ... on FormNumberField {
      isInteger
      minimum
      maximum
      multipleOf
    }
    ... on FormChoiceField {
      allowsMultiple
      options {
        value
        label
        description
      }
    }
    ... on FormListField {
      minItems
      maxItems
    }
    ... on FormVariantField {
      defaultVariant
      variants {
        key
        label
        description
      }
    }
  }
}
    fragment ConditionParts on FormCondition {
  pointer
  values
  isNegated
  isMetWhenAbsent
}`, {"fragmentName":"FormParts"}) as unknown as TypedDocumentString<FormPartsFragment, unknown>;
export const ServicePartsFragmentDoc = new TypedDocumentString(`
    fragment ServiceParts on Service {
  id
  code
  name
  description
  iconUrl
  homepageUrl
  settingsUrl
  isOwn
  connectMethod
  acceptsConnections
  keyForm {
    ...FormParts
  }
}
    fragment FormParts on Form {
  isComplete
  fields {
    __typename
    key
    pointer
    parentKey
    label
    description
    isRequired
    isNullable
    defaultValue
    shownWhen {
      ...ConditionParts
    }
    requiredWhen {
      ...ConditionParts
    }
    ... on FormTextField {
      format
      minLength
      maxLength
      pattern
    }
    ... on FormNumberField {
      isInteger
      minimum
      maximum
      multipleOf
    }
    ... on FormChoiceField {
      allowsMultiple
      options {
        value
        label
        description
      }
    }
    ... on FormListField {
      minItems
      maxItems
    }
    ... on FormVariantField {
      defaultVariant
      variants {
        key
        label
        description
      }
    }
  }
}
fragment ConditionParts on FormCondition {
  pointer
  values
  isNegated
  isMetWhenAbsent
}`, {"fragmentName":"ServiceParts"}) as unknown as TypedDocumentString<ServicePartsFragment, unknown>;
export const ProblemPartsFragmentDoc = new TypedDocumentString(`
    fragment ProblemParts on Problem {
  __typename
  code
  message
  path
  ... on ArgumentsInvalid {
    violations {
      pointer
      message
    }
  }
  ... on ReauthorizationRequired {
    account {
      id
    }
  }
  ... on RateLimited {
    retryAt
  }
}
    `, {"fragmentName":"ProblemParts"}) as unknown as TypedDocumentString<ProblemPartsFragment, unknown>;
export const AccountPartsFragmentDoc = new TypedDocumentString(`
    fragment AccountParts on Account {
  id
  service {
    id
  }
  label
  state
  problem {
    ...ProblemParts
  }
  grantedScopes
  missingScopes
  connectedAt
  availableActions
  revision
}
    fragment ProblemParts on Problem {
  __typename
  code
  message
  path
  ... on ArgumentsInvalid {
    violations {
      pointer
      message
    }
  }
  ... on ReauthorizationRequired {
    account {
      id
    }
  }
  ... on RateLimited {
    retryAt
  }
}`, {"fragmentName":"AccountParts"}) as unknown as TypedDocumentString<AccountPartsFragment, unknown>;
export const CatalogPartsFragmentDoc = new TypedDocumentString(`
    fragment CatalogParts on Catalog {
  state
  toolCount
  fetchedAt
  problem {
    ...ProblemParts
  }
  revision
}
    fragment ProblemParts on Problem {
  __typename
  code
  message
  path
  ... on ArgumentsInvalid {
    violations {
      pointer
      message
    }
  }
  ... on ReauthorizationRequired {
    account {
      id
    }
  }
  ... on RateLimited {
    retryAt
  }
}`, {"fragmentName":"CatalogParts"}) as unknown as TypedDocumentString<CatalogPartsFragment, unknown>;
export const ToolPartsFragmentDoc = new TypedDocumentString(`
    fragment ToolParts on Tool {
  id
  account {
    id
  }
  name
  title
  description
  hints {
    isReadOnly
    isDestructive
  }
  settings {
    isEnabled
    isPinned
    confirmation
    presetArguments
  }
  isHeld
  change {
    parts
    digest
    former {
      title
      description
    }
  }
  revision
}
    `, {"fragmentName":"ToolParts"}) as unknown as TypedDocumentString<ToolPartsFragment, unknown>;
export const AttemptPartsFragmentDoc = new TypedDocumentString(`
    fragment AttemptParts on ConnectAttempt {
  id
  service {
    id
  }
  state
  authorizationUrl
  authorizationHost
  expiresAt
  account {
    id
  }
  problem {
    ...ProblemParts
  }
  revision
}
    fragment ProblemParts on Problem {
  __typename
  code
  message
  path
  ... on ArgumentsInvalid {
    violations {
      pointer
      message
    }
  }
  ... on ReauthorizationRequired {
    account {
      id
    }
  }
  ... on RateLimited {
    retryAt
  }
}`, {"fragmentName":"AttemptParts"}) as unknown as TypedDocumentString<AttemptPartsFragment, unknown>;
export const ResultPartsFragmentDoc = new TypedDocumentString(`
    fragment ResultParts on InvocationResult {
  isToolError
  structuredContent
  isTruncated
  content {
    __typename
    ... on TextContent {
      text
    }
    ... on ImageContent {
      mimeType
      data
    }
    ... on AudioContent {
      mimeType
      data
    }
    ... on ResourceLinkContent {
      uri
      name
      title
      description
      contentType: mimeType
    }
    ... on EmbeddedResourceContent {
      uri
      contentType: mimeType
      embeddedText: text
      blob
    }
    ... on OtherContent {
      raw
    }
  }
}
    `, {"fragmentName":"ResultParts"}) as unknown as TypedDocumentString<ResultPartsFragment, unknown>;
export const LogPartsFragmentDoc = new TypedDocumentString(`
    fragment LogParts on LogMessage {
  level
  logger
  text
  loggedAt
}
    `, {"fragmentName":"LogParts"}) as unknown as TypedDocumentString<LogPartsFragment, unknown>;
export const InvocationPartsFragmentDoc = new TypedDocumentString(`
    fragment InvocationParts on Invocation {
  id
  tool {
    id
  }
  service {
    id
  }
  toolName
  conversationId
  prompt
  arguments
  state
  progress {
    current
    total
    message
  }
  connectAttempt {
    ...AttemptParts
  }
  result {
    ...ResultParts
  }
  problem {
    ...ProblemParts
  }
  approval {
    decision
    isEdited
    expiresAt
  }
  log {
    ...LogParts
  }
  availableActions
  repeats {
    id
  }
  createdAt
  finishedAt
  erasedAt
  revision
}
    fragment ProblemParts on Problem {
  __typename
  code
  message
  path
  ... on ArgumentsInvalid {
    violations {
      pointer
      message
    }
  }
  ... on ReauthorizationRequired {
    account {
      id
    }
  }
  ... on RateLimited {
    retryAt
  }
}
fragment AttemptParts on ConnectAttempt {
  id
  service {
    id
  }
  state
  authorizationUrl
  authorizationHost
  expiresAt
  account {
    id
  }
  problem {
    ...ProblemParts
  }
  revision
}
fragment LogParts on LogMessage {
  level
  logger
  text
  loggedAt
}
fragment ResultParts on InvocationResult {
  isToolError
  structuredContent
  isTruncated
  content {
    __typename
    ... on TextContent {
      text
    }
    ... on ImageContent {
      mimeType
      data
    }
    ... on AudioContent {
      mimeType
      data
    }
    ... on ResourceLinkContent {
      uri
      name
      title
      description
      contentType: mimeType
    }
    ... on EmbeddedResourceContent {
      uri
      contentType: mimeType
      embeddedText: text
      blob
    }
    ... on OtherContent {
      raw
    }
  }
}`, {"fragmentName":"InvocationParts"}) as unknown as TypedDocumentString<InvocationPartsFragment, unknown>;
export const ElicitationPartsFragmentDoc = new TypedDocumentString(`
    fragment ElicitationParts on Elicitation {
  id
  invocation {
    id
  }
  service {
    id
  }
  message
  ask {
    __typename
    ... on FormAsk {
      form {
        ...FormParts
      }
    }
    ... on UrlAsk {
      url
      host
      hasPunycode
    }
  }
  state
  action
  expiresAt
  revision
}
    fragment FormParts on Form {
  isComplete
  fields {
    __typename
    key
    pointer
    parentKey
    label
    description
    isRequired
    isNullable
    defaultValue
    shownWhen {
      ...ConditionParts
    }
    requiredWhen {
      ...ConditionParts
    }
    ... on FormTextField {
      format
      minLength
      maxLength
      pattern
    }
    ... on FormNumberField {
      isInteger
      minimum
      maximum
      multipleOf
    }
    ... on FormChoiceField {
      allowsMultiple
      options {
        value
        label
        description
      }
    }
    ... on FormListField {
      minItems
      maxItems
    }
    ... on FormVariantField {
      defaultVariant
      variants {
        key
        label
        description
      }
    }
  }
}
fragment ConditionParts on FormCondition {
  pointer
  values
  isNegated
  isMetWhenAbsent
}`, {"fragmentName":"ElicitationParts"}) as unknown as TypedDocumentString<ElicitationPartsFragment, unknown>;
export const EventsDocument = new TypedDocumentString(`
    subscription Events($after: EventCursor) {
  viewerEvents(after: $after) {
    __typename
    cursor
    at
    ... on SelectionUpdated {
      selectedServices {
        id
      }
    }
    ... on ViewerSettingsUpdated {
      settings {
        defaultConfirmation
      }
    }
    ... on ServiceAdded {
      service {
        ...ServiceParts
      }
    }
    ... on ServiceRemoved {
      serviceId
    }
    ... on ConnectAttemptUpdated {
      attempt {
        ...AttemptParts
      }
    }
    ... on AccountUpdated {
      account {
        ...AccountParts
      }
    }
    ... on AccountRemoved {
      accountId
    }
    ... on RevocationUpdated {
      accountId
      revocation
    }
    ... on CatalogUpdated {
      accountId
      catalog {
        ...CatalogParts
      }
      upsertedTools {
        ...ToolParts
      }
      removedToolIds
    }
    ... on ToolUpdated {
      tool {
        ...ToolParts
      }
    }
    ... on InvocationUpdated {
      invocation {
        ...InvocationParts
      }
    }
    ... on InvocationProgressed {
      invocationId
      progress {
        current
        total
        message
      }
    }
    ... on InvocationLogged {
      invocationId
      message {
        ...LogParts
      }
    }
    ... on ElicitationUpdated {
      elicitation {
        ...ElicitationParts
      }
    }
  }
}
    fragment ProblemParts on Problem {
  __typename
  code
  message
  path
  ... on ArgumentsInvalid {
    violations {
      pointer
      message
    }
  }
  ... on ReauthorizationRequired {
    account {
      id
    }
  }
  ... on RateLimited {
    retryAt
  }
}
fragment ServiceParts on Service {
  id
  code
  name
  description
  iconUrl
  homepageUrl
  settingsUrl
  isOwn
  connectMethod
  acceptsConnections
  keyForm {
    ...FormParts
  }
}
fragment AttemptParts on ConnectAttempt {
  id
  service {
    id
  }
  state
  authorizationUrl
  authorizationHost
  expiresAt
  account {
    id
  }
  problem {
    ...ProblemParts
  }
  revision
}
fragment AccountParts on Account {
  id
  service {
    id
  }
  label
  state
  problem {
    ...ProblemParts
  }
  grantedScopes
  missingScopes
  connectedAt
  availableActions
  revision
}
fragment CatalogParts on Catalog {
  state
  toolCount
  fetchedAt
  problem {
    ...ProblemParts
  }
  revision
}
fragment ToolParts on Tool {
  id
  account {
    id
  }
  name
  title
  description
  hints {
    isReadOnly
    isDestructive
  }
  settings {
    isEnabled
    isPinned
    confirmation
    presetArguments
  }
  isHeld
  change {
    parts
    digest
    former {
      title
      description
    }
  }
  revision
}
fragment InvocationParts on Invocation {
  id
  tool {
    id
  }
  service {
    id
  }
  toolName
  conversationId
  prompt
  arguments
  state
  progress {
    current
    total
    message
  }
  connectAttempt {
    ...AttemptParts
  }
  result {
    ...ResultParts
  }
  problem {
    ...ProblemParts
  }
  approval {
    decision
    isEdited
    expiresAt
  }
  log {
    ...LogParts
  }
  availableActions
  repeats {
    id
  }
  createdAt
  finishedAt
  erasedAt
  revision
}
fragment LogParts on LogMessage {
  level
  logger
  text
  loggedAt
}
fragment ResultParts on InvocationResult {
  isToolError
  structuredContent
  isTruncated
  content {
    __typename
    ... on TextContent {
      text
    }
    ... on ImageContent {
      mimeType
      data
    }
    ... on AudioContent {
      mimeType
      data
    }
    ... on ResourceLinkContent {
      uri
      name
      title
      description
      contentType: mimeType
    }
    ... on EmbeddedResourceContent {
      uri
      contentType: mimeType
      embeddedText: text
      blob
    }
    ... on OtherContent {
      raw
    }
  }
}
fragment ElicitationParts on Elicitation {
  id
  invocation {
    id
  }
  service {
    id
  }
  message
  ask {
    __typename
    ... on FormAsk {
      form {
        ...FormParts
      }
    }
    ... on UrlAsk {
      url
      host
      hasPunycode
    }
  }
  state
  action
  expiresAt
  revision
}
fragment FormParts on Form {
  isComplete
  fields {
    __typename
    key
    pointer
    parentKey
    label
    description
    isRequired
    isNullable
    defaultValue
    shownWhen {
      ...ConditionParts
    }
    requiredWhen {
      ...ConditionParts
    }
    ... on FormTextField {
      format
      minLength
      maxLength
      pattern
    }
    ... on FormNumberField {
      isInteger
      minimum
      maximum
      multipleOf
    }
    ... on FormChoiceField {
      allowsMultiple
      options {
        value
        label
        description
      }
    }
    ... on FormListField {
      minItems
      maxItems
    }
    ... on FormVariantField {
      defaultVariant
      variants {
        key
        label
        description
      }
    }
  }
}
fragment ConditionParts on FormCondition {
  pointer
  values
  isNegated
  isMetWhenAbsent
}`) as unknown as TypedDocumentString<EventsSubscription, EventsSubscriptionVariables>;
export const SnapshotDocument = new TypedDocumentString(`
    query Snapshot {
  viewer {
    id
    eventCursor
    settings {
      defaultConfirmation
    }
    selectedServices {
      id
    }
    accounts {
      ...AccountParts
      catalog {
        ...CatalogParts
      }
    }
    connectAttempts {
      ...AttemptParts
    }
    pendingElicitations {
      ...ElicitationParts
    }
    invocations(first: 50) {
      nodes {
        ...InvocationParts
      }
    }
  }
  services(first: 100) {
    nodes {
      ...ServiceParts
    }
  }
}
    fragment ProblemParts on Problem {
  __typename
  code
  message
  path
  ... on ArgumentsInvalid {
    violations {
      pointer
      message
    }
  }
  ... on ReauthorizationRequired {
    account {
      id
    }
  }
  ... on RateLimited {
    retryAt
  }
}
fragment ServiceParts on Service {
  id
  code
  name
  description
  iconUrl
  homepageUrl
  settingsUrl
  isOwn
  connectMethod
  acceptsConnections
  keyForm {
    ...FormParts
  }
}
fragment AttemptParts on ConnectAttempt {
  id
  service {
    id
  }
  state
  authorizationUrl
  authorizationHost
  expiresAt
  account {
    id
  }
  problem {
    ...ProblemParts
  }
  revision
}
fragment AccountParts on Account {
  id
  service {
    id
  }
  label
  state
  problem {
    ...ProblemParts
  }
  grantedScopes
  missingScopes
  connectedAt
  availableActions
  revision
}
fragment CatalogParts on Catalog {
  state
  toolCount
  fetchedAt
  problem {
    ...ProblemParts
  }
  revision
}
fragment InvocationParts on Invocation {
  id
  tool {
    id
  }
  service {
    id
  }
  toolName
  conversationId
  prompt
  arguments
  state
  progress {
    current
    total
    message
  }
  connectAttempt {
    ...AttemptParts
  }
  result {
    ...ResultParts
  }
  problem {
    ...ProblemParts
  }
  approval {
    decision
    isEdited
    expiresAt
  }
  log {
    ...LogParts
  }
  availableActions
  repeats {
    id
  }
  createdAt
  finishedAt
  erasedAt
  revision
}
fragment LogParts on LogMessage {
  level
  logger
  text
  loggedAt
}
fragment ResultParts on InvocationResult {
  isToolError
  structuredContent
  isTruncated
  content {
    __typename
    ... on TextContent {
      text
    }
    ... on ImageContent {
      mimeType
      data
    }
    ... on AudioContent {
      mimeType
      data
    }
    ... on ResourceLinkContent {
      uri
      name
      title
      description
      contentType: mimeType
    }
    ... on EmbeddedResourceContent {
      uri
      contentType: mimeType
      embeddedText: text
      blob
    }
    ... on OtherContent {
      raw
    }
  }
}
fragment ElicitationParts on Elicitation {
  id
  invocation {
    id
  }
  service {
    id
  }
  message
  ask {
    __typename
    ... on FormAsk {
      form {
        ...FormParts
      }
    }
    ... on UrlAsk {
      url
      host
      hasPunycode
    }
  }
  state
  action
  expiresAt
  revision
}
fragment FormParts on Form {
  isComplete
  fields {
    __typename
    key
    pointer
    parentKey
    label
    description
    isRequired
    isNullable
    defaultValue
    shownWhen {
      ...ConditionParts
    }
    requiredWhen {
      ...ConditionParts
    }
    ... on FormTextField {
      format
      minLength
      maxLength
      pattern
    }
    ... on FormNumberField {
      isInteger
      minimum
      maximum
      multipleOf
    }
    ... on FormChoiceField {
      allowsMultiple
      options {
        value
        label
        description
      }
    }
    ... on FormListField {
      minItems
      maxItems
    }
    ... on FormVariantField {
      defaultVariant
      variants {
        key
        label
        description
      }
    }
  }
}
fragment ConditionParts on FormCondition {
  pointer
  values
  isNegated
  isMetWhenAbsent
}`) as unknown as TypedDocumentString<SnapshotQuery, SnapshotQueryVariables>;
export const ToolsDocument = new TypedDocumentString(`
    query Tools($after: String) {
  viewer {
    tools(first: 100, after: $after) {
      nodes {
        ...ToolParts
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
    fragment ToolParts on Tool {
  id
  account {
    id
  }
  name
  title
  description
  hints {
    isReadOnly
    isDestructive
  }
  settings {
    isEnabled
    isPinned
    confirmation
    presetArguments
  }
  isHeld
  change {
    parts
    digest
    former {
      title
      description
    }
  }
  revision
}`) as unknown as TypedDocumentString<ToolsQuery, ToolsQueryVariables>;
export const ToolFormDocument = new TypedDocumentString(`
    query ToolForm($id: ID!) {
  node(id: $id) {
    __typename
    ... on Tool {
      id
      account {
        id
      }
      revision
      form {
        ...FormParts
      }
    }
  }
}
    fragment FormParts on Form {
  isComplete
  fields {
    __typename
    key
    pointer
    parentKey
    label
    description
    isRequired
    isNullable
    defaultValue
    shownWhen {
      ...ConditionParts
    }
    requiredWhen {
      ...ConditionParts
    }
    ... on FormTextField {
      format
      minLength
      maxLength
      pattern
    }
    ... on FormNumberField {
      isInteger
      minimum
      maximum
      multipleOf
    }
    ... on FormChoiceField {
      allowsMultiple
      options {
        value
        label
        description
      }
    }
    ... on FormListField {
      minItems
      maxItems
    }
    ... on FormVariantField {
      defaultVariant
      variants {
        key
        label
        description
      }
    }
  }
}
fragment ConditionParts on FormCondition {
  pointer
  values
  isNegated
  isMetWhenAbsent
}`) as unknown as TypedDocumentString<ToolFormQuery, ToolFormQueryVariables>;
export const ConversationDocument = new TypedDocumentString(`
    query Conversation($id: String!, $after: String) {
  viewer {
    invocations(filter: {conversationId: $id}, first: 50, after: $after) {
      nodes {
        ...InvocationParts
        elicitations {
          ...ElicitationParts
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
    fragment ProblemParts on Problem {
  __typename
  code
  message
  path
  ... on ArgumentsInvalid {
    violations {
      pointer
      message
    }
  }
  ... on ReauthorizationRequired {
    account {
      id
    }
  }
  ... on RateLimited {
    retryAt
  }
}
fragment AttemptParts on ConnectAttempt {
  id
  service {
    id
  }
  state
  authorizationUrl
  authorizationHost
  expiresAt
  account {
    id
  }
  problem {
    ...ProblemParts
  }
  revision
}
fragment InvocationParts on Invocation {
  id
  tool {
    id
  }
  service {
    id
  }
  toolName
  conversationId
  prompt
  arguments
  state
  progress {
    current
    total
    message
  }
  connectAttempt {
    ...AttemptParts
  }
  result {
    ...ResultParts
  }
  problem {
    ...ProblemParts
  }
  approval {
    decision
    isEdited
    expiresAt
  }
  log {
    ...LogParts
  }
  availableActions
  repeats {
    id
  }
  createdAt
  finishedAt
  erasedAt
  revision
}
fragment LogParts on LogMessage {
  level
  logger
  text
  loggedAt
}
fragment ResultParts on InvocationResult {
  isToolError
  structuredContent
  isTruncated
  content {
    __typename
    ... on TextContent {
      text
    }
    ... on ImageContent {
      mimeType
      data
    }
    ... on AudioContent {
      mimeType
      data
    }
    ... on ResourceLinkContent {
      uri
      name
      title
      description
      contentType: mimeType
    }
    ... on EmbeddedResourceContent {
      uri
      contentType: mimeType
      embeddedText: text
      blob
    }
    ... on OtherContent {
      raw
    }
  }
}
fragment ElicitationParts on Elicitation {
  id
  invocation {
    id
  }
  service {
    id
  }
  message
  ask {
    __typename
    ... on FormAsk {
      form {
        ...FormParts
      }
    }
    ... on UrlAsk {
      url
      host
      hasPunycode
    }
  }
  state
  action
  expiresAt
  revision
}
fragment FormParts on Form {
  isComplete
  fields {
    __typename
    key
    pointer
    parentKey
    label
    description
    isRequired
    isNullable
    defaultValue
    shownWhen {
      ...ConditionParts
    }
    requiredWhen {
      ...ConditionParts
    }
    ... on FormTextField {
      format
      minLength
      maxLength
      pattern
    }
    ... on FormNumberField {
      isInteger
      minimum
      maximum
      multipleOf
    }
    ... on FormChoiceField {
      allowsMultiple
      options {
        value
        label
        description
      }
    }
    ... on FormListField {
      minItems
      maxItems
    }
    ... on FormVariantField {
      defaultVariant
      variants {
        key
        label
        description
      }
    }
  }
}
fragment ConditionParts on FormCondition {
  pointer
  values
  isNegated
  isMetWhenAbsent
}`) as unknown as TypedDocumentString<ConversationQuery, ConversationQueryVariables>;
export const SelectServicesDocument = new TypedDocumentString(`
    mutation SelectServices($input: SelectServicesInput!) {
  selectServices(input: $input) {
    selectedServices {
      id
    }
    problems {
      ...ProblemParts
    }
  }
}
    fragment ProblemParts on Problem {
  __typename
  code
  message
  path
  ... on ArgumentsInvalid {
    violations {
      pointer
      message
    }
  }
  ... on ReauthorizationRequired {
    account {
      id
    }
  }
  ... on RateLimited {
    retryAt
  }
}`) as unknown as TypedDocumentString<SelectServicesMutation, SelectServicesMutationVariables>;
export const AddServiceDocument = new TypedDocumentString(`
    mutation AddService($input: AddServiceInput!) {
  addService(input: $input) {
    service {
      ...ServiceParts
    }
    problems {
      ...ProblemParts
    }
  }
}
    fragment ProblemParts on Problem {
  __typename
  code
  message
  path
  ... on ArgumentsInvalid {
    violations {
      pointer
      message
    }
  }
  ... on ReauthorizationRequired {
    account {
      id
    }
  }
  ... on RateLimited {
    retryAt
  }
}
fragment ServiceParts on Service {
  id
  code
  name
  description
  iconUrl
  homepageUrl
  settingsUrl
  isOwn
  connectMethod
  acceptsConnections
  keyForm {
    ...FormParts
  }
}
fragment FormParts on Form {
  isComplete
  fields {
    __typename
    key
    pointer
    parentKey
    label
    description
    isRequired
    isNullable
    defaultValue
    shownWhen {
      ...ConditionParts
    }
    requiredWhen {
      ...ConditionParts
    }
    ... on FormTextField {
      format
      minLength
      maxLength
      pattern
    }
    ... on FormNumberField {
      isInteger
      minimum
      maximum
      multipleOf
    }
    ... on FormChoiceField {
      allowsMultiple
      options {
        value
        label
        description
      }
    }
    ... on FormListField {
      minItems
      maxItems
    }
    ... on FormVariantField {
      defaultVariant
      variants {
        key
        label
        description
      }
    }
  }
}
fragment ConditionParts on FormCondition {
  pointer
  values
  isNegated
  isMetWhenAbsent
}`) as unknown as TypedDocumentString<AddServiceMutation, AddServiceMutationVariables>;
export const RemoveServiceDocument = new TypedDocumentString(`
    mutation RemoveService($input: RemoveServiceInput!) {
  removeService(input: $input) {
    removedServiceId
    problems {
      ...ProblemParts
    }
  }
}
    fragment ProblemParts on Problem {
  __typename
  code
  message
  path
  ... on ArgumentsInvalid {
    violations {
      pointer
      message
    }
  }
  ... on ReauthorizationRequired {
    account {
      id
    }
  }
  ... on RateLimited {
    retryAt
  }
}`) as unknown as TypedDocumentString<RemoveServiceMutation, RemoveServiceMutationVariables>;
export const BeginConnectDocument = new TypedDocumentString(`
    mutation BeginConnect($input: BeginConnectInput!) {
  beginConnect(input: $input) {
    attempt {
      ...AttemptParts
    }
    problems {
      ...ProblemParts
    }
  }
}
    fragment ProblemParts on Problem {
  __typename
  code
  message
  path
  ... on ArgumentsInvalid {
    violations {
      pointer
      message
    }
  }
  ... on ReauthorizationRequired {
    account {
      id
    }
  }
  ... on RateLimited {
    retryAt
  }
}
fragment AttemptParts on ConnectAttempt {
  id
  service {
    id
  }
  state
  authorizationUrl
  authorizationHost
  expiresAt
  account {
    id
  }
  problem {
    ...ProblemParts
  }
  revision
}`) as unknown as TypedDocumentString<BeginConnectMutation, BeginConnectMutationVariables>;
export const CompleteOAuthDocument = new TypedDocumentString(`
    mutation CompleteOAuth($input: CompleteOAuthInput!) {
  completeOAuth(input: $input) {
    attempt {
      ...AttemptParts
    }
    account {
      ...AccountParts
    }
    problems {
      ...ProblemParts
    }
  }
}
    fragment ProblemParts on Problem {
  __typename
  code
  message
  path
  ... on ArgumentsInvalid {
    violations {
      pointer
      message
    }
  }
  ... on ReauthorizationRequired {
    account {
      id
    }
  }
  ... on RateLimited {
    retryAt
  }
}
fragment AttemptParts on ConnectAttempt {
  id
  service {
    id
  }
  state
  authorizationUrl
  authorizationHost
  expiresAt
  account {
    id
  }
  problem {
    ...ProblemParts
  }
  revision
}
fragment AccountParts on Account {
  id
  service {
    id
  }
  label
  state
  problem {
    ...ProblemParts
  }
  grantedScopes
  missingScopes
  connectedAt
  availableActions
  revision
}`) as unknown as TypedDocumentString<CompleteOAuthMutation, CompleteOAuthMutationVariables>;
export const ConnectWithKeyDocument = new TypedDocumentString(`
    mutation ConnectWithKey($input: ConnectWithKeyInput!) {
  connectWithKey(input: $input) {
    account {
      ...AccountParts
    }
    problems {
      ...ProblemParts
    }
  }
}
    fragment ProblemParts on Problem {
  __typename
  code
  message
  path
  ... on ArgumentsInvalid {
    violations {
      pointer
      message
    }
  }
  ... on ReauthorizationRequired {
    account {
      id
    }
  }
  ... on RateLimited {
    retryAt
  }
}
fragment AccountParts on Account {
  id
  service {
    id
  }
  label
  state
  problem {
    ...ProblemParts
  }
  grantedScopes
  missingScopes
  connectedAt
  availableActions
  revision
}`) as unknown as TypedDocumentString<ConnectWithKeyMutation, ConnectWithKeyMutationVariables>;
export const CancelConnectDocument = new TypedDocumentString(`
    mutation CancelConnect($input: CancelConnectInput!) {
  cancelConnect(input: $input) {
    attempt {
      ...AttemptParts
    }
    problems {
      ...ProblemParts
    }
  }
}
    fragment ProblemParts on Problem {
  __typename
  code
  message
  path
  ... on ArgumentsInvalid {
    violations {
      pointer
      message
    }
  }
  ... on ReauthorizationRequired {
    account {
      id
    }
  }
  ... on RateLimited {
    retryAt
  }
}
fragment AttemptParts on ConnectAttempt {
  id
  service {
    id
  }
  state
  authorizationUrl
  authorizationHost
  expiresAt
  account {
    id
  }
  problem {
    ...ProblemParts
  }
  revision
}`) as unknown as TypedDocumentString<CancelConnectMutation, CancelConnectMutationVariables>;
export const DisconnectDocument = new TypedDocumentString(`
    mutation Disconnect($input: DisconnectInput!) {
  disconnect(input: $input) {
    disconnectedAccountIds
    revocation
    problems {
      ...ProblemParts
    }
  }
}
    fragment ProblemParts on Problem {
  __typename
  code
  message
  path
  ... on ArgumentsInvalid {
    violations {
      pointer
      message
    }
  }
  ... on ReauthorizationRequired {
    account {
      id
    }
  }
  ... on RateLimited {
    retryAt
  }
}`) as unknown as TypedDocumentString<DisconnectMutation, DisconnectMutationVariables>;
export const RefreshCatalogDocument = new TypedDocumentString(`
    mutation RefreshCatalog($input: RefreshCatalogInput!) {
  refreshCatalog(input: $input) {
    account {
      ...AccountParts
    }
    problems {
      ...ProblemParts
    }
  }
}
    fragment ProblemParts on Problem {
  __typename
  code
  message
  path
  ... on ArgumentsInvalid {
    violations {
      pointer
      message
    }
  }
  ... on ReauthorizationRequired {
    account {
      id
    }
  }
  ... on RateLimited {
    retryAt
  }
}
fragment AccountParts on Account {
  id
  service {
    id
  }
  label
  state
  problem {
    ...ProblemParts
  }
  grantedScopes
  missingScopes
  connectedAt
  availableActions
  revision
}`) as unknown as TypedDocumentString<RefreshCatalogMutation, RefreshCatalogMutationVariables>;
export const UpdateToolSettingsDocument = new TypedDocumentString(`
    mutation UpdateToolSettings($input: UpdateToolSettingsInput!) {
  updateToolSettings(input: $input) {
    tool {
      ...ToolParts
    }
    problems {
      ...ProblemParts
    }
  }
}
    fragment ProblemParts on Problem {
  __typename
  code
  message
  path
  ... on ArgumentsInvalid {
    violations {
      pointer
      message
    }
  }
  ... on ReauthorizationRequired {
    account {
      id
    }
  }
  ... on RateLimited {
    retryAt
  }
}
fragment ToolParts on Tool {
  id
  account {
    id
  }
  name
  title
  description
  hints {
    isReadOnly
    isDestructive
  }
  settings {
    isEnabled
    isPinned
    confirmation
    presetArguments
  }
  isHeld
  change {
    parts
    digest
    former {
      title
      description
    }
  }
  revision
}`) as unknown as TypedDocumentString<UpdateToolSettingsMutation, UpdateToolSettingsMutationVariables>;
export const AcceptToolChangeDocument = new TypedDocumentString(`
    mutation AcceptToolChange($input: AcceptToolChangeInput!) {
  acceptToolChange(input: $input) {
    tool {
      ...ToolParts
    }
    problems {
      ...ProblemParts
    }
  }
}
    fragment ProblemParts on Problem {
  __typename
  code
  message
  path
  ... on ArgumentsInvalid {
    violations {
      pointer
      message
    }
  }
  ... on ReauthorizationRequired {
    account {
      id
    }
  }
  ... on RateLimited {
    retryAt
  }
}
fragment ToolParts on Tool {
  id
  account {
    id
  }
  name
  title
  description
  hints {
    isReadOnly
    isDestructive
  }
  settings {
    isEnabled
    isPinned
    confirmation
    presetArguments
  }
  isHeld
  change {
    parts
    digest
    former {
      title
      description
    }
  }
  revision
}`) as unknown as TypedDocumentString<AcceptToolChangeMutation, AcceptToolChangeMutationVariables>;
export const UpdateViewerSettingsDocument = new TypedDocumentString(`
    mutation UpdateViewerSettings($input: UpdateViewerSettingsInput!) {
  updateViewerSettings(input: $input) {
    settings {
      defaultConfirmation
    }
    problems {
      ...ProblemParts
    }
  }
}
    fragment ProblemParts on Problem {
  __typename
  code
  message
  path
  ... on ArgumentsInvalid {
    violations {
      pointer
      message
    }
  }
  ... on ReauthorizationRequired {
    account {
      id
    }
  }
  ... on RateLimited {
    retryAt
  }
}`) as unknown as TypedDocumentString<UpdateViewerSettingsMutation, UpdateViewerSettingsMutationVariables>;
export const InvokeToolDocument = new TypedDocumentString(`
    mutation InvokeTool($input: InvokeToolInput!) {
  invokeTool(input: $input) {
    invocation {
      ...InvocationParts
    }
    problems {
      ...ProblemParts
    }
  }
}
    fragment ProblemParts on Problem {
  __typename
  code
  message
  path
  ... on ArgumentsInvalid {
    violations {
      pointer
      message
    }
  }
  ... on ReauthorizationRequired {
    account {
      id
    }
  }
  ... on RateLimited {
    retryAt
  }
}
fragment AttemptParts on ConnectAttempt {
  id
  service {
    id
  }
  state
  authorizationUrl
  authorizationHost
  expiresAt
  account {
    id
  }
  problem {
    ...ProblemParts
  }
  revision
}
fragment InvocationParts on Invocation {
  id
  tool {
    id
  }
  service {
    id
  }
  toolName
  conversationId
  prompt
  arguments
  state
  progress {
    current
    total
    message
  }
  connectAttempt {
    ...AttemptParts
  }
  result {
    ...ResultParts
  }
  problem {
    ...ProblemParts
  }
  approval {
    decision
    isEdited
    expiresAt
  }
  log {
    ...LogParts
  }
  availableActions
  repeats {
    id
  }
  createdAt
  finishedAt
  erasedAt
  revision
}
fragment LogParts on LogMessage {
  level
  logger
  text
  loggedAt
}
fragment ResultParts on InvocationResult {
  isToolError
  structuredContent
  isTruncated
  content {
    __typename
    ... on TextContent {
      text
    }
    ... on ImageContent {
      mimeType
      data
    }
    ... on AudioContent {
      mimeType
      data
    }
    ... on ResourceLinkContent {
      uri
      name
      title
      description
      contentType: mimeType
    }
    ... on EmbeddedResourceContent {
      uri
      contentType: mimeType
      embeddedText: text
      blob
    }
    ... on OtherContent {
      raw
    }
  }
}`) as unknown as TypedDocumentString<InvokeToolMutation, InvokeToolMutationVariables>;
export const ApproveInvocationDocument = new TypedDocumentString(`
    mutation ApproveInvocation($input: ApproveInvocationInput!) {
  approveInvocation(input: $input) {
    invocation {
      ...InvocationParts
    }
    problems {
      ...ProblemParts
    }
  }
}
    fragment ProblemParts on Problem {
  __typename
  code
  message
  path
  ... on ArgumentsInvalid {
    violations {
      pointer
      message
    }
  }
  ... on ReauthorizationRequired {
    account {
      id
    }
  }
  ... on RateLimited {
    retryAt
  }
}
fragment AttemptParts on ConnectAttempt {
  id
  service {
    id
  }
  state
  authorizationUrl
  authorizationHost
  expiresAt
  account {
    id
  }
  problem {
    ...ProblemParts
  }
  revision
}
fragment InvocationParts on Invocation {
  id
  tool {
    id
  }
  service {
    id
  }
  toolName
  conversationId
  prompt
  arguments
  state
  progress {
    current
    total
    message
  }
  connectAttempt {
    ...AttemptParts
  }
  result {
    ...ResultParts
  }
  problem {
    ...ProblemParts
  }
  approval {
    decision
    isEdited
    expiresAt
  }
  log {
    ...LogParts
  }
  availableActions
  repeats {
    id
  }
  createdAt
  finishedAt
  erasedAt
  revision
}
fragment LogParts on LogMessage {
  level
  logger
  text
  loggedAt
}
fragment ResultParts on InvocationResult {
  isToolError
  structuredContent
  isTruncated
  content {
    __typename
    ... on TextContent {
      text
    }
    ... on ImageContent {
      mimeType
      data
    }
    ... on AudioContent {
      mimeType
      data
    }
    ... on ResourceLinkContent {
      uri
      name
      title
      description
      contentType: mimeType
    }
    ... on EmbeddedResourceContent {
      uri
      contentType: mimeType
      embeddedText: text
      blob
    }
    ... on OtherContent {
      raw
    }
  }
}`) as unknown as TypedDocumentString<ApproveInvocationMutation, ApproveInvocationMutationVariables>;
export const RejectInvocationDocument = new TypedDocumentString(`
    mutation RejectInvocation($input: RejectInvocationInput!) {
  rejectInvocation(input: $input) {
    invocation {
      ...InvocationParts
    }
    problems {
      ...ProblemParts
    }
  }
}
    fragment ProblemParts on Problem {
  __typename
  code
  message
  path
  ... on ArgumentsInvalid {
    violations {
      pointer
      message
    }
  }
  ... on ReauthorizationRequired {
    account {
      id
    }
  }
  ... on RateLimited {
    retryAt
  }
}
fragment AttemptParts on ConnectAttempt {
  id
  service {
    id
  }
  state
  authorizationUrl
  authorizationHost
  expiresAt
  account {
    id
  }
  problem {
    ...ProblemParts
  }
  revision
}
fragment InvocationParts on Invocation {
  id
  tool {
    id
  }
  service {
    id
  }
  toolName
  conversationId
  prompt
  arguments
  state
  progress {
    current
    total
    message
  }
  connectAttempt {
    ...AttemptParts
  }
  result {
    ...ResultParts
  }
  problem {
    ...ProblemParts
  }
  approval {
    decision
    isEdited
    expiresAt
  }
  log {
    ...LogParts
  }
  availableActions
  repeats {
    id
  }
  createdAt
  finishedAt
  erasedAt
  revision
}
fragment LogParts on LogMessage {
  level
  logger
  text
  loggedAt
}
fragment ResultParts on InvocationResult {
  isToolError
  structuredContent
  isTruncated
  content {
    __typename
    ... on TextContent {
      text
    }
    ... on ImageContent {
      mimeType
      data
    }
    ... on AudioContent {
      mimeType
      data
    }
    ... on ResourceLinkContent {
      uri
      name
      title
      description
      contentType: mimeType
    }
    ... on EmbeddedResourceContent {
      uri
      contentType: mimeType
      embeddedText: text
      blob
    }
    ... on OtherContent {
      raw
    }
  }
}`) as unknown as TypedDocumentString<RejectInvocationMutation, RejectInvocationMutationVariables>;
export const CancelInvocationDocument = new TypedDocumentString(`
    mutation CancelInvocation($input: CancelInvocationInput!) {
  cancelInvocation(input: $input) {
    invocation {
      ...InvocationParts
    }
    problems {
      ...ProblemParts
    }
  }
}
    fragment ProblemParts on Problem {
  __typename
  code
  message
  path
  ... on ArgumentsInvalid {
    violations {
      pointer
      message
    }
  }
  ... on ReauthorizationRequired {
    account {
      id
    }
  }
  ... on RateLimited {
    retryAt
  }
}
fragment AttemptParts on ConnectAttempt {
  id
  service {
    id
  }
  state
  authorizationUrl
  authorizationHost
  expiresAt
  account {
    id
  }
  problem {
    ...ProblemParts
  }
  revision
}
fragment InvocationParts on Invocation {
  id
  tool {
    id
  }
  service {
    id
  }
  toolName
  conversationId
  prompt
  arguments
  state
  progress {
    current
    total
    message
  }
  connectAttempt {
    ...AttemptParts
  }
  result {
    ...ResultParts
  }
  problem {
    ...ProblemParts
  }
  approval {
    decision
    isEdited
    expiresAt
  }
  log {
    ...LogParts
  }
  availableActions
  repeats {
    id
  }
  createdAt
  finishedAt
  erasedAt
  revision
}
fragment LogParts on LogMessage {
  level
  logger
  text
  loggedAt
}
fragment ResultParts on InvocationResult {
  isToolError
  structuredContent
  isTruncated
  content {
    __typename
    ... on TextContent {
      text
    }
    ... on ImageContent {
      mimeType
      data
    }
    ... on AudioContent {
      mimeType
      data
    }
    ... on ResourceLinkContent {
      uri
      name
      title
      description
      contentType: mimeType
    }
    ... on EmbeddedResourceContent {
      uri
      contentType: mimeType
      embeddedText: text
      blob
    }
    ... on OtherContent {
      raw
    }
  }
}`) as unknown as TypedDocumentString<CancelInvocationMutation, CancelInvocationMutationVariables>;
export const RepeatInvocationDocument = new TypedDocumentString(`
    mutation RepeatInvocation($input: RepeatInvocationInput!) {
  repeatInvocation(input: $input) {
    invocation {
      ...InvocationParts
    }
    problems {
      ...ProblemParts
    }
  }
}
    fragment ProblemParts on Problem {
  __typename
  code
  message
  path
  ... on ArgumentsInvalid {
    violations {
      pointer
      message
    }
  }
  ... on ReauthorizationRequired {
    account {
      id
    }
  }
  ... on RateLimited {
    retryAt
  }
}
fragment AttemptParts on ConnectAttempt {
  id
  service {
    id
  }
  state
  authorizationUrl
  authorizationHost
  expiresAt
  account {
    id
  }
  problem {
    ...ProblemParts
  }
  revision
}
fragment InvocationParts on Invocation {
  id
  tool {
    id
  }
  service {
    id
  }
  toolName
  conversationId
  prompt
  arguments
  state
  progress {
    current
    total
    message
  }
  connectAttempt {
    ...AttemptParts
  }
  result {
    ...ResultParts
  }
  problem {
    ...ProblemParts
  }
  approval {
    decision
    isEdited
    expiresAt
  }
  log {
    ...LogParts
  }
  availableActions
  repeats {
    id
  }
  createdAt
  finishedAt
  erasedAt
  revision
}
fragment LogParts on LogMessage {
  level
  logger
  text
  loggedAt
}
fragment ResultParts on InvocationResult {
  isToolError
  structuredContent
  isTruncated
  content {
    __typename
    ... on TextContent {
      text
    }
    ... on ImageContent {
      mimeType
      data
    }
    ... on AudioContent {
      mimeType
      data
    }
    ... on ResourceLinkContent {
      uri
      name
      title
      description
      contentType: mimeType
    }
    ... on EmbeddedResourceContent {
      uri
      contentType: mimeType
      embeddedText: text
      blob
    }
    ... on OtherContent {
      raw
    }
  }
}`) as unknown as TypedDocumentString<RepeatInvocationMutation, RepeatInvocationMutationVariables>;
export const EraseInvocationDocument = new TypedDocumentString(`
    mutation EraseInvocation($input: EraseInvocationInput!) {
  eraseInvocation(input: $input) {
    invocation {
      ...InvocationParts
    }
    problems {
      ...ProblemParts
    }
  }
}
    fragment ProblemParts on Problem {
  __typename
  code
  message
  path
  ... on ArgumentsInvalid {
    violations {
      pointer
      message
    }
  }
  ... on ReauthorizationRequired {
    account {
      id
    }
  }
  ... on RateLimited {
    retryAt
  }
}
fragment AttemptParts on ConnectAttempt {
  id
  service {
    id
  }
  state
  authorizationUrl
  authorizationHost
  expiresAt
  account {
    id
  }
  problem {
    ...ProblemParts
  }
  revision
}
fragment InvocationParts on Invocation {
  id
  tool {
    id
  }
  service {
    id
  }
  toolName
  conversationId
  prompt
  arguments
  state
  progress {
    current
    total
    message
  }
  connectAttempt {
    ...AttemptParts
  }
  result {
    ...ResultParts
  }
  problem {
    ...ProblemParts
  }
  approval {
    decision
    isEdited
    expiresAt
  }
  log {
    ...LogParts
  }
  availableActions
  repeats {
    id
  }
  createdAt
  finishedAt
  erasedAt
  revision
}
fragment LogParts on LogMessage {
  level
  logger
  text
  loggedAt
}
fragment ResultParts on InvocationResult {
  isToolError
  structuredContent
  isTruncated
  content {
    __typename
    ... on TextContent {
      text
    }
    ... on ImageContent {
      mimeType
      data
    }
    ... on AudioContent {
      mimeType
      data
    }
    ... on ResourceLinkContent {
      uri
      name
      title
      description
      contentType: mimeType
    }
    ... on EmbeddedResourceContent {
      uri
      contentType: mimeType
      embeddedText: text
      blob
    }
    ... on OtherContent {
      raw
    }
  }
}`) as unknown as TypedDocumentString<EraseInvocationMutation, EraseInvocationMutationVariables>;
export const AnswerElicitationDocument = new TypedDocumentString(`
    mutation AnswerElicitation($input: AnswerElicitationInput!) {
  answerElicitation(input: $input) {
    elicitation {
      ...ElicitationParts
    }
    invocation {
      ...InvocationParts
    }
    problems {
      ...ProblemParts
    }
  }
}
    fragment ProblemParts on Problem {
  __typename
  code
  message
  path
  ... on ArgumentsInvalid {
    violations {
      pointer
      message
    }
  }
  ... on ReauthorizationRequired {
    account {
      id
    }
  }
  ... on RateLimited {
    retryAt
  }
}
fragment AttemptParts on ConnectAttempt {
  id
  service {
    id
  }
  state
  authorizationUrl
  authorizationHost
  expiresAt
  account {
    id
  }
  problem {
    ...ProblemParts
  }
  revision
}
fragment InvocationParts on Invocation {
  id
  tool {
    id
  }
  service {
    id
  }
  toolName
  conversationId
  prompt
  arguments
  state
  progress {
    current
    total
    message
  }
  connectAttempt {
    ...AttemptParts
  }
  result {
    ...ResultParts
  }
  problem {
    ...ProblemParts
  }
  approval {
    decision
    isEdited
    expiresAt
  }
  log {
    ...LogParts
  }
  availableActions
  repeats {
    id
  }
  createdAt
  finishedAt
  erasedAt
  revision
}
fragment LogParts on LogMessage {
  level
  logger
  text
  loggedAt
}
fragment ResultParts on InvocationResult {
  isToolError
  structuredContent
  isTruncated
  content {
    __typename
    ... on TextContent {
      text
    }
    ... on ImageContent {
      mimeType
      data
    }
    ... on AudioContent {
      mimeType
      data
    }
    ... on ResourceLinkContent {
      uri
      name
      title
      description
      contentType: mimeType
    }
    ... on EmbeddedResourceContent {
      uri
      contentType: mimeType
      embeddedText: text
      blob
    }
    ... on OtherContent {
      raw
    }
  }
}
fragment ElicitationParts on Elicitation {
  id
  invocation {
    id
  }
  service {
    id
  }
  message
  ask {
    __typename
    ... on FormAsk {
      form {
        ...FormParts
      }
    }
    ... on UrlAsk {
      url
      host
      hasPunycode
    }
  }
  state
  action
  expiresAt
  revision
}
fragment FormParts on Form {
  isComplete
  fields {
    __typename
    key
    pointer
    parentKey
    label
    description
    isRequired
    isNullable
    defaultValue
    shownWhen {
      ...ConditionParts
    }
    requiredWhen {
      ...ConditionParts
    }
    ... on FormTextField {
      format
      minLength
      maxLength
      pattern
    }
    ... on FormNumberField {
      isInteger
      minimum
      maximum
      multipleOf
    }
    ... on FormChoiceField {
      allowsMultiple
      options {
        value
        label
        description
      }
    }
    ... on FormListField {
      minItems
      maxItems
    }
    ... on FormVariantField {
      defaultVariant
      variants {
        key
        label
        description
      }
    }
  }
}
fragment ConditionParts on FormCondition {
  pointer
  values
  isNegated
  isMetWhenAbsent
}`) as unknown as TypedDocumentString<AnswerElicitationMutation, AnswerElicitationMutationVariables>;