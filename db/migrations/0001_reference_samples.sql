CREATE TABLE `reference_samples` (
	`model_id` integer NOT NULL,
	`version` text NOT NULL,
	`ref_id` text NOT NULL,
	`sample` blob NOT NULL,
	PRIMARY KEY(`model_id`, `version`, `ref_id`),
	FOREIGN KEY (`model_id`,`version`,`ref_id`) REFERENCES `model_references`(`model_id`,`version`,`ref_id`) ON UPDATE no action ON DELETE cascade
);
