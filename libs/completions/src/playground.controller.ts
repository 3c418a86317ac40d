import type { IncomingMessage, ServerResponse } from 'node:http';
import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { AccountsService, CurrentMember, type Member as CurrentMemberOf } from '#accounts';
import { Member } from '#http';
import { CompletionsEndpoint } from './completions.endpoint.js';

/** Chat for a signed-in member, metered like any request: charged to the active account, by no key. */
@Controller('api/dashboard/playground')
@ApiTags('playground')
export class PlaygroundController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly completions: CompletionsEndpoint,
  ) {}

  /** The body is read where every metered body is: nothing in front of this may parse it. */
  @Post('chat/completions')
  @HttpCode(200)
  @Member('playground:use')
  @ApiOperation({
    operationId: 'playgroundChat',
    summary: "A chat completion: OpenAI's body and answer, also streamed",
  })
  @ApiBody({ schema: { type: 'object', additionalProperties: true } })
  @ApiProduces('application/json', 'text/event-stream')
  @ApiOkResponse({ schema: { type: 'object', additionalProperties: true } })
  async chat(
    @CurrentMember() member: CurrentMemberOf,
    @Req() request: IncomingMessage,
    @Res() response: ServerResponse,
  ): Promise<void> {
    const caller = await this.accounts.caller(member.accountUuid);
    this.completions.serveFor(caller, 'chat', request, response);
  }
}
