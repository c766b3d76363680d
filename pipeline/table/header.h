/* header.h: whether a file begins with a header. */
#ifndef TABLE_HEADER_H
#define TABLE_HEADER_H

#include "pipeline/table/layout.h"

/* What the first row of a head is. train_header is header_kind of the training file. */
int header_find(const struct head *head, const struct layout_request *request, int train_header);

#endif
