CREATE TABLE `api_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`scopes` text NOT NULL,
	`secret_hash` blob NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`last_used_at` integer,
	`revoked_at` integer
);
--> statement-breakpoint
CREATE TABLE `one_time_tokens` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`purpose` text NOT NULL,
	`user_id` text,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer
);
--> statement-breakpoint
CREATE TABLE `alert_timeline` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`alert_id` text NOT NULL,
	`key` text,
	`at` integer NOT NULL,
	`kind` text NOT NULL,
	`text` text NOT NULL,
	`actor` text,
	FOREIGN KEY (`alert_id`) REFERENCES `alerts`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `alert_timeline_alert` ON `alert_timeline` (`alert_id`,`at`);--> statement-breakpoint
CREATE UNIQUE INDEX `alert_timeline_key` ON `alert_timeline` (`alert_id`,`key`);--> statement-breakpoint
CREATE TABLE `alerts` (
	`id` text PRIMARY KEY NOT NULL,
	`monitor_id` text NOT NULL,
	`model_id` integer NOT NULL,
	`kind` text NOT NULL,
	`severity` text NOT NULL,
	`origin` text NOT NULL,
	`rule` text NOT NULL,
	`rule_version` integer NOT NULL,
	`onset_slot` integer NOT NULL,
	`opened_slot` integer NOT NULL,
	`closed_slot` integer,
	`closed_at` integer,
	`close_reason` text,
	`fired` text,
	`opening` text,
	`peak` text,
	`latest` text,
	`affected` integer NOT NULL,
	`windows` integer NOT NULL,
	`flaps` integer NOT NULL,
	`failure` text,
	`acknowledged_by` text,
	`acknowledged_at` integer,
	`assignee` text,
	`silenced_until` integer,
	`silenced_by` text,
	`touched` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`monitor_id`) REFERENCES `monitors`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`model_id`) REFERENCES `models`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `alerts_monitor` ON `alerts` (`monitor_id`,`opened_slot`);--> statement-breakpoint
CREATE INDEX `alerts_model` ON `alerts` (`model_id`,`opened_slot`);--> statement-breakpoint
CREATE INDEX `alerts_opened` ON `alerts` (`opened_slot`,`id`);--> statement-breakpoint
CREATE INDEX `alerts_closed` ON `alerts` (`closed_at`);--> statement-breakpoint
CREATE TABLE `channels` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`target` text NOT NULL,
	`sealed_url` text NOT NULL,
	`sealed_secret` text NOT NULL,
	`enabled` integer NOT NULL,
	`disabled_reason` text,
	`failing_since` integer,
	`last_attempt_at` integer,
	`last_ok` integer,
	`last_code` integer,
	`last_error` text,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `model_dimensions` (
	`model_id` integer NOT NULL,
	`position` integer NOT NULL,
	`name` text NOT NULL,
	PRIMARY KEY(`model_id`, `name`),
	FOREIGN KEY (`model_id`) REFERENCES `models`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `model_events` (
	`id` text PRIMARY KEY NOT NULL,
	`model_id` integer NOT NULL,
	`kind` text NOT NULL,
	`version` text,
	`stage` text,
	`at` integer NOT NULL,
	`text` text NOT NULL,
	`actor` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`model_id`) REFERENCES `models`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `model_events_time` ON `model_events` (`model_id`,`at`);--> statement-breakpoint
CREATE TABLE `model_features` (
	`model_id` integer NOT NULL,
	`position` integer NOT NULL,
	`name` text NOT NULL,
	`type` text NOT NULL,
	`segment` integer NOT NULL,
	PRIMARY KEY(`model_id`, `name`),
	FOREIGN KEY (`model_id`) REFERENCES `models`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `model_versions` (
	`model_id` integer NOT NULL,
	`version` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`model_id`, `version`),
	FOREIGN KEY (`model_id`) REFERENCES `models`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `models` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`slug` text NOT NULL,
	`name` text NOT NULL,
	`task` text NOT NULL,
	`window_ms` integer NOT NULL,
	`positive_class` text,
	`threshold` real NOT NULL,
	`origin` text NOT NULL,
	`revision` integer NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `models_slug_unique` ON `models` (`slug`);--> statement-breakpoint
CREATE TABLE `living_models` (
	`model_id` integer PRIMARY KEY NOT NULL,
	`since` integer NOT NULL,
	FOREIGN KEY (`model_id`) REFERENCES `models`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `monitor_channels` (
	`monitor_id` text NOT NULL,
	`channel_id` text NOT NULL,
	PRIMARY KEY(`monitor_id`, `channel_id`),
	FOREIGN KEY (`monitor_id`) REFERENCES `monitors`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`channel_id`) REFERENCES `channels`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `monitor_channels_channel` ON `monitor_channels` (`channel_id`);--> statement-breakpoint
CREATE TABLE `monitor_progress` (
	`monitor_id` text PRIMARY KEY NOT NULL,
	`rule_version` integer NOT NULL,
	`sealed_until` integer,
	`state` text NOT NULL,
	`state_since` integer,
	`reason` text NOT NULL,
	`last` text,
	`evaluated_at` integer NOT NULL,
	`failures` integer NOT NULL,
	`failing_since` integer,
	`failure` text,
	FOREIGN KEY (`monitor_id`) REFERENCES `monitors`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `monitor_slots` (
	`monitor_id` text NOT NULL,
	`slot` integer NOT NULL,
	`value` real,
	`lo` real,
	`hi` real,
	`n` integer NOT NULL,
	`rows` integer,
	`status` text NOT NULL,
	`version` text,
	`observation` text NOT NULL,
	`state` text,
	PRIMARY KEY(`monitor_id`, `slot`),
	FOREIGN KEY (`monitor_id`) REFERENCES `monitors`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `monitors` (
	`id` text PRIMARY KEY NOT NULL,
	`model_id` integer NOT NULL,
	`name` text NOT NULL,
	`severity` text NOT NULL,
	`rule` text NOT NULL,
	`rule_version` integer NOT NULL,
	`rule_changed_at` integer NOT NULL,
	`enabled` integer NOT NULL,
	`runbook` text NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`updated_at` integer NOT NULL,
	`deleted_at` integer,
	FOREIGN KEY (`model_id`) REFERENCES `models`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `monitors_model` ON `monitors` (`model_id`);--> statement-breakpoint
CREATE TABLE `outbox` (
	`id` text PRIMARY KEY NOT NULL,
	`channel_id` text NOT NULL,
	`group_key` text NOT NULL,
	`seq` integer NOT NULL,
	`kind` text NOT NULL,
	`message` text NOT NULL,
	`status` text NOT NULL,
	`attempts` integer NOT NULL,
	`next_at` integer NOT NULL,
	`lease_until` integer,
	`lease_owner` text,
	`last_attempt_at` integer,
	`last_code` integer,
	`last_error` text,
	`superseded_by` text,
	`created_at` integer NOT NULL,
	`delivered_at` integer,
	FOREIGN KEY (`channel_id`) REFERENCES `channels`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `outbox_order` ON `outbox` (`channel_id`,`group_key`,`seq`);--> statement-breakpoint
CREATE INDEX `outbox_due` ON `outbox` (`status`,`next_at`);--> statement-breakpoint
CREATE INDEX `outbox_channel` ON `outbox` (`channel_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `outbox_alerts` (
	`outbox_id` text NOT NULL,
	`alert_id` text NOT NULL,
	`state` text NOT NULL,
	PRIMARY KEY(`outbox_id`, `alert_id`),
	FOREIGN KEY (`outbox_id`) REFERENCES `outbox`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`alert_id`) REFERENCES `alerts`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `outbox_alerts_alert` ON `outbox_alerts` (`alert_id`);--> statement-breakpoint
