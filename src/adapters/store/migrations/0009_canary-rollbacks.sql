CREATE TABLE "modelgraph"."canary_rollbacks" (
	"route" text collate "C" PRIMARY KEY,
	"policy" text NOT NULL,
	"reason" text NOT NULL,
	"detail" text NOT NULL,
	"at" timestamp(3) with time zone NOT NULL
);
