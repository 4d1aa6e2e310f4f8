DROP INDEX "modelgraph"."completions_by_time";--> statement-breakpoint
DROP INDEX "modelgraph"."completions_by_operation";--> statement-breakpoint
-- Columns of JSON that are binary stay so: as text every row would be written anew, which takes minutes for a million of them, and new rows
-- leave these columns empty.
CREATE INDEX "completions_in_time" ON "modelgraph"."completions" USING brin ("created_at");--> statement-breakpoint
CREATE INDEX "operations_by_kind" ON "modelgraph"."completions" ("operation","id") WHERE operation <> 'COMPLETION';