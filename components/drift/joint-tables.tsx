import {
  type JointModel,
  type JointVerdict,
  type JointView,
  VERDICT_WORDS,
} from "#components/drift/prepare-joint.ts";
import { DotInterval } from "#components/ui/dot-interval.tsx";
import { Icon, type IconName } from "#components/ui/icon.tsx";
import { ScrollRegion } from "#components/ui/scroll-region.tsx";

const VERDICT_ICONS: Record<JointVerdict, IconName> = { differs: "moved", alike: "ok", low: "low" };

/** Each way of looking, with its number on an axis of its own; the line is where nothing differs. */
export function ViewTable({ views }: { views: readonly JointView[] }) {
  return (
    <ScrollRegion label="Views of all features">
      <table className="dense views">
        <caption className="sr">Five views of all features together, with 95 % intervals</caption>
        <thead>
          <tr>
            <th scope="col">View</th>
            <th scope="col">Value, 95 % interval</th>
            <th scope="col">
              <span className="sr">Picture; the line is no difference</span>
            </th>
            <th scope="col">Verdict</th>
            <th scope="col">Reads as</th>
          </tr>
        </thead>
        <tbody>
          {views.map((view) => (
            <tr key={view.key}>
              <th scope="row">{view.name}</th>
              <td className="nowrap">
                {view.value} {view.interval ? <span className="ci">({view.interval})</span> : null}
              </td>
              <td>
                <DotInterval
                  value={view.estimate.value}
                  lo={view.estimate.interval?.lo ?? null}
                  hi={view.estimate.interval?.hi ?? null}
                  domain={view.domain}
                  marks={[{ at: view.nothing }]}
                  pale={view.verdict !== "differs"}
                />
              </td>
              <td className="nowrap">
                <span className="verdict">
                  <Icon name={VERDICT_ICONS[view.verdict]} size="s" />
                  {VERDICT_WORDS[view.verdict]}
                </span>
              </td>
              <td className="muted reading">{view.reading}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

export function FeatureTable({ model }: { model: JointModel }) {
  if (model.features.length === 0) return null;
  return (
    <ScrollRegion label="Features that tell the two apart">
      <table className="dense">
        <caption>
          What tells them apart <span className="subtle">AUC lost when the feature is shuffled</span>
        </caption>
        <thead>
          <tr>
            <th scope="col">Feature</th>
            <th scope="col">Loss, 95 % interval</th>
            <th scope="col">
              <span className="sr">Picture</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {model.features.map(({ feature, loss, interval, estimate }) => (
            <tr key={feature}>
              <th scope="row">{feature}</th>
              <td className="nowrap">
                {loss} <span className="ci">({interval})</span>
              </td>
              <td>
                <DotInterval {...estimate} domain={model.featureDomain} marks={[{ at: 0 }]} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

export function PairTable({ model }: { model: JointModel }) {
  if (model.pairs.length === 0) return null;
  return (
    <ScrollRegion label="Correlations that changed most">
      <table className="dense">
        <caption>
          Correlations that changed most <span className="subtle">{model.pairsSub}</span>
        </caption>
        <thead>
          <tr>
            <th scope="col">Pair</th>
            <th scope="col">Reference to now</th>
            <th scope="col">Change, 95 % interval</th>
            <th scope="col">
              <span className="sr">Picture</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {model.pairs.map((pair) => (
            <tr key={pair.key} className={pair.isChanged ? undefined : "unsure"}>
              <th scope="row">
                {pair.features[0]} · {pair.features[1]}
              </th>
              <td className="nowrap">
                {pair.from} → {pair.to}
              </td>
              <td className="nowrap">
                {pair.difference} <span className="ci">({pair.interval})</span>
                {pair.isChanged ? null : <span className="subtle"> may be chance</span>}
              </td>
              <td>
                <DotInterval
                  value={pair.estimate.value}
                  lo={pair.estimate.interval?.lo ?? null}
                  hi={pair.estimate.interval?.hi ?? null}
                  domain={model.pairDomain}
                  marks={[{ at: 0 }]}
                  pale={!pair.isChanged}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
