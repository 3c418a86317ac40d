import { z } from 'zod';

/** A tool, and an answer by a schema, that every SDK is given in its own words. */
export const WEATHER_TOOL = 'find_weather';
export const WEATHER_DESCRIPTION = 'The weather of a city';
export const WEATHER_INPUT = z.object({ city: z.string(), days: z.number().int() });

export const WEATHER_REPORT = z.object({
  city: z.string(),
  degrees: z.number(),
  sky: z.enum(['clear', 'cloudy']),
  hours: z.array(z.object({ hour: z.number().int(), rain: z.boolean() })),
});
