CREATE TABLE "deleted_cells" (
	"id" uuid PRIMARY KEY NOT NULL,
	"seq" bigserial NOT NULL,
	"document" uuid NOT NULL,
	"cell" text NOT NULL,
	"after" jsonb NOT NULL,
	"cell_type" text NOT NULL,
	"excerpt" text NOT NULL,
	"deleted" timestamp with time zone DEFAULT now() NOT NULL,
	"authors" jsonb NOT NULL,
	CONSTRAINT "deleted_cells_seq_unique" UNIQUE("seq")
);
--> statement-breakpoint
CREATE TABLE "versions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"seq" bigserial NOT NULL,
	"document" uuid NOT NULL,
	"type" text NOT NULL,
	"kind" text NOT NULL,
	"label" text,
	"created" timestamp with time zone DEFAULT now() NOT NULL,
	"authors" jsonb NOT NULL,
	"digest" text NOT NULL,
	"size" integer NOT NULL,
	"summary" jsonb,
	CONSTRAINT "versions_seq_unique" UNIQUE("seq")
);
--> statement-breakpoint
ALTER TABLE "documents" ADD COLUMN "trash" text;--> statement-breakpoint
ALTER TABLE "deleted_cells" ADD CONSTRAINT "deleted_cells_document_documents_id_fk" FOREIGN KEY ("document") REFERENCES "public"."documents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "versions" ADD CONSTRAINT "versions_document_documents_id_fk" FOREIGN KEY ("document") REFERENCES "public"."documents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "deleted_cells_of_document" ON "deleted_cells" USING btree ("document","seq");--> statement-breakpoint
CREATE INDEX "versions_of_document" ON "versions" USING btree ("document","seq");