"use client";
/** The only place that knows Recharts: one lazy chunk for every chart that a person works with. */
export { BarsPlot } from "#components/charts/interactive/bars-plot.tsx";
export { CurvePlot } from "#components/charts/interactive/curve-plot.tsx";
export { DistributionPlot } from "#components/charts/interactive/distribution-plot.tsx";
export { TimeSeriesPlot } from "#components/charts/interactive/time-series-plot.tsx";
