import { type SubmitEvent, useState } from 'react';
import type { Failure, Outcome } from '@/lib/api/browser';

/** One request at a time, and why the last one was refused. */
export function useFormState() {
  const [failure, setFailure] = useState<Failure | null>(null);
  const [isBusy, setIsBusy] = useState(false);

  /** The answer's value, or null after it was refused: the form then shows `failure`. */
  async function ask<T>(call: () => Promise<Outcome<T>>): Promise<{ value: T } | null> {
    setIsBusy(true);
    setFailure(null);
    const outcome = await call();
    setIsBusy(false);
    if (outcome.ok) return { value: outcome.value };
    setFailure(outcome.failure);
    return null;
  }

  return { failure, isBusy, ask };
}

/** What was typed, by the names of the fields. */
export function typedIn(event: SubmitEvent<HTMLFormElement>): (name: string) => string {
  event.preventDefault();
  const form = new FormData(event.currentTarget);
  return (name) => String(form.get(name) ?? '');
}
