CREATE TABLE "modelgraph"."measurements" (
	"offering_id" text collate "C" PRIMARY KEY,
	"ttft_ms" double precision,
	"output_tps" double precision,
	"samples" integer NOT NULL,
	"measured_at" timestamp(3) with time zone NOT NULL
);
