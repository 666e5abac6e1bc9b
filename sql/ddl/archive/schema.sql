-- Made by "npm run ddl" from shared/schema/ and the mapping; do not edit. migrate compares the same description with the database.

CREATE TABLE dbo."snapshot_archive" (
  "id" BIGINT GENERATED ALWAYS AS IDENTITY NOT NULL,
  "snapshot_date" TIMESTAMP(3) NOT NULL,
  "customer_filter" VARCHAR(255) NOT NULL,
  "batch_id" UUID NULL,
  "record_count" INTEGER NOT NULL,
  "parquet_data" BYTEA NOT NULL,
  "file_size_bytes" BIGINT NOT NULL,
  "saved" NUMERIC(6,4) NOT NULL,
  "schema_version" INTEGER NOT NULL,
  "schema_hash" VARCHAR(64) NOT NULL,
  "content_hash" VARCHAR(64) NOT NULL,
  "checksum" VARCHAR(64) NOT NULL,
  "retention_until" DATE NULL,
  "tags" JSONB NOT NULL DEFAULT '{}',
  CONSTRAINT "PK_snapshot_archive" PRIMARY KEY ("id")
);

ALTER TABLE dbo."snapshot_archive" ALTER COLUMN "parquet_data" SET STORAGE EXTERNAL;

CREATE INDEX "IX_snapshot_archive_customer_filter_id" ON dbo."snapshot_archive" ("customer_filter", "id");
