import { isIP } from 'node:net';
import { expect, it } from '@jest/globals';
import { AddressRules, parseAddress } from './address-rules.js';

/** Names as an attacker's server might resolve them; nothing here asks a real one. */
const NAMES: Record<string, string[]> = {
  'models.example.com': ['93.184.215.14', '2606:2800:21f:cb07::1'],
  'inside.example.com': ['10.0.0.7'],
  'both.example.com': ['93.184.215.14', '127.0.0.1'],
  localhost: ['127.0.0.1', '::1'],
  'localhost.': ['127.0.0.1'],
  'metadata.google.internal': ['169.254.169.254'],
};
async function resolve(host: string) {
  const addresses = NAMES[host];
  if (!addresses) throw new Error('ENOTFOUND');
  return addresses.map((address) => ({ address, family: isIP(address) }));
}
const rules = new AddressRules([], resolve);

it.each([
  'http://127.0.0.1:11434/v1',
  'http://127.1/v1',
  'http://2130706433/v1',
  'http://0x7f.0.0.1/v1',
  'http://0177.0.0.1/v1',
  'http://0.0.0.0/v1',
  'http://0/v1',
  'http://10.1.2.3/v1',
  'http://172.16.0.1/v1',
  'http://172.31.255.255/v1',
  'http://192.168.1.1/v1',
  'http://100.64.0.1/v1',
  'http://169.254.169.254/latest/meta-data',
  'http://198.18.0.1/v1',
  'http://224.0.0.1/v1',
  'http://255.255.255.255/v1',
  'http://[::1]/v1',
  'http://[::]/v1',
  'http://[fe80::1]/v1',
  'http://[fd00:ec2::254]/v1',
  'http://[fc00::1]/v1',
  'http://[::ffff:127.0.0.1]/v1',
  'http://[::ffff:7f00:1]/v1',
  'http://[64:ff9b::7f00:1]/v1',
  'http://[2002:7f00:1::]/v1',
  'http://[2001:0:7f00:1::]/v1',
  'http://[ff02::1]/v1',
  'http://localhost:8000/v1',
  'http://localhost./v1',
  'http://LOCALHOST/v1',
  'http://inside.example.com/v1',
  'http://both.example.com/v1',
  'http://metadata.google.internal/computeMetadata/v1',
  'http://unknown.example.com/v1',
])('the console may not add %s', async (address) => {
  await expect(rules.requirePublic(parseAddress(address))).rejects.toThrow(/private network|not known/);
});

it.each([
  'https://models.example.com/v1',
  'http://93.184.215.14:8000/v1',
  'http://172.32.0.1/v1',
  'https://[2606:2800:21f:cb07::1]/v1',
])('the console may add %s', async (address) => {
  await expect(rules.requirePublic(parseAddress(address))).resolves.toBeUndefined();
});

it.each([
  'not a url',
  'models.example.com/v1',
  'ftp://models.example.com/v1',
  'file:///etc/passwd',
  'gopher://models.example.com',
  'javascript:alert(1)',
  'https://user:password@models.example.com/v1',
  'https://user@models.example.com/v1',
  'https://models.example.com/v1#x',
  'https://models.example.com/v1?key=x',
  'https://models.example.com/v1?',
])('nobody may add %s', (address) => {
  expect(() => parseAddress(address)).toThrow(expect.objectContaining({ code: 'invalid_value' }));
});

it('an address is taken apart without its last slash', () => {
  expect(parseAddress(' https://Models.Example.com:443/api/v1/ ')).toEqual({
    origin: 'https://models.example.com',
    pathPrefix: '/api/v1',
    host: 'models.example.com',
  });
});

it('what the operator allows by address, network or name may be added, and nothing beside it', async () => {
  const some = new AddressRules(['10.0.0.0/24', '192.168.7.7', 'Localhost', 'fd00::/8'], resolve);
  for (const open of ['10.0.0.9', '192.168.7.7', 'localhost', '[fd00::1]', 'inside.example.com']) {
    await expect(some.requirePublic(parseAddress(`http://${open}/v1`))).resolves.toBeUndefined();
  }
  for (const shut of ['10.0.1.9', '192.168.7.8', '127.0.0.1', 'both.example.com']) {
    await expect(some.requirePublic(parseAddress(`http://${shut}/v1`))).rejects.toThrow('private network');
  }
  expect(() => new AddressRules(['10.0.0.0/99'])).toThrow('10.0.0.0/99');
  expect(() => new AddressRules(['http://10.0.0.1'])).toThrow('is not an IP address');
});

it('a name that moved inside after it was added is not connected to', async () => {
  const answers: unknown[] = [];
  await new Promise<void>((done) => {
    rules.guardedLookup('both.example.com', { all: true }, (...answer) => {
      answers.push(answer);
      done();
    });
  });
  await new Promise<void>((done) => {
    rules.guardedLookup('inside.example.com', { all: true }, (error) => {
      answers.push(error?.message);
      done();
    });
  });
  expect(answers).toEqual([
    [null, [{ address: '93.184.215.14', family: 4 }]],
    'the name has no address one may connect to',
  ]);
});
