CREATE TABLE "modelgraph"."routes" (
	"name" text collate "C",
	"version" integer,
	"document" jsonb,
	"saved_at" timestamp(3) with time zone NOT NULL,
	"saved_by" text NOT NULL,
	"note" text,
	CONSTRAINT "routes_pkey" PRIMARY KEY("name","version")
);
