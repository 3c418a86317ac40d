import { getTranslations } from 'next-intl/server';
import { Unreachable } from '@/components/unreachable';
import { readRequest } from '@/lib/api/account';
import { readKeyNames } from '@/lib/api/keys';
import { RequestReceipt } from './request-receipt';

/** The receipt of a request by its id, or why there is none. */
export async function RequestRecord({ id }: { id: string }) {
  const [t, request, keyNames] = await Promise.all([
    getTranslations('usage'),
    readRequest(id),
    readKeyNames(),
  ]);
  if (request.ok) return <RequestReceipt request={request.value} keyNames={keyNames} />;
  if (request.status === 404 || request.status === 400) return <p className="text-muted">{t('noReceipt')}</p>;
  return <Unreachable answer={request} />;
}
