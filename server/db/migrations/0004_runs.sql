CREATE TABLE "runs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"document_id" uuid NOT NULL,
	"cell_id" text NOT NULL,
	"kernel_id" text NOT NULL,
	"key" text NOT NULL,
	"user_id" text NOT NULL,
	"user_name" text NOT NULL,
	"state" text NOT NULL,
	"why" text,
	"requested" timestamp with time zone NOT NULL,
	"started" timestamp with time zone,
	"ended" timestamp with time zone
);
--> statement-breakpoint
CREATE INDEX "runs_key" ON "runs" USING btree ("key");--> statement-breakpoint
CREATE INDEX "runs_newest" ON "runs" USING btree ("requested" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "runs_document" ON "runs" USING btree ("document_id","requested" DESC NULLS LAST,"id" DESC NULLS LAST);