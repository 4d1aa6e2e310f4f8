DROP INDEX "modelgraph"."completions_by_time";--> statement-breakpoint
DROP INDEX "modelgraph"."completions_by_operation";--> statement-breakpoint
-- In one statement, so that the table is written anew once.
ALTER TABLE "modelgraph"."completions"
	ALTER COLUMN "route" SET DATA TYPE json USING "route"::json,
	ALTER COLUMN "usage" SET DATA TYPE json USING "usage"::json,
	ALTER COLUMN "cost" SET DATA TYPE json USING "cost"::json,
	ALTER COLUMN "attempts" SET DATA TYPE json USING "attempts"::json,
	ALTER COLUMN "timings" SET DATA TYPE json USING "timings"::json,
	ALTER COLUMN "warnings" SET DATA TYPE json USING "warnings"::json,
	ALTER COLUMN "failure" SET DATA TYPE json USING "failure"::json,
	ALTER COLUMN "metadata" SET DATA TYPE json USING "metadata"::json;--> statement-breakpoint
CREATE INDEX "completions_in_time" ON "modelgraph"."completions" USING brin ("created_at");--> statement-breakpoint
CREATE INDEX "operations_by_kind" ON "modelgraph"."completions" ("operation","id") WHERE operation <> 'COMPLETION';