// A world for each test: a server as `attache dev` starts it, with its own database and third party,
// and the built frontend beside it.

import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test as base, type Locator, type Page } from '@playwright/test';
import { preview } from 'vite';

const BINARY = process.env.ATTACHE ?? '../../target/debug/attache';

/** A port that nobody listens on, and neither on the next one. */
async function freePort(): Promise<number> {
  const listen = (port: number) =>
    new Promise<number>((resolve, reject) => {
      const server = createServer();
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        const address = server.address();
        server.close(() => {
          resolve(typeof address === 'object' && address ? address.port : 0);
        });
      });
    });
  for (;;) {
    const port = await listen(0);
    if (port >= 65_535) continue;
    try {
      await listen(port + 1);
      return port;
    } catch {
      // Somebody has the next one.
    }
  }
}

/** A server for development that can be stopped and started. */
class Server {
  private child: ChildProcess | null = null;

  constructor(
    readonly directory: string,
    readonly port: number,
    private readonly origin: string,
    private readonly settings: readonly string[],
  ) {}

  async start(): Promise<void> {
    const playground = `http://127.0.0.1:${this.port + 1}`;
    const settings = this.settings.map((setting) => setting.replace('{playground}', playground));
    const set = settings.flatMap((setting) => ['--set', setting]);
    const args = ['dev', '--directory', this.directory, '--port', String(this.port)];
    const child = spawn(BINARY, [...args, '--origin', this.origin, ...set], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    let said = '';
    await new Promise<void>((resolve, reject) => {
      child.stderr.on('data', (text: Buffer) => {
        said += text.toString();
      });
      child.stdout.on('data', (text: Buffer) => {
        said += text.toString();
        if (said.includes('Ctrl-C')) resolve();
      });
      child.once('exit', () => {
        reject(new Error(`the server ended: ${said}`));
      });
    });
  }

  /** Tells it to end, or kills it, and waits. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const { child } = this;
    if (child?.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
    this.child = null;
  }
}

interface World {
  readonly server: Server;
  /** Where the frontend is. */
  readonly origin: string;
}

interface Options {
  /** Settings of the server, each a line of TOML, in which `{playground}` is the third party. */
  readonly settings: readonly string[];
}

export const test = base.extend<Options & { world: World }>({
  settings: [[], { option: true }],

  world: async ({ settings, context }, provide) => {
    const directory = mkdtempSync(join(tmpdir(), 'attache-chat-'));
    const [port, chatPort] = [await freePort(), await freePort()];
    const origin = `http://localhost:${chatPort}`;
    const server = new Server(directory, port, origin, settings);
    await server.start();
    process.env.ATTACHE_DEV = join(directory, 'dev.json');
    const frontend = await preview({
      logLevel: 'error',
      preview: { port: chatPort, strictPort: true, host: 'localhost' },
    });
    await provide({ server, origin });
    // Nothing ends before the browser lets go of its connections.
    await context.close();
    await frontend.close();
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  },

  page: async ({ page, world }, provide) => {
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(world.origin);
    await expect(page.getByRole('status').first()).toHaveText('Live');
    await provide(page);
    expect(complaints).toEqual([]);
  },
});

export { expect };

/** The dialog with the services, open. */
export async function services(page: Page): Promise<Locator> {
  const dialog = page.getByRole('dialog', { name: 'Services' });
  if (!(await dialog.isVisible())) await page.getByRole('button', { name: 'Services' }).click();
  return dialog;
}

export async function closeServices(page: Page): Promise<void> {
  await page.getByRole('dialog', { name: 'Services' }).getByRole('button', { name: 'Close' }).click();
}

/** Connects the toys, which takes one click. */
export async function connectToolbox(page: Page): Promise<void> {
  const card = (await services(page)).getByRole('listitem', { name: 'Toolbox' }).first();
  await card.getByRole('button', { name: 'Connect Toolbox' }).click();
  await expect(card.getByText(/^\d+ tools$/)).toBeVisible();
  await closeServices(page);
}

/** Leaves for the notebook, and comes back with somebody's consent. */
export async function connectNotebook(page: Page, person: 'Ada' | 'Grace'): Promise<Locator> {
  const card = (await services(page)).getByRole('listitem', { name: 'Notebook' }).first();
  await card.getByRole('button', { name: /^(Connect|Add account) Notebook$/ }).click();
  await page.getByLabel(person).check();
  await page.getByRole('button', { name: 'Allow' }).click();
  const back = page.getByRole('dialog', { name: 'Services' });
  await expect(back.getByText('Connected.', { exact: true })).toBeVisible();
  return back.getByRole('listitem', { name: 'Notebook' }).first();
}

export async function choose(page: Page, tool: string): Promise<void> {
  const picker = page.getByRole('region', { name: 'Tools' });
  await picker.getByRole('button', { name: new RegExp(`^${tool}`) }).first().click();
  await expect(page.getByRole('region', { name: 'New call' }).getByRole('heading')).toHaveText(tool);
  await expect(page.getByText('Reading the form…')).toBeHidden();
}

export async function run(page: Page, tool: string, prompt = ''): Promise<Locator> {
  await choose(page, tool);
  return submit(page, tool, prompt);
}

export async function submit(page: Page, tool: string, prompt = ''): Promise<Locator> {
  const calls = page.getByRole('article', { name: tool });
  const before = await calls.count();
  await page.getByLabel('What you want').fill(prompt);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(calls).toHaveCount(before + 1);
  return calls.last();
}
