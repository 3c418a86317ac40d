import { describe, expect, it } from '@jest/globals';
import { clientSamples, withKey } from './samples.js';

describe('a sample with a new key', () => {
  const samples = clientSamples({ baseUrl: 'http://localhost:3000/v1' });

  it('needs nothing from the environment, in any language', () => {
    for (const sample of [samples.curl, samples.node, samples.python]) {
      const filled = withKey(sample, 'sk-new');
      expect(filled).toContain('sk-new');
      expect(filled).not.toMatch(/LLM_API_KEY|process\.env|\bos\b/);
    }
  });
});
