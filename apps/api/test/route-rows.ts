/** Members of an account, by the first letter of their role: owner, admin, developer, billing, viewer. */
type Roles = string;

/** What the sweeps need to know of a route. A route of the app without its row fails the first test. */
export interface Row {
  /**
   * `public` asks for nothing, `session` for somebody signed in, `member` for a member whose role may, `operator` for
   * an operator, `link` for a token in the address, `key` for a key.
   */
  who: 'public' | 'key' | 'session' | 'member' | 'operator' | 'link';
  /** The path, with the id of a thing where the route has one. */
  path: (ids: { own: string }) => string;
  /** What the id is of: then it is for nobody else. */
  of?: Thing;
  /** Which members may call it. */
  may?: Roles;
  /** What the sweep sends. */
  body?: (ids: { own: string }) => object;
  /** The status for whoever may. */
  ok?: number;
}

/** `mine` is an invitation, which is its addressee's; all else is an account's. */
export type Thing = 'request' | 'key' | 'invitation' | 'mine' | 'user' | 'alert' | 'account';

const EVERYBODY = 'oadbv';
const open = (path: string): Row => ({ who: 'public', path: () => path });
const keyed = (path: string): Row => ({ who: 'key', path: () => path });

/** Every route of the app. */
export const ROWS: Record<string, Row> = {
  'GET /unsubscribe': { who: 'link', path: () => '/unsubscribe' },
  'POST /unsubscribe': { who: 'link', path: () => '/unsubscribe' },
  'GET /healthz': open('/healthz'),
  'GET /readyz': open('/readyz'),
  'GET /api/dashboard/public/service': open('/api/dashboard/public/service'),
  'GET /api/dashboard/public/models': open('/api/dashboard/public/models'),
  'GET /api/billing/subscription': keyed('/api/billing/subscription'),
};

type Extras = Pick<Row, 'of' | 'body' | 'ok'>;

function dashboard(route: string, row: Omit<Row, 'path'>): void {
  const [method, pattern = ''] = route.split(' ');
  const path = ({ own }: { own: string }) => `/api/dashboard/${pattern.replace(/:\w+/, own)}`;
  ROWS[`${method} /api/dashboard/${pattern}`] = { ok: 200, path, ...row };
}
const member = (route: string, may: Roles, extras: Extras = {}) =>
  dashboard(route, { who: 'member', may, ...extras });
const session = (route: string, extras: Extras = {}) =>
  dashboard(route, { who: 'session', may: EVERYBODY, ...extras });

session('GET me');
session('PATCH me', { body: () => ({ name: 'Ada' }), ok: 204 });
session('POST accounts', { body: () => ({ name: 'A team' }), ok: 201 });
session('PUT active-account', { of: 'account', body: ({ own }) => ({ accountId: own }), ok: 204 });
session('GET invitations/:id', { of: 'mine' });
session('POST invitations/:id/accept', { of: 'mine' });
session('POST invitations/:id/decline', { of: 'mine', ok: 204 });

member('PATCH account', 'oa', { body: () => ({ name: 'Ada and others' }), ok: 204 });
// With a wrong name, so that the account is there for the next test: whoever may is told so.
member('DELETE account', 'o', { body: () => ({ confirmName: 'wrong', password: 'wrong' }), ok: 400 });
member('GET balance', EVERYBODY);
member('GET team', EVERYBODY);
member('POST team/invitations', 'oa', {
  body: () => ({ email: 'new@example.com', role: 'viewer' }),
  ok: 201,
});
member('DELETE team/invitations/:id', 'oa', { of: 'invitation', ok: 204 });
member('PATCH team/members/:userId', 'oa', { of: 'user', body: () => ({ role: 'billing' }), ok: 204 });
member('DELETE team/members/:userId', 'oa', { of: 'user', ok: 204 });

member('GET keys', 'oadv');
member('GET keys/spending', 'oadv');
member('GET keys/names', EVERYBODY);
member('POST keys', 'oad', { body: () => ({ name: 'new' }), ok: 201 });
member('PATCH keys/:id', 'oad', { of: 'key', body: () => ({ name: 'other' }) });
member('DELETE keys/:id', 'oad', { of: 'key', ok: 204 });
member('POST keys/:id/rotate', 'oad', { of: 'key', body: () => ({ graceSeconds: 60 }) });
member('POST playground/chat/completions', 'oad', {
  body: () => ({ model: 'llama3.2:3b', messages: [{ role: 'user', content: 'hello' }], max_tokens: 5 }),
});

member('GET usage', EVERYBODY);
member('GET usage.csv', EVERYBODY);
member('GET requests', EVERYBODY);
member('GET requests/:id', EVERYBODY, { of: 'request' });
for (const page of ['grants', 'ledger', 'holds', 'plans']) member(`GET billing/${page}`, 'oabv');

for (const page of ['', '/count', '/preferences', '/threshold']) member(`GET alerts${page}`, EVERYBODY);
member('PUT alerts/preferences', EVERYBODY, {
  body: () => ({ kind: 'low_balance', dashboard: true, mail: false }),
});
member('PUT alerts/threshold', 'oab', { body: () => ({ credits: 7 }) });
member('POST alerts/read-all', EVERYBODY, { ok: 204 });
member('POST alerts/:id/read', EVERYBODY, { of: 'alert', ok: 204 });

const operator = (route: string, ok: number) => {
  const [method, pattern = ''] = route.split(' ');
  const path = () => `/api/operator/${pattern.replace(':id', 'mail_0197f0c2000070008000000000000000')}`;
  ROWS[`${method} /api/operator/${pattern}`] = { who: 'operator', path, ok };
};
operator('GET mails', 200);
// What is found and sent again is in the tests of the mail log; here nobody else gets so far.
operator('GET mails/:id', 404);
operator('POST mails/:id/retry', 400);

for (const prefix of ['/v1', '/api/v1']) {
  ROWS[`POST ${prefix}/chat/completions`] = keyed(`${prefix}/chat/completions`);
  ROWS[`POST ${prefix}/completions`] = keyed(`${prefix}/completions`);
  ROWS[`POST ${prefix}/embeddings`] = keyed(`${prefix}/embeddings`);
  ROWS[`GET ${prefix}/models`] = keyed(`${prefix}/models`);
  ROWS[`GET ${prefix}/models/*id`] = keyed(`${prefix}/models/llama3.2:3b`);
  ROWS[`GET ${prefix}/usage`] = keyed(`${prefix}/usage`);
  ROWS[`GET ${prefix}/requests/:id`] = {
    who: 'key',
    path: ({ own }) => `${prefix}/requests/${own}`,
    of: 'request',
  };
}
