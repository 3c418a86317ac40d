import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Key } from '#http';
import { ModelsWire } from './models-wire.js';

/** The catalog for SDKs. */
@Controller(['v1/models', 'api/v1/models'])
@ApiExcludeController()
@Key('any')
export class ModelsController {
  constructor(private readonly wire: ModelsWire) {}

  @Get()
  async list(@Res() response: Response): Promise<void> {
    send(response, await this.wire.list());
  }

  @Get('*id')
  async one(@Req() request: Request, @Res() response: Response): Promise<void> {
    send(response, await this.wire.one(idIn(request.path)));
  }
}

/**
 * The id at the end of the path as it was sent: ids hold `:` and `/`, percent-encoded or not. The router has
 * refused what cannot be decoded.
 */
function idIn(path: string): string {
  return decodeURIComponent(path.slice(path.indexOf('/models/') + '/models/'.length).replace(/\/+$/, ''));
}

function send(response: Response, body: Buffer): void {
  response.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': body.length,
  });
  response.end(body);
}
