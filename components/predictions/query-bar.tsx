"use client";
import { type KeyboardEvent, type RefObject, useId, useState } from "react";
import { addToken, removeToken } from "#components/predictions/edit-query.ts";
import type { QueryToken } from "#components/predictions/parse-query.ts";
import type { QueryField } from "#components/predictions/query-fields.ts";
import { type Suggestion, suggest } from "#components/predictions/suggest.ts";
import { Icon } from "#components/ui/icon.tsx";

export interface QueryBarProps {
  query: string;
  tokens: readonly QueryToken[];
  fields: readonly QueryField[];
  task: string;
  onChange: (query: string) => void;
  inputRef: RefObject<HTMLInputElement | null>;
}

/** The query as chips, and a box to add to it. What cannot be read is underlined and said below; the rest runs. */
export function QueryBar({ query, tokens, fields, task, onChange, inputRef }: QueryBarProps) {
  const [typed, setTyped] = useState("");
  const [active, setActive] = useState(-1);
  const [open, setOpen] = useState(false);
  const listId = useId();
  const suggestions = open ? suggest(typed, fields, task) : [];
  const chosen = suggestions[active];

  const commit = (word: string) => {
    if (word.trim() === "") return;
    onChange(addToken(query, word.trim()));
    setTyped("");
    setActive(-1);
  };
  const take = (suggestion: Suggestion) => {
    if (suggestion.whole) commit(suggestion.word);
    else setTyped(suggestion.word);
    setActive(-1);
    inputRef.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && suggestions.length > 0) {
      event.preventDefault();
      setActive((at) => (at + step + suggestions.length + (at < 0 && step < 0 ? 1 : 0)) % suggestions.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (chosen) take(chosen);
      else commit(typed);
    } else if (event.key === "Escape") {
      event.stopPropagation();
      if (suggestions.length > 0) setOpen(false);
      else inputRef.current?.blur();
    } else if (event.key === "Backspace" && typed === "" && tokens.length > 0) {
      onChange(removeToken(query, tokens.length - 1));
    }
  };

  return (
    <div className="querybox">
      <div className="query">
        <Icon name="search" size="s" />
        {tokens.map((token, index) => (
          <Chip
            key={`${token.start} ${token.text}`}
            token={token}
            onRemove={() => {
              onChange(removeToken(query, index));
              inputRef.current?.focus();
            }}
          />
        ))}
        <input
          ref={inputRef}
          type="text"
          role="combobox"
          aria-label="Search predictions"
          aria-expanded={suggestions.length > 0}
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={chosen ? `${listId}-${active}` : undefined}
          autoComplete="off"
          spellCheck={false}
          placeholder={
            tokens.length === 0 ? "id, or field:value, e.g. carrier:UA temperature:>70" : "add another"
          }
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            setOpen(true);
            setActive(-1);
          }}
          onFocus={() => setOpen(true)}
          onBlur={() => setOpen(false)}
          onKeyDown={onKeyDown}
        />
        <kbd>/</kbd>
      </div>
      <div
        id={listId}
        role="listbox"
        aria-label="Suggestions"
        className="suggestions"
        hidden={suggestions.length === 0}
      >
        {suggestions.map((suggestion, index) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the combobox keeps the focus and names the active option
          // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox handles the keys
          <div
            key={suggestion.word}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === active}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => take(suggestion)}
          >
            {suggestion.label}
            {suggestion.hint ? <span className="subtle">{suggestion.hint}</span> : null}
          </div>
        ))}
      </div>
      <Problems tokens={tokens} query={query} onChange={onChange} />
    </div>
  );
}

function Chip({ token, onRemove }: { token: QueryToken; onRemove: () => void }) {
  const wrong = token.meaning.kind === "problem";
  const [, name = "", rest = token.text] = /^(-?[^:=<>!]+[:=])(.*)$/.exec(token.text) ?? [];
  return (
    <span className="token" data-wrong={wrong || undefined}>
      <span className="text">
        <span className="k">{name}</span>
        {rest}
      </span>
      <button type="button" aria-label={`Remove ${token.text}`} onClick={onRemove}>
        <Icon name="close" size="xs" />
      </button>
    </span>
  );
}

/** Swaps the name in a word for one that exists, and leaves sign and value as they were typed. */
function withName(text: string, name: string): string {
  return text.replace(/^(-?)((?:"[^"]*"|[^:=<>!"])+)/, (_, sign: string) => `${sign}${name}`);
}

function Problems({
  tokens,
  query,
  onChange,
}: {
  tokens: readonly QueryToken[];
  query: string;
  onChange: (query: string) => void;
}) {
  return (
    <div role="status" className="query-problems">
      {tokens.map((token) =>
        token.meaning.kind === "problem" ? (
          <p key={`${token.start} ${token.text}`}>
            <Icon name="info" size="s" />
            <span>
              “{token.text}” is left out: {token.meaning.message}
              {token.meaning.near.length > 0 ? " Did you mean " : ""}
              {token.meaning.near.map((name, index) => (
                <span key={name}>
                  {index > 0 ? ", " : ""}
                  <button
                    type="button"
                    className="link"
                    onClick={() =>
                      onChange(
                        query.slice(0, token.start) + withName(token.text, name) + query.slice(token.end),
                      )
                    }
                  >
                    {name}
                  </button>
                </span>
              ))}
              {token.meaning.near.length > 0 ? "?" : ""}
            </span>
          </p>
        ) : null,
      )}
    </div>
  );
}
