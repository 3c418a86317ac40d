const NEWLINE = 10;
/** What has arrived is handed to the browser in pieces of about this size: it keeps large ones on disk. */
const PIECE_BYTES = 8 * 1024 * 1024;
const TELL_EVERY_MS = 100;
/** Long enough for the browser to have opened the file. */
const KEPT_MS = 60_000;

/**
 * Reads a CSV of any size, tells how many lines have come, and gives it to the browser to save.
 * @throws Error when the answer is a refusal or breaks off: half a file is never saved
 */
export async function downloadCsv(
  address: string,
  { signal, onLines }: { signal: AbortSignal; onLines: (lines: number) => void },
): Promise<void> {
  const response = await fetch(address, { signal, cache: 'no-store' });
  if (!response.ok || !response.body) throw new Error(`the export was refused: ${response.status}`);
  const file = await collect(response.body, onLines);
  save(file, fileName(response.headers.get('content-disposition')));
}

async function collect(body: ReadableStream<Uint8Array>, onLines: (lines: number) => void): Promise<Blob> {
  const pieces: Blob[] = [];
  let chunks: BlobPart[] = [];
  let bytes = 0;
  let lines = -1;
  let toldAt = 0;
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    lines += countLines(value);
    chunks.push(value as Uint8Array<ArrayBuffer>);
    bytes += value.length;
    if (bytes >= PIECE_BYTES) {
      pieces.push(new Blob(chunks));
      chunks = [];
      bytes = 0;
    }
    if (performance.now() - toldAt > TELL_EVERY_MS) {
      toldAt = performance.now();
      onLines(Math.max(0, lines));
    }
  }
  return new Blob([...pieces, ...chunks], { type: 'text/csv' });
}

/** The first line is the header, which is why a count begins at -1. */
export function countLines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}

export function fileName(disposition: string | null): string {
  return /filename="([^"]+)"/.exec(disposition ?? '')?.[1] ?? 'usage.csv';
}

function save(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}
