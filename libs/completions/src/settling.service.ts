import { Injectable } from '@nestjs/common';
import { type AttemptRecord, LedgerService, type Outcome, type Settlement } from '#billing';
import { toCredits } from '#common';
import type { Admitted } from './admission.service.js';
import { countPromptTokens, countTokens } from './meter/token-counter.js';
import { type ReadUsage, readUsage } from './meter/usage.js';
import type { AnswerUsage } from './wire/answer-edits.js';

/** What came of a request, for its meter: what the upstream said it used, and what there is to count otherwise. */
export interface Used {
  outcome: Outcome;
  /** The upstream's `usage` as parsed; undefined where it is not to be believed, as after a break. */
  reported: unknown;
  /** The output to count when the usage is absent or absurd. */
  texts: string[];
  attempts: AttemptRecord[];
}

/** What the client is told: the usage to put into the answer, and what it came to. */
export interface Charged {
  usage: AnswerUsage;
  settlement: Settlement;
}

const PROMPT_SLACK_TOKENS = 1_024;

/** Turns what was used into tokens, and tokens into a charge that is written before anybody hears of it. */
@Injectable()
export class SettlingService {
  constructor(private readonly ledger: LedgerService) {}

  /** Charges prompt and output: as reported where that is sane, else as counted here. */
  async charge(admitted: Admitted, used: Used): Promise<Charged> {
    const usage = this.read(admitted, used.reported);
    const tokens = usage.kind === 'reported' ? usage : await this.count(admitted, used.texts);
    const settlement = await this.ledger.settle({
      requestId: admitted.requestId,
      accountUuid: admitted.caller.accountUuid,
      end: 'settle',
      promptTokens: tokens.promptTokens,
      completionTokens: tokens.completionTokens,
      usageSource: usage.kind === 'reported' ? 'reported' : 'counted',
      outcome: used.outcome,
      flags: flagsOf(usage),
      streamed: admitted.request.stream,
      attempts: used.attempts,
    });
    const credits = toCredits(settlement.chargeMillicredits);
    const writesNothing = admitted.request.choices === 0;
    return {
      settlement,
      usage:
        usage.kind === 'reported'
          ? { kind: 'reported', credits }
          : {
              kind: 'ours',
              promptTokens: tokens.promptTokens,
              completionTokens: writesNothing ? undefined : tokens.completionTokens,
              credits,
            },
    };
  }

  /** Ends the hold without a charge. */
  async release(admitted: Admitted, ending: { outcome: Outcome; attempts: AttemptRecord[] }): Promise<void> {
    await this.ledger.settle({
      requestId: admitted.requestId,
      accountUuid: admitted.caller.accountUuid,
      end: 'release',
      promptTokens: 0,
      completionTokens: 0,
      usageSource: 'none',
      outcome: ending.outcome,
      flags: [],
      streamed: admitted.request.stream,
      attempts: ending.attempts,
    });
  }

  private read({ request, model, reservation }: Admitted, reported: unknown): ReadUsage {
    return readUsage(reported, {
      maxPromptTokens:
        request.bodyBytes + PROMPT_SLACK_TOKENS + request.imageCount * model.imageTokenAllowance,
      maxCompletionTokens: reservation.outputTokens * request.choices,
    });
  }

  private async count({ request, model }: Admitted, texts: string[]) {
    const promptTokens = await countPromptTokens(request, { tokensPerImage: model.imageTokenAllowance });
    // An echoed prompt stands in the answer's text and was not written; it is paid for as prompt.
    const written = (await countTokens(texts)) - request.echoes * promptTokens;
    return { promptTokens, completionTokens: Math.max(0, written) };
  }
}

function flagsOf(usage: ReadUsage): string[] {
  if (usage.kind === 'insane') return ['usage_insane'];
  return usage.kind === 'reported' && usage.totalDiffers ? ['total_differs'] : [];
}
