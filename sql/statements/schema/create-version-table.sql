-- Remembers which numbered scripts of sql/ddl/ this database has had.
CREATE TABLE dbo."MON_Schema" (
  "version" INT NOT NULL,
  "script" VARCHAR(255) NOT NULL,
  "applied_at" VARCHAR(32) NOT NULL,
  CONSTRAINT "PK_MON_Schema" PRIMARY KEY ("version")
)
