/* prediction.c: see prediction.h. */
#include "pipeline/store/prediction.h"

#include "nn/nn.h"

#include <math.h>
#include <stdlib.h>

void prediction_write(const float *probabilities, int classes, struct text *text)
{
    text_add(text, "[");
    for (int k = 0; k < classes; k++)
        text_format(text, k ? ",%.6g" : "%.6g", (double)probabilities[k]);
    text_add(text, "]");
}

int prediction_read_exact(const char *text, int most, double *probabilities)
{
    int n = 0;
    if (!text || *text != '[')
        return -1;
    do {
        char *end;
        double value = strtod(text + 1, &end);
        if (end == text + 1 || !(value >= 0 && value <= 1.001))
            return -1;
        if (n < most)
            probabilities[n] = value;
        n++;
        text = end;
    } while (*text == ',' && n <= most);
    return *text == ']' || n > most ? n : -1;
}

int prediction_read(const char *text, int most, float *probabilities)
{
    double exact[NN_MAX_CLASSES];
    const int room = most < NN_MAX_CLASSES ? most : NN_MAX_CLASSES;
    const int n = prediction_read_exact(text, room, exact);
    for (int k = 0; k < n && k < room; k++)
        probabilities[k] = (float)exact[k];
    return n;
}

uint16_t prediction_best(const float *probabilities, int classes)
{
    int best = 0;
    for (int k = 1; k < classes; k++)
        if (probabilities[k] > probabilities[best])
            best = k;
    return (uint16_t)best;
}

double prediction_loss(const float *probabilities, uint16_t label)
{
    return -log(fmax((double)probabilities[label], PREDICTION_LEAST));
}

void prediction_softmax(const double *logits, int classes, double temperature, float *probabilities)
{
    double greatest = logits[0], sum = 0;
    for (int k = 1; k < classes; k++)
        greatest = fmax(greatest, logits[k]);
    for (int k = 0; k < classes; k++)
        sum += exp((logits[k] - greatest) / temperature);
    for (int k = 0; k < classes; k++)
        probabilities[k] = (float)(exp((logits[k] - greatest) / temperature) / sum);
}
