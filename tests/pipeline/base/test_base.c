/* test_base.c: the lowest floor of the programs: texts, numbers, errors, CSV, hashes, files. */
#include "tests/unit/unit.h"

#include "pipeline/base/csv.h"
#include "pipeline/base/file.h"
#include "pipeline/base/hash.h"
#include "pipeline/base/number.h"
#include "pipeline/base/records.h"
#include "pipeline/base/utf8.h"

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

/* All characters there and back, and their lengths: RFC 3629, section 3. */
static void test_utf8_and_back(void **state)
{
    (void)state;
    for (uint32_t code = 0; code <= 0x10ffff; code++) {
        char bytes[UTF8_MOST];
        uint32_t found = UINT32_MAX;
        const size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
        const int surrogate = code >= 0xd800 && code < 0xe000;
        assert_int_equal(utf8_write(code, bytes), length);
        assert_int_equal(utf8_character(bytes, length, &found), surrogate ? 0 : length);
        assert_true(surrogate || found == code);
        assert_int_equal(utf8_character(bytes, length - 1, &found), 0);
    }
}

static void test_utf8_is_refused(void **state)
{
    static const char *const BAD[] = {
        "\x80",         "\xc0\xaf",         "\xc1\xbf",         "\xe0\x80\xaf",         "\xe9x",
        "\xed\xa0\x80", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xff"};
    uint32_t code;
    (void)state;
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
        assert_int_equal(utf8_character(BAD[i], strlen(BAD[i]), &code), 0);
    assert_int_equal(utf8_character("\xe2\x82\xac", 3, &code), 3);
    assert_int_equal(code, 0x20ac);
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

    for (int i = 0; i < 2048; i++) {
        text_add(&many, i ? ",1" : "1");
    }
    assert_int_equal(read_rows(text_of(&many), &told, &error), 0);
    text_add(&many, ",1\n");
    assert_int_equal(read_rows(text_of(&many), &told, &error), FAILED);
    assert_string_equal(error.text, "a.csv:1: more than 2048 fields");
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

static int read_records(const char *path, const char *csv, struct records *records,
                        struct error *error)
{
    assert_int_equal(file_replace(path, csv, strlen(csv), error), 0);
    int rc = records_read(path, 1, records, error);
    unlink(path);
    return rc;
}

static void test_records(void **state)
{
    char path[200];
    int columns;
    size_t twice;
    struct records records;
    struct error error;
    snprintf(path, sizeof path, "%s/a.csv", (char *)*state);
    assert_int_equal(
        read_records(path, CSV_MARK "\"Id\",Label\r\n2,cat\r\n1,\"a, b\"\r\n", &records, &error),
        0);
    assert_string_equal(records.header, "\"Id\",Label");
    assert_string_equal(records.names[0], "Id");
    assert_int_equal(records.count, 2);
    assert_string_equal(records_field(&records, 1, 1), "a, b");
    assert_int_equal(records.lines[1], 3);
    size_t *sorted = records_by_id(&records, &twice);
    assert_string_equal(records_field(&records, sorted[0], 0), "1");
    assert_int_equal(twice, SIZE_MAX);
    free(sorted);
    char **names = records_names(records.header, &columns);
    assert_int_equal(columns, 2);
    assert_string_equal(names[0], "Id");
    assert_string_equal(names[1], "Label");
    records_free_names(names, columns);
    records_free(&records);

    /* An empty line is no row. */
    assert_int_equal(read_records(path, "\n7,a\n\n8,b\r\n8,c\n", &records, &error), 0);
    assert_string_equal(records.header, "7,a");
    assert_int_equal(records.count, 2);
    sorted = records_by_id(&records, &twice);
    assert_int_equal(records.lines[twice], 5);
    free(sorted);
    records_free(&records);

    assert_int_equal(read_records(path, "", &records, &error), 0);
    assert_int_equal(records.count, 0);
    records_free(&records);
    assert_int_equal(read_records(path, "a,b\n1,2\n1,2,3\n", &records, &error), FAILED);
    assert_string_equal(strrchr(error.text, '/'), "/a.csv:3: expected 2 fields, got 3");
}

static void expect_plain(const char *text, const char *expected)
{
    char whole[NUMBER_WHOLE];
    assert_string_equal(number_plain(text, whole), expected);
}

static void test_plain_numbers(void **state)
{
    (void)state;
    expect_plain("7.0", "7");
    expect_plain("7.000000000000000000e+00", "7");
    expect_plain("-0.0", "0");
    expect_plain("7.5", "7.5");
    expect_plain("007", "007");
    expect_plain("1e3", "1e3");
    expect_plain("7.0 ", "7.0 ");
    expect_plain("9007199254740992.0", "9007199254740992.0");
    expect_plain("cat", "cat");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_grows),        cmocka_unit_test(test_text_is_cut),
        cmocka_unit_test(test_text_failed),       cmocka_unit_test(test_utf8_and_back),
        cmocka_unit_test(test_utf8_is_refused),   cmocka_unit_test(test_whole_numbers),
        cmocka_unit_test(test_real_numbers),      cmocka_unit_test(test_errors),
        cmocka_unit_test(test_fields_are_quoted), cmocka_unit_test(test_rows),
        cmocka_unit_test(test_file_is_replaced),  cmocka_unit_test(test_file_cannot_be_written),
        cmocka_unit_test(test_file_is_read),      cmocka_unit_test(test_hashes),
        cmocka_unit_test(test_records),           cmocka_unit_test(test_plain_numbers),
    };
    return cmocka_run_group_tests_name("base", tests, make_folder, remove_folder);
}
