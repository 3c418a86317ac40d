/** Where an item of a list lies now. */
export interface Place<Item> {
  readonly item: Item;
  index: number;
}

/**
 * What is under way, in no order. Not a Set: each time a Set makes room it leaves its old table behind, which goes on
 * pointing to what was in it and to the table after it. Once the oldest has been moved to the old generation, all of
 * them and every request in them stay until the next full collection: measured, 11 kB a request were promoted that
 * nobody needed, and a fifth of the processor time went into moving them.
 */
export class LiveList<Item> {
  private readonly places: Place<Item>[] = [];

  add(item: Item): Place<Item> {
    const place = { item, index: this.places.length };
    this.places.push(place);
    return place;
  }

  /** Each place is removed once. */
  remove(place: Place<Item>): void {
    const last = this.places.pop()!;
    if (last === place) return;
    this.places[place.index] = last;
    last.index = place.index;
  }

  /** What is in it now, as a list of its own: going through it may remove items. */
  all(): Item[] {
    return this.places.map(({ item }) => item);
  }
}
