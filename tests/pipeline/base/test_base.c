/* test_base.c: the lowest floor of the programs: texts, numbers, errors, CSV, hashes, files. */
#include "tests/unit/unit.h"

#include "pipeline/base/csv.h"
#include "pipeline/base/file.h"
#include "pipeline/base/hash.h"
#include "pipeline/base/number.h"
#include "pipeline/base/pairs.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---------------------------------------------------------------- text */

static void test_text_grows(void **state)
{
    struct text text = {0};
    (void)state;
    assert_string_equal(text_of(&text), "");
    for (int i = 0; i < 1000; i++) {
        text_format(&text, "%03d,", i);
    }
    text_add(&text, "end");
    text_add_bytes(&text, "\0x", 2);
    assert_int_equal(text.length, 4 * 1000 + 5);
    assert_memory_equal(text.bytes + 4 * 567, "567,568,", 8);
    assert_memory_equal(text.bytes + 4000, "end\0x", 6); /* and the zero byte behind it */
    assert_true(text.room > text.length);
    assert_int_equal(text_failed(&text), 0);
    text_free(&text);
    assert_null(text.bytes);
    assert_int_equal(text.length, 0);
}

static void test_text_is_cut(void **state)
{
    struct text text = {0};
    (void)state;
    text_cut(&text, 3);
    assert_string_equal(text_of(&text), "");
    text_add(&text, "abcdef");
    text_cut(&text, 9);
    assert_string_equal(text_of(&text), "abcdef");
    text_cut(&text, 2);
    assert_string_equal(text_of(&text), "ab");
    text_add(&text, "x");
    assert_string_equal(text_of(&text), "abx");
    text_free(&text);
}

/* Here by a character that the C locale has not. What was there stays, nothing more is added. */
static void test_text_failed(void **state)
{
    struct text text = {0};
    (void)state;
    text_add(&text, "ab");
    text_format(&text, "%ls", L"\u263a");
    assert_int_equal(text_failed(&text), 1);
    assert_null(text_extend(&text, 1));
    text_add(&text, "c");
    text_format(&text, "%d", 4);
    assert_string_equal(text_of(&text), "ab");
    assert_int_equal(text_failed(&text), 1);
    text_free(&text);
    assert_int_equal(text_failed(&text), 0);
}

/* ---------------------------------------------------------------- number */

static void test_whole_numbers(void **state)
{
    static const char *const BAD[] = {"",    " 1",  "1 ",  "0x10", "1.0",
                                      "1e3", "one", "--1", "+",    "9223372036854775808"};
    int64_t value = 77;
    (void)state;
    assert_int_equal(number_whole("-5", -5, 5, &value), 0);
    assert_int_equal(value, -5);
    assert_int_equal(number_whole("+5", -5, 5, &value), 0);
    assert_int_equal(value, 5);
    assert_int_equal(number_whole("9223372036854775807", 0, INT64_MAX, &value), 0);
    assert_true(value == INT64_MAX);
    value = 77;
    assert_int_equal(number_whole("6", -5, 5, &value), -1);
    assert_int_equal(number_whole("-6", -5, 5, &value), -1);
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        assert_int_equal(number_whole(BAD[i], INT64_MIN, INT64_MAX, &value), -1);
    }
    assert_int_equal(value, 77);
}

static void test_real_numbers(void **state)
{
    static const char *const BAD[] = {"",    " 1",   "1 ", "0x1p3", "nan",
                                      "inf", "1.5f", "1e", ".",     "1,5"};
    double value = 77;
    (void)state;
    assert_int_equal(number_real("0.25", 0.25, 1, &value), 0);
    assert_true(value == 0.25);
    assert_int_equal(number_real("1", 0.25, 1, &value), 0);
    assert_true(value == 1);
    assert_int_equal(number_real("-1.5E-3", -1, 1, &value), 0);
    assert_true(value == -1.5e-3);
    value = 77;
    assert_int_equal(number_real("0.2499", 0.25, 1, &value), -1);
    assert_int_equal(number_real("1.0001", 0.25, 1, &value), -1);
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        assert_int_equal(number_real(BAD[i], -1e9, 1e9, &value), -1);
    }
    assert_true(value == 77);
}

/* ---------------------------------------------------------------- error */

