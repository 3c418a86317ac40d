/** Output of one choice in one chunk. */
export interface ChoiceText {
  choice: number;
  text: string;
}

/** More than `n` may ask for; an index beyond it is counted with the first choice. */
const MAX_CHOICE_INDEX = 128;
/** A text that grows by a token at a time keeps an object for each of them; so many are made one string. */
const PIECES_JOINED = 64;

class OutputText {
  private readonly joined: string[] = [];
  private pieces: string[] = [];

  add(piece: string): void {
    if (this.pieces.push(piece) < PIECES_JOINED) return;
    this.joined.push(this.pieces.join(''));
    this.pieces = [];
  }

  toString(): string {
    return this.joined.join('') + this.pieces.join('');
  }
}

/** The output of each choice of a stream, kept for counting: about a byte a character, however small its pieces were. */
export class OutputTexts {
  private readonly choices: OutputText[] = [];

  add(pieces: readonly ChoiceText[]): void {
    for (const { choice, text } of pieces) {
      let output = this.choices[choice];
      if (output === undefined) {
        output = new OutputText();
        this.choices[choice] = output;
      }
      output.add(text);
    }
  }

  /** One text for each choice that has some, with what `more` adds to it. */
  texts(more: readonly ChoiceText[] = []): string[] {
    const texts = this.choices.map(String);
    for (const { choice, text } of more) texts[choice] = (texts[choice] ?? '') + text;
    return texts.filter((text) => text !== '');
  }
}

/** The choice a chunk names, as it is counted. */
export function choiceIndex(index: unknown): number {
  return Number.isInteger(index) && (index as number) > 0 && (index as number) < MAX_CHOICE_INDEX
    ? (index as number)
    : 0;
}
