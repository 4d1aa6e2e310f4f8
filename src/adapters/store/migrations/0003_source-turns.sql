ALTER TABLE "modelgraph"."catalogue_sources" ADD COLUMN "turn_until" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "modelgraph"."catalogue_sources" ADD COLUMN "address_hash" text;