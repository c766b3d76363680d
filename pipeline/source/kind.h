/* kind.h: the files of a competition. */
#ifndef SOURCE_KIND_H
#define SOURCE_KIND_H

enum table_kind { TABLE_TRAIN, TABLE_TEST, TABLE_SAMPLE, TABLE_KINDS };

#endif
