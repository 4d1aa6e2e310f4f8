CREATE TABLE "modelgraph"."ledger_facts" (
	"id" uuid PRIMARY KEY,
	"text" text NOT NULL
);
--> statement-breakpoint
DROP INDEX "modelgraph"."completions_in_time";--> statement-breakpoint
DROP INDEX "modelgraph"."operations_by_kind";--> statement-breakpoint
ALTER TABLE "modelgraph"."completions" ADD COLUMN "model_slug" text;--> statement-breakpoint
ALTER TABLE "modelgraph"."completions" ADD COLUMN "output_tokens" double precision;--> statement-breakpoint
ALTER TABLE "modelgraph"."completions" ADD COLUMN "cost_total" numeric;--> statement-breakpoint
ALTER TABLE "modelgraph"."completions" ADD COLUMN "facts" uuid;--> statement-breakpoint
ALTER TABLE "modelgraph"."completions" ADD COLUMN "body" text;--> statement-breakpoint
ALTER TABLE "modelgraph"."completions" ALTER COLUMN "route" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "modelgraph"."completions" ALTER COLUMN "cost" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "modelgraph"."completions" ALTER COLUMN "attempts" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "modelgraph"."completions" ALTER COLUMN "timings" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "modelgraph"."completions" ALTER COLUMN "warnings" DROP NOT NULL;--> statement-breakpoint
CREATE INDEX "ledger_uncommon" ON "modelgraph"."completions" ("operation","status","id") WHERE not (operation = 'COMPLETION' and status = 'SUCCEEDED');--> statement-breakpoint
CREATE INDEX "ledger_uncommon_by_key" ON "modelgraph"."completions" ("key_id","operation","status","id") WHERE not (operation = 'COMPLETION' and status = 'SUCCEEDED');