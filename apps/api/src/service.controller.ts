import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { WELCOME_GRANT } from '#billing';
import { toCredits } from '#common';
import { Public } from '#http';
import { DEFAULT_UPSTREAM, type DefaultUpstream } from '#upstreams';
import { API_CONFIG, type ApiConfig } from './config.js';

/** What a verified sign-up is given. */
class WelcomeDto {
  @ApiProperty() credits!: number;
  @ApiProperty({ description: 'After so many days they are gone.' }) days!: number;
}

/** What the public pages say about the service itself. */
class ServiceDto {
  @ApiProperty() brandName!: string;
  @ApiProperty() publicUrl!: string;
  @ApiProperty({ enum: ['evaluation', 'production'] }) mode!: 'evaluation' | 'production';
  @ApiProperty({
    enum: ['sandbox', 'ollama', 'configured', 'none'],
    description: 'What serves models without a route of their own.',
  })
  upstream!: DefaultUpstream['kind'];
  @ApiProperty({ enum: ['open', 'invite', 'closed'] }) signup!: 'open' | 'invite' | 'closed';
  @ApiProperty({ type: WelcomeDto }) welcome!: WelcomeDto;
}

@ApiTags('public')
@Controller('api/dashboard/public')
export class ServiceController {
  constructor(
    @Inject(API_CONFIG) private readonly config: ApiConfig,
    @Inject(DEFAULT_UPSTREAM) private readonly upstream: DefaultUpstream,
  ) {}

  @Get('service')
  @Public()
  @ApiOkResponse({ type: ServiceDto })
  service(): ServiceDto {
    const { brandName, signup } = this.config.service;
    return {
      brandName,
      publicUrl: this.config.publicUrl,
      mode: this.config.mode,
      upstream: this.upstream.kind,
      signup,
      welcome: { credits: toCredits(WELCOME_GRANT.amountMillicredits), days: WELCOME_GRANT.days },
    };
  }
}
