/* list.c: all kinds of layers. */
#include "nn/layers/layer.h"

#include <assert.h>
#include <string.h>

/* One line a kind: the table nn_layer_NAME of its file. Its place is its number, which is part of
 * saved fingerprints: new kinds go to the end. */
#define KINDS(KIND)                                                                                \
    KIND(conv)                                                                                     \
    KIND(dense)                                                                                    \
    KIND(batchnorm)                                                                                \
    KIND(relu)                                                                                     \
    KIND(maxpool)                                                                                  \
    KIND(dropout)                                                                                  \
    KIND(flatten)                                                                                  \
    KIND(shortcut)                                                                                 \
    KIND(add)                                                                                      \
    KIND(avgpool)                                                                                  \
    KIND(standardize)

#define DECLARE(name) extern const nn_layer_kind nn_layer_##name;
#define ADDRESS(name) &nn_layer_##name,

KINDS(DECLARE)

static const nn_layer_kind *const kinds[] = {KINDS(ADDRESS)};

enum { COUNT = sizeof kinds / sizeof kinds[0] };

const nn_layer_kind *nn_layer_kind_at(int i)
{
    return i >= 0 && i < COUNT ? kinds[i] : NULL;
}

const nn_layer_word *nn_layer_word_at(int i)
{
    return i >= 0 && i < COUNT ? &kinds[i]->word : NULL;
}

const nn_layer_kind *nn_layer_kind_find(const char *word)
{
    for (int i = 0; i < COUNT; i++) {
        if (strcmp(kinds[i]->word.word, word) == 0) {
            return kinds[i];
        }
    }
    return NULL;
}

int nn_layer_kind_number(const nn_layer_kind *kind)
{
    int i = 0;
    while (kinds[i] != kind) {
        i++;
    }
    return i;
}

void nn_layer_kinds_check(void)
{
    for (int i = 0; i < COUNT; i++) {
        const nn_layer_kind *k = kinds[i];
        assert(k->word.word && k->word.arguments && k->word.help && k->read);
        assert(nn_layer_kind_find(k->word.word) == k);
        assert(!k->initialise || (k->update && (k->reserve || k->fit)));
        assert(k->absent[NN_FOR_TRAINING] || !k->forward == !!k->forward_piece);
        assert(k->absent[NN_FOR_TRAINING] || !k->backward == !!k->backward_piece);
        assert(k->absent[NN_FOR_INFERENCE] || k->infer);
    }
}