static void test_errors(void **state)
{
    struct error error;
    char expected[sizeof error.text];
    (void)state;
    assert_int_equal(error_set(&error, "%d of %s", 3, "them"), FAILED);
    assert_string_equal(error.text, "3 of them");
    assert_int_equal(error_within(&error, "%s:%d", "a.csv", 7), FAILED);
    assert_string_equal(error.text, "a.csv:7: 3 of them");
    assert_int_equal(error_memory(&error, "the rows"), FAILED);
    assert_string_equal(error.text, "out of memory for the rows");
    errno = ENOENT;
    assert_int_equal(error_system(&error, "a.csv"), FAILED);
    assert_string_equal(error.text, "a.csv: No such file or directory");

    /* Too long a text is cut, its place stays. */
    memset(expected, 'x', sizeof expected - 1);
    expected[sizeof expected - 1] = '\0';
    error_set(&error, "%sy", expected);
    assert_string_equal(error.text, expected);
    error_within(&error, "here");
    memcpy(expected, "here: ", 6);
    assert_string_equal(error.text, expected);
}

/* ---------------------------------------------------------------- csv */

static void expect_field(const char *field, const char *expected)
{
    struct text text = {0};
    text_add(&text, "1,");
    csv_add_field(&text, field);
    assert_memory_equal(text.bytes, "1,", 2);
    assert_string_equal(text.bytes + 2, expected);
    text_free(&text);
}

static void test_fields_are_quoted(void **state)
{
    (void)state;
    expect_field("cat", "cat");
    expect_field("a cat", "a cat");
    expect_field("", "\"\"");
    expect_field(" cat", "\" cat\"");
    expect_field("cat\t", "\"cat\t\"");
    expect_field("a,b", "\"a,b\"");
    expect_field("a\nb", "\"a\nb\"");
    expect_field("\"", "\"\"\"\"");
    expect_field("say \"a\"", "\"say \"\"a\"\"\"");
}

/* The rows as `line[field|field]`. */
static int tell_row(char *const *fields, int n, size_t line, void *context)
{
    struct text *told = context;
    text_format(told, "%zu[", line);
    for (int i = 0; i < n; i++) {
        text_format(told, "%s%s", i ? "|" : "", fields[i]);
    }
    text_add(told, "]");
    return n && strcmp(fields[0], "stop") == 0 ? 42 : 0;
}

/* Reads the rows of `csv`; *told is what they are. */
static int read_rows(const char *csv, struct text *told, struct error *error)
{
    FILE *file = fmemopen((void *)(uintptr_t)csv, strlen(csv), "r");
    assert_non_null(file);
    text_cut(told, 0);
    *error->text = '\0';
    int rc = csv_read_rows(file, "a.csv", tell_row, told, error);
    fclose(file);
    return rc;
}

static void test_rows(void **state)
{
    struct text told = {0}, many = {0};
    struct error error;
    (void)state;
    assert_int_equal(read_rows("a,b\n\n\"x, \"\"y\"\"\",\r\n\"two\nlines\",z", &told, &error), 0);
    assert_string_equal(text_of(&told), "1[a|b]3[x, \"y\"|]5[two\nlines|z]");
    assert_int_equal(read_rows(CSV_MARK "\"a\",b\n" CSV_MARK "c\n", &told, &error), 0);
    assert_string_equal(text_of(&told), "1[a|b]2[" CSV_MARK "c]");
    assert_int_equal(read_rows("a\nstop\nb\n", &told, &error), 42);
    assert_string_equal(text_of(&told), "1[a]2[stop]");

    assert_int_equal(read_rows("a\n\"b\nc\n", &told, &error), FAILED);
    assert_string_equal(error.text, "a.csv:3: a quoted field has no end");
    assert_int_equal(read_rows("a\nb\"c\n", &told, &error), FAILED);
    assert_memory_equal(error.text, "a.csv:2: ", 9);

    for (int i = 0; i < 64; i++) {
        text_add(&many, i ? ",1" : "1");
    }
    assert_int_equal(read_rows(text_of(&many), &told, &error), 0);
    text_add(&many, ",1\n");
    assert_int_equal(read_rows(text_of(&many), &told, &error), FAILED);
    assert_string_equal(error.text, "a.csv:1: more than 64 fields");
    text_free(&many);
    text_free(&told);
}

/* ---------------------------------------------------------------- files */

