import { readFileSync } from 'node:fs';

import type { Session } from '../src/attache/index.ts';

/** What `attache dev` leaves for programs, here or where `ATTACHE_DEV` says. */
export const session = (): Session => {
  const file = process.env.ATTACHE_DEV ?? new URL('../../../.attache/dev.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Session;
};
