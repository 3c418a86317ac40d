import { expect, it } from '@jest/globals';
import type { Tx } from '#database';
import { AccountEventsBus } from './account-events.js';

const tx = {} as Tx;

it('a fact reaches its handlers in the order they asked, each awaited, with the transaction it is part of', async () => {
  const bus = new AccountEventsBus();
  const seen: unknown[] = [];
  bus.on('verified', async (event, given) => {
    await new Promise((done) => setImmediate(done));
    seen.push(['first', event, given]);
  });
  bus.on('verified', async (event) => void seen.push(['second', event]));
  bus.on('passwordChanged', async () => void seen.push('another'));
  await bus.emit('verified', { userUuid: 'u', email: 'u@example.com' }, tx);
  expect(seen).toEqual([
    ['first', { userUuid: 'u', email: 'u@example.com' }, tx],
    ['second', { userUuid: 'u', email: 'u@example.com' }],
  ]);
});

it('a handler that fails fails the fact', async () => {
  const bus = new AccountEventsBus();
  bus.on('accountClosed', () => Promise.reject(new Error('books are open')));
  await expect(bus.emit('accountClosed', { accountUuid: 'a' })).rejects.toThrow('books are open');
});

it('a fact nobody asked for is no error', async () => {
  await expect(
    new AccountEventsBus().emit('verified', { userUuid: 'u', email: 'u@example.com' }),
  ).resolves.toBeUndefined();
});
