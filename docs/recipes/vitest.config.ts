import { fileURLToPath } from 'node:url';

import { defineConfig } from 'vitest/config';

const module = (name: string) => fileURLToPath(new URL(`node_modules/${name}`, import.meta.url));

export default defineConfig({
  test: { include: ['tests/**/*.test.ts'], testTimeout: 30_000 },
  resolve: {
    // The example may not be installed; what it needs of its libraries is here.
    alias: {
      '@reduxjs/toolkit': module('@reduxjs/toolkit'),
      'graphql-ws': module('graphql-ws'),
    },
  },
  plugins: [
    {
      // As `babel-plugin-relay` does: an operation stands for what the compiler made of it.
      name: 'relay',
      transform(code, id) {
        if (!id.endsWith('/dist/relay.ts')) return null;
        const imports: string[] = [];
        const compiled = code.replaceAll(/graphql`\s*\w+ (\w+)[^`]*`/g, (_, name: string) => {
          imports.push(`import ${name}Document from './__generated__/${name}.graphql.ts';`);
          return `${name}Document`;
        });
        return { code: `${imports.join('\n')}\n${compiled}`, map: null };
      },
    },
  ],
});
