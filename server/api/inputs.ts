/** Inputs of procedures that are verbs on one thing; the larger shapes are in `contract.ts`. */
import { z } from "zod";
import { Instant, Slug } from "#server/api/contract.ts";

const Id = z.string().min(1).max(64);

export const ModelInput = z.object({ model: Slug });
export const MonitorsInput = z.object({ model: Slug.optional() }).optional();
export const EventsInput = z.object({ model: Slug, from: Instant.optional(), to: Instant.optional() });
export const FleetInput = z.object({
  from: Instant.optional(),
  to: Instant.optional(),
  cells: z.number().int().min(1).max(200).optional(),
});
export const ReferenceFromRangeInput = z.object({
  model: Slug,
  version: z.string().max(256),
  from: Instant,
  to: Instant,
  name: z.string().min(1).max(256),
});

export const IdInput = z.object({ id: Id });
export type IdInput = z.infer<typeof IdInput>;
export const AlertIdInput = IdInput;
export const AssignInput = z.object({ id: Id, assignee: z.string().max(256).nullable() });
export const SilenceInput = z.object({ id: Id, until: Instant, reason: z.string().min(1).max(2000) });
/** `verdict`: what it was found to be; an alert that ended by itself may be given one later. */
export const ResolveInput = z.object({
  id: Id,
  reason: z.string().min(1).max(2000),
  verdict: z.enum(["real", "false-alarm"]).optional(),
});
export const NoteInput = z.object({ id: Id, text: z.string().min(1).max(2000) });

export const UpdateChannelInput = z.object({
  id: Id,
  name: z.string().min(1).max(128).optional(),
  enabled: z.boolean().optional(),
});
export const DeliveriesInput = z.object({ id: Id });

export const LiveInput = z.object({ lastEventId: z.string().max(64).nullish() }).optional();
