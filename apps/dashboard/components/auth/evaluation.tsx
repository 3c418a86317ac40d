'use client';

import { createContext, type ReactNode, useContext } from 'react';

const Evaluation = createContext(false);

/** Where no mail server is set up, pages say where a mail is to be read instead. */
export function EvaluationProvider({ value, children }: { value: boolean; children: ReactNode }) {
  return <Evaluation.Provider value={value}>{children}</Evaluation.Provider>;
}

export function useIsEvaluation(): boolean {
  return useContext(Evaluation);
}
