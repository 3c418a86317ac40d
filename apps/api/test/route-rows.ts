/** What the sweep needs to know of a route. A route of the app without its row fails the first test. */
export interface Row {
  /** `public` asks for nothing, `member` for somebody signed in, `link` for a token in the address, all else for a key. */
  who: 'public' | 'key' | 'member' | 'link';
  /** The path, with the id of a record where the route has one. */
  path: (ids: { own: string }) => string;
  /** Whether the id in it is somebody's: then it is for nobody else. */
  owned?: boolean;
}

const open = (path: string): Row => ({ who: 'public', path: () => path });
const keyed = (path: string): Row => ({ who: 'key', path: () => path });
const member = (path: string): Row => ({ who: 'member', path: () => path });
/** Every route of the app. */
export const ROWS: Record<string, Row> = {
  'GET /unsubscribe': { who: 'link', path: () => '/unsubscribe' },
  'POST /unsubscribe': { who: 'link', path: () => '/unsubscribe' },
  'GET /healthz': open('/healthz'),
  'GET /readyz': open('/readyz'),
  'GET /api/dashboard/public/service': open('/api/dashboard/public/service'),
  'GET /api/dashboard/public/models': open('/api/dashboard/public/models'),
  'GET /api/billing/subscription': keyed('/api/billing/subscription'),
  'GET /api/dashboard/requests/:id': {
    who: 'member',
    path: ({ own }) => `/api/dashboard/requests/${own}`,
    owned: true,
  },
  'POST /api/dashboard/playground/chat/completions': member('/api/dashboard/playground/chat/completions'),
};
for (const route of [
  'GET /api/dashboard/alerts',
  'GET /api/dashboard/alerts/count',
  'GET /api/dashboard/alerts/preferences',
  'PUT /api/dashboard/alerts/preferences',
  'GET /api/dashboard/alerts/threshold',
  'PUT /api/dashboard/alerts/threshold',
  'POST /api/dashboard/alerts/read-all',
  'POST /api/dashboard/alerts/:id/read',
]) {
  ROWS[route] = member(route.split(' ')[1]!.replace(':id', 'alr_0197f0c2000070008000000000000000'));
}
for (const path of [
  'balance',
  'usage',
  'usage.csv',
  'requests',
  'keys/spending',
  'billing/grants',
  'billing/ledger',
  'billing/holds',
  'billing/plans',
]) {
  ROWS[`GET /api/dashboard/${path}`] = member(`/api/dashboard/${path}`);
}
const KEY = 'key_0197f0c2000070008000000000000000';
const INVITATION = 'inv_0197f0c2000070008000000000000000';
const USER = 'usr_0197f0c2000070008000000000000000';
const dashboard = (route: string, path = route.split(' ')[1]!) => {
  const [method, pattern] = route.split(' ');
  ROWS[`${method} /api/dashboard/${pattern}`] = member(`/api/dashboard/${path}`);
};
dashboard('GET me');
dashboard('PATCH me');
dashboard('POST accounts');
dashboard('PUT active-account');
dashboard('PATCH account');
dashboard('DELETE account');
dashboard('GET team');
dashboard('POST team/invitations');
dashboard('DELETE team/invitations/:id', `team/invitations/${INVITATION}`);
dashboard('PATCH team/members/:userId', `team/members/${USER}`);
dashboard('DELETE team/members/:userId', `team/members/${USER}`);
dashboard('GET invitations/:id', `invitations/${INVITATION}`);
dashboard('POST invitations/:id/accept', `invitations/${INVITATION}/accept`);
dashboard('POST invitations/:id/decline', `invitations/${INVITATION}/decline`);
dashboard('GET keys');
dashboard('POST keys');
dashboard('PATCH keys/:id', `keys/${KEY}`);
dashboard('DELETE keys/:id', `keys/${KEY}`);
dashboard('POST keys/:id/rotate', `keys/${KEY}/rotate`);
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
    owned: true,
  };
}
