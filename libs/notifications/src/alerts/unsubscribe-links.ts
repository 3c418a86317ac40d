import { createHmac, timingSafeEqual } from 'node:crypto';
import { type AlertKind, isAlertKind } from './alert-kinds.js';

const macOf = (secret: string, text: string) =>
  createHmac('sha256', secret).update(`unsubscribe:${text}`).digest('base64url');

/** The address that ends one kind of mail for one person. It works for as long as the secret is the same. */
export function unsubscribeUrl(
  { publicUrl, authSecret }: { publicUrl: string; authSecret: string },
  { userUuid, kind }: { userUuid: string; kind: AlertKind },
): string {
  const text = `${userUuid}.${kind}`;
  return `${publicUrl}/unsubscribe?token=${text}.${macOf(authSecret, text)}`;
}

/** Who wants to end what; undefined for a token that is not ours. */
export function readUnsubscribeToken(
  authSecret: string,
  token: unknown,
): { userUuid: string; kind: AlertKind } | undefined {
  const [userUuid = '', kind, mac = ''] = typeof token === 'string' ? token.split('.') : [];
  const expected = Buffer.from(macOf(authSecret, `${userUuid}.${kind}`));
  const given = Buffer.from(mac);
  if (expected.length !== given.length || !timingSafeEqual(expected, given) || !isAlertKind(kind))
    return undefined;
  return { userUuid, kind };
}
