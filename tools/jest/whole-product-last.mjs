import Sequencer from '@jest/test-sequencer';

/** Those that start the product and a browser, or several processes under load, and so take a core or two each. */
const WHOLE_PRODUCT = /\/(apps\/dashboard\/test|tools\/torture)\//;

/** The usual order, but for tests of the whole product: beside them others would wait for a connection in vain. */
export default class WholeProductLast extends Sequencer {
  async sort(tests) {
    const sorted = await super.sort(tests);
    return [
      ...sorted.filter(({ path }) => !WHOLE_PRODUCT.test(path)),
      ...sorted.filter(({ path }) => WHOLE_PRODUCT.test(path)),
    ];
  }
}
