CREATE TABLE "modelgraph"."catalogue_sources" (
	"id" text collate "C" PRIMARY KEY,
	"version" integer DEFAULT 0 NOT NULL,
	"etag" text,
	"last_modified" text,
	"body_hash" text,
	"observed_at" timestamp(3) with time zone,
	"checked_at" timestamp(3) with time zone,
	"problem" jsonb,
	"failures" integer DEFAULT 0 NOT NULL,
	"claimed_until" timestamp(3) with time zone,
	"reading" bytea
);
--> statement-breakpoint
CREATE TABLE "modelgraph"."price_changes" (
	"id" text collate "C" PRIMARY KEY,
	"offering_id" text collate "C" NOT NULL,
	"provider_id" text NOT NULL,
	"model_slug" text NOT NULL,
	"at" timestamp(3) with time zone NOT NULL,
	"kind" text NOT NULL,
	"before" jsonb,
	"after" jsonb,
	"ratio" double precision
);
--> statement-breakpoint
CREATE TABLE "modelgraph"."price_rows" (
	"id" text collate "C" PRIMARY KEY,
	"price_id" text collate "C" NOT NULL,
	"offering_id" text collate "C" NOT NULL,
	"price" jsonb NOT NULL,
	"served_from" timestamp(3) with time zone NOT NULL,
	"served_to" timestamp(3) with time zone
);
--> statement-breakpoint
CREATE INDEX "price_changes_newest" ON "modelgraph"."price_changes" ("at","id");--> statement-breakpoint
CREATE INDEX "price_changes_by_offering" ON "modelgraph"."price_changes" ("offering_id","at");--> statement-breakpoint
CREATE UNIQUE INDEX "price_rows_served" ON "modelgraph"."price_rows" ("price_id") WHERE served_to is null;--> statement-breakpoint
CREATE INDEX "price_rows_by_price" ON "modelgraph"."price_rows" ("price_id","served_from");--> statement-breakpoint
CREATE INDEX "price_rows_by_offering" ON "modelgraph"."price_rows" ("offering_id","served_from");