// The nodes of the store, as the operations select them.

export type {
  AccountPartsFragment as Account,
  AttemptPartsFragment as Attempt,
  ElicitationPartsFragment as Elicitation,
  FormPartsFragment as Form,
  InvocationPartsFragment as Invocation,
  LogPartsFragment as LogMessage,
  ProblemPartsFragment as Problem,
  ResultPartsFragment as Result,
  RevocationState,
  ServicePartsFragment as Service,
  ToolConfirmation,
  ToolPartsFragment as Tool,
  ConfirmationPolicy,
} from './generated.ts';

import type {
  CatalogPartsFragment,
  EventsSubscription,
  FormPartsFragment,
  ResultPartsFragment,
  SnapshotQuery,
} from './generated.ts';

/** What an account offers, by the account's id. */
export type Catalog = CatalogPartsFragment & { readonly accountId: string };

/** A form field, and one of its kinds. */
export type FormField = FormPartsFragment['fields'][number];
export type FormFieldOf<Kind extends FormField['__typename']> = Extract<
  FormField,
  { __typename: Kind }
>;

/** A piece of a result. */
export type ContentBlock = ResultPartsFragment['content'][number];

/** What the viewer decided for all tools. */
export type ViewerSettings = SnapshotQuery['viewer']['settings'];

/** Something that happened. */
export type AttacheEvent = EventsSubscription['viewerEvents'];
export type AttacheEventName = NonNullable<AttacheEvent['__typename']>;
