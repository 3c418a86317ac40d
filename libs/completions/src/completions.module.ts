import { type DynamicModule, Module } from '@nestjs/common';
import { AdmissionService } from './admission.service.js';
import { CompletionsEndpoint } from './completions.endpoint.js';
import { COMPLETIONS_SETTINGS, type CompletionsSettings } from './completions.settings.js';
import { PlaygroundController } from './playground.controller.js';
import { SettlingService } from './settling.service.js';

/** The request path: the wire in, an upstream out, the meter between. */
@Module({})
export class CompletionsModule {
  static forRoot(settings: CompletionsSettings): DynamicModule {
    return {
      module: CompletionsModule,
      controllers: [PlaygroundController],
      providers: [
        { provide: COMPLETIONS_SETTINGS, useValue: settings },
        AdmissionService,
        SettlingService,
        CompletionsEndpoint,
      ],
      exports: [CompletionsEndpoint],
    };
  }
}