/* A folder of the test's own, which it leaves empty. */
static int make_folder(void **state)
{
    *state = strdup("/tmp/pixelmill-test-XXXXXX");
    return *state && mkdtemp(*state) ? 0 : -1;
}

static int remove_folder(void **state)
{
    int rc = rmdir(*state);
    free(*state);
    return rc;
}

static int count_files(const char *folder)
{
    int n = 0;
    DIR *files = opendir(folder);
    assert_non_null(files);
    while (readdir(files)) {
        n++;
    }
    closedir(files);
    return n - 2; /* . and .. */
}

static void expect_content(const char *path, const char *content)
{
    struct text text = {0};
    struct error error;
    assert_int_equal(file_read(path, SIZE_MAX, &text, &error), 0);
    assert_string_equal(text_of(&text), content);
    text_free(&text);
}

static void test_file_is_replaced(void **state)
{
    char path[200];
    struct file_new file;
    struct error error;
    struct stat info;
    mode_t mask = umask(027);
    snprintf(path, sizeof path, "%s/a.csv", (char *)*state);
    assert_int_equal(file_replace(path, "old\n", 4, &error), 0);
    expect_content(path, "old\n");
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0640);

    /* Until it is committed, the old one stands. */
    assert_int_equal(file_begin(&file, path, &error), 0);
    fputs("new\n", file.out);
    fflush(file.out);
    expect_content(path, "old\n");
    expect_content(file.new.path, "new\n");
    assert_int_equal(count_files(*state), 2);
    file_abandon(&file);
    expect_content(path, "old\n");
    assert_int_equal(count_files(*state), 1);

    assert_int_equal(file_begin(&file, path, &error), 0);
    fputs("new\n", file.out);
    assert_int_equal(file_commit(&file, &error), 0);
    expect_content(path, "new\n");
    assert_int_equal(count_files(*state), 1);
    umask(mask);
    unlink(path);
}

static void test_file_cannot_be_written(void **state)
{
    char path[200], below[300], expected[500];
    struct file_new file;
    struct error error;
    snprintf(path, sizeof path, "%s/a.csv", (char *)*state);
    assert_int_equal(file_replace(path, "", 0, &error), 0);

    /* A folder that is a file. */
    snprintf(below, sizeof below, "%s/b.csv", path);
    assert_int_equal(file_begin(&file, below, &error), FAILED);
    assert_string_equal(strrchr(error.text, ':'), ": Not a directory");

    /* A place where nobody, root neither, makes files. */
    assert_int_equal(file_replace("/proc/a.csv", "x", 1, &error), FAILED);
    assert_memory_equal(error.text, "/proc/a.csv: can't be written: ", 31);

    /* The place is taken by a folder when the file is to go there. */
    snprintf(below, sizeof below, "%s/folder", (char *)*state);
    assert_int_equal(mkdir(below, 0777), 0);
    assert_int_equal(file_replace(below, "x", 1, &error), FAILED);
    snprintf(expected, sizeof expected, "%s: can't be written: Is a directory", below);
    assert_string_equal(error.text, expected);
    assert_int_equal(count_files(*state), 2);

    /* Nothing is lost where the disk is full. */
    assert_int_equal(file_begin(&file, path, &error), 0);
    fclose(file.out);
    file.out = fopen("/dev/full", "w");
    setbuf(file.out, NULL); /* the write fails, and closing does not */
    fputs("x", file.out);
    assert_int_equal(file_commit(&file, &error), FAILED);
    assert_string_equal(strrchr(error.text, ':'), ": No space left on device");
    assert_int_equal(count_files(*state), 2);
    rmdir(below);
    unlink(path);
}

static void test_file_is_read(void **state)
{
    char path[200], folder[210];
    struct text text = {0};
    struct error error;
    struct file_state look;
    snprintf(folder, sizeof folder, "%s/x", (char *)*state);
    snprintf(path, sizeof path, "%s/x/a", (char *)*state);
    assert_int_equal(file_look(path, &look, &error), 1);
    assert_int_equal(file_read(path, SIZE_MAX, &text, &error), FAILED);
    assert_string_equal(strrchr(error.text, ':'), ": No such file or directory");
    assert_int_equal(file_replace(path, "12345", 5, &error), 0); /* makes the folder */
    assert_int_equal(file_look(path, &look, &error), 0);
    assert_int_equal(look.bytes, 5);
    assert_int_equal(file_is_settled(&look), 0);
    look.mtime_ns -= 3000000000;
    assert_int_equal(file_is_settled(&look), 0);
    look.ctime_ns -= 3000000000;
    assert_int_equal(file_is_settled(&look), 1);
    text_add(&text, "0");
    assert_int_equal(file_read(path, 5, &text, &error), 0);
    assert_string_equal(text_of(&text), "012345");
    assert_int_equal(file_read(path, 4, &text, &error), FAILED);
    assert_string_equal(strrchr(error.text, ':'), ": longer than 4 bytes");
    text_free(&text);
    unlink(path);
    rmdir(folder);
}

