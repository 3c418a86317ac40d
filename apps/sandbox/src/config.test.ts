import { describe, expect, it } from '@jest/globals';
import { parseConfig } from './config.js';

describe('the command line', () => {
  it('listens on loopback port 9000 and keeps its journal in memory when nothing is said', () => {
    expect(parseConfig([])).toEqual({
      port: 9000,
      host: '127.0.0.1',
      journalFile: undefined,
      watchParent: false,
    });
  });

  it('names what is wrong', () => {
    expect(() => parseConfig(['--port', 'many'])).toThrow('--port many is not a port number');
    expect(() => parseConfig(['--prot', '1'])).toThrow('--prot');
  });
});
