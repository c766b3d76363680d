/* test_options.c: rows of options: what the command line says, --help, the data's identity. */
#include "tests/unit/unit.h"

#include "pipeline/program/options.h"

#include <string.h>

struct options {
    int flag, choice;
    const char *text, *word;
    struct option_list list;
    int64_t whole, number;
    double real, between;
    char own;
};

static int take_letter(const char *text, void *field, struct error *error)
{
    *(char *)field = *text;
    return strlen(text) == 1 ? 0 : error_set(error, "'%s' is not one letter", text);
}

static void tell_letter(const void *field, struct text *text)
{
    text_format(text, "<%c>", *(const char *)field);
}

#define AT(field) OPTION_AT(struct options, field)
static const struct option_row ROWS[] = {
    {"flag", OPTION_FLAG, NULL, AT(flag), .help = "raises it", .of_data = 1},
    {"text", OPTION_TEXT, "TEXT", AT(text), .help = "any", .fallback = "none", .of_data = 1},
    {"word", OPTION_WORD, "WORD", AT(word), .help = "without blanks"},
    {"list", OPTION_LIST, "ITEM", AT(list), .help = "more of them", .of_data = 1},
    {"whole", OPTION_WHOLE, "N", AT(whole), -2, 10, .help = "how many", .of_data = 1},
    {"number", OPTION_WHOLE, "NUMBER-RUN", AT(number), 1, 9e18, .help = "a run"},
    {"real", OPTION_REAL, "F", AT(real), 0, 0.5, .help = "a share", .of_data = 1},
    {"between", OPTION_BETWEEN, "FRACTION", AT(between), 0, 1, .help = "a share"},
    {"choice", OPTION_CHOICE, "WHEN", AT(choice), .choices = "auto|always|never", .help = "when",
     .of_data = 1},
    {"own", OPTION_OWN, "LETTER", AT(own), .take = take_letter, .tell = tell_letter,
     .help = "a letter that is explained at such a length that the line must be wrapped somewhere",
     .of_data = 1},
    {0}};

static const struct option_row *row(const char *name)
{
    const struct option_row *found = ROWS;
    while (strcmp(found->name, name) != 0) {
        found++;
    }
    return found;
}

static void take(struct options *options, const char *name, const char *text)
{
    struct error error;
    assert_int_equal(option_store(row(name), text, options, &error), 0);
}

static void refuse(const char *name, const char *text, const char *expected)
{
    struct options options = {0};
    struct error error;
    assert_int_equal(option_store(row(name), text, &options, &error), FAILED);
    assert_string_equal(error.text, expected);
}

static void take_all(struct options *options)
{
    take(options, "flag", NULL);
    take(options, "text", "a b");
    take(options, "word", "a=b");
    take(options, "list", "x");
    take(options, "list", "y");
    take(options, "whole", "-2");
    take(options, "number", "9000000000");
    take(options, "real", "0.5");
    take(options, "between", "0.25");
    take(options, "choice", "never");
    take(options, "own", "q");
}

static void test_each_kind_is_stored(void **state)
{
    struct options o = {0};
    (void)state;
    take_all(&o);
    assert_int_equal(o.flag, 1);
    assert_string_equal(o.text, "a b");
    assert_string_equal(o.word, "a=b");
    assert_int_equal(o.list.n, 2);
    assert_string_equal(o.list.items[1], "y");
    assert_int_equal(o.whole, -2);
    assert_true(o.number == 9000000000);
    assert_true(o.real == 0.5);
    assert_true(o.between == 0.25);
    assert_int_equal(o.choice, 2);
    assert_int_equal(o.own, 'q');
    take(&o, "choice", "auto");
    assert_int_equal(o.choice, 0);
    take(&o, "whole", "10");
    assert_int_equal(o.whole, 10);
}

static void test_what_is_refused(void **state)
{
    struct options o = {0};
    struct error error;
    (void)state;
    refuse("word", "", "--word: '' is not one word without blanks");
    refuse("word", "a b", "--word: 'a b' is not one word without blanks");
    refuse("whole", "11", "--whole: '11' is not a whole number from -2 to 10");
    refuse("whole", "0x1", "--whole: '0x1' is not a whole number from -2 to 10");
    refuse("number", "0", "--number: '0' is not a whole number from 1");
    refuse("real", "0.51", "--real: '0.51' is not a number from 0 to 0.5");
    refuse("between", "1", "--between: '1' is not a number between 0 and 1");
    refuse("between", "0", "--between: '0' is not a number between 0 and 1");
    refuse("choice", "alway", "--choice: 'alway', expected auto, always or never");
    refuse("choice", "auto|always", "--choice: 'auto|always', expected auto, always or never");
    refuse("own", "qq", "--own: 'qq' is not one letter");
    for (int i = 0; i < OPTION_LIST_MOST; i++) {
        take(&o, "list", "x");
    }
    assert_int_equal(option_store(row("list"), "x", &o, &error), FAILED);
    assert_string_equal(error.text, "--list: more than 64 of them");
}

static void test_identity(void **state)
{
    struct options o = {0};
    struct text identity = {0};
    (void)state;
    take_all(&o);
    options_identity(ROWS, &o, &identity);
    assert_string_equal(text_of(&identity), "flag 1\ntext a b\nlist x y\nwhole -2\nreal 0.5\n"
                                            "choice 2\nown <q>\n");
    text_cut(&identity, 0);
    o = (struct options){.own = '-'};
    options_identity(ROWS, &o, &identity);
    assert_string_equal(text_of(&identity), "flag 0\ntext \nlist \nwhole 0\nreal 0\nchoice 0\n"
                                            "own <->\n");
    text_free(&identity);
}

static void test_help(void **state)
{
    struct text help = {0};
    (void)state;
    options_help(ROWS, &help);
    assert_string_equal(
        text_of(&help),
        "  --flag              raises it\n"
        "  --text TEXT         any (default: none)\n"
        "  --word WORD         without blanks\n"
        "  --list ITEM         more of them; may be repeated\n"
        "  --whole N           how many, -2 to 10\n"
        "  --number NUMBER-RUN\n"
        "                      a run\n"
        "  --real F            a share, 0 to 0.5\n"
        "  --between FRACTION  a share, between 0 and 1\n"
        "  --choice WHEN       when: auto, always or never\n"
        "  --own LETTER        a letter that is explained at such a length that the line\n"
        "                      must be wrapped somewhere\n");
    text_free(&help);
}

/* A line may have 79 columns, and a word that is longer has a line of its own. */
static void test_wrapping(void **state)
{
    char words[100], expected[200];
    struct text text = {0};
    (void)state;
    memset(words, 'x', 69);
    strcpy(words + 69, " yyyyyyyyy z");
    options_wrap(&text, words, 0, 4);
    snprintf(expected, sizeof expected, "%.69s yyyyyyyyy\n    z\n", words);
    assert_string_equal(text_of(&text), expected);
    text_cut(&text, 0);
    options_wrap(&text, words, 1, 4);
    snprintf(expected, sizeof expected, "%.69s\n    yyyyyyyyy z\n", words);
    assert_string_equal(text_of(&text), expected);
    text_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_kind_is_stored),
        cmocka_unit_test(test_what_is_refused),
        cmocka_unit_test(test_identity),
        cmocka_unit_test(test_help),
        cmocka_unit_test(test_wrapping),
    };
    return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