static void test_hashes(void **state)
{
    char hex[65], chained[65], joined[200], path[200];
    struct error error;
    int64_t bytes;
    hash_bytes("abc", 3, hex); /* FIPS 180-2, appendix B.1 */
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    snprintf(path, sizeof path, "%s/abc", (char *)*state);
    assert_int_equal(file_replace(path, "abc", 3, &error), 0);
    assert_int_equal(hash_file(path, chained, &bytes, &error), 0);
    assert_string_equal(chained, hex);
    assert_int_equal(bytes, 3);
    unlink(path);
    assert_int_equal(hash_file(path, chained, NULL, &error), FAILED);

    *chained = *hex = '\0';
    for (int i = 0; i < 3; i++) {
        snprintf(joined, sizeof joined, "%s\nline %d", hex, i);
        hash_text(joined, hex);
        snprintf(joined, sizeof joined, "line %d", i);
        hash_chain(chained, joined);
        assert_string_equal(chained, hex);
    }
}

static int read_pairs(const char *path, const char *csv, struct pairs *pairs, struct error *error)
{
    assert_int_equal(file_replace(path, csv, strlen(csv), error), 0);
    int rc = pairs_read(path, 1, pairs, error);
    unlink(path);
    return rc;
}

static void test_pairs(void **state)
{
    char path[200], id[200], label[200];
    struct pairs pairs;
    struct error error;
    const struct pair *twice;
    snprintf(path, sizeof path, "%s/a.csv", (char *)*state);
    assert_int_equal(
        read_pairs(path, CSV_MARK "\"Id\",Label\r\n2,cat\r\n1,\"a, b\"\r\n", &pairs, &error), 0);
    assert_string_equal(pairs.header, "\"Id\",Label");
    assert_int_equal(pairs.count, 2);
    assert_string_equal(pairs.items[1].label, "a, b");
    assert_int_equal(pairs.items[1].line, 3);
    const struct pair **sorted = pairs_by_id(&pairs, &twice);
    assert_string_equal(sorted[0]->id, "1");
    assert_null(twice);
    free(sorted);
    assert_int_equal(pairs_header(pairs.header, id, label), 0);
    assert_string_equal(id, "Id");
    assert_string_equal(label, "Label");
    pairs_free(&pairs);

    /* An empty line is no row, not even where the header should be. */
    assert_int_equal(read_pairs(path, "\n7,a\n\n7,b\n", &pairs, &error), 0);
    assert_string_equal(pairs.header, "");
    assert_int_equal(pairs.count, 2);
    sorted = pairs_by_id(&pairs, &twice);
    assert_int_equal(twice->line, 4);
    free(sorted);
    pairs_free(&pairs);

    assert_int_equal(read_pairs(path, "", &pairs, &error), 0);
    assert_int_equal(pairs.count, 0);
    pairs_free(&pairs);
    assert_int_equal(read_pairs(path, "a,b\n1,2\n1,2,3\n", &pairs, &error), FAILED);
    assert_string_equal(strrchr(error.text, '/'), "/a.csv:3: expected 2 fields, got 3");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_grows),
        cmocka_unit_test(test_text_is_cut),
        cmocka_unit_test(test_text_failed),
        cmocka_unit_test(test_whole_numbers),
        cmocka_unit_test(test_real_numbers),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_fields_are_quoted),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_file_is_replaced),
        cmocka_unit_test(test_file_cannot_be_written),
        cmocka_unit_test(test_file_is_read),
        cmocka_unit_test(test_hashes),
        cmocka_unit_test(test_pairs),
    };
    return cmocka_run_group_tests_name("base", tests, make_folder, remove_folder);
}
