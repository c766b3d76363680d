/* submit_file.c: a submission's file: written beside its place, read back and checked, moved there.
 */
#include "pipeline/submit/submit.h"

#include "pipeline/base/pairs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The length of the folder's part of a path, with its slash; 0 where there is none. */
static int folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (int)(slash - path) + 1 : 0;
}

/* Returns 0, or -1 with errno set. */
static int write_rows(const struct answer_sheet *sheet, FILE *file)
{
    if (sheet->header)
        fprintf(file, "%s\n", sheet->header);
    size_t room = 0;
    char *line = NULL;
    for (size_t i = 0; i < sheet->rows; i++) {
        size_t need = 2 * (strlen(sheet->ids[i]) + strlen(sheet->labels[i])) + 8;
        if (need > room) {
            char *more = realloc(line, need);
            if (!more) {
                free(line);
                return -1;
            }
            line = more;
            room = need;
        }
        size_t used = pairs_quote(sheet->ids[i], line);
        line[used++] = ',';
        used += pairs_quote(sheet->labels[i], line + used);
        line[used++] = '\n';
        fwrite(line, 1, used, file);
    }
    free(line);
    return ferror(file) || fflush(file) || fsync(fileno(file)) ? -1 : 0;
}

int sheet_write(const struct answer_sheet *sheet, const char *path, char temporary[1100],
                char error[400])
{
    snprintf(temporary, 1100, "%.*s.submission-XXXXXX.csv", folder_length(path), path);
    int descriptor = mkstemps(temporary, (int)strlen(".csv"));
    if (descriptor < 0) {
        snprintf(error, 400, "%.250s: can't be written: %s", path, strerror(errno));
        return -1;
    }
    /* mkstemps makes files for the owner alone; a submission is as public as any other file. */
    mode_t mask = umask(0);
    umask(mask);
    FILE *file = fchmod(descriptor, 0666 & ~mask) ? NULL : fdopen(descriptor, "w");
    int rc = file ? write_rows(sheet, file) : -1;
    int saved = errno;
    if (file ? fclose(file) : close(descriptor)) {
        saved = rc ? saved : errno;
        rc = -1;
    }
    if (rc) {
        snprintf(error, 400, "%.250s: can't be written: %s", path, strerror(saved));
        unlink(temporary);
    }
    return rc;
}

/* Neither CRLF nor a missing line end at the end; the number of line ends is that of the lines. */
static int check_line_ends(const char *temporary, size_t lines, char error[400])
{
    FILE *file = fopen(temporary, "rb");
    if (!file) {
        snprintf(error, 400, "%.250s: %s", temporary, strerror(errno));
        return -1;
    }
    size_t found = 0;
    int c, last = 0, crlf = 0;
    while ((c = getc(file)) != EOF) {
        crlf += last == '\r' && c == '\n';
        found += c == '\n';
        last = c;
    }
    int broken = ferror(file);
    fclose(file);
    if (broken || crlf || last != '\n' || found < lines) {
        snprintf(error, 400, "%.250s: found %zu line ends, %d of them CRLF; expected %zu, all LF",
                 temporary, found, crlf, lines);
        return -1;
    }
    return 0;
}

static int is_label(const struct dataset *dataset, const char *text)
{
    for (int k = 0; k < dataset->classes; k++)
        if (strcmp(dataset->labels[k], text) == 0)
            return 1;
    return 0;
}

static int check_rows(const struct answer_sheet *sheet, const struct dataset *dataset,
                      const struct pairs *pairs, char error[400])
{
    const char *header = sheet->header ? sheet->header : "";
    if (strcmp(pairs->header ? pairs->header : "", header) != 0) {
        snprintf(error, 400, "the header would be '%.150s'; expected '%.150s'", pairs->header,
                 header);
        return -1;
    }
    if (pairs->count != sheet->rows) {
        snprintf(error, 400, "there would be %zu rows; expected %zu, one a test image",
                 pairs->count, sheet->rows);
        return -1;
    }
    for (size_t i = 0; i < pairs->count; i++) {
        const struct pair *pair = &pairs->items[i];
        if (strcmp(pair->id, sheet->ids[i]) != 0) {
            snprintf(error, 400, "row %zu would have the id '%.100s'; expected '%.100s'", i + 1,
                     pair->id, sheet->ids[i]);
            return -1;
        }
        if (!is_label(dataset, pair->label) || strcmp(pair->label, sheet->labels[i]) != 0) {
            snprintf(error, 400, "row %zu would have the label '%.100s'; expected '%.100s'", i + 1,
                     pair->label, sheet->labels[i]);
            return -1;
        }
    }
    const struct pair *twice;
    const struct pair **sorted = pairs_by_id(pairs, &twice);
    if (!sorted)
        snprintf(error, 400, "out of memory");
    else if (twice)
        snprintf(error, 400, "the id '%.100s' stands in two test rows; expected unique ids",
                 twice->id);
    free(sorted);
    return !sorted || twice ? -1 : 0;
}

int sheet_check(const struct answer_sheet *sheet, const struct dataset *dataset,
                const char *temporary, char error[400])
{
    struct pairs pairs;
    if (check_line_ends(temporary, sheet->rows + (sheet->header != NULL), error) ||
        pairs_read(temporary, sheet->header != NULL, &pairs, error))
        return -1;
    int rc = check_rows(sheet, dataset, &pairs, error);
    pairs_free(&pairs);
    return rc;
}

int file_into_place(const char *temporary, const char *path)
{
    if (rename(temporary, path))
        return -1;
    int length = folder_length(path);
    char folder[1100];
    snprintf(folder, sizeof folder, "%.*s", length ? length : 1, length ? path : ".");
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return -1;
    int rc =
        fsync(descriptor) && errno != EINVAL ? -1 : 0; /* EINVAL: folders are not synced here */
    close(descriptor);
    return rc;
}
