import { expect, test } from "vitest";
import { createSecretBox } from "#server/notify/secret-box.ts";

const box = createSecretBox("a secret key of thirty-two characters");
const place = { table: "channels", column: "secret", id: "ch_1" };

test("a sealed text opens where it belongs, and never looks the same", () => {
  const sealed = box.seal("whsec_ünïcode", place);
  expect(box.open(sealed, place)).toBe("whsec_ünïcode");
  expect(sealed).not.toContain("whsec");
  expect(box.seal("whsec_ünïcode", place)).not.toBe(sealed);
  expect(createSecretBox("a secret key of thirty-two characters").open(sealed, place)).toBe("whsec_ünïcode");
});

test.each([
  ["another row", { ...place, id: "ch_2" }],
  ["another column", { ...place, column: "url" }],
  ["another table", { ...place, table: "keys" }],
])("it does not open in %s", (_name, elsewhere) => {
  const sealed = box.seal("text", place);
  expect(() => box.open(sealed, elsewhere)).toThrow("make the channel anew");
});

test("every changed character is noticed", () => {
  const sealed = box.seal("text", place);
  for (let at = 0; at < sealed.length; at += 1) {
    const other = sealed[at] === "A" ? "B" : "A";
    const changed = sealed.slice(0, at) + other + sealed.slice(at + 1);
    // The last character of base64url may carry unused bits; what decodes to the same bytes is the same text.
    if (sameBytes(changed, sealed)) continue;
    expect(() => box.open(changed, place)).toThrow("make the channel anew");
  }
});

function sameBytes(a: string, b: string): boolean {
  const bytes = (text: string) =>
    text
      .split(".")
      .slice(2)
      .map((part) => Buffer.from(part, "base64url").toString("hex"))
      .join();
  return a.slice(0, 11) === b.slice(0, 11) && bytes(a) === bytes(b);
}

test("another key, or no sealed text at all, is a sentence and not a crash", () => {
  const sealed = box.seal("text", place);
  expect(() => createSecretBox("quite another key of thirty-two letters").open(sealed, place)).toThrow(
    "anew",
  );
  for (const text of ["", "v1", "v1.x.y", "plain text"]) expect(() => box.open(text, place)).toThrow("anew");
});
