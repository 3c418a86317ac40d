import { Injectable } from '@nestjs/common';
import type { Tx } from './transactions.js';

/** Who did something: a signed-in user, an operator at the command line, or the product itself. */
export interface Actor {
  kind: 'user' | 'command_line' | 'system';
  /** The user's id, or the operating system's user name. */
  id: string;
}

/** Writes down what people did to accounts, keys, models and money: who, when, what, why. */
@Injectable()
export class AuditLog {
  /** Adds a line in the caller's transaction, so that there is no action without its line. Never pass a secret. */
  async write(
    tx: Tx,
    line: {
      actor: Actor;
      action: string;
      subject: string;
      reason?: string;
      detail?: Record<string, unknown>;
    },
  ): Promise<void> {
    await tx.query(
      `INSERT INTO audit_log (actor_kind, actor_id, action, subject, reason, detail)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [line.actor.kind, line.actor.id, line.action, line.subject, line.reason ?? null, line.detail ?? {}],
    );
  }
}
