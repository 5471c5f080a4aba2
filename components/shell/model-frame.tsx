"use client";
import { useParams, usePathname, useRouter } from "next/navigation";
import { createContext, type ReactNode, useContext } from "react";
import { useAsk } from "#components/api/use-api.ts";
import { useCarry } from "#components/shell/carry.ts";
import { useHotkeys } from "#components/shell/hotkeys.ts";
import { currentTab, modelTabs } from "#components/shell/model-tabs.ts";
import { useZone } from "#components/shell/zone.ts";
import { Empty, ErrorBlock, PageSkeleton } from "#components/ui/block.tsx";
import { LinkButton } from "#components/ui/button.tsx";
import { State } from "#components/ui/state.tsx";
import { LinkTabs } from "#components/ui/tabs.tsx";
import { dateText, dayText, parseInstant } from "#components/ui/time.ts";
import type { ModelDetail } from "#server/api/contract.ts";

const DetailContext = createContext<ModelDetail | null>(null);

/** The model of the page; everything inside `ModelFrame` has one. */
export function useModelDetail(): ModelDetail {
  const detail = useContext(DetailContext);
  if (detail === null) throw new Error("useModelDetail needs <ModelFrame> above it.");
  return detail;
}

/** Name, version, state and tabs of a model, over each of its pages. */
export function ModelFrame({ children }: { children: ReactNode }) {
  const params = useParams<{ model: string }>();
  const model = decodeURIComponent(params.model);
  const query = useAsk("models.get", { model }, { keep: false });
  useTabKeys(model);
  return (
    <>
      <ModelBar model={model} detail={query.data ?? null} />
      {query.data ? (
        <DetailContext value={query.data}>{children}</DetailContext>
      ) : (
        <div className="wrap">
          {query.isError ? (
            query.error.status === 404 ? (
              <UnknownModel model={model} />
            ) : (
              <ErrorBlock what={model} problem={query.error} onRetry={() => void query.refetch()} />
            )
          ) : (
            <PageSkeleton />
          )}
        </div>
      )}
    </>
  );
}

function UnknownModel({ model }: { model: string }) {
  return (
    <section id="answer" tabIndex={-1} aria-label="Answer">
      <Empty
        icon="nodata"
        title={`There is no model “${model}”.`}
        action={<LinkButton href="/">See all models</LinkButton>}
      >
        <p>
          It may have another name, or nothing was ever logged for it. A model appears by itself with its
          first prediction.
        </p>
      </Empty>
    </section>
  );
}

function useTabKeys(model: string): void {
  const router = useRouter();
  const keep = useCarry();
  useHotkeys(
    Object.fromEntries(modelTabs(model).map((tab) => [tab.hotkey, () => router.push(keep(tab.href))])),
  );
}

function ModelBar({ model, detail }: { model: string; detail: ModelDetail | null }) {
  const pathname = usePathname();
  const keep = useCarry();
  const current = currentTab(model, pathname);
  return (
    <div className="modelbar">
      <div className="who">
        <h1>{detail?.name || model}</h1>
        {detail ? <LiveVersion detail={detail} /> : null}
        {detail ? <ModelState model={model} /> : null}
      </div>
      <LinkTabs
        label={model}
        tabs={modelTabs(model).map((tab) => ({
          href: keep(tab.href),
          label: tab.label,
          current: tab.key === current,
        }))}
      />
    </div>
  );
}

function LiveVersion({ detail }: { detail: ModelDetail }) {
  const { zone } = useZone();
  const live = detail.versions.find((version) => version.version === detail.liveVersion);
  if (!live)
    return (
      <span className="muted">{detail.versions.length === 0 ? "no version yet" : "no version promoted"}</span>
    );
  const since = parseInstant(live.stageSince);
  const sameYear = since !== null && new Date(since).getUTCFullYear() === yearOf(detail.watermark);
  const when = since === null ? "" : ` since ${sameYear ? dayText(since, zone) : dateText(since, zone)}`;
  return (
    <span className="muted">
      {live.version} live{when}
    </span>
  );
}
const yearOf = (instant: string | null) => new Date(parseInstant(instant) ?? 0).getUTCFullYear();

function ModelState({ model }: { model: string }) {
  const alerts = useAsk("alerts.list", { model, status: "active" });
  const open = alerts.data?.alerts ?? [];
  const loud = open.filter((alert) => alert.status !== "silenced");
  if (loud.some((alert) => alert.severity === "page")) return <State shape="page" />;
  if (loud.length > 0) return <State shape="ticket" />;
  if (open.length > 0) return <State shape="silenced" />;
  return null;
}
