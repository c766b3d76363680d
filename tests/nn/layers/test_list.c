/* test_list.c: the list of the kinds of layers, and the words that users are shown. */
#include "tests/unit/unit.h"

#include "nn/layers/layer.h"
#include "tests/unit/digits.h"

/* Numbers as they are part of the fingerprints of saved weights. */
static const char *const numbers[] = {"conv",    "dense",   "batchnorm",  "relu",
                                      "maxpool", "dropout", "flatten",    "shortcut",
                                      "add",     "avgpool", "standardize"};

enum { KINDS = sizeof numbers / sizeof numbers[0] };

static void test_numbers_as_saved(void **state)
{
    (void)state;
    for (int i = 0; i < KINDS; i++) {
        const nn_layer_kind *kind = nn_layer_kind_at(i);
        assert_non_null(kind);
        assert_string_equal(kind->word.word, numbers[i]);
        assert_int_equal(nn_layer_kind_number(kind), i);
        assert_ptr_equal(nn_layer_kind_find(numbers[i]), kind);
    }
    assert_null(nn_layer_kind_at(-1));
    assert_null(nn_layer_kind_find("convolution"));
    assert_null(nn_layer_kind_find(""));
}

static void test_tables_are_complete(void **state)
{
    (void)state;
    nn_layer_kinds_check(); /* stops the program where one is not */
    const nn_layer_kind *kind;
    for (int i = 0; (kind = nn_layer_kind_at(i)) != NULL; i++) {
        assert_non_null(kind->read);
        assert_true(!kind->initialise || (kind->update && (kind->reserve || kind->fit)));
        assert_true(!kind->fit || (kind->initialise && kind->prepares));
        int trains = !kind->absent[NN_FOR_TRAINING], infers = !kind->absent[NN_FOR_INFERENCE];
        assert_true(trains || !infers);
        assert_int_equal((kind->forward != NULL) + (kind->forward_piece != NULL), trains);
        assert_int_equal((kind->backward != NULL) + (kind->backward_piece != NULL), trains);
        assert_int_equal(kind->infer != NULL, infers);
        assert_true(kind->own[NN_FOR_TRAINING] == 0 || kind->reserve);
        assert_true(kind->own[NN_FOR_INFERENCE] == 0 || kind->reserve_task);
    }
}

/* Each word is shown once, with what may follow it and one sentence on one line. */
static void test_words(void **state)
{
    (void)state;
    const nn_layer_word *word, *other;
    int i = 0;
    for (; (word = nn_layer_word_at(i)) != NULL; i++) {
        assert_ptr_equal(word, &nn_layer_kind_at(i)->word);
        assert_non_null(word->arguments);
        assert_int_equal(strspn(word->word, "abcdefghijklmnopqrstuvwxyz0123456789"),
                         strlen(word->word));
        assert_true(strlen(word->help) > 5 && !strchr(word->help, '\n'));
        assert_true(word->help[strlen(word->help) - 1] != '.');
        for (int j = 0; j < i && (other = nn_layer_word_at(j)) != NULL; j++) {
            assert_string_not_equal(word->word, other->word);
        }
    }
    assert_true(i >= KINDS);
    assert_null(nn_layer_word_at(-1));
    assert_string_equal(nn_layer_word_at(0)->arguments, "F KxK [same|valid] [stride S]");
}

/* What stands in the manual and the lists of words that errors show comes from the same tables: a
 * line of each word is understood. */
static void test_lines_of_each_word(void **state)
{
    (void)state;
    static const char *const lines[] = {"conv 4 3x3", "dense 10",    "batchnorm",  "relu",
                                        "maxpool 2",  "dropout 0.5", "flatten",    NULL,
                                        NULL,         "avgpool",     "standardize"};
    for (int i = 0; i < KINDS; i++) {
        char text[80];
        nn_error error;
        snprintf(text, sizeof text, "%s\ndense 10", lines[i] ? lines[i] : "shortcut\nrelu\nadd");
        nn_model *model = nn_model_new(text, (nn_shape){8, 8, 3}, &error);
        if (!model) {
            fail_msg("%s", error.text);
        }
        nn_model_free(model);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_as_saved),
        cmocka_unit_test(test_tables_are_complete),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_lines_of_each_word),
    };
    return cmocka_run_group_tests_name("list", tests, NULL, NULL);
}
