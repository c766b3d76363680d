/* gunzip.h: a .gz file unpacked by zlib, which checks length and CRC-32 of each member.
 *
 * A file may have several members, one after the other, and zeros behind them (RFC 1952).
 */
#ifndef SOURCE_GUNZIP_H
#define SOURCE_GUNZIP_H

#include "pipeline/source/input.h"

struct gunzip;

/* Goes on where the input stands, which it borrows. NULL where memory is short. */
struct gunzip *gunzip_new(struct input *input);
void gunzip_free(struct gunzip *gunzip);

/* As input_read: 1, 0, or FAILED also for a file that is damaged. */
int gunzip_read(struct gunzip *gunzip, const char **block, size_t *size, struct error *error);

#endif
