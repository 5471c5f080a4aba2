import { checkGolden } from "#server/testing/check-golden.ts";
import { countMinSize } from "../sketch/count-min-size.ts";
import { ddSketchIndex } from "../sketch/dd-sketch.ts";
import { hyperLogLogError, linearCounting } from "../sketch/hyper-log-log.ts";

checkGolden(new URL("./sketch-values.json", import.meta.url), {
  hllRse: ({ p }) => hyperLogLogError(p),
  hllLinearCounting: ({ m, zeros }) => linearCounting(m, zeros),
  ddsketchIndex: ({ x, relativeAccuracy }) =>
    x.map((value: number) => ddSketchIndex(value, relativeAccuracy)),
  countMinSize: ({ eps, delta }) => countMinSize(eps, delta),
});
