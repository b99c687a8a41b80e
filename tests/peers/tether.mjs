// What both peers have in common: how they talk to the test, and that they end with it.
//
// They speak in lines of JSON, one way each: facts go out on standard output, one line of
// settings comes in on standard input.

import { createInterface } from 'node:readline';

const lines = createInterface({ input: process.stdin });

// A test that is killed has no chance to stop anybody. The kernel closes its end of the
// pipe in any case, and nothing else does.
lines.on('close', () => process.exit());

export const say = (fact) => process.stdout.write(`${JSON.stringify(fact)}\n`);

export const settings = () =>
  new Promise((resolve) => {
    lines.once('line', (line) => resolve(JSON.parse(line)));
  });
