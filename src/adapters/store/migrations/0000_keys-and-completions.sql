CREATE SCHEMA IF NOT EXISTS "modelgraph";
--> statement-breakpoint
CREATE TABLE "modelgraph"."completions" (
	"id" text collate "C" PRIMARY KEY,
	"key_id" text NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"status" text NOT NULL,
	"offering_id" text,
	"finish_reason" text,
	"raw_finish_reason" text,
	"end_user" text,
	"route" jsonb NOT NULL,
	"usage" jsonb,
	"cost" jsonb NOT NULL,
	"attempts" jsonb NOT NULL,
	"timings" jsonb NOT NULL,
	"warnings" jsonb NOT NULL,
	"failure" jsonb,
	"metadata" jsonb
);
--> statement-breakpoint
CREATE TABLE "modelgraph"."keys" (
	"id" text collate "C" PRIMARY KEY,
	"hash" text NOT NULL,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"prefix" text NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"expires_at" timestamp(3) with time zone,
	"revoked_at" timestamp(3) with time zone
);
--> statement-breakpoint
CREATE INDEX "completions_by_key" ON "modelgraph"."completions" ("key_id","id");--> statement-breakpoint
CREATE INDEX "completions_by_time" ON "modelgraph"."completions" ("created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "keys_hash" ON "modelgraph"."keys" ("hash");--> statement-breakpoint
CREATE INDEX "keys_newest" ON "modelgraph"."keys" ("created_at","id");