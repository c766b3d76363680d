/* ingest/kind.h: the files of a competition. */
#ifndef INGEST_KIND_H
#define INGEST_KIND_H

enum table_kind { TABLE_TRAIN, TABLE_TEST, TABLE_SAMPLE, TABLE_KINDS };

#endif
