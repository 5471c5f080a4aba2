import { keptText } from "#components/drift/prepare-joint.ts";
import type { MultivariateAnswer } from "#server/api/contracts/multivariate.ts";

/** What each view means, and what it cannot see. */
export function JointHelp({ answer, leftOut }: { answer: MultivariateAnswer; leftOut: readonly string[] }) {
  return (
    <details className="jointhelp">
      <summary>What each view means, and what it cannot see</summary>
      <dl>
        <dt>Classifier</dt>
        <dd>
          Two models learn on four fifths of the rows which side a row is from, and are asked about the fifth
          that they have not seen, five times over. Boosted trees see shifts, shapes and features that go
          together otherwise than before; the logistic model sees shifts of means. Neither tells whether the
          model’s errors grow.
        </dd>
        <dt>Reconstruction error</dt>
        <dd>
          The reference’s principal directions that hold {keptText(answer)} of its variance rebuild every row;
          the error is what they miss. It sees broken relations. It is blind to change along the directions
          that are kept, however large.
        </dd>
        <dt>Mean discrepancy</dt>
        <dd>
          How far apart the two clouds of rows lie under a smooth kernel. It sees any difference in principle,
          but in many dimensions small ones drown; its size has no unit, so compare it with its interval only.
        </dd>
        <dt>Correlations</dt>
        <dd>
          Each pair of numeric features, by ranks, so that a feature that only shifted changes none. Three
          features can change together while every pair stays, and categories are not looked at.
        </dd>
        <dt>All of them</dt>
        <dd>
          Intervals take rows as independent: rows of one storm are not, so real intervals are wider. They are
          for one look, and raise no alert.
        </dd>
        {leftOut.length > 0 ? (
          <>
            <dt>Left out</dt>
            {leftOut.map((line) => (
              <dd key={line}>{line}</dd>
            ))}
          </>
        ) : null}
      </dl>
    </details>
  );
}