CREATE TABLE `account` (
	`id` text PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`provider_id` text NOT NULL,
	`user_id` text NOT NULL,
	`access_token` text,
	`refresh_token` text,
	`id_token` text,
	`access_token_expires_at` integer,
	`refresh_token_expires_at` integer,
	`scope` text,
	`password` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `account_user` ON `account` (`user_id`);--> statement-breakpoint
CREATE TABLE `session` (
	`id` text PRIMARY KEY NOT NULL,
	`token` text NOT NULL,
	`user_id` text NOT NULL,
	`expires_at` integer NOT NULL,
	`ip_address` text,
	`user_agent` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `session_token_unique` ON `session` (`token`);--> statement-breakpoint
CREATE INDEX `session_user` ON `session` (`user_id`);--> statement-breakpoint
CREATE TABLE `user` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`email` text NOT NULL,
	`email_verified` integer DEFAULT false NOT NULL,
	`image` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `user_email_unique` ON `user` (`email`);--> statement-breakpoint
CREATE TABLE `verification` (
	`id` text PRIMARY KEY NOT NULL,
	`identifier` text NOT NULL,
	`value` text NOT NULL,
	`expires_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `verification_identifier` ON `verification` (`identifier`);--> statement-breakpoint
CREATE TABLE `model_references` (
	`model_id` integer NOT NULL,
	`version` text NOT NULL,
	`ref_id` text NOT NULL,
	`name` text NOT NULL,
	`source` text NOT NULL,
	`rows` integer NOT NULL,
	`labelled` integer NOT NULL,
	`created_at` integer NOT NULL,
	`in_force_since` integer NOT NULL,
	`skipped` text NOT NULL,
	`layout` text NOT NULL,
	`summary` blob NOT NULL,
	`segments` blob,
	PRIMARY KEY(`model_id`, `version`, `ref_id`),
	FOREIGN KEY (`model_id`) REFERENCES `models`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `model_references_in_force` ON `model_references` (`model_id`,`in_force_since`);