import { prepareNumbers } from "#components/feature/prepare-numbers.ts";
import type { Distribution } from "#server/api/contract.ts";
import "#components/drift/drift.css";

export function NumbersTable({ distribution }: { distribution: Distribution }) {
  return (
    <table className="dense feature-numbers">
      <caption className="sr">Numbers of {distribution.feature} in the reference and now</caption>
      <thead>
        <tr>
          <th scope="col">
            <span className="sr">Number</span>
          </th>
          <th scope="col" className="num">
            Reference
          </th>
          <th scope="col" className="num">
            Now
          </th>
        </tr>
      </thead>
      <tbody>
        {prepareNumbers(distribution).map((line) => (
          <tr key={line.name}>
            <th scope="row">{line.name}</th>
            <td className="num muted">{line.reference}</td>
            <td className="num">{line.now}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
