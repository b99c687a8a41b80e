import type { CodegenConfig } from '@graphql-codegen/cli';

// Types and documents come from the server's contract and from the operations in
// `src/attache/operations`: nothing about the API is written by hand.
const config: CodegenConfig = {
  schema: '../../schema.graphql',
  documents: 'src/attache/operations/*.graphql',
  generates: {
    'src/attache/generated.ts': {
      plugins: ['typescript-operations', 'typed-document-node'],
      config: {
        documentMode: 'string',
        enumsAsTypes: true,
        useTypeImports: true,
        avoidOptionals: { field: true },
        immutableTypes: true,
        scalars: {
          DateTime: 'string',
          EventCursor: 'string',
          JSON: 'unknown',
          URL: 'string',
        },
      },
    },
  },
};

export default config;
