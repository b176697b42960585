// What every chart shares: type, quiet axes, a tooltip whose text cannot be markup.
import type {Tokens} from '../palette';

export const font = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif';

export function baseOption(tokens: Tokens) {
  return {
    animation: false,
    backgroundColor: 'transparent',
    textStyle: {fontFamily: font, fontSize: 13, color: tokens.text},
    tooltip: {
      confine: true,
      backgroundColor: tokens.ground,
      borderColor: tokens.line,
      textStyle: {color: tokens.text, fontSize: 13, fontFamily: font},
      extraCssText: 'box-shadow:none;border-radius:6px;max-width:320px;white-space:normal',
    },
  };
}

export function valueAxis(tokens: Tokens, format: (value: number) => string) {
  return {
    type: 'value' as const,
    axisLabel: {color: tokens.quiet, formatter: format, hideOverlap: true},
    splitNumber: 4,
    splitLine: {lineStyle: {color: tokens.line}},
    axisLine: {show: false},
    axisTick: {show: false},
  };
}

export function nameAxis(tokens: Tokens, names: string[]) {
  return {
    type: 'category' as const,
    data: names,
    inverse: true,
    axisLabel: {color: tokens.text, width: 140, lineHeight: 15, overflow: 'break' as const, interval: 0},
    axisLine: {lineStyle: {color: tokens.quiet}},
    axisTick: {show: false},
  };
}

// For tooltips, which are HTML: a store may be called <b>.
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
