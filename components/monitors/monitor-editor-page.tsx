"use client";
import dynamic from "next/dynamic";
import { EditorWaiting } from "#components/monitors/editor-waiting.tsx";
import "./monitors.css";

// The form and its checks are the heaviest code of all pages, so they load after the page's frame.
const views = () => import("#components/monitors/monitor-editor-views.tsx");

export const NewMonitorPage = dynamic(() => views().then((loaded) => loaded.NewMonitorView), {
  ssr: false,
  loading: EditorWaiting,
});

export const EditMonitorPage = dynamic(() => views().then((loaded) => loaded.EditMonitorView), {
  ssr: false,
  loading: EditorWaiting,
});
