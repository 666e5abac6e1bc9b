-- The archive in PostgreSQL. STORAGE EXTERNAL: Parquet is compressed already.
CREATE TABLE "snapshot_archive" (
  "id" BIGINT GENERATED ALWAYS AS IDENTITY,
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

ALTER TABLE "snapshot_archive" ALTER COLUMN "parquet_data" SET STORAGE EXTERNAL;

CREATE INDEX "IX_snapshot_archive_customer" ON "snapshot_archive" ("customer_filter", "id");
