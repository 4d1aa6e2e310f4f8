import type { TranscriptionResult, TranscriptPiece } from '../../../domain/operation.ts';

const twoDigits = (number: number): string => String(number).padStart(2, '0');

const timeOf = (seconds: number, separator: ',' | '.'): string => {
  const ms = Number.isFinite(seconds) ? Math.max(0, Math.round(seconds * 1_000)) : 0;
  const whole = Math.floor(ms / 1_000);
  const clock = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60, whole % 60].map(twoDigits).join(':');
  return `${clock}${separator}${String(ms % 1_000).padStart(3, '0')}`;
};

/** Stands to the end of any recording. */
const LATEST = 99 * 3_600 + 59 * 60 + 59;

/** A blank line or an arrow inside a cue would end it or begin another. */
const cueText = (text: string): string =>
  text
    .replace(/\s*[\r\n]+\s*/g, ' ')
    .replaceAll('-->', '→')
    .trim();

/** Where the provider placed nothing in time, the whole text stands from beginning to end. */
const cuesOf = ({
  text,
  segments,
  words,
  durationSeconds,
}: TranscriptionResult): readonly TranscriptPiece[] => {
  if (segments.length > 0) return segments;
  if (words.length > 0) return words;
  return [{ text, start: 0, end: durationSeconds ?? LATEST }];
};

/** SubRip. */
export const srtOf = (result: TranscriptionResult): string =>
  cuesOf(result)
    .map(
      ({ text, start, end }, index) =>
        `${index + 1}\n${timeOf(start, ',')} --> ${timeOf(end, ',')}\n${cueText(text)}\n\n`,
    )
    .join('');

/** WebVTT. */
export const vttOf = (result: TranscriptionResult): string =>
  `WEBVTT\n\n${cuesOf(result)
    .map(({ text, start, end }) => `${timeOf(start, '.')} --> ${timeOf(end, '.')}\n${cueText(text)}\n\n`)
    .join('')}`;
