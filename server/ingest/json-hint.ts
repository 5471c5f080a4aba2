const NOT_JSON_NUMBER = /[:,[]\s*-?(NaN|Infinity|inf|nan)\b/;
const SINGLE_QUOTE = /[{,[]\s*'/;
const TRAILING_COMMA = /,\s*[}\]]/;
const PYTHON_LITERAL = /[:,[]\s*(None|True|False)\b/;

/** What is probably wrong with a text that is no JSON, as a sentence that quotes nothing of it. */
export function jsonHint(text: string): string {
  if (NOT_JSON_NUMBER.test(text))
    return "bare NaN and Infinity are no JSON; send null where there is no value.";
  if (PYTHON_LITERAL.test(text)) return "None, True and False are Python; JSON has null, true and false.";
  if (SINGLE_QUOTE.test(text)) return "JSON texts are in double quotes.";
  if (TRAILING_COMMA.test(text)) return "JSON has no comma after the last item.";
  return "check quotes, brackets and that it is complete.";
}
