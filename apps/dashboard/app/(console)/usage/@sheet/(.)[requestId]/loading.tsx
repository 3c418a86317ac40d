import { ReceiptShape } from '@/components/console/skeletons';

export default function Loading() {
  return <ReceiptShape />;
}
