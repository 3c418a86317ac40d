import { afterEach, expect, it, jest } from '@jest/globals';
import { armFailpoints, FAILPOINTS, failpoint } from '#common';
import { readApiConfig } from '../src/config.js';
import { failpointAction, readFailpoints } from '../src/failpoints.js';

const GOOD = {
  DATABASE_URL: 'postgres://u@localhost/d',
  AUTH_SECRET: 'x'.repeat(32),
  SECRETS_KEY: Buffer.alloc(32).toString('base64'),
};

afterEach(() => armFailpoints(() => undefined));

it('off means off: a place that nobody armed gives nothing to wait for', () => {
  expect(readApiConfig(GOOD).failpoints).toEqual([]);
  expect(FAILPOINTS.map((place) => failpoint(place))).toEqual(FAILPOINTS.map(() => undefined));
});

it('production refuses to fail on purpose', () => {
  const environment = { ...GOOD, FAILPOINTS: 'stream.mid=kill', PUBLIC_URL: 'https://api.example.com' };
  expect(readApiConfig(environment).failpoints).toHaveLength(1);
  expect(() => readApiConfig({ ...environment, MODE: 'production' })).toThrow('FAILPOINTS');
});

it('an order that names no place, no action or no rate stops the start', () => {
  for (const wrong of ['stream.midd=kill', 'stream.mid=stop', 'stream.mid=kill@0', 'stream.mid=kill@1.5']) {
    expect(() => readApiConfig({ ...GOOD, FAILPOINTS: wrong })).toThrow('FAILPOINTS');
  }
});

it('each nth passing of a place throws, and no other place does', () => {
  armFailpoints(failpointAction(readFailpoints('settle.after_commit=throw@3')));
  const pass = () => failpoint('settle.after_commit');
  expect([pass(), pass(), failpoint('stream.mid')]).toEqual([undefined, undefined, undefined]);
  expect(pass).toThrow('settle.after_commit');
  expect(pass()).toBeUndefined();
});

it('a kill says where before it kills', () => {
  const kill = jest.spyOn(process, 'kill').mockReturnValue(true);
  armFailpoints(failpointAction(readFailpoints('sweeper.mid=kill')));
  void failpoint('sweeper.mid');
  expect(kill).toHaveBeenCalledWith(process.pid, 'SIGKILL');
  kill.mockRestore();
});
