/* read.c: a model's text in, its layers out: their kinds, shapes and parameters.
 *
 * A line is cut into words at blanks. The first one names a kind of layer, which reads the others
 * and works out the output shape from the input shape (layers/).
 */
#include "nn/base/error.h"
#include "nn/layers/line.h"
#include "nn/model/model.h"

#include <stdio.h>
#include <string.h>

static const size_t max_parameters = (size_t)1 << 28, max_activations = (size_t)1 << 24;

/* ---------------------------------------------------------------- one line */

/* All words of the language: "conv, dense, ... or avgpool". */
static void list_words(char *text, size_t size)
{
    size_t used = 0;
    const nn_layer_word *word;
    for (int i = 0; (word = nn_layer_word_at(i)) != NULL && used < size; i++) {
        const char *join = i == 0 ? "" : nn_layer_word_at(i + 1) ? ", " : " or ";
        used += (size_t)snprintf(text + used, size - used, "%s%s", join, word->word);
    }
}

static int read_layer(nn_layer *layer, nn_shape input, int first, nn_error *error)
{
    nn_line line = {.layer = layer, .input = input, .error = error};
    if (nn_line_split(&line)) {
        return NN_ERROR_MODEL;
    }
    layer->kind = nn_layer_kind_find(line.word[0]);
    if (!layer->kind) {
        char words[160];
        list_words(words, sizeof words);
        return nn_line_bad(&line, "unknown layer, expected %s", words);
    }
    if (layer->kind->prepares && !first) {
        return nn_line_bad(&line, "it prepares the input, expected as the first layer");
    }
    layer->out = layer->in;
    if (layer->kind->read(layer, &line)) {
        return NN_ERROR_MODEL;
    }
    if (line.next < line.count) {
        return nn_line_bad(&line, "'%s' is not expected here", line.word[line.next]);
    }
    if (layer->parameters > max_parameters || nn_shape_size(layer->out) > max_activations) {
        return nn_line_bad(&line, "%zu parameters and %zu outputs are more than can be handled",
                           layer->parameters, nn_shape_size(layer->out));
    }
    return NN_OK;
}

/* The next line of *next without comment and surrounding blanks; *next is NULL behind the last. */
static char *cut_line(char **next)
{
    char *text = *next;
    *next = strchr(text, '\n');
    if (*next) {
        *(*next)++ = '\0';
    }
    text[strcspn(text, "#")] = '\0';
    text += strspn(text, " \t\r");
    size_t length = strlen(text);
    while (length && strchr(" \t\r", text[length - 1])) {
        text[--length] = '\0';
    }
    return text;
}

/* ---------------------------------------------------------------- all of them */

/* The layers `shortcut` that wait for their `add`, the innermost last. */
typedef struct shortcuts {
    int count;
    int layers[NN_MAX_LAYERS];
} shortcuts;

/* Notes the model's layer `at` where it is a shortcut, or pairs it with the innermost one where it
 * is an add. */
static int pair(nn_model *model, int at, shortcuts *pending, nn_error *error)
{
    nn_layer *layer = &model->layers[at];
    if (layer->kind->opens) {
        pending->layers[pending->count++] = at;
    }
    if (!layer->kind->closes) {
        return NN_OK;
    }
    if (pending->count == 0) {
        return nn_fail(
            error, NN_ERROR_MODEL,
            "line %d: '%.60s': expected a shortcut on a line before that no other add closes",
            layer->line, layer->text);
    }
    int start = pending->layers[--pending->count];
    nn_shape kept = model->layers[start].out;
    if (start + 1 == at) {
        return nn_fail(error, NN_ERROR_MODEL,
                       "line %d: '%.60s': expected a layer between it and the shortcut of line %d",
                       layer->line, layer->text, model->layers[start].line);
    }
    if (layer->in.h != kept.h || layer->in.w != kept.w || layer->in.c != kept.c) {
        return nn_fail(error, NN_ERROR_MODEL,
                       "line %d: '%.60s': its input is %dx%dx%d, expected %dx%dx%d as the shortcut "
                       "of line %d keeps",
                       layer->line, layer->text, layer->in.h, layer->in.w, layer->in.c, kept.h,
                       kept.w, kept.c, model->layers[start].line);
    }
    layer->partner = start;
    model->layers[start].partner = at;
    return NN_OK;
}

/* What can only be said of the model as a whole. */
static int check_end(const nn_model *model, const shortcuts *pending, nn_error *error)
{
    if (model->count == 0) {
        return nn_fail(error, NN_ERROR_MODEL, "the model has no layer");
    }
    if (pending->count > 0) {
        const nn_layer *layer = &model->layers[pending->layers[pending->count - 1]];
        return nn_fail(error, NN_ERROR_MODEL, "line %d: '%.60s': expected an add on a line behind",
                       layer->line, layer->text);
    }
    int computing = 0;
    for (int i = 0; i < model->count; i++) {
        const nn_layer_kind *kind = model->layers[i].kind;
        computing += !kind->absent[NN_FOR_INFERENCE] && !kind->prepares;
    }
    const nn_layer *last = &model->layers[model->count - 1];
    if (computing == 0) {
        return nn_fail(error, NN_ERROR_MODEL,
                       "line %d: '%.60s': the model has no layer that computes anything, expected "
                       "one such as dense",
                       last->line, last->text);
    }
    size_t classes = nn_shape_size(last->out);
    if (classes < 2 || classes > NN_MAX_CLASSES) {
        return nn_fail(error, NN_ERROR_MODEL,
                       "line %d: '%.60s': %zu values come out of the last layer, expected one for "
                       "each of 2 to %d classes",
                       last->line, last->text, classes, NN_MAX_CLASSES);
    }
    return NN_OK;
}

int nn_model_read(nn_model *model, nn_error *error)
{
    nn_shape shape = model->input;
    shortcuts pending = {.count = 0};
    char *next = model->text;
    for (int line = 1; next; line++) {
        char *text = cut_line(&next);
        if (!*text) {
            continue;
        }
        if (model->count == NN_MAX_LAYERS) {
            return nn_fail(error, NN_ERROR_MODEL, "line %d: more than %d layers", line,
                           NN_MAX_LAYERS);
        }
        nn_layer *layer = &model->layers[model->count];
        *layer = (nn_layer){.line = line, .text = text, .in = shape};
        if (read_layer(layer, model->input, model->count == 0, error) ||
            pair(model, model->count, &pending, error)) {
            return error->code;
        }
        layer->offset = model->floats;
        model->parameters += layer->parameters;
        model->trainable += layer->trainable;
        model->floats +=
            (layer->parameters + NN_ALIGN_FLOATS - 1) / NN_ALIGN_FLOATS * NN_ALIGN_FLOATS;
        model->count++;
        shape = layer->out;
    }
    return check_end(model, &pending, error);
}
