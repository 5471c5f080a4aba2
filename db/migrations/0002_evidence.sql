ALTER TABLE `alerts` ADD `verdict` text;--> statement-breakpoint
ALTER TABLE `models` ADD `budget_weeks` integer DEFAULT 13 NOT NULL;--> statement-breakpoint
ALTER TABLE `monitor_slots` ADD `evidence` text;